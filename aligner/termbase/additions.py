"""Names in a target that nothing in its source accounts for: what a language model makes up.

Only whole preferred names of persons and places count, and only where no word of the source could have
given rise to them. Translators put a name for "the country" or "he" more seldom than one thinks (in 1 of
100 segments of NTREX); not sure, however, is a name that the rest of the article has, and the country put
before a place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aligner.languages import KOREAN, Language, script_of
from aligner.model import AddedName, TermMatch
from aligner.termbase.concepts import Concept
from aligner.termbase.target import TargetIndex, accepted, find
from aligner.termbase.words import names, words


def added(
    source: str,
    matches: Sequence[TermMatch],
    target: str,
    index: TargetIndex,
    article: frozenset[str] = frozenset(),
) -> tuple[AddedName, ...]:
    """The names in ``target`` without a counterpart; ``article`` holds the concepts of the whole text.

    ``matches`` are the terms of ``source``. Offsets are in ``target``.
    """
    language = index.language
    here = {match.concept for match in matches}.union(*(match.ambiguous for match in matches))
    told = {
        rendering
        for identity in here
        if identity in index.by_id
        for rendering in accepted(index.by_id[identity], language, is_short=True)
    }
    text = source.lower()
    covered: list[tuple[int, int]] = []
    found: list[AddedName] = []
    for start, end, concepts in sorted(index.hits(target), key=lambda hit: hit[0] - hit[1]):
        if any(first < end and start < last for first, last in covered):
            continue
        name = target[start:end]
        if any(concept.id in here for concept in concepts):
            covered.append((start, end))
            continue
        named = [concept for concept in concepts if concept.preferred(language) == name]
        if not named or not all(_is_name(concept, name, language) for concept in concepts):
            continue
        if (start, end) not in find(name, target, named[0], language, False):
            continue
        covered.append((start, end))
        if any(name in rendering or rendering in name for rendering in told):
            continue
        if any(_hinted(concept, text, source) for concept in concepts):
            continue
        # 韓国・新安郡: the country of a place that readers may not know.
        clarifies = target[end : end + 1] == "・"
        sure = not clarifies and not any(concept.id in article for concept in concepts)
        found.append(AddedName(named[0].id, name, start, end, sure))
    return tuple(sorted(found, key=lambda one: one.start))


def _is_name(concept: Concept, name: str, language: Language) -> bool:
    """Whether the letters can hardly be anything else: 리가, マリ and 다이빙 are other words too."""
    code = "korean" if language is KOREAN else "japanese"
    if name in words(code, "doubtful_names"):
        return False
    if concept.category == "place":
        plain = language is not KOREAN and all(script_of(c) == "han" for c in name)
        return len(name) > 2 or plain or name in words(code, "plain_names")
    return concept.category == "person" and len(name) > 2


def _hinted(concept: Concept, lower: str, source: str) -> bool:
    """A word of the source that begins as the English name does, or that implies it (Dutch, BST)."""
    for form in (concept.en, *concept.aliases_en, *concept.short_en):
        for word in re.findall(r"[a-z]{4,}", form.lower()):
            if word[: max(4, len(word) - 5)] in lower:
                return True
    return any(
        name.replace("_", " ") == concept.en and re.search(rf"\b{hint.replace('_', ' ')}", source)
        for hint, name in names("english", "implied").items()
    )
