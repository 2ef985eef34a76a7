"""Memory: whatever was reported stored is there, for everyone, after everything."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.errors import InputError, OutputError, UsageError
from aligner.languages import pair
from aligner.memory import SCHEMA_VERSION, Memory, MemoryKey
from aligner.model import Hypothesis

KEY = MemoryKey("The talks ended.", pair("en-ko"), "scripted|v1")
HYPOTHESIS = Hypothesis("회담이 끝났다.", "scripted", -0.25, ("retry:loop", "term:회담"), 0.125)


def test_what_was_put_is_found_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "memory.db"
    with Memory(path) as memory:
        assert memory.persistent and memory.reason is None
        assert memory.get(KEY) is None
        memory.put(KEY, HYPOTHESIS)
        assert memory.get(KEY) == HYPOTHESIS
    with Memory(path) as memory:
        assert memory.get(KEY) == HYPOTHESIS
        assert KEY in memory and len(memory) == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, source="The talks ended"),
        replace(KEY, pair=pair("en-ja")),
        replace(KEY, engine="scripted|v2"),
        replace(KEY, terms=(("talks", "회담"),)),
        replace(KEY, context="Headline"),
        replace(KEY, kind="headline"),
        replace(KEY, strictness=1),
    ],
)
def test_every_part_of_the_key_counts(other: MemoryKey) -> None:
    with Memory(None) as memory:
        memory.put(KEY, HYPOTHESIS)
        assert other.digest != KEY.digest
        assert memory.get(other) is None


def test_the_parts_of_a_key_do_not_run_into_each_other() -> None:
    joined = replace(KEY, terms=(("a", "b"), ("c", "d")))
    moved = replace(KEY, terms=(("a", "b,c"), ("", "d")))
    assert joined.digest != moved.digest
    assert replace(KEY, context="x", kind="y").digest != replace(KEY, context="xy", kind="").digest


def test_the_digest_is_stable_between_releases() -> None:
    """A change here makes every stored entry unreachable: raise the schema version with it."""
    key = MemoryKey("a", pair("en-ja"), "e", (("s", "t"),), "c", "body", 2)
    spelled = r'["a","en-ja","e","[[\"s\",\"t\"]]","c","body",2]'
    assert key.digest == hashlib.sha256(spelled.encode()).digest()


def test_a_second_put_replaces_the_first() -> None:
    with Memory(None) as memory:
        memory.put(KEY, HYPOTHESIS)
        memory.put(KEY, replace(HYPOTHESIS, text="끝."))
        assert memory.get(KEY) == replace(HYPOTHESIS, text="끝.")
        assert len(memory) == 1


def test_get_many_keeps_order_and_leaves_the_unknown_out() -> None:
    keys = [replace(KEY, source=f"Sentence {number}.") for number in range(1203)]
    with Memory(None) as memory:
        memory.put_many((key, replace(HYPOTHESIS, text=key.source)) for key in keys[::2])
        found = memory.get_many(reversed(keys))
        assert list(found) == keys[::-1][::2]
        assert all(hypothesis.text == key.source for key, hypothesis in found.items())
        assert memory.get_many([]) == {}


_text = st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=60, deadline=None)
@given(
    source=_text,
    context=_text,
    terms=st.lists(st.tuples(_text, _text), max_size=3),
    target=_text,
    logprob=st.none() | st.floats(max_value=0, allow_nan=False, allow_infinity=False),
    repairs=st.lists(_text, max_size=3),
)
def test_any_text_comes_back_as_it_was(
    source: str,
    context: str,
    terms: list[tuple[str, str]],
    target: str,
    logprob: float | None,
    repairs: list[str],
) -> None:
    key = MemoryKey(source, pair("en-ja"), "e", tuple(terms), context)
    hypothesis = Hypothesis(target, "e", logprob, tuple(repairs))
    with Memory(":memory:") as memory:
        memory.put(key, hypothesis)
        assert memory.get(key) == hypothesis
        assert list(memory.entries()) == [(key, hypothesis)]


def test_entries_list_in_an_order_that_does_not_depend_on_time(tmp_path: Path) -> None:
    pairs = (pair("en-ko"), pair("en-ja"))
    keys = [replace(KEY, source=f"{n:04}", pair=code) for code in pairs for n in range(600)]
    listed = []
    for seed in (1, 2):
        random.Random(seed).shuffle(keys)
        with Memory(tmp_path / f"{seed}.db") as memory:
            memory.put_many((key, HYPOTHESIS) for key in keys)
            listed.append(list(memory.entries()))
    assert listed[0] == listed[1]
    assert [key.source for key, _ in listed[0][:3]] == ["0000", "0001", "0002"]


def test_a_failing_batch_stores_nothing() -> None:
    def entries() -> object:
        yield KEY, HYPOTHESIS
        raise RuntimeError("engine died")

    with Memory(None) as memory:
        with pytest.raises(RuntimeError):
            memory.put_many(entries())  # type: ignore[arg-type]
        bad = (replace(KEY, source="x"), replace(HYPOTHESIS, text=None))  # type: ignore[arg-type]
        with pytest.raises(sqlite3.IntegrityError):
            memory.put_many([(KEY, HYPOTHESIS), bad])
        assert len(memory) == 0


def test_statistics_count_entries_and_look_ups(tmp_path: Path) -> None:
    with Memory(tmp_path / "m.db") as memory:
        memory.put(KEY, HYPOTHESIS)
        memory.put(replace(KEY, pair=pair("en-ja")), HYPOTHESIS)
        memory.get(KEY)
        memory.get(replace(KEY, source="unknown"))
        numbers = memory.statistics()
    assert (numbers.entries, numbers.hits, numbers.misses, numbers.hit_rate) == (2, 1, 1, 0.5)
    assert numbers.by_pair == {"en-ja": 1, "en-ko": 1}
    assert numbers.by_engine == {"scripted|v1": 2}
    assert numbers.size_bytes > 0


def test_prune_by_engine_and_by_age(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    with Memory(path) as memory:
        memory.put(KEY, HYPOTHESIS)
        memory.put(replace(KEY, engine="old"), HYPOTHESIS)
        assert memory.prune() == 0
        assert memory.prune(keep_engines=["scripted|v1"]) == 1
        assert KEY in memory and len(memory) == 1
        assert memory.prune(max_age_days=1) == 0
        with sqlite3.connect(path) as raw:
            raw.execute("UPDATE entry SET created = created - 2 * 86400")
        raw.close()
        assert memory.prune(max_age_days=3) == 0
        assert memory.prune(max_age_days=1) == 1
        with pytest.raises(UsageError):
            memory.prune(max_age_days=-1)


# -- files that are no memory ---------------------------------------------------------------------


def test_foreign_and_damaged_files_are_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("Not a database, and longer than the header of one. " * 20)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as raw:
        raw.execute("CREATE TABLE entry (digest)")
    raw.close()
    newer = tmp_path / "newer.db"
    Memory(newer).close()
    with sqlite3.connect(newer) as raw:
        raw.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    raw.close()
    for path, word in ((text, "not a database"), (other, "another program"), (newer, "newer")):
        before = path.read_bytes()
        with pytest.raises(InputError, match=word) as caught:
            Memory(path)
        assert caught.value.hint and str(path) in str(caught.value)
        assert path.read_bytes() == before
    with pytest.raises(InputError, match="folder"):
        Memory(tmp_path)


def test_a_damaged_page_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    with Memory(path) as memory:
        memory.put_many((replace(KEY, source=f"{n}" * 200), HYPOTHESIS) for n in range(500))
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(InputError) as caught, Memory(path) as memory:
        memory.get_many(replace(KEY, source=f"{n}" * 200) for n in range(500))
    assert caught.value.hint


def _let_only_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a user without the right to write gets (the tests may run as root)."""
    real = sqlite3.connect

    def read_only(name: object, **options: object) -> sqlite3.Connection:
        if name == path:
            return real(f"{path.as_uri()}?mode=ro", uri=True, **options)  # type: ignore[call-overload,no-any-return]
        return real(name, **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", read_only)


@pytest.mark.parametrize("writable", [True, False])
def test_a_memory_of_the_first_version_is_read_and_grows_a_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writable: bool
) -> None:
    path = tmp_path / "memory.db"
    with Memory(path) as memory:
        memory.put(KEY, HYPOTHESIS)
    with sqlite3.connect(path) as raw:
        raw.execute("ALTER TABLE entry DROP COLUMN unsure")
        raw.execute("PRAGMA user_version = 1")
    raw.close()
    if not writable:
        _let_only_read(path, monkeypatch)
    with Memory(path) as memory:
        assert memory.persistent is writable
        assert memory.get(KEY) == replace(HYPOTHESIS, unsure=None)
        memory.put(KEY, HYPOTHESIS)
        assert memory.get(KEY) == HYPOTHESIS


