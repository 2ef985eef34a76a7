"""English quantities: digits with their scales, units and dates; spelled-out numbers; number words.

One pass of one alternation, leftmost match first, so that a date is never read as two numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from aligner.numerals.english_lexicon import (
    CURRENCIES,
    ONES,
    ORDINALS,
    PARTS,
    SCANNER,
    SHORT_MONTHS,
    SUFFIXES,
    SYMBOLS,
    TENS,
    TOKEN,
    TRIGGERS,
    VULGAR,
    WEEKDAYS,
    WORDS,
)
from aligner.numerals.quantity import SCALES, Kind, Quantity, in_order, parse_decimal


def read(text: str) -> tuple[Quantity, ...]:
    """Every quantity of English ``text``, in order."""
    found: list[Quantity] = []
    end = 0
    for token in TOKEN.finditer(text):
        start = token.start()
        if start < end or (token[0].isalpha() and token[0].lower() not in TRIGGERS):
            continue
        if match := SCANNER.match(text, start):
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
    return SHORT_MONTHS[name.lower().rstrip(".")[:3]]


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
    number = int(hour) if hour.isdigit() else ONES[hour]
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
    value = int(match["vulgar_whole"] or 0) + Fraction(*VULGAR[match["vulgar_sign"]])
    yield _make(match, "vulgar", Kind.FRACTION, value, hard=False)


def _scale_of(words: str | None) -> tuple[int, bool]:
    """The factor, and whether it is certain (``m`` may be metres)."""
    if not words:
        return 1, True
    name = words.strip(" -").lower()
    if name in SCALES:
        return SCALES[name], True
    return SUFFIXES.get(name, 10**12), len(name) > 1


def _money(match: re.Match[str]) -> Iterator[Quantity]:
    factor, _ = _scale_of(match["money_scale"])
    unit = SYMBOLS[match["symbol"]] if match["country"] in (None, "US", "U.S.") else ""
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
    elif match["measure"]:
        unit = "measure"
    elif match["currency"]:
        kind = Kind.MONEY
        unit = CURRENCIES[match["currency"].lower().rpartition(" ")[2]]
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
    number = 1 if over in ("a", "an") else int(over) if over.isdigit() else ONES[over]
    under = PARTS[match["part_under"].lower()]
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
        kind, unit = Kind.MONEY, CURRENCIES[match["spelled_currency"].lower()]
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


_KNOWN = {*ONES, *TENS, *SCALES, "dozen", "half", "quarter", "a", "an"}


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
        elif token in ONES or token in TENS:
            size = 100 if token in TENS else 10
            if last < size or (token in ONES and ONES[token] > 9 and last < 100):
                return None
            section += TENS.get(token, ONES.get(token, 0))
            last = 10 if token in TENS else 1
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
    last = last if last in ORDINALS else last.removesuffix("s")
    value = TENS.get(tens.strip(), 0) + ORDINALS[last]
    also = (Fraction(1, value),) if value > 2 else ()
    yield _make(match, "ordinal_word", Kind.ORDINAL, value, hard=False, also=also)


def _ordinal_scale(match: re.Match[str]) -> Iterator[Quantity]:
    value = SCALES[match["ordinal_factor"].lower()]
    yield _make(match, "ordinal_scale", Kind.ORDINAL, value, hard=False)


_ROMAN: tuple[str, ...] = (
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
)
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
        yield _make(match, "word", Kind.NUMBER, WORDS[word], hard=False, unit="word")


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
