"""Commands that start from a bitext: check, score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aligner.cli.rendering import emit, table
from aligner.cli.settings import load_terms

if TYPE_CHECKING:
    from aligner.model import TranslationUnit

Bitext = Annotated[
    str, typer.Argument(help="A TSV with columns lang, source, target; or -.", metavar="TSV")
]
Glossary = Annotated[
    list[Path] | None,
    typer.Option("--glossary", "-g", help="Term base (TSV); may be given again."),
]
Json = Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command()(check)
    app.command()(score)


def check(
    bitext: Bitext,
    glossary: Glossary = None,
    fail_on: Annotated[
        str | None,
        typer.Option("--fail-on", help="Exit 1 on findings this grave: minor, major, critical."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check every row of a bitext: terms, numbers, dates, scripts, copies, loops, lengths."""
    from aligner import checks
    from aligner.cli.texts import _severity

    threshold = _severity(fail_on)
    worst = -1
    rows: list[dict[str, object]] = []
    for number, unit in enumerate(_annotated(bitext, glossary), start=1):
        for finding in checks.check(unit):
            worst = max(worst, finding.severity.rank)
            rows.append(
                {
                    "row": number,
                    "check": finding.check,
                    "category": finding.category,
                    "severity": finding.severity,
                    "message": finding.message,
                    "term": finding.term,
                    "start": finding.start,
                    "end": finding.end,
                    "suggestion": finding.suggestion,
                }
            )
            if as_json:
                emit([rows.pop()])
    if not as_json:
        table(("row", "severity", "check", "message"), rows)
    if threshold is not None and worst >= threshold:
        raise typer.Exit(1)


def score(
    bitext: Bitext,
    glossary: Glossary = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say why, in words.")] = False,
    as_json: Json = False,
) -> None:
    """Estimate the quality of every row of a bitext: a score in 0–1, its parts and a verdict."""
    from aligner import checks, scoring

    rows: list[dict[str, object]] = []
    number = 0
    for batch in _batched(_annotated(bitext, glossary), 256):
        checked = [replace(unit, findings=checks.check(unit)) for unit in batch]
        for unit, value in zip(checked, scoring.score_all(checked), strict=True):
            number += 1
            row: dict[str, object] = {
                "row": number,
                "score": value.value,
                "parts": dict(value.parts),
                "verdict": scoring.judge(replace(unit, score=value)),
            }
            if explain or not as_json:
                row["reason"] = value.reason
            if as_json:
                emit([row])
            else:
                rows.append(row)
    if not as_json:
        columns = ("row", "score", "verdict", "reason") if explain else ("row", "score", "verdict")
        table(columns, rows)


def _annotated(bitext: str, glossary: list[Path] | None) -> Iterator[TranslationUnit]:
    """The rows as units, term matches looked up row by row."""
    from aligner import corpus

    base = load_terms(glossary)
    for unit in corpus.iterate(bitext):
        (matches,) = base.match([unit.source])
        yield replace(unit, terms=base.check_all(matches, unit.target, unit.language))


def _batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
