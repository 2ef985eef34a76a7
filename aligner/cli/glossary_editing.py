"""`aligner glossary`: the commands that change a glossary; each is locked, atomic, undoable."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aligner.cli.rendering import talk
from aligner.cli.settings import one_glossary

if TYPE_CHECKING:
    from aligner.termbase import Concept
    from aligner.termbase.editing import Change
    from aligner.termbase.file import GlossaryFile
    from aligner.termbase.validation import Problem

Glossary = Annotated[
    Path | None,
    typer.Option(
        "--glossary",
        "-g",
        help="Glossary file. Default: $ALIGNER_GLOSSARY, else glossaries/diplomacy.tsv.",
    ),
]
Into = Annotated[
    Path | None,
    typer.Option(
        "--into", "--glossary", "-g", help="Glossary to change; begun where it is missing."
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Errors only.")]
ConceptId = Annotated[str, typer.Argument(help="Id, or English term.", metavar="CONCEPT")]
_SHOWN = 12


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command()(add)
    app.command()(edit)
    app.command()(remove)
    app.command()(rename)
    app.command()(merge)
    app.command("import")(import_terms)
    app.command()(undo)


def add(
    en: Annotated[str | None, typer.Option("--en", help="English term.")] = None,
    ko: Annotated[str | None, typer.Option("--ko", help="Preferred Korean rendering.")] = None,
    ja: Annotated[str | None, typer.Option("--ja", help="Preferred Japanese rendering.")] = None,
    category: Annotated[
        str | None, typer.Option("--category", "-c", help="person, organization, place, concept …")
    ] = None,
    alias_en: Annotated[
        list[str] | None,
        typer.Option("--alias-en", "--aliases-en", help="Other full English form."),
    ] = None,
    short_en: Annotated[
        list[str] | None,
        typer.Option("--short-en", help="Short English form, such as a family name."),
    ] = None,
    variant_ko: Annotated[
        list[str] | None,
        typer.Option("--variant-ko", "--variants-ko", help="Other right rendering."),
    ] = None,
    variant_ja: Annotated[
        list[str] | None,
        typer.Option("--variant-ja", "--variants-ja", help="Other right rendering."),
    ] = None,
    short_ko: Annotated[
        list[str] | None, typer.Option("--short-ko", help="Rendering of a short mention.")
    ] = None,
    short_ja: Annotated[
        list[str] | None, typer.Option("--short-ja", help="Rendering of a short mention.")
    ] = None,
    forbidden_ko: Annotated[
        list[str] | None, typer.Option("--forbidden-ko", help="Rendering to be told as a fault.")
    ] = None,
    forbidden_ja: Annotated[
        list[str] | None, typer.Option("--forbidden-ja", help="Rendering to be told as a fault.")
    ] = None,
    case: Annotated[str | None, typer.Option("--case", help="exact or any.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="In office from (ISO date).")] = None,
    until: Annotated[str | None, typer.Option("--to", help="In office to (ISO date).")] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="official, press, cldr or rule.")
    ] = None,
    notes: Annotated[
        str | None, typer.Option("--notes", "--note", help="What else to know.")
    ] = None,
    identity: Annotated[
        str | None, typer.Option("--id", help="Id. Default: made of category and English term.")
    ] = None,
    glossary: Glossary = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Add a concept. Options that hold several values may be given again, or parted by |.

    Without options, and at a terminal, asks for what is needed.
    """
    from aligner.errors import UsageError
    from aligner.termbase.concepts import concept_from_cells
    from aligner.termbase.editing import add as added

    given: dict[str, str | list[str] | None] = {
        "id": identity, "en": en, "ko": ko, "ja": ja, "category": category, "aliases_en": alias_en,
        "short_en": short_en, "variants_ko": variant_ko, "variants_ja": variant_ja,
        "short_ko": short_ko, "short_ja": short_ja, "forbidden_ko": forbidden_ko,
        "forbidden_ja": forbidden_ja, "case": case, "from": since, "to": until, "source": source,
        "notes": notes,
    }  # fmt: skip
    cells = {
        name: "|".join(value) if isinstance(value, list) else value
        for name, value in given.items()
        if value
    }
    path = one_glossary(glossary)
    if not cells and sys.stdin.isatty():
        cells = _asked()
    if not cells.get("en", "").strip():
        raise UsageError(
            "a concept needs an English term", hint='aligner glossary add --en "…" --ko "…"'
        )
    if not (cells.get("ko") or cells.get("ja")):
        raise UsageError("a concept needs a rendering", hint="give --ko, --ja or both")
    concept = concept_from_cells(cells)
    _apply(path, lambda file: added(file, concept), dry_run=dry_run, quiet=quiet)


