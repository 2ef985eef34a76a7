"""The whole walk: equal inputs give equal bytes, whatever the memory holds and however it ended."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from aligner import corpus, pipeline, scoring, termbase, translation
from aligner.engines.scripted import Scripted
from aligner.errors import EngineError, InputError, OutputError
from aligner.languages import JAPANESE, KOREAN
from aligner.memory import Memory
from aligner.model import Verdict
from aligner.pipeline import (
    ArticleRead,
    ArticleRefused,
    Event,
    Planned,
    Result,
    SegmentTranslated,
    StepDone,
)
from aligner.termbase import Concept, TermBase

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
LONDON = SEEDS / "2021-05-05-trilateral-london.txt"
SINGAPORE = SEEDS / "2018-06-12-singapore-summit.txt"
SEOUL = SEEDS / "2024-05-27-seoul-trilateral-summit.md"
NAMES = ["en-ja.tsv", "en-ko-ja.tsv", "en-ko.tsv", "manifest.json"]


@pytest.fixture(scope="module")
def diplomacy() -> TermBase:
    return termbase.load([ROOT / "glossaries" / "diplomacy.tsv"], territories=True)


@pytest.fixture(autouse=True)
def same_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1620000000")


def run(
    paths: Sequence[str | Path],
    out: Path | None,
    *,
    engine: Scripted | None = None,
    terms: TermBase | None = None,
    memory: Memory | None = None,
    listener: list[Event] | None = None,
    stdin: bytes | None = None,
) -> Result:
    return pipeline.run(
        paths,
        targets=[KOREAN, JAPANESE],
        engine=engine or Scripted(),
        terms=TermBase(()) if terms is None else terms,
        memory=Memory(None) if memory is None else memory,
        out=out,
        settings={"targets": ["ko", "ja"]},
        listener=(lambda event: None) if listener is None else listener.append,
        stdin=stdin,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def rows(path: Path) -> list[dict[str, str]]:
    header, *lines = path.read_text("utf-8").split("\n")[:-1]
    return [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]


# ---- what a run leaves ---------------------------------------------------------------------------


def test_all_seeds_become_three_aligned_tables_and_a_manifest(
    tmp_path: Path, diplomacy: TermBase
) -> None:
    engine, memory, out = Scripted(), Memory(None), tmp_path / "out"
    result = run([SEEDS], out, engine=engine, terms=diplomacy, memory=memory)
    assert [path.name for path in result.files] == [
        *("en-ko.tsv", "en-ja.tsv", "en-ko-ja.tsv", "manifest.json")
    ]
    assert sorted(path.name for path in out.iterdir()) == NAMES
    segments = [segment for document in result.documents for segment in document.segments]
    assert len(result.documents) >= 6
    ids = [segment.id for segment in segments]
    assert len(set(ids)) == len(ids)
    korean, japanese, joined = (
        rows(out / name) for name in ("en-ko.tsv", "en-ja.tsv", "en-ko-ja.tsv")
    )
    assert [row["seg_id"] for row in korean] == ids
    assert [row["seg_id"] for row in japanese] == ids
    assert [row["seg_id"] for row in joined] == ids
    for row, ko, ja, segment in zip(joined, korean, japanese, segments, strict=True):
        assert row["en"] == ko["source"] == ja["source"] == segment.text
        assert (row["ko"], row["ja"]) == (ko["target"], ja["target"])
        assert (row["score_ko"], row["verdict_ja"]) == (ko["score"], ja["verdict"])
        assert 0 <= float(ko["score"]) <= 1
        assert ko["verdict"] in list(Verdict)
    assert not result.refused
    assert corpus.verify(out) == ()

    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["engine"] == f"{engine.signature}/l{translation.LADDER_VERSION}"
    assert manifest["term_base"] == diplomacy.digest
    assert manifest["scorer"] == scoring.signature()
    assert [Path(one["path"]).name for one in manifest["inputs"]] == sorted(
        path.name for path in SEEDS.iterdir() if path.name != "README.md"
    )
    assert {one["name"]: one["visited"] for one in manifest["steps"]}["translate"] == 2 * len(ids)
    for part in ("aligner|", engine.signature, diplomacy.digest[:8]):
        assert part in manifest["signature"]
    assert "\n" not in manifest["signature"]

    before = contents(out)
    again = run([SEEDS], out, engine=(silent := Scripted()), terms=diplomacy, memory=memory)
    assert silent.calls == 0
    assert again.remembered == 2 * len(ids)
    assert contents(out) == before


def test_the_bytes_depend_neither_on_memory_nor_on_batches_nor_on_the_folder(
    tmp_path: Path, diplomacy: TermBase
) -> None:
    memory = Memory(tmp_path / "memory.sqlite")
    run([SINGAPORE, SEOUL], tmp_path / "other", terms=diplomacy, memory=memory)
    folders = {
        "cold": {"engine": Scripted(batch_size=1)},
        "half warm": {"memory": memory},
        "warm": {"memory": memory, "engine": Scripted(fail_after=0)},
        "large batches": {"engine": Scripted(batch_size=1000)},
    }
    made = []
    for name, options in folders.items():
        run([LONDON, SEOUL], tmp_path / name, terms=diplomacy, **options)  # type: ignore[arg-type]
        made.append(contents(tmp_path / name))
    assert made[0] == made[1] == made[2] == made[3]


def test_the_date_of_a_run_stands_in_the_manifest_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run([LONDON], tmp_path / "a")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1720000000")
    run([LONDON], tmp_path / "b")
    first, second = contents(tmp_path / "a"), contents(tmp_path / "b")
    assert {name for name in NAMES if first[name] != second[name]} == {"manifest.json"}
    differing = [
        (one, two)
        for one, two in zip(
            first["manifest.json"].splitlines(), second["manifest.json"].splitlines(), strict=True
        )
        if one != two
    ]
    assert len(differing) == 1
    assert b'"created": "2021-' in differing[0][0]


def test_a_manifest_keeps_its_date_while_nothing_else_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run([LONDON], tmp_path)
    before = contents(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1720000000")
    run([LONDON], tmp_path)
    assert contents(tmp_path) == before
    run([LONDON, SEOUL], tmp_path)
    assert b'"created": "2024-' in (tmp_path / "manifest.json").read_bytes()


def test_an_irrelevant_glossary_leaves_every_row_as_it_is(
    tmp_path: Path, diplomacy: TermBase
) -> None:
    strange = Concept("place.atlantis", "Atlantis", "아틀란티스", "アトランティス", "place")
    run([LONDON], tmp_path / "a", terms=diplomacy)
    run([LONDON], tmp_path / "b", terms=TermBase((*diplomacy.concepts, strange)))
    first, second = contents(tmp_path / "a"), contents(tmp_path / "b")
    assert [name for name in NAMES if first[name] != second[name]] == ["manifest.json"]


def test_after_a_change_of_terms_a_warm_memory_gives_the_bytes_of_a_cold_one(
    tmp_path: Path, diplomacy: TermBase
) -> None:
    """Preferred, admitted and forbidden renderings, and a term taken out."""
    memory = Memory(None)
    run([LONDON], tmp_path / "before", terms=diplomacy, memory=memory)
    london = next(one for one in diplomacy.concepts if one.en == "London")
    japan = next(one for one in diplomacy.concepts if one.en == "Japan")
    others = tuple(one for one in diplomacy.concepts if one not in (london, japan))
    changes = {
        "preferred": TermBase((*others, replace(london, ko="런던시", ja="ロンドン市"), japan)),
        "admitted": TermBase((*others, london, replace(japan, variants_ko=("왜나라",)))),
        "forbidden": TermBase((*others, london, replace(japan, forbidden_ko=("닛폰",)))),
        "taken out": TermBase((*others, japan)),
    }
    whole = run([LONDON], None, terms=diplomacy).documents[0].segments
    for name, terms in changes.items():
        engine = Scripted()
        run([LONDON], tmp_path / f"{name} warm", engine=engine, terms=terms, memory=memory)
        assert 0 < engine.calls < 2 * len(whole), name
        run([LONDON], tmp_path / f"{name} cold", terms=terms)
        assert contents(tmp_path / f"{name} warm") == contents(tmp_path / f"{name} cold"), name


def test_the_rows_of_an_article_do_not_depend_on_its_neighbours(
    tmp_path: Path, diplomacy: TermBase
) -> None:
    run([LONDON], tmp_path / "alone", terms=diplomacy)
    run([SINGAPORE, LONDON, SEOUL], tmp_path / "among", terms=diplomacy)
    for name in ("en-ko.tsv", "en-ja.tsv", "en-ko-ja.tsv"):
        alone = rows(tmp_path / "alone" / name)
        among = rows(tmp_path / "among" / name)
        assert alone == [row for row in among if row["doc_id"] == LONDON.stem], name
        assert len(among) > 2 * len(alone) - 10


def test_without_an_out_folder_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run([LONDON], None)
    assert result.files == ()
    assert result.units["ko"]
    assert list(tmp_path.iterdir()) == []


def test_an_out_folder_that_cannot_be_is_an_error_and_no_translation_is_lost(
    tmp_path: Path,
) -> None:
    (tmp_path / "out").write_text("in the way")
    memory = Memory(None)
    with pytest.raises(OutputError):
        run([LONDON], tmp_path / "out", memory=memory)
    assert (tmp_path / "out").read_text() == "in the way"
    engine = Scripted(fail_after=0)
    run([LONDON], tmp_path / "elsewhere", engine=engine, memory=memory)


def test_an_engine_that_fails_leaves_the_old_corpora_as_they_were(tmp_path: Path) -> None:
    run([LONDON], tmp_path)
    before = contents(tmp_path)
    with pytest.raises(EngineError):
        run([SEOUL], tmp_path, engine=Scripted(fail_after=7))
    assert contents(tmp_path) == before


# ---- what happens on the way ---------------------------------------------------------------------


def test_events_tell_the_walk_in_order() -> None:
    events: list[Event] = []
    memory = Memory(None)
    result = run([LONDON, SEOUL], None, memory=memory, listener=events)
    total = sum(len(document.segments) for document in result.documents) * 2
    kinds = [type(event) for event in events]
    assert kinds == [ArticleRead] * 2 + [Planned] + [SegmentTranslated] * total + [StepDone] * 6
    assert events[0] == ArticleRead(LONDON.stem, len(result.documents[0].segments))
    assert events[2] == Planned(total, 0)
    assert result.remembered == 0
    assert not any(event.remembered for event in events if isinstance(event, SegmentTranslated))
    steps = [event for event in events if isinstance(event, StepDone)]
    assert [step.step for step in steps] == [
        *("segment", "translate", "terms", "check", "score", "judge")
    ]
    assert tuple(steps) == result.steps
    verdicts = result.verdicts("ko") + result.verdicts("ja")
    assert steps[-1] == StepDone(
        "judge", total, verdicts[Verdict.ACCEPT], total - verdicts[Verdict.ACCEPT]
    )
    assert steps[3].flagged == sum(
        any(finding.severity.rank for finding in unit.findings)
        for units in result.units.values()
        for unit in units
    )

    again: list[Event] = []
    run([LONDON, SEOUL], None, memory=memory, listener=again)
    assert Planned(total, total) in again
    assert all(event.remembered for event in again if isinstance(event, SegmentTranslated))


def test_an_event_comes_only_when_its_segment_is_safe() -> None:
    memory = Memory(None)

    class Watching(list[Event]):
        def append(self, event: Event) -> None:
            if isinstance(event, SegmentTranslated):
                kept = {(key.source, key.pair.target) for key, _ in memory.entries()}
                assert (event.unit.source, event.unit.language) in kept
            super().append(event)

    run([LONDON], None, memory=memory, listener=Watching())


def test_one_bad_file_among_good_ones_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\x00\x01\x02" * 50)
    events: list[Event] = []
    result = run([LONDON, bad, tmp_path / "missing.txt", SEOUL], tmp_path / "out", listener=events)
    assert [document.article.id for document in result.documents] == [LONDON.stem, SEOUL.stem]
    told = [event.error for event in events if isinstance(event, ArticleRefused)]
    assert [Path(str(error.path)).name for error in told] == ["bad.txt", "missing.txt"]
    assert tuple(told) == result.refused
    assert all(error.hint for error in told)
    run([LONDON, SEOUL], tmp_path / "good")
    assert contents(tmp_path / "out") == contents(tmp_path / "good")


def test_nothing_readable_is_an_error_and_nothing_is_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run([LONDON], out)
    before = contents(out)
    (tmp_path / "empty.txt").write_text("")
    for paths in ([tmp_path / "empty.txt"], [tmp_path / "no.txt", tmp_path / "empty.txt"], []):
        with pytest.raises(InputError) as caught:
            run(paths, out)
        assert caught.value.hint
    assert contents(out) == before


def test_standard_input_stands_beside_files(tmp_path: Path) -> None:
    piped = b"Ministers meet again\n\nMay 7, 2021\n\nThey met on Friday. They will meet again."
    result = run(["-", LONDON], tmp_path, stdin=piped)
    assert [document.article.id for document in result.documents] == ["stdin", LONDON.stem]
    assert [row["en"] for row in rows(tmp_path / "en-ko-ja.tsv")][:3] == [
        *("Ministers meet again", "May 7, 2021", "They met on Friday.")
    ]


def test_articles_of_one_name_and_without_title_or_date_keep_apart(tmp_path: Path) -> None:
    lines = [
        {"id": "one", "title": "", "date": "", "body": "They met. They left."},
        {"id": "one", "title": "Again", "date": "2021-05-07", "body": "They met again."},
    ]
    path = tmp_path / "some.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    result = run([path], tmp_path / "out")
    first, second = result.documents
    assert [segment.text for segment in first.segments] == ["They met.", "They left."]
    assert first.article.id != second.article.id
    ids = [row["seg_id"] for row in rows(tmp_path / "out" / "en-ko-ja.tsv")]
    assert len(set(ids)) == len(ids) == len(first.segments) + len(second.segments)


# ---- kill -9 -------------------------------------------------------------------------------------

PLUGIN = '''
import os, time
from aligner.engines.scripted import Scripted

class Logged(Scripted):
    """Scripted, slow, and each call it has answered is in a file."""

    @property
    def signature(self):
        return "logged:1"

    def translate(self, requests, source, target, *, strictness=0, done=None):
        def note(index, hypothesis):
            line = f"{target.code}\\t{strictness}\\t{requests[index].source}\\n"
            handle = os.open(os.environ["LOGGED"], os.O_APPEND | os.O_CREAT | os.O_WRONLY)
            os.write(handle, line.encode())
            os.close(handle)
            done(index, hypothesis)
        return super().translate(requests, source, target, strictness=strictness, done=note)

def make(model, source, targets, *, online, **options):
    engine = Logged(delay_s=float(model or 0), batch_size=4)
    engine.name = "logged"
    return engine
'''


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder with an installed plug-in ``logged``, a glossary and an article to translate."""
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "logged_engine.py").write_text(PLUGIN)
    info = tmp_path / "plugins" / "logged-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: logged\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[aligner.engines]\nlogged = logged_engine:make\n")
    (tmp_path / "terms.tsv").write_text(
        "en\tko\tja\tcategory\nLondon\t런던\tロンドン\tplace\n", "utf-8"
    )
    names = ("Anders", "Berger", "Castle", "Dorman", "Ebert", "Falk", "Gray", "Holm", "Irving")
    says = (
        "told reporters in London that the talks had gone well.",
        "asked the others to come back to the table in autumn.",
        "declined to say when the report would be published.",
        "called the draft a fair beginning and thanked the hosts.",
    )
    body = "\n\n".join(" ".join(f"Mr. {name} {one}" for one in says) for name in names)
    (tmp_path / "story.txt").write_text(f"Envoys meet again\n\nMay 7, 2021\n\n{body}\n")
    yield tmp_path


