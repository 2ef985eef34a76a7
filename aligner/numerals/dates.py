"""A text that is nothing but a date, written anew in the target language without any model."""

from __future__ import annotations

import re

from aligner.languages import ENGLISH, JAPANESE, KOREAN, Language
from aligner.numerals.quantity import Kind
from aligner.numerals.reading import quantities
from aligner.numerals.rendering import render

_ORDER = (Kind.YEAR, Kind.MONTH, Kind.DAY, Kind.WEEKDAY, Kind.TIME)


def render_date(text: str, language: Language) -> str | None:
    """``May 5, 2021`` → 2021년 5월 5일 / 2021年5月5日; None where the text says anything else.

    The English text may hold one each of weekday, month, day, year and time, in any order, and
    must hold a month or a weekday.
    """
    if language not in (KOREAN, JAPANESE):
        return None
    found = quantities(text, ENGLISH)
    kinds = [quantity.kind for quantity in found]
    if len(set(kinds)) != len(kinds) or not {Kind.MONTH, Kind.WEEKDAY} & set(kinds):
        return None
    if not set(kinds) <= set(_ORDER) or (Kind.DAY in kinds and Kind.MONTH not in kinds):
        return None
    rest = list(text)
    for quantity in found:
        rest[quantity.start : quantity.end] = " " * (quantity.end - quantity.start)
    if re.sub(r"\b(?:on|in|at|st|nd|rd|th|of|the)\b|[\s,.–—-]", "", "".join(rest).lower()):
        return None
    parts = [
        render(quantity, language) for kind in _ORDER for quantity in found if quantity.kind is kind
    ]
    return (" " if language == KOREAN else "").join(parts)
