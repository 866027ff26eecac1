"""Statements compiled once do in a session's transaction what the same statements do when they are compiled each time."""

from datetime import UTC, datetime
from typing import cast

import pytest
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from parley.db.prepared import Prepared
from parley.db.session import Database
from parley.db.tables import User
from tests.db.test_session import make_user

USERS = cast(Table, User.__table__)
INSERT = Prepared(insert(USERS))
RENAME = Prepared(update(USERS).where(USERS.c.username == bindparam("old")).values(username=bindparam("new"), created_at=bindparam("at")))
READ = Prepared(select(User.username, User.created_at).where(User.username != "nobody").order_by(User.username))
AT = datetime(2026, 11, 20, 1, 2, 3, 456789, tzinfo=UTC)


def columns(user: User) -> dict[str, object]:
    return {column.key: getattr(user, column.key) for column in USERS.columns}


async def test_values_are_converted_both_ways_and_changed_rows_are_counted(database: Database) -> None:
    async with database.transaction() as session:
        assert await INSERT.run(session, **columns(make_user("ada"))) == 1
        assert await RENAME.run(session, old="ada", new="eve", at=AT) == 1
        assert await RENAME.run(session, old="ada", new="eve", at=AT) == 0
    async with database.reading() as session:
        assert await READ.rows(session) == [("eve", AT)]


async def test_pending_objects_of_the_session_are_seen(database: Database) -> None:
    async with database.transaction() as session:
        session.add(make_user("ada"))
        assert [row[0] for row in await READ.rows(session)] == ["ada"]


async def test_what_was_run_is_undone_with_its_transaction(database: Database) -> None:
    async def fail_after_insert() -> None:
        async with database.transaction() as session:
            await INSERT.run(session, **columns(make_user("ada")))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_insert()
    async with database.reading() as session:
        assert await READ.rows(session) == []


async def test_a_refused_statement_is_a_database_error_like_any_other(database: Database) -> None:
    async with database.transaction() as session:
        await INSERT.run(session, **columns(make_user("ada")))
        with pytest.raises(IntegrityError):
            await INSERT.run(session, **columns(make_user("ada")))
