"""From measures to one number: a logistic model whose every term can be read aloud."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from aligner.scoring.surface import Lengths

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

# Each measure: the part it belongs to and what to say when it pulls the score down.
MEASURES: Mapping[str, tuple[str, str]] = {
    "unlike": ("adequacy", "the meaning is far from the source"),
    "very_unlike": ("adequacy", "the meaning is far from the source"),
    "omitted": ("adequacy", "a clause of the source has no counterpart"),
    "omitted_mean": ("adequacy", "clauses of the source have no counterpart"),
    "added": ("adequacy", "a clause of the target has no counterpart"),
    "added_mean": ("adequacy", "clauses of the target have no counterpart"),
    "untold": ("adequacy", "words of the source have no counterpart"),
    "untold_run": ("completeness", "a run of source words has no counterpart"),
    "unfounded": ("adequacy", "words of the target have no counterpart"),
    "unfounded_run": ("completeness", "a run of target words has no counterpart"),
    "replaced": ("adequacy", "a word seems to stand for another"),
    "negation_lost": ("adequacy", "a negation seems lost"),
    "negation_added": ("adequacy", "a negation that the source does not have"),
    "judged": ("adequacy", "it resembles translations that people judged badly wrong"),
    "short": ("completeness", "shorter than expected"),
    "very_short": ("completeness", "much shorter than expected"),
    "long": ("completeness", "longer than expected"),
    "very_long": ("completeness", "much longer than expected"),
    "number_changed": ("adequacy", "a number or date is changed"),
    "number_missing": ("completeness", "a number or date of the source is missing"),
    "number_extra": ("completeness", "a number or date that the source does not have"),
    "sentences_lost": ("completeness", "fewer sentences than the source"),
    "sentences_added": ("completeness", "more sentences than the source"),
    "unended": ("completeness", "it may break off in mid-sentence"),
    "end_open": ("completeness", "it breaks off in mid-sentence"),
    "end_lost": ("form", "the closing mark is lost"),
    "question": ("form", "question and statement differ"),
    "quotes": ("form", "quotation marks differ"),
    "brackets": ("form", "a bracket or quotation is not closed"),
    "brackets_lost": ("form", "a bracketed remark is lost"),
    "markup": ("form", "it holds mark-up or talk that is no translation"),
    "copied": ("fluency", "words are copied from the source"),
    "latin": ("fluency", "much Latin script"),
    "latin_names": ("fluency", "names are left in Latin script"),
    "latin_kept": ("fluency", "English words are left untranslated"),
    "latin_new": ("fluency", "Latin words that the source does not have"),
    "foreign": ("fluency", "characters of another language"),
    "loop": ("fluency", "a run is repeated"),
    "repeated": ("fluency", "a phrase stands twice in a row"),
    "monotony": ("fluency", "the same words again and again"),
}
PARTS = ("adequacy", "completeness", "fluency", "form")


@dataclass(frozen=True, slots=True)
class Head:
    """A logistic model: logit = bias − Σ weight × min(measure, ceiling).

    ``base`` is the logit of an ordinary good translation, and ``usual`` the mean of each measure
    over good translations: parts and reasons are told relative to them.
    """

    bias: float
    base: float
    weights: Mapping[str, float]
    usual: Mapping[str, float]
    ceiling: Mapping[str, float]
    slope: float
    offset: float

    def value(self, logit: float) -> float:
        """The score (0–1) of a logit: 5 % of good translations score below the accept threshold."""
        return sigmoid(self.slope * logit + self.offset)

    def losses(self, measures: Mapping[str, float]) -> dict[str, float]:
        """What each measure takes off the logit, relative to an ordinary good translation."""
        return {
            name: weight * (min(measures[name], self.ceiling[name]) - self.usual[name])
            for name, weight in self.weights.items()
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """A second opinion learned from human labels: how much a pair resembles those judged badly wrong.

    Linear in the measures and in the sentence vectors u (source) and v (target): their components,
    their products and their absolute differences. ``share`` is its weight in the logit.
    """

    share: float
    usual: float
    weights: Mapping[str, float]
    source: Vector
    target: Vector
    product: Vector
    difference: Vector

    def excess(self, measures: Mapping[str, float], u: Vector, v: Vector) -> float:
        """How much worse (−4 to 4, in logits) than an ordinary good translation the pair looks."""
        bad = sum(weight * measures[name] for name, weight in self.weights.items())
        bad += float(self.source @ u + self.target @ v)
        bad += float(self.product @ (u * v) + self.difference @ abs(u - v))
        return max(-4.0, min(4.0, bad - self.usual))


@dataclass(frozen=True, slots=True)
class Model:
    """The shipped weights of one target language; ``surface`` is for use without an encoder."""

    language: str
    version: str
    lengths: Lengths
    full: Head
    surface: Head
    judged: Judged | None
    digest: str


def sigmoid(logit: float) -> float:
    """The logistic function, safe for any finite input."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def _head(raw: Mapping[str, object]) -> Head:
    terms = raw["measures"]
    assert isinstance(terms, dict)
    return Head(
        bias=float(str(raw["bias"])),
        base=float(str(raw["base"])),
        weights={name: float(term["weight"]) for name, term in terms.items()},
        usual={name: float(term["usual"]) for name, term in terms.items()},
        ceiling={name: float(term["ceiling"]) for name, term in terms.items()},
        slope=float(str(raw["slope"])),
        offset=float(str(raw["offset"])),
    )


def _judged(raw: Mapping[str, Any] | None) -> Judged | None:
    if raw is None:
        return None
    import numpy as np

    source, target, product, difference = (
        np.array(raw[name], np.float32) for name in ("source", "target", "product", "difference")
    )
    return Judged(raw["share"], raw["usual"], raw["measures"], source, target, product, difference)


@lru_cache(maxsize=4)
def load(code: str) -> Model:
    """The weights shipped for the target language ``code`` (ko, ja). Raises KeyError for another."""
    from hashlib import sha256

    place = resources.files("aligner.scoring") / "weights" / f"{code}.json"
    if not place.is_file():
        raise KeyError(code)
    text = place.read_text(encoding="utf-8")
    raw = json.loads(text)
    return Model(
        language=raw["language"],
        version=raw["version"],
        lengths=Lengths(raw["lengths"]["ratio"], raw["lengths"]["variance"]),
        full=_head(raw["full"]),
        surface=_head(raw["surface"]),
        judged=_judged(raw.get("judged")),
        digest=sha256(text.encode()).hexdigest()[:8],
    )
