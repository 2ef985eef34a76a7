"""One contract for all engines, then what is each engine's own.

The contract: one non-empty line per request, in order, the same for equal requests, every one
reported to ``done``; pairs that are not served are refused.
"""

from __future__ import annotations

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from aligner import engines, models
from aligner.engines import Engine, Request
from aligner.engines.argos import Argos, installed_packages, package_folders, read_package
from aligner.engines.ctranslate2 import CTranslate2Engine, Decoding
from aligner.engines.openai import OpenAICompatible, clean, is_loopback, messages
from aligner.engines.scripted import Scripted, from_settings, pseudo
from aligner.errors import EngineError, InputError, ModelError, OfflineError, UsageError
from aligner.languages import ENGLISH, JAPANESE, KOREAN, Language
from aligner.model import Hypothesis

TINY = Path(__file__).parent / "data" / "tiny-en_ko.argosmodel"
ROOT = Path(__file__).parents[1]

SOURCES = [
    "Japan lodges protest over survey ship near disputed islets",
    "The two ministers met in London on Wednesday.",
    "No.",
    "“We are not asking for a miracle, only for a date,” said a European diplomat.",
    "The Foreign Ministry in Seoul declined to comment on the report, which it called premature.",
    "The two ministers met in London on Wednesday.",
]
REQUESTS = [Request(source) for source in SOURCES]


# ---- a server like llama-server's ---------------------------------------------------------------


