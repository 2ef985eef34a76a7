"""Decoding with a language model in GGUF form, through llama.cpp.

The model is asked in the way its file wants (see ``prompts``); a fixed beginning is computed once.
What it may write is bound by a grammar: the characters of the target language, and of Latin words
only those that the source itself holds.

Decoding is greedy with one sequence at a time: equal requests give equal bytes, whatever was
translated before (batched decoding is not reproducible in floating point). A small model keeps the
processor busy by being loaded once a thread, each copy with a segment of its own: threads that share
one segment wait for one another most of the time.
"""

from __future__ import annotations

import hashlib
import math
import os
import queue
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aligner.engines.prompts import LANGUAGES, PROMPT_VERSION, TRAINED, grammar, prompt_of
from aligner.engines.protocol import Request
from aligner.errors import EngineError, ModelError
from aligner.languages import Language
from aligner.model import Hypothesis

_SEED = 20260101
_MOST_COPIES = 8
_UNSURE = math.log(0.4)
"""A token less likely than this is one that the model was not sure of."""
_SMALL = 400_000_000
"""Bytes of a model file that may be loaded more than once."""


class LlamaCpp:
    """An engine over one GGUF file, and LoRA ``adapters`` for it, in GGUF form as well.

    ``samples`` further translations of a segment are drawn (None: what suits the kind of model);
    ``threads`` are for all copies of the model together. Raises ModelError when a file or the run-time
    is unusable.
    """

    def __init__(
        self,
        model_path: Path,
        *,
        name: str,
        sha256: str,
        threads: int | None = None,
        adapters: Sequence[Path] = (),
        samples: int | None = None,
    ) -> None:
        self.name = "llamacpp"
        self._model_name = name
        self._sha256 = sha256
        self._path = model_path
        self._adapters = tuple(adapters)
        self._adapted = "".join(f"+{path.stem}@{_adapter_digest(path)}" for path in self._adapters)
        self._prompt = prompt_of(model_path)
        self._samples = self._prompt.samples if samples is None else samples
        threads = threads or max(1, len(os.sched_getaffinity(0)))
        small = self._prompt is TRAINED and model_path.stat().st_size <= _SMALL
        self.batch_size = 1
        self.parallel = min(threads, _MOST_COPIES) if small else 1
        self._threads = threads // self.parallel
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._made: list[tempfile.TemporaryDirectory[str]] = []
        self._making = threading.Lock()
        self._ready = ""

    @property
    def signature(self) -> str:
        drawn = f"/n{self._samples}" if self._samples else ""
        model = f"{self._model_name}@{self._sha256[:8]}{self._adapted}"
        return f"llamacpp:{model}/p{PROMPT_VERSION}{drawn}"

    def supports(self, source: Language, target: Language) -> bool:
        return source.code == "en" and target.code in LANGUAGES

    def translate(
        self,
        requests: Sequence[Request],
        source: Language,
        target: Language,
        *,
        strictness: int = 0,
        done: Callable[[int, Hypothesis], None] | None = None,
    ) -> list[Hypothesis]:
        if not self.supports(source, target):
            raise EngineError(f"the model is not prompted for {source}-{target}")
        hypotheses = []
        for index, request in enumerate(requests):
            hypothesis = self._decode(request, target, strictness)
            hypotheses.append(hypothesis)
            if done is not None:
                done(index, hypothesis)
        return hypotheses

    def sample(
        self, request: Request, source: Language, target: Language, *, strictness: int = 0
    ) -> list[Hypothesis]:
        """As many further translations as the model is worth, drawn in one batch."""
        if not self._samples:
            return []
        # All start together from one prompt, so that what stands in a batch depends on nothing else.
        drawing = {
            "n": self._samples,
            "seed": _SEED + strictness,
            "temperature": 0.5 + 0.3 * strictness,
            "top_p": 0.95,
            "min_p": 0.05,
        }
        with self._copy() as server:
            return self._answers(server, self._settings(request, target) | drawing)

    def close(self) -> None:
        self._idle = queue.SimpleQueue()
        self._ready = ""
        for folder in self._made:
            folder.cleanup()
        self._made = []

    def _decode(self, request: Request, target: Language, strictness: int) -> Hypothesis:
        settings = self._settings(request, target)
        if strictness:
            # Repetition penalties reach back into the prompt and damage the very terms that are to be
            # copied (완전한비핵화 for 완전한 비핵화): only a second try, after a loop, pays that price.
            settings |= {
                "seed": _SEED + strictness,
                "dry_multiplier": 0.4 * strictness,
                "dry_base": 1.75,
                "dry_allowed_length": 5,
                "dry_penalty_last_n": 128,
                "dry_sequence_breakers": list(self._prompt.stop),
                "temperature": 0.2 * strictness,
                "top_p": 0.9,
                "min_p": 0.1,
            }
        with self._copy() as server:
            self._rewind(server, target)
            return self._answers(server, settings)[0]

    def _settings(self, request: Request, target: Language) -> dict[str, Any]:
        return {
            "prompt": self._prompt.whole(request, target),
            "n_predict": _budget(request.source),
            "grammar": grammar(request, target, self._prompt.lead),
            "cache_prompt": bool(self._prompt.preamble(target)),
            "n_probs": 1,
            "stop": list(self._prompt.stop),
            "seed": _SEED,
            "temperature": 0.0,
        }

    def _answers(self, server: Any, settings: Mapping[str, Any]) -> list[Hypothesis]:
        answer = server.handle_completions(dict(settings))
        if not isinstance(answer, dict) or not answer.get("choices"):
            raise EngineError(f"llama.cpp gave no answer: {str(answer)[:200]}")
        return [_hypothesis(choice, self.signature) for choice in answer["choices"]]

    def _rewind(self, server: Any, target: Language) -> None:
        """Leave exactly the preamble in the model's cache.

        The run-time reuses the longest prefix shared with the request before; how long that is
        would change how the rest is split into batches, and with it the last bits of every
        probability. From one and the same state, equal requests give equal output.
        """
        preamble = self._prompt.preamble(target)
        if not preamble:
            return
        fresh = self._ready != target.code
        for _ in range(2 if fresh else 1):
            server.handle_completions(
                {"prompt": preamble, "n_predict": 1, "cache_prompt": True, "temperature": 0.0}
            )
        self._ready = target.code

    @contextmanager
    def _copy(self) -> Iterator[Any]:
        """A loaded copy of the model that nobody else uses meanwhile."""
        with self._making:
            if self._idle.empty() and len(self._made) < self.parallel:
                self._idle.put(self._loaded())
        server = self._idle.get()
        try:
            yield server
        finally:
            self._idle.put(server)

    def _loaded(self) -> Any:
        xllamacpp = runtime()
        if not self._path.is_file():
            raise ModelError("no such model file", path=self._path, hint="aligner models install")
        folder = tempfile.TemporaryDirectory(prefix="aligner-")
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(self._path)
        # The run-time always offers its HTTP interface: a socket file of ours, never a network port.
        parameters.hostnames = [str(Path(folder.name) / "llama.sock")]
        parameters.n_parallel = max(1, self._samples)
        parameters.cache_ram_mib = 0  # one sequence, one prefix: a second cache would only grow
        parameters.n_ctx_checkpoints = 0
        # Read, not mapped: llama.cpp repacks the weights, and a mapped file would count twice.
        parameters.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
        parameters.n_ctx = 2560 * parameters.n_parallel
        parameters.n_batch = parameters.n_ubatch = 512
        parameters.cpuparams.n_threads = self._threads
        parameters.cpuparams_batch.n_threads = self._threads
        parameters.warmup = False
        parameters.verbosity = -1
        parameters.lora_adapters = [_lora(path) for path in self._adapters]
        try:
            server = xllamacpp.Server(parameters)
        except RuntimeError as error:
            folder.cleanup()
            raise ModelError(
                f"llama.cpp cannot load it: {error}",
                path=self._path,
                hint="it is damaged or of another kind: get the file again, or aligner models verify",
            ) from error
        self._made.append(folder)
        return server


