"""Corpus: what is written is read back or the loss is told, and old files survive failure."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aligner import corpus
from aligner.corpus import Entry, deduplicate, iterate_entries, join, read_units, split, write_units
from aligner.corpus.entries import single_line
from aligner.corpus.staging import staged
from aligner.corpus.summary import mean_with_interval
from aligner.errors import CorpusError, OutputError, UsageError
from aligner.languages import JAPANESE, KOREAN, Language
from aligner.model import (
    Article,
    BlockKind,
    Document,
    Finding,
    Hypothesis,
    Score,
    Segment,
    Severity,
    TermMatch,
    TermStatus,
    TermUse,
    TranslationUnit,
    Verdict,
)

FILES = {
    "tsv": "x.tsv",
    "csv": "x.csv",
    "tmx": "x.tmx",
    "xliff-1.2": "x.xlf",
    "xliff-2.0": "x.xliff",
    "jsonl": "x.jsonl",
    "parquet": "x.parquet",
    "moses": "x.en-ko",
}

# -- a tiny corpus, to the byte -------------------------------------------------------------------

HEAD = Segment("talks#001", "Talks end", 0, 9, 0, 0, BlockKind.HEADLINE)
BODY = Segment("talks#002", '"We agreed on 3 points," Gen. Kim said.', 11, 50, 1, 1)
DOCUMENT = Document(
    Article("talks", 'Talks end\n\n"We agreed on 3 points," Gen. Kim said.', ()), (HEAD, BODY)
)


def unit_of(segment: Segment, target: str, language: Language, **known: object) -> TranslationUnit:
    made = Hypothesis(target, "scripted")
    unit = TranslationUnit(segment.id, segment.text, target, language, segment, made)
    return replace(unit, **known)  # type: ignore[arg-type]


def tiny_units() -> dict[str, list[TranslationUnit]]:
    match = TermMatch("kim", 24, 32, "Gen. Kim")
    missing = TermUse(match, TermStatus.MISSING, ("김 장군", "김 대장"))
    kept = TermUse(match, TermStatus.OK, ("キム大将",), "キム大将", 0, 4)
    number = Finding("number", "accuracy/number", Severity.MAJOR, "3 is missing")
    term = Finding("term", "terminology", Severity.MINOR, 'expected "김 장군"', term="kim")
    return {
        "ja": [
            unit_of(
                BODY,
                "「3点で合意した」とキム大将は述べた。",
                JAPANESE,
                terms=(kept,),
                score=Score(0.97, {"length": 1.0}),
                verdict=Verdict.ACCEPT,
            ),
        ],
        "ko": [
            unit_of(
                HEAD, "회담 종료", KOREAN, score=Score(1.0, {}, "sound"), verdict=Verdict.ACCEPT
            ),
            replace(
                unit_of(BODY, '"합의했다"라고 김 씨가 말했다.', KOREAN),
                hypothesis=Hypothesis(
                    '"합의했다"라고 김 씨가 말했다.',
                    "scripted",
                    -0.31254,
                    ("retry:1", "quote"),
                    0.125,
                ),
                terms=(missing,),
                findings=(number, term),
                score=Score(0.41236, {"number": 0.0, "term": 0.5}, "a number is missing"),
                verdict=Verdict.REVIEW,
            ),
        ],
    }


PAIR_HEADER = (
    "doc_id\tseg_id\tparagraph\tkind\tlang\tsource\ttarget\tscore\tverdict\treason\tterms_ok\t"
    "terms_missing\tfindings\tparts\tlogprob\tunsure\tengine\trepairs\tindex\tstart\tend\n"
)
GOLDEN = {
    "en-ko.tsv": PAIR_HEADER
    + "talks\ttalks#001\t0\theadline\tko\tTalks end\t회담 종료\t1.0000\taccept\tsound\t\t\t\t\t\t\t"
    "scripted\t\t0\t0\t9\n"
    'talks\ttalks#002\t1\tbody\tko\t"We agreed on 3 points," Gen. Kim said.\t'
    '"합의했다"라고 김 씨가 말했다.\t0.4124\treview\ta number is missing\t\tGen. Kim=김 장군\t'
    'number (major): 3 is missing | term (minor): expected "김 장군"\tnumber=0.0000 | term=0.5000'
    "\t-0.3125\t0.1250\tscripted\tretry:1 | quote\t1\t11\t50\n",
    "en-ja.tsv": PAIR_HEADER
    + 'talks\ttalks#002\t1\tbody\tja\t"We agreed on 3 points," Gen. Kim said.\t'
    "「3点で合意した」とキム大将は述べた。\t0.9700\taccept\t\tGen. Kim=キム大将\t\t\tlength=1.0000"
    "\t\t\tscripted\t\t1\t11\t50\n",
    "en-ko-ja.tsv": "doc_id\tseg_id\tparagraph\tkind\ten\tko\tja\tscore_ko\tscore_ja\tverdict_ko\t"
    "verdict_ja\tfindings_ko\tfindings_ja\n"
    "talks\ttalks#001\t0\theadline\tTalks end\t회담 종료\t\t1.0000\t\taccept\t\t\t\n"
    'talks\ttalks#002\t1\tbody\t"We agreed on 3 points," Gen. Kim said.\t'
    '"합의했다"라고 김 씨가 말했다.\t「3点で合意した」とキム大将は述べた。\t0.4124\t0.9700\t'
    "review\taccept\tnumber (major) | term (minor)\t\n",
}


def build(folder: Path, **changed: object) -> list[Path]:
    told: dict[str, object] = {
        "engine": "scripted|v1",
        "term_base": "0123456789abcdef",
        "scorer": "qe1",
        "segmenter": "news1",
        "settings": {"targets": ["ko", "ja"], "batch": 8},
        "steps": [("segment", 1, 2, 0), ("judge", 3, 2, 1)],
        "version": "0.1.0",
    }
    return corpus.write_corpora(folder, [DOCUMENT], tiny_units(), **(told | changed))  # type: ignore[arg-type]


def test_a_tiny_build_is_exact_to_the_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1620172800")
    paths = build(tmp_path / "new" / "corpora")
    assert [path.name for path in paths] == [*GOLDEN, "manifest.json"]
    for path in paths[:-1]:
        assert path.read_bytes().decode() == GOLDEN[path.name]
    digest = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in GOLDEN.items()}
    assert json.loads(paths[-1].read_text(encoding="utf-8")) == {
        "format": "aligner-manifest-1",
        "signature": "aligner|v:0.1.0|seg:news1|mt:scripted,v1|gloss:01234567|qe:qe1",
        "version": "0.1.0",
        "segmenter": "news1",
        "engine": "scripted|v1",
        "term_base": "0123456789abcdef",
        "scorer": "qe1",
        "inputs": [
            {
                "path": "talks",
                "sha256": hashlib.sha256(DOCUMENT.article.text.encode()).hexdigest(),
            }
        ],
        "outputs": [{"path": name, "sha256": value} for name, value in digest.items()],
        "settings": {"batch": 8, "targets": ["ko", "ja"]},
        "steps": [
            {"name": "segment", "visited": 1, "kept": 2, "flagged": 0},
            {"name": "judge", "visited": 3, "kept": 2, "flagged": 1},
        ],
        "created": "2021-05-05T00:00:00Z",
    }
    assert sorted(os.listdir(tmp_path / "new" / "corpora")) == sorted([*GOLDEN, "manifest.json"])


def test_a_second_build_writes_the_same_bytes_and_a_changed_one_a_new_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    first = [path.read_bytes() for path in build(tmp_path)]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    assert [path.read_bytes() for path in build(tmp_path)] == first
    build(tmp_path, scorer="qe2")
    assert corpus.read_manifest(tmp_path).created == "2020-09-13T12:26:40Z"


def test_one_language_makes_no_joined_file_and_unit_documents_win(tmp_path: Path) -> None:
    units = {"ko": [replace(tiny_units()["ko"][0], document="other")]}
    paths = corpus.write_corpora(tmp_path, [DOCUMENT], units)
    assert [path.name for path in paths] == ["en-ko.tsv", "manifest.json"]
    assert read_units(paths[0])[0].document == "other"


def test_units_without_documents_are_joined_all_the_same(tmp_path: Path) -> None:
    corpus.write_corpora(tmp_path, [], tiny_units())
    rows = (tmp_path / "en-ko-ja.tsv").read_text(encoding="utf-8").split("\n")
    assert rows[1].split("\t")[:7] == [
        "",
        "talks#001",
        "0",
        "headline",
        "Talks end",
        "회담 종료",
        "",
    ]
    assert len(rows) == 4


def test_two_segments_of_one_id_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    units = tiny_units()
    for documents, some in (
        ([DOCUMENT, DOCUMENT], units),
        ([DOCUMENT], units | {"ja": units["ja"] * 2}),
    ):
        with pytest.raises(UsageError, match="comes twice") as caught:
            corpus.write_corpora(tmp_path, documents, some)
        assert caught.value.hint and os.listdir(tmp_path) == []


def test_verify_names_what_was_changed_or_lost(tmp_path: Path) -> None:
    build(tmp_path)
    assert corpus.verify(tmp_path) == ()
    with open(tmp_path / "en-ja.tsv", "ab") as stream:
        stream.write(b"\n")
    (tmp_path / "en-ko.tsv").unlink()
    assert corpus.verify(tmp_path) == ("en-ko.tsv", "en-ja.tsv")
    with pytest.raises(CorpusError, match="cannot be read"):
        corpus.verify(tmp_path / "nowhere")


def test_inputs_are_hashed_once_and_never_named_absolutely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    inside = tmp_path / "in" / "a.txt"
    inside.write_bytes(b"bytes as they lie there\r\n")
    outside = tmp_path / "b.jsonl"
    outside.write_bytes(b"{}")
    monkeypatch.chdir(tmp_path / "in")
    documents = [
        Document(Article("a", "x", (), path=str(inside)), ()),
        Document(Article("b1", "x", (), path=str(outside)), ()),
        Document(Article("b2", "y", (), path=str(outside)), ()),
    ]
    corpus.write_corpora(tmp_path / "out", documents, {"ko": []})
    inputs = corpus.read_manifest(tmp_path / "out").inputs
    assert [one.path for one in inputs] == ["a.txt", "b.jsonl"]
    assert inputs[0].sha256 == hashlib.sha256(b"bytes as they lie there\r\n").hexdigest()


def test_a_manifest_reads_back_and_others_are_refused(tmp_path: Path) -> None:
    paths = build(tmp_path)
    manifest = corpus.read_manifest(paths[-1])
    assert manifest.to_json() == paths[-1].read_text(encoding="utf-8")
    assert manifest.steps[0] == corpus.Step("segment", 1, 2, 0)
    for text, word in (("{", "bad JSON"), ("{}", "no manifest"), ('{"format": "x"}', "'x'")):
        paths[-1].write_text(text)
        with pytest.raises(CorpusError, match=word) as caught:
            corpus.read_manifest(tmp_path)
        assert caught.value.hint


@pytest.fixture
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of small files need not outlive a power cut."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


# -- read(write(x)) == x --------------------------------------------------------------------------

NASTY = st.sampled_from(
    list("\t\n\r\x00\x0b\x0c\x1b\x1f\x7f\x85\u2028\u2029\ufeff\ufffe\"'=+-@|<>&; ")
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | NASTY, max_size=12)
NAME = st.text(st.sampled_from("abcxyz_:#./ 가か"), min_size=1, max_size=8)
FLOAT = st.floats(0, 1) | st.sampled_from([0.0, 0.25, 0.1235, 1.0])
SMALL = st.integers(0, 2000)


SEGMENT = st.builds(Segment, NAME, TEXT, SMALL, SMALL, SMALL, SMALL, st.sampled_from(BlockKind))
NAMES = st.lists(NAME, max_size=2).map(tuple)
MADE = st.builds(Hypothesis, TEXT, TEXT, st.none() | st.floats(-20, 0), NAMES)
PLACE = st.none() | SMALL
USE = st.builds(
    TermUse,
    st.builds(TermMatch, NAME, SMALL, SMALL, TEXT, NAME, NAMES),
    st.sampled_from(TermStatus),
    NAMES,
    st.none() | TEXT,
    PLACE,
    PLACE,
)
WORDS = st.none() | TEXT
FINDING = st.builds(
    Finding, NAME, NAME, st.sampled_from(Severity), TEXT, PLACE, PLACE, WORDS, WORDS
)
SCORE = st.builds(Score, FLOAT, st.dictionaries(NAME, FLOAT, max_size=2), TEXT, TEXT)
UNIT = st.builds(
    TranslationUnit,
    NAME,
    TEXT,
    TEXT,
    st.sampled_from([KOREAN, JAPANESE]),
    st.none() | SEGMENT,
    st.none() | MADE,
    st.lists(USE, max_size=1).map(tuple),
    st.lists(FINDING, max_size=2).map(tuple),
    st.none() | SCORE,
    st.none() | st.sampled_from(Verdict),
    st.sampled_from(["", "a", "b c"]),
)


def natural(entry: Entry, apart: bool) -> Entry:
    """Segment and hypothesis hold the texts of the unit itself, unless ``apart``."""
    unit = entry.unit
    if apart:
        return entry
    segment = unit.segment and replace(unit.segment, id=unit.id, text=unit.source)
    made = unit.hypothesis and replace(unit.hypothesis, text=unit.target)
    return replace(entry, unit=replace(unit, segment=segment, hypothesis=made))


ENTRY = st.builds(
    natural, st.builds(Entry, UNIT, st.dictionaries(NAME, TEXT, max_size=2)), st.booleans()
)


def plain(entry: Entry) -> Entry:
    """What cells can hold of an entry: single lines, four decimals, no details of findings."""
    unit = entry.unit
    source, target = single_line(unit.source), single_line(unit.target)
    segment, made, score = unit.segment, unit.hypothesis, unit.score
    unit = replace(
        unit,
        source=source,
        target=target,
        segment=segment and replace(segment, id=unit.id, text=source),
        hypothesis=made
        and Hypothesis(
            target,
            single_line(made.engine) or "e",
            None if made.logprob is None else round(made.logprob, 4) + 0.0,
            made.repairs,
            None if made.unsure is None else round(made.unsure, 4) + 0.0,
        ),
        terms=(),
        findings=(),
        score=score
        and Score(
            round(score.value, 4),
            {name: round(value, 4) for name, value in score.parts.items()},
            single_line(score.reason),
        ),
    )
    return Entry(unit, {name: single_line(value) for name, value in entry.extra.items()})


def in_korean(entry: Entry) -> Entry:
    return replace(entry, unit=replace(entry.unit, language=KOREAN))


quick = pytest.mark.usefixtures("quick_disk")
law = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("name", ["tsv", "csv", "tmx", "xliff-1.2", "jsonl", "parquet"])
@quick
@law
@given(data=st.data())
def test_what_a_format_can_carry_comes_back_equal(
    name: str, data: st.DataObject, tmp_path: Path
) -> None:
    some = data.draw(st.lists(ENTRY, max_size=3))
    if name not in ("jsonl", "parquet"):
        some = [plain(entry) for entry in some]
        if name in ("tsv", "csv"):  # a table has the same columns in every row
            names = {column for entry in some for column in entry.extra}
            some = [replace(one, extra={**dict.fromkeys(names, ""), **one.extra}) for one in some]
    path = tmp_path / FILES[name]
    assert write_units(path, some) == ()
    assert list(iterate_entries(path)) == some


@quick
@law
@given(some=st.lists(ENTRY, max_size=3))
def test_xliff_20_carries_one_language_whole(some: list[Entry], tmp_path: Path) -> None:
    some = [in_korean(plain(entry)) for entry in some]
    assert write_units(tmp_path / "x.xliff", some) == ()
    assert list(iterate_entries(tmp_path / "x.xliff")) == some


@pytest.mark.parametrize("name", FILES)
@quick
@law
@given(data=st.data())
def test_no_loss_is_told_just_when_all_came_back(
    name: str, data: st.DataObject, tmp_path: Path
) -> None:
    entry = in_korean(data.draw(ENTRY))
    path = tmp_path / FILES[name]
    losses = write_units(path, [entry])
    (back,) = iterate_entries(path)
    same = back.unit == entry.unit and all(
        back.extra.get(column) == value for column, value in entry.extra.items()
    )
    assert same == (losses == ()), losses
    # what is left is carried without further loss
    assert write_units(path, [back]) == ()
    assert list(iterate_entries(path)) == [back]


def test_losses_name_the_field_and_count(tmp_path: Path) -> None:
    units = [*tiny_units()["ko"], *tiny_units()["ja"]]
    told = write_units(tmp_path / "x.tsv", units)
    assert told == (
        "tsv does not carry findings in full (1 of 3 units)",
        "tsv does not carry hypothesis.logprob in full (1 of 3 units)",
        "tsv does not carry score.value in full (1 of 3 units)",
        "tsv does not carry terms in full (2 of 3 units)",
    )
    broken = replace(units[0], source="two\nlines")
    assert any("source" in loss for loss in write_units(tmp_path / "y.tmx", [broken]))
    assert read_units(tmp_path / "y.tmx")[0].source == "two lines"


@quick
@law
@given(text=TEXT)
@example(text="\r\n\t\u2028\x00")
def test_no_field_of_a_tsv_holds_what_ends_a_field_or_line(text: str, tmp_path: Path) -> None:
    unit = TranslationUnit(text, text, text, KOREAN, document=text)
    write_units(tmp_path / "x.tsv", [Entry(unit, {text: text})])
    content = (tmp_path / "x.tsv").read_bytes().decode()
    assert len(content.splitlines()) == content.count("\n") == 2
    assert {line.count("\t") for line in content.splitlines()} in ({20}, {21})
    assert len(read_units(tmp_path / "x.tsv")[0].source) == len(text)  # offsets stay true


@pytest.mark.parametrize("name", ["x.tsv", "x.jsonl", "x.tmx", "x.csv"])
def test_gzip_is_read_by_its_bytes_and_written_without_a_date(name: str, tmp_path: Path) -> None:
    units = [replace(one, terms=(), findings=()) for one in tiny_units()["ja"]]
    write_units(tmp_path / f"{name}.gz", units)
    first = (tmp_path / f"{name}.gz").read_bytes()
    assert first[:2] == b"\x1f\x8b" and first[4:8] == b"\0\0\0\0" and not first[3] & 8
    assert read_units(tmp_path / f"{name}.gz") == units
    os.rename(tmp_path / f"{name}.gz", tmp_path / name)  # the suffix does not matter for reading
    assert read_units(tmp_path / name) == units
    (tmp_path / name).write_bytes(first[:-12])
    with pytest.raises(CorpusError, match="damaged gzip"):
        read_units(tmp_path / name)


def test_formats_are_known_by_suffix_and_by_name(tmp_path: Path) -> None:
    for name, file in FILES.items():
        assert corpus.format_of(file).name == name == corpus.format_of("x", name).name
    assert corpus.format_of("X.TSV.GZ").name == "tsv"
    assert corpus.format_of("news.en-ko.ko").name == "moses"
    assert corpus.format_of("-").name == "tsv"
    for odd in ("x.docx", "x", "x.en-fr", "x.en-ko.ja"):
        with pytest.raises(UsageError) as caught:
            corpus.format_of(odd)
        assert "tmx" in str(caught.value.hint)
    with pytest.raises(UsageError):
        corpus.format_of("x.tsv", "excel")


# -- conversion -----------------------------------------------------------------------------------


def test_conversion_keeps_foreign_columns_and_ours(tmp_path: Path) -> None:
    (tmp_path / "in.tsv").write_text(
        "note\tsource\ttarget\tlang\tscore\tverdict\n"
        "first\tHello\t안녕\tkr\t85.3\tgood\n\tBye\t\tja-JP\t0.5\taccept\n",
        encoding="utf-8",
    )
    read = list(iterate_entries(tmp_path / "in.tsv"))
    assert [entry.unit.id for entry in read] == ["1", "2"]
    assert [entry.line for entry in read] == [2, 3]
    assert [entry.unit.language for entry in read] == [KOREAN, JAPANESE]
    assert read[0].extra == {"note": "first", "score": "85.3", "verdict": "good"}
    assert read[0].unit.score is None  # not in 0–1, so not a score of ours
    assert read[1].unit.score == Score(0.5) and read[1].unit.verdict is Verdict.ACCEPT
    for name in ("a.jsonl", "b.csv", "c.tmx", "d.xlf", "e.parquet", "f.tsv"):
        assert corpus.convert(tmp_path / "in.tsv", tmp_path / name) == corpus.Conversion(2, ())
        assert list(iterate_entries(tmp_path / name)) == read
    # into itself, and once more: the bytes stand still
    before = (tmp_path / "f.tsv").read_bytes()
    corpus.convert(tmp_path / "f.tsv", tmp_path / "f.tsv")
    assert (tmp_path / "f.tsv").read_bytes() == before


def test_a_corpus_keeps_the_words_of_its_findings_through_conversion(tmp_path: Path) -> None:
    build(tmp_path)
    for name in ("k.tmx", "k.csv", "k.jsonl", "k.tsv"):
        assert corpus.convert(tmp_path / "en-ko.tsv", tmp_path / name).losses == ()
        corpus.convert(tmp_path / name, tmp_path / "back.tsv")
        assert (tmp_path / "back.tsv").read_bytes().decode() == GOLDEN["en-ko.tsv"]


def test_a_failing_conversion_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "in.tsv").write_text("lang\tsource\ttarget\nko\ta\tb\nko\ta\n")
    (tmp_path / "out.tmx").write_text("old")
    with pytest.raises(CorpusError, match="2 fields"):
        corpus.convert(tmp_path / "in.tsv", tmp_path / "out.tmx")
    assert (tmp_path / "out.tmx").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["in.tsv", "out.tmx"]


def test_single_language_formats_refuse_a_mixture(tmp_path: Path) -> None:
    units = [*tiny_units()["ko"], *tiny_units()["ja"]]
    for name in ("x.xliff", "x.en-ko"):
        with pytest.raises(UsageError, match="ja") as caught:
            write_units(tmp_path / name, units)
        assert caught.value.hint
    assert os.listdir(tmp_path) == []


def test_moses_is_four_files_and_plain_text_alone_is_enough(tmp_path: Path) -> None:
    write_units(tmp_path / "n.en-ko", tiny_units()["ko"])
    names = ("en", "ko", "ids", "scores")
    texts = {name: (tmp_path / f"n.en-ko.{name}").read_text(encoding="utf-8") for name in names}
    assert texts == {
        "en": 'Talks end\n"We agreed on 3 points," Gen. Kim said.\n',
        "ko": '회담 종료\n"합의했다"라고 김 씨가 말했다.\n',
        "ids": "\ttalks#001\n\ttalks#002\n",
        "scores": "1.0000\n0.4124\n",
    }
    (tmp_path / "n.en-ko.ids").unlink()
    assert [unit.id for unit in read_units(tmp_path / "n.en-ko.ko")] == ["1", "2"]
    assert [unit.score for unit in read_units(tmp_path / "n.en-ko")] == [Score(1.0), Score(0.4124)]
    (tmp_path / "n.en-ko.scores").write_text("0.5\nhigh\n")
    with pytest.raises(CorpusError, match=r"scores:2: 'high' is no score"):
        read_units(tmp_path / "n.en-ko")
    (tmp_path / "n.en-ko.scores").unlink()
    (tmp_path / "n.en-ko.ko").write_text("회담 종료\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"n\.en-ko\.ko:2: ends before line 2"):
        read_units(tmp_path / "n.en-ko")


# -- reading what others wrote --------------------------------------------------------------------

FAULTS = [
    (b"", "empty", None, None),
    (b"source\ttarget\na\tb\n", "no column 'lang'", 1, 1),
    (b"lang\tsrc\ttarget\nko\ta\tb\n", "no column 'source'", 1, 1),
    (b"en\tko\tja\n", "no column 'lang', 'source', 'target'", 1, 1),
    (b"lang\tsource\ttarget\tsource\n", "two columns are named 'source'", 1, 20),
    (b"lang\tsource\ttarget\nko\tab\tc\nko\tab\n", "2 fields where the header names 3", 3, 6),
    (b"lang\tsource\ttarget\nko\tab\tc\td\n", "4 fields where the header names 3", 2, 9),
    (b"lang\tsource\ttarget\n\nko\tab\tc\n", "an empty line", 2, 1),
    (b"lang\tsource\ttarget\nfr\tab\tc\n", "unknown language 'fr'", 2, 1),
    (b"source\tlang\ttarget\nab\t\tc\n", "unknown language ''", 2, 4),
    (b"lang\tsource\ttarget\nko\t\xea\xb0\x80\xff\tc\n", "not UTF-8 (byte 0xff)", 2, 5),
    ("lang\tsource".encode("utf-16"), "UTF-16, not UTF-8", 1, 1),
]


@pytest.mark.parametrize(("content", "what", "line", "column"), FAULTS)
def test_a_bad_tsv_is_told_to_the_column(
    content: bytes, what: str, line: int | None, column: int | None, tmp_path: Path
) -> None:
    (tmp_path / "x.tsv").write_bytes(content)
    with pytest.raises(CorpusError) as caught:
        read_units(tmp_path / "x.tsv")
    assert what in caught.value.what
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.hint and caught.value.path == str(tmp_path / "x.tsv")
    assert caught.value.exit_code == 3


def test_bom_crlf_final_blank_lines_and_quotes_are_taken_as_they_come(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_bytes(
        b'\xef\xbb\xbflang\tsource\ttarget\r\nko\t"Yes,\t""\r\nja\t\tb\r\n\r\n\r\n'
    )
    units = read_units(tmp_path / "x.tsv")
    assert [(unit.source, unit.target) for unit in units] == [('"Yes,', '""'), ("", "b")]


def test_a_language_can_be_given_for_a_file_that_names_none(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("source\ttarget\na\tb\n")
    (tmp_path / "x.jsonl").write_text('{"source": "a", "target": "b"}\n')
    for name in ("x.tsv", "x.jsonl"):
        assert read_units(tmp_path / name, language=JAPANESE)[0].language == JAPANESE
        with pytest.raises(CorpusError, match="lang"):
            read_units(tmp_path / name)


def test_files_that_cannot_be_read_are_input_errors(tmp_path: Path) -> None:
    for suffix in ("tsv", "csv", "tmx", "xlf", "jsonl", "parquet"):
        with pytest.raises(CorpusError, match="no such file"):
            read_units(tmp_path / f"nothing.{suffix}")
        (tmp_path / f"folder.{suffix}").mkdir()
        with pytest.raises(CorpusError, match="cannot be read"):
            read_units(tmp_path / f"folder.{suffix}")
        (tmp_path / f"junk.{suffix}").write_bytes(bytes(range(256)) * 8)
        with pytest.raises(CorpusError):
            read_units(tmp_path / f"junk.{suffix}")


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    content = b"lang\tsource\ttarget\tnote\nko\ta\tb\tn\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert read_units("-")[0].target == "b"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    corpus.convert("-", tmp_path / "x.csv")
    assert next(iterate_entries(tmp_path / "x.csv")).extra == {"note": "n"}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"lang\tsource\n")))
    with pytest.raises(CorpusError, match="standard input:1:1"):
        read_units("-")


def test_csv_quotes_guards_formulas_and_tells_the_line(tmp_path: Path) -> None:
    texts = ["=1+1", "+82 2 555", "-5", "- no", "@home", "'=x", "＝1", 'say "hi", then', "'tis"]
    units = [TranslationUnit(text, text, text, KOREAN) for text in texts]
    assert write_units(tmp_path / "x.csv", units) == ()
    raw = (tmp_path / "x.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfdoc_id,") and raw.count(b"\r\n") == raw.count(b"\n") == 10
    rows = raw.decode("utf-8-sig").split("\r\n")[1:-1]
    shown = [row.split(",")[5] for row in rows[:7]]
    assert shown == ["'=1+1", "'+82 2 555", "-5", "'- no", "'@home", "''=x", "'＝1"]
    assert '"say ""hi"", then"' in rows[7] and ",'tis," in rows[8]
    assert read_units(tmp_path / "x.csv") == units
    write_units(tmp_path / "x.tsv", units)
    assert "'=1+1" not in (tmp_path / "x.tsv").read_text(encoding="utf-8")
    (tmp_path / "y.csv").write_text('lang,source,target\nko,"a\nb",c\nko,"a"x,c\n')
    with pytest.raises(CorpusError, match=r"y\.csv:4: bad CSV"):
        read_units(tmp_path / "y.csv")
    (tmp_path / "y.csv").write_text('lang,source,target\nko,"a\nb",c\nfr,a,c\n')
    with pytest.raises(CorpusError, match=r"y\.csv:4:\d+: unknown language"):
        read_units(tmp_path / "y.csv")


FOREIGN_TMX = """<?xml version="1.0" encoding="{encoding}"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="EN-US" datatype="xml" segtype="sentence" o-tmf="x"
 adminlang="en" creationtool="x" creationtoolversion="1"/>
