"""The command line: parse, call one core function, render. Nothing here knows how anything is done."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Entry point of ``aligner``: runs the command and turns errors into messages and exit codes."""
    try:
        from aligner.cli.app import run
    except KeyboardInterrupt:  # an interrupt may come before there is anything to stop
        sys.exit(130)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")  # data is UTF-8, whatever the locale
    sys.exit(run(sys.argv[1:]))
