"""Training examples from parallel text: plain, with terms in the source, with names exchanged.

A term is given to the model by writing it, in the target language, into the source sentence (Dinu et
al., "Training Neural Machine Translation to Apply Terminology Constraints", ACL 2019): what stands
there already in Korean or Japanese is to be copied. A name that is no term of the sentence is never
shown, so an irrelevant glossary cannot change anything.

Needs `aligner` itself installed, not torch: `python -m training.translation.data --help`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from aligner import termbase
from aligner.engines.prompts import TRAINED, inlined
from aligner.engines.protocol import Request
from aligner.languages import JAPANESE, KOREAN, Language
from aligner.model import TermStatus, TermUse

LANGUAGES = {"ko": KOREAN, "ja": JAPANESE}
SEED, DEVELOPMENT = 7, 100
EXCHANGED = ("person", "place", "organization")
_PARTICLE = re.compile(
    r"(?<=[가-힣0-9A-Za-z”’)%]) (에서|에게|에는|에도|으로|까지|부터|과|와|의|를|을|은|는|가)(?= |[.,]|$)"
)
_WEEKDAYS = (
    ("Monday", "월요일", "月曜"),
    ("Tuesday", "화요일", "火曜"),
    ("Wednesday", "수요일", "水曜"),
    ("Thursday", "목요일", "木曜"),
    ("Friday", "금요일", "金曜"),
    ("Saturday", "토요일", "土曜"),
    ("Sunday", "일요일", "日曜"),
)
_WEEKDAY = re.compile("|".join(names[0] for names in _WEEKDAYS))

_KANJI = re.compile("[一-龥]")

Row = dict[str, str]


def table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def human(folder: Path) -> Iterator[Row]:
    """The open halves of NTREX-128, PUD and the Park news corpus (attribution: MODEL_CARD.md)."""
    for number, row in enumerate(table(folder / "par_ntrex_en_ko_ja.tsv")):
        yield {**row, "id": f"ntrex{number}", "document": row["doc_id"]}
    for number, row in enumerate(table(folder / "par_pud_en_ko.tsv")):
        yield {"id": f"pud{number}", "document": "", "en": row["en"], "ko": row["ko"]}
    for number, row in enumerate(table(folder / "par_park_news_en_ko.tsv")):
        korean = _PARTICLE.sub(r"\1", row["ko"])
        yield {"id": f"park{number}", "document": "", "en": row["en"], "ko": korean}


def held_out(
    rows: Sequence[Row], size: int = DEVELOPMENT, rng: random.Random | None = None
) -> set[str]:
    """Whole documents with at least `size` segments in all: for development, never trained on."""
    documents = list(dict.fromkeys(row["document"] for row in rows if row["document"]))
    (rng or random.Random(SEED)).shuffle(documents)
    kept: set[str] = set()
    while documents and sum(row["document"] in kept for row in rows) < size:
        kept.add(documents.pop(0))
    return kept


def variants(
    source: str, target: str, language: Language, terms: Terms, rng: random.Random
) -> list[tuple[str, str]]:
    """The plain pair first, then other ways to show it."""
    plain = (source, target)
    out = [plain]
    uses = terms.used(source, target, language)
    if uses:
        out.append((_with(source, [(use, _found(use, target)) for use in uses]), target))
        if len(uses) > 1:
            some = [use for use in uses if rng.random() < 0.5]
            out.append((_with(source, [(use, _found(use, target)) for use in some]), target))
        for _ in range(2):
            exchanged = terms.exchanged(source, target, uses, language, rng)
            if exchanged is not None:
                out.append(exchanged)
    if len(_WEEKDAY.findall(source)) == 1 and rng.random() < 0.5:
        for known in list(out[:2]):
            other = _other_weekday(*known, language, rng)
            if other is not None:
                out.append(other)
    return list(dict.fromkeys(out))


class Terms:
    """The term base, and its renderings by category for exchange."""

    def __init__(self, path: Path) -> None:
        self.base = termbase.load([path], territories=True)
        self.names: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
        for concept in self.base.concepts:
            both = {code: concept.preferred(lang) for code, lang in LANGUAGES.items()}
            if concept.category in EXCHANGED and all(both.values()):
                english = concept.cells()["en"].split("|")[0].strip()
                self.names[concept.category].append((english, both))

    def used(self, source: str, target: str, language: Language) -> list[TermUse]:
        """Terms of `source` whose rendering stands verbatim in `target`, each at a place of its own."""
        uses = self.base.check_all(self.base.match([source])[0], target, language)
        return [
            use
            for use in uses
            if use.status is TermStatus.OK
            and use.start is not None
            and use.end is not None
            and not use.match.ambiguous
        ]

    def exchanged(
        self,
        source: str,
        target: str,
        uses: Sequence[TermUse],
        language: Language,
        rng: random.Random,
    ) -> tuple[str, str] | None:
        """Pair with some names replaced by others of their kind; most stand in the source as terms."""
        replaced: list[tuple[TermUse, str]] = []
        targets: list[tuple[int, int, str]] = []
        for use in uses:
            category = self.base.concept(use.match.concept).category
            full = use.match.form == "full"
            surfaces = [u.match.surface for u in uses].count(use.match.surface)
            if category not in self.names or not full or surfaces > 1 or rng.random() < 0.3:
                replaced.append(
                    (use, _found(use, target) if rng.random() < 0.6 else use.match.surface)
                )
                continue
            if category != "person" and _KANJI.match(target, use.end or 0):
                replaced.append((use, _found(use, target)))  # 京都議定書: part of another name
                continue
            english, both = rng.choice(self.names[category])
            new = both[language.code]
            targets.append((use.start or 0, use.end or 0, new))
            replaced.append((use, new if rng.random() < 0.7 else english))
        if not targets:
            return None
        for start, end, new in sorted(targets, reverse=True):
            if language is KOREAN:
                target = termbase.agree(target, start, end, new)
            else:
                target = target[:start] + new + target[end:]
        return _with(source, replaced), target


def _found(use: TermUse, target: str) -> str:
    return target[use.start : use.end]


def _with(source: str, replaced: Sequence[tuple[TermUse, str]]) -> str:
    return inlined(source, [(use.match.surface, text) for use, text in replaced])


def _other_weekday(
    source: str, target: str, language: Language, rng: random.Random
) -> tuple[str, str] | None:
    found = _WEEKDAY.search(source)
    if found is None:
        return None
    column = 1 if language is KOREAN else 2
    here = next(names for names in _WEEKDAYS if names[0] == found[0])
    if target.count(here[column]) != 1:
        return None
    other = rng.choice(_WEEKDAYS)
    return source.replace(here[0], other[0]), target.replace(here[column], other[column])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, nargs="+", required=True, help="TSV: id en ko ja")
    parser.add_argument("--human", type=Path, help="folder of the open human-translated text")
    parser.add_argument("--glossary", type=Path, default=Path("glossaries/diplomacy.tsv"))
    parser.add_argument("--out", type=Path, required=True, help="folder for pairs, dev and words")
    parser.add_argument(
        "--dev",
        type=int,
        default=DEVELOPMENT,
        help="segments kept for development: of NTREX, where there is human text",
    )
    parser.add_argument("--share", type=float, default=1.0, help="share of the training pairs used")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    rows: list[Row] = list(human(options.human)) if options.human else []
    for path in options.corpus:
        rows += [{"document": "", **row} for row in table(path)]
    if not options.human:
        rows = [{**row, "document": row["id"]} for row in rows]
    kept = held_out(rows, options.dev, rng)
    options.out.mkdir(parents=True, exist_ok=True)
    terms = Terms(options.glossary)
    words = set()
    for concept in terms.base.concepts:
        words.update(form for cell in concept.cells().values() for form in cell.split("|") if form)
    with (
        (options.out / "pairs.part").open("w", encoding="utf-8") as train,
        (options.out / "dev.jsonl").open("w", encoding="utf-8") as dev,
    ):
        for row in rows:
            held = row["document"] in kept
            if not held and rng.random() >= options.share:
                continue
            for code, language in LANGUAGES.items():
                target = row.get(code)
                if not target:
                    continue
                shown = [
                    (TRAINED.turn(Request(source), language), f"{TRAINED.lead}{answer}")
                    for source, answer in variants(row["en"], target, language, terms, rng)
                ]
                line = {"id": row["id"], "lang": code, "variants": shown[:1] if held else shown}
                (dev if held else train).write(json.dumps(line, ensure_ascii=False) + "\n")
                if not held:
                    words.update((row["en"], target))
    os.replace(options.out / "pairs.part", options.out / "pairs.jsonl")
    (options.out / "words.txt").write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
