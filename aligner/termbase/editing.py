"""Edits of a glossary: pure functions from file to file, and one way to write them to disk.

``update`` holds a lock for the whole read–change–write, keeps the text before the change and
replaces the file in one step; so two editors never lose each other's edits and a killed one loses
only its own.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from aligner.errors import GlossaryError, OutputError, UsageError
from aligner.termbase.concepts import COLUMNS, LISTS, Concept, concept_from_cells
from aligner.termbase.file import (
    GlossaryFile,
    Line,
    new_glossary,
    parse_glossary,
    read_glossary,
    write_text,
)

_KEPT_VERSIONS = 20
_LOCK_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two glossaries: ``kind`` is ``added``, ``removed`` or ``changed``.

    ``column`` and the values are set for ``changed``, one Change a column.
    """

    kind: str
    id: str
    column: str = ""
    before: str = ""
    after: str = ""


def find_concept(glossary: GlossaryFile, identity: str) -> Concept:
    """The concept of an id or, where that is unique, of an English term. Raises UsageError."""
    named = [c for c in glossary.concepts if c.id == identity]
    named = named or [c for c in glossary.concepts if c.en == identity]
    if len(named) != 1:
        what = f"no concept {identity!r}" if not named else f"{identity!r} names several concepts"
        raise UsageError(
            f"{what} in {glossary.path or 'the glossary'}",
            hint="`aligner glossary lookup` finds the id",
        )
    return named[0]


def add(glossary: GlossaryFile, concept: Concept) -> GlossaryFile:
    """The glossary with ``concept`` as a row of its own, after the last one of its category.

    Raises UsageError when the id, or the English term in that category, is there already.
    """
    place = len(glossary.lines)
    for number, line in enumerate(glossary.lines, start=1):
        other = line.concept
        if other is None:
            continue
        if other.id == concept.id or (other.en, other.category) == (concept.en, concept.category):
            raise UsageError(
                f"{other.id} is already there (line {number})",
                hint="use `aligner glossary edit`, or give the new concept another id",
            )
        if other.category == concept.category:
            place = number
    glossary = glossary.with_columns(concept)
    row = _checked(glossary.row(concept), glossary.columns)
    return replace(glossary, lines=(*glossary.lines[:place], row, *glossary.lines[place:]))


def edit(glossary: GlossaryFile, identity: str, changes: Mapping[str, str]) -> GlossaryFile:
    """The glossary with the named cells of one concept set; every other byte is as before.

    Raises UsageError for an unknown concept or column and for an emptied ``en``.
    """
    concept = find_concept(glossary, identity)
    known = {*COLUMNS, *glossary.columns}
    unknown = sorted(set(changes) - known)
    if unknown:
        raise UsageError(
            f"no column {', '.join(unknown)}", hint=f"columns: {', '.join(sorted(known))}"
        )
    edited = concept_from_cells(
        {**concept.cells(), **changes}, path=concept.path, line=concept.line
    )
    if not edited.en:
        raise UsageError("a concept needs an English term", hint="remove the concept instead")
    if edited.id != concept.id and any(c.id == edited.id for c in glossary.concepts):
        raise UsageError(f"{edited.id} is already there", hint="choose another id")
    return _replaced(glossary.with_columns(edited), concept, edited)


def rename(glossary: GlossaryFile, identity: str, new_id: str) -> GlossaryFile:
    """The glossary with one concept under a new id. Raises UsageError when that is taken."""
    return edit(glossary, identity, {"id": new_id})


def remove(glossary: GlossaryFile, identity: str) -> GlossaryFile:
    """The glossary without one concept; comments stay."""
    concept = find_concept(glossary, identity)
    lines = tuple(
        line for line in glossary.lines if line.concept is None or line.concept.id != concept.id
    )
    return replace(glossary, lines=lines)