class Command:
    """``aligner translate story.txt`` in a process of its own."""

    def __init__(self, home: Path, out: str, memory: str, log: str, delay_s: float) -> None:
        self.out, self.memory, self.log = home / out, home / memory, home / log
        environment = {
            **{name: value for name, value in os.environ.items() if "ALIGNER" not in name},
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(home / "plugins")]),
            "LOGGED": str(self.log),
            "SOURCE_DATE_EPOCH": "1620000000",
            "HOME": str(home),
        }
        arguments = ["translate", "story.txt", "--engine", f"logged:{delay_s}"]
        arguments += ["--glossary", "terms.tsv", "--out", out, "--memory", memory]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aligner", *arguments],
            cwd=home,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            # In the background of a shell interrupts are ignored, and children would inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def wait_for_engine(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if "engine logged" in line:
                return
        raise AssertionError(f"ended with {self.process.wait()} before the engine was made")

    def finish(self, timeout_s: float = 120) -> tuple[int, str]:
        _, talk = self.process.communicate(timeout=timeout_s)
        return self.process.returncode, talk

    def calls(self) -> list[str]:
        return self.log.read_text("utf-8").splitlines() if self.log.exists() else []

    def remembered(self) -> set[str]:
        """What is safe, in the words of the log."""
        if not self.memory.exists():
            return set()
        with Memory(self.memory) as memory:
            return {f"{key.pair.target}\t0\t{key.source}" for key, _ in memory.entries()}


