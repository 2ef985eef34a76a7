"""Suggestions: what texts name often and the term base does not know, with counts and examples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aligner.languages import KOREAN, Language
from aligner.termbase.concepts import is_acronym
from aligner.termbase.terms import TermBase
from aligner.termbase.words import words

_WORD = re.compile(r"[^\W_](?:[\w’'&.-]*[^\W_])?")
_LINKS = frozenset(["of", "the", "and", "for", "on", "de", "al", "bin", "van", "von", "da"])
_COMMON = words("english", "common")
_MAX_WORDS = 6
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate term: ``kind`` is ``name``, ``acronym`` or ``phrase``.

    ``count`` mentions in ``articles`` articles; ``examples`` are segments it stands in;
    ``renderings`` (from translations only) are the likeliest targets with the number of segments
    they share.
    """

    text: str
    kind: str
    count: int
    articles: int
    examples: tuple[str, ...]
    renderings: tuple[tuple[str, int], ...] = ()


def suggest(
    base: TermBase,
    articles: Iterable[Sequence[str]],
    *,
    min_count: int = 2,
    limit: int = 100,
) -> list[Suggestion]:
    """Names, acronyms and word groups the base does not cover, the most frequent first.

    A part of a longer candidate that hardly ever stands alone is left out.
    """
    counts: Counter[tuple[str, str]] = Counter()
    spread: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], list[str]] = {}
    for article in articles:
        seen: set[tuple[str, str]] = set()
        for text, matches in zip(article, base.match(article), strict=True):
            covered = [(match.start, match.end) for match in matches]
            for key in _candidates(text, covered):
                counts[key] += 1
                seen.add(key)
                shown = examples.setdefault(key, [])
                if len(shown) < _EXAMPLES and text not in shown:
                    shown.append(text)
        spread.update(seen)
    kept = [
        Suggestion(text, kind, count, spread[text, kind], tuple(examples[text, kind]))
        for (text, kind), count in counts.items()
        if count >= (min_count if kind != "phrase" else max(min_count, 3))
    ]
    kept.sort(key=lambda s: (-s.count, -len(s.text), s.text))
    return _without_parts(kept)[:limit]


def suggest_from_pairs(
    base: TermBase,
    articles: Iterable[Sequence[tuple[str, str]]],
    language: Language,
    *,
    min_count: int = 2,
    limit: int = 100,
) -> list[Suggestion]:
    """Like ``suggest``, over (source, target) segments, with the likeliest renderings of each.

    A rendering is a target word or word group that stands in the same segments; ranked by the Dice
    coefficient (Dice 1945), so that words common everywhere do not win.
    """
    pairs = [list(article) for article in articles]
    found = suggest(
        base, ([s for s, _ in article] for article in pairs), min_count=min_count, limit=limit
    )
    wanted = {suggestion.text for suggestion in found}
    flat = [pair for article in pairs for pair in article]
    units = [set(_target_units(target, language)) for _, target in flat]
    totals: Counter[str] = Counter(unit for group in units for unit in group)
    together: dict[str, Counter[str]] = {text: Counter() for text in wanted}
    sources: Counter[str] = Counter()
    for (source, _), group in zip(flat, units, strict=True):
        for text in wanted:
            if text in source:
                sources[text] += 1
                together[text].update(group)
    result = []
    for suggestion in found:
        text = suggestion.text
        ranked = sorted(
            together[text].items(),
            key=lambda item: (
                -2 * item[1] / (totals[item[0]] + sources[text]),
                -len(item[0]),
                item,
            ),
        )
        best = tuple((unit, n) for unit, n in ranked[:3] if n >= min(2, sources[text]))
        result.append(
            Suggestion(
                text,
                suggestion.kind,
                suggestion.count,
                suggestion.articles,
                suggestion.examples,
                best,
            )
        )
    return result


def _candidates(text: str, covered: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    words = [
        (word[0].removesuffix("'s").removesuffix("’s"), word.start())
        for word in _WORD.finditer(text)
    ]
    free = [
        not any(start < last and first < start + len(word) for first, last in covered)
        for word, start in words
    ]
    index = 0
    while index < len(words):
        if not free[index] or not words[index][0][:1].isupper():
            index += 1
            continue
        end = index + 1
        while end < len(words) and end - index < _MAX_WORDS and free[end]:
            gap = text[words[end - 1][1] + len(words[end - 1][0]) : words[end][1]]
            is_link = words[end][0] in _LINKS and end + 1 < len(words)
            if gap != " " or not (words[end][0][:1].isupper() or is_link):
                break
            end += 1
        while words[end - 1][0] in _LINKS:
            end -= 1
        yield from _named(words, index, end)
        index = end
    yield from _phrases(text, words, free)


def _named(words: list[tuple[str, int]], index: int, end: int) -> Iterator[tuple[str, str]]:
    opens = index == 0
    while index < end and words[index][0].lower() in _COMMON:
        index += 1
        opens = False
    if index >= end:
        return
    text = " ".join(word for word, _ in words[index:end])
    if end - index == 1:
        if is_acronym(text):
            yield text, "acronym"
        elif not opens and len(text) > 2 and text.lower() not in _COMMON:
            yield text, "name"
    else:
        yield text, "name"
        # The first word of a sentence is a capital in any case: "Delegates of the X Forum".
        links = [place for place in range(index, end) if words[place][0] in _LINKS]
        if index == 0 and links and links[0] == 1:
            after = next(place for place in range(1, end) if words[place][0] not in _LINKS)
            yield from _named(words, after, end)


def _phrases(
    text: str, words: list[tuple[str, int]], free: list[bool]
) -> Iterator[tuple[str, str]]:
    lower = [word for word, _ in words]
    for size in (2, 3):
        for index in range(len(words) - size + 1):
            group = lower[index : index + size]
            start, last = words[index][1], words[index + size - 1]
            if (
                all(free[index : index + size])
                and all(word.islower() and word.isalpha() for word in group)
                and not any(word in _COMMON or len(word) < 3 for word in (group[0], group[-1]))
                and text[start : last[1] + len(last[0])] == " ".join(group)
            ):
                yield " ".join(group), "phrase"


def _without_parts(found: list[Suggestion]) -> list[Suggestion]:
    """Drops a candidate inside a longer one that accounts for nearly all of its mentions."""
    kept = []
    for one in found:
        inside = sum(
            other.count
            for other in found
            if other is not one and f" {one.text} " in f" {other.text} "
        )
        if inside < 0.8 * one.count:
            kept.append(one)
    return kept


_KOREAN_WORD = re.compile(r"[가-힣A-Za-z0-9·]{2,}")
_KOREAN_TAIL = re.compile(
    r"(?:에게서|에서는|에서|에게|으로|부터|까지|이라고|라고|은|는|이|가|을|를|의|에|와|과|도|로|만)$"
)
_JAPANESE_RUN = re.compile(r"[ァ-ヺー・]{2,}|[一-龥々]{2,}|[A-Za-z0-9]{2,}")


def _target_units(target: str, language: Language) -> Iterator[str]:
    if language is not KOREAN:
        yield from _JAPANESE_RUN.findall(target)
        return
    words = []
    for word in _KOREAN_WORD.findall(target):
        bare = _KOREAN_TAIL.sub("", word)
        words.append((word, bare if len(bare) > 1 else word))
    for index, (word, bare) in enumerate(words):
        yield bare
        if index and words[index - 1][0] == words[index - 1][1]:
            yield f"{words[index - 1][0]} {bare}"
        del word
