"""The command line: parse, call one core function, render. Nothing here knows how anything is done."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of ``aligner``: runs the command and turns errors into messages and exit codes."""
    try:
        from aligner.cli.app import run
    except KeyboardInterrupt:  # an interrupt may come before there is anything to stop
        sys.exit(130)
    sys.exit(run(sys.argv[1:]))
