"""Scripts and words that do not belong: leaks, copies, English left standing, names in Latin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from aligner.checks.finding import outside_brackets
from aligner.languages import JAPANESE, KOREAN, Language, script_of
from aligner.model import Finding, Severity, TranslationUnit

_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’.&-][A-Za-zÀ-ɏ]+)*")
_RUN = re.compile(
    r"[A-Za-zÀ-ɏ]+(?:['’.-][A-Za-zÀ-ɏ]+)*(?:[ ,]+(?:&\s)?[A-Za-zÀ-ɏ]+(?:['’.-][A-Za-zÀ-ɏ]+)*)*"
)
_UNITS = frozenset(
    re.findall(
        r"\w+",
        r"km kg cm mm mg ml kw kwh mw gw mph kmh hz mhz ghz kb mb gb tb lb lbs ft oz am pm vs "
        r"bn mn ppm psi rpm usd eur gbp jpy krw http https www com org net html pdf app wifi "
        r"feat no vol",
    )
)
# Latin words that are everyday Korean or Japanese writing.
_HOUSED = frozenset(
    re.findall(
        r"\w+",
        r"tv pc it ai sns dvd cd ceo cfo cto eu un us uk usa nato gdp imf who wto opec asean "
        r"fbi cia dna pr ir vip id ok pop top dj mc pd vr ar esg nft sf lgbt covid gps ev suv "
        r"mvp",
    )
)
_ADDRESS = re.compile(r"https?://\S+|[@#]\w+")
_HANJA_SINGLE = frozenset(
    "美日中北南韓英獨佛露伊印濠加臺台朝前現新舊故女男父母子夫妻大小上下無對非反親脫核野與黨靑檢"
    "軍兵車東西高低强弱先後發社生年月火水木金土死外內全各本家人名氏孫朴金李文尹盧鄭崔姜趙林吳徐安"
)


# Common Chinese words whose signs neither Japanese nor Korean writes.
_CHINESE_WORDS = frozenset("你您她们吗吧呢啊哪呀嘛啦咱吃")


@cache
def _foreign_han(language: Language) -> frozenset[str]:
    """Chinese-only forms: simplified (in GB 2312, not in Big5) and not in the language's own set.

    The Japanese set is JIS X 0208 with the vendor extensions (cp932), the Korean one KS X 1001.
    Rare signs of names (深圳, 邢) are in Big5 too and pass.
    """
    own = "cp932" if language == JAPANESE else "cp949"
    return _CHINESE_WORDS | frozenset(
        character
        for character in map(chr, range(0x4E00, 0xA000))
        if _encodable(character, "gb2312")
        and not _encodable(character, "big5")
        and not _encodable(character, own)
    )


def _encodable(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_KANA = r"\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HANGUL = r"\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e"
# Cyrillic to Khmer without the Latin and CJK blocks, and the replacement character.
_FAR = r"\u0400-\u109f\u10a0-\u10ff\u1200-\u17ff\ufffd"
_ANY_KANA = re.compile(f"[{_KANA}]")
_ANY_HAN = re.compile(f"[{_HAN}]")


@cache
def _suspect(language: Language) -> re.Pattern[str] | None:
    """What a text of the language does not hold: far scripts, and its neighbour's letters."""
    if language == KOREAN:
        return re.compile(f"[{_KANA}{_HAN}{_FAR}]+")
    if language == JAPANESE:
        chinese = "".join(sorted(_foreign_han(language)))
        return re.compile(f"[{_HANGUL}{_FAR}{chinese}]+")
    return None


def script_leak(unit: TranslationUnit) -> Iterator[Finding]:
    """Letters of a script the language does not use, unless the source has them too."""
    suspect = _suspect(unit.language)
    if suspect is None:
        return
    target = unit.target
    plain: str | None = None
    for match in suspect.finditer(target):
        if plain is None:
            plain = outside_brackets(target)
        run = match[0]
        start, end = match.span()
        if run in unit.source:
            continue
        kinds = {_kind(character, unit.language) for character in run} - {""}
        glossed = not plain[start:end].strip()
        yield from _leak(unit, run, start, end, kinds, glossed)
    if unit.language == JAPANESE and len(target) >= 10 and not _ANY_KANA.search(target):
        yield from _kanaless(target)


def _kanaless(target: str) -> Iterator[Finding]:
    if len(_ANY_HAN.findall(target)) >= 10:
        yield Finding(
            "script",
            "fluency/script",
            Severity.CRITICAL,
            "not a single kana: this reads as Chinese",
            0,
            len(target),
        )


def _kind(character: str, language: Language) -> str:
    script = script_of(character)
    if character == "�":
        return "broken"
    if script == "han":
        return "chinese" if character in _foreign_han(language) else "han"
    if script == "common":
        return ""
    return script


