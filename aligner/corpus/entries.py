"""A unit as a row of named cells and back: the one place that knows what each column means.

TSV, CSV, TMX and XLIFF all carry these cells; ``corpora/README.md`` is their dictionary. What cells
cannot hold is found by comparing an entry with what becomes of it, never by a list that may lie.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aligner.errors import UsageError
from aligner.languages import Language, language
from aligner.model import (
    BlockKind,
    Finding,
    Hypothesis,
    Score,
    Segment,
    TermStatus,
    TermUse,
    TranslationUnit,
    Verdict,
)

PAIR_COLUMNS = (
    "doc_id",
    "seg_id",
    "paragraph",
    "kind",
    "lang",
    "source",
    "target",
    "score",
    "verdict",
    "reason",
    "terms_ok",
    "terms_missing",
    "findings",
    "parts",
    "logprob",
    "unsure",
    "engine",
    "repairs",
    "index",
    "start",
    "end",
)
REQUIRED_COLUMNS = ("lang", "source", "target")

SEPARATOR = " | "
"""Parts the items of a cell that holds several."""

_ALWAYS = frozenset({"doc_id", "seg_id", "lang", "source", "target"})
_SUMMARIES = ("terms_ok", "terms_missing", "findings")
_PLACE = ("paragraph", "kind", "index", "start", "end")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_INTEGER = re.compile(r"\d{1,18}")
_FINDING = re.compile(r"(\S+) \((\w+)\)")

# Controls (C0, DEL, C1), the line and paragraph separators, halves of surrogate pairs and the two
# code points no XML may hold. One space each, so that offsets into the text stay true.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit as it stands in a file; ``extra`` are the cells that no field of the unit holds.

    ``line`` is where it stands (1-based, 0: unknown) and no part of its identity.
    """

    unit: TranslationUnit
    extra: Mapping[str, str] = field(default_factory=dict)
    line: int = field(default=0, compare=False)


def single_line(text: str) -> str:
    """``text`` with every control character and line separator replaced by one space each."""
    return _UNSAFE.sub(" ", text)


def to_cells(entry: Entry) -> dict[str, str]:
    """All pair columns, then the extra ones; no cell holds a tab, line break or control character.

    Where the unit has nothing to say, an extra cell of the column's name stands (a foreign score
    out of 0–1, the findings of a file read earlier).
    """
    unit = entry.unit
    cells = dict.fromkeys(PAIR_COLUMNS, "")
    for name, value in entry.extra.items():
        if name not in _ALWAYS:
            cells[single_line(name)] = value
    said = {
        "doc_id": unit.document,
        "seg_id": unit.id,
        "lang": unit.language.code,
        "source": unit.source,
        "target": unit.target,
        "verdict": unit.verdict or "",
        "terms_ok": SEPARATOR.join(_kept_term(use) for use in unit.terms if _is_ok(use)),
        "terms_missing": SEPARATOR.join(_lost_term(use) for use in unit.terms if not _is_ok(use)),
        "findings": SEPARATOR.join(_finding(finding) for finding in unit.findings),
    }
    if unit.segment is not None:
        segment = unit.segment
        said |= {name: str(getattr(segment, name)) for name in _PLACE}
    if unit.hypothesis is not None:
        said["engine"] = unit.hypothesis.engine
        said["repairs"] = SEPARATOR.join(unit.hypothesis.repairs)
        if unit.hypothesis.logprob is not None:
            said["logprob"] = number(unit.hypothesis.logprob)
        if unit.hypothesis.unsure is not None:
            said["unsure"] = number(unit.hypothesis.unsure)
    if unit.score is not None:
        parts = unit.score.parts.items()
        said["score"] = number(unit.score.value)
        said["reason"] = unit.score.reason
        said["parts"] = SEPARATOR.join(f"{name}={number(value)}" for name, value in parts)
    cells |= {name: value for name, value in said.items() if value or name in _ALWAYS}
    return {name: single_line(value) for name, value in cells.items()}


def from_cells(cells: Mapping[str, str], line: int = 0, row: int = 0) -> Entry:
    """The entry whose cells these are; inverse of ``to_cells`` for all that cells can hold.

    ``lang``, ``source`` and ``target`` must be there; any other cell that does not read as what its
    column holds stays, as it is, in ``extra``. Without a column ``seg_id`` the id is ``row``.
    Raises UsageError for an unknown language.
    """
    rest = {name: value for name, value in cells.items() if name not in _ALWAYS and value}
    rest |= {name: "" for name in cells if name not in PAIR_COLUMNS and not cells[name]}
    target = cells["target"]
    identity = cells.get("seg_id", str(row))
    unit = TranslationUnit(
        id=identity,
        source=cells["source"],
        target=target,
        language=language(cells["lang"]),
        segment=_take_segment(rest, identity, cells["source"]),
        hypothesis=_take_hypothesis(rest, target),
        score=_take_score(rest),
        verdict=_take_verdict(rest),
        document=cells.get("doc_id", ""),
    )
    return Entry(unit, rest, line)


