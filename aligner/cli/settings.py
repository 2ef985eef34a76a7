"""Where things are when the person did not say: flags first, then environment, then these."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aligner.termbase import TermBase


_SHIPPED = Path(__file__).parents[1] / "glossaries"


def find_glossaries(given: Sequence[Path] | None) -> list[Path]:
    """The term bases to use: those given, else $ALIGNER_GLOSSARY, else ``glossaries/*.tsv`` here,
    else those that come with aligner."""
    if given:
        return list(given)
    return _editable_glossaries() or sorted(_SHIPPED.glob("*.tsv"))


def _editable_glossaries() -> list[Path]:
    named = os.environ.get("ALIGNER_GLOSSARY")
    if named:
        return [Path(path) for path in named.split(os.pathsep) if path]
    return sorted(Path("glossaries").glob("*.tsv"))


def default_memory() -> Path:
    """The translation memory: $ALIGNER_MEMORY, else in the user's data folder."""
    named = os.environ.get("ALIGNER_MEMORY")
    if named:
        return Path(named)
    from aligner.models import data_folder

    return data_folder() / "memory.sqlite"


def load_terms(given: Sequence[Path] | None) -> TermBase:
    """The term base of a command: the glossaries given and nothing else, or the default ones.

    The default ones are joined by the territory names of the Unicode CLDR.
    """
    from aligner import termbase

    return termbase.load(find_glossaries(given), territories=not given)


def one_glossary(given: Path | None) -> Path:
    """The glossary that a command shows or edits: given, $ALIGNER_GLOSSARY's first, the one here.

    Raises UsageError where there is none of them.
    """
    from aligner.errors import UsageError

    if given is not None:
        return given
    found = _editable_glossaries()
    for path in found:
        if path.name == "diplomacy.tsv" or os.environ.get("ALIGNER_GLOSSARY") or len(found) == 1:
            return path
    what = "several glossaries here" if found else "no glossary here"
    raise UsageError(f"{what}, and none was named", hint="name one: --glossary FILE")
