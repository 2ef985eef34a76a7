"""JSONL and Parquet: the formats that carry a unit whole, to the last span and decimal."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from aligner.corpus.entries import Entry, checks_of, from_cells
from aligner.corpus.staging import lines, name_of, opened
from aligner.errors import CorpusError, UsageError
from aligner.languages import Language, language
from aligner.model import (
    BlockKind,
    Finding,
    Hypothesis,
    Score,
    Segment,
    Severity,
    TermMatch,
    TermStatus,
    TermUse,
    TranslationUnit,
    Verdict,
)

if TYPE_CHECKING:
    import polars

_BATCH = 20_000
Record = dict[str, Any]


def to_record(entry: Entry) -> Record:
    """An entry as plain JSON values; what is None or empty is left out, the first five apart."""
    unit = entry.unit
    record: Record = {
        "id": unit.id,
        "document": unit.document,
        "lang": unit.language.code,
        "source": unit.source,
        "target": unit.target,
    }
    if unit.segment is not None:
        one = unit.segment
        record["segment"] = _slim(
            id=one.id if one.id != unit.id else None,
            text=one.text if one.text != unit.source else None,
            start=one.start,
            end=one.end,
            paragraph=one.paragraph,
            index=one.index,
            kind=str(one.kind),
        )
    if unit.hypothesis is not None:
        made = unit.hypothesis
        record["hypothesis"] = _slim(
            text=made.text if made.text != unit.target else None,
            engine=made.engine,
            logprob=_finite(made.logprob),
            unsure=_finite(made.unsure),
            repairs=list(made.repairs) or None,
        )
    if unit.terms:
        record["terms"] = [_term(use) for use in unit.terms]
    if unit.findings:
        record["findings"] = [_finding(one) for one in unit.findings]
    if unit.score is not None:
        record["score"] = _slim(
            value=_finite(unit.score.value),
            parts={name: _finite(value) for name, value in unit.score.parts.items()} or None,
            reason=unit.score.reason or None,
            signature=unit.score.signature or None,
        )
    if unit.verdict is not None:
        record["verdict"] = str(unit.verdict)
    if entry.extra:
        record["extra"] = dict(entry.extra)
    return record


def from_record(record: Record, line: int = 0, row: int = 0) -> Entry:
    """Inverse of ``to_record``. A foreign record needs lang, source and target only.

    Raises KeyError, TypeError, ValueError or UsageError where a value is not what its key says.
    """
    source, target = _string(record, "source"), _string(record, "target")
    identity = str(record.get("id", row))
    score = record.get("score")
    unit = TranslationUnit(
        id=identity,
        source=source,
        target=target,
        language=language(_string(record, "lang")),
        segment=_read_segment(record["segment"], identity, source) if "segment" in record else None,
        hypothesis=_read_hypothesis(record["hypothesis"], target)
        if "hypothesis" in record
        else None,
        terms=tuple(_read_term(one) for one in record.get("terms", ())),
        findings=tuple(_read_finding(one) for one in record.get("findings", ())),
        score=_read_score(score) if score is not None else None,
        verdict=Verdict(record["verdict"]) if record.get("verdict") else None,
        document=str(record.get("document", "")),
    )
    extra = {str(name): str(value) for name, value in record.get("extra", {}).items()}
    extra |= {name: _as_cell(value) for name, value in record.items() if name not in _KNOWN}
    return Entry(unit, extra, line)


_KNOWN = frozenset(
    ("id", "document", "lang", "source", "target", "segment", "hypothesis", "terms", "findings")
) | {"score", "verdict", "extra"}


# -- JSONL ----------------------------------------------------------------------------------------


def write_jsonl(stream: IO[bytes], entries: Iterable[Entry]) -> None:
    """One object per line, UTF-8, LF."""
    for entry in entries:
        stream.write(_dump(to_record(entry)) + b"\n")


def iterate_jsonl(path: str | Path, stand_in: Language | None = None) -> Iterator[Entry]:
    """The entries of a JSON Lines file, one at a time; blank lines are passed over.

    ``stand_in`` is the language of records without ``lang``. Raises CorpusError with the line.
    """
    row = 0
    place = name_of(path)
    for number, line in lines(path):
        if not line.strip():
            continue
        row += 1
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            what = f"bad JSON: {error.msg}"
            hint = "each line must be one JSON object"
            column = error.colno
            raise CorpusError(what, path=place, line=number, column=column, hint=hint) from error
        yield _checked(place, number, row, record, stand_in)


def carried(entry: Entry) -> Entry:
    """What JSON leaves of an entry: all but halves of surrogate pairs and infinite numbers."""
    return from_record(json.loads(_dump(to_record(entry))))


def _dump(record: Record) -> bytes:
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
    return text.encode("utf-8", "replace")


def _checked(
    path: str | Path, line: int, row: int, record: object, stand_in: Language | None
) -> Entry:
    hint = "each record needs lang, source and target, all of them strings"
    try:
        if not isinstance(record, dict):
            raise TypeError("not an object")
        if stand_in is not None:
            record.setdefault("lang", stand_in.code)
        return from_record(record, line, row)
    except KeyError as error:
        raise CorpusError(f"no {error} in the record", path=path, line=line, hint=hint) from error
    except UsageError as error:
        raise CorpusError(error.what, path=path, line=line, hint=error.hint) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise CorpusError(f"bad record: {error}", path=path, line=line, hint=hint) from error


# -- Parquet and polars ---------------------------------------------------------------------------


def frame(entries: Iterable[Entry]) -> polars.DataFrame:
    """Entries as a typed polars table for analysis; ``record`` holds each of them whole, as JSON.

    Columns: doc_id, seg_id, lang, source, target, kind, paragraph, score, verdict, findings (names
    of checks), logprob, unsure, engine, repairs, record.
    """
    import polars

    rows = [_typed(entry) for entry in entries]
    types: dict[str, Any] = {
        **dict.fromkeys(("doc_id", "seg_id", "lang", "source", "target", "kind"), polars.String),
        "paragraph": polars.Int64,
        "score": polars.Float64,
        "verdict": polars.String,
        "findings": polars.List(polars.String),
        "logprob": polars.Float64,
        "unsure": polars.Float64,
        "engine": polars.String,
        "repairs": polars.List(polars.String),
        "record": polars.String,
    }
    return polars.DataFrame(rows, schema=types, orient="row")


def _typed(entry: Entry) -> tuple[object, ...]:
    unit = entry.unit
    segment, made = unit.segment, unit.hypothesis
    safe = from_record(json.loads(record := _dump(to_record(entry)))).unit
    return (
        safe.document,
        safe.id,
        unit.language.code,
        safe.source,
        safe.target,
        str(segment.kind) if segment else None,
        segment.paragraph if segment else None,
        unit.score.value if unit.score else None,
        str(unit.verdict) if unit.verdict else None,
        checks_of(entry),
        made.logprob if made else None,
        made.unsure if made else None,
        safe.hypothesis.engine if safe.hypothesis else None,
        list(safe.hypothesis.repairs) if safe.hypothesis else [],
        record.decode("utf-8"),
    )


def write_parquet(stream: IO[bytes], entries: Iterable[Entry]) -> None:
    """The table of ``frame``, compressed with Zstandard; held in memory while it is written."""
    frame(entries).write_parquet(stream, compression="zstd")


def iterate_parquet(path: str | Path, stand_in: Language | None = None) -> Iterator[Entry]:
    """The entries of a Parquet file; a foreign one needs the columns lang, source and target.

    Raises CorpusError where it is no Parquet file or a column is missing.
    """
    import polars
    from polars.exceptions import PolarsError

    try:
        with opened(path) as stream:
            table = polars.read_parquet(stream.read() if str(path) == "-" else Path(path))
    except (PolarsError, OSError) as error:
        reason = str(error).partition("\n")[0]
        hint = "is it a Parquet file?"
        raise CorpusError(f"cannot be read: {reason}", path=path, hint=hint) from error
    wanted = {"source", "target"} | (set() if stand_in else {"lang"})
    missing = sorted(wanted - set(table.columns))
    if missing:
        hint = "a bitext has the columns lang, source and target"
        raise CorpusError(f"no column {', '.join(missing)}", path=path, hint=hint)
    for row, values in enumerate(table.iter_rows(named=True), start=1):
        if values.get("record"):
            yield _checked(path, row, row, json.loads(values["record"]), stand_in)
            continue
        cells = {name: _as_cell(value) for name, value in values.items() if value is not None}
        named = ({"lang": stand_in.code} if stand_in else {}) | {"source": "", "target": ""}
        try:
            yield from_cells(named | cells, row, row)
        except (UsageError, KeyError) as error:
            raise CorpusError(f"bad row: {error}", path=path, line=row) from error


# -- inside ---------------------------------------------------------------------------------------


def _slim(**values: object) -> Record:
    return {name: value for name, value in values.items() if value is not None}


def _finite(value: float | None) -> float | None:
    return value if value is None or math.isfinite(value) else None


def _as_cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _string(record: Record, name: str) -> str:
    value = record[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no string")
    return value


def _term(use: TermUse) -> Record:
    match = use.match
    return _slim(
        concept=match.concept,
        start=match.start,
        end=match.end,
        surface=match.surface,
        form=match.form,
        ambiguous=list(match.ambiguous) or None,
        status=str(use.status),
        expected=list(use.expected),
        found=use.found,
        found_start=use.start,
        found_end=use.end,
    )


def _read_term(one: Record) -> TermUse:
    ambiguous = tuple(one.get("ambiguous", ()))
    place = (one["concept"], one["start"], one["end"], one["surface"], one["form"])
    return TermUse(
        TermMatch(*place, ambiguous),
        TermStatus(one["status"]),
        tuple(one["expected"]),
        one.get("found"),
        one.get("found_start"),
        one.get("found_end"),
    )


def _finding(one: Finding) -> Record:
    return _slim(
        check=one.check,
        category=one.category,
        severity=str(one.severity),
        message=one.message,
        start=one.start,
        end=one.end,
        term=one.term,
        suggestion=one.suggestion,
    )


def _read_finding(one: Record) -> Finding:
    optional: Callable[[str], Any] = one.get
    return Finding(
        one["check"],
        one["category"],
        Severity(one["severity"]),
        one["message"],
        optional("start"),
        optional("end"),
        optional("term"),
        optional("suggestion"),
    )


def _read_segment(one: Record, identity: str, source: str) -> Segment:
    return Segment(
        one.get("id", identity),
        one.get("text", source),
        one["start"],
        one["end"],
        one["paragraph"],
        one["index"],
        BlockKind(one["kind"]),
    )


def _read_hypothesis(one: Record, target: str) -> Hypothesis:
    text, repairs = one.get("text", target), tuple(one.get("repairs", ()))
    return Hypothesis(text, one["engine"], one.get("logprob"), repairs, one.get("unsure"))


def _read_score(one: object) -> Score:
    """Ours is an object; a bare number, as other tools write it, is a score without parts."""
    if isinstance(one, int | float):
        return Score(float(one))
    if not isinstance(one, Mapping):
        raise TypeError("score is neither a number nor an object")
    value = one.get("value")
    parts = {name: part for name, part in one.get("parts", {}).items() if part is not None}
    known = math.nan if value is None else float(value)
    return Score(known, parts, one.get("reason", ""), one.get("signature", ""))
