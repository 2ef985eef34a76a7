"""English surface forms: every spelling of a term that a news text may use, without guessing words.

Folding is length-preserving, so that an offset in the folded text is an offset in the text: letters
lower-cased and stripped of diacritics, everything that is neither letter nor digit a space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from aligner.languages import script_of
from aligner.termbase.concepts import Concept, is_acronym
from aligner.termbase.words import words

_COMBINING = re.compile(r"[\u0300-\u036f\u1160-\u11ff]")
_DOTTED = re.compile(r"(?:[A-Z]\.){2,4}")
_UNDOTTED = re.compile(r"[A-Z]{2,4}")
_JOINERS = frozenset(" -\u2010\u2011\u2012\u2013\u2014'\u2018\u2019\u02bc.\u00a0\u202f&")
_COUNTABLE = frozenset({"concept", "title", "weapon", "organization", "event", "document", "media"})


class _Folding(dict[int, int]):
    """Code point → code point of its folded form, filled as characters turn up."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        folded = code
        if code == 10:
            folded = 10
        elif not character.isalnum():
            folded = 32
        else:
            base = unicodedata.normalize("NFKD", character)[0].lower()
            if len(base) == 1:
                folded = ord(_PLAIN.get(base, base))
        self[code] = folded
        return folded


_PLAIN = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "æ": "a", "œ": "o"}
_FOLDING = _Folding()


def fold(text: str) -> str:
    """``text`` as patterns are compared; ``len(fold(text)) == len(text)``; newlines stay."""
    return text.translate(_FOLDING)


def composed(text: str) -> tuple[str, list[int] | None]:
    """NFC of ``text`` and, where that moved characters, the offset in ``text`` of each of its own.

    The list has one more entry than the result, for its end. None means that offsets agree.
    """
    if text.isascii() or not _COMBINING.search(text):
        return text, None
    parts: list[str] = []
    origins: list[int] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and (_COMBINING.match(text, end) or unicodedata.combining(text[end])):
            continue
        part = unicodedata.normalize("NFC", text[start:end])
        parts.append(part)
        origins.extend([start] * len(part))
        start = end
    origins.append(len(text))
    return "".join(parts), origins


def pattern(form: str) -> str:
    """What a form looks like in folded text, with the blank that bounds it on either side."""
    return f" {fold(unicodedata.normalize('NFC', form)).strip()} "


def spellings(form: str, concept: Concept) -> Iterator[str]:
    """``form`` first, then its spellings: dots of acronyms, ``&``, name order, plurals."""
    seen: set[str] = set()
    for spelling in _spellings(form, concept):
        if spelling not in seen:
            seen.add(spelling)
            yield spelling


def _spellings(form: str, concept: Concept) -> Iterator[str]:
    written = [form]
    if "." in form or form.upper() == form or any(map(_UNDOTTED.fullmatch, form.split())):
        tokens = form.split(" ")
        written.append(" ".join(t.replace(".", "") if _DOTTED.fullmatch(t) else t for t in tokens))
        if len(form) < 5 or len(tokens) > 1:
            written.append(
                " ".join(".".join(t) + "." if _UNDOTTED.fullmatch(t) else t for t in tokens)
            )
    if "&" in form:
        written.append(form.replace("&", "and"))
    elif " and " in form:
        written.append(form.replace(" and ", " & "))
    if form.startswith("St. "):
        written.extend(("Saint " + form[4:], "St " + form[4:]))
    if concept.category == "person":
        written.extend(_name_orders(form, concept))
    yield from written
    if concept.category in _COUNTABLE:
        for spelling in written:
            yield from _plurals(spelling)


def _name_orders(form: str, concept: Concept) -> Iterator[str]:
    """Joined and swapped orders of an East Asian name (``Chung Euiyong``, ``Eui-yong Chung``)."""
    words = form.split(" ")
    east_asian = any(script_of(character) == "han" for character in concept.ja) or (
        len(concept.ko) in (2, 3) and all(script_of(c) == "hangul" for c in concept.ko)
    )
    if not east_asian:
        return
    if len(words) == 2:
        family, given = words
        yield f"{given} {family}"
        if "-" in given:
            yield f"{family} {given.replace('-', '')}"
            yield f"{given.replace('-', '')} {family}"
    elif len(words) == 3 and len(concept.ko) == 3:
        yield f"{words[0]} {words[1]}{words[2].lower()}"
        yield f"{words[1]}-{words[2].lower()} {words[0]}"


def _plurals(form: str) -> Iterator[str]:
    head, of, rest = form.partition(" of ")
    if not head or not head[-1].isalpha():
        return
    if is_acronym(head) or not head[-1].islower():
        yield f"{head}s{of}{rest}"
    elif re.search(r"[^aeiou]y$", head):
        yield f"{head[:-1]}ies{of}{rest}"
    elif re.search(r"(?:s|x|z|ch|sh)$", head):
        yield f"{head}es{of}{rest}"
    elif head.endswith("man"):
        yield f"{head[:-2]}en{of}{rest}"
    else:
        yield f"{head}s{of}{rest}"


def agrees(surface: str, form: str, *, exact: bool) -> bool:
    """True when ``surface`` is ``form`` up to joiners and, if ``exact``, has at least its capitals.

    More capitals than the glossary writes are a headline, fewer are another word (``us``,
    ``turkey``).
    """
    if surface == form:
        return True
    if exact and form[:1].isupper() and not surface[:1].isupper():
        return False
    foreign = {c for c in surface if not c.isalnum()} - _JOINERS
    if foreign and not foreign <= set(form):
        return False
    if not exact:
        return True
    letters = [c for c in unicodedata.normalize("NFC", form) if c.isalnum()]
    shown = [c for c in surface if c.isalnum()]
    if len(letters) != len(shown):
        return False
    if is_acronym(form.removesuffix("s")):
        plural = form.endswith("s")
        capitals = shown[:-1] if plural else shown
        if (plural and shown[-1] != "s") or not all(s.isupper() or s.isdigit() for s in capitals):
            return False
    lowered = [
        place
        for place, (f, s) in enumerate(zip(letters, shown, strict=True))
        if f.isupper() and not s.isupper()
    ]
    return not lowered or _may_be_lower(surface, lowered)


def _may_be_lower(surface: str, lowered: list[int]) -> bool:
    """Lower case is no other word after a hyphen (Jong-un) and in a generic noun (peninsula)."""
    starts: list[int] = []
    after_hyphen: set[int] = set()
    generic: set[int] = set()
    count = 0
    for word in re.finditer(r"[^\W_]+", surface):
        starts.append(count)
        if word.start() and surface[word.start() - 1] in "-\u2010\u2011":
            after_hyphen.add(count)
        if word[0] in _GENERIC:
            generic.add(count)
        count += len(word[0])
    return lowered[0] > 0 and all(place in after_hyphen or place in generic for place in lowered)


_GENERIC = words("english", "generic")
