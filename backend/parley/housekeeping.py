"""What is done by the clock: abandoned turns are ended; chats deleted a month ago and logins that expired are thrown away."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from parley.accounts import store as accounts
from parley.chats import messages
from parley.chats import store as chats
from parley.db.session import Database
from parley.db.sqlite import DatabaseBusy

_TURNS_EVERY_S = 10.0
# The first round of cleaning waits until the server is warm.
_CLEANING_AFTER_S, _CLEANING_EVERY_S = 60.0, 3600.0

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@asynccontextmanager
async def housekeeping(database: Database) -> AsyncGenerator[None]:
    """Runs in the background for as long as the block lasts."""
    tasks = [
        asyncio.create_task(_again_and_again(end_abandoned_turns, database, after=0.0, every=_TURNS_EVERY_S)),
        asyncio.create_task(_again_and_again(clean_up, database, after=_CLEANING_AFTER_S, every=_CLEANING_EVERY_S)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _again_and_again(work: Callable[[Database], Awaitable[None]], database: Database, *, after: float, every: float) -> None:
    await asyncio.sleep(after)
    while True:
        try:
            await work(database)
        except (SQLAlchemyError, DatabaseBusy):
            log.warning("housekeeping failed; it is tried again", work=work.__name__, seconds=every, exc_info=True)
        await asyncio.sleep(every)


async def end_abandoned_turns(database: Database) -> None:
    """Those whose process died: what they had said and drawn by their last save stays, marked interrupted."""
    async with database.transaction() as session:
        interrupted = await messages.interrupt_abandoned(session)
    if interrupted:
        log.warning("turns interrupted", count=interrupted)


async def clean_up(database: Database) -> None:
    async with database.transaction() as session:
        await accounts.delete_expired_sessions(session)
    purged = 1
    while purged:
        async with database.transaction() as session:
            purged = await chats.purge_deleted(session)
