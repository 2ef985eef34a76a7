"""The concept: one notion with its terms in en, ko and ja, as ISO 30042 (TBX) orders a term base.

Statuses follow TBX: the ``en``/``ko``/``ja`` field is *preferred*, ``variants_*`` (and
``aliases_en``) are *admitted*, ``forbidden_*`` are *deprecated*; ``short_*`` are admitted for a
short mention only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from aligner.languages import Language

CATEGORIES = (
    "person",
    "organization",
    "place",
    "event",
    "title",
    "document",
    "weapon",
    "concept",
    "media",
)
SOURCES = ("official", "press", "cldr", "rule")
COLUMNS = (
    "id",
    "en",
    "ko",
    "ja",
    "category",
    "aliases_en",
    "short_en",
    "variants_ko",
    "variants_ja",
    "short_ko",
    "short_ja",
    "forbidden_ko",
    "forbidden_ja",
    "case",
    "from",
    "to",
    "source",
    "notes",
)
LISTS = frozenset(name for name in COLUMNS if "_" in name)
"""Columns whose cells hold several values, separated by ``|``."""

_ANY_CASE = frozenset({"concept", "title"})
_ACRONYM = re.compile(r"(?:[A-Z]\.?){2,}[0-9]*")


def slug(text: str) -> str:
    """ASCII lower-case words joined by ``-``; what is no ASCII after decomposition is dropped."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "").lower()).strip("-")


def is_acronym(form: str) -> bool:
    """True for capitals with or without dots (``IAEA``, ``U.S.``, ``G7``)."""
    return bool(_ACRONYM.fullmatch(form)) or bool(re.fullmatch(r"[A-Z][0-9]{1,2}", form))


@dataclass(frozen=True, slots=True)
class Concept:
    """One notion and its terms; every text is NFC, single-spaced and free of tab and newline.

    ``valid_from``/``valid_to`` are ISO dates of any precision (YYYY[-MM[-DD]]), empty when open.
    ``extra`` holds the cells of columns this version does not know, by column name. ``path`` and
    ``line`` (1-based) say where it was read; they do not take part in comparison.
    """

    id: str
    en: str
    ko: str = ""
    ja: str = ""
    category: str = "concept"
    aliases_en: tuple[str, ...] = ()
    short_en: tuple[str, ...] = ()
    variants_ko: tuple[str, ...] = ()
    variants_ja: tuple[str, ...] = ()
    short_ko: tuple[str, ...] = ()
    short_ja: tuple[str, ...] = ()
    forbidden_ko: tuple[str, ...] = ()
    forbidden_ja: tuple[str, ...] = ()
    case: str = ""
    valid_from: str = ""
    valid_to: str = ""
    source: str = ""
    notes: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    path: str | None = field(default=None, compare=False)
    line: int | None = field(default=None, compare=False)

    def preferred(self, language: Language) -> str:
        """The preferred term of ``language``; empty when there is none."""
        return {"en": self.en, "ko": self.ko, "ja": self.ja}[language.code]

    def admitted(self, language: Language) -> tuple[str, ...]:
        """The admitted full terms of ``language``, without the preferred one."""
        code = language.code
        return {"en": self.aliases_en, "ko": self.variants_ko, "ja": self.variants_ja}[code]

    def short(self, language: Language) -> tuple[str, ...]:
        """The forms that suffice for a short mention in ``language``, as written in the
        glossary."""
        return {"en": self.short_en, "ko": self.short_ko, "ja": self.short_ja}[language.code]

    def deprecated(self, language: Language) -> tuple[str, ...]:
        """The deprecated terms of ``language``; English has none."""
        return {"en": (), "ko": self.forbidden_ko, "ja": self.forbidden_ja}[language.code]

    def is_exact(self, form: str) -> bool:
        """True where the capitals of ``form`` must be there in the text."""
        if self.case:
            return self.case == "exact"
        return self.category not in _ANY_CASE or is_acronym(form)

    def is_valid_on(self, date: str) -> bool:
        """True unless the ISO ``date`` lies outside the term of office."""
        after = not self.valid_from or date[: len(self.valid_from)] >= self.valid_from[: len(date)]
        until = not self.valid_to or date[: len(self.valid_to)] <= self.valid_to[: len(date)]
        return after and until

    def cells(self) -> dict[str, str]:
        """The concept as cells by column name, empty ones included."""
        values: dict[str, str] = {}
        for name in COLUMNS:
            attribute = {"from": "valid_from", "to": "valid_to"}.get(name, name)
            value = getattr(self, attribute)
            values[name] = "|".join(value) if isinstance(value, tuple) else value
        return {**values, **self.extra}


def concept_from_cells(
    cells: Mapping[str, str], *, path: str | None = None, line: int | None = None
) -> Concept:
    """The inverse of ``Concept.cells``; the id is derived from category and ``en`` when absent."""
    category = _clean(cells.get("category", "")) or "concept"
    english = _clean(cells.get("en", ""))
    return Concept(
        _clean(cells.get("id", "")) or f"{category}.{slug(english)}",
        english,
        _clean(cells.get("ko", "")),
        _clean(cells.get("ja", "")),
        category,
        _values(cells.get("aliases_en", "")),
        _values(cells.get("short_en", "")),
        _values(cells.get("variants_ko", "")),
        _values(cells.get("variants_ja", "")),
        _values(cells.get("short_ko", "")),
        _values(cells.get("short_ja", "")),
        _values(cells.get("forbidden_ko", "")),
        _values(cells.get("forbidden_ja", "")),
        _clean(cells.get("case", "")),
        _clean(cells.get("from", "")),
        _clean(cells.get("to", "")),
        _clean(cells.get("source", "")),
        _clean(cells.get("notes", "")),
        {name: value for name, value in cells.items() if name not in _KNOWN and value},
        path,
        line,
    )


_KNOWN = frozenset(COLUMNS)


def _clean(cell: str) -> str:
    if not cell:
        return ""
    if not cell.isascii():
        cell = unicodedata.normalize("NFC", cell)
    return " ".join(cell.split())


def _values(cell: str) -> tuple[str, ...]:
    """The ``|``-separated values of a cell: cleaned, empty ones and repeats dropped, in order."""
    if not cell:
        return ()
    if "|" not in cell:
        value = _clean(cell)
        return (value,) if value else ()
    return tuple(dict.fromkeys(filter(None, map(_clean, cell.split("|")))))
