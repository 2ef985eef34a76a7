"""The command line: parse, call one core function, render. Nothing here knows how anything is done."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of ``aligner``: runs the command and turns errors into messages and exit codes."""
    from aligner.cli.app import run

    sys.exit(run(sys.argv[1:]))
