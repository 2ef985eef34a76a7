"""Speed and accuracy of the term base. Run: python benchmarks/terms.py [FOLDER_OF_DATA]

Speed (CPU time): 10,000 made-up concepts against 1,000,000 words (bars: match 2 s, load 0.3 s,
add 0.2 s). Accuracy: `terms_occurrences.tsv` of the folder (or of $ALIGNER_DATA), sentence pairs
whose English holds a CLDR territory name. The human reference either renders it or not; a row is
judged by the column `in_reference` (the CLDR form stands there) except where `terms_judged.tsv`
beside this file says otherwise, with the reason found by reading the row.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from aligner.languages import JAPANESE, KOREAN
from aligner.model import TermStatus
from aligner.termbase import Concept, TermBase, cldr_territories, load, write_glossary
from aligner.termbase.editing import add, update
from aligner.termbase.file import new_glossary

JUDGED = Path(__file__).parent / "terms_judged.tsv"
CONCEPTS, WORDS = 10_000, 1_000_000


def speed() -> None:
    rng = random.Random(7)
    vocabulary = [
        "".join(rng.choices("abcdefghiklmnoprstuvw", k=rng.randint(3, 9))) for _ in range(30_000)
    ]
    names = [
        f"{rng.choice(vocabulary).title()} {rng.choice(vocabulary).title()}"
        for _ in range(CONCEPTS)
    ]
    concepts = [
        Concept(f"person.x{i}", name, f"가나{i}", f"カナ{i}", "person", short_en=(name.split()[1],))
        for i, name in enumerate(names)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.tsv"
        glossary = new_glossary(str(path))
        lines = (*glossary.lines, *(glossary.row(concept) for concept in concepts))
        write_glossary(type(glossary)(glossary.columns, lines, 0, str(path)), path)
        load([path])
        start = time.process_time()
        base = load([path])
        loaded = time.process_time() - start
        start = time.process_time()
        base.match(["warm"])
        indexed = time.process_time() - start
        start = time.process_time()
        update(path, lambda glossary: add(glossary, Concept("person.new", "New Name", "새", "新")))
        added = time.process_time() - start
    articles = []
    for _ in range(WORDS // 500):
        article = []
        for _ in range(25):
            words = rng.choices(vocabulary, k=18)
            words[rng.randrange(18)] = rng.choice(names)
            article.append(" ".join(words) + ".")
        articles.append(article)
    start = time.process_time()
    found = sum(len(matches) for article in articles for matches in base.match(article))
    matched = time.process_time() - start
    total = sum(len(s.split()) for a in articles for s in a)
    print(f"load {CONCEPTS:,} concepts   {loaded:.3f} s (bar 0.3)")
    print(f"index {CONCEPTS:,} concepts  {indexed:.3f} s")
    print(f"add one term          {added:.3f} s (bar 0.2)")
    print(f"match {total:,} words  {matched:.3f} s (bar 2), {found:,} matches")


def accuracy(data: Path) -> None:
    base = TermBase(cldr_territories())
    rows = _table(data / "terms_occurrences.tsv")
    judged = {tuple(row[k] for k in KEY): row for row in _table(JUDGED)} if JUDGED.exists() else {}
    counts: dict[str, Counter[str]] = {"en-ko": Counter(), "en-ja": Counter()}
    for row in rows:
        language = KOREAN if row["lp"] == "en-ko" else JAPANESE
        matches = base.match([row["en"]])[0]
        mine = {
            concept.id
            for match in matches
            for concept in [base.concept(match.concept)]
            if row["term_en"] in (concept.en, *concept.aliases_en)
        }
        uses = [
            use
            for use in base.check_all(matches, row["target"], language)
            if use.match.concept in mine
        ]
        count = counts[row["lp"]]
        if not uses:
            count["part of another name"] += 1
            continue
        kept = all(use.status is TermStatus.OK for use in uses)
        verdict = judged.get(tuple(row[k] for k in KEY))
        rendered = (verdict["rendered"] if verdict else row["in_reference"]) == "1"
        count[f"{'kept' if kept else 'flagged'}/{'rendered' if rendered else 'absent'}"] += 1
        if kept != rendered:
            print(f"  disagrees ({'kept' if kept else 'flagged'})", *(row[k] for k in KEY))
    for pair, count in counts.items():
        both, flagged = count["kept/rendered"], count["flagged/absent"]
        false_alarm, overlooked = count["flagged/rendered"], count["kept/absent"]
        print(
            f"{pair}: rendered terms recognised: precision {both / (both + overlooked):.4f} "
            f"recall {both / (both + false_alarm):.4f}; absent terms flagged: "
            f"precision {flagged / (flagged + false_alarm):.4f} "
            f"recall {flagged / (flagged + overlooked):.4f}; {dict(count)}"
        )


KEY = ("corpus", "doc_id", "seg_id", "lp", "term_en")


def _table(path: Path) -> list[dict[str, str]]:
    header, *rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [dict(zip(header, row, strict=False)) for row in rows]


if __name__ == "__main__":
    speed()
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ALIGNER_DATA")
    if folder:
        accuracy(Path(folder))
