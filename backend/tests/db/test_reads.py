"""SELECTs compiled once answer as every other way of asking does."""

import asyncio
import sqlite3
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, literal, select

from parley.db.reads import Read
from parley.db.session import Database
from parley.db.sqlite import Reader
from parley.db.tables import User
from tests.db.test_session import make_user

READ = Read(
    select(User.username, User.created_at, literal("constant"))
    .where(User.created_at < bindparam("before"), User.username != "nobody")
    .order_by(User.username)
    .limit(bindparam("most"))
)
FUTURE = datetime(9999, 1, 1, tzinfo=UTC)


async def add(database: Database, *names: str) -> None:
    async with database.transaction() as session:
        session.add_all(make_user(name) for name in names)


async def names(database: Database, before: datetime = FUTURE, most: int = 10) -> list[str]:
    return [row[0] for row in await READ.rows(database, before=before, most=most)]


async def test_values_are_converted_both_ways(database: Database) -> None:
    await add(database, "ada", "bob", "nobody")
    [row] = await READ.rows(database, before=FUTURE, most=1)
    assert (row[0], row[2]) == ("ada", "constant")
    assert isinstance(row[1], datetime)
    assert row[1].tzinfo is UTC
    assert await names(database) == ["ada", "bob"]
    assert await names(database, before=datetime(2000, 1, 1, tzinfo=UTC)) == []


async def test_it_sees_what_was_committed_last_and_nothing_else(database: Database) -> None:
    assert await names(database) == []
    async with database.transaction() as session:
        session.add(make_user("ada"))
        await session.flush()
        assert await names(database) == []
    assert await names(database) == ["ada"]
    assert await asyncio.gather(*(names(database) for _ in range(5))) == [["ada"]] * 5


async def test_when_sqlite_is_locked_the_patient_way_answers(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await add(database, "ada")

    def locked(*_: object) -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(Reader, "rows", locked)
    assert await names(database) == ["ada"]
