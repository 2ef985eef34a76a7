"""Train the shipped weights of aligner.scoring: good translations against faults planted in them.

    python train.py --data DIR --authored triples.tsv --out ../../aligner/scoring/weights

DIR holds par_ntrex_en_ko_ja.tsv (CC BY-SA 4.0), par_pud_en_ko.tsv and par_park_news_en_ko.tsv (both
CC BY-SA 3.0) and qe_ced_enja_critical.tsv (CC0 1.0). No other set is read here: WMT24, MLQE and the
en–ko MQM set are for measuring only. Prints what the weights do out of fold.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from lexicon import learn

from aligner.languages import LANGUAGES
from aligner.scoring import encoder, estimate, planted, surface
from aligner.scoring.lexicon import Lexicon, parse
from aligner.scoring.lexicon import measure as measure_words

VERSION = "1"
FOLDS = 5
STRENGTH = 1e-2  # of the L2 penalty: ten times less gains nothing on planted faults
SHARE = 1.0  # of the head learned from human labels
# So many of the human-labelled sound rows join the good ones, so that the planted head also sees text
# that is no news; more of them would teach it that English names may stay as they are.
HUMAN_GOOD = 0.1
SLOPE = 0.5  # of the score in the logit: soft enough that very bad rows differ from bad ones
ACCEPT, REJECT = 0.7, 0.5
PRIOR = 0.1  # share of broken rows for which the thresholds' precision is stated
ENCODER_MEASURES = ("unlike", "very_unlike", "omitted", "omitted_mean", "added", "added_mean")
# How often each fault is planted, relative to one good row each.
SHARES = {
    "copy": 0.1, "loop": 0.3, "wrong language": 0.1, "wrong sentence": 0.5,
    "neighbouring sentence": 0.5, "truncated 40 %": 0.4, "truncated 20 %": 0.5,
    "partly untranslated": 0.5, "word untranslated": 0.5, "leak": 0.2, "extra sentence": 0.5,
    "dropped clause": 1.0, "shuffled": 0.3, "number changed": 1.0, "name replaced": 0.3,
    "wrong term": 0.1, "negated": 0.3,
}  # fmt: skip
# Faults that count more than their number: rare in the sample, grave in print, and seen reliably.
EMPHASIS = {"number changed": 2.0, "negated": 3.0}
_COLUMNS = ("pairs", "good", "group", "kind", "measures")


@dataclass
class Rows:
    """Pairs with labels: ``good`` is 1 or 0; ``kind`` is "good", the planted fault, or the set."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    good: list[float] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    measures: list[dict[str, float]] = field(default_factory=list)

    def add(self, pair: tuple[str, str], good: float, kind: str, group: str) -> None:
        self.pairs.append(pair)
        self.good.append(good)
        self.kind.append(kind)
        self.group.append(group)

    def __add__(self, other: Rows) -> Rows:
        return Rows(*(getattr(self, n) + getattr(other, n) for n in _COLUMNS))

    def pick(self, keep: Sequence[int]) -> Rows:
        return Rows(*([getattr(self, n)[i] for i in keep] for n in _COLUMNS))


@dataclass
class Collected:
    """Everything one language is trained on, measured; ``lexicon`` is the shipped one in JSON form.

    ``vectors`` and ``human_vectors`` hold the sentence vectors (source, target) of the rows.
    """

    lengths: surface.Lengths
    lexicon: Any
    planted: Rows
    vectors: Any
    human: Rows
    human_vectors: Any


