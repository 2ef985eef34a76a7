"""Train the shipped weights of aligner.scoring: good translations against faults planted in them.

    python train.py --data DIR --authored triples.tsv --out ../../aligner/scoring/weights

DIR holds par_ntrex_en_ko_ja.tsv (CC BY-SA 4.0), qe_ced_enja_critical.tsv and qe_mlqe_enja_da.tsv
(both CC0 1.0). No other set is read here: WMT24 and the en–ko MQM set are for measuring only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from aligner.languages import LANGUAGES
from aligner.scoring import encoder, estimate, planted, surface
from aligner.scoring.lexicon import Lexicon, parse
from aligner.scoring.lexicon import measure as measure_words
from lexicon import learn

VERSION = "1"
FOLDS = 5
STRENGTH = 1e-4
ENCODER_MEASURES = ("unlike", "very_unlike", "omitted", "omitted_mean", "added", "added_mean")
# How often each fault is planted, relative to one good row each.
SHARES = {
    "copy": 0.1, "loop": 0.3, "wrong language": 0.1, "wrong sentence": 0.5,
    "neighbouring sentence": 0.5, "truncated 40 %": 0.4, "truncated 20 %": 0.5,
    "partly untranslated": 0.5, "word untranslated": 0.5, "leak": 0.2, "extra sentence": 0.5, "dropped clause": 1.0,
    "shuffled": 0.3, "number changed": 0.6, "name replaced": 0.3, "wrong term": 0.1,
}  # fmt: skip


@dataclass
class Rows:
    """Pairs with labels: ``good`` is 1, 0 or soft; ``kind`` is "good", the fault, or the set."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    good: list[float] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    measures: list[dict[str, float]] = field(default_factory=list)

    def add(
        self, pair: tuple[str, str], good: float, kind: str, group: str, weight: float = 1.0
    ) -> None:
        self.pairs.append(pair)
        self.good.append(good)
        self.kind.append(kind)
        self.group.append(group)
        self.weight.append(weight)

    def __add__(self, other: Rows) -> Rows:
        names = ("pairs", "good", "weight", "group", "kind", "measures")
        return Rows(*(getattr(self, n) + getattr(other, n) for n in names))

    def pick(self, keep: Sequence[int]) -> Rows:
        names = ("pairs", "good", "weight", "group", "kind", "measures")
        return Rows(*([getattr(self, n)[i] for i in keep] for n in names))


