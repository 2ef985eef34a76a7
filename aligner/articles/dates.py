"""Dates as news writes them: what is read is a real day, what is ambiguous stays unread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
"""The year before each era's first: 令和3年 is 2018 + 3."""

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d){_YEAR}-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?!\d)",
        rf"(?<!\d){_YEAR}/(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})(?!\d)",
        rf"(?<!\d){_YEAR}\.\s?(?P<month>\d{{1,2}})\.\s?(?P<day>\d{{1,2}})(?!\d)\.?",
        r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)",
        rf"(?<!\d){_YEAR}\s?[년年]\s?(?P<month>\d{{1,2}})\s?[월月]\s?(?P<day>\d{{1,2}})\s?[일日]",
        rf"(?P<era>{'|'.join(_ERAS)})(?P<year>\d{{1,2}}|元)年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日",
        rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}(?!\d)",
        rf"(?<!\d){_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}(?!\d)",
        # 05/06/2021 is May in Washington, June in London: read only when one is no month.
        rf"(?<!\d)(?P<first>\d{{1,2}})[/.](?P<second>\d{{1,2}})[/.]{_YEAR}(?!\d)",
        rf"\b{_MONTH}\s+{_DAY}(?!\d)",
        rf"(?<!\d){_DAY}\s+{_MONTH}",
        r"(?<!\d)(?P<month>\d{1,2})\s?[월月]\s?(?P<day>\d{1,2})\s?[일日]",
    )
)

_WEEKDAY = (
    r"(?:[(（]?(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?"
    r"|[월화수목금토일](?:요일)?|[月火水木金土日](?:曜日?)?)[)）]?)"
)
_LABEL = (
    r"(?:(?:(?:first |last )?(?:published|updated|posted|modified|released|issued|dated?)(?: on)?"
    r"|입력|수정|작성|발행|등록|게시|기사입력|公開|更新|掲載|配信)(?:일|日)?\s*[:：]?\s*)"
)
_CLOCK = (
    r"(?:\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?\s?m\.?)?|\d{1,2}\s*[ap]\.?m\.?)"
)
_ZONE = (
    r"(?:\(?(?:KST|JST|GMT|UTC|[ECMP][SD]?T|CET|BST|Z|local time|한국시간|日本時間)\)?"
    r"|(?:UTC|GMT)?[+-]\d{2}:?\d{2})"
)
_TIME = rf"(?:,?\s*(?:at\s+|T|오전\s*|오후\s*|午前|午後|[|·-]\s*)?{_CLOCK}(?:\s*{_ZONE})?)"
_PLACE = (
    r"(?:[A-Z][\w.'’-]*(?:[ /](?:of|de|the|[A-Z][\w.'’-]*)){0,3}"
    r"(?:,\s*[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,2})?,\s*|\(?[가-힣]{1,8}\s*=\s*[\w ]{1,12}\)\s*)"
)
_AGENCY = r"(?:\s*[(（\[][^()（）\[\]]{1,40}[)）\]])"
_DASH = r"(?:\s*(?:--+|[—–―=-]))"
# Only the place minds its capitals: "on talks, May 5" is no dateline.
_BEFORE = re.compile(rf"\s*[(（\[]?(?i:{_LABEL})?{_PLACE}?(?:(?i:{_WEEKDAY}),?\s*)?[(（\[]?")
_AFTER = re.compile(
    rf"[.,]?(?:,?\s*{_WEEKDAY})?{_TIME}?[)）\]]?{_AGENCY}?{_DASH}?\s*[.]?\s*", re.IGNORECASE
)
_PLACE_ONLY = re.compile(rf"[A-Z][A-Z.'’-]+(?:[ ,/]+[A-Z][\w.'’-]*){{0,3}}{_AGENCY}?{_DASH}")
_LONGEST_DATELINE = 90


@dataclass(frozen=True, slots=True)
class _Found:
    iso: str | None
    start: int
    end: int


def parse_date(text: str) -> str | None:
    """The first full date in ``text`` as ISO 8601 (``2021-05-05``); None when none can be read.

    Read are English (May 5, 2021; 5 May 2021), numeric year-first, Korean, Japanese (era years
    included) and day/month/year where the order is beyond doubt. A day no calendar has is None.
    """
    found = _find(text)
    return found.iso if found else None


def is_dateline(text: str) -> bool:
    """True for a short line that is only a date or a place and date, as under a headline."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST_DATELINE:
        return False
    found = _find(text)
    if found is None:
        return bool(_PLACE_ONLY.fullmatch(text))
    before, after = text[: found.start], text[found.end :]
    return bool(_BEFORE.fullmatch(before) and _AFTER.fullmatch(after))


def _find(text: str) -> _Found | None:
    partial: _Found | None = None
    for form in _FORMS:
        match = form.search(text)
        if match is None:
            continue
        iso = _iso(match.groupdict())
        if iso is not None:
            return _Found(iso, *match.span())
        if partial is None and _is_possible(match.groupdict()):
            partial = _Found(None, *match.span())
    return partial


def _iso(parts: dict[str, str | None]) -> str | None:
    year = parts.get("year")
    if year is None:
        return None
    era = parts.get("era")
    number = 1 if year == "元" else int(year)
    month, day = _month_and_day(parts)
    if month is None or day is None:
        return None
    try:
        found = date(number + (_ERAS[era] if era else 0), month, day)
    except ValueError:
        return None
    return found.isoformat() if found.year >= 1000 else None


def _month_and_day(parts: dict[str, str | None]) -> tuple[int | None, int | None]:
    first, second = parts.get("first"), parts.get("second")
    if first is not None and second is not None:
        one, two = int(first), int(second)
        if one == two or two > 12:
            return one, two
        return (two, one) if one > 12 else (None, None)
    month, day = parts.get("month") or "", parts.get("day") or ""
    number = int(month) if month.isdecimal() else _MONTHS.index(month[:3].casefold()) + 1
    return number, int(day)


def _is_possible(parts: dict[str, str | None]) -> bool:
    """True for a day without year or order that some calendar may have (February 29 included)."""
    month, day = _month_and_day(parts)
    if month is None or day is None:
        return all(1 <= int(parts[name] or 0) <= 31 for name in ("first", "second"))
    return 1 <= month <= 12 and 1 <= day <= 31
