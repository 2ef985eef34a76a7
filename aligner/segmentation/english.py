"""Where English sentences end: rules for wire copy, one decision per mark, each of bounded cost."""

from __future__ import annotations

import re
from functools import lru_cache

from aligner.segmentation.abbreviations import AbbreviationClass, Abbreviations
from aligner.segmentation.listings import list_marks
from aligner.segmentation.openings import (
    AFTER_ACRONYM,
    BODIES,
    DOMAINS,
    FRONTED,
    NAMES_TOO,
    NOUNS_AFTER_ACRONYM,
    STARTERS,
)
from aligner.segmentation.spans import asides

_LEFT_CHARS = 40
_RIGHT_CHARS = 100

_MARK = re.compile(r"(?P<spaced>\.(?:\s{1,3}\.){2,})|[.!?…。！？]+")
_CLOSERS = re.compile(r"[\"”’'»)\]}」』]*(?:\[\d{1,3}\])*")
_STRAY_CLOSER = re.compile(r"\s+[”»](?=\s|$)")
_FOOTNOTE = re.compile(r"\d{1,3}(?=\s+[\"“‘(]?[A-Z])")
_OPENERS = re.compile(r"[\"“‘'«(\[{*_¿¡「『]*")
_DASH = re.compile(r"[-–—―]+\s*")
_WORD = re.compile(r"[^\W_]+(?:[-'’&][^\W_]+)*")
_BREAKS = frozenset('"“”‘’()[]{}<>…—–/|「」『』*')
_GLUED = re.compile(r"[A-Z][a-z]{0,14}(?:['’][a-z]{1,2})?\.?,?(?=\s)")
_GLUED_LEFT = re.compile(r"(?:[a-z]{2}|\d{3}|[a-z]\))\Z")
_ENDERS = ".!?…:\n"

_ATTRIBUTION_VERBS = (
    "said|says|asked|asks|told|replied|added|wrote|writes|tweeted|declared|exclaimed|shouted|cried|"
    "demanded|wondered|warned|argued|continued|recalled|explained|answered|responded|joked|quipped"
)
_ATTRIBUTION = re.compile(
    r"(?!(?:He|She|They|It|We|You|I|The|An?|This|That|Then)\b)"
    rf"(?:[A-Z][\w’'-]*\.?\s+){{1,4}}(?:{_ATTRIBUTION_VERBS})\b(?!\s+(?:that|in an? |on [A-Z]))"
)
_PREDICATE = re.compile(
    r"[A-Z][\w’'-]+\s+(?:said|says|was|were|is|are|has|have|had|does|did|will|would|could|can|may|also|"
    r"rose|fell|told|later|then|never|still|became|began|called|came|went)\b"
)
_DAYS = (
    "mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun|monday|tuesday|wednesday|thursday|friday|saturday|"
    "sunday|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_AFTER_TIME = re.compile(
    rf"(?:(?:{_DAYS})\b|\d{{1,2}}\s+(?:{_DAYS})\b)"
    r"|(?-i:[A-Z]{1,4}T\b|GMT|UTC|BST|IST|WIB)"
    r"|(?:eastern|central|pacific|mountain|atlantic|greenwich|local)\b"
    r"|(?:[^\W\d_]+\s+){1,3}(?:standard\s+|daylight\s+)?time\b",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}\.|[^\W\d_]\.")
_TOWN = re.compile(r"(?:\w,|\bWashington)\s+\Z")
_VOWELLESS = re.compile(r"[B-DF-HJ-NP-TV-XZ]?[b-df-hj-np-tv-xz]+\.")
_ROMAN_OR_LETTER = re.compile(r"(?!I\b(?![,.;)]))(?:[IVXLC]+|[B-HJ-Z])\b(?![’'])")
_CAMEL = re.compile(r"[a-z]{1,5}[A-Z]\w")
_ADDRESS = re.compile(r"(?:https?:|www\.)", re.IGNORECASE)
_GOES_ON = frozenset(",;:)]}&%.")
_SIGNED = re.compile(r"(?:[A-Z][\w.’'-]*[ ,]*){1,5}\s*\Z")
_CLOSED_CLAUSE = re.compile(r"[^\"”]*[.,?!…][\"”]")
_CITATION = re.compile(r"\([^()\n]{0,60}\d[^()\n]{0,20}\)[.,;]")


