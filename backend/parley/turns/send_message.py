"""Say something in a chat: the user message and the empty answer are stored in one transaction, then the planner starts."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from parley.chats import messages, store
from parley.chats.store import ChatHead
from parley.db.session import db_now
from parley.db.tables.chats import Chat, Message
from parley.errors import Conflict, NotFound, ParleyError
from parley.ids import new_id
from parley.planner.router import PlannerChoice
from parley.turns.draft import Draft
from parley.turns.feed import TurnFeed
from parley.turns.message_view import view_message
from parley.turns.parts import TurnParts
from parley.turns.planning import plan_request
from parley.turns.run_turn import LEASE, Turn


class MessageEmpty(ParleyError):
    status = 422


class MessageTooLong(ParleyError):
    status = 422


class ChatFull(ParleyError):
    status = 422


class ChatMovedOn(Conflict):
    """The parent has an answer already; `details.leaf` is the newest message."""


class TurnInProgress(Conflict):
    """Another turn streams in this chat; `details.message_id` is its message."""


@dataclass(frozen=True)
class Saying:
    """What a person sends. `parent_id` None: under the newest message; `branch` allows a parent that has been answered."""

    content: str
    parent_id: str | None = None
    at_root: bool = False
    branch: bool = False
    planner: PlannerChoice | None = None
    model: str | None = None
    timezone: str = "UTC"


async def send_message(parts: TurnParts, owner_id: str, chat_id: str, saying: Saying) -> TurnFeed:
    """Returns the live turn. Raises MessageEmpty, MessageTooLong, NoModel, ChatFull, ChatMovedOn, TurnInProgress, NotFound."""
    content = _checked(saying.content, parts.limits.message_chars)
    await parts.planners.check(saying.planner or parts.default_planner, saying.model)
    async with storing_turn(parts) as (session, begun):
        chat = await store.get_head(session, chat_id, owner_id)
        now = await db_now(session)
        user = new_message(chat, None, "user", now, content=content, search_text=content.lower(), status="done", finished_at=now)
        answer = await claim_turn(parts, session, chat, user.id, now)
        # Read under the claim, so that nobody else's message comes between this look and what is stored.
        tree = await messages.read_tree(session, chat.id)
        if len(tree.parents) >= parts.limits.messages_per_chat:
            raise ChatFull(f"This chat holds {len(tree.parents)} messages, the most it can. Start a new chat to go on.")
        user.parent_id = parent_id = parent_for(tree, saying.parent_id, at_root=saying.at_root, branch=saying.branch)
        parent = await messages.get_message(session, parent_id, owner_id) if parent_id else None
        await messages.insert_message(session, user)
        if not tree.parents and not chat.titled_by_hand:
            await store.set_title(session, chat.id, store.title_of(content))
        begun.append(await begin_turn(parts, session, chat, tree.grown(user.id, parent_id), user, answer, parent, saying))
    return begun[0].start(parts.feeds)


@asynccontextmanager
async def storing_turn(parts: TurnParts) -> AsyncGenerator[tuple[AsyncSession, list[Turn]]]:
    """A transaction, and a list for the turn that is begun in it: if it is not stored after all, its planner is called off."""
    begun: list[Turn] = []
    try:
        async with parts.database.transaction() as session:
            yield session, begun
    except BaseException:
        for turn in begun:
            turn.abandon()
        raise


async def claim_turn(parts: TurnParts, session: AsyncSession, chat: ChatHead, user_id: str, now: datetime) -> Message:
    """The empty answer under a user message, as the chat's one turn; it is not stored yet.

    To be called before any insert: a new message locks its chat's row for sharing, and two that then want to change it are a deadlock.
    """
    answer = new_message(chat, user_id, "assistant", now, status="streaming", lease_owner=parts.instance, lease_until=now + LEASE)
    if not await messages.claim_turn(session, chat.id, answer.id, now):
        raise turn_in_progress(chat)
    return answer


async def begin_turn(
    parts: TurnParts,
    session: AsyncSession,
    chat: ChatHead,
    tree: messages.Tree,
    user: Message,
    answer: Message,
    parent: Message | None,
    saying: Saying,
) -> Turn:
    """Store the claimed answer, last of all in its transaction; start the turn once that has committed."""
    request = await plan_request(
        session,
        parent,
        chat=chat,
        tree=tree,
        content=user.content,
        catalogue=parts.catalogue,
        model=saying.model,
        timezone=saying.timezone,
        budget=parts.budget,
    )
    answer.workflow_data = request.workflow.model_dump(mode="json")
    await messages.insert_message(session, answer)
    tree = tree.grown(answer.id, user.id)
    answer_view = view_message(answer, tree.siblings(answer.id), parts.catalogue)
    user_view = view_message(user, tree.siblings(user.id), parts.catalogue)
    draft = Draft(answer_view, request.workflow, parts.catalogue, request.surroundings, parts.limits.reply_chars)
    # Chosen by the turn itself: to choose, the built-in planner reads the message, and the transaction need not wait for that.
    choose = partial(parts.planners.choose, saying.planner or parts.default_planner, request)
    turn = Turn(parts.database, parts.instance, choose, request, draft, user_view)
    turn.think_ahead()
    return turn


def parent_for(tree: messages.Tree, parent_id: str | None, *, at_root: bool, branch: bool) -> str | None:
    """The message to go under. Without `branch` that must be the end of a branch: nothing is ever written over."""
    if at_root:
        wanted = None
    elif parent_id is None:
        return tree.newest_leaf
    elif parent_id not in tree.parents:
        raise NotFound("There is no such message in this chat.")
    else:
        wanted = parent_id
    if tree.children.get(wanted) and not branch:
        leaf = tree.leaf_below(wanted) if wanted else tree.newest_leaf
        raise ChatMovedOn(
            "This chat has gone on in another window. Your text is kept: load the newest messages, then send it.", {"leaf": leaf}
        )
    return wanted


def turn_in_progress(chat: Chat | ChatHead) -> TurnInProgress:
    return TurnInProgress(
        "An answer is still being written in this chat. Your text is kept: wait for it to finish, or stop it.",
        {"message_id": chat.turn_message_id},
    )


def new_message(chat: Chat | ChatHead, parent_id: str | None, role: str, at: datetime, **columns: Any) -> Message:
    blank: dict[str, Any] = {"content": "", "search_text": "", "status": "done", "stop_requested": False}
    return Message(id=new_id(), chat_id=chat.id, owner_id=chat.owner_id, parent_id=parent_id, role=role, created_at=at, **(blank | columns))


def _checked(content: str, limit: int) -> str:
    content = content.strip()
    if not content:
        raise MessageEmpty("There is nothing to send. Say in a sentence what should happen.")
    if len(content) > limit:
        raise MessageTooLong(
            f"The message has {len(content):,} characters; {limit:,} is the most. Shorten it, or put long texts into a collection.",
            {"characters": len(content), "limit": limit},
        )
    return content
