"""Finding a word again: in titles, and in what was said and drawn. A hit leads to its turn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from parley.db.tables import Chat, Message

# A query is cut into words, and every one must occur.
MOST_WORDS = 8
_TITLES_SHOWN = 10
_AROUND = 60

Kind = Literal["title", "message", "diagram"]


@dataclass(frozen=True)
class Hit:
    """`message_id` is null for a title. `snippet` is the text around the first word; `start` and `end` mark the word in it."""

    kind: Kind
    chat_id: str
    chat_title: str
    message_id: str | None
    snippet: str
    start: int
    end: int
    at: datetime


async def search(
    session: AsyncSession, owner_id: str, query: str, *, limit: int, before: str | None = None
) -> tuple[list[Hit], str | None]:
    """Titles first, then messages, newest first; and the message id before which the next page continues (None at the end)."""
    words = query.lower().split()[:MOST_WORDS]
    if not words:
        return [], None
    hits = [] if before else await _in_titles(session, owner_id, words)
    found, following = await _in_messages(session, owner_id, words, limit=limit, before=before)
    return hits + found, following


async def _in_titles(session: AsyncSession, owner_id: str, words: list[str]) -> list[Hit]:
    rows = await session.execute(
        select(Chat.id, Chat.title, Chat.updated_at)
        .where(Chat.owner_id == owner_id, Chat.deleted_at.is_(None), *_all_in(Chat.title_search, words))
        .order_by(Chat.updated_at.desc())
        .limit(_TITLES_SHOWN)
    )
    return [_hit("title", chat_id, title, None, title, words, at) for chat_id, title, at in rows]


async def _in_messages(
    session: AsyncSession, owner_id: str, words: list[str], *, limit: int, before: str | None
) -> tuple[list[Hit], str | None]:
    statement = (
        select(Message.id, Message.chat_id, Chat.title, Message.content, Message.search_text, Message.created_at)
        .join(Chat, Chat.id == Message.chat_id)
        .where(Message.owner_id == owner_id, Chat.deleted_at.is_(None), *_all_in(Message.search_text, words))
        .order_by(Message.id.desc())
        .limit(limit + 1)
    )
    if before:
        statement = statement.where(Message.id < before)
    rows = (await session.execute(statement)).all()
    hits: list[Hit] = []
    for message_id, chat_id, title, content, search_text, at in rows[:limit]:
        said = any(word in content.lower() for word in words)
        hits.append(_hit("message" if said else "diagram", chat_id, title, message_id, content if said else search_text, words, at))
    return hits, hits[-1].message_id if len(rows) > limit else None


def _all_in(column: InstrumentedAttribute[str], words: list[str]) -> list[ColumnElement[bool]]:
    return [column.contains(word, autoescape=True) for word in words]


def _hit(kind: Kind, chat_id: str, title: str, message_id: str | None, text: str, words: list[str], at: datetime) -> Hit:
    text = " ".join(text.split())
    lowered = text.lower()
    at_word, word = min(((lowered.find(word), word) for word in words if word in lowered), default=(0, ""))
    # Lowering may lengthen a text (the Turkish dotted I); the mark is then left out rather than put beside the word.
    length = len(word) if len(lowered) == len(text) else 0
    first = max(at_word - _AROUND, 0)
    if first:
        first = text.find(" ", first, at_word) + 1 or first
    head, tail = "… " if first else "", " …" if at_word + length + _AROUND < len(text) else ""
    snippet = head + text[first : at_word + length + _AROUND] + tail
    start = at_word - first + len(head)
    return Hit(kind, chat_id, title, message_id, snippet, start, start + length, at)
