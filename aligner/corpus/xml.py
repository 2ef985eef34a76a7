"""TMX 1.4b, XLIFF 1.2 and XLIFF 2.0, written as streams and read without trust.

XML is parsed by defusedxml: a declared entity, the stuff of XML bombs, is refused, and nothing
outside the file is ever fetched. Codes inside foreign segments (tags of the original format) are
left out, the text they enclose stays.

Sources: TMX 1.4b (https://www.gala-global.org/tmx-14b), XLIFF 1.2
(http://docs.oasis-open.org/xliff/v1.2/os/xliff-core.html), XLIFF 2.0
(http://docs.oasis-open.org/xliff/xliff-core/v2.0/xliff-core-v2.0.html) with its metadata module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from aligner.corpus.entries import Entry, from_cells, known_language, single_line, to_cells
from aligner.corpus.staging import name_of, opened
from aligner.errors import CorpusError, UsageError
from aligner.languages import LANGUAGES, Language
from aligner.model import Verdict

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XLIFF_12 = "urn:oasis:names:tc:xliff:document:1.2"
_XLIFF_20 = "urn:oasis:names:tc:xliff:document:2.0"
_METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"
_PREFIX = "x-"
_STATES_12 = {
    Verdict.ACCEPT: "translated",
    Verdict.REVIEW: "needs-review-translation",
    Verdict.REJECT: "needs-translation",
}

# Elements whose content is markup of the original format, not text.
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut", "x", "bx", "ex", "sc", "ec", "sm", "em"})

Element = Any  # xml.etree's, made by defusedxml, which ships no types


def _attribute(text: str) -> str:
    return quoteattr(single_line(text))


def _notes(entry: Entry, *apart: str) -> list[tuple[str, str]]:
    """The cells that have no place of their own in the format."""
    placed = {"lang", "source", "target", *apart}
    cells = to_cells(entry).items()
    return [
        (name, cell) for name, cell in cells if name not in placed and (cell or name in entry.extra)
    ]


# -- TMX ------------------------------------------------------------------------------------------


def write_tmx(stream: IO[bytes], entries: Iterable[Entry], source: Language) -> None:
    """One ``tu`` per unit; ``tuid`` is the segment id, a further cell a ``prop`` "x-<column>"."""
    stream.write(
        f'{_HEAD}<tmx version="1.4">\n'
        '<header creationtool="aligner" creationtoolversion="1" segtype="sentence" o-tmf="TSV" '
        f'adminlang="en" srclang="{source}" datatype="plaintext"/>\n<body>\n'.encode()
    )
    for entry in entries:
        unit = entry.unit
        out = [f"<tu tuid={_attribute(unit.id)}>\n"]
        for name, cell in _notes(entry, "seg_id"):
            out.append(f"<prop type={_attribute(_PREFIX + name)}>{escape(cell)}</prop>\n")
        for code, text in ((source.code, unit.source), (unit.language.code, unit.target)):
            segment = escape(single_line(text))
            out.append(f'<tuv xml:lang="{code}"><seg>{segment}</seg></tuv>\n')
        out.append("</tu>\n")
        stream.write("".join(out).encode())
    stream.write(b"</body>\n</tmx>\n")


def iterate_tmx(path: str | Path, source: Language) -> Iterator[Entry]:
    """A unit for each target language of each ``tu``, one at a time.

    The source is what ``srclang`` names, else ``source``. Languages that aligner does not know are
    passed over where a known target stands beside them. Raises CorpusError for damaged or hostile
    XML, for a ``tu`` without source text and for one without any known target.
    """
    from_file = source
    number = 0
    with _parsed(path) as events:
        body: Element = None
        for event, element in events:
            name = _local(element)
            if event == "start":
                if name == "body":
                    body = element
                elif name == "header":
                    from_file = known_language(element.get("srclang", "")) or source
                continue
            if name != "tu":
                continue
            number += 1
            yield from _tmx_units(path, element, number, from_file)
            if body is not None:
                body.clear()


def _tmx_units(path: str | Path, tu: Element, number: int, srclang: Language) -> Iterator[Entry]:
    source_language = known_language(tu.get("srclang", "")) or srclang
    texts: dict[str, str] = {}
    cells: dict[str, str] = {}
    for child in tu:
        if _local(child) == "prop":
            cells[child.get("type", "").removeprefix(_PREFIX)] = child.text or ""
        elif _local(child) == "tuv":
            code = _tmx_language(child)
            for segment in child:
                if _local(segment) == "seg":
                    known = known_language(code)
                    texts.setdefault(known.code if known else code, _text(segment))
    where = f"tu {number} (tuid {tu.get('tuid', '')!r})"
    if source_language.code not in texts:
        hint = f"each tu needs a tuv in the source language, {source_language}"
        raise CorpusError(f"{where} has no {source_language} text", path=path, hint=hint)
    targets = [code for code in texts if code in LANGUAGES and code != source_language.code]
    if not targets:
        others = ", ".join(code for code in texts if code != source_language.code) or "no other"
        hint = f"known languages: {', '.join(LANGUAGES)}"
        raise CorpusError(f"{where} has {others} text only", path=path, hint=hint)
    for code in targets:
        named = {"seg_id": tu.get("tuid", str(number)), "lang": code}
        texts_here = {"source": texts[source_language.code], "target": texts[code]}
        yield from_cells(cells | named | texts_here, row=number)


def _tmx_language(tuv: Element) -> str:
    return str(tuv.get("{http://www.w3.org/XML/1998/namespace}lang") or tuv.get("lang") or "")


# -- XLIFF ----------------------------------------------------------------------------------------


def write_xliff_12(stream: IO[bytes], entries: Iterable[Entry], source: Language) -> None:
    """One ``file`` per run of units of one document and language, one ``trans-unit`` per unit.

    ``resname`` is the segment id; further cells are ``context`` elements "x-<column>".
    """
    stream.write(f'{_HEAD}<xliff version="1.2" xmlns="{_XLIFF_12}">\n'.encode())
    number = 0
    for (document, code), group in groupby(entries, _document_and_language):
        stream.write(
            f'<file original={_attribute(document)} source-language="{source}" '
            f'target-language="{code}" datatype="plaintext">\n<body>\n'.encode()
        )
        for entry in group:
            number += 1
            stream.write(_trans_unit(entry, number).encode())
        stream.write(b"</body>\n</file>\n")
    stream.write(b"</xliff>\n")


def _trans_unit(entry: Entry, number: int) -> str:
    unit = entry.unit
    state = f' state="{_STATES_12[unit.verdict]}"' if unit.verdict else ""
    out = [
        f'<trans-unit id="{number}" resname={_attribute(unit.id)} xml:space="preserve">\n'
        f"<source>{escape(single_line(unit.source))}</source>\n"
        f"<target{state}>{escape(single_line(unit.target))}</target>\n"
    ]
    notes = _notes(entry, "seg_id", "doc_id")
    if notes:
        out.append('<context-group name="aligner" purpose="information">\n')
        for name, cell in notes:
            kind = _attribute(_PREFIX + name)
            out.append(f"<context context-type={kind}>{escape(cell)}</context>\n")
        out.append("</context-group>\n")
    return "".join([*out, "</trans-unit>\n"])


def write_xliff_20(stream: IO[bytes], entries: Iterable[Entry], source: Language) -> None:
    """As for 1.2; ``name`` is the segment id, further cells are ``mda:meta`` elements.

    XLIFF 2.0 knows one target language per file: raises UsageError where units have two.
    """
    target: Language | None = None
    number = 0
    for files, (document, group) in enumerate(groupby(entries, lambda one: one.unit.document), 1):
        for place, entry in enumerate(group):
            if target is None:
                target = entry.unit.language
                stream.write(_xliff_20_head(source, target).encode())
            elif entry.unit.language != target:
                what = f"XLIFF 2.0 holds one target language, but there are {target} and "
                hint = "convert the pair files one by one, or write .xlf (XLIFF 1.2)"
                raise UsageError(f"{what}{entry.unit.language}", hint=hint)
            if not place:
                head = f'<file id="f{files}" original={_attribute(document)}>\n'
                stream.write(head.encode())
            number += 1
            stream.write(_unit_20(entry, number).encode())
        stream.write(b"</file>\n")
    if target is None:
        stream.write(_xliff_20_head(source, source).encode())
    stream.write(b"</xliff>\n")


def _xliff_20_head(source: Language, target: Language) -> str:
    return (
        f'{_HEAD}<xliff version="2.0" xmlns="{_XLIFF_20}" xmlns:mda="{_METADATA}" '
        f'srcLang="{source}" trgLang="{target}">\n'
    )


def _unit_20(entry: Entry, number: int) -> str:
    unit = entry.unit
    state = "initial" if unit.verdict is Verdict.REJECT else "translated"
    sub = f' subState="aligner:{unit.verdict}"' if unit.verdict else ""
    out = [f'<unit id="u{number}" name={_attribute(unit.id)} xml:space="preserve">\n']
    notes = _notes(entry, "seg_id", "doc_id")
    if notes:
        out.append('<mda:metadata><mda:metaGroup category="aligner">\n')
        for name, cell in notes:
            out.append(f"<mda:meta type={_attribute(name)}>{escape(cell)}</mda:meta>\n")
        out.append("</mda:metaGroup></mda:metadata>\n")
    out.append(
        f'<segment state="{state}"{sub}>\n'
        f"<source>{escape(single_line(unit.source))}</source>\n"
        f"<target>{escape(single_line(unit.target))}</target>\n</segment>\n</unit>\n"
    )
    return "".join(out)


def iterate_xliff(path: str | Path) -> Iterator[Entry]:
    """The units of an XLIFF 1.x or 2.x file, one at a time; a missing target is an empty one.

    Each segment of a 2.x unit is a unit of ours. Raises CorpusError for damaged or hostile XML, for
    a file that is no XLIFF and for an unknown target language.
    """
    number = 0
    target: Language | None = None
    document = ""
    parent: Element = None
    with _parsed(path) as events:
        for event, element in events:
            name = _local(element)
            if event == "start":
                if name == "xliff" and element.get("trgLang"):
                    target = _xliff_language(path, element.get("trgLang"))
                elif name == "file":
                    document = element.get("original", "")
                    if element.get("target-language"):
                        target = _xliff_language(path, element.get("target-language"))
                if name in ("body", "file", "group"):
                    parent = element
                if parent is None and name != "xliff":
                    raise CorpusError(f"no XLIFF file: it begins with <{name}>", path=path)
                continue
            if name not in ("trans-unit", "unit"):
                continue
            if target is None:
                hint = "give target-language (1.2) or trgLang (2.0)"
                raise CorpusError("no target language is named", path=path, hint=hint)
            for cells in _xliff_cells(element, name == "unit"):
                number += 1
                there = {"lang": target.code, "doc_id": document}
                yield from_cells(cells | there, row=number)
            parent.clear()


def _xliff_language(path: str | Path, code: str) -> Language:
    known = known_language(code)
    if known is None:
        hint = f"known languages: {', '.join(LANGUAGES)}"
        raise CorpusError(f"unknown target language {code!r}", path=path, hint=hint)
    return known


def _xliff_cells(element: Element, is_20: bool) -> Iterator[dict[str, str]]:
    name = element.get("name" if is_20 else "resname")
    identity = element.get("id", "") if name is None else name
    cells: dict[str, str] = {}
    for child in element.iter():
        if _local(child) == "context":
            cells[child.get("context-type", "").removeprefix(_PREFIX)] = child.text or ""
        elif _local(child) == "meta":
            cells[child.get("type", "")] = child.text or ""
    segments = [one for one in element if _local(one) == "segment"] if is_20 else [element]
    for place, segment in enumerate(segments, start=1):
        texts = {_local(one): _text(one) for one in segment if _local(one) in ("source", "target")}
        suffix = f":{place}" if len(segments) > 1 else ""
        named = {"seg_id": identity + suffix, "source": texts.get("source", "")}
        yield cells | named | {"target": texts.get("target", "")}


# -- both -----------------------------------------------------------------------------------------


def _document_and_language(entry: Entry) -> tuple[str, str]:
    return entry.unit.document, entry.unit.language.code


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: Element) -> str:
    """The text of a segment without the codes in it."""
    out = [element.text or ""]
    for child in element:
        name = _local(child)
        if name == "cp":  # XLIFF 2.0's spelling of a character that XML cannot hold
            out.append(chr(int(child.get("hex", "20"), 16)))
        elif name not in _CODES:
            out.append(_text(child))
        out.append(child.tail or "")
    return "".join(out)


@contextmanager
def _parsed(path: str | Path) -> Iterator[Iterator[tuple[str, Element]]]:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    place = name_of(path)
    try:
        with opened(path) as stream:
            yield iterparse(stream, events=("start", "end"))
    except ParseError as error:
        line, column = error.position
        hint = "repair the file, or write it again from where it came"
        what = f"bad XML: {str(error).partition(':')[0]}"
        raise CorpusError(what, path=place, line=line, column=column + 1, hint=hint) from error
    except DefusedXmlException as error:
        hint = "remove the DOCTYPE with its entities; a bitext needs none"
        raise CorpusError(
            "XML with entities of its own is refused", path=place, hint=hint
        ) from error
    except ValueError as error:  # from expat: an encoding it does not know, a bad <cp>
        raise CorpusError(f"bad XML: {error}", path=place, hint="save it as UTF-8") from error
