"""Korean particle agreement, for syllables, digits and Latin letters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.termbase import agree, agreeing, final_sound, particle_for


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("북조선은 말했다", "북조선", "북한 정부", "북한 정부는 말했다"),
        ("미국으로 갔다", "미국", "서울", "서울로 갔다"),
        ("서울로 갔다", "서울", "미국", "미국으로 갔다"),
        ("서울로 갔다", "서울", "도쿄", "도쿄로 갔다"),
        ("도쿄가 말했다", "도쿄", "미국", "미국이 말했다"),
        ("중국을 떠났다", "중국", "러시아", "러시아를 떠났다"),
        ("러시아와의 회담", "러시아", "미국", "미국과의 회담"),
        ("중국이었다", "중국", "러시아", "러시아였다"),
        ("러시아였지만", "러시아", "중국", "중국이었지만"),
        ("러시아라고 했다", "러시아", "중국", "중국이라고 했다"),
        ("러시아라는 나라", "러시아", "중국", "중국이라는 나라"),
        ("중국이란 나라", "중국", "러시아", "러시아란 나라"),
        ("중국이나 일본", "중국", "러시아", "러시아나 일본"),
        ("러시아다", "러시아", "중국", "중국이다"),
        ("러시아며", "러시아", "중국", "중국이며"),
        ("러시아여서", "러시아", "중국", "중국이어서"),
        ("정은아 보아라", "정은", "정미", "정미야 보아라"),
        ("‘러시아’는 말했다", "러시아", "중국", "‘중국’은 말했다"),
        ("국제연합(UN)은 말했다", "국제연합", "유엔 회의", "유엔 회의(UN)는 말했다"),
        ("러시아로부터", "러시아", "중국", "중국으로부터"),
        ("러시아로까지", "러시아", "중국", "중국으로까지"),
        ("EU는 말했다", "EU", "유럽연합", "유럽연합은 말했다"),
        ("유럽연합이 말했다", "유럽연합", "EU", "EU가 말했다"),
        ("2000년은", "2000년", "2001", "2001은"),
        ("Blinken은 말했다", "Blinken", "블링컨", "블링컨은 말했다"),
        ("Blinken는 말했다", "Blinken", "블링컨", "블링컨은 말했다"),
        # What only looks like a particle stays.
        ("미국이후", "미국", "러시아", "러시아이후"),
        ("핵무기", "핵무", "가", "가기"),
        ("미국에서는", "미국", "러시아", "러시아에서는"),
        ("미국의", "미국", "러시아", "러시아의"),
        ("미국 은행", "미국", "러시아", "러시아 은행"),
        ("중국인", "중국", "러시아", "러시아인"),
        ("중국과학원", "중국", "러시아", "러시아과학원"),
        # Equal endings leave even a wrong particle alone.
        ("러시아은", "러시아", "도쿄", "도쿄은"),
    ],
)
def test_agree(text: str, old: str, new: str, expected: str) -> None:
    start = text.index(old)
    assert agree(text, start, start + len(old), new) == expected


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("미국", "consonant"), ("서울", "rieul"), ("도쿄", "vowel"), ("G7", "rieul"),
        ("G20", "consonant"), ("10", "consonant"), ("100", "consonant"), ("10,000", "consonant"),
        ("2", "vowel"), ("3.0", "consonant"), ("6", "consonant"), ("8", "rieul"), ("EU", "vowel"),
        ("IAEA", "vowel"), ("NPT", "vowel"), ("ICBM", "consonant"), ("U.S.", "vowel"),
        ("NATO", "vowel"), ("APEC", "consonant"), ("50%", "vowel"), ("유엔(UN)", "consonant"),
        ("‘북한’", "consonant"), ("URL", "rieul"), ("100만", "consonant"),
    ],
)  # fmt: skip
def test_final_sound(word: str, sound: str) -> None:
    assert final_sound(word) == sound


def test_nothing_readable_is_an_error() -> None:
    for text in ("", " ", "」", "日本"):
        with pytest.raises(ValueError, match="aloud"):
            final_sound(text)


def test_particles_that_cannot_be_right_are_set_right() -> None:
    for wrong, right in {
        "김정은 북한 지도자과 만났다": "김정은 북한 지도자와 만났다",
        "문서은 서울으로부터 왔다": "문서는 서울로부터 왔다",
        "장관를 만나 대통령와의 회담": "장관을 만나 대통령과의 회담",
        "비무장지대으로 갔다": "비무장지대로 갔다",
    }.items():
        mended, notes = agreeing(wrong)
        assert mended == right
        assert notes
        assert agreeing(mended) == (right, ())


def test_words_that_end_like_particles_are_left_alone() -> None:
    for text in (
        "니카라과 소아과 효과는 초과의 지난가을 들를 지은 김고은 국가 나이",
        "정상회담과 한미일 3국과 G7과 결과와 학교로 별로",
        "ABC와 2국와",
    ):
        assert agreeing(text) == (text, ())


_SYLLABLE = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
_WORD = st.text(_SYLLABLE, min_size=1, max_size=5)
_PARTICLE = st.sampled_from(
    "은 는 이 가 을 를 과 와 으로 로 이라고 라고 이란 란 이나 나 이었다 였다 이며 며".split()  # noqa: SIM905
)


@settings(max_examples=60, deadline=None)
@given(_WORD, _PARTICLE)
def test_a_particle_in_agreement_stays(word: str, particle: str) -> None:
    fitting = particle_for(word, particle)
    assert particle_for(word, fitting) == fitting


@settings(max_examples=60, deadline=None)
@given(_WORD, _WORD, _PARTICLE)
def test_replacing_and_putting_back_restores_the_text(old: str, new: str, particle: str) -> None:
    text = f"그 {old}{particle_for(old, particle)} 말"
    there = agree(text, 2, 2 + len(old), new)
    back = agree(there, 2, 2 + len(new), old)
    # 이며 may stand for 며 after a vowel, so only the two-way particles come back to the letter.
    if particle not in ("이며", "며"):
        assert back == text
    assert there.startswith(f"그 {new}") and there.endswith(" 말")
