"""The table of bitext formats, and reading, writing and converting by suffix.

``read_units(write_units(x)) == x`` for every format that can carry ``x``; what it could not carry,
``write_units`` and ``convert`` return in words.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aligner.corpus import moses, records, tables, xml
from aligner.corpus.entries import PAIR_COLUMNS, Entry, Losses, from_cells, to_cells
from aligner.corpus.staging import Staging, staged
from aligner.errors import UsageError
from aligner.languages import ENGLISH, Language
from aligner.model import TranslationUnit


@dataclass(frozen=True, slots=True)
class Settings:
    """What some formats must be told: the source language, the language of a file that names none
    and, for tables, the extra columns in their order."""

    source: Language = ENGLISH
    language: Language | None = None
    extra: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A way to keep a bitext; ``carried`` is what writing and reading leave of an entry."""

    name: str
    suffixes: tuple[str, ...]
    carried: Callable[[Entry], Entry]
    write: Callable[[Staging, str | Path, Iterable[Entry], Settings], None]
    iterate: Callable[[str | Path, Settings], Iterator[Entry]]


def _through_cells(entry: Entry) -> Entry:
    return from_cells(to_cells(entry))


def _single(
    write: Callable[[IO[bytes], Iterable[Entry], Settings], None],
) -> Callable[[Staging, str | Path, Iterable[Entry], Settings], None]:
    return lambda staging, path, entries, told: write(staging.open(path), entries, told)


FORMATS = {
    one.name: one
    for one in (
        Format(
            "tsv",
            (".tsv",),
            _through_cells,
            _single(lambda out, entries, told: tables.write_tsv(out, entries, told.extra)),
            lambda path, told: tables.iterate_tsv(path, told.language),
        ),
        Format(
            "csv",
            (".csv",),
            _through_cells,
            _single(lambda out, entries, told: tables.write_csv(out, entries, told.extra)),
            lambda path, told: tables.iterate_csv(path, told.language),
        ),
        Format(
            "tmx",
            (".tmx",),
            _through_cells,
            _single(lambda out, entries, told: xml.write_tmx(out, entries, told.source)),
            lambda path, told: xml.iterate_tmx(path, told.source),
        ),
        Format(
            "xliff-1.2",
            (".xlf",),
            _through_cells,
            _single(lambda out, entries, told: xml.write_xliff_12(out, entries, told.source)),
            lambda path, told: xml.iterate_xliff(path),
        ),
        Format(
            "xliff-2.0",
            (".xliff",),
            _through_cells,
            _single(lambda out, entries, told: xml.write_xliff_20(out, entries, told.source)),
            lambda path, told: xml.iterate_xliff(path),
        ),
        Format(
            "jsonl",
            (".jsonl", ".ndjson"),
            records.carried,
            _single(lambda out, entries, told: records.write_jsonl(out, entries)),
            lambda path, told: records.iterate_jsonl(path, told.language),
        ),
        Format(
            "parquet",
            (".parquet",),
            records.carried,
            _single(lambda out, entries, told: records.write_parquet(out, entries)),
            lambda path, told: records.iterate_parquet(path, told.language),
        ),
        Format(
            "moses",
            (),
            moses.carried,
            lambda staging, path, entries, told: moses.write_moses(staging, path, entries),
            lambda path, told: moses.iterate_moses(path),
        ),
    )
}


def format_of(path: str | Path, name: str | None = None) -> Format:
    """The format called ``name``, else that of the suffix (``.gz`` apart); TSV for ``-``.

    ``news.en-ko`` is a Moses pair. Raises UsageError, naming the known formats.
    """
    if name is not None and name in FORMATS:
        return FORMATS[name]
    bare = Path(path).with_suffix("") if Path(path).suffix.lower() == ".gz" else Path(path)
    if name is None:
        if str(path) == "-":
            return FORMATS["tsv"]
        for one in FORMATS.values():
            if bare.suffix.lower() in one.suffixes:
                return one
        if moses.stem_and_pair(path) is not None:
            return FORMATS["moses"]
    suffixes = [suffix for one in FORMATS.values() for suffix in one.suffixes]
    hint = f"formats: {', '.join(FORMATS)}; suffixes: {' '.join(suffixes)}, and name.en-ko (Moses)"
    raise UsageError(f"no bitext format {name or bare.suffix or str(path)!r}", hint=hint)


