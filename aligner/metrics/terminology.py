"""Terms as the WMT25 terminology task counts them: how many are right, and how steadily.

Success is matched occurrences over all occurrences of terms in the source. Consistency asks how
often a term is rendered as it is rendered elsewhere; the yardstick is the term's first rendering,
its most frequent one, or the one the glossary prefers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aligner.model import TermStatus, TermUse, TranslationUnit


@dataclass(frozen=True, slots=True)
class Consistency:
    """Shares (0–1) of renderings that equal the yardstick.

    ``micro`` counts occurrences, ``macro`` averages over terms.
    """

    micro: float
    macro: float


@dataclass(frozen=True, slots=True)
class Terminology:
    """``success`` = ``matched`` / ``occurrences`` (1.0 where no term occurs).

    ``deprecated`` of them were rendered in a way the glossary advises against; occurrences that the
    context could not decide are left out and counted in ``ambiguous``.
    """

    success: float
    matched: int
    occurrences: int
    deprecated: int
    ambiguous: int
    first: Consistency
    frequent: Consistency
    predefined: Consistency


def terminology(units: Iterable[TranslationUnit]) -> Terminology:
    """Term success and consistency over ``units``, whose ``terms`` must have been filled.

    Consistency is taken within a document and language (all units, where documents are unknown),
    over the terms that occur there twice or more; a rendering that was not found counts as
    different from every other.
    """
    matched = occurrences = deprecated = ambiguous = 0
    groups: dict[tuple[str, str, str], list[TermUse]] = defaultdict(list)
    for unit in units:
        for use in unit.terms:
            if use.match.ambiguous:
                ambiguous += 1
                continue
            occurrences += 1
            matched += use.status is TermStatus.OK
            deprecated += use.status is TermStatus.DEPRECATED
            groups[unit.document, unit.language.code, use.match.concept].append(use)
    repeated = [uses for uses in groups.values() if len(uses) > 1]
    return Terminology(
        success=matched / occurrences if occurrences else 1.0,
        matched=matched,
        occurrences=occurrences,
        deprecated=deprecated,
        ambiguous=ambiguous,
        first=_consistency(repeated, _first),
        frequent=_consistency(repeated, _most_frequent),
        predefined=_consistency(repeated, _preferred),
    )


def _first(uses: list[TermUse]) -> str | None:
    return next((use.found for use in uses if use.found is not None), None)


def _most_frequent(uses: list[TermUse]) -> str | None:
    counts = Counter(use.found for use in uses if use.found is not None)
    return counts.most_common(1)[0][0] if counts else None


def _preferred(uses: list[TermUse]) -> str | None:
    return uses[0].expected[0] if uses[0].expected else None


def _consistency(
    groups: list[list[TermUse]], yardstick: Callable[[list[TermUse]], str | None]
) -> Consistency:
    equal = total = 0
    shares = []
    for uses in groups:
        expected = yardstick(uses)
        same = sum(use.found is not None and use.found == expected for use in uses)
        equal += same
        total += len(uses)
        shares.append(same / len(uses))
    if not total:
        return Consistency(1.0, 1.0)
    return Consistency(equal / total, sum(shares) / len(shares))
