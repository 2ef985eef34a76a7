"""`aligner corpus` and `aligner memory`: what is kept on disk, converted, counted, cared for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aligner.cli.rendering import emit, table, talk
from aligner.cli.settings import default_memory

if TYPE_CHECKING:
    from aligner.memory import Memory

Json = Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Errors only.")]
Lang = Annotated[
    str | None,
    typer.Option("--to", "--lang", "-t", help="Target language of a file that does not name it."),
]
Source = Annotated[str, typer.Argument(help="A bitext, or - for TSV on stdin.", metavar="SRC")]
MemoryFile = Annotated[
    Path | None, typer.Option("--memory", help="Translation memory file (SQLite).")
]

corpus_app = typer.Typer(
    help="Convert, count, split, clean and verify corpora.", no_args_is_help=True
)
memory_app = typer.Typer(help="Look after the translation memory.", no_args_is_help=True)


@corpus_app.command()
def convert(
    source: Source,
    destination: Annotated[
        str, typer.Argument(help="File to write; its suffix tells the format.", metavar="DST")
    ],
    source_format: Annotated[
        str | None, typer.Option("--from-format", help="Where the suffix does not tell it.")
    ] = None,
    destination_format: Annotated[
        str | None, typer.Option("--to-format", help="Where the suffix does not tell it.")
    ] = None,
    to: Lang = None,
    quiet: Quiet = False,
) -> None:
    """Convert a bitext: TSV, CSV, TMX, XLIFF 1.2 (.xlf) and 2.0 (.xliff), JSONL, Parquet, Moses.

    A Moses pair is named by its stem and languages: news.en-ko is news.en and news.ko. What the new
    format does not hold is told.
    """
    from aligner import corpus
    from aligner.languages import language

    done = corpus.convert(
        source,
        _not_stdout(destination),
        source_format=source_format,
        destination_format=destination_format,
        language=language(to) if to else None,
    )
    if not quiet:
        talk(f"wrote {done.units} rows to {destination}")
        for loss in done.losses:
            talk(loss)


def _not_stdout(destination: str) -> str:
    from aligner.errors import UsageError

    if destination == "-":
        raise UsageError("corpora are written to files, not to stdout", hint="name a file")
    return destination


@corpus_app.command()
def stats(source: Source, to: Lang = None, as_json: Json = False) -> None:
    """Count a bitext: rows, documents, lengths, scores with their interval, verdicts, findings."""
    from aligner import corpus
    from aligner.languages import language

    told = corpus.summarise(corpus.iterate_entries(source, language=language(to) if to else None))
    if as_json:
        emit({"lang": code, **asdict(one)} for code, one in told.languages.items())
        return
    rows: list[dict[str, object]] = []
    for code, one in told.languages.items():
        facts: dict[str, object] = {
            "rows": one.rows,
            "documents": one.documents,
            "empty targets": one.missing,
            "repeated rows": one.repeated,
            "source words": one.source_tokens,
            "source characters": one.source_chars,
            "target characters": one.target_chars,
            "target/source length": f"{one.length_ratio:.2f}, median {one.length_ratio_median:.2f}",
            "rows without findings": one.clean,
        }
        if one.score is not None:
            score = one.score
            facts["mean score"] = f"{score.mean:.3f} [{score.low:.3f}, {score.high:.3f}]"
            facts["scores by tenths"] = " ".join(map(str, score.histogram))
        facts |= {f"verdict {name}": count for name, count in one.verdicts.items()}
        facts |= {f"finding {name}": count for name, count in one.findings.items()}
        rows += [{"lang": code, "what": what, "value": value} for what, value in facts.items()]
    table(("lang", "what", "value"), rows)
    if not rows:
        talk("no rows")


@corpus_app.command()
def split(
    sources: Annotated[
        list[str],
        typer.Argument(help="Bitexts; a story goes the same way in all of them.", metavar="SRC…"),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the parts.")],
    shares: Annotated[
        str, typer.Option("--shares", help="Parts and their shares, which sum to 1.")
    ] = "train=0.8,dev=0.1,test=0.1",
    seed: Annotated[str, typer.Option("--seed", help="Another seed, another split.")] = "aligner",
    to: Lang = None,
    quiet: Quiet = False,
) -> None:
    """Split bitexts for training and testing, whole stories at a time, so that none leaks.

    en-ko.tsv becomes en-ko.train.tsv, en-ko.dev.tsv and en-ko.test.tsv.
    """
    from aligner import corpus
    from aligner.errors import UsageError
    from aligner.languages import language

    wanted = _shares(shares)
    if "-" in sources:
        raise UsageError("split needs files, whose names the parts get", hint="name a file")
    names = [Path(source).name for source in sources]
    if len(set(names)) < len(names):
        raise UsageError("two bitexts have one name", hint="split them one by one")
    told = language(to) if to else None
    origin: dict[int, str] = {}
    entries = []
    for source in sources:
        for entry in corpus.iterate_entries(source, language=told):
            entries.append(entry)
            origin[id(entry)] = source
    parts = corpus.split(entries, wanted, seed=seed)
    for source in sources:
        for part, chosen in parts.items():
            mine = [entry for entry in chosen if origin[id(entry)] == source]
            path = out / _part_name(Path(source).name, part)
            format_name = corpus.format_of(source).name
            corpus.write_units(path, mine, format=format_name)
            if not quiet:
                talk(f"wrote {len(mine)} rows to {path}")


def _part_name(name: str, part: str) -> str:
    """``en-ko.tsv`` → ``en-ko.train.tsv``; ``news.en-ko`` (Moses) → ``news.train.en-ko``."""
    packed = ".gz" if name.lower().endswith(".gz") else ""
    stem, _, suffix = name.removesuffix(packed).rpartition(".")
    return f"{stem}.{part}.{suffix}{packed}" if stem else f"{suffix}.{part}{packed}"


def _shares(text: str) -> dict[str, float]:
    from aligner.errors import UsageError

    found: dict[str, float] = {}
    for item in text.split(","):
        name, equals, value = (part.strip() for part in item.partition("="))
        try:
            share = float(value)
        except ValueError:
            share = -1.0
        if not equals or not name.isidentifier() or name in found or not 0 <= share <= 1:
            raise UsageError(
                f"bad share {item!r} in --shares", hint="write train=0.8,dev=0.1,test=0.1"
            )
        found[name] = share
    return found


@corpus_app.command()
def dedup(
    source: Source,
    destination: Annotated[str, typer.Argument(help="File to write.", metavar="DST")],
    exact: Annotated[
        bool, typer.Option("--exact", help="Heed case, width, punctuation and spaces.")
    ] = False,
    by_source: Annotated[
        bool, typer.Option("--by-source", help="One row per source, whatever its target.")
    ] = False,
    to: Lang = None,
    quiet: Quiet = False,
) -> None:
    """Write a bitext without the rows that repeat an earlier one."""
    from aligner import corpus
    from aligner.languages import language

    seen = 0

    def counted() -> Iterator[corpus.Entry]:
        nonlocal seen
        for entry in corpus.iterate_entries(source, language=language(to) if to else None):
            seen += 1
            yield entry

    sameness = corpus.Sameness.EXACT if exact else corpus.Sameness.NORMALISED
    kept = list(corpus.deduplicate(counted(), sameness, by_source=by_source))
    losses = corpus.write_units(_not_stdout(destination), kept)
    if not quiet:
        talk(f"wrote {len(kept)} of {seen} rows to {destination}")
        for loss in losses:
            talk(loss)


@corpus_app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Folder with a manifest.json.", metavar="DIR")],
    as_json: Json = False,
) -> None:
    """Compare every file of a corpus with the digests of its manifest. Exit 1 where one differs."""
    from aligner import corpus

    changed = set(corpus.verify(folder))
    manifest = corpus.read_manifest(folder)
    rows: list[dict[str, object]] = [
        {
            "file": one.path,
            "sha256": one.sha256,
            "state": "ok"
            if one.path not in changed
            else ("changed" if (folder / one.path).exists() else "missing"),
        }
        for one in manifest.outputs
    ]
    if as_json:
        emit(rows)
    else:
        table(("file", "state", "sha256"), rows)
        talk(f"made {manifest.created} by {manifest.signature}")
    if changed:
        raise typer.Exit(1)


@memory_app.command("stats")
def memory_stats(memory: MemoryFile = None, as_json: Json = False) -> None:
    """How many translations the memory holds, by language pair and engine."""
    with _opened(memory) as store:
        told = store.statistics()
        place = str(store.path)
    row: dict[str, object] = {
        "path": place,
        "entries": told.entries,
        "size_bytes": told.size_bytes,
        "by_pair": dict(told.by_pair),
        "by_engine": dict(told.by_engine),
    }
    if as_json:
        emit([row])
        return
    rows: list[dict[str, object]] = [
        {"what": "file", "value": place},
        {"what": "entries", "value": told.entries},
        {"what": "size", "value": f"{told.size_bytes:,} bytes"},
    ]
    rows += [{"what": f"pair {name}", "value": count} for name, count in told.by_pair.items()]
    rows += [{"what": f"engine {name}", "value": count} for name, count in told.by_engine.items()]
    table(("what", "value"), rows)


@memory_app.command()
def prune(
    memory: MemoryFile = None,
    max_age_days: Annotated[
        float | None, typer.Option("--max-age-days", min=0, help="Drop what is older.")
    ] = None,
    keep_engine: Annotated[
        list[str] | None,
        typer.Option("--keep-engine", help="Keep only this signature; may be given again."),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say how much would go by --keep-engine, drop nothing."),
    ] = False,
) -> None:
    """Drop translations that no run will ask for again, and give the space back."""
    from aligner.errors import UsageError

    if max_age_days is None and not keep_engine:
        raise UsageError("nothing says what to drop", hint="give --max-age-days or --keep-engine")
    with _opened(memory) as store:
        if dry_run:
            if max_age_days is not None:
                raise UsageError(
                    "--dry-run cannot tell ages", hint="use it with --keep-engine only"
                )
            by_engine = store.statistics().by_engine
            doomed = sum(n for name, n in by_engine.items() if name not in (keep_engine or ()))
            talk(f"would drop {doomed} of {sum(by_engine.values())} translations from {store.path}")
            return
        dropped = store.prune(keep_engines=keep_engine or None, max_age_days=max_age_days)
        talk(f"dropped {dropped} translations from {store.path}; {len(store)} are left")


def _opened(given: Path | None) -> Memory:
    from aligner.errors import InputError
    from aligner.memory import Memory

    path = given or default_memory()
    if not path.is_file():
        hint = "name it with --memory, or run aligner translate first"
        raise InputError("no such translation memory", path=path, hint=hint)
    return Memory(path)
