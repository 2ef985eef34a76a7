"""Many segments and one engine: asked for in batches, or as many at a time as it serves.

A ladder asks the engine for translations of its segment until it settles for one. What it thinks in
between is done in the caller's thread; only the engine's own work may be done in others.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from aligner.engines.protocol import Concurrent, Engine, Request, Sampler
from aligner.errors import EngineError
from aligner.languages import ENGLISH, Language
from aligner.model import Hypothesis


@dataclass(frozen=True, slots=True)
class Ask:
    """What a ladder wants of the engine: one translation, or a draw of others."""

    strictness: int
    draw: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """``steps`` yields what it asks about ``request``, is sent the answers, returns its choice."""

    request: Request
    target: Language
    steps: Generator[Ask, Sequence[Hypothesis], Hypothesis]


Save = Callable[[int, Hypothesis], None]


def climb(
    ladders: Mapping[int, Ladder], engine: Engine, save: Save
) -> Iterator[tuple[int, Hypothesis]]:
    """Yield the number of each ladder and its choice, in the order in which they are done.

    ``save`` is told of a choice as soon as it is made, which in a batch is before it is yielded.
    Raises EngineError when the engine breaks its contract.
    """
    way = _Way(ladders, engine, save)
    parallel = engine.parallel if isinstance(engine, Concurrent) else 1
    return _at_once(way, parallel) if parallel > 1 else _in_batches(way)


class _Way:
    """The ladders under way: what each of them asks now, and the choices made."""

    def __init__(self, ladders: Mapping[int, Ladder], engine: Engine, save: Save) -> None:
        self.ladders, self.engine = ladders, engine
        self.asks: dict[int, Ask] = {}
        self._save = save
        self._chosen: dict[int, Hypothesis] = {}

    def start(self, index: int) -> None:
        self._step(index, None)

    def answer(self, index: int, found: Sequence[Hypothesis]) -> None:
        self._step(index, found)

    def chosen(self) -> list[tuple[int, Hypothesis]]:
        """The choices made since the last call."""
        chosen, self._chosen = self._chosen, {}
        return sorted(chosen.items())

    def answers(
        self,
        ask: Ask,
        indexes: Sequence[int],
        done: Callable[[int, Hypothesis], None] | None = None,
    ) -> list[Sequence[Hypothesis]]:
        """What the engine says to one question about several requests of one target language."""
        engine, target = self.engine, self.ladders[indexes[0]].target
        requests = [self.ladders[index].request for index in indexes]
        if ask.draw:
            assert isinstance(engine, Sampler)
            return [
                engine.sample(request, ENGLISH, target, strictness=ask.strictness)
                for request in requests
            ]
        found = engine.translate(requests, ENGLISH, target, strictness=ask.strictness, done=done)
        if len(found) != len(requests):
            raise EngineError(
                f"{engine.name} gave {len(found)} translations for {len(requests)} segments"
            )
        return [[hypothesis] for hypothesis in found]

    def _step(self, index: int, found: Sequence[Hypothesis] | None) -> None:
        steps = self.ladders[index].steps
        try:
            self.asks[index] = next(steps) if found is None else steps.send(found)
        except StopIteration as end:
            self.asks.pop(index, None)
            self._save(index, end.value)
            self._chosen[index] = end.value


def _in_batches(way: _Way) -> Iterator[tuple[int, Hypothesis]]:
    """Whatever the ladders of a batch ask alike is asked together."""
    for batch in _batches(way.ladders, way.engine.batch_size):
        for index in batch:
            way.start(index)
        while way.asks:
            ask = min(way.asks.values(), key=lambda one: (one.strictness, one.draw))
            _ask_together(way, ask, [index for index in batch if way.asks.get(index) == ask])
        yield from way.chosen()


def _ask_together(way: _Way, ask: Ask, indexes: Sequence[int]) -> None:
    told: set[int] = set()

    def done(place: int, hypothesis: Hypothesis) -> None:
        told.add(place)
        way.answer(indexes[place], [hypothesis])

    for place, found in enumerate(way.answers(ask, indexes, done)):
        if place not in told:  # an engine need not tell
            way.answer(indexes[place], found)


def _at_once(way: _Way, parallel: int) -> Iterator[tuple[int, Hypothesis]]:
    """So many ladders at a time, each asking by itself."""
    waiting = iter(way.ladders)
    running: dict[Future[list[Sequence[Hypothesis]]], int] = {}
    pool = ThreadPoolExecutor(parallel)

    def ask(index: int) -> None:
        if index in way.asks:
            running[pool.submit(way.answers, way.asks[index], [index])] = index

    try:
        while True:
            # One more than are served, so that no thread waits while an answer is judged here.
            while len(running) <= parallel and (index := next(waiting, None)) is not None:
                way.start(index)
                ask(index)
            yield from way.chosen()
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                index = running.pop(future)
                way.answer(index, future.result()[0])
                ask(index)
    finally:
        pool.shutdown(cancel_futures=True)


def _batches(ladders: Mapping[int, Ladder], size: int) -> Iterator[list[int]]:
    """Runs of one target language, at most ``size`` long."""
    batch: list[int] = []
    for index, ladder in ladders.items():
        if batch and (len(batch) >= size or ladders[batch[0]].target != ladder.target):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
