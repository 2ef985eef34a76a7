"""The store holds each installed model in a folder of its name: read-only files and model.json.

Layout: ``<data folder>/models/NAME/{model.gguf | model/…, model.json}``. What model.json records
(sizes and SHA-256 sums) is the truth: a load compares sizes only, ``verify`` reads every byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aligner.errors import ModelError, OutputError
from aligner.models.registry import NAME, ModelKind, find

DATA_VARIABLE = "ALIGNER_DATA_DIR"
RECORD = "model.json"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model on this machine. ``path`` is the GGUF file, or the folder for the other kinds.

    ``sha256`` is the file's own digest, or for a folder that of the list of its files' digests.
    ``files`` maps each file, relative to ``folder``, to its (bytes, sha256).
    """

    name: str
    kind: ModelKind
    folder: Path
    path: Path
    sha256: str
    size: int
    languages: tuple[str, ...]
    licence: str
    licence_url: str
    source: str
    installed: str
    """When, ISO 8601 in UTC."""
    files: Mapping[str, tuple[int, str]]


def data_folder() -> Path:
    """Where aligner keeps what must last: ``ALIGNER_DATA_DIR``, else the platform's place."""
    own = os.environ.get(DATA_VARIABLE)
    if own:
        return Path(own).expanduser()
    from platformdirs import user_data_path

    return user_data_path("aligner", appauthor=False)


def models_folder() -> Path:
    """The folder that holds one folder per installed model."""
    return data_folder() / "models"


def checked_name(name: str) -> str:
    """``name`` if it can be a folder's name. Raises ModelError otherwise."""
    if not NAME.fullmatch(name):
        raise ModelError(
            f"{name!r} cannot be a model's name",
            hint="use lower-case letters, digits, '.', '_' and '-', at most 80",
        )
    return name


def sha256_of(path: Path, advance: Callable[[int], None] | None = None) -> str:
    """The SHA-256 of a file in hexadecimal; ``advance`` is told the bytes of each block read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            if advance:
                advance(len(block))
    return digest.hexdigest()


def sha256_of_files(files: Mapping[str, tuple[int, str]]) -> str:
    """One digest for a folder: that of its sorted ``sha256  path`` lines."""
    lines = "".join(f"{digest}  {name}\n" for name, (_, digest) in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def installed(name: str) -> InstalledModel | None:
    """The installed model of that name when it is whole (all sizes agree), else None."""
    if not NAME.fullmatch(name):
        return None
    model, fault = _inspect(models_folder() / name)
    return None if fault else model


def installed_models() -> tuple[InstalledModel, ...]:
    """Every whole model in the store, by name."""
    folder = models_folder()
    if not folder.is_dir():
        return ()
    found = (installed(entry.name) for entry in sorted(folder.iterdir()) if entry.is_dir())
    return tuple(model for model in found if model is not None)


def locate(name: str) -> InstalledModel:
    """The installed model of that name, whole.

    Raises ModelError (exit 4) when it is missing, damaged or another than the registry now names;
    the hint is the command that mends it.
    """
    folder = models_folder() / checked_name(name)
    model, fault = _inspect(folder)
    hint = f"aligner models install {name}"
    if model is None and fault is None:
        known = find(name)
        if known is None:
            hint = "aligner models list"
        elif known.elsewhere and not known.url:
            hint = f"download it from {known.page}, then: aligner models install FILE --name {name}"
        raise ModelError(f"the model {name!r} is not installed", hint=hint)
    if model is None or fault:
        raise ModelError(f"the model {name!r} is damaged: {fault}", path=folder, hint=hint)
    known = find(name)
    if known and known.kind is ModelKind.GGUF and known.sha256 not in ("", model.sha256):
        raise ModelError(
            f"the model {name!r} is another than the registry names "
            f"({model.sha256[:8]}, expected {known.sha256[:8]})",
            path=folder,
            hint=hint,
        )
    return model


def verify(name: str, *, advance: Callable[[int], None] | None = None) -> InstalledModel:
    """The installed model of that name after every byte of it was read and found right.

    ``advance`` is told the bytes of each block read. Raises ModelError as ``locate`` does, and when
    a digest differs.
    """
    model = locate(name)
    for file, (_, digest) in model.files.items():
        if sha256_of(model.folder / file, advance) != digest:
            raise ModelError(
                f"the model {name!r} is damaged: {file} has another SHA-256 than when installed",
                path=model.folder / file,
                hint=f"aligner models remove {name}, then aligner models install {name}",
            )
    return model


def remove(name: str) -> bool:
    """Takes the model and any unfinished download of it off the disk; False when there was none.

    Raises OutputError when the folder cannot be changed.
    """
    folder = models_folder() / checked_name(name)
    gone = False
    for victim in (folder, staging_folder(name)):
        if victim.exists():
            discard(victim)
            gone = True
    return gone


def staging_folder(name: str) -> Path:
    """Where an unfinished installation of that name lives."""
    return models_folder() / ".unfinished" / name


def discard(folder: Path) -> None:
    """Removes a folder. It is renamed first, so that a reader sees all of it or nothing.

    Raises OutputError when that is not allowed.
    """
    grave = folder.with_name(f".removed-{folder.name}-{os.getpid()}")
    try:
        os.replace(folder, grave)
        shutil.rmtree(grave)
    except OSError as error:
        raise OutputError(f"cannot be removed ({error.strerror or error})", path=folder) from error


def record(model: InstalledModel) -> str:
    """The text of ``model.json``."""
    fields = {
        "name": model.name,
        "kind": model.kind.value,
        "path": model.path.relative_to(model.folder).as_posix(),
        "sha256": model.sha256,
        "size": model.size,
        "languages": list(model.languages),
        "licence": model.licence,
        "licence_url": model.licence_url,
        "source": model.source,
        "installed": model.installed,
        "files": {name: list(facts) for name, facts in sorted(model.files.items())},
    }
    return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"


def _inspect(folder: Path) -> tuple[InstalledModel | None, str | None]:
    """(model, fault): (None, None) when nothing is there, fault in words when it is not whole."""
    if not folder.is_dir():
        return None, None
    try:
        fields = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        model = _model(folder, fields)
    except FileNotFoundError:
        return None, f"{RECORD} is missing"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return None, f"{RECORD} cannot be understood ({error})"
    for file, (size, _) in model.files.items():
        try:
            actual = (folder / file).stat().st_size
        except OSError:
            return model, f"{file} is missing"
        if actual != size:
            return model, f"{file} has {actual} bytes, not {size}"
    return model, None


def _model(folder: Path, fields: Mapping[str, Any]) -> InstalledModel:
    files = {str(name): (int(size), str(sha)) for name, (size, sha) in fields["files"].items()}
    if not files or any(".." in Path(name).parts or Path(name).is_absolute() for name in files):
        raise ValueError("its list of files is wrong")
    return InstalledModel(
        name=str(fields["name"]),
        kind=ModelKind(fields["kind"]),
        folder=folder,
        path=folder / str(fields["path"]),
        sha256=str(fields["sha256"]),
        size=int(fields["size"]),
        languages=tuple(map(str, fields["languages"])),
        licence=str(fields["licence"]),
        licence_url=str(fields["licence_url"]),
        source=str(fields["source"]),
        installed=str(fields["installed"]),
        files=files,
    )
