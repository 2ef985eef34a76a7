"""Names that a target has and its source has not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aligner import checks, termbase
from aligner.languages import language
from aligner.model import Severity, TranslationUnit

ROOT = Path(__file__).resolve().parents[1]
BASE = termbase.load([ROOT / "glossaries" / "diplomacy.tsv"], territories=True)


def added(code: str, source: str, target: str, article: frozenset[str] = frozenset()) -> list[str]:
    (matches,) = BASE.match([source])
    found = BASE.added(source, matches, target, language(code), article=article)
    assert all(target[name.start : name.end] == name.text for name in found)
    return [name.text + ("" if name.sure else "?") for name in found]


@pytest.mark.parametrize(
    ("code", "source", "target", "names"),
    [
        ("ko", "The envoys met on Tuesday.", "특사들은 화요일 러시아에서 만났다.", ["러시아"]),
        (
            "ja",
            "The envoys met on Tuesday.",
            "特使らは火曜日、ウクライナで会った。",
            ["ウクライナ"],
        ),
        ("ko", "The minister left.", "토니 블링컨 장관은 떠났다.", ["토니 블링컨"]),
        ("ja", "The minister left Tokyo.", "大臣は平壌を離れた。", ["平壌"]),
        # what a word of the source gives rise to
        ("ko", "Seoul welcomed the decision.", "한국은 이 결정을 환영했다.", []),
        ("ko", "Dutch officials welcomed it.", "네덜란드 당국자들은 환영했다.", []),
        ("ja", "Scottish firms welcomed it.", "スコットランドの企業は歓迎した。", []),
        ("ko", "The White House said no.", "미국 백악관은 거절했다.", []),
        ("ja", "The DPRK fired a missile.", "北朝鮮がミサイルを発射した。", []),
        # other words of the same letters
        ("ko", "He went scuba diving.", "그는 스쿠버 다이빙을 했다.", []),
        ("ko", "A panel of three judges met.", "판사 3명으로 구성된 재판부가 모였다.", []),
        ("ja", "The west coast was hit.", "西海岸が襲われた。", []),
    ],
)
def test_names_without_a_counterpart(code: str, source: str, target: str, names: list[str]) -> None:
    assert added(code, source, target) == names


def test_a_name_that_the_article_has_is_not_sure() -> None:
    (matches,) = BASE.match(["Russia withdrew."])
    article = frozenset(match.concept for match in matches)
    source, target = "The country denied it.", "러시아는 이를 부인했다."
    assert added("ko", source, target, article) == ["러시아?"]


@pytest.mark.parametrize("sure", [True, False])
def test_an_added_name_is_a_finding(sure: bool) -> None:
    source, target = "The envoys met.", "특사들은 러시아에서 만났다."
    (matches,) = BASE.match([source])
    (name,) = BASE.added(source, matches, target, language("ko"))
    unit = TranslationUnit("u", source, target, language("ko"), added=(replace(name, sure=sure),))
    (finding,) = [finding for finding in checks.check(unit) if finding.check == "added"]
    assert finding.severity is (Severity.MAJOR if sure else Severity.MINOR)
    assert finding.start is not None and target[finding.start : finding.end] == "러시아"
