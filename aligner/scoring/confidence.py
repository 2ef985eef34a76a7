"""What an engine's own doubts say of its translation, in the measure of an editor's rating.

A small translation model that is unsure of its words is wrong more often than not, and nothing else
that can be seen without a reference tells a fluent invention from a translation. The weights hold for
one engine only: they were fitted to its translations as language models rated them (0–100, as in Error Span
Annotation, Kocmi et al. 2024), see ``training/quality/confidence.py``.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from aligner.model import Hypothesis

_MOST = 3.0
"""The logit of a score beyond which it says nothing more."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """``engine`` begins the signature of the engine; ``weights`` are by language and measure."""

    engine: str
    digest: str
    weights: Mapping[str, Mapping[str, float]]

    def rating(
        self, hypothesis: Hypothesis, source: str, language: str, value: float
    ) -> float | None:
        """The rating (0–1) that an editor is expected to give; None for another engine's work.

        ``value`` is the score (0–1) of what can be seen in source and target alone.
        """
        weights = self.weights.get(language)
        if weights is None or not hypothesis.engine.startswith(f"{self.engine}/"):
            return None
        if hypothesis.logprob is None or hypothesis.unsure is None:
            return None
        seen = measures(value, hypothesis.logprob, hypothesis.unsure, source)
        found = weights["constant"] + sum(weights[name] * seen[name] for name in seen)
        return min(1.0, max(0.0, found))


def measures(value: float, logprob: float, unsure: float, source: str) -> dict[str, float]:
    """What a rating is estimated from: the logit of the score, the engine's certainty, the length."""
    length = math.log(max(1, len(source.split())))
    bound = 1 / (1 + math.exp(_MOST))
    value = min(1 - bound, max(bound, value))
    logit = math.log(value / (1 - value))
    return {"score": logit, "logprob": logprob, "unsure": unsure, "length": length}


@lru_cache(maxsize=1)
def load() -> Confidence:
    """The shipped weights."""
    data = (resources.files("aligner.scoring") / "weights" / "confidence.json").read_bytes()
    raw = json.loads(data)
    digest = hashlib.sha256(data).hexdigest()[:8]
    return Confidence(raw["engine"], digest, {code: raw[code]["weights"] for code in ("ko", "ja")})