<body>
<tu tuid="7"><note>n</note><prop type="client">Ministry</prop>
 <tuv xml:lang="fr"><seg>Bonjour</seg></tuv>
 <tuv xml:lang="EN-US"><seg>Good <bpt i="1">&lt;b></bpt>morning<ept i="1">&lt;/b></ept>,
 <hi>all</hi>.</seg></tuv>
 <tuv lang="ko-KR"><seg>안녕하세요 &amp; 모두.</seg></tuv>
 <tuv xml:lang="ja"><seg>おはよう<ph>x</ph>。</seg></tuv>
</tu>
<tu><tuv xml:lang="en"><seg>Two</seg></tuv><tuv xml:lang="ja"><seg>二</seg></tuv></tu>
</body></tmx>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_foreign_tmx_is_read(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "x.tmx").write_bytes(FOREIGN_TMX.format(encoding=encoding).encode(encoding))
    read = list(iterate_entries(tmp_path / "x.tmx"))
    assert [(one.unit.id, one.unit.source, one.unit.target) for one in read] == [
        ("7", "Good morning,\n all.", "안녕하세요 & 모두."),
        ("7", "Good morning,\n all.", "おはよう。"),
        ("2", "Two", "二"),
    ]
    assert read[0].extra == {"client": "Ministry"}