def _leak(
    unit: TranslationUnit, run: str, start: int, end: int, kinds: set[str], glossed: bool
) -> Iterator[Finding]:
    if not kinds or (glossed and kinds <= {"han", "chinese", "kana", "hangul", "other"}):
        return
    korean = unit.language == KOREAN
    severity = Severity.MAJOR
    what = "characters of another script"
    if "broken" in kinds:
        severity, what = Severity.CRITICAL, "a broken character"
    elif "chinese" in kinds:
        what = "Chinese characters" if korean else "characters used in Chinese only"
    elif kinds == {"han"}:
        if not korean or (len(run) == 1 and run in _HANJA_SINGLE):
            return
        severity = Severity.MINOR if len(run) == 1 else Severity.MAJOR
        what = "Chinese characters"
    elif "kana" in kinds or "hangul" in kinds:
        what = "Japanese letters" if korean else "Korean letters"
    yield Finding("script", "fluency/script", severity, f"{what} in the text: {run!r}", start, end)


def _fold(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def is_copy(source: str, target: str, language: Language) -> bool:
    """Whether the target is the source, or mostly made of its words in Latin letters.

    A text of digits and acronyms alone is the same in every language and no copy.
    """
    if "://" in source or source[:1] in "@#":
        source, target = _ADDRESS.sub(" ", source), _ADDRESS.sub(" ", target)
    words = _LATIN.findall(source)
    if not any(len(word) > 1 and not word.isupper() for word in words):
        return False
    latin = _LATIN.findall(target)
    if not latin:
        return False
    if _fold(source) == _fold(target):
        return True
    if sum(map(len, latin)) < 12 or language.script_share(target) > 0.3:
        return False
    known = set(map(str.casefold, words))
    shared = sum(len(word) for word in latin if word.casefold() in known)
    return shared >= 0.6 * sum(map(len, latin))


def copy(unit: TranslationUnit) -> Iterator[Finding]:
    if is_copy(unit.source, unit.target, unit.language):
        yield Finding(
            "copy",
            "accuracy/untranslated",
            Severity.CRITICAL,
            "the target repeats the source",
            0,
            len(unit.target),
        )


def _untranslated_runs(source: str, target: str) -> Iterator[tuple[int, int, list[str]]]:
    """Spans of Latin words in the target that hold lower-case words of the source."""
    if not any("a" <= character <= "z" for character in target):
        return
    plain = outside_brackets(target)
    known: set[str] | None = None
    for match in _RUN.finditer(plain):
        words = _LATIN.findall(match[0])
        plain_words = [
            word
            for word in words
            if word.islower() and len(word) > 2 and word not in _UNITS and word not in _HOUSED
        ]
        if not plain_words or _glued(plain, *match.span()):
            continue
        if known is None:
            known = set(_LATIN.findall(source))
        if kept := [word for word in plain_words if word in known]:
            # A title or a line of a song is rightly kept: mostly capitals, in quotes.
            if plain[match.start() - 1 : match.start()] in tuple("“‘「『\"'《") and (
                len(kept) < 3 and match.start()
            ):
                continue
            yield match.start(), match.end(), words


def _glued(text: str, start: int, end: int) -> bool:
    """Whether the word is part of an address, a handle or a code."""
    return (text[start - 1 : start] in tuple("@#/._0123456789") and bool(start)) or (
        text[end : end + 1] in tuple("@/_0123456789") and end < len(text)
    )


def untranslated(unit: TranslationUnit) -> Iterator[Finding]:
    """English words left standing: a stretch of them is major, a single one minor."""
    for start, end, words in _untranslated_runs(unit.source, unit.target):
        small = sum(word.islower() for word in words)
        long = len(words) >= 3 and small >= 2
        yield Finding(
            "untranslated",
            "accuracy/untranslated",
            Severity.MAJOR if long else Severity.MINOR,
            f"left in English: {unit.target[start:end]!r}",
            start,
            end,
        )


def has_untranslated(source: str, target: str) -> bool:
    """Whether three English words in a row, two of them in lower case, were left standing."""
    return any(
        len(words) >= 3 and sum(word.islower() for word in words) >= 2
        for _, _, words in _untranslated_runs(source, target)
    )


def latin(unit: TranslationUnit) -> Iterator[Finding]:
    """Latin words that are not in the source: made up, or from a third language."""
    known: str | None = None
    plain = outside_brackets(unit.target)
    for match in _LATIN.finditer(plain):
        word = match[0]
        folded = word.casefold()
        if len(word) < 3 or word.isupper() or folded in _UNITS or folded in _HOUSED:
            continue
        if known is None:
            known = _fold(unit.source)
        if _fold(word) in known or _glued(plain, *match.span()):
            continue
        yield Finding(
            "latin",
            "fluency/script",
            Severity.MINOR,
            f"{word!r} is not in the source",
            match.start(),
            match.end(),
        )


def name(unit: TranslationUnit) -> Iterator[Finding]:
    """A name of two or more words left in Latin letters (a lone one may be a brand)."""
    plain = outside_brackets(unit.target)
    for match in re.finditer(r"(?:[A-Z][a-zà-ɏ]+)(?: (?:[A-Z]\.|[A-Z][a-zà-ɏ]+))+", plain):
        if match[0] in unit.source:
            yield Finding(
                "name",
                "style/name",
                Severity.MINOR,
                f"the name {match[0]!r} is left in Latin letters",
                match.start(),
                match.end(),
            )
