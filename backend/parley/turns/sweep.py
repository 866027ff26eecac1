"""Housekeeping of conversations: end turns whose process died, and remove for good what was deleted long ago."""

import asyncio

from parley.chats import messages, store
from parley.db.session import Database
from parley.observability import log

EVERY_S = 10.0


async def sweep_once(database: Database) -> None:
    async with database.transaction() as session:
        interrupted = await messages.interrupt_abandoned(session)
    if interrupted:
        log.warning("turns_interrupted", count=interrupted)
    purged = 1
    while purged:
        async with database.transaction() as session:
            purged = await store.purge_deleted(session)


async def sweep_forever(database: Database) -> None:
    while True:
        try:
            await sweep_once(database)
        except Exception:
            log.exception("sweep_failed")
        await asyncio.sleep(EVERY_S)
