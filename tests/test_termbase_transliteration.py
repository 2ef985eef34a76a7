"""Names that no list knows: found in an article, spelt in Hangul and katakana, told and never demanded."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner import termbase
from aligner.languages import JAPANESE, KOREAN, Language
from aligner.termbase import TermBase
from aligner.termbase.concepts import concept_from_cells
from aligner.termbase.korean_names import katakana, korean_names
from aligner.termbase.transliteration import Model, transliterate, unknown_names
from training.transliteration.train import aligned, learnt

NONE = TermBase(())
ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "korean", "japanese"),
    [
        ("Mayorga", "마요르가", "マヨルガ"),
        ("Whitfield", "휘트필드", "ホイットフィールド"),
    ],
)
def test_a_name_is_spelt_as_its_letters_are_elsewhere(
    name: str, korean: str, japanese: str
) -> None:
    assert transliterate(name, KOREAN) == korean
    assert transliterate(name, JAPANESE) == japanese


@given(st.from_regex(r"[A-Z][a-z]{1,18}", fullmatch=True), st.sampled_from([KOREAN, JAPANESE]))
def test_what_comes_out_is_a_word_of_the_script_or_nothing(name: str, language: Language) -> None:
    spelt = transliterate(name, language)
    script = {"ko": r"[가-힣]{2,}", "ja": r"[ァ-ヴー]{2,}"}[language.code]
    assert spelt is None or re.fullmatch(script, spelt)
    assert transliterate(name, language) == spelt


def found(*texts: str) -> set[str]:
    return set(unknown_names(texts, [[] for _ in texts]))


def test_a_name_has_a_capital_within_a_sentence_and_is_no_common_word() -> None:
    assert found("A lawyer for Mayorga spoke. Scovell did not.") == {"Mayorga"}
    assert found("Meanwhile, the Ministry of Finance met on Tuesday, Aug. 3.") == set()
    assert found("“Scovell is here,” he said. (Baer is not.)") == set()
    assert found("The NATO and iPhone Min-soo U.S.") == set()
    assert found("Yes, O’Brien met Šimečka and McDougal.") == {"O’Brien", "McDougal"}
    assert found("Yes, Müller-Schmidt and Gündoğan met DeVries.") == {"Gündoğan", "DeVries"}
    assert found("She praised the Truths and Entertainment.") == set()


def test_what_is_a_term_already_is_no_unknown_name() -> None:
    text = "Then Mayorga met Scovell."
    assert unknown_names([text], [[(5, 12)]]) == {"Scovell"}


def test_a_name_is_told_wherever_the_article_has_it_and_joined_to_the_given_name() -> None:
    cells = {"id": "word.1", "en": "Kathryn", "ko": "캐스린", "ja": "キャスリン", "case": "exact"}
    known = TermBase((concept_from_cells(cells),))
    texts = ["The police heard Kathryn Mayorga.", "Mayorga declined to comment."]
    korean = termbase.hints(texts, [(), ()], known, KOREAN)
    assert korean == [(("Kathryn", "캐스린"), ("Mayorga", "마요르가")), (("Mayorga", "마요르가"),)]
    first, second = termbase.hints(texts, [(), ()], known, JAPANESE)
    assert dict(first)["Kathryn Mayorga"] == "キャスリン・マヨルガ"
    assert second == (("Mayorga", "マヨルガ"),)


def test_each_row_of_the_names_fits_together() -> None:
    text = files("aligner.termbase").joinpath("transliteration.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    assert len(rows) > 10_000 and {row[0] for row in rows} == {"ko", "ja"}
    for code, source, target in rows:
        assert source.count("|") == target.count("|")
        whole = unicodedata.normalize("NFC", target.replace("|", ""))
        assert re.fullmatch(r"[a-z|]+", source)
        assert re.fullmatch(r"[가-힣]+" if code == "ko" else r"[ァ-ヴー]+", whole)


def test_training_finds_the_pieces_that_names_share() -> None:
    data = [("bama", "バマ"), ("maba", "マバ"), ("baba", "ババ"), ("mama", "ママ"), ("bam", "バム")]
    known = learnt(data)
    names = [pieces for pair in data if (pieces := aligned(*pair, known))]
    assert [("ba", "バ"), ("ma", "マ")] in names
    assert Model(names).spellings("mabama")[0] == "マバマ"
    assert aligned("xyz", "バマ", known) is None


@pytest.mark.parametrize(
    ("text", "korean", "japanese"),
    [
        ("Hwang Joon-kook", "황준국", "ファン・ジュングク"),
        ("Lee Jae-woong", "이재웅", "イ・ジェウン"),
        ("Choi Sang-Mok", "최상목", "チェ・サンモク"),
        ("Min-soo Kim", "김민수", "キム・ミンス"),
        ("Ri Yong-gil", "리영길", "リ・ヨンギル"),
        ("Park Young-sun", "박영선", "パク・ヨンソン"),
    ],
)
def test_a_korean_name_is_read_by_its_syllables(text: str, korean: str, japanese: str) -> None:
    assert korean_names([text], KOREAN) == [{(0, len(text)): korean}]
    assert korean_names([text], JAPANESE) == [{(0, len(text)): japanese}]


@pytest.mark.parametrize("text", ["Xi Jin-ping", "Abdul Al-bin", "Kim and Lee", "A well-known man"])
def test_what_is_no_korean_name_is_not_read_as_one(text: str) -> None:
    assert korean_names([text], KOREAN) == [{}]


def test_a_family_name_means_the_one_who_bears_it_and_no_park() -> None:
    texts = [
        "Envoy Park Ji-hoon met Lee Min-a and Lee Su-bin.",
        "Then Minister Park and Lee spoke.",
    ]
    assert korean_names(texts, KOREAN)[1] == {(14, 18): "박지훈"}
    told = termbase.hints([texts[0], "Park is in Yellowstone Park."], [(), ()], NONE, KOREAN)
    assert "Park" not in dict(told[1])


def test_nine_in_ten_names_of_the_glossary_are_read_as_it_has_them() -> None:
    read = right = by_sound = 0
    for concept in termbase.read_glossary(ROOT / "glossaries" / "diplomacy.tsv").concepts:
        if concept.category == "person" and re.fullmatch("[가-힣]{3}", concept.ko):
            found = korean_names([concept.en], KOREAN)[0].get((0, len(concept.en)))
            if "-" in concept.en and found:
                read += 1
                right += found == concept.ko
                by_sound += katakana(concept.ko) in (concept.ja, *concept.variants_ja)
    assert read > 100 and right / read > 0.85 and by_sound / read > 0.85
