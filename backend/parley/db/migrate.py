"""Bringing the database to the newest schema when the server starts: one query when there is nothing to do."""

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection

from parley.db.session import Database
from parley.db.sqlite import MODE
from parley.errors import ParleyError

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

# Of several servers that start at once, one migrates and the others wait here.
_LOCK_NAME, _LOCK_NUMBER, _LOCK_SECONDS = "parley_migrations", 7_275_391, 300


class DatabaseIsNewer(ParleyError):
    """The database was migrated by a newer Parley; an older one would damage it."""


def head() -> str:
    """The newest revision. Files are named by revision, `0001_initial.py`, so that no import is needed to know it."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


async def migrate(database: Database) -> bool:
    """Returns whether anything had to be done. Raises `DatabaseIsNewer`."""
    newest = head()
    async with database.engine.execution_options(**{MODE: "read"}).connect() as connection:
        current = await _revision(connection)
    if current == newest:
        return False
    if current is not None and current > newest:
        raise DatabaseIsNewer(f"The database has revision {current}, this Parley knows up to {newest}. Install the newer Parley again.")
    async with database.engine.begin() as connection:
        await _lock(connection, database.dialect)
        try:
            await connection.run_sync(_upgrade)
        finally:
            await _unlock(connection, database.dialect)
    return True


async def _revision(connection: AsyncConnection) -> str | None:
    try:
        return (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    except DatabaseError:
        # No such table: a new database. One that does not answer at all fails again, and plainly, at the next statement.
        return None


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def _lock(connection: AsyncConnection, dialect: str) -> None:
    match dialect:
        case "mysql":
            await connection.execute(text("SELECT GET_LOCK(:name, :seconds)"), {"name": _LOCK_NAME, "seconds": _LOCK_SECONDS})
        case "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
        case _:
            return  # SQLite's write lock was taken at BEGIN


async def _unlock(connection: AsyncConnection, dialect: str) -> None:
    if dialect == "mysql":
        await connection.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": _LOCK_NAME})
