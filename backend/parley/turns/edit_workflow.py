"""Change a diagram by hand: edits appended to the fresh hand edit that is shown, or a new message below the one shown."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncSession

from parley.chats import messages, store
from parley.db.session import db_now
from parley.db.tables.chats import Chat, Message
from parley.engine import store as runs
from parley.errors import Conflict, ParleyError
from parley.turns.draft import search_text
from parley.turns.message_view import MessageView, stored_edits, stored_workflow, view_message
from parley.turns.parts import TurnParts
from parley.turns.planning import read_surroundings, used_ids, workflow_at
from parley.turns.send_message import new_message, turn_in_progress
from parley.workflow.describe import describe
from parley.workflow.edits import EDITS, AddNode, Edit, EditRefused, apply_all
from parley.workflow.spec import Workflow
from parley.workflow.validate import validate

APPEND_WITHIN = timedelta(seconds=60)  # further hand edits this soon belong to the same message


class DiagramMovedOn(Conflict):
    """The diagram was changed elsewhere; `details` has the newest `leaf`, its `seq` and its `workflow_data`."""


class TooManyEdits(ParleyError):
    status = 422


MakeEdits = Callable[[Workflow], list[Edit]]


async def edit_workflow(
    parts: TurnParts, owner_id: str, message_id: str, make_edits: MakeEdits, *, base_seq: int | None, branch: bool = False
) -> MessageView:
    """Apply what `make_edits` answers for the shown workflow. `base_seq` is the number of edits of the message when it was shown
    (None: whatever it is now). Raises DiagramMovedOn, EditRefused, TooManyEdits, TurnInProgress, NotFound."""
    async with parts.database.transaction() as session:
        shown = await messages.get_message(session, message_id, owner_id)
        chat = await store.get_chat(session, shown.chat_id, owner_id, lock=True)
        await session.refresh(shown)  # another's edit may have come before the lock
        if chat.turn_message_id is not None:
            raise turn_in_progress(chat)
        tree = await messages.read_tree(session, chat.id)
        if (tree.children.get(shown.id) and not branch) or (base_seq is not None and base_seq != len(shown.edits or [])):
            raise await _moved_on(session, tree, tree.leaf_below(shown.id))
        branch_rows = await messages.messages_by_id(session, tree.branch(shown.id)[-2:])
        now = await db_now(session)
        edits = make_edits(workflow_at(branch_rows))
        appends = (
            shown.role == "edit"
            and len(shown.edits or []) + len(edits) <= parts.limits.edits_per_message
            and not tree.children.get(shown.id)
            and now - shown.created_at < APPEND_WITHIN
            and not await runs.message_has_runs(session, shown.id)
        )
        row = shown if appends else _new_row(session, chat, shown.id, workflow_at(branch_rows), now)
        await _append(parts, session, row, edits, base=await _before(session, row))
        chat.updated_at = now
        await session.flush()
        return view_message(row, (await messages.read_tree(session, chat.id)).siblings(row.id), parts.catalogue)


async def start_by_hand(parts: TurnParts, owner_id: str, chat_id: str, edits: list[Edit]) -> MessageView:
    """The first message of a chat that starts on the canvas. Raises DiagramMovedOn if the chat has messages, and as `edit_workflow`."""
    async with parts.database.transaction() as session:
        chat = await store.get_chat(session, chat_id, owner_id, lock=True)
        tree = await messages.read_tree(session, chat.id)
        if tree.newest_leaf is not None:
            raise await _moved_on(session, tree, tree.newest_leaf)
        now = await db_now(session)
        row = _new_row(session, chat, None, Workflow(), now)
        await _append(parts, session, row, edits, base=Workflow())
        chat.updated_at = now
        await session.flush()
        return view_message(row, [row.id], parts.catalogue)


def _new_row(session: AsyncSession, chat: Chat, parent_id: str | None, workflow: Workflow, now: datetime) -> Message:
    row = new_message(chat, parent_id, "edit", now, finished_at=now, workflow_data=workflow.model_dump(mode="json"))
    session.add(row)
    return row


async def _before(session: AsyncSession, row: Message) -> Workflow:
    """The workflow that the row's first edit was made on."""
    if not row.edits:
        return stored_workflow(row)
    if row.parent_id is None:
        return Workflow()
    tree = await messages.read_tree(session, row.chat_id)
    return workflow_at(await messages.messages_by_id(session, tree.branch(row.parent_id)[-2:]))


async def _append(parts: TurnParts, session: AsyncSession, row: Message, edits: list[Edit], *, base: Workflow) -> None:
    made = stored_edits(row)
    if len(edits) > parts.limits.edits_per_message:
        raise TooManyEdits(f"That is more than {parts.limits.edits_per_message} changes at once. Make them in smaller steps.")
    _refuse_reuse(edits, await used_ids(session, row.chat_id))
    workflow = apply_all(edits, stored_workflow(row), parts.catalogue)
    all_edits = [*made, *edits]
    surroundings = await read_surroundings(session, row.owner_id)
    row.edits = EDITS.dump_python(all_edits, mode="json")
    row.changes = [change.model_dump(mode="json") for change in describe(all_edits, base, parts.catalogue)]
    row.workflow_data = workflow.model_dump(mode="json")
    row.issues = [issue.model_dump(mode="json") for issue in validate(workflow, parts.catalogue, surroundings)] or None
    row.search_text = search_text(row.content, workflow, parts.catalogue)


def _refuse_reuse(edits: list[Edit], used: Mapping[str, str]) -> None:
    """An id belongs to one node for good; a node that comes back by undo is the same one, so it has the same type."""
    for edit in edits:
        if isinstance(edit, AddNode) and used.get(edit.node.id, edit.node.type) != edit.node.type:
            raise EditRefused(
                f"The id “{edit.node.id}” belonged to another step of this chat. Choose another id.", {"node_id": edit.node.id}
            )


async def _moved_on(session: AsyncSession, tree: messages.Tree, leaf: str) -> DiagramMovedOn:
    rows = await messages.messages_by_id(session, tree.branch(leaf)[-2:])
    seq = len(rows[-1].edits or [])
    newest = workflow_at(rows).model_dump(mode="json")
    details: dict[str, JsonValue] = {"leaf": leaf, "seq": seq, "workflow_data": newest}
    return DiagramMovedOn(
        "The diagram was changed elsewhere. Your change was not made: look at the newest diagram, then make it again.", details
    )