def test_tmx_without_a_usable_side_is_an_error(tmp_path: Path) -> None:
    frame = '<tmx version="1.4"><header srclang="en"/><body>{}</body></tmx>'
    unit = '<tu><tuv xml:lang="{}"><seg>a</seg></tuv><tuv xml:lang="{}"><seg>b</seg></tuv></tu>'
    for pair, what in ((("ko", "ja"), "tu 1 .* no en text"), (("en", "fr"), "has fr text only")):
        (tmp_path / "x.tmx").write_text(frame.format(unit.format(*pair)))
        with pytest.raises(CorpusError, match=what) as caught:
            read_units(tmp_path / "x.tmx")
        assert caught.value.hint


def test_foreign_xliff_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.xlf").write_text(
        """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
        <file original="f.html" source-language="en" target-language="ja" datatype="html"><body>
        <group><trans-unit id="a"><source>Hi <g id="1">you</g><x id="2"/>!</source>
        </trans-unit></group>
        <trans-unit id="b"><source>Bye</source><target>さよ<ph id="1">x</ph>なら</target>
        <alt-trans><target>NOT THIS</target></alt-trans></trans-unit>
        </body></file></xliff>""",
        encoding="utf-8",
    )
    units = read_units(tmp_path / "a.xlf")
    assert [(unit.id, unit.source, unit.target) for unit in units] == [
        ("a", "Hi you!", ""),
        ("b", "Bye", "さよなら"),
    ]
    assert units[0].document == "f.html" and units[0].language == JAPANESE
    (tmp_path / "b.xliff").write_text(
        """<xliff version="2.1" xmlns="urn:oasis:names:tc:xliff:document:2.0"
        srcLang="en" trgLang="ko">
        <file id="f1"><unit id="u1"><segment><source>One.</source><target>하나.</target></segment>
        <ignorable><source> </source></ignorable>
        <segment><source>T<pc id="1">w</pc>o<cp hex="0021"/></source></segment></unit>
        </file></xliff>""",
        encoding="utf-8",
    )
    assert [(unit.id, unit.source, unit.target) for unit in read_units(tmp_path / "b.xliff")] == [
        ("u1:1", "One.", "하나."),
        ("u1:2", "Two!", ""),
    ]
    for content, what in (
        ('<xliff version="1.2"><file target-language="fr"/></xliff>', "unknown target language"),
        ('<xliff version="2.0"><file><unit id="1"/></file></xliff>', "no target language"),
        ("<html><body/></html>", "no XLIFF"),
    ):
        (tmp_path / "c.xlf").write_text(content)
        with pytest.raises(CorpusError, match=what):
            read_units(tmp_path / "c.xlf")


