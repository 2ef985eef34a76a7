"""UTX 1.20 and OmegaT glossaries: two languages, one pair of terms a line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aligner.errors import GlossaryError, UsageError
from aligner.languages import LANGUAGES, Language
from aligner.termbase.concepts import CATEGORIES, Concept, concept_from_cells
from aligner.termbase.exchange.tables import united

_UTX_COLUMNS = ("src", "tgt", "src:pos", "tgt:pos", "term status", "concept ID", "comment")
_FORBIDDEN = frozenset(["forbidden", "deprecated", "rejected"])
_ADMITTED = frozenset(["non-standard", "provisional", "admitted"])


def read_utx(path: Path, language: Language | None) -> tuple[Concept, ...]:
    """A UTX dictionary; the languages come from its first line (``#UTX 1.20; en/ko; …``)."""
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    if not lines or not lines[0].startswith("#UTX"):
        raise GlossaryError(
            "is no UTX dictionary", path=path, line=1, hint="its first line begins with #UTX"
        )
    language = _utx_language(lines[0], path) or language
    columns: list[str] = []
    rows: list[tuple[int, dict[str, str]]] = []
    for number, line in enumerate(lines[1:], start=2):
        if line.startswith("#"):
            if line.startswith("#src\t"):
                columns = [name.strip() for name in line[1:].split("\t")]
            continue
        if line.strip():
            if "src" not in columns or "tgt" not in columns:
                raise GlossaryError(
                    "a term stands before the column line",
                    path=path,
                    line=number,
                    hint="write #src<tab>tgt<tab>src:pos… first",
                )
            rows.append((number, dict(zip(columns, line.split("\t"), strict=False))))
    if language is None:
        raise UsageError(f"cannot tell the target language of {path.name}", hint="say ko or ja")
    pairs = [
        _Pair(
            number,
            row["src"].strip(),
            row.get("tgt", "").strip(),
            row.get("term status", "approved").strip() or "approved",
            row.get("concept ID", "").strip(),
            row.get("comment", "").strip(),
        )
        for number, row in rows
    ]
    return _concepts(pairs, path, language)


def render_utx(concepts: Sequence[Concept], language: Language | None) -> str:
    """UTX 1.20: ``approved`` is preferred, ``non-standard`` admitted, ``forbidden`` deprecated."""
    language = _needed(language)
    lines = [
        f"#UTX 1.20; en/{language.code}; ; dictionary type: terminology;",
        "#" + "\t".join(_UTX_COLUMNS),
    ]
    for concept in concepts:
        target = concept.preferred(language)
        pos = "properNoun" if concept.category not in ("concept", "title") else "noun"
        triples = [(concept.en, target, "approved")]
        triples += [(alias, target, "non-standard") for alias in concept.aliases_en]
        triples += [(concept.en, v, "non-standard") for v in concept.admitted(language)]
        triples += [(concept.en, v, "forbidden") for v in concept.deprecated(language)]
        for index, (source, rendering, status) in enumerate(triples):
            comment = concept.notes if index == 0 else ""
            cells = (source, rendering, pos, pos, status, concept.id, comment)
            lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def lost_utx(concepts: Sequence[Concept], language: Language | None) -> tuple[str, ...]:
    return _lost(concepts, _needed(language), forbidden=False, ids=False)


def read_omegat(path: Path, language: Language | None) -> tuple[Concept, ...]:
    """An OmegaT glossary: source, target and comment, no header; further targets are variants."""
    if language is None:
        raise UsageError("an OmegaT glossary does not name its languages", hint="say ko or ja")
    pairs = []
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) < 2:
            raise GlossaryError(
                "the line holds no tab", path=path, line=number, hint="write source<tab>target"
            )
        comment = cells[2] if len(cells) > 2 else ""
        pairs.append(_Pair(number, cells[0], cells[1], "approved", "", comment))
    return _concepts(pairs, path, language)


def render_omegat(concepts: Sequence[Concept], language: Language | None) -> str:
    language = _needed(language)
    lines = []
    for concept in concepts:
        target = concept.preferred(language)
        if not target:
            continue
        lines.append(f"{concept.en}\t{target}\t{concept.notes}")
        lines += [f"{concept.en}\t{variant}\t" for variant in concept.admitted(language)]
        lines += [f"{alias}\t{target}\t= {concept.en}" for alias in concept.aliases_en]
    return "\n".join(lines) + "\n" if lines else ""


