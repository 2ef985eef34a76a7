"""English quantities: digits with their scales, units and dates; spelled-out numbers; number words.

One pass of one alternation, leftmost match first, so that a date is never read as two numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from aligner.numerals.quantity import SCALES, Kind, Quantity, in_order, parse_decimal

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_SHORT_MONTHS = {"sept": 9} | {name[:3]: number for number, name in enumerate(MONTHS, start=1)}
_ONES = dict(
    zip(
        (
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
            *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
            *("seventeen", "eighteen", "nineteen"),
        ),
        range(20),
        strict=True,
    )
)
_TENS = {
    name: 10 * number
    for number, name in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_ORDINALS = {
    name: number
    for number, name in enumerate(
        (
            *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
            *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
            *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
        ),
        start=1,
    )
}
_PARTS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {
    name + ending: number
    for name, number in _ORDINALS.items()
    if number > 2
    for ending in ("", "s")
}
_WORDS: dict[str, int | Fraction] = {
    **dict.fromkeys(("once", "single", "sole", "solo", "another", "unanimous", "unilateral"), 1),
    **dict.fromkeys(("both", "twice", "double", "doubled", "doubles", "doubling", "couple"), 2),
    **dict.fromkeys(
        ("couples", "pair", "pairs", "twin", "twins", "duo", "bilateral", "bilaterally"), 2
    ),
    **dict.fromkeys(("either", "neither", "bipartisan", "dual", "twofold", "secondly"), 2),
    **dict.fromkeys(("triple", "tripled", "trio", "trilateral", "trilaterally", "thrice"), 3),
    **dict.fromkeys(("tripling", "threefold", "hat-trick", "tripartite", "triplets"), 3),
    **dict.fromkeys(("quad", "quadruple", "quadrupled", "quartet", "quarterly"), 4),
    **dict.fromkeys(("fortnight", "fortnightly"), 2),
    **dict.fromkeys(("dozen",), 12),
    **dict.fromkeys(("teenage", "teenager", "teenagers", "teen", "teens", "decade", "decades"), 10),
    **dict.fromkeys(("century", "centuries", "centennial", "centenary"), 100),
    # What ko and ja write with digits: 코로나19, 24시간, 8강, ダウ30種.
    **dict.fromkeys(("pandemic", "coronavirus", "virus", "covid"), 19),
    **dict.fromkeys(("around the clock", "round-the-clock", "around-the-clock"), 24),
    **dict.fromkeys(("quarterfinal", "quarterfinals", "quarter-finals", "quarter-final"), 8),
    **dict.fromkeys(("semifinal", "semifinals", "semi-final", "semi-finals"), 4),
    **{"quarters": 8, "dow": 30, "nikkei": 225, "lead": 2},
    **dict.fromkeys(("bicentennial", "bicentenary"), 200),
    **{f"{name.replace('y', 'ies')}": number for name, number in _TENS.items()},
    "nil": 0,
}
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW", "₽": "RUB", "₹": "INR"}
_CURRENCIES = {
    **dict.fromkeys(("dollar", "dollars", "usd", "bucks", "buck"), "USD"),
    **dict.fromkeys(("euro", "euros", "eur"), "EUR"),
    **dict.fromkeys(("yen", "jpy"), "JPY"),
    **dict.fromkeys(("won", "krw"), "KRW"),
    **dict.fromkeys(("yuan", "renminbi", "rmb", "cny"), "CNY"),
    **dict.fromkeys(("rubles", "roubles", "ruble", "rouble"), "RUB"),
    **dict.fromkeys(("rupees", "rupee"), "INR"),
    **dict.fromkeys(("francs", "franc"), "CHF"),
    "cents": "",
}
_SUFFIXES = {
    **{"k": 1000, "m": 10**6, "mn": 10**6, "mln": 10**6, "b": 10**9, "bn": 10**9, "bln": 10**9},
    **{"tn": 10**12, "tln": 10**12, "trln": 10**12},
}

# The groups of two are the Indian way: 2,06,737.
_NUM = r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = r"[ -]?(?:thousand|million|billion|trillion)\b|[ ]?(?:ml?n|bl?n|tr?l?n|k|m|b)(?![A-Za-z])"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)(?:\.|(?=\s\d)))"
)
_NUMBER_WORD = "|".join(sorted([*_ONES, *_TENS, *SCALES, "dozen"], key=len, reverse=True))
_BIG = r"(?:hundred|thousand|million|billion|trillion|dozen)"
_SPELLED = (
    rf"\b(?:(?:an?|half|quarter)[ -](?:a[ ])?(?={_BIG}\b))?(?:{_NUMBER_WORD})\b"
    rf"(?:(?:[ -]|[ ]and[ ](?!a[ ]half))(?:{_NUMBER_WORD})\b)*"
)
_LEAD = (
    r"(?:in|since|until|by|last|next|early|late|mid|this|through|between|before|from|of"
    r"|in[ ](?:early|mid|late))"
)
_NAMED_DAY = r"(?:Black|Good|Palm|Bloody|Cyber|Super|Fat|Ash|Easter|Bowl|Holy|Shrove|Sheffield)"
_NAMED_AFTER = r"(?:Times|Mirror|Mail|Express|Telegraph|Night|Herald|Post|prayers|Mass|Sun)"
_COIN = (
    r"(?:U\.S\.\sdollars?|dollars?|euros?|yen|won|yuan|renminbi|roubles?|rubles?|rupees?|francs?"
    r"|cents|bucks|pounds?(?=[ ]sterling))"
)
# Measures that translators rightly convert: their numbers need not survive.
_MEASURE = (
    r"(?:[ -]?(?:miles?|mi|feet|foot|ft|inch(?:es)?|in\.|pounds?|lbs?|ounces?|oz|gallons?|acres?"
    r"|yards?|yds?|degrees?|fahrenheit|mph|stone|kilo[a-z]+|hours?-a-day|°\s?[CF]?|[ºF]|['’\"”](?=\d|\s))"
    r")(?![a-z])"
)
_PART = (
    r"(?:half|halves|quarters?|thirds?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?)"
)
_YEAR = r"(?:1[5-9]|20)\d\d"


_WORD = "|".join(word.replace(" ", "[ ]") for word in sorted(_WORDS, key=len, reverse=True))


_SCANNER = re.compile(
    rf"""
    # Only digits, symbols and the starts of words can begin a quantity: most places fail here.
    (?:(?<![A-Za-z])|(?=\d))(?:
    (?P<skip>https?://\S+|www\.\S+|@\w+|\#[A-Za-z]\w*|&\#?\w+;)
  | (?P<mdy>(?<![A-Za-z])(?P<mdy_month>{_MONTH})\s(?P<mdy_day>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:%])
      (?:\s?[-–—]\s?(?P<mdy_last>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:%]))?
      (?:,?\s(?P<mdy_year>{_YEAR})\b)?)
  | (?P<dmy>(?<![\d.,$€£])(?:(?P<dmy_first>[0-3]?\d)\s?[-–—]\s?)?
      (?P<dmy_day>[0-3]?\d)(?:st|nd|rd|th)?\s(?:of\s)?(?P<dmy_month>{_MONTH})
      (?:,?\s(?P<dmy_year>{_YEAR})\b)?(?![A-Za-z]))
  | (?P<my>(?<![A-Za-z])(?P<my_month>{_MONTH}),?\s(?:of\s)?(?P<my_year>{_YEAR})\b)
  | (?P<month>(?<![A-Za-z])(?P<month_lead>{_LEAD}[\s-])?(?P<month_name>{_MONTH})(?![A-Za-z]|[ ]\d))
  | (?P<time>(?<![\d.,:$€£])(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d))?\s?
      (?P<half>[ap]\.\s?m\.?|[ap]m\b))
  | (?P<military>(?<![\w.,$€£])(?P<military_hour>[01]\d|2[0-3])(?P<military_minute>[0-5]\d)
      (?=[ ](?:hours|GMT|UTC|KST|JST|local|EST|EDT|sharp)\b)
      |(?<=at[ ])(?P<early_hour>0\d)(?P<early_minute>[0-5]\d)\b)
  | (?P<clock>(?<![\d:.,])(?P<clock_hour>[01]?\d|2[0-4]):(?P<clock_minute>[0-5]\d)(?![\d:.]))
  | (?P<oclock>\b(?P<oclock_hour>\d{{1,2}}|one|two|three|four|five|six|seven|eight|nine|ten|eleven
      |twelve)\so['’]clock)
  | (?P<noon>\b(?:noon|midday|midnight)\b)
  | (?P<weekday>(?<![A-Za-z])(?:(?P<weekday_lead>{_NAMED_DAY})\s)?
      (?P<weekday_name>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b
      (?P<weekday_tail>\s{_NAMED_AFTER}\b)?)
  | (?P<decade>(?<![\w$€£])['’]?(?P<decade_year>(?:1[5-9]|20)?\d0)['’]?s\b)
  | (?P<ordinal>(?<![\d.,])(?P<ordinal_number>\d{{1,3}}(?:,\d{{3}})+|\d+)(?:st|nd|rd|th)\b)
  | (?P<fraction>(?<![\d/])(?:(?P<fraction_whole>\d+)\s)?(?P<fraction_over>\d{{1,2}})[/⁄]
      (?P<fraction_under>\d{{1,3}})(?![\d/]))
  | (?P<vulgar>(?P<vulgar_whole>\d+)?(?P<vulgar_sign>[½⅓⅔¼¾]))
  | (?P<money>(?:(?P<country>US|U\.S\.|A|AU|C|NZ|HK|S|NT)\s?)?(?P<symbol>[$€£¥₩₽₹])\s?
      (?P<money_number>{_NUM})(?:\s?(?:-|–|—|to)\s?[$€£¥₩]?(?P<money_last>{_NUM}))?
      (?P<money_scale>{_SCALE})?)
  | (?P<number>(?P<digits>{_NUM})
      (?:(?P<range>\s?(?:-|–|—|to|and|or)\s?)(?P<last>{_NUM})
        (?=(?:{_SCALE})|\s?(?:%|percent\b|per\scent\b)))?
      (?P<scale>{_SCALE})?
      (?:(?P<percent>\s?%|[ -]?(?:percent(?:age)?|per[ ]cent|pct)\b(?:[ -]points?)?)
        |[ -](?P<currency>{_COIN})\b|(?P<measure>{_MEASURE}))?)
  | (?P<partof>\b(?P<part_over>one|two|three|four|five|seven|nine|an?|\d)[ -]
      (?P<part_under>{_PART})\b(?![ -](?:of\sa\s)?(?:an?\s)?{_BIG}))
  | (?P<several>\b(?:(?:(?:a\sfew|several|some|many|tens\sof|hundreds\sof)\s)?
      (?P<several_scale>{_BIG})s\b|(?:a\sfew|several)\s(?P<few_scale>{_BIG})\b))
  | (?P<spelled>{_SPELLED}(?!th\b)
      (?P<spelled_half>\sand\sa\shalf(?P<half_scale>\s(?:million|billion|trillion))?)?
      (?:(?P<spelled_percent>[ -](?:percent(?:age)?|per[ ]cent)\b)
        |[ -](?P<spelled_currency>dollars?|euros?|yen|won|yuan|roubles?|rubles?)\b)?)
  | (?P<ordinal_scale>\b(?:one[ -]|an?[ -])?
      (?P<ordinal_factor>hundred|thousand|million|billion)th\b)
  | (?P<ordinal_word>\b(?:(?:{"|".join(_TENS)})[ -])?
      (?:{"|".join(sorted(_ORDINALS, key=len, reverse=True))})s?\b)
  | (?P<roman>(?<=[a-z][ ])(?:II|III|IV|VI{{0,3}}|IX|XI{{0,3}}|XIV|XVI?)\b)
  | (?P<word>\b(?:half|halves|halved|quarter|{_WORD})\b)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_VULGAR = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4)}


# The first word or sign of everything the scanner knows: only there is it worth trying.
_TOKEN = re.compile(r"[A-Za-z]+|[0-9$€£¥₩₽₹½⅓⅔¼¾'’@#&]")
_TRIGGERS = frozenset(
    {
        *(*_ONES, *_TENS, *SCALES, *_ORDINALS, *_PARTS, *MONTHS, *_SHORT_MONTHS, *WEEKDAYS),
        *(f"{name}s" for name in (*SCALES, *_ORDINALS, *WEEKDAYS, "dozen")),
        *(f"{name}th" for name in SCALES),
        *(re.split("[ -]", word)[0] for word in _WORDS),
        *("a", "an", "in", "since", "until", "by", "last", "next", "early", "late", "mid", "this"),
        *("through", "between", "before", "from", "of", "several", "some", "many", "tens"),
        *("hundreds", "noon", "midday", "midnight", "halved", "http", "https", "www", "ii", "iii"),
        *("iv", "vi", "vii", "viii", "ix", "xi", "xii", "xiii", "xiv", "xv", "xvi", "us", "u"),
        *("au", "c", "nz", "hk", "s", "nt"),
        *("black", "good", "palm", "bloody", "cyber", "super", "fat", "ash", "easter", "bowl"),
        *("holy", "shrove", "sheffield"),
    }
)


def read(text: str) -> tuple[Quantity, ...]:
    """Every quantity of English ``text``, in order."""
    found: list[Quantity] = []
    end = 0
    for token in _TOKEN.finditer(text):
        start = token.start()
        if start < end or (token[0].isalpha() and token[0].lower() not in _TRIGGERS):
            continue
        if match := _SCANNER.match(text, start):
            end = match.end()
            # The group closed last is the outermost one: the alternative that matched.
            found.extend(_READERS[match.lastgroup or "skip"](match))
    return in_order(found)


def _make(
    match: re.Match[str],
    group: str,
    kind: Kind,
    value: int | Fraction,
    *,
    hard: bool = True,
    unit: str = "",
    also: tuple[Fraction, ...] = (),
) -> Quantity:
    start, end = match.span(group)
    return Quantity(
        kind, Fraction(value), start, end, match.group(group), hard=hard, unit=unit, also=also
    )


def _month_number(name: str) -> int:
    return _SHORT_MONTHS[name.lower().rstrip(".")[:3]]


def _date(match: re.Match[str], prefix: str) -> Iterator[Quantity]:
    groups = match.groupdict()
    month = match.group(f"{prefix}_month")
    if not month[0].isupper():
        return
    yield _make(match, f"{prefix}_month", Kind.MONTH, _month_number(month))
    for part, kind in (
        ("first", Kind.DAY),
        ("day", Kind.DAY),
        ("last", Kind.DAY),
        ("year", Kind.YEAR),
    ):
        if (digits := groups.get(f"{prefix}_{part}")) is not None:
            yield _make(match, f"{prefix}_{part}", kind, int(digits))


def _month(match: re.Match[str]) -> Iterator[Quantity]:
    name = match["month_name"]
    if not name[0].isupper():
        return
    lead = (match["month_lead"] or "").lower()
    # "May" and "March" are also a verb and a name: alone they prove nothing.
    certain = bool(lead) and not (lead.startswith("of") and name == "May")
    yield _make(match, "month_name", Kind.MONTH, _month_number(name), hard=certain)


def _time(match: re.Match[str]) -> Iterator[Quantity]:
    hour = int(match["hour"])
    pm = match["half"][0] in "pP"
    minutes = (hour % 12 + (12 if pm else 0)) * 60 + int(match["minute"] or 0)
    if hour > 12:
        minutes = (hour % 24) * 60 + int(match["minute"] or 0)
    yield _make(match, "time", Kind.TIME, minutes)


def _clock(match: re.Match[str]) -> Iterator[Quantity]:
    minutes = int(match["clock_hour"]) % 24 * 60 + int(match["clock_minute"])
    unit = "12h" if 1 <= int(match["clock_hour"]) <= 12 else ""
    yield _make(match, "clock", Kind.TIME, minutes, unit=unit)


def _military(match: re.Match[str]) -> Iterator[Quantity]:
    hour = match["military_hour"] or match["early_hour"]
    minute = match["military_minute"] or match["early_minute"]
    yield _make(match, "military", Kind.TIME, int(hour) * 60 + int(minute))


def _oclock(match: re.Match[str]) -> Iterator[Quantity]:
    hour = match["oclock_hour"].lower()
    number = int(hour) if hour.isdigit() else _ONES[hour]
    yield _make(match, "oclock", Kind.TIME, number % 24 * 60, unit="12h")


def _noon(match: re.Match[str]) -> Iterator[Quantity]:
    minutes = 0 if match["noon"].lower() == "midnight" else 720
    yield _make(match, "noon", Kind.TIME, minutes, hard=False)


def _weekday(match: re.Match[str]) -> Iterator[Quantity]:
    name = match["weekday_name"]
    if not name[0].isupper():
        return
    number = next(n for n, day in enumerate(WEEKDAYS, 1) if day.startswith(name.lower()))
    # "Sunday Best", "Soccer Saturday" are names; "on Sunday Mr. Kim" is a day.
    before, after = match.string[: match.start()], match.string[match.end() :]
    quoted = before[-1:] in "\"'“‘" and bool(before)
    title = bool(re.match(r" [A-Z][a-z]+\b", after)) and not re.search(r"\b[a-z]+ $", before)
    plain = not match["weekday_lead"] and not match["weekday_tail"] and not (quoted or title)
    yield _make(match, "weekday", Kind.WEEKDAY, number, hard=plain)


def _decade(match: re.Match[str]) -> Iterator[Quantity]:
    year = int(match["decade_year"])
    if year >= 1500:
        yield _make(match, "decade", Kind.YEAR, year, unit="decade", also=(Fraction(year % 100),))
    else:
        also = (Fraction(1900 + year), Fraction(2000 + year))
        yield _make(match, "decade", Kind.NUMBER, year, unit="decade", also=also)


def _ordinal(match: re.Match[str]) -> Iterator[Quantity]:
    value = parse_decimal(match["ordinal_number"])
    idiom = match.string.startswith("-hour", match.end())  # an 11th-hour deal
    yield _make(match, "ordinal", Kind.ORDINAL, value, hard=value > 2 and not idiom)


def _fraction(match: re.Match[str]) -> Iterator[Quantity]:
    over, under = int(match["fraction_over"]), int(match["fraction_under"])
    if under == 0:
        return
    if (over, under) == (9, 11):
        yield _make(match, "fraction_over", Kind.MONTH, 9, hard=False)
        yield _make(match, "fraction_under", Kind.DAY, 11, hard=False)
        return
    whole = int(match["fraction_whole"] or 0)
    # 24/7 and 12/3 are idioms or dates as often as fractions.
    yield _make(
        match,
        "fraction",
        Kind.FRACTION,
        whole + Fraction(over, under),
        hard=over < under,
        also=(Fraction(over), Fraction(under)),
    )


def _vulgar(match: re.Match[str]) -> Iterator[Quantity]:
    value = int(match["vulgar_whole"] or 0) + Fraction(*_VULGAR[match["vulgar_sign"]])
    yield _make(match, "vulgar", Kind.FRACTION, value, hard=False)


def _scale_of(words: str | None) -> tuple[int, bool]:
    """The factor, and whether it is certain (``m`` may be metres)."""
    if not words:
        return 1, True
    name = words.strip(" -").lower()
    if name in SCALES:
        return SCALES[name], True
    return _SUFFIXES.get(name, 10**12), len(name) > 1


def _money(match: re.Match[str]) -> Iterator[Quantity]:
    factor, _ = _scale_of(match["money_scale"])
    unit = _SYMBOLS[match["symbol"]] if match["country"] in (None, "US", "U.S.") else ""
    first = parse_decimal(match["money_number"])
    if match["money_last"] is None:
        yield _make(match, "money", Kind.MONEY, first * factor, unit=unit)
        return
    yield _make(match, "money_number", Kind.MONEY, first * factor, unit=unit, also=(first,))
    yield _make(
        match, "money_last", Kind.MONEY, parse_decimal(match["money_last"]) * factor, unit=unit
    )


def _number(match: re.Match[str]) -> Iterator[Quantity]:
    start = match.start("number")
    before = match.string[:start][-2:]
    glued = before[-1:].isalpha() or (before[-1:] in "-–" and before[:1].isalpha())
    after = match.string[match.end() : match.end() + 1]
    factor, certain = _scale_of(match["scale"])
    value = parse_decimal(match["digits"])
    kind, unit, group = Kind.NUMBER, "", "number"
    if match["percent"]:
        kind = Kind.PERCENT
    elif match["currency"]:
        kind = Kind.MONEY
        unit = _CURRENCIES[match["currency"].lower().rpartition(" ")[2]]
    hard = not glued and not match["measure"] and not (after.isalpha() and not match["percent"])
    if match["last"] is not None:
        yield _make(match, "digits", kind, value * factor, hard=hard, unit=unit, also=(value,))
        value, group = parse_decimal(match["last"]), "last"
    also: tuple[Fraction, ...] = ()
    if not certain:
        also = (value,)
    elif match["scale"] is None:
        also = _span_year(match, value) + _restated(match, value)
    if (match["measure"] or "").strip(" -").lower().startswith("kilo"):
        also += (value * 1000,)
    if _NUMBERED_NAME.search(match.string[max(0, start - 10) : start]):
        hard = False
    year = (
        kind is Kind.NUMBER
        and factor == 1
        and "," not in match["digits"]
        and 1500 <= value <= 2100
        and value.denominator == 1
        and not glued
    )
    if year:
        kind = Kind.YEAR
    yield _make(match, group, kind, value * factor, hard=hard, unit=unit, also=also)


def _span_year(match: re.Match[str], value: Fraction) -> tuple[Fraction, ...]:
    """The 19 of 2018-19 also means 2019."""
    before = re.search(r"\b((?:1[5-9]|20)\d\d)[-–—/]$", match.string[: match.start("number")][-6:])
    if before and value < 100:
        return (int(before[1]) // 100 * 100 + value,)
    return ()


_DURATION = re.compile(r"[ -](decade|centur|month|hour|week|day|minute|year|dozen)")
_NUMBERED_NAME = re.compile(r"\b(?:No\.? |Catch[ -]|Fortune |Route |Channel )$")


def _restated(match: re.Match[str], value: Fraction) -> tuple[Fraction, ...]:
    """Other numbers for the same span of time: two decades are 20년, 24 hours are 하루."""
    unit = _DURATION.match(match.string, match.end())
    if unit is None:
        return ()
    match unit[1]:
        case "decade":
            return (value * 10,)
        case "centur":
            return (value * 100,)
        case "dozen":
            return (value * 12,)
        case "month":
            return (value / 12, Fraction(int(value / 12))) if value >= 12 else ()
        case "hour":
            return (value / 24,) if value % 24 == 0 else ()
        case "week":
            return (value * 7,)
        case "day":
            return (value / 7,) if value % 7 == 0 else ()
        case "year":
            return (value / 10,) if value % 10 == 0 else ()
        case _:
            return (value / 60,) if value >= 60 else ()


def _part_of(match: re.Match[str]) -> Iterator[Quantity]:
    over = match["part_over"].lower()
    number = 1 if over in ("a", "an") else int(over) if over.isdigit() else _ONES[over]
    under = _PARTS[match["part_under"].lower()]
    also = (Fraction(under), Fraction(number), Fraction(100 * number, under))
    yield _make(match, "partof", Kind.FRACTION, Fraction(number, under), hard=False, also=also)


def _several(match: re.Match[str]) -> Iterator[Quantity]:
    name = (match["several_scale"] or match["few_scale"]).lower()
    words = match["several"].lower()
    value = 10 if name == "dozen" else SCALES[name]
    value *= 10 if words.startswith("tens of") else 100 if words.startswith("hundreds of") else 1
    yield _make(match, "several", Kind.MAGNITUDE, value, hard=False)


def _spelled(match: re.Match[str]) -> Iterator[Quantity]:
    words = match["spelled"].lower().removesuffix((match["spelled_half"] or "").lower())
    tokens = [t for t in re.split(r"[ -]", words) if t in _KNOWN]
    value = _evaluate(tokens)
    kind = Kind.NUMBER
    unit = ""
    if match["spelled_percent"]:
        kind = Kind.PERCENT
    elif match["spelled_currency"]:
        kind, unit = Kind.MONEY, _CURRENCIES[match["spelled_currency"].lower()]
    if value is None:
        for token in re.finditer(r"[a-z]+", words):
            if token[0] in _KNOWN and (single := _evaluate([token[0]])) is not None:
                start, end = match.start() + token.start(), match.start() + token.end()
                also = _restated(match, single) if end == match.end("spelled") else ()
                yield Quantity(kind, single, start, end, token[0], False, unit, also)
        return
    half: tuple[Fraction, ...] = ()
    if match["spelled_half"]:
        half = (value,)
        value += Fraction(1, 2)
        if match["half_scale"]:
            value *= SCALES[match["half_scale"].strip().lower()]
    certain = value > 10 and value != 12 and not words.startswith("a ")
    also = _restated(match, value) + half
    if "dozen" in words:
        also += (value / 12 * 10,)
    yield _make(match, "spelled", kind, value, hard=certain, unit=unit, also=also)


_KNOWN = {*_ONES, *_TENS, *SCALES, "dozen", "half", "quarter", "a", "an"}


def _evaluate(tokens: Sequence[str]) -> Fraction | None:
    """The value of number words; None where they do not make one number ("two three")."""
    if not [token for token in tokens if token not in ("a", "an")]:
        return None
    total, section, last = Fraction(0), Fraction(0), 10**15
    for token in tokens:
        if token in ("a", "an"):
            continue
        if token in ("half", "quarter"):
            section, last = Fraction(1, 2 if token == "half" else 4), 1
        elif token in _ONES or token in _TENS:
            size = 100 if token in _TENS else 10
            if last < size or (token in _ONES and _ONES[token] > 9 and last < 100):
                return None
            section += _TENS.get(token, _ONES.get(token, 0))
            last = 10 if token in _TENS else 1
        elif token == "dozen":
            section, last = (section or Fraction(1)) * 12, 1
        elif token == "hundred":
            section, last = (section or Fraction(1)) * 100, 100
        else:
            total += (section or 1) * SCALES[token]
            section, last = Fraction(0), 1000
    return total + section


def _ordinal_word(match: re.Match[str]) -> Iterator[Quantity]:
    tens, _, last = match["ordinal_word"].lower().replace("-", " ").rpartition(" ")
    last = last if last in _ORDINALS else last.removesuffix("s")
    value = _TENS.get(tens.strip(), 0) + _ORDINALS[last]
    also = (Fraction(1, value),) if value > 2 else ()
    yield _make(match, "ordinal_word", Kind.ORDINAL, value, hard=False, also=also)


def _ordinal_scale(match: re.Match[str]) -> Iterator[Quantity]:
    value = SCALES[match["ordinal_factor"].lower()]
    yield _make(match, "ordinal_scale", Kind.ORDINAL, value, hard=False)


_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII")
_ROMAN += ("XIV", "XV", "XVI")


def _roman(match: re.Match[str]) -> Iterator[Quantity]:
    """The II of World War II or Charles III; never in lower case."""
    if match["roman"] in _ROMAN:
        yield _make(match, "roman", Kind.ORDINAL, _ROMAN.index(match["roman"]) + 1, hard=False)


def _word(match: re.Match[str]) -> Iterator[Quantity]:
    word = match["word"].lower()
    if word in ("half", "halves", "halved"):
        also: tuple[Fraction, ...] = (Fraction(50), Fraction(2), Fraction(30))
        yield _make(match, "word", Kind.FRACTION, Fraction(1, 2), hard=False, also=also)
    elif word == "quarter":
        also = (Fraction(4), Fraction(25), Fraction(3), Fraction(15), Fraction(8))
        yield _make(match, "word", Kind.FRACTION, Fraction(1, 4), hard=False, also=also)
    else:
        yield _make(match, "word", Kind.NUMBER, _WORDS[word], hard=False)


_READERS: dict[str, Callable[[re.Match[str]], Iterator[Quantity]]] = {
    "skip": lambda match: iter(()),
    "mdy": lambda match: _date(match, "mdy"),
    "dmy": lambda match: _date(match, "dmy"),
    "my": lambda match: _date(match, "my"),
    "month": _month,
    "time": _time,
    "military": _military,
    "clock": _clock,
    "oclock": _oclock,
    "noon": _noon,
    "weekday": _weekday,
    "decade": _decade,
    "ordinal": _ordinal,
    "fraction": _fraction,
    "vulgar": _vulgar,
    "money": _money,
    "number": _number,
    "partof": _part_of,
    "several": _several,
    "spelled": _spelled,
    "ordinal_scale": _ordinal_scale,
    "ordinal_word": _ordinal_word,
    "roman": _roman,
    "word": _word,
}
