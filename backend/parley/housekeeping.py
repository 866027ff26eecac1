"""What is thrown away as time passes: chats deleted a month ago, logins that expired."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from parley.accounts import store as accounts
from parley.chats import store as chats
from parley.db.session import Database
from parley.db.sqlite import DatabaseBusy

# The first round waits until the server is warm.
_FIRST_SECONDS, _EVERY_SECONDS = 60.0, 3600.0

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@asynccontextmanager
async def housekeeping(database: Database) -> AsyncGenerator[None]:
    """Runs in the background for as long as the block lasts."""
    task = asyncio.create_task(_forever(database), name="housekeeping")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _forever(database: Database) -> None:
    await asyncio.sleep(_FIRST_SECONDS)
    while True:
        try:
            await clean_up(database)
        except (SQLAlchemyError, DatabaseBusy):
            log.warning("housekeeping failed; it is tried again in an hour", exc_info=True)
        await asyncio.sleep(_EVERY_SECONDS)


async def clean_up(database: Database) -> None:
    """One round."""
    async with database.transaction() as session:
        await accounts.delete_expired_sessions(session)
    purged = 1
    while purged:
        async with database.transaction() as session:
            purged = await chats.purge_deleted(session)
