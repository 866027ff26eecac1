"""The rows of conversations: the tree of messages, the one streaming turn of a chat, and the leases of turns.

Branches are walked in Python over `(id, parent_id)`; ids sort by time, so the newest message is always a leaf.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.session import db_now
from parley.db.tables.chats import Chat, Message
from parley.errors import NotFound


@dataclass(frozen=True)
class Tree:
    """Every message's parent and children in one chat; children are oldest first."""

    parents: Mapping[str, str | None]
    children: Mapping[str | None, list[str]]

    @property
    def newest_leaf(self) -> str | None:
        return max(self.parents, default=None)

    def leaf_below(self, message_id: str) -> str:
        """The newest message of the branch below this one: at each fork the newest child's."""
        while below := self.children.get(message_id):
            message_id = below[-1]
        return message_id

    def branch(self, leaf: str) -> list[str]:
        """From the first message to `leaf`."""
        path: list[str] = []
        at: str | None = leaf
        while at is not None:
            path.append(at)
            at = self.parents.get(at)
        return path[::-1]

    def siblings(self, message_id: str) -> list[str]:
        return self.children[self.parents[message_id]]


async def read_tree(session: AsyncSession, chat_id: str) -> Tree:
    rows = await session.execute(select(Message.id, Message.parent_id).where(Message.chat_id == chat_id).order_by(Message.id))
    parents: dict[str, str | None] = {}
    children: dict[str | None, list[str]] = {}
    for message_id, parent_id in rows:
        parents[message_id] = parent_id
        children.setdefault(parent_id, []).append(message_id)
    return Tree(parents, children)


async def get_message(session: AsyncSession, message_id: str, owner_id: str) -> Message:
    """Raises NotFound for an unknown id, another's message, and one of a deleted chat alike."""
    found = await session.scalar(
        select(Message)
        .join(Chat, Chat.id == Message.chat_id)
        .where(Message.id == message_id, Message.owner_id == owner_id, Chat.deleted_at.is_(None))
    )
    if found is None:
        raise NotFound("There is no such message. It may have been deleted with its chat.")
    return found


async def messages_by_id(session: AsyncSession, ids: Sequence[str]) -> list[Message]:
    """In the order of `ids`."""
    if not ids:
        return []
    found = {message.id: message for message in await session.scalars(select(Message).where(Message.id.in_(ids)))}
    return [found[message_id] for message_id in ids if message_id in found]


async def edits_of_chat(session: AsyncSession, chat_id: str) -> list[list[dict[str, Any]]]:
    """The raw edits of every message that made any, on all branches."""
    return list(await session.scalars(select(Message.edits).where(Message.chat_id == chat_id, Message.edits.is_not(None))))


async def ids_with_edits(session: AsyncSession, chat_id: str) -> set[str]:
    return set(await session.scalars(select(Message.id).where(Message.chat_id == chat_id, Message.edits.is_not(None))))


async def claim_turn(session: AsyncSession, chat_id: str, message_id: str) -> bool:
    """Make `message_id` the chat's one streaming turn; False if another one streams. Compare-and-set: safe across processes."""
    done = await session.execute(update(Chat).where(Chat.id == chat_id, Chat.turn_message_id.is_(None)).values(turn_message_id=message_id))
    return _rows(done) == 1


async def keep_turn(
    session: AsyncSession, message_id: str, lease_owner: str, lease: timedelta, columns: Mapping[str, Any]
) -> Literal["kept", "stop", "lost"]:
    """Renew the lease and save the prefix; "stop" if a stop was asked for, "lost" if the lease is no longer ours (nothing is written)."""
    until = await db_now(session) + lease
    done = await session.execute(
        update(Message)
        .where(Message.id == message_id, Message.lease_owner == lease_owner, Message.status == "streaming")
        .values(lease_until=until, **columns)
    )
    if _rows(done) != 1:
        return "lost"
    asked = await session.scalar(select(Message.stop_requested).where(Message.id == message_id))
    return "stop" if asked else "kept"


async def finish_turn(session: AsyncSession, message_id: str, lease_owner: str, status: str, columns: Mapping[str, Any]) -> bool:
    """Record the end and free the chat for its next turn; False, and nothing written, if the lease was lost."""
    now = await db_now(session)
    done = await session.execute(
        update(Message)
        .where(Message.id == message_id, Message.lease_owner == lease_owner, Message.status == "streaming")
        .values(status=status, finished_at=now, lease_owner=None, lease_until=None, **columns)
    )
    if _rows(done) != 1:
        return False
    await _free_chat(session, [message_id], now)
    return True


async def request_stop(session: AsyncSession, message_id: str) -> None:
    await session.execute(update(Message).where(Message.id == message_id, Message.status == "streaming").values(stop_requested=True))


async def interrupt_abandoned(session: AsyncSession) -> int:
    """End turns whose lease ran out (their process died) with the prefix that was saved; returns how many."""
    now = await db_now(session)
    abandoned = list(await session.scalars(select(Message.id).where(Message.status == "streaming", Message.lease_until < now)))
    if abandoned:
        await session.execute(
            update(Message)
            .where(Message.id.in_(abandoned), Message.status == "streaming", Message.lease_until < now)
            .values(status="interrupted", finished_at=now, lease_owner=None, lease_until=None)
        )
        await _free_chat(session, abandoned, now)
    return len(abandoned)


async def save_layout(session: AsyncSession, message: Message, layout: dict[str, Any]) -> dict[str, Any]:
    """First writer wins, per direction; returns what is stored now."""
    stored: dict[str, Any] = {**layout, **(message.layout or {})}
    if stored != message.layout:
        message.layout = stored
        await session.flush()
    return stored


async def touch_chat(session: AsyncSession, chat_id: str, at: datetime) -> None:
    await session.execute(update(Chat).where(Chat.id == chat_id).values(updated_at=at))


async def _free_chat(session: AsyncSession, message_ids: Sequence[str], now: datetime) -> None:
    await session.execute(update(Chat).where(Chat.turn_message_id.in_(message_ids)).values(turn_message_id=None, updated_at=now))


def _rows(result: Any) -> int:  # Any: the async session types an UPDATE's result without its rowcount
    return int(result.rowcount)
