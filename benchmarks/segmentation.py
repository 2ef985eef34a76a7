"""Segmentation on open gold data: aligner, sentencex and pySBD side by side.

    python benchmarks/segmentation.py --data DIR [--failures N]

DIR (or the environment's ALIGNER_DATA) holds ``seg_*.tsv`` files with the columns ``text`` and
``sentences`` (joined with `` ¶ ``). A row is exact when its sentences are the gold ones, white
space aside; a boundary is a place between two sentences, counted in characters that are no white
space. pySBD is measured when it is installed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from aligner.segmentation import split

Splitter = Callable[[str], list[str]]
JOINER = " ¶ "


def aligner_splitter(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


def splitters() -> dict[str, Splitter]:
    """The contestants that are installed, aligner first."""
    found: dict[str, Splitter] = {"aligner": aligner_splitter}
    try:
        import sentencex

        found["sentencex"] = lambda text: list(sentencex.segment("en", text))
    except ImportError:
        pass
    try:
        pysbd = import_module("pysbd")
        segmenter = pysbd.Segmenter(language="en", clean=False)
        found["pysbd"] = lambda text: [str(piece) for piece in segmenter.segment(text)]
    except ImportError:
        pass
    return found


def boundaries(sentences: list[str]) -> set[int]:
    """Where sentences meet, in characters that are no white space."""
    places, at = set(), 0
    for sentence in sentences:
        at += len("".join(sentence.split()))
        places.add(at)
    places.discard(at)
    places.discard(0)
    return places


def read_gold(path: Path) -> list[tuple[str, list[str]]]:
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    columns = header.split("\t")
    text, sentences = columns.index("text"), columns.index("sentences")
    rows = [line.split("\t") for line in lines]
    return [(row[text], row[sentences].split(JOINER)) for row in rows]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=os.environ.get("ALIGNER_DATA"), type=Path)
    parser.add_argument("--failures", default=0, type=int, help="rows of aligner's to show per set")
    options = parser.parse_args()
    if options.data is None:
        parser.error("--data DIR or ALIGNER_DATA is needed")
    paths = sorted(options.data.glob("seg_*.tsv"))
    if not paths:
        parser.error(f"no seg_*.tsv in {options.data}")
    contestants = splitters()
    print(f"{'set':<28}{'splitter':<12}{'exact':>12}{'%':>8}{'P':>8}{'R':>8}{'F1':>8}{'s':>8}")
    for path in paths:
        gold = read_gold(path)
        for name, splitter in contestants.items():
            began = time.perf_counter()
            results = [splitter(text) for text, _ in gold]
            seconds = time.perf_counter() - began
            exact = hits = proposed = expected = 0
            shown = 0
            for (_, wanted), got in zip(gold, results, strict=True):
                want, have = boundaries(wanted), boundaries(got)
                exact += want == have
                hits += len(want & have)
                proposed += len(have)
                expected += len(want)
                if name == "aligner" and want != have and shown < options.failures:
                    shown += 1
                    tidy = [" ".join(piece.split()) for piece in got if piece.strip()]
                    print(f"  want {JOINER.join(wanted)}\n  have {JOINER.join(tidy)}\n")
            precision = hits / proposed if proposed else 1.0
            recall = hits / expected if expected else 1.0
            f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
            label = path.stem.removeprefix("seg_")
            share = 100 * exact / len(gold)
            print(
                f"{label:<28}{name:<12}{f'{exact}/{len(gold)}':>12}{share:>8.1f}"
                f"{precision:>8.3f}{recall:>8.3f}{f1:>8.3f}{seconds:>8.2f}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