def _asked() -> dict[str, str]:
    from aligner.termbase import CATEGORIES

    def ask(label: str, default: str = "") -> str:
        return str(
            typer.prompt(label, default=default, show_default=bool(default), err=True)
        ).strip()

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  (arrow keys in the questions)
    cells = {"en": ask("English term")}
    cells["ko"] = ask("Korean")
    cells["ja"] = ask("Japanese")
    cells["category"] = ask(f"Category ({', '.join(CATEGORIES)})", "concept")
    for name, label in (
        ("aliases_en", "Other English forms (parted by |)"),
        ("short_en", "Short English forms"),
        ("variants_ko", "Other Korean renderings"),
        ("variants_ja", "Other Japanese renderings"),
        ("notes", "Notes"),
    ):
        cells[name] = ask(label)
    return {name: value for name, value in cells.items() if value}


def edit(
    concept: ConceptId,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="column=value, without an editor; may be given again."),
    ] = None,
    glossary: Glossary = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Edit a concept in $EDITOR as a small form, or set single columns with --set."""
    from aligner.errors import UsageError
    from aligner.termbase import read_glossary
    from aligner.termbase.editing import edit as edited
    from aligner.termbase.editing import find_concept

    path = _existing(one_glossary(glossary))
    changes: dict[str, str] = {}
    if setting:
        for one in setting:
            column, equals, value = one.partition("=")
            if not equals:
                raise UsageError(f"--set {one!r} names no value", hint="write --set column=value")
            changes[column.strip()] = value
        _apply(path, lambda file: edited(file, concept, changes), dry_run=dry_run, quiet=quiet)
        return
    file = read_glossary(path)
    before = find_concept(file, concept)

    def change(now: GlossaryFile, changes: Mapping[str, str]) -> GlossaryFile:
        if find_concept(now, before.id) != before:
            raise UsageError(f"{before.id} was changed by another editor meanwhile")
        return edited(now, before.id, changes)

    _in_editor(
        before,
        lambda changes: _apply(
            path, lambda now: change(now, changes), dry_run=dry_run, quiet=quiet
        ),
    )


def _in_editor(before: Concept, apply: Callable[[Mapping[str, str]], None]) -> None:
    """Opens the form, after a fault again if the person wants, and never loses what was typed."""
    from aligner.errors import AlignerError, GlossaryError
    from aligner.termbase.editing import form, parse_form

    handle, name = tempfile.mkstemp(prefix=f"{before.id}.", suffix=".txt")
    draft = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(form(before))
    while True:
        try:
            _open_editor(draft)
        except AlignerError:
            draft.unlink()
            raise
        try:
            try:
                text = draft.read_text(encoding="utf-8-sig")
            except UnicodeDecodeError as error:
                raise GlossaryError("is not UTF-8", path=draft, hint="save it as UTF-8") from error
            after = parse_form(text)
            old, new = before.cells(), after.cells()
            changes = {
                column: new.get(column, "")
                for column in dict.fromkeys((*old, *new))
                if old.get(column, "") != new.get(column, "")
            }
            if changes:
                apply(changes)
            else:
                talk("nothing changed")
            draft.unlink()
            return
        except AlignerError as error:
            talk(str(error))
            if error.hint:
                print(f"  try: {error.hint}", file=sys.stderr)
            if not sys.stdin.isatty() or not typer.confirm("edit again?", default=True, err=True):
                raise type(error)(f"the glossary is as it was; your form is in {draft}") from error


def _open_editor(draft: Path) -> None:
    from aligner.errors import UsageError

    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        outcome = subprocess.run([*shlex.split(command), str(draft)], check=False).returncode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"the editor {command!r} cannot be started: {reason}",
            hint="set EDITOR, or use --set column=value",
        ) from error
    if outcome:
        raise UsageError(f"the editor ended with {outcome}; nothing was changed")


def remove(
    concept: Annotated[
        list[str], typer.Argument(help="Ids, or English terms.", metavar="CONCEPT…")
    ],
    glossary: Glossary = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Remove concepts; all of them or, where one is not there, none."""
    from aligner.termbase.editing import remove as removed

    def change(file: GlossaryFile) -> GlossaryFile:
        for identity in concept:
            file = removed(file, identity)
        return file

    path = _existing(one_glossary(glossary))
    _apply(path, change, dry_run=dry_run, quiet=quiet)


