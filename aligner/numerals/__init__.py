"""Numbers, dates, weekdays, times, money and percentages as values: 3.2 million = 320만 = 320万.

``quantities`` reads them, ``compare`` says what a translation lost, changed or made up, ``render``
writes one in Korean, Japanese or English, ``repair`` mends the faults that have one right answer,
``grouped`` counts in hundred millions, ``without_invented_dates`` takes out what the source does not say; ``changed_durations`` and
``repair_durations`` do the same for lengths of time, numbers with their units.
"""

from __future__ import annotations

from aligner.numerals.comparison import Comparison, compare
from aligner.numerals.dates import render_date
from aligner.numerals.durations import changed_durations, rendered, repair_durations
from aligner.numerals.invented import without_invented_dates
from aligner.numerals.quantity import Kind, Quantity
from aligner.numerals.reading import quantities
from aligner.numerals.rendering import grouped, render
from aligner.numerals.repairing import repair

__all__ = [
    "Comparison",
    "Kind",
    "Quantity",
    "changed_durations",
    "compare",
    "grouped",
    "quantities",
    "render",
    "render_date",
    "rendered",
    "repair",
    "repair_durations",
    "without_invented_dates",
]
