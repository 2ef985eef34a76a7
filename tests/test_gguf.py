"""GGUF files: matrices read as ggml writes them, adapters merged."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.errors import ModelError
from aligner.models.gguf import embedding, merge


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


Tensor = tuple[int, bytes, tuple[int, ...]]
"""Type, data, shape (width first)."""


def written(path: Path, alpha: float = 1.0, /, **tensors: Tensor) -> Path:
    """A GGUF file with metadata of every form; `__` in a tensor's name stands for a full stop."""
    pairs = [
        text("general.architecture") + struct.pack("<I", 8) + text("toy"),
        text("toy.count") + struct.pack("<II", 4, 7),
        text("toy.words") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("한"),
        text("toy.on") + struct.pack("<I?", 7, True),
        text("adapter.lora.alpha") + struct.pack("<If", 6, alpha),
    ]
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(pairs)) + b"".join(pairs)
    data = b""
    for name, (kind, values, shape) in tensors.items():
        head += text(name.replace("__", ".")) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        head += struct.pack("<IQ", kind, len(data))
        data += values + b"\0" * (-len(values) % 32)
    path.write_bytes(head + b"\0" * (-len(head) % 32) + data)
    return path


def floats(values: Any) -> Tensor:
    values = np.asarray(values, np.float32)
    return 0, values.tobytes(), values.shape[::-1]


def gguf(path: Path, kind: int, data: bytes, shape: tuple[int, int] = (64, 2)) -> Path:
    return written(path, token_embd__weight=(kind, data, shape))


# ---- reading -----------------------------------------------------------------------------------


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
        (8, b"\0" * 512, (16, 4), "form that is not read"),
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


# ---- merging -----------------------------------------------------------------------------------

ROWS, WIDTH = 96, 64


def model(tmp_path: Path, matrix: Any) -> Path:
    return written(
        tmp_path / "model.gguf",
        token_embd__weight=floats(VALUES),
        blk__weight=floats(matrix),
        norm__weight=floats(np.ones(32)),
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.sampled_from(["lora_b", "lora_bt"]), st.integers(0, 2**32 - 1))
def test_a_merged_matrix_is_the_sum(
    tmp_path_factory: pytest.TempPathFactory, rank: int, form: str, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("merge")
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(ROWS, WIDTH)).astype(np.float32)
    b = rng.normal(size=(ROWS, rank)).astype(np.float32)
    a = rng.normal(size=(rank, WIDTH)).astype(np.float32)
    added = b.T if form == "lora_bt" else b
    tensors = {"blk__weight.lora_a": floats(a), f"blk__weight.{form}": floats(added)}
    adapter = written(folder / "adapter.gguf", 2.0, **tensors)
    if form == "lora_b" and rank * ROWS % 32:
        return
    base, out = model(folder, matrix), folder / "out.gguf"
    merge(base, [adapter, adapter], out)
    wanted = matrix + 2 * (2.0 / rank) * (b.astype(float) @ a)
    step = np.abs(wanted).reshape(-1, 32).max(axis=1).repeat(32).reshape(wanted.shape) / 127
    # Half a step of rounding, and the scale itself is kept in half precision.
    assert (
        np.abs(embedding(out, "blk.weight") - wanted) <= step * 0.5 + np.abs(wanted) / 900
    ).all()
    # What no adapter is for stays as it is, and equal input gives equal bytes.
    assert np.array_equal(embedding(out), VALUES)
    first = out.read_bytes()
    merge(base, [adapter, adapter], out)
    assert out.read_bytes() == first


def test_an_adapter_for_another_model_or_a_damaged_one_is_told(tmp_path: Path) -> None:
    base, out = model(tmp_path, np.zeros((ROWS, WIDTH))), tmp_path / "out.gguf"
    a, b = floats(np.ones((1, 32))), floats(np.ones((32, 1)))
    pair = {"blk__weight.lora_a": a, "blk__weight.lora_b": b}
    other = {"blk__9.lora_a": a, "blk__9.lora_b": b}
    for tensors, complaint in ((pair, "another shape"), (other, "no matrix"), ({}, "no LoRA")):
        adapter = written(tmp_path / "adapter.gguf", **tensors)
        with pytest.raises(ModelError, match=complaint):
            merge(base, [adapter], out)
    whole = written(tmp_path / "adapter.gguf", **pair).read_bytes()
    (tmp_path / "adapter.gguf").write_bytes(whole[:-40])
    with pytest.raises(ModelError, match="cut off"):
        merge(base, [tmp_path / "adapter.gguf"], out)
    (tmp_path / "adapter.gguf").write_bytes(b"PK")
    with pytest.raises(ModelError, match="no GGUF") as error:
        merge(base, [tmp_path / "adapter.gguf"], out)
    assert "adapter.gguf" in str(error.value)
