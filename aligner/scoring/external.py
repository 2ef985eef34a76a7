"""Any program as a scorer: it reads ``source<TAB>target`` lines and answers one number a line."""

from __future__ import annotations

import math
import subprocess
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue

from aligner.errors import EngineError, UsageError
from aligner.model import TranslationUnit

_PATIENCE_S = 10.0
"""So long an answer may wait for its question; only a program that never reads makes it wait."""


def score_with(
    command: Sequence[str], units: Iterable[TranslationUnit]
) -> Iterator[tuple[TranslationUnit, float]]:
    """Each unit with the number that ``command`` answers for its line, in order, as they come.

    Memory holds the units that were written and are not yet answered. Raises UsageError when it
    cannot be started, EngineError when it answers fewer or more lines than it got, or no number, or
    ends with an error; whatever ``units`` raises passes through.
    """
    shown = " ".join(command)
    try:
        process = subprocess.Popen(
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"the scorer {shown!r} cannot be started: {reason}", hint="check the command"
        ) from error
    asked: SimpleQueue[TranslationUnit | None] = SimpleQueue()  # None: there are no more
    failed: list[BaseException] = []

    def feed() -> None:
        assert process.stdin is not None
        listens = True
        try:
            for unit in units:
                asked.put(unit)
                try:
                    if listens:
                        line = f"{_one_line(unit.source)}\t{_one_line(unit.target)}\n"
                        process.stdin.write(line)
                except BrokenPipeError:  # it wants no more; whether it answers all is seen below
                    listens = False
        except BaseException as error:  # raised again in the thread that waits for the answers
            failed.append(error)
        finally:
            asked.put(None)
            with suppress(BrokenPipeError):
                process.stdin.close()

    threading.Thread(target=feed, daemon=True).start()
    answered = 0
    try:
        assert process.stdout is not None
        for line in process.stdout:
            value = _number(line, shown, answered + 1)
            try:
                unit = asked.get(timeout=_PATIENCE_S)
            except Empty:
                unit = None
            if unit is None:
                if failed:
                    raise failed[0]
                raise _miscounted(shown, f"more than the {answered} lines it was given")
            answered += 1
            yield unit, value
        code = process.wait()
        left = 0
        while asked.get() is not None:
            left += 1
        if failed:
            raise failed[0]
        if code:
            raise EngineError(
                f"the scorer {shown!r} ended with {code} at line {answered} of {answered + left}",
                hint="run it by itself on one line to see why",
            )
        if left:
            raise _miscounted(shown, f"{answered} lines for {answered + left}")
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _number(line: str, shown: str, row: int) -> float:
    try:
        value = float(line)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise EngineError(
            f"the scorer {shown!r} answered {line.strip()[:60]!r} for line {row}: no number",
            hint="it must write exactly one number for each line it reads",
        )
    return value


def _miscounted(shown: str, answered: str) -> EngineError:
    return EngineError(
        f"the scorer {shown!r} answered {answered}",
        hint="it must write exactly one number for each line it reads",
    )
