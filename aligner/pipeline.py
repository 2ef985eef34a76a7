"""The whole walk from files to a corpus: read → segment → translate → check → score → judge → write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from aligner import __version__, checks, corpus, scoring
from aligner.articles import read_all
from aligner.engines.protocol import Engine
from aligner.errors import InputError
from aligner.languages import Language
from aligner.memory import Memory
from aligner.model import Article, Document, TranslationUnit, Verdict
from aligner.segmentation import Abbreviations, segment
from aligner.termbase import TermBase, vocabulary
from aligner.translation import LADDER_VERSION, Task, key, plan, translate


@dataclass(frozen=True, slots=True)
class ArticleRead:
    """An article was read and segmented."""

    article: str
    segments: int


@dataclass(frozen=True, slots=True)
class ArticleRefused:
    """An article could not be read; the others go on."""

    error: InputError


@dataclass(frozen=True, slots=True)
class Planned:
    """``total`` translations are wanted, ``known`` of them are in the memory."""

    total: int
    known: int


@dataclass(frozen=True, slots=True)
class SegmentTranslated:
    """One segment is translated and safe in the memory (``remembered``: it had been before)."""

    unit: TranslationUnit
    remembered: bool


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step went through: how many units it visited, kept and flagged."""

    step: str
    visited: int
    kept: int
    flagged: int


Event = ArticleRead | ArticleRefused | Planned | SegmentTranslated | StepDone
SEGMENTER = "wire-1"
"""Raise when segmentation decides otherwise than before: it is part of the manifest's signature."""

Listener = Callable[[Event], None]


def _silent(event: Event) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Result:
    """What a run made: units per target language, in reading order, and what was refused."""

    documents: tuple[Document, ...]
    units: dict[str, list[TranslationUnit]]
    refused: tuple[InputError, ...] = ()
    steps: tuple[StepDone, ...] = ()
    remembered: int = 0
    files: tuple[Path, ...] = field(default=())

    def verdicts(self, language: str) -> Counter[Verdict]:
        """How many units of a target language were accepted, need review, were rejected."""
        return Counter(unit.verdict for unit in self.units[language] if unit.verdict)


def documents(
    articles: Iterable[Article], abbreviations: Abbreviations | None = None
) -> list[Document]:
    """Articles → documents, in order."""
    return [segment(article, abbreviations=abbreviations) for article in articles]


def assess(units: Sequence[TranslationUnit]) -> list[TranslationUnit]:
    """Findings, score and verdict for units whose terms are annotated."""
    checked = [replace(unit, findings=checks.check(unit)) for unit in units]
    scored = [
        replace(unit, score=score)
        for unit, score in zip(checked, scoring.score_all(checked), strict=True)
    ]
    return [replace(unit, verdict=scoring.judge(unit)) for unit in scored]


def read(
    paths: Sequence[str | Path],
    abbreviations: Abbreviations | None = None,
    listener: Listener = _silent,
    stdin: bytes | None = None,
) -> tuple[list[Document], list[InputError]]:
    """Files → documents; what cannot be read is told and left out. ``stdin`` stands for ``-``."""
    articles, refused = read_all(paths, stdin=stdin)
    for error in refused:
        listener(ArticleRefused(error))
    read_documents = documents(articles, abbreviations)
    for document in read_documents:
        listener(ArticleRead(document.article.id, len(document.segments)))
    return read_documents, list(refused)


def run(
    paths: Sequence[str | Path],
    *,
    targets: Sequence[Language],
    engine: Engine,
    terms: TermBase,
    memory: Memory,
    out: Path | None,
    abbreviations: Abbreviations | None = None,
    settings: dict[str, object] | None = None,
    listener: Listener = _silent,
    stdin: bytes | None = None,
) -> Result:
    """Translate articles into every target language and write the corpora to ``out`` (None: nowhere).

    Output is byte-identical for equal inputs; a second run calls the engine not once. Raises
    InputError when no article at all could be read, EngineError, ModelError, OutputError.
    """
    read_documents, refused = read(paths, abbreviations, listener, stdin)
    if not read_documents:
        raise (
            refused[0] if refused else InputError("no articles found", hint="name a file or folder")
        )
    tasks = plan(read_documents, targets, terms, vocabulary())
    units, remembered = _translated(tasks, engine, terms, memory, listener)
    assessed = assess(units)
    steps = _steps(read_documents, assessed, remembered)
    for step in steps:
        listener(step)
    by_language = {
        target.code: [
            unit for unit, task in zip(assessed, tasks, strict=True) if task.target == target
        ]
        for target in targets
    }
    result = Result(tuple(read_documents), by_language, tuple(refused), tuple(steps), remembered)
    if out is None:
        return result
    files = corpus.write_corpora(
        out,
        result.documents,
        by_language,
        version=__version__,
        engine=f"{engine.signature}/l{LADDER_VERSION}",
        segmenter=SEGMENTER,
        term_base=terms.digest,
        scorer=";".join(sorted({unit.score.signature for unit in assessed if unit.score})),
        settings={**(settings or {}), "vocabulary": vocabulary().digest},
        steps=[(step.step, step.visited, step.kept, step.flagged) for step in steps],
    )
    return replace(result, files=tuple(files))


def _translated(
    tasks: Sequence[Task], engine: Engine, terms: TermBase, memory: Memory, listener: Listener
) -> tuple[list[TranslationUnit], int]:
    made: dict[int, TranslationUnit] = {}
    remembered = 0
    listener(Planned(len(tasks), len(memory.get_many(key(task, engine) for task in tasks))))
    walk = translate(tasks, engine=engine, terms=terms, memory=memory, fault=checks.degenerate)
    for index, unit, known in walk:
        made[index] = unit
        remembered += known
        listener(SegmentTranslated(unit, known))
    return [made[index] for index in range(len(tasks))], remembered


def _steps(
    read_documents: Sequence[Document], units: Sequence[TranslationUnit], remembered: int
) -> list[StepDone]:
    segments = sum(len(document.segments) for document in read_documents)
    faulty = sum(any(finding.severity.rank > 0 for finding in unit.findings) for unit in units)
    accepted = sum(unit.verdict is Verdict.ACCEPT for unit in units)
    repaired = sum(bool(unit.hypothesis and unit.hypothesis.repairs) for unit in units)
    missed = sum(any(use.status != "ok" for use in unit.terms) for unit in units)
    total = len(units)
    return [
        StepDone("segment", len(read_documents), segments, 0),
        StepDone("translate", total, total, repaired),
        StepDone("terms", total, total, missed),
        StepDone("check", total, total, faulty),
        StepDone("score", total, total, 0),
        StepDone("judge", total, accepted, total - accepted),
    ]
