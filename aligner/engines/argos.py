"""Argos packages, decoded by CTranslate2 directly: one segment in, one out, no pivot unasked.

The packages' folders are read as Argos Translate lays them out. Its own library is not imported:
its translation module would split our segments again and load a sentence splitter under the AGPL.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aligner.engines.ctranslate2 import CTranslate2Engine
from aligner.engines.protocol import Request
from aligner.errors import EngineError, ModelError
from aligner.languages import Language, language
from aligner.model import Hypothesis
from aligner.models.archive import unpack


@dataclass(frozen=True, slots=True)
class Package:
    """An unpacked Argos package for one direction."""

    folder: Path
    source: str
    target: str
    version: str
    prefix: str
    """A token that the target begins with, for some multilingual models; else empty."""

    @property
    def name(self) -> str:
        return f"argos-{self.source}-{self.target}-{self.version}"


def read_package(folder: Path) -> Package:
    """The package in ``folder``. Raises ModelError when its metadata or its parts are missing."""
    path = folder / "metadata.json"
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        kind = fields.get("type", "translate")
        if kind != "translate":
            raise ModelError(
                f"this Argos package does not translate (its type is {kind!r})", path=path
            )
        package = Package(
            folder,
            str(fields["from_code"]),
            str(fields["to_code"]),
            str(fields.get("package_version", "")),
            str(fields.get("target_prefix", "")),
        )
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelError(
            "this is no Argos package (its metadata.json cannot be understood)", path=path
        ) from error
    if not (folder / "model" / "model.bin").is_file():
        raise ModelError("this Argos package holds no model/model.bin", path=folder)
    return package


def package_folders(environment: Mapping[str, str] | None = None) -> list[Path]:
    """Where Argos Translate keeps its packages: by its environment, its settings, its default."""
    values = os.environ if environment is None else environment
    home = Path(values.get("SNAP_USER_DATA") or Path.home())
    data = Path(values.get("XDG_DATA_HOME") or home / ".local" / "share")
    config = Path(values.get("XDG_CONFIG_HOME") or home / ".config")
    chosen = values.get("ARGOS_PACKAGES_DIR") or _setting(config, "ARGOS_PACKAGES_DIR")
    return [Path(chosen) if chosen else data / "argos-translate" / "packages"]


def installed_packages(folders: Iterable[Path] | None = None) -> list[Package]:
    """Every usable package that Argos Translate has installed, newest version last."""
    packages = []
    for folder in package_folders() if folders is None else folders:
        for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
            try:
                packages.append(read_package(entry))
            except ModelError:
                continue
    return sorted(packages, key=lambda package: _version_key(package.version))


class Argos:
    """An engine over Argos packages, one per direction.

    ``packages`` are unpacked packages or ``.argosmodel`` files; for a direction given twice the
    later one counts. Without a direct package a pair is not supported, unless ``pivot`` names the
    language to go through, in which case every hypothesis says so in its repairs.
    """

    def __init__(
        self,
        packages: Iterable[Package | Path],
        *,
        pivot: Language | None = None,
        threads: int | None = None,
        **decoding: Any,
    ) -> None:
        self.name = "argos"
        self.batch_size = 64
        self._pivot = pivot
        self._settings = {"threads": threads, **decoding}
        self._unpacked: list[tempfile.TemporaryDirectory[str]] = []
        self._engines: dict[tuple[str, str], CTranslate2Engine] = {}
        self._packages: dict[tuple[str, str], Package] = {}
        for given in packages:
            package = given if isinstance(given, Package) else self._opened(given)
            self._packages[(package.source, package.target)] = package

    @property
    def signature(self) -> str:
        """Names every package in use; reads each model once."""
        parts = [self._engine(pair).signature for pair in sorted(self._packages)]
        through = f"/pivot-{self._pivot}" if self._pivot else ""
        return f"argos:{'+'.join(part.partition(':')[2] for part in parts)}{through}"

    def supports(self, source: Language, target: Language) -> bool:
        return self._route(source, target) is not None

    def translate(
        self,
        requests: Sequence[Request],
        source: Language,
        target: Language,
        *,
        strictness: int = 0,
        done: Callable[[int, Hypothesis], None] | None = None,
    ) -> list[Hypothesis]:
        route = self._route(source, target)
        if route is None:
            raise EngineError(
                f"there is no Argos package for {source}-{target}",
                hint=f"aligner models install argos-{source}-{target}",
            )
        signature = self.signature

        def finished(index: int, hypothesis: Hypothesis) -> None:
            if done is not None:
                done(index, marked(hypothesis))

        def marked(hypothesis: Hypothesis) -> Hypothesis:
            through = () if len(route) == 1 else (f"pivot:{route[0][1]}",)
            repairs = (*hypothesis.repairs, *through)
            return replace(hypothesis, engine=signature, repairs=repairs)

        for leg in route[:-1]:
            first = self._engine(leg).translate(
                [replace(request, terms=()) for request in requests],
                language(leg[0]),
                language(leg[1]),
                strictness=strictness,
            )
            requests = [
                replace(request, source=hypothesis.text)
                for request, hypothesis in zip(requests, first, strict=True)
            ]
        last = route[-1]
        hypotheses = self._engine(last).translate(
            requests, language(last[0]), target, strictness=strictness, done=finished
        )
        return [marked(hypothesis) for hypothesis in hypotheses]

    def close(self) -> None:
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()
        while self._unpacked:
            self._unpacked.pop().cleanup()

    def _route(self, source: Language, target: Language) -> tuple[tuple[str, str], ...] | None:
        direct = (source.code, target.code)
        if direct in self._packages:
            return (direct,)
        if self._pivot is None:
            return None
        legs = ((source.code, self._pivot.code), (self._pivot.code, target.code))
        return legs if all(leg in self._packages for leg in legs) else None

    def _engine(self, pair: tuple[str, str]) -> CTranslate2Engine:
        if pair not in self._engines:
            package = self._packages[pair]
            self._engines[pair] = CTranslate2Engine(
                package.folder,
                name=package.name,
                direction=(language(package.source), language(package.target)),
                target_prefix=package.prefix,
                **self._settings,
            )
        return self._engines[pair]

    def _opened(self, path: Path) -> Package:
        if path.is_dir():
            return read_package(path)
        if not path.is_file():
            raise ModelError("no such Argos package", path=path)
        folder = tempfile.TemporaryDirectory(prefix="aligner-")
        self._unpacked.append(folder)
        unpack(path, Path(folder.name))
        return read_package(Path(folder.name))


def _setting(config: Path, key: str) -> str | None:
    try:
        fields = json.loads((config / "argos-translate" / "settings.json").read_text("utf-8"))
        value = fields.get(key)
    except (OSError, ValueError, AttributeError):
        return None
    return value if isinstance(value, str) and value else None


def _version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
