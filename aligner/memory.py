"""Translation memory: what was translated once is on disk at once and never translated again.

An entry is found again only when everything that could have changed the output is equal: source
text, language pair, engine signature, terms, context, kind and strictness. One mechanism thus gives
resuming after a crash, incremental runs (a changed term misses only the segments that hold it) and
repeatability.

The store is one SQLite file in WAL mode with ``synchronous=FULL``: the log is flushed to the disk
at each commit, so an entry whose ``put`` returned outlives ``kill -9`` and a power cut. ``NORMAL``
would survive only the former; a flush costs milliseconds where a translated segment costs seconds.
(https://sqlite.org/pragma.html#pragma_synchronous, https://sqlite.org/wal.html)
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from aligner.errors import InputError, OutputError, UsageError
from aligner.languages import LanguagePair, pair
from aligner.model import Hypothesis

SCHEMA_VERSION = 2
_APPLICATION_ID = 0x414C474E  # "ALGN": tells our files from those of other programs
_BUSY_TIMEOUT_S = 30.0
_CHUNK = 500  # SQLite's oldest limit is 999 variables per statement

_SCHEMA = """
CREATE TABLE entry (
    digest BLOB PRIMARY KEY,
    source TEXT NOT NULL,
    pair TEXT NOT NULL,
    engine TEXT NOT NULL,
    terms TEXT NOT NULL,
    context TEXT NOT NULL,
    kind TEXT NOT NULL,
    strictness INTEGER NOT NULL,
    target TEXT NOT NULL,
    made_by TEXT NOT NULL,
    logprob REAL,
    repairs TEXT NOT NULL,
    created REAL NOT NULL,
    unsure REAL
) WITHOUT ROWID
"""
_KEY = "source, pair, engine, terms, context, kind, strictness"
_VALUE = "target, made_by, logprob, repairs, unsure"


@dataclass(frozen=True, slots=True)
class MemoryKey:
    """All that decides an engine's output; two keys are equal just when their digests are.

    ``engine`` is the engine's signature, not its name: another model or setting is another key.
    ``terms`` are the (surface, rendering) pairs of this segment only, in the order of the request.
    """

    source: str
    pair: LanguagePair
    engine: str
    terms: tuple[tuple[str, str], ...] = ()
    context: str = ""
    kind: str = "body"
    strictness: int = 0

    @property
    def digest(self) -> bytes:
        """SHA-256 over an unambiguous spelling of the key (a JSON array)."""
        return hashlib.sha256(_json(self._columns()).encode("utf-8")).digest()

    def _columns(self) -> tuple[str, str, str, str, str, str, int]:
        terms = _json(self.terms)
        key = (self.source, str(self.pair), self.engine, terms, self.context, str(self.kind))
        return (*key, self.strictness)


@dataclass(frozen=True, slots=True)
class MemoryStatistics:
    """How much the memory holds; ``hits`` and ``misses`` count the look-ups since it was opened."""

    entries: int
    hits: int
    misses: int
    size_bytes: int
    by_pair: Mapping[str, int] = field(default_factory=dict)
    by_engine: Mapping[str, int] = field(default_factory=dict)

    @property
    def hit_rate(self) -> float:
        """Share (0–1) of look-ups that were answered; 0.0 before the first."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else 0.0


