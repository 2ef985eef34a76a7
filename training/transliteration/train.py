"""Names of the vocabulary, cut into pieces of both spellings: what transliteration is counted from.

    python -m training.transliteration.train [--held-out N] [--out FOLDER]

Writes `transliteration.tsv`, and `common.txt`: words that the project's own English texts write with a
small letter, and names of peoples, which are therefore no unknown names.

Every capitalised word of `vocabulary.tsv` whose rendering is all Hangul or all katakana is aligned with it,
many to many, by expectation maximisation (Jiampojamarn, Kondrak and Sherif, "Applying Many-to-Many
Alignments and Hidden Markov Models to Letter-to-Phoneme Conversion", NAACL 2007): one to three letters to
none to four characters, Hangul as single letters. With --held-out N, N words are left out and spelt
by the model of the others; nothing is written then.
"""

from __future__ import annotations

import argparse
import difflib
import math
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from aligner.termbase import read_glossary
from aligner.termbase.transliteration import Model, Piece
from training.translation.data import table

SCRIPTS = {"ja": re.compile(r"[ァ-ヴー]{2,}"), "ko": re.compile(r"[가-힣]{2,}")}
BETWEEN = {"ja": "・", "ko": " "}
COLUMNS = {"ko": 1, "ja": 2}
LETTERS, CHARACTERS, ROUNDS = 3, 4, 6
ROOT = Path(__file__).resolve().parents[2]
CALENDAR = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july
august september october november december jan feb mar apr jun jul aug sep sept oct nov dec mrs
"""
LEAST = -5.5
"""Log-probability a letter of an alignment; below lie words that are no transliteration (재의 for Ash)."""
Pair = tuple[str, str]


def pairs(rows: Sequence[Sequence[str]], code: str) -> list[Pair]:
    """(letters, spelling) of every name, word by word; Hangul decomposed."""
    found = set()
    for row in rows:
        words, spelt = row[0].split(" "), row[COLUMNS[code]].split(BETWEEN[code])
        if len(words) != len(spelt):
            continue
        for word, one in zip(words, spelt, strict=True):
            if re.fullmatch(r"[A-Z][a-z]{2,}", word) and SCRIPTS[code].fullmatch(one):
                found.add((word.lower(), unicodedata.normalize("NFD", one)))
    return sorted(found)


def _steps(letters: int, characters: int, at: int, to: int) -> Iterator[tuple[int, int]]:
    """The ends of every piece that may begin at (``at``, ``to``)."""
    for end in range(at + 1, min(letters, at + LETTERS) + 1):
        for stop in range(to, min(characters, to + CHARACTERS) + 1):
            if stop > to or end == at + 1:
                yield end, stop


def _first(source: str, target: str) -> float:
    """A guess to begin with: pieces of one letter and one character."""
    uneven = abs(len(source) - 0.9 * len(target)) + len(source) - 1 + max(0, len(target) - 2) * 0.7
    return float(0.1 ** (uneven + (not target)))


def learnt(data: Sequence[Pair]) -> dict[Piece, float]:
    """The probability of each piece."""
    known: dict[Piece, float] = {}
    for _ in range(ROUNDS):
        counts: dict[Piece, float] = defaultdict(float)
        for source, target in data:
            _expect(source, target, known, counts)
        total = sum(counts.values())
        # Long pieces explain all and teach nothing.
        known = {
            piece: count / total * 0.3 ** (len(piece[0]) - 1)
            for piece, count in counts.items()
            if count > 0.2
        }
    return known


def _expect(
    source: str, target: str, known: Mapping[Piece, float], counts: dict[Piece, float]
) -> None:
    """Add to ``counts`` how often each piece is expected in this pair: forward-backward."""
    n, m = len(source), len(target)
    ahead = [[0.0] * (m + 1) for _ in range(n + 1)]
    behind = [[0.0] * (m + 1) for _ in range(n + 1)]
    ahead[0][0] = behind[n][m] = 1.0
    edges = []
    for i in range(n):
        for j in range(m + 1):
            if ahead[i][j]:
                for end, stop in _steps(n, m, i, j):
                    piece = (source[i:end], target[j:stop])
                    weight = known.get(piece, 1e-9) if known else _first(*piece)
                    ahead[end][stop] += ahead[i][j] * weight
                    edges.append((i, j, end, stop, piece, weight))
    for i, j, end, stop, _, weight in reversed(edges):
        behind[i][j] += weight * behind[end][stop]
    if ahead[n][m] > 0:
        for i, j, end, stop, piece, weight in edges:
            counts[piece] += ahead[i][j] * weight * behind[end][stop] / ahead[n][m]


def aligned(source: str, target: str, known: Mapping[Piece, float]) -> list[Piece] | None:
    """The likeliest pieces of a pair; None where it is no transliteration."""
    n, m = len(source), len(target)
    best: dict[tuple[int, int], tuple[float, list[Piece]]] = {(0, 0): (0.0, [])}
    for i in range(n):
        for j in range(m + 1):
            if (i, j) in best:
                value, before = best[i, j]
                for end, stop in _steps(n, m, i, j):
                    piece = (source[i:end], target[j:stop])
                    if piece in known:
                        reached = value + math.log(known[piece])
                        if (end, stop) not in best or reached > best[end, stop][0]:
                            best[end, stop] = (reached, [*before, piece])
    value, pieces = best.get((n, m), (-math.inf, []))
    return pieces if value / n >= LEAST else None


def common(vocabulary: Sequence[str]) -> list[str]:
    """Words of the corpus, the vocabulary and the glossary that are written with a small letter."""
    corpus = table(ROOT / "corpora" / "aligner-news" / "aligner-news.tsv")
    found = set(CALENDAR.split())
    for text in (*(row["en"] for row in corpus), *vocabulary):
        found.update(re.findall(r"(?<![A-Za-z-])[a-z]{3,}(?![A-Za-z])", text))
        if re.fullmatch(r"[A-Z][a-z]+(?:an|ese|ish|i)", text):
            found.add(text.lower())
    for concept in read_glossary(ROOT / "glossaries" / "diplomacy.tsv").concepts:
        if concept.category not in ("person", "place"):
            for form in (concept.en, *concept.aliases_en, *concept.short_en):
                found.update(word.lower() for word in re.findall(r"[A-Za-z]{3,}", form))
    return sorted(found)


def _report(code: str, data: Sequence[Pair], held_out: int) -> None:
    names = sorted({source for source, _ in data})
    left_out = set(random.Random(5).sample(names, held_out))
    training = [pair for pair in data if pair[0] not in left_out]
    known = learnt(training)
    model = Model([found for pair in training if (found := aligned(*pair, known))])
    right = alike = 0.0
    for name in sorted(left_out):
        spelt = unicodedata.normalize("NFC", (model.spellings(name) or [""])[0])
        printed = [unicodedata.normalize("NFC", t) for source, t in data if source == name]
        right += spelt in printed
        alike += max(difflib.SequenceMatcher(None, spelt, one).ratio() for one in printed)
    print(f"{code}: {len(training)} names; of {held_out} others {right / held_out:.3f} as printed, "
          f"similarity {alike / held_out:.3f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    package = files("aligner.termbase")
    parser.add_argument("--held-out", type=int, default=0, metavar="N")
    parser.add_argument("--out", type=Path, default=Path(str(package)))
    options = parser.parse_args()
    text = package.joinpath("vocabulary.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    lines = []
    for code in ("ja", "ko"):
        data = pairs(rows, code)
        if options.held_out:
            _report(code, data, options.held_out)
            continue
        known = learnt(data)
        for pair in data:
            if pieces := aligned(*pair, known):
                sides = ("|".join(side) for side in zip(*pieces, strict=True))
                lines.append("\t".join((code, *sides)))
    if lines:
        found = {"transliteration.tsv": lines, "common.txt": common([row[0] for row in rows])}
        for name, content in found.items():
            (options.out / name).write_text("\n".join(content) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
