"""The command line: names and keys other tools rely on, exit codes, and one clear error per fault."""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aligner.cli import app as application
from aligner.cli.app import run
from aligner.engines.scripted import Scripted
from aligner.model import Severity

ROOT = Path(__file__).parents[1]
STORY = """S. Korea, Japan vow to go on with talks

May 5, 2021

South Korean Foreign Minister Chung Eui-yong met his Japanese counterpart Toshimitsu Motegi in London on Wednesday. “We will go on. There is no other way,” a U.S. official said.

The two agreed on 3 points, and 40 percent of the budget will be spent by May 12.
"""
GLOSSARY = """id\ten\tko\tja\tcategory\tshort_en
person.chung\tChung Eui-yong\t정의용\t鄭義溶\tperson\tChung
person.motegi\tToshimitsu Motegi\t모테기 도시미쓰\t茂木敏充\tperson\tMotegi
place.london\tLondon\t런던\tロンドン\tplace\t
place.japan\tJapan\t일본\t日本\tplace\t
"""
BITEXT = (
    "seg\tlang\tsource\ttarget\tremark\n"
    "a#1\tko\tThe talks in London ended on Wednesday.\t런던 회담은 수요일에 끝났다.\tmine\n"
    "a#2\tko\tChung Eui-yong spoke of 3 points.\t장관은 5개 사항을 언급했다.\t\n"
    "a#3\tja\tThe talks in London ended on Wednesday.\t"
    "The talks in London ended on Wednesday.\tcopied\n"
)


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    talk: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Aligner = Callable[..., Outcome]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with an article, a glossary and a bitext, and a home with nothing in it."""
    home = tmp_path / "home"
    home.mkdir()
    for name in list(os.environ):
        if name.startswith(("ALIGNER", "XDG_", "ARGOS")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1620000000")
    monkeypatch.setattr("aligner.engines._argos_packages", lambda: [])
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    (work / "story.txt").write_text(STORY, "utf-8")
    (work / "terms.tsv").write_text(GLOSSARY, "utf-8")
    (work / "rows.tsv").write_text(BITEXT, "utf-8")
    return work


@pytest.fixture
def aligner(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Aligner:
    """Runs the command line in this process: an exception that escapes fails the test."""

    def call(*arguments: str | Path, stdin: bytes = b"") -> Outcome:
        piped = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
        monkeypatch.setattr("sys.stdin", piped)
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        assert "\x1b[" not in captured.out + captured.err, "colours although it is no terminal"
        return Outcome(code, captured.out, captured.err)

    return call


def translate(aligner: Aligner, *arguments: str | Path, stdin: bytes = b"") -> Outcome:
    settings = ["--engine", "scripted", "--glossary", "terms.tsv", "--memory", "memory.sqlite"]
    return aligner("translate", *arguments, *settings, stdin=stdin)


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below the working folder and the home beside it."""
    return {
        str(path): path.read_bytes() for path in sorted(folder.parent.rglob("*")) if path.is_file()
    }


# ---- segment -------------------------------------------------------------------------------------


def test_segment_gives_each_segment_with_offsets_into_the_file(aligner: Aligner) -> None:
    done = aligner("segment", "story.txt", "--json")
    assert (done.code, done.talk) == (0, "")
    assert [list(row)[:6] for row in done.rows] == [
        ["id", "paragraph", "index", "text", "start", "end"]
    ] * len(done.rows)
    assert [row["text"] for row in done.rows] == [
        "S. Korea, Japan vow to go on with talks",
        "May 5, 2021",
        "South Korean Foreign Minister Chung Eui-yong met his Japanese counterpart "
        "Toshimitsu Motegi in London on Wednesday.",
        "“We will go on.",
        "There is no other way,” a U.S. official said.",
        "The two agreed on 3 points, and 40 percent of the budget will be spent by May 12.",
    ]
    for row in done.rows:
        assert STORY[row["start"] : row["end"]] == row["text"]
    assert [row["index"] for row in done.rows] == [0, 1, 2, 3, 4, 5]
    assert [row["paragraph"] for row in done.rows] == [0, 1, 2, 2, 2, 3]
    assert len({row["id"] for row in done.rows}) == 6