def read_tsv(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"), strict=False)) for line in lines[1:] if line]


def triples(data: Path, authored: Path) -> tuple[list[tuple[str, str, str, str]], ...]:
    """(document, en, ko, ja) of NTREX-open and of the authored text."""
    news = [
        ("ntrex-" + r["doc_id"], r["en"], r["ko"], r["ja"])
        for r in read_tsv(data / "par_ntrex_en_ko_ja.tsv")
        if r["split"] == "open"
    ]
    own = [(f"own-{i // 20}", r["en"], r["ko"], r["ja"]) for i, r in enumerate(read_tsv(authored))]
    return news, own


def fit_lengths(pairs: Sequence[tuple[str, str]]) -> surface.Lengths:
    """Ratio and variance of the length model over good pairs, robust against a few odd rows."""
    source = np.array([len(s) for s, _ in pairs], float)
    target = np.array([len(t) for _, t in pairs], float)
    ratio = float(target.sum() / source.sum())
    spread = (target - ratio * source) ** 2 / (source + 4)
    return surface.Lengths(
        round(ratio, 4), round(float(np.sort(spread)[: int(0.98 * len(spread))].mean()), 4)
    )


def measure_all(
    rows: Rows, code: str, lengths: surface.Lengths, lexica: dict[int, Lexicon]
) -> None:
    """Fill ``rows.measures``; a row of fold k is measured with the lexicon learned without that fold."""
    language = LANGUAGES[code]
    total = len(rows.pairs)
    for start in range(0, total, 512):
        batch = rows.pairs[start : start + 512]
        cut = [(encoder.pieces(s, "en"), encoder.pieces(t, code)) for s, t in batch]
        texts = [t for pair in batch for t in pair] + [p for c in cut for side in c for p in side]
        vectors = encoder.encode(texts)
        assert vectors is not None, "the encoder is needed for training"
        for i, ((s, t), (left, right)) in enumerate(zip(batch, cut, strict=True)):
            row = surface.measure(s, t, language, lengths)
            row |= encoder.measure(s, t, left, right, vectors)
            row |= measure_words(lexica[fold_of(rows.group[start + i])], s, t)
            rows.measures.append(row)
        print(f"\r{code} {start + len(batch)}/{total}", end="", file=sys.stderr)
    print(file=sys.stderr)


def fold_of(group: str) -> int:
    """The fold (0 to FOLDS-1) a document belongs to; −1 for sets that no lexicon was learned from."""
    if not group.startswith(("ntrex", "own")):
        return -1
    return hashlib.sha1(group.encode()).digest()[0] % FOLDS


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


def joined(
    lines: Sequence[tuple[str, str, str, str]], seed: int
) -> list[tuple[str, str, str, str]]:
    """Paragraphs of two to four following lines of one document, about a quarter as many as lines."""
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
    """The CC0 en–ja sets: catastrophic errors (share of votes) and direct assessment (z-score)."""
    out = Rows()
    for row in read_tsv(data / "qe_ced_enja_critical.tsv"):
        out.add((row["source"], row["hypothesis"]), float(row["score"]), "ced", row["doc_id"])
    for row in read_tsv(data / "qe_mlqe_enja_da.tsv"):
        soft = estimate.sigmoid(1.5 * float(row["score"]))
        out.add((row["source"], row["hypothesis"]), soft, "mlqe", row["doc_id"])
    return out


def matrix(rows: Rows, names: Sequence[str], ceiling: dict[str, float]) -> Any:
    return np.array([[min(m[n], ceiling[n]) for n in names] for m in rows.measures])


def fit(rows: Rows, names: Sequence[str], strength: float) -> dict[str, Any]:
    """A logistic head in the shipped form; weights are held at 0 or above, since each measure names a fault."""
    from scipy.optimize import minimize

    good = np.array(rows.good)
    weight = np.array(rows.weight)
    clean = np.array([k == "good" for k in rows.kind])
    raw = np.array([[m[n] for n in names] for m in rows.measures])
    top = np.quantile(raw, 0.995, axis=0)
    ceiling = {n: float(max(t, 1e-6)) for n, t in zip(names, top, strict=True)}
    x = matrix(rows, names, ceiling)
    scale = x.std(axis=0) + 1e-6
    z = x / scale
    # Good and faulty rows count the same in sum.
    balance = np.where(
        good > 0.5,
        weight * 0.5 / weight[good > 0.5].sum(),
        weight * 0.5 / weight[good <= 0.5].sum(),
    )

    def loss(w: Any) -> tuple[float, Any]:
        logit = w[0] - z @ w[1:]
        p = 1 / (1 + np.exp(-np.clip(logit, -40, 40)))
        value = -(balance * (good * np.log(p + 1e-12) + (1 - good) * np.log(1 - p + 1e-12))).sum()
        gap = balance * (p - good)
        gradient = np.concatenate([[gap.sum()], -(z.T @ gap) + strength * w[1:]])
        return value + 0.5 * strength * (w[1:] ** 2).sum(), gradient

    start = np.zeros(len(names) + 1)
    bounds = [(None, None)] + [(0, None)] * len(names)
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}
    )
    w = found.x
    usual = x[clean].mean(axis=0)
    return {
        "bias": round(float(w[0]), 5),
        "base": round(float(w[0] - (usual / scale) @ w[1:]), 5),
        "measures": {
            n: {
                "weight": round(float(a / s), 5),
                "usual": round(float(u), 5),
                "ceiling": round(ceiling[n], 5),
            }
            for n, a, s, u in zip(names, w[1:], scale, usual, strict=True)
        },
    }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def collect(options: argparse.Namespace, code: str) -> tuple[Rows, Rows, surface.Lengths, Any]:
    """Everything one language is trained on, measured."""
    news, own = triples(options.data, options.authored)
    rows = planted.rows(news, code) + planted.rows(own, code)
    rows += planted.rows(joined(news, 1), code) + planted.rows(joined(own, 2), code)
    lengths = fit_lengths([(row.source, row.target) for _, row in rows])
    lines = planted.rows(news, code) + planted.rows(own, code)
    extra = further(options.data, code)
    lexica: dict[int, Lexicon] = {}
    raw: Any = None
    for fold in (*range(FOLDS), -1):
        kept = [(r.source, r.target) for g, r in lines if fold_of(g) != fold]
        raw = learn(kept + extra, code)
        lexica[fold] = parse(raw)
    sample = planted_rows(rows, seed=7)
    measure_all(sample, code, lengths, lexica)
    judged = Rows()
    if code == "ja":
        judged = human(options.data)
        measure_all(judged, code, lengths, lexica)
    return sample, judged, lengths, raw


def further(data: Path, code: str) -> list[tuple[str, str]]:
    """More good pairs for the lexicon alone: PUD and the Park news corpus (both CC BY-SA 3.0), ko."""
    if code != "ko":
        return []
    found = []
    for name in ("par_pud_en_ko.tsv", "par_park_news_en_ko.tsv"):
        found += [(r["en"], r["ko"]) for r in read_tsv(data / name) if r["split"] == "open"]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--authored", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="a folder to keep measured rows in")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for code in ("ko", "ja"):
        kept = options.cache / f"{code}.pickle" if options.cache else None
        if kept is not None and kept.exists():
            sample, judged, lengths, raw = pickle.loads(kept.read_bytes())
        else:
            sample, judged, lengths, raw = collect(options, code)
            if kept is not None:
                kept.write_bytes(pickle.dumps((sample, judged, lengths, raw)))
        names = list(estimate.MEASURES)
        blind = [n for n in names if n not in ENCODER_MEASURES]
        everything = sample + judged
        shipped = {
            "language": code,
            "version": VERSION,
            "lengths": {"ratio": lengths.ratio, "variance": lengths.variance},
            "full": fit(everything, names, STRENGTH),
            "surface": fit(everything, blind, STRENGTH),
        }
        write(options.out / f"{code}.json", shipped, indent=1)
        write(options.out / f"lexicon-{code}.json", raw, indent=None)


def write(path: Path, value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if indent is None:
        text = text.replace("], ", "],\n")
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
