"""Opening the database and its kinds of sessions: reading, scanning, and a transaction that commits as it ends."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Dialect, event, make_url, text
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from parley.db.committer import Committer, Sync
from parley.db.mysql import mend_bytes
from parley.db.sqlite import BUSY_WAIT_SECONDS, MODE, DatabaseBusy, Mode, Reader, Writer, open_engine
from parley.errors import ParleyError


class UnknownDatabase(ParleyError):
    """DATABASE_URL names a database that Parley does not speak."""


@dataclass(frozen=True)
class Database:
    engine: AsyncEngine
    reads: async_sessionmaker[AsyncSession]
    scans: async_sessionmaker[AsyncSession]
    writes: async_sessionmaker[AsyncSession]
    # SQLite has one writer: the writers of this process queue here in order instead of polling for its lock.
    writer: asyncio.Lock | None = field(default=None, repr=False)
    # SQLite's connections for `parley.db.reads` and `parley.db.batch`.
    reader: Reader | None = field(default=None, repr=False)
    batches: Writer | None = field(default=None, repr=False)

    @property
    def dialect(self) -> str:
        """`sqlite`, `mysql` (MariaDB too) or `postgresql`."""
        return self.engine.dialect.name

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """A session for reads: nothing is committed."""
        async with self.reads() as session:
            yield session

    @asynccontextmanager
    async def scanning(self) -> AsyncGenerator[AsyncSession]:
        """A session for reads that may take long, such as a search over all texts; on SQLite they run in a thread."""
        async with self.scans() as session:
            yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """A session that commits when the block ends without an exception, and rolls back otherwise.

        Hold it for database work only. On SQLite one transaction runs at a time in this process, so opening a second one
        inside the first waits for itself and ends in `DatabaseBusy`.
        """
        await self.take_turn()
        try:
            async with self.writes() as session, session.begin():
                yield session
        finally:
            self.end_turn()

    async def take_turn(self) -> None:
        """SQLite's one writer at a time; elsewhere writers need not queue. Raises DatabaseBusy."""
        if self.writer is None:
            return
        if not self.writer.locked():
            await self.writer.acquire()
            return
        try:
            async with asyncio.timeout(BUSY_WAIT_SECONDS):
                await self.writer.acquire()
        except TimeoutError:
            raise DatabaseBusy from None

    def end_turn(self) -> None:
        if self.writer is not None:
            self.writer.release()

    async def close(self) -> None:
        if self.reader is not None:
            self.reader.close()
        if self.batches is not None:
            self.batches.close()
        await self.engine.dispose()


def connect(url: str, *, sqlite_sync: Sync = "FULL") -> Database:
    """Open the database at `url` (nothing is sent until the first statement). Any common spelling of the scheme is taken."""
    address = _read(url)
    match address.get_backend_name():
        case "sqlite":
            path = _sqlite_path(address)
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            committer = Committer(path, sqlite_sync)
            writer, batches = asyncio.Lock(), Writer(path, committer)
            return _database(open_engine(path, committer), writer=writer, reader=Reader(path), batches=batches)
        case "mysql" | "mariadb":
            return _database(_ping_after_idling(_mysql(address)))
        case "postgresql":
            return _database(_ping_after_idling(_postgresql(address)))
        case other:
            raise UnknownDatabase(f"DATABASE_URL names {other!r}. Use sqlite:///path, mysql://... or postgresql://...")


# A connection above the pool's size would be closed as soon as it is given back, and made again for the next burst. What a session began
# it ends itself, so a rollback of the pool's own at every return would only cost a round trip.
_POOL: dict[str, Any] = {"pool_size": 30, "max_overflow": 0, "pool_reset_on_return": None, "hide_parameters": True}
_IDLE_SECONDS = 1.0


def _ping_after_idling(engine: AsyncEngine) -> AsyncEngine:
    """Look whether a connection is alive before it is used, but not in the middle of work, where that is a round trip per transaction."""
    dialect = engine.dialect

    def given_back(_connection: Any, record: ConnectionPoolEntry) -> None:  # Any: the driver's own
        record.info["idle_since"] = time.monotonic()

    def taken(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("idle_since", math.inf) > _IDLE_SECONDS:
            try:
                dialect.do_ping(connection)
            except dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error

    event.listen(engine.sync_engine, "checkin", given_back)
    event.listen(engine.sync_engine, "checkout", taken)
    return engine


def _read(url: str) -> URL:
    try:
        return make_url("postgresql" + url.removeprefix("postgres") if url.startswith("postgres:") else url)
    except ArgumentError:
        raise UnknownDatabase("DATABASE_URL is not an address. Use sqlite:///path, mysql://... or postgresql://...") from None


def _sqlite_path(address: URL) -> str:
    if address.database in (None, "", ":memory:"):
        raise UnknownDatabase("DATABASE_URL names no file. Use sqlite:///path/to/parley.db; an in-memory database cannot be shared.")
    return str(Path(str(address.database)).resolve())


def _mysql(address: URL) -> AsyncEngine:
    mend_bytes()
    address = address.set(drivername="mysql+aiomysql").update_query_dict({"charset": "utf8mb4"})
    # READ COMMITTED: what a compare-and-set saw is what is there; MySQL's default would show an old snapshot.
    return create_async_engine(
        address,
        isolation_level="READ COMMITTED",
        connect_args={"init_command": "SET time_zone = '+00:00'"},
        pool_recycle=1800,
        **_POOL,
    )


def _postgresql(address: URL) -> AsyncEngine:
    query = dict(address.query)
    if "sslmode" in query:  # libpq's word; asyncpg's is `ssl`
        query["ssl"] = query.pop("sslmode")
    address = address.set(drivername="postgresql+asyncpg", query=query)
    engine = create_async_engine(address, **_POOL)

    def dial(dialect: Dialect, _record: Any, args: Any, settings: Any) -> Any:  # Any: the driver's own
        """asyncpg leaves a refused connection to Python's own errors, which nobody above takes for the database's."""
        try:
            return dialect.connect(*args, **settings)
        except OSError as error:
            raise OperationalError("connect", None, error) from error

    event.listen(engine.sync_engine, "do_connect", dial)
    return engine


def _database(
    engine: AsyncEngine, *, writer: asyncio.Lock | None = None, reader: Reader | None = None, batches: Writer | None = None
) -> Database:
    def sessions(mode: Mode) -> async_sessionmaker[AsyncSession]:
        return async_sessionmaker(engine.execution_options(**{MODE: mode}), expire_on_commit=False)

    return Database(engine, sessions("read"), sessions("scan"), sessions("write"), writer, reader, batches)


def rows_changed(result: Any) -> int:  # Any: the async session types an UPDATE's result without its rowcount
    return int(result.rowcount)


async def db_now(session: AsyncSession) -> datetime:
    """The database's clock, by which leases are compared. SQLite has none of its own: this machine's is every writer's."""
    match session.get_bind().dialect.name:
        case "sqlite":
            return datetime.now(UTC)
        case "postgresql":
            now: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
            return now.astimezone(UTC)
        case _:
            utc: datetime = (await session.execute(text("SELECT UTC_TIMESTAMP(6)"))).scalar_one()
            return utc.replace(tzinfo=UTC)


async def clock(database: Database) -> datetime:
    """The same outside a session."""
    if database.dialect == "sqlite":
        return datetime.now(UTC)
    async with database.reading() as session:
        return await db_now(session)
