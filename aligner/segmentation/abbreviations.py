"""The abbreviations a splitter knows, shipped as a file to edit or to lay one's own over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from aligner.errors import InputError

_MAX_FORM_CHARS = 20
_FORM = re.compile(r"[^\W_](?:[^\W_]|[.'’/-])*[.!?]")


class AbbreviationClass(StrEnum):
    """What an abbreviation does before a capital; the shipped file explains each class."""

    NEVER = "never"
    PREFIX = "prefix"
    FINAL = "final"
    STATE = "state"
    NUMBER = "number"
    TIME = "time"
    MARK = "mark"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """Forms as written, final mark included, each with its one class."""

    classes: Mapping[str, AbbreviationClass]

    def class_of(self, form: str) -> AbbreviationClass | None:
        """The class of ``form`` (``Gen.``), None for an unlisted one.

        A listed form also answers for its capitals, one in small letters for its capitalised self
        too; single letters do neither, for a capital one is an initial.
        """
        if len(form) > _MAX_FORM_CHARS:
            return None
        known = self.classes.get(form)
        if known is None and form[:1].isupper() and len(form) > 2:
            known = self.classes.get(form.lower())
            if known is None and form.isupper():
                known = self.classes.get(form.capitalize())
        return known

    def overlaid(self, other: Abbreviations) -> Abbreviations:
        """Both lists in one; where they differ, ``other`` holds."""
        return Abbreviations(MappingProxyType({**self.classes, **other.classes}))


def parse_abbreviations(text: str, *, path: str | Path | None = None) -> Abbreviations:
    """The list written in ``text``, in the form the shipped file describes.

    Raises InputError with file:line:column for an unknown class, a form before the first class, a
    form without its final mark, or one form in two classes.
    """
    classes: dict[str, AbbreviationClass] = {}
    current: AbbreviationClass | None = None
    names = ", ".join(f"[{name}]" for name in AbbreviationClass)
    for number, line in enumerate(text.splitlines(), start=1):
        content = re.sub(r"(?:^|(?<=\s))#.*", "", line)
        if content.strip().startswith("["):
            name = content.strip().removeprefix("[").removesuffix("]").strip().lower()
            if name not in AbbreviationClass.__members__.values():
                raise InputError(
                    f"unknown class of abbreviations {content.strip()!r}",
                    path=path,
                    line=number,
                    column=content.index("[") + 1,
                    hint=f"use one of {names}",
                )
            current = AbbreviationClass(name)
            continue
        for match in re.finditer(r"\S+", content):
            form = match.group()
            problem = hint = None
            if current is None:
                problem = f"{form!r} stands before any class"
                hint = f"open the list with one of {names}"
            elif len(form) > _MAX_FORM_CHARS or not _FORM.fullmatch(form):
                problem = f"{form!r} is no abbreviation"
                hint = f"write it with its final mark (Gen.), at most {_MAX_FORM_CHARS} characters"
            elif classes.get(form, current) is not current:
                problem = f"{form!r} is already in class [{classes[form]}]"
                hint = "keep it in one class"
            if problem is not None or current is None:
                column = match.start() + 1
                raise InputError(str(problem), path=path, line=number, column=column, hint=hint)
            classes[form] = current
    return Abbreviations(MappingProxyType(classes))


@lru_cache(maxsize=1)
def shipped_abbreviations() -> Abbreviations:
    """The list that comes with aligner."""
    source = resources.files("aligner.segmentation") / "abbreviations.txt"
    return parse_abbreviations(source.read_text(encoding="utf-8"), path="abbreviations.txt")


def load_abbreviations(path: str | Path) -> Abbreviations:
    """The shipped list with the user's own file laid over it.

    Raises InputError, naming the file and where known the line, when it cannot be read or parsed.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"the abbreviation list cannot be read: {reason}",
            path=path,
            hint="check the path and its permissions",
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(
            "the abbreviation list is not UTF-8", path=path, line=line, hint="save it as UTF-8"
        ) from error
    return shipped_abbreviations().overlaid(parse_abbreviations(text, path=path))
