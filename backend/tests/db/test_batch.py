"""A batch is written whole or not at all: its guard, its errors, and whoever is cancelled while it is written."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, insert, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from parley.db.batch import Statement, write
from parley.db.session import Database, connect
from parley.db.sqlite import InLoopConnection

COUNTERS = Table("batch_counters", MetaData(), Column("name", String(40), primary_key=True), Column("value", Integer()))
ADD = Statement(("name", "value"), lambda dialect: insert(COUNTERS).values(name=bindparam("name"), value=bindparam("value")))
SET = Statement(
    ("of", "value"), lambda dialect: update(COUNTERS).where(COUNTERS.c.name == bindparam("of")).values(value=bindparam("value"))
)


@pytest.fixture
async def counters(database: Database) -> AsyncIterator[Database]:
    async with database.engine.begin() as connection:
        await connection.run_sync(COUNTERS.create)
    assert await write(database, (ADD, ("a", 0)))
    yield database
    async with database.engine.begin() as connection:
        await connection.run_sync(COUNTERS.drop)


async def values(database: Database) -> dict[str, int]:
    async with database.reading() as session:
        rows = await session.execute(text("SELECT name, value FROM batch_counters"))
    return {row.name: row.value for row in rows}


async def test_what_stands_behind_a_guard_is_written_with_it_or_not_at_all(counters: Database) -> None:
    rows = [(name, 1) for name in "bcd"]
    assert not await write(counters, (SET, ("nobody", 1)), (ADD, rows))
    assert await values(counters) == {"a": 0}
    assert await write(counters, (SET, ("a", 5)), (ADD, rows), (ADD, []))
    assert await values(counters) == {"a": 5, "b": 1, "c": 1, "d": 1}


async def test_a_batch_that_fails_leaves_nothing_and_blocks_nobody(counters: Database) -> None:
    with pytest.raises(IntegrityError):
        await write(counters, (SET, ("a", 5)), (ADD, [("b", 1), ("a", 1)]))
    assert await values(counters) == {"a": 0}
    assert await write(counters, (SET, ("a", 6)))
    assert await values(counters) == {"a": 6}


async def test_writers_take_turns(counters: Database) -> None:
    await asyncio.gather(*(write(counters, (ADD, (f"n{index}", index))) for index in range(30)))
    assert len(await values(counters)) == 31


@pytest.fixture
async def careful(tmp_path: Path) -> AsyncIterator[Database]:
    database = connect(f"sqlite:///{tmp_path / 'c.db'}", sqlite_sync="FULL")
    async with database.engine.begin() as connection:
        await connection.run_sync(COUNTERS.create)
    yield database
    await database.close()


async def test_whoever_is_cancelled_in_the_middle_finds_it_written(careful: Database) -> None:
    async with careful.transaction():
        waits = asyncio.create_task(write(careful, (ADD, ("waits", 1))))
        await asyncio.sleep(0.01)
        waits.cancel()
        await asyncio.sleep(0.01)
        assert not waits.done()
    await asyncio.wait([waits])
    commits = asyncio.create_task(write(careful, (ADD, ("commits", 1))))
    await asyncio.sleep(0)
    commits.cancel()
    await asyncio.wait([commits])
    assert waits.cancelled()
    assert commits.cancelled()
    assert await values(careful) == {"waits": 1, "commits": 1}


async def test_a_commit_that_fails_is_told_in_sqlalchemys_words(careful: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(self: InLoopConnection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(InLoopConnection, "commit", full)
        with pytest.raises(OperationalError, match="full"):
            await write(careful, (ADD, ("a", 1)))
    assert await values(careful) == {}
    assert await write(careful, (ADD, ("b", 1)))
    assert await values(careful) == {"b": 1}
