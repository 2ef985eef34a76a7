"""The glossary file: ``str(parse_glossary(text)) == text`` for every well-formed LF text.

TSV, UTF-8, one concept a line, a header, no quoting. Lines that start with ``#`` and blank lines
are comments; they, the order of rows and columns, and unknown columns survive every edit, and a
row that was not edited keeps its very bytes, so that a change shows as a one-line diff in git.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from aligner.errors import GlossaryError, OutputError
from aligner.termbase.concepts import COLUMNS, Concept, concept_from_cells


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: ``concept`` is None for the header, comments and blank lines."""

    text: str
    concept: Concept | None = None


@dataclass(frozen=True, slots=True)
class GlossaryFile:
    """A glossary with everything needed to write it back; ``header`` is the index of its header."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    header: int
    path: str | None = None

    @property
    def concepts(self) -> tuple[Concept, ...]:
        return tuple(line.concept for line in self.lines if line.concept is not None)

    def __str__(self) -> str:
        return "".join(f"{line.text}\n" for line in self.lines)

    def row(self, concept: Concept) -> Line:
        """The line of ``concept`` in this file's columns, trailing empty cells kept.

        Raises GlossaryError when the concept holds a value no column of the file can take.
        """
        cells = concept.cells()
        homeless = [name for name, value in cells.items() if value and name not in self.columns]
        derived = concept_from_cells({name: cells[name] for name in ("en", "category")}).id
        if concept.id == derived and "id" in homeless:
            homeless.remove("id")
        if concept.category == "concept" and "category" in homeless:
            homeless.remove("category")
        if homeless:
            raise GlossaryError(
                f"no column for {', '.join(homeless)} of {concept.id}",
                path=self.path,
                line=self.header + 1,
                hint="add the column to the header line",
            )
        return Line("\t".join(cells.get(name, "") for name in self.columns), concept)

    def with_columns(self, concept: Concept) -> GlossaryFile:
        """This file with the columns ``concept`` needs appended; the same file when none is
        missing."""
        cells = concept.cells()
        missing = [name for name, value in cells.items() if value and name not in self.columns]
        if not missing:
            return self
        columns = (*self.columns, *missing)
        grown = replace(self, columns=columns)
        lines = [
            grown.row(line.concept) if line.concept is not None else line for line in self.lines
        ]
        lines[self.header] = Line("\t".join(columns))
        return replace(grown, lines=tuple(lines))


def new_glossary(path: str | None = None) -> GlossaryFile:
    """A file with a header of all columns and no concept."""
    return GlossaryFile(COLUMNS, (Line("\t".join(COLUMNS)),), 0, path)


def parse_glossary(text: str, path: str | None = None) -> GlossaryFile:
    """The glossary in ``text``. CRLF and a byte-order mark are understood and not kept.

    Raises GlossaryError (file:line) when the header is missing, lacks ``en`` or both target
    columns, or repeats a column, and when a row has more cells than the header or no ``en``.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    raw = text.split("\n")
    if raw and not raw[-1]:
        raw.pop()
    lines: list[Line] = []
    columns: tuple[str, ...] = ()
    header = -1
    for number, content in enumerate(raw, start=1):
        if not content.strip() or content.startswith("#"):
            lines.append(Line(content))
            continue
        cells = content.split("\t")
        if header < 0:
            columns = _columns(cells, path, number)
            header = number - 1
            lines.append(Line(content))
            continue
        if len(cells) > len(columns):
            raise GlossaryError(
                f"{len(cells)} cells where the header names {len(columns)} columns",
                path=path,
                line=number,
                hint="remove the extra tab, or name the column in the header",
            )
        concept = concept_from_cells(
            dict(zip(columns, cells, strict=False)), path=path, line=number
        )
        if not concept.en:
            raise GlossaryError(
                "the row has no English term", path=path, line=number, hint="fill column en"
            )
        lines.append(Line(content, concept))
    if header < 0:
        raise GlossaryError(
            "no header line", path=path, line=1, hint="begin with: en<tab>ko<tab>ja"
        )
    return GlossaryFile(columns, tuple(lines), header, path)


def _columns(cells: list[str], path: str | None, number: int) -> tuple[str, ...]:
    columns = tuple(cell.strip() for cell in cells)
    if "en" not in columns or not {"ko", "ja"} & set(columns):
        raise GlossaryError(
            "the header needs a column en and at least one of ko, ja",
            path=path,
            line=number,
            hint=f"known columns, tab-separated: {' '.join(COLUMNS)}",
        )
    for index, name in enumerate(columns):
        if name in columns[:index] or not name:
            raise GlossaryError(
                f"column {name!r} is {'named twice' if name else 'nameless'}",
                path=path,
                line=number,
                hint="give every column one name of its own",
            )
    return columns


def read_glossary(path: Path) -> GlossaryFile:
    """Reads and parses a glossary. Raises GlossaryError when it cannot be read or is no UTF-8."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise GlossaryError(
            f"cannot be read: {error.strerror}",
            path=path,
            hint="check the path and its permissions",
        ) from error
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        raise GlossaryError(
            "is not UTF-8",
            path=path,
            line=before.count(b"\n") + 1,
            hint="save the file as UTF-8",
        ) from error
    return parse_glossary(text, str(path))


def write_glossary(glossary: GlossaryFile, path: Path) -> None:
    """Replaces ``path`` in one step: a reader sees the old file or the new one, never a part."""
    write_text(str(glossary), path)


def write_text(text: str | bytes, path: Path) -> None:
    """Atomic write (temporary file in the same folder, fsync, replace). Raises OutputError."""
    content = text.encode() if isinstance(text, str) else text
    try:
        with _temporary(path) as (descriptor, name):
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
            os.replace(name, path)
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror}", path=path, hint="check the folder's permissions"
        ) from error


@contextlib.contextmanager
def _temporary(path: Path) -> Iterator[tuple[int, str]]:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        yield descriptor, name
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
