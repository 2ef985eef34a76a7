"""Japanese quantities: digits with 万/億/兆, kanji numerals, dates and eras, 曜日, times, money.

Digits are hard; kanji numerals are soft, since 一部, 三菱 or 万博 are no numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from aligner.numerals.composite import System, read_number
from aligner.numerals.quantity import Kind, Quantity, in_order

_NUMERALS = dict(zip("〇一二三四五六七八九零", (*range(10), 0), strict=True))
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}
_DIGIT_SYSTEM = System({}, _SMALL, _LARGE, frozenset("十百千万億兆"))
_KANJI_SYSTEM = System(_NUMERALS, _SMALL, _LARGE)
_WEEKDAYS = "月火水木金土日"
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_WORDS: dict[str, int | Fraction] = {
    **{
        "初": 1,
        "最初": 1,
        "はじめて": 1,
        "唯一": 1,
        "単独": 1,
        "ひとつ": 1,
        "ひとり": 1,
        "元年": 1,
    },
    **{"両": 2, "双方": 2, "双子": 2, "ふたつ": 2, "ふたり": 2, "倍": 2, "夫婦": 2, "隔週": 2},
    **{
        "いずれも": 2,
        "どちら": 2,
        "ダブル": 2,
        "ペア": 2,
        "カップル": 2,
        "コンビ": 2,
        "セカンド": 2,
    },
    **{"みっつ": 3, "トリプル": 3, "トリオ": 3, "サード": 3, "よっつ": 4, "いつつ": 5, "四半期": 4},
    **{"ダース": 12, "世紀": 100, "ティーン": 10, "ワン": 1, "ツー": 2, "スリー": 3, "セブン": 7},
    **{"半": Fraction(1, 2), "ハーフ": Fraction(1, 2)},
}
_CURRENCIES = {
    **{"ドル": "USD", "ユーロ": "EUR", "円": "JPY", "ウォン": "KRW", "ポンド": "GBP", "元": "CNY"},
    **{
        "ルーブル": "RUB",
        "ルピー": "INR",
        "フラン": "CHF",
        "ペソ": "",
        "セント": "",
        "米ドル": "USD",
    },
}
_CENTS = re.compile(r"\s?(\d{1,2})\s?(?:セント|銭)")
_METRES = re.compile(r"\s?(?:m|メートル)(\d{2})(?!\d)")
_SYMBOL = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW"}
# Full-width signs to their plain forms, one to one: offsets stay true.
_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_WIDTH |= {ord("‐"): ord("-"), ord("−"): ord("-"), ord("、"): ord("、")}

_ADDRESS = re.compile(r"https?://[\x21-\x7e]+|www\.[\x21-\x7e]+|[@#][A-Za-z]\w*|&#?\w+;")
_DATE = re.compile(
    r"(?P<era>令和|平成|昭和|大正|明治)\s?(?P<era_year>\d{1,2}|元|[一二三四五六七八九十]+)\s?年"
    r"|(?P<year>\d{4}|(?<![\d.])\d{2}|['’]\d{2})\s?年(?P<decade>代)?(?!間|ぶり|前|目|生|連続)"
    r"|(?P<month>(?<![\d.,])(?:1[0-2]|0?[1-9]))(?:\s?月(?!間)|(?=\s?[~～〜-]\s?\d{1,2}月))"
    r"|(?P<day>(?<![\d.,])(?:[12]\d|3[01]|0?[1-9]))\s?日(?!間|目|ぶり|以内|連続)"
    r"|(?P<slash_month>(?<![\d/])(?:1[0-2]|[1-9]))/(?P<slash_day>[12]\d|3[01]|[1-9])(?![\d/])"
)
_WEEKDAY = re.compile(
    rf"(?P<name>[{_WEEKDAYS}])曜日?|[(（](?P<short>[{_WEEKDAYS}])[)）]"
    rf"|(?P<list>[{_WEEKDAYS}](?:[・~～、,/-][{_WEEKDAYS}])*(?=[・~～、,/-][{_WEEKDAYS}]曜))"
)
_TIME = re.compile(
    r"(?:(?P<half>午前|午後|早朝|未明|朝|夕方|夜|昼|深夜|正午|晩)の?\s?)?"
    r"(?<![\d.,:])(?P<hour>[01]?\d|2[0-9])\s?時(?!間|代|短|速|期|点で)"
    r"(?:\s?(?P<minute>[0-5]?\d)\s?分|\s?(?P<thirty>半))?"
    r"|(?<![\d:.,])(?P<clock_hour>[01]?\d|2[0-4]):(?P<clock_minute>[0-5]\d)(?![\d:])"
    r"|(?P<noon>正午|深夜|零時|真夜中)"
)
_HALVES = {
    **{"午前": 0, "早朝": 0, "未明": 0, "朝": 0, "深夜": 0},
    **{"午後": 1, "夕方": 1, "夜": 1, "昼": 1, "正午": 1, "晩": 1},
}
_FRACTION = re.compile(
    r"(?P<under>\d+|[二三四五六七八九十百]+)\s?分の\s?(?P<over>\d+|[一二三四五六七八九])"
)
_NUMBER = re.compile(r"(?<![\d.,])[0-9]")
_KANJI = re.compile(r"(?<![0-9])[〇一二三四五六七八九十百千万億兆零]+")
_PERCENT = re.compile(r"\s?(?:%|パーセント|ポイント|パーセンテージ)")
_MONEY = re.compile(
    r"(?:余り?|超|強|弱|近く|以上)?の?\s?(?P<currency>米ドル|ドル|ユーロ|円(?!形|周|卓|滑)|ウォン|ポンド|元(?!年|首|大|々|日)"
    r"|ルーブル|ルピー|フラン(?!ス)|ペソ|セント(?!ラル))"
)
_ORDINAL_TAIL = re.compile(r"\s?(?:番目|度目|回目|位|代目|日目|人目|次|号|回)")
_RANGE = re.compile(r"\s?[~～〜―–—-]\s?[0-9]|(?:から|ないし|、|・|か)\s?[0-9]")
_INDEFINITE = re.compile(r"[数何幾](?P<units>[十百千万億兆]+)")
_WORD = re.compile("|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)))
_TENTHS = re.compile(
    r"(?P<tenths>\d+|[一二三四五六七八九])割(?:(?P<hundredths>\d|[一二三四五六七八九])分)?"
)


def read(text: str) -> tuple[Quantity, ...]:
    """Every quantity of Japanese ``text``, in order."""
    narrow = text.translate(_WIDTH)
    if "/" in narrow or "@" in narrow or "#" in narrow or "&" in narrow:
        narrow = _ADDRESS.sub(lambda match: " " * len(match[0]), narrow)
    found: list[Quantity] = []
    taken: list[tuple[int, int]] = []
    for reader in (_fractions, _tenths, _times, _dates, _numbers):
        for quantity in reader(narrow):
            if not any(quantity.start < end and start < quantity.end for start, end in taken):
                found.append(quantity)
        taken = [(q.start, q.end) for q in found]
    found.extend(_weekdays(narrow))
    found.extend(_words(narrow))
    return in_order(found)


def _number_of(text: str) -> Fraction:
    if text.isdigit() and text.isascii():
        return Fraction(int(text))
    read_as = read_number(text, 0, _KANJI_SYSTEM)
    return read_as[0] if read_as else Fraction(1 if text == "元" else 0)


def _fractions(text: str) -> Iterator[Quantity]:
    if "分の" not in text:
        return
    for match in _FRACTION.finditer(text):
        over, under = _number_of(match["over"]), _number_of(match["under"])
        if under:
            yield Quantity(
                Kind.FRACTION,
                over / under,
                *match.span(),
                match[0],
                hard=match["under"].isdigit(),
                also=(100 * over / under, under),
            )


def _tenths(text: str) -> Iterator[Quantity]:
    if "割" not in text:
        return
    for match in _TENTHS.finditer(text):
        value = _number_of(match["tenths"]) * 10
        if match["hundredths"]:
            value += _number_of(match["hundredths"])
        yield Quantity(
            Kind.PERCENT,
            value,
            *match.span(),
            match[0],
            hard=match["tenths"].isdigit(),
            also=(value / 100,),
        )


def _times(text: str) -> Iterator[Quantity]:
    if "時" not in text and ":" not in text and "正午" not in text and "夜" not in text:
        return
    for match in _TIME.finditer(text):
        if match["noon"]:
            value = Fraction(720 if match["noon"] == "正午" else 0)
            yield Quantity(Kind.TIME, value, *match.span(), match[0], hard=False)
            continue
        if match["clock_hour"]:
            hour, minute = int(match["clock_hour"]), int(match["clock_minute"])
            half = next((h for h in _HALVES if text[: match.start()].rstrip().endswith(h)), None)
        else:
            hour, half = int(match["hour"]), match["half"]
            minute = 30 if match["thirty"] else int(match["minute"] or 0)
        unit = "12h" if half is None and 1 <= hour <= 12 else ""
        if half is not None and hour <= 12:
            night = half in ("夜", "晩") and hour in (12, 1, 2, 3)
            noon = half == "昼" and hour in (10, 11)
            hour = hour % 12 if night else hour if noon else hour % 12 + 12 * _HALVES[half]
        yield Quantity(
            Kind.TIME, Fraction(hour % 24 * 60 + minute), *match.span(), match[0], unit=unit
        )


def _dates(text: str) -> Iterator[Quantity]:
    for match in _DATE.finditer(text):
        if match["era"]:
            year = _ERAS[match["era"]] + _number_of(match["era_year"])
            yield Quantity(Kind.YEAR, year, match.start(), match.end("era_year"), match[0][:-1])
        elif match["year"]:
            digits = match["year"].lstrip("'’")
            number = int(digits)
            if len(digits) == 4 and (match["decade"] or 1000 <= number <= 2200):
                unit = "decade" if match["decade"] else ""
                yield Quantity(
                    Kind.YEAR,
                    Fraction(number),
                    *match.span("year"),
                    match["year"],
                    unit=unit,
                    also=(Fraction(number % 100),),
                )
            elif len(digits) == 2:
                also = (Fraction(1900 + number), Fraction(2000 + number))
                yield Quantity(
                    Kind.NUMBER,
                    Fraction(number),
                    *match.span("year"),
                    match["year"],
                    unit="decade" if match["decade"] else "",
                    also=also,
                )
        elif match["month"]:
            yield Quantity(
                Kind.MONTH, Fraction(int(match["month"])), *match.span("month"), match["month"]
            )
        elif match["day"]:
            yield Quantity(Kind.DAY, Fraction(int(match["day"])), *match.span("day"), match["day"])
        else:
            for name, kind in (("slash_month", Kind.MONTH), ("slash_day", Kind.DAY)):
                yield Quantity(
                    kind, Fraction(int(match[name])), *match.span(name), match[name], hard=False
                )


def _numbers(text: str) -> Iterator[Quantity]:
    place = 0
    while match := _NUMBER.search(text, place):
        start = match.start()
        if not (number := read_number(text, start, _DIGIT_SYSTEM)):
            place = start + 1
            continue
        value, end = number
        place = max(end, start + 1)
        before, after = text[:start][-1:], text[end : end + 1]
        kind, unit, hard = Kind.NUMBER, "", True
        also: tuple[Fraction, ...] = ()
        if _PERCENT.match(text, end):
            kind = Kind.PERCENT
        elif before in _SYMBOL and before:
            kind, unit = Kind.MONEY, _SYMBOL[before]
        elif money := _MONEY.match(text, end):
            kind, unit = Kind.MONEY, _CURRENCIES[money["currency"]]
            if cents := _CENTS.match(text, money.end()):
                value += Fraction(int(cents[1]), 100)
                place = cents.end()
        elif metres := _METRES.match(text, end):
            value += Fraction(int(metres[1]), 100)
            place = metres.end()
        elif _ORDINAL_TAIL.match(text, end) or before == "第":
            kind = Kind.ORDINAL
        letter = before.isascii() and before.isalpha()
        letter = letter or (after.isascii() and after.isalpha() and kind is Kind.NUMBER)
        hard = not letter
        if (reach := _RANGE.match(text, end)) and (
            follow := read_number(text, reach.end() - 1, _DIGIT_SYSTEM)
        ):
            units = re.search(r"[十百千万億兆]+$", text[end : follow[1]])
            if units and (factor := read_number(units[0], 0, _DIGIT_SYSTEM)):
                also = (*also, value * factor[0])
        yield Quantity(kind, value, start, end, text[start:end], hard, unit, also)


def _weekdays(text: str) -> Iterator[Quantity]:
    if "曜" not in text and "(" not in text:
        return
    for match in _WEEKDAY.finditer(text):
        if match["list"]:
            for offset, sign in enumerate(match["list"]):
                if sign in _WEEKDAYS:
                    at = match.start() + offset
                    number = Fraction(_WEEKDAYS.index(sign) + 1)
                    yield Quantity(Kind.WEEKDAY, number, at, at + 1, sign)
            continue
        sign = match["name"] or match["short"]
        yield Quantity(
            Kind.WEEKDAY,
            Fraction(_WEEKDAYS.index(sign) + 1),
            *match.span(),
            match[0],
            hard=match["name"] is not None,
        )


def _words(text: str) -> Iterator[Quantity]:
    for match in _WORD.finditer(text):
        value = Fraction(_WORDS[match[0]])
        kind = Kind.FRACTION if value.denominator > 1 else Kind.NUMBER
        also = (Fraction(50), Fraction(2)) if value.denominator > 1 else ()
        yield Quantity(kind, value, *match.span(), match[0], hard=False, also=also)
    for match in _INDEFINITE.finditer(text):
        if number := read_number(match["units"], 0, _KANJI_SYSTEM):
            yield Quantity(Kind.MAGNITUDE, number[0], *match.span(), match[0], hard=False)
    for match in _KANJI.finditer(text):
        if match.start() and text[match.start() - 1] in "数何幾":
            continue
        number = read_number(text, match.start(), _KANJI_SYSTEM)
        if number is None or not number[0]:
            continue
        end = number[1]
        kind = Kind.NUMBER
        if text[end : end + 1] == "月" and number[0] <= 12:
            kind = Kind.MONTH
        yield Quantity(kind, number[0], match.start(), end, text[match.start() : end], hard=False)