def test_an_empty_file_becomes_a_memory(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    path.touch()
    with Memory(path) as memory:
        memory.put(KEY, HYPOTHESIS)
    with Memory(path) as memory:
        assert memory.get(KEY) == HYPOTHESIS


def test_where_nothing_can_be_written_it_lives_in_ram_and_says_why(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with Memory(blocker / "m.db") as memory:
        assert not memory.persistent and memory.reason
        memory.put(KEY, HYPOTHESIS)
        assert memory.get(KEY) == HYPOTHESIS
    assert blocker.read_text() == ""


def test_a_read_only_file_is_read_and_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.db"
    with Memory(path) as memory:
        memory.put(KEY, HYPOTHESIS)
    before = path.read_bytes()
    _let_only_read(path, monkeypatch)
    with Memory(path) as memory:
        assert not memory.persistent and "readonly" in str(memory.reason)
        assert memory.get(KEY) == HYPOTHESIS
        memory.put(replace(KEY, source="new"), HYPOTHESIS)
        assert len(memory) == 2
    assert path.read_bytes() == before


def test_a_full_disk_is_an_output_error_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    with Memory(path) as memory:
        memory.put(KEY, HYPOTHESIS)
        pages = memory._connection.execute("PRAGMA page_count").fetchone()[0]
        memory._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(OutputError, match="full") as caught:
            memory.put(replace(KEY, source="x" * 100_000), HYPOTHESIS)
        assert caught.value.hint
        assert memory.get(KEY) == HYPOTHESIS
    with Memory(path) as memory:
        assert len(memory) == 1


def test_a_closed_memory_says_so() -> None:
    memory = Memory(None)
    memory.close()
    memory.close()
    with pytest.raises(UsageError, match="closed"):
        memory.get(KEY)


# -- several at once, and sudden death ------------------------------------------------------------

_WRITER = textwrap.dedent(
    """
    import sys
    from aligner.languages import pair
    from aligner.memory import Memory, MemoryKey
    from aligner.model import Hypothesis
    path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with Memory(path) as memory:
        for number in range(count):
            key = MemoryKey(f"{name} {number}", pair("en-ko"), "e")
            memory.put(key, Hypothesis(f"{name} {number}", "e", -number / 8, (name,)))
            print(number, flush=True)
    """
)


def _writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _WRITER, str(path), name, str(count)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_kill_minus_nine_loses_nothing_that_was_reported_done(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    rng = random.Random(20210505)
    promised: list[tuple[str, int]] = []
    for life in range(8):
        process = _writer(path, f"life{life}", 1_000_000)
        assert process.stdout
        process.stdout.readline()  # it is at work
        time.sleep(rng.uniform(0.0, 0.15))
        process.kill()
        rest = process.communicate()[0]
        acknowledged = [0, *(int(line) for line in rest.split("\n")[:-1])]
        promised.extend((f"life{life}", number) for number in acknowledged)
    assert len(promised) > 50  # else nothing was tested
    with Memory(path) as memory:
        keys = [MemoryKey(f"{name} {number}", pair("en-ko"), "e") for name, number in promised]
        found = memory.get_many(keys)
        assert list(found) == keys
        assert all(found[key].text == key.source for key in keys)
        assert memory._connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        # at most the put that was under way when each life ended may be there unreported
        assert len(promised) <= len(memory) <= len(promised) + 8


def test_two_processes_and_many_threads_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    processes = [_writer(path, name, 150) for name in ("a", "b")]
    with Memory(path) as memory:

        def work(name: str) -> None:
            for number in range(40):
                key = MemoryKey(f"{name} {number}", pair("en-ko"), "e")
                memory.put(key, HYPOTHESIS)
                assert memory.get(key) == HYPOTHESIS

        threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for process in processes:
            process.communicate()
            assert process.returncode == 0
        assert len(memory) == 2 * 150 + 4 * 40
