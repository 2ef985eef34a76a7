"""English number words, units and dates as tables, and the one pattern that finds them all."""

from __future__ import annotations

import re
from fractions import Fraction

from aligner.numerals.quantity import SCALES

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
SHORT_MONTHS = {"sept": 9} | {name[:3]: number for number, name in enumerate(MONTHS, start=1)}
ONES = dict(
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
TENS = {
    name: 10 * number
    for number, name in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
ORDINALS = {
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
PARTS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {
    name + ending: number for name, number in ORDINALS.items() if number > 2 for ending in ("", "s")
}
WORDS: dict[str, int | Fraction] = {
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
    **{f"{name.replace('y', 'ies')}": number for name, number in TENS.items()},
    "nil": 0,
}
SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW", "₽": "RUB", "₹": "INR"}
CURRENCIES = {
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
SUFFIXES = {
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
_NUMBER_WORD = "|".join(sorted([*ONES, *TENS, *SCALES, "dozen"], key=len, reverse=True))
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
    r"|yards?|yds?|degrees?|fahrenheit|mph|stone|kilo[a-z]+|hours?-a-day"
    r"|(?:square|cubic)[ -](?:miles?|feet|foot|yards?|inch(?:es)?)"
    r"|°\s?[CF]?|[ºF]|['’\"”](?=\d|\s))"
    r")(?![a-z])"
)
_PART = (
    r"(?:half|halves|quarters?|thirds?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?)"
)
_YEAR = r"(?:1[5-9]|20)\d\d"


_WORD = "|".join(word.replace(" ", "[ ]") for word in sorted(WORDS, key=len, reverse=True))


SCANNER = re.compile(
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
  | (?P<ordinal_word>\b(?:(?:{"|".join(TENS)})[ -])?
      (?:{"|".join(sorted(ORDINALS, key=len, reverse=True))})s?\b)
  | (?P<roman>(?<=[a-z][ ])(?:II|III|IV|VI{{0,3}}|IX|XI{{0,3}}|XIV|XVI?)\b)
  | (?P<word>\b(?:half|halves|halved|quarter|{_WORD})\b)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
VULGAR = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4)}


# The first word or sign of everything the scanner knows: only there is it worth trying.
TOKEN = re.compile(r"[A-Za-z]+|[0-9$€£¥₩₽₹½⅓⅔¼¾'’@#&]")
TRIGGERS = frozenset(
    {
        *(*ONES, *TENS, *SCALES, *ORDINALS, *PARTS, *MONTHS, *SHORT_MONTHS, *WEEKDAYS),
        *(f"{name}s" for name in (*SCALES, *ORDINALS, *WEEKDAYS, "dozen")),
        *(f"{name}th" for name in SCALES),
        *(re.split("[ -]", word)[0] for word in WORDS),
        *("a", "an", "in", "since", "until", "by", "last", "next", "early", "late", "mid", "this"),
        *("through", "between", "before", "from", "of", "several", "some", "many", "tens"),
        *("hundreds", "noon", "midday", "midnight", "halved", "http", "https", "www", "ii", "iii"),
        *("iv", "vi", "vii", "viii", "ix", "xi", "xii", "xiii", "xiv", "xv", "xvi", "us", "u"),
        *("au", "c", "nz", "hk", "s", "nt"),
        *("black", "good", "palm", "bloody", "cyber", "super", "fat", "ash", "easter", "bowl"),
        *("holy", "shrove", "sheffield"),
    }
)
