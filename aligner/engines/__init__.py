"""Engines are found by name and loaded only when one is made.

``create("auto", …)`` takes the best one installed for the languages; plug-ins register a factory
under the entry-point group ``aligner.engines``. Importing this module loads no run-time library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from aligner import models
from aligner.engines.protocol import Engine, Request
from aligner.errors import EngineError, ModelError, UsageError
from aligner.languages import Language, language
from aligner.models import InstalledModel, ModelKind

__all__ = [
    "Choice",
    "Engine",
    "EngineInfo",
    "Factory",
    "Request",
    "choose_auto",
    "create",
    "known",
    "table",
]

GROUP = "aligner.engines"
_LLAMACPP_ONLY = ("adapters", "samples")


class Factory(Protocol):
    """Makes an engine. ``model`` is what the user named (a name, path or address) or empty."""

    def __call__(
        self,
        model: str,
        source: Language,
        targets: Sequence[Language],
        *,
        online: bool,
        **options: Any,
    ) -> Engine: ...


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """A known engine. ``missing`` are the modules it needs that are not installed."""

    name: str
    description: str
    missing: tuple[str, ...] = ()
    install: str = ""
    """The command that brings what is missing."""
    plugin: str = ""
    """The distribution it comes from, when it is not ours."""

    @property
    def available(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class Choice:
    """What ``auto`` means here and now: an engine, the model for it, and why these."""

    engine: str
    model: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Entry:
    description: str
    needs: tuple[str, ...]
    make: Callable[..., Engine]
    extra: str = ""


def table() -> list[dict[str, object]]:
    """``known()`` as rows to show: name, usable, detail (what is missing), description."""
    return [
        {
            "name": info.name,
            "usable": info.available,
            "detail": "" if info.available else f"needs {', '.join(info.missing)}: {info.install}",
            "description": info.description,
        }
        for info in known().values()
    ]


def known() -> dict[str, EngineInfo]:
    """Every engine by name, ours first, then plug-ins; a plug-in cannot replace one of ours."""
    found = {
        name: EngineInfo(
            name,
            entry.description,
            tuple(module for module in entry.needs if find_spec(module) is None),
            f"pip install 'aligner[{entry.extra}]'" if entry.extra else "",
        )
        for name, entry in _ENTRIES.items()
    }
    for name, point in sorted(_plugins().items()):
        distribution = point.dist.name if point.dist else "unknown"
        found.setdefault(name, EngineInfo(name, f"plug-in ({point.value})", plugin=distribution))
    return found


def create(
    name: str,
    source: Language,
    targets: Sequence[Language],
    *,
    model: str | None = None,
    online: bool = False,
    **options: Any,
) -> Engine:
    """An engine for one source and all of ``targets``; its model is loaded at the first use.

    ``name`` is ``auto`` or a name of ``known()``; ``NAME:MODEL`` names the model too. ``options``
    (such as ``threads``) go to the engine's constructor; those that are None are left out. Raises
    UsageError for an unknown engine, ModelError (exit 4, with the command that helps) where a model
    or a run-time is missing or a pair is not served.
    """
    name, _, inline = name.partition(":")
    wanted = model or inline
    if name == "auto":
        if wanted:
            raise UsageError("auto chooses the model itself", hint="name an engine for this model")
        choice = choose_auto(source, targets)
        name, wanted = choice.engine, choice.model
    infos = known()
    if name not in infos:
        raise UsageError(
            f"no engine is called {name!r}", hint=f"use auto or one of: {', '.join(infos)}"
        )
    _require_runtime(infos[name])
    given = {key: value for key, value in options.items() if value is not None}
    vain = [key for key in given if key in _LLAMACPP_ONLY and name != "llamacpp"]
    if vain:
        raise UsageError(f"the engine {name} has no {vain[0]}", hint="they are for llamacpp")
    if name in _ENTRIES:
        engine = _ENTRIES[name].make(wanted, source, targets, online=online, **given)
    else:
        engine = _load_plugin(name)(wanted, source, targets, online=online, **given)
    for target in targets:
        if not engine.supports(source, target):
            engine.close()
            raise ModelError(
                f"the engine {name} has no model for {source}-{target}",
                hint=_install_hint(name, source, target),
            )
    return engine


def choose_auto(source: Language, targets: Sequence[Language]) -> Choice:
    """The best installed engine and model that serve all of ``targets``, and why.

    The default model comes first, then a direct Argos or CTranslate2 model for each pair, then any
    other language model. Nothing is loaded. Raises ModelError (exit 4) when nothing fits; its hint
    is the command that fixes it.
    """
    pairs = "/".join(f"{source}-{target}" for target in targets)
    infos = known()
    blocked: list[EngineInfo] = []

    def usable(name: str) -> bool:
        if not infos[name].available and infos[name] not in blocked:
            blocked.append(infos[name])
        return infos[name].available

    default = models.ready(models.default_name())
    if default and _serves(default, source, targets) and usable(default.kind.engine):
        return Choice(
            default.kind.engine, default.name, f"the default model, installed for {pairs}"
        )
    direct = _direct(source, targets)
    if direct and usable(direct.engine):
        return direct
    for model in models.installed_models():
        entry = models.find(model.name)
        fits = model.kind is ModelKind.GGUF and _serves(model, source, targets)
        if fits and not (entry and entry.base) and usable("llamacpp"):
            return Choice("llamacpp", model.name, f"a language model installed for {pairs}")
    if blocked:
        _require_runtime(blocked[0])
    raise ModelError(
        f"no translation model is installed for {pairs}",
        hint=f"aligner models install {models.default_name()}",
    )


# ---- what is installed --------------------------------------------------------------------------


def _serves(model: InstalledModel, source: Language, targets: Sequence[Language]) -> bool:
    """True where the model has all of these languages; a GGUF that names none may serve all."""
    if not model.languages:
        return model.kind is ModelKind.GGUF
    return {source.code, *(target.code for target in targets)} <= set(model.languages)


def _direct(source: Language, targets: Sequence[Language]) -> Choice | None:
    """One CTranslate2 model for all targets, else an Argos package for each."""
    for model in models.installed_models():
        direction = (source.code, *(target.code for target in targets))
        if model.kind is ModelKind.CT2 and (
            model.languages == direction
            if len(model.languages) == 2
            else bool(model.languages) and _serves(model, source, targets)
        ):
            return Choice("ctranslate2", model.name, "a CTranslate2 model is installed for all")
    packages = {(package.source, package.target): package.name for package in _argos_packages()}
    wanted = [(source.code, target.code) for target in targets]
    if wanted and all(pair in packages for pair in wanted):
        names = ", ".join(packages[pair] for pair in wanted)
        return Choice("argos", "", f"direct packages are installed: {names}")
    return None


def _argos_packages() -> list[Any]:
    """Argos Translate's own packages and, after them, those in aligner's store."""
    from aligner.engines.argos import installed_packages, read_package

    own = [
        read_package(model.folder)
        for model in models.installed_models()
        if model.kind is ModelKind.ARGOS
    ]
    return [*installed_packages(), *own]


def _require_runtime(info: EngineInfo) -> None:
    if info.missing:
        raise ModelError(
            f"the engine {info.name} needs {', '.join(info.missing)}, which is not installed",
            hint=info.install,
        )


def _install_hint(name: str, source: Language, target: Language) -> str:
    if name == "argos":
        return f"aligner models install argos-{source}-{target}"
    return f"aligner models install {models.default_name()}, or another engine"


# ---- how each is made ---------------------------------------------------------------------------


def _make_scripted(
    model: str, source: Language, targets: Sequence[Language], *, online: bool, **options: Any
) -> Engine:
    from aligner.engines.scripted import from_settings

    return from_settings(model)


def _make_llamacpp(
    model: str, source: Language, targets: Sequence[Language], *, online: bool, **options: Any
) -> Engine:
    from aligner.engines.llamacpp import LlamaCpp

    if model.endswith(".gguf"):
        path = Path(model).expanduser()
        if not path.is_file():
            raise ModelError("no such model file", path=path)
        return LlamaCpp(path, name=path.stem, sha256=models.sha256_of(path), **options)
    model = model or models.default_name()
    found = models.ready(model) or models.locate(model)
    _require_kind(found, ModelKind.GGUF)
    return LlamaCpp(found.path, name=found.name, sha256=found.sha256, **options)


def _make_ctranslate2(
    model: str, source: Language, targets: Sequence[Language], *, online: bool, **options: Any
) -> Engine:
    from aligner.engines.ctranslate2 import CTranslate2Engine, direction_of

    direction = (source, targets[0]) if len(targets) == 1 else None
    if not model:
        direct = _direct(source, targets)
        if direct is None or direct.engine != "ctranslate2":
            raise ModelError(
                "no CTranslate2 model is installed for these languages",
                hint="aligner models install FOLDER, or --model FOLDER",
            )
        model = direct.model
    folder = Path(model).expanduser()
    if folder.is_dir():
        direction = direction_of(folder) or direction
        return CTranslate2Engine(folder, direction=direction, **options)
    found = models.locate(model)
    _require_kind(found, ModelKind.CT2)
    if len(found.languages) == 2:
        direction = (language(found.languages[0]), language(found.languages[1]))
    return CTranslate2Engine(
        found.folder, name=found.name, sha256=found.sha256, direction=direction, **options
    )


def _make_argos(
    model: str, source: Language, targets: Sequence[Language], *, online: bool, **options: Any
) -> Engine:
    from aligner.engines.argos import Argos, Package

    packages: list[Package | Path] = []
    for name in filter(None, model.split(",")):
        path = Path(name).expanduser()
        if path.exists():
            packages.append(path)
        else:
            found = models.locate(name)
            _require_kind(found, ModelKind.ARGOS)
            packages.append(found.folder)
    return Argos(packages if model else _argos_packages(), **options)


def _make_openai(
    model: str, source: Language, targets: Sequence[Language], *, online: bool, **options: Any
) -> Engine:
    """``model`` is ``URL``, ``URL#MODEL`` or ``MODEL`` (on the default address)."""
    from aligner.engines.openai import DEFAULT_URL, OpenAICompatible

    options.pop("threads", None)
    url, _, name = model.partition("#")
    if model and not re.match(r"[a-z]+://", model):
        url, name = "", model
    return OpenAICompatible(url or DEFAULT_URL, name, online=online, **options)


