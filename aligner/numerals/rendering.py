"""The canonical way to write a quantity: newsroom style with Arabic digits and 만/万 units."""

from __future__ import annotations

import re
from fractions import Fraction

from aligner.languages import JAPANESE, KOREAN, Language
from aligner.numerals.english_lexicon import MONTHS, WEEKDAYS
from aligner.numerals.quantity import Kind, Quantity

_LARGE = {KOREAN: ("조", "억", "만"), JAPANESE: ("兆", "億", "万")}
_CURRENCIES = {
    KOREAN: {
        **{"USD": "달러", "EUR": "유로", "JPY": "엔", "KRW": "원", "GBP": "파운드"},
        **{"CNY": "위안", "RUB": "루블", "INR": "루피", "CHF": "프랑"},
    },
    JAPANESE: {
        **{"USD": "ドル", "EUR": "ユーロ", "JPY": "円", "KRW": "ウォン", "GBP": "ポンド"},
        **{"CNY": "元", "RUB": "ルーブル", "INR": "ルピー", "CHF": "スイスフラン"},
    },
}
_ENGLISH_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))


def render(quantity: Quantity, language: Language) -> str:
    """``quantity`` as a newspaper of ``language`` writes it; no unit is added to a bare number.

    Wednesday → 수요일 / 水曜日; month 5 → 5월 / 5月; 3.2 million → 320만 / 320万; $1.2 billion →
    12억 달러 / 12億ドル; 3.5 % → 3.5% in both; 5 p.m. → 오후 5시 / 午後5時.
    """
    korean, japanese = language == KOREAN, language == JAPANESE
    value = quantity.value
    match quantity.kind:
        case Kind.WEEKDAY:
            index = int(value) - 1
            if korean:
                return f"{'월화수목금토일'[index]}요일"
            return f"{'月火水木金土日'[index]}曜日" if japanese else WEEKDAYS[index].title()
        case Kind.MONTH:
            if korean or japanese:
                return f"{value}{'월' if korean else '月'}"
            return MONTHS[int(value) - 1].title()
        case Kind.DAY:
            return f"{value}{'일' if korean else '日' if japanese else ''}"
        case Kind.YEAR:
            decade = quantity.unit == "decade"
            if korean:
                return f"{value}년{'대' if decade else ''}"
            if japanese:
                return f"{value}年{'代' if decade else ''}"
            return f"{value}{'s' if decade else ''}"
        case Kind.TIME:
            return _time(quantity, language)
        case Kind.PERCENT:
            return f"{_decimal(value)}%"
        case Kind.FRACTION if value.denominator > 1:
            over, under = value.numerator, value.denominator
            if korean:
                return f"{under}분의 {over}"
            return f"{under}分の{over}" if japanese else f"{over}/{under}"
        case Kind.ORDINAL:
            if korean:
                return f"{value}번째"
            return f"{value}番目" if japanese else f"{value}{_ending(int(value))}"
        case Kind.MONEY:
            amount = _amount(value, language)
            currency = _CURRENCIES.get(language, {}).get(quantity.unit, "")
            if korean:
                return f"{amount} {currency}".rstrip()
            if japanese:
                return f"{amount}{currency}"
            return f"{amount} {quantity.unit}".rstrip()
        case _:
            return _amount(value, language)


_MYRIADS = re.compile(r"(?<![0-9.,])([0-9]{2,4},[0-9]{3}|[0-9]{5,8}) ?[만万]")


def grouped(text: str, language: Language) -> tuple[str, tuple[str, ...]]:
    """``text`` with 10,000 ten thousands or more in hundred millions (14200만 → 1억 4200만), and notes."""
    notes = []

    def mend(match: re.Match[str]) -> str:
        count = int(match[1].replace(",", ""))
        if count < 10_000 or language not in _LARGE:
            return match[0]
        amount = _amount(Fraction(count * 10_000), language)
        notes.append(f"number:{match[0]}→{amount}")
        return amount

    return _MYRIADS.sub(mend, text), tuple(notes)


def _time(quantity: Quantity, language: Language) -> str:
    hour, minute = divmod(int(quantity.value), 60)
    halves = {KOREAN: ("오전 ", "오후 "), JAPANESE: ("午前", "午後")}.get(language)
    if halves is None:
        return f"{hour % 12 or 12}:{minute:02} {'a.m.' if hour < 12 else 'p.m.'}"
    prefix = "" if quantity.unit == "12h" else halves[hour >= 12]
    # Japanese counts noon as 0 p.m., Korean as 12 p.m.
    shown = hour if quantity.unit == "12h" else hour % 12
    if language == KOREAN:
        shown = shown or 12
        return f"{prefix}{shown}시" + (f" {minute}분" if minute else "")
    return f"{prefix}{shown}時" + (f"{minute}分" if minute else "")


def _amount(value: Fraction, language: Language) -> str:
    if language not in _LARGE:
        for size, name in _ENGLISH_SCALES:
            if value >= size and (value * 1000 / size).denominator == 1:
                return f"{_decimal(value / size)} {name}"
        return _decimal(value, grouped=True)
    if value.denominator > 1 or value < 10_000:
        return _decimal(value, grouped=True)
    whole, parts = int(value), []
    for size, name in zip((10**12, 10**8, 10**4), _LARGE[language], strict=True):
        count, whole = divmod(whole, size)
        if count:
            parts.append(f"{count:,}{name}" if count >= 10_000 else f"{count}{name}")
    text = (" " if language == KOREAN else "").join(parts)
    return f"{text}{whole}" if whole else text


def _decimal(value: Fraction, *, grouped: bool = False) -> str:
    if value.denominator == 1:
        return f"{int(value):,}" if grouped and value >= 1000 else str(int(value))
    text = f"{float(value):.6f}".rstrip("0")
    return text


def _ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
