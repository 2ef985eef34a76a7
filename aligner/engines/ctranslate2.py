"""CTranslate2 models: each segment is encoded, decoded by beam search and put back in its place.

Requests are sorted by length and decoded in batches of like length, so that little is computed
for padding; the answers come back in the order of the requests. How a model wants its languages
named is read from its vocabulary (bilingual, NLLB, M2M-100 or MADLAD-400).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from aligner.engines.protocol import Request
from aligner.errors import EngineError, ModelError
from aligner.languages import LANGUAGES, Language, language
from aligner.model import Hypothesis

REVISION = 1
"""Raise when decoding changes: it is part of the signature."""

_MAX_BATCH = 32
"""Sentences decoded together; every thread has batches of its own."""
_CHUNK = 64
"""Requests per call: after each call the finished ones are reported."""
_TERM_BEAM = 8
_BLOCK = 1 << 20
_INSTALL = "pip install 'aligner[ctranslate2]'"
_NLLB = {"en": "eng_Latn", "ko": "kor_Hang", "ja": "jpn_Jpan"}


@dataclass(frozen=True, slots=True)
class Decoding:
    """Settings of one beam search; ``max_ratio`` bounds the output in target per source tokens."""

    beam_size: int
    length_penalty: float
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    max_ratio: float = 0.0
    """0 = CTranslate2's own limit of 256 tokens, widened for long sources."""

    def at(self, strictness: int) -> Decoding:
        """Tighter settings after a degenerate output: no loops, a bound on length, a wider beam."""
        if strictness == 0:
            return self
        return Decoding(
            self.beam_size + strictness,
            self.length_penalty + 0.4,
            1.0 + 0.15 * strictness,
            max(2, 5 - strictness),
            max(1.6, 3.0 - 0.5 * strictness),
        )

    def max_tokens(self, source_tokens: int) -> int:
        """The longest output allowed for that many source tokens."""
        if self.max_ratio:
            return 12 + int(self.max_ratio * source_tokens)
        return max(256, 3 * source_tokens)


