"""One entrance to the three readers."""

from __future__ import annotations

from functools import lru_cache

from aligner.languages import ENGLISH, JAPANESE, KOREAN, Language
from aligner.numerals import english, japanese, korean
from aligner.numerals.quantity import Quantity

_READERS = {ENGLISH: english.read, KOREAN: korean.read, JAPANESE: japanese.read}


# A source is read once for each target language and again by each check.
@lru_cache(maxsize=256)
def quantities(text: str, language: Language) -> tuple[Quantity, ...]:
    """The quantities of ``text`` in order of their start; spans may nest (a word inside a date)."""
    return _READERS[language](text)
