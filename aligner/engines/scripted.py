"""A test double that is shipped: deterministic, instant, without a model; it does not translate.

What it writes is made-up Korean or Japanese of a plausible length that keeps what can be
verified: the terms asked for, numbers, dates, weekdays and quotation marks. It serves tests and
plug-in authors, is never chosen by ``auto``, and can be told to be slow, to fail or to degenerate.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from aligner.engines.protocol import Request
from aligner.errors import EngineError, InputError, UsageError
from aligner.languages import ENGLISH, Language
from aligner.model import Hypothesis

_VERSION = 1

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = "|".join(f"{name[:3]}(?:\\.|t\\.|{name[3:]})?" for name in _MONTHS)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS = {"ko": ("월화수목금토일", "요일"), "ja": ("月火水木金土日", "曜日")}
_COUNTS = (
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_DATE = {"ko": ("년", "월", "일", " "), "ja": ("年", "月", "日", "")}
_NOON = {"ko": {"a": "오전 ", "p": "오후 "}, "ja": {"a": "午前", "p": "午後"}}
_HOUR = {"ko": ("시", "분"), "ja": ("時", "分")}
_MYRIADS = {"ko": ("만", "억", "조"), "ja": ("万", "億", "兆")}
_MONEY = {"ko": "달러", "ja": "ドル"}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SYLLABLES = {
    "ko": "가나라마바사자하거너더서저고노도로모보소조구누두무부수주기미비시지",
    "ja": "さたなまらしちみりすつぬむるせてねめれそともろ会談外交協議首脳合意",
}
_PARTICLES = {"ko": ("는", "에서", "의", "가", "로"), "ja": ("は", "で", "の", "が", "に")}
_ENDINGS = {"ko": "했다", "ja": "した"}
_SILENT = re.compile(
    r"a|an|the|of|to|in|on|at|by|for|and|or|but|as|is|was|were|are|be|been|it|its|that|this|with|from"
    r"|has|have|had|he|she|they|his|her|their|who|which|will|would|than|into|over|after"
)
_PIECE = re.compile(r"\x00\d+\x00|[A-Za-z]+(?:[’'.-][A-Za-z]+)*|[“”\"?!:;,]|[0-9][0-9,.]*%?")


class Scripted:
    """One pseudo-translation per request, from the table where it has the source.

    ``table`` maps a source, or ``ko<TAB>source``, to its target; a sequence of targets is indexed
    by strictness, the last one serving all higher values. ``delay_s`` seconds pass per request.
    After ``fail_after`` requests in all, or where ``fail_on`` says so, EngineError is raised.
    ``calls`` counts the requests that were answered.
    """

    def __init__(
        self,
        table: Mapping[str, str | Sequence[str]] | None = None,
        *,
        delay_s: float = 0.0,
        fail_after: int | None = None,
        fail_on: Callable[[Request], bool] | None = None,
        batch_size: int = 8,
    ) -> None:
        self.name = "scripted"
        self.batch_size = batch_size
        self.calls = 0
        self._table = dict(table or {})
        self._delay_s = delay_s
        self._fail_after = fail_after
        self._fail_on = fail_on

    @property
    def signature(self) -> str:
        digest = hashlib.sha256(repr(sorted(self._table.items())).encode()).hexdigest()
        return f"scripted:{'table@' + digest[:8] if self._table else 'pseudo'}/r{_VERSION}"

    def supports(self, source: Language, target: Language) -> bool:
        return source.code == "en" and target.code in _SYLLABLES

    def translate(
        self,
        requests: Sequence[Request],
        source: Language,
        target: Language,
        *,
        strictness: int = 0,
        done: Callable[[int, Hypothesis], None] | None = None,
    ) -> list[Hypothesis]:
        if not self.supports(source, target):
            raise EngineError(f"the scripted engine does not play {source}-{target}")
        hypotheses = []
        for index, request in enumerate(requests):
            if self._fail_after is not None and self.calls >= self._fail_after:
                raise EngineError(f"the scripted engine fails after {self._fail_after} requests")
            if self._fail_on is not None and self._fail_on(request):
                raise EngineError("the scripted engine fails on this request")
            if self._delay_s:
                time.sleep(self._delay_s)
            text = self._listed(request, target, strictness) or pseudo(request, target)
            self.calls += 1
            hypothesis = Hypothesis(text, self.signature, logprob=-0.25)
            hypotheses.append(hypothesis)
            if done is not None:
                done(index, hypothesis)
        return hypotheses

    def close(self) -> None:
        return None

    def _listed(self, request: Request, target: Language, strictness: int) -> str | None:
        entry = self._table.get(f"{target.code}\t{request.source}")
        entry = self._table.get(request.source) if entry is None else entry
        if entry is None or isinstance(entry, str):
            return entry
        return entry[min(strictness, len(entry) - 1)]


def from_settings(text: str) -> Scripted:
    """``delay_s=0.05,fail_after=3,table=FILE`` → Scripted; a row of FILE is source<TAB>target.

    Raises UsageError for another setting, InputError for an unusable file.
    """
    delay_s, fail_after, table = 0.0, None, {}
    for setting in filter(None, text.split(",")):
        key, _, value = setting.partition("=")
        try:
            if key == "delay_s":
                delay_s = float(value)
            elif key == "fail_after":
                fail_after = int(value)
            elif key == "table":
                table = _read_table(Path(value))
            else:
                raise ValueError(key)
        except ValueError as error:
            raise UsageError(
                f"the scripted engine has no setting {setting!r}",
                hint="it has delay_s=SECONDS, fail_after=COUNT and table=FILE",
            ) from error
    return Scripted(table, delay_s=delay_s, fail_after=fail_after)


def _read_table(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"this table cannot be read ({error})", path=path) from error
    table = {}
    for number, line in enumerate(lines, 1):
        key, tab, value = line.rpartition("\t")
        if not tab or not value.strip():
            raise InputError("a row needs source<TAB>target", path=path, line=number)
        table[key] = value
    return table


def pseudo(request: Request, target: Language) -> str:
    """A line in the target's script that keeps terms, numbers, dates, weekdays and quotes."""
    kept: list[str] = []

    def keep(rendering: str) -> str:
        kept.append(rendering)
        return f" \x00{len(kept) - 1}\x00 "

    text = request.source
    for surface, rendering in sorted(request.terms, key=lambda term: -len(term[0])):
        parts = re.split(rf"(?<!\w){re.escape(surface)}(?!\w)", text)
        text = parts[0] + "".join(keep(rendering) + part for part in parts[1:])
    text = _dates(text, target.code, keep)
    text = _numbers(text, target.code, keep)
    gap = " " if target.spaced else ""
    words: list[str] = []
    for index, piece in enumerate(_PIECE.findall(text)):
        words.append(_rendered(piece, index, target, kept))
    line = gap.join(word for word in words if word)
    line = re.sub(r"\s+([,.?!:;”」、。])", r"\1", line)
    line = re.sub(r"([“「])\s+", r"\1", line)
    return ENGLISH.normalise(_ended(line.strip(" ,、:;"), request, target))


