"""What an engine is told of an article beside the terms: words of a vocabulary, and unknown names.

Nothing of it is demanded of the translation. Terms go first: where one is said to stand, nothing else is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from aligner.languages import Language
from aligner.model import TermMatch
from aligner.termbase.terms import TermBase
from aligner.termbase.transliteration import transliterate, unknown_names

Hints = tuple[tuple[str, str], ...]
"""(surface, rendering), as terms of a request."""
_Span = tuple[int, int]
_KATAKANA = re.compile(r"[ァ-ヴー・]+")


def hints(
    texts: Sequence[str],
    matched: Sequence[Sequence[TermMatch]],
    vocabulary: TermBase,
    target: Language,
) -> list[Hints]:
    """The hints for each text of one article, whose terms are ``matched``."""
    words = [
        list(_free(found, terms, vocabulary))
        for found, terms in zip(vocabulary.match(texts), matched, strict=True)
    ]
    taken = [
        [(one.start, one.end) for one in (*terms, *free)]
        for terms, free in zip(matched, words, strict=True)
    ]
    names = unknown_names(texts, taken)
    return [
        _told(text, free, spans, names, vocabulary, target)
        for text, free, spans in zip(texts, words, taken, strict=True)
    ]


def _free(
    words: Sequence[TermMatch], terms: Sequence[TermMatch], vocabulary: TermBase
) -> Iterator[TermMatch]:
    for word in words:
        apart = all(word.end <= term.start or term.end <= word.start for term in terms)
        # "Apple" is no fruit, but where it begins the sentence.
        as_listed = vocabulary.concept(word.concept).en[0] == word.surface[0]
        if apart and (as_listed or not word.start):
            yield word


def _told(
    text: str,
    words: Sequence[TermMatch],
    taken: Sequence[_Span],
    names: frozenset[str],
    vocabulary: TermBase,
    target: Language,
) -> Hints:
    told: dict[_Span, str] = {}
    for word in words:
        found = vocabulary.renderings(word, target)
        if found and found[0]:
            told[word.start, word.end] = found[0]
    for name in sorted(names):
        spelt = transliterate(name, target)
        for place in re.finditer(rf"(?<![\w-]){name}(?![\w-])", text) if spelt else ():
            if spelt and all(place.end() <= start or end <= place.start() for start, end in taken):
                told[place.span()] = spelt
    pairs = {text[start:end]: told[start, end] for start, end in sorted(told)}
    for left, right in pairwise(sorted(told)):
        # The given and the family name of a person: ジェームズ・スミス.
        whole = text[left[0] : right[1]]
        parts = (told[left], told[right])
        if (
            whole.istitle()
            and text[left[1] : right[0]] == " "
            and all(map(_KATAKANA.fullmatch, parts))
        ):
            pairs[whole] = "・".join(parts)
    return tuple(pairs.items())
