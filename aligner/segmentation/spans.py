"""Spans of a paragraph: cutting without losing a character, and what stands in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_BRACKET = re.compile(r"[()（）\[\]]")
_OPENERS = "([（"
_PAIRS = {")": "(", "]": "[", "）": "（"}
_MAX_ASIDE_CHARS = 600


def cut(text: str, boundaries: Iterable[int]) -> list[tuple[int, int]]:
    """Ordered, disjoint, non-empty spans: ``text`` cut at ``boundaries``, without outer space.

    Every character outside them is white space.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*sorted({b for b in boundaries if 0 < b < len(text)}), len(text)]:
        piece = text[start:end]
        kept = piece.strip()
        if kept:
            first = start + len(piece) - len(piece.lstrip())
            spans.append((first, first + len(kept)))
        start = end
    return spans


def blank_lines(text: str) -> list[int]:
    """Offsets of the blank lines in ``text``: no sentence goes on across one."""
    return [match.start() for match in _BLANK_LINE.finditer(text)]


def asides(text: str, enders: str) -> list[tuple[int, int]]:
    """Spans of outermost brackets opened in mid-sentence, closed within 600 characters.

    A bracket is opened in mid-sentence unless only white space or closing marks part it from
    one of ``enders`` or the beginning. Such an aside belongs to its sentence, whole.
    """
    found: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    for match in _BRACKET.finditer(text):
        mark, at = match.group(), match.start()
        if mark in _OPENERS:
            stack.append((mark, at))
        elif stack and stack[-1][0] == _PAIRS[mark]:
            _, opened = stack.pop()
            if at - opened > _MAX_ASIDE_CHARS:
                continue
            before = text[max(0, opened - 8) : opened].rstrip().rstrip("\"”’')]}」』")
            if before and before[-1] not in enders:
                while found and found[-1][0] > opened:
                    found.pop()
                found.append((opened, at + 1))
    return found
