"""Weights of ``aligner.scoring.confidence`` from translations that were rated.

    python -m training.quality.confidence [--rated training/quality/rated.tsv] [--out FILE]

`rated.tsv` holds translations of `aligner-270m` with the engine's certainty and the rating they were given
(0–100), a line each: id, lang, source, target, logprob, unsure, rating, worst, usable. The score without
the engine's certainty is computed anew, with terms and checks; then ridge regression of the rating on
it and on the certainty. Prints figures out of fold, eight folds over whole documents.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aligner import checks, scoring, termbase
from aligner.languages import language
from aligner.model import TranslationUnit
from aligner.scoring.confidence import measures
from training.translation.data import table

ROOT = Path(__file__).resolve().parents[2]
ENGINE = "llamacpp:aligner-270m@cd29f1b4"
NAMES = ("score", "logprob", "unsure", "length")
RIDGE = 2.0
FOLDS = 8
Row = dict[str, str]
Array = NDArray[np.float64]


def scores(rows: Sequence[Row]) -> list[float]:
    """The score of each row as that of a translation of unknown origin, with terms and checks."""
    base = termbase.load(sorted((ROOT / "glossaries").glob("*.tsv")), territories=True)
    units = []
    for row in rows:
        target = language(row["lang"])
        terms = base.check_all(base.match([row["source"]])[0], row["target"], target)
        unit = TranslationUnit(row["id"], row["source"], row["target"], target, terms=terms)
        units.append(unit)
    checked = [
        TranslationUnit(
            unit.id,
            unit.source,
            unit.target,
            unit.language,
            terms=unit.terms,
            findings=checks.check(unit),
        )
        for unit in units
    ]
    return [score.value for score in scoring.score_all(checked)]


def fitted(seen: Array, ratings: Array) -> Array:
    """Weights of the columns of ``seen`` (rows × measures) and, last, the constant."""
    mean, scale = seen.mean(axis=0), seen.std(axis=0)
    full = np.c_[(seen - mean) / scale, np.ones(len(seen))]
    penalty = RIDGE * np.diag([1.0] * seen.shape[1] + [0.0])
    weights = np.linalg.solve(full.T @ full + penalty, full.T @ ratings)
    slopes = weights[:-1] / scale
    return np.append(slopes, weights[-1] - slopes @ mean)


def out_of_fold(seen: Array, ratings: Array, documents: Sequence[str]) -> Array:
    """The rating of each row as estimated without any row of its fold of documents."""
    fold = {name: i % FOLDS for i, name in enumerate(sorted(set(documents)))}
    folds = np.array([fold[name] for name in documents])
    guessed = np.zeros(len(ratings))
    for i in range(FOLDS):
        weights = fitted(seen[folds != i], ratings[folds != i])
        guessed[folds == i] = seen[folds == i] @ weights[:-1] + weights[-1]
    return guessed


def auc(values: Array, good: NDArray[np.bool_]) -> float:
    """The probability that a good row has a higher value than another; ties count half."""
    above = (values[good][:, None] > values[~good][None, :]).mean()
    return float(above + (values[good][:, None] == values[~good][None, :]).mean() / 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rated", type=Path, default=Path(__file__).with_name("rated.tsv"))
    out = ROOT / "aligner" / "scoring" / "weights" / "confidence.json"
    parser.add_argument("--out", type=Path, default=out)
    options = parser.parse_args()
    rows = table(options.rated)
    digest = hashlib.sha256(options.rated.read_bytes()).hexdigest()
    found: dict[str, object] = {"version": 1, "engine": ENGINE, "rated": digest}
    limits = scoring.thresholds()
    values = scores(rows)
    for code in ("ko", "ja"):
        chosen = [i for i, row in enumerate(rows) if row["lang"] == code]
        told = [
            measures(
                values[i], float(rows[i]["logprob"]), float(rows[i]["unsure"]), rows[i]["source"]
            )
            for i in chosen
        ]
        seen = np.array([[one[name] for name in NAMES] for one in told])
        ratings = np.array([float(rows[i]["rating"]) / 100 for i in chosen])
        usable = np.array([rows[i]["usable"] == "y" for i in chosen])
        guessed = out_of_fold(seen, ratings, [rows[i]["id"].rpartition(":")[0] for i in chosen])
        alone = np.array([values[i] for i in chosen])
        print(
            f"{code}: {len(chosen)} rows, mean rating {ratings.mean():.2f}, usable {usable.mean():.2f}"
        )
        for name, one in (("score alone", alone), ("with certainty", guessed)):
            pearson = np.corrcoef(one, ratings)[0, 1]
            print(f"  {name}: Pearson {pearson:.3f}, AUC of usable {auc(one, usable):.3f}")
            for what, low, high in (
                ("accept", limits.accept, 2.0),
                ("review", limits.reject, limits.accept),
                ("reject", -1.0, limits.reject),
            ):
                there = (one >= low) & (one < high)
                if there.any():
                    mean, share = ratings[there].mean(), usable[there].mean()
                    print(f"    {what}: {there.sum()} rows, mean {mean:.2f}, usable {share:.2f}")
        weights = [round(float(weight), 4) for weight in fitted(seen, ratings)]
        found[code] = {"weights": dict(zip((*NAMES, "constant"), weights, strict=True))}
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
