"""How things look: data on stdout, talk on stderr, tables and progress for people."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    track,
)
from rich.table import Table

if TYPE_CHECKING:
    from aligner.engines.protocol import Engine
    from aligner.errors import AlignerError
    from aligner.pipeline import Event, Result

Row = TypeVar("Row")
_VERDICT_STYLE = {"accept": "green", "review": "yellow", "reject": "red"}


def talk(message: str) -> None:
    """A word to the person, on stderr."""
    print(f"aligner: {message}", file=sys.stderr)


def emit(rows: Iterable[Mapping[str, object]]) -> None:
    """JSON Lines on stdout."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def table(
    columns: Sequence[str], rows: Iterable[Mapping[str, object]], title: str | None = None
) -> None:
    """A table on stdout for people; tab-separated where stdout is no terminal."""
    if not sys.stdout.isatty():
        lines = ("\t".join(str(row.get(column, "")) for column in columns) for row in rows)
        first = next(lines, None)  # before the header, for it may be an error
        print("\t".join(columns))
        for line in chain([] if first is None else [first], lines):
            print(line)
        return
    drawn = Table(title=title, title_justify="left")
    for column in columns:
        drawn.add_column(column, overflow="fold")  # an id cut short would be of no use
    for row in rows:
        drawn.add_row(*(str(row.get(column, "")) for column in columns))
    Console().print(drawn)


def piped(paths: Sequence[str]) -> bytes | None:
    """What stdin holds, where ``-`` asks for it."""
    return sys.stdin.buffer.read() if "-" in paths else None


def tracked(rows: Iterable[Row], total: int | None = None) -> Iterator[Row]:
    """The rows, with a progress bar on stderr where people are looking."""
    console = Console(stderr=True)
    yield from track(
        rows, "", total=total, console=console, transient=True, disable=not console.is_terminal
    )


class RunView:
    """Turns pipeline events into a progress bar, and a result into a summary."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._console = Console(stderr=True)
        self._live = not quiet and self._console.is_terminal
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._live,
        )
        self.refused: list[AlignerError] = []
        """The articles that could not be read: each has been told when it was met."""
        self._task: Any = None
        self._done = 0
        self._total = 0

    def __enter__(self) -> RunView:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def engine(self, engine: Engine) -> None:
        """Say which engine was chosen."""
        if not self._quiet:
            talk(f"engine {engine.name} ({engine.signature})")

    def __call__(self, event: Event) -> None:
        from aligner import pipeline

        match event:
            case pipeline.ArticleRefused(error):
                self.refused.append(error)
                talk(str(error))
                if error.hint:
                    print(f"  try: {error.hint}", file=sys.stderr)
            case pipeline.ArticleRead(article, segments) if not self._quiet and not self._live:
                talk(f"read {article}: {segments} segments")
            case pipeline.Planned(total, known):
                self._total = total
                self._task = self._progress.add_task("translating", total=total)
                if not self._quiet and known:
                    talk(f"{known} of {total} translations are in the memory")
            case pipeline.SegmentTranslated():
                self._done += 1
                if self._task is not None:
                    self._progress.advance(self._task)
                self._tick()

    def _tick(self) -> None:
        """Without a terminal, a line now and then, so that a log shows life."""
        if self._quiet or self._live or not self._total:
            return
        if self._done == self._total or self._done % max(1, self._total // 10) == 0:
            talk(f"translated {self._done} of {self._total}")

    def summary(self, result: Result) -> None:
        """The readable end of a run: a table per language pair, the worst rows, the files."""
        console = Console(stderr=False, highlight=False)
        drawn = Table(title="Corpora", title_justify="left")
        for column in ("pair", "rows", "accept", "review", "reject", "mean score", "terms ok"):
            drawn.add_column(column, justify="left" if column == "pair" else "right")
        for code, units in result.units.items():
            verdicts = result.verdicts(code)
            scores = [unit.score.value for unit in units if unit.score]
            uses = [use.status == "ok" for unit in units for use in unit.terms]
            drawn.add_row(
                f"en-{code}",
                str(len(units)),
                *(str(verdicts[verdict]) for verdict in ("accept", "review", "reject")),  # type: ignore[index]
                f"{sum(scores) / len(scores):.2f}" if scores else "–",
                f"{sum(uses)}/{len(uses)}" if uses else "–",
            )
        console.print(drawn)
        kinds = Counter(
            (finding.check, finding.severity.value)
            for units in result.units.values()
            for unit in units
            for finding in unit.findings
        )
        if kinds:
            told = ", ".join(
                f"{check} ({severity}) {n}" for (check, severity), n in kinds.most_common(8)
            )
            console.print(f"findings: {told}", soft_wrap=True)
        for path in result.files:
            console.print(f"wrote {path}", soft_wrap=True)
