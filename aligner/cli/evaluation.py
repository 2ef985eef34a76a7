"""Commands that measure: evaluate (translations), evaluate-scores (scores against humans)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aligner.cli.bitexts import with_likelihood, with_terms
from aligner.cli.rendering import emit, table, tracked
from aligner.cli.settings import load_terms

if TYPE_CHECKING:
    from aligner.languages import Language
    from aligner.model import TranslationUnit

Json = Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")]
To = Annotated[
    str | None,
    typer.Option("--to", "--lang", "-t", help="Target language, where no column says it."),
]
Glossary = Annotated[
    list[Path] | None,
    typer.Option("--glossary", "-g", help="Term base (TSV); may be given again."),
]
_TARGETS = ("target", "hypothesis", "translation", "mt")
_SOURCES = ("source", "en", "src")
_OURS, _CHRF = "aligner", "chrf"
_WITH_LIKELIHOOD = "aligner+likelihood"


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command()(evaluate)
    app.command("evaluate-scores")(evaluate_scores)


@dataclass(frozen=True, slots=True)
class _Rows:
    """A table of named columns, or the lines of a plain text file under no name."""

    path: str
    columns: dict[str, list[str]]
    size: int

    def find(self, names: Sequence[str]) -> list[str] | None:
        """The first column there is of ``names``, tried in that order."""
        return next((self.columns[name] for name in names if name in self.columns), None)

    def need(self, names: Sequence[str], what: str) -> list[str]:
        from aligner.errors import CorpusError

        found = self.find(names)
        if found is None:
            raise CorpusError(
                f"no column for the {what} (there is: {', '.join(self.columns)})",
                path=self.path,
                line=1,
                hint=f"name a column {' or '.join(map(repr, names))}",
            )
        return found


def _read(path: str) -> _Rows:
    """TSV by its suffix (or ``-``), anything else as plain text, a segment a line."""
    from aligner.corpus.staging import lines
    from aligner.errors import CorpusError

    table_like = path == "-" or path.lower().removesuffix(".gz").endswith((".tsv", ".tab"))
    rows = [text for _, text in lines(path)]
    if not table_like:
        return _Rows(path, {"target": rows, "source": rows}, len(rows))
    while rows and not rows[-1]:
        rows.pop()
    if not rows:
        raise CorpusError(
            "empty: not even a header line", path=path, line=1, hint="name the columns"
        )
    header = rows[0].split("\t")
    columns: dict[str, list[str]] = {name: [] for name in header}
    for number, text in enumerate(rows[1:], start=2):
        cells = text.split("\t")
        if len(cells) != len(header):
            raise CorpusError(
                f"{len(cells)} fields where the header names {len(header)}",
                path=path,
                line=number,
                hint="a field holds a tab, or one is missing",
            )
        for name, cell in zip(header, cells, strict=True):
            columns[name].append(cell)
    return _Rows(path, columns, len(rows) - 1)


def evaluate(
    hypotheses: Annotated[
        str,
        typer.Argument(
            help="Translations: TSV (source, target, lang) or plain lines.", metavar="HYP"
        ),
    ],
    reference: Annotated[
        str | None,
        typer.Option(
            "--reference", "-r", help="TSV or plain lines. Default: the column reference of HYP."
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", "-s", help="Sources, where HYP is plain lines.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", "-b", help="Other translations, to compare with.")
    ] = None,
    to: To = None,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", help="chrF2, BLEU, TER; may be given again.")
    ] = None,
    samples: Annotated[
        int, typer.Option("--samples", min=0, help="Bootstrap samples; 0 for no intervals.")
    ] = 1000,
    glossary: Glossary = None,
    as_json: Json = False,
) -> None:
    """Measure translations against references: chrF2, BLEU, TER, terms, degenerate rows.

    Rows are paired by order; where both files name sources, these must agree. With --baseline, says
    by paired bootstrap whether the difference is real.
    """
    from aligner import metrics
    from aligner.errors import UsageError

    rows = _read(hypotheses)
    outputs = rows.need(_TARGETS, "translation")
    sources = rows.find(_SOURCES) if rows.path.endswith(("tsv", "gz", "-", "tab")) else None
    if source is not None:
        sources = _read(source).need(_SOURCES, "source")
        _same_size(rows, len(outputs), source, len(sources))
    target = _language(to, rows)
    if reference is None:
        references = rows.columns.get("reference")
        if references is None:
            raise UsageError("no references", hint="give --reference FILE")
    else:
        references = _references(reference, target, rows, sources)
    names = tuple(metric or metrics.reference.NAMES)
    shown: list[dict[str, object]] = [
        {
            "metric": one.name,
            "value": one.value,
            "low": one.low,
            "high": one.high,
            "higher_is_better": one.higher_is_better,
            "signature": one.signature,
        }
        for one in metrics.evaluate(outputs, references, target, names=names, samples=samples)
    ]
    if sources is not None:
        shown += _without_reference(rows, sources, outputs, target, glossary)
    if baseline is not None:
        other = _read(baseline)
        earlier = other.need(_TARGETS, "translation")
        _same_size(rows, len(outputs), baseline, len(earlier))
        shown += [
            {
                "metric": f"{one.name} gain",
                "value": one.system.value - one.baseline.value,
                "baseline": one.baseline.value,
                "p": one.p,
                "better": one.better,
                "signature": one.system.signature,
            }
            for one in metrics.compare(
                earlier,
                outputs,
                references,
                target,
                names=[name for name in names if name != "TER"] or names,
                samples=max(samples, 100),
            )
        ]
    if as_json:
        emit(shown)
        return
    for row in shown:
        row["interval"] = _interval(row.get("low"), row.get("high"), 2)
        if "p" in row:
            row["interval"] = f"p = {row['p']:.4f}{', better' if row['better'] else ''}"
        row["value"] = f"{row['value']:.2f}"
    table(("metric", "value", "interval", "signature"), shown)


def _interval(low: object, high: object, digits: int) -> str:
    if not isinstance(low, float) or not isinstance(high, float):
        return ""
    return f"[{low:.{digits}f}, {high:.{digits}f}]"


def _references(path: str, target: Language, rows: _Rows, sources: list[str] | None) -> list[str]:
    from aligner.errors import CorpusError

    other = _read(path)
    references = other.need(("reference", target.code, "target"), "reference")
    _same_size(rows, rows.size, path, other.size)
    theirs = other.find(_SOURCES)
    if sources is not None and theirs is not None and theirs is not references:
        for number, (mine, their) in enumerate(zip(sources, theirs, strict=True), start=1):
            if " ".join(mine.split()) != " ".join(their.split()):
                raise CorpusError(
                    f"row {number} has another source than {rows.path}",
                    path=path,
                    line=number + 1,
                    hint="give the references in the order of the translations",
                )
    return references


def _same_size(rows: _Rows, size: int, path: str, other: int) -> None:
    from aligner.errors import CorpusError

    if size != other:
        raise CorpusError(
            f"holds {other} where {rows.path} holds {size}",
            path=path,
            hint="rows are paired by order",
        )


def _language(to: str | None, rows: _Rows) -> Language:
    """The one target language: told, or what column ``lang`` or ``lp`` (``en-ko``) says."""
    from aligner.errors import UsageError
    from aligner.languages import language

    if to:
        return language(to)
    named = rows.find(("lang", "lp"))
    codes = sorted({cell.rpartition("-")[2] for cell in named or ()})
    if len(codes) != 1:
        what = f"several target languages: {', '.join(codes)}" if codes else "no target language"
        raise UsageError(f"{rows.path} names {what}", hint="say it: --to ko")
    return language(codes[0])


def _units(
    rows: _Rows, sources: Sequence[str], outputs: Sequence[str], target: Language
) -> Iterator[TranslationUnit]:
    from aligner.model import TranslationUnit

    documents = rows.find(("doc_id", "document")) or [""] * len(outputs)
    for number, (text, output, document) in enumerate(
        zip(sources, outputs, documents, strict=True), start=1
    ):
        yield TranslationUnit(str(number), text, output, target, document=document)


def _without_reference(
    rows: _Rows,
    sources: Sequence[str],
    outputs: Sequence[str],
    target: Language,
    glossary: list[Path] | None,
) -> list[dict[str, object]]:
    from aligner import checks, metrics

    base = load_terms(glossary)
    units = list(_units(rows, sources, outputs, target))
    rate, kinds = metrics.degenerate_rate(units, checks.degenerate)
    terms = metrics.terminology(with_terms(units, base))
    size = f"{terms.matched} of {terms.occurrences} occurrences"
    glossed = f"glossary:{base.digest[:8]}"
    return [
        {"metric": "degenerate %", "value": 100 * rate, "kinds": kinds, "signature": " ".join(
            f"{kind}:{count}" for kind, count in kinds.items())},
        {"metric": "terms %", "value": 100 * terms.success, "matched": terms.matched,
         "occurrences": terms.occurrences, "signature": f"{size}|{glossed}"},
        {"metric": "term consistency %", "value": 100 * terms.frequent.micro,
         "first": terms.first.micro, "predefined": terms.predefined.micro,
         "macro": terms.frequent.macro, "signature": f"most frequent rendering, micro|{glossed}"},
    ]  # fmt: skip


def evaluate_scores(
    bitext: Annotated[
        str,
        typer.Argument(help="TSV with human scores beside source and translation.", metavar="TSV"),
    ],
    human: Annotated[
        str | None,
        typer.Option("--human", help="Column of human scores. Default: human, else score."),
    ] = None,
    score: Annotated[
        list[str] | None,
        typer.Option(
            "--score",
            help="Column to judge; `aligner` is our score made now, `aligner+likelihood` the same with "
            "what the default model thinks, `chrf` sentence chrF2 with the reference. May be given "
            "again. Default: aligner.",
        ),
    ] = None,
    invert: Annotated[
        bool, typer.Option("--lower-is-better", help="The human scores count faults.")
    ] = False,
    to: To = None,
    samples: Annotated[int, typer.Option("--samples", min=1, help="Bootstrap samples.")] = 500,
    glossary: Annotated[
        list[Path] | None,
        typer.Option("--glossary", "-g", help="Term base for our score. Default: none."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell how well scores agree with human ones: Pearson, Spearman, Kendall, pairwise, systems.

    Columns: source, target or hypothesis, lang or lp; doc_id (intervals are drawn by documents),
    system and reference where there are. Intervals are 95 %.
    """
    from dataclasses import asdict

    from aligner import metrics

    rows = _read(bitext)
    judged = _numbers(rows, human or ("human" if "human" in rows.columns else "score"))
    if invert:
        judged = [-value for value in judged]
    shown = []
    for name in score or [_OURS]:
        values = _scores(name, rows, to, glossary)
        agreement = metrics.evaluate_scores(
            values,
            judged,
            sources=rows.find(_SOURCES),
            systems=rows.columns.get("system"),
            documents=rows.find(("doc_id", "document")),
            samples=samples,
        )
        shown.append({"score": name, **asdict(agreement)})
    if as_json:
        emit(shown)
        return
    drawn = [
        {
            name: _figure(value)
            if isinstance(value, dict | float)
            else ("" if value is None else value)
            for name, value in row.items()
        }
        for row in shown
    ]
    table(
        ("score", "rows", "documents", "pearson", "spearman", "kendall", "within_source",
         "system_pearson", "system_accuracy", "systems"),
        drawn,
    )  # fmt: skip