def test_segment_prints_one_segment_a_line_for_people(aligner: Aligner) -> None:
    done = aligner("segment", "story.txt")
    assert done.code == 0
    assert len(done.out.splitlines()) == 6


def test_segment_reads_standard_input_and_other_encodings(aligner: Aligner, folder: Path) -> None:
    by_file = aligner("segment", "story.txt", "--json").rows
    by_pipe = aligner("segment", "-", "--json", stdin=STORY.encode()).rows
    assert [row["text"] for row in by_pipe] == [row["text"] for row in by_file]
    (folder / "wide.txt").write_bytes(STORY.encode("utf-16"))
    (folder / "bom.txt").write_bytes(b"\xef\xbb\xbf" + STORY.encode())
    for name in ("wide.txt", "bom.txt"):
        rows = aligner("segment", name, "--json").rows
        assert [row["text"] for row in rows] == [row["text"] for row in by_file], name


def test_segment_obeys_the_users_abbreviations(aligner: Aligner, folder: Path) -> None:
    (folder / "x.txt").write_text("They met\n\nHe saw the Bohum. Ministers left on Monday.\n")
    assert len(aligner("segment", "x.txt", "--json").rows) == 3
    (folder / "mine.txt").write_text("[never]\nBohum.\n")
    done = aligner("segment", "x.txt", "--json", "--abbreviations", "mine.txt")
    assert [row["text"] for row in done.rows][1:] == ["He saw the Bohum. Ministers left on Monday."]


# ---- terms ---------------------------------------------------------------------------------------


def test_terms_gives_each_match_with_offsets_into_its_segment(aligner: Aligner) -> None:
    texts = {row["id"]: row["text"] for row in aligner("segment", "story.txt", "--json").rows}
    done = aligner("terms", "story.txt", "--glossary", "terms.tsv", "--json")
    assert (done.code, done.talk) == (0, "")
    for row in done.rows:
        assert list(row)[:7] == ["segment", "start", "end", "surface", "concept", "ko", "ja"]
        assert texts[row["segment"]][row["start"] : row["end"]] == row["surface"]
    told = [(row["surface"], row["concept"], row["ko"], row["ja"]) for row in done.rows]
    assert told == [
        ("Japan", "place.japan", "일본", "日本"),
        ("Chung Eui-yong", "person.chung", "정의용", "鄭義溶"),
        ("Toshimitsu Motegi", "person.motegi", "모테기 도시미쓰", "茂木敏充"),
        ("London", "place.london", "런던", "ロンドン"),
    ]


def test_terms_uses_only_the_glossaries_given_in_their_order(
    aligner: Aligner, folder: Path
) -> None:
    (folder / "other.tsv").write_text(
        "id\ten\tko\tja\nplace.london\tLondon\t런던시\tロンドン市\n", "utf-8"
    )
    done = aligner("terms", "story.txt", "-g", "terms.tsv", "-g", "other.tsv", "--json")
    assert {row["ko"] for row in done.rows if row["surface"] == "London"} == {"런던시"}
    alone = aligner("terms", "story.txt", "-g", "other.tsv", "--json")
    assert {row["surface"] for row in alone.rows} == {"London"}


def test_terms_without_an_option_takes_the_glossaries_here(aligner: Aligner, folder: Path) -> None:
    (folder / "glossaries").mkdir()
    (folder / "terms.tsv").rename(folder / "glossaries" / "terms.tsv")
    found = {row["surface"] for row in aligner("terms", "story.txt", "--json").rows}
    assert "Chung Eui-yong" in found


# ---- check and score -----------------------------------------------------------------------------


