"""Models and migrations agree, on every database."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from parley.db.base import Base
from parley.db.migrate import MIGRATIONS, DatabaseIsNewer, head, migrate
from parley.db.session import Database


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
