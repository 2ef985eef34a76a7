"""Names of Koreans that no glossary has: Hwang Joon-kook is 황준국 and ファン・ジュングク.

Only what is written with a hyphen between the syllables of the given name is taken for one. The
readings of ``korean_names.tsv`` are the commonest, by hand; the Japanese form is the usual one
by sound, where the press would look up the Han letters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from aligner.languages import KOREAN, Language
from aligner.termbase.words import words

_FAMILY_FIRST = re.compile(
    r"\b(?P<family>[A-Z][a-z]+) (?P<one>[A-Z][a-z]+)-(?P<two>[A-Za-z][a-z]*)\b"
)
_GIVEN_FIRST = re.compile(r"\b(?P<one>[A-Z][a-z]+)-(?P<two>[a-z]+) (?P<family>[A-Z][a-z]+)\b")
_CAPITAL = re.compile(r"(?:(?P<before>\b[A-Z][\w.-]*) )?(?<![\w-])(?P<word>[A-Z][a-z]+)(?![\w-])")
_TITLES = words("english", "titles")
_NORTHERN = frozenset(["Choe", "Hyon", "Jo", "Pak", "Ri", "Rim", "Ro", "Ryang", "Thae"])
_NORTHERN_READINGS = {"yong": "영", "jong": "정", "so": "서", "sol": "설", "sun": "순"}
"""North Korea spells 영 and 정 so, South Korea 용 and 종."""
_LEADS = (
    "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h",
)  # fmt: skip
_ROWS = {
    "g": "ガ ギ グ ゲ ゴ ギャ ギュ ギョ", "k": "カ キ ク ケ コ キャ キュ キョ",
    "n": "ナ ニ ヌ ネ ノ ニャ ニュ ニョ", "d": "ダ ディ ド デ ド デャ デュ デョ",
    "t": "タ ティ ト テ ト テャ テュ テョ", "r": "ラ リ ル レ ロ リャ リュ リョ",
    "m": "マ ミ ム メ モ ミャ ミュ ミョ", "b": "バ ビ ブ ベ ボ ビャ ビュ ビョ",
    "p": "パ ピ プ ペ ポ ピャ ピュ ピョ", "s": "サ シ ス セ ソ シャ シュ ショ",
    "": "ア イ ウ エ オ ヤ ユ ヨ", "j": "ジャ ジ ジュ ジェ ジョ ジャ ジュ ジョ",
    "ch": "チャ チ チュ チェ チョ チャ チュ チョ", "h": "ハ ヒ フ ヘ ホ ヒャ ヒュ ヒョ",
}  # fmt: skip
_TENSE = {"kk": "k", "tt": "t", "pp": "p", "ss": "s", "jj": "ch"}
_PLAIN = {"g": "k", "d": "t", "b": "p", "j": "ch"}
"""Voiced within a name, not at its beginning: 박 is パク, 국 in 준국 is グク."""
# Per vowel the column of the row and what follows it: 와 is ワ, 화 ファ.
_VOWELS = (
    *(
        (0, ""),
        (3, ""),
        (5, ""),
        (5, "エ"),
        (4, ""),
        (3, ""),
        (7, ""),
        (3, "y"),
        (4, ""),
        (2, "ァ"),
    ),
    *(
        (2, "ェ"),
        (2, "ェ"),
        (7, ""),
        (2, ""),
        (2, "ォ"),
        (2, "ェ"),
        (2, "ィ"),
        (6, ""),
        (2, ""),
        (1, "w"),
    ),
    (1, ""),
)
_FINALS = {1: "ク", 4: "ン", 7: "ッ", 8: "ル", 16: "ム", 17: "プ", 19: "ッ", 21: "ン"}


def korean_names(texts: Sequence[str], target: Language) -> list[dict[tuple[int, int], str]]:
    """Span → spelling of the Korean names in each text of an article.

    The family name alone is one where the article has one person who bears it, unless it follows
    another capital: Yellowstone Park is nobody, Minister Park is.
    """
    found: list[dict[tuple[int, int], str]] = [{} for _ in texts]
    families: dict[str, set[str]] = {}
    for text, names in zip(texts, found, strict=True):
        for pattern in (_FAMILY_FIRST, _GIVEN_FIRST):
            for name in pattern.finditer(text):
                hangul = _hangul(name["family"], name["one"], name["two"])
                if hangul is not None:
                    names[name.span()] = hangul
                    families.setdefault(name["family"], set()).add(hangul)
    alone = {family: next(iter(who)) for family, who in families.items() if len(who) == 1}
    for text, names in zip(texts, found, strict=True):
        for word in _CAPITAL.finditer(text):
            stranger = word["before"] and word["before"].lower().rstrip(".") not in _TITLES
            inside = any(start < word.end() and word.start("word") < end for start, end in names)
            if word["word"] in alone and not stranger and not inside:
                names[word.span("word")] = alone[word["word"]]
    if target == KOREAN:
        return found
    return [{span: katakana(hangul) for span, hangul in names.items()} for names in found]


def katakana(hangul: str) -> str:
    """A Korean name of a family name and two syllables by sound: 황준국 → ファン・ジュングク."""
    family, given = hangul[:-2], hangul[-2:]
    return f"{_sound(family)}・{_sound(given, voiced=True)}"


def _sound(hangul: str, *, voiced: bool = False) -> str:
    written = ""
    for index, syllable in enumerate(hangul):
        lead, rest = divmod(ord(syllable) - 0xAC00, 588)
        vowel, final = divmod(rest, 28)
        sound = _TENSE.get(_LEADS[lead], _LEADS[lead])
        if not (voiced or index):
            sound = _PLAIN.get(sound, sound)
        column, after = _VOWELS[vowel]
        if after == "ェ" and sound in ("ch", "j"):  # 최
            written += _ROWS[sound].split()[3]
        elif after in "ァェォィ" and after and not sound:
            written += {"ァ": "ワ", "ェ": "ウェ", "ォ": "ウォ", "ィ": "ウィ"}[after]
        elif after == "y":  # 예, 혜
            written += "イェ" if not sound else _ROWS[sound].split()[3]
        elif after == "w":  # 의, 희
            written += "ウィ" if not sound else _ROWS[sound].split()[1]
        else:
            written += _ROWS[sound].split()[column] + after
        written += _FINALS.get(final, "")
    return written


def _hangul(family: str, one: str, two: str) -> str | None:
    families, syllables = _readings()
    if family in _NORTHERN:
        syllables = {**syllables, **_NORTHERN_READINGS}
    read = (families.get(family.lower()), syllables.get(one.lower()), syllables.get(two.lower()))
    return "".join(part for part in read if part) if all(read) else None


@lru_cache(maxsize=1)
def _readings() -> tuple[Mapping[str, str], Mapping[str, str]]:
    text = files("aligner.termbase").joinpath("korean_names.tsv").read_text("utf-8")
    readings: dict[str, dict[str, str]] = {"family": {}, "given": {}}
    for line in text.splitlines():
        if not line.startswith("#"):
            kind, romanised, hangul = line.split("\t")
            readings[kind][romanised] = hangul
    return readings["family"], readings["given"]
