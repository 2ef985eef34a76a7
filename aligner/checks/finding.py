"""The shape of a check, and the parts of a text that most checks must look past."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aligner.model import BlockKind, Finding, TranslationUnit


@dataclass(frozen=True, slots=True)
class Check:
    """A pure function from a unit to its findings, under a stable name.

    ``category`` is the MQM category path of its findings.
    """

    name: str
    category: str
    function: Callable[[TranslationUnit], Iterable[Finding]]
    doc: str


OPENING, CLOSING = "“‘「『《〈«", "”’」』》〉»"
QUOTES = frozenset(OPENING + CLOSING + '"＂')
FINAL = frozenset(".!?。！？…．｡")
_TRAILING = re.compile(r"[\s\"'”’」』》〉»)\]）］】]+$")
_QUOTED = re.compile(r"“[^“”]*”|「[^「」]*」|『[^『』]*』|‘[^‘’]*’|\"[^\"]*[\"”]|'[^']{2,}'")
_BRACKETED = re.compile(
    r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|［[^［］]*］|【[^【】]*】|〈[^〈〉]*〉"
)


_ABBREVIATED = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Inc|Co|Corp|Ltd|[ap]\.m|U\.S|U\.N|S|N|St|Jr)\.$"
)


def abbreviated(text: str) -> bool:
    """Whether the full stop at the end belongs to an abbreviation, as in a headline (… in Oct.)."""
    return bool(_ABBREVIATED.search(text))


def is_sentence(unit: TranslationUnit) -> bool:
    """Whether the unit is body text that ends like a sentence; headlines and datelines are not."""
    if unit.segment is not None:
        return unit.segment.kind is BlockKind.BODY and ends_final(unit.source)
    return ends_final(unit.source) and not abbreviated(unit.source)


def ends_final(text: str) -> bool:
    """Whether a full stop, question or exclamation mark ends the text, inside quotes or out."""
    return _TRAILING.sub("", text)[-1:] in FINAL and bool(text)


def stem_of(text: str) -> str:
    """The text without closing quotes and brackets at its end."""
    return _TRAILING.sub("", text)


def outside_brackets(text: str) -> str:
    """Bracketed glosses blanked out with spaces, offsets kept."""
    if "(" in text or "（" in text or "[" in text or "【" in text or "〈" in text or "［" in text:
        return _BRACKETED.sub(lambda match: " " * len(match[0]), text)
    return text


def outside_quotes(text: str) -> str:
    """Quoted speech blanked out with spaces, offsets kept; an unclosed quote hides the rest."""
    blank = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    for sign in ("“", "「", '"'):
        if (place := blank.rfind(sign)) >= 0:
            blank = blank[:place] + " " * (len(blank) - place)
    for sign in ("”", "」"):
        if (place := blank.find(sign)) >= 0:
            blank = " " * (place + 1) + blank[place + 1 :]
    return blank
