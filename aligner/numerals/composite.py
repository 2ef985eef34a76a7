"""Numbers of the 万 system (Korean and Japanese): digits, numerals and units make one value.

A number is a sum of sections below ten thousand, each followed by 만/万, 억/億 or 조/兆; a section
is a sum of digits times 십/十, 백/百 and 천/千: 12조3천억, 3億5000万, 二千十八 and 二〇一八.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from aligner.numerals.quantity import parse_decimal

_DIGITS = frozenset("0123456789０１２３４５６７８９")
_SEPARATORS = frozenset(",，.．")


@dataclass(frozen=True, slots=True)
class System:
    """The signs of one language: its numerals and its units below and from ten thousand."""

    numerals: Mapping[str, int]
    small: Mapping[str, int]
    large: Mapping[str, int]
    spaced: frozenset[str] = frozenset()
    """Units that may stand a space apart from their digits (105 万)."""


def read_number(text: str, start: int, system: System) -> tuple[Fraction, int] | None:
    """The value that begins at ``start`` and the offset behind it; None where no number begins.

    One space may follow a large unit when a smaller number goes on (3조 5000억).
    """
    total = section = Fraction(0)
    current: Fraction | None = None
    unit = None
    plain = ""
    last_large = 10**20
    place, end = start, start
    while place < len(text):
        sign = text[place]
        if sign in _DIGITS:
            if current is not None or plain:
                break
            stop = _digits_end(text, place)
            current = parse_decimal(text[place:stop])
            place = end = stop
            if text[stop : stop + 1] == " " and text[stop + 1 : stop + 2] in system.spaced:
                place += bool(text[stop + 1 : stop + 2])
        elif sign in system.numerals:
            if current is not None and not plain:
                break
            plain += str(system.numerals[sign])
            current = Fraction(int(plain))
            place = end = place + 1
        elif sign in system.small:
            section += (1 if current is None else current) * system.small[sign]
            unit = system.small[sign]
            current, plain = None, ""
            place = end = place + 1
            if text[place : place + 1] == " " and _continues(text, place + 1, unit, system):
                place += 1
        elif sign in system.large:
            unit = system.large[sign]
            if unit >= last_large:
                break
            amount = section + (current or 0)
            if not amount and place > start and text[place - 1] in system.large:
                break
            total += (amount or 1) * unit
            section, current, plain, last_large = Fraction(0), None, "", unit
            place = end = place + 1
            if text[place : place + 1] == " " and _continues(text, place + 1, unit, system):
                place += 1
        else:
            break
    if end == start:
        return None
    return total + section + (current or 0), end


def _digits_end(text: str, place: int) -> int:
    stop = place
    while stop < len(text):
        if text[stop] in _DIGITS:
            stop += 1
        elif (
            text[stop] in _SEPARATORS
            and text[stop + 1 : stop + 2] in _DIGITS
            and text[stop + 1 : stop + 2]
        ):
            grouped = text[stop] in ",，"
            if grouped and sum(c in _DIGITS for c in text[stop + 1 : stop + 5]) != 3:
                break
            if not grouped and any(c in ".．" for c in text[place:stop]):
                break
            stop += 1
        else:
            break
    return stop


def _continues(text: str, place: int, unit: int, system: System) -> bool:
    """Whether the digits at ``place`` go on with the number that ``unit`` ended.

    They do with a smaller unit of their own (3조 5000억, 4천 2백만) or as the last four digits.
    """
    if place >= len(text) or text[place] not in _DIGITS:
        return False
    stop = _digits_end(text, place)
    follower = text[stop : stop + 1]
    if follower == " " and text[stop + 1 : stop + 2] in system.spaced:
        follower = text[stop + 1 : stop + 2]
    if follower in system.small and follower:
        return system.small[follower] < unit
    if follower in system.large and follower:
        return system.large[follower] < unit
    return (
        sum(sign in _DIGITS for sign in text[place:stop]) == 4
        and unit >= 10**4
        and parse_decimal(text[place:stop]) < unit
        and follower not in "년年"
    )
