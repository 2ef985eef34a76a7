"""What can be seen of a translation without understanding it: numbers about form, and plain faults.

Every measure is computed from the two strings alone and is finite for any input; a measure named
after a fault is 0 where there is nothing to complain about and grows with the fault.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from aligner import numerals
from aligner.languages import ENGLISH, Language, script_of

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’\-][A-Za-z\u00c0-\u024f]+)*")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\uff21-\uff3a\uff41-\uff5a]+")
_SENTENCE = re.compile(r"[.!?。！？…]+[\"'”’」』)）\]]*(?=\s|$|[^\s.!?。！？\d])")
_LOOP = re.compile(r"(.{1,60}?)\1{3,}", re.DOTALL)
_TWICE = re.compile(r"(.{6,80}?)[\s,、，。.]*\1", re.DOTALL)
_MARKS = ".!?。！？…"
_CLOSERS = "\"'”’」』)）]〉》】"
_QUOTES = '"“”„«»「」『』'
_OPEN, _CLOSE = "「『“(（[【《〈", "」』”)）]】》〉"

_MARKUP = re.compile(
    r"</?[a-z_]+/?>|<\\|[a-z_]+\\|>|\*\*|\[\[|\]\]|[⟦⟧]|\[[A-Z]+_?\d+\]|\{\d+\}|&(?:amp|lt|gt|quot|#\d+);"
    r"|^(?:번역|번역문|한국어|일본어|翻訳|訳|訳文|日本語|韓国語|Korean|Japanese|Translation|Output)\s*[:：]"
    r"|(?:here is|here's) the translation|다음은 .{0,12}번역|以下は.{0,12}翻?訳"
    r"|[(（](?:참고|주|역주|注|訳注|note)\s*[:：]",
    re.IGNORECASE | re.MULTILINE,
)

# Words that deny, strictly and in a wider sense; the wider ones may be worded without a negation.
_DENIES = re.compile(r"\b(?:not|no|never|none|nothing|nobody|neither|nor|cannot)\b|n['’]t\b", re.I)
_MAY_DENY = re.compile(
    r"\b(?:without|un\w{3,}|in(?:ability|capable|sufficient|complete|valid|decis\w*|admissible)"
    r"|im(?:possible|proper)|ir(?:regular|responsible)|illegal\w*|dis\w{4,}|den(?:y|ie[sd]|ying|ial)"
    r"|refus\w*|reject\w*|fail\w*|lack\w*|only|few|little|hardly|barely|scarcely|rarely|seldom"
    r"|avoid\w*|prevent\w*|ban\w*|bar(?:s|red)?|prohibit\w*|forb\w*|stop\w*|halt\w*|declin\w*"
    r"|miss\w*|absen\w*|free|less|until|unless|yet|rather|instead|too|short|without|else|withh\w*"
    r"|los[est]\w*|stalled?|empty|exempt\w*|abst\w*|anonym\w*|except|mere\w*|vacant|skip\w*"
    r"|inevitabl\w*)\b",
    re.I,
)
_DENIED = {
    "ko": re.compile(r"않|못[하했한할해]|못 |없|아니|안 |말라|말 것|지 마|뿐|미[가-힣]{1,3}|불[가-힣]|부인|거부|비[가-힣]"
                     r"|금지|반대|무[가-힣]|실패|부재|막|거절|중단|결코|전혀|제외|사양|피[하했할]|일축|취소|모르|모른|몰"),
    "ja": re.compile(r"な[いかくけし]|ません|ず|ぬ|無|不|非|未|否|拒|禁|反対|止|失敗|断|外|避|まい|だけ|のみ|免|欠|取り消"),
}  # fmt: skip
_STRICTLY = {
    "ko": re.compile(r"지 (?:않|못|아니)|[가이은는도] 없(?!이)|[가이] 아니|지 마[라세십]|지 말"),
    "ja": re.compile(
        r"(?<!少)(?<!しか)ない[。」とだ]|なかった|ていない|ません|ではない|れない|できな"
    ),
}

# The last syllables on which a Korean or Japanese sentence cannot well end: particles and linking forms.
_OPEN_END = {
    "ko": re.compile(
        r"(?:[을를은는의와과]|에서|에게|으로|하고|하며|이며|지만|면서|하여|해서|에|며|및|또는|그리고)$"
    ),
    "ja": re.compile(
        r"(?:[をにがはのともへや、，]|から|より|まで|ので|ため|および|または|そして|して|って)$"
    ),
}


# Asked of each character several times; a news corpus has a few thousand different ones.
_script = lru_cache(maxsize=1 << 16)(script_of)


@dataclass(frozen=True, slots=True)
class Fault:
    """A degenerate output: its ``kind``, the highest score it may have (``cap``) and the reason."""

    kind: str
    cap: float
    reason: str


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long a translation is expected to be: ``ratio`` × source characters, ± by ``variance``.

    The normalised difference is that of Gale & Church (1993), "A program for aligning sentences in
    bilingual corpora", with the two constants fitted per language.
    """

    ratio: float
    variance: float

    def z(self, source: str, target: str) -> float:
        """Standard deviations by which ``target`` is longer (+) or shorter (−) than expected."""
        size = len(source) + 4
        return (len(target) + 4 * self.ratio - self.ratio * size) / math.sqrt(size * self.variance)


