"""Moses: plain text, one segment per line, ``name.en-ko.en`` beside ``name.en-ko.ko``.

Two sidecars keep what plain text has no room for, line by line: ``name.en-ko.ids`` (document, tab,
segment id) and ``name.en-ko.scores`` (the score, or nothing). They are read where they are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from aligner.corpus.entries import Entry, from_cells, number, single_line
from aligner.corpus.staging import Staging, lines
from aligner.errors import CorpusError, UsageError
from aligner.languages import LanguagePair, pair
from aligner.model import Score


def stem_and_pair(path: str | Path) -> tuple[Path, LanguagePair] | None:
    """``news.en-ko``, ``news.en-ko.en`` or ``….ko`` → (news.en-ko, en-ko); None for other names."""
    path = Path(path)
    for stem in (path, path.with_suffix("")):
        try:
            found = pair(stem.suffix.removeprefix("."))
        except UsageError:
            continue
        if stem == path or path.suffix[1:] in (found.source.code, found.target.code):
            return stem, found
    return None


def carried(entry: Entry) -> Entry:
    """What is left of an entry in Moses files: ids, texts and the score's value."""
    unit = entry.unit
    cells = {"doc_id": unit.document, "seg_id": unit.id, "lang": unit.language.code}
    cells |= {"source": unit.source, "target": unit.target}
    if unit.score is not None:
        cells["score"] = number(unit.score.value)
    return from_cells({name: single_line(value) for name, value in cells.items()})


def write_moses(staging: Staging, path: str | Path, entries: Iterable[Entry]) -> None:
    """Write the four files of a pair. Raises UsageError for a unit of another target language."""
    stem, found = _required(path)
    names = (found.source.code, found.target.code, "ids", "scores")
    streams = [staging.open(f"{stem}.{name}") for name in names]
    for entry in entries:
        unit = carried(entry).unit
        if unit.language != found.target:
            hint = "convert the pair files one by one"
            raise UsageError(f"{stem.name} cannot hold {unit.language} text", hint=hint)
        score = number(unit.score.value) if unit.score else ""
        rows = (unit.source, unit.target, f"{unit.document}\t{unit.id}", score)
        for stream, row in zip(streams, rows, strict=True):
            stream.write(f"{row}\n".encode())


def iterate_moses(path: str | Path) -> Iterator[Entry]:
    """The units of a pair of files, one at a time. CorpusError where their lengths differ."""
    stem, found = _required(path)
    sides = (Path(f"{stem}.{found.source}"), Path(f"{stem}.{found.target}"))
    sidecars = [Path(f"{stem}.ids"), Path(f"{stem}.scores")]
    files = [*sides, *(file for file in sidecars if file.exists())]
    has_ids, has_scores = (file in files for file in sidecars)
    for row, read in enumerate(zip_longest(*map(lines, files)), start=1):
        if None in read:
            short = files[read.index(None)]
            hint = "the files of a pair must have as many lines as each other"
            raise CorpusError(f"ends before line {row}", path=short, line=row, hint=hint)
        texts = [text for _, text in read]
        cells = {"lang": found.target.code, "source": texts[0], "target": texts[1]}
        if has_ids:
            cells["doc_id"], _, cells["seg_id"] = texts[2].rpartition("\t")
        entry = from_cells(cells, row, row)
        if has_scores and texts[-1]:
            unit = replace(entry.unit, score=_score(texts[-1], sidecars[1], row))
            entry = replace(entry, unit=unit)
        yield entry


def _score(text: str, path: Path, line: int) -> Score:
    try:
        return Score(float(text))
    except ValueError as error:
        hint = "a line holds one number, or nothing"
        raise CorpusError(f"{text!r} is no score", path=path, line=line, hint=hint) from error


def _required(path: str | Path) -> tuple[Path, LanguagePair]:
    found = stem_and_pair(path)
    if found is None:
        hint = "name it like news.en-ko"
        raise UsageError(f"{path} names no Moses pair", hint=hint)
    return found
