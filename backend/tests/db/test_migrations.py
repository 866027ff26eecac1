"""Models and migrations agree, on every database."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, insert, select, text

from parley.db.base import Base
from parley.db.migrate import MIGRATIONS, DatabaseIsNewer, head, migrate
from parley.db.session import Database
from parley.db.tables.runs import Run, RunEvent, RunWorkflow
from parley.engine import store


async def test_models_and_migrations_do_not_drift_apart(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


def test_the_head_by_file_name_is_alembics_head() -> None:
    assert head() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


async def test_a_migrated_database_needs_nothing(database: Database) -> None:
    assert await migrate(database) is False


async def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(DatabaseIsNewer, match="9999"):
            await migrate(database)
    finally:
        async with database.transaction() as session:
            await session.execute(text(f"UPDATE alembic_version SET version_num = '{head()}'"))


async def test_runs_keep_their_workflows_and_their_steps_when_these_move_out_of_their_rows(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(_to, "0001")
        await connection.run_sync(_fill)
    async with database.engine.begin() as connection:
        await connection.run_sync(_to, "head")
    async with database.reading() as session:
        runs = {run.id: run for run in await session.scalars(select(Run))}
        pinned = {run_id: await store.pinned_workflow(session, run) for run_id, run in runs.items()}
        kept = list(await session.scalars(select(RunWorkflow.data).order_by(RunWorkflow.data)))
        steps = list(await session.scalars(select(RunEvent.data)))
    assert pinned == {"1" * 32: {"name": "ä"}, "2" * 32: {"name": "ä"}, "3" * 32: {"name": "b"}, "4" * 32: None}
    assert kept == ['{"name": "b"}', '{"name": "ä"}']
    assert len(steps) == 4
    async with database.engine.begin() as connection:
        await connection.run_sync(_to, "0001")
        assert set(await connection.execute(text("SELECT kind FROM run_events"))) == {("run_cancelled",)}
        assert [text for (text,) in await connection.execute(text("SELECT workflow_data FROM runs ORDER BY id"))] == [
            *('{"name": "ä"}', '{"name": "ä"}', '{"name": "b"}', None),
        ]
        await connection.run_sync(_to, "head")


def _to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    if revision == "head":
        command.upgrade(config, revision)
    else:
        command.downgrade(config, revision)


def _fill(connection: Connection) -> None:
    """Runs as revision 0001 kept them."""
    tables = MetaData()
    tables.reflect(connection)

    def add(table: str, **values: Any) -> None:
        columns = tables.tables[table].columns
        given = {name: value for name, value in values.items() if name in columns}
        filled = {column.name: FILLING.get(column.type.python_type, "-") for column in columns if not column.nullable}
        connection.execute(insert(tables.tables[table]).values(filled | given))

    add("users", id="a")
    add("chats", id="c", owner_id="a")
    add("messages", id="m", chat_id="c", owner_id="a")
    for number, data in enumerate(('{"name": "ä"}', '{"name": "ä"}', '{"name": "b"}', None), 1):
        run_id = str(number) * 32
        add("runs", id=run_id, owner_id="a", chat_id="c", message_id="m", number=number, status="done", workflow_data=data)
        add("run_events", run_id=run_id, seq=1, data='{"kind":"run_cancelled","at":"2026-01-01T00:00:00Z"}')


FILLING: dict[type, Any] = {int: 0, Decimal: 0, float: 0.0, bool: False, datetime: datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)}
