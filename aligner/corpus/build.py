"""What a run leaves behind: a TSV per language pair, one over all languages, and the manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from aligner.corpus.entries import Entry, brief_findings, number, single_line
from aligner.corpus.manifest import (
    MANIFEST_NAME,
    FileRecord,
    Manifest,
    Step,
    now,
    read_manifest,
    record_file,
)
from aligner.corpus.staging import staged
from aligner.corpus.tables import tsv_bytes, tsv_lines
from aligner.errors import CorpusError, UsageError
from aligner.languages import ENGLISH, LANGUAGES
from aligner.model import Document, TranslationUnit


def write_corpora(
    directory: str | Path,
    documents: Sequence[Document],
    units: Mapping[str, Sequence[TranslationUnit]],
    *,
    engine: str = "",
    term_base: str = "",
    scorer: str = "",
    segmenter: str = "",
    settings: Mapping[str, Any] | None = None,
    steps: Iterable[tuple[str, int, int, int]] = (),
    version: str | None = None,
) -> list[Path]:
    """Write ``en-ko.tsv`` and its like, the joined ``en-ko-ja.tsv`` and ``manifest.json``.

    ``units`` are by code of the target language; ``engine``, ``scorer`` and ``segmenter`` are
    signatures, ``term_base`` is a hex digest, ``steps`` are (name, visited, kept, flagged). Equal
    arguments give equal bytes; only ``created`` in the manifest tells the time, and even that stays
    when nothing else changed. All files are complete on the disk before the first old one is
    replaced, the manifest last. Returns the paths, manifest last. Raises OutputError, and then the
    old files stay as they were.
    """
    folder = Path(directory)
    codes = [code for code in LANGUAGES if code in units]
    source = documents[0].article.language if documents else ENGLISH
    homes = {segment.id: one.article.id for one in documents for segment in one.segments}
    placed = {code: [_in_document(unit, homes) for unit in units[code]] for code in codes}
    contents: dict[str, Iterable[bytes]] = {}
    for code in codes:
        contents[f"{source}-{code}.tsv"] = tsv_lines(map(Entry, placed[code]), ())
    if len(codes) > 1:
        rows = _joined_rows(documents, placed)
        columns = joined_columns(source.code, codes)
        contents[f"{source}-{'-'.join(codes)}.tsv"] = tsv_bytes(columns, rows)
    with staged(folder) as staging:
        outputs = []
        for name, lines in contents.items():
            digest = hashlib.sha256()
            stream = staging.open(folder / name)
            for line in lines:
                stream.write(line)
                digest.update(line)
            outputs.append(FileRecord(name, digest.hexdigest()))
        manifest = Manifest(
            version=version or _own_version(),
            segmenter=segmenter,
            engine=engine,
            term_base=term_base,
            scorer=scorer,
            inputs=_inputs(documents),
            outputs=tuple(outputs),
            settings=dict(settings or {}),
            steps=tuple(Step(*step) for step in steps),
            created=now(),
        )
        manifest = _keep_date(manifest, folder)
        staging.open(folder / MANIFEST_NAME).write(manifest.to_json().encode("utf-8"))
    return [folder / name for name in (*contents, MANIFEST_NAME)]


def joined_columns(source: str, codes: Sequence[str]) -> list[str]:
    """The columns of the file over all languages: texts first, then what is known per language."""
    columns = ["doc_id", "seg_id", "paragraph", "kind", source, *codes]
    for name in ("score", "verdict", "findings"):
        columns += [f"{name}_{code}" for code in codes]
    return columns


def _in_document(unit: TranslationUnit, homes: Mapping[str, str]) -> TranslationUnit:
    return unit if unit.document else replace(unit, document=homes.get(unit.id, ""))


def _joined_rows(
    documents: Sequence[Document], units: Mapping[str, Sequence[TranslationUnit]]
) -> list[list[str]]:
    """A row per source segment; the cells of a language it has no unit in are empty."""
    firsts: dict[tuple[str, str], tuple[str, str, str]] = {}  # → paragraph, kind, source
    for document in documents:
        for one in document.segments:
            key = (document.article.id, one.id)
            if key in firsts:
                raise _repeated(key)
            firsts[key] = (str(one.paragraph), str(one.kind), one.text)
    found: dict[tuple[str, str], dict[str, TranslationUnit]] = {}
    for code, some in units.items():
        for unit in some:
            key = (unit.document, unit.id)
            place = unit.segment
            shown = (str(place.paragraph), str(place.kind)) if place else ("", "")
            firsts.setdefault(key, (*shown, unit.source))
            if found.setdefault(key, {}).setdefault(code, unit) is not unit:
                raise _repeated(key)
    rows = []
    for (doc_id, identity), (paragraph, kind, text) in firsts.items():
        mine = [found.get((doc_id, identity), {}).get(code) for code in units]
        row = [doc_id, identity, paragraph, kind, text]
        row += [unit.target if unit else "" for unit in mine]
        row += [number(unit.score.value) if unit and unit.score else "" for unit in mine]
        row += [unit.verdict or "" if unit else "" for unit in mine]
        row += [brief_findings(unit.findings) if unit else "" for unit in mine]
        rows.append([single_line(cell) for cell in row])
    return rows


def _repeated(key: tuple[str, str]) -> UsageError:
    """Two rows under one id could not be told apart, and one would silently hide the other."""
    what = f"segment {key[1]!r} of article {key[0]!r} comes twice"
    return UsageError(what, hint="each article needs a name of its own; rename one of the files")


def _inputs(documents: Sequence[Document]) -> tuple[FileRecord, ...]:
    """A record per file read; an article from no file is named by its id and hashed as text."""
    records: dict[str, FileRecord] = {}
    for document in documents:
        article = document.article
        try:
            key, record = str(article.path), record_file(article.path or "")
        except OSError:
            digest = hashlib.sha256(article.text.encode("utf-8", "replace")).hexdigest()
            key, record = article.id, FileRecord(article.id, digest)
        records.setdefault(key, record)
    return tuple(records.values())


def _keep_date(manifest: Manifest, folder: Path) -> Manifest:
    """``manifest`` with the date of the one already there, if the date alone would differ."""
    try:
        old = read_manifest(folder)
    except CorpusError:
        return manifest
    dated = replace(manifest, created=old.created)
    return dated if dated.to_json() == old.to_json() else manifest


def _own_version() -> str:
    from importlib import metadata

    try:
        return metadata.version("aligner")
    except metadata.PackageNotFoundError:
        return "0"
