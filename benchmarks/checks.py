"""False alarms of every check on human translations, and how many planted faults each kind finds.

    python benchmarks/checks.py --data DIR [--show CHECK] [--set NAME] [--limit N]

DIR holds the evaluation TSVs (or set ALIGNER_DATA). A row is a false alarm of a check when the
check has a finding on the human reference; human references do hold faults, so these rates are
upper bounds.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from aligner.checks import CHECKS, check, degenerate
from aligner.languages import KOREAN, language
from aligner.model import Severity, TranslationUnit

SETS = (
    ("par_ntrex_en_ko_ja.tsv", "ko"),
    ("par_park_news_en_ko.tsv", "ko"),
    ("par_pud_en_ko.tsv", "ko"),
    ("par_ntrex_en_ko_ja.tsv", "ja"),
    ("par_wmt_en_ja.tsv", "ja"),
)


def units(path: Path, code: str) -> list[TranslationUnit]:
    with path.open(encoding="utf-8") as lines:
        header = next(lines).rstrip("\n").split("\t")
        rows = [dict(zip(header, line.rstrip("\n").split("\t"), strict=True)) for line in lines]
    target = language(code)
    return [
        TranslationUnit(str(number), row["en"], row[code], target)
        for number, row in enumerate(rows)
        if row["en"] and row[code]
    ]


# --- faults -------------------------------------------------------------------------------------


def change_number(unit: TranslationUnit, dice: random.Random, _: str) -> str | None:
    """One digit run of the target, whose digits the source also has, gets another value."""
    runs = [
        match
        for match in re.finditer(r"(?<![\d,.])\d+(?![\d,.])", unit.target)
        if re.search(rf"(?<![\d,.]){match[0]}(?![\d,.])", unit.source) and match[0] != "1"
    ]
    if not runs:
        return None
    run = dice.choice(runs)
    other = str(int(run[0]) + dice.choice((1, 2, 3, 10, 20)))
    return unit.target[: run.start()] + other + unit.target[run.end() :]


def change_magnitude(unit: TranslationUnit, dice: random.Random, _: str) -> str | None:
    """A million becomes ten thousand, or the other way round."""
    runs = list(re.finditer(r"(?<=\d)\s?(?:만|억|조|万|億|兆)", unit.target))
    if not runs or not re.search(r"thousand|[mb]illion|trillion|,000|\dm\b|bn", unit.source):
        return None
    run = dice.choice(runs)
    swap = {"만": "억", "억": "만", "조": "억", "万": "億", "億": "万", "兆": "億"}
    return unit.target[: run.start()] + swap[run[0].strip()] + unit.target[run.end() :]


def change_weekday(unit: TranslationUnit, dice: random.Random, _: str) -> str | None:
    korean = unit.language == KOREAN
    days = "월화수목금토일" if korean else "月火水木金土日"
    tail = "요일" if korean else "曜"
    runs = list(re.finditer(rf"[{days}](?={tail})", unit.target))
    if not runs or not re.search(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day", unit.source):
        return None
    run = dice.choice(runs)
    other = dice.choice([day for day in days if day != run[0]])
    return unit.target[: run.start()] + other + unit.target[run.end() :]


def change_month(unit: TranslationUnit, dice: random.Random, _: str) -> str | None:
    sign = "월" if unit.language == KOREAN else "月"
    runs = list(re.finditer(rf"(?<!\d)(?:1[0-2]|[1-9])(?={sign})", unit.target))
    if not runs or not re.search(r"\b(?:in|of|on|since) (?:J|F|M|A|S|O|N|D)[a-z]+", unit.source):
        return None
    run = dice.choice(runs)
    other = dice.choice([str(month) for month in range(1, 13) if str(month) != run[0]])
    return unit.target[: run.start()] + other + unit.target[run.end() :]


def copy_source(unit: TranslationUnit, dice: random.Random, _: str) -> str | None:
    return unit.source if len(unit.source.split()) > 3 else None


def looping_tail(unit: TranslationUnit, dice: random.Random, _: str) -> str | None:
    size = dice.randint(3, 14)
    tail = unit.target[-size - 1 : -1]
    return unit.target[:-1] + tail * dice.randint(3, 12)


def truncate(unit: TranslationUnit, dice: random.Random, _: str) -> str | None:
    """The last 15–60 % is lost, at a word's end in Korean."""
    if len(unit.target) < 20 or unit.source.rstrip()[-1:] not in '.!?"”':
        return None
    place = int(len(unit.target) * dice.uniform(0.4, 0.85))
    if unit.language == KOREAN:
        place = unit.target.rfind(" ", 0, place)
    return unit.target[:place] if place > 5 else None


