"""End the turns whose process died: what they had said and drawn by their last save stays, marked interrupted."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from parley.chats import messages
from parley.db.session import Database, DatabaseBusy

EVERY_S = 10.0

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@asynccontextmanager
async def sweeping(database: Database) -> AsyncGenerator[None]:
    """Once now and then every ten seconds, for as long as the block lasts."""
    task = asyncio.create_task(_forever(database), name="sweep-turns")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _forever(database: Database) -> None:
    while True:
        try:
            async with database.transaction() as session:
                interrupted = await messages.interrupt_abandoned(session)
            if interrupted:
                log.warning("turns interrupted", count=interrupted)
        except (SQLAlchemyError, DatabaseBusy):
            log.warning("sweeping turns failed; it is tried again", exc_info=True)
        await asyncio.sleep(EVERY_S)
