"""Korean quantities: digits with 만/억/조, numerals in words, dates, 요일, times, money.

Digits are hard; numerals written as words are soft, since 이, 세 or 만 are other words as often.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from aligner.numerals.composite import System, read_number
from aligner.numerals.quantity import Kind, Quantity, in_order

_NUMERALS = dict(zip("일이삼사오육칠팔구영공", (1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0), strict=True)) | {
    "륙": 6
}
_SMALL = {"십": 10, "백": 100, "천": 1000}
_LARGE = {"만": 10**4, "억": 10**8, "조": 10**12}
_DIGIT_SYSTEM = System({}, _SMALL, _LARGE)
_WORD_SYSTEM = System(_NUMERALS, _SMALL, _LARGE)
_WEEKDAYS = "월화수목금토일"
_NATIVE_ONES = {
    **{"하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "넷": 4, "네": 4, "넉": 4},
    **{"다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9},
}
_NATIVE_TENS = {
    **{"열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60},
    **{"일흔": 70, "여든": 80, "아흔": 90},
}
_WORDS: dict[str, int | Fraction] = {
    **{"첫": 1, "처음": 1, "최초": 1, "하루": 1, "유일": 1, "단독": 1, "혼자": 1, "홀로": 1},
    **{"한번": 1, "매년": 1, "연간": 1, "사상": 1},
    **{"양국": 2, "양측": 2, "양자": 2, "양쪽": 2, "양당": 2, "양사": 2, "양팀": 2, "양손": 2},
    **{"이틀": 2, "쌍둥이": 2, "부부": 2, "이중": 2, "두배": 2, "격주": 2, "둘째": 2},
    **{"사흘": 3, "삼국": 3, "삼자": 3, "세배": 3, "셋째": 3, "삼중": 3},
    **{"나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "열흘": 10, "보름": 15, "반세기": 50},
    **{"절반": Fraction(1, 2), "반년": Fraction(1, 2), "세기": 100, "분기": 4},
}
_CURRENCIES = {
    **{"달러": "USD", "불": "USD", "유로": "EUR", "엔": "JPY", "원": "KRW", "파운드": "GBP"},
    **{"위안": "CNY", "루블": "RUB", "루피": "INR", "프랑": "CHF", "페소": "", "센트": ""},
}
_HALVES = {"오전": 0, "새벽": 0, "아침": 0, "오후": 1, "저녁": 1, "밤": 1, "낮": 1}

_ADDRESS = re.compile(r"https?://[\x21-\x7e]+|www\.[\x21-\x7e]+|[@#][A-Za-z]\w*|&#?\w+;")
_DATE = re.compile(
    r"(?P<year>\d{4}|(?<!\d)\d{2}|['’]\d{2})\s?년(?P<decade>대)?"
    r"|(?P<month>(?<![\d.,])(?:1[0-2]|[1-9]))(?:\s?월(?!드)|(?=\s?[~∼～-]\s?\d{1,2}월))"
    r"|(?P<named>(?<![\d.,])\d{1,2}[·∙‧]\d{1,2}(?!\d))"
    r"|(?P<day>(?<![\d.,])(?:[12]\d|3[01]|0?[1-9]))\s?일(?!간|째|동안|곱|\s?동안)"
    r"(?=[^가-힣]|$|[이은을에과와의로부까자날밤낮오도])"
)
_WEEKDAY = re.compile(
    rf"(?P<name>[{_WEEKDAYS}])요일|[(（](?P<short>[{_WEEKDAYS}])[)）]"
    rf"|(?P<list>(?<![가-힣])[{_WEEKDAYS}](?:[·~∼,/-][{_WEEKDAYS}])*(?=[·~∼,/-]\s?[{_WEEKDAYS}]요일))"
)
_TIME = re.compile(
    r"(?:(?P<half>오전|오후|새벽|아침|저녁|밤|낮)\s?)?"
    r"(?<![\d.,:])(?P<hour>[01]?\d|2[0-4])\s?시(?!간|즌|대\s|리즈|민|장|도|범|속)"
    r"(?:\s?(?P<minute>[0-5]?\d)\s?분|\s?(?P<thirty>반))?"
    r"|(?<![\d:.,])(?P<clock_hour>[01]?\d|2[0-4]):(?P<clock_minute>[0-5]\d)(?![\d:])"
    r"|(?P<noon>정오|자정)"
)
_FRACTION = re.compile(
    r"(?P<under>\d+|[이삼사오육칠팔구십백]+)\s?분의\s?(?P<over>\d+|[일이삼사오육칠팔구])"
)
_NUMBER = re.compile(r"(?<![\d.,．，])[0-9０-９]")
_PERCENT = re.compile(r"\s?(?:%|％|퍼센트|프로(?![가-힣])|퍼센티지)(?:\s?(?:p|포인트))?")
_MONEY = re.compile(
    r"(?:여|수)?\s?(?:미국?\s?|미화\s?)?(?P<currency>달러|불(?![가-힣])|유로|엔(?!진|터|지)|원(?!숭|자|인|칙|래|전|정|동|로|주|격)"
    r"|파운드|위안|루블|루피|프랑|페소|센트(?!럴))"
)
_CENTS = re.compile(r"\s?(\d{1,2})\s?(?:센트|전)")
_METRES = re.compile(r"\s?(?:m|미터)(\d{2})(?!\d)")
_SYMBOL = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW", "＄": "USD", "￥": "JPY"}
_RANGE = re.compile(r"\s?[~∼～-]\s?[0-9]|(?:에서|내지|[,·~∼])\s?[0-9]")
# A sum in the reader's own currency, added in brackets: (약 56억원).
_GLOSS = re.compile(r"[(（]\s?(?:약\s?|한화\s?|우리\s?돈\s?)*$")
_ORDINAL_TAIL = re.compile(r"\s?(?:번째|째|위(?![원험협])|등(?![급록])|차(?![량례])|회|대(?=\s))")
_SINO = re.compile(
    rf"(?<![가-힣0-9])(?:약|총|단|제|수|몇)?(?=([{''.join(_NUMERALS)}십백천만억조]+))"
)
_SINO_TAIL = re.compile(
    r"여?\s?(?:명|년|월|일|원|달러|엔|유로|파운드|개|번|가지|배|세|살|인|건|차|회|위|시간|분|초|주|톤|마리|대|킬로|미터"
    r"|만|퍼센트|%|곳|발|표|세기|층|호|km|가구|권|종|점|골|승|패|척|기|편|\s|$|[^가-힣])"
)
_NATIVE = re.compile(
    rf"(?<![가-힣])(?P<tens>{'|'.join(_NATIVE_TENS)})?(?:(?<=열) )?"
    rf"(?P<ones>{'|'.join(_NATIVE_ONES)})?"
    r"(?=\s|$|[^가-힣]|번|명|개|차례|배|달|살|시|가지|곳|척|대|건|나라|사람|팀|쌍|자릿|골|점|편|마리|째|주|분|은|는|이"
    r"|가|을|를|의|중|도|해|쪽|층|권|표|집|방|모금|여|아|딸|아들|자녀|자매|형제|손|발|판|단계|군데|권|갈래|줄)"
)
_INDEFINITE = re.compile(r"(?:수|몇)\s?(?P<units>[십백천만억조]+)")
_WORD = re.compile("|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)))
_LEAD = frozenset("수몇")


def read(text: str) -> tuple[Quantity, ...]:
    """Every quantity of Korean ``text``, in order."""
    if "/" in text or "@" in text or "#" in text or "&" in text:
        text = _ADDRESS.sub(lambda match: " " * len(match[0]), text)
    found: list[Quantity] = []
    taken: list[tuple[int, int]] = []
    if any(map(str.isdigit, text)):
        for reader in (_fractions, _times, _dates, _numbers):
            for quantity in reader(text):
                if not any(quantity.start < end and start < quantity.end for start, end in taken):
                    found.append(quantity)
            taken = [(q.start, q.end) for q in found]
    else:
        found.extend(_fractions(text))
        found.extend(_times(text))
    found.extend(_weekdays(text))
    found.extend(_words(text))
    return in_order(found)


def _fractions(text: str) -> Iterator[Quantity]:
    if "분의" not in text:
        return
    for match in _FRACTION.finditer(text):
        numbers = [_number_of(match[name]) for name in ("over", "under")]
        if numbers[1]:
            yield Quantity(
                Kind.FRACTION,
                numbers[0] / numbers[1],
                *match.span(),
                match[0],
                hard=match["under"].isdigit(),
                also=(100 * numbers[0] / numbers[1], numbers[1]),
            )


def _number_of(text: str) -> Fraction:
    if text.isdigit():
        return Fraction(int(text))
    read_as = read_number(text, 0, _WORD_SYSTEM)
    return read_as[0] if read_as else Fraction(0)


def _times(text: str) -> Iterator[Quantity]:
    if "시" not in text and ":" not in text and "정오" not in text and "자정" not in text:
        return
    for match in _TIME.finditer(text):
        if match["noon"]:
            value = Fraction(720 if match["noon"] == "정오" else 0)
            yield Quantity(Kind.TIME, value, *match.span(), match[0], hard=False)
            continue
        if match["clock_hour"]:
            hour, minute = int(match["clock_hour"]) % 24, int(match["clock_minute"])
            unit = "12h" if 1 <= hour <= 12 and not _half_before(text, match.start()) else ""
            half = _half_before(text, match.start())
            hour = _full_hour(hour, half)
        else:
            hour = _full_hour(int(match["hour"]), match["half"])
            minute = 30 if match["thirty"] else int(match["minute"] or 0)
            unit = "12h" if not match["half"] and 1 <= hour <= 12 else ""
        yield Quantity(
            Kind.TIME, Fraction(hour % 24 * 60 + minute), *match.span(), match[0], unit=unit
        )


def _half_before(text: str, start: int) -> str | None:
    before = text[:start].rstrip()[-2:]
    return next((half for half in _HALVES if before.endswith(half)), None)


def _full_hour(hour: int, half: str | None) -> int:
    if half is None or hour > 12:
        return hour
    if half == "밤" and hour in (12, 1, 2, 3, 4):
        return hour % 12
    if half == "낮" and hour in (10, 11):
        return hour
    return hour % 12 + 12 * _HALVES[half]


def _dates(text: str) -> Iterator[Quantity]:
    for match in _DATE.finditer(text):
        if match["year"]:
            digits = match["year"].lstrip("'’")
            year = int(digits)
            if len(digits) == 4 and (match["decade"] or 1000 <= year <= 2200):
                unit = "decade" if match["decade"] else ""
                also: tuple[Fraction, ...] = (Fraction(year % 100),)
                yield Quantity(
                    Kind.YEAR,
                    Fraction(year),
                    *match.span("year"),
                    match["year"],
                    unit=unit,
                    also=also,
                )
            elif match["decade"]:
                also = (Fraction(1900 + year), Fraction(2000 + year))
                yield Quantity(
                    Kind.NUMBER,
                    Fraction(year),
                    *match.span("year"),
                    match["year"],
                    unit="decade",
                    also=also,
                )
        elif match["named"]:
            # 6·25 and 9·11 are the names of events.
            for part in re.finditer(r"\d+", match["named"]):
                at = match.start() + part.start()
                value = Fraction(int(part[0]))
                yield Quantity(Kind.NUMBER, value, at, at + len(part[0]), part[0], hard=False)
        elif match["month"]:
            yield Quantity(
                Kind.MONTH, Fraction(int(match["month"])), *match.span("month"), match["month"]
            )
        else:
            yield Quantity(Kind.DAY, Fraction(int(match["day"])), *match.span("day"), match["day"])


def _numbers(text: str) -> Iterator[Quantity]:
    place = 0
    previous: Quantity | None = None
    while match := _NUMBER.search(text, place):
        start = match.start()
        if not (number := read_number(text, start, _DIGIT_SYSTEM)):
            place = start + 1
            continue
        value, end = number
        place = max(end, start + 1)
        before, kind, unit, hard = text[:start][-1:], Kind.NUMBER, "", True
        also: tuple[Fraction, ...] = ()
        if percent := _PERCENT.match(text, end):
            kind, place = Kind.PERCENT, percent.end()
        elif before in _SYMBOL and before:
            kind, unit = Kind.MONEY, _SYMBOL[before]
        elif money := _MONEY.match(text, end):
            kind, unit = Kind.MONEY, _CURRENCIES[money["currency"]]
            if cents := _CENTS.match(text, money.end()):
                value += Fraction(int(cents[1]), 100)
                place = cents.end()
        elif _ORDINAL_TAIL.match(text, end) or before == "제":
            kind = Kind.ORDINAL
        elif metres := _METRES.match(text, end):
            value += Fraction(int(metres[1]), 100)
            place = metres.end()
        elif text[end : end + 1] == "할":
            kind, value = Kind.PERCENT, value * 10
        if before == "제" and text[end - 1] == "조":
            value /= _LARGE["조"]
        elif text[end - 1] == "조" and value < 100 * _LARGE["조"] and kind is Kind.NUMBER:
            # 3조 may be "article 3" or "group 3" as well.
            also = (value / _LARGE["조"],)
        if before.isascii() and before.isalpha():
            hard = False
        if kind is Kind.MONEY and _GLOSS.search(text, max(0, start - 6), start):
            hard = False
        if text[end : end + 1].isascii() and text[end : end + 1].isalpha() and kind is Kind.NUMBER:
            hard = False
        quantity = Quantity(kind, value, start, end, text[start:end], hard, unit, also)
        if _RANGE.match(text, end):
            quantity = _share_scale(quantity, text, end)
        previous = quantity
        yield previous


def _share_scale(quantity: Quantity, text: str, end: int) -> Quantity:
    """The 3 of 3~5만 also means 30,000; that of 3~5% may be a percentage."""
    digit = re.search(r"[0-9]", text[end:])
    follow = read_number(text, end + digit.start(), _DIGIT_SYSTEM) if digit else None
    if follow is None:
        return quantity
    units = re.search(r"[십백천만억조]+$", text[end : follow[1]])
    if not units:
        return quantity
    factor = read_number(units[0], 0, _DIGIT_SYSTEM)
    assert factor is not None
    return Quantity(
        quantity.kind,
        quantity.value,
        quantity.start,
        quantity.end,
        quantity.text,
        quantity.hard,
        quantity.unit,
        (*quantity.also, quantity.value * factor[0]),
    )


def _weekdays(text: str) -> Iterator[Quantity]:
    if "요일" not in text and "(" not in text:
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
        number = Fraction(_WEEKDAYS.index(sign) + 1)
        # (수) or (일) may gloss another word.
        yield Quantity(
            Kind.WEEKDAY, number, *match.span(), match[0], hard=match["name"] is not None
        )


def _words(text: str) -> Iterator[Quantity]:
    for match in _WORD.finditer(text):
        value = Fraction(_WORDS[match[0]])
        kind = Kind.FRACTION if value.denominator > 1 else Kind.NUMBER
        also: tuple[Fraction, ...] = ()
        if match[0] == "절반":
            also = (Fraction(50), Fraction(2))
        yield Quantity(kind, value, *match.span(), match[0], hard=False, also=also)
    for match in _INDEFINITE.finditer(text):
        if number := read_number(match["units"], 0, _WORD_SYSTEM):
            yield Quantity(Kind.MAGNITUDE, number[0], *match.span(), match[0], hard=False)
    for match in _NATIVE.finditer(text):
        if match[0]:
            value = Fraction(
                _NATIVE_TENS.get(match["tens"] or "", 0) + _NATIVE_ONES.get(match["ones"] or "", 0)
            )
            yield Quantity(Kind.NUMBER, value, *match.span(), match[0], hard=False)
    for match in _SINO.finditer(text):
        start = match.start(1)
        if text[start - 1 : start] in _LEAD and start:
            continue
        number = read_number(text, start, _WORD_SYSTEM)
        if number and _SINO_TAIL.match(text, number[1]):
            yield Quantity(
                Kind.NUMBER, number[0], start, number[1], text[start : number[1]], hard=False
            )
