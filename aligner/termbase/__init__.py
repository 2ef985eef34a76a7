"""The term base: glossaries read, matched, verified, edited and exchanged.

    base = load([Path("glossaries/diplomacy.tsv")], territories=True)
    matches = base.match(["South Korea's foreign minister met ..."])
    uses = base.check_all(matches[0], "한국 외교부 장관은 ...", KOREAN)

Nothing heavy is loaded on import; the Korean and Japanese analysers only when a rule cannot decide.
"""

from aligner.termbase.concepts import CATEGORIES, COLUMNS, Concept
from aligner.termbase.file import GlossaryFile, parse_glossary, read_glossary, write_glossary
from aligner.termbase.hints import hints
from aligner.termbase.mending import repair
from aligner.termbase.particles import agree, agreeing, disagreeing, final_sound, particle_for
from aligner.termbase.terms import TermBase, load
from aligner.termbase.territories import cldr_territories
from aligner.termbase.titles import titled
from aligner.termbase.vocabulary import vocabulary

__all__ = [
    "CATEGORIES",
    "COLUMNS",
    "Concept",
    "GlossaryFile",
    "TermBase",
    "agree",
    "agreeing",
    "cldr_territories",
    "disagreeing",
    "final_sound",
    "hints",
    "load",
    "parse_glossary",
    "particle_for",
    "read_glossary",
    "repair",
    "titled",
    "vocabulary",
    "write_glossary",
]