def test_check_gives_one_row_per_finding(aligner: Aligner) -> None:
    done = aligner("check", "rows.tsv", "--glossary", "terms.tsv", "--json")
    assert (done.code, done.talk) == (0, "")
    wanted = ["row", "check", "category", "severity", "message", "term"]
    assert all(list(row)[:6] == wanted for row in done.rows)
    found = {(row["row"], row["check"]) for row in done.rows}
    assert {(2, "term"), (2, "number"), (3, "copy")} <= found
    assert not [row for row in done.rows if row["row"] == 1]
    assert all(row["severity"] in list(Severity) for row in done.rows)
    assert all("/" in row["category"] and row["message"] for row in done.rows)
    terms = {row["check"]: row["term"] for row in done.rows}
    assert terms["term"] == "person.chung"
    assert terms["number"] is None


def test_check_fails_on_what_it_is_told_to(aligner: Aligner, folder: Path) -> None:
    arguments = ("check", "rows.tsv", "--glossary", "terms.tsv", "--json", "--fail-on")
    assert [aligner(*arguments, one).code for one in ("minor", "major", "critical")] == [1, 1, 1]
    sound = "".join(BITEXT.splitlines(keepends=True)[:2])
    (folder / "rows.tsv").write_text(sound, "utf-8")
    assert aligner(*arguments, "minor").code == 0
    refused = aligner(*arguments, "grave")
    assert refused.code == 2
    assert "minor" in refused.talk


def test_score_gives_one_row_per_row(aligner: Aligner) -> None:
    done = aligner("score", "rows.tsv", "--json")
    assert done.code == 0
    assert [list(row) for row in done.rows] == [["row", "score", "parts", "verdict"]] * 3
    assert [row["row"] for row in done.rows] == [1, 2, 3]
    for row in done.rows:
        assert 0 <= row["score"] <= 1
        assert row["verdict"] in ("accept", "review", "reject")
        assert row["parts"]
        assert all(0 <= value <= 1 for value in row["parts"].values())
    first, _, copied = done.rows
    assert copied["verdict"] == "reject"
    assert copied["score"] < first["score"]


def test_score_explains_on_request(aligner: Aligner) -> None:
    done = aligner("score", "rows.tsv", "--json", "--explain")
    assert all(row["reason"] for row in done.rows)


@pytest.mark.parametrize("command", ["check", "score"])
def test_a_bitext_may_come_by_standard_input(aligner: Aligner, command: str) -> None:
    by_file = aligner(command, "rows.tsv", "--json")
    by_pipe = aligner(command, "-", "--json", stdin=BITEXT.encode())
    assert by_pipe.code == 0
    assert by_pipe.out == by_file.out


@pytest.mark.parametrize("command", ["check", "score"])
def test_a_table_for_people_has_a_header_and_no_json(aligner: Aligner, command: str) -> None:
    done = aligner(command, "rows.tsv", "--glossary", "terms.tsv")
    assert done.code == 0
    assert done.out.startswith("row\t")
    with pytest.raises(json.JSONDecodeError):
        json.loads(done.out.splitlines()[0])


# ---- translate -----------------------------------------------------------------------------------


def test_translate_writes_the_corpora_and_says_so(aligner: Aligner, folder: Path) -> None:
    done = translate(aligner, "story.txt", "--out", "out")
    assert done.code == 0
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        *("en-ja.tsv", "en-ko-ja.tsv", "en-ko.tsv", "manifest.json")
    ]
    for name in ("en-ko", "en-ja", "6", "manifest.json"):
        assert name in done.out
    assert "engine scripted" in done.talk


def test_translate_gives_its_rows_as_json(aligner: Aligner) -> None:
    done = translate(aligner, "story.txt", "--out", "out", "--json", "--to", "ko")
    assert done.code == 0
    assert [row["lang"] for row in done.rows] == ["ko"] * 6
    assert done.rows[1]["source"] == "May 5, 2021"
    assert done.rows[1]["target"] == "2021년 5월 5일"
    wanted = {"document", "segment", "lang", "source", "target", "score", "verdict", "findings"}
    assert wanted <= set(done.rows[0])


