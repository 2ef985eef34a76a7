"""The shape of the target as a whole: empty, looping, too short or long, cut off, talked around."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise

from aligner.checks.finding import abbreviated, ends_final, is_sentence, stem_of
from aligner.languages import JAPANESE, KOREAN, Language
from aligner.model import Finding, Severity, TranslationUnit

_LOOP = re.compile(r"(?P<unit>.{2,60}?)(?P=unit){2,}")
_LONG_LOOP = re.compile(r"(?P<unit>.{10,120}?)[\s,.。、]*(?P=unit)")
_RUN = re.compile(r"(?P<sign>\w)(?P=sign){5,}")
# Length in characters, ln((target + 2) / (source + 2)) = level + 16 / (source + 30), sd = 0.16 +
# 4 / (source + 20): fitted by eye to the news lines of NTREX-128 and PUD.
_LEVELS = {KOREAN: -0.74, JAPANESE: -0.90}
_LENGTH_LIMIT = 4.0
_PROMPT = re.compile(
    r"^\W*(?:translation|translated text|korean|japanese|english|source|target|output|answer"
    r"|번역(?:문|본| 결과)?|한국어(?: 번역)?|영어|원문|출력|일본어|韓国語|日本語(?:訳|翻訳)?"
    r"|翻訳(?:文|結果)?|訳文?|英語|英文|译文|翻译|原文)\s?[:：]"
    r"|^\W*(?:here is|here's|sure[,!]|certainly[,!]|of course[,!]|as an ai|i'm sorry|i cannot)\b"
    r"|```|\*\*|^#{1,4} |<\|[^<>]*\|?>|</?(?:s|unk|pad|eos|bos|think|end_of_turn|start_of_turn)>"
    r"|\[/?INST\]|[(（\[]\s?(?:note|참고|번역 ?주|역주|注|訳注|备注|註)\s?[:：]"
    r"|&(?:amp|quot|lt|gt|nbsp|#\d+);"
    r"|(?<=[.。!?])\s*(?:note|참고|注)\s?[:：]|<br\s?/?>|\\n|^(?:다음은|以下は).{0,20}(?:번역|翻訳)",
    re.IGNORECASE,
)
# The last syllables of a Korean sentence's predicate; 가, 나, 지 and 고 close one only as endings.
_CLOSED_KO = re.compile(
    r"(?:[다요까죠자라어야니네군걸래데오함음임됨듯것쳐대여해겨봐져워줘와라구]|[은는인던한쁜]가|[으하있없되했]나"
    r"|[하이있없되였겠했았었렇르]지|[다라자냐]고)$"
)
# An apposition such as 향년 81세 may stand as a sentence.
_COUNTED = re.compile(r"\d[가-힣]{1,2}$")
# What may end a Japanese sentence without its full stop: predicate endings and final particles.
_CLOSED_JA = re.compile(
    r"(?:[たるすうだいかよなんねむくぐつぬぶずろせわどさぞぜ]|[けげせてべめれえ]ろ?|[一-龠々ァ-ヶー](?=[。！？!?]))$"
)
# Particles and connectives that no Japanese sentence ends with, full stop or not.
_OPEN_JA = re.compile(r"(?:[をにへ、・（「『]|[一-龠ァ-ヶー][はがの]|ながら|および|または)$")
_DOUBLED = {
    KOREAN: re.compile(
        r"(?P<end>[었했였됐았]다)(?P=end)|(?P<particle>을|를|에서|에게|으로)(?P=particle)(?=\s|$)"
        r"|(?<![가-힣])(?P<word>[가-힣]{2,})(?: (?P=word)){1,}(?![가-힣])"
    ),
    JAPANESE: re.compile(
        r"をを|がが(?![んっ])|(?<![のも])のの(?![しぼは])|にに(?!ぎ|んが)|(?<![はばぱ])はは(?![はるなじ、がぐっ])"
        r"|(?P<word>(?![一二三四五六七八九十])[一-龠]{2,}|[ァ-ヶー]{4,})(?P=word)|(?P<end>した|ました|である|している)(?P=end)"
    ),
}
_REDUPLICATED = frozenset(
    re.findall(
        r"\w+",
        "하나 조금 천천히 점점 아주 매우 정말 너무 진짜 오래 계속 빨리 하루 자꾸 멀리 서로 따로",
    )
)


def loop_span(source: str, target: str) -> tuple[int, int] | None:
    """Where a stretch repeats itself at least three times (twice, from 10 characters on).

    What the source repeats too, or a run of dots and digits, is no loop.
    """
    if len(target) < 6:
        return None
    # In a loop every fourth-or-so piece comes again: most texts are cleared by a few searches.
    if not any(
        target.find(target[place : place + 4], place + 1) >= 0
        for place in range(0, len(target) - 4, 3)
    ):
        return None
    for pattern, least in ((_LOOP, 8), (_LONG_LOOP, 20), (_RUN, 6)):
        for match in pattern.finditer(target):
            repeated = match.groupdict().get("unit") or match[0][0]
            letters = sum(map(str.isalpha, repeated))
            if match.end() - match.start() < least or not letters:
                continue
            if len(set(repeated)) == 1 and match.end() - match.start() < 8:
                continue
            if _echoed(source, match[0], repeated):
                continue
            return match.span()
    return None


def _echoed(source: str, stretch: str, repeated: str) -> bool:
    """Whether the source repeats a word about as often (No, no, no)."""
    words = re.findall(r"[a-z']+", source.lower())
    times = len(stretch) // max(1, len(repeated))
    best = run = 1
    for one, two in pairwise(words):
        run = run + 1 if one == two else 1
        best = max(best, run)
    if best >= max(2, min(times - 1, 3)):
        return True
    if len(repeated) >= 10:
        half = len(words) // 2
        return half > 1 and len(set(words)) <= 0.6 * len(words)
    return bool(re.search(r"(.{1,8}?)\1{2,}", source.lower()))


def length_score(source: str, target: str, language: Language) -> float:
    """How many standard deviations the target is longer (+) or shorter (−) than usual."""
    size = len(source)
    expected = _LEVELS.get(language, 0.0) + 16 / (size + 30)
    spread = 0.16 + 4 / (size + 20)
    return (math.log((len(target) + 2) / (size + 2)) - expected) / spread


def is_cut(source: str, target: str, language: Language) -> bool:
    """Whether a source sentence with a full stop has a target that breaks off within one.

    A Korean sentence ends in a predicate, whose last syllables are few. A Japanese one may end in a
    noun, so that without a full stop the ending must be a predicate's, and with one it must only
    not be a case particle. A full stop alone proves nothing: a post-editor may have set it.
    """
    if stem_of(source)[-1:] != "." or abbreviated(source) or source.count(" ") < 5:
        return False
    stopped = ends_final(target)
    stem = stem_of(stem_of(target).rstrip(".。…．｡"))
    if not stem or stem[-1] in "?!？！":
        return False
    if language == KOREAN:
        return not (_CLOSED_KO.search(stem) or (stopped and _COUNTED.search(stem)))
    if language == JAPANESE:
        if target[-1:] in "」』":
            return False
        if stopped:
            return bool(_OPEN_JA.search(stem))
        return not _CLOSED_JA.search(stem)
    return False


def prompt_span(source: str, target: str) -> tuple[int, int] | None:
    """Where the target talks about the translation, or shows mark-up, that the source does not."""
    match = _PROMPT.search(target)
    if match is None or match[0].strip().casefold() in source.casefold():
        return None
    return match.span()


def empty(unit: TranslationUnit) -> Iterator[Finding]:
    if unit.source.strip() and not any(map(str.isalnum, unit.target)):
        if not any(map(str.isalnum, unit.source)):
            return
        yield Finding("empty", "accuracy/omission", Severity.CRITICAL, "there is no translation")


def loop(unit: TranslationUnit) -> Iterator[Finding]:
    if span := loop_span(unit.source, unit.target):
        stretch = unit.target[span[0] : span[1]]
        yield Finding(
            "loop",
            "fluency/repetition",
            Severity.CRITICAL,
            f"the text repeats itself: {stretch[:40]!r}",
            *span,
        )


def doubled(unit: TranslationUnit) -> Iterator[Finding]:
    """A word, particle or ending written twice."""
    pattern = _DOUBLED.get(unit.language)
    if pattern is None:
        return
    for match in pattern.finditer(unit.target):
        word = match.groupdict().get("word")
        if word in _REDUPLICATED:
            continue
        if word and re.search(r"\b(\w+),? (?:and )?\1\b", unit.source, re.IGNORECASE):
            continue
        yield Finding(
            "doubled",
            "fluency/repetition",
            Severity.MINOR,
            f"written twice: {match[0]!r}",
            match.start(),
            match.end(),
        )


def length(unit: TranslationUnit) -> Iterator[Finding]:
    if len(unit.source) < 12 or not unit.target:
        return
    score = length_score(unit.source, unit.target, unit.language)
    if score > _LENGTH_LIMIT:
        yield Finding(
            "length",
            "accuracy/addition",
            Severity.MAJOR,
            f"far longer than usual ({score:+.1f} standard deviations)",
        )
    elif score < -_LENGTH_LIMIT:
        yield Finding(
            "length",
            "accuracy/omission",
            Severity.MAJOR,
            f"far shorter than usual ({score:+.1f} standard deviations)",
        )


def truncated(unit: TranslationUnit) -> Iterator[Finding]:
    """A sentence that breaks off; a mere missing full stop is minor."""
    if not is_sentence(unit) or not unit.target:
        return
    end = len(unit.target)
    stem = stem_of(unit.target)
    if is_cut(unit.source, unit.target, unit.language):
        yield Finding(
            "truncated",
            "accuracy/omission",
            Severity.MAJOR,
            f"the sentence breaks off after {stem[-8:]!r}",
            max(0, end - 8),
            end,
        )
    elif not ends_final(unit.target) and not (
        unit.language == JAPANESE and unit.target[-1:] in "」』"
    ):
        yield Finding(
            "truncated",
            "fluency/punctuation",
            Severity.MINOR,
            "the full stop at the end is missing",
            end - 1,
            end,
        )


def prompt(unit: TranslationUnit) -> Iterator[Finding]:
    if span := prompt_span(unit.source, unit.target):
        yield Finding(
            "prompt",
            "accuracy/addition",
            Severity.MAJOR,
            f"not part of the translation: {unit.target[span[0] : span[1]].strip()!r}",
            *span,
        )


def lines(unit: TranslationUnit) -> Iterator[Finding]:
    if "\n" in unit.target.strip() and "\n" not in unit.source.strip():
        place = unit.target.index("\n")
        yield Finding(
            "lines", "accuracy/addition", Severity.MAJOR, "more than one line", place, place + 1
        )
