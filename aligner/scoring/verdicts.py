"""Accept, review or reject: thresholds with the precision they were measured to have."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from random import Random

from aligner.errors import UsageError
from aligner.model import Finding, Score, Severity, TranslationUnit, Verdict


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A score of ``accept`` or more is accepted, one below ``reject`` is rejected.

    ``accept_precision`` is the share of accepted rows that were good, ``reject_precision`` the share
    of rejected rows that were broken, where a share ``prior`` of all rows was broken.
    """

    accept: float
    reject: float
    accept_precision: float
    reject_precision: float
    prior: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over ``count`` scores with its 95 % interval (``low``–``high``)."""

    mean: float
    low: float
    high: float
    count: int


@lru_cache(maxsize=1)
def thresholds() -> Thresholds:
    """The shipped thresholds; one pair for all languages, since scores are calibrated per language."""
    text = (resources.files("aligner.scoring") / "weights" / "thresholds.json").read_text("utf-8")
    raw = json.loads(text)
    return Thresholds(
        accept=raw["accept"],
        reject=raw["reject"],
        accept_precision=raw["accept_precision"],
        reject_precision=raw["reject_precision"],
        prior=raw["prior"],
    )


def judge(
    unit: TranslationUnit | Score,
    findings: Sequence[Finding] = (),
    *,
    limits: Thresholds | None = None,
) -> Verdict:
    """The verdict on a scored unit: by its score, and never better than its worst finding allows.

    A critical finding rejects, a major one asks for review. ``findings`` are added to the unit's own.
    Raises UsageError for a unit that has no score yet.
    """
    score = unit.score if isinstance(unit, TranslationUnit) else unit
    if score is None:
        raise UsageError("the unit has no score", hint="score it first: scoring.score(unit)")
    own = unit.findings if isinstance(unit, TranslationUnit) else ()
    worst = max((f.severity.rank for f in (*own, *findings)), default=-1)
    limits = limits or thresholds()
    if score.value < limits.reject or worst >= Severity.CRITICAL.rank:
        return Verdict.REJECT
    if score.value < limits.accept or worst >= Severity.MAJOR.rank:
        return Verdict.REVIEW
    return Verdict.ACCEPT


def aggregate(
    values: Sequence[float], groups: Sequence[str] | None = None, *, samples: int = 1000
) -> Estimate:
    """The mean of ``values`` with a bootstrap interval over whole ``groups`` (documents), 95 %.

    Rows of one document are alike, so documents are drawn, not rows (Field & Welsh 2007, cluster
    bootstrap); without ``groups`` each row stands for itself. Repeatable: the seed is fixed.
    Raises UsageError for no values, or groups of another number.
    """
    if not values:
        raise UsageError("no scores to aggregate")
    if groups is not None and len(groups) != len(values):
        raise UsageError(f"{len(groups)} groups for {len(values)} scores")
    totals: dict[str, tuple[float, int]] = {}
    for i, value in enumerate(values):
        key = groups[i] if groups is not None else str(i)
        total, count = totals.get(key, (0.0, 0))
        totals[key] = (total + value, count + 1)
    clusters = list(totals.values())
    random = Random(20240229)
    means = []
    for _ in range(samples):
        drawn = random.choices(clusters, k=len(clusters))
        means.append(sum(t for t, _ in drawn) / sum(n for _, n in drawn))
    means.sort()
    mean = sum(values) / len(values)
    return Estimate(mean, means[int(0.025 * samples)], means[int(0.975 * samples) - 1], len(values))
