"""The word lists of ``words.toml``, as sets and as alternatives of a regular expression."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _lists() -> dict[str, dict[str, str]]:
    text = files("aligner.termbase").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def words(language: str, name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(_lists()[language][name].split())


def alternatives(language: str, name: str) -> str:
    """The words of a list in their order, joined by ``|``."""
    return "|".join(_lists()[language][name].split())


def names(language: str, name: str) -> dict[str, str]:
    """The ``word:letters`` pairs of a list."""
    return dict(pair.split(":", 1) for pair in _lists()[language][name].split())
