"""The one-letter names of countries in Korean and Japanese news: 한미, 대북, 北核, 日米, 訪中, 在韓米軍.

They name the country only in set surroundings: chained with another, behind a directional prefix, or
before an institution of that country. Elsewhere the same letter is another word (中 = during, 일 = day).
"""

from __future__ import annotations

import re
from functools import lru_cache

from aligner.languages import Language

Span = tuple[int, int]

_KOREAN = {
    "미국": "미美", "한국": "한韓", "대한민국": "한韓", "남한": "한남南", "북한": "북北", "중국": "중中", "일본": "일日",
    "러시아": "러露", "영국": "영英", "프랑스": "프佛", "독일": "독獨", "호주": "호濠", "조선민주주의인민공화국": "북北",
    "오스트레일리아": "호濠", "중화인민공화국": "중中", "미합중국": "미美",
}  # fmt: skip
_JAPANESE = {
    "米国": "米", "アメリカ": "米", "アメリカ合衆国": "米", "韓国": "韓", "大韓民国": "韓", "北朝鮮": "朝北",
    "朝鮮民主主義人民共和国": "朝北", "中国": "中", "中華人民共和国": "中", "日本": "日", "ロシア": "ロ露", "英国": "英", "イギリス": "英",
    "フランス": "仏", "ドイツ": "独", "イタリア": "伊", "オーストラリア": "豪", "豪州": "豪", "カナダ": "加", "インド": "印",
    "台湾": "台", "欧州連合": "欧", "フィリピン": "比", "ベトナム": "越", "タイ": "泰", "スペイン": "西", "ウクライナ": "ウ",
}  # fmt: skip
_KO_CHAIN = "한미북중일러영독프호남"
_KO_AFTER = (
    r"정상|외교|관계|동맹|연합|합동|군사|양국|간|회담|협상|무역|갈등|전쟁|공동|방위|안보|접경|국경|고위급|장관|국방|대화|합의|3국|삼국|"
    r"3자|3각|FTA|협력|원자력|통화|훈련|연례|실무|전략|대표|수석|경제|교류|미사일|위안부|어업|해상|공조|조약|경쟁|대립|협의|수교|"
    r"친선|우호|국교"
)
_KO_US_NK = r"[ ]?(?:정상|협상|회담|관계|대화|고위급|실무|합의|간|양측|접촉|비핵화|제네바)"
_KO_STATE = (
    r"국무|국방|행정부|정부|의회|대통령|재무|상무|외교부|외무|외상|총리|당국|언론|대사|군(?![가-힣])|군은|군이|군의|하원|상원|법원|법무|중앙정보|"
    r"연방|백악관|해군|공군|육군|본토|대선|증시|매체|측|고위|국적|영사|특사|핵|인권|미사일|선박|주민"
)
_KO_BEFORE = "대방주재친반탈항혐"
_KO_NEEDS = {
    "대중": "국|무역|제재|정책|관세|외교|견제|압박|수출|강경| 무역| 정책| 제재| 견제| 관세| 수출| 압박| 외교",
    "주중": " ?(?:한국|미국|일본|북한)?.{0,3}대사",
    "재미": " ?(?:교포|동포|한인)",
    "주일": " ?(?:대사|미군|한국|미국)",
    "재일": " ?(?:교포|동포|한국|조선|한인|$)",
    "대한": " (?:수출|무역|정책|압박|관세)|압박",
    "방일": "", "방중": "", "방미": "", "방한": "", "방북": "", "방러": "",
}  # fmt: skip
_JA_CHAIN = "日米韓朝中露ロ英仏独印伊豪加欧台北比越"
_JA_BEFORE = "対訪在駐反親抗渡離嫌知"
_JA_STATE = (
    "国務|国防|政府|当局|大統領|副大統領|政権|議会|上院|下院|首相|外相|外務|財務|商務|軍|兵|側|国籍|大使|大使館|高官|首脳|紙|誌|メディア|"
    "本土|国内|国民|中央情報|司法|連邦|最高裁|企業|海軍|陸軍|空軍|通商|報道官|当局者|代表|核|製|産|資|株|ドル|東部|西部|"
    "南部|中西部|北東部|史|国連大使|原子力|疾病|航空宇宙|海兵|シンクタンク|同盟|領|与党|野党|議員|総領事|国防総省|ホワイト"
)


