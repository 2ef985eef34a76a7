"""A language model behind an OpenAI-compatible server on this machine: llama-server, Ollama, vLLM.

Only a loopback address is spoken to unless the user goes online; no redirect is followed, and no
proxy used for a loopback address.
"""

from __future__ import annotations

import ipaddress
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from email.message import Message
from typing import IO, Any

from aligner.engines.protocol import Request
from aligner.errors import EngineError, OfflineError, UsageError
from aligner.languages import Language
from aligner.model import Hypothesis

DEFAULT_URL = "http://127.0.0.1:8080/v1"
PROMPT_VERSION = 1
"""Raise when prompt or decoding change: it is part of the signature."""

_STYLE = {
    "ko": "written Korean of a South Korean news agency, plain -다 style",
    "ja": "written Japanese of a Japanese news agency, plain である/た style",
}
_BUSY = (429, 502, 503, 504)
_ATTEMPTS = 3
_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_FENCE = re.compile(r"^```\w*\n|\n?```$")
_LABEL = re.compile(r"^(?:translation|korean|japanese|번역|한국어|翻訳|訳|日本語)\s*[:：]\s*", re.I)
_WRAPPED = (("“", "”"), ('"', '"'), ("「", "」"), ("'", "'"), ("‘", "’"))


class OpenAICompatible:
    """An engine over a chat-completions server.

    ``url`` is its base address, ending in ``/v1``; ``model`` the name it knows the model by (the
    first it lists, when empty). ``parallel`` requests are in flight at once. Raises UsageError for
    an address that is none, OfflineError for one that is not on this machine, unless ``online``.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        model: str = "",
        *,
        online: bool = False,
        api_key: str | None = None,
        timeout_s: float = 300.0,
        parallel: int = 1,
        retry_pause_s: float = 1.0,
    ) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{url!r} is no server address", hint=f"write it as {DEFAULT_URL}")
        local = is_loopback(parts.hostname)
        if not local and not online:
            raise OfflineError(
                f"the server {parts.hostname} is not on this machine",
                hint="--online lets aligner send text to it",
            )
        self.name = "openai"
        self.batch_size = max(1, parallel)
        self._url = url.rstrip("/")
        self._model = model
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._retry_pause_s = retry_pause_s
        handlers: list[Any] = [_NoRedirect]
        if local:
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    @property
    def signature(self) -> str:
        """Asks the server which model it has, where none was named."""
        return f"openai:{self._named()}/p{PROMPT_VERSION}"

    def supports(self, source: Language, target: Language) -> bool:
        return source.code == "en" and target.code in _STYLE

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
        signature = self.signature
        hypotheses: dict[int, Hypothesis] = {}
        with ThreadPoolExecutor(max_workers=self.batch_size) as pool:
            waiting = {
                pool.submit(self._ask, request, target, strictness): index
                for index, request in enumerate(requests)
            }
            try:
                for future in as_completed(waiting):
                    index = waiting[future]
                    text, logprob = future.result()
                    hypotheses[index] = Hypothesis(text, signature, logprob)
                    if done is not None:
                        done(index, hypotheses[index])
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return [hypotheses[index] for index in range(len(requests))]

    def close(self) -> None:
        self._opener.close()

    def _named(self) -> str:
        if not self._model:
            listed = self._call("/models", None).get("data")
            names = [row.get("id") for row in listed or () if isinstance(row, dict)]
            if not names or not isinstance(names[0], str):
                raise EngineError(f"the server at {self._url} lists no model")
            self._model = names[0]
        return self._model

    def _ask(self, request: Request, target: Language, strictness: int) -> tuple[str, float | None]:
        tokens = 64 + 2 * len(request.source)
        body: dict[str, Any] = {
            "model": self._named(),
            "messages": messages(request, target, strictness),
            "temperature": 0,
            "seed": strictness,
            "max_tokens": tokens if strictness == 0 else max(64, tokens // 2),
            "logprobs": True,
            "stream": False,
        }
        if strictness:
            body["frequency_penalty"] = min(1.0, 0.3 * strictness)
        answer = self._call("/chat/completions", body)
        try:
            choice = answer["choices"][0]
            text = clean(str(choice["message"]["content"] or ""), request.source)
        except (KeyError, IndexError, TypeError) as error:
            raise EngineError(
                f"the server at {self._url} answered in another form than chat completions"
            ) from error
        if not text:
            raise EngineError(f"the server at {self._url} answered with nothing")
        return text, _mean_logprob(choice)

    def _call(self, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "aligner"}
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        request = urllib.request.Request(self._url + path, data=data, headers=headers)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self._opener.open(request, timeout=self._timeout_s) as answer:
                    parsed = json.loads(answer.read())
                if not isinstance(parsed, dict):
                    raise ValueError("no JSON object")
                return parsed
            except urllib.error.HTTPError as error:
                if error.code not in _BUSY or attempt == _ATTEMPTS:
                    raise EngineError(
                        f"the server at {self._url} answered {error.code}: {_reason(error)}"
                    ) from error
            except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
                if isinstance(error, TimeoutError) or attempt == _ATTEMPTS:
                    raise EngineError(
                        f"no answer from {self._url} ({getattr(error, 'reason', error)})",
                        hint="start the server, or name its address: --model http://127.0.0.1:PORT/v1",
                    ) from error
            except ValueError as error:
                raise EngineError(f"the server at {self._url} sent no JSON ({error})") from error
            time.sleep(self._retry_pause_s * attempt)
        raise AssertionError("unreachable")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could lead off this machine: it is an answer like any other error."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        return None


def is_loopback(host: str) -> bool:
    """True for ``localhost``, 127.0.0.0/8 and ::1; no name is looked up."""
    if host.lower() in ("localhost", "localhost."):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def messages(request: Request, target: Language, strictness: int = 0) -> list[dict[str, str]]:
    """The conversation for one segment: its own terms, and its context marked as such."""
    rules = [
        f"You translate English diplomatic news into {target.name}.",
        f"Use {_STYLE[target.code]}.",
        "Translate everything, add nothing, and keep names, numbers, dates and weekdays exact.",
        f"Answer with the {target.name} translation on one line and nothing else.",
    ]
    if request.kind == "headline":
        rules.append("The text is a headline: keep it short, without a full stop.")
    if strictness:
        rules.append(f"Write {target.name} only; do not repeat yourself; leave no English words.")
    parts = []
    if request.context:
        parts.append(f"Context, not to be translated: {request.context}")
    if request.terms:
        listed = "\n".join(f"{surface} = {rendering}" for surface, rendering in request.terms)
        parts.append(f"Use exactly these renderings:\n{listed}")
    parts.append(f"Translate: {request.source}" if parts else request.source)
    return [
        {"role": "system", "content": " ".join(rules)},
        {"role": "user", "content": "\n\n".join(parts)},
    ]


def clean(answer: str, source: str) -> str:
    """The translation on one line, without thoughts, code fences, labels and added quotes."""
    text = _FENCE.sub("", _THINKING.sub("", answer).strip()).strip()
    text = " ".join(_LABEL.sub("", text).split())
    for opening, closing in _WRAPPED:
        inner = text[1:-1]
        if (
            len(text) > 2
            and text.startswith(opening)
            and text.endswith(closing)
            and opening not in inner
            and closing not in inner
            and source[:1] not in ("“", '"', "'", "‘")
        ):
            return inner.strip()
    return text


def _mean_logprob(choice: dict[str, Any]) -> float | None:
    tokens = (choice.get("logprobs") or {}).get("content") or ()
    values = [row["logprob"] for row in tokens if isinstance(row, dict) and "logprob" in row]
    return min(0.0, round(sum(values) / len(values), 4)) if values else None


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        fields = json.loads(error.read(4096))
        message = fields["error"]["message"]
    except (ValueError, KeyError, TypeError, OSError):
        return str(error.reason)
    return str(message)[:200]