def lost_omegat(concepts: Sequence[Concept], language: Language | None) -> tuple[str, ...]:
    return _lost(concepts, _needed(language), forbidden=True, ids=True)


class _Pair:
    __slots__ = ("comment", "identity", "number", "source", "status", "target")

    def __init__(
        self, number: int, source: str, target: str, status: str, identity: str, comment: str
    ) -> None:
        self.number = number
        self.source = source
        self.target = target
        self.status = status
        self.identity = identity
        self.comment = comment


def _concepts(pairs: Sequence[_Pair], path: Path, language: Language) -> tuple[Concept, ...]:
    """Pairs gathered into concepts: by id where there is one, else by source term.

    A pair of another source term under a known id, or with the comment ``= term``, is an alias.
    """
    cells: dict[str, dict[str, str]] = {}
    code = language.code
    for pair in pairs:
        if not pair.source:
            raise GlossaryError(
                "the line has no source term",
                path=path,
                line=pair.number,
                hint="fill it or drop it",
            )
        key = (
            pair.identity or pair.comment.removeprefix("= ")
            if pair.identity or (pair.comment.startswith("= ") and pair.comment[2:] in cells)
            else pair.source
        )
        entry = cells.setdefault(key, {"id": pair.identity, "en": pair.source, code: ""})
        entry.setdefault("line", str(pair.number))
        if pair.source != entry["en"]:
            _append(entry, "aliases_en", pair.source)
        elif pair.comment:
            _append(entry, "notes", pair.comment, "; ")
        status = pair.status.lower()
        if not pair.target or pair.target == entry[code]:
            continue
        if status in _FORBIDDEN:
            _append(entry, f"forbidden_{code}", pair.target)
        elif status in _ADMITTED or entry[code]:
            _append(entry, f"variants_{code}", pair.target)
        else:
            entry[code] = pair.target
    concepts = []
    for entry in cells.values():
        line = int(entry.pop("line"))
        prefix = entry["id"].partition(".")[0]
        if prefix in CATEGORIES:
            entry["category"] = prefix
        if not entry[code] and entry.get(f"variants_{code}"):
            first, _, rest = entry[f"variants_{code}"].partition("|")
            entry[code], entry[f"variants_{code}"] = first, rest
        concepts.append(concept_from_cells(entry, path=str(path), line=line))
    return united(concepts)


def _append(entry: dict[str, str], name: str, value: str, separator: str = "|") -> None:
    parts = entry[name].split(separator) if entry.get(name) else []
    if value not in parts:
        entry[name] = separator.join([*parts, value])


def _utx_language(line: str, path: Path) -> Language | None:
    for part in line.split(";")[1:]:
        source, slash, target = part.strip().partition("/")
        if slash and len(source) <= 5:
            if not source.lower().startswith("en"):
                raise GlossaryError(
                    f"its source language is {source}", path=path, line=1, hint="it must be en"
                )
            return LANGUAGES.get(target.strip().lower()[:2])
    return None


def _needed(language: Language | None) -> Language:
    if language is None:
        raise UsageError("the format holds two languages", hint="say which one: ko or ja")
    return language


def _lost(
    concepts: Sequence[Concept], language: Language, *, forbidden: bool, ids: bool
) -> tuple[str, ...]:
    """What is left behind, one sentence per kind of loss that does occur in ``concepts``."""
    others = [code for code in ("ko", "ja") if code != language.code]
    checks = (
        (f"no terms of other languages ({', '.join(others)})",
         any(getattr(c, code) for c in concepts for code in others)),
        ("no short forms", any(c.short_en or c.short(language) for c in concepts)),
        ("no forbidden renderings", forbidden and any(c.deprecated(language) for c in concepts)),
        ("no ids and categories", ids and any(c.id for c in concepts)),
        ("no case rules, dates or sources",
         any(c.case or c.valid_from or c.valid_to or c.source for c in concepts)),
        ("no further columns", any(c.extra for c in concepts)),
    )  # fmt: skip
    return tuple(f"the format carries {what}" for what, is_lost in checks if is_lost)
