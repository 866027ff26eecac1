"""Attach to a turn, live or ended, wherever it runs: a snapshot, then what happens, then its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

from sqlalchemy.ext.asyncio import AsyncSession

from parley.chats import messages
from parley.errors import ParleyError
from parley.turns.events import TurnEvent, TurnFailed, TurnFinished, TurnStarted
from parley.turns.message_view import MessageView, view_message
from parley.turns.parts import TurnParts
from parley.turns.relay import TurnRelay

POLL_EVERY_S = 0.5  # a turn of another process is saved this often
UNNUMBERED = -1  # rows do not tell how many events led to them: who attaches again after this gets a snapshot


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
    if feed is not None:
        return feed.follow(after)
    if parts.relay is None or row.status != "streaming":
        return _poll(parts, owner_id, message_id)
    return _elsewhere(parts, parts.relay, owner_id, message_id, after)


async def _elsewhere(
    parts: TurnParts, relay: TurnRelay, owner_id: str, message_id: str, after: int | None
) -> AsyncIterator[tuple[int, TurnEvent]]:
    """A turn of another process as it announces it; as its rows tell it from where that breaks off, or when it has died."""
    async with aclosing(relay.follow(message_id, after)) as events:
        async for each in events:
            if each is not None:
                yield each
                if isinstance(each[1], TurnFinished | TurnFailed):
                    return
            elif not await _streams(parts, owner_id, message_id):
                break
    async for each in _poll(parts, owner_id, message_id):
        yield each


async def _streams(parts: TurnParts, owner_id: str, message_id: str) -> bool:
    async with parts.database.reading() as session:
        return (await messages.get_message(session, message_id, owner_id)).status == "streaming"


async def _poll(parts: TurnParts, owner_id: str, message_id: str) -> AsyncIterator[tuple[int, TurnEvent]]:
    """The turn as its rows tell it: a snapshot whenever something new was saved, until it ends."""
    shown: MessageView | None = None
    while True:
        async with parts.database.reading() as session:
            started = await _snapshot(parts, session, owner_id, message_id)
        message = started.message
        if message != shown:
            shown = message
            yield UNNUMBERED, started
        if message.status in ("done", "stopped"):
            yield UNNUMBERED, TurnFinished(type="turn.finished", message=message)
            return
        if message.status != "streaming":
            yield UNNUMBERED, TurnFailed(type="turn.failed", message=message)
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
