"""SELECTs compiled once, for the few that nearly every request makes: on SQLite one costs 10 µs instead of 200.

Such a statement sees what was committed last and belongs to no transaction. On SQLite it is one synchronous call on a connection
that only reads, so nothing can come between; elsewhere it goes through the pool like any other.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Executable, SelectBase

from parley.db.prepared import Compiled, compile_once
from parley.db.session import Database


class Read:
    """A SELECT with `bindparam`s. Its rows are tuples in the order of its columns."""

    def __init__(self, statement: SelectBase) -> None:
        self._statement = statement
        self._compiled: Compiled | None = None

    async def rows(self, database: Database, **values: Any) -> Sequence[Sequence[Any]]:
        if database.reader is not None:
            compiled = self._compiled = self._compiled or compile_once(self._statement, database.engine.dialect)
            try:
                return [compiled.read(row) for row in database.reader.rows(compiled.sql, compiled.given(values))]
            except sqlite3.OperationalError:
                # Locked by a recovery of another process: the way below knows how to wait.
                pass
        async with database.engine.connect() as connection:
            return (await connection.execute(cast(Executable, self._statement), values)).all()
