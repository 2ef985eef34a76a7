"""Validation of a glossary: every problem says where it is, what is wrong and what mends it.

Nothing is repaired here and nothing stops at the first fault, except where the file is no table.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aligner.errors import GlossaryError
from aligner.languages import script_of
from aligner.model import Severity
from aligner.termbase.concepts import CATEGORIES, LISTS, SOURCES, Concept
from aligner.termbase.file import GlossaryFile, read_glossary
from aligner.termbase.terms import TermBase

RULES = {
    "unreadable": "the file is no glossary table",
    "duplicate-id": "two rows have one id",
    "duplicate-term": "two rows of one category have one English term",
    "overlapping-forms": "an English form belongs to two concepts, so neither is enforced",
    "conflicting-target": "two concepts have one preferred rendering",
    "forbidden-accepted": "a rendering is both accepted and forbidden",
    "missing-language": "a target language has no preferred rendering",
    "wrong-script": "a rendering is not written in its language",
    "unknown-value": "a cell holds a value its column does not know",
    "wrong-date": "a date is no ISO date, or the term ends before it begins",
    "untidy-text": "white space, width or composition differs from what is stored",
    "repeated-form": "a concept lists one form twice",
    "shadowed": "a form can never match, because another always wins",
    "odd-id": "an id is no slug",
    "unused": "no text given contains the concept",
}
"""Every rule ``validate`` knows, with what it means."""

_LINE = re.compile(r"\bline \d+")
_ERRORS = frozenset(
    (
        *("unreadable", "duplicate-id", "duplicate-term", "forbidden-accepted", "wrong-script"),
        *("unknown-value", "wrong-date"),
    )
)
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_ALLOWED = {
    "en": frozenset({"latin"}),
    "ko": frozenset({"hangul", "latin"}),
    "ja": frozenset({"kana", "han", "latin"}),
}
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a glossary; ``line`` and ``column`` are 1-based, columns in characters."""

    rule: str
    severity: Severity
    message: str
    hint: str
    path: str | None
    line: int
    column: int

    @property
    def where(self) -> str:
        return f"{self.path or '-'}:{self.line}:{self.column}"

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}: {self.message} ({self.hint})"


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    concept: Concept
    cells: dict[str, tuple[str, int]]
    """Raw cell text and the 1-based column it begins at, by column name."""


def validate(path: Path, texts: Iterable[Sequence[str]] | None = None) -> list[Problem]:
    """The problems of the glossary at ``path``, in order of line; a file that is no table is one.

    ``texts`` are articles as lists of segments; with them, concepts no article mentions are told.
    """
    try:
        glossary = read_glossary(path)
    except GlossaryError as error:
        return [
            Problem(
                "unreadable",
                Severity.CRITICAL,
                error.what,
                error.hint or "mend the line",
                error.path,
                error.line or 1,
                error.column or 1,
            )
        ]
    return validate_glossary(glossary, texts)


def validate_glossary(
    glossary: GlossaryFile, texts: Iterable[Sequence[str]] | None = None
) -> list[Problem]:
    """The problems of a parsed glossary, in order of line and column."""
    rows = [
        _row(index + 1, line.text, line.concept, glossary.columns)
        for index, line in enumerate(glossary.lines)
        if line.concept is not None
    ]
    found: list[tuple[str, _Row, str, str, str, str]] = []
    for row in rows:
        found.extend(_within(row, glossary.columns))
    found.extend(_between(rows))
    if texts is not None:
        found.extend(_unused(rows, texts))
    problems = []
    for rule, row, name, value, message, hint in found:
        problems.append(
            Problem(
                rule,
                Severity.MAJOR if rule in _ERRORS else Severity.MINOR,
                message,
                hint,
                glossary.path,
                row.number,
                _column(row, name, value),
            )
        )
    return sorted(problems, key=lambda problem: (problem.line, problem.column, problem.rule))


def _row(number: int, text: str, concept: Concept, columns: Sequence[str]) -> _Row:
    cells: dict[str, tuple[str, int]] = {}
    position = 1
    for name, cell in zip(columns, text.split("\t"), strict=False):
        cells[name] = (cell, position)
        position += len(cell) + 1
    return _Row(number, concept, cells)


def _column(row: _Row, name: str, value: str) -> int:
    cell, start = row.cells.get(name, ("", 1))
    return start + max(cell.find(value), 0) if value else start


_Found = tuple[str, _Row, str, str, str, str]


