"""Chats: the list, one chat, new, renamed, deleted and brought back."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from parley.api.deps import CurrentUser, PartsDep, SessionDep
from parley.api.pages import CursorQuery, LimitQuery, decode, encode
from parley.chats import messages, store
from parley.db.tables import Chat
from parley.turns.cancel_run import cancel_runs_of_chat, ring_cancelled

router = APIRouter(prefix="/api/chats", tags=["chats"])


class NewChat(BaseModel):
    title: str | None = Field(default=None, max_length=1000, description="Without one, the first message gives the title")


class ChatChange(BaseModel):
    title: str = Field(max_length=1000)


class ChatUsage(BaseModel):
    """The sums over all turns of a chat, on all its branches. `cost` is in dollars, over the turns whose price is known; null: none is."""

    input_tokens: int
    output_tokens: int
    seconds: float
    cost: float | None


class ChatView(BaseModel):
    """`title` is empty until the first message. `turn_message_id` is the message that is streaming, if any."""

    id: str
    title: str
    turn_message_id: str | None
    run_count: int
    usage: ChatUsage
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class ChatPage(BaseModel):
    items: list[ChatView]
    next_cursor: str | None


@router.get("")
async def list_chats(
    user: CurrentUser,
    parts: PartsDep,
    limit: LimitQuery = 50,
    cursor: CursorQuery = None,
    deleted: Annotated[bool, Query(description="The deleted ones that can be brought back, instead")] = False,
) -> ChatPage:
    chats, following = await store.list_chats(
        parts.database, user.id, limit=limit, after=decode(cursor) if cursor else None, deleted=deleted
    )
    return ChatPage(items=[view_chat(chat) for chat in chats], next_cursor=encode(following) if following else None)


@router.post("", status_code=201)
async def create_chat(body: NewChat, user: CurrentUser, session: SessionDep) -> ChatView:
    return view_chat(await store.create_chat(session, user.id, body.title))


@router.get("/{chat_id}")
async def get_chat(chat_id: str, user: CurrentUser, session: SessionDep) -> ChatView:
    return view_chat(await store.get_chat(session, chat_id, user.id))


@router.patch("/{chat_id}")
async def rename_chat(chat_id: str, body: ChatChange, user: CurrentUser, session: SessionDep) -> ChatView:
    chat = await store.get_chat(session, chat_id, user.id)
    store.rename_chat(chat, body.title)
    return view_chat(chat)


@router.delete("/{chat_id}", status_code=204)
async def delete_chat(chat_id: str, user: CurrentUser, parts: PartsDep) -> None:
    """It can be brought back for 30 days; what runs in it is cancelled, and a turn that streams is stopped."""
    async with parts.database.transaction() as session:
        chat = await store.get_chat(session, chat_id, user.id)
        store.delete_chat(chat)
        if chat.turn_message_id is not None:
            await messages.request_stop(session, chat.turn_message_id)
        cancelled = await cancel_runs_of_chat(session, chat_id)
    ring_cancelled(parts.runs, cancelled)


@router.post("/{chat_id}/restore")
async def restore_chat(chat_id: str, user: CurrentUser, session: SessionDep) -> ChatView:
    chat = await store.get_chat(session, chat_id, user.id, deleted=True)
    store.restore_chat(chat)
    return view_chat(chat)


def view_chat(chat: Chat | store.ChatRow) -> ChatView:
    return ChatView(
        id=chat.id,
        title=chat.title,
        turn_message_id=chat.turn_message_id,
        run_count=chat.run_count,
        usage=ChatUsage(
            input_tokens=chat.input_tokens, output_tokens=chat.output_tokens, seconds=round(chat.turn_seconds, 3), cost=chat.cost
        ),
        created_at=chat.created_at,
        updated_at=chat.updated_at,
        deleted_at=chat.deleted_at,
    )