def english_boundaries(text: str, abbreviations: Abbreviations) -> list[int]:
    """Offsets right after each English sentence but the last; linear in ``len(text)``."""
    listing = list_marks(text)
    inside = asides(text, _ENDERS)
    aside = 0
    boundaries: list[int] = []
    start = 0
    items = iter(listing.starts)
    item = next(items, None)
    for match in _MARK.finditer(text):
        while item is not None and item <= match.start():
            boundaries.append(item)
            start = item
            item = next(items, None)
        if match.end() in listing.markers or match.start() in listing.markers:
            continue
        while aside < len(inside) and inside[aside][1] <= match.start():
            aside += 1
        if aside < len(inside) and inside[aside][0] < match.start():
            continue
        end = _boundary(text, match, start, abbreviations)
        if end is not None and end > start:
            boundaries.append(end)
            start = end
    boundaries.extend([] if item is None else [item, *items])
    return boundaries


def _boundary(
    text: str, match: re.Match[str], start: int, abbreviations: Abbreviations
) -> int | None:
    """Where the sentence that this mark may close ends; None when it goes on."""
    mark, at = match.group(), match.start()
    closed = _CLOSERS.match(text, match.end())
    end = match.end() if closed is None else closed.end()
    stray = _STRAY_CLOSER.match(text, end)
    if stray and _quotation_is_open(text, at):
        end = stray.end()
    if mark == "." and (note := _FOOTNOTE.match(text, end)) and _is_prose(text, at):
        end = note.end()
    if end >= len(text):
        return None
    if not text[end].isspace():
        return _glued(text, match, start, end)
    follow = _Follow(text, end)
    if at and text[at - 1] in "([{":  # a mark that is itself an aside: (?) or [...]
        return end if follow.starter and not follow.goes_on else None
    if follow.goes_on or _CITATION.match(text, follow.at):
        plain = mark == "." and end == match.end() and follow.rest[:1].islower()
        return end if plain and _is_long_word(text, at, start, follow, abbreviations) else None
    if match.group("spaced"):
        return _spaced_ellipsis(text, match, end)
    if len(mark) > 1 or mark != ".":
        return end if _emphatic(text, match, start, end, follow, abbreviations) else None
    form = _left_word(text, at, start) + "."
    verdict = _after_form(text, form, start, at, follow, abbreviations)
    return end if verdict else None


class _Follow:
    """What stands after a mark: the first word past white space, dashes and opening marks."""

    __slots__ = ("at", "dashed", "goes_on", "opener", "rest", "word")

    def __init__(self, text: str, end: int) -> None:
        at = end
        while at < len(text) and text[at].isspace():
            at += 1
        self.at = at
        dash = _DASH.match(text, at)
        self.dashed = dash is not None
        if dash:
            at = dash.end()
        opened = _OPENERS.match(text, at)
        self.opener = opened.group() if opened else ""
        at += len(self.opener)
        self.rest = text[at : at + _RIGHT_CHARS]
        found = _WORD.match(self.rest)
        self.word = found.group() if found else ""
        first = self.rest[:1]
        small = first.islower() and not _CAMEL.match(self.rest) and not _ADDRESS.match(self.rest)
        self.goes_on = (
            small or first in _GOES_ON or (self.dashed and bool(_SIGNED.match(self.rest)))
        )

    @property
    def starter(self) -> str:
        """The word that opens sentences, in small letters; "" when it is none."""
        bare, _, ending = self.word.replace("’", "'").lower().partition("'")
        if ending == "s" and len(bare) > 5:
            return ""  # Children’s Fund, not: It’s late
        after = self.rest[len(self.word) : len(self.word) + 1]
        if bare not in STARTERS or (
            after == "." and self.rest[len(self.word) + 1 : len(self.word) + 2] != "."
        ):
            return ""
        return bare

    def opens_quotation(self) -> bool:
        """True where a quotation begins that closes like a sentence: with a mark inside."""
        return any(q in self.opener for q in '"“') and bool(_CLOSED_CLAUSE.match(self.rest))

    def opens_clause(self) -> bool:
        """True before a subject of one word and its verb, unless a body: U.S. Congress has."""
        return bool(_PREDICATE.match(self.rest)) and self.word not in BODIES


