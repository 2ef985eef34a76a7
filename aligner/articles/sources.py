"""Where articles come from: files, folders, patterns and standard input, in one stable order."""

from __future__ import annotations

import glob
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aligner.errors import ArticleError, UsageError

STDIN = "-"
FORMATS = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
"""File suffix → format; only these are looked for in folders."""
MAX_BYTES = 64 * 1024 * 1024
"""A larger file is no article (64 MiB)."""

_NOT_ARTICLES = re.compile(r"(?:README|LICEN[SC]E)(?![a-z])", re.IGNORECASE)
_NO_READER = frozenset(
    {
        ".json",
        ".csv",
        ".tsv",
        ".xml",
        ".tmx",
        ".xliff",
        ".xlf",
        ".tbx",
        ".po",
        ".yaml",
        ".yml",
        ".toml",
    }
    | {".pdf", ".doc", ".docx", ".odt", ".rtf", ".epub", ".hwp", ".hwpx", ".ppt", ".pptx", ".xls"}
    | {".xlsx", ".zip", ".gz", ".bz2", ".xz", ".7z", ".tar", ".zst", ".parquet", ".sqlite", ".db"}
)


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read, or ``-``; ``error`` tells why it cannot be, without stopping the others."""

    path: str
    error: ArticleError | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return self.path


def discover(paths: Sequence[str | Path]) -> list[Source]:
    """Every file the paths stand for, in the order given and sorted within, each file once.

    A folder gives its files of a known suffix, recursively, without hidden ones, README* and
    LICENSE*; a pattern (``*``, ``?``, ``[…]``, ``**``) gives what it matches by the same rules; a
    file named outright is taken whatever it is called; ``-`` is standard input. Never raises: a
    path that gives nothing is a Source with an error.
    """
    found: list[Source] = []
    seen: set[str] = set()
    for path in map(str, paths):
        for source in _expand(path):
            key = source.path if source.path == STDIN else os.path.realpath(_openable(source.path))
            if key not in seen:
                seen.add(key)
                found.append(source)
    return found


def display(path: str | Path) -> str:
    """The path as it may be printed and written: what is no printable character becomes U+FFFD."""
    text = str(path)
    if text == STDIN:
        return "<stdin>"
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def format_of(path: str | Path) -> str:
    """The format a file's suffix stands for; plain text for an unknown one.

    Raises ArticleError for a suffix of something that is known to be no article.
    """
    suffix = Path(path).suffix.lower()
    if suffix in _NO_READER:
        raise ArticleError(
            f"{suffix} files are not read as articles",
            path=display(path),
            hint=f"convert it to one of: {', '.join(FORMATS)}",
        )
    return FORMATS.get(suffix, "txt")


def check_format(name: str) -> str:
    """A format's name, with or without its dot. Raises UsageError, naming the known ones."""
    bare = name.lower().removeprefix(".")
    known = FORMATS.get(f".{bare}")
    if known is None:
        raise UsageError(
            f"unknown article format {name!r}",
            hint=f"use one of: {', '.join(dict.fromkeys(FORMATS.values()))}",
        )
    return known


def load(path: str | Path) -> bytes:
    """The bytes of a file. Raises ArticleError: missing, a folder, unreadable or over MAX_BYTES."""
    shown = display(path)
    try:
        with open(path, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _unusable(str(path), error) from error
    return check_size(data, shown)


def check_size(data: bytes, shown: str) -> bytes:
    """``data`` itself. Raises ArticleError beyond MAX_BYTES."""
    if len(data) > MAX_BYTES:
        raise ArticleError(
            f"is larger than {MAX_BYTES // 1024 // 1024} MiB",
            path=shown,
            hint="split it into single articles",
        )
    return data


def article_id(name: str) -> str:
    """An id without white space, control characters or slashes, NFC, at most 120 characters."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    # "Cc" holds tab and newline, "Cf" the invisible ones, "Z…" all spaces.
    kept = "".join(
        "_" if c in "/\\" or unicodedata.category(c)[0] in "CZ" else c for c in text.strip()
    )
    return re.sub(r"_{2,}", "_", kept).strip("_")[:120] or "article"


def _expand(path: str) -> Iterator[Source]:
    if path == STDIN:
        yield Source(STDIN)
        return
    if not path.strip():
        yield Source(path, ArticleError("an empty path was given", hint="name a file or a folder"))
        return
    try:
        mode_is_folder = os.path.isdir(path)
        os.stat(path)
    except (OSError, ValueError) as error:
        matches = _matches(path)
        if not matches:
            yield Source(path, _unusable(path, error))
        for match in matches:
            if os.path.isdir(match):
                yield from _folder(match, must_have=False)
            elif _is_article(match):
                yield Source(match)
        return
    if mode_is_folder:
        yield from _folder(path, must_have=True)
    else:
        yield Source(path)


def _matches(path: str) -> list[str]:
    if not glob.has_magic(path):
        return []
    try:
        return sorted(glob.glob(path, recursive=True), key=_order)
    except (OSError, ValueError, re.error):
        return []


def _folder(path: str, *, must_have: bool) -> Iterator[Source]:
    files: list[str] = []
    errors: list[Source] = []

    def note(error: OSError) -> None:
        where = str(error.filename or path)
        errors.append(Source(where, _unusable(where, error)))

    for parent, folders, names in os.walk(path, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [os.path.join(parent, name) for name in names if _is_article(name)]
    if must_have and not files and not errors:
        errors.append(
            Source(
                path,
                ArticleError(
                    "the folder holds no article",
                    path=display(path),
                    hint=f"articles end in one of: {', '.join(FORMATS)}; README* and LICENSE* "
                    "are passed over",
                ),
            )
        )
    yield from (Source(file) for file in sorted(files, key=_order))
    yield from errors


def _order(path: str) -> tuple[str, ...]:
    """Folder by folder, by code point: the same on every system."""
    return tuple(unicodedata.normalize("NFC", path).split(os.sep))


def _is_article(path: str) -> bool:
    name = os.path.basename(path)
    return (
        not name.startswith(".")
        and os.path.splitext(name)[1].lower() in FORMATS
        and not _NOT_ARTICLES.match(name)
    )


def _openable(path: str) -> str:
    return path.replace("\0", "")


def _unusable(path: str, error: OSError | ValueError) -> ArticleError:
    shown = display(path)
    if isinstance(error, FileNotFoundError):
        if glob.has_magic(path):
            return ArticleError(
                "no file matches this pattern", path=shown, hint="check the pattern"
            )
        return ArticleError("there is no such file or folder", path=shown, hint="check the path")
    if isinstance(error, PermissionError):
        return ArticleError("may not be read", path=shown, hint="check its permissions")
    if isinstance(error, IsADirectoryError):
        return ArticleError("is a folder, not a file", path=shown, hint="name a file in it")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return ArticleError(f"cannot be read: {reason}", path=shown, hint="check the path")
