"""Attach to a turn, live or ended, wherever it runs: a snapshot, then what happens, then its end."""

import asyncio
from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession

from parley.chats import messages
from parley.errors import ParleyError
from parley.turns.events import TurnEvent, TurnFailed, TurnFinished, TurnStarted
from parley.turns.message_view import MessageView, view_message
from parley.turns.parts import TurnParts

POLL_EVERY_S = 0.5  # a turn of another process is saved this often


class NotATurn(ParleyError):
    """Only an assistant's message has events."""

    status = 422


async def follow_turn(parts: TurnParts, owner_id: str, message_id: str, after: int | None) -> AsyncIterator[tuple[int, TurnEvent]]:
    """Checks first, so that an error is an answer and not a cut stream. Raises NotFound, NotATurn."""
    async with parts.database.reading() as session:
        row = await messages.get_message(session, message_id, owner_id)
    if row.role != "assistant":
        raise NotATurn("Only an answer can be followed. Pick an answer of Parley's.")
    feed = parts.feeds.get(message_id)
    return feed.follow(after) if feed else _poll(parts, owner_id, message_id)


async def _poll(parts: TurnParts, owner_id: str, message_id: str) -> AsyncIterator[tuple[int, TurnEvent]]:
    """The turn as its rows tell it: a snapshot whenever something new was saved, until it ends."""
    shown: MessageView | None = None
    while True:
        async with parts.database.reading() as session:
            started = await _snapshot(parts, session, owner_id, message_id)
        message = started.message
        if message != shown:
            shown = message
            yield 0, started
        if message.status in ("done", "stopped"):
            yield 0, TurnFinished(type="turn.finished", message=message)
            return
        if message.status != "streaming":
            yield 0, TurnFailed(type="turn.failed", message=message)
            return
        await asyncio.sleep(POLL_EVERY_S)


async def _snapshot(parts: TurnParts, session: AsyncSession, owner_id: str, message_id: str) -> TurnStarted:
    answer = await messages.get_message(session, message_id, owner_id)
    user = await messages.get_message(session, str(answer.parent_id), owner_id)
    tree = await messages.read_tree(session, answer.chat_id)
    return TurnStarted(
        type="turn.started",
        message=view_message(answer, tree.siblings(answer.id), parts.catalogue),
        user_message=view_message(user, tree.siblings(user.id), parts.catalogue),
    )
