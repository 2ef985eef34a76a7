"""Offline translation and alignment of diplomatic news into Korean and Japanese.

Names are loaded when they are first used: ``import aligner`` itself costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from aligner.articles import read as read_articles
    from aligner.checks import check
    from aligner.engines import create as create_engine
    from aligner.errors import AlignerError
    from aligner.languages import language
    from aligner.memory import Memory
    from aligner.model import (
        Article,
        Document,
        Finding,
        Hypothesis,
        Score,
        Segment,
        TranslationUnit,
        Verdict,
    )
    from aligner.pipeline import run
    from aligner.scoring import judge, score
    from aligner.segmentation import segment
    from aligner.termbase import load as load_terms

_HOMES = {
    "AlignerError": "errors",
    "Article": "model",
    "Document": "model",
    "Finding": "model",
    "Hypothesis": "model",
    "Memory": "memory",
    "Score": "model",
    "Segment": "model",
    "TranslationUnit": "model",
    "Verdict": "model",
    "check": "checks",
    "create_engine": "engines.create",
    "judge": "scoring",
    "language": "languages",
    "load_terms": "termbase.load",
    "read_articles": "articles.read",
    "run": "pipeline",
    "score": "scoring",
    "segment": "segmentation",
}

__all__ = [
    "AlignerError",
    "Article",
    "Document",
    "Finding",
    "Hypothesis",
    "Memory",
    "Score",
    "Segment",
    "TranslationUnit",
    "Verdict",
    "check",
    "create_engine",
    "judge",
    "language",
    "load_terms",
    "read_articles",
    "run",
    "score",
    "segment",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'aligner' has no attribute {name!r}")
    module, _, other = home.partition(".")
    return getattr(import_module(f"aligner.{module}"), other or name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
