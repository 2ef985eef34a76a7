"""A corpus in numbers: sizes, lengths, verdicts, scores with their uncertainty, findings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aligner.corpus.entries import Entry, checks_of
from aligner.corpus.formats import iterate_entries
from aligner.languages import Language, script_of

_RESAMPLES = 2000
_SEED = 20210505
_BINS = 10


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """The scores of a language: ``low`` and ``high`` bound the mean with 95 % confidence.

    ``histogram`` counts ten bins of width 0.1, the last one with 1.0 in it.
    """

    scored: int
    mean: float
    low: float
    high: float
    histogram: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LanguageStatistics:
    """One target language of a bitext.

    Tokens are words parted by spaces (Japanese: each run of one script, a rough count); characters
    are counted without spaces. ``length_ratio`` is target over source characters, over all rows
    together; ``length_ratio_median`` is the median over the rows.
    """

    rows: int
    documents: int
    missing: int
    """Rows with an empty target."""
    repeated: int
    """Rows whose source and target both stood in an earlier row."""
    source_chars: int
    target_chars: int
    source_tokens: int
    target_tokens: int
    length_ratio: float
    length_ratio_median: float
    verdicts: Mapping[str, int]
    findings: Mapping[str, int]
    """Findings by check, most frequent first."""
    clean: int
    """Rows without any finding."""
    score: ScoreSummary | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """A bitext in numbers, as a whole and by code of the target language."""

    rows: int
    documents: int
    languages: Mapping[str, LanguageStatistics] = field(default_factory=dict)


def statistics(path: str | Path, *, format: str | None = None) -> Statistics:
    """Statistics of a bitext file of any format. Raises CorpusError."""
    return summarise(iterate_entries(path, format=format))


def summarise(entries: Iterable[Entry]) -> Statistics:
    """Statistics of entries, gathered in one pass, with some bytes of memory per distinct row."""
    tallies: dict[str, _Tally] = {}
    documents: set[str] = set()
    rows = 0
    for entry in entries:
        rows += 1
        documents.add(entry.unit.document)
        tallies.setdefault(entry.unit.language.code, _Tally()).add(entry)
    languages = {code: tally.told() for code, tally in sorted(tallies.items())}
    return Statistics(rows, len(documents), languages)


def mean_with_interval(counts: Mapping[float, int]) -> tuple[float, float, float]:
    """(mean, low, high) of values by their counts: a 95 % percentile bootstrap of the mean.

    Drawing n values with replacement is drawing the counts of a multinomial, so the cost depends on
    the number of distinct values only. The seed is fixed: equal data give equal bounds. Rows are
    taken as independent; those of one article are not quite, so the truth is somewhat wider.
    (Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13.)
    """
    import numpy

    values = numpy.array(sorted(counts), dtype=float)
    weights = numpy.array([counts[value] for value in sorted(counts)], dtype=float)
    total = weights.sum()
    mean = float(values @ weights / total)
    draws = numpy.random.default_rng(_SEED).multinomial(int(total), weights / total, _RESAMPLES)
    low, high = numpy.percentile(draws @ values / total, (2.5, 97.5))
    return mean, float(low), float(high)


class _Tally:
    def __init__(self) -> None:
        self.rows = self.missing = self.repeated = self.clean = 0
        self.source_chars = self.target_chars = self.source_tokens = self.target_tokens = 0
        self.documents: set[str] = set()
        self.seen: set[int] = set()
        self.ratios: Counter[float] = Counter()
        self.scores: Counter[float] = Counter()
        self.verdicts: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()

    def add(self, entry: Entry) -> None:
        unit = entry.unit
        self.rows += 1
        self.documents.add(unit.document)
        self.missing += not unit.target
        texts = hash((unit.source, unit.target))
        self.repeated += texts in self.seen
        self.seen.add(texts)
        source_chars, target_chars = _chars(unit.source), _chars(unit.target)
        self.source_chars += source_chars
        self.target_chars += target_chars
        self.source_tokens += len(unit.source.split())
        self.target_tokens += _tokens(unit.target, unit.language)
        if source_chars and target_chars:
            self.ratios[round(target_chars / source_chars, 3)] += 1
        if unit.verdict is not None:
            self.verdicts[str(unit.verdict)] += 1
        if unit.score is not None and math.isfinite(unit.score.value):
            self.scores[round(unit.score.value, 4)] += 1
        found = checks_of(entry)
        self.findings.update(found)
        self.clean += not found

    def told(self) -> LanguageStatistics:
        ratio = self.target_chars / self.source_chars if self.source_chars else 0.0
        return LanguageStatistics(
            rows=self.rows,
            documents=len(self.documents),
            missing=self.missing,
            repeated=self.repeated,
            source_chars=self.source_chars,
            target_chars=self.target_chars,
            source_tokens=self.source_tokens,
            target_tokens=self.target_tokens,
            length_ratio=ratio,
            length_ratio_median=_median(self.ratios),
            verdicts=dict(sorted(self.verdicts.items())),
            findings=dict(sorted(self.findings.items(), key=lambda item: (-item[1], item[0]))),
            clean=self.clean,
            score=_score_summary(self.scores) if self.scores else None,
        )


def _score_summary(scores: Counter[float]) -> ScoreSummary:
    bins = [0] * _BINS
    for value, count in scores.items():
        # the epsilon keeps 0.3, which is less than 3 × 0.1 in binary, in the bin it begins
        bins[min(max(int(value * _BINS + 1e-9), 0), _BINS - 1)] += count
    mean, low, high = mean_with_interval(scores)
    return ScoreSummary(scores.total(), mean, low, high, tuple(bins))


def _median(counts: Counter[float]) -> float:
    """The median; of an even number of values, the mean of the middle two."""
    total = counts.total()
    if not total:
        return 0.0
    wanted = ((total - 1) // 2, total // 2)
    middle: list[float] = []
    passed = 0
    for value, count in sorted(counts.items()):
        middle += [value for place in wanted if passed <= place < passed + count]
        passed += count
    return sum(middle) / 2


def _chars(text: str) -> int:
    return sum(not character.isspace() for character in text)


def _tokens(text: str, language: Language) -> int:
    if language.spaced:
        return len(text.split())
    runs, before = 0, "common"
    for script in map(script_of, text):
        runs += script not in ("common", before)
        before = script
    return runs
