"""The registry says which models are known, under which licence, and how each can be had."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any

from aligner.errors import ModelError

REGISTRY_VARIABLE = "ALIGNER_REGISTRY"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ModelKind(StrEnum):
    """What a model is stored as, and so which engine runs it."""

    GGUF = "gguf"
    CT2 = "ct2"
    ARGOS = "argos"

    @property
    def engine(self) -> str:
        """The name of the engine that runs this kind."""
        return {"gguf": "llamacpp", "ct2": "ctranslate2", "argos": "argos"}[self.value]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a model file that travels inside a wheel.

    ``requirement`` is ``name==version``, ``member`` the path inside the wheel, ``size`` its bytes,
    unpacked, and ``sha256`` that of the whole wheel.
    """

    requirement: str
    member: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A known model. ``size`` is in bytes, 0 when not known for certain (``about`` says it then).

    ``sha256`` is that of the finished file; empty when the user has to give it. ``base`` marks a
    model that is raw material for training, not a translator.
    """

    name: str
    kind: ModelKind
    languages: tuple[str, ...]
    licence: str
    licence_url: str
    description: str
    size: int = 0
    sha256: str = ""
    about: str = ""
    base: bool = False
    pieces: tuple[Piece, ...] = ()
    files: tuple[str, ...] = ()
    """Paths in this package whose bytes, joined, are the model: it comes with aligner."""
    adapters: tuple[str, ...] = ()
    """Paths in this package of LoRA adapters (GGUF), merged into it when it is put in place."""
    url: str = ""
    page: str = ""

    @property
    def elsewhere(self) -> bool:
        """True when it neither comes with aligner nor from the package index."""
        return not self.pieces and not self.files

    @property
    def size_text(self) -> str:
        """The size for people: ``1.1 GB``, or what ``about`` says."""
        return size_text(self.size) if self.size else self.about or "size unknown"


def size_text(size: int) -> str:
    """Bytes in decimal units with at most one decimal: ``1.1 GB``, ``52 MB``, ``12 B``."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    return f"{value:.1f} {unit}" if unit == "GB" else f"{value:.0f} {unit}"


def available() -> tuple[ModelInfo, ...]:
    """Every known model, in the registry's order; a user's own entries replace ours of that name.

    Raises ModelError when a registry file is unreadable or an entry is wrong.
    """
    entries = {entry.name: entry for entry in _shipped()[1]}
    own = os.environ.get(REGISTRY_VARIABLE)
    if own:
        entries |= {entry.name: entry for entry in _read(Path(own))[1]}
    return tuple(entries.values())


def default_name() -> str:
    """The name of the default model; a user's own registry may set another."""
    own = os.environ.get(REGISTRY_VARIABLE)
    return (_read(Path(own))[0] if own else "") or _shipped()[0]


def find(name: str) -> ModelInfo | None:
    """The known model of that name, or None."""
    return next((entry for entry in available() if entry.name == name), None)


def _shipped() -> tuple[str, tuple[ModelInfo, ...]]:
    text = resources.files("aligner.models").joinpath("registry.toml").read_text(encoding="utf-8")
    return _parse(text, "registry.toml")


def _read(path: Path) -> tuple[str, tuple[ModelInfo, ...]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(
            f"this model registry cannot be read ({error})",
            path=path,
            hint=f"correct or unset {REGISTRY_VARIABLE}",
        ) from error
    return _parse(text, str(path))


def _parse(text: str, path: str) -> tuple[str, tuple[ModelInfo, ...]]:
    try:
        document = tomllib.loads(text)
        entries = tuple(_entry(row, path) for row in document.get("model", ()))
        return str(document.get("default", "")), entries
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"not valid TOML: {error}", path=path) from error


def _entry(row: dict[str, Any], path: str) -> ModelInfo:
    name = row.get("name", "")
    try:
        if not (isinstance(name, str) and NAME.fullmatch(name)):
            raise ValueError("its name must be lower-case letters, digits, '.', '_', '-'")
        pieces = tuple(Piece(**piece) for piece in row.get("pieces", ()))
        lists = {key: tuple(row.get(key, ())) for key in ("languages", "files", "adapters")}
        fields = {**row, **lists, "pieces": pieces}
        entry = ModelInfo(**{**fields, "kind": ModelKind(row["kind"])})
        for digest in (entry.sha256, *(piece.sha256 for piece in pieces)):
            if digest and not _SHA256.fullmatch(digest):
                raise ValueError(f"{digest!r} is no SHA-256 in lower-case hexadecimal")
        if pieces and sum(piece.size for piece in pieces) != entry.size:
            raise ValueError("the sizes of its pieces do not add up to its size")
        if (pieces or entry.files or entry.url) and not entry.sha256:
            raise ValueError("what is fetched needs a sha256")
    except (TypeError, ValueError, KeyError) as error:
        raise ModelError(f"model {name!r} is described wrongly: {error}", path=path) from error
    return entry
