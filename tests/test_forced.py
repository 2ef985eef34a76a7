"""Forced decoding: how likely the model finds what somebody else wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aligner import engines, models, scoring
from aligner.engines import Request, forced
from aligner.engines.forced import Forced
from aligner.errors import ModelError
from aligner.languages import ENGLISH, JAPANESE, KOREAN
from aligner.model import Finding, Severity, TranslationUnit

SOURCE = "The two ministers met in Seoul on Tuesday."
RIGHT = "두 장관은 화요일 서울에서 만났다."
WRONG = "비가 오면 축구 경기는 다음 주로 미뤄진다."


def test_only_a_trained_translator_is_a_judge(tmp_path: Path) -> None:
    path = tmp_path / "toy.gguf"
    path.write_bytes(b"GGUF" + b"\0" * 512)
    with pytest.raises(ModelError, match="trained to translate"):
        Forced(path, name="toy", sha256="0" * 64)


# ---- the real model -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judge() -> Iterator[Forced]:
    if models.installed(models.default_name()) is None:
        pytest.skip("the default model is not installed")
    made = forced.default()
    yield made
    made.close()


@pytest.mark.model
def test_a_right_translation_is_likelier_than_a_wrong_one(judge: Forced) -> None:
    right, wrong = (judge.likelihood(SOURCE, text, KOREAN) for text in (RIGHT, WRONG))
    assert right is not None and wrong is not None and wrong < right - 1 < 0
    assert judge.likelihood(SOURCE, f"  {RIGHT}\n", KOREAN) == right
    assert judge.likelihood(SOURCE, "両外相は火曜日、ソウルで会談した。", JAPANESE) is not None


@pytest.mark.model
def test_nothing_is_said_of_nothing_and_of_what_is_too_long(judge: Forced) -> None:
    assert judge.likelihood(SOURCE, " ", KOREAN) is None
    assert judge.logprobs(SOURCE, "가나다라마바사아 " * 2000, KOREAN) == []


@pytest.mark.model
def test_forced_and_free_decoding_agree(judge: Forced) -> None:
    """What the engine says of its own greedy output is what forcing it to say that gives."""
    engine = engines.create("llamacpp", ENGLISH, [KOREAN], samples=0)
    (made,) = engine.translate([Request(SOURCE)], ENGLISH, KOREAN)
    engine.close()
    again = judge.likelihood(SOURCE, made.text, KOREAN)
    assert made.logprob is not None and again is not None
    assert abs(made.logprob - again) < 0.15  # the engine counts the end of the text as well


# ---- in the score -------------------------------------------------------------------------------


def test_the_likelihood_moves_the_score_within_limits() -> None:
    unit = TranslationUnit("u", SOURCE, RIGHT, KOREAN)
    plain = scoring.score(unit, surface_only=True)
    values = [
        scoring.score(replace(unit, likelihood=value), surface_only=True)
        for value in (-20.0, -6.0, -3.0, -1.0, 0.0)
    ]
    assert [one.value for one in values] == sorted(one.value for one in values)
    assert values[0].value == values[1].value < plain.value < values[-1].value
    assert "likelihood" in values[0].parts and "unlikely" in values[0].reason
    assert "likelihood" not in plain.parts and values[0].signature != plain.signature


def test_the_likelihood_lifts_no_cap() -> None:
    fault = Finding("number", "accuracy/number", Severity.MAJOR, "'5' has become '6'")
    unit = TranslationUnit("u", SOURCE, RIGHT, KOREAN, likelihood=-0.1, findings=(fault,))
    assert scoring.score(unit, surface_only=True).value <= 0.65
    copy = TranslationUnit("u", SOURCE, SOURCE, KOREAN, likelihood=-0.1)
    assert scoring.score(copy, surface_only=True).value <= 0.05
