"""Where English sentences end: rules for wire copy, one decision per mark, each of bounded cost."""

from __future__ import annotations

import re
from functools import lru_cache

from aligner.segmentation.abbreviations import AbbreviationClass, Abbreviations
from aligner.segmentation.listings import list_marks
from aligner.segmentation.spans import asides

_LEFT_CHARS = 40
_RIGHT_CHARS = 100

_MARK = re.compile(r"(?P<spaced>\.(?:[ \u00a0]\.){2,})|[.!?…。！？]+")
_CLOSERS = re.compile(r"[\"”’'»)\]}」』]*(?:\[\d{1,3}\])*(?:\s+[”’](?=\s|$))?")
_FOOTNOTE = re.compile(r"\d{1,3}(?=\s+[\"“‘(]?[A-Z])")
_OPENERS = re.compile(r"[\"“‘'«(\[{*_¿¡「『]*")
_DASH = re.compile(r"[-–—―]+\s*")
_WORD = re.compile(r"[^\W_]+(?:[-'’&][^\W_]+)*")
_BREAKS = frozenset("\"“”‘’()[]{}<>…—–/|「」『』*")
_GLUED = re.compile(r"[A-Z][a-z]{0,14}(?:['’][a-z]{1,2})?\.?,?(?=\s)")
_GLUED_LEFT = re.compile(r"(?:[a-z]{2}|\d{3}|[a-z]\))\Z")
_DOMAINS = frozenset("com net org gov edu info biz co uk us eu io tv kr jp js py ai ca".split())
_ENDERS = ".!?…:\n"

_STARTERS = frozenset(
    # pronouns and determiners
    """
    he she it they we you i this that these those there here the a an his her its their our my your
    who what when where why how which whose whom someone somebody everyone everybody nobody nothing
    something everything anyone neither either each every some many several few other others another
    such all both any no none not half much
    """
    # conjunctions, prepositions and adverbs that open sentences
    """
    and but or nor yet so if as because although though while whereas since unless until whether once
    before after during in on at by for from with without within to of under over about above across
    against along amid among around behind below beneath beside besides between beyond despite
    except following including inside into like near off onto out outside through throughout toward
    towards upon via given according asked speaking citing responding referring based compared
    however moreover furthermore meanwhile therefore thus hence nevertheless nonetheless still also
    then now today yesterday tomorrow later earlier soon sometimes often never always again perhaps
    maybe finally eventually recently previously currently instead otherwise indeed likewise
    additionally similarly consequently subsequently separately asked overall even just only yes
    please thanks well first second third last next
    """
    # verbs that open questions and requests
    "did do does is are was were has have had can could should would let"
    # plural nouns that a sentence of news opens with; inside one they are not capitalised
    """
    officials police investigators analysts experts authorities critics lawmakers reporters
    prosecutors soldiers troops scientists researchers thousands hundreds dozens millions billions
    people protesters protestors demonstrators residents witnesses rescuers firefighters doctors
    economists observers diplomats negotiators talks relations tensions sources supporters opponents
    workers students voters families women men children shares stocks prices negotiations sanctions
    travelers travellers passengers details results polls opposition others rebels militants aides
    """.split()
)
# A starter that an acronym may also name: U.S. First Lady, U.N. Under Secretary, U.S. Second Fleet.
_AFTER_ACRONYM = frozenset("first second third last next under over all well still just and of".split())
_NAMES_TOO = frozenset("an do so no will may in a such".split())
_ATTRIBUTION_VERBS = (
    "said|says|asked|asks|told|replied|added|wrote|writes|tweeted|declared|exclaimed|shouted|cried|"
    "demanded|wondered|warned|argued|continued|recalled|explained|answered|responded|joked|quipped"
)
_ATTRIBUTION = re.compile(
    rf"(?:[A-Z][\w’'-]*\.?\s+){{1,4}}(?:{_ATTRIBUTION_VERBS})\b(?!\s+(?:that|in an? |on [A-Z]))"
)
_PREDICATE = re.compile(
    r"[A-Z][\w’'-]+\s+(?:said|says|was|were|is|are|has|have|had|will|would|also|rose|fell|told)\b"
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
_FRONTED = frozenset("at by around about before after from until till since shortly between".split())
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}\.|[^\W\d_]\.")
_VOWELLESS = re.compile(r"[A-Z]?[b-df-hj-np-tv-xz]+\.")
_ROMAN_OR_LETTER = re.compile(r"(?:[IVXLC]+|[B-HJ-Z])\b(?![’'])")
_CAMEL = re.compile(r"[a-z]{1,5}[A-Z]\w")
_CITATION = re.compile(r"\([^()\n]{0,60}\d[^()\n]{0,20}\)[.,;]")


