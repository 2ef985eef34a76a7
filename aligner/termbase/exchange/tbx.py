"""TBX-Basic (ISO 30042): written as the 2008 core structure, read in that and the 2019 one.

What TBX-Basic has no place for (case rule, dates, unknown columns) travels in notes of the form
``aligner:column=value``. Documents that declare entities are refused before anything is expanded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from aligner.errors import GlossaryError
from aligner.languages import ENGLISH, JAPANESE, KOREAN, LANGUAGES, Language
from aligner.termbase.concepts import CATEGORIES, Concept, concept_from_cells
from aligner.termbase.exchange.tables import united

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PREFERRED = "preferredTerm-admn-sts"
_ADMITTED = "admittedTerm-admn-sts"
_DEPRECATED = "deprecatedTerm-admn-sts"
_BAD = (
    "deprecated",
    "forbidden",
    "obsolete",
    "rejected",
    "superseded",
    "do-not-use",
    "nottobeused",
)
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<martif type="TBX-Basic" xml:lang="en">
  <martifHeader>
    <fileDesc><sourceDesc><p>aligner term base</p></sourceDesc></fileDesc>
    <encodingDesc><p type="XCSURI">TBXBasicXCSV02.xcs</p></encodingDesc>
  </martifHeader>
  <text>
    <body>
"""
_TAIL = "    </body>\n  </text>\n</martif>\n"
_MARK = "aligner:"
_MAX_BYTES = 200_000_000


def render_tbx(concepts: Sequence[Concept], language: Language | None) -> str:
    """All concepts, every term with its administrative status; short forms have that term type."""
    return _HEAD + "".join(map(_entry, concepts)) + _TAIL


def _entry(concept: Concept) -> str:
    lines = [f"      <termEntry id={quoteattr(concept.id)}>"]
    lines.append(f'        <descrip type="subjectField">{escape(concept.category)}</descrip>')
    if concept.source:
        lines.append(f'        <admin type="source">{escape(concept.source)}</admin>')
    if concept.notes:
        lines.append(f"        <note>{escape(concept.notes)}</note>")
    plain = {"case": concept.case, "from": concept.valid_from, "to": concept.valid_to}
    for name, value in (*plain.items(), *concept.extra.items()):
        if value:
            lines.append(f"        <note>{escape(f'{_MARK}{name}={value}')}</note>")
    for language in (ENGLISH, KOREAN, JAPANESE):
        terms = list(_terms(concept, language))
        if terms:
            lines.append(f'        <langSet xml:lang="{language.code}">')
            for term, status, kind in terms:
                lines.append("          <tig>")
                lines.append(f"            <term>{escape(term)}</term>")
                lines.append(
                    f'            <termNote type="administrativeStatus">{status}</termNote>'
                )
                if kind:
                    lines.append(f'            <termNote type="termType">{kind}</termNote>')
                lines.append("          </tig>")
            lines.append("        </langSet>")
    lines.append("      </termEntry>")
    return "\n".join(lines) + "\n"


def _terms(concept: Concept, language: Language) -> Iterator[tuple[str, str, str]]:
    if concept.preferred(language):
        yield concept.preferred(language), _PREFERRED, ""
    for term in concept.admitted(language):
        yield term, _ADMITTED, ""
    for term in concept.short(language):
        yield term, _ADMITTED, "shortForm"
    for term in concept.deprecated(language):
        yield term, _DEPRECATED, ""


