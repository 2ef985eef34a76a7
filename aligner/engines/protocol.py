"""What an engine is: one request in, one hypothesis out, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from aligner.languages import Language
from aligner.model import Hypothesis


@dataclass(frozen=True, slots=True)
class Request:
    """One segment to translate.

    ``terms`` are (source surface, preferred rendering) pairs that occur in ``source``, and only those.
    ``hints`` are such pairs of a vocabulary: help for a model that may not know the word, demanded of nobody.
    ``context`` is preceding source text (headline, previous sentence); an engine may ignore it.
    ``kind`` is the block kind: headlines are written in another style than body text.
    """

    source: str
    terms: tuple[tuple[str, str], ...] = ()
    context: str = ""
    kind: str = "body"
    hints: tuple[tuple[str, str], ...] = ()


class Engine(Protocol):
    """A translator of single segments.

    ``translate`` returns exactly one hypothesis per request, in order, each a single non-empty line,
    or raises EngineError; nothing is re-split, nothing silently pivoted. ``strictness`` 0 is the normal
    decoding; higher values ask for tighter settings after a degenerate output. Equal requests, target
    and strictness give equal output. ``done`` is called with the index of each finished request and
    its hypothesis, in any order, so that work can be saved at once.
    """

    name: str
    batch_size: int
    """How many requests to hand over at once: 1 where sentences are decoded one by one."""

    @property
    def signature(self) -> str:
        """Names engine, model (with the first 8 hex digits of its sha256) and decoding settings."""
        ...

    def supports(self, source: Language, target: Language) -> bool: ...

    def translate(
        self,
        requests: Sequence[Request],
        source: Language,
        target: Language,
        *,
        strictness: int = 0,
        done: Callable[[int, Hypothesis], None] | None = None,
    ) -> list[Hypothesis]: ...

    def close(self) -> None: ...


@runtime_checkable
class Sampler(Protocol):
    """An engine that draws further translations of a segment where they are cheap.

    ``sample`` returns any number of them (none where they are dear), each as ``translate`` would
    return it; equal requests give equal ones. A greater ``strictness`` draws others, more daring.
    """

    def sample(
        self, request: Request, source: Language, target: Language, *, strictness: int = 0
    ) -> list[Hypothesis]: ...


@runtime_checkable
class Concurrent(Protocol):
    """An engine whose methods may be called from several threads, with profit from ``parallel``."""

    parallel: int
