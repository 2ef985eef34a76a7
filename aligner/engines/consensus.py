"""Which of several translations of one segment the others agree with most."""

from __future__ import annotations

from collections.abc import Sequence


def consensus(texts: Sequence[str]) -> list[float]:
    """Mean chrF2 (0–100) of each text against the others; of one alone 100.0.

    The text with the highest value is the minimum-Bayes-risk choice among samples of a model, which
    leaves inventions behind: they differ from sample to sample (Eikema and Aziz, "Is MAP Decoding All
    You Need?", COLING 2020; Freitag et al., TACL 2022).
    """
    from sacrebleu.metrics.chrf import CHRF

    if len(texts) < 2:
        return [100.0] * len(texts)
    chrf = CHRF()
    unlike = {
        (a, b): float(chrf.sentence_score(a, [b]).score)
        for a in set(texts)
        for b in set(texts)
        if a != b
    }
    return [
        sum(unlike.get((text, other), 100.0) for j, other in enumerate(texts) if j != i)
        / (len(texts) - 1)
        for i, text in enumerate(texts)
    ]
