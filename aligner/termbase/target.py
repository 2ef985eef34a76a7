"""Terms in the target: any accepted rendering satisfies, a longer name hides the one inside it.

A match is OK when one of its accepted renderings stands in the target as a word of its own,
DEPRECATED when only a forbidden one does, MISSING otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from aligner.languages import JAPANESE, KOREAN, Language, script_of
from aligner.model import TermMatch, TermStatus, TermUse
from aligner.termbase.abbreviations import find_abbreviated, find_shared
from aligner.termbase.concepts import Concept
from aligner.termbase.forms import composed
from aligner.termbase.japanese import TITLES, find_japanese
from aligner.termbase.korean import find_family, find_korean
from aligner.termbase.territories import country_names
from aligner.termbase.words import alternatives, words

Span = tuple[int, int]
_DESCRIPTIVE = frozenset({"concept", "weapon", "event", "document"})
_NAMED_AFTER = frozenset({"organization", "document", "event", "media"})
_SHORT_OF_STATE = {
    "미국": "미",
    "한국": "한",
    "일본": "일",
    "중국": "중",
    "북한": "북",
    "러시아": "러",
    "영국": "영",
}
_TWO_SYLLABLE_FAMILIES = words("korean", "two_syllable_families")


def accepted(concept: Concept, language: Language, *, is_short: bool) -> tuple[str, ...]:
    """The renderings that satisfy, the preferred one first; empty when the language has none.

    A short mention is also satisfied by the short renderings: those of the glossary or, for a
    person, the family name that the full rendering begins or ends with.
    """
    preferred = concept.preferred(language)
    if not preferred:
        return ()
    full = [preferred, *concept.admitted(language)]
    if is_short:
        full.extend(_families(concept, language))
    return tuple(dict.fromkeys(full))


def _is_town(concept: Concept) -> bool:
    """A place that is no country: a country is still named by what begins with its name."""
    return concept.category == "place" and country_names().isdisjoint(
        (concept.en, *concept.aliases_en)
    )


def _family_in_hanja(concept: Concept) -> tuple[str, ...]:
    """文 대통령: Korean headlines write a Korean or Chinese family name in Han letters."""
    letters = concept.ja
    hangul = concept.ko.replace(" ", "")
    if not letters or len(letters) != len(hangul) or " " in concept.ko:
        return ()
    if not all(script_of(c) == "han" for c in letters):
        return ()
    return (letters[:2] if hangul[:2] in _TWO_SYLLABLE_FAMILIES else letters[:1],)


def _derived_short(concept: Concept, language: Language) -> tuple[str, ...]:
    if concept.category != "person":
        return ()
    name = concept.preferred(language)
    if language is KOREAN:
        words = name.split(" ")
        if len(words) > 1:
            family_first = any(script_of(c) == "han" for c in concept.ja)
            return (words[0] if family_first else words[-1],)
        if len(name) in (2, 3, 4) and all(script_of(c) == "hangul" for c in name):
            return (name[:2] if name[:2] in _TWO_SYLLABLE_FAMILIES else name[:1],)
        return ()
    if "・" in name or "=" in name or "＝" in name:
        return (re.split("[・=＝]", name)[-1],)
    if all(script_of(c) == "han" for c in name):
        is_one = len(concept.ko.replace(" ", "")) == len(name) and " " not in concept.ko
        if is_one and len(name) <= 4:
            return (name[:1],)
        return tuple(name[:n] for n in (2, 1, 3) if n < len(name))
    return ()


def find(
    rendering: str, text: str, concept: Concept, language: Language, is_short: bool
) -> list[Span]:
    """The spans where ``rendering`` of ``concept`` stands in ``text`` as a word of its own."""
    if language is KOREAN:
        whole, origins = composed(text)  # decomposed Hangul, as some file systems and tools write
        spans = find_korean(rendering, whole, concept.category, is_short=is_short)
        return spans if origins is None else [(origins[s], origins[e]) for s, e in spans]
    return find_japanese(rendering, text, concept.category, is_short=is_short)


def _spacing_variants(rendering: str, concept: Concept, language: Language) -> tuple[str, ...]:
    """미국 국무부 is also written 미 국무부: the state's name shortened before its institution."""
    if language is not KOREAN or concept.category in ("person", "place"):
        return (rendering,)
    state, space, rest = rendering.partition(" ")
    short = _SHORT_OF_STATE.get(state)
    return (rendering, f"{short} {rest}") if space and short else (rendering,)


