"""What a quantity is: a value read from text, apart from the way it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Kind(StrEnum):
    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    WEEKDAY = "weekday"
    TIME = "time"
    ORDINAL = "ordinal"
    FRACTION = "fraction"
    MAGNITUDE = "magnitude"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact value and the span (half-open, in characters) it was read from.

    ``value``: the number; 1–7 for a weekday (Monday is 1, ISO 8601); 1–12 for a month; minutes
    since midnight (0–1439) for a time; the power of ten that an indefinite number starts from for
    a magnitude ("thousands", 수천: 1000). A percentage is kept as written (3.5 % is 3.5).

    ``unit``: the ISO 4217 code of money ("" unknown); "12h" for a time whose half of the day is not
    said; "decade" for 1990s; "measure" for a number in miles, pounds or degrees; "word" for
    a word that only implies a number (both, semifinal).

    ``hard`` quantities must survive translation; soft ones (small spelled-out numbers, words such
    as both, twice or first, numbers inside a name, measures that are often converted) may be
    dropped or worded otherwise, but still account for a number on the other side.

    ``also``: other values the same words may rightly mean ("100m": 100 or 100 million).
    """

    kind: Kind
    value: Fraction
    start: int
    end: int
    text: str
    hard: bool = True
    unit: str = ""
    also: tuple[Fraction, ...] = ()


MINUTES_PER_HALF_DAY = 720
SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}


def parse_decimal(digits: str) -> Fraction:
    """``1,234.5`` → 2469/2; full-width digits and separators are understood."""
    whole, _, part = digits.replace(",", "").replace("，", "").replace("．", ".").partition(".")
    if not part:
        return Fraction(int(whole))
    return Fraction(int(whole + part), 10 ** len(part))


def in_order(found: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Sorted by place; of overlapping readings of the same kind only the longest stays."""
    kept: list[Quantity] = []
    for quantity in sorted(found, key=lambda q: (q.start, -q.end)):
        inside = any(
            quantity.start >= other.start
            and quantity.end <= other.end
            and quantity.kind == other.kind
            and (quantity.start, quantity.end) != (other.start, other.end)
            for other in kept[-4:]
        )
        if not inside:
            kept.append(quantity)
    return tuple(kept)
