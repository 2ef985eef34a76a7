"""How long something takes: two to three weeks are 2~3주 and 2〜3週間, never 2カ月.

The numbers are those of ``quantities``; what is read here is the unit behind them. Lengths are compared
on two scales that nothing converts exactly, minutes (up to weeks) and months (and years).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from aligner.languages import ENGLISH, JAPANESE, KOREAN, Language
from aligner.numerals.quantity import Kind, Quantity
from aligner.numerals.reading import quantities
from aligner.numerals.rendering import render

_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}
_MONTHS = {"month": 1, "year": 12, "decade": 120, "century": 1200}
_UNIT = {
    ENGLISH: re.compile(
        r"(?:-| |(?: |-)(?:full|straight|consecutive|more|long|whole|additional|working) )"
        r"(?P<unit>minute|hour|day|week|month|year|decade|centur(?:y|ies))s?\b(?!-old|[ -]olds?\b)"
    ),
    KOREAN: re.compile(
        r"여?\s?(?:(?P<minute>분(?!의|기|야|과|쟁|열|담|단))|(?P<hour>시간)|(?P<week>주(?:일|간)?(?![요년변민식도])"
        r")|(?P<month>개월|달(?!러|성|라))|(?P<year>년(?!도|대|생|\s?\d{1,2}월)|개년|해(?![가-힣]))"
        r"|(?P<day>일(?![가-힣])|일간|일\s?동안))(?P<span>간)?(?P<half>\s?반(?![도대발기응면환격]))?"
    ),
    JAPANESE: re.compile(
        r"\s?(?:余り?|数)?(?:(?P<minute>分(?!の|野|裂|析|科|担))|(?P<hour>時間)|(?P<week>週(?!末|刊))"
        r"|(?P<month>[かカヶヵケ箇]月)|(?P<year>[かカヶヵケ]?年(?!度|代|生|\d{1,2}月|産))|(?P<day>日))(?P<half>半)?(?P<span>間)?"
    ),
}
_JOINT = {
    ENGLISH: re.compile(r"(?: to | or |-to-|-or-| and |-|–)"),
    KOREAN: re.compile(r"(?:년|개월|\s?달|주|일|시간|분)?(?:\s?[~∼～-]\s?|에서 |내지 )|, ?|·"),
    JAPANESE: re.compile(r"(?:年|[かカヶヵケ]月|週間?|日|時間|分)?(?:[~〜～-]|から|ないし)|、|・"),
}
_WHOLE = {
    KOREAN: {
        **{"일주일": (1, "week"), "보름": (15, "day"), "반년": (6, "month"), "하루": (1, "day")},
        **{"이틀": (2, "day"), "사흘": (3, "day"), "나흘": (4, "day"), "닷새": (5, "day")},
        **{"엿새": (6, "day"), "이레": (7, "day"), "열흘": (10, "day"), "반세기": (50, "year")},
    },
    JAPANESE: {"半年": (6, "month"), "半世紀": (50, "year"), "半日": (12, "hour")},
    ENGLISH: {
        **{"fortnight": (2, "week"), "overnight": (1, "day"), "a decade": (1, "decade")},
        **{"a century": (1, "century"), "a day": (1, "day"), "a week": (1, "week")},
        **{"a month": (1, "month"), "a year": (1, "year"), "an hour": (1, "hour")},
        **{"half a century": (50, "year"), "half a year": (6, "month"), "half-year": (6, "month")},
        **{"half-century": (50, "year"), "half an hour": (30, "minute")},
    },
}
_NEXT = {
    KOREAN: {
        "day": "다음 ?날|이튿날|전날|하루|익일",
        "week": "다음 ?주|전주|지난주|이번 ?주|한 ?주",
        "month": "다음 ?달|전달|지난달|전월|익월|한 ?달",
        "year": "이듬해|다음 ?해|전년|지난해|작년|내년|한 ?해|1주년",
    },
    JAPANESE: {
        "day": "翌日|前日|一日|昨日|明日",
        "week": "翌週|前週|先週|来週",
        "month": "翌月|前月|先月|来月|一[かカヶ]月",
        "year": "翌年|前年|昨年|来年|一年|1周年|一周年",
    },
}
"""What stands for one day, week, month or year after or before another."""
_LATER = re.compile(r"\ba (day|week|month|year) (?:after|later|earlier|before|ago)\b", re.I)
_NAMES = {
    KOREAN: {
        "minute": "분",
        "hour": "시간",
        "day": "일",
        "week": "주",
        "month": "개월",
        "year": "년",
    },
    JAPANESE: {
        **{
            "minute": "分",
            "hour": "時間",
            "day": "日",
            "week": "週間",
            "month": "カ月",
            "year": "年",
        },
    },
}
_ONE = {"day": "하루", "week": "일주일"}
_SPAN = ("일간", "주간", "달간", "개월간", "년간", "日間", "月間", "年間")
_PARTICLE = re.compile(r"(?:은|는|이|가|을|를|과|와|으로|로)(?![가-힣])")


@dataclass(frozen=True, slots=True)
class Duration:
    """``low`` to ``high`` units; ``sure`` when it can be nothing else and must survive."""

    low: Fraction
    high: Fraction
    unit: str
    start: int
    end: int
    text: str
    sure: bool = True

    @property
    def lengths(self) -> frozenset[tuple[str, Fraction]]:
        """Its ends on the scale of minutes or of months; 30 days are a month as well."""
        ends = (self.low, self.high)
        if self.unit in _MONTHS:
            return frozenset(("months", end * _MONTHS[self.unit]) for end in ends)
        exact = {("minutes", end * _MINUTES[self.unit]) for end in ends}
        days = [end * _MINUTES[self.unit] / 1440 for end in ends]
        return frozenset(exact | {("months", day / 30) for day in days if day and day % 30 == 0})


def durations(text: str, language: Language) -> tuple[Duration, ...]:
    """Every duration of ``text``, in order; none in languages whose units are not known."""
    if language not in _UNIT:
        return ()
    found = sorted((*_counted(text, language), *_whole(text, language)), key=lambda d: d.start)
    return tuple(_summed(found, text))


def changed_durations(
    source: str, target: str, language: Language
) -> tuple[tuple[Duration, Duration], ...]:
    """Durations of the English source with what the target makes of them, where that is another length.

    Only pairs with the number or the unit in common count: whatever else differs may be about other
    things.
    """
    said = durations(source, ENGLISH)
    if not said:
        return ()
    given = durations(target, language)
    lost = [one for one in said if one.sure and not _accounted(one, given)]
    added = [one for one in given if one.sure and not _accounted(one, said)]
    pairs = []
    for wanted in lost:
        other = next((one for one in added if _related(wanted, one)), None)
        if other is not None:
            added.remove(other)
            pairs.append((wanted, other))
    return tuple(pairs)


def repair_durations(
    source: str, target: str, language: Language
) -> tuple[str, tuple[str, ...]] | None:
    """The target with its one wrong duration set right, and a note; None where nothing is sure."""
    pairs = changed_durations(source, target, language)
    if len(pairs) != 1 or language not in _NAMES:
        return None
    wanted, wrong = pairs[0]
    text = rendered(wanted, language)
    if text is None or _PARTICLE.match(target, wrong.end):
        return None
    if wrong.text.endswith(_SPAN) and not text.endswith("間"):
        text += wrong.text[-1]
    mended = target[: wrong.start] + text + target[wrong.end :]
    if changed_durations(source, mended, language):
        return None
    return mended, (f"duration:{wrong.text}→{text}",)


def rendered(duration: Duration, language: Language) -> str | None:
    """As a newspaper of ``language`` writes it; None for units that it has no short name for."""
    low, high, unit = duration.low, duration.high, duration.unit
    if unit in ("decade", "century"):
        factor = _MONTHS[unit] // 12
        low, high, unit = low * factor, high * factor, "year"
    name = _NAMES.get(language, {}).get(unit)
    if name is None or low.denominator > 1 or high.denominator > 1:
        return None
    if language == KOREAN and low == high == 1 and unit in _ONE:
        return _ONE[unit]
    first, last = (render(Quantity(Kind.NUMBER, one, 0, 0, ""), language) for one in (low, high))
    wave = "~" if language == KOREAN else "〜"
    return f"{last}{name}" if low == high else f"{first}{wave}{last}{name}"


def _accounted(one: Duration, others: Sequence[Duration]) -> bool:
    return any(one.lengths & other.lengths for other in others)


def _related(wanted: Duration, other: Duration) -> bool:
    # "one" is too common a number to show that both speak of the same, but for "a day later".
    telling = {other.low, other.high} - ({Fraction(1)} if not _LATER.match(wanted.text) else set())
    return wanted.unit == other.unit or bool({wanted.low, wanted.high} & telling)


def _counted(text: str, language: Language) -> Iterator[Duration]:
    numbers = [q for q in quantities(text, language) if q.kind in (Kind.NUMBER, Kind.DAY)]
    for place, quantity in enumerate(numbers):
        unit = _UNIT[language].match(text, quantity.end)
        if unit is None or quantity.unit or quantity.value <= 0:
            continue
        if language == ENGLISH:
            name = "century" if unit["unit"].startswith("centur") else unit["unit"]
        else:
            name = next(
                key
                for key, value in unit.groupdict().items()
                if value and key not in ("span", "half")
            )
        high = quantity.value
        if language != ENGLISH and unit["half"]:
            high += Fraction(1, 2)
        low, start = high, quantity.start
        if place and numbers[place - 1].end <= quantity.start:
            before = numbers[place - 1]
            if before.value < low and _JOINT[language].fullmatch(text[before.end : quantity.start]):
                low, start = before.value, before.start
        yield Duration(
            low,
            high,
            name,
            start,
            unit.end(),
            text[start : unit.end()],
            # 3일 may be the third of the month, and the first year may be a date.
            quantity.kind is not Kind.DAY
            and (language == ENGLISH or name != "day" or bool(unit["span"]))
            and quantity.value < 1000,
        )


_PARTS = {"year": ("month", 12), "hour": ("minute", 60), "day": ("hour", 24)}


def _summed(found: Sequence[Duration], text: str) -> Iterator[Duration]:
    """1년 6개월, 2時間30分 and "one year and six months" are one duration each."""
    before: Duration | None = None
    for one in found:
        if before is not None:
            part, size = _PARTS.get(before.unit, ("", 0))
            near = text[before.end : one.start] in ("", " ", " and ")
            if near and one.unit == part and one.high < size:
                before = Duration(
                    before.low * size + one.low,
                    before.high * size + one.high,
                    part,
                    before.start,
                    one.end,
                    text[before.start : one.end],
                    before.sure and one.sure,
                )
                continue
            yield before
        before = one
    if before is not None:
        yield before


def _whole(text: str, language: Language) -> Iterator[Duration]:
    """Durations that are written without a number; of them only "a day later" and 일주일 are sure."""
    if language == ENGLISH:
        for match in _LATER.finditer(text):
            yield Duration(Fraction(1), Fraction(1), match[1].lower(), *match.span(), match[0])
    for unit, words in _NEXT.get(language, {}).items():
        for match in re.finditer(words, text):
            yield Duration(Fraction(1), Fraction(1), unit, *match.span(), match[0], sure=False)
    for word, (value, unit) in _WHOLE[language].items():
        for match in re.finditer(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", text):
            number = Fraction(value)
            sure = word == "일주일"
            yield Duration(number, number, unit, *match.span(), match[0], sure=sure)
