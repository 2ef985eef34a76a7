"""Documents → translation units: what is known is never decoded again, what is degenerate is.

A target belongs to the segment it was made from; nothing is aligned afterwards. Each segment walks
down a ladder until it is sound: decode → choose among samples, where the engine draws them → decode
again, stricter → repair of terms and values. The best attempt is kept, and what was done to it stands in ``Hypothesis.repairs``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from aligner import numerals, termbase
from aligner.engines.consensus import consensus
from aligner.engines.protocol import Engine, Request, Sampler
from aligner.languages import ENGLISH, KOREAN, Language, LanguagePair
from aligner.memory import Memory, MemoryKey
from aligner.model import (
    AddedName,
    BlockKind,
    Document,
    Hypothesis,
    Segment,
    TermMatch,
    TermStatus,
    TermUse,
    TranslationUnit,
)
from aligner.scheduling import Ask, Ladder, climb
from aligner.termbase import TermBase

LADDER_VERSION = 5
"""Raise when the ladder decides otherwise than before: it is part of every memory key."""

Fault = Callable[[str, str, Language], str | None]
"""(source, target, target language) → why the target is degenerate, or None."""

_MAX_FAULT_RETRIES = 3
_MAX_TERM_RETRIES = 1
_NAT = 30.0
"""Points of chrF2 agreement that a nat of mean token log-probability weighs among samples."""


@dataclass(frozen=True, slots=True)
class Task:
    """One segment on its way into one language."""

    document: Document
    segment: Segment
    target: Language
    matches: tuple[TermMatch, ...]
    request: Request
    demands: tuple[tuple[str, str], ...] = ()
    """Per term: what the ladder accepts and forbids as its rendering, beyond the preferred one."""
    article: frozenset[str] = frozenset()
    """The concepts that the whole article names."""


def plan(
    documents: Sequence[Document],
    targets: Sequence[Language],
    terms: TermBase,
    vocabulary: TermBase | None = None,
) -> list[Task]:
    """Every segment into every target language, language by language, in reading order.

    With a ``vocabulary``, what it knows and how unknown names are spelt is told to the engine where no
    term stands, and nothing more.
    """
    texts = [[segment.text for segment in document.segments] for document in documents]
    matched = [
        terms.match(text, date=document.article.date)
        for text, document in zip(texts, documents, strict=True)
    ]
    return [
        Task(
            document,
            segment,
            target,
            matches,
            replace(_request(segment, matches, terms, target), hints=told),
            _demands(matches, terms, target),
            frozenset(match.concept for each in found for match in each),
        )
        for target in targets
        for document, sentences, found in zip(documents, texts, matched, strict=True)
        for segment, matches, told in zip(
            document.segments,
            found,
            termbase.hints(sentences, found, vocabulary, target)
            if vocabulary
            else [()] * len(sentences),
            strict=True,
        )
    ]


def key(task: Task, engine: Engine) -> MemoryKey:
    """What the translation of a task depends on, and nothing else."""
    return MemoryKey(
        task.request.source,
        LanguagePair(ENGLISH, task.target),
        f"{engine.signature}/l{LADDER_VERSION}",
        (
            *task.request.terms,
            *task.demands,
            *((f"{surface} ~", rendering) for surface, rendering in task.request.hints),
        ),
        task.request.context,
        task.request.kind,
    )


def translate(
    tasks: Sequence[Task], *, engine: Engine, terms: TermBase, memory: Memory, fault: Fault
) -> Iterator[tuple[int, TranslationUnit, bool]]:
    """Yield (index of the task, its unit, whether the memory had it), each as soon as it is safe.

    What the memory has comes first. Equal segments are decoded once. Raises EngineError when the
    engine breaks its contract.
    """
    keys = [key(task, engine) for task in tasks]
    known = memory.get_many(keys)
    places: dict[MemoryKey, list[int]] = {}
    for index, task_key in enumerate(keys):
        if task_key in known:
            yield index, _unit(tasks[index], known[task_key], terms), True
        else:
            places.setdefault(task_key, []).append(index)
    ladders = {
        indexes[0]: _ladder(tasks[indexes[0]], engine, terms, fault) for indexes in places.values()
    }
    for index, hypothesis in climb(ladders, engine, lambda i, chosen: memory.put(keys[i], chosen)):
        for place in places[keys[index]]:
            yield place, _unit(tasks[place], hypothesis, terms), False


def _request(
    segment: Segment, matches: Sequence[TermMatch], terms: TermBase, target: Language
) -> Request:
    pairs: dict[str, str] = {}
    for match in matches:
        renderings = () if match.ambiguous else terms.renderings(match, target)
        if renderings and not _abbreviates(match, matches, segment.text):
            pairs.setdefault(match.surface, _preferred(match, renderings))
    composed = termbase.titled(
        segment.text, matches, lambda match: pairs.get(match.surface, ""), terms.concept, target
    )
    return Request(segment.text, (*pairs.items(), *composed), kind=str(segment.kind))


def _abbreviates(match: TermMatch, matches: Sequence[TermMatch], text: str) -> bool:
    """Whether it is the abbreviation behind its own full name, "exclusive economic zone (EEZ)".

    There the target, too, has the name and the abbreviation, not the name twice.
    """
    if text[match.start - 1 : match.start] != "(" or text[match.end : match.end + 1] != ")":
        return False
    alone = sum(other.surface == match.surface for other in matches) == 1
    full = text[: match.start - 1].rstrip()
    return alone and any(
        other.concept == match.concept and other.end == len(full) for other in matches
    )


def _demands(
    matches: Sequence[TermMatch], terms: TermBase, target: Language
) -> tuple[tuple[str, str], ...]:
    """What decides whether a rendering will do; empty where only the preferred one does.

    With it in the key, a changed variant or forbidden form is a changed term: what is written never
    depends on what the memory held before.
    """
    demands: dict[str, str] = {}
    for match in matches:
        others = () if match.ambiguous else terms.renderings(match, target)[1:]
        forbidden = () if match.ambiguous else terms.concept(match.concept).deprecated(target)
        if others or forbidden:
            demands[f"{match.surface} ({match.form})"] = "|".join((*others, "!", *forbidden))
    return tuple(demands.items())


def _preferred(match: TermMatch, renderings: Sequence[str]) -> str:
    """The rendering to ask for: a mention by family name stays one, as in print (블링컨, 茂木氏).

    One-syllable names (정, 鄭) say too little alone; there the full name stands.
    """
    if match.form == "short":
        head = renderings[0]
        short = [one for one in renderings if len(one) > 1 and one != head and one in head]
        return max(short, key=len) if short else head
    return renderings[0]


def _unit(task: Task, hypothesis: Hypothesis, terms: TermBase) -> TranslationUnit:
    """The unit of a finished segment; the last, cheap repairs are made anew from what is stored."""
    text, notes = numerals.without_invented_dates(task.segment.text, hypothesis.text, task.target)
    text, more = numerals.grouped(text, task.target)
    notes += more
    if task.target == KOREAN:
        text, more = termbase.agreeing(text)
        notes += more
    if _SPLIT.search(text):
        text, notes = _SPLIT.sub(".", text), (*notes, "decimal:。→.")
    hypothesis = replace(hypothesis, text=text, repairs=(*hypothesis.repairs, *notes))
    return TranslationUnit(
        id=task.segment.id,
        source=task.segment.text,
        target=hypothesis.text,
        language=task.target,
        segment=task.segment,
        hypothesis=hypothesis,
        terms=terms.check_all(task.matches, hypothesis.text, task.target),
        added=_added(task, hypothesis.text, terms),
        document=task.document.article.id,
    )


def _added(task: Task, text: str, terms: TermBase) -> tuple[AddedName, ...]:
    source = task.segment.text
    return terms.added(source, task.matches, text, task.target, article=task.article)


@dataclass(frozen=True, slots=True)
class _Attempt:
    hypothesis: Hypothesis
    fault: str | None
    uses: tuple[TermUse, ...]
    strictness: int
    wrong: int
    """Numbers, dates, weekdays and names that are not what the source says."""

    @property
    def missing(self) -> int:
        return sum(use.status is not TermStatus.OK for use in self.uses)

    @property
    def flaws(self) -> tuple[bool, int, int]:
        """Sound before faulty, then fewer missed terms, then fewer wrong values."""
        return (self.fault is not None, self.missing, self.wrong)

    @property
    def rank(self) -> tuple[tuple[bool, int, int], float]:
        """Fewer flaws, then what the model thinks likelier."""
        return (self.flaws, -(self.hypothesis.logprob or 0.0))


def _ladder(task: Task, engine: Engine, terms: TermBase, fault: Fault) -> Ladder:
    draws = isinstance(engine, Sampler)
    return Ladder(task.request, task.target, _steps(task, terms, fault, draws=draws))


def _steps(
    task: Task, terms: TermBase, fault: Fault, *, draws: bool
) -> Generator[Ask, Sequence[Hypothesis], Hypothesis]:
    """Asks until the translation is sound or nothing is left to try, and returns the best one."""
    best = _date(task)
    for strictness in range(_MAX_FAULT_RETRIES + 1):
        if best is not None and not _unsound(best, strictness):
            break
        (hypothesis,) = yield Ask(strictness)
        attempt = _attempt(task, hypothesis, terms, fault, strictness)
        if draws and strictness <= _MAX_TERM_RETRIES and any(attempt.flaws):
            drawn = yield Ask(strictness, draw=True)
            others = [_attempt(task, one, terms, fault, strictness) for one in drawn]
            attempt = _chosen([attempt, *others])
        if best is None or attempt.rank < best.rank:
            best = attempt
    assert best is not None
    return _finish(task, best)


def _chosen(attempts: Sequence[_Attempt]) -> _Attempt:
    """The one with the fewest flaws; among equals the likely one that the others agree with."""
    agreed = consensus([attempt.hypothesis.text for attempt in attempts])
    worth = [
        value + _NAT * (attempt.hypothesis.logprob or 0.0)
        for value, attempt in zip(agreed, attempts, strict=True)
    ]
    return min(zip(attempts, worth, strict=True), key=lambda one: (one[0].flaws, -one[1]))[0]


def _unsound(attempt: _Attempt, strictness: int) -> bool:
    if attempt.fault:
        return strictness <= _MAX_FAULT_RETRIES
    return bool(attempt.missing) and strictness <= _MAX_TERM_RETRIES


def _attempt(
    task: Task, hypothesis: Hypothesis, terms: TermBase, fault: Fault, strictness: int
) -> _Attempt:
    text = _tidy(hypothesis.text, task)
    repairs: list[str] = []
    for repair in (numerals.repair, numerals.repair_durations):
        mended = repair(task.segment.text, text, task.target)
        if mended is not None:
            text, notes = mended
            repairs += notes
    text, replaced = _right_terms(text, task, terms)
    repairs += replaced
    return _Attempt(
        replace(hypothesis, text=text, repairs=(*hypothesis.repairs, *repairs)),
        # Tidying closes a sentence with its stop, which would hide that the raw output broke off.
        fault(task.segment.text, text, task.target)
        or fault(task.segment.text, hypothesis.text, task.target),
        terms.check_all(task.matches, text, task.target),
        strictness,
        _wrong_values(task, text) + sum(name.sure for name in _added(task, text, terms)),
    )


def _wrong_values(task: Task, text: str) -> int:
    said = numerals.quantities(task.segment.text, ENGLISH)
    found = numerals.compare(said, numerals.quantities(text, task.target))
    lengths = numerals.changed_durations(task.segment.text, text, task.target)
    wrong = (found.missing, found.extra, found.changed, found.currency, lengths)
    return sum(map(len, wrong))


def _right_terms(text: str, task: Task, terms: TermBase) -> tuple[str, list[str]]:
    """``text`` with deprecated renderings replaced, and a note for each."""
    notes: list[str] = []
    for _ in task.matches:
        # A replacement moves what stands behind it: the next one is looked up anew.
        for use in terms.check_all(task.matches, text, task.target):
            if use.status is not TermStatus.DEPRECATED:
                continue
            replaced = termbase.repair(text, use, task.target)
            if replaced is not None and replaced != text:
                notes.append(f"term:{use.found}→{use.expected[0]}")
                text = replaced
                break
        else:
            break
    return text, notes


def _finish(task: Task, attempt: _Attempt) -> Hypothesis:
    """The hypothesis that is kept: never empty (where there is nothing, the source stands)."""
    hypothesis = attempt.hypothesis
    if attempt.strictness:
        hypothesis = replace(
            hypothesis, repairs=(f"retry:{attempt.strictness}", *hypothesis.repairs)
        )
    return hypothesis if hypothesis.text else replace(hypothesis, text=task.segment.text)


_SPLIT = re.compile(r"(?<=[0-9])。(?=[0-9])")
"""A full stop in the place of a decimal point: 6。3."""
_BRACKETED = re.compile(r" ?[(（]([^()（）]{2,40})[)）]")
_QUOTES = {"ko": str.maketrans({"「": "“", "」": "”", "『": "‘", "』": "’"})}


def _tidy(text: str, task: Task) -> str:
    """Typography of the target language; a sentence ends with a full stop, a headline without."""
    text = task.target.normalise(text)
    text = text.translate(_QUOTES.get(task.target.code, {}))
    text = _BRACKETED.sub(_unless_said, text)
    if task.target.code == "ja":
        text = text.replace("?", "？").replace("!", "！")
        text = "".join(
            "、" if character == "," and not _between_digits(text, index) else character
            for index, character in enumerate(text)
        )
        text = text.replace("、 ", "、").replace("。 ", "。")
    if task.segment.kind is BlockKind.HEADLINE:
        return text.rstrip(".。")
    last = text[-1:]
    if text and (last.isalnum() or last in "%％)）") and task.segment.text[-1:] in '.”"':
        text += task.target.stop
    return text


def _unless_said(bracket: re.Match[str]) -> str:
    """The bracket, or nothing where it repeats what stands before it: 비무장지대(비무장지대)."""
    said = bracket.string[: bracket.start()].endswith(bracket[1])
    return "" if said else bracket[0]


def _between_digits(text: str, index: int) -> bool:
    return text[index - 1 : index].isdigit() and text[index + 1 : index + 2].isdigit()


def _date(task: Task) -> _Attempt | None:
    """A dateline that is nothing but a date needs no model."""
    rendered = numerals.render_date(task.segment.text, task.target)
    if rendered is None:
        return None
    return _Attempt(Hypothesis(rendered, "rule:date"), None, (), 0, 0)