class Server(http.server.BaseHTTPRequestHandler):
    """Answers chat completions with ``reply``; keeps what it was asked."""

    asked: list[dict[str, Any]] = []  # noqa: RUF012
    statuses: list[int] = []  # noqa: RUF012
    reply: Callable[[dict[str, Any]], Any] = staticmethod(lambda body: "")

    def do_GET(self) -> None:
        self._send(200, {"data": [{"id": "toy-model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = Server.statuses.pop(0) if Server.statuses else 200
        if status != 200:
            self._send(status, {"error": {"message": "busy with something"}})
            return
        Server.asked.append(body)
        self._send(200, Server.reply(body))

    def _send(self, status: int, answer: Any) -> None:
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Location", "http://192.0.2.1/elsewhere")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        return None


def answer(text: str, logprobs: list[float] | None = None) -> dict[str, Any]:
    choice: dict[str, Any] = {"message": {"content": text}}
    if logprobs is not None:
        choice["logprobs"] = {"content": [{"logprob": value} for value in logprobs]}
    return {"choices": [choice]}


def played(body: dict[str, Any]) -> dict[str, Any]:
    """A pseudo-translation, in the language the system message asks for."""
    target = KOREAN if "into Korean" in body["messages"][0]["content"] else JAPANESE
    source = body["messages"][1]["content"].rpartition("Translate: ")[2]
    return answer(pseudo(Request(source), target), [-0.1, -0.3])


@pytest.fixture
def server() -> Iterator[str]:
    Server.asked.clear()
    Server.statuses.clear()
    Server.reply = staticmethod(played)
    found = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=found.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{found.server_port}/v1"
    found.shutdown()
    found.server_close()


# ---- the contract -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    with zipfile.ZipFile(TINY) as archive:
        archive.extractall(folder)
    return folder / "tiny-en_ko"


@pytest.fixture(
    params=[
        "scripted",
        "argos",
        "ctranslate2",
        "openai",
        pytest.param("llamacpp", marks=pytest.mark.model),
    ]
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    match request.param:
        case "scripted":
            made: Engine = Scripted()
        case "argos":
            made = Argos([TINY], threads=1)
        case "ctranslate2":
            made = CTranslate2Engine(request.getfixturevalue("tiny_folder"), threads=1)
        case "openai":
            made = OpenAICompatible(request.getfixturevalue("server"), parallel=2)
        case _:
            if models.installed(models.default_name()) is None:
                pytest.skip("the default model is not installed")
            made = engines.create("llamacpp", ENGLISH, [KOREAN])
    yield made
    made.close()


def test_contract(engine: Engine) -> None:
    """The whole contract in one walk, because some engines take long to load."""
    assert engine.name and engine.batch_size >= 1
    assert engine.signature.startswith(f"{engine.name}:") and "\t" not in engine.signature
    assert engine.supports(ENGLISH, KOREAN) and not engine.supports(KOREAN, KOREAN)
    requests = REQUESTS[1:3] + REQUESTS[5:] if engine.batch_size == 1 else REQUESTS
    twins = (requests.index(REQUESTS[1]), len(requests) - 1)
    seen: dict[int, Hypothesis] = {}
    hypotheses = engine.translate(requests, ENGLISH, KOREAN, done=seen.__setitem__)
    assert len(hypotheses) == len(requests)
    assert [seen[index] for index in range(len(requests))] == hypotheses
    for hypothesis in hypotheses:
        assert hypothesis.text == KOREAN.normalise(hypothesis.text) != ""
        assert hypothesis.engine == engine.signature
        assert hypothesis.logprob is None or hypothesis.logprob <= 0
    assert hypotheses[twins[0]] == hypotheses[twins[1]]
    # Order and company change nothing.
    backwards = engine.translate(requests[::-1], ENGLISH, KOREAN)
    assert [h.text for h in backwards[::-1]] == [h.text for h in hypotheses]
    [alone] = engine.translate(requests[:1], ENGLISH, KOREAN)
    assert alone.text == hypotheses[0].text
    for strictness in (1, 3):
        first = engine.translate(requests[:2], ENGLISH, KOREAN, strictness=strictness)
        again = engine.translate(requests[:2], ENGLISH, KOREAN, strictness=strictness)
        assert first == again and all(h.text.strip() for h in first)
    assert engine.translate([], ENGLISH, KOREAN) == []
    with pytest.raises(EngineError):
        engine.translate(requests[:1], KOREAN, KOREAN)


# ---- scripted -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "kept"),
    [
        ("They met on May 5, 2021.", KOREAN, ["2021년 5월 5일"]),
        ("They met on May 5, 2021.", JAPANESE, ["2021年5月5日"]),
        ("They met on Wednesday at 5:30 p.m.", KOREAN, ["수요일", "오후 5시 30분"]),
        ("Exports fell 12.5 percent to $3.2 billion.", KOREAN, ["12.5%", "32억달러"]),
        ("Exports fell 12.5 percent to $3.2 billion.", JAPANESE, ["12.5%", "32億ドル"]),
        ("About 320,000 of 1.5 million voted.", KOREAN, ["320,000", "150만"]),
        ("“Why?” he said.", JAPANESE, ["「", "」"]),
    ],
)
def test_the_double_keeps_what_can_be_verified(
    source: str, target: Language, kept: list[str]
) -> None:
    text = pseudo(Request(source), target)
    assert [value for value in kept if value not in text] == []
    assert target.script_share(text) == 1.0 and text.endswith(target.stop)


def test_the_double_obeys_terms_and_style() -> None:
    terms = (("Moon", "문"), ("Moon Jae-in", "문재인"))
    text = pseudo(Request("Moon Jae-in met Moon, not Moonlight.", terms), KOREAN)
    assert text.count("문재인") == 1 and text.count("문") == 2
    assert not pseudo(Request("Talks resume", kind="headline"), KOREAN).endswith(".")
    assert pseudo(Request("!!!"), JAPANESE)


def test_the_double_can_be_told_what_to_say_and_when_to_fail() -> None:
    table = {"One.": "하나.", "ja\tOne.": "一つ。", "Two.": ["둘 둘 둘", "둘."]}
    double = Scripted(table, fail_on=lambda request: request.source == "Bad.")

    def said(source: str, target: Language = KOREAN, strictness: int = 0) -> str:
        return double.translate([Request(source)], ENGLISH, target, strictness=strictness)[0].text

    assert (said("One."), said("One.", JAPANESE)) == ("하나.", "一つ。")
    assert [said("Two.", strictness=level) for level in (0, 1, 5)] == ["둘 둘 둘", "둘.", "둘."]
    assert double.calls == 5
    with pytest.raises(EngineError):
        said("Bad.")
    done: list[int] = []
    stops = Scripted(fail_after=2)
    with pytest.raises(EngineError, match="after 2"):
        stops.translate(REQUESTS, ENGLISH, KOREAN, done=lambda index, _: done.append(index))
    assert done == [0, 1]


def test_the_double_is_set_by_text(tmp_path: Path) -> None:
    table = tmp_path / "table.tsv"
    table.write_text("One.\t하나.\nja\tOne.\t一つ。\n", encoding="utf-8")
    double = from_settings(f"delay_s=0,fail_after=1,table={table}")
    assert double.translate([Request("One.")], ENGLISH, JAPANESE)[0].text == "一つ。"
    assert double.signature != Scripted().signature
    for wrong in ("speed=3", "delay_s=slow"):
        with pytest.raises(UsageError, match="no setting"):
            from_settings(wrong)
    table.write_text("no tab\n")
    with pytest.raises(InputError, match=r"table\.tsv:1"):
        from_settings(f"table={table}")


# ---- CTranslate2 and Argos ----------------------------------------------------------------------


@pytest.fixture(scope="session")
def ct2(tiny_folder: Path) -> CTranslate2Engine:
    return CTranslate2Engine(tiny_folder, name="tiny", threads=1)


def test_a_trained_model_says_what_it_was_trained_on(ct2: CTranslate2Engine) -> None:
    """Sentences of its training set: wrong tokens, order or weights would show at once."""
    rows = (Path(__file__).parent / "data" / "tiny-en_ko.tsv").read_text("utf-8").splitlines()
    pairs = [row.split("\t") for row in rows]
    hypotheses = ct2.translate([Request(en) for en, _ in pairs], ENGLISH, KOREAN)
    assert [h.text for h in hypotheses] == [ko for _, ko in pairs]
    assert all(h.logprob is not None and h.logprob > -1 and not h.repairs for h in hypotheses)


def test_batches_of_all_lengths_come_back_in_order(ct2: CTranslate2Engine) -> None:
    rows = (Path(__file__).parent / "data" / "tiny-en_ko.tsv").read_text("utf-8").splitlines()
    requests = [Request(row.split("\t")[0]) for row in rows] * 20
    expected = [row.split("\t")[1] for row in rows] * 20
    seen: list[int] = []
    found = ct2.translate(requests, ENGLISH, KOREAN, done=lambda index, _: seen.append(index))
    assert [h.text for h in found] == expected
    assert sorted(seen) == list(range(len(requests))) != seen


def test_a_lacking_term_is_sought_in_the_n_best_and_a_met_one_changes_nothing(
    ct2: CTranslate2Engine,
) -> None:
    source = (Path(__file__).parent / "data" / "tiny-en_ko.tsv").read_text("utf-8").split("\t")[0]
    [plain] = ct2.translate([Request(source)], ENGLISH, KOREAN)
    met = plain.text.split()[0]
    [same] = ct2.translate([Request(source, ((source.split()[0], met),))], ENGLISH, KOREAN)
    assert same == plain
    others = ct2.alternatives(Request(source), ENGLISH, KOREAN, count=8)
    assert others[0].text == plain.text and len({h.text for h in others}) == len(others) > 1
    words = {word for h in others[1:] for word in h.text.split()} - set(plain.text.split())
    wanted = min(word for word in words if word not in plain.text)
    [found] = ct2.translate([Request(source, (("x", wanted),))], ENGLISH, KOREAN)
    assert wanted in found.text and found.repairs == ("rerank:terms",)
    [absent] = ct2.translate([Request(source, (("x", "없는말"),))], ENGLISH, KOREAN)
    assert absent == plain


def test_stricter_decoding_is_tighter() -> None:
    normal = Decoding(4, 0.2)
    assert normal.at(0) is normal
    levels = [normal.at(strictness) for strictness in (1, 2, 3)]
    assert [level.max_tokens(20) for level in levels] == sorted(
        (level.max_tokens(20) for level in levels), reverse=True
    )
    assert normal.max_tokens(20) > levels[0].max_tokens(20) and normal.max_tokens(400) == 1200
    assert [level.no_repeat_ngram_size for level in levels] == [4, 3, 2]
    assert all(level.repetition_penalty > 1 for level in levels)


def test_long_input_is_not_cut(ct2: CTranslate2Engine) -> None:
    words = " ".join(["minister"] * 300)
    [hypothesis] = ct2.translate([Request(words)], ENGLISH, KOREAN, strictness=1)
    assert hypothesis.text


def test_folders_that_are_no_models_are_refused(tmp_path: Path, tiny_folder: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.bin"):
        CTranslate2Engine(tmp_path)
    bare = shutil.copytree(tiny_folder / "model", tmp_path / "bare")
    with pytest.raises(ModelError, match="no tokenizer"):
        CTranslate2Engine(bare)
    shutil.copy(tiny_folder / "sentencepiece.model", bare)
    nameless = CTranslate2Engine(bare)
    assert not nameless.supports(ENGLISH, KOREAN)
    assert CTranslate2Engine(bare, direction=(ENGLISH, KOREAN)).supports(ENGLISH, KOREAN)
    (bare / "model.bin").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="cannot load"):
        CTranslate2Engine(bare, direction=(ENGLISH, KOREAN)).translate(
            REQUESTS[:1], ENGLISH, KOREAN
        )


@pytest.mark.parametrize(
    ("tokens", "encoded", "prefix"),
    [
        (["eng_Latn", "kor_Hang"], ["eng_Latn", "▁Hi", "</s>"], ["kor_Hang"]),
        (["__en__", "__ko__"], ["__en__", "▁Hi", "</s>"], ["__ko__"]),
        (["<2en>", "<2ko>"], ["<2ko>", "▁Hi", "</s>"], []),
        (["▁Hi"], ["▁Hi"], []),
    ],
)
def test_multilingual_models_are_told_their_languages(
    tokens: list[str], encoded: list[str], prefix: list[str], tmp_path: Path, tiny_folder: Path
) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    shutil.copy(tiny_folder / "model" / "model.bin", folder)
    shutil.copy(tiny_folder / "sentencepiece.model", folder)
    (folder / "shared_vocabulary.json").write_text(json.dumps(tokens))
    engine = CTranslate2Engine(folder, direction=(ENGLISH, KOREAN))
    assert engine._tagged(["▁Hi"], ENGLISH, KOREAN) == encoded
    assert engine._target_prefix(KOREAN) == prefix
    assert engine.supports(KOREAN, JAPANESE) == (tokens != ["▁Hi"])


def test_no_sentence_splitter_is_ever_imported() -> None:
    """minisbd is under the AGPL and stanza brings torch: our path to Argos models needs neither."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from aligner import engines\n"
        "from aligner.engines import Request\n"
        "from aligner.languages import ENGLISH, KOREAN\n"
        f"engine = engines.create('argos', ENGLISH, [KOREAN], model={str(TINY)!r})\n"
        "assert engine.translate([Request('Hello. World.')], ENGLISH, KOREAN)\n"
        "bad = {'minisbd', 'stanza', 'torch', 'spacy', 'argostranslate.translate'}\n"
        "assert 'ctranslate2' in sys.modules and not bad & set(sys.modules), sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


@pytest.fixture
def argos_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_folder: Path) -> Path:
    """A folder where Argos Translate would have the tiny package installed, beside a broken one."""
    home = tmp_path / "packages"
    shutil.copytree(tiny_folder, home / "translate-en_ko-1_0")
    (home / "broken").mkdir()
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(home))
    monkeypatch.setenv("ALIGNER_DATA_DIR", str(tmp_path / "data"))
    return home


def test_installed_argos_packages_are_found(argos_home: Path, tiny_folder: Path) -> None:
    newer = shutil.copytree(tiny_folder, argos_home / "a-newer-one")
    fields = json.loads((newer / "metadata.json").read_text())
    (newer / "metadata.json").write_text(json.dumps({**fields, "package_version": "1.10"}))
    assert [package.version for package in installed_packages()] == ["1.0", "1.10"]
    engine = engines.create("argos", ENGLISH, [KOREAN])
    assert "argos-en-ko-1.10@" in engine.signature
    engine.close()


def test_argos_folders_follow_its_own_settings(tmp_path: Path) -> None:
    settings = tmp_path / "argos-translate" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{"ARGOS_PACKAGES_DIR": "/from/settings"}')
    config = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert package_folders(config) == [Path("/from/settings")]
    assert package_folders({**config, "ARGOS_PACKAGES_DIR": "/env"}) == [Path("/env")]
    assert package_folders({"XDG_DATA_HOME": "/d", "XDG_CONFIG_HOME": "/none"}) == [
        Path("/d/argos-translate/packages")
    ]


def test_only_direct_pairs_unless_a_pivot_is_asked_for(tiny_folder: Path) -> None:
    package = read_package(tiny_folder)
    back = [package, type(package)(tiny_folder, "ja", "en", "1", "")]
    silent = Argos(back, threads=1)
    assert silent.supports(ENGLISH, KOREAN) and not silent.supports(JAPANESE, KOREAN)
    with pytest.raises(EngineError, match="no Argos package for ja-ko") as error:
        silent.translate([Request("はい。")], JAPANESE, KOREAN)
    assert error.value.hint == "aligner models install argos-ja-ko"
    asked = Argos(back, pivot=ENGLISH, threads=1)
    [hypothesis] = asked.translate([Request("No.")], JAPANESE, KOREAN)
    assert hypothesis.repairs[-1] == "pivot:en" and "pivot-en" in hypothesis.engine


def test_what_is_no_argos_package_is_refused(tmp_path: Path, tiny_folder: Path) -> None:
    with pytest.raises(ModelError, match=r"metadata\.json"):
        read_package(tmp_path)
    copy = shutil.copytree(tiny_folder, tmp_path / "copy")
    (copy / "metadata.json").write_text('{"type": "sbd", "from_code": "en", "to_code": "ko"}')
    with pytest.raises(ModelError, match="does not translate"):
        read_package(copy)
    with pytest.raises(ModelError, match="no such Argos package"):
        Argos([tmp_path / "absent.argosmodel"])


# ---- OpenAI-compatible servers ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost.example.org", False),
        ("192.168.0.2", False),
        ("0.0.0.0", False),
        ("example.org", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) is local


def test_another_machine_needs_online() -> None:
    with pytest.raises(OfflineError) as error:
        OpenAICompatible("https://api.example.org/v1")
    assert error.value.exit_code == 4 and error.value.hint and "--online" in error.value.hint
    assert (
        OpenAICompatible("https://api.example.org/v1", "m", online=True).signature == "openai:m/p1"
    )
    for wrong in ("ftp://127.0.0.1/v1", "127.0.0.1:8080", "file:///etc/passwd"):
        with pytest.raises(UsageError):
            OpenAICompatible(wrong, online=True)


def test_the_prompt_holds_the_terms_and_marks_the_context() -> None:
    terms = (("Seoul", "서울"),)
    plain = messages(Request("Seoul said no."), KOREAN)
    assert plain[1]["content"] == "Seoul said no."
    full = messages(Request("Seoul said no.", terms, "Talks end", "headline"), KOREAN)
    assert "Seoul = 서울" in full[1]["content"] and "headline" in full[0]["content"]
    assert full[1]["content"].endswith("Translate: Seoul said no.")
    assert messages(Request("x"), KOREAN, 1) != messages(Request("x"), KOREAN, 0)


@pytest.mark.parametrize(
    ("answer_text", "source", "expected"),
    [
        ("<think>hm\n“x”</think>\n\n안녕.", "Hello.", "안녕."),
        ("<think>never ends", "Hello.", ""),
        ("```\n안녕.\n```", "Hello.", "안녕."),
        ("번역: 안녕.", "Hello.", "안녕."),
        ("Translation: 안녕,\n여러분.", "Hello.", "안녕, 여러분."),
        ("“안녕.”", "Hello.", "안녕."),
        ("“안녕.”", "“Hello.”", "“안녕.”"),
        ("「はい」と「いいえ」", "Yes and no", "「はい」と「いいえ」"),
    ],
)
def test_answers_are_cleaned(answer_text: str, source: str, expected: str) -> None:
    assert clean(answer_text, source) == expected


def test_the_server_is_asked_deterministically(server: str) -> None:
    engine = OpenAICompatible(server)
    [hypothesis] = engine.translate([Request("Who?")], ENGLISH, JAPANESE)
    assert hypothesis.logprob == -0.2 and hypothesis.engine == "openai:toy-model/p1"
    engine.translate([Request("Who?")], ENGLISH, JAPANESE, strictness=2)
    first, second = Server.asked
    assert first["temperature"] == 0 and "frequency_penalty" not in first
    assert second["frequency_penalty"] == 0.6 and second["max_tokens"] < first["max_tokens"]


def test_a_busy_server_is_asked_again_and_a_broken_one_is_an_error(server: str) -> None:
    engine = OpenAICompatible(server, "m", retry_pause_s=0)
    Server.statuses[:] = [503, 429]
    assert engine.translate(REQUESTS[:1], ENGLISH, KOREAN)[0].text
    for statuses, complaint in (
        ([503] * 3, "503: busy with something"),
        ([400], "400: busy with something"),
        ([302], "302"),
    ):
        Server.statuses[:] = statuses
        with pytest.raises(EngineError, match=complaint):
            engine.translate(REQUESTS[:1], ENGLISH, KOREAN)
    for reply, complaint in (
        ({}, "another form"),
        ({"choices": []}, "another form"),
        (b"<html>", "no JSON"),
        ([1], "no JSON"),
        (answer("  "), "nothing"),
    ):
        Server.reply = staticmethod(lambda body, reply=reply: reply)
        with pytest.raises(EngineError, match=complaint):
            engine.translate(REQUESTS[:1], ENGLISH, KOREAN)


def test_no_server_is_an_error_with_a_hint() -> None:
    engine = OpenAICompatible("http://127.0.0.1:9/v1", "m", retry_pause_s=0)
    with pytest.raises(EngineError, match="no answer") as error:
        engine.translate(REQUESTS[:1], ENGLISH, KOREAN)
    assert error.value.hint and "start the server" in error.value.hint


# ---- the table, create, auto --------------------------------------------------------------------


def installed(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Puts a pretended GGUF model of that name into the store."""
    monkeypatch.setenv("ALIGNER_DATA_DIR", str(tmp_path / "data"))
    file = tmp_path / "some.gguf"
    file.write_bytes(b"GGUF" + name.encode())
    monkeypatch.setenv("ALIGNER_REGISTRY", str(tmp_path / "registry.toml"))
    (tmp_path / "registry.toml").write_text('default = "toy-default"\n')
    models.install(file, name=name, languages=("en", "ko", "ja"))


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ARGOS_PACKAGES_DIR", str(tmp_path / "none"))
    # Ours comes with aligner: only another default can be missing.
    monkeypatch.setenv("ALIGNER_REGISTRY", str(tmp_path / "registry.toml"))
    (tmp_path / "registry.toml").write_text('default = "qwen2.5-7b-instruct-q4_k_m"\n')


def test_the_table_names_all_engines() -> None:
    names = ["llamacpp", "argos", "ctranslate2", "openai", "scripted"]
    assert list(engines.known()) == [row["name"] for row in engines.table()] == names
    assert all(row["usable"] != bool(row["detail"]) for row in engines.table())


def test_auto_without_models_names_the_command(empty: None) -> None:
    with pytest.raises(ModelError, match="no translation model is installed for en-ko/en-ja") as e:
        engines.create("auto", ENGLISH, [KOREAN, JAPANESE])
    assert e.value.exit_code == 4
    assert e.value.hint == "aligner models install qwen2.5-7b-instruct-q4_k_m"


@pytest.mark.usefixtures("empty")
def test_auto_prefers_the_default_then_direct_packages_then_any_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_folder: Path
) -> None:
    installed("some-other", monkeypatch, tmp_path)
    choice = engines.choose_auto(ENGLISH, [KOREAN])
    assert (choice.engine, choice.model) == ("llamacpp", "some-other")
    models.install(TINY, name="tiny")
    choice = engines.choose_auto(ENGLISH, [KOREAN])
    assert choice.engine == "argos" and "argos-en-ko-1.0" in choice.reason
    # It has no Japanese: for both, the other model is what serves.
    assert engines.choose_auto(ENGLISH, [KOREAN, JAPANESE]).model == "some-other"
    engine = engines.create("auto", ENGLISH, [KOREAN], threads=1)
    assert engine.name == "argos" and engine.translate(REQUESTS[:1], ENGLISH, KOREAN)
    installed("toy-default", monkeypatch, tmp_path)
    choice = engines.choose_auto(ENGLISH, [KOREAN])
    assert choice.model == "toy-default"
    assert "default" in choice.reason and "en-ko" in choice.reason


@pytest.mark.usefixtures("empty")
def test_a_ctranslate2_model_in_the_store_serves_its_direction(
    tmp_path: Path, tiny_folder: Path
) -> None:
    folder = tmp_path / "mine-en-ko"
    shutil.copytree(tiny_folder / "model", folder)
    shutil.copy(tiny_folder / "sentencepiece.model", folder)
    models.install(folder)
    choice = engines.choose_auto(ENGLISH, [KOREAN])
    assert (choice.engine, choice.model) == ("ctranslate2", "mine-en-ko")
    for given in ("mine-en-ko", str(folder), None):
        engine = engines.create("ctranslate2", ENGLISH, [KOREAN], model=given, threads=1)
        assert engine.translate(REQUESTS[:1], ENGLISH, KOREAN)
        engine.close()
    for given in ("mine-en-ko", str(folder)):
        with pytest.raises(ModelError, match="no model for en-ja"):
            engines.create(f"ctranslate2:{given}", ENGLISH, [JAPANESE])
    nameless = folder.rename(tmp_path / "nameless")  # whose direction only the user knows
    assert engines.create(f"ctranslate2:{nameless}", ENGLISH, [JAPANESE], threads=1)
    with pytest.raises(UsageError, match="for the engine ctranslate2"):
        engines.create("argos:mine-en-ko", ENGLISH, [KOREAN])


@pytest.mark.usefixtures("empty")
def test_create_refuses_what_it_cannot_make(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="no engine is called 'babel'") as unknown:
        engines.create("babel", ENGLISH, [KOREAN])
    assert unknown.value.hint and "llamacpp" in unknown.value.hint
    with pytest.raises(UsageError, match="auto chooses"):
        engines.create("auto", ENGLISH, [KOREAN], model="x")
    with pytest.raises(ModelError) as missing:
        engines.create("argos", ENGLISH, [KOREAN, JAPANESE])
    assert missing.value.hint == "aligner models install argos-en-ko"
    with pytest.raises(OfflineError):
        engines.create("openai", ENGLISH, [KOREAN], model="http://example.org/v1#m")
    made = engines.create("openai:http://127.0.0.1:1/v1#m", ENGLISH, [KOREAN], threads=2)
    assert made.signature == "openai:m/p1"
    assert engines.create("openai", ENGLISH, [KOREAN], model="q").signature == "openai:q/p1"
    assert engines.create("scripted:fail_after=0", ENGLISH, [KOREAN], threads=None).name
    monkeypatch.setattr("aligner.engines.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="needs xllamacpp") as runtime:
        engines.create("llamacpp", ENGLISH, [KOREAN])
    assert runtime.value.hint == "pip install 'aligner[llamacpp]'"


@pytest.mark.usefixtures("empty")
def test_auto_says_which_run_time_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed("toy-default", monkeypatch, tmp_path)
    monkeypatch.setattr("aligner.engines.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="needs xllamacpp"):
        engines.choose_auto(ENGLISH, [KOREAN])


class _Plugin(Scripted):
    pass


def _factory(
    model: str, source: Language, targets: list[Language], *, online: bool, **options: Any
) -> Engine:
    return _Plugin({"One.": model})


def test_plugins_are_found_and_cannot_replace_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    group = "aligner.engines"
    points = [
        metadata.EntryPoint("mine", f"{__name__}:_factory", group),
        metadata.EntryPoint("broken", "no_such_module:x", group),
        metadata.EntryPoint("scripted", f"{__name__}:_factory", group),
    ]
    monkeypatch.setattr("aligner.engines.metadata.entry_points", lambda group: points)
    monkeypatch.setitem(sys.modules, __name__, sys.modules[_factory.__module__])
    table = engines.known()
    assert "mine" in table and not table["scripted"].plugin and table["mine"].plugin
    engine = engines.create("mine:하나.", ENGLISH, [KOREAN])
    assert engine.translate([Request("One.")], ENGLISH, KOREAN)[0].text == "하나."
    assert not isinstance(engines.create("scripted", ENGLISH, [KOREAN]), _Plugin)
    with pytest.raises(EngineError, match="cannot be loaded"):
        engines.create("broken", ENGLISH, [KOREAN])


def test_importing_engines_loads_no_run_time() -> None:
    program = (
        "import sys, aligner.engines as e; e.table()\n"
        "heavy = {'ctranslate2', 'sentencepiece', 'xllamacpp', 'numpy', 'argostranslate', 'pip'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, env={**os.environ})


@pytest.mark.usefixtures("empty")
def test_adapters_and_samples_are_for_llamacpp_and_checked_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="scripted has no samples"):
        engines.create("scripted", ENGLISH, [KOREAN], samples=2)
    gguf = tmp_path / "m.gguf"
    gguf.write_bytes(b"GGUF" + bytes(64))
    (tmp_path / "no.gguf").write_bytes(b"text")
    for adapter, complaint in (("no.gguf", "no GGUF"), ("gone.gguf", "cannot be read")):
        with pytest.raises(ModelError, match=complaint):
            engines.create(f"llamacpp:{gguf}", ENGLISH, [KOREAN], adapters=[tmp_path / adapter])
    shutil.copy(gguf, tmp_path / "a.gguf")
    engine = engines.create(
        f"llamacpp:{gguf}", ENGLISH, [KOREAN], adapters=[tmp_path / "a.gguf"], samples=3
    )
    assert "+a@" in engine.signature and engine.signature.endswith("/n3")
