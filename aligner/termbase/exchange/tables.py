"""TSV, CSV and XLSX: the home columns, one concept a row; headers of other tools are understood."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from aligner.errors import GlossaryError
from aligner.languages import Language
from aligner.termbase.concepts import COLUMNS, Concept, concept_from_cells

_MAX_UNPACKED_BYTES = 200_000_000
_GUARDED = ("=", "+", "-", "@", "\t", "\r")
_SYNONYMS = {
    "source": "en", "english": "en", "src": "en", "term": "en", "msgid": "en", "source_term": "en",
    "korean": "ko", "ko-kr": "ko", "kor": "ko", "한국어": "ko",
    "japanese": "ja", "ja-jp": "ja", "jp": "ja", "jpn": "ja", "日本語": "ja",
    "en-us": "en", "en-gb": "en", "eng": "en",
    "note": "notes", "comment": "notes", "explanation": "notes", "description": "notes",
    "definition": "notes", "aliases": "aliases_en", "type": "category", "valid_from": "from",
    "valid_to": "to",
}  # fmt: skip
_TARGETS = frozenset(["target", "translation", "msgstr", "tgt", "target_term"])


def read_tsv(path: Path, language: Language | None) -> tuple[Concept, ...]:
    text = path.read_bytes().decode("utf-8-sig")
    rows = [
        (number, line.split("\t"))
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    return _concepts(rows, path, language)


def render_tsv(concepts: Sequence[Concept], language: Language | None) -> str:
    columns = _columns(concepts)
    lines = ["\t".join(columns)]
    for concept in concepts:
        cells = concept.cells()
        lines.append("\t".join(cells.get(name, "") for name in columns))
    return "\n".join(lines) + "\n"


def read_csv(path: Path, language: Language | None) -> tuple[Concept, ...]:
    text = path.read_bytes().decode("utf-8-sig")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, [_unguarded(cell) for cell in cells]))
    except csv.Error as error:
        raise GlossaryError(
            f"is no CSV: {error}", path=path, line=reader.line_num, hint="check the quotes"
        ) from error
    return _concepts(rows, path, language)


def render_csv(concepts: Sequence[Concept], language: Language | None) -> str:
    """RFC 4180 with LF; a cell a spreadsheet would compute is begun with an apostrophe."""
    columns = _columns(concepts)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for concept in concepts:
        cells = concept.cells()
        writer.writerow([_guarded(cells.get(name, "")) for name in columns])
    return stream.getvalue()


def read_xlsx(path: Path, language: Language | None) -> tuple[Concept, ...]:
    """The first sheet. Formulas are read as the text they show; an over-large archive is
    refused."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > _MAX_UNPACKED_BYTES:
            raise GlossaryError(
                f"unpacks to {size:,} bytes", path=path, hint="a term base is far smaller"
            )
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        rows = [
            (number, ["" if value is None else str(value) for value in values])
            for number, values in enumerate(book.worksheets[0].iter_rows(values_only=True), 1)
        ]
        book.close()
    except (GlossaryError, OSError):
        raise
    except Exception as error:
        # Damaged archives and hostile XML surface as many types; none may pass as a traceback.
        raise GlossaryError(
            f"is no readable workbook: {error}", path=path, hint="save it again as .xlsx"
        ) from error
    filled = [
        (n, [_unguarded(cell) for cell in row]) for n, row in rows if any(map(str.strip, row))
    ]
    return _concepts(filled, path, language)


def render_xlsx(concepts: Sequence[Concept], language: Language | None) -> bytes:
    from datetime import datetime

    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    # Equal concepts, equal bytes: the clock stays out of the file as far as the library allows.
    book.properties.created = book.properties.modified = datetime(2000, 1, 1)
    sheet = book.active
    sheet.title = "terms"
    columns = _columns(concepts)
    sheet.append(columns)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for number, concept in enumerate(concepts, start=2):
        cells = concept.cells()
        for place, name in enumerate(columns, start=1):
            value = cells.get(name, "")
            if value:
                cell = sheet.cell(number, place)
                cell.value = value
                cell.data_type = "s"  # never a formula
                cell.number_format = "@"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _columns(concepts: Iterable[Concept]) -> list[str]:
    extra = dict.fromkeys(name for concept in concepts for name in concept.extra)
    return [*COLUMNS, *extra]


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_GUARDED, "'")) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith((*_GUARDED, "'")) else cell


def _concepts(
    rows: Sequence[tuple[int, list[str]]], path: Path, language: Language | None
) -> tuple[Concept, ...]:
    if not rows:
        raise GlossaryError("holds no row", path=path, line=1, hint="begin with a header line")
    number, header = rows[0]
    columns = _header(header, language)
    if "en" not in columns or not {"ko", "ja"} & set(columns):
        raise GlossaryError(
            "the header names no column en, or neither ko nor ja",
            path=path,
            line=number,
            hint=f"known columns: {', '.join(COLUMNS)}; for `target`, say the language",
        )
    concepts: list[Concept] = []
    for number, cells in rows[1:]:
        values = dict(zip(columns, cells, strict=False))
        values.pop("", None)
        clean = {name: " ".join(cell.split()) for name, cell in values.items()}
        if not clean.get("en"):
            raise GlossaryError(
                "the row has no English term", path=path, line=number, hint="fill column en"
            )
        concepts.append(concept_from_cells(clean, path=str(path), line=number))
    return united(concepts)


def _header(header: Sequence[str], language: Language | None) -> list[str]:
    columns: list[str] = []
    names = [cell.strip().lower().replace(" ", "_") for cell in header]
    for name in names:
        if name == "source" and "en" not in names:
            name = "en"  # with other tools the source text, with us the kind of source
        if name in _TARGETS and language is not None:
            name = language.code
        name = name if name in COLUMNS else _SYNONYMS.get(name, name)
        columns.append("" if name in columns else name)
    return columns


def united(concepts: Iterable[Concept]) -> tuple[Concept, ...]:
    """Concepts with ids of their own: rows of one id and term are one concept, others are numbered.

    Tools export a term with two translations as two entries; the second becomes a variant, not a
    loss.
    """
    kept: dict[str, Concept] = {}
    for concept in concepts:
        other = kept.get(concept.id)
        if other is None:
            kept[concept.id] = concept
        elif (other.en, other.category) == (concept.en, concept.category):
            kept[concept.id] = joined(other, concept)
        else:
            number = 2
            while f"{concept.id}-{number}" in kept:
                number += 1
            cells = {**concept.cells(), "id": f"{concept.id}-{number}"}
            renamed = concept_from_cells(cells, path=concept.path, line=concept.line)
            kept[renamed.id] = renamed
    return tuple(kept.values())


def joined(first: Concept, second: Concept) -> Concept:
    """The first concept with all the second adds; a differing preferred term becomes a variant."""
    cells: dict[str, str] = dict(first.cells())
    other: Mapping[str, str] = second.cells()
    for name, value in other.items():
        if not value or name == "id":
            continue
        own = cells.get(name, "")
        if not own:
            cells[name] = value
        elif own == value:
            continue
        elif "_" in name and name in COLUMNS:
            cells[name] = "|".join(dict.fromkeys((*own.split("|"), *value.split("|"))))
        elif name in ("ko", "ja"):
            variants = cells[f"variants_{name}"].split("|")
            cells[f"variants_{name}"] = "|".join(dict.fromkeys(filter(None, (*variants, value))))
        elif name == "notes" and value not in own:
            cells[name] = f"{own}; {value}"
    return concept_from_cells(cells, path=first.path, line=first.line)