def read_tbx(path: Path, language: Language | None) -> tuple[Concept, ...]:
    """The concepts of a TBX file of any dialect; terms without a status are preferred, then
    admitted.

    Entries of one English term are united, so that no translation is lost; an entry without an
    English term is refused, one without a translation kept. Raises GlossaryError.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, parse

    if path.stat().st_size > _MAX_BYTES:
        raise GlossaryError("is too large for a term base", path=path, hint="split it")
    try:
        root = parse(path, forbid_dtd=False, forbid_entities=True, forbid_external=True).getroot()
    except DefusedXmlException as error:
        raise GlossaryError(
            f"declares entities or outside parts ({type(error).__name__})",
            path=path,
            hint="a term base needs none; remove the DOCTYPE",
        ) from error
    except ParseError as error:
        line, column = error.position
        raise GlossaryError(
            f"is no well-formed XML: {error}",
            path=path,
            line=line,
            column=column + 1,
            hint="export it again",
        ) from error
    entries = [e for e in root.iter() if _local(e) in ("termEntry", "conceptEntry")]
    if not entries:
        raise GlossaryError("holds no term entry", path=path, hint="is it a TBX file?")
    return united(_concept(entry, path) for entry in entries)


def _concept(entry: Any, path: Path) -> Concept:
    cells: dict[str, str] = {}
    notes: list[str] = []
    for child in _descriptions(entry):
        _describe(child, cells, notes)
    for group in entry:
        if _local(group) not in ("langSet", "langSec"):
            continue
        code = (group.get(_XML_LANG) or group.get("lang") or "").replace("_", "-").lower()[:2]
        known = LANGUAGES.get(code)
        if known is None:
            continue
        for child in _descriptions(group):
            _describe(child, cells, notes)
        for section in group.iter():
            if _local(section) in ("tig", "ntig", "termSec"):
                _take_term(section, known, cells, notes)
    for code, admitted in (("en", "aliases_en"), ("ko", "variants_ko"), ("ja", "variants_ja")):
        if not cells.get(code) and cells.get(admitted):
            cells[code], _, cells[admitted] = cells[admitted].partition("|")
    identity = entry.get("id") or ""
    if not cells.get("en"):
        raise GlossaryError(
            f"entry {identity or '(no id)'} has no English term",
            path=path,
            hint="add one, or remove the entry",
        )
    cells["notes"] = "; ".join(dict.fromkeys(notes))
    category = cells.get("category", "")
    if category not in CATEGORIES and category:
        cells["subject"] = cells.pop("category")
    if identity and not identity.isdigit() and "." in identity:
        cells["id"] = identity
    return concept_from_cells(cells, path=str(path))


def _descriptions(parent: Any) -> Iterator[Any]:
    for child in parent:
        name = _local(child)
        if name in ("descripGrp", "adminGrp", "transacGrp"):
            yield from _descriptions(child)
        elif name not in ("langSet", "langSec", "tig", "ntig", "termSec"):
            yield child


def _describe(child: Any, cells: dict[str, str], notes: list[str]) -> None:
    """Files what a description says under its column; whatever has none becomes a note."""
    name, kind = _local(child), child.get("type", "")
    kind = kind or name
    text = " ".join("".join(child.itertext()).split())
    if not text or name in ("transac", "date", "transacNote", "ref", "xref"):
        return
    if kind == "subjectField":
        cells.setdefault("category", text)
    elif kind == "source" and name in ("admin", "source"):
        cells.setdefault("source", text)
    elif name == "note" and text.startswith(_MARK) and "=" in text:
        column, _, value = text.removeprefix(_MARK).partition("=")
        cells.setdefault(column, value)
    elif text not in notes:
        notes.append(text)


def _take_term(section: Any, language: Language, cells: dict[str, str], notes: list[str]) -> None:
    term, status, kind = "", "", ""
    for child in section.iter():
        name = _local(child)
        text = " ".join("".join(child.itertext()).split())
        if name == "term":
            term = term or text
        elif child.get("type") == "administrativeStatus" or name == "administrativeStatus":
            status = text.lower()
        elif child.get("type") == "termType" or name == "termType":
            kind = text.lower()
        elif name in ("note", "descrip", "admin") and text and text not in notes:
            notes.append(text)
    if not term:
        return
    code = language.code
    admitted = "aliases_en" if code == "en" else f"variants_{code}"
    if status.startswith(_BAD) and code != "en":
        _append(cells, f"forbidden_{code}", term)
    elif status.startswith(_BAD):
        _append(cells, "deprecated_en", term)
    elif kind == "shortform":
        _append(cells, f"short_{code}", term)
    elif not cells.get(code) and not status.startswith("admitted"):
        cells[code] = term
    elif term != cells[code]:
        _append(cells, admitted, term)


def _append(cells: dict[str, str], name: str, value: str) -> None:
    parts = cells[name].split("|") if cells.get(name) else []
    if value not in parts:
        cells[name] = "|".join([*parts, value])


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
