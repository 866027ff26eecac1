"""Conversations: chats and their tree of messages, each with the edits it made and the workflow it left."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Double, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from parley.db.base import Base
from parley.db.types import Json, UtcDateTime, id_column, key, long_text


class Chat(Base):
    """`updated_at` orders the list; `deleted_at` is set while the chat can still be brought back.
    `turn_message_id` is the streaming assistant message, if any: one turn per chat. The last four sum up its turns, on all branches: tokens
    of models, seconds, and dollars where a price is known (null: of none)."""

    __tablename__ = "chats"
    __table_args__ = (Index(None, "owner_id", "deleted_at", "updated_at", "id"),)

    id: Mapped[str] = mapped_column(id_column(), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(key(200))
    title_search: Mapped[str] = mapped_column(key(400))
    titled_by_hand: Mapped[bool] = mapped_column(Boolean())
    turn_message_id: Mapped[str | None] = mapped_column(id_column())
    run_count: Mapped[int] = mapped_column(Integer())
    input_tokens: Mapped[int] = mapped_column(BigInteger(), default=0)
    output_tokens: Mapped[int] = mapped_column(BigInteger(), default=0)
    turn_seconds: Mapped[float] = mapped_column(Double(), default=0.0)
    cost: Mapped[float | None] = mapped_column(Double())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime())
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Message(Base):
    """One row of a conversation. `edits` is a list of edits, `workflow_data` the workflow after them (on user messages: null),
    `changes` the edits in words, `layout` the browser's automatic coordinates. `search_text` is lower-cased: content, node labels, types.
    `lease_owner` and `lease_until` belong to a streaming turn; `stop_requested` is how any instance stops it."""

    __tablename__ = "messages"
    __table_args__ = (
        Index(None, "chat_id", "id"),
        Index(None, "owner_id", "id"),
        Index(None, "parent_id"),
        Index(None, "status", "lease_until"),
    )

    id: Mapped[str] = mapped_column(id_column(), primary_key=True)
    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    parent_id: Mapped[str | None] = mapped_column(id_column())
    role: Mapped[str] = mapped_column(key(16))
    content: Mapped[str] = mapped_column(long_text())
    search_text: Mapped[str] = mapped_column(long_text())
    edits: Mapped[Any] = mapped_column(Json(), nullable=True)
    changes: Mapped[Any] = mapped_column(Json(), nullable=True)
    rejected: Mapped[Any] = mapped_column(Json(), nullable=True)
    workflow_data: Mapped[Any] = mapped_column(Json(), nullable=True)
    layout: Mapped[Any] = mapped_column(Json(), nullable=True)
    issues: Mapped[Any] = mapped_column(Json(), nullable=True)
    question: Mapped[Any] = mapped_column(Json(), nullable=True)
    suggestions: Mapped[Any] = mapped_column(Json(), nullable=True)
    status: Mapped[str] = mapped_column(key(16))
    error: Mapped[Any] = mapped_column(Json(), nullable=True)
    planner: Mapped[str | None] = mapped_column(key(16))
    model: Mapped[str | None] = mapped_column(key(120))
    usage: Mapped[Any] = mapped_column(Json(), nullable=True)
    lease_owner: Mapped[str | None] = mapped_column(key(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    stop_requested: Mapped[bool] = mapped_column(Boolean())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
