"""SQLite called in the event loop, behind SQLAlchemy's own aiosqlite dialect: a statement costs microseconds, a thread hop 150 µs.

Four rules make that safe. A lock held elsewhere never blocks the loop (its holder may need the loop to finish), so SQLite's own
busy timeout is 0 and a busy statement is tried again after an awaited pause. A writing transaction takes its lock at BEGIN, so that
it cannot fail half-way. Its COMMIT waits for the disk; where that takes long it does so in a thread (`db/committer.py`), and it goes to its
end even when it is cancelled. A scan that may be long runs in a thread too, and cancelling it interrupts the statement before the
connection goes back to the pool.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Generator, Sequence
from typing import Any, Literal, Self

from sqlalchemy import Connection as SqlConnection
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from parley.db.committer import Committer
from parley.errors import ParleyError

BUSY_WAIT_SECONDS = 10.0
_FIRST_PAUSE = 0.0005
_LONGEST_PAUSE = 0.02

# The execution option that says how a session uses its connection; `parley.db.session` sets it.
MODE = "parley_mode"
Mode = Literal["read", "write", "scan"]


def _is_busy(error: sqlite3.OperationalError) -> bool:
    # The low byte is the primary code. BUSY_SNAPSHOT cannot be cured by waiting: the transaction reads an old snapshot.
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY and error.sqlite_errorcode != sqlite3.SQLITE_BUSY_SNAPSHOT


class DatabaseBusy(ParleyError):
    """The one writer of SQLite did not finish in time; trying again helps."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The database is busy with another change. Nothing was changed; try again in a moment.")


class InLoopConnection:
    """The part of aiosqlite's `Connection` that SQLAlchemy uses."""

    def __init__(self, path: str, committer: Committer) -> None:
        self._path = path
        self.threaded = False
        self._writes = False
        self._committer = committer
        self.raw = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        # SQLAlchemy asks whether the connection is still open by the truth of this attribute.
        self._connection: sqlite3.Connection | None = self.raw

    def __await__(self) -> Generator[Any, None, Self]:
        return self._prepare().__await__()

    async def _prepare(self) -> Self:
        for pragma in ("journal_mode=WAL", *self._committer.pragmas, "foreign_keys=ON", "temp_store=MEMORY"):
            await self.call(self.raw.execute, f"PRAGMA {pragma}")
        return self

    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a sqlite3 method, waiting while another connection holds the lock."""
        pause, deadline = _FIRST_PAUSE, 0.0
        while True:
            try:
                return await self._in_thread(function, *args) if self.threaded else function(*args)
            except sqlite3.OperationalError as error:
                now = time.monotonic()
                deadline = deadline or now + BUSY_WAIT_SECONDS
                if not _is_busy(error) or now > deadline:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _in_thread(self, function: Callable[..., Any], *args: Any) -> Any:
        work = asyncio.get_running_loop().run_in_executor(None, function, *args)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            self.raw.interrupt()
            # The thread must be out of SQLite before the connection is used again or closed.
            await asyncio.wait([work])
            if not work.cancelled():
                work.exception()
            raise

    def begin(self, mode: Mode) -> None:
        """Called by SQLAlchemy, in its greenlet, before the first statement of a transaction."""
        self.threaded = mode == "scan"
        self._writes = mode == "write"
        if mode == "write":
            await_only(self.begin_writing())
        else:
            self.raw.execute("BEGIN")

    async def begin_writing(self) -> None:
        """Take the one writer's lock. Raises DatabaseBusy."""
        self._writes = True
        try:
            await self.call(self.raw.execute, "BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if _is_busy(error):
                raise DatabaseBusy from error
            # Nobody above knows sqlite3's own errors, and SQLAlchemy does not translate what is raised here.
            raise OperationalError("BEGIN IMMEDIATE", None, error) from error

    @property
    def isolation_level(self) -> str | None:
        return self.raw.isolation_level

    def cursor(self) -> "InLoopCursor":
        return InLoopCursor(self)

    async def commit(self) -> None:
        if not self.raw.in_transaction:
            return
        if self._writes:
            await self._committer.commit(self.raw)
        else:
            await self.call(self.raw.execute, "COMMIT")

    async def rollback(self) -> None:
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        self.raw.close()
        self._connection = None

    async def create_function(self, *args: Any, **kwargs: Any) -> None:
        self.raw.create_function(*args, **kwargs)


class InLoopCursor:
    """The part of aiosqlite's `Cursor` that SQLAlchemy uses."""

    def __init__(self, connection: InLoopConnection) -> None:
        self._connection = connection
        self._raw = connection.raw.cursor()

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:  # a DB-API description: tuples that SQLAlchemy reads
        return self._raw.description

    @property
    def rowcount(self) -> int:
        return self._raw.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._raw.lastrowid

    @property
    def arraysize(self) -> int:
        return self._raw.arraysize

    @arraysize.setter
    def arraysize(self, value: int) -> None:
        self._raw.arraysize = value

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        await self._connection.call(self._raw.execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> Self:
        await self._connection.call(self._raw.executemany, statement, parameters)
        return self

    async def fetchone(self) -> Any:
        return await self._connection.call(self._raw.fetchone)

    async def fetchmany(self, size: int = 1) -> list[Any]:
        return await self._connection.call(self._raw.fetchmany, size)

    async def fetchall(self) -> list[Any]:
        return await self._connection.call(self._raw.fetchall)

    async def close(self) -> None:
        self._raw.close()


class Reader:
    """A connection that only reads and is called synchronously; it opens at its first statement, after the migrations."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._raw: sqlite3.Connection | None = None

    def rows(self, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        if self._raw is None:
            self._raw = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
            self._raw.execute("PRAGMA query_only=ON")
        return self._raw.execute(statement, parameters).fetchall()

    def close(self) -> None:
        if self._raw is not None:
            self._raw.close()
            self._raw = None


class Writer:
    """A connection for transactions of prepared statements; it opens at its first one, after the migrations."""

    def __init__(self, path: str, committer: Committer) -> None:
        self._path = path
        self._committer = committer
        self._connection: InLoopConnection | None = None

    async def begin(self) -> InLoopConnection:
        """The connection, in a transaction that holds the writer's lock. Raises DatabaseBusy."""
        connection = self._connection = self._connection or await InLoopConnection(self._path, self._committer)
        await connection.begin_writing()
        return connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.stop()
            self._connection = None


def open_engine(path: str, committer: Committer) -> AsyncEngine:
    """An engine on the database file at `path`, whose sessions say by the option `MODE` how they begin."""

    def connect(*_args: Any, **_kwargs: Any) -> InLoopConnection:
        return InLoopConnection(path, committer)

    engine = create_async_engine(
        "sqlite+aiosqlite:///" + path,
        connect_args={"async_creator_fn": connect},
        # A waiting stream holds no session, so few connections live at once; each keeps a page cache of up to 2 MB.
        pool_size=8,
        max_overflow=56,
        pool_use_lifo=True,
        # An error's text goes into the log; what people wrote does not.
        hide_parameters=True,
    )

    def begin(connection: SqlConnection) -> None:
        mode: Mode = connection.get_execution_options().get(MODE, "write")
        driver: Any = connection.connection.driver_connection
        driver.begin(mode)

    def let_go(_engine: object) -> None:
        committer.close()

    event.listen(engine.sync_engine, "begin", begin)
    event.listen(engine.sync_engine, "engine_disposed", let_go)
    return engine
