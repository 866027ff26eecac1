"""The rows of conversations: the tree of messages, the one streaming turn of a chat, and the leases of turns.

Branches are walked in Python over `(id, parent_id)`; ids sort by time, so the newest message is always a leaf.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, cast

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.prepared import Prepared
from parley.db.reads import Read
from parley.db.session import Database, db_now
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

    def grown(self, message_id: str, parent_id: str | None) -> "Tree":
        """With one more message, the newest."""
        below = {**self.children, parent_id: [*self.children.get(parent_id, ()), message_id]}
        return Tree({**self.parents, message_id: parent_id}, below)


_MESSAGES, _CHATS = cast(Table, Message.__table__), cast(Table, Chat.__table__)
_TREE = Prepared(select(Message.id, Message.parent_id).where(Message.chat_id == bindparam("of_chat")).order_by(Message.id))


async def read_tree(session: AsyncSession, chat_id: str) -> Tree:
    rows = await _TREE.rows(session, of_chat=chat_id)
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


_EDITS = Prepared(select(Message.id, Message.edits).where(Message.chat_id == bindparam("of_chat"), Message.edits.is_not(None)))


async def edits_by_message(session: AsyncSession, chat_id: str) -> dict[str, list[dict[str, Any]]]:
    """The raw edits of every message that made any, on all branches."""
    return dict(await _EDITS.rows(session, of_chat=chat_id))


async def ids_with_edits(session: AsyncSession, chat_id: str) -> set[str]:
    return set(await session.scalars(select(Message.id).where(Message.chat_id == chat_id, Message.edits.is_not(None))))


_INSERT = Prepared(insert(_MESSAGES))
_COLUMNS = tuple(column.key for column in _MESSAGES.columns)


async def insert_message(session: AsyncSession, message: Message) -> None:
    """Store a new message now. The object does not join the session: what is changed in it later is not stored."""
    await _INSERT.run(session, **{name: getattr(message, name) for name in _COLUMNS})


_CLAIM = Prepared(
    update(_CHATS)
    .where(_CHATS.c.id == bindparam("chat"), _CHATS.c.turn_message_id.is_(None))
    .values(turn_message_id=bindparam("message"), updated_at=bindparam("at"))
)


async def claim_turn(session: AsyncSession, chat_id: str, message_id: str, at: datetime) -> bool:
    """Make `message_id` the chat's one streaming turn; False if another one streams. Compare-and-set: safe across processes."""
    return await _CLAIM.run(session, chat=chat_id, message=message_id, at=at) == 1


_UNDISTURBED = Read(
    select(Message.id).where(
        Message.id == bindparam("message"), Message.lease_owner == bindparam("owner"), Message.stop_requested.is_(False)
    )
)


async def undisturbed(database: Database, message_id: str, lease_owner: str) -> bool:
    """Whether the turn still has its lease and nobody asked it to stop: a look that costs next to nothing."""
    return bool(await _UNDISTURBED.rows(database, message=message_id, owner=lease_owner))


_ASKED_TO_STOP = Prepared(select(Message.stop_requested).where(Message.id == bindparam("message")))


async def keep_turn(
    session: AsyncSession, message_id: str, lease_owner: str, lease: timedelta, columns: Mapping[str, Any]
) -> Literal["kept", "stop", "lost"]:
    """Renew the lease and save the prefix; "stop" if a stop was asked for, "lost" if the lease is no longer ours (nothing is written)."""
    until = await db_now(session) + lease
    if not await _save_streaming(session, message_id, lease_owner, {"lease_until": until, **columns}):
        return "lost"
    [(asked,)] = await _ASKED_TO_STOP.rows(session, message=message_id)
    return "stop" if asked else "kept"


@dataclass(frozen=True)
class Spent:
    """What a turn adds to its chat's sums; `cost` is in dollars, None where no price is known."""

    input_tokens: int
    output_tokens: int
    seconds: float
    cost: float | None