class Memory:
    """A translation memory in one file, safe for several threads and processes at once.

    ``None`` or ``":memory:"`` keeps it in RAM. Where the place cannot be written, what is already
    there is read into RAM and new entries live only as long as this object: ``persistent`` is then
    False and ``reason`` says why, so that the caller can tell the user.

    Raises InputError when the file is damaged, of another program or of a newer version (it is left
    as it is), OutputError when the disk is full.
    """

    def __init__(self, path: str | Path | None) -> None:
        in_ram = path is None or str(path) == ":memory:"
        self.path: Path | None = None if in_ram else Path(str(path))
        self.persistent = False
        self.reason: str | None = None
        self._lock = threading.RLock()
        self._hits = 0
        self._misses = 0
        self._closed = False
        self._connection = self._open()

    # -- look up and store ---------------------------------------------------------------------

    def get(self, key: MemoryKey) -> Hypothesis | None:
        """The hypothesis last put under ``key``, or None."""
        return self.get_many((key,)).get(key)

    def get_many(self, keys: Iterable[MemoryKey]) -> dict[MemoryKey, Hypothesis]:
        """The known ones among ``keys``, in their order; one query per 500 keys."""
        wanted = {key.digest: key for key in keys}
        digests = list(wanted)
        rows: dict[bytes, Hypothesis] = {}
        with self._lock, self._mapped():
            for start in range(0, len(digests), _CHUNK):
                chunk = digests[start : start + _CHUNK]
                marks = ",".join("?" * len(chunk))
                query = f"SELECT digest, {_VALUE} FROM entry WHERE digest IN ({marks})"
                for digest, *value in self._connection.execute(query, chunk):
                    rows[bytes(digest)] = _hypothesis(*value)
            self._hits += len(rows)
            self._misses += len(wanted) - len(rows)
        return {key: rows[digest] for digest, key in wanted.items() if digest in rows}

    def put(self, key: MemoryKey, hypothesis: Hypothesis) -> None:
        """Once this returns, ``get(key) == hypothesis`` in every process, also after a crash.

        An earlier hypothesis under the same key is replaced.
        """
        self.put_many(((key, hypothesis),))

    def put_many(self, entries: Iterable[tuple[MemoryKey, Hypothesis]]) -> None:
        """Store all of ``entries`` in one durable transaction: all or, on an error, none."""
        now = time.time()
        rows = [(key.digest, *key._columns(), *_value(hyp), now) for key, hyp in entries]
        if not rows:
            return
        marks = ",".join("?" * len(rows[0]))
        statement = (
            f"INSERT OR REPLACE INTO entry (digest, {_KEY}, {_VALUE}, created) VALUES ({marks})"
        )
        with self._lock, self._mapped(), _transaction(self._connection):
            self._connection.executemany(statement, rows)

    def entries(self) -> Iterator[tuple[MemoryKey, Hypothesis]]:
        """Every entry, ordered by pair, source and engine, so that equal memories list equally."""
        query = f"SELECT {_KEY}, {_VALUE} FROM entry ORDER BY pair, source, engine, digest"
        with self._lock, self._mapped():
            cursor = self._connection.execute(query)
        while True:
            with self._lock, self._mapped():
                rows = cursor.fetchmany(_CHUNK)
            if not rows:
                return
            for source, code, engine, terms, context, kind, strictness, *value in rows:
                told = tuple((surface, rendering) for surface, rendering in json.loads(terms))
                key = MemoryKey(source, pair(code), engine, told, context, kind, strictness)
                yield key, _hypothesis(*value)

    def __len__(self) -> int:
        with self._lock, self._mapped():
            return int(self._connection.execute("SELECT count(*) FROM entry").fetchone()[0])

    def __contains__(self, key: object) -> bool:
        """Unlike ``get`` this counts neither as hit nor as miss."""
        if not isinstance(key, MemoryKey):
            return False
        query = "SELECT 1 FROM entry WHERE digest = ?"
        with self._lock, self._mapped():
            return self._connection.execute(query, (key.digest,)).fetchone() is not None

    # -- care ----------------------------------------------------------------------------------

    def statistics(self) -> MemoryStatistics:
        with self._lock, self._mapped():
            count = self._count
            return MemoryStatistics(
                entries=len(self),
                hits=self._hits,
                misses=self._misses,
                size_bytes=_size(self.path) if self.persistent else 0,
                by_pair=count("pair"),
                by_engine=count("engine"),
            )

    def prune(
        self,
        *,
        keep_engines: Iterable[str] | None = None,
        max_age_days: float | None = None,
    ) -> int:
        """Drop what no run will ask for again and give the space back; returns how many went.

        ``keep_engines`` keeps only entries made under these signatures; ``max_age_days`` only those
        put within so many days. An entry must pass both where both are given.
        """
        conditions: list[str] = []
        values: list[str | float] = []
        if keep_engines is not None:
            kept = list(keep_engines)
            conditions.append(f"engine NOT IN ({','.join('?' * len(kept))})")
            values.extend(kept)
        if max_age_days is not None:
            if max_age_days < 0:
                raise UsageError(f"max_age_days is {max_age_days}", hint="give 0 or more days")
            conditions.append("created < ?")
            values.append(time.time() - max_age_days * 86400)
        if not conditions:
            return 0
        with self._lock, self._mapped():
            with _transaction(self._connection):
                query = f"DELETE FROM entry WHERE {' OR '.join(conditions)}"
                dropped = self._connection.execute(query, values).rowcount
            if dropped:
                with suppress(sqlite3.OperationalError):  # another process is at work: next time
                    self._connection.execute("VACUUM")
        return int(dropped)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._connection.close()

    def __enter__(self) -> Memory:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # -- inside --------------------------------------------------------------------------------

    def _open(self) -> sqlite3.Connection:
        if self.path is None:
            return self._in_ram(None)
        if self.path.is_dir():
            hint = "name a file, or leave the option out for the usual place"
            raise InputError("a folder, not a translation memory", path=self.path, hint=hint)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return self._in_ram(error.strerror or str(error))
        try:
            connection = sqlite3.connect(
                self.path,
                timeout=_BUSY_TIMEOUT_S,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.OperationalError as error:
            return self._in_ram(str(error))
        try:
            with self._mapped():
                _prepare(connection, self.path)
        except _NotWritable as error:
            connection.close()
            return self._in_ram(error.what)
        except BaseException:
            connection.close()
            raise
        self.persistent = True
        return connection

    def _in_ram(self, reason: str | None) -> sqlite3.Connection:
        """A memory in RAM, begun with a copy of the file where there is one that can be read."""
        self.reason = reason
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        with self._mapped():
            if self.path is not None and self.path.is_file() and os.access(self.path, os.R_OK):
                with closing(_read_only(self.path)) as stored:
                    if _is_ours(stored, self.path):
                        stored.backup(connection)
                        _upgrade(connection)
            if not _is_ours(connection, self.path):
                connection.execute(_SCHEMA)
                connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        return connection

    def _count(self, column: str) -> dict[str, int]:
        query = f"SELECT {column}, count(*) FROM entry GROUP BY {column} ORDER BY {column}"
        return {str(name): int(count) for name, count in self._connection.execute(query)}

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """The one place where SQLite's exceptions become ours."""
        if self._closed:
            raise UsageError("the translation memory is closed", path=self.path)
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = (error.sqlite_errorcode or 0) & 0xFF if hasattr(error, "sqlite_errorcode") else 0
            what = f"translation memory: {error}"
            if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
                hint = "make it writable, or name another file"
                raise _NotWritable(what, path=self.path, hint=hint) from error
            if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                hint = "free some disk space and run again; what was finished is kept"
                raise OutputError(what, path=self.path, hint=hint) from error
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                hint = "another aligner has held it for long; wait for it to end, then run again"
                raise OutputError(what, path=self.path, hint=hint) from error
            if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):
                hint = (
                    "move the file away and run again: a new memory is begun, nothing else is lost"
                )
                raise InputError(what, path=self.path, hint=hint) from error
            raise


