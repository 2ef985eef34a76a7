"""Languages and pairs: what every other module may ask about en, ko and ja.

Codes are BCP-47. The common slips ``jp``, ``kr``, ``eng``, ``kor``, ``jpn`` are understood.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from aligner.errors import UsageError

_HAN = ((0x3005, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_KANA = ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F))
_HANGUL = ((0xAC00, 0xD7A3), (0x1100, 0x11FF), (0x3130, 0x318F))
_LATIN = ((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))


def script_of(character: str) -> str:
    """``han``, ``kana``, ``hangul``, ``latin``, ``other`` (another alphabet) or ``common``.

    ``common`` is what every script shares: digits, punctuation, symbols and white space.
    """
    code = ord(character)
    for name, ranges in (("latin", _LATIN), ("hangul", _HANGUL), ("kana", _KANA), ("han", _HAN)):
        if any(first <= code <= last for first, last in ranges):
            return name
    return "other" if character.isalpha() else "common"


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its BCP-47 code, its English name and the scripts its own words are written in."""

    code: str
    name: str
    scripts: frozenset[str]
    spaced: bool
    """True where words are parted by spaces."""
    stop: str
    """The full stop that ends a plain sentence."""

    def __str__(self) -> str:
        return self.code

    def normalise(self, text: str) -> str:
        """NFC, one line, single spaces, none at the ends: the form every field is stored in."""
        return " ".join(unicodedata.normalize("NFC", text).split())

    def script_share(self, text: str) -> float:
        """Share (0–1) of the letters of ``text`` in this language's own scripts; 1.0 without letters."""
        letters = [script for script in map(script_of, text) if script != "common"]
        if not letters:
            return 1.0
        return sum(script in self.scripts for script in letters) / len(letters)


ENGLISH = Language("en", "English", frozenset({"latin"}), True, ".")
KOREAN = Language("ko", "Korean", frozenset({"hangul"}), True, ".")
JAPANESE = Language("ja", "Japanese", frozenset({"kana", "han"}), False, "。")

LANGUAGES = {language.code: language for language in (ENGLISH, KOREAN, JAPANESE)}
_SLIPS = {"jp": "ja", "jpn": "ja", "kr": "ko", "kor": "ko", "eng": "en"}


def language(code: str) -> Language:
    """The language of a BCP-47 code, region ignored (``ko-KR`` is ``ko``).

    Raises UsageError, naming the known codes, for any other.
    """
    bare = code.strip().lower().replace("_", "-").split("-")[0]
    known = LANGUAGES.get(_SLIPS.get(bare, bare))
    if known is None:
        raise UsageError(f"unknown language {code!r}", hint=f"use one of: {', '.join(LANGUAGES)}")
    return known


@dataclass(frozen=True, slots=True)
class LanguagePair:
    """A direction of translation; ``str`` gives ``en-ko``."""

    source: Language
    target: Language

    def __str__(self) -> str:
        return f"{self.source.code}-{self.target.code}"


def pair(code: str) -> LanguagePair:
    """``en-ko`` → LanguagePair. Raises UsageError when it is no two known, different codes."""
    source, dash, target = code.partition("-")
    if not dash or source == target:
        raise UsageError(f"{code!r} is no language pair", hint="write it as en-ko")
    return LanguagePair(language(source), language(target))
