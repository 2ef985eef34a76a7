"""Glossary files: round trip, errors, validation, editing, two editors at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.errors import GlossaryError, OutputError, UsageError
from aligner.termbase import Concept, load, parse_glossary, read_glossary, write_glossary
from aligner.termbase.editing import (
    add,
    diff,
    edit,
    form,
    history,
    merge,
    parse_form,
    remove,
    rename,
    undo,
    update,
)
from aligner.termbase.validation import RULES, validate

TEXT = """# House glossary

id\ten\tko\tja\tcategory\taliases_en\tvariants_ko\tteam
# persons
\tWang Yi\t왕이\t王毅\tperson\t\t\tA
place.seoul\tSeoul\t서울\tソウル\tplace\t\t

\tsanctions\t제재\t制裁\tconcept\tsanction|  penalties \t제재 조치|제재안\tB
"""


def _write(path: Path, *rows: str, header: str = "en\tko\tja") -> Path:
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def test_a_file_comes_back_to_the_byte() -> None:
    glossary = parse_glossary(TEXT)
    assert str(glossary) == TEXT
    assert [concept.id for concept in glossary.concepts] == [
        "person.wang-yi", "place.seoul", "concept.sanctions",
    ]  # fmt: skip
    assert glossary.concepts[2].aliases_en == ("sanction", "penalties")
    assert glossary.concepts[0].extra == {"team": "A"}


_CELL = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(_CELL, min_size=3, max_size=3), max_size=6), st.sampled_from(["", "# c\n"])
)
def test_any_table_comes_back_to_the_byte(rows: list[list[str]], comment: str) -> None:
    lines = ["\t".join(row) for row in rows if row[0].strip() and not row[0].startswith("#")]
    text = comment + "en\tko\tja\n" + "".join(f"{line}\n" for line in lines)
    assert str(parse_glossary(text)) == text


def test_crlf_and_byte_order_mark_are_read() -> None:
    glossary = parse_glossary("\ufeffen\tko\r\nSeoul\t서울\r\n")
    assert glossary.concepts[0].ko == "서울"
    assert str(glossary) == "en\tko\nSeoul\t서울\n"


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "g.tsv:1", "no header"),
        ("# only\n", "g.tsv:1", "no header"),
        ("term\tko\n", "g.tsv:1", "needs a column en"),
        ("en\tnotes\n", "g.tsv:1", "needs a column en"),
        ("en\tko\tko\n", "g.tsv:1", "named twice"),
        ("en\tko\t\n", "g.tsv:1", "nameless"),
        ("en\tko\nSeoul\t서울\t?\n", "g.tsv:2", "3 cells"),
        ("# c\nen\tko\n\t서울\n", "g.tsv:3", "no English term"),
    ],
)
def test_what_is_no_table_is_told_with_its_place(text: str, where: str, what: str) -> None:
    with pytest.raises(GlossaryError) as caught:
        parse_glossary(text, "g.tsv")
    assert caught.value.where == where and what in caught.value.what and caught.value.hint


def test_unreadable_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match="cannot be read"):
        read_glossary(tmp_path / "none.tsv")
    path = tmp_path / "latin.tsv"
    path.write_bytes(b"en\tko\nCaf\xe9\tx\n")
    with pytest.raises(GlossaryError, match=r"latin\.tsv:2: is not UTF-8"):
        read_glossary(path)


def test_a_repeated_id_stops_loading(tmp_path: Path) -> None:
    path = _write(tmp_path / "g.tsv", "Seoul\t서울\tソウル", "Seoul\t서울시\tソウル")
    with pytest.raises(GlossaryError, match=r"g\.tsv:3: id concept\.seoul is already"):
        load([path])


def test_a_later_file_overrides_an_earlier_one(tmp_path: Path) -> None:
    one = _write(tmp_path / "a.tsv", "Seoul\t서울\tソウル")
    two = _write(tmp_path / "b.tsv", "Seoul\t서울시\tソウル市")
    assert [concept.ko for concept in load([one, two]).concepts] == ["서울시"]


PROBLEMS = [
    ("missing-language", "Seoul\t\tソウル", 2, 7),
    ("wrong-script", "Seoul\t首尔\tソウル", 2, 7),
    ("wrong-script", "Seoul\t서울\t서울", 2, 10),
    ("wrong-script", "서울\t서울\tソウル", 2, 1),
    ("untidy-text", "Seoul\t 서울\tソウル", 2, 7),
    ("untidy-text", "Seoul\t서울\tｿｳﾙ", 2, 10),
    ("untidy-text", "Seoul\t서\u200b울\tソウル", 2, 8),
    ("untidy-text", 'Seoul\t"서울"\tソウル', 2, 7),
]


@pytest.mark.parametrize(("rule", "row", "line", "column"), PROBLEMS)
def test_problems_within_a_row(tmp_path: Path, rule: str, row: str, line: int, column: int) -> None:
    found = validate(_write(tmp_path / "g.tsv", row))
    assert (rule, line, column) in [(p.rule, p.line, p.column) for p in found]
    assert all(p.hint and p.where.startswith(str(tmp_path)) for p in found)


WIDE = (
    "id\ten\tko\tja\tcategory\taliases_en\tshort_en\tvariants_ko\tforbidden_ko\t"
    "case\tfrom\tto\tsource"
)


@pytest.mark.parametrize(
    ("rules", "rows"),
    [
        ({"duplicate-id"}, ["place.a\tA b\t가\tア\tplace", "place.a\tC d\t나\tイ\tplace"]),
        ({"duplicate-term"}, ["x.a\tA b\t가\tア\tplace", "x.b\tA b\t나\tイ\tplace"]),
        ({"overlapping-forms"}, ["x.a\tA b\t가\tア\tplace\tC", "x.b\tC\t나\tイ\tplace"]),
        ({"conflicting-target"}, ["x.a\tA b\t가\tア\tplace", "x.b\tC\t가\tイ\tplace"]),
        ({"forbidden-accepted"}, ["x.a\tA b\t가\tア\tplace\t\t\t나\t나"]),
        ({"repeated-form"}, ["x.a\tA b\t가\tア\tplace\tA b"]),
        ({"shadowed"}, ["x.a\tA b\t가\tア\tplace\t\tC", "x.b\tC\t나\tイ\tplace"]),
        ({"unknown-value"}, ["x.a\tA b\t가\tア\tplaces"]),
        ({"unknown-value"}, ["x.a\tA b\t가\tア\tplace\t\t\t\t\tsome"]),
        ({"unknown-value"}, ["x.a\tA b\t가\tア\tplace\t\t\t\t\t\t\t\tguess"]),
        ({"wrong-date"}, ["x.a\tA b\t가\tア\tplace\t\t\t\t\t\t2024-13"]),
        ({"wrong-date"}, ["x.a\tA b\t가\tア\tplace\t\t\t\t\t\t2024\t2023"]),
        ({"odd-id"}, ["X A\tA b\t가\tア\tplace"]),
        (set(), ["x.a\tA b\t가\tア\tplace\tC|D\tE\t나|다\t라\texact\t2020\t2020-05\tofficial"]),
    ],
)
def test_problems_of_rows_and_between_them(
    tmp_path: Path, rules: set[str], rows: list[str]
) -> None:
    found = validate(_write(tmp_path / "g.tsv", *rows, header=WIDE))
    assert {p.rule for p in found} == rules
    assert rules <= set(RULES)


def test_validate_tells_unreadable_and_unused(tmp_path: Path) -> None:
    assert [p.rule for p in validate(tmp_path / "none.tsv")] == ["unreadable"]
    path = _write(tmp_path / "g.tsv", "Seoul\t서울\tソウル", "Busan\t부산\t釜山")
    found = validate(path, [["He left seoul.", "Nothing."]])
    assert [(p.rule, p.line) for p in found] == [("unused", 3)]


def test_edits_change_one_line_only() -> None:
    glossary = parse_glossary(TEXT)
    edited = edit(glossary, "place.seoul", {"ko": "서울시"})
    before, after = TEXT.splitlines(), str(edited).splitlines()
    assert [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [5]
    assert edit(edited, "Seoul", {"ko": "서울"}).concepts == glossary.concepts


def test_add_goes_beside_its_category_and_brings_columns() -> None:
    glossary = parse_glossary(TEXT)
    grown = add(glossary, Concept("place.busan", "Busan", "부산", "釜山", "place"))
    assert str(grown).splitlines()[6].startswith("place.busan\tBusan")
    dated = add(glossary, Concept("person.x", "X Y", "엑스", category="person", valid_from="2020"))
    assert dated.columns[-1] == "from"
    assert parse_glossary(str(dated)).concepts == dated.concepts


def test_edits_that_break_the_file_are_refused() -> None:
    glossary = parse_glossary(TEXT)
    with pytest.raises(UsageError, match="already there"):
        add(glossary, Concept("place.seoul", "Seoul city", category="place"))
    with pytest.raises(UsageError, match="already there"):
        add(glossary, Concept("place.x", "Seoul", category="place"))
    with pytest.raises(UsageError, match="cannot be written"):
        add(glossary, Concept("place.x", "X", "가\t나", category="place"))
    with pytest.raises(UsageError, match="cannot be written"):
        add(glossary, Concept("place.x", "X", variants_ko=("가|나",), category="place"))
    with pytest.raises(UsageError, match="no concept"):
        remove(glossary, "place.none")
    with pytest.raises(UsageError, match="no column"):
        edit(glossary, "place.seoul", {"colour": "red"})
    with pytest.raises(UsageError, match="needs an English term"):
        edit(glossary, "place.seoul", {"en": " "})
    with pytest.raises(UsageError, match="already there"):
        rename(glossary, "place.seoul", "person.wang-yi")


def test_remove_and_rename() -> None:
    glossary = parse_glossary(TEXT)
    gone = remove(glossary, "place.seoul")
    assert "# persons" in str(gone) and "Seoul" not in str(gone)
    assert rename(glossary, "place.seoul", "place.soul").concepts[1].id == "place.soul"


def test_merge_fills_unites_and_tells_conflicts() -> None:
    mine = parse_glossary("en\tko\tja\tvariants_ko\nSeoul\t서울\t\t한성\n")
    theirs = parse_glossary(
        "en\tko\tja\tvariants_ko\nSeoul\t서울시\tソウル\t경성\nBusan\t부산\t釜山\t\n"
    )
    merged, conflicts = merge(mine, theirs)
    seoul, busan = merged.concepts
    assert (seoul.ko, seoul.ja) == ("서울", "ソウル")
    assert set(seoul.variants_ko) == {"한성", "경성", "서울시"}
    assert busan.ko == "부산"
    assert [(c.column, c.before, c.after) for c in conflicts] == [("ko", "서울", "서울시")]
    again, _ = merge(merged, theirs)
    assert again.concepts == merged.concepts


def test_diff_tells_added_removed_and_changed() -> None:
    glossary = parse_glossary(TEXT)
    other = remove(edit(glossary, "place.seoul", {"ko": "서울시"}), "person.wang-yi")
    other = add(other, Concept("place.busan", "Busan", "부산", category="place"))
    assert [(c.kind, c.id, c.column) for c in diff(glossary, other)] == [
        ("changed", "place.seoul", "ko"), ("added", "place.busan", ""),
        ("removed", "person.wang-yi", ""),
    ]  # fmt: skip
    assert diff(glossary, glossary) == []


def test_a_form_comes_back_as_its_concept() -> None:
    for concept in parse_glossary(TEXT).concepts:
        assert parse_form(form(concept)) == concept
    with pytest.raises(GlossaryError, match="form:2: 'nonsense here' is no field"):
        parse_form("en: X\nnonsense here\n")
    with pytest.raises(GlossaryError, match="no English term"):
        parse_form("ko: 가\n")


def test_update_writes_and_undo_takes_back(tmp_path: Path) -> None:
    path = tmp_path / "g.tsv"
    path.write_text(TEXT, encoding="utf-8")
    update(path, lambda glossary: edit(glossary, "place.seoul", {"ko": "서울시"}))
    update(path, lambda glossary: remove(glossary, "person.wang-yi"))
    assert "왕이" not in path.read_text(encoding="utf-8")
    undo(path)
    assert "왕이" in path.read_text(encoding="utf-8")
    undo(path)
    assert path.read_text(encoding="utf-8") == TEXT
    with pytest.raises(UsageError, match="nothing to undo"):
        undo(path)


def test_a_failing_edit_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "g.tsv"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(UsageError):
        update(path, lambda glossary: remove(glossary, "place.none"))
    assert path.read_text(encoding="utf-8") == TEXT
    assert not list(tmp_path.glob("*.part")) and not list(tmp_path.glob(".*.part"))


def test_update_begins_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "new.tsv"
    update(path, lambda glossary: add(glossary, Concept("concept.a", "a", "가")))
    assert load([path]).concepts[0].ko == "가"


def test_an_unwritable_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_glossary(parse_glossary(TEXT), tmp_path / "no" / "g.tsv")


_EDITOR = """
import sys, random
from pathlib import Path
from aligner.termbase import Concept
from aligner.termbase.editing import add, edit, update
path, name = Path(sys.argv[1]), sys.argv[2]
rng = random.Random(name)
for number in range(10_000):
    key = f"concept.{name}-{number}"
    update(path, lambda g: add(g, Concept(key, f"{name} {number}", "가")))
    print(key, flush=True)
    if rng.random() < 0.5:
        update(path, lambda g: edit(g, key, {"ko": "나"}))
        print(key + "!", flush=True)
