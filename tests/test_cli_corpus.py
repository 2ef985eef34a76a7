"""Commands over bitexts, corpora, the memory and measurements, through the error boundary."""

from __future__ import annotations

import io
import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aligner import corpus
from aligner.cli.app import run
from aligner.corpus import Entry
from aligner.languages import KOREAN, LanguagePair, language
from aligner.memory import Memory, MemoryKey
from aligner.model import Hypothesis, TranslationUnit
from aligner.scoring.external import score_with

GLOSSARY = (
    "id\ten\tko\tja\tcategory\tshort_en\tshort_ko\tforbidden_ko\n"
    "person.wang-yi\tWang Yi\t왕이\t王毅\tperson\tWang\t왕\t\n"
    "place.seoul\tSeoul\t서울\tソウル\tplace\t\t\t경성\n"
    "place.north-korea\tNorth Korea\t북한\t北朝鮮\tplace\t\t\t\n"
)
ROWS = (
    ("d1", "1", "Wang Yi came to Seoul.", "왕이가 서울에 왔다."),
    ("d1", "2", "Wang left Seoul on Monday.", "왕이는 월요일에 경성을 떠났다."),
    ("d2", "3", "North Korea fired 3 missiles.", "북한이 미사일 3발을 쐈다."),
    ("d2", "4", "North Korea fired 3 missiles.", "북한이 미사일 4발을 쐈다."),
    ("d2", "5", "The envoy spoke of Seoul.", "특사는 연설했다."),
)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Run:
    """Runs `aligner …` in an empty folder; (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALIGNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("ALIGNER_GLOSSARY", raising=False)
    monkeypatch.delenv("ALIGNER_MEMORY", raising=False)

    def called(*arguments: str | Path) -> tuple[int, str, str]:
        code = run(list(map(str, arguments)))
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return called


@pytest.fixture
def bitext(tmp_path: Path) -> Path:
    path = tmp_path / "en-ko.tsv"
    lines = ["doc_id\tseg_id\tlang\tsource\ttarget"]
    lines += [f"{doc}\t{seg}\tko\t{source}\t{target}" for doc, seg, source, target in ROWS]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def glossary(tmp_path: Path) -> Path:
    path = tmp_path / "g.tsv"
    path.write_text(GLOSSARY, encoding="utf-8")
    return path


def _rows(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


# -- check, score, consistency -----------------------------------------------------------------------


def test_check_counts_rows_from_1_and_keeps_its_keys(
    call: Run, bitext: Path, glossary: Path
) -> None:
    code, out, err = call("check", bitext, "--glossary", glossary, "--json")
    assert (code, err) == (0, "")
    rows = _rows(out)
    assert set(rows[0]) == {
        "row", "check", "category", "severity", "message", "term", "start", "end", "suggestion",
    }  # fmt: skip
    terms = {(row["row"], row["term"]) for row in rows if row["term"]}
    assert terms == {(2, "place.seoul"), (5, "place.seoul")}
    assert (4, "number") in {(row["row"], row["check"]) for row in rows}
    assert call("check", bitext, "--fail-on", "major")[0] == 1
    assert call("check", bitext, "--fail-on", "awful")[0] == 2


def test_any_suffix_is_tsv_and_an_error_comes_alone(
    call: Run, bitext: Path, tmp_path: Path
) -> None:
    bitext.rename(tmp_path / "rows.txt")
    assert len(_rows(call("score", "rows.txt", "--json")[1])) == 5
    (tmp_path / "bad.txt").write_text("lang\tsource\nko\ta\n", encoding="utf-8")
    for command in ("check", "score", "consistency"):
        for bad in ("bad.txt", "none", tmp_path):
            code, out, _ = call(command, bad)
            assert (code, out) == (3, "")


def test_check_reads_rows_of_one_document_as_one_article(
    call: Run, bitext: Path, glossary: Path
) -> None:
    # "Wang" in row 2 is Wang Yi of row 1, so that a wrong name there is a finding.
    spoilt = bitext.read_text(encoding="utf-8").replace("왕이는 월요일", "장은 월요일")
    bitext.write_text(spoilt, encoding="utf-8")
    rows = _rows(call("check", bitext, "-g", glossary, "--json")[1])
    assert (2, "person.wang-yi") in {(row["row"], row["term"]) for row in rows}


def test_score_json_and_table(call: Run, bitext: Path, glossary: Path) -> None:
    code, out, _ = call("score", bitext, "-g", glossary, "--json")
    rows = _rows(out)
    assert code == 0
    assert [row["row"] for row in rows] == [1, 2, 3, 4, 5]
    assert all(set(row) == {"row", "score", "parts", "verdict"} for row in rows)
    explained = _rows(call("score", bitext, "-g", glossary, "--json", "--explain")[1])
    assert "Seoul" in str(explained[4]["reason"])
    assert [row["score"] for row in explained] == [row["score"] for row in rows]
    table = call("score", bitext)[1].splitlines()
    assert table[0] == "row\tscore\tverdict" and len(table) == 6


def test_consistency_and_its_other_name(call: Run, bitext: Path, glossary: Path) -> None:
    code, out, _ = call("consistency", bitext, "-g", glossary, "--json")
    assert code == 0
    rows = {row["concept"]: row for row in _rows(out)}
    seoul = rows["place.seoul"]
    assert (seoul["mentions"], seoul["missing"], seoul["offending"]) == (3, ["5"], ["2", "5"])
    assert seoul["majority"] == "서울", "of two equally frequent renderings, the right one"
    assert rows["person.wang-yi"]["mentions"] == 2, "the short mention is counted"
    assert (
        _rows(call("consistency", bitext, "-g", glossary, "--json", "--only-offending")[1])[0]
        == seoul
    )
    assert call("terms", "report", bitext, "-g", glossary, "--json")[1] == out
    assert "(none) ×1" in call("terms", "report", bitext, "-g", glossary)[1]
    assert call("terms", "report", "none.tsv")[0] == 3


def test_terms_still_finds_terms_in_a_file_called_report(
    call: Run, tmp_path: Path, glossary: Path
) -> None:
    (tmp_path / "report").write_text("Wang Yi came.\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("Seoul was quiet.\n", encoding="utf-8")
    rows = _rows(call("terms", "report", "a.txt", "-g", glossary, "--json")[1])
    assert [row["concept"] for row in rows] == ["person.wang-yi", "place.seoul"]


# -- external scorers --------------------------------------------------------------------------------


def _program(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


_LENGTHS = (
    "import sys\nfor line in sys.stdin: print(len(line.rstrip().split('\\t')[1]), flush=True)"
)


def test_score_with_a_command_keeps_the_order(call: Run, bitext: Path) -> None:
    wanted = [float(len(target)) for *_, target in ROWS]
    late = (
        "import sys\nfor line in sys.stdin.readlines(): print(len(line.rstrip().split('\\t')[1]))"
    )
    for code in (_LENGTHS, late):
        found, out, _ = call("score", bitext, "--with", _program(code), "--json")
        assert found == 0
        assert [row["score"] for row in _rows(out)] == wanted
        assert _rows(out)[0] == {"row": 1, "score": wanted[0], "parts": {}, "verdict": None}


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (_program("print(1)"), 4, "answered 1 lines for 5"),
        (
            _program("import sys\nsys.stdin.read()\nfor i in range(6): print(i)"),
            4,
            "more than the 5",
        ),
        (_program("import sys\nfor line in sys.stdin: print('good')"), 4, "'good' for line 1"),
        (_program("import sys\nfor line in sys.stdin: print('nan')"), 4, "'nan' for line 1"),
        (_program("import sys\nsys.exit(7)"), 4, "ended with 7"),
        ("/no/such/scorer", 2, "cannot be started"),
        ("'", 2, "--with"),
        ("", 2, "names no command"),
    ],
)
def test_scorers_that_break_the_protocol(
    call: Run, bitext: Path, command: str, code: int, said: str
) -> None:
    found, _, err = call("score", bitext, "--with", command, "--json")
    assert found == code
    assert said in err and "  try: " in err


def test_bad_rows_are_told_though_a_scorer_waits(call: Run, bitext: Path) -> None:
    bitext.write_text(bitext.read_text(encoding="utf-8") + "d\t9\tko\n", encoding="utf-8")
    code, _, err = call("score", bitext, "--with", _program(_LENGTHS))
    assert code == 3 and "en-ko.tsv:7" in err


def test_a_scorer_is_fed_as_it_answers() -> None:
    taken = 0

    def units() -> object:
        nonlocal taken
        for number in range(200_000):
            taken += 1
            yield TranslationUnit(str(number), "s" * 50, "t" * 50, KOREAN)

    scored = score_with([sys.executable, "-c", _LENGTHS], units())  # type: ignore[arg-type]
    for _ in range(100):
        assert next(scored)[1] == 50.0
    assert taken < 100_000, "no more is read than the pipes hold"
    scored.close()  # type: ignore[attr-defined]


# -- corpus ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["x.tmx", "x.xlf", "x.xliff", "x.jsonl", "x.csv", "x.parquet", "x.tsv.gz", "x.en-ko"]
)
def test_convert_there_and_back(call: Run, bitext: Path, tmp_path: Path, name: str) -> None:
    assert call("corpus", "convert", bitext, name)[0] == 0
    code, _, err = call("corpus", "convert", name, "back.tsv")
    assert code == 0 and "wrote 5 rows to back.tsv" in err
    back = [(unit.source, unit.target) for unit in corpus.iterate(tmp_path / "back.tsv")]
    assert back == [(source, target) for _, _, source, target in ROWS]


def test_convert_tells_losses_and_faults(call: Run, bitext: Path, tmp_path: Path) -> None:
    told = bitext.read_text(encoding="utf-8").replace("doc_id", "engine", 1)
    (tmp_path / "told.tsv").write_text(told, encoding="utf-8")
    assert "moses does not carry hypothesis" in call("corpus", "convert", "told.tsv", "x.en-ko")[2]
    assert call("corpus", "convert", bitext, "x.foo")[0] == 2
    assert call("corpus", "convert", bitext, "-")[0] == 2
    assert call("corpus", "convert", "none.tsv", "x.tmx")[0] == 3
    assert call("corpus", "convert", bitext, bitext / "x.tmx")[0] == 3
    (tmp_path / "kept.tmx").write_text("old", encoding="utf-8")
    (tmp_path / "bad.tsv").write_text("lang\tsource\ttarget\nko\ta\t가\nko\tb\n", encoding="utf-8")
    code, _, err = call("corpus", "convert", "bad.tsv", "kept.tmx")
    assert code == 3 and "bad.tsv:3:" in err
    assert (tmp_path / "kept.tmx").read_text(encoding="utf-8") == "old"


def test_convert_a_file_without_language(call: Run, tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("source\ttarget\na\t가\n", encoding="utf-8")
    assert call("corpus", "convert", "x.tsv", "y.jsonl")[0] == 3
    assert call("corpus", "convert", "x.tsv", "y.jsonl", "--to", "ko")[0] == 0
    assert call("corpus", "convert", "x.tsv", "y.jsonl", "--to", "xx")[0] == 2


def test_stats(call: Run, bitext: Path) -> None:
    (row,) = _rows(call("corpus", "stats", bitext, "--json")[1])
    assert (row["lang"], row["rows"], row["documents"]) == ("ko", 5, 2)
    assert "ko\trows\t5" in call("corpus", "stats", bitext)[1].splitlines()
    assert call("corpus", "stats", "none.tsv")[0] == 3


def test_split_takes_stories_whole_and_files_together(call: Run, tmp_path: Path) -> None:
    for code in ("ko", "ja"):
        units = [
            TranslationUnit(
                f"{n}-{i}", f"Sentence {i} of {n}.", "가", language(code), document=f"d{n}"
            )
            for n in range(40)
            for i in range(3)
        ]
        corpus.write_units(tmp_path / f"en-{code}.tsv", units)
    code_, _, err = call(
        "corpus",
        "split",
        "en-ko.tsv",
        "en-ja.tsv",
        "--out",
        "parts",
        "--shares",
        "train=0.5,test=0.5",
    )
    assert code_ == 0 and "parts/en-ja.test.tsv" in err
    documents = {
        path.name: {unit.document for unit in corpus.iterate(path)}
        for path in (tmp_path / "parts").iterdir()
    }
    assert documents["en-ko.train.tsv"] == documents["en-ja.train.tsv"]
    assert documents["en-ko.train.tsv"].isdisjoint(documents["en-ko.test.tsv"])
    assert len(documents["en-ko.train.tsv"] | documents["en-ko.test.tsv"]) == 40
    for shares in ("train=0.5", "train", "train=x", "a=0.5,a=0.5", "../x=1", "a=2,b=-1"):
        assert call("corpus", "split", "en-ko.tsv", "--out", "parts", "--shares", shares)[0] == 2
    assert call("corpus", "split", "-", "--out", "parts")[0] == 2


def test_dedup(call: Run, tmp_path: Path) -> None:
    pairs = [("a b", "가"), ("A  B!", "가"), ("a b", "나"), ("a b", "가")]
    units = [TranslationUnit(str(n), *pair, KOREAN) for n, pair in enumerate(pairs)]
    corpus.write_units(tmp_path / "x.tsv", [Entry(unit) for unit in units])

    def left(*options: str) -> list[str]:
        assert call("corpus", "dedup", "x.tsv", "y.tsv", *options)[0] == 0
        return [unit.id for unit in corpus.iterate(tmp_path / "y.tsv")]

    assert left() == ["0", "2"]
    assert left("--exact") == ["0", "1", "2"]
    assert left("--by-source") == ["0"]


def test_verify_sees_a_changed_byte(call: Run, tmp_path: Path) -> None:
    corpus.write_corpora(tmp_path / "c", [], {"ko": [TranslationUnit("1", "a", "가", KOREAN)]})
    code, out, _ = call("corpus", "verify", "c", "--json")
    assert code == 0 and [row["state"] for row in _rows(out)] == ["ok"]
    with (tmp_path / "c" / "en-ko.tsv").open("ab") as stream:
        stream.write(b" ")
    code, out, _ = call("corpus", "verify", "c")
    assert code == 1 and "en-ko.tsv\tchanged" in out
    (tmp_path / "c" / "en-ko.tsv").unlink()
    assert [row["state"] for row in _rows(call("corpus", "verify", "c", "--json")[1])] == [
        "missing"
    ]
    assert call("corpus", "verify", tmp_path)[0] == 3


# -- memory ------------------------------------------------------------------------------------------


def test_memory_stats_and_prune(call: Run, tmp_path: Path) -> None:
    code, _, err = call("memory", "stats")
    assert code == 3 and "no such translation memory" in err
    assert not (tmp_path / "data").exists(), "looking makes no file"
    path = tmp_path / "m.sqlite"
    english = language("en")
    with Memory(path) as store:
        for engine in ("old", "new"):
            key = MemoryKey("text", LanguagePair(english, KOREAN), engine)
            store.put(key, Hypothesis("글", engine))
    (row,) = _rows(call("memory", "stats", "--memory", path, "--json")[1])
    assert (row["entries"], row["by_engine"]) == (2, {"new": 1, "old": 1})
    assert call("memory", "prune", "--memory", path)[0] == 2
    keep = ("memory", "prune", "--memory", path, "--keep-engine", "new")
    assert "would drop 1 of 2" in call(*keep, "--dry-run")[2]
    assert "dropped 1 translations" in call(*keep)[2]
    assert "engine new\t1" in call("memory", "stats", "--memory", path)[1]
    assert call("memory", "prune", "--memory", path, "--max-age-days", "1")[0] == 0
    (tmp_path / "x.sqlite").write_text("no database, but long enough to look like one" * 9)
    assert call("memory", "stats", "--memory", "x.sqlite")[0] == 3


# -- evaluate ----------------------------------------------------------------------------------------


def _figures(out: str) -> dict[str, dict[str, object]]:
    return {str(row["metric"]): row for row in _rows(out)}


def test_evaluate_a_bitext_against_itself(call: Run, bitext: Path, glossary: Path) -> None:
    code, out, _ = call(
        "evaluate", bitext, "--reference", bitext, "-g", glossary, "--samples", "20", "--json"
    )
    assert code == 0
    found = _figures(out)
    assert found["chrF2"]["value"] == 100 and found["TER"]["value"] == 0
    assert "chrF2|nrefs:1" in str(found["chrF2"]["signature"])
    assert (found["terms %"]["matched"], found["terms %"]["occurrences"]) == (5, 7)
    assert found["degenerate %"]["value"] == 0


def test_evaluate_plain_lines_with_a_baseline(call: Run, tmp_path: Path) -> None:
    (tmp_path / "h.txt").write_text("서울에 왔다.\n북한이 쐈다.\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("서울에 갔다.\n남한이 쐈다.\n", encoding="utf-8")
    arguments = (
        "evaluate",
        "h.txt",
        "-r",
        "h.txt",
        "-b",
        "b.txt",
        "--to",
        "ko",
        "--samples",
        "100",
    )
    found = _figures(call(*arguments, "--metric", "chrF2", "--json")[1])
    assert set(found) == {"chrF2", "chrF2 gain"}
    assert float(str(found["chrF2 gain"]["value"])) > 0
    table = call(*arguments)[1]
    assert "metric\tvalue\tinterval\tsignature" in table and "p = " in table


def test_evaluate_survives_outputs_that_share_nothing(call: Run, tmp_path: Path) -> None:
    (tmp_path / "h.txt").write_text("가 나\n다\n", encoding="utf-8")
    (tmp_path / "r.txt").write_text("가 나\n라\n", encoding="utf-8")
    assert call("evaluate", "h.txt", "-r", "r.txt", "--to", "ko", "--samples", "50")[0] == 0


def test_evaluate_takes_the_reference_column(call: Run, tmp_path: Path) -> None:
    header = "lp\tsource\thypothesis\treference\n"
    (tmp_path / "x.tsv").write_text(header + "en-ja\tSeoul\tソウル\tソウル\n", encoding="utf-8")
    found = _figures(call("evaluate", "x.tsv", "--samples", "0", "--metric", "chrF2", "--json")[1])
    assert found["chrF2"]["value"] == 100


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("h.txt", "-r", "r.txt"), 2, "no target language"),
        (("h.txt", "-r", "one.txt", "--to", "ko"), 3, "holds 1 where h.txt holds 2"),
        (("h.txt", "--to", "ko"), 2, "no references"),
        (("none.txt", "-r", "r.txt", "--to", "ko"), 3, "no such file"),
        (("h.txt", "-r", "r.txt", "--to", "ko", "--metric", "COMET"), 2, "unknown metric"),
        (("a.tsv", "-r", "b.tsv"), 3, "b.tsv:3: row 2 has another source"),
        (("mixed.tsv", "-r", "mixed.tsv"), 2, "several target languages: ja, ko"),
        (("ragged.tsv", "-r", "r.txt"), 3, "ragged.tsv:2"),
        (("blank.tsv", "-r", "r.txt"), 3, "blank.tsv:1"),
        (("other.tsv", "-r", "r.txt", "--to", "ko"), 3, "no column for the translation"),
    ],
)
def test_evaluate_refuses_what_does_not_fit(
    call: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    for name, text in {
        "h.txt": "가\n나\n", "r.txt": "가\n나\n", "one.txt": "가\n", "blank.tsv": "",
        "a.tsv": "lang\tsource\ttarget\nko\tA\t가\nko\tB\t나\n",
        "b.tsv": "lang\tsource\ttarget\nko\tA\t가\nko\tC\t나\n",
        "mixed.tsv": "lang\tsource\ttarget\nko\tA\t가\nja\tB\tア\n",
        "ragged.tsv": "lang\tsource\ttarget\nko\tA\n", "other.tsv": "x\ty\n1\t2\n1\t2\n",
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    found, out, err = call("evaluate", *arguments)
    assert (found, out) == (code, "")
    assert said in err


# -- evaluate-scores ---------------------------------------------------------------------------------


def _judged(path: Path) -> None:
    rows = ["lp\tdoc_id\tsystem\tsource\thypothesis\treference\tscore\tmine\tnoise"]
    for n in range(12):
        target = "북한이 미사일을 쐈다." if n % 3 else "North Korea fired."
        rows.append(
            f"en-ko\td{n // 3}\ts{n % 3}\tNorth Korea fired {n // 3}.\t{target}\t"
            f"북한이 미사일을 쐈다.\t{n % 3}\t{10 * (n % 3)}\t{n * 7 % 5}"
        )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_evaluate_scores_of_columns_and_of_ours(call: Run, tmp_path: Path) -> None:
    _judged(tmp_path / "x.tsv")
    code, out, _ = call(
        "evaluate-scores", "x.tsv", "--score", "mine", "--score", "chrf", "--score", "aligner",
        "--samples", "20", "--json",
    )  # fmt: skip
    assert code == 0
    mine, chrf, ours = _rows(out)
    assert mine["pearson"] == {
        "value": pytest.approx(1),
        "low": pytest.approx(1),
        "high": pytest.approx(1),
    }
    assert (mine["rows"], mine["documents"], mine["systems"]) == (12, 4, 3)
    assert mine["within_source"]["value"] == 1.0  # type: ignore[index]
    for row in (chrf, ours):
        assert row["pearson"]["value"] > 0.5  # type: ignore[index]
    worse = _rows(
        call("evaluate-scores", "x.tsv", "--score", "mine", "--lower-is-better", "--json")[1]
    )
    assert worse[0]["pearson"]["value"] == pytest.approx(-1)  # type: ignore[index]
    assert "score\trows\tdocuments\tpearson" in call("evaluate-scores", "x.tsv")[1]


def test_evaluate_scores_refuses_what_is_no_number(call: Run, tmp_path: Path) -> None:
    _judged(tmp_path / "x.tsv")
    assert call("evaluate-scores", "x.tsv", "--score", "nothing")[0] == 3
    assert call("evaluate-scores", "x.tsv", "--human", "nothing")[0] == 3
    code, _, err = call("evaluate-scores", "x.tsv", "--score", "reference")
    assert (
        code == 3 and "x.tsv:2: '북한이 미사일을 쐈다.' in column 'reference' is no number" in err
    )


# -- standard input, help ----------------------------------------------------------------------------


def test_a_bitext_from_standard_input(
    call: Run, bitext: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in (("check",), ("score",), ("consistency",), ("corpus", "stats")):
        stream = io.TextIOWrapper(io.BytesIO(bitext.read_bytes()))
        monkeypatch.setattr("sys.stdin", stream)
        assert call(*arguments, "-", "--json")[0] == 0


@pytest.mark.parametrize("group", ["corpus", "memory", "glossary"])
def test_groups_show_their_help(call: Run, group: str) -> None:
    code, out, _ = call(group, "--help")
    assert code == 0 and "Commands" in out
    assert call(group, "nonsense")[0] == 2