def _after_form(
    text: str, form: str, start: int, at: int, follow: _Follow, abbreviations: Abbreviations
) -> bool:
    """Whether a full stop after ``form`` ends the sentence, something capital-like following."""
    digit = follow.rest[:1].isdigit()
    bare = form[:-1]
    kind = abbreviations.class_of(form)
    if len(bare) > 1 and bare.isupper() and bare.isalpha() and not follow.word.isupper():
        kind = abbreviations.classes.get(form)  # PA. is no Pa., but in copy all in capitals
    if kind is None:
        kind = _kind_by_shape(form)
    lead = at - len(bare) - start
    first = lead < _LEFT_CHARS and not text[start : start + lead].strip(" \t\n\"“‘'([—-")
    if bare.isdigit() and len(bare) <= 2 and first:
        return False  # the number of a list item
    if kind is None or kind is AbbreviationClass.NONE:
        return True
    if follow.dashed:
        return False  # the place of a dateline: BOSTON, Mass. -- The
    if kind is AbbreviationClass.NEVER:
        return False
    if kind is AbbreviationClass.NUMBER:
        return not (digit or (not follow.opener and _ROMAN_OR_LETTER.match(follow.rest)))
    if kind is AbbreviationClass.TIME:
        return _after_time(text, start, at, follow)
    if first or digit:
        return False  # a sentence is more than one abbreviation
    if kind is AbbreviationClass.STATE:
        if _TOWN.search(text[max(0, at - len(bare) - 12) : at - len(bare)]):
            return follow.opener[:1] != "(" and follow.word not in BODIES
        kind = AbbreviationClass.FINAL
    starter = follow.starter
    if _ACRONYM.fullmatch(form):
        return _after_acronym(form, kind, follow, starter)
    if starter or follow.opens_quotation():
        return True
    return kind is AbbreviationClass.FINAL and follow.opens_clause()


def _after_acronym(form: str, kind: AbbreviationClass, follow: _Follow, starter: str) -> bool:
    if not starter or starter in NOUNS_AFTER_ACRONYM:
        return follow.opens_quotation() or (
            kind is AbbreviationClass.FINAL and follow.opens_clause()
        )
    if starter in AFTER_ACRONYM:
        following = follow.rest[len(follow.word) :].lstrip()[:1]
        return following == "," or (following.islower() and starter not in ("under", "over"))
    if len(form) == 2 and starter in NAMES_TOO:  # George W. An, but not: Vitamin C. A study
        return follow.rest[len(follow.word) :].lstrip()[:1].islower()
    return True


def _after_time(text: str, start: int, at: int, follow: _Follow) -> bool:
    if _AFTER_TIME.match(follow.rest):
        return False
    if follow.starter or follow.opener:
        return not (follow.opener.startswith("(") or follow.opener.startswith("["))
    opening = text[start : min(at, start + 60)].split()
    fronted = at - start <= 60 and len(opening) <= 7 and bool(opening)
    return not (fronted and opening[0].strip("\"“‘'").lower() in FRONTED)


def _kind_by_shape(form: str) -> AbbreviationClass | None:
    """The class of an unlisted form: acronyms and vowelless words by shape, others by sentencex."""
    if _ACRONYM.fullmatch(form):
        return AbbreviationClass.PREFIX
    bare = form[:-1]
    if 1 < len(bare) <= 6 and bare.isalpha():
        if _VOWELLESS.fullmatch(form):
            return AbbreviationClass.PREFIX
        if bare.istitle() and _in_lexicon(bare):
            return AbbreviationClass.PREFIX
    return None


@lru_cache(maxsize=4096)
def _in_lexicon(bare: str) -> bool:
    """Whether sentencex holds ``bare`` for an abbreviation, asked where nothing else decides."""
    import sentencex

    return len(sentencex.segment("en", f"{bare}. Zork")) == 1


