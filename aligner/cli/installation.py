"""Commands about what is installed: models, engines, doctor."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from typing import Annotated, Any

import typer

from aligner import __version__
from aligner.cli.rendering import emit, table, talk

Json = Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")]
Name = Annotated[str, typer.Argument(help="Model name.")]

models = typer.Typer(help="Install, verify and list models.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command()(engines)
    app.command()(doctor)


def signature() -> str:
    """``aligner 0.1.0`` and what its results depend on, one line."""
    parts = [f"python:{platform.python_version()}"]
    for name in ("xllamacpp", "ctranslate2", "sentencex", "kiwipiepy", "sudachipy", "sacrebleu"):
        try:
            parts.append(f"{name}:{metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return f"aligner {__version__} ({'|'.join(parts)})"


@models.command("list")
def list_models(as_json: Json = False) -> None:
    """The known models: languages, size, licence, and whether they are installed."""
    from aligner import models as store

    present = {model.name: model for model in store.installed_models()}
    rows = [
        {
            "name": info.name,
            "kind": info.kind.value,
            "languages": " ".join(info.languages),
            "size": info.size_text,
            "licence": info.licence,
            "installed": info.name in present,
            "default": info.name == store.default_name(),
            "from": "elsewhere" if info.elsewhere else "aligner" if info.files else "package index",
        }
        for info in store.available()
    ]
    known = {row["name"] for row in rows}
    rows += [
        {
            "name": model.name,
            "kind": model.kind.value,
            "languages": " ".join(model.languages),
            "size": f"{model.size:,} bytes",
            "licence": model.licence,
            "installed": True,
            "default": False,
            "from": model.source,
        }
        for model in present.values()
        if model.name not in known
    ]
    if as_json:
        emit(rows)
    else:
        table(("name", "kind", "languages", "size", "licence", "installed", "from"), rows)


@models.command()
def install(
    model: Annotated[
        str | None,
        typer.Argument(
            help="A name from `models list`, a file, a folder or a URL. Default: the default model."
        ),
    ] = None,
    sha256: Annotated[str | None, typer.Option(help="What its SHA-256 must be.")] = None,
    name: Annotated[str | None, typer.Option(help="Name to install it under.")] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="Language it serves, where the model does not tell.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline/--online", help="Never or perhaps use the network.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Errors only.")] = False,
) -> None:
    """Fetch, assemble and verify a model. Goes on where a stopped installation was."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from aligner import models as store

    wanted = model or store.default_name()
    console = Console(stderr=True)
    live = console.is_terminal and not quiet
    info = store.find(wanted)
    if info and not quiet:
        talk(f"{info.name}: {info.size_text}, {info.licence} ({info.licence_url})")
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not live,
    )
    stages: dict[str, Any] = {}
    told: dict[str, int] = {}

    def show(event: store.ModelEvent) -> None:
        if event.stage not in stages:
            stages[event.stage] = bar.add_task(event.stage, total=event.total or None)
        bar.update(stages[event.stage], completed=event.done, total=event.total or None)
        tenth = 10 * event.done // event.total if event.total else 0
        if not quiet and not live and tenth > told.get(event.stage, -1):
            told[event.stage] = tenth
            talk(f"{event.stage} {10 * tenth} %")

    with bar:
        done = store.install(
            wanted,
            sha256=sha256,
            name=name,
            languages=language or (),
            progress=show,
            offline=offline,
        )
    if not quiet:
        talk(f"installed {done.name} in {done.folder}")


@models.command()
def verify(
    model: Annotated[
        str | None, typer.Argument(help="Model name; all installed ones by default.")
    ] = None,
) -> None:
    """Read every byte of installed models and compare SHA-256."""
    from aligner import models as store
    from aligner.errors import ModelError

    names = [model] if model else [present.name for present in store.installed_models()]
    if not names:
        raise ModelError("no model is installed", hint="aligner models install")
    for each in names:
        good = store.verify(each)
        print(f"{good.name}\t{good.sha256}\tok")


@models.command()
def info(model: Name, as_json: Json = False) -> None:
    """All that is known of a model."""
    from aligner import models as store
    from aligner.errors import ModelError

    known, present = store.find(model), store.installed(model)
    if known is None and present is None:
        raise ModelError(f"no model is called {model!r}", hint="aligner models list")
    row: dict[str, object] = {"name": model, "installed": present is not None}
    if known:
        row |= {
            "kind": known.kind.value,
            "languages": list(known.languages),
            "size": known.size,
            "licence": known.licence,
            "licence_url": known.licence_url,
            "sha256": known.sha256,
            "description": known.description,
            "page": known.page,
        }
    if present:
        row |= {"path": str(present.path), "sha256": present.sha256, "since": present.installed}
    if as_json:
        emit([row])
    else:
        for field, value in row.items():
            print(f"{field}\t{value}")


@models.command()
def remove(model: Name) -> None:
    """Take a model off the disk."""
    from aligner import models as store

    talk(f"removed {model}" if store.remove(model) else f"there was no {model}")


def engines(as_json: Json = False) -> None:
    """The engines and whether they can be used here."""
    from aligner import engines as table_of_engines

    rows = table_of_engines.table()
    if as_json:
        emit(rows)
    else:
        table(("name", "usable", "detail", "description"), rows)


def doctor(as_json: Json = False) -> None:
    """Is everything here? Python, libraries, models, glossaries; exit 4 when no model is usable."""
    from pathlib import Path

    from aligner import models as store
    from aligner.cli.settings import default_memory, find_glossaries, load_terms
    from aligner.errors import AlignerError, ModelError

    rows: list[dict[str, object]] = []

    def note(what: str, ok: bool, detail: str) -> None:
        rows.append({"what": what, "ok": ok, "detail": detail})

    note("python", sys.version_info >= (3, 11), platform.python_version())
    for name in (
        "xllamacpp",
        "ctranslate2",
        "sentencepiece",
        "argos-translate-lt",
        "kiwipiepy",
        "sudachipy",
    ):
        try:
            note(name, True, metadata.version(name))
        except metadata.PackageNotFoundError:
            note(
                name,
                name in ("argos-translate-lt", "ctranslate2", "sentencepiece"),
                "not installed",
            )
    present = store.installed_models()
    for model in present:
        note(
            f"model {model.name}",
            True,
            f"{model.size:,} bytes, {model.licence}, {model.sha256[:8]}",
        )
    if not present:
        note("model", False, "none installed; aligner models install")
    glossaries = find_glossaries(None)
    try:
        base = load_terms(None)
        note("glossaries", True, f"{len(base.concepts)} concepts in {len(glossaries)} files")
    except AlignerError as error:
        note("glossaries", False, str(error))
    memory = default_memory()
    note(
        "translation memory", True, str(memory) if Path(memory).exists() else f"{memory} (not yet)"
    )
    if as_json:
        emit(rows)
    else:
        table(("what", "ok", "detail"), rows)
    if not all(row["ok"] for row in rows):
        raise typer.Exit(ModelError.exit_code)
