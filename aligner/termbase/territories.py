"""Countries and territories from CLDR (through babel), under the house rules of the Korean and
Japanese press: 미국 and 米国 come first, CLDR's own names stay admitted.

``territories.tsv`` holds only what the press does otherwise, keyed by ISO 3166 code.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from aligner.termbase.concepts import Concept, slug

_LEFT_OUT = frozenset({"ZZ", "XA", "XB", "QO", "EZ", "CQ"})


@cache
def cldr_territories() -> tuple[Concept, ...]:
    """One ``place`` (or, for EU and UN, ``organization``) per territory, in order of English
    name."""
    from babel import Locale

    english = Locale.parse("en").territories
    korean = Locale.parse("ko").territories
    japanese = Locale.parse("ja").territories
    house = _house_rules()
    concepts = []
    for code, name in english.items():
        if len(code) != 2 or not code.isalpha() or code in _LEFT_OUT:
            continue
        if code not in korean or code not in japanese:
            continue
        rules = house.get(code, {})
        ko, ja = rules.get("ko") or korean[code], rules.get("ja") or japanese[code]
        concepts.append(
            Concept(
                id=f"place.{slug(name)}",
                en=name,
                ko=ko,
                ja=ja,
                category="organization" if code in ("EU", "UN") else "place",
                aliases_en=_listed(name, *_english(name), *_split(rules, "aliases_en")),
                variants_ko=_listed(ko, korean[code], *_split(rules, "variants_ko")),
                variants_ja=_listed(ja, japanese[code], *_split(rules, "variants_ja")),
                source="press" if rules.get("ko") or rules.get("ja") else "cldr",
            )
        )
    return tuple(sorted(concepts, key=lambda concept: concept.en))


def _english(name: str) -> Iterator[str]:
    """News spellings of a CLDR name: ``&`` written out, a gloss in brackets left off."""
    if " (" in name:
        yield name.partition(" (")[0]
    if " & " in name:
        yield name.replace(" & ", " and ")


def _listed(preferred: str, *others: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(other for other in others if other != preferred))


def _split(rules: dict[str, str], column: str) -> list[str]:
    return [value for value in rules.get(column, "").split("|") if value]


@cache
def _house_rules() -> dict[str, dict[str, str]]:
    text = files("aligner.termbase").joinpath("territories.tsv").read_text(encoding="utf-8")
    header, *rows = (line.split("\t") for line in text.splitlines())
    return {row[0]: dict(zip(header, row, strict=False)) for row in rows}


@cache
def country_names() -> frozenset[str]:
    """Every English form of a country or territory."""
    return frozenset(form for c in cldr_territories() for form in (c.en, *c.aliases_en))