def _emphatic(
    text: str,
    match: re.Match[str],
    start: int,
    end: int,
    follow: _Follow,
    abbreviations: Abbreviations,
) -> bool:
    """Whether ``!``, ``?``, an ellipsis or a run of marks ends it, a capital following."""
    mark = match.group()
    if len(mark) == 1 and mark in "!?":
        form = _left_word(text, match.start(), start) + mark
        if abbreviations.class_of(form) is AbbreviationClass.MARK and end == match.end():
            return bool(follow.starter)
    quoted = any(q in text[match.end() : end] for q in "\"”’'")
    if quoted and _ATTRIBUTION.match(follow.rest):
        return False
    if set(mark) <= {".", "…"}:
        alone = match.start() == 0 or text[match.start() - 1].isspace()
        if alone or mark == "..":
            return bool(follow.starter) or mark == ".." or len(mark) > 3
        return follow.word.lower() != _left_word(text, match.start(), start).lower()
    return True


def _spaced_ellipsis(text: str, match: re.Match[str], end: int) -> int | None:
    """Four spaced dots end a sentence; three are an omission, which does not.

    Where the first of four touches its word it is the full stop, and the omission opens the next.
    """
    if match.group().count(".") < 4:
        return None
    touches = match.start() > 0 and not text[match.start() - 1].isspace()
    return match.start() + 1 if touches and match.group().count(".") == 4 else end


def _glued(text: str, match: re.Match[str], start: int, end: int) -> int | None:
    """A boundary that lacks its space: ``world.Today is``, ``”“``; never in an address."""
    mark, at = match.group(), match.start()
    if end > match.end() and text[end] == "“" and text[end - 1] == "”":
        return end
    if mark[-1] in "。！？":
        return end
    if end > match.end() or not _GLUED_LEFT.search(text[max(0, at - 2 - (mark == ".")) : at]):
        return None
    word = _GLUED.match(text, end)
    if word is None or word.group().strip(".,").lower() in DOMAINS:
        return None
    left = _left_word(text, at, start)
    token = text[max(0, at - _LEFT_CHARS) : at].split()[-1:]
    if any(sign in "".join(token) for sign in "@/:_=&#~\\") or "www." in "".join(token).lower():
        return None
    return end if left.replace(",", "").isalnum() else None


def _left_word(text: str, at: int, start: int = 0) -> str:
    """The word since ``start`` that ends at ``at``; "" for none.

    Inner dots and apostrophes are kept, what stands before a hyphen is not.
    """
    first = at
    stop = max(start, at - _LEFT_CHARS)
    while first > stop and not text[first - 1].isspace():
        if text[first - 1] in _BREAKS and not (
            text[first - 1] == "’" and first < at and text[max(0, first - 2)].isalpha()
        ):
            break
        first -= 1
    word = text[first:at]
    if "-" in word:
        word = word.rpartition("-")[2]
    return word.lstrip("'$#,;:&")


def _is_prose(text: str, at: int) -> bool:
    """Whether a plain word in small letters or a closing mark stands before ``at``."""
    word = _left_word(text, at)
    return (len(word) > 3 and word.isalpha() and word.islower()) or (
        at > 0 and text[at - 1] in ')”"'
    )


def _is_long_word(
    text: str, at: int, start: int, follow: _Follow, abbreviations: Abbreviations
) -> bool:
    """Whether a plain word of six letters or more stands before a stop and a missing capital after.

    Abbreviations of that length are few and listed; such slips of the pen are not so few.
    """
    word = _left_word(text, at, start)
    if len(word) < 6 or not (word.isalpha() and word.islower()) or follow.opener or follow.dashed:
        return False
    return abbreviations.class_of(word + ".") is None and not _in_lexicon(word)


def _quotation_is_open(text: str, at: int) -> bool:
    """Whether a curly quotation of the last 2000 characters is still open at ``at``."""
    window = text[max(0, at - 2000) : at]
    return max(window.rfind("“"), window.rfind("«")) > max(window.rfind("”"), window.rfind("»"))