def words(text: str) -> list[str]:
    """The Latin-script words of ``text``, in order."""
    return _WORD.findall(text)


@lru_cache(maxsize=1024)
def longest_loop(text: str) -> int:
    """Characters covered by the longest run of one piece repeated four times or more in a row."""
    longest = 0
    for run in _LOOP.finditer(text[:4000]):
        if any(_script(c) != "common" for c in run[1]):
            longest = max(longest, len(run[0]))
    return longest


@lru_cache(maxsize=1024)
def distinct_share(text: str) -> float:
    """Share (0–1) of the character trigrams of ``text`` that differ from one another; 1.0 if short."""
    bare = "".join(text.split())[:4000]
    if len(bare) < 40:
        return 1.0
    return len({bare[i : i + 3] for i in range(len(bare) - 2)}) / (len(bare) - 2)


@lru_cache(maxsize=1024)
def copied_share(source: str, target: str) -> float:
    """Share (0–1) of the source's words that stand in the target in the same order of three."""
    given = [word.lower() for word in words(source)]
    if len(given) < 3:
        return 0.0
    kept = [word.lower() for word in words(target)]
    triples = {tuple(kept[i : i + 3]) for i in range(len(kept) - 2)}
    if not triples:
        return 0.0
    covered = [False] * len(given)
    for i in range(len(given) - 2):
        if tuple(given[i : i + 3]) in triples:
            covered[i : i + 3] = [True] * 3
    return sum(covered) / len(given)


def sentences(text: str) -> int:
    """How many sentences the marks of ``text`` close; at least 1."""
    return max(1, len(_SENTENCE.findall(text)))


@lru_cache(maxsize=1024)
def foreign_characters(text: str, code: str) -> int:
    """Characters no Korean (kana, simplified Chinese) or Japanese (Hangul, simplified) text holds."""
    count = 0
    for character in text:
        script = _script(character)
        if script == "other" or (script == "hangul" and code == "ja"):
            count += 1
        elif script == "kana" and code == "ko":
            count += character not in "・ー"
        elif script == "han":
            # The national character sets are the yardstick: what JIS X 0208/0212 or KS X 1001
            # has no place for is most often a simplified Chinese form.
            try:
                character.encode("euc_jp" if code == "ja" else "euc_kr")
            except UnicodeEncodeError:
                count += 1
    return count


def markup(source: str, target: str) -> bool:
    """True where the target holds mark-up, a placeholder or talk of the engine that the source lacks."""
    return bool(_MARKUP.search(target)) and not _MARKUP.search(source)


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _ends(text: str) -> str:
    return text.rstrip().rstrip(_CLOSERS).rstrip()


def fault(source: str, target: str, language: Language, lengths: Lengths) -> Fault | None:
    """The reason why ``target`` can never score high, or None.

    Kinds: empty, copy, off-script, loop, leak, truncated.
    """
    bare_source, bare_target = _bare(source), _bare(target)
    letters = Counter(_script(c) for c in target)
    # Names in capitals that the source writes so too (BBC, G20) belong to every script.
    pardoned = sum(len(w) for w in _LATIN.findall(target) if w.isupper() and w in source)
    known = sum(n for script, n in letters.items() if script != "common") - pardoned
    own = sum(letters[script] for script in language.scripts)
    if not target.strip() or (not bare_target and bare_source):
        return Fault("empty", 0.0, "the target is empty")
    if bare_source == bare_target and any(c.isalpha() for c in bare_source):
        return Fault("copy", 0.02, "the target is a copy of the source")
    if known >= 6 and own / known < 0.35:
        if copied_share(source, target) > 0.5:
            return Fault("copy", 0.03, "most of the target is a copy of the source")
        return Fault("off-script", 0.03, f"the target is not written in {language.name}")
    han_only = letters["han"] >= max(12, 0.8 * known) and not letters["kana"]
    if language.code == "ja" and han_only:
        return Fault("off-script", 0.05, "no kana in a long target: it may be Chinese")
    if foreign_characters(target, language.code) > max(3, 0.15 * known):
        return Fault("off-script", 0.05, f"the target holds much that is not {language.name}")
    run = longest_loop(target)
    if run >= 10 and run > 2 * longest_loop(source):
        return Fault("loop", 0.03, "the target repeats itself in a loop")
    if distinct_share(target) < 0.45 and distinct_share(source) > 0.6:
        return Fault("loop", 0.05, "the target repeats the same words over and over")
    if markup(source, target):
        return Fault("leak", 0.2, "the target holds mark-up or talk that is no translation")
    z = lengths.z(source, target)
    if z < -4.5 and len(target) < 0.45 * lengths.ratio * len(source):
        return Fault("truncated", 0.1, "the target is far too short for its source")
    return None


