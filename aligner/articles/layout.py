"""Plain text → blocks: which line ends are paragraphs and which are only the width of a page.

A greedy filler breaks a line where the next word no longer fits; so a line end at which the next
word *would* have fitted was put there by a person. That, the mark a line ends with and the letter
the next one begins with decide each line end. A break between two sentences costs little, one
inside a sentence ruins its translation: what is in doubt is joined unless a sentence has ended.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from aligner.articles.dates import is_dateline, parse_date
from aligner.languages import script_of
from aligner.model import Block, BlockKind

MAX_HEADLINE_COLUMNS = 200
"""A longer first line is a paragraph; a CJK character is two columns wide."""
_MAX_WRAP_COLUMNS = 160
"""Nobody wraps by hand beyond this width: longer lines are paragraphs."""
_HEADER_BLOCKS = 5
"""How many blocks may stand before the dateline: headline, deck, byline, …"""

_CLOSERS = "\"'”’»)]）］】」』〉》*_ \t\u3000"
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"‘'-])(?:(?:[A-Za-z]\.)+|(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Sgt|Adm|Cmdr|Sen|Rep|Gov"
    r"|Amb|Rev|Hon|Pres|Prof|Sec|St|Mt|Ft|Jr|Sr|vs|No|Nos|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|Inc"
    r"|Co|Corp|Ltd|etc|al|Dept|Univ)\.)$"
)
_BULLET = re.compile(
    r"[•◦▪▫△▲▽▼○●◎■□◆◇▶►▷※☞★☆✔✓]|[ㆍ・·–—-]\s|\*\s|\(?\d{1,2}[.)]\s|\([a-z가-하]\)\s"
)
_DANGLING = re.compile(
    r"(?:[,，、(“—–-]|\b(?:the|a|an|of|to|in|on|at|by|for|and|or|with|from|that|as|its|their))$"
)
_CERTAIN_BULLET = re.compile(r"[•◦▪▫△▲▽▼○●◎■□◆◇▶►▷※☞]")


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    indent: int
    """Columns of white space before the text."""
    columns: int


@dataclass(frozen=True, slots=True)
class _Page:
    """What the whole text tells about its line ends."""

    width: float
    """Columns the lines are filled to."""
    wrapped: bool
    """True where lines end at a width, False where each line is a paragraph."""
    indented: bool
    """True where an indented line opens a paragraph."""


def blocks_of(text: str) -> tuple[tuple[Block, ...], str | None]:
    """Blocks of a clean text, in order and disjoint, only white space outside; and its ISO date."""
    spans = paragraphs(text)
    kinds, date = roles([text[start:end] for start, end in spans])
    blocks = tuple(Block(kind, start, end) for kind, (start, end) in zip(kinds, spans, strict=True))
    return blocks, date


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Spans of the paragraphs, trimmed; a hard-wrapped one spans its inner line ends."""
    groups = _groups(text)
    page = _page(groups)
    spans: list[tuple[int, int]] = []
    seen = 0
    for group in groups:
        start = group[0].start
        for line, following in pairwise(group):
            seen += 1
            if _parts(line, following, page, opening=seen == 1, head=seen <= _HEADER_BLOCKS):
                spans.append((start, line.end))
                start = following.start
        seen += 1
        spans.append((start, group[-1].end))
    return spans


def roles(blocks: Sequence[str], *, titled: bool = False) -> tuple[list[BlockKind], str | None]:
    """What each paragraph is, and the ISO date of the dateline; a lone paragraph is body.

    A headline is a first block that does not end as a sentence does and is followed by something;
    datelines stand among the first five blocks, before the first true paragraph. ``titled`` says
    that the first block is known to be the headline.
    """
    kinds = [BlockKind.BODY] * len(blocks)
    date: str | None = None
    if len(blocks) < 2:
        return kinds, None
    headline = dated = False
    for index, block in enumerate(blocks[: _HEADER_BLOCKS + 1]):
        if is_dateline(block):
            kinds[index] = BlockKind.DATELINE
            dated = True
            date = date or parse_date(block)
        elif not headline and (is_headline(block) or (titled and not index)):
            kinds[index] = BlockKind.HEADLINE
            headline = True
        elif dated or not is_headline(block):
            break
    return kinds, date


def is_headline(block: str) -> bool:
    """True for a short block that does not end as a sentence or a clause does."""
    lines = block.split("\n")
    text = " ".join(block.split())
    if len(lines) > 3 or columns(text) > MAX_HEADLINE_COLUMNS or _BULLET.match(text):
        return False
    bare = text.rstrip(_CLOSERS)
    if not any(character.isalnum() for character in bare):
        return False
    if bare.endswith((":", "：", ";", "；", ",", "、", "，")):
        return False
    return not bare.endswith((".", "。", "．")) or bool(_ABBREVIATION.search(bare))


