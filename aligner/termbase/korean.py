"""Korean renderings in running text: found with any particle, honorific or title behind them,
with or without the spaces and dots of compounds, and never inside another word.

A string that stands alone or before a known ending is decided by rule; only what the rules leave
open (a noun written on without a space) is put to the morphological analyser, which is loaded
then.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from aligner.languages import script_of
from aligner.termbase.territories import cldr_territories
from aligner.termbase.words import alternatives, names, words

Span = tuple[int, int]

_CASE = alternatives("korean", "particles")
_COPULA = (
    "(?:이었|였|이라|라는|라고|라며|라면|라서|라도|인데|인지|인가|일지|임|이기|입니|이고|이며|이지만|"
    "이다|이던|이므로|이어서|여서|이자|이거나|이냐|이에요|예요|이죠|인|일|다)[가-힣]*"
)
_PARTICLES = re.compile(rf"(?:{_CASE})(?:{_CASE})?(?:은|는|도|만|의|이|가|을|를|요|라고|라는)?")
_COPULA_RUN = re.compile(_COPULA)
TITLES = alternatives("korean", "titles")
_TITLE = re.compile(rf"(?:전임?|신임|현)?\s?(?:{TITLES})")
_SHORT_TITLE = re.compile(
    rf"\s?(?:(?:전|신임|현|외교|외무|국방|통일|국무|안보|법무|재무|제1|부)\s?)*(?:{TITLES})"
)
# What may be written on to a country or place without making it another name: one syllable…
_SUFFIX = re.compile(
    rf"(?:인|어|산|군|식|령|계|측|형|판|발|행|제|국|내|외|전|간|풍|화|파|당|측|권|쪽|땅|편|말|민|서)(?:들)?(?:{_CASE}|{_COPULA})*"
)
# …or the state and its works.
_HEAD = re.compile(alternatives("korean", "heads"))
# What is said of states only, even of those whose names are other words (인도군, 오만인).
_OF_STATE = re.compile(rf"(?:군|인|계|정부|총리|외교부)(?:{_CASE})*")
# What makes another name of it: a bank, a paper, a sea.
_OTHER = re.compile(
    rf"[가-힣]{{0,6}}(?:{alternatives('korean', 'others')})"
    rf"(?:{_CASE}|총재|총장|이사장|사장|회장|교수|기자|관계자|{_COPULA})*"
)
_TITLE_SUFFIX = re.compile(rf"(?:실|직|급|님|감)(?:{_CASE}|{_COPULA})*")
_CRAFT = re.compile(rf"(?:선|선박|함|함정|정|기)(?:{_CASE})*")
_PUBLIC = re.compile("국영|관영|국립|정부|당국|중앙")
_SEA = re.compile(rf"(?:해|양|강|해협|어업|집|네시아|차이나|슬로바키아|비사우|피그)(?:{_CASE})*")
_PREFIX = words("korean", "prefixes")
_DIRECTION = frozenset("동서남북중")
_HOMOGRAPHS = words("korean", "homographs")
_ALWAYS_ASK = words("korean", "always_ask")
_BLOCKED = {name: re.compile(tail) for name, tail in names("korean", "blocked").items()}
_MEANS = re.compile(rf"(?:{alternatives('korean', 'means')})\s$")
_GAP = r"[\s·ㆍ・‧∙\-–]?"


@lru_cache(maxsize=65536)
def _pattern(rendering: str, loose: bool) -> re.Pattern[str]:
    """``rendering`` with its own spaces and dots optional, and others allowed where ``loose``."""
    parts: list[str] = []
    for index, character in enumerate(rendering):
        if character in " ·ㆍ・‧∙-–\u00a0":
            parts.append(_GAP)
        elif character in "'’‘":
            parts.append("['’‘]?")
        else:
            if loose and index and _is_hangul(character) and _is_hangul(rendering[index - 1]):
                parts.append(_GAP)
            parts.append(re.escape(character))
    return re.compile("".join(parts), re.IGNORECASE if rendering.isascii() else 0)


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣"


def _hangul_run(text: str, start: int) -> str:
    end = start
    while end < len(text) and _is_hangul(text[end]):
        end += 1
    return text[start:end]


def _hangul_before(text: str, end: int) -> str:
    start = end
    while start and _is_hangul(text[start - 1]):
        start -= 1
    return text[start:end]


def find_korean(rendering: str, text: str, category: str, *, is_short: bool = False) -> list[Span]:
    """The spans where ``rendering`` is used as a word of its own in ``text``, in order.

    ``is_short`` asks for a family name or the like: one syllable then counts only before a title,
    an honorific or, where the analyser sees a name, a particle.
    """
    letters = rendering.replace(" ", "")
    if category == "person" or len(letters) < 4:
        first = letters[:1]
        if first not in text:
            return []
        pattern = _pattern(rendering, False)
    else:
        pattern = _pattern(rendering, True)
    spans: list[Span] = []
    for found in pattern.finditer(text):
        start, end = found.span()
        if text[end - 1 : end].isspace() or text[start].isspace():
            continue
        if len(letters) == 1 and category == "person":
            if _is_family_name(text, start, end):
                spans.append((start, end))
        elif _is_word(rendering, text, start, end, category, is_short):
            spans.append((start, end))
    return spans


def find_family(family: str, text: str, *, given_first: bool) -> list[Span]:
    """The spans where a family name is enough: no given name stands before it and, where that
    would stand behind (기시다 총리, not 기시다 노부오), an office does."""
    return [
        (start, end)
        for start, end in find_korean(family, text, "person", is_short=True)
        if not _given_name_before(text, start)
        and ((given_first and len(family) > 1) or _office().match(text, end))
    ]


@cache
def _states() -> str:
    """What may stand between a name and its office: the country, its letter, a body."""
    known = {territory.ko for territory in cldr_territories()} | set(names("korean", "letters"))
    return (
        "|".join(sorted(map(re.escape, known), key=len, reverse=True))
        + "|[미중일러영독불한북]|유엔|유럽연합|유럽|[A-Z]{2,6}|[가-힣·]{1,9}(?:부|청|처|원|위|당|회|안보)"
    )


@cache
def _office() -> re.Pattern[str]:
    offices = alternatives("korean", "offices")
    between = rf"(?:(?:전|현|신임|{_states()})\s)"
    return re.compile(
        rf"\s{between}{{0,3}}[가-힣·]{{0,8}}?(?:{offices})(?:{_CASE}|{_COPULA})*(?![가-힣])"
    )


def _given_name_before(text: str, start: int) -> bool:
    before = re.search(r"[가-힣]+(?=\s$)", text[:start])
    if before is None or re.fullmatch(_states(), before[0]):
        return False
    return any(last == before.end() and tag == "NNP" for (_, last), tag in _tokens(text))


def _is_family_name(text: str, start: int, end: int) -> bool:
    if start and (_is_hangul(text[start - 1]) or text[start - 1].isdigit()):
        return False
    if script_of(text[start]) == "han" and start and script_of(text[start - 1]) == "han":
        return False
    if _SHORT_TITLE.match(text, end):
        return True
    tail = _hangul_run(text, end)
    if tail and not _PARTICLES.fullmatch(tail):
        return False
    if not tail and text[end : end + 1] not in ("", ",", "(", "'", "’", "·", ")"):
        return False
    return any(token == (start, end) and tag == "NNP" for token, tag in _tokens(text))


def _is_word(
    rendering: str, text: str, start: int, end: int, category: str, is_short: bool
) -> bool:
    if _is_other_word(rendering, text, start, end):
        return False
    left = _left(rendering, text, start, category)
    right = _right(rendering, text, end, category) if left is not False else False
    if left is False or right is False:
        return False
    bare = rendering.replace(" ", "")
    if left and category == "place" and _OF_STATE.fullmatch(_hangul_run(text, end)):
        return True
    if bare in _ALWAYS_ASK or (left is None and bare in _HOMOGRAPHS):
        return _is_noun(text, start, end)
    if left and right:
        return True
    return _parts_from_neighbours(
        text,
        start if left is None else None,
        end if right is None else None,
        (start, end),
        category,
    )


def _is_noun(text: str, start: int, end: int) -> bool:
    """True when the analyser sees the homograph as a noun, not as the stem of 인도하다 or
    오만한."""
    tokens = _tokens(text)
    return any(
        span == (start, end)
        and tag in ("NNP", "NNG")
        and not (
            index + 1 < len(tokens)
            and tokens[index + 1][0][0] == end
            and tokens[index + 1][1] in ("XSV", "XSA", "XSN")
            and tag == "NNG"
        )
        for index, (span, tag) in enumerate(tokens)
    )


def _left(rendering: str, text: str, start: int, category: str) -> bool | None:
    """True or False where a rule decides about the left edge, None where the analyser must."""
    if not start:
        return True
    before = text[start - 1]
    if not _is_hangul(rendering[0]):
        return not (before.isalnum() and script_of(before) == script_of(rendering[0]))
    if not _is_hangul(before):
        return not (before.isdigit() and len(rendering) == 1)
    head = _hangul_before(text, start)
    if head in _PREFIX:
        return True
    if category == "place" and head[-1] in _DIRECTION and len(head) == 1:
        return False
    return None


def _is_other_word(rendering: str, text: str, start: int, end: int) -> bool:
    """True where the letters of a name are those of another word: 인도태평양, 모든 수단."""
    blocked = _BLOCKED.get(rendering)
    if blocked is not None and blocked.match(text, end):
        return True
    return rendering == "수단" and bool(_MEANS.search(text[max(0, start - 12) : start]))


def _right(rendering: str, text: str, end: int, category: str) -> bool | None:
    tail = _hangul_run(text, end)
    if not _is_hangul(rendering[-1]):
        after = text[end : end + 1]
        return not (after.isalnum() and script_of(after) == script_of(rendering[-1]))
    if not tail:
        return True
    if category == "place":
        if _SEA.fullmatch(tail) and not _PARTICLES.fullmatch(tail):
            return False
        if _OTHER.fullmatch(tail) and not _PUBLIC.match(tail):
            return False
        if _PARTICLES.fullmatch(tail) or _SUFFIX.fullmatch(tail) or _HEAD.match(tail):
            return True
        return True if _COPULA_RUN.fullmatch(tail) and not tail.startswith(("인", "일")) else None
    if _PARTICLES.fullmatch(tail) or _COPULA_RUN.fullmatch(tail):
        return True
    if category == "person":
        return True if _TITLE.match(tail) else None
    if category == "title" and _TITLE_SUFFIX.fullmatch(tail):
        return True
    if category == "organization" and _CRAFT.fullmatch(tail):
        return True
    return None


def _parts_from_neighbours(
    text: str, start: int | None, end: int | None, span: Span, category: str
) -> bool:
    """True when the analyser cuts the text at the open edges of the span."""
    edges: set[int] = set()
    tokens = _tokens(text)
    for (first, last), _ in tokens:
        edges.update((first, last))
        if first <= span[0] and last >= span[1] and (first, last) != span:
            return False
    if category == "person" and any(at == span[1] and tag[:2] == "XS" for (at, _), tag in tokens):
        return False  # 한정된 is no Han Zheng
    open_edges = {edge for edge in (start, end) if edge is not None}
    if open_edges <= edges:
        return True
    # An unknown name is often cut wrongly; a long one is no accident.
    return category == "person" and span[1] - span[0] >= 4


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[tuple[Span, str], ...]:
    return tuple(
        ((token.start, token.start + token.len), token.tag) for token in _analyser().tokenize(text)
    )


@cache
def _analyser() -> Any:
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1)
