"""Words a small model may not know: written into the source it sees, never demanded of its target.

``vocabulary.tsv`` (English, Korean, Japanese; no header) holds nouns and names of the news that have
one rendering. Terms of a term base go before it wherever both are found.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from aligner.termbase.concepts import concept_from_cells
from aligner.termbase.terms import TermBase


@cache
def vocabulary() -> TermBase:
    """The shipped vocabulary, as a term base of its own."""
    text = files("aligner.termbase").joinpath("vocabulary.tsv").read_text(encoding="utf-8")
    concepts = []
    for number, line in enumerate(text.splitlines(), 1):
        english, korean, japanese = line.split("\t")
        case = "exact" if any(map(str.isupper, english)) else "any"
        cells = {"id": f"word.{number}", "en": english, "ko": korean, "ja": japanese, "case": case}
        concepts.append(concept_from_cells(cells))
    return TermBase(tuple(concepts))
