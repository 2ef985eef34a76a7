"""A model archive is unpacked only into its own folder, within limits, or not at all.

Guards against path traversal, links, duplicate names and decompression bombs; sizes are counted
while writing, because the sizes an archive declares may lie.
"""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path, PurePosixPath

from aligner.errors import ModelError

MAX_BYTES = 16 * 10**9
MAX_FILES = 2000
MAX_RATIO = 100
"""Unpacked over packed bytes; weights hardly shrink, so an honest package stays below 20."""
_RATIO_FREE = 10**6
"""Bytes that may be unpacked before the ratio counts: small text files shrink well."""
_BLOCK = 1 << 20
_UNUSED = ("stanza", "minisbd", "spacy")
"""Sentence splitters that Argos packages carry; aligner segments by itself."""


def unpack(archive: Path, folder: Path, *, max_bytes: int = MAX_BYTES) -> list[str]:
    """Unpacks a zip into ``folder`` without its common root folder; the paths written, sorted.

    Raises ModelError when it is no zip, is damaged, or breaks a guard.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            members = [member for member in file.infolist() if not member.is_dir()]
            paths = _checked(members, archive)
            root = _common_root(paths)
            packed = max(1, sum(member.compress_size for member in members))
            limit = min(max_bytes, max(_RATIO_FREE, MAX_RATIO * packed))
            written: list[str] = []
            total = 0
            for member, path in zip(members, paths, strict=True):
                relative = path.relative_to(root)
                if relative.parts[0] in _UNUSED:
                    continue
                target = folder.joinpath(*relative.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with file.open(member) as source, target.open("xb") as sink:
                    while block := source.read(_BLOCK):
                        total += len(block)
                        if total > limit:
                            raise _refused(archive, f"it unpacks to more than {limit} bytes")
                        sink.write(block)
                written.append(relative.as_posix())
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(
            f"this is no whole zip archive ({error})", path=archive, hint="download it again"
        ) from error
    except FileExistsError as error:
        raise _refused(archive, f"two members share one name ({error.filename})") from error
    return sorted(written)


def _checked(members: list[zipfile.ZipInfo], archive: Path) -> list[PurePosixPath]:
    if not members or len(members) > MAX_FILES:
        raise _refused(archive, f"it holds {len(members)} files")
    paths = []
    for member in members:
        name = member.filename
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
            raise _refused(archive, f"the member {name!r} points outside it")
        mode = member.external_attr >> 16
        if mode and not (stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0):
            raise _refused(archive, f"the member {name!r} is no plain file")
        paths.append(path)
    return paths


def _common_root(paths: list[PurePosixPath]) -> PurePosixPath:
    """The one folder all members live in, or the archive's top."""
    tops = {path.parts[0] for path in paths}
    nested = all(len(path.parts) > 1 for path in paths)
    return PurePosixPath(tops.pop()) if len(tops) == 1 and nested else PurePosixPath()


def _refused(archive: Path, reason: str) -> ModelError:
    return ModelError(
        f"this archive is refused: {reason}", path=archive, hint="get it from a source you trust"
    )
