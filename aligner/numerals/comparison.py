"""What became of the quantities of a source: kept, changed, lost, or made up.

Values are compared, never spellings, and generously: any reading of either side that agrees counts,
since a wrong alarm costs an editor more trust than a small number word is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aligner.numerals.quantity import MINUTES_PER_HALF_DAY, Kind, Quantity

_COUNTABLE = frozenset(
    {Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.YEAR, Kind.ORDINAL, Kind.FRACTION}
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``changed`` pairs a source quantity with the target quantity that stands in its place.

    ``missing`` holds hard source quantities without a match, ``extra`` hard target quantities that
    nothing in the source accounts for; neither repeats what is in ``changed``. ``currency`` pairs
    equal amounts in different currencies.
    """

    missing: tuple[Quantity, ...] = ()
    extra: tuple[Quantity, ...] = ()
    changed: tuple[tuple[Quantity, Quantity], ...] = ()
    currency: tuple[tuple[Quantity, Quantity], ...] = ()


def compare(source: Sequence[Quantity], target: Sequence[Quantity]) -> Comparison:
    """Match by value, first within a kind, then across kinds; what is left over is a fault.

    A quantity said twice may be said once and the other way round. Weekdays match weekdays only.
    """
    open_source, open_target = list(source), list(target)
    currency: list[tuple[Quantity, Quantity]] = []
    for same_kind in (True, False):
        for quantity in list(open_source):
            other = next((o for o in open_target if _agree(quantity, o, same_kind)), None)
            if other is None:
                continue
            open_source.remove(quantity)
            open_target.remove(other)
            if (
                other.unit != quantity.unit
                and quantity.unit
                and other.unit
                and (quantity.kind is Kind.MONEY and other.kind is Kind.MONEY)
            ):
                currency.append((quantity, other))
    spare = [q for q in open_source if any(_alike(q, other) for other in target)]
    lost = [q for q in open_source if q not in spare]
    added = [
        q
        for q in open_target
        if q.hard and not any(_alike(other, q) for other in source) and not _explained(q, source)
    ]
    changed = _pair(lost, added)
    partnered = {id(q) for couple in changed for q in couple}
    return Comparison(
        tuple(q for q in lost if q.hard and id(q) not in partnered),
        tuple(q for q in added if id(q) not in partnered),
        tuple(changed),
        tuple(currency),
    )


def _agree(source: Quantity, target: Quantity, same_kind: bool) -> bool:
    if same_kind:
        return source.kind is target.kind and _equal(source, target)
    return _alike(source, target)


def _alike(source: Quantity, target: Quantity) -> bool:
    if source.kind is target.kind:
        return _equal(source, target)
    if source.kind is Kind.WEEKDAY or target.kind is Kind.WEEKDAY:
        return False
    if Kind.MONTH in (source.kind, target.kind):
        # A month name is a number only in a month's place: 5월, 5/6, "five months".
        return source.value == target.value and source.kind is Kind.NUMBER
    if source.kind is Kind.TIME or target.kind is Kind.TIME:
        return _time_as_number(source, target)
    return bool({source.value, *source.also} & {target.value, *target.also})


def _equal(source: Quantity, target: Quantity) -> bool:
    if source.kind is Kind.TIME:
        if "12h" in (source.unit, target.unit):
            return (source.value - target.value) % MINUTES_PER_HALF_DAY == 0
        return source.value == target.value
    if source.value == target.value:
        return True
    if not source.also and not target.also:
        return False
    return bool({source.value, *source.also} & {target.value, *target.also})


def _time_as_number(source: Quantity, target: Quantity) -> bool:
    time, number = (source, target) if source.kind is Kind.TIME else (target, source)
    hour, minute = divmod(int(time.value), 60)
    return number.value in (hour, hour % 12 or 12, minute if minute else -1)


def _explained(target: Quantity, source: Sequence[Quantity]) -> bool:
    """Numbers a faithful translator adds: one, parts of a fraction, a converted measure."""
    if target.kind is Kind.WEEKDAY or target.kind is Kind.MONTH:
        return False
    if target.value in (0, 1):
        return True
    if any(quantity.unit == "measure" and _converted(quantity, target) for quantity in source):
        return True
    return any(
        quantity.kind is Kind.FRACTION
        and target.value in (quantity.value.numerator, quantity.value.denominator)
        for quantity in source
    )


# English measures and their size in the metric units that a translator may put instead.
_METRIC: tuple[tuple[tuple[str, ...], tuple[float, ...]], ...] = (
    (("mile", "mi", "mph"), (1.609, 1609, 2.59)),
    (("feet", "foot", "ft", "'", "’"), (0.3048, 30.48, 0.0929)),
    (("inch", "in.", '"', "”"), (2.54, 0.0254, 25.4)),
    (("pound", "lb"), (0.4536, 453.6)),
    (("ounce", "oz"), (28.35, 0.02835)),
    (("acre",), (0.4047, 4047, 0.004047)),
    (("gallon",), (3.785,)),
    (("yard", "yd"), (0.9144,)),
    (("stone",), (6.35,)),
)


def _converted(source: Quantity, target: Quantity) -> bool:
    """Whether the target is the source's measure in metric units, rounded by less than 8 %."""
    one, two = float(source.value), float(target.value)
    unit = source.text.lower().lstrip("0123456789,. -").removeprefix("square").lstrip(" -")
    if "deg" in unit or unit[-1:] == "f":
        celsius = (one - 32) / 1.8
        return min(abs(two - celsius), abs(two + celsius), abs(two - one / 1.8)) <= 1
    return bool(one) and any(
        abs(two / (one * factor) - 1) < 0.08
        for words, factors in _METRIC
        if unit.startswith(words)
        for factor in factors
    )


def _pair(lost: Sequence[Quantity], added: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """A lost quantity with the added one of its kind, or else of a like kind; hard ones first."""
    pairs: list[tuple[Quantity, Quantity]] = []
    rest = list(added)
    for same_kind in (True, False):
        for quantity in sorted(lost, key=lambda q: not q.hard):
            if any(quantity is one for one, _ in pairs):
                continue
            other = next((o for o in rest if _stands_for(o, quantity, same_kind)), None)
            if other is not None:
                pairs.append((quantity, other))
                rest.remove(other)
    return pairs


def _stands_for(target: Quantity, source: Quantity, same_kind: bool) -> bool:
    if (
        not source.hard
        and source.kind is not Kind.WEEKDAY
        and (
            source.kind not in (Kind.NUMBER, Kind.ORDINAL)
            or source.value < 3
            or source.also
            or source.unit
        )
    ):
        # "first", "both" and "half" are dropped too easily to be what another number replaced.
        return False
    if same_kind:
        return source.kind is target.kind
    if target.kind is Kind.DAY:
        # Korean and Japanese wires name the day of the month where English names the weekday.
        return source.kind is Kind.WEEKDAY or (source.kind is Kind.ORDINAL and source.hard)
    return source.kind in _COUNTABLE and target.kind in _COUNTABLE
