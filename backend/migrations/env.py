"""Where Alembic gets its connection: from the starting server, or, on the command line, from the settings."""

import asyncio
from typing import Literal

from alembic import context
from sqlalchemy import CHAR, Connection, LargeBinary, String, Text

from parley.db import tables
from parley.db.session import connect
from parley.db.types import Json, UtcDateTime
from parley.settings import Settings


def render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Column types are written as the helpers that made them: they mean the same on all three databases."""
    match item:
        case Json() | UtcDateTime():
            return f"{type(item).__name__}()"
        case CHAR():
            return "id_column()"
        case Text():
            return "long_text()"
        case String():
            return f"key({item.length})"
        case LargeBinary():
            return "long_bytes()"
        case _:
            return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=tables.Chat.metadata,
        compare_type=True,
        render_item=render,
        # SQLite cannot alter most things: Alembic copies the table instead.
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def from_command_line() -> None:
    settings = Settings()
    database = connect(settings.database_address, sqlite_sync=settings.sqlite_sync)
    async with database.engine.begin() as connection:
        await connection.run_sync(run)
    await database.close()


given = context.config.attributes.get("connection")
if given is None:
    asyncio.run(from_command_line())
else:
    run(given)
