"""Look-up and explanation: why a term was, or was not, found and satisfied."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from aligner.languages import LANGUAGES, Language, script_of
from aligner.model import TermMatch, TermStatus, TermUse
from aligner.termbase.concepts import Concept
from aligner.termbase.forms import fold
from aligner.termbase.terms import TermBase


@dataclass(frozen=True, slots=True)
class Explanation:
    """One place of the source where the term base has a form; ``match`` is None when it was
    passed by.

    ``segment`` is the index of the text; ``reason`` says in words why; ``use`` is the verdict on
    the target, where one was given.
    """

    segment: int
    start: int
    end: int
    surface: str
    concepts: tuple[str, ...]
    reason: str
    match: TermMatch | None = None
    use: TermUse | None = None


def lookup(base: TermBase, query: str) -> list[Concept]:
    """The concepts any of whose terms, in any language, is ``query``, begins with it or holds it.

    In that order, exact first; letters are compared without case and diacritics, ids too.
    """
    wanted = _key(query)
    ranked: list[tuple[int, int, Concept]] = []
    for place, concept in enumerate(base.concepts):
        terms = [concept.id]
        for language in LANGUAGES.values():
            terms += [
                concept.preferred(language),
                *concept.admitted(language),
                *concept.short(language),
                *concept.deprecated(language),
            ]
        ranks = [_rank(_key(term), wanted) for term in terms if term]
        best = min(ranks)
        if best < 3 and wanted:
            ranked.append((best, place, concept))
    return [concept for _, _, concept in sorted(ranked, key=lambda found: found[:2])]


def _key(text: str) -> str:
    """What look-up compares: in Latin letters ``fold``, which would take Hangul and kana apart."""
    if any(script_of(character) in ("hangul", "kana", "han") for character in text):
        return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return fold(text).strip()


def _rank(term: str, wanted: str) -> int:
    if term == wanted:
        return 0
    if term.startswith(wanted):
        return 1
    return 2 if wanted in term else 3


def explain(
    base: TermBase,
    texts: Sequence[str],
    targets: Sequence[str] | None = None,
    language: Language | None = None,
    *,
    date: str | None = None,
) -> list[Explanation]:
    """Every place where a form of the term base stands, found or passed by, in order, with reasons.

    ``targets`` (one per text) in ``language`` add what became of each match.
    """
    found = base.match(texts, date=date)
    explanations: list[Explanation] = []
    for index, matches in enumerate(found):
        uses: Sequence[TermUse | None] = [None] * len(matches)
        if targets is not None and language is not None:
            uses = base.check_all(matches, targets[index], language)
        for match, use in zip(matches, uses, strict=True):
            explanations.append(
                Explanation(
                    index,
                    match.start,
                    match.end,
                    match.surface,
                    match.ambiguous or (match.concept,),
                    _why(base, match, use),
                    match,
                    use,
                )
            )
    for index, start, end, concepts, agrees in base.candidates(texts):
        inside = [m for m in found[index] if m.start <= start and end <= m.end]
        if any((m.start, m.end) == (start, end) for m in inside):
            continue
        if inside:
            reason = f"inside the longer term {inside[0].surface!r}"
        elif not agrees:
            reason = "capitals or punctuation differ from the glossary's form"
        elif any(m.start < end and start < m.end for m in found[index]):
            reason = "overlaps a longer term"
        else:
            reason = "part of another name, or a short form that the article never names in full"
        explanations.append(
            Explanation(index, start, end, texts[index][start:end], concepts, reason)
        )
    return sorted(explanations, key=lambda one: (one.segment, one.start, -one.end))


def _why(base: TermBase, match: TermMatch, use: TermUse | None) -> str:
    if match.ambiguous:
        return "ambiguous: the article does not say which is meant, so nothing is enforced"
    concept = base.concept(match.concept)
    if match.form == "short":
        reason = f"short form of {concept.en!r}, which the article or the office beside it names"
    elif match.surface == concept.en:
        reason = "the English term itself"
    else:
        reason = f"a spelling or alias of {concept.en!r}"
    if use is None:
        return reason
    if not use.expected:
        return f"{reason}; the language has no rendering to expect"
    expected = ", ".join(use.expected)
    verdicts = {
        TermStatus.OK: f"rendered as {use.found!r}",
        TermStatus.DEPRECATED: (
            f"rendered as deprecated {use.found!r} instead of {use.expected[0]!r}"
        ),
        TermStatus.MISSING: f"none of its renderings stands there as a word of its own: {expected}",
    }
    return f"{reason}; {verdicts[use.status]}"
