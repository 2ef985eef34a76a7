"""The shipped vocabulary: its rows, and that it only ever helps the engine."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from aligner import articles, segmentation, termbase
from aligner.engines.prompts import TRAINED, grammar
from aligner.engines.protocol import Request
from aligner.engines.scripted import Scripted
from aligner.languages import JAPANESE, KOREAN, Language
from aligner.model import Document
from aligner.termbase import TermBase, vocabulary
from aligner.termbase.concepts import concept_from_cells
from aligner.translation import Task, key, plan

ROOT = Path(__file__).parents[1]
NONE = TermBase(())


def words(*rows: tuple[str, str, str]) -> TermBase:
    return TermBase(
        tuple(
            concept_from_cells({"id": f"word.{n}", "en": en, "ko": ko, "ja": ja, "case": "any"})
            for n, (en, ko, ja) in enumerate(rows)
        )
    )


def tasks(
    text: str, known: TermBase | None, terms: TermBase = NONE, target: Language = KOREAN
) -> list[Task]:
    (article,) = articles.parse(text, id="a")
    document: Document = segmentation.segment(article)
    return plan([document], [target], terms, known)


def hints(
    text: str, known: TermBase, terms: TermBase = NONE, target: Language = KOREAN
) -> dict[str, str]:
    return {s: r for task in tasks(text, known, terms, target) for s, r in task.request.hints}


def test_each_row_has_three_cells_in_their_scripts_and_comes_once() -> None:
    text = files("aligner.termbase").joinpath("vocabulary.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    assert len(rows) > 2000 and all(len(row) == 3 for row in rows)
    english = [row[0] for row in rows]
    assert english == sorted(english, key=str.lower)
    assert len({word.lower() for word in english}) == len(english)
    for en, ko, ja in rows:
        assert re.fullmatch(r"\w[\w .,'’&/-]*", en), en
        assert (ko or ja) and not re.search(r"[ぁ-ヿ一-龥()]", ko), en
        assert not re.search(r"[가-힣()]", ja), en


def test_the_vocabulary_says_nothing_that_the_term_base_says() -> None:
    base = termbase.load([ROOT / "glossaries" / "diplomacy.tsv"], territories=True)
    forms = {form.lower() for c in base.concepts for form in (c.en, *c.aliases_en)}
    assert not [c.en for c in vocabulary().concepts if c.en.lower() in forms]


def test_words_are_told_where_no_term_stands() -> None:
    known = words(("palm oil", "팜유", "パーム油"), ("oil", "석유", "石油"), ("apple", "사과", ""))
    told = (
        "Talks on palm oil\n\nApple sells no apples. The price of palm oil and oil rose at Apple."
    )
    assert hints(told, known) == {
        "palm oil": "팜유",
        "oil": "석유",
        "apples": "사과",
        "Apple": "사과",
    }
    assert hints("The firm Apple fell.", known) == {}
    assert hints("It sells apples.", known, target=JAPANESE) == {}
    term = words(("palm oil exports", "팜유 수출", "パーム油輸出"))
    assert hints("They agreed on palm oil exports.", known, term) == {}


def test_the_model_sees_them_and_nothing_demands_them() -> None:
    known = words(("AI chip", "AI 반도체", "AI半導体"))
    (task,) = tasks("Japan sells an AI chip.", known)
    assert "AI 반도체" in TRAINED.turn(task.request, KOREAN)
    assert '"AI"' in grammar(task.request, KOREAN)
    assert task.matches == () and task.request.terms == ()


def test_a_changed_word_is_another_key_of_that_segment_alone() -> None:
    text = "They sell palm oil.\n\nThey met."
    engine = Scripted({})
    first = [key(task, engine) for task in tasks(text, words(("palm oil", "팜유", "")))]
    second = [key(task, engine) for task in tasks(text, words(("palm oil", "야자유", "")))]
    without = [key(task, engine) for task in tasks(text, None)]
    assert len({first[0], second[0], without[0]}) == 3
    assert first[1] == second[1] == without[1]


def test_a_request_with_hints_keeps_its_source() -> None:
    request = Request("The price of palm oil rose.", hints=(("palm oil", "팜유"),))
    assert TRAINED.turn(request, KOREAN) == "English: The price of 팜유 rose.\nKorean:"


def test_given_and_family_name_are_joined_as_japanese_writes_them() -> None:
    known = words(
        ("James", "제임스", "ジェームズ"),
        ("Clark", "클라크", "クラーク"),
        ("golf", "골프", "ゴルフ"),
    )
    text = "Envoy James Clark met James over golf James liked."
    assert hints(text, known, target=JAPANESE) == {
        "James": "ジェームズ",
        "Clark": "クラーク",
        "golf": "ゴルフ",
        "James Clark": "ジェームズ・クラーク",
    }
    assert "James Clark" not in hints(text, known, target=KOREAN)