def columns(text: str) -> int:
    """Width on a terminal: two columns for wide characters, one for the others (UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)


def _groups(text: str) -> list[list[_Line]]:
    """Runs of lines without a blank one between."""
    groups: list[list[_Line]] = [[]]
    offset = 0
    for raw in text.split("\n"):
        bare = raw.strip()
        if bare:
            indent = len(raw) - len(raw.lstrip())
            start = offset + indent
            width = columns(raw[:indent].expandtabs(4))
            groups[-1].append(_Line(start, start + len(bare), bare, width, columns(bare)))
        elif groups[-1]:
            groups.append([])
        offset += len(raw) + 1
    return [group for group in groups if group]


def _page(groups: Sequence[Sequence[_Line]]) -> _Page:
    pairs = [pair for group in groups for pair in pairwise(group)]
    pairs[:_HEADER_BLOCKS] = [
        pair
        for pair in pairs[:_HEADER_BLOCKS]
        if not is_dateline(pair[0].text) and not is_dateline(pair[1].text)
    ]
    widths = sorted(line.columns for group in groups if len(group) > 1 for line in group)
    if not pairs:
        return _Page(0.0, wrapped=False, indented=False)
    # Nine of ten lines, not the longest: an address on the web cannot be wrapped.
    width = float(widths[min(len(widths) - 1, len(widths) * 9 // 10)])
    ends = sum(_ends_sentence(line.text) for line, _ in pairs)
    inner = [pair for pair in pairs if not _ends_sentence(pair[0].text)]
    filled = sum(
        _starts_lower(following.text) or _is_full(line, following, width)
        for line, following in inner
    )
    wrapped = width <= _MAX_WRAP_COLUMNS and ends < 0.7 * len(pairs) and filled >= 0.6 * len(inner)
    hanging = [pair for pair in pairs if pair[0].indent > pair[1].indent]
    opened = [pair for pair in pairs if pair[0].indent < pair[1].indent]
    indented = bool(hanging) and sum(_ends_sentence(pair[0].text) for pair in opened) >= 0.6 * len(
        opened
    )
    return _Page(width, wrapped, indented)


def _parts(line: _Line, following: _Line, page: _Page, *, opening: bool, head: bool) -> bool:
    """True where the line end between the two parts paragraphs."""
    if (
        head
        and not _DANGLING.search(line.text)
        and (is_dateline(line.text) or is_dateline(following.text))
    ):
        return True
    if _CERTAIN_BULLET.match(following.text):
        return True
    ended = _ends_sentence(line.text)
    full = page.wrapped and _is_full(line, following, page.width)
    if _BULLET.match(following.text):
        # A dash may also open a wrapped line in the middle of a sentence.
        short = not page.wrapped or line.columns < 0.75 * page.width
        return ended or short or line.text.endswith(":") or bool(_BULLET.match(line.text))
    if _starts_lower(following.text) and not (ended and not page.wrapped):
        return False
    if page.indented and following.indent:
        # In this style an indented line opens a paragraph, a flush one goes on.
        return True
    if page.indented and line.indent and not following.indent and page.wrapped:
        return ended and not full and line.columns < 0.75 * page.width
    if opening and not ended:
        # A headline above its text: wider than the page, or clearly short of it.
        return (
            line.columns > page.width + 1
            or (not full and line.columns < 0.9 * page.width and not _continues(line.text))
            or following.indent > line.indent
            or (not page.wrapped and not _continues(line.text))
        )
    if ended:
        return not full
    if not page.wrapped:
        return not _continues(line.text)
    return not full and line.columns < 0.75 * page.width and not _continues(line.text)


def _is_full(line: _Line, following: _Line, width: float) -> bool:
    """True when the next line's first word would not have fitted on this line."""
    word = following.text.split(maxsplit=1)[0]
    if script_of(word[0]) in {"kana", "han"} or script_of(line.text[-1]) in {"kana", "han"}:
        return line.columns + columns(word[0]) > width - 2
    return line.columns + 1 + columns(word) > width - 1


def _ends_sentence(text: str) -> bool:
    bare = text.rstrip(_CLOSERS)
    return bare.endswith((".", "!", "?", "。", "．", "！", "？", "…")) and not _ABBREVIATION.search(
        bare
    )


def _continues(text: str) -> bool:
    """True for a line that cannot be the last of a paragraph."""
    return bool(_DANGLING.search(text) or _ABBREVIATION.search(text))


def _starts_lower(text: str) -> bool:
    bare = text.lstrip("\"'“‘([")
    return bool(bare) and bare[0].islower()