def leak_chinese(unit: TranslationUnit, dice: random.Random, _: str) -> str | None:
    place = dice.randint(0, len(unit.target))
    words = ("我们", "关于", "进行谈判", "这个问题", "说", "对话", "应该", "发展关系")
    return unit.target[:place] + dice.choice(words) + unit.target[place:]


def leak_sister(unit: TranslationUnit, dice: random.Random, other: str) -> str | None:
    """Some words of the other target language."""
    if not other:
        return None
    size = dice.randint(3, 10)
    start = dice.randint(0, max(0, len(other) - size))
    piece = "".join(c for c in other[start : start + size] if not c.isascii()).strip()
    foreign = re.search(r"[가-힣]{2}" if unit.language != KOREAN else r"[ぁ-ヿ]{2}", piece)
    if not foreign:
        return None
    place = dice.randint(0, len(unit.target))
    return unit.target[:place] + piece + unit.target[place:]


def partly_english(unit: TranslationUnit, dice: random.Random, _: str) -> str | None:
    """A quarter of the source stands in place of a quarter of the target."""
    words = unit.source.split()
    if len(words) < 12:
        return None
    size = len(words) // 4
    start = dice.randint(0, len(words) - size)
    place = dice.randint(0, int(0.75 * len(unit.target)))
    piece = " ".join(words[start : start + size])
    return unit.target[:place] + " " + piece + " " + unit.target[place + len(unit.target) // 4 :]


def drop_negation(unit: TranslationUnit, dice: random.Random, _: str) -> str | None:
    """The one denial of the target turns into a statement."""
    if not re.search(r"n't\b|\bnot\b|\bnever\b", unit.source):
        return None
    swaps = (
        (
            *(("지 않았다", "었다"), ("지 않는다", "고 있다"), ("지 못했다", "었다")),
            *(("없다", "있다"), ("아니다", "맞다")),
        )
        if unit.language == KOREAN
        else (("なかった", "た"), ("ていない", "ている"), ("ません", "ます"), ("ない。", "る。"))
    )
    for pattern, other in swaps:
        if len(re.findall(pattern, unit.target)) == 1:
            return re.sub(pattern, other, unit.target)
    return None


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    plant: Callable[[TranslationUnit, random.Random, str], str | None]
    checks: frozenset[str]


_VALUES = frozenset({"number", "money", "percent", "date", "weekday", "time"})
FAULTS = (
    Fault("number changed", change_number, _VALUES),
    Fault("magnitude changed", change_magnitude, _VALUES),
    Fault("weekday changed", change_weekday, _VALUES),
    Fault("month changed", change_month, _VALUES),
    Fault("copy", copy_source, frozenset({"copy"})),
    Fault("loop", looping_tail, frozenset({"loop"})),
    Fault("truncated", truncate, frozenset({"truncated", "length"})),
    Fault("Chinese leak", leak_chinese, frozenset({"script"})),
    Fault("sister leak", leak_sister, frozenset({"script"})),
    Fault("negation dropped", drop_negation, frozenset({"negation"})),
    Fault("partly English", partly_english, frozenset({"untranslated", "copy"})),
)


def faulty(
    rows: list[TranslationUnit], others: list[str], fault: Fault, wanted: int
) -> Iterator[tuple[TranslationUnit, TranslationUnit]]:
    dice = random.Random(f"{fault.name}|2")
    order = list(range(len(rows)))
    dice.shuffle(order)
    for index in order:
        if wanted == 0:
            return
        target = fault.plant(rows[index], dice, others[index])
        if target is not None and target != rows[index].target:
            wanted -= 1
            unit = rows[index]
            yield unit, TranslationUnit(unit.id, unit.source, target, unit.language)


# --- tables -------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGNER_DATA"))
    parser.add_argument("--show", help="print the rows where this check (or fault) alarms / misses")
    parser.add_argument("--severity", default="minor", choices=[s.value for s in Severity])
    parser.add_argument("--set", default="", help="only sets whose name-language holds this")
    parser.add_argument("--limit", type=int, default=30)
    options = parser.parse_args()
    if options.data is None:
        sys.exit("give --data DIR or set ALIGNER_DATA")
    rank = Severity(options.severity).rank
    chosen = [(name, code) for name, code in SETS if options.set in f"{name}-{code}"]
    columns: list[tuple[str, int, Counter[str]]] = []
    for name, code in chosen:
        rows = units(Path(options.data) / name, code)
        counts: Counter[str] = Counter()
        shown = 0
        begin = time.process_time()
        for unit in rows:
            findings = check(unit)
            kinds: set[str] = set()
            for finding in findings:
                kinds.add(finding.check)
                if finding.severity.rank >= Severity.MAJOR.rank:
                    kinds |= {f"{finding.check}!", "any!"}
            counts.update(kinds)
            alarms = [f for f in findings if f.check == options.show and f.severity.rank >= rank]
            if alarms and shown < options.limit:
                shown += 1
                print(f"{unit.source}\n{unit.target}")
                print(*(f"    {f.severity} {f.message}" for f in alarms), "", sep="\n")
        elapsed = time.process_time() - begin
        for unit in rows:
            if reason := degenerate(unit.source, unit.target, unit.language):
                counts.update({"degenerate", f"degenerate:{reason}"})
                if options.show == "degenerate" and shown < options.limit:
                    shown += 1
                    print(reason, unit.source, unit.target, "", sep="\n")
        columns.append((f"{name[4:9]}-{code}", len(rows), counts))
        print(f"# {name} {code}: {len(rows)} rows, {len(rows) / elapsed:.0f} units per CPU second")
    print("\nFalse alarms on human references, % of rows: any severity / major or worse")
    print("check".ljust(22), *(title.rjust(15) for title, _, _ in columns))
    for name in (*CHECKS, "any"):
        cells = [
            f"{100 * counts[name] / size:5.2f} / {100 * counts[f'{name}!'] / size:5.2f}"
            for _, size, counts in columns
        ]
        print(name.ljust(22), *(cell.rjust(15) for cell in cells))
    reasons = sorted({key for _, _, counts in columns for key in counts if "degenerate" in key})
    for name in reasons:
        cells = [f"{100 * counts[name] / size:5.2f}" for _, size, counts in columns]
        print(name.ljust(22), *(cell.rjust(15) for cell in cells))
    print("\nPlanted faults found (n): by the named checks / by degenerate()")
    for name, code in chosen:
        rows = units(Path(options.data) / name, code)
        sister = "ja" if code == "ko" else "ko"
        others = [""] * len(rows)
        if "ntrex" in name:
            others = [unit.target for unit in units(Path(options.data) / name, sister)]
        cells = []
        for fault in FAULTS:
            found = total = early = 0
            for clean, broken in faulty(rows, others, fault, 200):
                total += 1
                before = {(f.check, f.message) for f in check(clean)}
                new = {
                    f.check
                    for f in check(broken)
                    if f.severity.rank >= Severity.MINOR.rank and (f.check, f.message) not in before
                }
                hit = bool(new & fault.checks)
                found += hit
                early += degenerate(broken.source, broken.target, broken.language) is not None
                if not hit and options.show == fault.name:
                    print(f"{broken.source}\n{clean.target}\n{broken.target}\n")
            if total:
                cells.append(
                    f"{fault.name} {100 * found / total:.1f} / {100 * early / total:.1f} ({total})"
                )
        print(f"{name[4:9]}-{code}:", "; ".join(cells))


if __name__ == "__main__":
    main()
