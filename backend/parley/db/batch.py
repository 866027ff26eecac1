"""A transaction of a few statements compiled once, each with many rows: what the engine does at every tick.

Its first statement is a guard: it must change exactly one row, or nothing is written. On SQLite the statements are called in the event
loop on a connection of their own, 10 µs each; elsewhere they go through the pool, a batch of rows per statement. Nothing here knows
objects of the ORM.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.sql.dml import UpdateBase

from parley.db.prepared import Compiled, compile_once
from parley.db.session import Database, rows_changed
from parley.db.sqlite import InLoopConnection, Writer

Row = Sequence[Any]  # values of any column, in the order of the statement's parameters


class Statement:
    """An INSERT, UPDATE or DELETE with `bindparam`s, which `parameters` names in the order of its rows; `build` is told the dialect, since
    upserts differ."""

    def __init__(self, parameters: Sequence[str], build: Callable[[str], UpdateBase]) -> None:
        self._parameters = tuple(parameters)
        self._build = build
        self._built: dict[str, UpdateBase] = {}
        self._compiled: Compiled | None = None

    def built(self, dialect: str) -> UpdateBase:
        if dialect not in self._built:
            self._built[dialect] = self._build(dialect)
        return self._built[dialect]

    def named(self, row: Row) -> dict[str, Any]:
        return dict(zip(self._parameters, row, strict=True))

    def compiled(self, database: Database) -> Compiled:
        self._compiled = self._compiled or compile_once(self.built("sqlite"), database.engine.dialect)
        return self._compiled

    def given(self, database: Database, rows: Sequence[Row]) -> list[Sequence[Any]]:
        """For SQLite: most statements want their values in the order in which they come."""
        compiled = self.compiled(database)
        if compiled.names == self._parameters:
            return [compiled.converted(row) for row in rows]
        return [compiled.given(self.named(row)) for row in rows]


async def write(database: Database, guard: tuple[Statement, Row], *rest: tuple[Statement, Sequence[Row]]) -> bool:
    """Whether it was written. Once called it goes to its end, also when whoever asked for it is cancelled meanwhile."""
    batches, writer = database.batches, database.writer
    if batches is not None and writer is not None and not writer.locked():
        # Nothing is awaited here but the commit, which looks after itself: a task would cost a third of the whole.
        return await _in_loop(database, batches, guard, rest)
    writing = asyncio.ensure_future(_pooled(database, guard, rest) if batches is None else _in_loop(database, batches, guard, rest))
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait([writing])  # what comes next must find it written
        raise


async def _pooled(database: Database, guard: tuple[Statement, Row], rest: Sequence[tuple[Statement, Sequence[Row]]]) -> bool:
    async with database.engine.connect() as connection:
        guarding, row = guard
        if rows_changed(await connection.execute(guarding.built(database.dialect), guarding.named(row))) != 1:
            return False
        for statement, rows in rest:
            if rows:
                await connection.execute(statement.built(database.dialect), [statement.named(row) for row in rows])
        await connection.commit()
    return True


async def _in_loop(
    database: Database, batches: Writer, guard: tuple[Statement, Row], rest: Sequence[tuple[Statement, Sequence[Row]]]
) -> bool:
    await database.take_turn()
    try:
        connection = await batches.begin()
        try:
            guarding, row = guard
            if _run(database, connection, guarding, [row]) != 1:
                await connection.rollback()
                return False
            for statement, rows in rest:
                if rows:
                    _run(database, connection, statement, rows)
            await connection.commit()
        except sqlite3.OperationalError as error:  # a full disk
            await connection.rollback()
            raise OperationalError("COMMIT", None, error) from error
        except BaseException:
            await connection.rollback()
            raise
    finally:
        database.end_turn()
    return True


def _run(database: Database, connection: InLoopConnection, statement: Statement, rows: Sequence[Row]) -> int:
    """The transaction holds the writer's lock, so no statement has to wait. Raises SQLAlchemy's errors, without the values."""
    sql = statement.compiled(database).sql
    try:
        return connection.raw.executemany(sql, statement.given(database, rows)).rowcount
    except sqlite3.IntegrityError as error:
        raise IntegrityError(sql, None, error) from error
    except sqlite3.OperationalError as error:
        raise OperationalError(sql, None, error) from error
