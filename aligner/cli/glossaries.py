"""`aligner glossary`: what a glossary holds, and why a term was, or was not, found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aligner.cli import glossary_editing
from aligner.cli.rendering import RunView, emit, piped, table, talk
from aligner.cli.settings import load_terms, one_glossary

if TYPE_CHECKING:
    from aligner.termbase import Concept, TermBase
    from aligner.termbase.editing import Change
    from aligner.termbase.file import GlossaryFile
    from aligner.termbase.suggestion import Suggestion

Glossary = Annotated[
    Path | None,
    typer.Option(
        "--glossary",
        "-g",
        help="Glossary file. Default: $ALIGNER_GLOSSARY, else glossaries/diplomacy.tsv.",
    ),
]
Glossaries = Annotated[
    list[Path] | None,
    typer.Option(
        "--glossary",
        "-g",
        help="Glossary file; may be given again. Default: glossaries/*.tsv here, else aligner's own; and country names.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many.")]

app = typer.Typer(
    help="Look into, check, edit and exchange glossaries (term bases).", no_args_is_help=True
)


def _exists(path: Path) -> Path:
    from aligner.errors import GlossaryError

    if not path.is_file():
        raise GlossaryError("no such glossary", path=path, hint="check the name: --glossary FILE")
    return path


def record(concept: Concept) -> dict[str, object]:
    """A concept as a JSON object: lists as lists, and where it stands."""
    from aligner.termbase.concepts import LISTS

    row: dict[str, object] = {
        name: value.split("|") if name in LISTS and value else ([] if name in LISTS else value)
        for name, value in concept.cells().items()
    }
    return {**row, "path": concept.path, "line": concept.line}


def _where(concept: Concept) -> str:
    return f"{concept.path}:{concept.line}" if concept.path else "CLDR"


def _overview(concepts: Iterable[Concept]) -> None:
    table(
        ("id", "en", "ko", "ja", "where"),
        ({"id": c.id, "en": c.en, "ko": c.ko, "ja": c.ja, "where": _where(c)} for c in concepts),
    )


@app.command("list")
def list_concepts(
    glossary: Glossary = None,
    category: Annotated[
        list[str] | None, typer.Option("--category", "-c", help="Only these; may be given again.")
    ] = None,
    missing: Annotated[
        str | None, typer.Option("--missing", help="Only concepts without a rendering in ko or ja.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the concepts of a glossary, in the order of the file."""
    from aligner.errors import UsageError
    from aligner.languages import language
    from aligner.termbase import CATEGORIES, read_glossary

    unknown = sorted(set(category or ()) - set(CATEGORIES))
    if unknown:
        raise UsageError(
            f"unknown category {unknown[0]!r}", hint=f"use one of: {', '.join(CATEGORIES)}"
        )
    absent = language(missing) if missing else None
    concepts = [
        concept
        for concept in read_glossary(_exists(one_glossary(glossary))).concepts
        if (not category or concept.category in category)
        and (absent is None or not concept.preferred(absent))
    ]
    if as_json:
        emit(map(record, concepts))
    else:
        table(
            ("id", "en", "ko", "ja", "line"),
            ({"id": c.id, "en": c.en, "ko": c.ko, "ja": c.ja, "line": c.line} for c in concepts),
        )


@app.command()
def show(
    concept: Annotated[
        list[str], typer.Argument(help="Ids, or English terms.", metavar="CONCEPT…")
    ],
    glossary: Glossary = None,
    as_json: Json = False,
) -> None:
    """Show all that is known of concepts."""
    from aligner.termbase import read_glossary
    from aligner.termbase.editing import find_concept

    file = read_glossary(_exists(one_glossary(glossary)))
    found = [find_concept(file, identity) for identity in concept]
    if as_json:
        emit(map(record, found))
        return
    for number, one in enumerate(found):
        if number:
            print()
        print(f"{one.id}  ({_where(one)})")
        for name, value in one.cells().items():
            if value and name != "id":
                print(f"  {name:<13} {value.replace('|', ' | ')}")


