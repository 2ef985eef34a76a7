"""Repair of a term in the target: a replacement is made only where it cannot make things worse.

A deprecated rendering, a name left in Latin letters and, for persons, a rendering that is a slip
away from the right one are replaced by the preferred rendering; Korean particles are made to
agree.
"""

from __future__ import annotations

import re
import unicodedata

from aligner.languages import KOREAN, Language, script_of
from aligner.model import TermStatus, TermUse
from aligner.termbase import japanese, korean
from aligner.termbase.particles import agree

_MAX_SLIP = 0.25
_MIN_LETTERS = 3
_RUN = {"ko": re.compile(r"[가-힣]+"), "ja": re.compile(r"[ァ-ヺー・＝]+|[一-龥々]+")}


def repair(target: str, use: TermUse, language: Language) -> str | None:
    """``target`` with the rendering of ``use`` put right; None when that is not safe.

    Safe means: one span is at fault, nothing about it is guessed, and the right rendering is not
    there already. A missing term of which the target has no trace is not inserted.
    """
    if not use.expected or use.match.ambiguous or use.status is TermStatus.OK:
        return None
    span = (use.start, use.end)
    if use.status is TermStatus.MISSING or span[0] is None or span[1] is None:
        found = _left_in_latin(target, use.match.surface)
        if found is None and use.match.concept.startswith("person."):
            found = _near_miss(target, use.expected, language)
        if found is None:
            return None
        start, end = found
    else:
        start, end = span[0], span[1]
    new = use.expected[0]
    if _glossed(target, start, end, new):
        return None
    if language is KOREAN:
        return agree(target, start, end, new)
    return target[:start] + new + target[end:]


def _glossed(target: str, start: int, end: int, new: str) -> bool:
    """True where the span explains, or is explained by, the rendering it would become."""
    after = re.match(r"\s*[(（]\s*([^()（）]*)", target[end:])
    before = re.search(r"([^\s()（）]+)\s*[(（]\s*$", target[:start])
    return bool((after and new in after[1]) or (before and new.endswith(before[1])))


def _left_in_latin(target: str, surface: str) -> tuple[int, int] | None:
    """The one place where the English surface stands untranslated, outside brackets."""
    if not surface.isascii() or len(surface) < _MIN_LETTERS:
        return None
    found = list(re.finditer(rf"(?<![A-Za-z]){re.escape(surface)}(?![A-Za-z])", target))
    if len(found) != 1:
        return None
    start, end = found[0].span()
    opened = target.count("(", 0, start) + target.count("（", 0, start)
    closed = target.count(")", 0, start) + target.count("）", 0, start)
    return None if opened > closed else (start, end)


def _near_miss(
    target: str, expected: tuple[str, ...], language: Language
) -> tuple[int, int] | None:
    """The one stretch that is nearly an expected name and stands like a name; None unless
    unique."""
    spans = {
        span
        for name in expected
        if len(name.replace(" ", "")) >= _MIN_LETTERS
        for span in (_slips_ko if language is KOREAN else _slips_ja)(target, name)
    }
    return spans.pop() if len(spans) == 1 else None


def _slips_ko(target: str, name: str) -> list[tuple[int, int]]:
    if not all(script_of(c) in ("hangul", "common") for c in name):
        return []
    words = r"\s".join(f"[가-힣]{{{max(1, len(w) - 1)},{len(w) + 1}}}" for w in name.split())
    spans = []
    for found in re.finditer(rf"(?<![가-힣])(?=({words}))", target):
        for length in range(len(name) - 1, len(name) + 2):
            start, end = found.start(1), found.start(1) + length
            candidate = target[start:end]
            tail = re.match(rf"\s?(?:{korean.TITLES})", target[end:])
            if (
                candidate != name
                and len(candidate) == length
                and tail
                and not candidate[-1].isspace()
                and _slip(_jamo(candidate), _jamo(name)) <= _MAX_SLIP
            ):
                spans.append((start, end))
                break
    return spans


def _slips_ja(target: str, name: str) -> list[tuple[int, int]]:
    spans = []
    for found in _RUN["ja"].finditer(target):
        run, start = found[0], found.start()
        if script_of(run[0]) != script_of(name[0]) or run == name:
            continue
        if script_of(name[0]) == "han":
            run = run[: len(name)]
            if len(run) < len(name) or sum(a != b for a, b in zip(run, name, strict=True)) > 1:
                continue
            if not re.match(japanese.TITLES, target[start + len(run) :]):
                continue
        elif _slip(run, name) > _MAX_SLIP:
            continue
        spans.append((start, start + len(run)))
    return spans


def _jamo(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _slip(one: str, other: str) -> float:
    """Levenshtein distance as a share of the longer string (0–1)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1] / max(len(one), len(other), 1)
