"""Consistency over a bitext: for each source term, every rendering it got, and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aligner.languages import Language
from aligner.model import TermStatus
from aligner.termbase.terms import TermBase


@dataclass(frozen=True, slots=True)
class Rendering:
    """One rendering of a term, as it stands in the targets, with the segments that use it."""

    text: str
    status: TermStatus
    segments: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.segments)


@dataclass(frozen=True, slots=True)
class TermReport:
    """How one concept was rendered: ``renderings`` by falling count, accepted ones first.

    ``missing`` are segments whose target has no accepted rendering; ``offending`` those that do not
    follow the majority. ``mentions`` counts source mentions, short ones included.
    """

    concept: str
    en: str
    mentions: int
    renderings: tuple[Rendering, ...]
    missing: tuple[str, ...]

    @property
    def majority(self) -> str | None:
        """The commonest full rendering; None when every mention is missing."""
        return self.renderings[0].text if self.renderings else None

    @property
    def offending(self) -> tuple[str, ...]:
        others = [s for rendering in self.renderings[1:] for s in rendering.segments]
        bad = [s for r in self.renderings[:1] if r.status is not TermStatus.OK for s in r.segments]
        return tuple(dict.fromkeys((*bad, *others, *self.missing)))

    @property
    def share(self) -> float:
        """Share (0–1) of the mentions that follow the majority; 0.0 when none is rendered."""
        return self.renderings[0].count / self.mentions if self.renderings else 0.0


def consistency(
    base: TermBase,
    articles: Iterable[Sequence[tuple[str, str, str]]],
    language: Language,
) -> list[TermReport]:
    """One report per concept that occurs, the least consistent first, then the most frequent.

    ``articles`` hold (segment id, source, target) in order. Ambiguous mentions are left out, and so
    are concepts without a rendering in ``language``; a short mention counts under what it showed.
    """
    seen: dict[str, dict[tuple[str, TermStatus], list[str]]] = {}
    missing: dict[str, list[str]] = {}
    mentions: dict[str, int] = {}
    for article in articles:
        found = base.match([source for _, source, _ in article])
        for (segment, _, target), matches in zip(article, found, strict=True):
            for use in base.check_all(matches, target, language):
                concept = use.match.concept
                if use.match.ambiguous or not use.expected:
                    continue
                mentions[concept] = mentions.get(concept, 0) + 1
                if use.found is None:
                    missing.setdefault(concept, []).append(segment)
                else:
                    by_text = seen.setdefault(concept, {})
                    by_text.setdefault((use.found, use.status), []).append(segment)
    reports = [
        TermReport(
            concept,
            base.concept(concept).en,
            count,
            tuple(
                sorted(
                    (
                        Rendering(text, status, tuple(segments))
                        for (text, status), segments in seen.get(concept, {}).items()
                    ),
                    key=lambda one: (-one.count, one.status is not TermStatus.OK, one.text),
                )
            ),
            tuple(missing.get(concept, ())),
        )
        for concept, count in mentions.items()
    ]
    return sorted(reports, key=lambda report: (report.share, -report.mentions, report.concept))