BOMB = """<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/hostname">]>
<tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>&b;&c;</seg></tuv>
<tuv xml:lang="ko"><seg>x</seg></tuv></tu></body></tmx>"""


@pytest.mark.parametrize("name", ["x.tmx", "x.xlf"])
def test_xml_with_entities_is_refused_and_damaged_xml_placed(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(BOMB)
    with pytest.raises(CorpusError, match="entities"):
        read_units(tmp_path / name)
    (tmp_path / name).write_text('<xliff version="1.2">\n<file original="a">\n  <body></file>')
    with pytest.raises(CorpusError, match=rf"{name}:3:\d+: bad XML: mismatched tag"):
        read_units(tmp_path / name)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "bad JSON"),
        ("[]", "not an object"),
        ('{"lang": "ko", "source": "a"}', "no 'target'"),
        ('{"lang": "ko", "source": "a", "target": null}', "target is no string"),
        ('{"lang": "xx", "source": "a", "target": "b"}', "unknown language"),
        ('{"lang": "ko", "source": "a", "target": "b", "verdict": "good"}', "bad record"),
        ('{"lang": "ko", "source": "a", "target": "b", "score": "high"}', "bad record"),
        ('{"lang": "ko", "source": "a", "target": "b", "segment": {}}', "no 'start'"),
    ],
)
def test_a_bad_record_is_told_to_the_line(line: str, what: str, tmp_path: Path) -> None:
    good = '{"lang": "ko", "source": "a", "target": "b", "score": 0.5, "note": 3}'
    (tmp_path / "x.jsonl").write_text(f"{good}\n\n{line}\n")
    found = iterate_entries(tmp_path / "x.jsonl")
    first = next(found)
    assert first.unit.score == Score(0.5) and first.extra == {"note": "3"}
    with pytest.raises(CorpusError, match=what) as caught:
        next(found)
    assert caught.value.line == 3 and caught.value.hint


