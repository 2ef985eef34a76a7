"""Japanese renderings in running text: width, middle dots, long vowels and old kanji do not matter,
and a place inside the name of something else (日本 in 日本海, 東京 in 東京海上) is not that place.

The rule for what may follow a place without a particle: the state and its works (政府, 軍, 外相,
人, 語) name the place; banks, papers, universities, firms and seas are names of their own;
anything else is put to the tokenizer, and only a proper noun that swallows the rendering hides
it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

from aligner.languages import script_of
from aligner.termbase.words import alternatives

Span = tuple[int, int]

_DROPPED = frozenset("・･·•‧ー＝=゠-‐–− \u3000\u00a0")
_OLD = dict(
    zip(
        "國澤齋齊邊邉廣櫻髙﨑濱嶋龍惠眞鐵學會實禮縣萬與臺灣圓氣變戰爭黨體區團聯邦權榮藝壽繩澁瀨德隆彌亞來對發佛獨經濟總辯號舊巖嶽",
        "国沢斎斉辺辺広桜高崎浜島竜恵真鉄学会実礼県万与台湾円気変戦争党体区団連邦権栄芸寿縄渋瀬徳隆弥亜来対発仏独経済総弁号旧岩岳",
        strict=True,
    )
)
_KANA = {
    "ァ": "ア", "ィ": "イ", "ゥ": "ウ", "ェ": "エ", "ォ": "オ", "ャ": "ャ", "ヂ": "ジ", "ヅ": "ズ",
    "ヱ": "エ", "ヰ": "イ", "ヲ": "オ",
}  # fmt: skip
_V = {"ァ": "バ", "ィ": "ビ", "ェ": "ベ", "ォ": "ボ", "ュ": "ビュ"}
_COUNTERS = re.compile(r"(?<=[0-9数何一二三四五六七八九十])[かカヶヵケ箇個](?=国|月|所|年)")
_NUMERALS = {
    "一": "1",
    "二": "2",
    "三": "3",
    "四": "4",
    "五": "5",
    "六": "6",
    "七": "7",
    "八": "8",
    "九": "9",
}
_I_ROW = frozenset("イキシチニヒミリギジビピ")

TITLES = alternatives("japanese", "titles")
_TITLE = re.compile(TITLES)
_HEAD = re.compile(alternatives("japanese", "heads"))
_OTHER = re.compile(alternatives("japanese", "others"))
_BODY = re.compile(
    "(?!国営|国立|政府|大手|公的|主要|地方|民間|中央)[一-龥]{1,4}(?:大学|新聞|銀行|放送|航空|学会|協会|財団|大学院)"
)
_NOT_BEFORE = re.compile("(?:(?<!東)[東西南北中](?:部|方|央)?|新|外|内|白)$")
_DIVIDED = re.compile(
    "スーダン|マケドニア|ティモール|アフリカ|アイルランド|サハラ|ベトナム|イエメン|ドイツ|コリア|アメリカ|オセチア|ギニア|カレドニア"
)
_CHANGING = ("副", "準", "非")
_PREFIX = frozenset("対在訪駐旧前元全新各両反親抗渡来離嫌知仮主非帰")
_FAMILY_NEXT = re.compile(rf"(?:{TITLES}|[はがをにともでへの、,（(「]|から|より|ら)")


@lru_cache(maxsize=65536)
def _folded(text: str) -> tuple[str, tuple[int, ...]]:
    """The text as it is compared and, for each of its characters, the offset it comes from."""
    marked: list[tuple[str, int]] = []
    position = 0
    while position < len(text):
        end = position + 1
        while end < len(text) and (text[end] in "ﾞﾟ" or unicodedata.combining(text[end])):
            end += 1
        wide = unicodedata.normalize("NFKC", text[position:end])
        marked.extend((character, position) for character in wide)
        position = end
    plain = "".join(character for character, _ in marked)
    counters = {found.start() for found in _COUNTERS.finditer(plain)}
    letters: list[str] = []
    origins: list[int] = []
    for index, (character, origin) in enumerate(marked):
        if character in _DROPPED and not _parts_numbers(plain, index):
            continue
        following = plain[index + 1 : index + 2]
        if index in counters:
            folded = "カ"
        elif character == "ヴ":
            folded = _V.get(following, "ブ")
        elif index and plain[index - 1] == "ヴ" and character in _V:
            continue
        elif character == "ヤ" and letters and letters[-1] in _I_ROW:
            folded = "ア"
        elif character in _NUMERALS and (
            plain[index - 1 : index] == "第" or _COUNTED.match(plain, index + 1)
        ):
            folded = _NUMERALS[character]
        else:
            folded = _KANA.get(character) or _OLD.get(character) or character.casefold()
        for letter in folded:
            letters.append(letter)
            origins.append(origin)
    origins.append(len(text))
    return "".join(letters), tuple(origins)


_COUNTED = re.compile("[かカヶヵケ箇個]国|者協議|者会|次|回")


def _parts_numbers(plain: str, index: int) -> bool:
    """A dash between digits is kept: 1950-53 is no single number."""
    return plain[index - 1 : index].isdigit() and plain[index + 1 : index + 2].isdigit()


def find_japanese(
    rendering: str, text: str, category: str, *, is_short: bool = False
) -> list[Span]:
    """The spans where ``rendering`` names its own thing in ``text``, in order, as offsets in
    ``text``.

    ``is_short`` asks for a family name or the like, which counts only before a title or a particle.
    """
    needle, _ = _folded(rendering)
    hay, origins = _folded(text)
    if not needle:
        return []
    if len(needle) < 3 and "ー" in rendering:
        return _plain(rendering, text, category)
    spans: list[Span] = []
    place = hay.find(needle)
    while place >= 0:
        start = origins[place]
        last = origins[place + len(needle) - 1]
        end = last + 1
        while end < len(text) and (text[end] in "ーﾞﾟ" or unicodedata.combining(text[end])):
            end += 1
        starts_here = not place or origins[place - 1] != start
        ends_here = origins[place + len(needle)] != last
        if starts_here and ends_here and _is_name(text, start, end, category, is_short):
            spans.append((start, end))
        place = hay.find(needle, place + 1)
    return spans


def _plain(rendering: str, text: str, category: str) -> list[Span]:
    spans = []
    place = text.find(rendering)
    while place >= 0:
        if _is_name(text, place, place + len(rendering), category, False):
            spans.append((place, place + len(rendering)))
        place = text.find(rendering, place + 1)
    return spans


def _script(character: str) -> str:
    if not character:
        return ""
    character = unicodedata.normalize("NFKC", character)[:1]
    if character == "ー" or "ァ" <= character <= "ヺ":
        return "katakana"
    script = script_of(character)
    return "hiragana" if script == "kana" else script


def _is_name(text: str, start: int, end: int, category: str, is_short: bool) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if before == "ー" and _script(text[max(0, start - 2) : start - 1]) not in (
        "katakana",
        "hiragana",
    ):
        before = ""  # typed for a dash
    first, last = _script(text[start]), _script(text[end - 1])
    left_script, right_script = _script(before), _script(after)
    if (first == left_script and first in ("katakana", "latin")) or (
        last == right_script and last in ("katakana", "latin")
    ):
        return category == "place" and _beside_place(text, start, end)
    if text[start].isdigit() and before.isdigit():
        return False
    length = end - start
    if category == "person":
        return _is_person(text, start, end, is_short or length == 1)
    if category == "place":
        if first == "han" and left_script == "han" and not _free_left(text, start):
            return False
        if _DIVIDED.match(text, start) and _NOT_BEFORE.search(text[max(0, start - 2) : start]):
            return False
        return _names_place(text, start, end)
    if before in _CHANGING or (category == "title" and after == "館"):
        return False
    if last == "han" and right_script == "han" and length <= 2:
        return _cut_at(text, end, short_words=True)
    if first == "han" and left_script == "han" and length <= 2:
        return _cut_at(text, start, short_words=True)
    return True


def _beside_place(text: str, start: int, end: int) -> bool:
    """True for スペイン in 在エジプトスペイン大使: the dictionary cuts between two proper nouns."""
    tokens = _tokens(text)
    for index, (span, proper) in enumerate(tokens):
        if span != (start, end) or not proper:
            continue
        around = [*tokens[max(0, index - 1) : index], *tokens[index + 1 : index + 2]]
        joined = [
            (other, is_proper)
            for other, is_proper in around
            if (other[1] == start or other[0] == end) and _script(text[other[0]]) == "katakana"
        ]
        return all(
            is_proper and text[other[0] : other[1]] != text[start:end]
            for other, is_proper in joined
        )
    return False


def _is_person(text: str, start: int, end: int, is_short: bool) -> bool:
    is_han = _script(text[start]) == "han"
    if not is_han or (not is_short and end - start >= 3):
        return True
    if is_short and _script(text[start - 1 : start]) == "han" and not _cut_at(text, start):
        return False
    if end == len(text) or _FAMILY_NEXT.match(text, end):
        before = text[max(0, start - 1) : start]
        return (
            end - start > 1
            or not (before in ("お", "ご") or _script(before) == "han")
            or bool(_TITLE.match(text, end))
        )
    if _script(text[end]) != "han":
        return True
    return not is_short and _cut_at(text, end)


def _free_left(text: str, start: int) -> bool:
    """True when the Han before a place name belongs to another word."""
    before = text[start - 1]
    if before in _PREFIX and _script(text[start - 2 : start - 1]) != "han":
        return True
    if _NOT_BEFORE.search(text[max(0, start - 2) : start]):
        return False
    return _cut_at(text, start)


def _names_place(text: str, start: int, end: int) -> bool:
    if end == len(text):
        return True
    if _OTHER.match(text, end) or _BODY.match(text, end) or text.startswith("・太平洋", end):
        return False
    if _script(text[end]) in ("hiragana", "common") or _HEAD.match(text, end):
        return True
    return not any(
        first <= start and last >= end and (first, last) != (start, end) and proper
        for (first, last), proper in _tokens(text)
    )


def is_own_word(text: str, span: Span) -> bool:
    """True when the dictionary cuts ``text`` at both ends of ``span``."""
    return any(word == span for word, _ in _tokens(text, True))


def _cut_at(text: str, edge: int, *, short_words: bool = False) -> bool:
    return any(edge in span for span, _ in _tokens(text, short_words))


@lru_cache(maxsize=4096)
def _tokens(text: str, short_words: bool = False) -> tuple[tuple[Span, bool], ...]:
    """The longest (or the shortest) words of the dictionary: spans, and whether proper nouns."""
    return tuple(
        ((word.begin(), word.end()), word.part_of_speech()[1] == "固有名詞")
        for word in _tokenizer(short_words).tokenize(text)
    )


@cache
def _tokenizer(short_words: bool) -> Any:
    import sudachipy

    dictionary = _dictionary()
    make = getattr(dictionary, "tokenizer", None) or dictionary.create
    return make(mode=sudachipy.SplitMode.A if short_words else sudachipy.SplitMode.C)


@cache
def _dictionary() -> Any:
    import sudachipy

    return sudachipy.Dictionary()