def read_tsv(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"), strict=False)) for line in lines[1:] if line]


def triples(data: Path, authored: Path) -> tuple[list[tuple[str, str, str, str]], ...]:
    """(document, en, ko, ja) of NTREX-open and of the authored text (blocks of 20 lines)."""
    news = [
        ("ntrex-" + r["doc_id"], r["en"], r["ko"], r["ja"])
        for r in read_tsv(data / "par_ntrex_en_ko_ja.tsv")
        if r["split"] == "open"
    ]
    own = [(f"own-{i // 20}", r["en"], r["ko"], r["ja"]) for i, r in enumerate(read_tsv(authored))]
    return news, own


def further(data: Path, code: str) -> list[tuple[str, str]]:
    """More good pairs for the Korean lexicon alone: PUD and the Park news corpus."""
    if code != "ko":
        return []
    found = []
    for name in ("par_pud_en_ko.tsv", "par_park_news_en_ko.tsv"):
        found += [(r["en"], r["ko"]) for r in read_tsv(data / name) if r["split"] == "open"]
    return found


def joined(
    lines: Sequence[tuple[str, str, str, str]], seed: int
) -> list[tuple[str, str, str, str]]:
    """Paragraphs of two to four following lines of one document, about a fifth as many as lines."""
    random = Random(seed)
    found, at = [], 0
    while at < len(lines) - 4:
        size = random.randint(2, 4)
        part = lines[at : at + size]
        if random.random() < 0.6 and len({row[0] for row in part}) == 1:
            ko, en = (" ".join(row[c] for row in part) for c in (2, 1))
            found.append((part[0][0], en, ko, "".join(row[3] for row in part)))
        at += size
    return found


def human(data: Path) -> Rows:
    """The CC0 en–ja set of catastrophic errors; ``good`` is its majority label."""
    out = Rows()
    for row in read_tsv(data / "qe_ced_enja_critical.tsv"):
        if row["split"] == "open":
            out.add((row["source"], row["hypothesis"]), float(row["score"]), "ced", row["doc_id"])
    return out


def planted_rows(rows: list[tuple[str, planted.Row]], seed: int) -> Rows:
    random = Random(seed)
    out = Rows()
    for group, row in rows:
        out.add((row.source, row.target), 1.0, "good", group)
        for kind, share in SHARES.items():
            if random.random() < share:
                damaged = planted.plant(kind, row, random)
                if damaged is not None and damaged.strip():
                    out.add((row.source, damaged), 0.0, kind, group)
    return out


def fold_of(group: str) -> int:
    """The fold (0 to FOLDS-1) of a document; −1 for sets that no lexicon was learned from."""
    if not group.startswith(("ntrex", "own")):
        return -1
    return hashlib.sha1(group.encode()).digest()[0] % FOLDS


def fit_lengths(pairs: Sequence[tuple[str, str]]) -> surface.Lengths:
    """Ratio and variance of the length model over good pairs, the widest 2 % left out."""
    source = np.array([len(s) for s, _ in pairs], float)
    target = np.array([len(t) for _, t in pairs], float)
    ratio = float(target.sum() / source.sum())
    spread = np.sort((target - ratio * source) ** 2 / (source + 4))
    variance = float(spread[: int(0.98 * len(spread))].mean())
    return surface.Lengths(round(ratio, 4), round(variance, 4))


def measure_all(
    rows: Rows, code: str, lengths: surface.Lengths, lexica: dict[int, Lexicon]
) -> tuple[Any, Any]:
    """Sentence vectors of ``rows``; fills ``rows.measures``, fold k by the lexicon learned without it."""
    language = LANGUAGES[code]
    total = len(rows.pairs)
    left, right = np.zeros((total, 512), np.float32), np.zeros((total, 512), np.float32)
    for start in range(0, total, 512):
        batch = rows.pairs[start : start + 512]
        cut = [(encoder.pieces(s, "en"), encoder.pieces(t, code)) for s, t in batch]
        texts = [t for pair in batch for t in pair] + [p for c in cut for side in c for p in side]
        vectors = encoder.encode(texts)
        assert vectors is not None, "the encoder is needed for training"
        for i, (s, t) in enumerate(batch, start):
            row = surface.measure(s, t, language, lengths)
            row |= encoder.measure(s, t, *cut[i - start], vectors)
            row |= measure_words(lexica[fold_of(rows.group[i])], s, t)
            rows.measures.append(row)
            left[i], right[i] = vectors[s], vectors[t]
        print(f"\r{code} {start + len(batch)}/{total}", end="", file=sys.stderr)
    print(file=sys.stderr)
    return left, right


def collect(data: Path, authored: Path, code: str) -> Collected:
    """Learn the lexica, plant the faults, measure all rows."""
    news, own = triples(data, authored)
    lines = planted.rows(news, code) + planted.rows(own, code)
    rows = lines + planted.rows(joined(news, 1), code) + planted.rows(joined(own, 2), code)
    lengths = fit_lengths([(row.source, row.target) for _, row in rows])
    extra = further(data, code)
    lexica: dict[int, Lexicon] = {}
    raw: Any = None
    for fold in (*range(FOLDS), -1):
        kept = [(r.source, r.target) for g, r in lines if fold_of(g) != fold]
        raw = learn(kept + extra, code)
        lexica[fold] = parse(raw)
    sample = planted_rows(rows, seed=7)
    vectors = measure_all(sample, code, lengths, lexica)
    judged = human(data) if code == "ja" else Rows()
    return Collected(
        lengths, raw, sample, vectors, judged, measure_all(judged, code, lengths, lexica)
    )


def fit(rows: Rows, names: Sequence[str], strength: float) -> dict[str, Any]:
    """A logistic head in the shipped form.

    Weights are held at 0 or above, since each measure names a fault: a fault must never raise a score.
    """
    from scipy.optimize import minimize

    good = np.array(rows.good)
    clean = good > 0.5
    raw = np.array([[m[n] for n in names] for m in rows.measures])
    ceiling = np.maximum(np.quantile(raw, 0.995, axis=0), 1e-6)
    x = np.minimum(raw, ceiling)
    scale = x.std(axis=0) + 1e-6
    z = x / scale
    # Good and faulty rows count the same in sum.
    weight = np.array([EMPHASIS.get(kind, 1.0) for kind in rows.kind])
    balance = weight * np.where(clean, 0.5 / weight[clean].sum(), 0.5 / weight[~clean].sum())

    def loss(w: Any) -> tuple[float, Any]:
        p = 1 / (1 + np.exp(-np.clip(w[0] - z @ w[1:], -40, 40)))
        value = -(balance * (good * np.log(p + 1e-12) + (1 - good) * np.log(1 - p + 1e-12))).sum()
        gap = balance * (p - good)
        gradient = np.concatenate([[gap.sum()], -(z.T @ gap) + strength * w[1:]])
        return value + 0.5 * strength * (w[1:] ** 2).sum(), gradient

    bounds = [(None, None)] + [(0, None)] * len(names)
    start = np.zeros(len(names) + 1)
    w = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    usual = x[clean].mean(axis=0)
    return {
        "bias": round(float(w[0]), 5),
        "base": round(float(w[0] - (usual / scale) @ w[1:]), 5),
        "measures": {
            n: {
                "weight": round(float(a), 5),
                "usual": round(float(u), 5),
                "ceiling": round(float(c), 5),
            }
            for n, a, u, c in zip(names, w[1:] / scale, usual, ceiling, strict=True)
        },
    }


def pair_features(measures: Sequence[dict[str, float]], names: Sequence[str], vectors: Any) -> Any:
    u, v = vectors
    x = np.array([[m[n] for n in names] for m in measures], np.float32)
    return np.hstack([x, u, v, u * v, abs(u - v)])


def fit_judged(rows: Rows, vectors: Any, names: Sequence[str]) -> Any:
    """A linear head on the catastrophic-error labels: weights in raw units; high is bad.

    The measures are scaled three times as wide as the 2048 vector components, so that the penalty
    bears on them less.
    """
    from sklearn.linear_model import LogisticRegression

    x = pair_features(rows.measures, names, vectors)
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    wide = np.where(np.arange(x.shape[1]) < len(names), 3.0, 1.0)
    bad = (np.array(rows.good) < 0.5).astype(int)
    model = LogisticRegression(C=1e-4, max_iter=400).fit((x - mean) / spread * wide, bad)
    return model.coef_[0] * wide / spread


def pick_vectors(vectors: Any, keep: Any) -> Any:
    return vectors[0][keep], vectors[1][keep]


def train(data: Collected, code: str, share: float) -> dict[str, Any]:
    """The shipped weights, from all rows of ``data``, but for slope and offset."""
    names = [n for n in estimate.MEASURES if n != "judged"]
    sound = [i for i, good in enumerate(data.human.good) if good > 0.5]
    sample = data.planted + data.human.pick(sound[:: round(1 / HUMAN_GOOD)])
    blind = [n for n in names if n not in ENCODER_MEASURES]
    shipped: dict[str, Any] = {
        "language": code,
        "version": VERSION,
        "lengths": {"ratio": data.lengths.ratio, "variance": data.lengths.variance},
        "full": fit(sample, names, STRENGTH),
        "surface": fit(sample, blind, STRENGTH),
    }
    if data.human.pairs and share:
        weights = fit_judged(data.human, data.human_vectors, names)
        good = np.array([i for i, k in enumerate(data.planted.kind) if k == "good"])
        measures = [data.planted.measures[i] for i in good]
        usual = pair_features(measures, names, pick_vectors(data.vectors, good)) @ weights
        n = len(names)
        cut = [weights[n + 512 * i : n + 512 * (i + 1)] for i in range(4)]
        shipped["judged"] = {
            "share": share,
            "usual": round(float(usual.mean()), 5),
            "measures": {k: round(float(w), 5) for k, w in zip(names, weights, strict=False)},
            **{
                k: [round(float(w), 4) for w in part]
                for k, part in zip(("source", "target", "product", "difference"), cut, strict=True)
            },
        }
    return shipped


def logits(head: dict[str, Any], measures: Sequence[dict[str, float]]) -> Any:
    """The logits of a head in its shipped form."""
    terms = head["measures"].items()
    return np.array(
        [
            head["bias"] - sum(t["weight"] * min(m[n], t["ceiling"]) for n, t in terms)
            for m in measures
        ]
    )


def total(shipped: dict[str, Any], rows: Rows, vectors: Any) -> Any:
    """The logit of whole scores, before caps: the planted head less the judged one."""
    value = logits(shipped["full"], rows.measures)
    if "judged" in shipped:
        j = shipped["judged"]
        weights = np.concatenate(
            [list(j["measures"].values()), j["source"], j["target"], j["product"], j["difference"]]
        )
        bad = pair_features(rows.measures, list(j["measures"]), vectors) @ weights - j["usual"]
        value = value - j["share"] * np.clip(bad, -4, 4)
    return value


def cross_validate(data: Collected, code: str, share: float) -> tuple[Any, Any, Any]:
    """Logits out of fold: planted rows (full, surface only) by document, human rows by every fifth."""
    fold = np.array([fold_of(g) for g in data.planted.group])
    full, blind = np.zeros(len(fold)), np.zeros(len(fold))
    other = np.arange(len(data.human.pairs)) % FOLDS
    judged = np.zeros(len(other))
    for k in range(FOLDS):
        inside, out = np.nonzero(fold != k)[0], np.nonzero(fold == k)[0]
        hin, hout = np.nonzero(other != k)[0], np.nonzero(other == k)[0]
        part = Collected(
            data.lengths,
            None,
            data.planted.pick(inside),
            pick_vectors(data.vectors, inside),
            data.human.pick(hin),
            pick_vectors(data.human_vectors, hin),
        )
        shipped = train(part, code, share)
        rows = data.planted.pick(out)
        full[out] = total(shipped, rows, pick_vectors(data.vectors, out))
        blind[out] = logits(shipped["surface"], rows.measures)
        if len(hout):
            mine = pick_vectors(data.human_vectors, hout)
            judged[hout] = total(shipped, data.human.pick(hout), mine)
    return full, blind, judged


def offset(good: Any) -> float:
    """The offset at which 5 % of good rows score below ACCEPT."""
    return round(float(np.log(ACCEPT / (1 - ACCEPT)) - SLOPE * np.quantile(good, 0.05)), 4)


def precision(values: Any, good: Any) -> dict[str, float]:
    """What the thresholds are worth on out-of-fold scores, had a share PRIOR of rows been broken."""
    accepted = (values[good] >= ACCEPT).mean() * (1 - PRIOR)
    wrongly = (values[~good] >= ACCEPT).mean() * PRIOR
    rejected = (values[~good] < REJECT).mean() * PRIOR
    unjustly = (values[good] < REJECT).mean() * (1 - PRIOR)
    return {
        "accept_precision": round(float(accepted / (accepted + wrongly)), 3),
        "reject_precision": round(float(rejected / (rejected + unjustly)), 3),
    }


def report(code: str, data: Collected, full: Any, blind: Any, judged: Any) -> None:
    """Detection out of fold at 5 % false alarms, and the area under the curve on human labels."""
    from sklearn.metrics import roc_auc_score

    kind = np.array(data.planted.kind)
    origin = np.array([g.split("-")[0] for g in data.planted.group])
    print(f"en-{code}: detection at 5 % false alarms, out of fold: full (surface only) [rows]")
    for name in dict.fromkeys(data.planted.kind):
        cells = []
        for one in ("own", "ntrex") if name != "good" else ():
            mine = (kind == name) & (origin == one)
            found = []
            for logit in (full, blind):
                limit = np.quantile(logit[(kind == "good") & (origin == one)], 0.05)
                found.append((logit[mine] < limit).mean())
            cells.append(f"{one} {found[0]:.3f} ({found[1]:.3f}) [{mine.sum()}]")
        if cells:
            print(f"  {name:24s}", "  ".join(cells))
    if len(judged):
        print(f"  critical errors: AUC {roc_auc_score(np.array(data.human.good), judged):.3f}")
    print(
        f"  5 % and 0.8 % of good rows lie below {np.quantile(full[kind == 'good'], [0.05, 0.008])}"
    )


def write(path: Path, value: Any, *, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if indent is None:
        text = text.replace("], ", "],\n")
    else:
        # Rows of numbers stay on one line.
        text = re.sub(r"\n\s+(?=-?\d[\d.e-]*,?\n)", " ", text)
    path.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--authored", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="a folder to keep measured rows in")
    parser.add_argument("--languages", default="ko,ja")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    scores, labels = [], []
    for code in options.languages.split(","):
        kept = options.cache / f"{code}.pickle" if options.cache else None
        if kept is not None and kept.exists():
            data = pickle.loads(kept.read_bytes())
        else:
            data = collect(options.data, options.authored, code)
            if kept is not None:
                kept.write_bytes(pickle.dumps(data))
        shipped = train(data, code, SHARE)
        full, blind, judged = cross_validate(data, code, SHARE)
        good = np.array(data.planted.good) > 0.5
        shipped["full"] |= {"slope": SLOPE, "offset": offset(full[good])}
        shipped["surface"] |= {"slope": SLOPE, "offset": offset(blind[good])}
        report(code, data, full, blind, judged)
        scores.append(1 / (1 + np.exp(-SLOPE * full - shipped["full"]["offset"])))
        labels.append(good)
        write(options.out / f"{code}.json", shipped, indent=1)
        write(options.out / f"lexicon-{code}.json", data.lexicon, indent=None)
    worth = precision(np.concatenate(scores), np.concatenate(labels))
    limits = {"accept": ACCEPT, "reject": REJECT, "prior": PRIOR} | worth
    write(options.out / "thresholds.json", limits, indent=1)
    print(limits)


if __name__ == "__main__":
    # Rows are pickled by the name of this module, not as __main__.
    import train as this

    this.main()