def english_boundaries(text: str, abbreviations: Abbreviations) -> list[int]:
    """Offsets right after the last character of each sentence but the last; linear in ``len(text)``."""
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
    if mark == "." and (note := _FOOTNOTE.match(text, end)) and _is_prose(text, at):
        end = note.end()
    if end >= len(text):
        return None
    if not text[end].isspace():
        return _glued(text, match, end)
    if at and text[at - 1] in "([{":  # a mark that is itself an aside: (?) or [...]
        return None
    follow = _Follow(text, end)
    if follow.goes_on or _CITATION.match(text, follow.at):
        return None
    if match.group("spaced"):
        return _spaced_ellipsis(text, match, end, follow)
    if len(mark) > 1 or mark != ".":
        return end if _emphatic(text, match, end, follow, abbreviations) else None
    form = _left_word(text, at) + "."
    verdict = _after_form(text, form, start, at, follow, abbreviations)
    return end if verdict else None


class _Follow:
    """What stands after a mark: the first word past white space, dashes and opening marks."""

    __slots__ = ("at", "goes_on", "opener", "rest", "word")

    def __init__(self, text: str, end: int) -> None:
        at = end
        while at < len(text) and text[at].isspace():
            at += 1
        self.at = at
        if dash := _DASH.match(text, at):
            at = dash.end()
        opened = _OPENERS.match(text, at)
        self.opener = opened.group() if opened else ""
        at += len(self.opener)
        self.rest = text[at : at + _RIGHT_CHARS]
        found = _WORD.match(self.rest)
        self.word = found.group() if found else ""
        first = self.rest[:1]
        self.goes_on = (first.islower() and not _CAMEL.match(self.rest)) or first in set(",;:)]}&%.")

    @property
    def starter(self) -> str:
        """The word that opens sentences, in small letters; "" when it is none."""
        bare = re.split(r"['’]", self.word)[0].lower()
        after = self.rest[len(self.word) : len(self.word) + 1]
        if bare not in _STARTERS or (after == "." and self.rest[len(self.word) + 1 : len(self.word) + 2] != "."):
            return ""
        return bare

    def opens_quotation(self) -> bool:
        """True where a quotation begins that closes like a sentence: with a mark inside."""
        return any(q in self.opener for q in "\"“") and bool(re.search(r"[.,?!…][\"”]", self.rest))


def _after_form(
    text: str, form: str, start: int, at: int, follow: _Follow, abbreviations: Abbreviations
) -> bool:
    """Whether a full stop after ``form`` ends the sentence, something capital-like following."""
    digit = follow.rest[:1].isdigit()
    kind = abbreviations.class_of(form)
    if kind is None:
        kind = _kind_by_shape(form)
    bare = form[:-1]
    first = at - len(bare) <= start + 2 and not text[start : at - len(bare)].strip(" \"“‘'([—-")
    if bare.isdigit() and len(bare) <= 2 and first:
        return False  # the number of a list item
    if kind is None or kind is AbbreviationClass.NONE:
        return True
    if kind is AbbreviationClass.NEVER:
        return False
    if kind is AbbreviationClass.NUMBER:
        return not (digit or _ROMAN_OR_LETTER.match(follow.rest))
    if kind is AbbreviationClass.TIME:
        return _after_time(text, start, at, follow)
    if first and kind is not AbbreviationClass.FINAL:
        return False  # a sentence is more than one abbreviation
    if digit:
        return False
    starter = follow.starter
    if _ACRONYM.fullmatch(form):
        return _after_acronym(form, follow, starter)
    if starter or follow.opens_quotation():
        return True
    return kind is AbbreviationClass.FINAL and bool(_PREDICATE.match(follow.rest))


