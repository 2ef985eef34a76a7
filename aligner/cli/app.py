"""The typer application and the one place where errors become words and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer import exceptions

from aligner import __version__
from aligner.cli import bitexts, corpora, evaluation, glossaries, installation, texts
from aligner.errors import AlignerError

INTERRUPTED = 130

app = typer.Typer(
    name="aligner",
    help="Offline translation of diplomatic news into Korean and Japanese: glossary-checked, "
    "sentence-aligned, scored.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
texts.register(app)
bitexts.register(app)
evaluation.register(app)
installation.register(app)
app.add_typer(glossaries.app, name="glossary")
app.add_typer(corpora.corpus_app, name="corpus")
app.add_typer(corpora.memory_app, name="memory")
app.add_typer(installation.models, name="models")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(installation.signature())
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Version and signature, and exit."
        ),
    ] = False,
) -> None:
    """Offline translation of diplomatic news into Korean and Japanese."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line; the exit code.

    0 ok, 1 findings, 2 usage, 3 input, 4 model, 130 interrupted.
    """
    try:
        outcome = app(list(arguments), standalone_mode=False, prog_name="aligner")
        if outcome == INTERRUPTED:  # typer has caught the interrupt itself
            raise KeyboardInterrupt
        return outcome if isinstance(outcome, int) else 0
    except exceptions.Exit as stop:
        return int(stop.exit_code)
    except exceptions.TyperException as error:
        print(f"aligner: {error.format_message()}", file=sys.stderr)
        print("  try: aligner --help", file=sys.stderr)
        return error.exit_code if error.exit_code != 1 else 2
    except AlignerError as error:
        complain(error)
        return error.exit_code
    except (KeyboardInterrupt, exceptions.Abort):
        what = "interrupted; what was done is kept, the same command goes on"
        print(f"aligner: {what}", file=sys.stderr)
        return INTERRUPTED
    except (BrokenPipeError, SystemExit) as stop:
        # The reader of our output has left (`aligner … | head`): that is no fault. typer makes an
        # exit of it.
        if not isinstance(stop.__context__ or stop, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def complain(error: AlignerError) -> None:
    """One error on stderr: where, what, and what to do."""
    print(f"aligner: {error}", file=sys.stderr)
    if error.hint:
        print(f"  try: {error.hint}", file=sys.stderr)


__all__ = ["__version__", "app", "complain", "run"]
