"""An unfinished model has one folder, under a lock; a finished one is renamed into place whole."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from aligner.errors import ModelError, OutputError
from aligner.models.archive import unpack
from aligner.models.registry import ModelInfo, ModelKind
from aligner.models.store import (
    RECORD,
    InstalledModel,
    discard,
    models_folder,
    record,
    sha256_of,
    sha256_of_files,
    staging_folder,
)

Stage = Literal["wait", "fetch", "merge", "verify", "unpack", "done"]


@dataclass(frozen=True, slots=True)
class ModelEvent:
    """How far an installation is: ``done`` of ``total`` bytes of this stage (total 0 = unknown)."""

    model: str
    stage: Stage
    done: int
    total: int
    detail: str = ""


Progress = Callable[[ModelEvent], None]


@contextmanager
def staging(name: str, say: Progress) -> Iterator[Path]:
    """The folder of the unfinished model, locked; it is removed when the installation succeeds."""
    from filelock import FileLock, Timeout

    folder = staging_folder(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(f"{name}.lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            say(ModelEvent(name, "wait", 0, 0, "another installation of this model is running"))
            lock.acquire()
    except OSError as error:
        raise OutputError(f"cannot be written ({error.strerror})", path=folder) from error
    try:
        folder.mkdir(exist_ok=True)  # whoever held the lock may have finished and cleared it
        for orphan in folder.glob("attempt-*"):
            shutil.rmtree(orphan, ignore_errors=True)
        yield folder
        shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        what = "the disk is full" if error.errno == 28 else f"cannot be written ({error.strerror})"
        raise OutputError(what, path=error.filename or folder) from error
    finally:
        lock.release()


def place_file(
    part: Path,
    kind: ModelKind,
    name: str,
    digest: str,
    known: ModelInfo | None,
    source: str,
    say: Progress,
    languages: Sequence[str],
) -> InstalledModel:
    """Turns a verified file into an installed model; an archive is unpacked."""
    build = fresh(part.with_name("build"))
    if kind is ModelKind.GGUF:
        with part.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise ModelError(f"{source} is no GGUF file (it does not begin with GGUF)")
        os.replace(part, build / "model.gguf")
        return place(build, kind, name, digest, known, source, say, languages)
    say(ModelEvent(name, "unpack", 0, 0))
    try:
        unpack(part, build)
    except ModelError as error:
        raise ModelError(f"{source}: {error.what}", hint=error.hint) from error
    found = languages or languages_of(build, source)
    return place(build, kind, name, None, known, source, say, found, packed=digest)


def place(
    build: Path,
    kind: ModelKind,
    name: str,
    digest: str | None,
    known: ModelInfo | None,
    source: str,
    say: Progress,
    languages: Sequence[str],
    packed: str = "",
) -> InstalledModel:
    """Records, makes read-only and renames the finished folder into the store."""
    if kind is not ModelKind.GGUF:
        _require_ct2(build, source)
    (build / RECORD).unlink(missing_ok=True)
    files = {
        file.relative_to(build).as_posix(): (
            file.stat().st_size,
            digest or sha256_of(file),
        )
        for file in sorted(build.rglob("*"))
        if file.is_file()
    }
    folder = models_folder() / name
    model = InstalledModel(
        name=name,
        kind=kind,
        folder=folder,
        path=folder / "model.gguf" if kind is ModelKind.GGUF else folder,
        sha256=digest or sha256_of_files(files),
        size=sum(size for size, _ in files.values()),
        languages=tuple(languages),
        licence=known.licence if known else "unknown: as its publisher says",
        licence_url=known.licence_url if known else "",
        source=f"{source} (sha256 {packed})" if packed else source,
        installed=datetime.now(UTC).isoformat(timespec="seconds"),
        files=files,
    )
    for file in files:
        (build / file).chmod(0o444)
    write(build / RECORD, record(model))
    (build / RECORD).chmod(0o444)
    if folder.exists():
        discard(folder)
    os.replace(build, folder)
    _sync(folder.parent)
    say(ModelEvent(name, "done", model.size, model.size, model.licence))
    return model


def _require_ct2(folder: Path, source: str) -> None:
    weights = [path for path in folder.rglob("model.bin") if path.is_file()]
    pieces = [path for end in ("*.model", "*.spm") for path in folder.rglob(end)]
    if not weights:
        raise ModelError(f"{source} holds no CTranslate2 model (model.bin)")
    if not pieces:
        raise ModelError(
            f"{source} holds no tokenizer (sentencepiece.model, source.spm, bpe.model)",
            hint="put the SentencePiece model that it was trained with beside model.bin",
        )


def languages_of(folder: Path, name: str) -> tuple[str, ...]:
    """(source, target) from an Argos package's metadata, else from its name, else ()."""
    metadata = folder / "metadata.json"
    if metadata.is_file():
        try:
            fields = json.loads(metadata.read_text(encoding="utf-8"))
            return (str(fields["from_code"]), str(fields["to_code"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{name}: its metadata.json cannot be understood") from error
    codes = re.search(r"(?<![a-z])(en|ko|ja)[-_](en|ko|ja)(?![a-z])", name.lower())
    return (codes[1], codes[2]) if codes else ()


def fresh(folder: Path) -> Path:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    return folder


def write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _sync(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
