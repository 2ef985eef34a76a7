"""The nouns: immutable values that walk through the pipeline and only ever gain knowledge.

Offsets are in characters (Unicode code points), half-open, 0-based.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from aligner.languages import ENGLISH, Language


class BlockKind(StrEnum):
    HEADLINE = "headline"
    DATELINE = "dateline"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Block:
    """A headline, dateline or paragraph as a span of ``Article.text``."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """A text as read: ``text`` is what all offsets refer to, ``blocks`` are its parts in order.

    For a plain-text file ``text`` is the decoded file with LF line ends, so that offsets point back
    into it; for the other formats it is the extracted text.
    """

    id: str
    text: str
    blocks: tuple[Block, ...]
    path: str | None = None
    date: str | None = None
    language: Language = ENGLISH


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, headline or dateline: one line, no tab; the unit that is translated and aligned.

    ``text == " ".join(article.text[start:end].split())``; ``paragraph`` is the index of its block in
    the article and ``index`` its own index in the document.
    """

    id: str
    text: str
    start: int
    end: int
    paragraph: int
    index: int
    kind: BlockKind = BlockKind.BODY


@dataclass(frozen=True, slots=True)
class Document:
    """An article with its segments in order; what lies outside their spans is white space."""

    article: Article
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation of one segment: a single non-empty line.

    ``logprob`` is the mean natural-log probability per target token (≤ 0), ``unsure`` the share (0–1)
    of tokens that the engine gave a probability below 0.4; None where the engine tells none. ``repairs`` says, in order, what was done to the raw output ("retry:loop", "term:…").
    """

    text: str
    engine: str
    logprob: float | None = None
    repairs: tuple[str, ...] = ()
    unsure: float | None = None


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term found in a source segment; offsets are in the segment's text.

    ``form`` tells which kind of form matched: "full" or "short" (family name, acronym). ``ambiguous``
    holds the ids of all candidate concepts when the context could not decide (then ``concept`` is the
    first of them and nothing is enforced).
    """

    concept: str
    start: int
    end: int
    surface: str
    form: str = "full"
    ambiguous: tuple[str, ...] = ()


class TermStatus(StrEnum):
    OK = "ok"
    MISSING = "missing"
    DEPRECATED = "deprecated"


@dataclass(frozen=True, slots=True)
class TermUse:
    """What became of a source term in the target: ``found`` is the rendering seen there, if any.

    ``expected`` lists the accepted renderings, the preferred one first.
    """

    match: TermMatch
    status: TermStatus
    expected: tuple[str, ...]
    found: str | None = None
    start: int | None = None
    end: int | None = None


class Severity(StrEnum):
    """MQM severities, mildest first; compare with ``rank``."""

    NEUTRAL = "neutral"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault a check saw. ``category`` is an MQM category path such as ``accuracy/number``.

    ``start``/``end`` are offsets in the target; ``term`` is the concept id, for term checks.
    """

    check: str
    category: str
    severity: Severity
    message: str
    start: int | None = None
    end: int | None = None
    term: str | None = None
    suggestion: str | None = None


class Verdict(StrEnum):
    """What to do with a row: use it, read it first, or leave it out."""

    ACCEPT = "accept"
    REVIEW = "review"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Score:
    """A quality estimate in 0–1 (higher is better), its named parts (0–1) and the reason in words."""

    value: float
    parts: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class AddedName:
    """A name of the term base that stands in a target, without a counterpart in its source.

    Offsets are in the target. ``sure`` is False where the rest of the article has the name: a
    translator may have put it for "the country".
    """

    concept: str
    text: str
    start: int
    end: int
    sure: bool = True


@dataclass(frozen=True, slots=True)
class TranslationUnit:
    """A source text and its target, joined by the segment's id: the one traveller of the pipeline.

    Each step returns a copy with one more field filled (``dataclasses.replace``).
    """

    id: str
    source: str
    target: str
    language: Language
    """The target language."""
    segment: Segment | None = None
    hypothesis: Hypothesis | None = None
    terms: tuple[TermUse, ...] = ()
    findings: tuple[Finding, ...] = ()
    score: Score | None = None
    verdict: Verdict | None = None
    document: str = ""
    """Id of the article the segment comes from; "" where it is unknown."""
    added: tuple[AddedName, ...] = ()
    likelihood: float | None = None
    """Mean log-probability (nats a token) of the target for a model that did not write it."""
