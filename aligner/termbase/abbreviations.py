"""The one-letter names of countries in Korean and Japanese news: 한미, 대북, 北核, 日米, 訪中,
在韓米軍.

They name the country only in set surroundings: chained with another, behind a directional prefix,
or before an institution of that country. Elsewhere the same letter is another word (中 = during,
일 = day).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from aligner.languages import Language
from aligner.termbase.japanese import is_own_word
from aligner.termbase.territories import cldr_territories
from aligner.termbase.words import alternatives, names

Span = tuple[int, int]

_KOREAN = names("korean", "letters")
_JAPANESE = names("japanese", "letters")
_KO_CHAIN = "한미북중일러영독프호남"
_KO_AFTER = alternatives("korean", "followers")
_KO_US_NK = r"[ ]?(?:정상|협상|회담|관계|대화|고위급|실무|합의|간|양측|접촉|비핵화|제네바)"
_KO_STATE = alternatives("korean", "institutions")
_KO_BEFORE = "대방주재친반탈항혐"
_KO_NEEDS = {
    "대중": " ?(?:무역|정책|제재|견제|관세|수출|압박|외교)|국|강경",
    "주중": " ?(?:한국|미국|일본|북한)?.{0,3}대사",
    "재미": " ?(?:교포|동포|한인)",
    "주일": " ?(?:대사|미군|한국|미국)",
    "재일": " ?(?:교포|동포|한국|조선|한인|$)",
    "대한": " (?:수출|무역|정책|압박|관세)|압박",
    "방일": "", "방중": "", "방미": "", "방한": "", "방북": "", "방러": "",
}  # fmt: skip
_JA_CHAIN = "日米韓朝中露ロ英仏独印伊豪加欧台北比越"
_JA_BEFORE = "対訪在駐反親抗渡離嫌知"
_JA_STATE = alternatives("japanese", "institutions")


@lru_cache(maxsize=4096)
def _patterns(rendering: str, code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    table = _KOREAN if code == "ko" else _JAPANESE
    letters = table.get(rendering.replace(" ", ""), "")
    return tuple(
        (re.compile(_korean(letter) if code == "ko" else _japanese(letter)), letter)
        for letter in letters
    )


@cache
def _countries() -> str:
    """An alternation of the countries in Korean, and of the one league that is chained like one."""
    return "|".join(sorted({re.escape(c.ko) for c in cldr_territories()} | {"아세안"}))


def _korean(letter: str) -> str:
    if not "가" <= letter <= "힣":
        return rf"(?<![\u4e00-\u9fff])(?P<x>{letter})(?![\u4e00-\u9fff]|\))"
    dots = r"[·ㆍ・\-–/‧∙]"
    case = "[가는와의도에이은과을를]?(?![가-힣])"
    chain = (
        rf"(?<![가-힣0-9])(?!미미|북한|독일|중남미|북중미|남미|중미|북미(?!{_KO_US_NK}))(?=[{_KO_CHAIN}]{{2,4}}"
        rf"(?:{case}|{_KO_AFTER}))"
        rf"[{_KO_CHAIN}]{{0,3}}(?P<x>{letter})"
    )
    dotted = (
        rf"(?<![가-힣0-9])(?:[가-힣]{dots})*(?P<y>{letter})(?={dots}[{_KO_CHAIN}](?:{case}|{_KO_AFTER}|{dots}))"
        rf"|(?<=[{_KO_CHAIN}][·ㆍ・\-–/‧∙])(?P<z>{letter})(?={case}|{_KO_AFTER})"
    )
    before = "|".join(
        rf"(?<![가-힣]){prefix}(?P<b{index}>{letter})"
        + (f"(?={_KO_NEEDS[prefix + letter]})" if _KO_NEEDS.get(prefix + letter) else "")
        for index, prefix in enumerate(_KO_BEFORE)
    )
    spaced = "" if letter in "중일한독프호남영" else r"\s?"
    state = rf"(?<![가-힣0-9])(?P<s>{letter})(?={spaced}(?:{_KO_STATE}))"
    full = rf"(?<![가-힣0-9])(?P<k>{letter})(?={dots}(?:{_countries()}))"
    # A noun after 미 and a blank may be any: 미 지명자. Other letters are words of their own.
    anything = r"|\s[가-힣]{2}" if letter == "미" else ""
    head = rf"^[\"'“‘\[(]?(?P<h>{letter})(?=,|\s(?:{_KO_STATE}){anything})"
    stationed = rf"(?:주|재)[한일독]\s?(?P<f>{letter})(?=군)"
    parts = [chain, dotted, before, state, head, stationed, full]
    if letter == "미":
        parts.append(
            r"(?<![가-힣0-9])(?P<g>미)(?=\s[가-힣]{2,8}(?:부|국|청|처|위원회)(?![가-힣]{3}))"
        )
    return "|".join(parts)


def _japanese(letter: str) -> str:
    # 北米, 中米 and 南米 are parts of the world, and 日本 or 中国 written in full no chains.
    whole = "中米|南米|北米|日本|中国|韓国|英国|米国|北朝|日中[はのに、]"
    neighbours = _JA_CHAIN.translate({ord("北"): None, ord("中"): None})
    neighbours = neighbours if letter == "米" else _JA_CHAIN
    other = "[本国鮮州]"
    chain = (
        rf"(?<![0-9０-９一-龥])(?P<x>{letter})(?=[・･/-]?[{_JA_CHAIN}])(?!{whole})"
        rf"|(?<=[{neighbours}])(?P<y>{letter})(?![本国鮮曜朝州]|間もなく)"
        rf"|(?<=[{_JA_CHAIN}][・･/-])(?P<z>{letter})(?!{other})"
    )
    before = rf"(?<=[{_JA_BEFORE}])(?P<b>{letter})(?!{other})"
    kana = "ァ-ヶー" if letter in "ロウ" else ""
    state = rf"(?<![0-9０-９一-龥々{kana}])(?P<s>{letter})(?={_JA_STATE})"
    if letter in "日中北比西ウ加越":
        state = rf"(?<![0-9０-９一-龥])(?P<s>{letter})(?=政府|軍|当局|外務省|大使)"
    return "|".join((chain, before, state, *_written_on(letter)))


def _written_on(letter: str) -> tuple[str, ...]:
    """米ミサイル駆逐艦, 前米大統領, 豪ドル and the headline's 米、: of letters that are seldom
    other words; the tokenizer must see the letter of group ``t`` as a word of its own (独立 is
    not)."""
    if letter not in "米英豪独仏露韓印伊":
        return ()
    free = "(?:(?<![0-9０-９一-龥々])|(?<=[^一-龥][前元現])|(?<=次期))"
    other = "国|州|本|語|文|単語|会話|作文|検|農|作|粉|価|俵|屋|飯|酢|菓子|どころ"
    return (
        rf"{free}(?P<t>{letter})(?=[一-龥ァ-ヴA-Z])(?!{other})",
        rf"(?P<m>{letter})(?=ドル|ポンド|ユーロ)",
        rf"(?:^|(?<=[　 「『“（(]))(?P<h>{letter})(?=、)",
    )


def find_abbreviated(rendering: str, text: str, language: Language) -> list[Span]:
    """The spans of the one-letter name of the country ``rendering``, in order; often none."""
    spans: list[Span] = []
    for pattern, letter in _patterns(rendering, language.code):
        if letter not in text:
            continue
        for found in pattern.finditer(text):
            name = next(name for name in found.groupdict() if found[name] is not None)
            span = found.span(name)
            if name != "t" or is_own_word(text, span):
                spans.append(span)
    return sorted(set(spans))


@lru_cache(maxsize=4096)
def _shared(rendering: str, code: str) -> tuple[re.Pattern[str], ...]:
    """Where ``rendering`` shares its beginning or end with a neighbour that is written once.

    상·하원, 외교·통일부, 東・南シナ海, 衆参両院, 自民、立民両党; 화성-17·18형, 決議2375、2397.
    """
    patterns = []
    for cut in range(1, len(rendering)):
        head, tail = re.escape(rendering[:cut]), re.escape(rendering[cut:])
        if code == "ko":
            patterns.append(rf"(?<![가-힣]){head}(?:[·ㆍ・][가-힣]{{1,6}}?)+{tail}")
            if cut > 1 and re.match(r"\d", rendering[cut:]):
                patterns.append(rf"{head}(?:\d+[·ㆍ・,] ?)+{tail}(?!\d)")
            continue
        patterns.append(rf"{head}[・、]?[一-龥ァ-ヴー]{{0,4}}両{tail}")
        if len(rendering) - cut > 1:
            patterns.append(rf"(?<![一-龥]){head}(?:・[一-龥ァ-ヴー]{{1,6}}?)+{tail}")
        if cut > 1 and re.match(r"\d", rendering[cut:]):
            patterns.append(rf"{head}(?:\d+[・、])+{tail}(?!\d)")
    if code == "ja" and rendering.endswith("新聞"):
        patterns.append(
            rf"(?<![一-龥])(?P<paper>{rendering[:-2]})(?:[、・][一-龥]{{2}})*[一-龥3-9]?紙"
        )
        patterns.append(rf"(?<=[、・])(?P<paper>{rendering[:-2]})(?:両|各|[三四3-9])紙")
    return tuple(re.compile(pattern) for pattern in patterns)


def find_shared(rendering: str, text: str, language: Language) -> list[Span]:
    """The spans where ``rendering`` stands with a part that it shares with a neighbour."""
    if not re.search("[·ㆍ・両、,]", text) or len(rendering) > 20 or rendering[0] not in text:
        return []
    found = (p.finditer(text) for p in _shared(rendering, language.code))
    return sorted({match.span(match.lastgroup or 0) for matches in found for match in matches})