class CTranslate2Engine:
    """An engine over one folder: ``model.bin``, its vocabulary, and its SentencePiece model.

    The folder may be an Argos package's (``model/`` inside). ``direction`` is the (source, target)
    of a bilingual model; without it ``metadata.json`` or the folder's name (``en-ko``) tells.
    The model is loaded at the first use. Raises ModelError when the folder is no model or the
    run-time is missing.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str | None = None,
        direction: tuple[Language, Language] | None = None,
        target_prefix: str = "",
        sha256: str | None = None,
        threads: int | None = None,
        beam_size: int = 4,
        length_penalty: float = 0.2,
        batch_size: int = _CHUNK,
    ) -> None:
        self.name = "ctranslate2"
        self.batch_size = batch_size
        self._model_folder = _weights(folder)
        self._model_name = name or folder.name
        self._sha256 = sha256
        self._threads = threads or _cores()
        self._decoding = Decoding(beam_size, length_penalty)
        self._prefix = target_prefix
        self._pieces = _tokenizers(folder)
        self._vocabulary = _vocabulary(self._model_folder)
        self._direction = direction or direction_of(folder)
        self._translator: Any = None

    @cached_property
    def _dialect(self) -> str:
        """How languages are named in the tokens."""
        for dialect, token in (("nllb", "kor_Hang"), ("m2m", "__ko__"), ("madlad", "<2ko>")):
            if token in self._vocabulary:
                return dialect
        return "bilingual"

    @cached_property
    def _digest(self) -> str:
        if self._sha256:
            return self._sha256
        digest = hashlib.sha256()
        with (self._model_folder / "model.bin").open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()

    @property
    def signature(self) -> str:
        settings = f"b{self._decoding.beam_size}lp{self._decoding.length_penalty:g}r{REVISION}"
        return f"ctranslate2:{self._model_name}@{self._digest[:8]}/{settings}"

    def supports(self, source: Language, target: Language) -> bool:
        if self._dialect == "bilingual":
            return self._direction == (source, target)
        return source != target and source.code in LANGUAGES and target.code in LANGUAGES

    def translate(
        self,
        requests: Sequence[Request],
        source: Language,
        target: Language,
        *,
        strictness: int = 0,
        done: Callable[[int, Hypothesis], None] | None = None,
    ) -> list[Hypothesis]:
        ranked = self._decode(requests, source, target, strictness, count=1)
        hypotheses: list[Hypothesis | None] = [None] * len(requests)
        for places, answers in ranked:
            # Only what lacks a term is decoded again: a glossary without effect changes nothing.
            lacking = [
                place
                for place, answer in zip(places, answers, strict=True)
                if _terms_met(answer[0], requests[place]) < len(requests[place].terms)
            ]
            found = dict(zip(places, (answer[0] for answer in answers), strict=True))
            if lacking:
                again = [requests[place] for place in lacking]
                for inner, lists in self._decode(again, source, target, strictness, _TERM_BEAM):
                    for place, candidates in zip(inner, lists, strict=True):
                        chosen = lacking[place]
                        found[chosen] = _best(found[chosen], candidates, requests[chosen])
            for place, hypothesis in found.items():
                hypotheses[place] = hypothesis
                if done is not None:
                    done(place, hypothesis)
        return [hypothesis for hypothesis in hypotheses if hypothesis is not None]

    def alternatives(
        self, request: Request, source: Language, target: Language, *, count: int = 4
    ) -> list[Hypothesis]:
        """The ``count`` best hypotheses of one request, best first, each different."""
        [(_, [answer])] = self._decode([request], source, target, 0, count)
        return list({hypothesis.text: hypothesis for hypothesis in answer}.values())

    def close(self) -> None:
        self._translator = None

    def _decode(
        self,
        requests: Sequence[Request],
        source: Language,
        target: Language,
        strictness: int,
        count: int,
    ) -> Any:
        """Yields (places of the requests, their hypotheses best first) chunk by chunk."""
        if not self.supports(source, target):
            raise EngineError(f"the model {self._model_name} does not translate {source}-{target}")
        encoder, decoder = self._pieces
        encoded = [
            self._tagged(encoder.encode(request.source), source, target) for request in requests
        ]
        prefix = self._target_prefix(target)
        order = sorted(range(len(requests)), key=lambda place: (len(encoded[place]), place))
        decoding = self._decoding.at(strictness)
        signature = self.signature
        for start in range(0, len(order), _CHUNK):
            places = order[start : start + _CHUNK]
            longest = max(len(encoded[place]) for place in places)
            results = self._run(
                [encoded[place] for place in places],
                [prefix] * len(places) if prefix else None,
                decoding,
                decoding.max_tokens(longest),
                count,
            )
            answers = []
            for place, result in zip(places, results, strict=True):
                answer = []
                for tokens, score in zip(result.hypotheses, result.scores, strict=True):
                    tokens = tokens[len(prefix) :] if tokens[: len(prefix)] == prefix else tokens
                    text = target.normalise(decoder.decode(tokens))
                    # The score is the sum over the tokens divided by their number to the penalty.
                    length = len(tokens) + 1
                    mean = min(0.0, score * length**decoding.length_penalty / length)
                    if text:
                        answer.append(Hypothesis(text, signature, round(mean, 4)))
                answers.append(answer or [_nothing(requests[place], signature)])
            yield places, answers

    def _run(
        self,
        tokens: list[list[str]],
        prefixes: list[list[str]] | None,
        decoding: Decoding,
        max_tokens: int,
        count: int,
    ) -> Any:
        try:
            return self._loaded().translate_batch(
                tokens,
                target_prefix=prefixes,
                max_batch_size=max(1, min(_MAX_BATCH, -(-len(tokens) // self._threads))),
                beam_size=max(decoding.beam_size, count),
                num_hypotheses=count,
                length_penalty=decoding.length_penalty,
                repetition_penalty=decoding.repetition_penalty,
                no_repeat_ngram_size=decoding.no_repeat_ngram_size,
                max_input_length=0,
                max_decoding_length=max_tokens,
                replace_unknowns=True,
                return_scores=True,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"CTranslate2 gave up on {self._model_name}: {error}") from error

    def _loaded(self) -> Any:
        if self._translator is None:
            try:
                import ctranslate2
            except ImportError as error:
                raise ModelError("CTranslate2 is not installed", hint=_INSTALL) from error
            try:
                # A thread per batch: threads within one would wait for each other at every layer.
                self._translator = ctranslate2.Translator(
                    str(self._model_folder),
                    device="cpu",
                    inter_threads=self._threads,
                    intra_threads=1,
                )
            except (RuntimeError, ValueError) as error:
                raise ModelError(
                    f"CTranslate2 cannot load it: {error}", path=self._model_folder
                ) from error
        return self._translator

    def _tagged(self, pieces: list[str], source: Language, target: Language) -> list[str]:
        match self._dialect:
            case "nllb":
                return [_NLLB[source.code], *pieces, "</s>"]
            case "m2m":
                return [f"__{source.code}__", *pieces, "</s>"]
            case "madlad":
                return [f"<2{target.code}>", *pieces, "</s>"]
        return [*pieces, "</s>"] if self._wants_end else pieces

    def _target_prefix(self, target: Language) -> list[str]:
        match self._dialect:
            case "nllb":
                return [_NLLB[target.code]]
            case "m2m":
                return [f"__{target.code}__"]
        return [self._prefix] if self._prefix else []

    @cached_property
    def _wants_end(self) -> bool:
        """Marian models need the end token, unless the converted model adds it by itself."""
        fields = _json(self._model_folder / "config.json")
        marian = (self._model_folder / "source.spm").is_file()
        return marian and not (isinstance(fields, dict) and fields.get("add_source_eos"))


class _SentencePiece:
    def __init__(self, path: Path) -> None:
        try:
            import sentencepiece
        except ImportError as error:
            raise ModelError("SentencePiece is not installed", hint=_INSTALL) from error
        try:
            self._processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        except (OSError, RuntimeError) as error:
            raise ModelError(f"SentencePiece cannot load it ({error})", path=path) from error

    def encode(self, text: str) -> list[str]:
        return list(self._processor.encode(text, out_type=str))

    def decode(self, tokens: list[str]) -> str:
        return str(self._processor.decode_pieces(tokens)).replace("▁", " ")


class _SubwordNMT:
    """Moses tokens cut by byte-pair encoding, as the older Argos packages are trained."""

    def __init__(self, path: Path, source: str, target: str) -> None:
        try:
            from argostranslate.tokenizer import BPETokenizer
        except ImportError as error:
            raise ModelError(
                "this Argos package needs the Argos tokenizer",
                path=path,
                hint="pip install --no-deps argos-translate-lt, and sacremoses",
            ) from error
        self._tokenizer = BPETokenizer(path, source, target)

    def encode(self, text: str) -> list[str]:
        return list(self._tokenizer.encode(text))

    def decode(self, tokens: list[str]) -> str:
        return str(self._tokenizer.decode(tokens))


def _tokenizers(folder: Path) -> tuple[Any, Any]:
    """(encoder of the source, decoder of the target): one and the same, but for Marian's pair."""
    places = (folder, folder / "model")
    for place in places:
        source, target = place / "source.spm", place / "target.spm"
        if source.is_file() and target.is_file():
            return _SentencePiece(source), _SentencePiece(target)
        for name in ("sentencepiece.model", "sentencepiece.bpe.model", "spiece.model", "spm.model"):
            if (place / name).is_file():
                shared = _SentencePiece(place / name)
                return shared, shared
        if (place / "bpe.model").is_file():
            codes = direction_of(folder)
            if codes is not None:
                bpe = _SubwordNMT(place / "bpe.model", codes[0].code, codes[1].code)
                return bpe, bpe
    raise ModelError(
        "there is no tokenizer beside the model",
        path=folder,
        hint="put its SentencePiece model there as sentencepiece.model",
    )


