"""Bytes in and out: a set of files is written whole or the old ones stay."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import secrets
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from aligner.errors import CorpusError, OutputError

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")


class Staging:
    """Files under way: each lies under another name beside its place until all are on the disk."""

    def __init__(self) -> None:
        self._files: list[tuple[Path, Path, list[IO[bytes]]]] = []

    def open(self, path: str | Path) -> IO[bytes]:
        """A stream for what shall become ``path``; gzipped (without a date) where it ends in .gz.

        The folder is made if need be. Raises OutputError where ``path`` is no plain file.
        """
        final = Path(os.path.realpath(path))  # a link stays a link to the new file
        if final.exists() and not final.is_file():
            hint = "give the name of a file"
            raise OutputError("exists and is no plain file", path=path, hint=hint)
        final.parent.mkdir(parents=True, exist_ok=True)
        _sweep(final)
        draft = final.with_name(f".{final.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        # not tempfile: the file shall have the rights the user's umask gives, not 0600
        streams: list[IO[bytes]] = [os.fdopen(os.open(draft, flags, 0o666), "wb")]
        self._files.append((final, draft, streams))
        if final.suffix == ".gz":
            packed = gzip.GzipFile(filename="", mode="wb", fileobj=streams[0], mtime=0)
            streams.insert(0, io.BufferedWriter(packed))
        return streams[0]

    def _commit(self) -> None:
        for final, draft, streams in self._files:
            for stream in streams[:-1]:
                stream.close()
            streams[-1].flush()
            os.fsync(streams[-1].fileno())
            streams[-1].close()
            if final.exists():
                os.chmod(draft, final.stat().st_mode & 0o777)
        for final, draft, _ in self._files:
            os.replace(draft, final)
        for folder in {final.parent for final, _, _ in self._files}:
            _sync(folder)

    def _abandon(self) -> None:
        for _, draft, streams in self._files:
            for stream in streams:
                with suppress(OSError, ValueError):
                    stream.close()
            with suppress(OSError):
                draft.unlink(missing_ok=True)


@contextmanager
def staged(place: str | Path) -> Iterator[Staging]:
    """All files opened inside appear on success, in the order opened; on any failure none does.

    A crash between two renames can leave new beside old files; so the one that vouches for the
    others (the manifest) is opened last. Raises OutputError, naming ``place``, when the disk is
    full or the folder cannot be written.
    """
    staging = Staging()
    try:
        try:
            yield staging
            staging._commit()
        except OSError as error:
            what = f"cannot write: {error.strerror or error}"
            hint = "free some disk space or name another folder; the old files are untouched"
            raise OutputError(what, path=error.filename or place, hint=hint) from error
    except BaseException:
        staging._abandon()
        raise


def _sweep(final: Path) -> None:
    """Remove drafts of ``final`` that a killed process left behind, but no living one's."""
    if os.name != "posix":  # elsewhere there is no harmless way to ask whether a process lives
        return
    pattern = re.compile(rf"\.{re.escape(final.name)}\.(\d+)-[0-9a-f]{{8}}\.tmp")
    for name in os.listdir(final.parent):
        match = pattern.fullmatch(name)
        if match is None:
            continue
        try:
            os.kill(int(match[1]), 0)
        except (ProcessLookupError, OverflowError):
            (final.parent / name).unlink(missing_ok=True)
        except PermissionError:
            pass  # alive, and another user's


def _sync(folder: Path) -> None:
    """Make the renames themselves durable, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def name_of(path: str | Path) -> str | Path:
    """What to call a place in a message."""
    return "standard input" if str(path) == "-" else path


@contextmanager
def opened(path: str | Path) -> Iterator[IO[bytes]]:
    """A stream of the bytes of ``path`` (``-``: standard input), unpacked where they are gzipped.

    Raises CorpusError for whatever keeps the file from being read, also while it is read.
    """
    name = name_of(path)
    try:
        if str(path) == "-":
            yield sys.stdin.buffer
            return
        with open(path, "rb") as raw:
            if raw.peek(2)[:2] == b"\x1f\x8b":
                with gzip.open(raw, "rb") as unpacked:
                    yield unpacked  # type: ignore[misc]
            else:
                yield raw
    except FileNotFoundError as error:
        hint = "check the name"
        raise CorpusError("no such file", path=name, hint=hint) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        hint = "fetch or pack it again"
        raise CorpusError(f"damaged gzip data: {error}", path=name, hint=hint) from error
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise CorpusError(what, path=name, hint="name a file you may read") from error


def lines(path: str | Path) -> Iterator[tuple[int, str]]:
    """(1-based number, text without its LF or CRLF) of each line of a UTF-8 file, BOM dropped.

    Only LF ends a line. Raises CorpusError with line and column at the first byte that is no UTF-8,
    or NUL.
    """
    name = name_of(path)
    with opened(path) as stream:
        for number, raw in enumerate(stream, start=1):
            if number == 1:
                if raw.startswith(_WIDE_BOMS):
                    hint = "save it as UTF-8"
                    raise CorpusError("UTF-16, not UTF-8", path=name, line=1, column=1, hint=hint)
                raw = raw.removeprefix(_BOM)
            raw = raw.removesuffix(b"\n").removesuffix(b"\r")
            if b"\0" in raw:
                column = len(raw[: raw.index(b"\0")].decode("utf-8", "replace")) + 1
                what, hint = "a NUL byte: this is no text", "name a text file, saved as UTF-8"
                raise CorpusError(what, path=name, line=number, column=column, hint=hint)
            try:
                yield number, raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise CorpusError(
                    f"not UTF-8 (byte 0x{raw[error.start]:02x})",
                    path=name,
                    line=number,
                    column=len(raw[: error.start].decode("utf-8")) + 1,
                    hint="save it as UTF-8",
                ) from error


def sha256_of(path: str | Path) -> str:
    """SHA-256 of the bytes of a file as they lie there (gzip included), in hex.

    Raises OSError.
    """
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
