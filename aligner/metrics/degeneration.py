"""How many translations are no translations at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from aligner.languages import Language
from aligner.model import TranslationUnit


def degenerate_rate(
    units: Iterable[TranslationUnit], test: Callable[[str, str, Language], str | None]
) -> tuple[float, dict[str, int]]:
    """The share (0–1) of units that ``test`` names a fault for, and how many of each kind.

    ``test`` gets source, target and target language; ``checks.degenerate`` is such a test. The rate
    of no units is 0.0.
    """
    kinds: Counter[str] = Counter()
    total = 0
    for unit in units:
        total += 1
        kind = test(unit.source, unit.target, unit.language)
        if kind is not None:
            kinds[kind] += 1
    return (kinds.total() / total if total else 0.0), dict(sorted(kinds.items()))