def number(value: float) -> str:
    """Four decimals: what differs beyond them differs between processors."""
    text = f"{value:.4f}"
    return "0.0000" if text == "-0.0000" else text


def brief_findings(findings: Iterable[Finding]) -> str:
    """``check (severity)`` of each, for a table with little room."""
    return single_line(SEPARATOR.join(f"{one.check} ({one.severity})" for one in findings))


def checks_of(entry: Entry) -> list[str]:
    """The names of the checks that found something, once per finding."""
    if entry.unit.findings:
        return [finding.check for finding in entry.unit.findings]
    items = entry.extra.get("findings", "").split(SEPARATOR)
    return [match[1] for match in map(_FINDING.match, items) if match]


class Losses:
    """Counts, field by field, what a format did not carry; empty means ``read(write(x)) == x``."""

    def __init__(self, format_name: str) -> None:
        self._format = format_name
        self._counts: Counter[str] = Counter()
        self._total = 0

    def add(self, before: Entry, after: Entry) -> None:
        self._total += 1
        if before != after:
            self._counts.update(_differences(before, after))

    def told(self) -> tuple[str, ...]:
        """One sentence per loss, in the order of the fields' names."""
        return tuple(
            f"{self._format} does not carry {name} in full ({count} of {self._total} units)"
            for name, count in sorted(self._counts.items())
        )


def _differences(before: Entry, after: Entry) -> set[str]:
    names: set[str] = set()
    for item in dataclasses.fields(TranslationUnit):
        old, new = getattr(before.unit, item.name), getattr(after.unit, item.name)
        if old == new:
            continue
        inner = isinstance(old, Segment | Hypothesis | Score) and type(old) is type(new)
        if not inner:
            names.add(item.name)
            continue
        for part in dataclasses.fields(old):
            if getattr(old, part.name) != getattr(new, part.name):
                names.add(f"{item.name}.{part.name}")
    for column, value in before.extra.items():
        if after.extra.get(column) != value:
            names.add(f"column {column}")
    return names


def _is_ok(use: TermUse) -> bool:
    return use.status is TermStatus.OK


def _kept_term(use: TermUse) -> str:
    return f"{use.match.surface}={use.found or ''}"


def _lost_term(use: TermUse) -> str:
    wanted = f"{use.match.surface}={use.expected[0] if use.expected else ''}"
    if use.status is TermStatus.DEPRECATED:
        return f"{wanted} (deprecated: {use.found or ''})"
    return wanted


def _finding(finding: Finding) -> str:
    return f"{finding.check} ({finding.severity}): {finding.message}"


def _float(text: str) -> float | None:
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def _drop(rest: dict[str, str], *names: str) -> None:
    for name in names:
        rest.pop(name, None)


def _take_segment(rest: dict[str, str], identity: str, source: str) -> Segment | None:
    kind = rest.get("kind", "")
    places = [rest.get(name, "") for name in _PLACE if name != "kind"]
    if kind not in list(BlockKind) or not all(map(_INTEGER.fullmatch, places)):
        return None
    paragraph, index, start, end = map(int, places)
    _drop(rest, *_PLACE)
    return Segment(identity, source, start, end, paragraph, index, BlockKind(kind))


def _take_hypothesis(rest: dict[str, str], target: str) -> Hypothesis | None:
    engine = rest.get("engine", "")
    logprob, unsure = (_float(rest.get(name, "")) for name in ("logprob", "unsure"))
    if not engine or (logprob is None and rest.get("logprob")):
        return None
    repairs = tuple(rest["repairs"].split(SEPARATOR)) if rest.get("repairs") else ()
    _drop(rest, "engine", "logprob", "repairs", "unsure")
    return Hypothesis(target, engine, logprob, repairs, unsure)


def _take_score(rest: dict[str, str]) -> Score | None:
    value = _float(rest.get("score", ""))
    parts = _parts(rest.get("parts", ""))
    if value is None or not 0 <= value <= 1 or parts is None:
        return None
    reason = rest.get("reason", "")
    _drop(rest, "score", "parts", "reason")
    return Score(value, parts, reason)


def _parts(cell: str) -> dict[str, float] | None:
    parts: dict[str, float] = {}
    for item in cell.split(SEPARATOR) if cell else ():
        name, _, text = item.rpartition("=")
        value = _float(text)
        if value is None:
            return None
        parts[name] = value
    return parts


def _take_verdict(rest: dict[str, str]) -> Verdict | None:
    if rest.get("verdict", "") not in list(Verdict):
        return None
    return Verdict(rest.pop("verdict"))


def known_language(code: str) -> Language | None:
    """The language of a code, or None where aligner does not know it."""
    try:
        return language(code)
    except UsageError:
        return None
