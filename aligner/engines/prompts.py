"""What a language model is asked, and what it may answer.

Two ways of asking: a fixed conversation with examples for models that follow instructions, and one
line for a model that was trained to translate. A GGUF file says itself when it wants the second.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from aligner.engines.protocol import Request
from aligner.errors import ModelError
from aligner.languages import Language

PROMPT_VERSION = 4
"""Raise when prompt, examples or decoding change: it is part of the signature, hence of every key."""
GGUF_KEY = "aligner.prompt"
"""The key under which a GGUF file names its prompt; it stands near the beginning of the file."""

_STYLE = {
    "ko": "written Korean of a South Korean news agency; sentences end in plain -다 style",
    "ja": "written Japanese of a Japanese news agency; sentences end in plain である/た style",
}
LANGUAGES = frozenset(_STYLE)
_CHARACTERS = {
    "ko": r"가-힣0-9 .,!?%()\[\]“”‘’\"'·~:;/&+…–—$-",
    "ja": r"ぁ-ゖァ-ヺー々〆〇一-龥0-9０-９ 、。，．！？!?%％()（）「」『』・〜~：:／/&+…―—–＝$-",
}
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-'’.&][A-Za-z0-9]+)*")
_ACRONYM = re.compile(r"[A-Z][A-Za-z]*[A-Z0-9][A-Za-z0-9]*|[A-Z]|[A-Z]{1,6}-[0-9]+[A-Za-z]?")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A way of asking. ``preamble`` (the same for all segments of a language) comes before ``turn``.

    ``lead`` is what the model writes before the translation itself; ``samples`` is how many further
    translations a model of this kind is cheap enough for.
    """

    name: str
    preamble: Callable[[Language], str]
    turn: Callable[[Request, Language], str]
    stop: tuple[str, ...]
    lead: str = ""
    samples: int = 0

    def whole(self, request: Request, target: Language) -> str:
        """Everything up to the place where the model begins to write."""
        return self.preamble(target) + self.turn(request, target)


def prompt_of(path: Path) -> Prompt:
    """The prompt that a GGUF file asks for; few-shot where it names none.

    Raises ModelError when the file cannot be read or names a prompt that this version does not know.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise ModelError(
            f"the model cannot be read ({error.strerror})", path=path, hint="aligner models verify"
        ) from error
    key = GGUF_KEY.encode()
    at = head.find(key)
    if at < 0:
        return FEW_SHOT
    at += len(key) + 4  # the type of the value: a string
    length = int.from_bytes(head[at : at + 8], "little")
    name = head[at + 8 : at + 8 + length].decode("utf-8", "replace")
    if name != TRAINED.name:
        raise ModelError(
            f"it asks for the prompt {name!r}, which this version does not know",
            path=path,
            hint="update aligner",
        )
    return TRAINED


@dataclass(frozen=True, slots=True)
class Example:
    """A model translation in house style, shown to the language model."""

    kind: str
    source: str
    targets: Mapping[str, str]
    terms: Mapping[str, tuple[tuple[str, str], ...]]


@cache
def examples() -> tuple[Example, ...]:
    """The shipped example bank, in order."""
    text = resources.files("aligner.engines").joinpath("examples.tsv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(
        Example(
            row["kind"],
            row["en"],
            {"ko": row["ko"], "ja": row["ja"]},
            {"ko": _pairs(row["terms_ko"]), "ja": _pairs(row["terms_ja"])},
        )
        for row in rows
    )


def _pairs(cell: str) -> tuple[tuple[str, str], ...]:
    pairs = (item.partition(" = ") for item in cell.split("; ") if item)
    return tuple((source, target) for source, _, target in pairs)


_ASSISTANT = "<|im_start|>assistant\n"


def _turn(text: str, role: str = "user") -> str:
    return f"<|im_start|>{role}\n{text}<|im_end|>\n"


def inlined(source: str, terms: Sequence[tuple[str, str]]) -> str:
    """The source with its terms already in the target language, longest first.

    A small model overlooks a list of terms but copies what stands in the sentence; training on such
    mixed sources is the inline constraint of Dinu et al. (ACL 2019), here done by example.
    """
    for surface, rendering in sorted(terms, key=lambda term: -len(term[0])):
        source = re.sub(
            rf"(?<!\w){re.escape(surface)}(?!\w)", rendering.replace("\\", r"\\"), source
        )
    return source


@cache
def _preamble(target: Language) -> str:
    system = (
        f"You translate English diplomatic news into {target.name}. Use {_STYLE[target.code]}. "
        "Translate the whole text, add nothing, keep names, numbers, dates and weekdays exact. Words "
        f"that are already in {target.name} stay as they are. Answer with the {target.name} translation only."
    )
    shots = "".join(
        _turn(inlined(example.source, example.terms[target.code]))
        + _turn(example.targets[target.code], "assistant")
        for example in examples()
    )
    return _turn(system, "system") + shots


def grammar(request: Request, target: Language, lead: str = "") -> str:
    """GBNF of what may be written: the target's characters, and Latin words of source and terms."""
    allowed = {word for word in _LATIN.findall(request.source) if _ACRONYM.fullmatch(word)}
    given = (*request.terms, *request.hints)
    allowed |= {word for _, rendering in given for word in _LATIN.findall(rendering)}
    allowed |= {word.replace("-", "").replace(".", "") for word in allowed}
    words = " | ".join(f'"{word}"' for word in sorted(allowed, key=lambda w: (-len(w), w)) if word)
    first = _CHARACTERS[target.code].replace(" .,!?%", "%").replace(" 、。，．！？!?", "")
    return (
        f"root ::= {_quoted(lead)}{'(first | word)' if words else 'first'} {'(char | word)*' if words else 'char*'}\n"
        f"first ::= [{first}]\n"
        f"char ::= [{_CHARACTERS[target.code]}]\n" + (f"word ::= {words}\n" if words else "")
    )


def _quoted(lead: str) -> str:
    return f'"{lead}" ' if lead else ""


def _few_shot_turn(request: Request, target: Language) -> str:
    return _turn(inlined(request.source, (*request.terms, *request.hints))) + _ASSISTANT


def _trained_turn(request: Request, target: Language) -> str:
    source = " ".join(inlined(request.source, (*request.terms, *request.hints)).split())
    return f"English: {source}\n{target.name}:"


FEW_SHOT = Prompt("few-shot", _preamble, _few_shot_turn, ("<|im_end|>", "\n"))
TRAINED = Prompt("aligner-1", lambda target: "", _trained_turn, ("\n",), lead=" ", samples=4)
"""How our own model is trained (training/translation/data.py); terms stand in the source."""
