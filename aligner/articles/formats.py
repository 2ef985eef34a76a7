"""Each format → title, dateline, date and paragraphs; how these become blocks is one rule.

For all formats but plain text ``Article.text`` is composed: the blocks, each on one line, joined
by an empty line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aligner.articles.dates import parse_date
from aligner.articles.decoding import clean, decode
from aligner.articles.layout import blocks_of, paragraphs, roles
from aligner.articles.pages import page_parts
from aligner.errors import ArticleError
from aligner.languages import Language, script_of
from aligner.model import Article, Block, BlockKind

_NO_TEXT = "holds no text"
_NO_TEXT_HINT = "an article needs at least one paragraph"


@dataclass(frozen=True, slots=True)
class _Parts:
    """An article taken apart; ``lead_is_heading`` where mark-up makes the first block one."""

    paragraphs: Sequence[str]
    title: str = ""
    dateline: str = ""
    date: str | None = None
    lead_is_heading: bool = False


def from_text(text: str, name: str, path: str | None, language: Language) -> Article:
    """An article whose blocks are spans of the text itself; only white space lies outside them.

    In a language written without spaces a wrapped line end between two of its characters is taken
    out of the text, for a space there would part a word.
    """
    text = clean(text)
    blocks, date = blocks_of(text)
    if not blocks:
        raise ArticleError(_NO_TEXT, path=path, hint=_NO_TEXT_HINT)
    if not language.spaced:
        text, blocks = _unwrapped(text, blocks)
    return Article(name, text, blocks, path, date, language)


def from_markdown(text: str, name: str, path: str | None, language: Language) -> Article:
    """Front matter gives title, date and dateline; mark-up goes and its words stay."""
    meta, body = _front_matter(clean(text), path)
    found, lead_is_heading = _markdown_blocks(body)
    title, dateline, date = (_scalar(meta, key) for key in ("title", "dateline", "date"))
    parts = _Parts(found, title, dateline, date, lead_is_heading)
    return _composed(parts, name, path, language)


def from_html(data: bytes | str, name: str, path: str | None, language: Language) -> Article:
    """A plain page is taken whole, a dressed one without navigation, asides and footers."""
    if isinstance(data, bytes):
        head = re.search(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", data[:4096], re.IGNORECASE)
        data = decode(data, path=path, declared=head[1].decode("ascii", "ignore") if head else None)
    # Line ends mean nothing here, and lxml takes no declaration of bytes it does not see.
    page = re.sub(r"^\s*<\?xml[^>]*\?>", "", clean(data))
    title, date, found = page_parts(page)
    return _composed(_Parts(found, title, "", date), name, path, language)


def from_jsonl(text: str, name: str, path: str | None, language: Language) -> list[Article]:
    """One article per line: ``id``, ``title``, ``date``, ``dateline``, ``body``; no other is read.

    ``body`` is a text or a list of paragraphs. A line without an ``id`` is named after the file and
    its number. Raises ArticleError with the line and column of the first that cannot be used.
    """
    articles = []
    # Only LF: U+2028 may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            articles.append(_json_article(line, number, name, path, language))
    if not articles:
        raise ArticleError(_NO_TEXT, path=path, hint=_NO_TEXT_HINT)
    return articles


def _json_article(
    line: str, number: int, name: str, path: str | None, language: Language
) -> Article:
    def refuse(what: str, hint: str, column: int | None = None) -> ArticleError:
        return ArticleError(what, path=path, line=number, column=column, hint=hint)

    shape = (
        'write one object per line: {"id": "…", "title": "…", "date": "2021-05-05", "body": "…"}'
    )
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise refuse(f"is not JSON: {error.msg}", shape, error.colno) from None
    except (ValueError, RecursionError) as error:
        raise refuse(f"is not JSON that can be read: {error}", shape) from None
    if not isinstance(record, dict):
        raise refuse("is JSON but no object", shape)
    fields: dict[str, str] = {}
    for key in ("id", "title", "date", "dateline"):
        value = record.get(key)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise refuse(f'"{key}" is not a text', f'write "{key}" as a string')
        try:
            fields[key] = str(value)
        except ValueError:
            raise refuse(f'"{key}" is too long a number', f'write "{key}" as a string') from None
    body = record.get("body")
    pieces = [p for p in (body if isinstance(body, list) else [body]) if isinstance(p, str)]
    if len(pieces) != (len(body) if isinstance(body, list) else 1):
        what = 'has no "body"' if body is None else '"body" is not a text'
        raise refuse(what, 'give the text, or a list of paragraphs, as "body"')
    if re.search("[\ud800-\udfff]", "".join([*pieces, *fields.values()])):
        raise refuse("holds half a character (a lone \\ud… escape)", "write the text as UTF-8")
    if isinstance(body, list):
        found = [clean(piece) for piece in pieces]
    else:
        text = clean(pieces[0])
        found = [text[start:end] for start, end in paragraphs(text)]
    parts = _Parts(
        found, fields.get("title", ""), fields.get("dateline", ""), fields.get("date") or None
    )
    try:
        return _composed(parts, fields.get("id") or f"{name}-{number}", path, language, bare=True)
    except ArticleError as error:
        raise refuse(error.what, 'give the text as "body"') from None


def _composed(
    parts: _Parts, name: str, path: str | None, language: Language, *, bare: bool = False
) -> Article:
    """The article of these parts; ``bare`` where the body is known to hold paragraphs only."""
    body = [line for line in (_line(text, language) for text in parts.paragraphs) if line]
    title, dateline = _line(parts.title, language), _line(parts.dateline, language)
    if title and body and body[0].casefold() == title.casefold():
        body = body[1:]
    if not body:
        raise ArticleError(
            f"{_NO_TEXT} besides its title" if title else _NO_TEXT,
            path=path,
            hint=_NO_TEXT_HINT,
        )
    date = parse_date(parts.date) if parts.date else None
    # The heuristics of plain text see the whole; what the format itself says overrules them.
    kinds, seen = roles(
        [title, *body] if title else body, titled=bool(title) or parts.lead_is_heading
    )
    if title:
        kinds = kinds[1:]
    if title or bare:
        kinds = [BlockKind.BODY if kind is BlockKind.HEADLINE else kind for kind in kinds]
    dated = BlockKind.DATELINE in kinds
    if not dateline and parts.date and not dated:
        # A time stamp is for machines: the line shows its day.
        stamp = re.match(r"\d{4}-\d{2}-\d{2}(?=[T ]\d)", parts.date.strip())
        dateline = stamp[0] if stamp else _line(parts.date, language)
    header = [(BlockKind.HEADLINE, title), (BlockKind.DATELINE, dateline)]
    if not title and kinds[0] is BlockKind.HEADLINE:
        header[0] = (BlockKind.HEADLINE, body[0])
        kinds, body = kinds[1:], body[1:]
    lines = [(kind, line) for kind, line in header if line] + list(zip(kinds, body, strict=True))
    blocks, at = [], 0
    for kind, line in lines:
        blocks.append(Block(kind, at, at + len(line)))
        at += len(line) + 2
    text = "\n\n".join(line for _, line in lines)
    date = date or (parse_date(dateline) if dateline else None) or seen
    return Article(name, text, tuple(blocks), path, date, language)


def _line(text: str, language: Language) -> str:
    """``text`` on one line; a wrap inside unspaced writing leaves no space behind."""
    text = clean(text)
    if not language.spaced:
        text = _WRAP.sub(_closed, text)
    return " ".join(text.split())


_WRAP = re.compile(r"(\S)[^\S\n]*\n\s*(?=(\S))")


def _closed(match: re.Match[str]) -> str:
    return match[1] if _is_unspaced(match[1]) and _is_unspaced(match[2]) else match[0]


def _is_unspaced(character: str) -> bool:
    return script_of(character) in {"kana", "han"} or "\u3001" <= character <= "\u303f"


def _unwrapped(text: str, blocks: Sequence[Block]) -> tuple[str, tuple[Block, ...]]:
    pieces: list[str] = []
    moved: list[Block] = []
    at = last = 0
    for block in blocks:
        between, inside = (
            text[last : block.start],
            _WRAP.sub(_closed, text[block.start : block.end]),
        )
        start = at + len(between)
        at = start + len(inside)
        pieces += (between, inside)
        moved.append(Block(block.kind, start, at))
        last = block.end
    return "".join([*pieces, text[last:]]), tuple(moved)


# ── Markdown ─────────────────────────────────────────────────────────────────────────────────────


def _front_matter(text: str, path: str | None) -> tuple[Mapping[str, Any], str]:
    lines = text.lstrip("\n").split("\n")
    if lines[0].rstrip() != "---":
        return {}, text
    skipped = len(text) - len(text.lstrip("\n"))
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."}), None)
    if end is None or not any(re.match(r"[\w-]+\s*:", line) for line in lines[1:end]):
        # A rule at the head of a text without front matter.
        return {}, text
    import yaml

    try:
        # The base loader reads strings only: a title of 2021 or "no" stays what was written.
        meta = yaml.load("\n".join(lines[1:end]), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ArticleError(
            f"the front matter is not YAML: {getattr(error, 'problem', None) or error}",
            path=path,
            line=skipped + 2 + mark.line if mark else skipped + 1,
            column=mark.column + 1 if mark else None,
            hint='put values that hold a colon in quotes: title: "…"',
        ) from None
    if not isinstance(meta, dict):
        raise ArticleError(
            "the front matter is no list of keys and values",
            path=path,
            line=skipped + 1,
            hint="write it as: title: …",
        )
    return meta, "\n".join(lines[end + 1 :])


def _scalar(meta: Mapping[str, Any], key: str) -> str:
    value = meta.get(key)
    return value if isinstance(value, str) else ""


def _markdown_blocks(text: str) -> tuple[list[str], bool]:
    """The blocks of a CommonMark text as plain text; True when the first is a heading."""
    from markdown_it import MarkdownIt

    # Indented text is prose in an article, never code.
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("code")
    blocks: list[str] = []
    lead_is_heading = heading = False
    number = ""
    for token in parser.parse(text):
        if token.type == "heading_open":
            heading = True
        elif token.type == "list_item_open":
            # "1945. That was …" is a year, not the item of a list.
            number = f"{token.info}{token.markup} " if len(token.info) > 2 else ""
        elif token.type == "inline":
            if not blocks:
                lead_is_heading = heading
            content = "".join(_inline(child) for child in token.children or ())
            blocks.append(number + re.sub(r"\[\^[^\]\s]+\]", "", content))
            heading, number = False, ""
        elif token.type in {"fence", "code_block"}:
            blocks += re.split(r"\n\s*\n", token.content)
        elif token.type == "html_block":
            blocks += page_parts(token.content)[2]
    return [block for block in blocks if block.strip()], lead_is_heading


def _inline(token: Any) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    if token.type == "html_inline":
        return "\n" if re.match(r"<br\b", token.content, re.IGNORECASE) else ""
    return str(token.content) if token.type in {"text", "text_special", "code_inline"} else ""
