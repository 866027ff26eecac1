"""Reading a conversation: one message with its workflow, a page of a branch, and the layout that a browser computed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from parley.chats import messages, store
from parley.errors import NotFound
from parley.turns.message_view import MessageView, stored_workflow, view_message
from parley.turns.parts import TurnParts
from parley.turns.planning import read_surroundings
from parley.workflow.validate import validate


@dataclass(frozen=True)
class Branch:
    """Messages oldest first; `next_cursor` leads to older ones. `turns` are given with the newest page only."""

    items: list[MessageView]
    next_cursor: str | None
    leaf: str | None
    turns: list[str] | None


async def read_branch(
    parts: TurnParts,
    session: AsyncSession,
    owner_id: str,
    chat_id: str,
    *,
    leaf: str | None,
    before: str | None,
    limit: int,
    workflow: bool,
) -> Branch:
    """The branch through `leaf` (by default the newest message), down to its end; `before` is a cursor. Raises NotFound."""
    await store.get_chat(session, chat_id, owner_id)
    tree = await messages.read_tree(session, chat_id)
    if leaf is not None and leaf not in tree.parents:
        raise NotFound("There is no such message in this chat.")
    end = tree.leaf_below(leaf) if leaf else tree.newest_leaf
    if end is None:
        return Branch([], None, None, [])
    ids = tree.branch(end)
    upto = ids.index(before) if before in ids else len(ids)
    page = ids[max(0, upto - limit) : upto]
    rows = await messages.messages_by_id(session, page)
    items = [view_message(row, tree.siblings(row.id), parts.catalogue, workflow=workflow) for row in rows]
    changed = None if before else await messages.ids_with_edits(session, chat_id)
    return Branch(
        items,
        next_cursor=page[0] if page and page[0] != ids[0] else None,
        leaf=end,
        turns=[message_id for message_id in ids if message_id in changed] if changed is not None else None,
    )


async def read_message(parts: TurnParts, session: AsyncSession, owner_id: str, message_id: str) -> MessageView:
    """With its workflow, and its issues as they are today: a collection may have come or gone since."""
    row = await messages.get_message(session, message_id, owner_id)
    tree = await messages.read_tree(session, row.chat_id)
    feed = parts.feeds.get(message_id)
    if feed is not None and not feed.ended:
        return feed.snapshot().message
    view = view_message(row, tree.siblings(row.id), parts.catalogue)
    if row.workflow_data is None:
        return view
    issues = validate(stored_workflow(row), parts.catalogue, await read_surroundings(session, owner_id))
    return view.model_copy(update={"issues": issues})


async def save_layout(session: AsyncSession, owner_id: str, message_id: str, layout: dict[str, Any]) -> dict[str, Any]:
    """First writer wins, by direction; coordinates of nodes that are not in the workflow are dropped."""
    row = await messages.get_message(session, message_id, owner_id)
    known = {node.id for node in stored_workflow(row).nodes}
    kept = {direction: {node: box for node, box in boxes.items() if node in known} for direction, boxes in layout.items()}
    return await messages.save_layout(session, row, kept)