def _weights(folder: Path) -> Path:
    for place in (folder, folder / "model"):
        if (place / "model.bin").is_file():
            return place
    raise ModelError(
        "this folder holds no CTranslate2 model (model.bin)",
        path=folder,
        hint="name the folder that a CTranslate2 converter wrote",
    )


def _vocabulary(folder: Path) -> frozenset[str]:
    for stem in ("shared_vocabulary", "target_vocabulary"):
        tokens = _json(folder / f"{stem}.json")
        if isinstance(tokens, list):
            return frozenset(map(str, tokens))
        try:
            return frozenset((folder / f"{stem}.txt").read_text(encoding="utf-8").splitlines())
        except (OSError, UnicodeDecodeError):
            continue
    return frozenset()


def direction_of(folder: Path) -> tuple[Language, Language] | None:
    """(source, target) by a package's metadata or the folder's name; None when neither tells."""
    fields = _json(folder / "metadata.json")
    if isinstance(fields, dict) and {fields.get("from_code"), fields.get("to_code")} <= set(
        LANGUAGES
    ):
        return language(fields["from_code"]), language(fields["to_code"])
    codes = re.search(r"(?<![a-z])(en|ko|ja)[-_](en|ko|ja)(?![a-z])", folder.name.lower())
    return (language(codes[1]), language(codes[2])) if codes else None


def _json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _terms_met(hypothesis: Hypothesis, request: Request) -> int:
    return sum(rendering in hypothesis.text for _, rendering in request.terms)


def _best(first: Hypothesis, others: Sequence[Hypothesis], request: Request) -> Hypothesis:
    """The first hypothesis with the most terms; the plain best one unless another has more."""
    candidates = [first, *others]
    best = max(candidates, key=lambda hypothesis: _terms_met(hypothesis, request))
    if best is first:
        return first
    return Hypothesis(best.text, best.engine, best.logprob, (*best.repairs, "rerank:terms"))


def _nothing(request: Request, signature: str) -> Hypothesis:
    """The source itself, marked: a copy is the one empty answer that no check can overlook."""
    return Hypothesis(request.source, signature, None, ("empty:source-kept",))


def _cores() -> int:
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
