"""Commands that start from articles: translate, segment, terms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aligner.cli.rendering import RunView, emit, piped, table, talk
from aligner.cli.settings import default_memory, load_terms

Paths = Annotated[
    list[str],
    typer.Argument(help="Articles: files, folders, globs, or - for stdin.", metavar="PATH…"),
]
Glossary = Annotated[
    list[Path] | None,
    typer.Option(
        "--glossary",
        "-g",
        help="Term base (TSV); may be given again. Default: glossaries/*.tsv here, else aligner's own.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")]
AbbreviationsFile = Annotated[
    Path | None, typer.Option("--abbreviations", help="Your own list, added to the shipped one.")
]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command()(translate)
    app.command()(segment)
    app.command()(terms)


def translate(
    paths: Paths,
    to: Annotated[
        list[str] | None, typer.Option("--to", "-t", help="Target language; may be given again.")
    ] = None,
    glossary: Glossary = None,
    engine: Annotated[
        str, typer.Option("--engine", "-e", help="auto, or a name from `aligner engines`.")
    ] = "auto",
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="Model name or path, for the engine.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the corpora.")] = Path(
        "corpora"
    ),
    offline: Annotated[
        bool, typer.Option("--offline/--online", help="Never or perhaps use the network.")
    ] = True,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    fail_on: Annotated[
        str | None,
        typer.Option("--fail-on", help="Exit 1 on findings this grave: minor, major, critical."),
    ] = None,
    memory: Annotated[
        Path | None, typer.Option("--memory", help="Translation memory file (SQLite).")
    ] = None,
    abbreviations: AbbreviationsFile = None,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Processor threads.")
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(
            "--samples",
            min=0,
            max=16,
            help="Further translations drawn, of which the best is kept; 0 is fastest.",
        ),
    ] = None,
    adapter: Annotated[
        list[Path] | None, typer.Option("--adapter", help="LoRA adapter (GGUF) for the model.")
    ] = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Errors only.")] = False,
) -> None:
    """Translate articles and write aligned, checked, scored corpora.

    Writes en-ko.tsv, en-ja.tsv, en-ko-ja.tsv and manifest.json to --out. A run that was stopped goes
    on where it was; a repeated run is instant.
    """
    from aligner import engines, pipeline
    from aligner.errors import InputError, UsageError
    from aligner.languages import ENGLISH, language
    from aligner.memory import Memory
    from aligner.segmentation import load_abbreviations

    targets = list({language(code).code: language(code) for code in to or ["ko", "ja"]}.values())
    if ENGLISH in targets:
        raise UsageError("articles are in English already", hint="use --to ko, --to ja or both")
    threshold = _severity(fail_on)
    stdin = piped(paths)
    base = load_terms(glossary)
    own = load_abbreviations(abbreviations) if abbreviations else None
    chosen = engines.create(
        engine,
        ENGLISH,
        targets,
        model=model,
        online=not offline,
        threads=threads,
        samples=samples,
        adapters=adapter or None,
    )
    view = RunView(quiet=quiet)
    place: Path | None = memory or default_memory()
    if dry_run and place is not None and not place.exists():
        place = None  # opening would make the file
    try:
        with Memory(place) as store:
            if store.reason and not quiet:
                talk(f"translation memory: {store.reason}")
            if dry_run:
                _rehearse(paths, stdin, targets, base, own, chosen, store, out, view)
                return
            view.engine(chosen)
            with view:
                result = pipeline.run(
                    paths,
                    targets=targets,
                    engine=chosen,
                    terms=base,
                    memory=store,
                    out=out,
                    abbreviations=own,
                    settings={"targets": [target.code for target in targets]},
                    listener=view,
                    stdin=stdin,
                )
    except InputError as error:
        if error in view.refused:  # it has been told already
            raise typer.Exit(error.exit_code) from error
        raise
    finally:
        chosen.close()
    if as_json:
        for target in targets:
            emit(_unit_row(unit) for unit in result.units[target.code])
    elif not quiet:
        view.summary(result)
    if result.refused:
        raise typer.Exit(InputError.exit_code)
    if threshold is not None and any(
        finding.severity.rank >= threshold
        for units in result.units.values()
        for unit in units
        for finding in unit.findings
    ):
        raise typer.Exit(1)


def _severity(name: str | None) -> int | None:
    from aligner.errors import UsageError
    from aligner.model import Severity

    if name is None:
        return None
    if name not in list(Severity):
        raise UsageError(f"unknown severity {name!r}", hint=f"use one of: {', '.join(Severity)}")
    return Severity(name).rank


def _rehearse(paths, stdin, targets, base, own, engine, store, out, view) -> None:  # type: ignore[no-untyped-def]
    from aligner import pipeline
    from aligner.termbase import vocabulary
    from aligner.translation import key, plan

    documents, refused = pipeline.read(paths, own, view, stdin)
    keys = {key(task, engine) for task in plan(documents, targets, base, vocabulary())}
    known = len(store.get_many(keys))
    talk(
        f"{len(documents)} articles, {sum(len(d.segments) for d in documents)} segments into "
        f"{', '.join(target.code for target in targets)} with {engine.signature}: "
        f"{known} of {len(keys)} translations are in the memory, {len(keys) - known} would be made; "
        f"{len(base.concepts)} concepts; output would go to {out}/"
    )
    if refused:
        raise typer.Exit(refused[0].exit_code)


def _unit_row(unit) -> dict[str, object]:  # type: ignore[no-untyped-def]
    return {
        "document": unit.document,
        "segment": unit.id,
        "lang": unit.language.code,
        "source": unit.source,
        "target": unit.target,
        "score": unit.score.value if unit.score else None,
        "verdict": unit.verdict,
        "findings": [finding.check for finding in unit.findings],
    }


def segment(paths: Paths, abbreviations: AbbreviationsFile = None, as_json: Json = False) -> None:
    """Split articles into segments: headline, dateline and sentences with their offsets."""
    from aligner import pipeline
    from aligner.segmentation import load_abbreviations

    own = load_abbreviations(abbreviations) if abbreviations else None
    documents, refused = pipeline.read(paths, own, RunView(quiet=True), piped(paths))
    if as_json:
        emit(
            {
                "id": piece.id,
                "paragraph": piece.paragraph,
                "index": piece.index,
                "text": piece.text,
                "start": piece.start,
                "end": piece.end,
                "kind": piece.kind,
            }
            for document in documents
            for piece in document.segments
        )
    else:
        for document in documents:
            for piece in document.segments:
                print(piece.text)
    if refused:
        raise typer.Exit(refused[0].exit_code)


def terms(paths: Paths, glossary: Glossary = None, as_json: Json = False) -> None:
    """Find the terms of a glossary in articles.

    `aligner terms report TSV` tells how a bitext renders them (see consistency).
    """
    if paths[0] == "report" and len(paths) > 1 and not Path("report").exists():
        from aligner.cli.bitexts import consistency

        for bitext in paths[1:]:
            consistency(bitext, glossary, as_json=as_json)
        return
    from aligner import pipeline
    from aligner.languages import JAPANESE, KOREAN

    base = load_terms(glossary)
    documents, refused = pipeline.read(paths, None, RunView(quiet=True), piped(paths))
    rows = []
    for document in documents:
        found = base.match([piece.text for piece in document.segments], date=document.article.date)
        for piece, matches in zip(document.segments, found, strict=True):
            for match in matches:
                ko, ja = (base.renderings(match, target) for target in (KOREAN, JAPANESE))
                rows.append(
                    {
                        "segment": piece.id,
                        "start": match.start,
                        "end": match.end,
                        "surface": match.surface,
                        "concept": match.concept,
                        "ko": ko[0] if ko else "",
                        "ja": ja[0] if ja else "",
                        "ambiguous": list(match.ambiguous),
                    }
                )
    if as_json:
        emit(rows)
    else:
        table(("segment", "surface", "concept", "ko", "ja"), rows)
    if refused:
        raise typer.Exit(refused[0].exit_code)
