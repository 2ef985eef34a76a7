"""Learn the bilingual lexicon of aligner.scoring: IBM model 1 in both directions, pruned.

Brown et al. (1993), "The mathematics of statistical machine translation". The target is cut into words
by kiwipiepy (ko) or sudachipy (ja) here only; at run time renderings are looked up as plain strings.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random
from typing import Any

import numpy as np

from aligner.languages import script_of
from aligner.scoring import planted
from aligner.scoring.lexicon import last_letters, stems

Pairs = Sequence[tuple[str, str]]


@lru_cache(maxsize=2)
def cutter(code: str) -> Callable[[str], list[str]]:
    """Content words of a target text, as the strings that stand in it."""
    if code == "ko":
        from kiwipiepy import Kiwi

        kiwi = Kiwi(num_workers=1)
        keep = ("NN", "VV", "VA", "XR", "MAG", "NR", "MM", "SL", "SN", "VX")

        def korean(text: str) -> list[str]:
            found = []
            for token in kiwi.tokenize(text):
                if token.tag.startswith(keep):
                    surface = text[token.start : token.start + token.len]
                    if surface:
                        found.append(surface)
            return found

        return korean
    from sudachipy import Dictionary, SplitMode

    tokenizer = Dictionary(dict="core").create(mode=SplitMode.A)
    keep_ja = ("名詞", "動詞", "形容詞", "形状詞", "副詞", "接尾辞", "接頭辞", "代名詞", "連体詞")

    def japanese(text: str) -> list[str]:
        found = []
        for token in tokenizer.tokenize(text[:3000]):
            surface = token.surface()
            if token.part_of_speech()[0] in keep_ja and (
                len(surface) > 1 or script_of(surface) == "han"
            ):
                found.append(surface)
        return found

    return japanese


class Table:
    """t(f | e) over the word pairs that occur together, by expectation maximisation."""

    def __init__(self, pairs: list[tuple[list[str], list[str]]], rounds: int = 6) -> None:
        given: dict[str, int] = {"": 0}
        told: dict[str, int] = {}
        rows, left, right = [], [], []
        start = 0
        for source, target in pairs:
            sources = [given.setdefault(w, len(given)) for w in dict.fromkeys(source)] + [0]
            targets = [told.setdefault(w, len(told)) for w in dict.fromkeys(target)]
            for f in targets:
                for e in sources:
                    left.append(e)
                    right.append(f)
                    rows.append(start)
                start += 1
        e, f = np.array(left), np.array(right)
        row = np.array(rows)
        key = e.astype(np.int64) * len(told) + f
        unique, cell = np.unique(key, return_inverse=True)
        source_of = unique // len(told)
        p = np.ones(len(unique)) / 1.0
        for _ in range(rounds):
            weight = p[cell]
            weight /= np.bincount(row, weight, minlength=start)[row]
            count = np.bincount(cell, weight, minlength=len(unique))
            p = count / np.bincount(source_of, count, minlength=len(given))[source_of]
        self.count, self.p = count, p
        self.given, self.told = list(given), list(told)
        self.source_of, self.target_of = source_of, unique % len(told)

    def best(self, least_p: float, least_count: float) -> dict[str, list[str]]:
        found: dict[str, list[tuple[float, str]]] = defaultdict(list)
        keep = (self.p >= least_p) & (self.count >= least_count) & (self.source_of != 0)
        for i in np.nonzero(keep)[0]:
            found[self.given[self.source_of[i]]].append(
                (float(self.p[i]), self.told[self.target_of[i]])
            )
        return {w: [f for _, f in sorted(o, reverse=True)[:12]] for w, o in found.items()}


def learn(pairs: Pairs, code: str, *, least: int = 2) -> dict[str, dict[str, Any]]:
    """The lexicon in its JSON form. Rates are counted on the half that the renderings were not learned from."""
    cut = cutter(code)
    sides = [(stems(s), cut(t)) for s, t in pairs]
    order = list(range(len(pairs)))
    Random(3).shuffle(order)
    half = set(order[: len(order) // 2])
    folds = [
        ([i for i in order if i in half], [i for i in order if i not in half]),
        ([i for i in order if i not in half], [i for i in order if i in half]),
    ]
    forward_hits: Counter[str] = Counter()
    forward_seen: Counter[str] = Counter()
    backward_hits: Counter[str] = Counter()
    backward_seen: Counter[str] = Counter()
    for learn_on, count_on in folds:
        ahead, back = _tables([sides[i] for i in learn_on], least)
        for i in count_on:
            source, target = sides[i]
            for word in set(source):
                if word in ahead:
                    forward_seen[word] += 1
                    forward_hits[word] += any(o in pairs[i][1] for o in ahead[word])
            present = set(source)
            for unit in set(target):
                if unit in back:
                    backward_seen[unit] += 1
                    backward_hits[unit] += not present.isdisjoint(back[unit])
    ahead, back = _tables(sides, least)
    ends = endings(pairs, code)
    sample = [pairs[i] for i in order[:1500]]
    texts = [t for _, t in sample]
    bags = [set(stems(s)) for s, _ in sample]
    mean_ahead = sum(forward_hits.values()) / max(1, sum(forward_seen.values()))
    mean_back = sum(backward_hits.values()) / max(1, sum(backward_seen.values()))
    return {
        "forward": {
            w: _entry(
                o,
                forward_hits[w],
                forward_seen[w],
                mean_ahead,
                sum(any(x in t for x in o) for t in texts) / len(texts),
            )
            for w, o in sorted(ahead.items())
        },
        "backward": {
            u: _entry(
                o,
                backward_hits[u],
                backward_seen[u],
                mean_back,
                sum(not b.isdisjoint(o) for b in bags) / len(bags),
            )
            for u, o in sorted(back.items())
            if len(u) <= 6
        },
        "endings": ends,
    }


def endings(pairs: Pairs, code: str) -> dict[str, float]:
    """Log-odds of one or two letters at the end of a sentence against within one."""
    closing, within = Counter[str](), Counter[str]()
    for source, target in pairs:
        if source.rstrip().rstrip("\"'”’)").endswith((".", "!", "?")):
            end = last_letters(target)
            closing.update([end[-1:], end[-2:]])
            parts = planted.tokens(end, code)
            for i in range(1, len(parts)):
                cut = last_letters("".join(parts[:i])).rstrip("、, ")
                within.update([cut[-1:], cut[-2:]])
    total_closing = sum(n for k, n in closing.items() if len(k) == 1)
    total_within = sum(n for k, n in within.items() if len(k) == 1)
    return {
        k: round(
            math.log((closing[k] + 0.5) / total_closing) - math.log((within[k] + 2) / total_within),
            2,
        )
        for k in sorted({*closing, *within})
        if closing[k] + within[k] >= (5 if len(k) == 1 else 12)
    }


def _tables(
    sides: list[tuple[list[str], list[str]]], least: int
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    ahead = Table(sides).best(0.03, least * 0.5)
    back = Table([(t, s) for s, t in sides]).best(0.03, least * 0.5)
    return _lifted(ahead, sides), _lifted(back, [(t, s) for s, t in sides])


def _lifted(
    table: dict[str, list[str]], sides: list[tuple[list[str], list[str]]], lift: float = 3.0
) -> dict[str, list[str]]:
    """Only counterparts that stand beside the word ``lift`` times as often as elsewhere."""
    word_count = Counter(w for s, _ in sides for w in set(s))
    other_count = Counter(o for _, t in sides for o in set(t))
    both: Counter[tuple[str, str]] = Counter()
    wanted = {w: set(o) for w, o in table.items()}
    for source, target in sides:
        present = set(target)
        for word in set(source):
            for other in wanted.get(word, set()) & present:
                both[word, other] += 1
    kept = {
        word: [
            other
            for other in others
            if both[word, other] * len(sides) >= lift * word_count[word] * other_count[other]
            and both[word, other] >= 2
        ]
        for word, others in table.items()
    }
    return {word: others for word, others in kept.items() if others}


def _entry(others: list[str], hits: int, seen: int, mean: float, chance: float) -> list[Any]:
    rate = (hits + 3 * mean) / (seen + 3)
    rate = min(0.98, max(rate, 0.02))
    chance = min(0.95, max(chance, 0.003))
    told = math.log(rate / chance)
    untold = math.log((1 - chance) / (1 - rate))
    if told < 0.2 or untold < 0.05:
        told = untold = 0.0
    return ["|".join(others), round(told, 2), round(untold, 2)]