def _after_acronym(form: str, follow: _Follow, starter: str) -> bool:
    if not starter:
        return follow.opens_quotation()
    if starter in _AFTER_ACRONYM:
        following = follow.rest[len(follow.word) :].lstrip()[:1]
        return following == "," or (following.islower() and starter not in ("under", "over"))
    if len(form) == 2 and starter in _NAMES_TOO:  # George W. An, but not: Vitamin C. A study
        return follow.rest[len(follow.word) :].lstrip()[:1].islower()
    return True


def _after_time(text: str, start: int, at: int, follow: _Follow) -> bool:
    if _AFTER_TIME.match(follow.rest):
        return False
    if follow.starter or follow.opener:
        return not (follow.opener.startswith("(") or follow.opener.startswith("["))
    opening = text[start : min(at, start + 60)].split()
    fronted = at - start <= 60 and len(opening) <= 7 and bool(opening)
    return not (fronted and opening[0].strip("\"“‘'").lower() in _FRONTED)


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
    """Whether sentencex holds ``bare`` for an abbreviation: asked on text that nothing else decides."""
    import sentencex

    return len(sentencex.segment("en", f"{bare}. Zork")) == 1


def _emphatic(
    text: str, match: re.Match[str], end: int, follow: _Follow, abbreviations: Abbreviations
) -> bool:
    """Whether ``!``, ``?``, an ellipsis or a run of marks ends the sentence, a capital following."""
    mark = match.group()
    if len(mark) == 1 and mark in "!?":
        form = _left_word(text, match.start()) + mark
        if abbreviations.class_of(form) is AbbreviationClass.MARK and end == match.end():
            return bool(follow.starter)
    quoted = any(q in text[match.end() : end] for q in "\"”’'")
    if quoted and _ATTRIBUTION.match(follow.rest):
        return False
    if set(mark) <= {".", "…"}:
        alone = match.start() == 0 or text[match.start() - 1].isspace()
        if alone or mark == "..":
            return bool(follow.starter) or mark == ".." or len(mark) > 3
        return follow.word.lower() != _left_word(text, match.start()).lower()
    return True


def _spaced_ellipsis(text: str, match: re.Match[str], end: int, follow: _Follow) -> int | None:
    """Four spaced dots end a sentence, three (an omission) only before a word that opens one.

    Where the first of four touches its word it is the full stop, and the omission opens the next.
    """
    if match.group().count(".") < 4:
        return end if follow.starter else None
    touches = match.start() > 0 and not text[match.start() - 1].isspace()
    return match.start() + 1 if touches and match.group().count(".") == 4 else end


def _glued(text: str, match: re.Match[str], end: int) -> int | None:
    """A boundary that lacks its space: ``world.Today is``, ``”“``; never inside an address or number."""
    mark, at = match.group(), match.start()
    if end > match.end() and text[end] == "“" and text[end - 1] == "”":
        return end
    if mark[-1] in "。！？":
        return end
    if end > match.end() or not _GLUED_LEFT.search(text[max(0, at - 2 - (mark == ".")) : at]):
        return None
    word = _GLUED.match(text, end)
    if word is None or word.group().strip(".,").lower() in _DOMAINS:
        return None
    left = _left_word(text, at)
    token = text[max(0, at - _LEFT_CHARS) : at].split()[-1:]
    if any(sign in "".join(token) for sign in "@/:_=&#~\\") or "www." in "".join(token).lower():
        return None
    return end if left.islower() or left.isalnum() else None


def _left_word(text: str, at: int) -> str:
    """The word that ends at ``at``, inner dots and apostrophes kept, cut at a hyphen; "" for none."""
    first = at
    stop = max(0, at - _LEFT_CHARS)
    while first > stop and not (text[first - 1].isspace() or text[first - 1] in _BREAKS):
        first -= 1
    word = text[first:at]
    if "-" in word:
        word = word.rpartition("-")[2]
    return word.lstrip("'$#,;:&")


def _is_prose(text: str, at: int) -> bool:
    """Whether a plain small-lettered word or a bracket stands before ``at``: no number, no label."""
    word = _left_word(text, at)
    return (len(word) > 3 and word.isalpha() and word.islower()) or (at > 0 and text[at - 1] in ")”\"")
