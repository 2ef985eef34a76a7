"""Korean renderings in running text: found with any particle, honorific or title behind them,
with or without the spaces and dots of compounds, and never inside another word.

A string that stands alone or before a known ending is decided by rule; only what the rules leave open
(a noun written on without a space) is put to the morphological analyser, which is loaded then.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from aligner.languages import script_of

Span = tuple[int, int]

_CASE = (
    "에게서|에게|에서부터|에서|에로|에|께서|께|과|와|이랑|랑|하고|으로부터|으로서|으로써|으로|로부터|로서|로써|로|"
    "부터|까지|은커녕|는커녕|커녕|은|는|이나마|이나|나마|나|이든지|이든|든지|든|이라도|라도|이야말로|야말로|"
    "이라고|라고|이라는|라는|이라며|라며|이라면|라면|이란|란|이여|여|이|가|을|를|의|도|만|마저|조차|밖에|보다|"
    "처럼|같이|만큼|마다|뿐|대로|한테|더러|들|끼리|쯤"
)
_COPULA = (
    "(?:이었|였|이라|라는|라고|라며|라면|라서|라도|인데|인지|인가|일지|임|이기|입니|이고|이며|이지만|"
    "이다|이던|이므로|이어서|여서|이자|이거나|이냐|이에요|예요|이죠|인|일|다)[가-힣]*"
)
_PARTICLES = re.compile(rf"(?:{_CASE})(?:{_CASE})?(?:은|는|도|만|의|이|가|을|를|요|라고|라는)?")
_COPULA_RUN = re.compile(_COPULA)
TITLES = (
    "장관|차관|대통령|부통령|총리|부총리|수상|위원장|부위원장|대표|대사|특사|의원|실장|국장|과장|외무상|외상|부상|"
    "부장|제1부부장|부부장|국무위원|주석|총서기|총비서|서기|비서|사무총장|사무차장|총장|총재|의장|회장|사장|대변인|보좌관|"
    "행정관|수석|조정관|협상|특별|안보|국무|외교|외무|국방|통일|고문|사령관|참모|제독|장군|대장|원수|국왕|여왕|왕세자|"
    "왕자|왕|황제|교황|추기경|지사|시장|판사|검사|교수|박사|기자|선수|감독|후보|당선인|당선자|전|신임|현|씨|님|측|군|양|여사|"
    "정부|행정부|내각|정권|체제|일가|부부|부자|형제|가문|시대|지도자|최고|동지|공사|공보|총영사|영사|상임|본부장|단장|차장|처장|청장"
)
_TITLE = re.compile(rf"(?:전임?|신임|현)?\s?(?:{TITLES})")
_SHORT_TITLE = re.compile(
    rf"\s?(?:(?:전|신임|현|외교|외무|국방|통일|국무|안보|법무|재무|제1|부)\s?)*(?:{TITLES})"
)
# What may be written on to a country or place without making it another name: one syllable…
_SUFFIX = re.compile(
    rf"(?:인|어|산|군|식|령|계|측|형|판|발|행|제|국|내|외|전|간|풍|화|파|당|측|권|쪽|땅|편|말|민)(?:들)?(?:{_CASE}|{_COPULA})*"
)
# …or the state and its works.
_HEAD = re.compile(
    "정부|당국|국민|국적|국내|대통령|부통령|총리|장관|차관|외교부|외무|국방|국무|통일부|재무|대사|대표|특사|의회|"
    "상원|하원|법원|검찰|경찰|언론|매체|기업|시장|경제|사회|문화|역사|본토|방문|제재|출신|태생|주재|전역|북부|남부|"
    "동부|서부|중부|북동부|남동부|북서부|남서부|연방|왕실|여행|관광|총선|대선|전문가|관리|관계|군대|해군|육군|공군|"
    "공산당|노동당|정당|국영|관영|국립|련방|집권|여당|야당|의원|유학|이민|난민|대표단|대표부|참전|파병|"
    "대사관|영사관|선수|국가대표|팀|사람|여성|남성|시민|노동자|문제|핵|비핵화|미사일|침공|전쟁|영토|영해|영공|최대|최초"
)
# What makes another name of it: a bank, a paper, a sea.
_OTHER = re.compile(
    "(?:[가-힣]{0,6})(?:은행|대학교?|일보|신문|방송|통신|항공|전력|전기|타이어|증권|자동차|철도|협회|학회|재단|그룹|타임스|텔레콤|"
    "연구원|연구소|공사|진흥원|개발원|병원|호텔|백화점|아파트|출판|제철|중공업|생명|화재|카드|캐피탈|산업|상사)"
    rf"(?:{_CASE}|총재|총장|이사장|사장|회장|교수|기자|관계자|{_COPULA})*"
)
_PUBLIC = re.compile("국영|관영|국립|정부|당국|중앙")
_SEA = re.compile(rf"(?:해|양|해협|어업|집|네시아|차이나|슬로바키아|비사우|피그)(?:{_CASE})*")
_PREFIX = frozenset("전 주 대 재 방 친 반 비 범 탈 구 신 각 양 현 총 항 외 본 타".split())
_DIRECTION = frozenset("동서남북중")
_HOMOGRAPHS = frozenset(
    "인도 수단 오만 말리 가나 그리스 이란 기니 피지 통가 차드 몽골 대만 네덜란드 러시아 왕이".split()
)
_ALWAYS_ASK = frozenset("인도 오만 말리 그리스 피지 통가".split())
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


def _is_family_name(text: str, start: int, end: int) -> bool:
    if start and (_is_hangul(text[start - 1]) or text[start - 1].isdigit()):
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
    left = _left(rendering, text, start, category)
    right = _right(rendering, text, end, category) if left is not False else False
    if left is False or right is False:
        return False
    bare = rendering.replace(" ", "")
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
    """True when the analyser sees the homograph as a noun, not as the stem of 인도하다 or 오만한."""
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
    return None


def _parts_from_neighbours(
    text: str, start: int | None, end: int | None, span: Span, category: str
) -> bool:
    """True when the analyser cuts the text at the open edges of the span."""
    edges: set[int] = set()
    for (first, last), tag in _tokens(text):
        edges.update((first, last))
        if first <= span[0] and last >= span[1] and (first, last) != span:
            return False
        del tag
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
