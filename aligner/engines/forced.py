"""How likely a translation model finds a target that somebody else wrote: forced decoding.

P(target | source) of a translation model is a quality estimate that needs no training (Thompson and
Post, "Automatic Machine Translation Evaluation in Many Languages via Zero-Shot Paraphrasing", EMNLP
2020). A model finds its own output likelier than it deserves: never judge it by this.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aligner import models
from aligner.engines.llamacpp import runtime
from aligner.engines.prompts import TRAINED, prompt_of
from aligner.engines.protocol import Request
from aligner.errors import ModelError
from aligner.languages import Language

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

_CONTEXT = 2048


def default() -> Forced:
    """The default model as a judge. Raises ModelError where it is missing or no GGUF model of ours."""
    found = models.ready(models.default_name()) or models.locate(models.default_name())
    return Forced(found.path, name=found.name, sha256=found.sha256)


class Forced:
    """A GGUF model of ours as a judge. Raises ModelError where it is none.

    llama.cpp gives the hidden state at every token in one pass; the probabilities are computed here.
    """

    def __init__(
        self,
        model_path: Path,
        *,
        name: str,
        sha256: str,
        threads: int | None = None,
    ) -> None:
        if prompt_of(model_path) is not TRAINED:
            raise ModelError(
                "only a model trained to translate can judge a translation",
                path=model_path,
                hint="use aligner-270m",
            )
        self._path = model_path
        self._threads = threads or max(1, len(os.sched_getaffinity(0)))
        self.signature = f"{name}@{sha256[:8]}"
        self._server: Any = None
        self._embedding: Matrix | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def logprobs(self, source: str, text: str, target: Language) -> list[float]:
        """Log-probability (nats) of each token of ``text`` as the translation of ``source``.

        Empty where there is nothing to judge, or the pair is longer than the model's context.
        """
        import numpy as np

        self._load()
        asked = TRAINED.whole(Request(" ".join(source.split())), target)
        answer = " ".join(text.split())
        ask = self._tokens(asked, special=True)
        said = self._tokens(f"{TRAINED.lead}{answer}", special=False) if answer else []
        if not said or len(ask) + len(said) > _CONTEXT:
            return []
        states = self._post("/embedding", {"content": ask + said, "embd_normalize": -1})
        hidden = np.asarray(states[0]["embedding"], np.float32)[len(ask) - 1 : -1]
        assert self._embedding is not None
        odds = hidden @ self._embedding.T
        odds -= odds.max(axis=1, keepdims=True)
        chosen = odds[np.arange(len(said)), said]
        return [float(p) for p in chosen - np.log(np.exp(odds).sum(axis=1))]

    def likelihood(self, source: str, text: str, target: Language) -> float | None:
        """Mean log-probability a token, in nats; None where ``logprobs`` has nothing to say."""
        values = self.logprobs(source, text, target)
        # Rounded, so that the last bits of a matrix product cannot show.
        return round(sum(values) / len(values), 4) if values else None

    def close(self) -> None:
        self._server = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _tokens(self, text: str, *, special: bool) -> list[int]:
        answer = self._post("/tokenize", {"content": text, "add_special": special})
        return [int(token) for token in answer["tokens"]]

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        assert self._folder is not None
        connection = _Local(str(Path(self._folder.name) / "llama.sock"))
        try:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if isinstance(answer, dict) and "error" in answer:
            raise ModelError(f"llama.cpp gave no answer: {str(answer['error'])[:200]}")
        return answer

    def _load(self) -> None:
        if self._server is not None:
            return
        from aligner.models.gguf import embedding

        xllamacpp = runtime()
        self._embedding = embedding(self._path)
        self._folder = tempfile.TemporaryDirectory(prefix="aligner-")
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(self._path)
        parameters.hostnames = [str(Path(self._folder.name) / "llama.sock")]
        parameters.n_parallel = 1
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = _CONTEXT
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = self._threads
        parameters.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
        parameters.warmup = False
        parameters.verbosity = -1
        parameters.embedding = True
        parameters.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_NONE
        try:
            self._server = xllamacpp.Server(parameters)
        except RuntimeError as error:
            raise ModelError(f"llama.cpp cannot load it: {error}", path=self._path) from error


class _Local(http.client.HTTPConnection):
    """HTTP over the run-time's socket file: nothing leaves the machine."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost")
        self._socket_path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self._socket_path)
