"""The rows of chats: create, list by pages, rename, delete for a while or for good. Messages are in `chats.messages`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, cast

from sqlalchemy import Table, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.prepared import Prepared
from parley.db.reads import Read
from parley.db.session import Database
from parley.db.tables import Chat
from parley.db.types import UtcDateTime
from parley.errors import NotFound, ParleyError
from parley.ids import new_id

# A deleted chat can be brought back for this long.
KEPT_DELETED = timedelta(days=30)

LONGEST_TITLE = 200
_SHORT_TITLE = 60
_PURGED_AT_ONCE = 50


class BadTitle(ParleyError):
    status = 422


@dataclass(frozen=True)
class Position:
    """Where a page of the list ended: the next one starts below it."""

    updated_at: datetime
    id: str


async def create_chat(session: AsyncSession, owner_id: str, title: str | None = None) -> Chat:
    """Without a title the first message gives one."""
    now = datetime.now(UTC)
    chat = Chat(
        id=new_id(),
        owner_id=owner_id,
        title="",
        title_search="",
        titled_by_hand=False,
        turn_message_id=None,
        run_count=0,
        created_at=now,
        updated_at=now,
        deleted_at=None,
    )
    if title is not None and title.strip():
        rename_chat(chat, title)
    session.add(chat)
    await session.flush()
    return chat


async def get_chat(session: AsyncSession, chat_id: str, owner_id: str, *, deleted: bool = False, lock: bool = False) -> Chat:
    """Raises NotFound for an unknown chat, another person's and (unless `deleted`) a deleted one alike. `lock`: until the transaction
    ends nobody else adds to the chat (on SQLite no other transaction writes anyway)."""
    query = select(Chat).where(Chat.id == chat_id, Chat.owner_id == owner_id)
    chat = await session.scalar(query.with_for_update() if lock else query)
    if chat is None or (chat.deleted_at is not None and not deleted):
        raise _no_such_chat()
    return chat


def _no_such_chat() -> NotFound:
    return NotFound("There is no such chat. It may have been deleted; deleted chats can be brought back in the settings for 30 days.")


class ChatHead(NamedTuple):
    """What a new turn needs to know of its chat."""

    id: str
    owner_id: str
    titled_by_hand: bool
    turn_message_id: str | None


_HEAD = Prepared(
    select(Chat.id, Chat.owner_id, Chat.titled_by_hand, Chat.turn_message_id).where(
        Chat.id == bindparam("chat"), Chat.owner_id == bindparam("owner"), Chat.deleted_at.is_(None)
    )
)


async def get_head(session: AsyncSession, chat_id: str, owner_id: str) -> ChatHead:
    """As `get_chat`, of a chat that is not deleted."""
    rows = await _HEAD.rows(session, chat=chat_id, owner=owner_id)
    if not rows:
        raise _no_such_chat()
    return ChatHead(*rows[0])


class ChatRow(NamedTuple):
    """A line of the list."""

    id: str
    title: str
    turn_message_id: str | None
    run_count: int
    input_tokens: int
    output_tokens: int
    turn_seconds: float
    cost: float | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


def _page(*, deleted: bool) -> Read:
    at = bindparam("at", type_=UtcDateTime())
    return Read(
        select(*(getattr(Chat, name) for name in ChatRow._fields))
        .where(Chat.owner_id == bindparam("owner_id"), Chat.deleted_at.is_not(None) if deleted else Chat.deleted_at.is_(None))
        # The first condition is what the index can start from.
        .where(Chat.updated_at <= at, or_(Chat.updated_at < at, Chat.id < bindparam("below")))
        .order_by(Chat.updated_at.desc(), Chat.id.desc())
        .limit(bindparam("most"))
    )


_PAGE, _DELETED_PAGE = _page(deleted=False), _page(deleted=True)
_TOP = Position(datetime(9999, 12, 31, tzinfo=UTC), "~")


async def list_chats(
    database: Database, owner_id: str, *, limit: int, after: Position | None = None, deleted: bool = False
) -> tuple[list[ChatRow], Position | None]:
    """Newest change first, and where the next page starts (None on the last)."""
    at = after or _TOP
    page = _DELETED_PAGE if deleted else _PAGE
    rows = await page.rows(database, owner_id=owner_id, at=at.updated_at, below=at.id, most=limit + 1)
    chats = [ChatRow(*row) for row in rows[:limit]]
    return chats, Position(chats[-1].updated_at, chats[-1].id) if len(rows) > limit else None


def rename_chat(chat: Chat, title: str) -> None:
    """Raises BadTitle. A title given by hand is never replaced by one from a message."""
    title = " ".join(title.split())
    if not title:
        raise BadTitle("A title needs at least one character.", {"field": "title"})
    if len(title) > LONGEST_TITLE:
        raise BadTitle(f"A title has at most {LONGEST_TITLE} characters.", {"field": "title"})
    _set_title(chat, title)
    chat.titled_by_hand = True


_CHATS = cast(Table, Chat.__table__)
_TITLE = Prepared(update(_CHATS).where(_CHATS.c.id == bindparam("chat")).values(title=bindparam("new"), title_search=bindparam("lowered")))


async def set_title(session: AsyncSession, chat_id: str, title: str) -> None:
    await _TITLE.run(session, chat=chat_id, new=title, lowered=title.lower())


def title_of(content: str) -> str:
    """A title for the chat that begins with this message: the first sentence, cut at a word."""
    text = " ".join(content.split())
    for end in (". ", "? ", "! "):
        head, found, _ = text.partition(end)
        if found and 12 <= len(head) < len(text):
            text = head + end.strip().replace(".", "")
    if len(text) > _SHORT_TITLE:
        cut = text[: _SHORT_TITLE - 1]
        text = (cut.rsplit(" ", 1)[0] if " " in cut[20:] else cut).rstrip(" ,;:-") + "…"
    return text or "New chat"


def delete_chat(chat: Chat) -> None:
    """Take it out of the list; `restore_chat` brings it back until it is purged."""
    chat.deleted_at = datetime.now(UTC)


def restore_chat(chat: Chat) -> None:
    chat.deleted_at = None


async def next_run_number(session: AsyncSession, chat_id: str) -> int:
    """Counts one more run of the chat; its row stays locked until the transaction ends, so that no number is given twice."""
    await session.execute(update(Chat).where(Chat.id == chat_id).values(run_count=Chat.run_count + 1))
    return (await session.execute(select(Chat.run_count).where(Chat.id == chat_id))).scalar_one()


async def purge_deleted(session: AsyncSession) -> int:
    """Remove for good, with their messages and runs, some of the chats deleted longer ago than `KEPT_DELETED`; returns how many.
    A few at a time, so that nobody waits long behind this transaction: call again until 0."""
    old = Chat.deleted_at < datetime.now(UTC) - KEPT_DELETED
    ids = list(await session.scalars(select(Chat.id).where(old).limit(_PURGED_AT_ONCE)))
    if ids:
        await session.execute(delete(Chat).where(Chat.id.in_(ids), old))
    return len(ids)


def _set_title(chat: Chat, title: str) -> None:
    chat.title = title
    chat.title_search = title.lower()