def test_foreign_parquet_and_the_polars_table(tmp_path: Path) -> None:
    import polars

    table = polars.DataFrame({"lang": ["ko"], "source": ["a"], "target": ["b"], "rank": [3]})
    table.write_parquet(tmp_path / "x.parquet")
    (entry,) = iterate_entries(tmp_path / "x.parquet")
    assert entry.unit.target == "b" and entry.extra == {"rank": "3"}
    table.drop("target").write_parquet(tmp_path / "x.parquet")
    with pytest.raises(CorpusError, match="no column target"):
        read_units(tmp_path / "x.parquet")
    ours = corpus.frame(Entry(unit) for unit in tiny_units()["ko"])
    assert ours["findings"].to_list() == [[], ["number", "term"]]
    assert ours.filter(polars.col("score") < 0.5)["seg_id"].to_list() == ["talks#002"]


# -- failing places -------------------------------------------------------------------------------


def test_a_full_disk_leaves_the_old_corpus_and_no_litter(tmp_path: Path) -> None:
    build(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    units = [replace(unit, source="x" * 300_000) for unit in tiny_units()["ko"]]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        for write in (
            lambda: corpus.write_corpora(tmp_path, [DOCUMENT], {"ja": [], "ko": units}),
            lambda: write_units(tmp_path / "en-ko.tsv", units),
            lambda: write_units(tmp_path / "en-ko.tmx", units),
            lambda: write_units(tmp_path / "en-ko.csv", units),
        ):
            with pytest.raises(OutputError, match="cannot write") as caught:
                write()
            assert caught.value.hint and caught.value.exit_code == 3
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_places_that_cannot_be_written_are_output_errors(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("old")
    with pytest.raises(OutputError):
        build(blocker)
    with pytest.raises(OutputError):
        write_units(blocker / "x.tsv", [])
    (tmp_path / "x.tsv").mkdir()
    for place in (tmp_path / "x.tsv", Path("/dev/null")):
        with pytest.raises(OutputError, match="no plain file"):
            write_units(place, [], format="tsv")
    if os.path.isdir("/proc/self"):  # not even root may create a file there
        with pytest.raises(OutputError):
            write_units("/proc/self/x.tsv", [])
    assert blocker.read_text() == "old" and stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, MemoryError])
