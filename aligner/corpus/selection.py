"""Which rows: without repetitions, split for training without leaks, joined across languages."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aligner.corpus.entries import Entry
from aligner.errors import CorpusError, UsageError
from aligner.model import TranslationUnit


class Sameness(StrEnum):
    """When two texts count as equal; NORMALISED looks past case, width, punctuation and spaces."""

    EXACT = "exact"
    NORMALISED = "normalised"


_LEAK_CHARS = 40
"""A shared source this long (normalised characters) makes two documents copies of one story.

Shorter ones, such as datelines and stock phrases, are shared by unrelated stories."""


def normal_form(text: str) -> str:
    """NFKC, case folded, letters and digits only: what stays equal when wire copy is re-edited."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def deduplicate(
    entries: Iterable[Entry],
    sameness: Sameness | str = Sameness.NORMALISED,
    *,
    by_source: bool = False,
) -> Iterator[Entry]:
    """The entries, each that repeats an earlier one of its language left out; order is kept.

    Repeating means equal source and target or, with ``by_source``, equal source alone. Idempotent.
    Memory: 16 bytes per kept entry and what a set needs.
    """
    form = normal_form if Sameness(sameness) is Sameness.NORMALISED else str
    seen: set[bytes] = set()
    for entry in entries:
        unit = entry.unit
        texts = (unit.source,) if by_source else (unit.source, unit.target)
        key = _digest(unit.language.code, *map(form, texts))
        if key not in seen:
            seen.add(key)
            yield entry


def split(
    entries: Sequence[Entry],
    shares: Mapping[str, float],
    *,
    seed: str = "aligner",
) -> dict[str, list[Entry]]:
    """Every entry in one part; ``shares`` is like ``{"train": 0.8, "dev": 0.1, "test": 0.1}``.

    Whole documents move together, in all languages, and so do documents that share a long source
    sentence, so that no story is in two parts. A hash of seed and document decides: adding others
    moves no document, unless one is a copy of it. Shares hold on average over documents, not
    exactly. Rows without document go by their source text. Raises UsageError unless the shares are
    at least 0 and sum to 1.
    """
    if any(share < 0 for share in shares.values()) or abs(sum(shares.values()) - 1) > 1e-6:
        hint = "give shares that sum to 1, such as train 0.98, dev 0.01, test 0.01"
        raise UsageError(f"bad shares: {dict(shares)}", hint=hint)
    groups = _Groups()
    first_with: dict[bytes, str] = {}
    for entry in entries:
        group = _group_of(entry.unit)
        groups.add(group)
        text = normal_form(entry.unit.source)
        if len(text) >= _LEAK_CHARS:
            groups.join(group, first_with.setdefault(_digest(text), group))
    parts: dict[str, list[Entry]] = {name: [] for name in shares}
    for entry in entries:
        leader = groups.leader(_group_of(entry.unit))
        parts[_part_of(leader, shares, seed)].append(entry)
    return parts


@dataclass(frozen=True, slots=True)
class JoinedUnit:
    """A source segment with its units by code of the target language; absent ones are absent."""

    id: str
    document: str
    source: str
    units: Mapping[str, TranslationUnit]


def join(*bitexts: Iterable[TranslationUnit]) -> list[JoinedUnit]:
    """Units of several languages joined on document and segment id, in order of first appearance.

    Nothing is guessed: raises CorpusError when an id stands for two sources or comes twice in a
    language.
    """
    joined: dict[tuple[str, str], dict[str, TranslationUnit]] = {}
    sources: dict[tuple[str, str], str] = {}
    for unit in (unit for bitext in bitexts for unit in bitext):
        key = (unit.document, unit.id)
        code = unit.language.code
        if sources.setdefault(key, unit.source) != unit.source:
            hint = "the files come from different versions of the articles; make them in one run"
            raise CorpusError(f"segment {unit.id} has two different source texts", hint=hint)
        units = joined.setdefault(key, {})
        if code in units:
            hint = "ids must be unique within a document and language"
            raise CorpusError(f"segment {unit.id} comes twice in {code}", hint=hint)
        units[code] = unit
    return [JoinedUnit(key[1], key[0], sources[key], units) for key, units in joined.items()]


class _Groups:
    """Union-find; the leader of a group is its smallest name, whatever the order of joining."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def add(self, name: str) -> None:
        self._above.setdefault(name, name)

    def leader(self, name: str) -> str:
        while (above := self._above[name]) != name:
            self._above[name] = self._above[above]
            name = above
        return name

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self.leader(one), self.leader(other)))
        self._above[second] = first


def _group_of(unit: TranslationUnit) -> str:
    return f"d{unit.document}" if unit.document else f"s{normal_form(unit.source)}"


def _part_of(leader: str, shares: Mapping[str, float], seed: str) -> str:
    place = int.from_bytes(_digest(seed, leader)[:8]) / 2**64
    for name, share in shares.items():
        if place < share:
            return name
        place -= share
    return [name for name, share in shares.items() if share][-1]  # rounding at the upper end


def _digest(*parts: str) -> bytes:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).digest()