@pytest.mark.parametrize(
    ("targets", "files"),
    [
        (["ko"], ["en-ko.tsv"]),
        (["ja"], ["en-ja.tsv"]),
        (["jp", "kr"], ["en-ja.tsv", "en-ko-ja.tsv", "en-ko.tsv"]),
        (["ko", "ko"], ["en-ko.tsv"]),
        (["ko-KR"], ["en-ko.tsv"]),
    ],
)
def test_translate_takes_the_languages_asked_for(
    aligner: Aligner, folder: Path, targets: Sequence[str], files: Sequence[str]
) -> None:
    asked = [part for target in targets for part in ("--to", target)]
    assert translate(aligner, "story.txt", "--out", "out", *asked).code == 0
    assert sorted(path.name for path in (folder / "out").glob("*.tsv")) == files


def test_translate_reads_standard_input(aligner: Aligner, folder: Path) -> None:
    done = translate(aligner, "-", "--out", "out", stdin=STORY.encode())
    assert done.code == 0
    header, first, *_ = (folder / "out" / "en-ko.tsv").read_text("utf-8").splitlines()
    assert dict(zip(header.split("\t"), first.split("\t"), strict=True))["doc_id"] == "stdin"


def test_nothing_piped_in_is_bad_input(aligner: Aligner) -> None:
    done = translate(aligner, "-", "--out", "out")
    assert done.code == 3
    assert "<stdin>" in done.talk


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(
    aligner: Aligner, folder: Path
) -> None:
    before = everything(folder)
    arguments = ("translate", "story.txt", "--engine", "scripted", "--out", "out", "--dry-run")
    done = aligner(*arguments, "--glossary", "terms.tsv")
    assert done.code == 0
    assert everything(folder) == before
    assert not (folder / "out").exists()
    for told in ("1 articles", "6 segments", "ko, ja", "0 of 12", "12 would be made", "out/"):
        assert told in done.talk
    translate(aligner, "story.txt", "--out", "out")
    before = everything(folder)
    again = translate(aligner, "story.txt", "--out", "out", "--dry-run")
    assert "12 of 12" in again.talk
    after = everything(folder)
    assert [name for name in after if after[name] != before.get(name)] in (
        [],
        [str(folder / "memory.sqlite")],  # opened, which SQLite notes in the file's header
    )


