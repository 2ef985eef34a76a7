"""TSV, the house format (UTF-8, LF, a header, no quoting), and CSV (RFC 4180) for spreadsheets.

News sentences often begin with a quotation mark, so a TSV field is what stands between two tabs and
nothing else; only CSV is quoted. Only CSV has the formula guard, because only CSV is opened by a
double click: a cell that a spreadsheet would run begins with an apostrophe there, which reading
takes away again (https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from aligner.corpus.entries import (
    PAIR_COLUMNS,
    REQUIRED_COLUMNS,
    Entry,
    from_cells,
    single_line,
    to_cells,
)
from aligner.corpus.staging import lines, name_of
from aligner.errors import CorpusError, UsageError
from aligner.languages import Language

# Full-width signs too: Japanese and Korean spreadsheets run them like the plain ones.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@＝＋－＠]")
_PLAIN_NUMBER = re.compile(r"-\d+(\.\d+)?")


def tsv_bytes(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The lines of a TSV file; the cells must be single lines already."""
    yield ("\t".join(columns) + "\n").encode("utf-8")
    for row in rows:
        yield ("\t".join(row) + "\n").encode("utf-8")


def tsv_lines(entries: Iterable[Entry], extra: Sequence[str]) -> Iterator[bytes]:
    """The lines of a pair file; ``extra`` names the further columns, in their order."""
    columns = _columns(extra)
    return tsv_bytes(columns, (_row(columns, entry) for entry in entries))


def write_tsv(stream: IO[bytes], entries: Iterable[Entry], extra: Sequence[str]) -> None:
    """Write ``tsv_lines`` to a stream."""
    for line in tsv_lines(entries, extra):
        stream.write(line)


def write_csv(stream: IO[bytes], entries: Iterable[Entry], extra: Sequence[str]) -> None:
    """As ``write_tsv``, in CSV with CRLF, and a BOM, without which spreadsheets garble 한국어."""
    columns = _columns(extra)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_guard(name) for name in columns])
    for entry in entries:
        writer.writerow([_guard(cell) for cell in _row(columns, entry)])
    text.detach()


def iterate_tsv(path: str | Path, language: Language | None = None) -> Iterator[Entry]:
    """The entries of any TSV with the columns lang, source and target, one at a time.

    Other columns are kept. ``language`` stands in for a missing column ``lang``. Raises CorpusError
    with line and column for a missing column, a row of another width, bad UTF-8 and an unknown
    language.
    """
    return _iterate(path, _tsv_rows(path), language)


def iterate_csv(path: str | Path, language: Language | None = None) -> Iterator[Entry]:
    """As ``iterate_tsv``, for CSV; a row's line is the one it begins on."""
    return _iterate(path, _csv_rows(path), language)


def _columns(extra: Sequence[str]) -> list[str]:
    cleaned = dict.fromkeys(single_line(name) for name in extra)
    return [*PAIR_COLUMNS, *(name for name in cleaned if name not in PAIR_COLUMNS)]


def _row(columns: Sequence[str], entry: Entry) -> list[str]:
    cells = to_cells(entry)
    return [cells.get(name, "") for name in columns]


def _guard(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _PLAIN_NUMBER.fullmatch(cell) else cell


def _unguard(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def _tsv_rows(path: str | Path) -> Iterator[tuple[int, list[str]]]:
    blank = 0
    for number, line in lines(path):
        if not line:
            blank = blank or number  # forgiven at the end of the file only
            continue
        if blank:
            hint = "delete the line"
            raise CorpusError("an empty line", path=name_of(path), line=blank, column=1, hint=hint)
        yield number, line.split("\t")


def _csv_rows(path: str | Path) -> Iterator[tuple[int, list[str]]]:
    began = 1
    reader = csv.reader((f"{line}\n" for _, line in lines(path)), strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            hint = "quote the field, and double every quotation mark in it"
            place = name_of(path)
            raise CorpusError(f"bad CSV: {error}", path=place, line=began, hint=hint) from error
        if row:
            yield began, [_unguard(cell) for cell in row]
        began = reader.line_num + 1


def _iterate(
    path: str | Path, rows: Iterator[tuple[int, list[str]]], language: Language | None
) -> Iterator[Entry]:
    path = name_of(path)
    number, header = next(rows, (0, []))
    if not number:
        raise CorpusError("empty: not even a header line", path=path, hint=_header_hint())
    _check_header(path, number, header, language)
    stand_in = {"lang": language.code} if language and "lang" not in header else {}
    for row, (line, values) in enumerate(rows, start=1):
        if len(values) != len(header):
            raise _ragged(path, line, header, values)
        cells = stand_in | dict(zip(header, values, strict=True))
        try:
            yield from_cells(cells, line, row)
        except UsageError as error:
            column = _column_of(header, values, "lang")
            raise CorpusError(
                error.what, path=path, line=line, column=column, hint=error.hint
            ) from error


def _check_header(
    path: str | Path, line: int, header: Sequence[str], language: Language | None
) -> None:
    for place, name in enumerate(header):
        if name in header[:place]:
            column = sum(len(earlier) + 1 for earlier in header[:place]) + 1
            what = f"two columns are named {name!r}"
            hint = "rename or delete one of them"
            raise CorpusError(what, path=path, line=line, column=column, hint=hint)
    wanted = [name for name in REQUIRED_COLUMNS if name != "lang" or language is None]
    missing = [name for name in wanted if name not in header]
    if not missing:
        return
    hint = _header_hint()
    if "en" in header and ("ko" in header or "ja" in header):
        hint = "this looks like the trilingual file; give one of the pair files, such as en-ko.tsv"
    what = f"no column {', '.join(map(repr, missing))} (there is: {', '.join(header)[:200]})"
    raise CorpusError(what, path=path, line=line, column=1, hint=hint)


def _header_hint() -> str:
    return "the first line must name the columns lang, source and target"


def _ragged(
    path: str | Path, line: int, header: Sequence[str], values: Sequence[str]
) -> CorpusError:
    what = f"{len(values)} fields where the header names {len(header)}"
    column = sum(len(value) + 1 for value in values[: len(header)])
    if len(values) > len(header):
        column += 1
        hint = "a field holds a tab, or too much was appended"
    else:
        hint = f"the first missing field is {header[len(values)]!r}"
    return CorpusError(what, path=path, line=line, column=column, hint=hint)


def _column_of(header: Sequence[str], values: Sequence[str], name: str) -> int:
    """1-based column, in characters, where the cell begins (for TSV)."""
    if name not in header:
        return 1
    return sum(len(value) + 1 for value in values[: header.index(name)]) + 1