def merge(
    mine: GlossaryFile, theirs: GlossaryFile | tuple[Concept, ...]
) -> tuple[GlossaryFile, list[Change]]:
    """``mine`` enriched by ``theirs``, and the cells on which they differ, where mine was kept.

    New concepts are added; of known ones (same id, or same English term and category) empty cells
    are filled and lists united, mine first. A differing preferred rendering becomes a variant.
    """
    concepts = theirs.concepts if isinstance(theirs, GlossaryFile) else theirs
    conflicts: list[Change] = []
    by_id = {concept.id: concept for concept in mine.concepts}
    by_term = {(concept.en, concept.category): concept for concept in mine.concepts}
    fresh: list[Concept] = []
    changed: dict[str, Concept] = {}
    for concept in concepts:
        known = by_id.get(concept.id) or by_term.get((concept.en, concept.category))
        if known is None:
            fresh.append(concept)
            united = concept
        else:
            united, differing = _united(known, concept)
            conflicts.extend(differing)
            if united == known:
                continue
            changed[known.id] = united
        by_id[united.id] = by_term[united.en, united.category] = united
    for concept in (*changed.values(), *fresh):
        mine = mine.with_columns(concept)
    lines = []
    for line in mine.lines:
        new = changed.get(line.concept.id) if line.concept is not None else None
        lines.append(line if new is None else _checked(mine.row(new), mine.columns))
    mine = replace(mine, lines=tuple(lines))
    for concept in fresh:
        mine = add(mine, changed.get(concept.id, concept))
    return mine, conflicts


def diff(old: GlossaryFile, new: GlossaryFile) -> list[Change]:
    """What changed from ``old`` to ``new``, by concept id, in the order of ``new``, removals
    last."""
    before = {concept.id: concept for concept in old.concepts}
    after = {concept.id: concept for concept in new.concepts}
    changes: list[Change] = []
    for identity, concept in after.items():
        if identity not in before:
            changes.append(Change("added", identity))
            continue
        if before[identity] is concept:  # nearly all of them, after an edit
            continue
        was, now = before[identity].cells(), concept.cells()
        for column in dict.fromkeys((*was, *now)):
            if was.get(column, "") != now.get(column, ""):
                changes.append(
                    Change("changed", identity, column, was.get(column, ""), now.get(column, ""))
                )
    changes.extend(Change("removed", identity) for identity in before if identity not in after)
    return changes


def form(concept: Concept, columns: tuple[str, ...] = COLUMNS) -> str:
    """The concept as a small form for an editor: one ``column: value`` a line, lists one a line."""
    lines = ["# One field a line. Several values: one a line, each begun with '- '."]
    cells = concept.cells()
    for name in dict.fromkeys((*columns, *concept.extra)):
        value = cells.get(name, "")
        if name in LISTS and value:
            lines.append(f"{name}:")
            lines.extend(f"- {part}" for part in value.split("|"))
        else:
            lines.append(f"{name}: {value}".rstrip())
    return "\n".join(lines) + "\n"


def parse_form(text: str) -> Concept:
    """The inverse of ``form``. Raises GlossaryError (line) for a line that is no field."""
    cells: dict[str, str] = {}
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        name, colon, value = content.partition(":")
        if content.startswith("- ") and current:
            cells[current] = "|".join(filter(None, (cells[current], content[2:].strip())))
        elif colon and " " not in name and name not in cells:
            current = name
            cells[name] = value.strip()
        else:
            raise GlossaryError(
                f"{content!r} is no field", path="form", line=number, hint="write column: value"
            )
    if not cells.get("en"):
        raise GlossaryError("the form has no English term", path="form", hint="fill the field en")
    return concept_from_cells(cells)


def update(path: Path, change: Callable[[GlossaryFile], GlossaryFile]) -> GlossaryFile:
    """Applies ``change`` to the file under a lock and writes it in one step; the result.

    A missing file begins as an empty glossary. Raises OutputError when another editor holds the
    lock for half a minute, and whatever ``change`` raises, with the file untouched.
    """
    with _locked(path):
        is_there = path.exists() and path.stat().st_size > 0
        glossary = read_glossary(path) if is_there else new_glossary(str(path))
        before = path.read_bytes().decode() if is_there else ""
        after = change(glossary)
        text = str(after)
        if text != before:
            _remember(path, before)
            write_text(text, path)
        return after