@app.command()
def lookup(
    query: Annotated[str, typer.Argument(help="Text in any of the languages, or an id.")],
    glossary: Glossaries = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Find concepts by any of their terms: exact ones first, then beginnings, then parts."""
    from aligner.termbase.explanation import lookup as find

    found = find(load_terms(glossary), query)
    if as_json:
        emit(map(record, found[:limit]))
    elif found:
        _overview(found[:limit])
    if not found:
        talk(f"nothing found for {query!r}")
    elif len(found) > limit:
        talk(f"{len(found) - limit} more; --limit {len(found)} shows all")


@app.command()
def validate(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Glossaries to check.", metavar="[FILE]…")
    ] = None,
    glossary: Glossary = None,
    against: Annotated[
        list[str] | None,
        typer.Option("--against", help="Articles; concepts that none mentions are told."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check glossaries: duplicates, conflicts, scripts, gaps. Exit 1 when there are errors."""
    from aligner.model import Severity
    from aligner.termbase.validation import validate as problems_of

    texts = None
    if against:
        texts = [list(article) for article in _articles(against)]
    paths = [*(files or ()), *((glossary,) if glossary else ())] or [one_glossary(None)]
    problems = [problem for path in paths for problem in problems_of(_exists(path), texts)]
    errors = sum(problem.severity.rank >= Severity.MAJOR.rank for problem in problems)
    if as_json:
        emit(
            {
                "path": one.path,
                "line": one.line,
                "column": one.column,
                "rule": one.rule,
                "severity": one.severity,
                "message": one.message,
                "hint": one.hint,
            }
            for one in problems
        )
    else:
        for one in problems:
            grave = "error" if one.severity.rank >= Severity.MAJOR.rank else "warning"
            print(f"{one.where}: {grave}: {one.message} [{one.rule}]; {one.hint}")
    talk(f"{_count(errors, 'error')}, {_count(len(problems) - errors, 'warning')}")
    if errors:
        raise typer.Exit(1)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="Glossary in any format.")],
    new: Annotated[
        Path | None, typer.Argument(help="Glossary to compare with. Default: the usual one.")
    ] = None,
    glossary: Glossary = None,
    as_json: Json = False,
) -> None:
    """Tell what changed from one glossary to another, concept by concept."""
    from dataclasses import asdict

    from aligner.termbase.editing import diff as changes_of

    other = new or one_glossary(glossary)
    changes = changes_of(_any_format(old), _any_format(other))
    if as_json:
        emit(map(asdict, changes))
    else:
        for change in changes:
            print(glossary_editing.told(change))
    talk(_summary(changes))


def _any_format(path: Path) -> GlossaryFile:
    from aligner.termbase import read_glossary
    from aligner.termbase.editing import merge
    from aligner.termbase.exchange import format_of, read_terms
    from aligner.termbase.file import new_glossary

    if format_of(_exists(path)).name == "tsv":
        return read_glossary(path)
    return merge(new_glossary(str(path)), read_terms(path))[0]


def _summary(changes: Sequence[Change]) -> str:
    kinds = {
        kind: len({change.id for change in changes if change.kind == kind})
        for kind in ("added", "changed", "removed")
    }
    return ", ".join(f"{number} {kind}" for kind, number in kinds.items())


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="File to write; its suffix tells the format.")],
    glossary: Glossary = None,
    format: Annotated[
        str | None, typer.Option("--format", "-f", help="tsv, csv, xlsx, tbx, utx or omegat.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", "-t", help="Target language of a bilingual format.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Errors only.")] = False,
) -> None:
    """Write a glossary as TBX, UTX, OmegaT, CSV, XLSX or TSV; what cannot be kept is told."""
    from aligner.errors import UsageError
    from aligner.languages import language
    from aligner.termbase import read_glossary
    from aligner.termbase.exchange import write_terms

    source = _exists(one_glossary(glossary))
    if file.exists() and file.samefile(source):
        raise UsageError(f"{file} is the glossary itself", hint="name another file")
    concepts = read_glossary(source).concepts
    losses = write_terms(concepts, file, format, language=language(to) if to else None)
    if not quiet:
        talk(f"wrote {_count(len(concepts), 'concept')} to {file}")
        for loss in losses:
            talk(loss)


