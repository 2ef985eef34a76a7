"""After installation nothing reaches for the network: shown with sockets taken away.

Twice: Python's sockets are replaced by ones that refuse and tell, in a process of its own; and, where
the system lets us, the whole process lives in an empty network namespace in which every socket of
native code would show.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aligner import models

ROOT = Path(__file__).parents[1]
SEED = ROOT / "seeds" / "2021-05-05-trilateral-london.txt"

# Loaded by Python itself before anything of ours. What is caught and forgotten still stands in the file.
NO_SOCKETS = """
import os, socket

def refuse(what):
    handle = os.open(os.environ["SOCKETS_ASKED"], os.O_APPEND | os.O_CREAT | os.O_WRONLY)
    os.write(handle, f"{what}\\n".encode())
    os.close(handle)
    raise OSError(f"this process may open no socket: {what}")

class Refusing(socket.socket):
    def __init__(self, family=socket.AF_INET, *arguments, **options):
        if family in (-1, socket.AF_INET, socket.AF_INET6):
            refuse(f"socket {family}")
        super().__init__(family, *arguments, **options)

socket.socket = Refusing
for name in ("create_connection", "create_server", "getaddrinfo", "gethostbyname", "gethostbyaddr"):
    setattr(socket, name, lambda *arguments, _name=name, **options: refuse(f"{_name} {arguments}"))
"""

# Runs the command line while a thread looks for sockets in this network namespace.
WATCHED = """
import json, sys, threading
from pathlib import Path
seen, stop = set(), threading.Event()

def look():
    for name in ("tcp", "tcp6", "udp", "udp6"):
        table = Path("/proc/self/net") / name
        if table.exists():
            seen.update(f"{name} {line.split()[1]}" for line in table.read_text().splitlines()[1:])

def watch():
    while not stop.wait(0.02):
        look()

thread = threading.Thread(target=watch)
thread.start()
from aligner.cli.app import run
code = run(json.loads(sys.argv[1]))
look()
stop.set()
thread.join()
Path(sys.argv[2]).write_text(json.dumps(sorted(seen)))
sys.exit(code)
"""


def environment(folder: Path) -> dict[str, str]:
    """The user's own, with sockets refused; only the model store stays where it is."""
    (folder / "blocked").mkdir(exist_ok=True)
    (folder / "blocked" / "sitecustomize.py").write_text(NO_SOCKETS)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALIGNER")}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(folder / "blocked"), str(ROOT)]),
        "SOCKETS_ASKED": str(folder / "asked"),
        "SOURCE_DATE_EPOCH": "1620000000",
        "ALIGNER_MEMORY": str(folder / "memory.sqlite"),
        "ALIGNER_GLOSSARY": str(ROOT / "glossaries" / "diplomacy.tsv"),
        "ALIGNER_DATA_DIR": str(models.data_folder()),
    }


def aligner(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command line in a process without sockets; it must not even have asked for one."""
    done = subprocess.run(
        [sys.executable, "-m", "aligner", *map(str, arguments)],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    asked = folder / "asked"
    assert not asked.exists(), f"asked for a socket: {asked.read_text()}"
    return done


def can_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    done = subprocess.run(["unshare", *namespace(), "true"], capture_output=True, check=False)
    return done.returncode == 0


def namespace() -> list[str]:
    return ["--net"] if os.geteuid() == 0 else ["--net", "--user", "--map-root-user"]


def aligner_in_an_empty_network(folder: Path, *arguments: str | Path) -> None:
    """The same in a network namespace that has no interface and in which no socket may appear."""
    if not can_unshare():
        pytest.skip("this system gives us no network namespace")
    command = ["unshare", *namespace(), sys.executable, "-c", WATCHED]
    done = subprocess.run(
        [*command, json.dumps([str(one) for one in arguments]), str(folder / "sockets")],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not (folder / "asked").exists()
    assert json.loads((folder / "sockets").read_text()) == []


def test_the_blockade_holds(tmp_path: Path) -> None:
    """Else the tests below could not fail."""
    for attempt in (
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/', timeout=2)",
        "import socket; socket.socket()",
        "import http.client; http.client.HTTPConnection('127.0.0.1', 9).connect()",
    ):
        done = subprocess.run(
            [sys.executable, "-c", attempt],
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "may open no socket" in done.stderr
        assert (tmp_path / "asked").exists()
        (tmp_path / "asked").unlink()


def test_the_watch_sees_a_socket_of_any_code(tmp_path: Path) -> None:
    if not can_unshare():
        pytest.skip("this system gives us no network namespace")
    listening = WATCHED.replace(
        "from aligner.cli.app import run",
        "import _socket; own = _socket.socket(2, 1); own.bind(('', 0)); own.listen(); run = len",
    )
    command = ["unshare", *namespace(), sys.executable, "-c", listening, "[]", "seen"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert json.loads((tmp_path / "seen").read_text())


def test_the_main_job_needs_no_socket(tmp_path: Path) -> None:
    done = aligner(tmp_path, "translate", SEED, "--engine", "scripted", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_the_main_job_runs_in_an_empty_network(tmp_path: Path) -> None:
    arguments = ("translate", SEED, "--engine", "scripted", "--out", "out", "--offline")
    aligner_in_an_empty_network(tmp_path, *arguments)
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_no_reading_command_needs_a_socket(tmp_path: Path) -> None:
    page = (
        "<html><body><article><h1>Talks</h1><p>They met. It was long.</p></article></body></html>"
    )
    (tmp_path / "page.html").write_text(
        page.replace("<p>", '<link href="http://192.0.2.1/x.css"><img src="http://192.0.2.1/"><p>')
    )
    (tmp_path / "rows.tsv").write_text(
        "lang\tsource\ttarget\nko\tThey met.\t그들은 만났다.\n", "utf-8"
    )
    for arguments, code in (
        (("segment", "page.html", "--json"), 0),
        (("terms", SEED, "--json"), 0),
        (("check", "rows.tsv", "--json"), 0),
        (("score", "rows.tsv", "--json"), 0),
        (("models", "list"), 0),
        (("engines",), 0),
        (("--version",), 0),
    ):
        done = aligner(tmp_path, *arguments)
        assert done.returncode == code, (arguments, done.stderr)
    assert aligner(tmp_path, "doctor").returncode in (0, 4)


def test_what_would_need_the_network_is_refused_before_a_socket_is_asked_for(
    tmp_path: Path,
) -> None:
    far = ("--engine", "openai", "--model", "http://192.0.2.1:8080#some-model")
    done = aligner(tmp_path, "translate", SEED, *far, "--out", "out")
    assert done.returncode == 4
    assert "  try: " in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.model
def test_the_main_job_with_the_real_model_needs_no_socket(tmp_path: Path) -> None:
    if models.installed(models.default_name()) is None:
        pytest.skip("the default model is not installed (make model)")
    story = (
        "Ministers meet in London\n\nMay 5, 2021\n\nThe two ministers met in London on Wednesday.\n"
    )
    (tmp_path / "story.txt").write_text(story)
    arguments = ("translate", "story.txt", "--to", "ko", "--engine", "llamacpp", "--out")
    done = aligner(tmp_path, *arguments, "out")
    assert done.returncode == 0, done.stderr
    (tmp_path / "memory.sqlite").unlink()
    aligner_in_an_empty_network(tmp_path, *arguments, "again")
    for name in ("en-ko.tsv", "manifest.json"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
