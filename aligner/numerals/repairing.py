"""Mending what has exactly one right answer: a wrong weekday, month, day, year or number."""

from __future__ import annotations

import re
from fractions import Fraction

from aligner.languages import ENGLISH, JAPANESE, KOREAN, Language
from aligner.numerals.comparison import compare
from aligner.numerals.quantity import Kind, Quantity
from aligner.numerals.reading import quantities
from aligner.numerals.rendering import render

# A number's last syllable chooses the form of these: 3은 but 2는.
_PARTICLES = re.compile(r"(?:은|는|이|가|을|를|과|와|으로|로)(?![가-힣])")
# A number that is part of a score, range, fraction or longer number is no lone wrong number.
_TIED_BEFORE = re.compile(r"(?:[-–~∼～:·/]|[0-9만억조万億兆]\s|[0-9.,])$")
_TIED_AFTER = re.compile(r"\s?(?:[-–~∼～:·/][0-9]|분의|分の|[만억조万億兆0-9]|에서\s?[0-9])")
_BARE = {Kind.MONTH: 1, Kind.DAY: 1, Kind.YEAR: 1}


def repair(
    source: str, target: str, language: Language, *, source_language: Language = ENGLISH
) -> tuple[str, tuple[str, ...]] | None:
    """The mended target and a note per change ("weekday:월요일→수요일"); None if nothing is sure.

    Only a hard source quantity that is lost, set against the one quantity of its kind that the
    target has instead, is mended; two candidates of a kind, a soft number, or a Korean number right
    before a particle are left alone. Nothing is mended twice: ``repair`` of its own output is None.
    """
    if language not in (KOREAN, JAPANESE):
        return None
    result = compare(quantities(source, source_language), quantities(target, language))
    edits: list[tuple[int, int, str, str]] = []
    for kind in Kind:
        couples = [c for c in result.changed if kind in (c[0].kind, c[1].kind)]
        faults = {(c[0].kind, c[0].value, c[1].kind, c[1].value) for c in couples}
        if (
            len(faults) != 1
            or (len(couples) > 1 and kind is not Kind.WEEKDAY)
            or any(q.kind is kind for q in (*result.missing, *result.extra))
        ):
            continue
        wanted, wrong = couples[0]
        if wanted.kind is not wrong.kind or not wanted.hard or not wrong.hard:
            continue
        for place in _places(wrong, quantities(target, language)):
            if (text := _replacement(wanted, place, target, language)) is not None:
                edits.append((place.start, place.end, text, f"{kind}:{place.text}→{text}"))
    if not edits:
        return None
    mended, notes = target, []
    for start, end, text, note in sorted(edits, reverse=True):
        mended = mended[:start] + text + mended[end:]
        notes.append(note)
    left = compare(quantities(source, source_language), quantities(mended, language))
    if len(left.changed) >= len(result.changed):
        return None
    return mended, tuple(dict.fromkeys(reversed(notes)))


def _places(wrong: Quantity, target: tuple[Quantity, ...]) -> list[Quantity]:
    """A wrong weekday is wrong wherever it is said; a number only where it was found."""
    if wrong.kind is Kind.WEEKDAY:
        return [q for q in target if q.kind is wrong.kind and q.value == wrong.value and q.hard]
    return [wrong]


def _replacement(wanted: Quantity, wrong: Quantity, target: str, language: Language) -> str | None:
    tail = target[wrong.end :]
    if wanted.kind is Kind.WEEKDAY:
        text = render(wanted, language)
        if len(wrong.text) == 1:
            return text[0]
        return text[: len(wrong.text)] if language == JAPANESE else text
    if wanted.kind in _BARE:
        # Era years and decades are not plain digits.
        if not wrong.text.isdigit() or wanted.unit or wrong.unit:
            return None
        return str(int(wanted.value))
    if wanted.kind is Kind.TIME or wanted.kind not in (Kind.NUMBER, Kind.PERCENT, Kind.MONEY):
        return None
    if wanted.also or (wanted.kind is Kind.MONEY and wanted.unit != wrong.unit):
        return None
    if language == KOREAN and _PARTICLES.match(tail):
        return None
    before = target[: wrong.start]
    if _TIED_BEFORE.search(before) or _TIED_AFTER.match(tail) or wanted.value < 2:
        return None
    if wanted.kind is Kind.PERCENT:
        return render(wanted, language).rstrip("%") if wrong.text[-1:].isdigit() else None
    bare = Quantity(Kind.NUMBER, Fraction(wanted.value), 0, 0, "")
    text = render(bare, language)
    # 320만여 and 320万余 stay well formed; a small number keeps the writing of the target.
    return text if text != wrong.text else None