def _figure(value: dict[str, float] | float) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return f"{value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"


def _numbers(rows: _Rows, name: str) -> list[float]:
    from math import isfinite

    from aligner.errors import CorpusError

    values = []
    for number, cell in enumerate(rows.need((name,), "scores"), start=2):
        try:
            value = float(cell)
        except ValueError:
            value = float("nan")
        if not isfinite(value):
            raise CorpusError(
                f"{cell!r} in column {name!r} is no number",
                path=rows.path,
                line=number,
                hint="leave rows without a score out",
            )
        values.append(value)
    return values


def _scores(name: str, rows: _Rows, to: str | None, glossary: list[Path] | None) -> list[float]:
    if name in rows.columns:
        return _numbers(rows, name)
    outputs = rows.need(_TARGETS, "translation")
    target = _language(to, rows)
    if name == _CHRF:
        from aligner import metrics

        references = rows.need(("reference", target.code), "reference")
        return [
            metrics.evaluate([output], [reference], target, names=("chrF2",))[0].value
            for output, reference in zip(outputs, references, strict=True)
        ]
    if name not in (_OURS, _WITH_LIKELIHOOD):
        rows.need((name,), "scores")
    from aligner import checks, scoring, termbase

    base = load_terms(glossary) if glossary else termbase.TermBase(())

    def assessed() -> Iterator[TranslationUnit]:
        units: Iterable[TranslationUnit]
        units = _units(rows, rows.need(_SOURCES, "source"), outputs, target)
        if name == _WITH_LIKELIHOOD:
            units = with_likelihood(tracked(units, len(outputs)))
        for unit in with_terms(units, base):
            yield replace(unit, findings=checks.check(unit))

    return [value.value for value in scoring.score_stream(assessed())]