def runtime() -> Any:
    """The llama.cpp binding. Raises ModelError when it is not installed."""
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelError(
            "llama.cpp is not installed", hint="pip install 'aligner[llamacpp]'"
        ) from error
    return xllamacpp


def _lora(path: Path) -> Any:
    """An adapter as the run-time wants to be told of it, at full strength."""
    adapter = runtime().CommonAdapterLoraInfo()
    adapter.path, adapter.scale = str(path), 1.0
    return adapter


def _adapter_digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise ModelError("this adapter is no GGUF file", path=path)
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest()[:8]
    except OSError as error:
        raise ModelError(f"the adapter cannot be read ({error.strerror})", path=path) from error


def _budget(source: str) -> int:
    """Most tokens an honest translation needs: about 1.1 per source character, and a floor."""
    return min(512, 24 + int(len(source) * 0.9))


def _hypothesis(choice: Mapping[str, Any], signature: str) -> Hypothesis:
    text = " ".join(choice["text"].split())
    tokens = (choice.get("logprobs") or {}).get("content") or ()
    values = [token["logprob"] for token in tokens if token.get("logprob") is not None]
    values = [value for value in values if math.isfinite(value)]
    if not values:
        return Hypothesis(text, signature)
    unsure = sum(value < _UNSURE for value in values)
    mean, share = (round(total / len(values), 4) for total in (sum(values), unsure))
    return Hypothesis(text, signature, mean, unsure=share)
