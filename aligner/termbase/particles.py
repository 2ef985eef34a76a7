"""Korean particle agreement: a particle's form follows the sound that ends the word before it.

The rules are those of the standard language (한글 맞춤법 및 표준어 규정): a final consonant takes
은 이 을 과 으로 …, a vowel 는 가 를 와 로 …, and ㄹ takes 로. Digits and Latin letters are heard
as Koreans read them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aligner.termbase.words import alternatives, names, words

_FIRST, _LAST = 0xAC00, 0xD7A3
_RIEUL = 8

_DIGIT = names("korean", "digits")
_ZEROS = {1: "십", 2: "백", 3: "천", 4: "만", 8: "억", 12: "조"}
_LETTER = names("korean", "letters_read")
_SIGN = names("korean", "signs_read")
_CLOSING = "\"'”’」』》〉)]）】*"
_QUOTES = rf"[{re.escape(_CLOSING)}]*"

# Consonant form, vowel form; longer ones first, so that 이라고 is not read as 이 + 라고.
_PAIRS = tuple(names("korean", "agreeing").items())
# A form of one syllable that begins a longer word is no particle (이후, 가장, 나라, 은행, 과거).
_ALONE = words("korean", "alone")
# 이다 keeps its 이 after a vowel in careful prose, and 고/자/니/다 alone are other words: these
# vowel forms are never lengthened, only the consonant forms may be shortened (…이었다 → …였다).
_ONE_WAY = words("korean", "one_way")
_KEEPS_I = words("korean", "keeps_i")
_AFTER = re.compile(r"[가-힣]+")
_WORD = re.compile(r"[가-힣]+")
_FORM = re.compile(
    r"(?<=[가-힣])(?:(으로)(?:써|서|부터|까지)?(?:만|는|도|의)*|([과와])[의는도만]?|([를을은]))$"
)
_OWN_ENDING = re.compile(rf"(?:{alternatives('korean', 'own_endings')})$")
_CHAIN = re.compile(r"(?:까지|부터|만|은|는|도|의|서|써|선|커녕)*")


def final_sound(text: str) -> str:
    """``vowel``, ``rieul`` or ``consonant``: how ``text`` ends when read aloud in Korean.

    Closing quotes and brackets are not heard. Raises ValueError when nothing readable is there.
    """
    word = text.rstrip().rstrip(_CLOSING).rstrip()
    word = re.sub(r"(?<=[A-Za-z])\.$", "", word)
    gloss = re.search(r"^(.*\S)\s*[(（][^()（）]*$", word)
    if gloss and text.rstrip()[-1:] in ")）":
        word = gloss[1].rstrip(_CLOSING)
    if not word:
        raise ValueError("nothing to read aloud")
    syllable = _last_syllable(word)
    final = (ord(syllable) - _FIRST) % 28
    return "vowel" if final == 0 else "rieul" if final == _RIEUL else "consonant"


def _last_syllable(word: str) -> str:
    last = word[-1]
    if _FIRST <= ord(last) <= _LAST:
        return last
    number = re.search(r"(\d)(0*)$", word.replace(",", ""))
    if number:
        return _read_number(number[1], len(number[2]), word)
    if last in _SIGN:
        return _SIGN[last]
    if last.isascii() and last.isalpha():
        return _read_latin(word)
    raise ValueError(f"cannot read {last!r} aloud in Korean")


def _read_number(digit: str, zeros: int, word: str) -> str:
    if digit == "0":
        return "영"
    if not zeros or re.search(r"\.\d*$", word):
        return "영" if zeros else _DIGIT[digit]
    return _ZEROS[max(power for power in _ZEROS if power <= zeros)] if zeros < 16 else "경"


def _read_latin(word: str) -> str:
    """Acronyms letter by letter; a word by its last letters, as loan words are transcribed."""
    token = re.search(r"[A-Za-z.]+$", word)
    letters = (token[0] if token else word).replace(".", "")
    if letters.isupper() and letters not in _READ_AS_WORDS:
        return _LETTER[letters[-1]]
    ending = letters.lower()
    for tail, syllable in _WORD_ENDINGS:
        if ending.endswith(tail):
            return syllable
    return "이"


_READ_AS_WORDS = words("korean", "read_as_words")
_WORD_ENDINGS = tuple(names("korean", "endings_read").items())


def particle_for(before: str, particle: str) -> str:
    """The form of ``particle`` that agrees with ``before``; other particles come back unchanged."""
    sound = final_sound(before)
    for consonant, vowel in _PAIRS:
        if particle not in (consonant, vowel):
            continue
        if particle in _KEEPS_I or particle in _ONE_WAY:
            return consonant if sound != "vowel" else particle
        if consonant.startswith("으로"):
            return consonant if sound == "consonant" else vowel
        return vowel if sound == "vowel" else consonant
    return particle


def disagreeing(text: str) -> Iterator[tuple[int, int, str]]:
    """Particles whose form cannot be right: (start, end, the right form), in order.

    Only what no other word could be is named: 를, 와 and their chains after a consonant, 으로 after a
    vowel or ㄹ, 과, 을 and 은 after a vowel unless the word is one of those that end so (효과, 마을, 지은).
    이 and 가 are left alone, since 국가 and 나이 have them of their own.
    """
    for word in _WORD.finditer(text):
        ending = _FORM.search(word[0])
        if ending is None or ending.lastindex is None:
            continue
        before, written = word[0][: ending.start()], ending[ending.lastindex]
        right = particle_for(before, written)
        # A stem of one syllable is as likely part of a word (다과, 수은, 들를).
        if right == written or (len(before) == 1 and written != "으로"):
            continue
        if not _OWN_ENDING.search(before + written):
            start = word.start() + ending.start()
            yield start, start + len(written), right


def agreeing(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` with its ``disagreeing`` particles set right, and a note for each."""
    notes = []
    for start, end, right in reversed(list(disagreeing(text))):
        word = re.search(r"[가-힣]*$", text[:start])
        before = word[0] if word else ""
        notes.append(f"particle:{before}{text[start:end]}→{before}{right}")
        text = text[:start] + right + text[end:]
    return text, tuple(reversed(notes))


