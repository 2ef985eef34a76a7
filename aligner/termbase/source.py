"""Terms in the source: every hit is a whole word or phrase, and a longer one hides a shorter one.

All forms of all concepts are looked for at once with one Aho–Corasick automaton per article.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from aligner.model import TermMatch
from aligner.termbase.concepts import Concept
from aligner.termbase.context import Mention, resolve
from aligner.termbase.forms import agrees, composed, fold, pattern, spellings
from aligner.termbase.words import words

_WORD_BEFORE = re.compile(r"([\w.'’-]+)[ \u00a0-]$")
_WORD_AFTER = re.compile(r"[ \u00a0]([\w'’-]+)")
_DIRECTIONS = words("english", "directions")
_GIVEN_NAMES = words("english", "given_names")
_OFFICES = words("english", "offices")
_BODY_AFTER = words("english", "bodies")
_EXCHANGE = re.compile(r"(?: [A-Z]\w+){1,2} (?:Exchange|University|Bank|Institute|Foundation)\b")
_CONTEST = re.compile(r"(?:['’]s?)? (?:League|Cup|Trophy|Hotel|Inn|Award|Prize)\b")
_BODY_BEFORE = re.compile(
    r"\b(?:Bank|University|Sea|Gulf|Strait|Isle|Bay|Institute|Voice|Channel) of (?:the )?$",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Form:
    """A spelling of a concept (by its index) as the glossary or ``spellings`` writes it."""

    concept: int
    text: str
    is_short: bool
    exact: bool


class SourceIndex:
    """The forms of ``concepts``, ready to be found; immutable after it is built (lazily, once)."""

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self._concepts = concepts

    @cached_property
    def _forms(self) -> dict[str, list[Form]]:
        forms: dict[str, list[Form]] = {}
        for index, concept in enumerate(self._concepts):
            for is_short, group in (
                (False, (concept.en, *concept.aliases_en)),
                (True, concept.short_en),
            ):
                for written in group:
                    exact = is_short or concept.is_exact(written)
                    for text in spellings(written, concept) if not is_short else (written,):
                        key = pattern(text)
                        entry = forms.setdefault(key, [])
                        if len(key) > 2 and not any(
                            f.concept == index and f.is_short == is_short and f.text == text
                            for f in entry
                        ):
                            entry.append(Form(index, text, is_short, exact))
        return {key: entry for key, entry in forms.items() if entry}

    @cached_property
    def _automaton(self) -> tuple[Any, list[list[Form]]]:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick(list(self._forms), store_patterns=False), list(self._forms.values())

    def match(self, texts: Sequence[str], date: str | None = None) -> list[tuple[TermMatch, ...]]:
        """The matches of each text, in order of ``start``, disjoint; the texts are one article."""
        if not texts or not self._concepts:
            return [() for _ in texts]
        parts = [composed(text) for text in texts]
        article = " \n ".join(text for text, _ in parts).replace("\t", " ")
        starts = [1]
        for text, _ in parts[:-1]:
            starts.append(starts[-1] + len(text) + 3)
        article = f" {article} "
        mentions = self._mentions(article, starts, date)
        matches: list[list[TermMatch]] = [[] for _ in texts]
        for mention in mentions:
            if not mention.concepts:
                continue
            segment = mention.segment
            start, end = mention.start - starts[segment], mention.end - starts[segment]
            origins = parts[segment][1]
            if origins is not None:
                start, end = origins[start], origins[end]
            ids = tuple(self._concepts[index].id for index in mention.concepts)
            matches[segment].append(
                TermMatch(
                    ids[0],
                    start,
                    end,
                    texts[segment][start:end],
                    "short" if mention.is_short else "full",
                    ids if len(ids) > 1 else (),
                )
            )
        return [tuple(found) for found in matches]

    def candidates(self, texts: Sequence[str]) -> list[tuple[int, int, int, tuple[str, ...], bool]]:
        """Every place a form's letters stand: text index, start, end, ids, and whether it
        agrees."""
        automaton, entries = self._automaton
        found = []
        for number, original in enumerate(texts):
            text, origins = composed(original)
            padded = f" {text} ".replace("\t", " ")
            for index, start, end in automaton.find_matches_as_indexes(
                fold(padded), overlapping=True
            ):
                first, last = start, end - 2
                surface = text[first:last]
                agreeing = [f for f in entries[index] if agrees(surface, f.text, exact=f.exact)]
                ids = dict.fromkeys(
                    self._concepts[f.concept].id for f in agreeing or entries[index]
                )
                if any(f.text.endswith(".") for f in agreeing) and text[last : last + 1] == ".":
                    last += 1
                if origins is not None:
                    first, last = origins[first], origins[last]
                found.append((number, first, last, tuple(ids), bool(agreeing)))
        return found

    def _mentions(self, article: str, starts: list[int], date: str | None) -> list[Mention]:
        automaton, entries = self._automaton
        folded = fold(article)
        hits: list[tuple[int, int, list[Form]]] = []
        for index, start, end in automaton.find_matches_as_indexes(folded, overlapping=True):
            surface = article[start + 1 : end - 1]
            forms = [f for f in entries[index] if agrees(surface, f.text, exact=f.exact)]
            if forms:
                # A full stop is part of U.S., though folding made it the blank behind the pattern.
                dotted = article[end - 1] == "." and any(f.text.endswith(".") for f in forms)
                hits.append((start + 1, end if dotted else end - 1, forms))
        mentions: list[Mention] = []
        for start, end, forms in _longest(hits):
            full = [f.concept for f in forms if not f.is_short]
            segment = bisect_right(starts, start) - 1
            if full:
                category = self._concepts[full[0]].category
                places = category == "place"
                if places and _inside_name(article, start, end):
                    continue
                if article[start].isupper() and _CONTEST.match(article, end):
                    continue
                if article[end : end + 1] == "$" and places:
                    continue  # US$790
                if category == "media" and article[start - 1] + article[end : end + 1] == "()":
                    continue  # the agency of a dateline: SEOUL (Yonhap) --
                concepts = self._valid(full, date)
                mentions.append(Mention(start, end, segment, False, concepts))
            else:
                concepts = self._valid([f.concept for f in forms], date)
                mentions.append(Mention(start, end, segment, True, concepts))
        return resolve(mentions, article, starts, self._concepts)

    def _valid(self, indexes: list[int], date: str | None) -> tuple[int, ...]:
        """The concepts in office on ``date``; all of them where that leaves none."""
        if date is not None and len(indexes) > 1:
            valid = [i for i in indexes if self._concepts[i].is_valid_on(date)]
            indexes = valid or indexes
        return tuple(dict.fromkeys(indexes))


def _longest(
    hits: list[tuple[int, int, list[Form]]],
) -> list[tuple[int, int, list[Form]]]:
    """Disjoint hits in order: of overlapping ones the longest, then the leftmost, is kept."""
    hits.sort(key=lambda hit: (hit[0], -hit[1]))
    kept: list[tuple[int, int, list[Form]]] = []
    cluster: list[tuple[int, int, list[Form]]] = []
    reach = -1
    for hit in hits:
        if hit[0] >= reach and cluster:
            kept.extend(_disjoint(cluster))
            cluster = []
        cluster.append(hit)
        reach = max(reach, hit[1])
    kept.extend(_disjoint(cluster))
    return kept


def _disjoint(
    cluster: list[tuple[int, int, list[Form]]],
) -> list[tuple[int, int, list[Form]]]:
    if len(cluster) < 2:
        return cluster
    kept: list[tuple[int, int, list[Form]]] = []
    for hit in sorted(cluster, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if all(hit[1] <= other[0] or other[1] <= hit[0] for other in kept):
            kept.append(hit)
        else:
            for place, other in enumerate(kept):
                if other[:2] == hit[:2]:
                    kept[place] = (hit[0], hit[1], [*other[2], *hit[2]])
    return sorted(kept, key=lambda hit: hit[0])


def _inside_name(article: str, start: int, end: int) -> bool:
    """True where a place name is part of another name: East Germany, Jordan Spieth, Bank of
    Japan."""
    before = _WORD_BEFORE.search(article, max(0, start - 30), start)
    after = _WORD_AFTER.match(article, end)
    word_before = before[1] if before else ""
    word_after = after[1] if after else ""
    if word_before in _DIRECTIONS or word_after in _BODY_AFTER:
        return True
    if word_after[:1].isupper() and _EXCHANGE.match(article, end):
        return True
    if _BODY_BEFORE.search(article[max(0, start - 30) : start]):
        return True
    if article[start:end].lower() not in _GIVEN_NAMES:
        return False
    if word_after[:1].isupper() and not word_after.isupper() and word_after not in _OFFICES:
        return True
    return (
        word_before[:1].isupper()
        and word_before[1:].islower()
        and article[start - 1] == " "
        and "\n" not in article[max(0, start - len(word_before) - 4) : start]
        and word_before.lower() not in _CONNECTIVES
        and word_before not in _OFFICES
    )


_CONNECTIVES = words("english", "connectives")
