"""Names that no list knows: found in an article, spelt in Hangul and katakana, told and never demanded."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner import termbase
from aligner.languages import JAPANESE, KOREAN, Language
from aligner.termbase import TermBase
from aligner.termbase.concepts import concept_from_cells
from aligner.termbase.transliteration import Model, transliterate, unknown_names
from training.transliteration.train import aligned, learnt

NONE = TermBase(())


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
    assert found("The NATO and iPhone McDonald Min-soo U.S.") == set()
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
