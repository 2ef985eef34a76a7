"""What the quality scores are worth: planted faults, agreement with people, speed.

    python benchmarks/quality.py --data DIR [--authored TSV] [--only planted,human,speed]

DIR holds the evaluation TSVs (or set ALIGNER_DATA); TSV holds id, en, ko, ja. Figures marked * are on text that the shipped
weights were trained on (NTREX-open, CED-open, the authored text) and so are a little too good there;
the cross-validated ones are in training/quality/MODEL_CARD.md.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from aligner import checks, metrics, scoring, termbase
from aligner.cli.bitexts import with_likelihood
from aligner.languages import Language, language
from aligner.model import TranslationUnit
from aligner.scoring import planted

FALSE_ALARMS = 0.05
ROOT = Path(__file__).resolve().parent.parent
Row = dict[str, str]


def read(path: Path) -> list[Row]:
    lines = path.read_text(encoding="utf-8").split("\n")
    header = lines[0].split("\t")
    return [dict(zip(header, line.split("\t"), strict=False)) for line in lines[1:] if line]


def values(pairs: Sequence[tuple[str, str]], target: Language, **options: bool) -> list[float]:
    units = [TranslationUnit("", s, t, target) for s, t in pairs]
    if options.pop("likelihood", False):
        units = list(with_likelihood(units))
    return [score.value for score in scoring.score_all(units, **options)]


# --- planted faults ---


def triples(path: Path) -> list[tuple[str, str, str, str]]:
    """(document, en, ko, ja); a language the set does not have is left empty."""
    rows = read(path)
    return [
        (row.get("doc_id") or str(i // 25), row["en"], row.get("ko", ""), row.get("ja", ""))
        for i, row in enumerate(rows)
        if not row.get("system")
    ]


def checked(
    pairs: Sequence[tuple[str, str]], target: Language, terms: termbase.TermBase
) -> list[float]:
    """Scores of units that carry their terms and findings, as in the pipeline."""
    units = []
    for source, text in pairs:
        (found,) = terms.match([source])
        uses, added = terms.check_all(found, text, target), terms.added(source, found, text, target)
        units.append(TranslationUnit("", source, text, target, terms=uses, added=added))
    units = [replace(unit, findings=checks.check(unit)) for unit in units]
    return [score.value for score in scoring.score_all(units)]


def detection(data: Path, authored: Path | None, wanted: int) -> None:
    """Share of each planted fault below the score that 5 % of the good rows fall below.

    ``score``: the score alone; ``+checks``: with terms and findings, as in the pipeline; ``surface``:
    alone and without the encoder; ``flagged``: with terms and findings, not accepted by the verdict.
    """
    terms = termbase.load(sorted((ROOT / "glossaries").glob("*.tsv")), territories=True)
    ntrex = data / "par_ntrex_en_ko_ja.tsv"
    sets = [(ntrex, "ko", "*"), (data / "par_pud_en_ko.tsv", "ko", "")]
    sets += [(ntrex, "ja", "*"), (data / "par_wmt_en_ja.tsv", "ja", "")]
    if authored is not None:
        sets += [(authored, "ko", "*"), (authored, "ja", "*")]
    accept = scoring.thresholds().accept
    for path, code, mark in sets:
        if not path.exists():
            continue
        target = language(code)
        rows = planted.rows(triples(path), code)
        random = Random(11)
        random.shuffle(rows)
        good = [(row.source, row.target) for _, row in rows][:600]
        faults: dict[str, list[tuple[str, str]]] = {}
        for kind in planted.FAULTS:
            found = []
            for _, row in rows:
                damaged = planted.plant(kind, row, random) if len(found) < wanted else None
                if damaged is not None and (damaged or kind == "empty"):
                    found.append((row.source, damaged))
            faults[kind] = found
        print(f"\n{path.name} en-{code}{mark}: detected at {FALSE_ALARMS:.0%} false alarms")
        print(f"{'fault':24s} {'rows':>5s}   score +checks surface flagged")
        routes: list[Callable[[Sequence[tuple[str, str]]], list[float]]] = [
            lambda pairs, target=target: values(pairs, target),
            lambda pairs, target=target: checked(pairs, target, terms),
            lambda pairs, target=target: values(pairs, target, surface_only=True),
        ]
        limits, flagged = [], 0.0
        for number, route in enumerate(routes):
            ordered = sorted(route(good))
            limits.append(ordered[int(FALSE_ALARMS * len(ordered))])
            if number == 1:
                flagged = sum(value < accept for value in ordered) / len(ordered)
        for kind, pairs in faults.items():
            if not pairs:
                continue
            found = [route(pairs) for route in routes]
            cells = [
                sum(value < limit for value in column) / len(pairs)
                for column, limit in zip(found, limits, strict=True)
            ]
            cells.append(sum(value < accept for value in found[1]) / len(pairs))
            print(f"{kind:24s} {len(pairs):5d} " + " ".join(f"{cell:7.3f}" for cell in cells))
        print(f"{'(good rows flagged)':24s} {len(good):5d} {'':23s} {flagged:7.3f}")


# --- agreement with people ---


def area(scores: Sequence[float], good: Sequence[bool]) -> float:
    """Area under the ROC curve: how often a good row scores above a bad one, ties one half."""
    import numpy as np

    from aligner.metrics import agreement

    places = agreement.ranks(np.array(scores))
    mask = np.array(good)
    n, m = int(mask.sum()), int((~mask).sum())
    return float((places[mask].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> list[float]:
    from sacrebleu.metrics.chrf import CHRF

    metric = CHRF()
    return [
        metric.sentence_score(h, [r]).score for h, r in zip(hypotheses, references, strict=True)
    ]


def agree(
    title: str,
    rows: Sequence[Row],
    human: Sequence[float],
    code: str,
    *,
    surface: bool = True,
    likelihood: bool = False,
) -> None:
    target = language(code)
    pairs = [(row["source"], row["hypothesis"]) for row in rows]
    systems = [row["system"] for row in rows]
    documents = [row["doc_id"] for row in rows]
    sources = [f"{row['doc_id']} {row['seg_id']}" for row in rows]
    columns = {"aligner": values(pairs, target)}
    if likelihood:
        columns["with likelihood"] = values(pairs, target, likelihood=True)
    if surface:
        columns["surface only"] = values(pairs, target, surface_only=True)
    if all(row["reference"] for row in rows):
        columns["chrF (has reference)"] = chrf(
            [row["hypothesis"] for row in rows], [row["reference"] for row in rows]
        )
    print(f"\n{title}: {len(rows)} rows")
    for name, column in columns.items():
        found = metrics.evaluate_scores(
            column, human, sources=sources, systems=systems, documents=documents, samples=300
        )
        line = (
            f"  {name:22s} P {found.pearson}  S {found.spearman.value:.3f}"
            f"  tau-b {found.kendall.value:.3f}"
        )
        if found.within_source is not None:
            line += f"  within source {found.within_source}"
        if found.system_pearson is not None:
            line += f"  systems P {found.system_pearson:.2f} ({found.systems})"
        print(line)


def drawn(rows: list[Row], size: int) -> list[Row]:
    """Whole documents, drawn at random, until they make `size` rows; 0: all rows."""
    documents = sorted({row["doc_id"] for row in rows})
    Random(5).shuffle(documents)
    kept: set[str] = set()
    for document in documents if size else ():
        if sum(row["doc_id"] in kept for row in rows) < size:
            kept.add(document)
    return [row for row in rows if not size or row["doc_id"] in kept]


def people(data: Path, size: int, likelihood: bool) -> None:
    path = data / "qe_wmt24_enja_esa.tsv"
    if path.exists():
        rows = drawn([row for row in read(path) if row["system"] != "refA"], size)
        human = [float(row["score"]) for row in rows]
        agree("WMT24 en-ja ESA", rows, human, "ja", likelihood=likelihood)
        column = values([(row["source"], row["hypothesis"]) for row in rows], language("ja"))
        for share in (0.03, 0.05, 0.10):
            limit = sorted(human)[int(share * len(human))]
            print(f"  worst {share:.0%}: AUC {area(column, [h > limit for h in human]):.3f}")
    path = data / "qe_enko_mqm.tsv"
    if path.exists():
        rows = read(path)
        raw = [float(row["score"]) for row in rows]
        dense = [s / max(1, len(r["hypothesis"].split())) for s, r in zip(raw, rows, strict=True)]
        agree("en-ko MQM, penalty per target word", rows, dense, "ko", likelihood=likelihood)
        agree("en-ko MQM, raw penalty", rows, raw, "ko", surface=False)
    path = data / "qe_mlqe_enja_da.tsv"
    if path.exists():
        rows = read(path)
        agree("MLQE en-ja DA", rows, [float(row["score"]) for row in rows], "ja")
    path = data / "qe_ced_enja_critical.tsv"
    if path.exists():
        rows = read(path)
        column = values([(row["source"], row["hypothesis"]) for row in rows], language("ja"))
        good = [float(row["score"]) > 0.5 for row in rows]
        print(f"\nCED en-ja critical errors*: {len(rows)} rows, AUC {area(column, good):.3f}")


# --- speed ---


def speed(data: Path) -> None:
    rows = triples(data / "par_ntrex_en_ko_ja.tsv")
    for code, column in (("ko", 2), ("ja", 3)):
        units = [TranslationUnit(row[0], row[1], row[column], language(code)) for row in rows]
        for name, options in (("score", {}), ("surface only", {"surface_only": True})):
            scoring.score_all(units[:300], **options)
            start = time.perf_counter()
            count = sum(1 for _ in scoring.score_stream(units, **options))
            rate = count / (time.perf_counter() - start)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"en-{code} {name:13s} {rate:7.0f} rows/s, peak memory {memory:.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGNER_DATA"))
    parser.add_argument("--authored", type=Path, help="a TSV with the columns en, ko and ja")
    parser.add_argument("--only", default="planted,human,speed")
    parser.add_argument("--likelihood", action="store_true", help="with the default model, too")
    parser.add_argument("--size", type=int, default=0, help="rows of WMT24 (whole documents)")
    parser.add_argument("--rows", type=int, default=200, help="planted rows per fault")
    options = parser.parse_args()
    if options.data is None:
        sys.exit("benchmarks/quality.py: give --data DIR or set ALIGNER_DATA")
    data = Path(options.data)
    print(scoring.signature())
    print(f"thresholds {scoring.thresholds()}")
    if "planted" in options.only:
        detection(data, options.authored, options.rows)
    if "human" in options.only:
        people(data, options.size, options.likelihood)
    if "speed" in options.only:
        speed(data)


if __name__ == "__main__":
    main()