"""


def test_two_editors_killed_at_random_lose_no_accepted_edit(tmp_path: Path) -> None:
    path = tmp_path / "g.tsv"
    path.write_text(TEXT, encoding="utf-8")
    accepted: list[str] = []
    for round_number in range(2):
        editors = {}
        for name in (f"one{round_number}", f"two{round_number}"):
            told = tmp_path / f"{name}.txt"
            with told.open("w") as output:
                editors[told] = subprocess.Popen(
                    [sys.executable, "-c", _EDITOR, str(path), name],
                    stdout=output,
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                )
        deadline = time.monotonic() + 60
        while not all("\n" in told.read_text() for told in editors) and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.3 + 0.2 * round_number)
        for told, editor in editors.items():
            editor.send_signal(signal.SIGKILL)
            editor.wait(timeout=20)
            accepted.extend(told.read_text().split("\n")[:-1])
    concepts = {concept.id: concept for concept in load([path]).concepts}
    assert len(accepted) >= 4
    for line in accepted:
        assert line.rstrip("!") in concepts
        if line.endswith("!"):
            assert concepts[line[:-1]].ko == "나"
    assert "Wang Yi" in path.read_text(encoding="utf-8")
    assert history(path).is_dir()
    update(path, lambda glossary: remove(glossary, "place.seoul"))
