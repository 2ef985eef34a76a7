"""HTML → title, date as written and paragraphs.

A page without navigation, asides, footers or forms is read whole; a dressed one goes through
trafilatura first, and through the plain reading without its dress where that finds nothing.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from typing import Any

from aligner.articles.dates import parse_date

_UNSEEN = frozenset(
    {"script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "select"}
    | {"button"}
)
_DRESS = frozenset({"nav", "aside", "footer", "form", "header", "menu", "dialog"})
_BLOCKS = _DRESS | frozenset(
    {
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
    }
    | {"section", "article", "main", "body", "html", "pre", "table", "tr", "td", "th", "thead"}
    | {"tbody", "tfoot", "caption", "figure", "figcaption", "address", "hr", "center", "details"}
    | {"summary", "hgroup", "fieldset"}
    # what trafilatura calls them
    | {"head", "item", "quote", "list", "row", "cell", "code"}
)


def page_parts(page: str) -> tuple[str, str | None, list[str]]:
    """Title, date as written, and the paragraphs of a page; all empty for what holds no element."""
    from lxml import etree
    from lxml import html as lxml_html

    try:
        root = lxml_html.document_fromstring(page)
    except (etree.LxmlError, ValueError, AssertionError):
        return "", None, [html.unescape(re.sub(r"<[^>]*>", " ", page))]
    title, date = _html_title(root), _html_date(root)
    dressed = any(True for _ in root.iter(*_DRESS)) or len(list(root.iter("script"))) > 2
    found = _extracted(page) if dressed else []
    if not found:
        found = list(_html_blocks(root, skipped=_UNSEEN | (_DRESS if dressed else frozenset())))
    if not found and dressed:
        found = list(_html_blocks(root, skipped=_UNSEEN))
    return title, date, found


def _html_title(root: Any) -> str:
    headings = [" ".join(node.text_content().split()) for node in root.iter("h1")]
    headings = [heading for heading in headings if heading]
    shared = root.xpath("string(//meta[@property='og:title']/@content)").strip()
    if len(headings) == 1:
        return headings[0]
    if shared:
        return str(shared)
    title = " ".join(root.xpath("string(//head/title)").split())
    # "Headline | Site" and "Headline - Site": the longer side is the headline.
    sides = re.split(r"\s+[|–—-]\s+", title)
    return max(sides, key=len) if sides[0] else title


def _html_date(root: Any) -> str | None:
    places = (
        "//meta[@property='article:published_time']/@content",
        "//meta[@itemprop='datePublished']/@content",
        "//*[@itemprop='datePublished']/@datetime",
        "//meta[@name='date' or @name='pubdate' or @name='DC.date']/@content",
        "//meta[@name='dc.date.issued']/@content",
        "//article//time/@datetime",
        "//time/@datetime",
    )
    for place in places:
        for value in root.xpath(place):
            if parse_date(str(value)):
                return str(value)
    return None


def _extracted(page: str) -> list[str]:
    """The main text of a dressed page by trafilatura (Barbaresi 2021); empty when it finds none."""
    import trafilatura

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    try:
        document = trafilatura.bare_extraction(
            page,
            include_comments=False,
            include_tables=True,
            favor_recall=True,
            with_metadata=False,
            deduplicate=False,
        )
    except Exception:  # a foreign parser on foreign input: the plain reading below stands in for it
        return []
    body = getattr(document, "body", None)
    return list(_html_blocks(body, skipped=frozenset())) if body is not None else []


def _html_blocks(root: Any, *, skipped: frozenset[str]) -> Iterator[str]:
    """Texts between block elements, in document order; without recursion, for pages nest deeply."""
    text: list[str] = []
    # A stack of (element to enter) or (tag to leave, text that follows it).
    todo: list[tuple[Any, str | None, str | None]] = [(root, None, None)]
    while todo:
        node, left, tail = todo.pop()
        breaks = False
        if node is None:
            breaks = left in _BLOCKS
            piece = tail
        else:
            tag = node.tag if isinstance(node.tag, str) else ""
            name = tag.lower()
            todo.append((None, name, node.tail if node is not root else None))
            piece = None
            if tag and name not in skipped:
                breaks = name in _BLOCKS
                piece = "\n" if name in {"br", "lb"} else node.text
                todo += [(child, None, None) for child in reversed(node)]
        if breaks and text:
            yield from _broken("".join(text))
            text = []
        if piece:
            text.append(piece if piece == "\n" else re.sub(r"\s+", " ", piece))
    yield from _broken("".join(text))


def _broken(text: str) -> Iterator[str]:
    """The paragraphs of one element: two line breaks in a row part them, as old pages do."""
    for piece in re.split(r"\n\s*\n", text):
        if piece.strip():
            yield piece