@dataclass(frozen=True)
class TargetIndex:
    """All renderings of a term base in one language: knows which longer name a span is inside."""

    concepts: Sequence[Concept]
    language: Language

    @cached_property
    def by_id(self) -> dict[str, Concept]:
        return {concept.id: concept for concept in self.concepts}

    @cached_property
    def _automaton(self) -> tuple[Any, list[list[Concept]]]:
        from ahocorasick_rs import AhoCorasick

        owners: dict[str, list[Concept]] = {}
        for concept in self.concepts:
            for rendering in accepted(concept, self.language, is_short=False):
                owners.setdefault(rendering.replace(" ", ""), []).append(concept)
        return AhoCorasick(list(owners) or ["\0"], store_patterns=False), list(owners.values())

    @cached_property
    def hits(self) -> Callable[[str], tuple[tuple[int, int, list[Concept]], ...]]:
        return lru_cache(maxsize=1024)(self._find_names)

    def _find_names(self, text: str) -> tuple[tuple[int, int, list[Concept]], ...]:
        """Every rendering of the term base that stands in ``text``, spaces left out of account."""
        squeezed: list[str] = []
        origins: list[int] = []
        for index, character in enumerate(text):
            if character != " ":
                squeezed.append(character)
                origins.append(index)
        automaton, owners = self._automaton
        hits = automaton.find_matches_as_indexes("".join(squeezed), overlapping=True)
        return tuple(
            (origins[start], origins[end - 1] + 1, owners[index]) for index, start, end in hits
        )

    def names(self, text: str, span: Span, in_source: frozenset[str]) -> bool:
        """True when ``span`` is a rendering of one of the concepts ``in_source``: 다케시마 is no
        slip for Dokdo where the source speaks of Takeshima too."""
        return any(
            (start, end) == span and any(concept.id in in_source for concept in concepts)
            for start, end, concepts in self.hits(text)
        )

    def hiding(self, text: str) -> Callable[[Span, Concept, frozenset[str]], bool]:
        """A test for spans of ``text``: is this one only a part of a longer name of another
        concept?

        Only names of one category hide each other (도미니카 in 도미니카 공화국), and only where the
        source does not name the longer one too (the third argument): what is no word of its own in
        the name of another thing (한국 in 한국은행) the finders have left out already. What an
        institution's name begins with (the UN in the UN Security Council) is still named by it.
        """
        longer = self.hits(text)

        def is_hidden(span: Span, concept: Concept, in_source: frozenset[str]) -> bool:
            for start, end, concepts in longer:
                if not (start <= span[0] and span[1] <= end and (start, end) != span):
                    continue
                if any(other.id == concept.id for other in concepts):
                    continue
                if any(other.id in in_source for other in concepts):
                    # Vienna is not named by the Vienna Convention that the source names as well.
                    if _is_town(concept) and any(o.category in _NAMED_AFTER for o in concepts):
                        return True
                    # Nor is Sanaa (사나) by 다카이치 사나에.
                    if concept.category != "person" and any(
                        o.category == "person" for o in concepts
                    ):
                        return True
                    continue
                whole = text[start:end]
                if self.language is KOREAN and find_korean(
                    whole, text[start:], concepts[0].category
                )[:1] != [(0, end - start)]:
                    continue
                same = any(other.category == concept.category for other in concepts)
                if not same or concept.category in _DESCRIPTIVE:
                    continue
                # 유엔 in 유엔 안보리, 장관 in 외교부 장관; but not 대통령 in 대통령 당선인.
                # Nor does 한국 정부 (for Seoul) hide 한국.
                heads = alternatives("korean" if self.language is KOREAN else "japanese", "heads")
                keeps = {
                    "organization": start == span[0] or "両" in whole,  # 衆参両院
                    "title": end == span[1],
                    "place": bool(re.match(heads, text[span[1] : end].lstrip())),
                }
                if not keeps.get(concept.category, False):
                    return True
            return False

        return is_hidden


