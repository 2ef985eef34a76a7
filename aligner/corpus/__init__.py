"""Bitexts on disk: the corpora a run makes, and every format they are exchanged in."""

from __future__ import annotations

from aligner.corpus.build import write_corpora
from aligner.corpus.entries import PAIR_COLUMNS, Entry, to_cells
from aligner.corpus.formats import (
    FORMATS,
    Conversion,
    Format,
    convert,
    format_of,
    iterate,
    iterate_entries,
    read_units,
    write_units,
)
from aligner.corpus.manifest import FileRecord, Manifest, Step, read_manifest, record_file, verify
from aligner.corpus.records import frame
from aligner.corpus.selection import JoinedUnit, Sameness, deduplicate, join, split
from aligner.corpus.summary import (
    LanguageStatistics,
    ScoreSummary,
    Statistics,
    statistics,
    summarise,
)

__all__ = [
    "FORMATS",
    "PAIR_COLUMNS",
    "Conversion",
    "Entry",
    "FileRecord",
    "Format",
    "JoinedUnit",
    "LanguageStatistics",
    "Manifest",
    "Sameness",
    "ScoreSummary",
    "Statistics",
    "Step",
    "convert",
    "deduplicate",
    "format_of",
    "frame",
    "iterate",
    "iterate_entries",
    "join",
    "read_manifest",
    "read_units",
    "record_file",
    "split",
    "statistics",
    "summarise",
    "to_cells",
    "verify",
    "write_corpora",
    "write_units",
]