def _within(row: _Row, columns: Sequence[str]) -> Iterator[_Found]:
    concept = row.concept
    for code in ("ko", "ja"):
        if code in columns and not row.cells.get(code, ("", 0))[0].strip():
            yield (
                "missing-language", row, code, "",
                f"{concept.en!r} has no {code} rendering", f"fill column {code}",
            )  # fmt: skip
    for name, known in (
        ("category", CATEGORIES),
        ("case", ("exact", "any")),
        ("source", SOURCES),
    ):
        value = row.cells.get(name, ("", 0))[0].strip()
        if value and value not in known:
            yield (
                "unknown-value", row, name, value,
                f"{name} {value!r} is unknown", f"use one of: {', '.join(known)}",
            )  # fmt: skip
    yield from _dates(row)
    if not _ID.fullmatch(concept.id):
        yield (
            "odd-id", row, "id", concept.id,
            f"id {concept.id!r} is no slug", "use lower-case ASCII, digits, - and .",
        )  # fmt: skip
    for name, (cell, _) in row.cells.items():
        yield from _tidiness(row, name, cell)
        language = name[-2:]
        if name in ("en", "ko", "ja") or name in LISTS:
            for value in filter(None, map(str.strip, cell.split("|"))):
                yield from _script(row, name, language, value)
    yield from _repeats(row)


def _dates(row: _Row) -> Iterator[_Found]:
    concept = row.concept
    for name, value in (("from", concept.valid_from), ("to", concept.valid_to)):
        if value and not _DATE.fullmatch(value):
            yield (
                "wrong-date", row, name, value,
                f"{value!r} is no ISO date", "write YYYY, YYYY-MM or YYYY-MM-DD",
            )  # fmt: skip
    first, last = concept.valid_from, concept.valid_to
    if first and last and last[: len(first)] < first[: len(last)]:
        yield (
            "wrong-date", row, "to", last,
            f"the term ends ({last}) before it begins ({first})", "swap or correct the dates",
        )  # fmt: skip


def _tidiness(row: _Row, name: str, cell: str) -> Iterator[_Found]:
    if _INVISIBLE.search(cell):
        yield (
            "untidy-text", row, name, _INVISIBLE.findall(cell)[0],
            f"column {name} holds an invisible character", "delete it",
        )  # fmt: skip
    values = cell.split("|") if name in LISTS else [cell]
    for value in values:
        tidy = " ".join(unicodedata.normalize("NFC", value).split())
        if value != tidy or (len(values) > 1 and not tidy):
            yield (
                "untidy-text", row, name, value,
                f"column {name} holds {value!r}", f"write {tidy!r}" if tidy else "delete the |",
            )  # fmt: skip
        elif len(value) > 1 and value[0] == value[-1] == '"':
            yield (
                "untidy-text", row, name, value,
                f"column {name} is quoted as in CSV", "remove the quotes; the file has no quoting",
            )  # fmt: skip
        elif name.endswith("ja") and any("\uff61" <= c <= "\uff9f" for c in value):
            yield (
                "untidy-text", row, name, value,
                f"{value!r} has half-width katakana",
                f"write {unicodedata.normalize('NFKC', value)!r}",
            )  # fmt: skip


def _script(row: _Row, name: str, language: str, value: str) -> Iterator[_Found]:
    scripts = {script_of(character) for character in value} - {"common"}
    foreign = sorted(scripts - _ALLOWED.get(language, scripts))
    if foreign:
        yield (
            "wrong-script", row, name, value,
            f"{value!r} in column {name} holds {', '.join(foreign)} letters",
            f"write it in {' or '.join(sorted(_ALLOWED[language]))} letters",
        )  # fmt: skip


def _repeats(row: _Row) -> Iterator[_Found]:
    concept = row.concept
    groups = {
        "en": (
            ("en", (concept.en,)),
            ("aliases_en", concept.aliases_en),
            ("short_en", concept.short_en),
        ),
        "ko": (("ko", (concept.ko,)), ("variants_ko", concept.variants_ko)),
        "ja": (("ja", (concept.ja,)), ("variants_ja", concept.variants_ja)),
    }  # fmt: skip
    for columns in groups.values():
        seen: dict[str, str] = {}
        for name, values in columns:
            for value in values:
                if value and value in seen:
                    yield (
                        "repeated-form", row, name, value,
                        f"{value!r} is already in column {seen[value]}", "delete one",
                    )  # fmt: skip
                seen.setdefault(value, name)
    for code, forbidden, good in (
        ("ko", concept.forbidden_ko, (concept.ko, *concept.variants_ko, *concept.short_ko)),
        ("ja", concept.forbidden_ja, (concept.ja, *concept.variants_ja, *concept.short_ja)),
    ):
        for value in set(forbidden) & set(good):
            yield (
                "forbidden-accepted", row, f"forbidden_{code}", value,
                f"{value!r} is both accepted and forbidden", "delete it from one of the columns",
            )  # fmt: skip