def test_killed_at_twenty_random_moments_nothing_is_lost_and_nothing_done_twice(home: Path) -> None:
    whole = Command(home, "whole", "whole.sqlite", "whole.log", 0)
    whole.wait_for_engine()
    began = time.monotonic()
    assert whole.finish()[0] == 0
    finishing_s = time.monotonic() - began
    wanted, calls = contents(whole.out), whole.calls()
    assert sorted(wanted) == NAMES
    assert len(calls) == len(set(calls)) > 60, "no output of this story may need a second try"

    chance = random.Random(20210505)
    kills = done = 0
    safe: set[str] = set()
    while kills < 20:
        command = Command(home, "out", "memory.sqlite", "log", 0.02)
        told = len(command.calls())
        command.wait_for_engine()
        rest = len(calls) - len(safe)
        # While there is work a kill falls into it, at the start or in a batch; later, into the end.
        time.sleep(chance.uniform(0, 0.3 if rest > 8 else finishing_s))
        command.process.send_signal(signal.SIGKILL)
        code, _ = command.finish()
        kills += code == -signal.SIGKILL
        done += code == 0
        assert code in (0, -signal.SIGKILL)
        again = set(command.calls()[told:]) & safe
        assert not again, f"translated twice after kill {kills}: {again}"
        now = command.remembered()
        assert safe <= now, f"lost by kill {kills}"
        assert now - safe <= set(command.calls()) | {"ko\t0\tMay 7, 2021", "ja\t0\tMay 7, 2021"}
        safe = now
        for name, data in contents(command.out).items() if command.out.exists() else ():
            assert name.startswith(".") or data == wanted[name], f"{name} is torn"
        assert kills + done < 60
    command = Command(home, "out", "memory.sqlite", "log", 0)
    code, talk = command.finish()
    assert code == 0, talk
    assert contents(command.out) == wanted
    # At most the one segment under way is decoded again after a kill.
    assert len(command.calls()) <= len(calls) + kills
    assert set(command.calls()) == set(calls)


def test_an_interrupt_exits_130_and_the_same_command_goes_on(home: Path) -> None:
    command = Command(home, "out", "memory.sqlite", "log", 0.05)
    while len(command.calls()) < 6 and command.process.poll() is None:
        time.sleep(0.02)
    command.process.send_signal(signal.SIGINT)
    code, talk = command.finish()
    assert code == 130
    assert "interrupted" in talk
    assert "Traceback" not in talk
    assert not command.out.exists()
    before = command.remembered()
    told = len(command.calls())
    assert len(before) >= 5
    second = Command(home, "out", "memory.sqlite", "log", 0)
    code, talk = second.finish()
    assert code == 0
    assert f"{len(before)} of " in talk
    assert not set(second.calls()[told:]) & before
    assert sorted(contents(second.out)) == NAMES
