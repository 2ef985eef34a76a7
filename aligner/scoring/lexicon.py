"""What each word ought to have for a counterpart, learned from parallel text, and which has none.

A lexicon holds for a source word the renderings seen in good translations; a word is *told* where one of
them stands in the target. Each told word speaks for the translation and each untold one against it, by
the log-odds of seeing that in a good translation rather than in an unrelated one. The heaviest run of
untold words (the maximal-sum segment; Bentley 1984, "Algorithm design techniques") shows a dropped
clause, the same from the target's side an unfounded one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_POSSESSIVE = re.compile(r"['’]s\b")
_MAX_UNIT = 6
_CLOSING = " .!?。！？…\"'”’」』)）]】"


def stems(text: str) -> list[str]:
    """The words of English ``text``, lower case, the commonest endings off."""
    return [stem(word) for word in _WORD.findall(_POSSESSIVE.sub("", text))]


def stem(word: str) -> str:
    """``word`` in lower case without plural, past or progressive ending: crude, but the same each time."""
    word = word.lower()
    if len(word) > 4:
        if word.endswith("ies"):
            return word[:-3] + "y"
        for ending in ("ing", "ed", "es"):
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                return word[: -len(ending)]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word[:-1] if len(word) > 5 and word.endswith("e") else word


@dataclass(frozen=True, slots=True)
class Entry:
    """``others``: the counterparts; ``told``/``untold``: the log-odds added where one is found or none."""

    others: tuple[str, ...]
    told: float
    untold: float


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Both directions: source word → target strings, target string → source words.

    ``endings`` holds the log-odds (natural) that the last one or two characters of a text stand at the
    end of a good translation rather than somewhere within one.
    """

    forward: Mapping[str, Entry]
    backward: Mapping[str, Entry]
    endings: Mapping[str, float]

    def units(self, target: str) -> list[str]:
        """The known strings in ``target``, longest first from the left, none overlapping."""
        found = []
        at = 0
        while at < len(target):
            for size in range(min(_MAX_UNIT, len(target) - at), 0, -1):
                piece = target[at : at + size]
                if piece in self.backward:
                    found.append(piece)
                    at += size
                    break
            else:
                at += 1
        return found

    def evidence(self, source: str, target: str) -> tuple[list[float], list[float]]:
        """The log-odds that each source word, and each target string, is missing its counterpart.

        Positive speaks for a gap. Words the lexicon does not know are left out.
        """
        given = stems(source)
        forward = [
            entry.untold if not any(other in target for other in entry.others) else -entry.told
            for word in given
            if (entry := self.forward.get(word)) is not None
        ]
        present = set(given)
        backward = [
            entry.untold if present.isdisjoint(entry.others) else -entry.told
            for unit in self.units(target)
            if (entry := self.backward.get(unit)) is not None
        ]
        return forward, backward

    def unended(self, source: str, target: str) -> float:
        """Log-odds (0–4) that the target of a closed source sentence stops in mid-sentence."""
        if not source.rstrip().rstrip(_CLOSING[4:] + "\"'").endswith((".", "!", "?")):
            return 0.0
        end = last_letters(target)
        odds = self.endings.get(end[-2:], self.endings.get(end[-1:], 0.0))
        return max(0.0, min(4.0, 1.0 - odds))


def last_letters(text: str) -> str:
    """The end of ``text`` without closing marks."""
    return text.rstrip().rstrip(_CLOSING)


def heaviest_run(values: Iterable[float]) -> float:
    """The largest sum of consecutive ``values``; 0.0 where none is positive."""
    best = current = 0.0
    for value in values:
        current = max(0.0, current + value)
        best = max(best, current)
    return best


def measure(lexicon: Lexicon, source: str, target: str) -> dict[str, float]:
    """Gaps on both sides: the heaviest run of evidence, and its mean over all known words."""
    forward, backward = lexicon.evidence(source, target)
    return {
        "untold_run": heaviest_run(forward),
        "untold": _mean(forward),
        "unfounded_run": heaviest_run(backward),
        "unfounded": _mean(backward),
        # A word without a counterpart on each side is most often one word put for another.
        "unended": lexicon.unended(source, target),
        "replaced": min(max(forward, default=0.0), max(backward, default=0.0), 4.0)
        if forward and backward and max(forward) > 0 and max(backward) > 0
        else 0.0,
    }


def _mean(values: Sequence[float]) -> float:
    # Two neutral words are added, so that a single one does not decide.
    return 3.0 + sum(values) / (len(values) + 2)


def parse(raw: Mapping[str, Mapping[str, Any]]) -> Lexicon:
    """A lexicon from its JSON form: ``{"forward": {word: ["a|b", told, untold]}, "backward": …}``."""

    def table(side: Mapping[str, Any]) -> dict[str, Entry]:
        return {
            word: Entry(tuple(others.split("|")), told, untold)
            for word, (others, told, untold) in side.items()
        }

    return Lexicon(table(raw["forward"]), table(raw["backward"]), raw["endings"])


@lru_cache(maxsize=4)
def load(code: str) -> Lexicon:
    """The lexicon shipped for English → ``code``; an empty one where none is shipped."""
    place = resources.files("aligner.scoring") / "weights" / f"lexicon-{code}.json"
    if not place.is_file():
        return Lexicon({}, {}, {})
    return parse(json.loads(place.read_text(encoding="utf-8")))
