"""Checks: pure functions from a translation unit to findings, each with an MQM category.

``check`` runs them all, ``CHECKS`` names them, ``degenerate`` is the short list that decides
whether an output must be decoded again before anything else is asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from aligner.checks import meaning, shape, style, values, writing
from aligner.checks.finding import Check
from aligner.languages import Language
from aligner.model import Finding, TranslationUnit

__all__ = ["CHECKS", "DEGENERATE", "Check", "check", "degenerate"]


def _value(name: str) -> Callable[[TranslationUnit], Iterator[Finding]]:
    return lambda unit: values.values_of(name, unit)


_TABLE = (
    Check("empty", "accuracy/omission", shape.empty, "There is a translation."),
    Check("copy", "accuracy/untranslated", writing.copy, "The target is not the source."),
    Check("loop", "fluency/repetition", shape.loop, "No stretch of text repeats itself."),
    Check("script", "fluency/script", writing.script_leak, "Only scripts of the language occur."),
    Check("prompt", "accuracy/addition", shape.prompt, "Nothing but the translation is there."),
    Check("lines", "accuracy/addition", shape.lines, "One line stays one line."),
    Check("truncated", "accuracy/omission", shape.truncated, "A sentence is brought to its end."),
    Check("untranslated", "accuracy/untranslated", writing.untranslated, "No English is left."),
    Check("length", "accuracy/omission", shape.length, "The length is usual for the pair."),
    Check("number", "accuracy/number", _value("number"), "Numbers keep their value."),
    Check("money", "accuracy/number", _value("money"), "Sums keep value and currency."),
    Check("percent", "accuracy/number", _value("percent"), "Percentages keep their value."),
    Check("date", "accuracy/date-time", _value("date"), "Years, months and days are kept."),
    Check("weekday", "accuracy/date-time", _value("weekday"), "Weekdays are kept."),
    Check("duration", "accuracy/number", values.duration, "Lengths of time keep their unit."),
    Check("time", "accuracy/date-time", _value("time"), "Times of day are kept."),
    Check("term", "terminology/missing", meaning.term, "Terms have an accepted rendering."),
    Check("added", "accuracy/addition", meaning.added, "Names come from the source."),
    Check("negation", "accuracy/mistranslation", meaning.negation, "A denial stays a denial."),
    Check("question", "accuracy/mistranslation", style.question, "A question stays a question."),
    Check("name", "style/name", writing.name, "Names are written in the language's script."),
    Check("latin", "fluency/script", writing.latin, "Latin words come from the source."),
    Check("doubled", "fluency/repetition", shape.doubled, "No word is written twice."),
    Check("quotes", "fluency/punctuation", style.quotes, "Quotations stay marked and paired."),
    Check("punctuation", "fluency/punctuation", style.punctuation, "Marks fit the language."),
    Check("particle", "fluency/grammar", style.particle, "Korean particles agree in sound."),
    Check("register", "style/register", style.register, "News prose is plain, not polite."),
)
CHECKS: Mapping[str, Check] = MappingProxyType({entry.name: entry for entry in _TABLE})
# When one of these holds, the finer checks would only repeat it in other words.
_FATAL = ("empty", "copy")
DEGENERATE = (
    *("empty", "lines", "copy", "loop", "prompt", "script", "untranslated", "truncated"),
    *("overlong", "short"),
)


def check(unit: TranslationUnit) -> tuple[Finding, ...]:
    """All findings of ``unit`` in the order of CHECKS; an empty or copied target has just that one.

    Terms are checked from ``unit.terms``, which the term base fills. Same unit, same findings.
    """
    for name in _FATAL:
        if found := tuple(CHECKS[name].function(unit)):
            return found + (tuple(CHECKS["term"].function(unit)) if name == "empty" else ())
    return tuple(
        finding
        for entry in CHECKS.values()
        if entry.name not in _FATAL
        for finding in entry.function(unit)
    )


def degenerate(source: str, target: str, language: Language) -> str | None:
    """Why ``target`` is no translation at all (one of DEGENERATE), or None; worst reason first."""
    unit = TranslationUnit("", source, target, language)
    if any(shape.empty(unit)) or (source.strip() and not target.strip()):
        return "empty"
    if any(shape.lines(unit)):
        return "lines"
    if writing.is_copy(source, target, language):
        return "copy"
    if shape.loop_span(source, target):
        return "loop"
    if shape.prompt_span(source, target):
        return "prompt"
    if any(finding.severity.rank >= 2 for finding in writing.script_leak(unit)):
        return "script"
    if writing.has_untranslated(source, target):
        return "untranslated"
    if shape.is_cut(source, target, language):
        return "truncated"
    if len(source) >= 12:
        score = shape.length_score(source, target, language)
        if score > 5:
            return "overlong"
        if score < -5:
            return "short"
    return None