def _between(rows: Sequence[_Row]) -> Iterator[_Found]:
    ids: dict[str, _Row] = {}
    forms: dict[str, _Row] = {}
    for row in rows:
        concept = row.concept
        first = ids.setdefault(concept.id, row)
        if first is not row:
            yield (
                "duplicate-id", row, "id", concept.id,
                f"id {concept.id!r} is already that of line {first.number}",
                "merge the rows or give one another id",
            )  # fmt: skip
        for name, values in (("en", (concept.en,)), ("aliases_en", concept.aliases_en)):
            for value in values:
                other = forms.setdefault(value, row)
                if other is row:
                    continue
                both = name == "en" and other.concept.en == value
                same = both and other.concept.category == concept.category
                yield (
                    "duplicate-term" if same else "overlapping-forms", row, name, value,
                    f"{value!r} is also a form of {other.concept.id} (line {other.number})",
                    "merge the rows" if same else "drop the form from one of them",
                )  # fmt: skip
    for row in rows:
        for value in row.concept.short_en:
            other_row = forms.get(value)
            if other_row is not None and other_row is not row:
                yield (
                    "shadowed", row, "short_en", value,
                    f"{value!r} is a full form of {other_row.concept.id} "
                    f"(line {other_row.number}), which always wins",
                    "delete the short form, or make it an alias of one concept only",
                )  # fmt: skip
    for code in ("ko", "ja"):
        targets: dict[str, _Row] = {}
        for row in rows:
            value = row.concept.ko if code == "ko" else row.concept.ja
            if not value:
                continue
            other = targets.setdefault(value, row)
            if other is not row:
                yield (
                    "conflicting-target", row, code, value,
                    f"{value!r} also renders {other.concept.en!r} (line {other.number})",
                    "merge the concepts, or render one of them otherwise",
                )  # fmt: skip


def _unused(rows: Sequence[_Row], texts: Iterable[Sequence[str]]) -> Iterator[_Found]:
    base = TermBase(tuple(row.concept for row in rows))
    used: set[str] = set()
    for article in texts:
        for matches in base.match(article):
            for match in matches:
                used.update(match.ambiguous or (match.concept,))
    for row in rows:
        if row.concept.id not in used:
            yield (
                "unused", row, "en", row.concept.en,
                f"no text mentions {row.concept.en!r}", "keep it if later texts may",
            )  # fmt: skip


def new_problems(before: GlossaryFile, after: GlossaryFile) -> list[Problem]:
    """The problems that the change brings in; line numbers, which it moves, are looked past.

    Only the rows changed and those that share a form with them are validated: an edit of a large
    glossary takes no longer than one of a small one.
    """
    old, new = set(map(id, before.lines)), set(map(id, after.lines))
    changed = [line for line in before.lines if id(line) not in new]
    changed += [line for line in after.lines if id(line) not in old]
    forms = {form for line in changed if line.concept for form in _forms(line.concept)}
    known = Counter(
        _LINE.sub("line", problem.rule + problem.message)
        for problem in validate_glossary(_near(before, forms))
    )
    fresh = []
    for problem in validate_glossary(_near(after, forms)):
        key = _LINE.sub("line", problem.rule + problem.message)
        if known[key]:
            known[key] -= 1
        else:
            fresh.append(problem)
    return fresh


def _forms(concept: Concept) -> set[str]:
    terms = (concept.id, concept.en, concept.ko, concept.ja)
    return {*terms, *concept.aliases_en, *concept.short_en} - {""}


def _near(file: GlossaryFile, forms: set[str]) -> GlossaryFile:
    """The glossary with the rows blanked out that have none of ``forms``; line numbers stay."""
    lines = (
        line
        if line.concept is None or forms & _forms(line.concept)
        else replace(line, concept=None)
        for line in file.lines
    )
    return replace(file, lines=tuple(lines))