async def finish_turn(
    session: AsyncSession, message_id: str, lease_owner: str, status: str, columns: Mapping[str, Any], spent: Spent
) -> bool:
    """Record the end and free the chat for its next turn; False, and nothing written, if the lease was lost."""
    now = await db_now(session)
    ended = {"status": status, "finished_at": now, "lease_owner": None, "lease_until": None}
    if not await _save_streaming(session, message_id, lease_owner, {**columns, **ended}):
        return False
    sums: dict[str, Any] = {"input": spent.input_tokens, "output": spent.output_tokens, "seconds": spent.seconds}
    if spent.cost is None:
        await _FREE.run(session, message=message_id, at=now, **sums)
    else:
        await _FREE_PRICED.run(session, message=message_id, at=now, **sums, dollars=spent.cost)
    return True


async def _save_streaming(session: AsyncSession, message_id: str, lease_owner: str, columns: Mapping[str, Any]) -> bool:
    """False, and nothing written, unless the message streams under this lease."""
    values = {f"new_{name}": value for name, value in columns.items()}
    return await _saving(tuple(columns)).run(session, message=message_id, owner=lease_owner, **values) == 1


@cache
def _saving(names: tuple[str, ...]) -> Prepared:
    row = _MESSAGES.c
    return Prepared(
        update(_MESSAGES)
        .where(row.id == bindparam("message"), row.lease_owner == bindparam("owner"), row.status == "streaming")
        .values({name: bindparam(f"new_{name}", type_=row[name].type) for name in names})
    )


_SUMS: dict[str, Any] = {
    "turn_message_id": None,
    "updated_at": bindparam("at"),
    "input_tokens": _CHATS.c.input_tokens + bindparam("input"),
    "output_tokens": _CHATS.c.output_tokens + bindparam("output"),
    "turn_seconds": _CHATS.c.turn_seconds + bindparam("seconds"),
}
_PRICED: dict[str, Any] = {**_SUMS, "cost": func.coalesce(_CHATS.c.cost, 0.0) + bindparam("dollars")}
_OF_TURN = _CHATS.c.turn_message_id == bindparam("message")
_LET_GO = Prepared(update(_CHATS).where(_OF_TURN).values(turn_message_id=None, updated_at=bindparam("at")))
_FREE = Prepared(update(_CHATS).where(_OF_TURN).values(**_SUMS))
_FREE_PRICED = Prepared(update(_CHATS).where(_OF_TURN).values(**_PRICED))


_INTERRUPT = Prepared(
    update(_MESSAGES)
    .where(_MESSAGES.c.id == bindparam("message"), _MESSAGES.c.status == "streaming", _MESSAGES.c.lease_until < bindparam("at"))
    .values(status="interrupted", finished_at=bindparam("at"), lease_owner=None, lease_until=None)
)


async def request_stop(session: AsyncSession, message_id: str) -> None:
    await session.execute(update(Message).where(Message.id == message_id, Message.status == "streaming").values(stop_requested=True))


async def interrupt_abandoned(session: AsyncSession) -> int:
    """End turns whose lease ran out (their process died) with the prefix that was saved; returns how many."""
    now = await db_now(session)
    abandoned = list(await session.scalars(select(Message.id).where(Message.status == "streaming", Message.lease_until < now)))
    ended = 0
    for message_id in abandoned:
        # One by one: a turn that renewed its lease in between goes on, and its chat stays taken.
        ended += await _INTERRUPT.run(session, message=message_id, at=now) and await _LET_GO.run(session, message=message_id, at=now)
    return ended


async def save_layout(session: AsyncSession, message: Message, layout: dict[str, Any]) -> dict[str, Any]:
    """First writer wins, per direction; returns what is stored now."""
    stored: dict[str, Any] = {**layout, **(message.layout or {})}
    if stored != message.layout:
        message.layout = stored
        await session.flush()
    return stored