class _NotWritable(OutputError):
    """The file may be read but not written."""


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a new or known file into shape; touch no file that is not ours."""
    connection.execute(f"PRAGMA busy_timeout = {int(_BUSY_TIMEOUT_S * 1000)}")
    known = _is_ours(connection, path)
    _use_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")
    if known:
        # Fails now, not after the first translation, where the file cannot be written.
        with _transaction(connection):
            _upgrade(connection)
        return
    with _transaction(connection):
        if not _is_ours(connection, path):  # another process may have been faster
            connection.execute(_SCHEMA)
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _upgrade(connection: sqlite3.Connection) -> None:
    """A memory of an earlier version gets the columns that it lacks."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(entry)")}
    if "unsure" not in columns:
        connection.execute("ALTER TABLE entry ADD COLUMN unsure REAL")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switching to WAL needs the file alone, and SQLite does not wait for that by itself."""
    deadline = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _read_only(path: Path) -> sqlite3.Connection:
    """Open without writing. A WAL reader, too, writes beside the file, unless it is "immutable"."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True)
    try:
        connection.execute("SELECT name FROM sqlite_master").fetchone()
        return connection
    except sqlite3.OperationalError:
        connection.close()
        return sqlite3.connect(f"{uri}&immutable=1", uri=True)


def _is_ours(connection: sqlite3.Connection, path: Path | None) -> bool:
    """True for a memory of this version, False for an empty file; InputError for anything else."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if not tables and application == 0 and version == 0:
        return False
    if application != _APPLICATION_ID:
        hint = "name another file; this one was left as it is"
        raise InputError("an SQLite database of another program", path=path, hint=hint)
    if version > SCHEMA_VERSION:
        what = f"made by a newer aligner (schema {version}, this one knows {SCHEMA_VERSION})"
        raise InputError(what, path=path, hint="update aligner, or name another file")
    if "entry" not in tables or version < 1:
        hint = "move the file away and run again: a new memory is begun, nothing else is lost"
        raise InputError("a translation memory without its table", path=path, hint=hint)
    return True


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _value(hypothesis: Hypothesis) -> tuple[str, str, float | None, str, float | None]:
    made = hypothesis
    return (made.text, made.engine, made.logprob, _json(made.repairs), made.unsure)


def _hypothesis(
    target: str, made_by: str, logprob: float | None, repairs: str, unsure: float | None
) -> Hypothesis:
    return Hypothesis(target, made_by, logprob, tuple(json.loads(repairs)), unsure)


def _size(path: Path | None) -> int:
    """Bytes of the file and of its log."""
    if path is None:
        return 0
    names = (path, path.with_name(path.name + "-wal"))
    return sum(name.stat().st_size for name in names if name.exists())
