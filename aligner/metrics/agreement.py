"""How well a score agrees with human scores, with intervals that respect documents.

Segment level: Pearson, Spearman and Kendall's tau-b (Kendall 1945), and the accuracy of ordering
two translations of the same source. System level: Pearson of the systems' means and the accuracy of
ordering systems (Kocmi et al. 2021, "To ship or not to ship"). Intervals: percentile bootstrap over
whole documents (Field & Welsh 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aligner.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SEED = 20240229


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of one score with human ones over ``rows`` segments in ``documents`` documents.

    Correlations lie in −1 to 1, accuracies in 0 to 1 (0.5 is chance); None where they do not apply:
    ``within_source`` needs several translations of one source, the system figures three systems.
    """

    rows: int
    documents: int
    pearson: Interval
    spearman: Interval
    kendall: Interval
    within_source: Interval | None = None
    system_pearson: float | None = None
    system_accuracy: float | None = None
    systems: int = 0


def evaluate_scores(
    scores: Sequence[float],
    human: Sequence[float],
    *,
    sources: Sequence[str] | None = None,
    systems: Sequence[str] | None = None,
    documents: Sequence[str] | None = None,
    samples: int = 500,
) -> Agreement:
    """Agreement of ``scores`` with ``human`` scores, both with higher meaning better.

    ``sources`` group the translations of one source; ``documents`` are drawn whole in the bootstrap
    (sources without them, rows without either). Pairs that humans tie are left out of accuracies,
    pairs that only the score ties count one half. Repeatable: the seed is fixed. Raises UsageError for unequal
    lengths, fewer than three rows or values that are no finite numbers.
    """
    import numpy as np

    for name, column in (("human scores", human), ("sources", sources), ("systems", systems),
                         ("documents", documents)):  # fmt: skip
        if column is not None and len(column) != len(scores):
            raise UsageError(f"{len(scores)} scores but {len(column)} {name}")
    x, y = np.asarray(scores, float), np.asarray(human, float)
    if len(x) < 3:
        raise UsageError("agreement needs at least three rows")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise UsageError("scores and human scores must be finite numbers")
    # Without documents the translations of one source are drawn together, for they share its ease.
    clusters = documents if documents is not None else sources
    group = _numbered(clusters) if clusters is not None else np.arange(len(x))
    draws = _draws(group, samples)

    def interval(measure: Callable[[Floats, Floats], float]) -> Interval:
        drawn = [measure(x[i], y[i]) for i in draws]
        low, high = np.quantile(drawn, [0.025, 0.975]) if drawn else (np.nan, np.nan)
        return Interval(measure(x, y), float(low), float(high))

    system_pearson = system_accuracy = None
    count = 0
    if systems is not None:
        number = _numbered(systems)
        count = int(number.max()) + 1
        if count >= 3:
            size = np.bincount(number)
            means = np.bincount(number, x) / size, np.bincount(number, y) / size
            system_pearson = pearson(*means)
            right, total = _ordered_pairs(*means)
            system_accuracy = right / total if total else None
    return Agreement(
        rows=len(x),
        documents=int(group.max()) + 1,
        pearson=interval(pearson),
        spearman=interval(spearman),
        kendall=interval(kendall),
        within_source=_within(x, y, sources, group, draws) if sources is not None else None,
        system_pearson=system_pearson,
        system_accuracy=system_accuracy,
        systems=count,
    )


def pearson(x: Floats, y: Floats) -> float:
    """Pearson's r; 0.0 where either side does not vary."""
    import numpy as np

    a, b = x - x.mean(), y - y.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    # Rounding leaves a constant column with a spread of about 1e-16 of its size.
    tiny = 1e-12 * len(x) * (1.0 + float(np.abs(x).max())) * (1.0 + float(np.abs(y).max()))
    return float(a @ b) / size if size > tiny else 0.0


def ranks(values: Floats) -> Floats:
    """Ranks from 1, ties sharing their mean."""
    import numpy as np

    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    mean: Floats = (ends - (counts - 1) / 2)[inverse]
    return mean


