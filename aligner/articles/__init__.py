"""Files, folders, patterns and standard input → articles: headline, dateline, paragraphs.

    for article in read("seeds/talks.txt"): …
    articles, errors = read_all(["seeds", "more/*.md", "-"], stdin=data)

Formats: plain text, Markdown with YAML front matter, HTML, and JSON Lines (one article per line).
Everything that cannot be used is an ArticleError with a hint; one bad file never stops the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from aligner.articles import formats
from aligner.articles.dates import is_dateline, parse_date
from aligner.articles.decoding import clean, decode
from aligner.articles.sources import (
    FORMATS,
    MAX_BYTES,
    STDIN,
    Source,
    article_id,
    check_format,
    check_size,
    discover,
    display,
    format_of,
    load,
)
from aligner.errors import ArticleError
from aligner.languages import ENGLISH, Language
from aligner.model import Article

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "STDIN",
    "Source",
    "clean",
    "decode",
    "discover",
    "is_dateline",
    "parse",
    "parse_date",
    "read",
    "read_all",
]


def read(
    path: str | Path,
    *,
    stdin: bytes | None = None,
    format: str | None = None,
    language: Language = ENGLISH,
) -> list[Article]:
    """The articles of one file, at least one, their ids unique within it; or one ArticleError.

    ``-`` reads the bytes given as ``stdin``. ``format`` (txt, md, html, jsonl) overrules the
    suffix; standard input is told apart by its first characters. Raises UsageError for an unknown
    format.
    """
    shown = display(path)
    kind = check_format(format) if format is not None else None
    if str(path) == STDIN:
        if stdin is None:
            raise ArticleError("nothing was piped in", path=shown, hint="pipe an article to it")
        data = check_size(stdin, shown)
        kind = kind or _sniffed(data)
    else:
        kind = kind or format_of(path)
        data = load(path)
    if kind == "html":
        text: str | bytes = data
    else:
        text = decode(data, path=shown)
    name = "stdin" if str(path) == STDIN else Path(path).stem
    found = _parsed(text, kind, name, shown, language)
    if str(path) == STDIN:
        found = [replace(article, path=STDIN) for article in found]
    return _named(found, set())


def read_all(
    paths: Sequence[str | Path],
    *,
    stdin: bytes | None = None,
    format: str | None = None,
    language: Language = ENGLISH,
) -> tuple[list[Article], list[ArticleError]]:
    """All articles the paths stand for, ids unique, and one error for each file that gave none.

    The order is that of ``discover``; of two articles with one id the later is renamed ``id-2``.
    """
    articles: list[Article] = []
    errors: list[ArticleError] = []
    taken: set[str] = set()
    for source in discover(paths):
        if source.error is not None:
            errors.append(source.error)
            continue
        try:
            found = read(source.path, stdin=stdin, format=format, language=language)
        except ArticleError as error:
            errors.append(error)
        else:
            articles += _named(found, taken)
    return articles, errors


def parse(
    text: str,
    *,
    id: str = "text",
    format: str = "txt",
    path: str | None = None,
    language: Language = ENGLISH,
) -> list[Article]:
    """The articles of a text that is already in memory, by the same rules as ``read``."""
    if not text.strip():
        raise ArticleError("is empty", path=path, hint="an article needs at least one paragraph")
    return _named(_parsed(text, check_format(format), id, path, language), set())


def _parsed(
    text: str | bytes, kind: str, name: str, path: str | None, language: Language
) -> list[Article]:
    if kind == "html":
        return [formats.from_html(text, name, path, language)]
    assert isinstance(text, str)
    if kind == "jsonl":
        return formats.from_jsonl(text, name, path, language)
    reader = formats.from_markdown if kind == "md" else formats.from_text
    return [reader(text, name, path, language)]


def _named(articles: Iterable[Article], taken: set[str]) -> list[Article]:
    """The articles with clean ids that are not ``taken``; each id given is added to it."""
    named = []
    for article in articles:
        wanted = article_id(article.id)
        name, number = wanted, 2
        while name in taken:
            name, number = f"{wanted}-{number}", number + 1
        taken.add(name)
        named.append(article if name == article.id else replace(article, id=name))
    return named


def _sniffed(data: bytes) -> str:
    head = data[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] == b"{":
        return "jsonl"
    if head[:14].lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        return "html"
    return "md" if head.startswith((b"---\n", b"---\r\n")) else "txt"
