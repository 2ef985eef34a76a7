"""Choosing among samples."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from aligner import checks, termbase, translation
from aligner.engines.consensus import consensus
from aligner.engines.protocol import Request
from aligner.engines.scripted import Scripted
from aligner.languages import KOREAN, Language
from aligner.memory import Memory
from aligner.model import Article, Document, Hypothesis, Segment


def test_the_text_that_the_others_agree_with_ranks_first() -> None:
    texts = ["회담이 열렸다.", "회담이 서울에서 열렸다.", "회담이 서울에서 열렸다.", "날씨가 맑다."]
    values = consensus(texts)
    assert values[1] == values[2] == max(values)
    assert min(values) == values[3]
    assert all(0 <= value <= 100 for value in values)
    assert consensus(["하나"]) == [100.0] and consensus([]) == []


class Drawing(Scripted):
    """The scripted engine, which also draws what it is told to."""

    def __init__(self, source: str, first: str, drawn: Sequence[str]) -> None:
        super().__init__({source: first})
        self.drawn, self.asked = drawn, 0

    def sample(
        self, request: Request, source: Language, target: Language, *, strictness: int = 0
    ) -> list[Hypothesis]:
        self.asked += 1
        return [Hypothesis(text, self.signature) for text in self.drawn]


def chosen(source: str, first: str, drawn: Sequence[str]) -> str:
    segment = Segment("a#1", source, 0, len(source), 0, 0)
    document = Document(Article("a", source, ()), (segment,))
    terms = termbase.TermBase(())
    engine = Drawing(source, first, drawn)
    with Memory(None) as memory:
        made = list(
            translation.translate(
                translation.plan([document], [KOREAN], terms),
                engine=engine,
                terms=terms,
                memory=memory,
                fault=checks.degenerate,
            )
        )
    assert engine.asked == (first != made[0][1].target)
    return made[0][1].target


@pytest.mark.parametrize(
    ("first", "drawn", "expected"),
    [
        ("장관들은 3월 5일 서울에서 만났다.", [], "장관들은 3월 5일 서울에서 만났다."),
        (  # a lost date weighs more than agreement
            "장관들은 서울에서 만났다.",
            ["장관들은 서울에서 만났다.", "장관들은 3월 5일 도쿄에서 만났다."],
            "장관들은 3월 5일 도쿄에서 만났다.",
        ),
        (  # of two sound ones the flawed one agrees with the second more
            "장관들은 서울에서 만났다.",
            ["국방부는 3월 5일 봄을 알렸다.", "장관들은 3월 5일 서울에서 만났다."],
            "장관들은 3월 5일 서울에서 만났다.",
        ),
    ],
)
def test_fewest_flaws_then_agreement(first: str, drawn: list[str], expected: str) -> None:
    assert chosen("The ministers met in Seoul on March 5.", first, drawn) == expected
