"""Faults planted on purpose into good translations, to train and to test scores.

``plant(kind, …)`` gives the damaged target, or None where that fault cannot be made from this row.
The same random state gives the same fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Row:
    """A good translation and what a fault may be made from.

    ``other`` is the target of another article, ``near`` of a neighbouring sentence, ``foreign`` the
    translation into the other target language.
    """

    source: str
    target: str
    code: str
    other: str
    near: str
    foreign: str


# Swapping one of these for another gives a fluent and wrong sentence.
NAMES: Mapping[str, tuple[str, ...]] = {
    "ko": (
        "북한", "한국", "일본", "중국", "미국", "러시아", "우크라이나", "이란", "이라크", "영국", "프랑스",
        "독일", "인도", "베트남", "필리핀", "호주", "캐나다", "이스라엘", "시리아", "터키", "튀르키예",
        "태국", "대만", "인도네시아", "멕시코", "브라질", "이집트", "파키스탄", "아프가니스탄",
        "사우디아라비아", "스페인", "이탈리아", "폴란드", "서울", "도쿄", "베이징", "워싱턴", "모스크바",
        "평양", "런던", "파리", "부산", "오사카", "제네바", "뉴욕", "하노이", "자카르타", "마닐라",
    ),
    "ja": (
        "北朝鮮", "韓国", "日本", "中国", "米国", "ロシア", "ウクライナ", "イラン", "イラク", "英国",
        "フランス", "ドイツ", "インド", "ベトナム", "フィリピン", "オーストラリア", "カナダ",
        "イスラエル", "シリア", "トルコ", "タイ", "台湾", "インドネシア", "メキシコ", "ブラジル",
        "エジプト", "パキスタン", "アフガニスタン", "サウジアラビア", "スペイン", "イタリア",
        "ポーランド", "ソウル", "東京", "北京", "ワシントン", "モスクワ", "平壌", "ロンドン", "パリ",
        "釜山", "大阪", "ジュネーブ", "ニューヨーク", "ハノイ", "ジャカルタ", "マニラ",
    ),
}  # fmt: skip

# Words of an office or an act, each with another that changes what the sentence says.
TERMS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ko": (
        ("대통령", "총리"), ("총리", "대통령"), ("외교부", "국방부"), ("국방부", "교육부"),
        ("장관", "차관"), ("외교장관", "국방장관"), ("대사", "총영사"), ("정상회담", "실무회담"),
        ("휴전", "전쟁"), ("제재", "지원"), ("조약", "성명"), ("의회", "법원"), ("국회", "법원"),
        ("검찰", "경찰"), ("경찰", "군"), ("야당", "여당"), ("여당", "야당"), ("수출", "수입"),
        ("수입", "수출"), ("선거", "재판"), ("미사일", "위성"), ("대변인", "보좌관"),
        ("협상", "전투"), ("비핵화", "현대화"), ("난민", "관광객"), ("지진", "홍수"),
    ),
    "ja": (
        ("大統領", "首相"), ("首相", "大統領"), ("外務省", "防衛省"), ("国防省", "教育省"),
        ("外相", "国防相"), ("大使", "総領事"), ("首脳会談", "実務者協議"), ("停戦", "戦争"),
        ("制裁", "支援"), ("条約", "声明"), ("議会", "裁判所"), ("国会", "裁判所"), ("検察", "警察"),
        ("警察", "軍"), ("野党", "与党"), ("与党", "野党"), ("輸出", "輸入"), ("輸入", "輸出"),
        ("選挙", "裁判"), ("ミサイル", "衛星"), ("報道官", "補佐官"), ("協議", "戦闘"),
        ("非核化", "近代化"), ("難民", "観光客"), ("地震", "洪水"),
    ),
}  # fmt: skip

_NEGATIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "ko": (
        (r"하지 않았다", "했다"), (r"하지 않는다", "한다"), (r"지 않을 것", "ㄹ 것"),
        (r"하지 못했다", "했다"), (r"없다", "있다"), (r"없었다", "있었다"), (r"아니다", "맞다"),
        (r"했다(?=[.\"”’]|$)", "하지 않았다"), (r"한다(?=[.\"”’]|$)", "하지 않는다"),
        (r"됐다(?=[.\"”’]|$)", "되지 않았다"), (r"있다(?=[.\"”’]|$)", "있지 않다"),
        (r"할 것", "하지 않을 것"), (r"혔다(?=[.\"”’]|$)", "히지 않았다"),
        (r"이다(?=[.\"”’]|$)", "이 아니다"),
    ),
    "ja": (
        (r"しなかった", "した"), (r"れなかった", "れた"), (r"していない", "している"),
        (r"しない", "する"), (r"できない", "できる"), (r"ではない", "である"),
        (r"した(?=[。」]|$)", "しなかった"), (r"れた(?=[。」]|$)", "れなかった"),
        (r"ている(?=[。」]|$)", "ていない"), (r"する(?=[。」]|$)", "しない"),
        (r"である(?=[。」]|$)", "ではない"), (r"った(?=[。」]|$)", "らなかった"),
        (r"いた(?=[。」]|$)", "いていない"), (r"べた(?=[。」]|$)", "べなかった"),
    ),
}  # fmt: skip

_LEAKS: Mapping[str, tuple[str, ...]] = {
    "ko": (
        "번역: {}", "Here is the translation: {}", "{} (참고: 원문의 뉘앙스를 살려 번역했습니다.)",
        "<think>The user wants Korean.</think> {}", "**{}**", "⟦T0⟧ {}", "Korean: {}",
        "{}<|im_end|>", "다음은 번역입니다: {}", "[TERM_1] {}",
    ),
    "ja": (
        "翻訳: {}", "Here is the translation: {}", "{}（注：原文のニュアンスを生かして訳しました。）",
        "<think>The user wants Japanese.</think> {}", "**{}**", "⟦T0⟧ {}", "Japanese: {}",
        "{}<|im_end|>", "以下は翻訳です：{}", "[TERM_1] {}",
    ),
}  # fmt: skip

_TAIL = re.compile(r"[.!?。！？…\"'”’」』)）]+$")


def tokens(text: str, code: str) -> list[str]:
    """``text`` cut where words may begin (spaces stay with the word before); joins back exactly."""
    if code == "ja":
        cut = r"(?<=[ぁ-ん])(?=[^ぁ-んー、。」』）])|(?<=[、。])|(?<=[ァ-ヴー])(?=[一-龠])"
        return [part for part in re.split(cut, text) if part]
    return re.findall(r"\S+\s*", text)


def _tail(text: str) -> tuple[str, str]:
    found = _TAIL.search(text)
    return (text[: found.start()], found[0]) if found else (text, "")


def _truncate(row: Row, rng: Random, share: float) -> str | None:
    parts = tokens(row.target, row.code)
    keep = round(len(parts) * (1 - share))
    if len(parts) < 5 or keep < 2 or keep == len(parts):
        return None
    text = "".join(parts[:keep]).rstrip(" 、,")
    # An early stop may well be closed with a full stop; half of the rows are, so that the lost
    # stop alone does not give the fault away.
    return text + ("." if row.code != "ja" else "。") * rng.randint(0, 1)


def _drop(row: Row, rng: Random) -> str | None:
    parts = tokens(row.target, row.code)
    if len(parts) < 8:
        return None
    span = max(2, round(len(parts) * rng.uniform(0.25, 0.4)))
    start = rng.randint(1, len(parts) - span - 1)
    return "".join(parts[:start] + parts[start + span :])


def _loop(row: Row, rng: Random) -> str | None:
    parts = tokens(row.target, row.code)
    if len(parts) < 4:
        return None
    size, at = rng.randint(1, 3), rng.randint(2, len(parts) - 1)
    piece = "".join(parts[max(0, at - size) : at])
    if not any(c.isalpha() for c in piece):
        return None
    gap = " " if row.code != "ja" and not piece.endswith(" ") else ""
    return "".join(parts[:at]) + gap + (piece + gap) * rng.randint(5, 20)


def _untranslated(row: Row, rng: Random) -> str | None:
    parts, given = tokens(row.target, row.code), row.source.split()
    if len(parts) < 6 or len(given) < 8:
        return None
    share = rng.uniform(0.2, 0.4)
    at = rng.uniform(0, 1 - share)
    left = given[round(at * len(given)) : round((at + share) * len(given))]
    first, last = round(at * len(parts)), round((at + share) * len(parts))
    return "".join([*parts[:first], " ", " ".join(left), " ", *parts[last:]]).strip()


def _word_left(row: Row, rng: Random) -> str | None:
    """One word of the source stands in Latin script in place of one of the target."""
    parts = tokens(row.target, row.code)
    given = [w for w in re.findall(r"[A-Za-z]{3,}", row.source) if not w.isupper()]
    if len(parts) < 3 or not given:
        return None
    at = rng.randrange(len(parts) - 1)
    word = rng.choice(given)
    if row.code == "ja":
        kept = re.search(r"[ぁ-ん、。]*$", parts[at])
        parts[at] = word + (kept[0] if kept else "")
    else:
        kept = re.search(r"(?:[을를은는이가의에도]|에서|으로)?[,.]?\s*$", parts[at])
        parts[at] = word + (kept[0] if kept else " ")
    return "".join(parts)


def _shuffle(row: Row, rng: Random) -> str | None:
    body, tail = _tail(row.target)
    parts = tokens(body, row.code)
    if len(parts) < 6:
        return None
    size = max(1, len(parts) // 4)
    chunks = [parts[i : i + size] for i in range(0, len(parts), size)]
    mixed = chunks[:]
    while mixed == chunks:
        rng.shuffle(mixed)
    joined = [part.strip() if row.code != "ja" else part for chunk in mixed for part in chunk]
    return ("" if row.code == "ja" else " ").join(joined) + tail


def _number(row: Row, rng: Random) -> str | None:
    # Not a digit inside a Latin name (B-52, G7): those are names, not numbers.
    found = [m for m in re.finditer(r"(?<![A-Za-z\d.,-])\d+(?:[.,]\d+)*", row.target)]
    if not found:
        return None
    match = rng.choice(found)
    places = [i for i, c in enumerate(match[0]) if c.isdigit()]
    at = rng.choice(places)
    digit = rng.choice([d for d in "123456789" if d != match[0][at]])
    changed = match[0][:at] + digit + match[0][at + 1 :]
    return row.target[: match.start()] + changed + row.target[match.end() :]


def _name(row: Row, rng: Random) -> str | None:
    present = [name for name in NAMES[row.code] if name in row.target]
    absent = [name for name in NAMES[row.code] if name not in row.target]
    if not present:
        return None
    return row.target.replace(rng.choice(present), rng.choice(absent), 1)


def _swap(row: Row, rng: Random) -> str | None:
    present = [name for name in NAMES[row.code] if name in row.target]
    present = [a for a in present if not any(a != b and (a in b or b in a) for b in present)]
    if len(present) < 2:
        return None
    one, two = rng.sample(present, 2)
    return row.target.replace(one, "\0").replace(two, one).replace("\0", two)


def _term(row: Row, rng: Random) -> str | None:
    present = [(a, b) for a, b in TERMS[row.code] if a in row.target and b not in row.target]
    if not present:
        return None
    old, new = rng.choice(present)
    return row.target.replace(old, new)


def _negate(row: Row, rng: Random) -> str | None:
    found = [(m, new) for old, new in _NEGATIONS[row.code] for m in re.finditer(old, row.target)]
    if not found:
        return None
    match, new = rng.choice(found)
    return row.target[: match.start()] + new + row.target[match.end() :]


FAULTS: Mapping[str, Callable[[Row, Random], str | None]] = {
    "copy": lambda row, rng: row.source,
    "empty": lambda row, rng: "",
    "loop": _loop,
    "wrong language": lambda row, rng: row.foreign,
    "wrong sentence": lambda row, rng: row.other,
    "neighbouring sentence": lambda row, rng: row.near,
    "truncated 40 %": lambda row, rng: _truncate(row, rng, 0.4),
    "truncated 20 %": lambda row, rng: _truncate(row, rng, 0.2),
    "partly untranslated": _untranslated,
    "word untranslated": _word_left,
    "leak": lambda row, rng: rng.choice(_LEAKS[row.code]).format(row.target),
    "extra sentence": lambda row, rng: row.target + (" " if row.code != "ja" else "") + row.other,
    "dropped clause": _drop,
    "shuffled": _shuffle,
    "number changed": _number,
    "name replaced": _name,
    "names swapped": _swap,
    "wrong term": _term,
    "negated": _negate,
}


def plant(kind: str, row: Row, rng: Random) -> str | None:
    """The target of ``row`` with a fault of ``kind``; None where it cannot be made or changes nothing.

    Raises KeyError for a kind that is not in ``FAULTS``.
    """
    damaged = FAULTS[kind](row, rng)
    return None if damaged is None or damaged == row.target else damaged


def rows(
    triples: Sequence[tuple[str, str, str, str]], code: str, *, apart: int = 50
) -> list[tuple[str, Row]]:
    """(document, row) for each (document, en, ko, ja) of ``triples``; ``other`` is ``apart`` rows on."""
    column, opposite = (2, 3) if code == "ko" else (3, 2)
    total = len(triples)
    return [
        (
            triple[0],
            Row(
                triple[1],
                triple[column],
                code,
                other=triples[(i + apart) % total][column],
                near=triples[i + 1 if i + 1 < total else i - 1][column],
                foreign=triple[opposite],
            ),
        )
        for i, triple in enumerate(triples)
    ]