def _require_kind(model: InstalledModel, kind: ModelKind) -> None:
    if model.kind is not kind:
        raise UsageError(
            f"the model {model.name!r} is for the engine {model.kind.engine}",
            hint=f"--engine {model.kind.engine}",
        )


_ENTRIES: Mapping[str, _Entry] = {
    "llamacpp": _Entry(
        "language models in GGUF form (llama.cpp)", ("xllamacpp",), _make_llamacpp, "llamacpp"
    ),
    "argos": _Entry(
        "Argos Translate packages, direct pairs only",
        ("ctranslate2", "sentencepiece"),
        _make_argos,
        "ctranslate2",
    ),
    "ctranslate2": _Entry(
        "translation models in CTranslate2 form",
        ("ctranslate2", "sentencepiece"),
        _make_ctranslate2,
        "ctranslate2",
    ),
    "openai": _Entry("an OpenAI-compatible server on this machine", (), _make_openai),
    "scripted": _Entry("a test double: no translation, never chosen by auto", (), _make_scripted),
}


# ---- plug-ins -----------------------------------------------------------------------------------


def _plugins() -> dict[str, metadata.EntryPoint]:
    return {point.name: point for point in metadata.entry_points(group=GROUP)}


def _load_plugin(name: str) -> Factory:
    point = _plugins()[name]
    try:
        factory: Factory = point.load()
    except Exception as error:
        raise EngineError(
            f"the plug-in {name} ({point.value}) cannot be loaded: {error}",
            hint="update or remove the package it comes from",
        ) from error
    return factory
