"""Lengths of time: numbers with their units, in three languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.languages import JAPANESE, KOREAN, LANGUAGES, Language
from aligner.numerals import changed_durations, rendered, repair_durations
from aligner.numerals.durations import durations


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("within two to three weeks", "2~3주 안에", KOREAN),
        ("within two to three weeks", "두세 주 안에", KOREAN),
        ("within two to three weeks", "2〜3週間以内に", JAPANESE),
        ("a two-week tour", "14일간의 순방", KOREAN),
        ("within 72 hours", "사흘 안에", KOREAN),
        ("within 90 days", "3개월 안에", KOREAN),
        ("within 90 days", "90日以内に", JAPANESE),
        ("20 years ago", "20년 만에", KOREAN),
        ("for two decades", "20年間", JAPANESE),
        ("after 18 months", "1년 6개월 만에", KOREAN),
        ("after 18 months", "1年半ぶりに", JAPANESE),
        ("two and a half years on", "2년 반여가 지나", KOREAN),
        ("for one year and six months", "18カ月間", JAPANESE),
        ("a meeting of two hours and 30 minutes", "2時間半の会談", JAPANESE),
        ("half a century on", "반세기가 지나", KOREAN),
        ("two years, three years or five months", "2년, 3년, 5개월", KOREAN),
        ("The 75-year-old left.", "그는 2주 뒤 떠났다.", KOREAN),  # an age is no duration
        ("in five years", "제5차 회의에서", KOREAN),  # lost, and nothing stands for it
        ("He came on May 3.", "그는 3주 만에 왔다.", KOREAN),  # the source has no duration
        ("They met a day later.", "이들은 이튿날 만났고 일주일 머물렀다.", KOREAN),
        ("They met a day earlier.", "前日に会い、1週間滞在した。", JAPANESE),
        ("Prices fell from a year earlier.", "물가는 전년보다 1개월 만에 내렸다.", KOREAN),
    ],
)
def test_what_a_faithful_translator_writes_is_no_fault(
    source: str, target: str, language: Language
) -> None:
    assert changed_durations(source, target, language) == ()


@pytest.mark.parametrize(
    ("source", "target", "language", "mended"),
    [
        ("within two to three weeks", "2カ月以内に", JAPANESE, "2〜3週間以内に"),
        ("a two-week tour", "두 달 순방", KOREAN, "2주 순방"),
        ("a two-week tour", "3주간의 순방", KOREAN, "2주간의 순방"),
        ("in five years", "5カ月で", JAPANESE, "5年で"),
        ("within 90 days", "90時間以内に", JAPANESE, "90日以内に"),
        ("for three decades", "3년 동안", KOREAN, "30년 동안"),
        (
            "It came only a day after the summit.",
            "정상회담 일주일 뒤에야 나왔다.",
            KOREAN,
            "정상회담 하루 뒤에야 나왔다.",
        ),
        ("He left a week later.", "彼は1カ月後に去った。", JAPANESE, "彼は1週間後に去った。"),
    ],
)
def test_another_length_is_found_and_mended(
    source: str, target: str, language: Language, mended: str
) -> None:
    assert len(changed_durations(source, target, language)) == 1
    result = repair_durations(source, target, language)
    assert result is not None and result[0] == mended and "→" in result[1][0]
    assert repair_durations(source, mended, language) is None


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("a two-week tour", "두 달은 길다", KOREAN),  # the particle would be wrong
        ("two and a half years", "3年", JAPANESE),  # no short way to write it
        ("two weeks, then five days", "2カ月と5時間", JAPANESE),  # two faults
    ],
)
def test_what_is_not_sure_is_found_and_left_alone(
    source: str, target: str, language: Language
) -> None:
    assert changed_durations(source, target, language)
    assert repair_durations(source, target, language) is None


@given(
    st.text(
        alphabet="0123 -~〜twohreyasdkmn年月日週間時半년월주개간시일달반두세에서,。", max_size=40
    )
)
def test_any_text_is_read_and_spans_are_true(text: str) -> None:
    for language in LANGUAGES.values():
        for one in durations(text, language):
            assert text[one.start : one.end] == one.text and 0 < one.low <= one.high


def test_a_length_reads_back_as_it_was_written() -> None:
    for language in (KOREAN, JAPANESE):
        for english in ("three minutes", "12 hours", "two weeks", "five months", "40 years"):
            (wanted,) = durations(english, LANGUAGES["en"])
            written = rendered(wanted, language)
            assert written is not None
            (read,) = durations(written, language)
            assert read.lengths == wanted.lengths