def measure(source: str, target: str, language: Language, lengths: Lengths) -> dict[str, float]:
    """The surface measures of one pair, by name."""
    code = language.code
    z = lengths.z(source, target)
    given = words(source)
    given_lower = {word.lower() for word in given}
    latin = _LATIN.findall(target)
    kept_lower = [w for w in latin if len(w) > 2 and w.islower() and w.lower() in given_lower]
    lower = sum(1 for word in given if len(word) > 2 and word.islower())
    strange = [w for w in latin if len(w) > 2 and w.lower() not in given_lower]
    acronyms = {w for w in given if len(w) > 1 and w.isupper()}
    letters = [s for s in map(_script, target) if s != "common"]
    total = max(1, len(letters))
    # A Latin word that stands in the source and is written in capitals is no fault.
    pardoned = sum(len(w) for w in latin if w in acronyms or w.isupper())
    # Names may be left in Latin script by custom; other words may not. They are weighed apart.
    names = {word for word in given if word[:1].isupper() and not word.isupper()}
    named = sum(len(w) for w in latin if w in names)
    latin_share = max(0, sum(s == "latin" for s in letters) - pardoned - named) / total
    end_source, end_target = _ends(source), _ends(target)
    closed = bool(end_source) and end_source[-1] in _MARKS
    target_closed = bool(end_target) and end_target[-1] in _MARKS
    open_end = _OPEN_END.get(code)
    last = end_target.rstrip(_MARKS)
    numbers = numerals.compare(
        numerals.quantities(source, ENGLISH), numerals.quantities(target, language)
    )
    sentences_source, sentences_target = sentences(source), sentences(target)
    quotes_source = sum(c in '"“”' for c in source) // 2
    quotes_target = sum(c in _QUOTES for c in target) // 2
    twice = _TWICE.search(target[:1500])
    twice_source = _TWICE.search(source[:1500])
    denied = _DENIED.get(code)
    strictly = _STRICTLY.get(code)
    denials = len(_DENIES.findall(source))
    may = denials + len(_MAY_DENY.findall(source))
    return {
        "negation_lost": float(bool(denials and denied and not denied.search(target))),
        "negation_added": float(bool(strictly and len(strictly.findall(target)) > may)),
        "short": max(0.0, -z - 0.5),
        "very_short": max(0.0, -z - 2.0),
        "long": max(0.0, z - 0.5),
        "very_long": max(0.0, z - 2.0),
        "copied": copied_share(source, target),
        "latin": latin_share,
        "latin_names": named / total,
        "latin_kept": len(kept_lower) / max(1, lower),
        "latin_new": min(1.0, len(strange) / max(4, len(given)) * 4),
        "foreign": min(1.0, foreign_characters(target, code) / total * 10),
        "loop": min(1.0, longest_loop(target) / max(10, len(target))),
        "repeated": 0.0 if twice is None or twice_source else len(twice[1]) / max(10, len(target)),
        "monotony": max(0.0, 1 - distinct_share(target) - max(0.0, 1 - distinct_share(source))),
        "number_changed": float(min(2, len(numbers.changed))),
        "number_missing": float(min(2, len(numbers.missing))),
        "number_extra": float(min(2, len(numbers.extra))),
        "end_lost": float(closed and not target_closed and end_source[-1] != ":"),
        "end_open": float(bool(open_end and open_end.search(last))),
        "question": float(("?" in source) != any(c in target for c in "?？か까")),
        "sentences_lost": max(0, sentences_source - sentences_target) / sentences_source,
        "sentences_added": max(0, sentences_target - sentences_source) / sentences_target,
        "quotes": min(2, abs(quotes_source - quotes_target)) / 1.0,
        "markup": float(markup(source, target)),
        "brackets": float(
            sum(c in _OPEN for c in target) != sum(c in _CLOSE for c in target)
            and '"' not in target
        ),
        "brackets_lost": float(
            min(2, max(0, sum(c in "([" for c in source) - sum(c in "([（［" for c in target)))
        ),
    }
