"""Values, not spellings: what is read, what counts as the same, what is written and mended."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.languages import ENGLISH, JAPANESE, KOREAN, LANGUAGES, Language
from aligner.numerals import (
    Kind,
    Quantity,
    compare,
    grouped,
    quantities,
    render,
    render_date,
    repair,
    without_invented_dates,
)


def read(text: str, language: Language, kind: Kind) -> list[Fraction]:
    return [q.value for q in quantities(text, language) if q.kind is kind]


ENGLISH_READINGS = [
    ("about 3.2 million voters", Kind.NUMBER, [3_200_000]),
    ("1.2bn people", Kind.NUMBER, [1_200_000_000]),
    ("exports of 1.6 mln tons", Kind.NUMBER, [1_600_000]),
    ("12,345 ballots", Kind.NUMBER, [12_345]),
    ("twenty-one envoys", Kind.NUMBER, [21]),
    ("one hundred and five", Kind.NUMBER, [105]),
    ("two and a half million", Kind.NUMBER, [2_500_000]),
    ("half a million people", Kind.NUMBER, [500_000]),
    ("a dozen ships", Kind.NUMBER, [12]),
    ("one or two days", Kind.NUMBER, [1, 2]),
    ("three-way talks", Kind.NUMBER, [3]),
    ("the G-7 and the G20", Kind.NUMBER, [7, 20]),
    ("$3.2 million in aid", Kind.MONEY, [3_200_000]),
    ("US$5", Kind.MONEY, [5]),
    ("50 billion won", Kind.MONEY, [50_000_000_000]),
    ("$3-5 million", Kind.MONEY, [3_000_000, 5_000_000]),
    ("4.5 percent", Kind.PERCENT, [Fraction(9, 2)]),
    ("10 to 15 per cent", Kind.PERCENT, [10, 15]),
    ("two-thirds of them", Kind.FRACTION, [Fraction(2, 3)]),
    ("half of them", Kind.FRACTION, [Fraction(1, 2)]),
    ("the 21st century", Kind.ORDINAL, [21]),
    ("their first talks", Kind.ORDINAL, [1]),
    ("King Charles III", Kind.ORDINAL, [3]),
    ("on May 5, 2021", Kind.DAY, [5]),
    ("on 5 May 2021", Kind.MONTH, [5]),
    ("in March", Kind.MONTH, [3]),
    ("You may march on", Kind.MONTH, []),
    ("on the night of May 26", Kind.MONTH, [5]),
    ("in the mid-2020s", Kind.YEAR, [2020]),
    ("in 1997", Kind.YEAR, [1997]),
    ("said Wednesday", Kind.WEEKDAY, [3]),
    ("at 5 p.m.", Kind.TIME, [17 * 60]),
    ("at 9:30 a.m. local time", Kind.TIME, [9 * 60 + 30]),
    ("at 12 a.m.", Kind.TIME, [0]),
    ("thousands of refugees", Kind.MAGNITUDE, [1000]),
    ("hundreds of thousands of tons", Kind.MAGNITUDE, [100_000]),
    ("see https://example.org/2021/05", Kind.NUMBER, []),
]
KOREAN_READINGS = [
    ("320만 명", Kind.NUMBER, [3_200_000]),
    ("48만 6,000명", Kind.NUMBER, [486_000]),
    ("1만2천 명", Kind.NUMBER, [12_000]),
    ("3조 5000억 원", Kind.MONEY, [3_500_000_000_000]),
    ("1억 4천 2백만 명", Kind.NUMBER, [142_000_000]),
    ("1억1천만 달러", Kind.MONEY, [110_000_000]),
    ("3.5%포인트", Kind.PERCENT, [Fraction(7, 2)]),
    ("이십일 명", Kind.NUMBER, [21]),
    ("백만 명이", Kind.NUMBER, [1_000_000]),
    ("열두 척", Kind.NUMBER, [12]),
    ("세 나라와 세계", Kind.NUMBER, [3]),
    ("양국 정상", Kind.NUMBER, [2]),
    ("7개국", Kind.NUMBER, [7]),
    ("제2차 회담", Kind.ORDINAL, [2]),
    ("제23조", Kind.ORDINAL, [23]),
    ("4분의 1", Kind.FRACTION, [Fraction(1, 4)]),
    ("2021년 5월 5일", Kind.DAY, [5]),
    ("7∼9월", Kind.MONTH, [7, 9]),
    ("1990년대", Kind.YEAR, [1990]),
    ("수요일 오후", Kind.WEEKDAY, [3]),
    ("화·수요일", Kind.WEEKDAY, [2, 3]),
    ("오후 5시 30분", Kind.TIME, [17 * 60 + 30]),
    ("밤 12시", Kind.TIME, [0]),
    ("3시간 동안", Kind.TIME, []),
    ("수백만 명", Kind.MAGNITUDE, [1_000_000]),
]
JAPANESE_READINGS = [
    ("320万人", Kind.NUMBER, [3_200_000]),
    ("１万２千人", Kind.NUMBER, [12_000]),
    ("105 万人", Kind.NUMBER, [1_050_000]),
    ("3兆5000億円", Kind.MONEY, [3_500_000_000_000]),
    ("147円32銭", Kind.MONEY, [Fraction(14732, 100)]),
    ("三十五人", Kind.NUMBER, [35]),
    ("二〇一八年", Kind.NUMBER, [2018]),
    ("3割5分", Kind.PERCENT, [35]),
    ("４.５％", Kind.PERCENT, [Fraction(9, 2)]),
    ("令和3年", Kind.YEAR, [2021]),
    ("平成元年", Kind.YEAR, [1989]),
    ("5月5日", Kind.MONTH, [5]),
    ("水曜日", Kind.WEEKDAY, [3]),
    ("水曜の会談", Kind.WEEKDAY, [3]),
    ("月水金に", Kind.WEEKDAY, []),
    ("午後５時半", Kind.TIME, [17 * 60 + 30]),
    ("3時間", Kind.TIME, []),
    ("第2次", Kind.ORDINAL, [2]),
    ("4分の1", Kind.FRACTION, [Fraction(1, 4)]),
    ("数百万人", Kind.MAGNITUDE, [1_000_000]),
    ("九つ", Kind.NUMBER, [9]),
]


@pytest.mark.parametrize(
    ("text", "language", "kind", "values"),
    [
        (text, language, kind, values)
        for language, table in (
            (ENGLISH, ENGLISH_READINGS),
            (KOREAN, KOREAN_READINGS),
            (JAPANESE, JAPANESE_READINGS),
        )
        for text, kind, values in table
    ],
)
def test_reading(text: str, language: Language, kind: Kind, values: list[Fraction]) -> None:
    assert read(text, language, kind) == values


SAME = [
    ("3.2 million people fled.", "320만 명이 피란했다.", KOREAN),
    ("3.2 million people fled.", "320万人が避難した。", JAPANESE),
    ("It cost $1.2 billion.", "비용은 12억 달러였다.", KOREAN),
    ("It cost $1.2 billion.", "費用は12億ドルだった。", JAPANESE),
    ("Fifteen ships left.", "15척이 떠났다.", KOREAN),
    ("Fifteen ships left.", "十五隻が出港した。", JAPANESE),
    ("He left at 5 p.m.", "그는 17시에 떠났다.", KOREAN),
    ("He left at 5 p.m.", "彼は午後5時に出た。", JAPANESE),
    ("the G-7 summit", "주요 7개국(G7) 정상회의", KOREAN),
    ("the G-7 summit", "先進7カ国首脳会議", JAPANESE),
    ("in May 2021", "2021년 5월에", KOREAN),
    ("in May 2021", "令和3年5月に", JAPANESE),
    ("both countries", "양국", KOREAN),
    ("both countries", "両国", JAPANESE),
    ("half of voters", "유권자의 50%", KOREAN),
    ("A third of voters", "有権者の3分の1", JAPANESE),
    ("two decades ago", "20년 전", KOREAN),
    ("the monthslong review last year", "지난해 몇 달에 걸친 검토", KOREAN),
    ("four and a half years later", "4年半後", JAPANESE),
    ("more than a dozen envoys", "10여 명의 특사", KOREAN),
    ("in the July-September period", "7∼9월에", KOREAN),
    ("during World War II", "第2次世界大戦中", JAPANESE),
    ("a coronavirus test", "코로나19 검사", KOREAN),
    ("between 2018-19", "2018~2019년", KOREAN),
    ("650-pound bomb", "295킬로그램 폭탄", KOREAN),
    ("a 2,000-square-foot hall", "186㎡ 넓이의 홀", KOREAN),
    ("It was 72 degrees.", "気温は22度だった。", JAPANESE),
]


@pytest.mark.parametrize(("source", "target", "language"), SAME)
def test_what_a_faithful_translator_writes_is_no_fault(
    source: str, target: str, language: Language
) -> None:
    result = compare(quantities(source, ENGLISH), quantities(target, language))
    assert (result.missing, result.changed) == ((), ())


CHANGED = [
    ("He said Wednesday.", "그는 월요일 말했다.", KOREAN, Kind.WEEKDAY),
    ("He said Wednesday.", "彼は月曜日に述べた。", JAPANESE, Kind.WEEKDAY),
    ("3.2 million people", "32만 명", KOREAN, Kind.NUMBER),
    ("3.2 million people", "3億2000万人", JAPANESE, Kind.NUMBER),
    ("on May 5", "6월 5일", KOREAN, Kind.MONTH),
    ("on May 5", "5月6日", JAPANESE, Kind.DAY),
    ("in 1917", "1971년", KOREAN, Kind.YEAR),
    ("at 5 p.m.", "오전 5시", KOREAN, Kind.TIME),
    ("4.5 percent", "5.4%", KOREAN, Kind.PERCENT),
    ("$5 million", "50万ドル", JAPANESE, Kind.MONEY),
    ("nine people", "6명", KOREAN, Kind.NUMBER),
]


@pytest.mark.parametrize(("source", "target", "language", "kind"), CHANGED)
def test_a_changed_value_is_paired_with_its_source(
    source: str, target: str, language: Language, kind: Kind
) -> None:
    result = compare(quantities(source, ENGLISH), quantities(target, language))
    assert [wanted.kind for wanted, _ in result.changed] == [kind]


def test_missing_extra_and_currency() -> None:
    lost = compare(quantities("17 people died.", ENGLISH), quantities("사람들이 숨졌다.", KOREAN))
    assert [q.value for q in lost.missing] == [17]
    made_up = compare(quantities("People died.", ENGLISH), quantities("17명이 숨졌다.", KOREAN))
    assert [q.value for q in made_up.extra] == [17]
    swapped = compare(quantities("$500 fine", ENGLISH), quantities("500원 벌금", KOREAN))
    assert len(swapped.currency) == 1
    assert not swapped.changed


def quantity(kind: Kind, value: Fraction | int, unit: str = "") -> Quantity:
    return Quantity(kind, Fraction(value), 0, 0, "", unit=unit)


@pytest.mark.parametrize(
    ("value", "korean", "japanese"),
    [
        (quantity(Kind.WEEKDAY, 3), "수요일", "水曜日"),
        (quantity(Kind.MONTH, 5), "5월", "5月"),
        (quantity(Kind.DAY, 5), "5일", "5日"),
        (quantity(Kind.YEAR, 1990, "decade"), "1990년대", "1990年代"),
        (quantity(Kind.NUMBER, 3_200_000), "320만", "320万"),
        (quantity(Kind.NUMBER, 1_234_567), "123만4567", "123万4567"),
        (quantity(Kind.NUMBER, 3_500_000_000_000), "3조 5000억", "3兆5000億"),
        (quantity(Kind.MONEY, 1_200_000_000, "USD"), "12억 달러", "12億ドル"),
        (quantity(Kind.PERCENT, Fraction(9, 2)), "4.5%", "4.5%"),
        (quantity(Kind.TIME, 17 * 60), "오후 5시", "午後5時"),
        (quantity(Kind.TIME, 720), "오후 12시", "午後0時"),
        (quantity(Kind.FRACTION, Fraction(2, 3)), "3분의 2", "3分の2"),
        (quantity(Kind.ORDINAL, 3), "3번째", "3番目"),
    ],
)
def test_rendering(value: Quantity, korean: str, japanese: str) -> None:
    assert (render(value, KOREAN), render(value, JAPANESE)) == (korean, japanese)


@given(st.integers(min_value=0, max_value=10**16 - 1), st.sampled_from([KOREAN, JAPANESE]))
def test_a_rendered_number_reads_back(number: int, language: Language) -> None:
    text = render(quantity(Kind.NUMBER, number), language)
    values = [q.value for q in quantities(text, language) if q.hard]
    assert values == [number]


@given(st.text(max_size=60), st.sampled_from([ENGLISH, KOREAN, JAPANESE]))
def test_any_text_is_read_and_spans_are_true(text: str, language: Language) -> None:
    for found in quantities(text, language):
        assert 0 <= found.start < found.end <= len(text)


@given(st.text(alphabet="0123456789,.만억조천백십 万億兆千百十一二三年월日%$:-~", max_size=25))
def test_digit_soup_is_read(text: str) -> None:
    for language in (ENGLISH, KOREAN, JAPANESE):
        quantities(text, language)


@pytest.mark.parametrize(
    ("source", "target", "language", "mended"),
    [
        ("He said Wednesday.", "그는 월요일 말했다.", KOREAN, "그는 수요일 말했다."),
        ("He said Wednesday.", "彼は月曜日に述べた。", JAPANESE, "彼は水曜日に述べた。"),
        (
            "On Wednesday they met; Wednesday’s talks were long.",
            "月曜に会った。月曜の会談は長かった。",
            JAPANESE,
            "水曜に会った。水曜の会談は長かった。",
        ),
        ("They met on May 5.", "그들은 6월 5일 만났다.", KOREAN, "그들은 5월 5일 만났다."),
        ("It ended in 1997.", "1979年に終わった。", JAPANESE, "1997年に終わった。"),
        ("3.2 million people fled.", "32만 명이 떠났다.", KOREAN, "320만 명이 떠났다."),
        ("It cost $1.2 billion.", "費用は1.2億ドルだった。", JAPANESE, "費用は12億ドルだった。"),
        ("It rose 4.5 percent.", "5.4% 올랐다.", KOREAN, "4.5% 올랐다."),
    ],
)
def test_repair(source: str, target: str, language: Language, mended: str) -> None:
    result = repair(source, target, language)
    assert result is not None
    assert result[0] == mended
    assert result[1]
    assert repair(source, mended, language) is None


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("He said Wednesday.", "그는 수요일 말했다.", KOREAN),
        ("He said Wednesday.", "그는 말했다.", KOREAN),
        # Two candidates: which is wrong?
        ("17 of 40 fled.", "18명 중 41명이 떠났다.", KOREAN),
        # The particle would have to change with the number.
        ("He chose 13.", "그는 12를 골랐다.", KOREAN),
        ("The first talks", "3回目の協議", JAPANESE),
        # Scores, ranges and fractions hang together.
        ("They led 2-0 at the break.", "그들은 전반을 2-3으로 앞섰다.", KOREAN),
        ("It took 4 years.", "3∼5년이 걸렸다.", KOREAN),
        ("one hundred-thousandth of it", "その10万分の1", JAPANESE),
        ("He said Wednesday.", "Er sagte am Montag.", ENGLISH),
    ],
)
def test_what_is_not_sure_is_left_alone(source: str, target: str, language: Language) -> None:
    assert repair(source, target, language) is None


@pytest.mark.parametrize(
    ("text", "korean", "japanese"),
    [
        ("May 5, 2021", "2021년 5월 5일", "2021年5月5日"),
        ("Wednesday, May 5, 2021", "2021년 5월 5일 수요일", "2021年5月5日水曜日"),
        ("5 May 2021, 5 p.m.", "2021년 5월 5일 오후 5시", "2021年5月5日午後5時"),
        ("LONDON, May 5", None, None),
        ("2021", None, None),
        ("The May 5 talks", None, None),
    ],
)
def test_a_bare_date_needs_no_model(text: str, korean: str | None, japanese: str | None) -> None:
    assert (render_date(text, KOREAN), render_date(text, JAPANESE)) == (korean, japanese)


@pytest.mark.parametrize(
    ("language", "source", "target", "mended"),
    [
        # a year of the model's own before a right date
        ("ko", "Moon meets Biden on May 21.", "2023년 5월 21일 회담한다.", "5월 21일 회담한다."),
        ("ja", "He took office on Jan. 20.", "2023年1月20日に就任した。", "1月20日に就任した。"),
        # a whole date instead of a weekday
        ("ko", "They agreed Thursday.", "2023년 4월 4일 합의했다.", "목요일 합의했다."),
        # a whole date before a time of day
        ("ja", "at about 3:45 p.m.", "2023年3月16日午後3時45分", "午後3時45分"),
        # right dates stay
        ("ko", "on March 16, 2023", "2023년 3월 16일", "2023년 3월 16일"),
        ("ja", "in 1953, and again on May 5", "1953年5月5日", "1953年5月5日"),
        ("ja", "He met them on Friday, May 5.", "5月5日金曜日に会った。", "5月5日金曜日に会った。"),
        # a bare day instead of a weekday
        (
            "ko",
            "He said on Monday.",
            "그는 16일(현지시간) 말했다.",
            "그는 월요일(현지시간) 말했다.",
        ),
        ("ko", "Talks are on Wednesday.", "회담은 3일 열린다.", "회담은 수요일 열린다."),
        ("ja", "He left on Monday.", "彼は16日に去った。", "彼は月曜日に去った。"),
        ("ko", "He left on Monday.", "수요일인 16일 떠났다.", "수요일인 16일 떠났다."),
        (
            "ko",
            "In 10 days, on Monday.",
            "그는 10일 동안 10일 쉬었다.",
            "그는 10일 동안 10일 쉬었다.",
        ),
        ("ja", "On Monday he slept.", "彼は16日間眠った。", "彼は16日間眠った。"),
        # what cannot be decided stays for the checks
        ("ko", "The meeting took place.", "회의는 5월 5일 열렸다.", "회의는 5월 5일 열렸다."),
    ],
)
def test_dates_the_source_lacks_are_taken_out(
    language: str, source: str, target: str, mended: str
) -> None:
    text, notes = without_invented_dates(source, target, LANGUAGES[language])
    assert text == mended
    assert bool(notes) == (text != target)
    assert without_invented_dates(source, text, LANGUAGES[language]) == (text, ())


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("팔로워 14200만 명", KOREAN, "팔로워 1억 4200만 명"),
        ("14,200万人のフォロワー", JAPANESE, "1億4200万人のフォロワー"),
        ("20000만 달러", KOREAN, "2억 달러"),
        ("1억 4200만 명", KOREAN, "1억 4200만 명"),
        ("9,999만 원과 1.12345만", KOREAN, "9,999만 원과 1.12345만"),
    ],
)
def test_ten_thousands_of_ten_thousands_are_hundred_millions(
    text: str, language: Language, expected: str
) -> None:
    mended, notes = grouped(text, language)
    assert mended == expected and bool(notes) == (mended != text)
    assert grouped(mended, language) == (mended, ())