def iterate_entries(
    path: str | Path,
    *,
    format: str | None = None,
    language: Language | None = None,
    source_language: Language = ENGLISH,
) -> Iterator[Entry]:
    """The units of a bitext with their extra columns, one at a time, in any known format.

    Memory is flat, Parquet apart.
    ``-`` is standard input. ``language`` is the target language of a file that names none. Raises
    CorpusError with line and column where there are such.
    """
    return format_of(path, format).iterate(path, Settings(source_language, language))


def iterate(
    path: str | Path,
    *,
    format: str | None = None,
    language: Language | None = None,
    source_language: Language = ENGLISH,
) -> Iterator[TranslationUnit]:
    """The units of ``iterate_entries``, without the extra columns."""
    told = {"format": format, "language": language, "source_language": source_language}
    for entry in iterate_entries(path, **told):  # type: ignore[arg-type]
        yield entry.unit


def read_units(
    path: str | Path,
    *,
    format: str | None = None,
    language: Language | None = None,
    source_language: Language = ENGLISH,
) -> list[TranslationUnit]:
    """All units of a bitext, in the order of the file."""
    told = {"format": format, "language": language, "source_language": source_language}
    return list(iterate(path, **told))  # type: ignore[arg-type]


def write_units(
    path: str | Path,
    units: Iterable[TranslationUnit | Entry],
    *,
    format: str | None = None,
    source_language: Language = ENGLISH,
) -> tuple[str, ...]:
    """Write a bitext, whole or not at all; returns one sentence per thing the format cannot carry.

    Raises OutputError when the place cannot be written; the old file then stays.
    """
    entries = [unit if isinstance(unit, Entry) else Entry(unit) for unit in units]
    return _write(path, entries, format_of(path, format), source_language, _extra_of(entries))[1]


@dataclass(frozen=True, slots=True)
class Conversion:
    """How many units were written, and what the new format does not carry, in words."""

    units: int
    losses: tuple[str, ...]


def convert(
    source: str | Path,
    destination: str | Path,
    *,
    source_format: str | None = None,
    destination_format: str | None = None,
    language: Language | None = None,
    source_language: Language = ENGLISH,
) -> Conversion:
    """Write the bitext ``source`` as ``destination``, in flat memory (Parquet and ``-`` apart).

    Raises CorpusError, OutputError, UsageError.
    """
    target = format_of(destination, destination_format)
    told = {"format": source_format, "language": language, "source_language": source_language}

    def entries() -> Iterable[Entry]:
        return iterate_entries(source, **told)  # type: ignore[arg-type]

    extra: Sequence[str] = ()
    stream = entries()
    if target.name in ("tsv", "csv"):  # their header must name every extra column beforehand
        if str(source) == "-":
            stream = list(stream)
            extra = _extra_of(stream)
        else:
            extra = _extra_of(stream)
            stream = entries()
    return Conversion(*_write(destination, stream, target, source_language, extra))


def _write(
    path: str | Path,
    entries: Iterable[Entry],
    target: Format,
    source_language: Language,
    extra: Sequence[str],
) -> tuple[int, tuple[str, ...]]:
    losses = Losses(target.name)
    count = 0

    def watched() -> Generator[Entry]:
        nonlocal count
        for entry in entries:
            count += 1
            losses.add(entry, target.carried(entry))
            yield entry

    with closing(watched()) as stream, staged(path) as staging:
        target.write(staging, path, stream, Settings(source_language, None, extra))
    return count, losses.told()


def _extra_of(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The names of all extra columns, in the order they first come up."""
    names = dict.fromkeys(name for entry in entries for name in entry.extra)
    return tuple(name for name in names if name not in PAIR_COLUMNS)