def test_any_interruption_while_writing_leaves_everything_as_it_was(
    error: type[BaseException], tmp_path: Path
) -> None:
    (tmp_path / "x.tsv").write_text("old")

    def units() -> Iterator[TranslationUnit]:
        yield tiny_units()["ko"][0]
        raise error

    with pytest.raises(error), staged(tmp_path) as staging:
        staging.open(tmp_path / "y.tsv").write(b"new")
        for unit in units():
            staging.open(tmp_path / "x.tsv").write(unit.source.encode())
    assert os.listdir(tmp_path) == ["x.tsv"] and (tmp_path / "x.tsv").read_text() == "old"


def test_drafts_of_the_dead_are_swept_and_those_of_the_living_stay(tmp_path: Path) -> None:
    program = (
        "import sys, os, signal\nfrom aligner.corpus.staging import staged\n"
        "with staged(sys.argv[1]) as s:\n s.open(sys.argv[1] + '/x.tsv').write(b'half')\n"
        " os.kill(os.getpid(), signal.SIGKILL)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    assert subprocess.run(command, env=environment).returncode == -signal.SIGKILL
    assert len(os.listdir(tmp_path)) == 1
    living = f".x.tsv.{os.getpid()}-00000000.tmp"
    (tmp_path / living).write_text("")
    write_units(tmp_path / "x.tsv", [])
    assert sorted(os.listdir(tmp_path)) == [living, "x.tsv"]


def test_links_rights_and_umask_are_respected(tmp_path: Path) -> None:
    (tmp_path / "real.tsv").write_text("old")
    os.chmod(tmp_path / "real.tsv", 0o640)
    (tmp_path / "link.tsv").symlink_to("real.tsv")
    write_units(tmp_path / "link.tsv", tiny_units()["ko"])
    assert (tmp_path / "link.tsv").is_symlink()
    assert len(read_units(tmp_path / "real.tsv")) == 2
    assert stat.S_IMODE(os.stat(tmp_path / "real.tsv").st_mode) == 0o640
    before = os.umask(0o027)
    try:
        write_units(tmp_path / "new.tsv", [])
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(tmp_path / "new.tsv").st_mode) == 0o640


