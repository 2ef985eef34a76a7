"""Dates that a language model adds of its own, taken out or set right."""

from __future__ import annotations

import re

from aligner.languages import ENGLISH, JAPANESE, KOREAN, Language
from aligner.numerals.quantity import Kind
from aligner.numerals.reading import quantities
from aligner.numerals.rendering import render

_DATE = {
    KOREAN.code: re.compile(r"(?:(?P<year>\d{4})년 ?)?(?P<month>\d{1,2})월 ?(?P<day>\d{1,2})일 ?"),
    JAPANESE.code: re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
}
_BARE = {
    KOREAN.code: re.compile(
        r"(?<![\d월년~∼-])(?<![월년] )(?P<day>\d{1,2})일(?=[ (,]|에|부터|까지)(?! ?(?:동안|만|전|뒤|후))"
        r"(?P<local>\(현지 ?시[간각]\))? ?"
    ),
    JAPANESE.code: re.compile(
        r"(?<![\d月年〜~-])(?P<day>\d{1,2})日(?=[、に（(]|まで|から)(?P<local>[（(]現地時間[）)])?"
    ),
}
"""A day of the month without its month, as agencies date a story."""
_TIME_AHEAD = re.compile(r"(?:오전|오후|午前|午後)")


def without_invented_dates(
    source: str, target: str, language: Language
) -> tuple[str, tuple[str, ...]]:
    """The target without years and dates that the English source lacks, and a note per change.

    A year before a right month and day goes. A whole date where the source has none becomes the
    source's weekday if it has exactly one and the target has none, and goes if a time of day follows
    it; elsewhere it stays for the checks to find, since the sentence would not stand without it. A bare
    day, 16일(현지시간), becomes that weekday as well.
    """
    pattern, bare = _DATE.get(language.code), _BARE.get(language.code)
    if pattern is None or bare is None or not (pattern.search(target) or bare.search(target)):
        return target, ()
    found = quantities(source, ENGLISH)
    values = {kind: {int(q.value) for q in found if q.kind is kind} for kind in Kind}
    days = [q for q in found if q.kind is Kind.WEEKDAY]
    dated = values[Kind.YEAR] or values[Kind.MONTH] or values[Kind.DAY]
    told = any(q.kind is Kind.WEEKDAY for q in quantities(target, language))
    notes: list[str] = []

    def mend(match: re.Match[str]) -> str:
        whole, year = match.group(), match["year"]
        known = int(match["month"]) in values[Kind.MONTH] and int(match["day"]) in values[Kind.DAY]
        if known and year and year not in source:
            notes.append(f"year:{year}→")
            return whole[whole.index(match["month"], len(year)) :]
        if dated or known:
            return whole
        if len({q.value for q in days}) == 1 and not told and not notes:
            space = " " if whole.endswith(" ") else ""
            weekday = render(days[0], language)
            notes.append(f"date:{whole.strip()}→{weekday}")
            return weekday + space
        if _TIME_AHEAD.match(match.string, match.end()):
            notes.append(f"date:{whole.strip()}→")
            return ""
        return whole

    def weekday(match: re.Match[str]) -> str:
        if dated or told or notes or len({q.value for q in days}) != 1:
            return match[0]
        if any(q.value == int(match["day"]) and q.kind is not Kind.WEEKDAY for q in found):
            return match[0]
        right = render(days[0], language)
        notes.append(f"date:{match['day']}{'일' if language == KOREAN else '日'}→{right}")
        return right + (match["local"] or "") + (" " if match[0].endswith(" ") else "")

    target = pattern.sub(mend, target)
    return bare.sub(weekday, target), tuple(notes)
