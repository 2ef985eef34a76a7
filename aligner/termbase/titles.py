"""Offices with their holders, composed in the order of the target language.

"U.S. Secretary of State Antony Blinken" is 토니 블링컨 미국 국무장관 and 米国のアントニー・ブリンケン国務長官:
country, office and name change places. A small model that is given the three terms apart now and then
gives the office to another person; given the whole, it only copies. What an office is called depends
on the country, too (``offices.tsv``): President Xi Jinping is 시진핑 국가주석.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

from aligner.languages import KOREAN, Language
from aligner.model import TermMatch
from aligner.termbase.concepts import Concept

_LINKS = (" ", "’s ", "'s ")
_LEADER = " leader "
_CHANGED = re.compile(
    r"(?:(?i:former|late|vice|deputy|acting|outgoing|incoming|ex|one-time)|then)[- ]$"
)
"""What stands before an office and makes another of it; there the parts stay apart."""
_COUNTRY = re.compile(r"(?P<country>韓国|北朝鮮|中国|日本|ロシア)の?(?=.)")
_HOLDS = r"\b{office}\b[^;,]*\bof (?:the )?{where}\b|\b{where}(?:ese)? {office}\b"


def titled(
    text: str,
    matches: Sequence[TermMatch],
    rendering: Callable[[TermMatch], str],
    concept: Callable[[str], Concept],
    target: Language,
) -> list[tuple[str, str]]:
    """(surface, rendering) of every "[country or body] office person" among ``matches``, in order.

    ``matches`` are disjoint and in order; ``rendering`` gives "" for a match that has none, ``concept``
    the concept of an id.
    """

    def is_a(match: TermMatch, *categories: str) -> bool:
        return not match.ambiguous and concept(match.concept).category in categories

    composed = []
    for index, (left, person) in enumerate(pairwise(matches)):
        if not is_a(person, "person"):
            continue
        notes, name = concept(person.concept).notes, rendering(person)
        if is_a(left, "title") and _joined(text, left, person):
            office, place = left, matches[index - 1] if index else None
            if not (
                place and is_a(place, "place", "organization") and _joined(text, place, office)
            ):
                place = None
            called, usual = concept(office.concept).en, rendering(office)
        elif is_a(left, "place") and text[left.end : person.start] == _LEADER:
            place, called, usual = left, "leader", ""
        else:
            continue
        where = rendering(place) if place else ""
        land = concept(place.concept).en if place and called != "leader" else None
        title = _title(called, land, notes, target) or usual
        if not (title and name) or bool(place) != bool(where) or where in title.split()[:1]:
            continue
        if _CHANGED.search(text[: (place or left).start]) or (place and " to " in left.surface):
            continue
        order = _korean if target == KOREAN else _japanese
        composed.append((text[(place or left).start : person.end], order(where, title, name)))
    return composed


def _joined(text: str, left: TermMatch, right: TermMatch) -> bool:
    return text[left.end : right.start] in _LINKS


@cache
def _offices() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    text = files("aligner.termbase").joinpath("offices.tsv").read_text(encoding="utf-8")
    offices: dict[str, dict[str, dict[str, str]]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            office, where, korean, japanese = line.split("\t")
            offices.setdefault(office, {})[where] = {"ko": korean, "ja": japanese}
    return offices


def _title(office: str, place: str | None, notes: str, target: Language) -> str | None:
    """What the office is called in the country that stands before it, or that the notes name."""
    known = _offices().get(office, {})
    if place is not None:
        found = known.get(place, known.get("*"))
    else:
        held = (
            where
            for where in known
            if re.search(_HOLDS.format(office=office, where=re.escape(where)), notes)
        )
        other = re.search(_HOLDS.format(office=office, where="[A-Z]\\w+"), notes)
        found = known.get(next(held, "*" if other else ""))
    return found[target.code] if found else None


def _korean(where: str, office: str, person: str) -> str:
    return " ".join(part for part in (person, where, office) if part)


def _japanese(where: str, office: str, person: str) -> str:
    named = None if where else _COUNTRY.match(office)  # 日本の外相
    if named:
        where, office = named["country"], office[named.end() :]
    return f"{where}の{person}{office}" if where else f"{person}{office}"