def spans_of(
    concept: Concept,
    text: str,
    language: Language,
    *,
    is_short: bool,
    others: Sequence[Concept] = (),
) -> list[tuple[Span, str]]:
    """All spans in ``text`` that satisfy the concept with the rendering each shows, in order.

    ``others`` are the concepts that the source names as well: no namesake goes by the family name.
    """
    found: dict[Span, str] = {}
    for rendering in accepted(concept, language, is_short=is_short):
        # One letter names a country only where ``abbreviations`` says so.
        is_letter = len(rendering) == 1 and rendering != concept.preferred(language)
        if is_letter and concept.category in ("place", "organization"):
            continue
        short = rendering not in accepted(concept, language, is_short=False)
        for variant in _spacing_variants(rendering, concept, language):
            for span in find(variant, text, concept, language, short):
                found.setdefault(span, rendering)
        if concept.category in ("place", "organization"):
            for span in find_abbreviated(rendering, text, language):
                found.setdefault(span, rendering)
        if concept.category != "person" and not found:
            for span in find_shared(rendering, text, language):
                found.setdefault(span, rendering)
    if is_short and language is KOREAN and concept.category == "person":
        for family in _family_in_hanja(concept):
            for span in find(family, text, concept, language, True):
                found.setdefault(span, family)
    misspelt = any(form in text for form in concept.deprecated(language))
    if not found and concept.category == "person" and not is_short and not misspelt:
        families = _families(concept, language)
        taken = {f for other in others if other is not concept for f in _families(other, language)}
        for family in families if taken.isdisjoint(families) else ():
            for span in _by_family(family, text, concept, language):
                found.setdefault(span, family)
    return sorted(found.items())


def _families(concept: Concept, language: Language) -> tuple[str, ...]:
    return concept.short(language) or _derived_short(concept, language)


def _by_family(family: str, text: str, concept: Concept, language: Language) -> list[Span]:
    """Where the family name is as good as the full name: 마크롱은, 기시다 총리, 石破首相.

    That of a person from elsewhere is in the Korean press, as in the Japanese; else with an office.
    """
    if language is KOREAN:
        whole, origins = composed(text)
        given_first = " " in concept.ko and not any(script_of(c) == "han" for c in concept.ja)
        spans = find_family(family, whole, given_first=given_first)
        return spans if origins is None else [(origins[s], origins[e]) for s, e in spans]
    spans = find(family, text, concept, language, True)
    return [span for span in spans if re.compile(TITLES).match(text, span[1])]


def verify(
    concept: Concept,
    match: TermMatch,
    target: str,
    index: TargetIndex,
    in_source: frozenset[str] = frozenset(),
    taken: Sequence[Span] = (),
) -> TermUse:
    """What became of ``match`` in ``target``; spans in ``taken`` serve only when no other is
    left."""
    language = index.language
    is_short = match.form == "short"
    expected = accepted(concept, language, is_short=is_short)
    if not expected or match.ambiguous:
        return TermUse(match, TermStatus.OK, expected)
    others = [index.by_id[id] for id in in_source if id in index.by_id]
    candidates = spans_of(concept, target, language, is_short=is_short, others=others)
    if candidates:
        is_hidden = index.hiding(target)
        candidates = [(s, r) for s, r in candidates if not is_hidden(s, concept, in_source)]
    renamed = []
    if language is JAPANESE and concept.category == "person" and not is_short:
        renamed = [_renamed(target, span, expected) for span, _ in candidates]
        candidates = [c for c, other in zip(candidates, renamed, strict=True) if other is None]
    free = [span for span, _ in candidates if span not in taken]
    bad = [span for span in renamed if span] + _deprecated(
        concept, target, language, [span for span, _ in candidates]
    )
    bad = [span for span in bad if not index.names(target, span, in_source - {concept.id})]
    if free or (candidates and not [span for span in bad if span not in taken]):
        start, end = (free or [span for span, _ in candidates])[0]
        return TermUse(match, TermStatus.OK, expected, target[start:end], start, end)
    bad = [span for span in bad if span not in taken] or bad
    if bad:
        start, end = bad[0]
        return TermUse(match, TermStatus.DEPRECATED, expected, target[start:end], start, end)
    return TermUse(match, TermStatus.MISSING, expected)


_GIVEN = re.compile(r"((?:[ァ-ヴー]+[・＝=])+)$")


def _renamed(target: str, span: Span, expected: Sequence[str]) -> Span | None:
    """The span of a full name whose family name stands at ``span``, where the given name is no
    accepted one: アンドレス・ブリンケン. Names between are free: ドナルド・ジョン・トランプ."""
    given = _GIVEN.search(target, max(0, span[0] - 40), span[0])
    if given is None:
        return None
    first = re.split("[・＝=]", given[0])[0]
    if any(name.startswith(first) for name in expected):
        return None
    return (given.start(), span[1])


def _deprecated(
    concept: Concept, target: str, language: Language, good: Sequence[Span]
) -> list[Span]:
    """The spans of deprecated renderings that lie in no accepted one."""
    found = {
        span
        for rendering in concept.deprecated(language)
        for span in find(rendering, target, concept, language, False)
        if not any(first <= span[0] and span[1] <= last for first, last in good)
    }
    return sorted(found, key=lambda span: (span[0], -span[1]))
