"""Translation models side by side, on text that none of ours was trained on.

    python benchmarks/translation.py [--data DIR] [--segments N] [--skip N] [--json FILE] MODEL…

MODEL is what `aligner translate --model` takes: a name of an installed model, or a GGUF file; settings of
the engine may follow it (`aligner-270m,samples=0`, `model.gguf,adapters=adapter.gguf`), and `vocabulary=0`
for a run without the shipped vocabulary. Sets:
`news` (benchmarks/news.tsv, written for this project by hands that wrote none of its training text)
and, from DIR, `ntrex` (the documents of NTREX-128 that training keeps for development) and `wmt21`
(Japanese only). All models translate the same segments, one after the other, on this machine.

For each: chrF2 and BLEU without a term list and with the project's own; success of the terms that
occur (without, with); degenerate outputs; mean seconds a segment, both languages alike. With more than
one model, p is sacreBLEU's paired bootstrap against the first one. Terms that do not occur in a
segment never reach the engine: `irrelevant` counts requests that 500 such concepts change.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aligner import checks, engines, metrics, termbase, translation
from aligner.languages import ENGLISH, Language, language
from aligner.memory import Memory
from aligner.model import Article, Document, Segment, TranslationUnit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from training.translation import data as training_data  # noqa: E402

LANGUAGES = ("ko", "ja")
Row = dict[str, str]


@dataclass(frozen=True)
class Sample:
    """Parallel segments: `documents` hold the sources, `references` one target each."""

    name: str
    target: Language
    documents: list[Document]
    references: list[str]


@dataclass
class Result:
    """One model on one sample; shares are 0–1, seconds are means over segments."""

    model: str
    sample: str
    target: str
    segments: int
    chrf: float
    chrf_terms: float
    bleu_terms: float
    success: float
    success_terms: float
    occurrences: int
    degenerate: int
    irrelevant: int
    seconds: float
    p: float | None = None
    signatures: list[str] = field(default_factory=list)


def samples(data: Path | None, size: int, skip: int = 0) -> list[Sample]:
    """`size` segments of each set in the order of the files, after the first `skip`."""
    sets: dict[str, list[Row]] = {"news": training_data.table(ROOT / "benchmarks" / "news.tsv")}
    if data is not None:
        kept = training_data.held_out(list(training_data.human(data)))
        sets["ntrex"] = [r for r in training_data.human(data) if r["document"] in kept]
        wmt = training_data.table(data / "par_wmt_en_ja.tsv")
        sets["wmt21"] = [row for row in wmt if row["doc_id"].startswith("wmt21")]
    found = []
    for name, rows in sets.items():
        for code in LANGUAGES:
            chosen = [row for row in rows if row.get(code)][skip : skip + size]
            if chosen:
                found.append(_sample(name, chosen, language(code)))
    return found


def _sample(name: str, rows: Sequence[Row], target: Language) -> Sample:
    texts: dict[str, list[str]] = {}
    for row in rows:
        texts.setdefault(row["doc_id"], []).append(row["en"])
    references = [row[target.code] for key in texts for row in rows if row["doc_id"] == key]
    documents = []
    for key, sentences in texts.items():
        segments = tuple(
            Segment(f"{key}:{number}", sentence, 0, 0, 0, number)
            for number, sentence in enumerate(sentences)
        )
        documents.append(Document(Article(key, "", ()), segments))
    return Sample(name, target, documents, references)


def translated(
    sample: Sample,
    engine: engines.Engine,
    terms: termbase.TermBase,
    vocabulary: termbase.TermBase | None,
) -> tuple[list[TranslationUnit], float]:
    """The units in order, and seconds a segment; nothing is remembered between two calls."""
    tasks = translation.plan(sample.documents, [sample.target], terms, vocabulary)
    began = time.perf_counter()
    made: dict[int, TranslationUnit] = {}
    with Memory(None) as memory:
        for index, unit, _ in translation.translate(
            tasks, engine=engine, terms=terms, memory=memory, fault=checks.degenerate
        ):
            made[index] = unit
            if sys.stderr.isatty():
                print(
                    f"\r\033[K{sample.name} {sample.target} {len(made)}/{len(tasks)} ",
                    end="",
                    file=sys.stderr,
                )
    seconds = (time.perf_counter() - began) / len(tasks)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return [made[index] for index in range(len(tasks))], seconds


def irrelevant(sample: Sample, engine: engines.Engine, terms: termbase.TermBase) -> int:
    """Requests changed by the first 500 concepts of `terms` that match no segment of the sample."""
    tasks = translation.plan(sample.documents, [sample.target], terms)
    found = {match.concept for task in tasks for match in task.matches}
    others = termbase.TermBase(tuple(c for c in terms.concepts if c.id not in found)[:500])
    nothing = termbase.TermBase(())
    plain = translation.plan(sample.documents, [sample.target], nothing)
    given = translation.plan(sample.documents, [sample.target], others)
    pairs = zip(plain, given, strict=True)
    return sum(translation.key(a, engine) != translation.key(b, engine) for a, b in pairs)


def measured(
    model: str, sample: Sample, terms: termbase.TermBase, first: list[str] | None
) -> tuple[Result, list[str]]:
    """The figures of one model on one sample, and its translations with terms."""
    name, *settings = model.split(",")
    options: dict[str, Any] = {}
    for key, _, value in (one.partition("=") for one in settings):
        options[key] = [Path(value)] if key == "adapters" else int(value)
    vocabulary = termbase.vocabulary() if options.pop("vocabulary", 1) else None
    engine = engines.create("llamacpp", ENGLISH, [sample.target], model=name, **options)
    try:
        without, _ = translated(sample, engine, termbase.TermBase(()), vocabulary)
        units, seconds = translated(sample, engine, terms, vocabulary)
        changed = irrelevant(sample, engine, terms)
    finally:
        engine.close()
    matched = terms.match([unit.source for unit in without])
    judged = [
        TranslationUnit(
            unit.id,
            unit.source,
            unit.target,
            unit.language,
            terms=terms.check_all(found, unit.target, sample.target),
        )
        for unit, found in zip(without, matched, strict=True)
    ]
    texts = [unit.target for unit in units]
    plain = metrics.evaluate(
        [u.target for u in without], sample.references, sample.target, names=["chrF2"]
    )
    scores = metrics.evaluate(texts, sample.references, sample.target, names=["chrF2", "BLEU"])
    success = metrics.terminology(units)
    p = None
    if first is not None:
        p = metrics.compare(first, texts, sample.references, sample.target, names=["chrF2"])[0].p
    faults = [checks.degenerate(u.source, u.target, u.language) for u in [*without, *units]]
    result = Result(
        model=model if Path(name).suffix == "" else model.replace(name, Path(name).stem),
        sample=sample.name,
        target=sample.target.code,
        segments=len(texts),
        chrf=round(plain[0].value, 1),
        chrf_terms=round(scores[0].value, 1),
        bleu_terms=round(scores[1].value, 1),
        success=round(metrics.terminology(judged).success, 3),
        success_terms=round(success.success, 3),
        occurrences=success.occurrences,
        degenerate=sum(fault is not None for fault in faults),
        irrelevant=changed,
        seconds=round(seconds, 2),
        p=p,
        signatures=[score.signature for score in scores],
    )
    return result, texts


def table(results: Sequence[Result]) -> str:
    """Markdown."""
    lines = [
        "| set | model | segments | chrF2 | chrF2 with terms | p | BLEU with terms | term success without → with | degenerate | s/segment |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for r in results:
        p = "" if r.p is None else f"{r.p:.3f}"
        lines.append(
            f"| {r.sample} {r.target} | {r.model} | {r.segments} | {r.chrf} | {r.chrf_terms} | {p} | {r.bleu_terms} | "
            f"{r.success:.3f} → {r.success_terms:.3f} ({r.occurrences}) | {r.degenerate} of {2 * r.segments} | {r.seconds} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("models", nargs="+", metavar="MODEL")
    default = os.environ.get("ALIGNER_DATA")
    parser.add_argument("--data", type=Path, default=Path(default) if default else None)
    parser.add_argument("--segments", type=int, default=100, help="of each set and language")
    parser.add_argument("--skip", type=int, default=0, help="so many segments of each set")
    parser.add_argument("--sets", default="", help="comma-separated; default: all")
    parser.add_argument("--json", type=Path, help="JSON Lines, one result a line, as they come")
    options = parser.parse_args()
    terms = termbase.load(sorted((ROOT / "glossaries").glob("*.tsv")), territories=True)
    results = []
    for sample in samples(options.data, options.segments, options.skip):
        if options.sets and sample.name not in options.sets.split(","):
            continue
        first: list[str] | None = None
        for model in options.models:
            result, texts = measured(model, sample, terms, first)
            first = first if first is not None else texts
            results.append(result)
            print(json.dumps(asdict(result), ensure_ascii=False), file=sys.stderr, flush=True)
            if options.json:
                with options.json.open("a", encoding="utf-8") as file:
                    rows = [asdict(result)]
                    rows[0]["translations"] = texts
                    file.write(json.dumps(rows[0], ensure_ascii=False) + "\n")
    print(table(results))
    print(*dict.fromkeys(s for r in results for s in r.signatures), sep="\n")


if __name__ == "__main__":
    main()
