"""Where a step of the diagram comes from: the messages of its branch that made and changed it, and what was asked for in each."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from parley.chats import messages
from parley.db.tables.chats import Message
from parley.errors import NotFound
from parley.turns.message_view import Role, View, stored_workflow
from parley.workflow.describe import Change

ASKED_CHARS = 400
CHANGES = 20  # the newest ones; the message that made the step is always among what is given


class NodeOrigin(View):
    """One message that made or changed the step. `number` is the turn's in its branch, `asked` what the person wrote (null for a hand
    edit), `change` what it came to (null where only its place changed or a later edit of the same turn took it back)."""

    message_id: str
    number: int
    role: Role
    made: bool
    asked: str | None
    change: Change | None
    created_at: datetime


async def node_history(session: AsyncSession, owner_id: str, message_id: str, node_id: str) -> list[NodeOrigin]:
    """Oldest first, up to the message whose diagram is shown. Raises NotFound, also for a step that this diagram does not have."""
    shown = await messages.get_message(session, message_id, owner_id)
    if stored_workflow(shown).node(node_id) is None:
        raise NotFound("There is no such step in this diagram.")
    branch = (await messages.read_tree(session, shown.chat_id)).branch(shown.id)
    edited = await messages.edits_by_message(session, shown.chat_id)
    turns = [each for each in branch if each in edited]
    touched = [(number, each) for number, each in enumerate(turns, 1) if any(_concerns(edit, node_id) for edit in edited[each])]
    if len(touched) > CHANGES:
        touched = [touched[0], *touched[1 - CHANGES :]]
    before = dict(zip(branch[1:], branch, strict=False))
    rows = {
        row.id: row
        for row in await messages.messages_by_id(session, [part for _, each in touched for part in (each, before.get(each)) if part])
    }
    return [_entry(rows[each], rows.get(before.get(each, "")), number, node_id) for number, each in touched]


def _concerns(edit: dict[str, Any], node_id: str) -> bool:
    match edit["op"]:
        case "add_node":
            return edit["node"]["id"] == node_id
        case "update_node":
            return edit["id"] == node_id
        case "connect" | "disconnect":
            return edit["target"] == node_id
        case _:
            return False


def _entry(row: Message, question: Message | None, number: int, node_id: str) -> NodeOrigin:
    asked = question.content[:ASKED_CHARS] if question is not None and question.role == "user" and row.role == "assistant" else None
    changes: list[Any] = row.changes or []
    edits: list[dict[str, Any]] = row.edits or []
    said = [Change.model_validate(change) for change in changes if change["node_id"] == node_id]
    return NodeOrigin(
        message_id=row.id,
        number=number,
        role="edit" if row.role == "edit" else "assistant",
        made=any(edit["op"] == "add_node" and edit["node"]["id"] == node_id for edit in edits),
        asked=asked,
        change=said[0] if said else None,
        created_at=row.created_at,
    )
