"""`aligner glossary`: every command through the error boundary, as a user or a script meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aligner.cli.app import run
from aligner.termbase import load, read_glossary
from aligner.termbase.validation import validate

TEXT = """\
# people
id\ten\tko\tja\tcategory\taliases_en\tshort_en\tvariants_ko\tvariants_ja\tforbidden_ko\tforbidden_ja\tnotes
person.wang-yi\tWang Yi\t왕이\t王毅\tperson\t\tWang\t\t\t\t\tforeign minister of China

# places
place.seoul\tSeoul\t서울\tソウル\tplace\t\t\t\t\t경성\t\t
place.north-korea\tNorth Korea\t북한\t北朝鮮\tplace\tDPRK|N. Korea\t\t조선민주주의인민공화국\t北韓\t북조선\t\t
concept.sanctions\tsanctions\t제재\t制裁\t\t\t\t\t\t\t\t
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def glossary(tmp_path: Path) -> Path:
    path = tmp_path / "g.tsv"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], glossary: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Runs `aligner glossary …` on the glossary; (exit code, stdout, stderr)."""
    monkeypatch.setenv("ALIGNER_GLOSSARY", str(glossary))

    def called(*arguments: str | Path) -> tuple[int, str, str]:
        code = run(["glossary", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return called


def _rows(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


# -- looking -----------------------------------------------------------------------------------------


def test_list_in_the_order_of_the_file(call: Run) -> None:
    code, out, _ = call("list")
    assert code == 0
    assert [line.split("\t")[0] for line in out.splitlines()] == [
        "id", "person.wang-yi", "place.seoul", "place.north-korea", "concept.sanctions",
    ]  # fmt: skip
    code, out, _ = call("list", "--category", "place", "--json")
    rows = _rows(out)
    assert [row["id"] for row in rows] == ["place.seoul", "place.north-korea"]
    assert rows[1]["aliases_en"] == ["DPRK", "N. Korea"]
    assert rows[0]["aliases_en"] == []
    assert (rows[0]["line"], rows[0]["notes"]) == (6, "")


def test_list_what_is_missing(call: Run, glossary: Path) -> None:
    glossary.write_text(TEXT.replace("\tソウル\t", "\t\t"), encoding="utf-8")
    assert [row["id"] for row in _rows(call("list", "--missing", "ja", "--json")[1])] == [
        "place.seoul"
    ]
    assert _rows(call("list", "--missing", "ko", "--json")[1]) == []


def test_show_by_id_and_by_term(call: Run) -> None:
    code, out, _ = call("show", "place.north-korea", "Wang Yi")
    assert code == 0
    assert "aliases_en    DPRK | N. Korea" in out
    assert "g.tsv:3" in out
    assert "short_ko" not in out, "empty fields are not shown"
    code, out, _ = call("show", "Seoul", "--json")
    assert _rows(out)[0]["forbidden_ko"] == ["경성"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("DPRK", ["place.north-korea"]),
        ("서울", ["place.seoul"]),
        ("왕이", ["person.wang-yi"]),  # and not 북한, which has other vowels only
        ("ソウル", ["place.seoul"]),
        ("wang", ["person.wang-yi"]),
        ("place.", ["place.seoul", "place.north-korea"]),
        ("sanction", ["concept.sanctions"]),
        ("zebra", []),
    ],
)
def test_lookup_in_any_language(call: Run, glossary: Path, query: str, found: list[str]) -> None:
    code, out, err = call("lookup", query, "--json", "-g", glossary)
    assert code == 0
    assert [row["id"] for row in _rows(out)] == found
    assert ("nothing found" in err) == (not found)


def test_lookup_knows_the_countries(call: Run) -> None:
    assert "CLDR" in call("lookup", "Burkina Faso")[1]


def test_validate_exits_1_on_errors_only(call: Run, glossary: Path) -> None:
    code, out, err = call("validate")
    assert (code, out, err) == (0, "", "aligner: 0 errors, 0 warnings\n")
    glossary.write_text(TEXT + "place.paris\tParis\t\tパリ\tplace\n", encoding="utf-8")
    code, out, err = call("validate", glossary)
    assert code == 0
    assert out.startswith(
        f"{glossary}:9:19: warning: 'Paris' has no ko rendering [missing-language]"
    )
    glossary.write_text(TEXT + "place.paris\tParis\tПариж\tパリ\tcity\n", encoding="utf-8")
    code, out, err = call("validate", "--json")
    assert code == 1
    problems = _rows(out)
    assert {problem["rule"] for problem in problems} == {"wrong-script", "unknown-value"}
    assert {(problem["line"], problem["severity"]) for problem in problems} == {(9, "major")}
    assert err == "aligner: 2 errors, 0 warnings\n"


def test_validate_against_articles(call: Run, tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Wang Yi visits Seoul\n\nWang Yi came to Seoul.\n", encoding="utf-8")
    out = call("validate", "--against", article)[1]
    assert "North Korea" in out and "sanctions" in out and "Seoul" not in out


def test_explain(call: Run) -> None:
    code, out, _ = call("explain", "North Korea and the DPRK.", "Kim left.", "--json")
    assert code == 0
    rows = _rows(out)
    assert [(row["segment"], row["surface"], row["matched"]) for row in rows] == [
        (1, "North Korea", True), (1, "DPRK", True),
    ]  # fmt: skip
    told = call("explain", "In Seoul.", "--target", "경성에서.", "--to", "ko")[1]
    assert "deprecated '경성' instead of '서울'" in told
    assert call("explain", "x", "--target", "y")[0] == 2
    assert call("explain", "x", "z", "--target", "y", "--to", "ko")[0] == 2


def test_suggest_from_articles_and_bitexts(call: Run, tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text(
        "Talks\n\nOn Monday Viktor Zalev came to Seoul. Later Viktor Zalev left Seoul.\n",
        encoding="utf-8",
    )
    rows = _rows(call("suggest", article, "--json")[1])
    assert [(row["text"], row["count"]) for row in rows] == [("Viktor Zalev", 2)]
    bitext = tmp_path / "b.tsv"
    bitext.write_text(
        "lang\tsource\ttarget\tverdict\n"
        "ko\tThen Viktor Zalev left.\t이후 잘레프가 떠났다.\taccept\n"
        "ko\tThen Viktor Zalev came.\t그때 잘레프는 왔다.\taccept\n"
        "ko\tThen Viktor Zalev spoke.\t그때 빅토르가 말했다.\treject\n",
        encoding="utf-8",
    )
    (row,) = _rows(call("suggest", bitext, "--json")[1])
    assert (row["count"], row["lang"]) == (2, "ko")
    assert row["renderings"] == [{"text": "잘레프", "count": 2}]
    (row,) = _rows(call("suggest", bitext, "--all-rows", "--json")[1])
    assert row["count"] == 3


# -- editing -----------------------------------------------------------------------------------------


def test_add_puts_one_line_beside_its_category(call: Run, glossary: Path) -> None:
    code, out, err = call(
        "add", "--en", "Busan", "--ko", "부산", "--ja", "釜山", "--category", "place",
        "--alias-en", "Pusan", "--alias-en", "Port of Busan", "--note", "port",
    )  # fmt: skip
    assert (code, out) == (0, "")
    assert "+ place.busan" in err
    lines = glossary.read_text(encoding="utf-8").splitlines()
    assert lines[7].startswith("place.busan\tBusan\t부산\t釜山\tplace\tPusan|Port of Busan\t")
    assert [line for number, line in enumerate(lines) if number != 7] == TEXT.splitlines()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "needs an English term"),
        (("--en", "Busan"), "needs a rendering"),
        (("--en", "Seoul", "--ko", "서울", "--category", "place"), "already there (line 6)"),
        (("--en", "Busan", "--ko", "Бусан"), "wrong-script"),
        (("--en", "Busan", "--ko", "부산", "--category", "city"), "unknown-value"),
        (("--en", "Busan", "--ko", "부산", "--from", "May"), "wrong-date"),
        (("--en", "Busan", "--ko", "부산", "--forbidden-ko", "부산"), "forbidden-accepted"),
        (("--en", "Busan", "--ko"), "requires an argument"),
        (("--nonsense",), "No such option"),
    ],
)
def test_a_bad_add_is_refused_and_nothing_touched(
    call: Run,
    glossary: Path,
    arguments: tuple[str, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    code, out, err = call("add", *arguments)
    assert (code, out) == (2, "")
    assert said in err and "  try: " in err
    assert glossary.read_text(encoding="utf-8") == TEXT


def test_a_doubtful_add_is_done_and_told(call: Run, glossary: Path) -> None:
    code, _, err = call("add", "--en", "Hanseong", "--ko", "서울", "--alias-en", "Seoul")
    assert code == 0
    assert f"{glossary}:9:" in err and "'서울' also renders 'Seoul'" in err
    assert load([glossary]).concept("concept.hanseong").ko == "서울"


def test_add_asks_at_a_terminal(call: Run, glossary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["Busan", "부산", "釜山", "place", "Pusan", "", "", "", "port"])
    monkeypatch.setattr("typer.prompt", lambda *a, **k: next(answers))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert call("add")[0] == 0
    concept = load([glossary]).concept("place.busan")
    assert (concept.ja, concept.aliases_en, concept.notes) == ("釜山", ("Pusan",), "port")


def test_dry_runs_write_nothing_and_say_all(call: Run, glossary: Path, tmp_path: Path) -> None:
    other = tmp_path / "o.csv"
    other.write_text("en,ko\nBusan,부산\n", encoding="utf-8")
    for arguments, said in (
        (("add", "--en", "Busan", "--ko", "부산"), "+ concept.busan\n"),
        (("edit", "Seoul", "--set", "ko=서울시"), "~ place.seoul  ko: 서울 → 서울시\n"),
        (("remove", "Seoul"), "- place.seoul\n"),
        (("rename", "Seoul", "place.s"), "+ place.s\n- place.seoul\n"),
        (("import", str(other)), "+ concept.busan\n"),
        (("merge", str(other)), "+ concept.busan\n"),
    ):
        code, out, err = call(*arguments, "--dry-run")
        assert (code, out) == (0, said)
        assert "would change" in err
    assert glossary.read_text(encoding="utf-8") == TEXT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["g.tsv", "o.csv"]


def test_edit_sets_columns(call: Run, glossary: Path) -> None:
    code, _, err = call(
        "edit", "Seoul", "--set", "variants_ko=서울시|서울특별시", "--set", "forbidden_ko="
    )
    assert code == 0
    assert "forbidden_ko: 경성 → (empty)" in err
    concept = load([glossary]).concept("place.seoul")
    assert concept.variants_ko == ("서울시", "서울특별시")
    assert concept.forbidden_ko == ()
    before = glossary.read_text(encoding="utf-8")
    for bad in ("ko", "kо=x", "en=", "ko=город", "id=person.wang-yi"):
        assert call("edit", "Seoul", "--set", bad)[0] == 2
    assert call("edit", "Nowhere", "--set", "ko=x")[0] == 2
    assert glossary.read_text(encoding="utf-8") == before


def _editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """$EDITOR becomes a Python program that sees the form as ``text`` in ``body``."""
    program = tmp_path / "editor.py"
    program.write_text(
        "import sys, pathlib\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "text = path.read_text(encoding='utf-8')\n"
        f"{body}\n"
        "path.write_text(text, encoding='utf-8')\n",
        encoding="utf-8",
    )
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {program}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)


def test_edit_in_the_editor(
    call: Run, glossary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _editor(
        tmp_path,
        monkeypatch,
        "text = text.replace('ko: 북한', 'ko: 조선').replace('- N. Korea', '- N. Korea\\n- Chosun')",
    )
    code, _, err = call("edit", "place.north-korea")
    assert code == 0
    assert "~ place.north-korea  ko: 북한 → 조선" in err
    assert load([glossary]).concept("place.north-korea").aliases_en == (
        "DPRK",
        "N. Korea",
        "Chosun",
    )
    assert not list(tmp_path.glob("place.*.txt")), "the form is gone"
    _editor(tmp_path, monkeypatch, "pass")
    assert "nothing changed" in call("edit", "Seoul")[2]


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("text = text.replace('category: place', 'category: town')", 2, "unknown-value"),
        ("text = 'what?'", 3, "is no field"),
        ("text = 'ko: 서울'", 3, "no English term"),
        ("text = text.replace('id: place.seoul', 'id: person.wang-yi')", 2, "already there"),
    ],
)
def test_a_spoilt_form_is_kept_and_the_glossary_untouched(
    call: Run,
    glossary: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    body: str,
    code: int,
    said: str,
) -> None:
    _editor(tmp_path, monkeypatch, body)
    found, _, err = call("edit", "Seoul")
    assert found == code
    (draft,) = tmp_path.glob("place.seoul.*.txt")
    assert said in err and str(draft) in err
    assert glossary.read_text(encoding="utf-8") == TEXT


def test_edit_notices_another_editor(
    call: Run, glossary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _editor(
        tmp_path,
        monkeypatch,
        "text = text.replace('ko: 서울', 'ko: 한양')\n"
        f"other = pathlib.Path({str(glossary)!r})\n"
        "other.write_text(other.read_text(encoding='utf-8').replace('ソウル', '漢城'), encoding='utf-8')",
    )
    code, _, err = call("edit", "Seoul")
    assert code == 2 and "by another editor" in err
    concept = load([glossary]).concept("place.seoul")
    assert (concept.ko, concept.ja) == ("서울", "漢城")


def test_editors_that_fail(call: Run, glossary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    for editor, said in (("false", "ended with 1"), ("/no/such/editor", "cannot be started")):
        monkeypatch.setenv("EDITOR", editor)
        code, _, err = call("edit", "Seoul")
        assert code == 2 and said in err
    assert glossary.read_text(encoding="utf-8") == TEXT


def test_remove_all_or_none(call: Run, glossary: Path) -> None:
    assert call("remove", "Seoul", "Nowhere")[0] == 2
    assert glossary.read_text(encoding="utf-8") == TEXT
    assert call("remove", "Seoul", "person.wang-yi")[0] == 0
    assert [c.id for c in load([glossary]).concepts] == ["place.north-korea", "concept.sanctions"]
    assert "# people" in glossary.read_text(encoding="utf-8")


def test_rename_and_undo_to_the_byte(call: Run, glossary: Path) -> None:
    assert call("rename", "Seoul", "place.seoul-city")[0] == 0
    assert call("rename", "Seoul", "person.wang-yi")[0] == 2
    assert call("remove", "Wang Yi")[0] == 0
    code, _, err = call("undo")
    assert code == 0 and "+ person.wang-yi" in err
    assert call("undo")[0] == 0
    assert glossary.read_text(encoding="utf-8") == TEXT
    code, _, err = call("undo")
    assert code == 2 and "nothing to undo" in err


# -- exchange ----------------------------------------------------------------------------------------

PLAIN = (
    "en\tko\tja\taliases_en\tvariants_ko\tvariants_ja\tforbidden_ko\tforbidden_ja\tcategory\tnotes\n"
    "Seoul\t서울시\tソウル\tS. City\t\t\t\t\tplace\tcapital\n"
    "Mars Accord\t화성협정\t火星合意\tMA\t화성 합의\t\t화성조약|화성약속\t\tdocument\tinvented\n"
)


def test_import_of_a_plain_table(call: Run, glossary: Path, tmp_path: Path) -> None:
    file = tmp_path / "plain.tsv"
    file.write_text(PLAIN, encoding="utf-8")
    code, out, err = call("import", file)
    assert (code, out) == (0, "")
    base = load([glossary])
    assert base.concept("document.mars-accord").forbidden_ko == ("화성조약", "화성약속")
    seoul = base.concept("place.seoul")
    assert (seoul.ko, seoul.variants_ko, seoul.notes) == ("서울", ("서울시",), "capital")
    assert "place.seoul: ko stays '서울'; plain.tsv has '서울시'" in err
    assert "# people" in glossary.read_text(encoding="utf-8")
    new = tmp_path / "new.tsv"
    assert call("import", file, "--into", new)[0] == 0
    assert [c.id for c in load([new]).concepts] == ["place.seoul", "document.mars-accord"]
    assert "nothing to change" in call("import", file, "--into", new)[2]


def test_import_tells_what_is_wrong_with_the_terms(call: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.tsv"
    file.write_text("en\tko\tja\nParis\tПариж\tパリ\n", encoding="utf-8")
    new = tmp_path / "new.tsv"
    code, _, err = call("import", file, "--into", new)
    assert code == 0
    assert f"{new}:2:" in err and "'Париж' in column ko" in err
    assert [problem.rule for problem in validate(new)] == ["wrong-script"]


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("none.tsv", None, 3, "none.tsv: cannot be read"),
        ("x.pdf", "x", 2, "cannot tell the format"),
        ("x.tsv", "word\tko\n", 3, "x.tsv:1"),
        ("x.tsv", "en\tko\n\t가\n", 3, "x.tsv:2"),
        ("x.tsv", "", 3, "x.tsv"),
        ("x.csv", 'en,ko\n"a,b\n', 3, "x.csv"),
        ("x.xlsx", "no workbook", 3, "x.xlsx"),
        ("x.tbx", "<tbx", 3, "x.tbx"),
        ("x.tbx", '<!DOCTYPE a [<!ENTITY b "c">]><tbx>&b;</tbx>', 3, "entities"),
        ("x.utx", "no utx", 3, "x.utx:1"),
        ("x.tab", "a\tb\n", 2, "ko or ja"),
    ],
)
def test_bad_imports_leave_the_glossary_alone(
    call: Run,
    glossary: Path,
    tmp_path: Path,
    name: str,
    content: str | None,
    code: int,
    said: str,
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_text(content, encoding="utf-8")
    found, _, err = call("import", file)
    assert found == code
    assert said in err and "  try: " in err
    assert glossary.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("suffix", ["tsv", "csv", "xlsx", "tbx"])
def test_export_and_import_bring_all_back(
    call: Run, glossary: Path, tmp_path: Path, suffix: str
) -> None:
    file, new = tmp_path / f"x.{suffix}", tmp_path / "new.tsv"
    assert call("export", file)[0] == 0
    assert call("import", file, "--into", new)[0] == 0
    code, out, err = call("diff", new)
    assert (code, out, err) == (0, "", "aligner: 0 added, 0 changed, 0 removed\n")


def test_export_tells_losses_and_refuses_itself(call: Run, glossary: Path, tmp_path: Path) -> None:
    code, _, err = call("export", tmp_path / "x.utx", "--to", "ko")
    assert code == 0 and "carries no terms of other languages (ja)" in err
    assert call("export", tmp_path / "x.utx")[0] == 2
    assert call("export", glossary)[0] == 2
    assert call("export", tmp_path / "no" / "x.csv")[0] == 3
    assert glossary.read_text(encoding="utf-8") == TEXT


def test_diff_of_two_glossaries(call: Run, glossary: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.tsv"
    old.write_text(TEXT.replace("서울", "한양").replace("Wang Yi", "Wang Er"), encoding="utf-8")
    assert "~ place.seoul  ko: 한양 → 서울" in call("diff", old)[1]
    rows = _rows(call("diff", old, glossary, "--json")[1])
    assert {"kind": "changed", "id": "person.wang-yi", "column": "en", "before": "Wang Er",
            "after": "Wang Yi"} in rows  # fmt: skip


def test_merge_keeps_ours(call: Run, glossary: Path, tmp_path: Path) -> None:
    other = tmp_path / "o.tsv"
    other.write_text(
        "en\tko\tja\tcategory\nSeoul\t한양\tソウル\tplace\nBusan\t부산\t釜山\tplace\n",
        encoding="utf-8",
    )
    code, _, err = call("merge", other, "--into", glossary)
    assert code == 0 and "+ place.busan" in err
    assert load([glossary]).concept("place.seoul").variants_ko == ("한양",)


# -- places ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",), ("show", "Seoul"), ("validate",), ("edit", "Seoul", "--set", "ko=x"),
        ("remove", "Seoul"), ("rename", "Seoul", "x"), ("undo",), ("export", "x.csv"),
    ],
)  # fmt: skip
def test_a_glossary_that_is_not_there(
    call: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    absent = tmp_path / "absent.tsv"
    code, _, err = call(*arguments, "--glossary", absent)
    assert code == 3
    assert f"{absent}: no such glossary" in err
    assert not absent.exists() and not list(tmp_path.glob(".absent*"))


def test_a_glossary_that_is_no_table(call: Run, glossary: Path) -> None:
    glossary.write_bytes(b"id\ten\tko\n\xff\xfe\n")
    for arguments in (("list",), ("add", "--en", "a", "--ko", "가"), ("remove", "a")):
        code, _, err = call(*arguments)
        assert code == 3 and "g.tsv:2: is not UTF-8" in err
    assert glossary.read_bytes() == b"id\ten\tko\n\xff\xfe\n"
    code, out, _ = call("validate")
    assert code == 1 and "g.tsv:2:1: error: is not UTF-8" in out


def test_undo_mends_a_file_spoilt_by_hand(call: Run, glossary: Path) -> None:
    assert call("remove", "Seoul")[0] == 0
    glossary.write_bytes(b"\xff\xfe")
    assert call("undo")[0] == 0
    assert glossary.read_text(encoding="utf-8") == TEXT


def test_without_any_glossary(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALIGNER_GLOSSARY", raising=False)
    monkeypatch.chdir(tmp_path)
    assert run(["glossary", "list"]) == 2
    assert "--glossary FILE" in capsys.readouterr().err
    (tmp_path / "glossaries").mkdir()
    (tmp_path / "glossaries" / "diplomacy.tsv").write_text(TEXT, encoding="utf-8")
    (tmp_path / "glossaries" / "another.tsv").write_text("en\tko\na\t가\n", encoding="utf-8")
    assert run(["glossary", "list"]) == 0
    assert "Wang Yi" in capsys.readouterr().out


def test_two_command_lines_at_once_lose_nothing(glossary: Path) -> None:
    editors = [
        subprocess.Popen(
            [sys.executable, "-m", "aligner", "glossary", "add", "-q", "-g", str(glossary),
             "--en", f"Place {number}", "--ko", "곳", "--category", "place"],
            stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for number in range(4)
    ]  # fmt: skip
    for editor in editors:
        assert editor.communicate(timeout=60)[1] == ""
        assert editor.returncode == 0
    found = {concept.en for concept in read_glossary(glossary).concepts}
    assert {f"Place {number}" for number in range(4)} < found
