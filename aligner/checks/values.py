"""Numbers, dates, weekdays, times, money and percentages: the values of the source, kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from aligner.languages import ENGLISH, Language
from aligner.model import Finding, Severity, TranslationUnit
from aligner.numerals import (
    Comparison,
    Kind,
    Quantity,
    changed_durations,
    compare,
    quantities,
    render,
    rendered,
)

_DATES = frozenset({Kind.YEAR, Kind.MONTH, Kind.DAY})
_OWN = {Kind.WEEKDAY: "weekday", Kind.TIME: "time", Kind.MONEY: "money", Kind.PERCENT: "percent"}
# Small numbers that a translator may add ("two of them", "the three countries").
_SMALL = 12


def _check_of(kind: Kind) -> str:
    return "date" if kind in _DATES else _OWN.get(kind, "number")


@lru_cache(maxsize=64)
def _compared(source: str, target: str, language: Language) -> Comparison:
    return compare(quantities(source, ENGLISH), quantities(target, language))


def values_of(name: str, unit: TranslationUnit) -> Iterator[Finding]:
    """The findings of one of the value checks; a source value is faulted by its own kind."""
    result = _compared(unit.source, unit.target, unit.language)
    category = "accuracy/number" if name in ("number", "money", "percent") else "accuracy/date-time"
    for wanted, found in result.changed:
        if _check_of(wanted.kind) != name:
            continue
        yield _changed(name, category, wanted, found, unit.language)
    for wanted, found in result.currency:
        if name == "money":
            yield Finding(
                name,
                category,
                Severity.MAJOR,
                f"{wanted.text} has become another currency",
                found.start,
                found.end,
                suggestion=render(wanted, unit.language),
            )
    for wanted in result.missing:
        if _check_of(wanted.kind) == name:
            # The weekday of "said Friday" is often dropped; a number hardly ever.
            light = wanted.kind in (Kind.WEEKDAY, Kind.MONTH) or wanted.value <= 2
            yield Finding(
                name,
                category,
                Severity.MINOR if light else Severity.MAJOR,
                f"{wanted.text!r} is missing from the target",
                suggestion=render(wanted, unit.language),
            )
    for found in result.extra:
        if _check_of(found.kind) == name:
            severe = found.value > _SMALL and found.kind is not Kind.DAY
            yield Finding(
                name,
                category,
                Severity.MAJOR if severe else Severity.MINOR,
                f"{found.text!r} has no counterpart in the source",
                found.start,
                found.end,
            )


def duration(unit: TranslationUnit) -> Iterator[Finding]:
    """Weeks that have become months, and numbers of days that are too small for the number check."""
    told = [found for _, found in _compared(unit.source, unit.target, unit.language).changed]
    for wanted, found in changed_durations(unit.source, unit.target, unit.language):
        if any(found.start <= other.start < found.end for other in told):
            continue
        yield Finding(
            "duration",
            "accuracy/number",
            Severity.MAJOR,
            f"{wanted.text!r} has become {found.text!r}",
            found.start,
            found.end,
            suggestion=rendered(wanted, unit.language),
        )


def _changed(
    name: str, category: str, wanted: Quantity, found: Quantity, language: Language
) -> Finding:
    shown = render(wanted, language)
    if wanted.kind is Kind.WEEKDAY and found.kind is Kind.DAY:
        return Finding(
            name,
            category,
            Severity.MINOR,
            f"{wanted.text!r} is given as a day of the month, {found.text!r}",
            found.start,
            found.end,
            suggestion=shown,
        )
    return Finding(
        name,
        category,
        # A soft value that merely lost its place to another number is no proof.
        Severity.MAJOR if wanted.hard or wanted.kind is found.kind else Severity.MINOR,
        f"{wanted.text!r} has become {found.text!r}",
        found.start,
        found.end,
        suggestion=shown,
    )
