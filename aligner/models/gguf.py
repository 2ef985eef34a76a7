"""GGUF files read and rewritten: the format as ggml's specification describes it (docs/gguf.md).

Two things are done outside llama.cpp: the token embedding is read, which turns hidden states into
probabilities, and LoRA adapters are merged into the matrices that they are for.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from aligner.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

_SCALARS = {
    **{0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?"},
    **{10: "<Q", 11: "<q", 12: "<d"},
}
_STRING, _ARRAY = 8, 9
_F32, _F16, _Q5_0, _Q8_0 = 0, 1, 6, 8
_BLOCK = 32
_BYTES = {_F32: 4 * _BLOCK, _F16: 2 * _BLOCK, _Q5_0: 22, _Q8_0: 34}
"""Bytes of 32 values, by type."""
_ALIGNMENT, _SCALE = "general.alignment", "adapter.lora.alpha"


@dataclass(frozen=True, slots=True)
class _Tensor:
    """Where a tensor lies. ``shape`` begins with the width, as the file has it."""

    shape: tuple[int, ...]
    kind: int
    place: int
    """In the file, from its beginning."""

    @property
    def size(self) -> int:
        values = 1
        for extent in self.shape:
            values *= extent
        return values * _BYTES[self.kind] // _BLOCK if self.kind in _BYTES else 0


@dataclass(frozen=True, slots=True)
class _Contents:
    """What a GGUF file says before its data. ``head`` are its bytes up to the list of tensors."""

    head: bytes
    fields: Mapping[str, Any]
    tensors: Mapping[str, _Tensor]


def embedding(path: Path, name: str = "token_embd.weight") -> Matrix:
    """The matrix ``name`` [rows, width] of a GGUF file as float32.

    Raises ModelError when the file cannot be read, or the matrix is missing or of another type.
    """
    try:
        with path.open("rb") as file:
            return _matrix(file, _contents(file), name)
    except (OSError, struct.error, UnicodeDecodeError, KeyError) as error:
        raise ModelError(f"this GGUF file cannot be read ({error})", path=path) from error
    except _Unfit as error:
        raise ModelError(str(error), path=path) from error


def merge(model: Path, adapters: Sequence[Path], out: Path) -> None:
    """Writes ``model`` with LoRA ``adapters`` added to its matrices, those then in Q8_0, to ``out``.

    W + alpha/rank · BA (Hu et al., "LoRA", ICLR 2022) for each, in double precision, so that every
    machine writes the same bytes. ``X.lora_b`` [out, rank] may also come as ``X.lora_bt`` [rank,
    out], which quantised types of 32 values a block can hold at any rank. Raises ModelError when a
    file cannot be read or an adapter is for another model.
    """
    at = model
    try:
        with model.open("rb") as file, out.open("wb") as written:
            whole = _contents(file)
            additions = []
            for at in adapters:
                with at.open("rb") as small:
                    additions.append(_additions(small))
            at = model
            for matrix in {name for each in additions for name in each} - set(whole.tensors):
                raise _Unfit(f"it has no matrix {matrix}, which its adapter is for")
            _write_merged(file, whole, additions, written)
            written.flush()
            os.fsync(written.fileno())
    except (struct.error, UnicodeDecodeError, KeyError) as error:
        raise ModelError(f"this GGUF file cannot be read ({error})", path=at) from error
    except _Unfit as error:
        raise ModelError(str(error), path=at) from error


class _Unfit(Exception):
    """A file that is read but does not hold what is needed; the message says what."""


def _write_merged(
    file: BinaryIO,
    whole: _Contents,
    additions: Sequence[Mapping[str, tuple[Matrix, Matrix]]],
    written: BinaryIO,
) -> None:
    import numpy as np

    alignment = int(whole.fields.get(_ALIGNMENT, _BLOCK))
    merged = {name for each in additions for name in each}
    tensors, place = {}, 0
    for name, tensor in whole.tensors.items():
        new = _Tensor(tensor.shape, _Q8_0 if name in merged else tensor.kind, place)
        if not new.size:
            raise _Unfit(f"its {name} is stored in a form that is not read (type {tensor.kind})")
        tensors[name] = new
        place += -(-new.size // alignment) * alignment
    written.write(whole.head)
    for name, tensor in tensors.items():
        title = name.encode()
        written.write(struct.pack("<Q", len(title)) + title)
        written.write(struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *tensor.shape))
        written.write(struct.pack("<IQ", tensor.kind, tensor.place))
    for name, tensor in whole.tensors.items():
        written.write(bytes(-written.tell() % alignment))
        if name not in merged:
            file.seek(tensor.place)
            written.write(file.read(tensor.size))
            continue
        matrix = _matrix(file, whole, name).astype(np.float64)
        for each in additions:
            if name in each:
                b, a = each[name]
                if (len(b), a.shape[1]) != matrix.shape or a.shape[1] % _BLOCK:
                    raise _Unfit(f"an adapter of another shape is for its {name}")
                matrix += b.astype(np.float64) @ a.astype(np.float64)
        written.write(_eight_bits(matrix))
    written.write(bytes(-written.tell() % alignment))


def _additions(file: BinaryIO) -> dict[str, tuple[Matrix, Matrix]]:
    """By the name of the matrix: (B [out, rank], A [rank, in]), scaled, of a LoRA adapter."""
    contents = _contents(file)
    found: dict[str, tuple[Matrix, Matrix]] = {}
    for name in contents.tensors:
        title, end, _ = name.rpartition(".lora_a")
        if not end:
            continue
        a = _matrix(file, contents, name)
        if f"{title}.lora_bt" in contents.tensors:
            b = _matrix(file, contents, f"{title}.lora_bt").T
        else:
            b = _matrix(file, contents, f"{title}.lora_b")
        found[title] = (b * (float(contents.fields[_SCALE]) / len(a)), a)
    if not found:
        raise _Unfit("this is no LoRA adapter")
    return found


def _contents(file: BinaryIO) -> _Contents:
    if file.read(4) != b"GGUF":
        raise _Unfit("this is no GGUF file")
    _, tensors, pairs = _unpack(file, "<IQQ")
    fields = {}
    for _ in range(pairs):
        key = _text(file)
        fields[key] = _value(file, _unpack(file, "<I")[0])
    length = file.tell()
    found: list[tuple[str, tuple[int, ...], int, int]] = []
    for _ in range(tensors):
        name = _text(file)
        shape = _unpack(file, f"<{_unpack(file, '<I')[0]}Q")
        kind, offset = _unpack(file, "<IQ")
        found.append((name, shape, kind, offset))
    alignment = int(fields.get(_ALIGNMENT, _BLOCK))
    data = -(-file.tell() // alignment) * alignment
    file.seek(0)
    head = file.read(length)
    places = {name: _Tensor(shape, kind, data + offset) for name, shape, kind, offset in found}
    return _Contents(head, fields, places)


def _matrix(file: BinaryIO, contents: _Contents, name: str) -> Matrix:
    import numpy as np

    tensor = contents.tensors.get(name)
    if tensor is None or len(tensor.shape) != 2:
        raise _Unfit(f"it has no matrix {name}")
    width, rows = tensor.shape
    blocks = tensor.kind in (_Q5_0, _Q8_0)
    if tensor.kind not in _BYTES or (width if blocks else rows * width) % _BLOCK:
        raise _Unfit(f"its {name} is stored in a form that is not read (type {tensor.kind})")
    file.seek(tensor.place)
    raw = np.frombuffer(file.read(tensor.size), np.uint8)
    if len(raw) != tensor.size:
        raise _Unfit("the file is cut off")
    return _plain(raw, tensor.kind).reshape(rows, width)


def _plain(raw: Any, kind: int) -> Matrix:
    import numpy as np

    if kind in (_F32, _F16):
        return raw.view(np.float32 if kind == _F32 else np.float16).astype(np.float32)  # type: ignore[no-any-return]
    blocks = raw.reshape(-1, _BYTES[kind])
    scale = blocks[:, :2].view(np.float16).astype(np.float32)
    if kind == _Q8_0:
        return scale * blocks[:, 2:].view(np.int8)  # type: ignore[no-any-return]
    fifth = np.unpackbits(blocks[:, 2:6], axis=1, bitorder="little")
    low = np.concatenate([blocks[:, 6:] & 15, blocks[:, 6:] >> 4], axis=1)
    return scale * ((low | fifth << 4).astype(np.float32) - 16)  # type: ignore[no-any-return]


def _eight_bits(matrix: Any) -> bytes:
    """Rows as Q8_0: 32 values share a half-precision scale, each is a whole number of it."""
    import numpy as np

    blocks = matrix.reshape(-1, _BLOCK)
    scale = np.abs(blocks).max(axis=1, keepdims=True) / 127
    steps = np.rint(blocks / np.where(scale == 0, 1, scale)).astype(np.int8)
    halves = scale.astype(np.float16).view(np.uint8)
    return np.concatenate([halves, steps.view(np.uint8)], axis=1).tobytes()


def _unpack(file: BinaryIO, form: str) -> tuple[Any, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _text(file: BinaryIO) -> str:
    return file.read(_unpack(file, "<Q")[0]).decode("utf-8")


def _value(file: BinaryIO, kind: int) -> Any:
    if kind == _STRING:
        return _text(file)
    if kind == _ARRAY:
        inner, count = _unpack(file, "<IQ")
        return [_value(file, inner) for _ in range(count)]
    return _unpack(file, _SCALARS[kind])[0]
