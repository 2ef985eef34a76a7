"""The term checker on rows written to deceive it, by people who had not seen the code.

Each set was read by the code as it stood before the set was seen, then served to mend it:

| set | ko precision, recall | ja precision, recall |
| 1 | 0.90, 0.90 | 0.80, 0.93 |
| 2 | 0.68, 0.95 | 0.87, 0.97 |
| 3 | 0.92, 0.98 | 0.98, 0.98 |
| 4 | 0.98, 0.96 | 1.00, 1.00 |

The floors below are what holds since.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from aligner.languages import language
from aligner.model import TermStatus
from aligner.termbase import TermBase, load

ROOT = Path(__file__).parent.parent
FLOORS = {
    ("terms_adversarial.tsv", "ko"): (0.97, 0.96),
    ("terms_adversarial.tsv", "ja"): (0.93, 0.98),
    ("terms_adversarial_2.tsv", "ko"): (0.98, 0.96),
    ("terms_adversarial_2.tsv", "ja"): (0.99, 0.96),
    ("terms_adversarial_3.tsv", "ko"): (1.0, 1.0),
    ("terms_adversarial_3.tsv", "ja"): (0.98, 0.98),
    ("terms_adversarial_4.tsv", "ko"): (0.98, 1.0),
    ("terms_adversarial_4.tsv", "ja"): (1.0, 1.0),
}


@pytest.fixture(scope="module")
def base() -> TermBase:
    return load([ROOT / "glossaries" / "diplomacy.tsv"], territories=True)


@pytest.mark.parametrize(("name", "code"), list(FLOORS))
def test_precision_and_recall_do_not_fall(base: TermBase, name: str, code: str) -> None:
    text = (ROOT / "tests" / "golden" / name).read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()[2:] if line.startswith(f"{code}\t")]
    assert len(rows) >= 80
    right, false, missed = 0, 0, 0
    for _, source, target, wrong, _ in rows:
        faults = [surface for surface in wrong.split("|") if surface]
        uses = base.check_all(base.match([source])[0], target, language(code))
        flagged = [use.match.surface for use in uses if use.status is not TermStatus.OK]
        found = [f for f in faults if any(f in surface or surface in f for surface in flagged)]
        right += len(found)
        missed += len(faults) - len(found)
        false += sum(not any(f in surface or surface in f for f in faults) for surface in flagged)
    precision, recall = right / (right + false), right / (right + missed)
    assert precision >= FLOORS[name, code][0] and recall >= FLOORS[name, code][1], (
        precision,
        recall,
    )


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


@pytest.mark.parametrize(
    ("code", "source", "target", "status"),
    [
        ("ko", "Emmanuel Macron arrived.", "마크롱 프랑스 대통령이 도착했다.", "ok"),
        ("ko", "Rafael Grossi arrived.", "그로시 IAEA 사무총장은 도착했다.", "ok"),
        ("ko", "Fumio Kishida arrived.", "기시다 노부오 총리가 도착했다.", "missing"),
        ("ko", "Donald Trump arrived.", "에릭 트럼프 부통령이 도착했다.", "missing"),
        ("ko", "Marine Le Pen was barred.", "르펜이 출마하지 못하게 됐다.", "ok"),
        ("ko", "Han Zheng led the team.", "한정된 인원이 팀을 이끌었다.", "missing"),
        ("ja", "Sanae Takaichi arrived.", "高市首相が到着した。", "ok"),
        ("ja", "The Asahi Shimbun reported it.", "朝日、読売両紙が報じた。", "ok"),
    ],
)
def test_a_family_name_needs_its_office(
    base: TermBase, code: str, source: str, target: str, status: str
) -> None:
    uses = base.check_all(base.match([source])[0], target, language(code))
    assert next(use.status.value for use in uses if use.match.start < 20) == status


def test_of_two_namesakes_neither_goes_by_the_family_name(base: TermBase) -> None:
    source = "Mike Johnson met Boris Johnson."
    uses = base.check_all(
        base.match([source])[0], "보리스 존슨이 존슨 하원의장을 만났다.", language("ko")
    )
    assert [use.status.value for use in uses] == ["missing", "ok"]