@lru_cache(maxsize=4096)
def _patterns(rendering: str, code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    table = _KOREAN if code == "ko" else _JAPANESE
    letters = table.get(rendering.replace(" ", ""), "")
    return tuple(
        (re.compile(_korean(letter) if code == "ko" else _japanese(letter)), letter)
        for letter in letters
    )


def _korean(letter: str) -> str:
    if not "가" <= letter <= "힣":
        return rf"(?<![\u4e00-\u9fff])(?P<x>{letter})(?![\u4e00-\u9fff]|\))"
    dots = r"[·ㆍ・\-–/‧∙]"
    chain = (
        rf"(?<![가-힣0-9])(?!북한|독일|남미|중미|북미(?!{_KO_US_NK}))(?=[{_KO_CHAIN}]{{2,4}}(?![가-힣])|[{_KO_CHAIN}]{{2,4}}(?:{_KO_AFTER}))"
        rf"[{_KO_CHAIN}]{{0,3}}(?P<x>{letter})"
    )
    dotted = (
        rf"(?<![가-힣0-9])(?:[가-힣]{dots})*(?P<y>{letter})(?={dots}[{_KO_CHAIN}](?![가-힣])|"
        rf"{dots}[{_KO_CHAIN}](?:{_KO_AFTER}|{dots}))"
        rf"|(?<=[{_KO_CHAIN}][·ㆍ・\-–/‧∙])(?P<z>{letter})(?=(?![가-힣])|{_KO_AFTER})"
    )
    before = "|".join(
        rf"(?<![가-힣]){prefix}(?P<b{index}>{letter})"
        + (f"(?={_KO_NEEDS[prefix + letter]})" if _KO_NEEDS.get(prefix + letter) else "")
        for index, prefix in enumerate(_KO_BEFORE)
    )
    spaced = "" if letter in "중일한독프호남영" else r"\s?"
    state = rf"(?<![가-힣0-9])(?P<s>{letter})(?={spaced}(?:{_KO_STATE}))"
    head = rf"^[\"'“‘\[(]?(?P<h>{letter})(?=,|\s(?:{_KO_STATE}))"
    stationed = rf"(?:주|재)[한일독]\s?(?P<f>{letter})(?=군)"
    return "|".join((chain, dotted, before, state, head, stationed))


def _japanese(letter: str) -> str:
    run = f"[{_JA_CHAIN}]"
    dots = "[・･/-]?"
    chain = (
        rf"(?<![0-9０-９一-龥])(?P<x>{letter})(?={dots}{run})(?<!北)(?<!南)(?!中米|南米|北米|日本|中国|韓国|英国|米国|北朝|日中(?:は|の|に|、))"
        rf"|(?<=[{_JA_CHAIN.replace('北', '').replace('中', '') if letter == '米' else _JA_CHAIN}])(?P<y>{letter})(?![本国鮮曜朝州]|間もなく)"
        rf"|(?<=[{_JA_CHAIN}][・･/-])(?P<z>{letter})(?![本国鮮州])"
    )
    before = rf"(?<=[{_JA_BEFORE}])(?P<b>{letter})(?![本国鮮州])"
    state = rf"(?<![0-9０-９一-龥々{'ァ-ヶー' if letter in 'ロウ' else ''}])(?P<s>{letter})(?={_JA_STATE})"
    if letter in "日中北比西ウ加越":
        state = rf"(?<![0-9０-９一-龥])(?P<s>{letter})(?=政府|軍|当局|外務省|大使)"
    extra = rf"|(?<![一-龥])(?P<e>{letter})(?=ア)" if letter == "南" else ""
    return "|".join((chain, before, state)) + extra


def find_abbreviated(rendering: str, text: str, language: Language) -> list[Span]:
    """The spans of the one-letter name of the country ``rendering``, in order; often none."""
    spans: list[Span] = []
    for pattern, letter in _patterns(rendering, language.code):
        if letter not in text:
            continue
        for found in pattern.finditer(text):
            span = next(found.span(name) for name in found.groupdict() if found[name] is not None)
            spans.append(span)
    return sorted(set(spans))
