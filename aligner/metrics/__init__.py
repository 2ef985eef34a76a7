"""Evaluation against references and against human scores: figures that carry their signatures.

``evaluate`` and ``compare`` score translations through sacreBLEU; ``terminology`` counts terms as
the WMT25 shared task does; ``degenerate_rate`` counts broken rows; ``evaluate_scores`` tells how
well any score agrees with human ones.
"""

from __future__ import annotations

from aligner.metrics.agreement import Agreement, Interval, evaluate_scores
from aligner.metrics.degeneration import degenerate_rate
from aligner.metrics.reference import Comparison, Metric, compare, evaluate
from aligner.metrics.terminology import Consistency, Terminology, terminology

__all__ = [
    "Agreement",
    "Comparison",
    "Consistency",
    "Interval",
    "Metric",
    "Terminology",
    "compare",
    "degenerate_rate",
    "evaluate",
    "evaluate_scores",
    "terminology",
]
