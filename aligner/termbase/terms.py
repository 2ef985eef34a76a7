"""The term base: concepts of one or more glossaries, found in a source and verified in a target."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from aligner.errors import GlossaryError
from aligner.languages import JAPANESE, KOREAN, Language
from aligner.model import AddedName, TermMatch, TermUse
from aligner.termbase import additions
from aligner.termbase.concepts import Concept
from aligner.termbase.file import read_glossary
from aligner.termbase.source import SourceIndex
from aligner.termbase.target import TargetIndex, accepted, verify


@dataclass(frozen=True)
class TermBase:
    """An immutable set of concepts; the look-up tables are built at the first use of each."""

    concepts: tuple[Concept, ...]
    _by_id: dict[str, Concept] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {concept.id: concept for concept in self.concepts})

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of everything that bears on matching: equal digests, equal behaviour."""
        content = hashlib.sha256()
        for concept in self.concepts:
            cells = concept.cells()
            content.update("\t".join(f"{name}={cells[name]}" for name in sorted(cells)).encode())
            content.update(b"\n")
        return content.hexdigest()

    def concept(self, identity: str) -> Concept:
        """The concept of an id. Raises GlossaryError when there is none."""
        found = self._by_id.get(identity)
        if found is None:
            raise GlossaryError(
                f"no concept {identity!r}", hint="`aligner glossary list` shows the ids"
            )
        return found

    @cached_property
    def _source(self) -> SourceIndex:
        return SourceIndex(self.concepts)

    @cached_property
    def _targets(self) -> dict[str, TargetIndex]:
        return {
            language.code: TargetIndex(self.concepts, language) for language in (KOREAN, JAPANESE)
        }

    def match(
        self, texts: Sequence[str], *, date: str | None = None
    ) -> list[tuple[TermMatch, ...]]:
        """The terms in each text, left to right and disjoint; the texts are one article's segments.

        ``date`` (ISO) prefers concepts in office on that day where a form has several.
        """
        return self._source.match(texts, date)

    def candidates(self, texts: Sequence[str]) -> list[tuple[int, int, int, tuple[str, ...], bool]]:
        """Every place where a form's letters stand, used or not: see ``explanation.explain``."""
        return self._source.candidates(texts) if self.concepts else []

    def renderings(self, match: TermMatch, language: Language) -> tuple[str, ...]:
        """The accepted renderings, the preferred one first; () if ``language`` has none."""
        return accepted(self.concept(match.concept), language, is_short=match.form == "short")

    def check(self, match: TermMatch, target: str, language: Language) -> TermUse:
        """What became of one match in ``target``. An ambiguous match is never held against it."""
        return verify(self.concept(match.concept), match, target, self._targets[language.code])

    def check_all(
        self, matches: Iterable[TermMatch], target: str, language: Language
    ) -> tuple[TermUse, ...]:
        """One verification per match, in order; repeated mentions use up different spans first.

        A mention more than the target has is satisfied by any accepted one, unless a deprecated
        rendering stands there in its stead.
        """
        matches = tuple(matches)
        in_source = frozenset(match.concept for match in matches)
        taken: list[tuple[int, int]] = []
        uses: list[TermUse] = []
        index = self._targets[language.code]
        for match in matches:
            use = verify(self.concept(match.concept), match, target, index, in_source, taken)
            if use.start is not None and use.end is not None:
                taken.append((use.start, use.end))
            uses.append(use)
        return tuple(uses)

    def added(
        self,
        source: str,
        matches: Sequence[TermMatch],
        target: str,
        language: Language,
        *,
        article: frozenset[str] = frozenset(),
    ) -> tuple[AddedName, ...]:
        """Persons and places that ``target`` names and ``source`` does not: see ``additions``."""
        return additions.added(source, matches, target, self._targets[language.code], article)


def load(paths: Iterable[Path], *, territories: bool = False) -> TermBase:
    """The term base of all ``paths``; a later file's concept replaces an earlier one of the same
    id.

    ``territories`` adds the countries of CLDR whose English name no glossary covers. Raises
    GlossaryError (file:line) for a file that cannot be read or names one id twice.
    """
    concepts: dict[str, Concept] = {}
    for path in paths:
        seen: dict[str, Concept] = {}
        for concept in read_glossary(Path(path)).concepts:
            if concept.id in seen:
                raise GlossaryError(
                    f"id {concept.id} is already that of line {seen[concept.id].line}",
                    path=path,
                    line=concept.line,
                    hint="give the concept an id of its own, or merge the two rows",
                )
            seen[concept.id] = concept
        concepts.update(seen)
    if territories:
        from aligner.termbase.territories import cldr_territories

        covered = {form for c in concepts.values() for form in (c.en, *c.aliases_en)}
        for concept in cldr_territories():
            if concept.en not in covered and concept.id not in concepts:
                aliases = tuple(form for form in concept.aliases_en if form not in covered)
                concepts[concept.id] = replace(concept, aliases_en=aliases)
    return TermBase(tuple(concepts.values()))