# -- numbers --------------------------------------------------------------------------------------


def test_statistics_are_what_one_counts_by_hand(tmp_path: Path) -> None:
    build(tmp_path)
    korean = corpus.statistics(tmp_path / "en-ko.tsv").languages["ko"]
    assert (korean.rows, korean.documents, korean.missing, korean.repeated) == (2, 1, 0, 0)
    assert (korean.source_tokens, korean.target_tokens) == (2 + 8, 2 + 4)
    assert (korean.source_chars, korean.target_chars) == (8 + 32, 4 + 15)
    assert korean.length_ratio == pytest.approx(19 / 40)
    assert korean.length_ratio_median == pytest.approx((4 / 8 + 15 / 32) / 2, abs=1e-3)
    assert korean.verdicts == {"accept": 1, "review": 1}
    assert korean.findings == {"number": 1, "term": 1} and korean.clean == 1
    assert korean.score is not None
    assert korean.score.mean == pytest.approx((1 + 0.4124) / 2)
    assert korean.score.histogram == (0, 0, 0, 0, 1, 0, 0, 0, 0, 1)
    japanese = corpus.statistics(tmp_path / "en-ja.tsv").languages["ja"]
    # runs of one script: 点 で 合意 した とキム 大将 は 述 べた
    assert japanese.target_tokens == 9
    assert corpus.summarise([]).rows == 0


def test_repetitions_missing_targets_and_bin_edges_are_counted() -> None:
    units = [
        TranslationUnit(str(n), "a", "" if n == 3 else "b", KOREAN, score=Score(n / 10))
        for n in range(11)
    ]
    numbers = corpus.summarise(Entry(unit) for unit in units).languages["ko"]
    assert (numbers.missing, numbers.repeated) == (1, 9)
    assert numbers.score and numbers.score.histogram == (1, 1, 1, 1, 1, 1, 1, 1, 1, 2)


def test_the_interval_is_that_of_an_ordinary_bootstrap() -> None:
    rng = random.Random(7)
    values = [round(rng.betavariate(5, 2), 2) for _ in range(200)]
    counts = {value: values.count(value) for value in values}
    mean, low, high = mean_with_interval(counts)
    naive = sorted(sum(rng.choices(values, k=200)) / 200 for _ in range(2000))
    assert mean == pytest.approx(sum(values) / 200)
    assert low == pytest.approx(naive[50], abs=0.005)
    assert high == pytest.approx(naive[1949], abs=0.005)
    assert mean_with_interval({0.5: 3}) == (0.5, 0.5, 0.5)
    assert mean_with_interval(counts) == (mean, low, high)


