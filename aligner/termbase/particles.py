"""Korean particle agreement: a particle's form follows the sound that ends the word before it.

The rules are those of the standard language (한글 맞춤법 및 표준어 규정): a final consonant takes 은 이 을 과 으로
…, a vowel 는 가 를 와 로 …, and ㄹ takes 로. Digits and Latin letters are heard as Koreans read them.
"""

from __future__ import annotations

import re

_FIRST, _LAST = 0xAC00, 0xD7A3
_RIEUL = 8

_DIGIT = {
    "0": "영",
    "1": "일",
    "2": "이",
    "3": "삼",
    "4": "사",
    "5": "오",
    "6": "육",
    "7": "칠",
    "8": "팔",
    "9": "구",
}
_ZEROS = {1: "십", 2: "백", 3: "천", 4: "만", 8: "억", 12: "조"}
_LETTER = {
    "A": "이", "B": "비", "C": "시", "D": "디", "E": "이", "F": "프", "G": "지", "H": "치", "I": "이",
    "J": "이", "K": "이", "L": "엘", "M": "엠", "N": "엔", "O": "오", "P": "피", "Q": "큐", "R": "르",
    "S": "스", "T": "티", "U": "유", "V": "이", "W": "유", "X": "스", "Y": "이", "Z": "트",
}  # fmt: skip
_SIGN = {"%": "트", "℃": "도", "㎞": "터", "㎏": "램", "$": "러", "+": "스", "°": "도"}
_CLOSING = "\"'”’」』》〉)]）】*"
_QUOTES = rf"[{re.escape(_CLOSING)}]*"

# Consonant form, vowel form; longer ones first, so that 이라고 is not read as 이 + 라고.
_PAIRS = (
    ("으로부터", "로부터"), ("으로서", "로서"), ("으로써", "로써"), ("으로는", "로는"), ("으로도", "로도"),
    ("으로의", "로의"), ("으로만", "로만"), ("으로", "로"),
    ("이었습니다", "였습니다"), ("이었으며", "였으며"), ("이었지만", "였지만"), ("이었고", "였고"),
    ("이었던", "였던"), ("이었다", "였다"), ("이었", "였"),
    ("이어서", "여서"), ("이어야", "여야"), ("이어도", "여도"), ("이에요", "예요"),
    ("이라고", "라고"), ("이라는", "라는"), ("이라며", "라며"), ("이라면", "라면"), ("이라서", "라서"),
    ("이라도", "라도"), ("이라", "라"), ("이란", "란"), ("이랑", "랑"), ("이나마", "나마"), ("이나", "나"),
    ("이며", "며"), ("이면", "면"), ("이든", "든"), ("이야말로", "야말로"), ("이여", "여"), ("이자", "자"),
    ("이지만", "지만"), ("이고", "고"), ("이다", "다"), ("이죠", "죠"), ("이니", "니"),
    ("은커녕", "는커녕"), ("과의", "와의"), ("과는", "와는"), ("과도", "와도"), ("과", "와"),
    ("은", "는"), ("이", "가"), ("을", "를"), ("아", "야"),
)  # fmt: skip
# A form of one syllable that begins a longer word is no particle (이후, 가장, 나라, 은행, 과거).
_ALONE = frozenset(
    "은 는 이 가 을 를 과 와 아 야 나 라 란 랑 며 면 든 여 자 고 다 죠 니 로".split()
)
# 이다 keeps its 이 after a vowel in careful prose, and 고/자/니/다 alone are other words: these vowel
# forms are never lengthened, only the consonant forms may be shortened (…이었다 → …였다).
_ONE_WAY = frozenset("며 면 든 여 자 지만 고 다 죠 니 나마".split())
_KEEPS_I = frozenset("이며 이면 이든 이자 이지만 이고 이다 이죠 이니".split())
_AFTER = re.compile(r"[가-힣]+")
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


_READ_AS_WORDS = frozenset(
    {"NATO", "ASEAN", "APEC", "UNESCO", "UNICEF", "THAAD", "OPEC", "AUKUS", "KEDO", "NAFTA"}
)
_WORD_ENDINGS = (
    ("nesco", "코"), ("unicef", "프"), ("thaad", "드"), ("apec", "펙"), ("opec", "펙"), ("aukus", "스"),
    ("ng", "앙"), ("le", "을"), ("l", "을"), ("m", "음"), ("me", "임"), ("ne", "인"), ("n", "은"),
    ("ck", "악"), ("k", "크"), ("p", "프"), ("b", "브"), ("c", "크"),
)  # fmt: skip


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
    """The particle ``run`` begins with, of the form that ``sound`` asks for; empty when none does."""
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
