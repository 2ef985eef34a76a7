"""Where Korean and Japanese sentences end: as finely as in English, so that they can align."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aligner.languages import script_of
from aligner.segmentation.abbreviations import AbbreviationClass, Abbreviations
from aligner.segmentation.spans import asides

_MARK = re.compile(r"[.!?…。．｡！？⁉⁈‼]+")
_CLOSERS = re.compile(r"[\"”’'」』》〉】）)\]〕]*")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z.&-]{0,19}\Z")
_ENDERS = ".!?…。．！？:：\n"

_KOREAN_FINALS = frozenset("다요까죠네지음임함오라자니군걸데")
_KOREAN_QUOTATIVE = re.compile(
    r"(?:이?라고|이?라며|이?라면서|이?라는|이?란|고|며|면서|하고|하며|는|에|의|은|이|가|을|를|로|등)(?:\s|[가-힣]{0,2}\s|$)"
)
_JAPANESE_PARTICLE = re.compile(
    r"と(?!ころ|はいえ|りわけ|もあれ|くに|うとう|にかく)|って|て(?=[いはも])|で(?!は|も|す)|など|なんて|なの|なら|"
    r"の(?!ち)|を|に(?!もかかわらず)|が|は(?![やじいっ])|も(?![しうっちと])|や(?![がっ])|か(?![つれのく])|、|，|,|・|ー|〜|～"
)

# The speaker named after the quotation: it belongs to it, as in English.
_KOREAN_ATTRIBUTION = re.compile(
    r"[^.!?…\"“”「」]{1,40}(?:말했|말한|덧붙였|밝혔|전했|물었|외쳤|답했|대답했|설명했|강조했)[가-힣]{0,4}[.]"
)
_JAPANESE_ATTRIBUTION = re.compile(
    r"[^。！？!?「」『』]{1,40}(?:言った|言う|語った|語る|述べた|述べる|話した|話す|答えた|尋ねた|聞いた|叫んだ|"
    r"付け加えた|説明した|強調した)。"
)


def korean_boundaries(text: str, abbreviations: Abbreviations) -> list[int]:
    """Offsets right after each Korean sentence but the last; linear in ``len(text)``.

    A date (2021. 5. 5.), an item label, a Latin abbreviation and a quotation that the sentence goes
    on to report (…다." 라고) end none. A final ending may lack the space after its stop.
    """
    boundaries = []
    for match, end in _marks(text):
        mark = match.group()
        at = match.start()
        left = text[at - 1] if at else ""
        following = text[end : end + 60]
        if not following:
            continue
        if not following[0].isspace():
            glued = end == match.end() and left in _KOREAN_FINALS and mark[-1] not in "…"
            if (glued and script_of(following[0]) == "hangul") or mark[-1] in "。！？":
                boundaries.append(end)
            continue
        rest = following.lstrip()
        if not rest or rest[0] in ",;:)":
            continue
        if _closes_quotation(text, match.end(), end) and (
            _KOREAN_QUOTATIVE.match(rest) or _KOREAN_ATTRIBUTION.match(rest)
        ):
            continue
        if mark.endswith("…") or mark == "...":
            if left in _KOREAN_FINALS or end > match.end():
                boundaries.append(end)
            continue
        if mark == "." and end == match.end() and _is_label(text, at, rest, abbreviations):
            continue
        boundaries.append(end)
    return boundaries


def japanese_boundaries(text: str, abbreviations: Abbreviations) -> list[int]:
    """Offsets right after each Japanese sentence but the last; linear in ``len(text)``.

    A quotation that a particle ties to the sentence (…。」と) ends none, nor does a lone ellipsis.
    """
    boundaries = []
    for match, end in _marks(text):
        mark = match.group()
        at = match.start()
        following = text[end : end + 60]
        if not following:
            continue
        rest = following.lstrip()
        if not rest or set(mark) == {"…"}:
            continue
        closed = end > match.end()
        if mark[-1] in ".…" and not following[0].isspace():
            continue
        if mark == "．" and _between_digits(text, at):
            continue
        if mark in ".．" and not closed and _is_label(text, at, rest, abbreviations):
            continue
        full_stop = mark[-1] in "。｡．"
        if (closed or not full_stop) and _JAPANESE_PARTICLE.match(rest):
            continue
        if _closes_quotation(text, match.end(), end) and _JAPANESE_ATTRIBUTION.match(rest):
            continue
        boundaries.append(end)
    return boundaries


def _closes_quotation(text: str, start: int, end: int) -> bool:
    return any(sign in "\"”’'」』" for sign in text[start:end])


def _marks(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Each run of marks outside asides, with the end of the closing marks after it."""
    inside = asides(text, _ENDERS)
    aside = 0
    for match in _MARK.finditer(text):
        while aside < len(inside) and inside[aside][1] <= match.start():
            aside += 1
        if aside < len(inside) and inside[aside][0] < match.start():
            continue
        closed = _CLOSERS.match(text, match.end())
        yield match, match.end() if closed is None else closed.end()


def _is_label(text: str, at: int, rest: str, abbreviations: Abbreviations) -> bool:
    """Whether the stop at ``at`` belongs to a number, an item label or a Latin abbreviation."""
    before = text[max(0, at - 24) : at]
    word = before.split()[-1] if before.split() and not before[-1:].isspace() else ""
    earlier = before[: len(before) - len(word)].rstrip()
    opens = not earlier or earlier[-1] in _ENDERS
    if word.isdigit():
        return rest[0].isdigit() or opens
    if len(word) == 1 and opens:
        return True
    latin = _LATIN_WORD.search(before)
    if latin is None:
        return False
    form = latin.group().rpartition("-")[2] + "."
    return (
        len(form) == 2
        or "." in form[:-1]
        or abbreviations.class_of(form) not in (None, AbbreviationClass.NONE)
    )


def _between_digits(text: str, at: int) -> bool:
    return at > 0 and text[at - 1].isdigit() and text[at + 1 : at + 2].isdigit()
