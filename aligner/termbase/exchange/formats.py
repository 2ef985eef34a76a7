"""The table of formats and the two functions that use it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aligner.errors import GlossaryError, UsageError
from aligner.languages import Language
from aligner.termbase.concepts import Concept
from aligner.termbase.exchange import bilingual, tables, tbx
from aligner.termbase.file import write_text


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is read and written; ``bilingual`` ones need to be told the target
    language."""

    name: str
    suffixes: tuple[str, ...]
    bilingual: bool
    read: Callable[[Path, Language | None], tuple[Concept, ...]]
    render: Callable[[Sequence[Concept], Language | None], str | bytes]
    lost: Callable[[Sequence[Concept], Language | None], tuple[str, ...]]


def _nothing(concepts: Sequence[Concept], language: Language | None) -> tuple[str, ...]:
    return ()


FORMATS: Mapping[str, Format] = {
    made.name: made
    for made in (
        Format("tsv", (".tsv", ".txt"), False, tables.read_tsv, tables.render_tsv, _nothing),
        Format("csv", (".csv",), False, tables.read_csv, tables.render_csv, _nothing),
        Format("xlsx", (".xlsx",), False, tables.read_xlsx, tables.render_xlsx, _nothing),
        Format("tbx", (".tbx", ".xml"), False, tbx.read_tbx, tbx.render_tbx, _nothing),
        Format(
            "utx", (".utx",), True, bilingual.read_utx, bilingual.render_utx, bilingual.lost_utx
        ),
        Format(
            "omegat",
            (".tab", ".utf8"),
            True,
            bilingual.read_omegat,
            bilingual.render_omegat,
            bilingual.lost_omegat,
        ),
    )
}


def format_of(path: Path, name: str | None = None) -> Format:
    """The format called ``name`` or, without a name, that of the file's suffix. Raises
    UsageError."""
    if name is not None:
        if name not in FORMATS:
            raise UsageError(f"unknown format {name!r}", hint=f"use one of: {', '.join(FORMATS)}")
        return FORMATS[name]
    for made in FORMATS.values():
        if path.suffix.lower() in made.suffixes:
            return made
    raise UsageError(
        f"cannot tell the format of {path.name}", hint=f"name one of: {', '.join(FORMATS)}"
    )


def read_terms(
    path: Path, name: str | None = None, *, language: Language | None = None
) -> tuple[Concept, ...]:
    """The concepts of a file in any known format; ``language`` is the target of a bilingual one.

    Raises GlossaryError (file, line where there is one) for a file that breaks its format or tries
    to do more than hold terms, UsageError when the format or the target language cannot be told.
    """
    made = format_of(path, name)
    try:
        concepts = made.read(path, language)
    except OSError as error:
        raise GlossaryError(
            f"cannot be read: {error.strerror}", path=path, hint="check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise GlossaryError("is not UTF-8", path=path, hint="save it as UTF-8") from error
    return concepts


def write_terms(
    concepts: Sequence[Concept],
    path: Path,
    name: str | None = None,
    *,
    language: Language | None = None,
) -> tuple[str, ...]:
    """Writes the concepts in one step; what the format could not carry, in plain sentences.

    Raises UsageError for a bilingual format without a language, OutputError for an unwritable
    place.
    """
    made = format_of(path, name)
    if made.bilingual and language is None:
        raise UsageError(f"{made.name} holds two languages", hint="say which one: ko or ja")
    content = made.render(concepts, language)
    write_text(content, path)
    return made.lost(concepts, language)
