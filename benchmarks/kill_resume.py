"""Kill the real engine at random moments: nothing lost, nothing translated twice, equal bytes.

    python benchmarks/kill_resume.py [ARTICLE…] [--kills 20] [--engine auto] [--seed 1] [--work DIR]

Runs ``aligner translate`` once undisturbed, then with ``kill -9`` at random moments of its life until
it has been killed so often, then lets it end. Needs an installed model (``make model``). By default
one short article is written for the purpose; a kill costs the loading of the model (a few seconds)
and at most the few segments under way. Prints a line per kill and exits 1 where a law is broken:

- what the memory held at a kill it holds ever after, unchanged (not even put again);
- files of the output folder are absent or whole;
- at the end they are those of the undisturbed run, to the byte.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ARTICLE = """Envoys of three countries agree on a new round of talks

May 7, 2021

Envoys of South Korea, Japan and the United States agreed on Friday to hold a new round of talks.
The meeting is planned for May 21 in Washington.

“We want to move on step by step,” a South Korean official said. He spoke on condition of anonymity.

The ministry said that 40 percent of the fund had been paid by the end of April. It did not elaborate.
"""


def start(articles: Sequence[str], engine: str, work: Path, name: str) -> subprocess.Popen[bytes]:
    """``aligner translate`` with an output folder and a memory of this name."""
    arguments = [*articles, "--engine", engine, "--out", str(work / name)]
    arguments += ["--memory", str(work / f"{name}.sqlite"), "--quiet"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1620000000"}
    command = [sys.executable, "-m", "aligner", "translate", *arguments]
    return subprocess.Popen(command, env=environment)


def remembered(path: Path) -> dict[bytes, tuple[str, float]]:
    """digest → (target, time it was put), of what is safe on the disk."""
    if not path.exists():
        return {}
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("SELECT digest, target, created FROM entry").fetchall()
    except sqlite3.OperationalError:  # killed before the table was made
        rows = []
    finally:
        connection.close()
    return {bytes(digest): (target, created) for digest, target, created in rows}


def contents(folder: Path) -> dict[str, bytes]:
    if not folder.exists():
        return {}
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".")
    }


def main() -> int:
    """Exit code 0 when all laws held, 1 when one was broken, else that of the failing command."""
    parser = argparse.ArgumentParser(description="Kill the real engine at random moments.")
    parser.add_argument("articles", nargs="*", help="articles; default: a short one made here")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, help="folder to work in; default: a temporary one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aligner-kill-") as temporary:
        work = options.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        articles = options.articles
        if not articles:
            (work / "envoys.txt").write_text(ARTICLE, encoding="utf-8")
            articles = [str(work / "envoys.txt")]
        return measure(articles, options.engine, options.kills, options.seed, work)


def measure(articles: Sequence[str], engine: str, kills: int, seed: int, work: Path) -> int:
    chance = random.Random(seed)
    began = time.monotonic()
    code = start(articles, engine, work, "whole").wait()
    if code:
        return code
    whole_s = time.monotonic() - began
    wanted, total = contents(work / "whole"), len(remembered(work / "whole.sqlite"))
    print(f"undisturbed: {total} translations in {whole_s:.1f} s")
    safe: dict[bytes, tuple[str, float]] = {}
    done = broken = tries = 0
    while done < kills and tries < 3 * kills:
        tries += 1
        process = start(articles, engine, work, "killed")
        # The loading of the model and a share of the work: the whole life of a run over all kills.
        moment_s = chance.uniform(0, max(3.0, 2.5 * whole_s / kills + 3.0))
        try:
            code = process.wait(timeout=moment_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            code = process.wait()
        done += code == -signal.SIGKILL
        now = remembered(work / "killed.sqlite")
        faults = []
        if any(now.get(digest) != entry for digest, entry in safe.items()):
            faults.append("a finished translation was lost or made again")
        if any(wanted[name] != data for name, data in contents(work / "killed").items()):
            faults.append("a file of the output is torn")
        if code not in (0, -signal.SIGKILL):
            faults.append(f"exit code {code}")
        broken += len(faults)
        verdict = "; ".join(faults) or "ok"
        end = "killed" if code < 0 else "ended"
        print(f"{done:3d} {end} after {moment_s:5.1f} s: {len(now)} of {total} safe, {verdict}")
        safe = now
    code = start(articles, engine, work, "killed").wait()
    now = remembered(work / "killed.sqlite")
    if code or contents(work / "killed") != wanted:
        print(f"the final bytes differ (exit code {code})")
        broken += 1
    if any(now.get(digest) != entry for digest, entry in safe.items()):
        print("a finished translation was lost or made again")
        broken += 1
    if {digest: entry[0] for digest, entry in now.items()} != {
        digest: entry[0] for digest, entry in remembered(work / "whole.sqlite").items()
    }:
        print("the memories differ")
        broken += 1
    print(f"{done} kills, {'equal bytes' if not broken else f'{broken} faults'}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
