"""The part of the base model's vocabulary that English, Korean and Japanese news needs.

A token that is left out is spelt with shorter ones, so every text can still be written: the 256 byte
tokens stay. Fewer tokens make the softmax, and the file, several times smaller.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6
SPACE = "▁"
_ASCII = re.compile(r"▁?[A-Za-z]{1,14}|[0-9]|▁*|[!-~]{1,2}|▁[!-/:-@\[-`{-~]")
_HANGUL = re.compile(r"▁?[가-힣]+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tokens with their scores and types; `origin[i]` is the row of token i in the base model."""

    tokens: tuple[str, ...]
    scores: tuple[float, ...]
    types: tuple[int, ...]
    origin: tuple[int, ...]
    index: dict[str, int] = field(repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.index.update({token: number for number, token in enumerate(self.tokens)})

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def bos(self) -> int:
        return self.index["<bos>"]

    @property
    def eos(self) -> int:
        return self.index["<eos>"]

    def encode(self, text: str) -> list[int]:
        """SentencePiece BPE as llama.cpp does it: the pair with the best score is merged first.

        Line feeds must not stand in `text`: the prompt puts them in as tokens of their own.
        """
        numbers: list[int] = []
        for piece in self.pieces(text):
            number = self.index.get(piece)
            if number is None:
                numbers.extend(self.index[f"<0x{byte:02X}>"] for byte in piece.encode())
            else:
                numbers.append(number)
        return numbers

    def pieces(self, text: str, seen: set[str] | None = None) -> list[str]:
        """The pieces of `text`; every merged piece on the way is added to `seen`."""
        symbols = list(text.replace(" ", SPACE))
        left = list(range(-1, len(symbols) - 1))
        right = [*range(1, len(symbols)), -1]
        heap: list[tuple[float, int, int, str]] = []

        def offer(first: int, second: int) -> None:
            if first < 0 or second < 0:
                return
            merged = symbols[first] + symbols[second]
            number = self.index.get(merged)
            if number is not None and self.types[number] in (NORMAL, USER_DEFINED):
                heapq.heappush(heap, (-self.scores[number], first, second, merged))

        for position in range(len(symbols) - 1):
            offer(position, position + 1)
        while heap:
            _, first, second, merged = heapq.heappop(heap)
            if (
                not symbols[first]
                or not symbols[second]
                or symbols[first] + symbols[second] != merged
            ):
                continue
            if right[first] != second:
                continue
            symbols[first], symbols[second] = merged, ""
            right[first] = right[second]
            if right[second] >= 0:
                left[right[second]] = first
            if seen is not None:
                seen.add(merged)
            offer(left[first], first)
            offer(first, right[first])
        return [symbol for symbol in symbols if symbol]

    def decode(self, numbers: Iterable[int]) -> str:
        """The text of `numbers`; control tokens are silent."""
        out = bytearray()
        for number in numbers:
            kind = self.types[number]
            if kind == BYTE:
                out.append(int(self.tokens[number][3:5], 16))
            elif kind != CONTROL:
                out += self.tokens[number].replace(SPACE, " ").encode()
        return out.decode("utf-8", "replace")


def whole(tokens: Sequence[str], scores: Sequence[float], types: Sequence[int]) -> Vocabulary:
    """The base model's own vocabulary."""
    return Vocabulary(tuple(tokens), tuple(scores), tuple(types), tuple(range(len(tokens))))


def trimmed(base: Vocabulary, texts: Iterable[str], *, common: int = 24_000) -> Vocabulary:
    """What `texts` use, with every merge on the way there, and what any other text needs.

    Besides: characters of the three languages, and words in Latin letters or Hangul among the first
    `common` tokens of the base (its tokens are ordered by frequency).
    """
    kept: set[str] = set()
    for text in texts:
        kept.update(base.pieces(text, kept))
    numbers = []
    for number, (token, kind) in enumerate(zip(base.tokens, base.types, strict=True)):
        needed = (
            token in ("<pad>", "<eos>", "<bos>", "<unk>", "\n")
            or kind == BYTE
            or (token in kept and kind in (NORMAL, USER_DEFINED))
            or (kind == NORMAL and len(token) == 1 and _belongs(token))
            or (kind == NORMAL and number < common and _ASCII.fullmatch(token) is not None)
            or (kind == NORMAL and number < 3 * common and _HANGUL.fullmatch(token) is not None)
        )
        if needed:
            numbers.append(number)
    return Vocabulary(
        tuple(base.tokens[n] for n in numbers),
        tuple(base.scores[n] for n in numbers),
        tuple(base.types[n] for n in numbers),
        tuple(numbers),
    )


def _belongs(character: str) -> bool:
    """A character of Korean or Japanese print, Latin with diacritics, or common punctuation."""
    if character < "\u0250" or "가" <= character <= "힣" or "\u2010" <= character <= "\u203b":
        return True
    try:
        character.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return not ("\u0370" <= character <= "\u04ff")
