"""Sentences as exact spans: no character is lost or changed, and time is linear in length.

English is split by our own rules for wire copy, resting on a list of abbreviations anyone may edit
and, for words not in it, on the lexicon of the sentencex library. Korean and Japanese are split at
their own marks, as finely as English is, so that existing translations can be aligned.
"""

from __future__ import annotations

from aligner.errors import UsageError
from aligner.languages import ENGLISH, JAPANESE, KOREAN, Language
from aligner.model import Article, BlockKind, Document, Segment
from aligner.segmentation.abbreviations import (
    AbbreviationClass,
    Abbreviations,
    load_abbreviations,
    parse_abbreviations,
    shipped_abbreviations,
)
from aligner.segmentation.east_asian import japanese_boundaries, korean_boundaries
from aligner.segmentation.english import english_boundaries
from aligner.segmentation.spans import blank_lines, cut

__all__ = [
    "AbbreviationClass",
    "Abbreviations",
    "load_abbreviations",
    "parse_abbreviations",
    "segment",
    "shipped_abbreviations",
    "split",
]

_BOUNDARIES = {
    ENGLISH.code: english_boundaries,
    KOREAN.code: korean_boundaries,
    JAPANESE.code: japanese_boundaries,
}


def split(
    text: str, language: Language = ENGLISH, *, abbreviations: Abbreviations | None = None
) -> list[tuple[int, int]]:
    """The sentences of a paragraph as ordered, disjoint, non-empty spans; all else is white space.

    A sentence keeps its closing quotes and brackets; a quotation of several sentences is split at
    each of them. Line breaks are white space, blank lines end a sentence. Linear in ``len(text)``.
    Raises UsageError for a language that has no rules here.
    """
    known = shipped_abbreviations() if abbreviations is None else abbreviations
    find = _BOUNDARIES.get(language.code)
    if find is None:
        raise UsageError(
            f"no sentence rules for {language.name}", hint=f"use one of: {', '.join(_BOUNDARIES)}"
        )
    boundaries = find(text, known)
    return cut(text, [*boundaries, *blank_lines(text)])


def segment(article: Article, *, abbreviations: Abbreviations | None = None) -> Document:
    """The article's sentences in order; a headline or dateline is one segment, whatever it holds.

    Ids are ``<article id>#001`` and on. What lies outside the spans is white space, as far as the
    article's blocks cover its text.
    """
    segments: list[Segment] = []
    for paragraph, block in enumerate(article.blocks):
        text = article.text[block.start : block.end]
        if block.kind is BlockKind.BODY:
            spans = split(text, article.language, abbreviations=abbreviations)
        else:
            spans = cut(text, ())
        for start, end in spans:
            index = len(segments)
            segments.append(
                Segment(
                    id=f"{article.id}#{index + 1:03d}",
                    text=" ".join(text[start:end].split()),
                    start=block.start + start,
                    end=block.start + end,
                    paragraph=paragraph,
                    index=index,
                    kind=block.kind,
                )
            )
    return Document(article, tuple(segments))
