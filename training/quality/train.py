"""Train the shipped weights of aligner.scoring: good translations against faults planted in them.

    python train.py --data DIR --authored triples.tsv --out ../../aligner/scoring/weights

DIR holds par_ntrex_en_ko_ja.tsv (CC BY-SA 4.0), qe_ced_enja_critical.tsv and qe_mlqe_enja_da.tsv
(both CC0 1.0). No other set is read here: WMT24 and the en–ko MQM set are for measuring only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from aligner.languages import LANGUAGES
from aligner.scoring import encoder, estimate, planted, surface

VERSION = "1"
ENCODER_MEASURES = ("unlike", "very_unlike", "omitted", "omitted_mean", "added", "added_mean")
# How often each fault is planted, relative to one good row each.
SHARES = {
    "copy": 0.1, "loop": 0.3, "wrong language": 0.1, "wrong sentence": 0.5,
    "neighbouring sentence": 0.5, "truncated 40 %": 0.4, "truncated 20 %": 0.5,
    "partly untranslated": 0.5, "leak": 0.2, "extra sentence": 0.5, "dropped clause": 1.0,
    "shuffled": 0.3, "number changed": 0.6, "name replaced": 0.3, "wrong term": 0.1,
}  # fmt: skip


@dataclass
class Rows:
    """Rows with their measures: ``good`` is 1, 0 or a soft label, ``kind`` the fault or the set."""

    measures: list[dict[str, float]] = field(default_factory=list)
    good: list[float] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)


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
    own = [
        (f"own-{i // 20}", r["en"], r["ko"], r["ja"]) for i, r in enumerate(read_tsv(authored))
    ]
    return news, own


def fit_lengths(pairs: Sequence[tuple[str, str]]) -> surface.Lengths:
    """Ratio and variance of the length model over good pairs, robust against a few odd rows."""
    source = np.array([len(s) for s, _ in pairs], float)
    target = np.array([len(t) for _, t in pairs], float)
    ratio = float(target.sum() / source.sum())
    spread = (target - ratio * source) ** 2 / (source + 4)
    return surface.Lengths(round(ratio, 4), round(float(np.sort(spread)[: int(0.98 * len(spread))].mean()), 4))


def measure_all(
    pairs: Sequence[tuple[str, str]], code: str, lengths: surface.Lengths
) -> list[dict[str, float]]:
    language = LANGUAGES[code]
    found = []
    for start in range(0, len(pairs), 512):
        batch = pairs[start : start + 512]
        cut = [(encoder.pieces(s, "en"), encoder.pieces(t, code)) for s, t in batch]
        texts = [t for pair in batch for t in pair] + [p for c in cut for side in c for p in side]
        vectors = encoder.encode(texts)
        assert vectors is not None, "the encoder is needed for training"
        for (s, t), (left, right) in zip(batch, cut, strict=True):
            row = surface.measure(s, t, language, lengths)
            row |= encoder.measure(s, t, left, right, vectors)
            found.append(row)
        print(f"\r{code} {start + len(batch)}/{len(pairs)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    return found


def planted_rows(
    rows: list[tuple[str, planted.Row]], code: str, lengths: surface.Lengths, seed: int
) -> Rows:
    random = Random(seed)
    pairs: list[tuple[str, str]] = []
    out = Rows()
    for group, row in rows:
        pairs.append((row.source, row.target))
        out.good.append(1.0)
        out.kind.append("good")
        out.group.append(group)
        for kind, share in SHARES.items():
            if random.random() < share:
                damaged = planted.plant(kind, row, random)
                if damaged is not None and damaged.strip():
                    pairs.append((row.source, damaged))
                    out.good.append(0.0)
                    out.kind.append(kind)
                    out.group.append(group)
    out.measures = measure_all(pairs, code, lengths)
    out.weight = [1.0] * len(pairs)
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
    balance = np.where(good > 0.5, weight * 0.5 / weight[good > 0.5].sum(),
                       weight * 0.5 / weight[good <= 0.5].sum())

    def loss(w: Any) -> tuple[float, Any]:
        logit = w[0] - z @ w[1:]
        p = 1 / (1 + np.exp(-np.clip(logit, -40, 40)))
        value = -(balance * (good * np.log(p + 1e-12) + (1 - good) * np.log(1 - p + 1e-12))).sum()
        gap = balance * (p - good)
        gradient = np.concatenate([[gap.sum()], -(z.T @ gap) + strength * w[1:]])
        return value + 0.5 * strength * (w[1:] ** 2).sum(), gradient

    start = np.zeros(len(names) + 1)
    bounds = [(None, None)] + [(0, None)] * len(names)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds,
                     options={"maxiter": 500})
    w = found.x
    usual = x[clean].mean(axis=0)
    return {
        "bias": round(float(w[0]), 5),
        "base": round(float(w[0] - (usual / scale) @ w[1:]), 5),
        "measures": {
            n: {"weight": round(float(a / s), 5), "usual": round(float(u), 5),
                "ceiling": round(ceiling[n], 5)}
            for n, a, s, u in zip(names, w[1:], scale, usual, strict=True)
        },
    }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--authored", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    news, own = triples(options.data, options.authored)
    options.out.mkdir(parents=True, exist_ok=True)
    for code in ("ko", "ja"):
        rows = planted.rows(news, code) + planted.rows(own, code)
        lengths = fit_lengths([(row.source, row.target) for _, row in rows])
        sample = planted_rows(rows, code, lengths, seed=7)
        names = list(estimate.MEASURES)
        blind = [n for n in names if n not in ENCODER_MEASURES]
        shipped = {
            "language": code,
            "version": VERSION,
            "lengths": {"ratio": lengths.ratio, "variance": lengths.variance},
            "full": fit(sample, names, 1e-4),
            "surface": fit(sample, blind, 1e-4),
        }
        (options.out / f"{code}.json").write_text(
            json.dumps(shipped, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
