"""Punctuation, quotation, questions, register: how the target is written, not what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aligner import termbase
from aligner.checks.finding import (
    CLOSING,
    OPENING,
    QUOTES,
    is_sentence,
    outside_quotes,
    stem_of,
)
from aligner.languages import JAPANESE, KOREAN
from aligner.model import Finding, Severity, TranslationUnit

_JA_LETTER = r"[ぁ-んァ-ヶ一-龠ー々]"
_WRONG_SIGN = {
    KOREAN: re.compile(r"[。、，．｡]|(?<=[가-힣])[！？；：]"),
    JAPANESE: re.compile(
        rf"(?<={_JA_LETTER})[,.](?=\s?{_JA_LETTER}|\s?$|[」』”）)])|(?<={_JA_LETTER})[;](?!\w)|､|｡"
    ),
}
_PAIRS = tuple(zip("(（[［【", ")）]］】", strict=True))
_SOURCE_QUOTE = re.compile(r"[“\"]([^“”\"]{8,})[”\"]")
_QUESTION_END = {
    KOREAN: re.compile(r"(?:까|나|가|요|지|니|냐|죠|래|까요|라|나요|고)$"),
    JAPANESE: re.compile(
        r"(?:か|の|かな|かしら|だろう|でしょう|よね|ね|かも|って|とは|は|では|など)$"
    ),
}
_QUESTION_WORD = {
    KOREAN: re.compile(
        r"느냐|냐고|냐는|는지|은지|인지|을지|일지|할지|될지|는가|은가|인가|까|(?:나|지|니)[.\"”’']"
    ),
    JAPANESE: re.compile(r"か(?=[。」』”\"）)とをは、]|$)|だろう|でしょう|かな|の[。」]"),
}
_POLITE = {
    KOREAN: re.compile(r"(?:니다|세요|해요|어요|아요|에요|예요|죠|네요|지요|까요|데요|십시오)$"),
    JAPANESE: re.compile(
        r"(?:です|ます|ました|でした|ません|ませんでした|でしょう|ください|ましょう)(?:か|ね|よ|が)?$"
    ),
}


def punctuation(unit: TranslationUnit) -> Iterator[Finding]:
    """Marks of another language's typography, and brackets that do not pair."""
    target = unit.target
    if pattern := _WRONG_SIGN.get(unit.language):
        for match in pattern.finditer(target):
            if match[0] in unit.source and unit.language == KOREAN:
                continue
            yield Finding(
                "punctuation",
                "fluency/punctuation",
                Severity.MINOR,
                f"{match[0]!r} is not a {unit.language.name} mark here",
                match.start(),
                match.end(),
            )
    for opening, closing in _PAIRS:
        opened, closed = target.count(opening), target.count(closing)
        if opened != closed and unit.source.count("(") == unit.source.count(")"):
            wide = {"(": "（", "（": "(", ")": "）"}.get(opening, opening)
            other = {")": "）", "）": ")"}.get(closing, closing)
            if opened + target.count(wide) == closed + target.count(other):
                continue
            sign = opening if opened > closed else closing
            if closed > opened and closing in ")）" and re.search(r"(?:^|\s)\w{1,2}[)）]", target):
                continue  # a list number: 1) or 가)
            place = target.rindex(sign)
            yield Finding(
                "punctuation",
                "fluency/punctuation",
                Severity.MINOR,
                f"{sign!r} has no partner",
                place,
                place + 1,
            )


def quotes(unit: TranslationUnit) -> Iterator[Finding]:
    """Quoted speech stays quoted, and quotation marks stay in pairs where the source's do."""
    source, target = unit.source, unit.target
    found = [character for character in target if character in QUOTES]
    if not found and _SOURCE_QUOTE.search(source) and "'" not in target:
        yield Finding(
            "quotes",
            "accuracy/omission",
            Severity.MINOR,
            "the quotation marks of the source are missing",
        )
        return
    if not found or not _balanced(source):
        return
    for opening, closing in zip(OPENING, CLOSING, strict=True):
        if opening in "‘’":
            continue
        opened, closed = target.count(opening), target.count(closing)
        if opened != closed and '"' not in target and "＂" not in target:
            sign = opening if opened > closed else closing
            place = target.rindex(sign)
            yield Finding(
                "quotes",
                "fluency/punctuation",
                Severity.MINOR,
                f"{sign!r} has no partner",
                place,
                place + 1,
            )


def _balanced(text: str) -> bool:
    return text.count("“") == text.count("”") and text.count('"') % 2 == 0


def particle(unit: TranslationUnit) -> Iterator[Finding]:
    """Korean particles have the form that the sound before them asks for."""
    if unit.language != KOREAN:
        return
    for start, end, right in termbase.disagreeing(unit.target):
        yield Finding(
            "particle",
            "fluency/grammar",
            Severity.MINOR,
            f"{unit.target[start:end]!r} should be {right!r} here",
            start,
            end,
        )


def question(unit: TranslationUnit) -> Iterator[Finding]:
    """A question stays a question, by its mark or by its ending."""
    if not stem_of(unit.source).endswith("?") or "?" in unit.target or "？" in unit.target:
        return
    word = _QUESTION_WORD.get(unit.language)
    ending = _QUESTION_END.get(unit.language)
    stem = stem_of(unit.target).rstrip(".。!！… ")
    if word is None or ending is None or word.search(unit.target) or ending.search(stem):
        return
    yield Finding(
        "question",
        "accuracy/mistranslation",
        Severity.MINOR,
        "the source asks, the target does not",
    )


def register(unit: TranslationUnit) -> Iterator[Finding]:
    """News prose is plain (-다, である); polite endings belong inside quotations."""
    pattern = _POLITE.get(unit.language)
    if pattern is None or not is_sentence(unit):
        return
    narration = outside_quotes(unit.target).rstrip(' .。!！?？…"”’」』)）')
    if not narration or len(narration) < 2:
        return
    stem = unit.target.rstrip(" .。!！?？…")
    if not stem.endswith(narration[-2:]) and stem[-1:] in QUOTES:
        return
    if not any(map(str.isalpha, _SOURCE_QUOTE.sub("", unit.source))):
        return
    if match := pattern.search(narration):
        if _quotation(unit.source):
            return
        yield Finding(
            "register",
            "style/register",
            Severity.MINOR,
            f"polite ending {match[0]!r} in news prose",
            match.start(),
            match.end(),
        )


def _quotation(source: str) -> bool:
    """Whether the whole source is speech: it opens or closes a quotation that it does not hold."""
    return not _balanced(source) or (source[:1] in '"“' and stem_of(source) == stem_of(source[:-1]))
