"""SQLite in the event loop: it waits for locks without blocking, survives being cancelled, and forgets nothing."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from parley.db import committer, sqlite
from parley.db import session as db_session
from parley.db.committer import Sync
from parley.db.session import Database, connect
from parley.db.sqlite import DatabaseBusy

ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")


@pytest.fixture
async def counters(tmp_path: Path) -> AsyncIterator[Database]:
    database = connect(f"sqlite:///{tmp_path / 'c.db'}", sqlite_sync="OFF")
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"))
        await session.execute(text("INSERT INTO counters VALUES ('a', 0)"))
    yield database
    await database.close()


async def value(database: Database) -> int:
    async with database.reading() as session:
        return (await session.execute(text("SELECT value FROM counters"))).scalar_one()


async def add_one(database: Database) -> None:
    async with database.transaction() as session:
        seen = (await session.execute(text("SELECT value FROM counters"))).scalar_one()
        await asyncio.sleep(0)
        await session.execute(text("UPDATE counters SET value = :value"), {"value": seen + 1})


async def test_no_increment_is_lost_between_tasks(counters: Database) -> None:
    await asyncio.gather(*(add_one(counters) for _ in range(50)))
    assert await value(counters) == 50


async def test_no_increment_is_lost_between_two_processes_worth_of_connections(counters: Database, tmp_path: Path) -> None:
    other = connect(f"sqlite:///{tmp_path / 'c.db'}", sqlite_sync="OFF")
    await asyncio.gather(*(add_one(database) for database in (counters, other) for _ in range(25)))
    await other.close()
    assert await value(counters) == 50


async def test_a_lock_held_elsewhere_is_waited_for_without_blocking_the_loop(counters: Database, tmp_path: Path) -> None:
    elsewhere = sqlite3.connect(tmp_path / "c.db", isolation_level=None)
    elsewhere.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(add_one(counters))
    longest = 0.0
    for _ in range(20):
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        longest = max(longest, time.perf_counter() - before)
    assert not writing.done()
    assert await value(counters) == 0, "readers go on"
    elsewhere.execute("COMMIT")
    elsewhere.close()
    await writing
    assert await value(counters) == 1
    assert longest < 0.1


async def test_a_lock_that_never_ends_becomes_an_error(counters: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_WAIT_SECONDS", 0.05)
    elsewhere = sqlite3.connect(tmp_path / "c.db", isolation_level=None)
    elsewhere.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy):
        await add_one(counters)
    elsewhere.execute("COMMIT")
    elsewhere.close()
    await add_one(counters)


async def test_a_transaction_inside_a_transaction_is_told_apart_from_a_hang(counters: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db_session, "BUSY_WAIT_SECONDS", 0.05)
    async with counters.transaction():
        with pytest.raises(DatabaseBusy):
            await add_one(counters)


async def test_a_cancelled_transaction_leaves_nothing_and_blocks_nobody(counters: Database) -> None:
    started = asyncio.Event()

    async def never_commits() -> None:
        async with counters.transaction() as session:
            await session.execute(text("UPDATE counters SET value = 99"))
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(never_commits())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await value(counters) == 0
    await add_one(counters)
    assert await value(counters) == 1


async def test_one_cancelled_while_it_waits_for_the_lock_blocks_nobody(counters: Database, tmp_path: Path) -> None:
    elsewhere = sqlite3.connect(tmp_path / "c.db", isolation_level=None)
    elsewhere.execute("BEGIN IMMEDIATE")
    waiting = [asyncio.create_task(add_one(counters)) for _ in range(3)]
    await asyncio.sleep(0.02)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    elsewhere.execute("COMMIT")
    elsewhere.close()
    await add_one(counters)
    assert await value(counters) == 1


async def test_a_scan_leaves_the_loop_free_and_stops_when_cancelled(counters: Database) -> None:
    async def scan() -> None:
        async with counters.scanning() as session:
            await session.execute(ENDLESS)

    scanning = asyncio.create_task(scan())
    for _ in range(10):
        await asyncio.sleep(0.005)
        assert await value(counters) == 0
    scanning.cancel()
    started = time.perf_counter()
    with pytest.raises(asyncio.CancelledError):
        await scanning
    assert time.perf_counter() - started < 1
    await add_one(counters)
    async with counters.scanning() as session:
        assert (await session.execute(text("SELECT value FROM counters"))).scalar_one() == 1


async def test_an_exception_rolls_back(counters: Database) -> None:
    async def change_and_fail() -> None:
        async with counters.transaction() as session:
            await session.execute(text("UPDATE counters SET value = 5"))
            await session.execute(text("INSERT INTO counters VALUES ('a', 1)"))

    with pytest.raises(IntegrityError):
        await change_and_fail()
    assert await value(counters) == 0


async def test_foreign_keys_and_the_write_ahead_log_are_on(counters: Database) -> None:
    async with counters.reading() as session:
        assert (await session.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1
        assert (await session.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
        assert (await session.execute(text("PRAGMA synchronous"))).scalar_one() == 0


async def test_a_cancelled_commit_goes_to_its_end(counters: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    careful = connect(f"sqlite:///{tmp_path / 'c.db'}", sqlite_sync="FULL")
    asked, disk = asyncio.Event(), threading.Event()
    submit = ThreadPoolExecutor.submit

    def slowly(self: ThreadPoolExecutor, work: Callable[..., Any], *args: Any) -> Any:
        asked.set()
        return submit(self, lambda: disk.wait(5) and work(*args))

    monkeypatch.setattr(ThreadPoolExecutor, "submit", slowly)
    adding = asyncio.create_task(add_one(careful))
    await asked.wait()
    adding.cancel()
    await asyncio.sleep(0.05)
    assert not adding.done()
    assert await value(counters) == 0  # everyone else goes on meanwhile
    disk.set()
    await asyncio.wait([adding])
    assert adding.cancelled()
    assert await value(counters) == 1
    await add_one(careful)
    assert await value(counters) == 2
    await careful.close()


async def test_where_a_commit_does_not_wait_for_the_disk_only_checkpoints_leave_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "CHECKPOINT_EVERY", 5)
    in_thread = _sent_to_threads(monkeypatch)
    database = connect(f"sqlite:///{tmp_path / 'n.db'}", sqlite_sync="NORMAL")
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"))
        await session.execute(text("INSERT INTO counters VALUES ('a', 0)"))
    for _ in range(9):
        await add_one(database)
        await asyncio.sleep(0.02)  # what moves the log in the thread is through
    assert await value(database) == 9
    assert in_thread == ["_checkpoint"] * 3  # after the fifth and the tenth, and at the sixth what was added meanwhile
    await database.close()


@pytest.mark.parametrize("sync", ["NORMAL", "FULL"])
async def test_the_log_begins_again_from_its_start_also_while_somebody_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sync: Sync
) -> None:
    monkeypatch.setattr(committer, "CHECKPOINT_EVERY", 20)
    monkeypatch.setattr(committer, "CHECKPOINT_EVERY_WAITING", 20)
    database = connect(f"sqlite:///{tmp_path / 'l.db'}", sqlite_sync=sync)
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"))
        await session.execute(text("INSERT INTO counters VALUES ('a', 0)"))
    longest = 0
    for _ in range(400):
        await add_one(database)
        longest = max(longest, (tmp_path / "l.db-wal").stat().st_size)
    assert await value(database) == 400
    assert longest < 200 * 4120  # one page a commit
    await database.close()


async def test_commits_that_wait_for_the_disk_stay_in_the_loop_while_it_is_quick_and_leave_it_longer_the_longer_it_is_slow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "FEWEST_IN_THREAD", 2)
    monkeypatch.setattr(committer, "QUICK_SECONDS", 10.0)
    in_thread = _sent_to_threads(monkeypatch)
    database = connect(f"sqlite:///{tmp_path / 'q.db'}", sqlite_sync="FULL")
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"))
        await session.execute(text("INSERT INTO counters VALUES ('a', 0)"))

    async def sent_by(commits: int) -> int:
        before = len(in_thread)
        for _ in range(commits):
            await add_one(database)
        return len(in_thread) - before

    assert await sent_by(6) == 1  # the second one; what is not known yet is not tried at once
    monkeypatch.setattr(committer, "QUICK_SECONDS", 0.0)
    assert [await sent_by(3), await sent_by(5), await sent_by(9)] == [2, 4, 8]
    monkeypatch.setattr(committer, "QUICK_SECONDS", 10.0)
    assert await sent_by(5) == 0
    monkeypatch.setattr(committer, "QUICK_SECONDS", 0.0)
    assert await sent_by(3) == 2
    assert await value(database) == 6 + 17 + 5 + 3
    await database.close()


def _sent_to_threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what is sent to threads from now on."""
    in_thread: list[str] = []
    submit = ThreadPoolExecutor.submit

    def noted(self: ThreadPoolExecutor, work: Callable[..., Any], *args: Any) -> Any:
        in_thread.append(work.__name__)
        return submit(self, work, *args)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", noted)
    return in_thread
