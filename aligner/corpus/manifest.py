"""The manifest: from which files, by which model and with which settings a corpus was made."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aligner.corpus.staging import sha256_of
from aligner.errors import CorpusError

MANIFEST_NAME = "manifest.json"
_FORMAT = "aligner-manifest-1"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file by its name (relative, with ``/``, never absolute) and the SHA-256 of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Step:
    """How many units a step visited, kept and flagged."""

    name: str
    visited: int
    kept: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that decided the bytes of a corpus, and the digests to check them by.

    Two runs over equal inputs differ in ``created`` (UTC, ISO 8601) alone.
    """

    version: str
    segmenter: str = ""
    engine: str = ""
    term_base: str = ""
    scorer: str = ""
    inputs: tuple[FileRecord, ...] = ()
    outputs: tuple[FileRecord, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    created: str = ""

    @property
    def signature(self) -> str:
        """One line naming every part: ``aligner|v:…|seg:…|mt:<model>@<sha8>|gloss:<sha8>|qe:…``.

        Parts that are unknown are left out; a ``|`` inside a part is written as a comma.
        """
        parts = {
            "v": self.version,
            "seg": self.segmenter,
            "mt": self.engine,
            "gloss": self.term_base[:8],
            "qe": self.scorer,
        }
        told = (f"{name}:{value.replace('|', ',')}" for name, value in parts.items() if value)
        return "|".join(["aligner", *told])

    def to_json(self) -> str:
        """Indented JSON, LF at the end; the same manifest always gives the same text."""
        record = {"format": _FORMAT, "signature": self.signature, **dataclasses.asdict(self)}
        record["settings"] = dict(sorted(self.settings.items()))
        return json.dumps(record, ensure_ascii=False, indent=2, default=str) + "\n"


def now() -> str:
    """The time in UTC as ISO 8601, to the second; SOURCE_DATE_EPOCH, where set, takes its place.

    (https://reproducible-builds.org/specs/source-date-epoch/)
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = int(epoch) if epoch.isascii() and epoch.isdigit() else time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def record_file(path: str | Path, root: str | Path = ".") -> FileRecord:
    """The record of a file: named relative to ``root`` where it lies under it, else by its name.

    Raises OSError.
    """
    resolved, base = Path(path).resolve(), Path(root).resolve()
    inside = resolved.is_relative_to(base)
    name = resolved.relative_to(base).as_posix() if inside else resolved.name
    return FileRecord(name, sha256_of(resolved))


def read_manifest(path: str | Path) -> Manifest:
    """The manifest in a file or in the folder that holds it. CorpusError where it is none."""
    file = Path(path)
    if file.is_dir():
        file /= MANIFEST_NAME
    hint = "a corpus folder has a manifest.json; run aligner translate to make one"
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if record["format"] != _FORMAT:
            raise ValueError(f"format {record['format']!r}")
        fields = {item.name: record[item.name] for item in dataclasses.fields(Manifest)}
        for name in ("inputs", "outputs"):
            fields[name] = tuple(FileRecord(**one) for one in record[name])
        fields["steps"] = tuple(Step(**one) for one in record["steps"])
        return Manifest(**fields)
    except json.JSONDecodeError as error:
        what = f"bad JSON: {error.msg}"
        raise CorpusError(
            what, path=file, line=error.lineno, column=error.colno, hint=hint
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise CorpusError(f"cannot be read: {reason}", path=file, hint=hint) from error
    except (KeyError, TypeError, ValueError) as error:
        raise CorpusError(f"no manifest of ours: {error}", path=file, hint=hint) from error


def verify(directory: str | Path) -> tuple[str, ...]:
    """Names of the outputs that are missing or whose bytes are not those the manifest vouches for.

    Raises CorpusError where there is no manifest.
    """
    return tuple(_changed(Path(directory), read_manifest(directory).outputs))


def _changed(folder: Path, records: Iterable[FileRecord]) -> Iterable[str]:
    for record in records:
        try:
            if sha256_of(folder / record.path) == record.sha256:
                continue
        except OSError:
            pass
        yield record.path
