"""A small model is loaded once a thread; the run-time is played by a double, or is the real one."""

from __future__ import annotations

import struct
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from aligner import engines, models, termbase, translation
from aligner.engines import Request
from aligner.engines.llamacpp import LlamaCpp
from aligner.errors import EngineError
from aligner.languages import ENGLISH, KOREAN
from aligner.memory import Memory
from aligner.model import Article, Document, Segment


class Server:
    """Answers after a while with the source in brackets; knows when two ask at once."""

    def __init__(self) -> None:
        self.busy, self.asked = False, 0

    def handle_completions(self, settings: dict[str, Any]) -> dict[str, Any]:
        assert not self.busy
        self.busy, self.asked = True, self.asked + 1
        time.sleep(0.02)
        self.busy = False
        text = settings["prompt"].split("\n")[0].removeprefix("English: ")
        if text == "fail":
            return {"error": "no"}
        return {"choices": [{"text": f" [{text}]"}] * settings.get("n", 1)}


def model(path: Path) -> Path:
    """The head of a GGUF file that asks for the prompt of our own models."""
    key, name = b"aligner.prompt", b"aligner-1"
    head = struct.pack("<Q", len(key)) + key + struct.pack("<IQ", 8, len(name)) + name
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + head)
    return path


def engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> tuple[LlamaCpp, list[Server]]:
    made = LlamaCpp(model(tmp_path / "m.gguf"), name="m", sha256="0" * 64, threads=threads)
    servers: list[Server] = []

    def loaded(self: LlamaCpp) -> Server:
        servers.append(Server())
        self._made.append(None)  # type: ignore[arg-type]
        return servers[-1]

    monkeypatch.setattr(LlamaCpp, "_loaded", loaded)
    return made, servers


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_each_thread_has_a_copy_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    made, servers = engine(tmp_path, monkeypatch, threads)
    sources = [f"The talks began {number}." for number in range(12)]
    segments = [Segment(f"a#{n}", text, 0, len(text), 0, n) for n, text in enumerate(sources)]
    document = Document(Article("a", "", ()), tuple(segments))
    nothing, here, saved = termbase.TermBase(()), threading.get_ident(), []

    class Watched(Memory):
        def put(self, *arguments: Any, **options: Any) -> None:
            assert threading.get_ident() == here
            saved.append(arguments)
            super().put(*arguments, **options)

    with Watched(None) as memory:
        units = {
            index: unit
            for index, unit, _ in translation.translate(
                translation.plan([document], [KOREAN], nothing),
                engine=made,
                terms=nothing,
                memory=memory,
                fault=lambda source, target, language: None,
            )
        }
    assert [units[n].target for n in range(12)] == [f"[{text}]" for text in sources]
    assert len(servers) == threads and len(saved) == 12
    # A number is wrong in no answer, so nothing is drawn or asked twice.
    assert sum(server.asked for server in servers) == 12


def test_what_fails_in_a_copy_fails_the_walk_and_frees_the_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, servers = engine(tmp_path, monkeypatch, 2)
    with pytest.raises(EngineError, match="no answer"):
        made.translate([Request("a"), Request("fail"), Request("b")], ENGLISH, KOREAN)
    again = made.translate([Request("a"), Request("b")], ENGLISH, KOREAN)
    assert [one.text for one in again] == ["[a]", "[b]"] and len(servers) == 1


def test_a_model_of_another_prompt_is_loaded_once(tmp_path: Path) -> None:
    path = tmp_path / "large.gguf"
    path.write_bytes(b"GGUF" + bytes(64))
    made = LlamaCpp(path, name="large", sha256="0" * 64, threads=4)
    assert made.parallel == 1


@pytest.mark.model
def test_equal_requests_give_equal_output_however_many_copies() -> None:
    if models.installed(models.default_name()) is None:
        pytest.skip("the default model is not installed")
    requests = [
        Request("The two ministers met in Seoul on Tuesday."),
        Request("North Korea fired a ballistic missile into the East Sea."),
        Request("The summit will be held in June."),
    ]
    texts = []
    for threads in (1, 2):
        made = engines.create("llamacpp", ENGLISH, [KOREAN], threads=threads)
        free = made.translate(requests, ENGLISH, KOREAN)
        drawn = made.sample(requests[0], ENGLISH, KOREAN)  # type: ignore[attr-defined]
        texts.append([one.text for one in (*free, *drawn)])
        made.close()
    assert texts[0] == texts[1]
