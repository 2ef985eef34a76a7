"""Every failure aligner raises on purpose, drawn as one tree.

    AlignerError                    exit 1   (never raised itself)
    ├── UsageError                  exit 2   a wrong option, setting or combination of them
    ├── InputError                  exit 3   a file that cannot be used as it is
    │   ├── ArticleError            …an article
    │   ├── GlossaryError           …a term base
    │   └── CorpusError             …a bitext
    ├── OutputError                 exit 3   a place that cannot be written
    ├── ModelError                  exit 4   a model that is missing, damaged or refused
    │   └── OfflineError            …it would need the network, which was not allowed
    └── EngineError                 exit 4   an engine that broke its contract or its run-time

A bad *translation* is a finding, never an error; a bad *program* shows a traceback.
"""

from __future__ import annotations

from pathlib import Path


class AlignerError(Exception):
    """What went wrong, where, and what to do about it.

    ``str(error)`` is ``where: what`` where a place is known; ``hint`` is the remedy.
    """

    exit_code = 1

    def __init__(
        self,
        what: str,
        *,
        path: str | Path | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.path = None if path is None else str(path)
        self.line = line
        self.column = column
        self.hint = hint

    @property
    def where(self) -> str | None:
        """``file``, ``file:line`` or ``file:line:column`` (1-based); None when no file is at fault."""
        if self.path is None:
            return None
        parts = [self.path, self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class UsageError(AlignerError):
    exit_code = 2


class InputError(AlignerError):
    exit_code = 3


class ArticleError(InputError):
    pass


class GlossaryError(InputError):
    pass


class CorpusError(InputError):
    pass


class OutputError(AlignerError):
    exit_code = 3


class ModelError(AlignerError):
    exit_code = 4


class OfflineError(ModelError):
    pass


class EngineError(AlignerError):
    exit_code = 4
