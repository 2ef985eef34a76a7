"""The term checker on rows written to deceive it, by someone who had not seen the code.

The first reading gave precision 0.90 and recall 0.90 (ko), 0.80 and 0.93 (ja); the floors below are
what holds since. What is still wrong is mostly a word that is also another word (시안, a draft or
Xi'an), a region hidden in a longer name and forms that newspapers shorten freely.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from aligner.languages import language
from aligner.model import TermStatus
from aligner.termbase import TermBase, load

ROOT = Path(__file__).parent.parent
FLOORS = {"ko": (0.96, 0.91), "ja": (0.90, 0.97)}


@pytest.fixture(scope="module")
def base() -> TermBase:
    return load([ROOT / "glossaries" / "diplomacy.tsv"], territories=True)


@pytest.mark.parametrize("code", ["ko", "ja"])
def test_precision_and_recall_do_not_fall(base: TermBase, code: str) -> None:
    text = (ROOT / "tests" / "golden" / "terms_adversarial.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()[2:] if line.startswith(f"{code}\t")]
    assert len(rows) == 160
    right, false, missed = 0, 0, 0
    for _, source, target, wrong, _ in rows:
        uses = base.check_all(base.match([source])[0], target, language(code))
        flagged = [use.match.surface for use in uses if use.status is not TermStatus.OK]
        hits = [surface for surface in flagged if wrong and (surface in wrong or wrong in surface)]
        right += bool(hits)
        missed += bool(wrong) and not hits
        false += len(flagged) - len(hits)
    precision, recall = right / (right + false), right / (right + missed)
    assert precision >= FLOORS[code][0] and recall >= FLOORS[code][1], (precision, recall)


@pytest.mark.parametrize(
    ("code", "source", "target"),
    [
        ("ko", "Both the House of Representatives and the Senate agreed.", "상·하원이 합의했다."),
        ("ja", "The Liberal Democratic Party and Komeito agreed.", "自民、公明両党は合意した。"),
        (
            "ja",
            "Ships entered the East China Sea and the South China Sea.",
            "艦艇が東・南シナ海に入った。",
        ),
    ],
)
def test_a_shared_part_may_be_written_once(
    base: TermBase, code: str, source: str, target: str
) -> None:
    uses = base.check_all(base.match([source])[0], target, language(code))
    assert len(uses) == 2
    assert {use.status for use in uses} == {TermStatus.OK}


def test_a_town_is_not_named_by_the_treaty_that_is_named_too(base: TermBase) -> None:
    source = "The Kyoto Protocol was reviewed by officials in Kyoto."
    uses = base.check_all(
        base.match([source])[0], "교토의정서를 당국자들이 검토했다.", language("ko")
    )
    assert [use.status for use in uses] == [TermStatus.OK, TermStatus.MISSING]
