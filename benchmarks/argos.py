"""Argos packages: aligner beside Argos Translate's own API, same package, same machine, one run.

    python benchmarks/argos.py [PACKAGE.argosmodel] [--repeat N]

Without a package the small one of the tests is taken (English to Korean). The API is asked as its
users ask it, one text at a time; its sentence splitter (AGPL, and fetched from the internet at first use) is replaced by one
that takes each segment whole and costs nothing, so the API is rather faster here than in use. The
segments are the English side of seeds/ and of news.tsv; each runs N times, turn by turn, and medians
are compared. Equal: outputs that are the same to the letter once spaces are made one.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import sys
import tempfile
import time
import types
import zipfile
from pathlib import Path

from aligner.articles import read_all
from aligner.engines.argos import Argos
from aligner.engines.protocol import Request
from aligner.languages import language
from aligner.segmentation import segment

ROOT = Path(__file__).resolve().parent.parent


def segments() -> list[str]:
    articles, _ = read_all([ROOT / "seeds"])
    found = [one.text for article in articles for one in segment(article).segments]
    with (ROOT / "benchmarks" / "news.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        found += [row["en"] for row in rows]
    return list(dict.fromkeys(found))


class Whole:
    """Stands in for the API's sentence splitter."""

    def __init__(self, package: object) -> None: ...

    def split_sentences(self, text: str) -> list[str]:
        return [text]


def rival(folder: Path, source: str, target: str, threads: int):  # type: ignore[no-untyped-def]
    """Argos Translate's own translation object for the package unpacked in `folder`."""
    os.environ |= {
        "ARGOS_PACKAGES_DIR": str(folder),
        "ARGOS_INTRA_THREADS": str(threads),
        "ARGOS_INTER_THREADS": "1",
    }
    stub = types.ModuleType("minisbd")
    stub.SBDetect, stub.models = None, types.SimpleNamespace(cache_dir="")  # type: ignore[attr-defined]
    sys.modules["minisbd"] = stub
    import argostranslate.translate as api

    api.MiniSBDSentencizer = Whole
    return api.get_translation_from_codes(source, target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    tiny = ROOT / "tests" / "data" / "tiny-en_ko.argosmodel"
    parser.add_argument("package", type=Path, nargs="?", default=tiny)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    texts = segments()
    with tempfile.TemporaryDirectory() as place:
        with zipfile.ZipFile(options.package) as archive:
            archive.extractall(place)
        fields = json.loads(next(Path(place).glob("*/metadata.json")).read_text("utf-8"))
        codes = fields["from_code"], fields["to_code"]
        api = rival(Path(place), *codes, options.threads)
        engine = Argos([options.package], threads=options.threads)
        requests = [Request(text) for text in texts]
        source, target = (language(code) for code in codes)
        times: dict[str, list[float]] = {"argostranslate": [], "aligner": []}
        for turn in range(options.repeat + 1):  # the first one loads the model and is not counted
            began = time.perf_counter()
            theirs = [api.hypotheses(text, 1)[0].value for text in texts]
            middle = time.perf_counter()
            ours = engine.translate(requests, source, target)
            ended = time.perf_counter()
            api.cache.clear()
            if turn:
                times["argostranslate"].append(middle - began)
                times["aligner"].append(ended - middle)
    plain = [" ".join(text.split()) for text in theirs]
    equal = sum(a == b.text for a, b in zip(plain, ours, strict=True))
    print(f"{options.package.name}, {len(texts)} segments, {options.threads} threads")
    for name, taken in times.items():
        rate = len(texts) / statistics.median(taken)
        print(f"{name:15s} {rate:7.1f} segments/s (median of {len(taken)})")
    one, two = (statistics.median(taken) for taken in times.values())
    print(f"ratio {one / two:.1f}; equal outputs {equal} of {len(texts)}")


if __name__ == "__main__":
    main()
