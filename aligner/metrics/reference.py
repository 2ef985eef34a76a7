"""chrF2, BLEU and TER of sacreBLEU, each with its signature, and the paired bootstrap.

Post (2018), "A call for clarity in reporting BLEU scores"; Koehn (2004), "Statistical significance
tests for machine translation evaluation".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aligner.errors import ModelError, UsageError
from aligner.languages import Language

NAMES = ("chrF2", "BLEU", "TER")
_TOKENIZERS = {"ja": "ja-mecab", "ko": "ko-mecab", "en": "13a"}


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure on sacreBLEU's scale (0–100; TER is an error rate and may pass 100).

    ``low``–``high`` is the 95 % bootstrap interval, None where none was asked for.
    """

    name: str
    value: float
    signature: str
    higher_is_better: bool
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A system against a baseline by one metric; ``p`` is that of the paired bootstrap."""

    name: str
    baseline: Metric
    system: Metric
    p: float

    @property
    def better(self) -> bool:
        """True where the system beats the baseline and p < 0.05."""
        gain = self.system.value - self.baseline.value
        return self.p < 0.05 and (gain > 0) == self.system.higher_is_better and gain != 0


def evaluate(
    hypotheses: Sequence[str],
    references: Sequence[str],
    language: Language,
    *,
    names: Sequence[str] = NAMES,
    samples: int = 0,
) -> list[Metric]:
    """Corpus scores of ``hypotheses`` against one reference each, in the order of ``names``.

    ``samples`` > 1 adds a bootstrap interval over segments of that many draws. Raises UsageError
    for unequal or empty inputs and unknown metrics, ModelError where a tokenizer is not installed.
    """
    _check(hypotheses, references)
    found = []
    for name in names:
        metric = _metric(name, language)
        texts = list(hypotheses), [list(references)]
        low = high = None
        try:
            result = metric.corpus_score(*texts, n_bootstrap=samples or 1)
            drawn = samples > 1
        except TypeError:
            # sacreBLEU cannot average draws of which some hold no n-gram: too few for bounds.
            result, drawn = _metric(name, language).corpus_score(*texts), False
        if drawn:
            low, high = float(result._mean - result._ci), float(result._mean + result._ci)
        found.append(
            Metric(
                name,
                float(result.score),
                f"{name}|{metric.get_signature()}",
                name != "TER",
                low,
                high,
            )
        )
    return found


def compare(
    baseline: Sequence[str],
    system: Sequence[str],
    references: Sequence[str],
    language: Language,
    *,
    names: Sequence[str] = ("chrF2", "BLEU"),
    samples: int = 1000,
) -> list[Comparison]:
    """Is ``system`` really better than ``baseline``? sacreBLEU's paired bootstrap, seed 12345.

    Raises as ``evaluate`` does.
    """
    _check(baseline, references)
    _check(system, references)
    from sacrebleu.significance import PairedTest

    test = PairedTest(
        [("baseline", list(baseline)), ("system", list(system))],
        {name: _metric(name, language) for name in names},
        [list(references)],
        test_type="bs",
        n_samples=samples,
    )
    signatures, scores = test()
    found = []
    for name in names:
        key = next(k for k in signatures if _matches(k, name))
        first: Any = scores[key][0]
        second: Any = scores[key][1]
        # Equal outputs leave the bootstrap nothing to draw from, and it would report p = 1/(n+1).
        p = 1.0 if list(baseline) == list(system) else float(second.p_value)
        signature = f"{name}|{signatures[key]}"
        found.append(
            Comparison(
                name,
                _result(name, first, signature),
                _result(name, second, signature),
                p,
            )
        )
    return found


def _matches(key: str, name: str) -> bool:
    return key.lower().startswith(name.lower().rstrip("2"))


def _result(name: str, result: Any, signature: str) -> Metric:
    low, high = result.mean - result.ci, result.mean + result.ci
    return Metric(name, float(result.score), signature, name != "TER", float(low), float(high))


def _check(hypotheses: Sequence[str], references: Sequence[str]) -> None:
    if len(hypotheses) != len(references):
        raise UsageError(
            f"{len(hypotheses)} translations for {len(references)} references",
            hint="give one reference per translation, in the same order",
        )
    if not hypotheses:
        raise UsageError("no translations to evaluate")


def _metric(name: str, language: Language) -> Any:
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.metrics.ter import TER

    if name == "chrF2":
        return CHRF(char_order=6, word_order=0, beta=2)
    if name == "TER":
        east_asian = language.code != "en"
        return TER(normalized=east_asian, asian_support=east_asian)
    if name != "BLEU":
        raise UsageError(f"unknown metric {name!r}", hint=f"use one of: {', '.join(NAMES)}")
    try:
        return BLEU(tokenize=_TOKENIZERS[language.code])
    except (ImportError, RuntimeError) as error:
        raise ModelError(
            f"BLEU for {language.name} needs its tokenizer: {error}",
            hint="pip install 'sacrebleu[ja,ko]'",
        ) from error
