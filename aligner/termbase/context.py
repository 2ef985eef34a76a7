"""Short mentions: "Chung" means Chung Eui-yong only where the article says so, or it stays open.

A family name or other short form resolves to a concept that the article names in full, the
nearest compatible mention first. An office beside it ("Prime Minister Chung") rules out the
holders of other offices, and with an office the glossary's own notes may decide even without a
full mention.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aligner.termbase.concepts import Concept
from aligner.termbase.words import words


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of the article with the indexes of the concepts it may mean, the likeliest first."""

    start: int
    end: int
    segment: int
    is_short: bool
    concepts: tuple[int, ...]


_OFFICE = re.compile(
    r"\b(?:(?:vice|deputy|first|prime|foreign|defen[cs]e|unification|finance|interior|trade|culture|"
    r"national|security|chief|cabinet|acting|assistant|under|general|party|supreme|special|former|"
    r"nuclear|state|economy|economic|commerce|industry|justice|education|health|labou?r|"
    r"agriculture|energy|environment|transport|digital|science|technology|home|external|"
    r"affairs|and) ){0,4}"
    r"(?:minister|president|premier|chancellor|secretary(?:[- ]general| of (?:state|defen[cs]e|"
    r"the treasury))?|chairman|chairwoman|chairperson|ambassador|envoy|representative|spokesman|"
    r"spokeswoman|spokesperson|general|marshal|leader|adviser|advisor|director|senator|governor|"
    r"admiral|king|queen|prince|princess|emperor|pope|councillor|councilor|mayor|speaker)\b",
    re.IGNORECASE,
)
_TITLES = words("english", "titles")
_OPENERS = words("english", "openers")
_DEMONYM = re.compile(
    r"(?:[A-Z][a-z]+(?:an|ese|ish|ian|ean|ine|i)|U\.?S\.?|UK|U\.K\.|French|Dutch|Greek)$"
)
_CALENDAR = words("english", "calendar")
_BEFORE = re.compile(r"([^\W_][\w.’'-]*)([ \u00a0]+)$")
_AFTER = re.compile(r"[ \u00a0]([^\W\d_][\w’'-]*)")
_GIVEN = re.compile(r"-[A-Za-z]")


def resolve(
    mentions: Sequence[Mention], article: str, starts: Sequence[int], concepts: Sequence[Concept]
) -> list[Mention]:
    """The mentions with each short one narrowed to what the article says; unresolvable ones
    dropped.

    A short mention keeps several concepts when the article names several and neither distance nor
    office tells them apart.
    """
    if not any(mention.is_short for mention in mentions):
        return list(mentions)
    full = {mention.start: mention for mention in mentions if not mention.is_short}
    named = {index for mention in full.values() for index in mention.concepts}
    offices: dict[int, set[str]] = {}
    for mention in full.values():
        for index in mention.concepts:
            if concepts[index].category == "person":
                offices.setdefault(index, set()).update(_offices_near(article, mention))
    last: dict[int, tuple[int, int]] = {}
    resolved: list[Mention] = []
    for mention in mentions:
        if mention.is_short:
            if _inside_name(article, mention, starts):
                continue
            mention = _narrowed(mention, article, concepts, named, offices, last)
        if not mention.concepts:
            continue
        if len(mention.concepts) == 1:
            last[mention.concepts[0]] = (mention.segment, mention.start)
        resolved.append(mention)
    return resolved


def _narrowed(
    mention: Mention,
    article: str,
    concepts: Sequence[Concept],
    named: set[int],
    offices: dict[int, set[str]],
    last: dict[int, tuple[int, int]],
) -> Mention:
    title = _office_before(article, mention.start)
    known = {i: offices.get(i, set()) | _offices(concepts[i].notes) for i in mention.concepts}
    candidates = [i for i in mention.concepts if i in named]
    if title:
        candidates = [i for i in candidates if not known[i] or _shares(title, known[i])]
        if not candidates:
            if any(i in named for i in mention.concepts):
                pool = [i for i in mention.concepts if i not in named]
            else:
                pool = list(mention.concepts)
            holders = [i for i in pool if _shares(title, known[i])]
            return replace(mention, concepts=tuple(holders))
        sharing = [i for i in candidates if _shares(title, known[i])]
        candidates = sharing or candidates
    before = sorted((i for i in candidates if i in last), key=lambda i: last[i], reverse=True)
    if len(before) > 1 and last[before[0]][0] == last[before[1]][0]:
        segment = last[before[0]][0]
        return replace(mention, concepts=tuple(i for i in before if last[i][0] == segment))
    if before:
        return replace(mention, concepts=(before[0],))
    return replace(mention, concepts=tuple(candidates))


def _inside_name(article: str, mention: Mention, starts: Sequence[int]) -> bool:
    """True where the short form is a piece of a longer name: Chung Sye-kyun, Jessica Chung."""
    if _GIVEN.match(article, mention.end):
        return True
    after = _AFTER.match(article, mention.end)
    if after and after[1][:1].isupper() and after[1] not in _CALENDAR:
        return True
    if mention.start and article[mention.start - 1] in "-\u2010\u2011":
        return article[mention.start - 2].isupper() or article[mention.start - 2].islower()
    before = _BEFORE.search(article, max(0, mention.start - 40), mention.start)
    if before is None:
        return False
    word = before[1].rstrip(".")
    if not word[:1].isupper() or before[1].endswith(("'s", "’s")):
        return False
    if word.lower() in _TITLES or word.lower() in _OPENERS or _DEMONYM.search(before[1]):
        return False
    return not (before.start() <= starts[mention.segment] and word.endswith(("ing", "ly")))


def _offices(text: str) -> set[str]:
    return {
        re.sub(r"\b(?:former|acting) ", "", found[0].lower().replace("defence", "defense"))
        for found in _OFFICE.finditer(text)
    }


def _office_before(article: str, start: int) -> str:
    """The office named right before ``start`` in the same breath; empty when there is none."""
    window = article[max(0, start - 60) : start]
    found = list(_OFFICE.finditer(window))
    if not found or window[found[-1].end() :].strip(" ,\u00a0"):
        return ""
    return next(iter(_offices(found[-1][0])), "")


def _offices_near(article: str, mention: Mention) -> set[str]:
    """Offices named right before a full mention or in apposition to it."""
    found = {_office_before(article, mention.start)} - {""}
    tail = article[mention.end : mention.end + 60]
    apposition = re.match(r",? (?:(?:the|a|an|his|her|its|[\w'’.]+'s) )?([^,\n]{0,50})", tail)
    if tail.startswith(",") and apposition:
        found |= _offices(apposition[1])
    return found


def _shares(title: str, offices: set[str]) -> bool:
    """True when one of ``offices`` is ``title`` or names it more or less fully: the foreign
    minister is a minister, the secretary of state a secretary."""
    return any(
        office == title or _shortens(title, office) or _shortens(office, title)
        for office in offices
    )


def _shortens(short: str, full: str) -> bool:
    return short in ("minister", "secretary", "general") and (
        full.endswith(f" {short}") or full.startswith(f"{short} of ")
    )
