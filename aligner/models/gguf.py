"""One matrix out of a GGUF file: the format as ggml's specification describes it (docs/gguf.md).

Only what is needed to turn a model's hidden states into probabilities outside llama.cpp is read: the
token embedding, in the block types of 32 values and in plain floats.
"""

from __future__ import annotations

import struct
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


def embedding(path: Path, name: str = "token_embd.weight") -> Matrix:
    """The matrix ``name`` [rows, width] of a GGUF file as float32.

    Raises ModelError when the file cannot be read, or the matrix is missing or of another type.
    """
    try:
        with path.open("rb") as file:
            return _matrix(file, path, name)
    except (OSError, struct.error, UnicodeDecodeError, KeyError) as error:
        raise ModelError(f"this GGUF file cannot be read ({error})", path=path) from error


def _matrix(file: BinaryIO, path: Path, name: str) -> Matrix:
    import numpy as np

    if file.read(4) != b"GGUF":
        raise ModelError("this is no GGUF file", path=path)
    _, tensors, pairs = _unpack(file, "<IQQ")
    alignment = 32
    for _ in range(pairs):
        key = _text(file)
        value = _value(file, _unpack(file, "<I")[0])
        if key == "general.alignment":
            alignment = value
    place: tuple[int, int, int, int] | None = None
    for _ in range(tensors):
        title = _text(file)
        shape = _unpack(file, f"<{_unpack(file, '<I')[0]}Q")
        kind, offset = _unpack(file, "<IQ")
        if title == name and len(shape) == 2:
            place = (shape[1], shape[0], kind, offset)
    if place is None:
        raise ModelError(f"it has no matrix {name}", path=path)
    rows, width, kind, offset = place
    if kind not in _BYTES or width % _BLOCK:
        raise ModelError(
            f"its {name} is stored in a form that is not read (type {kind})", path=path
        )
    file.seek(-(-file.tell() // alignment) * alignment + offset)
    size = rows * width // _BLOCK * _BYTES[kind]
    raw = np.frombuffer(file.read(size), np.uint8)
    if len(raw) != size:
        raise ModelError("the file is cut off", path=path)
    return _plain(raw, kind).reshape(rows, width)


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