def spearman(x: Floats, y: Floats) -> float:
    """Spearman's rho: Pearson's r of the ranks."""
    return pearson(ranks(x), ranks(y))


def kendall(x: Floats, y: Floats) -> float:
    """Kendall's tau-b by counting inversions (Knight 1966), O(n log² n); 0.0 without variation."""
    import numpy as np

    n = len(x)
    _, a = np.unique(x, return_inverse=True)
    _, b = np.unique(y, return_inverse=True)
    order = np.lexsort((b, a))
    a, b = a[order], b[order]
    pairs = n * (n - 1) / 2
    ties_x, ties_y = _tied(a), _tied(b)
    ties_both = _tied(a * (int(b.max()) + 1) + b)
    discordant = _inversions(b)
    concordant = pairs - ties_x - ties_y + ties_both - discordant
    size = ((pairs - ties_x) * (pairs - ties_y)) ** 0.5
    return float((concordant - discordant) / size) if size else 0.0


def _tied(values: Any) -> float:
    import numpy as np

    counts = np.unique(values, return_counts=True)[1].astype(float)
    return float((counts * (counts - 1) / 2).sum())


def _inversions(values: Any) -> int:
    """Pairs i < j with values[i] > values[j], by merging ever larger blocks at once."""
    import numpy as np

    n = len(values)
    position = np.arange(n)
    total, width = 0, 1
    current = values.copy()
    while width < n:
        block = position // (2 * width)
        order = np.lexsort((current, block))  # stable: the left half comes first among equals
        is_right = (position[order] % (2 * width)) >= width
        start = block[order] * 2 * width
        place = position - start  # place within the merged block
        seen_right = np.cumsum(is_right)
        before = np.concatenate([[0], seen_right])[start]
        right_before = seen_right - is_right - before
        left_at_most = place - right_before
        total += int((width - left_at_most)[is_right].sum())
        current = current[order]
        width *= 2
    return total


def _numbered(labels: Sequence[str]) -> Any:
    numbers: dict[str, int] = {}
    import numpy as np

    return np.array([numbers.setdefault(label, len(numbers)) for label in labels])


def _draws(group: Any, samples: int) -> list[Any]:
    import numpy as np

    order = np.argsort(group, kind="stable")
    rows = np.split(order, np.cumsum(np.bincount(group))[:-1])
    generator = np.random.default_rng(_SEED)
    return [
        np.concatenate([rows[k] for k in generator.integers(0, len(rows), len(rows))])
        for _ in range(samples)
    ]


def _ordered_pairs(x: Floats, y: Floats) -> tuple[float, int]:
    """(pairs ordered as humans do, pairs that humans order); a tie of the score counts one half."""
    import numpy as np

    i, j = np.triu_indices(len(x), 1)
    human, own = np.sign(y[i] - y[j]), np.sign(x[i] - x[j])
    said = human != 0
    return float(((human * own)[said] > 0).sum() + 0.5 * (own[said] == 0).sum()), int(said.sum())


def _within(
    x: Floats, y: Floats, sources: Sequence[str], group: Any, draws: list[Any]
) -> Interval | None:
    import numpy as np

    # A source belongs to a document, so that drawing documents draws whole sources.
    number = _numbered([f"{g}\t{s}" for g, s in zip(group, sources, strict=True)])
    order = np.argsort(number, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(number))[:-1])
    right, total = np.zeros(int(group.max()) + 1), np.zeros(int(group.max()) + 1)
    for part in parts:
        if len(part) > 1:
            good, said = _ordered_pairs(x[part], y[part])
            right[group[part[0]]] += good
            total[group[part[0]]] += said
    if not total.sum():
        return None
    drawn = []
    generator = np.random.default_rng(_SEED)
    for _ in draws:
        picked = generator.integers(0, len(right), len(right))
        if total[picked].sum():
            drawn.append(right[picked].sum() / total[picked].sum())
    low, high = np.quantile(drawn, [0.025, 0.975]) if drawn else (np.nan, np.nan)
    return Interval(float(right.sum() / total.sum()), float(low), float(high))