# -- selection ------------------------------------------------------------------------------------


def rows(*triples: tuple[str, str, str]) -> list[Entry]:
    return [
        Entry(TranslationUnit(str(n), source, target, KOREAN, document=document))
        for n, (document, source, target) in enumerate(triples)
    ]


def test_deduplication_by_degree() -> None:
    some = rows(
        ("a", "The talks ended.", "끝."),
        ("b", "The talks ended.", "끝."),
        ("b", "THE TALKS  ended!", "끝"),
        ("b", "The talks ended.", "종료."),
    )
    some.append(Entry(replace(some[0].unit, language=JAPANESE)))

    def kept(how: str = "normalised", *, by_source: bool = False) -> list[int]:
        found = list(deduplicate(some, how, by_source=by_source))
        assert list(deduplicate(found, how, by_source=by_source)) == found
        return [some.index(entry) for entry in found]

    assert kept("exact") == [0, 2, 3, 4]
    assert kept() == [0, 3, 4]
    assert kept("exact", by_source=True) == [0, 2, 4]
    assert kept(by_source=True) == [0, 4]
    with pytest.raises(ValueError, match="fuzzy"):
        list(deduplicate(some, "fuzzy"))


SHARES = {"train": 0.8, "dev": 0.1, "test": 0.1}


def test_a_split_never_parts_a_document_nor_a_story() -> None:
    some = rows(
        *((f"d{n % 400}", f"Sentence {n} of the day.", "가") for n in range(2000)),
        *(
            (
                f"d{n}",
                f"Long sentence {n % 200} that two agencies both sent out word for word.",
                "가",
            )
            for n in range(400)
            if n % 200 < 40
        ),
    )
    parts = split(some, SHARES)
    assert sum(len(part) for part in parts.values()) == len(some)
    where = {name: {entry.unit.document for entry in part} for name, part in parts.items()}
    assert not where["train"] & where["dev"] and not where["train"] & where["test"]
    assert not where["dev"] & where["test"]
    for n in range(40):
        assert any({f"d{n}", f"d{n + 200}"} <= documents for documents in where.values())
    assert 0.74 < len(where["train"]) / 400 < 0.86 and 0.05 < len(where["dev"]) / 400 < 0.15
    assert split(some, SHARES) == parts
    assert split(some, SHARES, seed="other") != parts
    # more documents move none of the old ones, and the order of rows does not matter
    more = split(some + rows(("new", "A new one.", "나")), SHARES)
    assert all(set(map(id, part)) <= set(map(id, more[name])) for name, part in parts.items())
    backwards = split(some[::-1], SHARES)
    assert {name: part[::-1] for name, part in backwards.items()} == parts


def test_bad_shares_are_usage_errors() -> None:
    for shares in ({"train": 0.9}, {"train": 1.1, "test": -0.1}, {}):
        with pytest.raises(UsageError, match="shares"):
            split([], shares)
    some = rows(("a", "x", "y"), ("b", "x", "y"), ("", "z", "y"))
    assert len(split(some, {"train": 0.0, "test": 1.0})["test"]) == 3


def test_join_is_by_id_and_guesses_nothing() -> None:
    units = tiny_units()
    joined = join(units["ko"], units["ja"])
    assert [(one.id, sorted(one.units)) for one in joined] == [
        ("talks#001", ["ko"]),
        ("talks#002", ["ja", "ko"]),
    ]
    with pytest.raises(CorpusError, match="comes twice in ja"):
        join(units["ja"], units["ja"])
    with pytest.raises(CorpusError, match="two different source texts"):
        join(units["ko"], [replace(units["ja"][0], source="Other")])


# -- size and weight ------------------------------------------------------------------------------


def test_large_files_are_read_scored_and_converted_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "big.tsv.gz"
    line = "ko\t" + "Lorem ipsum dolor " * 20 + "\t" + "가나다라 " * 40 + "\n"
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as stream:
        stream.write("lang\tsource\ttarget\n")
        for _ in range(20_000):  # 11 MB of text
            stream.write(line)
    tracemalloc.start()
    try:
        assert sum(1 for _ in corpus.iterate(path)) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["x.tsv", "x.tmx", "x.xlf", "x.jsonl"])
def test_converting_holds_few_units_at_once(name: str, tmp_path: Path) -> None:
    units = (
        TranslationUnit(f"{n}", "Lorem ipsum " * 30, "가나다 " * 30, KOREAN) for n in range(3000)
    )
    write_units(tmp_path / f"in{name[1:]}", units)  # 1.5 MB and more
    tracemalloc.start()
    try:
        corpus.convert(tmp_path / f"in{name[1:]}", tmp_path / "out.jsonl")
        assert tracemalloc.get_traced_memory()[1] < 700_000
    finally:
        tracemalloc.stop()


def test_importing_and_reading_tsv_loads_no_heavy_library(tmp_path: Path) -> None:
    write_units(tmp_path / "x.tsv", tiny_units()["ko"])
    program = (
        "import sys, aligner.corpus as c; c.read_units(sys.argv[1]);"
        "print([m for m in ('polars', 'numpy', 'defusedxml', 'lxml') if m in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "x.tsv")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    assert out.stdout.strip() == "[]"


# -- the dictionary -------------------------------------------------------------------------------


def test_every_column_is_in_the_dictionary() -> None:
    readme = Path(__file__).parent.parent / "corpora" / "README.md"
    text = readme.read_text(encoding="utf-8")
    joined = GOLDEN["en-ko-ja.tsv"].split("\n")[0].split("\t")
    for column in {*corpus.PAIR_COLUMNS, *joined}:
        assert f"| `{column}`" in text or f", `{column}`" in text, column
    for key in json.loads(corpus.Manifest("0").to_json()):
        assert f"| `{key}`" in text, key
    for name in FILES:
        assert name.split("-")[0] in text.lower()
