"""What an engine is told of an article beside the terms: words of a vocabulary, and unknown names.

Nothing of it is demanded of the translation. Terms go first: where one is said to stand, nothing else is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from aligner.languages import Language
from aligner.model import TermMatch
from aligner.termbase.korean_names import korean_names
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
    told = [
        {span: name for span, name in names.items() if _apart(span, _spans(terms))}
        for names, terms in zip(korean_names(texts, target), matched, strict=True)
    ]
    for found, terms, spans in zip(vocabulary.match(texts), matched, told, strict=True):
        for word in _listed(found, vocabulary):
            renderings = vocabulary.renderings(word, target)
            if _apart((word.start, word.end), [*_spans(terms), *spans]):
                spans[word.start, word.end] = renderings[0] if renderings else ""
    taken = [[*_spans(terms), *spans] for terms, spans in zip(matched, told, strict=True)]
    for name in sorted(unknown_names(texts, taken)):
        if spelt := transliterate(name, target):
            for text, places, spans in zip(texts, taken, told, strict=True):
                for place in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
                    if _apart(place.span(), places):
                        spans[place.span()] = spelt
    return [
        _pairs(text, spans, _spans(terms))
        for text, spans, terms in zip(texts, told, matched, strict=True)
    ]


def _spans(matches: Sequence[TermMatch]) -> list[_Span]:
    return [(match.start, match.end) for match in matches]


def _apart(span: _Span, others: Sequence[_Span]) -> bool:
    return all(span[1] <= start or end <= span[0] for start, end in others)


def _listed(words: Sequence[TermMatch], vocabulary: TermBase) -> Iterator[TermMatch]:
    for word in words:
        # "Apple" is no fruit, but where it begins the sentence.
        if vocabulary.concept(word.concept).en[0] == word.surface[0] or not word.start:
            yield word


def _pairs(text: str, told: Mapping[_Span, str], terms: Sequence[_Span]) -> Hints:
    """What is told, by surface: a surface that also stands for something else is left out."""
    pairs = {text[start:end]: told[start, end] for start, end in sorted(told) if told[start, end]}
    for surface in list(pairs):
        for place in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", text):
            if _apart(place.span(), [*told, *terms]):
                pairs.pop(surface, None)
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