def agree(text: str, start: int, end: int, new: str) -> str:
    """``text`` with ``text[start:end]`` replaced by ``new`` and the particle after it in agreement.

    The particle is looked for right after the span, behind closing quotes and brackets. Nothing but
    the span and that particle changes, and the particle only where the two words end differently.
    """
    tail = text[end:]
    closing = re.match(rf"{_QUOTES}(?:[(（][^()（）]{{1,40}}[)）]{_QUOTES})?", tail)
    gap = closing[0] if closing else ""
    run = _AFTER.match(tail, len(gap))
    replaced = text[:start] + new + gap
    rest = tail[len(gap) :]
    if run is None:
        return replaced + rest
    try:
        new_sound = final_sound(new)
        # How a Latin name was read aloud is a guess, so its particle may have either form.
        is_korean = _FIRST <= ord(text[start:end].rstrip(_CLOSING)[-1:] or "\0") <= _LAST
        old_sound = final_sound(text[start:end]) if is_korean else ""
    except ValueError:
        return replaced + rest
    if not new_sound or old_sound == new_sound:
        return replaced + rest
    particle = _particle_at(run[0], old_sound)
    if not particle:
        return replaced + rest
    return replaced + particle_for(new, particle) + rest[len(particle) :]


def _particle_at(run: str, sound: str) -> str:
    """The particle ``run`` begins with, of the form that ``sound`` asks for; empty when none
    does."""
    for pair in _PAIRS:
        for place, particle in enumerate(pair):
            if not run.startswith(particle):
                continue
            if particle in _ALONE and not _CHAIN.fullmatch(run, len(particle)):
                continue
            fits = {"vowel": place == 1, "consonant": place == 0}.get(sound, True)
            if pair[0].startswith("으로") and sound == "rieul":
                fits = place == 1
            elif sound == "rieul":
                fits = place == 0
            if fits or particle in _KEEPS_I:
                return particle
    return ""
