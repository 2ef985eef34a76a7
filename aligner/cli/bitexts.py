"""Commands that start from a bitext: check, score, consistency."""

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
    from aligner.termbase import TermBase

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
    app.command()(consistency)


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

    def rows() -> Iterator[dict[str, object]]:
        nonlocal worst
        for number, unit in enumerate(_annotated(bitext, glossary), start=1):
            for finding in checks.check(unit):
                worst = max(worst, finding.severity.rank)
                yield {
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

    if as_json:
        emit(rows())
    else:
        table(("row", "severity", "check", "message", "suggestion"), _blank(rows()))
    if threshold is not None and worst >= threshold:
        raise typer.Exit(1)


def score(
    bitext: Bitext,
    glossary: Glossary = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say why, in words.")] = False,
    external: Annotated[
        str | None,
        typer.Option(
            "--with",
            help="Score by this command instead: it reads lines source<TAB>target and writes one "
            "number for each.",
            metavar="CMD",
        ),
    ] = None,
    likelihood: Annotated[
        bool,
        typer.Option(
            "--likelihood",
            help="Also count how likely the default model finds each target: closer to people, some "
            "rows a second. Not for targets that this model wrote.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Estimate the quality of every row of a bitext: a score in 0–1, its parts and a verdict.

    With --with, the score is the command's number as it is, and there is no verdict.
    """
    if external is not None:
        if likelihood:
            from aligner.errors import UsageError

            raise UsageError("--likelihood and --with are two scorers", hint="give one of them")
        rows = _by_command(bitext, external)
    else:
        rows = _by_us(bitext, glossary, likelihood)
    if as_json:
        emit(row if explain else _without_reason(row) for row in rows)
    else:
        columns = ("row", "score", "verdict", "reason") if explain else ("row", "score", "verdict")
        table(columns, _blank(_rounded(rows)))


def _by_us(
    bitext: str, glossary: list[Path] | None, likelihood: bool
) -> Iterator[dict[str, object]]:
    from aligner import checks, scoring

    number = 0
    units = _annotated(bitext, glossary)
    if likelihood:
        units = with_likelihood(units)
    for batch in _batched(units, 8 if likelihood else 256):
        checked = [replace(unit, findings=checks.check(unit)) for unit in batch]
        for unit, value in zip(checked, scoring.score_all(checked), strict=True):
            number += 1
            yield {
                "row": number,
                "score": value.value,
                "parts": dict(value.parts),
                "verdict": scoring.judge(replace(unit, score=value)),
                "reason": value.reason,
            }


def _by_command(bitext: str, command: str) -> Iterator[dict[str, object]]:
    import shlex

    from aligner.errors import UsageError
    from aligner.scoring.external import score_with

    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"--with {command!r}: {error}", hint="close the quotes") from error
    if not words:
        raise UsageError("--with names no command", hint='--with "python my_scorer.py"')
    for number, (_, value) in enumerate(score_with(words, _rows_of(bitext)), start=1):
        yield {
            "row": number,
            "score": value,
            "parts": {},
            "verdict": None,
            "reason": f"scored by {words[0]}",
        }


def _without_reason(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "reason"}


def _rounded(rows: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
    for row in rows:
        yield {**row, "score": f"{row['score']:.4f}"}


def _blank(rows: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
    """For people: nothing is shown as nothing."""
    for row in rows:
        yield {name: "" if value is None else value for name, value in row.items()}


def consistency(
    bitext: Bitext,
    glossary: Glossary = None,
    only_offending: Annotated[
        bool, typer.Option("--only-offending", help="Only terms that some row renders otherwise.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Report how each term is rendered across a bitext: counts, majority, and who departs from it.

    The least consistent terms come first. `aligner terms report TSV` is the same.
    """
    from aligner.languages import language
    from aligner.termbase.consistency import consistency as reports_of

    base = load_terms(glossary)
    articles: dict[str, dict[str, list[tuple[str, str, str]]]] = {}
    for number, unit in enumerate(_rows_of(bitext), start=1):
        # Rows that name no document are articles of their own: no short form may look around.
        document = unit.document or f"\0{number}"
        of_language = articles.setdefault(unit.language.code, {})
        of_language.setdefault(document, []).append((unit.id, unit.source, unit.target))
    rows: list[dict[str, object]] = []
    for code, documents in articles.items():
        for report in reports_of(base, documents.values(), language(code)):
            if report.offending or not only_offending:
                rows.append(
                    {
                        "concept": report.concept,
                        "en": report.en,
                        "lang": code,
                        "mentions": report.mentions,
                        "majority": report.majority,
                        "share": round(report.share, 4),
                        "renderings": [
                            {
                                "text": one.text,
                                "status": one.status,
                                "count": one.count,
                                "segments": list(one.segments),
                            }
                            for one in report.renderings
                        ],
                        "missing": list(report.missing),
                        "offending": list(report.offending),
                    }
                )
    if as_json:
        emit(rows)
        return
    for row in rows:
        told = [f"{one['text']} ×{one['count']}" for one in row["renderings"]]  # type: ignore[attr-defined]
        absent, offending = row["missing"], row["offending"]
        if absent:
            told.append(f"(none) ×{len(absent)}")  # type: ignore[arg-type]
        row["renderings"] = ", ".join(told)
        row["share"] = f"{row['share']:.0%}"
        row["offending"] = " ".join(offending[:3]) + (  # type: ignore[index]
            f" +{len(offending) - 3}" if len(offending) > 3 else ""  # type: ignore[arg-type]
        )
    table(("lang", "en", "mentions", "share", "renderings", "offending"), rows)


_ARTICLE_ROWS = 1000


def _annotated(bitext: str, glossary: list[Path] | None) -> Iterator[TranslationUnit]:

    return with_terms(_rows_of(bitext), load_terms(glossary))


def _rows_of(bitext: str) -> Iterator[TranslationUnit]:
    """The units of a bitext; a file whose suffix says nothing is a TSV, as the commands promise."""
    from aligner import corpus
    from aligner.errors import UsageError

    try:
        name = corpus.format_of(bitext).name
    except UsageError:
        name = "tsv"
    return corpus.iterate(bitext, format=name)


def with_terms(units: Iterable[TranslationUnit], base: TermBase) -> Iterator[TranslationUnit]:
    """The units with their term matches, found as in the article that the rows make up.

    Rows of one document that follow each other are one article, for a family name needs the full
    name before it; longer ones are cut, so that memory stays flat.
    """
    for article in _by_document(units):
        found = base.match([unit.source for unit in article])
        named = frozenset(match.concept for matches in found for match in matches)
        for unit, matches in zip(article, found, strict=True):
            target = unit.target, unit.language
            yield replace(
                unit,
                terms=base.check_all(matches, *target),
                added=base.added(unit.source, matches, *target, article=named),
            )


def with_likelihood(units: Iterable[TranslationUnit]) -> Iterator[TranslationUnit]:
    """The units with the log-probability that the default model gives to each target."""
    from aligner.engines import forced

    model = forced.default()
    try:
        for unit in units:
            value = model.likelihood(unit.source, unit.target, unit.language)
            yield replace(unit, likelihood=value)
    finally:
        model.close()


def _by_document(units: Iterable[TranslationUnit]) -> Iterator[list[TranslationUnit]]:
    article: list[TranslationUnit] = []
    for unit in units:
        if article and (
            not unit.document
            or unit.document != article[0].document
            or unit.language != article[0].language
            or len(article) >= _ARTICLE_ROWS
        ):
            yield article
            article = []
        article.append(unit)
    if article:
        yield article


def _batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
