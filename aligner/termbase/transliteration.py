"""How a name that no list knows is probably written in Hangul or katakana.

A joint n-gram model over pieces of both spellings (Bisani and Ney, "Joint-sequence models for
grapheme-to-phoneme conversion", Speech Communication 50, 2008) with Witten-Bell smoothing, counted from
the names of the vocabulary: ``transliteration.tsv`` holds each of them cut into pieces, by
``training/transliteration``. Four in ten unseen names come out as printed, the others near it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files

from aligner.languages import Language

Piece = tuple[str, str]
"""Letters and what stands for them."""
_ORDER = 3
_BEAM = 12
_LONGEST = 3
"""Letters of a piece at most."""
_NAME = re.compile(
    r"(?<![\w’'-])(?:(?:Mc|Mac|De|Di|Le|Van)?[A-Z]|O[’'][A-Z])[a-zà-öø-ÿāăąćčđēęěğīłńňōőřśşšťūůűźżž]{2,}(?![\w-])"
)
_WHOLE = {"ko": re.compile(r"[가-힣]{2,}"), "ja": re.compile(r"[ァ-ヴ][ァ-ヴー]+")}
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
_EDGE: Piece = ("", "")


def unknown_names(
    texts: Sequence[str], taken: Sequence[Sequence[tuple[int, int]]]
) -> frozenset[str]:
    """Words of an article that are names and lie in none of the spans ``taken`` (one list per text).

    A name has a capital within a sentence at least once, and is no common English word.
    """
    found = set()
    for text, spans in zip(texts, taken, strict=True):
        for word in _NAME.finditer(text):
            starts = re.search(r"(?:^|[.!?:]|[“\"‘'(])\s*$", text[: word.start()])
            inside = any(start < word.end() and word.start() < end for start, end in spans)
            if not (starts or inside or _is_common(word[0].lower())):
                found.add(word[0])
    return frozenset(found)


@lru_cache(maxsize=4096)
def transliterate(name: str, language: Language) -> str | None:
    """``name`` in the script of ``language``; None where nothing well-formed is found."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_STROKES))
    letters = "".join(letter for letter in plain if "a" <= letter <= "z")
    model = _model(language)
    for spelling in model.spellings(letters):
        whole = unicodedata.normalize("NFC", spelling)
        if _WHOLE[language.code].fullmatch(whole):
            return whole
    return None


class Model:
    """Counts of pieces after their histories, of every length up to ``_ORDER``."""

    def __init__(self, names: Iterable[Sequence[Piece]]) -> None:
        self._seen: Counter[tuple[Piece, ...]] = Counter()
        self._histories: Counter[tuple[Piece, ...]] = Counter()
        self._kinds: dict[tuple[Piece, ...], set[Piece]] = defaultdict(set)
        self._targets: dict[str, set[str]] = defaultdict(set)
        single: Counter[Piece] = Counter()
        for name in names:
            single.update(name)
            whole = (*[_EDGE] * (_ORDER - 1), *name, _EDGE)
            for end in range(_ORDER, len(whole) + 1):
                for size in range(1, _ORDER + 1):
                    gram = whole[end - size : end]
                    self._seen[gram] += 1
                    self._histories[gram[:-1]] += 1
                    self._kinds[gram[:-1]].add(gram[-1])
        for (source, target), count in single.items():
            if count > 1:
                self._targets[source].add(target)

    def spellings(self, letters: str) -> list[str]:
        """What may stand for ``letters``, the likeliest first."""
        start: tuple[Piece, ...] = (_EDGE,) * (_ORDER - 1)
        reached: list[list[tuple[float, tuple[Piece, ...], str]]] = [
            [] for _ in range(len(letters) + 1)
        ]
        reached[0] = [(0.0, start, "")]
        for at in range(len(letters)):
            reached[at].sort(key=lambda one: (-one[0], one[2]))
            for value, history, written in reached[at][:_BEAM]:
                for end in range(at + 1, min(len(letters), at + _LONGEST) + 1):
                    source = letters[at:end]
                    for target in sorted(self._targets.get(source, ())):
                        piece = (source, target)
                        likely = value + math.log(self._probability(history, piece))
                        reached[end].append((likely, (*history, piece)[1:], written + target))
        ended = [
            (value + math.log(self._probability(history, _EDGE)), written)
            for value, history, written in reached[-1]
        ]
        ended.sort(key=lambda one: (-one[0], one[1]))
        return list(dict.fromkeys(written for _, written in ended[: 4 * _BEAM]))

    def _probability(self, history: tuple[Piece, ...], piece: Piece) -> float:
        """Witten-Bell: each order leaves to the shorter one what its variety calls for."""
        value = 1 / (len(self._kinds[()]) + 1)
        for size in range(len(history) + 1):
            given = history[len(history) - size :]
            count = self._histories.get(given, 0)
            if not count:
                break
            kinds = len(self._kinds[given])
            value = (self._seen.get((*given, piece), 0) + kinds * value) / (count + kinds)
        return value


@lru_cache(maxsize=2)
def _model(language: Language) -> Model:
    text = files("aligner.termbase").joinpath("transliteration.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return Model(
        list(zip(source.split("|"), target.split("|"), strict=True))
        for code, source, target in rows
        if code == language.code
    )


_ENDINGS = (
    *(("men", "man"), ("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", "")),
    *(("ing", "e"), ("ly", ""), ("er", ""), ("er", "e"), ("ment", ""), ("al", ""), ("ny", "")),
)


def _is_common(word: str) -> bool:
    """Whether the word, or what it is a form of, is one that English writes with a small letter."""
    if word in _common():
        return True
    stems = (word.removesuffix(end) + other for end, other in _ENDINGS if word.endswith(end))
    return any(len(stem) > 2 and (stem in _common() or f"{stem}er" in _common()) for stem in stems)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(files("aligner.termbase").joinpath("common.txt").read_text("utf-8").split())
