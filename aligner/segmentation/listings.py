"""Items of a list run together in one paragraph: ``1. One 2. Two``, ``• One • Two``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ITEM = re.compile(
    r"(?<!\S)(?P<bullet>[•⁃●▪◦‣][ \u00a0]?)?"
    r"(?P<open>\()?(?P<label>\d{1,3}|[a-z]|[ivx]{2,4})(?P<close>\.\)|\.|\))(?=\s+[^\s])"
)
_BULLET = re.compile(r"(?<!\S)[•⁃●▪◦‣](?=\s?\S)")
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Where items begin, in order, and the offsets of and after the marks of their labels."""

    starts: tuple[int, ...]
    markers: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Item:
    start: int
    mark: int
    end: int
    style: str
    values: tuple[int, ...]
    opens: bool
    small: bool


def list_marks(text: str) -> Listing:
    """Items of runs of two or more with labels that count up, the first of them opening a sentence.

    A bullet begins an item by itself. Where a label with a full stop is followed by a small letter,
    three are needed: a text may speak of "1. above".
    """
    starts = {match.start() for match in _BULLET.finditer(text)}
    markers: set[int] = set()
    run: list[_Item] = []
    for item in [*_items(text), None]:
        if item is not None and run and _continues(run[-1], item):
            run.append(item)
            continue
        if len(run) > (2 if any(member.small for member in run) else 1):
            starts.update(member.start for member in run)
            for member in run:
                markers.update((member.mark, member.end))
        if item is None:
            break
        if item.opens or item.style.startswith("•"):
            run = [item]
        elif not run or len(run) > 1:
            run = []
    return Listing(tuple(sorted(start for start in starts if start > 0)), frozenset(markers))


def _items(text: str) -> list[_Item]:
    found = []
    for match in _ITEM.finditer(text):
        label = match["label"]
        capital = text[match.end() : match.end() + 40].lstrip()[:1]
        small = not match["bullet"] and match["close"] == "." and capital.islower()
        if label.isdigit():
            kind, values = "1", (int(label),)
        elif label in _ROMAN:
            kind = "a"
            values = (_ROMAN[label] + 1000, *((ord(label),) if len(label) == 1 else ()))
        elif len(label) == 1:
            kind, values = "a", (ord(label),)
        else:
            continue
        style = ("•" if match["bullet"] else "") + (match["open"] or "") + kind + match["close"]
        before = text[max(0, match.start() - 12) : match.start()].rstrip()
        opens = before == "" or before.rstrip("\"”')")[-1:] in tuple(".!?:;")
        found.append(
            _Item(match.start(), match.start("close"), match.end(), style, values, opens, small)
        )
    return found


def _continues(last: _Item, item: _Item) -> bool:
    return item.style == last.style and any(value - 1 in last.values for value in item.values)
