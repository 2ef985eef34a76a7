"""Forced decoding: how likely the model finds what somebody else wrote."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aligner import engines, models, scoring
from aligner.engines import Request, forced
from aligner.engines.forced import Forced
from aligner.errors import ModelError
from aligner.languages import ENGLISH, JAPANESE, KOREAN
from aligner.model import Finding, Severity, TranslationUnit
from aligner.models.gguf import embedding

SOURCE = "The two ministers met in Seoul on Tuesday."
RIGHT = "두 장관은 화요일 서울에서 만났다."
WRONG = "비가 오면 축구 경기는 다음 주로 미뤄진다."


# ---- reading a matrix ---------------------------------------------------------------------------


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(path: Path, kind: int, data: bytes, shape: tuple[int, int] = (64, 2)) -> Path:
    """A GGUF file with one matrix, and metadata of every form before it."""
    pairs = [
        text("general.architecture") + struct.pack("<I", 8) + text("toy"),
        text("toy.count") + struct.pack("<II", 4, 7),
        text("toy.words") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("한"),
        text("toy.on") + struct.pack("<I?", 7, True),
    ]
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(pairs)) + b"".join(pairs)
    head += text("token_embd.weight") + struct.pack("<IQQIQ", 2, *shape, kind, 0)
    path.write_bytes(head + b"\0" * (-len(head) % 32) + data)
    return path


VALUES = np.arange(128, dtype=np.float32).reshape(2, 64) / 8 - 8


def test_plain_floats_are_read_as_they_are(tmp_path: Path) -> None:
    for kind, form in ((0, np.float32), (1, np.float16)):
        path = gguf(tmp_path / "toy.gguf", kind, VALUES.astype(form).tobytes())
        assert np.array_equal(embedding(path), VALUES)


def test_blocks_are_read_as_ggml_writes_them(tmp_path: Path) -> None:
    codes = np.arange(128).reshape(4, 32)
    scale = np.full((4, 1), 0.5, np.float16).view(np.uint8)
    eight = (codes - 64).astype(np.int8)
    path = gguf(tmp_path / "q8", 8, np.hstack([scale, eight.view(np.uint8)]).tobytes())
    assert np.array_equal(embedding(path), (eight * 0.5).reshape(2, 64))
    five = codes % 32
    low = (five[:, :16] & 15) | (five[:, 16:] & 15) << 4
    high = np.packbits((five >> 4).astype(np.uint8), axis=1, bitorder="little")
    path = gguf(tmp_path / "q5", 6, np.hstack([scale, high, low.astype(np.uint8)]).tobytes())
    assert np.array_equal(embedding(path), ((five - 16) * 0.5).reshape(2, 64))


@pytest.mark.parametrize(
    ("kind", "data", "shape", "complaint"),
    [
        (12, b"\0" * 512, (64, 2), "form that is not read"),
        (0, b"\0" * 100, (64, 2), "cut off"),
        (0, b"\0" * 512, (33, 2), "form that is not read"),
    ],
)
def test_what_cannot_be_read_is_told(
    tmp_path: Path, kind: int, data: bytes, shape: tuple[int, int], complaint: str
) -> None:
    with pytest.raises(ModelError, match=complaint):
        embedding(gguf(tmp_path / "toy.gguf", kind, data, shape))


def test_a_file_of_another_kind_or_without_the_matrix_is_told(tmp_path: Path) -> None:
    (tmp_path / "no.gguf").write_bytes(b"PK\x03\x04")
    (tmp_path / "short.gguf").write_bytes(b"GGUF\x03")
    for name in ("no.gguf", "short.gguf", "gone.gguf"):
        with pytest.raises(ModelError):
            embedding(tmp_path / name)
    with pytest.raises(ModelError, match="no matrix"):
        embedding(gguf(tmp_path / "toy.gguf", 0, b"\0" * 512), "output.weight")


def test_only_a_trained_translator_is_a_judge(tmp_path: Path) -> None:
    path = gguf(tmp_path / "toy.gguf", 0, b"\0" * 512)
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