def _rendered(piece: str, index: int, target: Language, kept: Sequence[str]) -> str:
    if piece.startswith("\x00"):
        return kept[int(piece.strip("\x00"))]
    if piece in '“”"?!:;,':
        if target.code == "ja":
            return {"“": "「", "”": "」", ",": "、"}.get(piece, "")
        return piece if piece in "“”" else ""
    if piece[0].isdigit():
        return piece.rstrip(",.")
    if _SILENT.fullmatch(piece.lower()):
        return ""
    return _word(piece.lower(), target.code) + _PARTICLES[target.code][index % 5] * (index % 2)


def _word(word: str, code: str) -> str:
    """A made-up word that stands for ``word`` everywhere; no syllable follows itself."""
    digest = hashlib.sha256(word.encode()).digest()
    syllables = _SYLLABLES[code]
    count = max(2, min(4, (len(word) + 2) // 3))
    made = ""
    for value in digest[:count]:
        syllable = syllables[value % len(syllables)]
        made += syllable if not made.endswith(syllable) else syllables[(value + 1) % len(syllables)]
    return made


def _ended(line: str, request: Request, target: Language) -> str:
    if not line:
        line = _word(request.source.lower(), target.code)
    if request.kind != "body":
        return line
    if request.source.rstrip("”’\"' ").endswith("?"):
        return f"{line}{'?' if target.code == 'ko' else 'か。'}"
    gap = " " if target.spaced else ""
    return f"{line}{gap}{_ENDINGS[target.code]}{target.stop}"


def _dates(text: str, code: str, keep: Callable[[str], str]) -> str:
    year, month, day, gap = _DATE[code]

    def number_of(name: str) -> int:
        return next(n for n, full in enumerate(_MONTHS, 1) if full.startswith(name[:3].lower()))

    def full(match: re.Match[str]) -> str:
        parts = [f"{match[3]}{year}"] if match[3] else []
        return keep(gap.join([*parts, f"{number_of(match[1])}{month}", f"{int(match[2])}{day}"]))

    def monthly(match: re.Match[str]) -> str:
        parts = [f"{match[2]}{year}"] if match[2] else []
        return keep(gap.join([*parts, f"{number_of(match[1])}{month}"]))

    def clock(match: re.Match[str]) -> str:
        hour, minute = _HOUR[code]
        rest = f"{gap}{int(match[2])}{minute}" if match[2] and int(match[2]) else ""
        return keep(f"{_NOON[code][match[3].lower()]}{match[1]}{hour}{rest}")

    weekdays, ending = _WEEKDAYS[code]

    def weekday(match: re.Match[str]) -> str:
        return keep(weekdays[_DAYS.index(match[0].lower())] + ending)

    text = re.sub(
        rf"\b({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,\s+(\d{{4}}))?", full, text, flags=re.I
    )
    text = re.sub(rf"\b({_MONTH})(?:\s+(\d{{4}}))(?!\d)", monthly, text, flags=re.I)
    months = "|".join(name.capitalize() for name in _MONTHS)
    text = re.sub(rf"\b((?!May){months})()\b", monthly, text)
    text = re.sub(r"\b(\d{1,2})(?::(\d\d))?\s?([ap])\.?m\b\.?", clock, text, flags=re.I)
    return re.sub(rf"\b({'|'.join(_DAYS)})\b", weekday, text, flags=re.I)


def _numbers(text: str, code: str, keep: Callable[[str], str]) -> str:
    number = r"\d+(?:,\d{3})*(?:\.\d+)?"

    def scaled(match: re.Match[str]) -> str:
        digits, _, fraction = match[2].replace(",", "").partition(".")
        scale = _SCALES[match[3].lower()]
        value = int(digits + fraction) * scale // 10 ** len(fraction)
        return keep(_myriads(value, code) + (_MONEY[code] if match[1] else ""))

    def money(match: re.Match[str]) -> str:
        return keep(match[1] + _MONEY[code])

    def count(match: re.Match[str]) -> str:
        return keep(str(_COUNTS.index(match[0].lower()) + 2))

    text = re.sub(rf"(\$?)({number})[\s-]({'|'.join(_SCALES)})\b", scaled, text, flags=re.I)
    text = re.sub(rf"\$({number})", money, text)
    text = re.sub(rf"({number})\s+percent\b", lambda match: keep(f"{match[1]}%"), text)
    text = re.sub(rf"(?<!\x00)\b({number}%?)(?!\x00)", lambda match: keep(match[1]), text)
    return re.sub(rf"\b({'|'.join(_COUNTS)})\b", count, text, flags=re.I)


def _myriads(value: int, code: str) -> str:
    """30000000 → 3000만: groups of four digits with their East Asian units."""
    groups, rest = [], value
    while rest:
        rest, group = divmod(rest, 10_000)
        groups.append(group)
    units = ("", *_MYRIADS[code])
    named = zip(groups[: len(units)], units, strict=False)
    return "".join(f"{group}{unit}" for group, unit in reversed(list(named)) if group)