def test_translate_fails_on_findings_only_when_told_to_and_writes_in_any_case(
    aligner: Aligner, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine copies one sentence: a critical finding."""
    copied = "The two agreed on 3 points, and 40 percent of the budget will be spent by May 12."
    monkeypatch.setattr(
        "aligner.engines.scripted.from_settings", lambda text: Scripted({copied: copied})
    )
    assert translate(aligner, "story.txt", "--out", "out").code == 0
    before = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    done = translate(aligner, "story.txt", "--out", "out", "--fail-on", "critical")
    assert done.code == 1
    assert "\tcopy (critical)" in (folder / "out" / "en-ko.tsv").read_text("utf-8")
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == before
    assert translate(aligner, "story.txt", "--fail-on", "whatever").code == 2


def test_quiet_is_quiet(aligner: Aligner) -> None:
    done = translate(aligner, "story.txt", "--out", "out", "--quiet")
    assert (done.code, done.out, done.talk) == (0, "", "")


def test_a_second_run_is_told_to_be_in_the_memory_and_gives_equal_bytes(
    aligner: Aligner, folder: Path
) -> None:
    translate(aligner, "story.txt", "--out", "out")
    before = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    done = translate(aligner, "story.txt", "--out", "out")
    assert "12 of 12 translations are in the memory" in done.talk
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == before


# ---- bad articles --------------------------------------------------------------------------------


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 20)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def blank(path: Path) -> None:
    path.write_bytes(b" \n\t\n")


def with_nul(path: Path) -> None:
    path.write_bytes(STORY.encode() + b"\0" + STORY.encode())


def missing(path: Path) -> None:
    path.unlink(missing_ok=True)


def endless_link(path: Path) -> None:
    """Unreadable for everyone, root too."""
    path.symlink_to(path.name)


def forbidden(path: Path) -> None:
    path.write_text(STORY)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")


BAD_ARTICLES = [binary, empty, blank, with_nul, missing, endless_link, forbidden]


def told_clearly(talk: str, name: str) -> None:
    """One error in two lines: where and what, then what to do."""
    lines = [line for line in talk.splitlines() if line]
    errors = [line for line in lines if line.startswith("aligner: ") and name in line]
    assert len(errors) == 1, talk
    after = lines[lines.index(errors[0]) + 1]
    assert re.match(r"  try: \S", after), talk
    assert "Errno" not in talk
    assert "Error(" not in talk


@pytest.mark.parametrize("spoil", BAD_ARTICLES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("command", ["segment", "terms", "translate"])
def test_a_bad_article_is_one_clear_error(
    aligner: Aligner, folder: Path, command: str, spoil: Callable[[Path], None]
) -> None:
    spoil(folder / "bad.txt")
    (folder / "corpora").mkdir()
    (folder / "corpora" / "en-ko.tsv").write_text("precious\n")
    before = everything(folder)
    extra = ["--engine", "scripted", "--memory", "m.sqlite"] if command == "translate" else []
    done = aligner(command, "bad.txt", "--json" if command != "translate" else "--quiet", *extra)
    assert done.code == 3
    assert done.out == ""
    told_clearly(done.talk, "bad.txt")
    after = everything(folder)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("command", ["segment", "terms", "translate"])
def test_the_good_article_beside_bad_ones_is_done_and_the_exit_tells(
    aligner: Aligner, folder: Path, command: str
) -> None:
    binary(folder / "bad.txt")
    extra = ["--engine", "scripted", "--glossary", "terms.tsv"]
    extra += ["--out", "out", "--memory", "m.sqlite"] if command == "translate" else ["--json"]
    extra = extra if command == "translate" else ["--json"]
    done = aligner(command, "bad.txt", "story.txt", "missing.txt", *extra)
    assert done.code == 3
    told_clearly(done.talk, "bad.txt")
    told_clearly(done.talk, "missing.txt")
    if command == "translate":
        assert (folder / "out" / "manifest.json").exists()
    elif command == "segment":
        assert len(done.rows) == 6


# ---- bad bitexts ---------------------------------------------------------------------------------

BAD_BITEXTS = {
    "empty": b"",
    "binary": bytes(range(256)) * 10,
    "NUL": BITEXT.encode().replace(b"mine", b"mi\0ne"),
    "no such columns": b"a\tb\tc\n1\t2\t3\n",
    "no target": b"lang\tsource\nko\tHello.\n",
    "too few fields": b"lang\tsource\ttarget\nko\tHello.\n",
    "too many fields": b"lang\tsource\ttarget\nko\tHello.\t\xec\x95\x88\xeb\x85\x95.\tx\n",
    "unknown language": b"lang\tsource\ttarget\nxx\tHello.\tHallo.\n",
    "one column twice": b"lang\tsource\tsource\ttarget\nko\ta\tb\tc\n",
    "not UTF-8": "lang\tsource\ttarget\nko\tHello.\t안녕.\n".encode("cp949"),
    "an empty line": b"lang\tsource\ttarget\n\nko\tHello.\t\xec\x95\x88\xeb\x85\x95.\n",
}


@pytest.mark.parametrize("command", ["check", "score"])
@pytest.mark.parametrize("kind", BAD_BITEXTS)
def test_a_bad_bitext_is_one_clear_error(
    aligner: Aligner, folder: Path, command: str, kind: str
) -> None:
    (folder / "bad.tsv").write_bytes(BAD_BITEXTS[kind])
    before = everything(folder)
    done = aligner(command, "bad.tsv", "--json")
    assert done.code == 3, done.talk
    told_clearly(done.talk, "bad.tsv")
    assert everything(folder) == before
    piped = aligner(command, "-", "--json", stdin=BAD_BITEXTS[kind])
    assert piped.code == 3
    assert re.search(r"^  try: \S", piped.talk, re.M)


@pytest.mark.parametrize("command", ["check", "score"])
@pytest.mark.parametrize("spoil", [missing, endless_link, forbidden], ids=lambda one: one.__name__)
def test_an_unreadable_bitext_is_one_clear_error(
    aligner: Aligner, folder: Path, command: str, spoil: Callable[[Path], None]
) -> None:
    spoil(folder / "bad.tsv")
    done = aligner(command, "bad.tsv", "--json")
    assert done.code == 3
    told_clearly(done.talk, "bad.tsv")
    assert aligner(command, folder).code in (2, 3)


def test_the_place_of_a_fault_is_told(aligner: Aligner, folder: Path) -> None:
    (folder / "bad.tsv").write_bytes(BAD_BITEXTS["unknown language"])
    assert "bad.tsv:2:1: " in aligner("check", "bad.tsv").talk
    (folder / "bad.tsv").write_bytes(BITEXT.encode() + b"too\tfew\n")
    assert "bad.tsv:5:" in aligner("score", "bad.tsv").talk


# ---- bad glossaries, memories, lists and places --------------------------------------------------

BAD_GLOSSARIES = {
    "empty": b"",
    "binary": bytes(range(256)),
    "no such columns": b"a\tb\n1\t2\n",
    "one id twice": b"id\ten\tko\tja\nx\tLondon\ta\tb\nx\tParis\tc\td\n",
    "not UTF-8": "en\tko\tja\nLondon\t런던\tx\n".encode("cp949"),
}


@pytest.mark.parametrize("kind", BAD_GLOSSARIES)
def test_a_bad_glossary_is_one_clear_error_in_every_command(
    aligner: Aligner, folder: Path, kind: str
) -> None:
    (folder / "bad.tsv").write_bytes(BAD_GLOSSARIES[kind])
    for command in (
        ("terms", "story.txt"),
        ("check", "rows.tsv"),
        ("score", "rows.tsv"),
        ("translate", "story.txt", "--engine", "scripted", "--out", "out"),
    ):
        before = everything(folder)
        done = aligner(*command, "--glossary", "bad.tsv")
        assert done.code == 3, (command, done.talk)
        told_clearly(done.talk, "bad.tsv")
        assert everything(folder) == before
    missing_one = aligner("terms", "story.txt", "--glossary", "none.tsv")
    assert missing_one.code == 3
    told_clearly(missing_one.talk, "none.tsv")


def test_a_memory_that_is_none_is_left_as_it_is(aligner: Aligner, folder: Path) -> None:
    arguments = ("translate", "story.txt", "-e", "scripted", "-g", "terms.tsv", "-o", "out")
    (folder / "notes.txt").write_text("not a database, but mine\n" * 100)
    other = folder / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    for name in ("notes.txt", "other.sqlite", "."):
        before = everything(folder)
        done = aligner(*arguments, "--memory", name)
        assert done.code == 3, name
        assert "  try: " in done.talk
        assert everything(folder) == before
    assert not (folder / "out").exists()


def test_an_abbreviation_list_that_cannot_be_read_is_an_error(aligner: Aligner) -> None:
    done = aligner("segment", "story.txt", "--abbreviations", "none.txt")
    assert done.code == 3
    told_clearly(done.talk, "none.txt")


def test_a_place_that_cannot_be_written_is_an_error_and_nothing_is_lost(
    aligner: Aligner, folder: Path
) -> None:
    (folder / "out").write_text("in the way")
    done = translate(aligner, "story.txt", "--out", "out")
    assert done.code == 3
    told_clearly(done.talk, "out")
    assert (folder / "out").read_text() == "in the way"
    again = translate(aligner, "story.txt", "--out", "elsewhere")
    assert again.code == 0
    assert "12 of 12" in again.talk


# ---- usage ---------------------------------------------------------------------------------------

COMMANDS = [
    *(["translate"], ["segment"], ["terms"], ["check"], ["score"], ["engines"], ["doctor"]),
    *(["models", "list"], ["models", "install"], ["models", "verify"], ["models", "info"]),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does(aligner: Aligner, command: list[str]) -> None:
    done = aligner(*command, "--help")
    assert done.code == 0
    assert "Usage: aligner" in done.out
    assert "--help" in done.out
    assert done.talk == ""
    assert aligner(*command, "-h").out == done.out


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_unknown_option_is_a_usage_error(aligner: Aligner, command: list[str]) -> None:
    needs: dict[str, list[str]] = {
        "engines": [],
        "doctor": [],
        "list": [],
        "install": [],
        "verify": [],
    }
    done = aligner(*command, *needs.get(command[-1], ["story.txt"]), "--no-such-option")
    assert done.code == 2
    assert "--no-such-option" in done.talk
    assert done.out == ""
    assert re.search(r"^  try: aligner.* --help$", done.talk, re.M)


@pytest.mark.parametrize(
    "arguments",
    [
        ["translate"],
        ["segment"],
        ["score"],
        ["no-such-command"],
        ["models", "no-such-command"],
        ["translate", "story.txt", "--to", "fr", "-e", "scripted"],
        ["translate", "story.txt", "--to", "en", "-e", "scripted"],
        ["translate", "story.txt", "--engine", "no-such-engine"],
        ["translate", "story.txt", "--engine", "scripted:no=setting"],
        ["translate", "story.txt", "--model", "some-model"],
        ["translate", "story.txt", "--threads", "0", "-e", "scripted"],
        ["check", "rows.tsv", "--fail-on", "awful"],
    ],
    ids=" ".join,
)
def test_a_wrong_use_exits_2_and_says_what_to_do(
    aligner: Aligner, folder: Path, arguments: list[str]
) -> None:
    before = everything(folder)
    done = aligner(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert "aligner: " in done.talk
    assert "  try: " in done.talk
    assert everything(folder) == before


def test_without_arguments_there_is_help(aligner: Aligner) -> None:
    done = aligner()
    assert "Usage: aligner" in done.out + done.talk
    assert done.code in (0, 2)


def test_version_names_what_results_depend_on(aligner: Aligner) -> None:
    from aligner import __version__

    done = aligner("--version")
    assert done.code == 0
    assert done.out.startswith(f"aligner {__version__} (")
    assert len(done.out.splitlines()) == 1
    for part in ("python:", "sentencex:", "kiwipiepy:", "sudachipy:"):
        assert part in done.out


# ---- models, engines, doctor ---------------------------------------------------------------------


@pytest.fixture
def another_default(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry whose default has to be fetched; ours comes with aligner."""
    (folder / "models.toml").write_text('default = "qwen2.5-coder-1.5b-instruct-q4_k_m"\n')
    monkeypatch.setenv("ALIGNER_REGISTRY", str(folder / "models.toml"))


@pytest.mark.usefixtures("another_default")
def test_without_a_model_translate_exits_4_and_names_the_command_that_helps(
    aligner: Aligner, folder: Path
) -> None:
    before = everything(folder)
    for engine in ("auto", "llamacpp", "ctranslate2", "argos"):
        done = aligner("translate", "story.txt", "--engine", engine)
        assert done.code == 4, engine
        assert re.search(r"^  try: (aligner models|pip) install", done.talk, re.M), done.talk
    assert everything(folder) == before


def test_the_models_known_are_listed_with_licence_and_size(aligner: Aligner) -> None:
    rows = aligner("models", "list", "--json").rows
    assert len(rows) >= 1
    assert sum(row["default"] for row in rows) == 1
    for row in rows:
        assert {"name", "kind", "languages", "size", "licence", "installed"} <= set(row)
        assert row["installed"] is False
    people = aligner("models", "list")
    assert rows[0]["name"] in people.out


def test_a_model_is_described_whether_installed_or_not(aligner: Aligner) -> None:
    (default,) = (row for row in aligner("models", "list", "--json").rows if row["default"])
    (row,) = aligner("models", "info", default["name"], "--json").rows
    assert row["name"] == default["name"]
    assert row["installed"] is False
    assert len(row["sha256"]) == 64
    assert row["licence"]
    unknown = aligner("models", "info", "no-such-model")
    assert unknown.code == 4
    assert "try: aligner models list" in unknown.talk


def test_models_that_are_not_there_cannot_be_verified(aligner: Aligner) -> None:
    for arguments in ((), ("no-such-model",)):
        done = aligner("models", "verify", *arguments)
        assert done.code == 4
        assert "  try: aligner models" in done.talk


@pytest.mark.usefixtures("another_default")
def test_an_installation_without_the_network_is_refused_offline(
    aligner: Aligner, folder: Path
) -> None:
    done = aligner("models", "install", "--offline")
    assert done.code == 4
    assert "  try: " in done.talk
    assert not [path for path in folder.parent.rglob("*.gguf")]


def test_a_file_that_is_no_model_is_refused(aligner: Aligner, folder: Path) -> None:
    (folder / "fake.gguf").write_bytes(b"not a model")
    done = aligner("models", "install", "fake.gguf")
    assert done.code == 4
    assert "fake.gguf" in done.talk
    assert aligner("models", "install", "none.gguf").code == 4
    assert not [row for row in aligner("models", "list", "--json").rows if row["installed"]]


def test_the_engines_are_listed(aligner: Aligner) -> None:
    rows = aligner("engines", "--json").rows
    assert {row["name"] for row in rows} >= {"llamacpp", "ctranslate2", "argos", "scripted"}
    assert all({"name", "usable", "detail", "description"} <= set(row) for row in rows)
    assert {row["name"]: row["usable"] for row in rows}["scripted"] is True
    for row in rows:
        assert row["usable"] or "install" in row["detail"]


def test_doctor_says_what_is_missing_and_exits_4_without_a_model(aligner: Aligner) -> None:
    done = aligner("doctor", "--json")
    assert done.code == 4
    rows = {row["what"]: row for row in done.rows}
    assert rows["model"]["ok"] is False
    assert "aligner models install" in rows["model"]["detail"]
    assert rows["python"]["ok"] is True


def test_doctor_changes_nothing(aligner: Aligner, folder: Path) -> None:
    before = everything(folder)
    aligner("doctor")
    aligner("engines")
    aligner("models", "list")
    assert everything(folder) == before


# ---- the boundary --------------------------------------------------------------------------------


def test_a_bad_program_shows_its_traceback(
    aligner: Aligner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect of ours is not dressed up as a fault of the user's."""

    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("aligner.pipeline.read", broken)
    with pytest.raises(ZeroDivisionError):
        aligner("segment", "story.txt")


def test_an_interrupt_exits_130(aligner: Aligner, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("aligner.pipeline.read", interrupted)
    done = aligner("segment", "story.txt")
    assert done.code == application.INTERRUPTED == 130
    assert "the same command goes on" in done.talk


def in_a_shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    aligner = f"{sys.executable} -m aligner"
    return subprocess.run(
        ["bash", "-c", line.replace("ALIGNER", aligner)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_reader_that_leaves_early_is_no_fault(folder: Path) -> None:
    many = "\n\n".join(f"The minister made remark {number}." for number in range(4000))
    (folder / "many.txt").write_text(f"Remarks\n\n{many}\n")
    done = in_a_shell(folder, "ALIGNER segment many.txt --json | head -n 1; echo ${PIPESTATUS[0]}")
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


def test_the_process_gives_the_exit_code_and_utf_8_whatever_the_locale(folder: Path) -> None:
    done = in_a_shell(
        folder,
        "export LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0; "
        "ALIGNER terms story.txt -g terms.tsv --json; echo $?; ALIGNER segment none.txt; echo $?",
    )
    lines = done.stdout.splitlines()
    assert [line for line in lines if not line.startswith("{")] == ["0", "3"]
    assert json.loads(lines[0])["ko"] == "일본"
    assert "Traceback" not in done.stderr