@app.command()
def suggest(
    paths: Annotated[
        list[str], typer.Argument(help="Articles, or bitexts (TSV, TMX, XLIFF …).", metavar="PATH…")
    ],
    glossary: Glossaries = None,
    min_count: Annotated[int, typer.Option("--min-count", min=1, help="Named so often.")] = 2,
    limit: Limit = 50,
    all_rows: Annotated[
        bool, typer.Option("--all-rows", help="From bitexts also rows that were not accepted.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Propose terms that articles or bitexts use often and the glossary does not know.

    From bitexts with the renderings that the translations seem to use.
    """
    base = load_terms(glossary)
    bitexts = [path for path in paths if _is_bitext(path)]
    articles = [path for path in paths if path not in bitexts]
    rows: list[dict[str, object]] = []
    if articles:
        from aligner.termbase.suggestion import suggest as find

        texts = list(_articles(articles))
        rows += _suggested("", find(base, texts, min_count=min_count, limit=limit))
    if bitexts:
        rows += _from_bitexts(base, bitexts, min_count, limit, all_rows)
    if as_json:
        emit(rows)
        return
    for row in rows:
        row["example"] = next(iter(row["examples"]), "")  # type: ignore[call-overload]
        row["renderings"] = " | ".join(
            f"{one['text']} ×{one['count']}"
            for one in row["renderings"]  # type: ignore[attr-defined]
        )
    columns = ["text", "kind", "count", "articles", "example"]
    if bitexts:
        columns = ["text", "kind", "count", "lang", "renderings", "example"]
    table(columns, rows)


def _is_bitext(path: str) -> bool:
    from aligner.corpus import FORMATS

    name = path.lower().removesuffix(".gz")
    suffixes = tuple(suffix for one in FORMATS.values() for suffix in one.suffixes)
    if name.endswith((".jsonl", ".ndjson")):  # articles come in this coat, too
        return False
    return name.endswith(suffixes)


def _from_bitexts(
    base: TermBase, bitexts: Sequence[str], min_count: int, limit: int, all_rows: bool
) -> list[dict[str, object]]:
    from aligner import corpus
    from aligner.languages import language
    from aligner.model import Verdict
    from aligner.termbase.suggestion import suggest_from_pairs

    pairs: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for path in bitexts:
        for number, unit in enumerate(corpus.iterate(path)):
            if all_rows or unit.verdict in (None, Verdict.ACCEPT):
                document = unit.document or f"{path}:{number}"
                of_language = pairs.setdefault(unit.language.code, {})
                of_language.setdefault(document, []).append((unit.source, unit.target))
    rows = []
    for code, documents in pairs.items():
        found = suggest_from_pairs(
            base, documents.values(), language(code), min_count=min_count, limit=limit
        )
        rows += _suggested(code, found)
    return rows


def _suggested(code: str, found: Iterable[Suggestion]) -> list[dict[str, object]]:
    return [
        {
            "text": one.text,
            "kind": one.kind,
            "count": one.count,
            "articles": one.articles,
            "lang": code,
            "renderings": [{"text": text, "count": count} for text, count in one.renderings],
            "examples": list(one.examples),
        }
        for one in found
    ]


@app.command()
def explain(
    text: Annotated[
        list[str],
        typer.Argument(
            help="Sentences of one article in order, an article file, or -.", metavar="TEXT…"
        ),
    ],
    target: Annotated[
        list[str] | None, typer.Option("--target", help="Translation of each TEXT, in order.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", "-t", help="Language of --target: ko or ja.")
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", help="Date of the article, for holders of offices.")
    ] = None,
    glossary: Glossaries = None,
    as_json: Json = False,
) -> None:
    """Say why each term of a text was found or passed by, and what a translation made of it."""
    from aligner.errors import UsageError
    from aligner.languages import language
    from aligner.termbase.explanation import explain as reasons_of

    if bool(target) != bool(to):
        raise UsageError("--target and --to go together", hint='--target "…" --to ko')
    if target and len(target) != len(text):
        raise UsageError(
            f"{len(target)} targets for {len(text)} texts", hint="one --target per TEXT"
        )
    texts = list(text)
    if len(text) == 1 and (text[0] == "-" or Path(text[0]).is_file()):
        texts = [piece for article in _articles(text) for piece in article]
        if target and len(target) != len(texts):
            raise UsageError("--target goes with sentences, not with a file")
    found = reasons_of(load_terms(glossary), texts, target, language(to) if to else None, date=date)
    rows = [
        {
            "segment": one.segment + 1,
            "start": one.start,
            "end": one.end,
            "surface": one.surface,
            "matched": one.match is not None and not one.match.ambiguous,
            "status": one.use.status if one.use else None,
            "concepts": list(one.concepts),
            "reason": one.reason,
        }
        for one in found
    ]
    if as_json:
        emit(rows)
        return
    for row in rows:
        row["concepts"] = _few(row["concepts"])  # type: ignore[arg-type]
        row["matched"] = "yes" if row["matched"] else "no"
    columns = ("segment", "surface", "matched", "concepts", "reason")
    table(columns if len(texts) > 1 else columns[1:], rows)
    if not rows:
        talk("no form of the glossary stands there")


def _few(names: Sequence[str], shown: int = 4) -> str:
    more = [f"… {len(names) - shown} more"] if len(names) > shown + 1 else []
    return " | ".join([*(names[:shown] if more else names), *more])


def _articles(paths: Sequence[str]) -> Iterable[list[str]]:
    """The segments of each article; the first one that cannot be read is an error."""
    from aligner import pipeline

    documents, refused = pipeline.read(paths, None, RunView(quiet=True), piped(paths))
    if refused:
        raise refused[0]
    return [[piece.text for piece in document.segments] for document in documents]


glossary_editing.register(app)

__all__ = ["app", "record"]