def rename(
    concept: ConceptId,
    new_id: Annotated[str, typer.Argument(help="The new id.", metavar="ID")],
    glossary: Glossary = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Give a concept another id. (Its terms are changed with edit.)"""
    from aligner.termbase.editing import rename as renamed

    path = _existing(one_glossary(glossary))
    _apply(path, lambda file: renamed(file, concept, new_id), dry_run=dry_run, quiet=quiet)


def merge(
    files: Annotated[list[Path], typer.Argument(help="Glossaries to take in.", metavar="FILE…")],
    into: Into = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Take other glossaries in: new concepts are added, known ones filled up; ours wins a conflict.

    A differing rendering becomes a variant, and is told.
    """
    for file in files:
        _take_in(file, into, None, None, dry_run, quiet)


def import_terms(
    file: Annotated[Path, typer.Argument(help="TSV, CSV, XLSX, TBX, UTX or OmegaT file.")],
    into: Into = None,
    format: Annotated[
        str | None, typer.Option("--format", "-f", help="Where the suffix does not tell it.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", "--lang", "-t", help="Target language of a file that does not name it."
        ),
    ] = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Take the terms of a file into a glossary; a missing glossary is begun.

    A plain table needs a header with en and ko or ja; aliases_en, variants_ko, variants_ja,
    forbidden_ko, forbidden_ja, category and notes are understood, several values parted by |.
    """
    _take_in(file, into, format, to, dry_run, quiet)


def _take_in(
    file: Path, into: Path | None, format: str | None, to: str | None, dry_run: bool, quiet: bool
) -> None:
    from aligner.languages import language
    from aligner.termbase.editing import merge as merged
    from aligner.termbase.exchange import read_terms

    path = one_glossary(into)
    concepts = read_terms(file, format, language=language(to) if to else None)
    conflicts: list[Change] = []

    def change(mine: GlossaryFile) -> GlossaryFile:
        glossary, differing = merged(mine, concepts)
        conflicts.extend(differing)
        return glossary

    _apply(path, change, dry_run=dry_run, quiet=quiet, strict=False)
    for one in conflicts if not quiet else ():
        talk(f"{one.id}: {one.column} stays {one.before!r}; {file.name} has {one.after!r}")


def undo(glossary: Glossary = None, quiet: Quiet = False) -> None:
    """Take back the last change of a glossary; again for the one before, up to twenty."""
    from aligner.errors import GlossaryError
    from aligner.termbase import read_glossary
    from aligner.termbase.editing import diff
    from aligner.termbase.editing import undo as undone

    path = _existing(one_glossary(glossary))
    try:
        before = read_glossary(path)
    except GlossaryError:  # spoilt by hand: all the more to be undone
        before = None
    after = undone(path)
    if not quiet:
        _tell(diff(before, after) if before else (), f"undone in {path}")


def _existing(path: Path) -> Path:
    from aligner.errors import GlossaryError

    if not path.is_file():
        raise GlossaryError("no such glossary", path=path, hint="check the name: --glossary FILE")
    return path


def _apply(
    path: Path,
    change: Callable[[GlossaryFile], GlossaryFile],
    *,
    dry_run: bool,
    quiet: bool,
    strict: bool = True,
) -> None:
    """Makes one change under the lock and tells it; ``strict`` refuses to bring in an error."""
    from aligner.termbase.editing import diff, update
    from aligner.termbase.file import new_glossary, read_glossary
    from aligner.termbase.validation import new_problems

    seen: list[GlossaryFile] = []
    problems: list[Problem] = []

    def watched(file: GlossaryFile) -> GlossaryFile:
        after = change(file)
        problems.extend(new_problems(file, after))
        if strict:
            _refuse(problems)
        seen.extend((file, after))
        return after

    if dry_run:
        watched(read_glossary(path) if path.exists() else new_glossary(str(path)))
    else:
        update(path, watched)
    changes = diff(*seen)
    if dry_run:
        for one in changes:
            print(told(one))
    if quiet:
        return
    verb = "would change" if dry_run else "changed"
    _tell(
        () if dry_run else changes, f"{verb} {path}" if changes else f"nothing to change in {path}"
    )
    for problem in problems[:_SHOWN]:
        talk(f"{problem.where}: {problem.message}; {problem.hint}")
    if len(problems) > _SHOWN:
        talk(f"and {len(problems) - _SHOWN} more; aligner glossary validate {path} shows all")


def _refuse(problems: Sequence[Problem]) -> None:
    from aligner.errors import UsageError
    from aligner.model import Severity

    for problem in problems:
        if problem.severity.rank >= Severity.MAJOR.rank:
            raise UsageError(f"{problem.message} [{problem.rule}]", hint=problem.hint)


def told(change: Change) -> str:
    """One change on one line: ``+`` added, ``-`` removed, ``~`` changed."""
    if change.kind != "changed":
        return f"{'+' if change.kind == 'added' else '-'} {change.id}"
    before, after = (
        value.replace("|", " | ") or "(empty)" for value in (change.before, change.after)
    )
    return f"~ {change.id}  {change.column}: {before} → {after}"


def _tell(changes: Sequence[Change], headline: str) -> None:
    talk(headline)
    for change in changes[:_SHOWN]:
        print(f"  {told(change)}", file=sys.stderr)
    if len(changes) > _SHOWN:
        print(f"  … and {len(changes) - _SHOWN} more", file=sys.stderr)