def undo(path: Path) -> GlossaryFile:
    """Puts back the text before the last change that is still in force; the glossary it gives.

    Can be repeated, up to twenty changes back. Raises UsageError when there is nothing to undo.
    """
    with _locked(path):
        now = path.read_bytes().decode(errors="replace") if path.exists() else ""
        for version in sorted(_versions(path), reverse=True):
            text = version.read_bytes().decode()
            if text != now and text:
                write_text(text, path)
                version.unlink()
                return parse_glossary(text, str(path))
            version.unlink()
    raise UsageError(f"nothing to undo in {path}", hint="only edits made by aligner are kept")


def history(path: Path) -> Path:
    """The folder beside the glossary that holds its earlier versions and its lock."""
    return path.parent / f".{path.name}.history"


def _versions(path: Path) -> list[Path]:
    return [entry for entry in history(path).glob("*.tsv") if entry.stem.isdigit()]


def _remember(path: Path, text: str) -> None:
    versions = sorted(_versions(path))
    number = int(versions[-1].stem) + 1 if versions else 1
    write_text(text, history(path) / f"{number:06}.tsv")
    for old in versions[: max(0, len(versions) + 1 - _KEPT_VERSIONS)]:
        with contextlib.suppress(FileNotFoundError):
            old.unlink()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    folder = history(path)
    try:
        folder.mkdir(exist_ok=True)
        lock = FileLock(os.fspath(folder / "lock"), timeout=_LOCK_TIMEOUT_S)
        lock.acquire()
    except Timeout as error:
        raise OutputError(
            "another editor holds the glossary",
            path=path,
            hint="close it there, then try again",
        ) from error
    except OSError as error:
        raise OutputError(
            f"cannot be edited here: {error.strerror}", path=path, hint="check the permissions"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _replaced(glossary: GlossaryFile, old: Concept, new: Concept) -> GlossaryFile:
    row = _checked(glossary.row(new), glossary.columns)
    lines = tuple(
        row if line.concept is not None and line.concept.id == old.id else line
        for line in glossary.lines
    )
    return replace(glossary, lines=lines)


def _checked(row: Line, columns: tuple[str, ...]) -> Line:
    """The row, proved to be read back as the concept it was made of; raises UsageError."""
    cells = dict(zip(columns, row.text.split("\t"), strict=False))
    broken = len(row.text.split("\t")) != len(columns) or "\n" in row.text or "\r" in row.text
    if broken or row.text.startswith("#") or concept_from_cells(cells) != row.concept:
        raise UsageError(
            f"{row.concept.id if row.concept else 'the concept'} cannot be written as a row",
            hint="tabs, line breaks and | inside one value are not allowed, nor # at the start",
        )
    return row


def _united(mine: Concept, theirs: Concept) -> tuple[Concept, list[Change]]:
    cells, other = mine.cells(), theirs.cells()
    conflicts: list[Change] = []
    for column, value in other.items():
        own = cells.get(column, "")
        if not value or value == own or column == "id":
            continue
        if column in LISTS:
            cells[column] = "|".join(
                dict.fromkeys((*filter(None, own.split("|")), *value.split("|")))
            )
        elif not own:
            cells[column] = value
        else:
            conflicts.append(Change("changed", mine.id, column, own, value))
            variants = {"en": "aliases_en", "ko": "variants_ko", "ja": "variants_ja"}.get(column)
            if variants and value not in cells.get(f"forbidden_{column}", "").split("|"):
                cells[variants] = "|".join(
                    dict.fromkeys((*filter(None, cells.get(variants, "").split("|")), value))
                )
    for column in ("ko", "ja"):
        good = {cells[column], *cells[f"variants_{column}"].split("|")}
        kept = [v for v in cells[f"forbidden_{column}"].split("|") if v and v not in good]
        cells[f"forbidden_{column}"] = "|".join(kept)
        own = cells[column]
        variants_kept = [v for v in cells[f"variants_{column}"].split("|") if v and v != own]
        cells[f"variants_{column}"] = "|".join(variants_kept)
    aliases = [v for v in cells["aliases_en"].split("|") if v and v != cells["en"]]
    cells["aliases_en"] = "|".join(aliases)
    return concept_from_cells(cells, path=mine.path, line=mine.line), conflicts
