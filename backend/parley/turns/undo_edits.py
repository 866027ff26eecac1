"""Undo what an earlier message did, all of it or some of its edits, on the newest workflow; redo is undoing the undo."""

from parley.chats import messages
from parley.turns.edit_workflow import edit_workflow
from parley.turns.message_view import MessageView, stored_edits
from parley.turns.parts import TurnParts
from parley.turns.planning import workflow_at
from parley.workflow.edits import Edit, EditRefused
from parley.workflow.spec import Workflow
from parley.workflow.undo import undoing


class NothingToUndo(EditRefused):
    """The message changed nothing, or the edits named are not its own."""


async def undo_edits(
    parts: TurnParts, owner_id: str, shown_id: str, *, of_message: str, seqs: list[int] | None, base_seq: int | None, anyway: bool
) -> MessageView:
    """Undo edits `seqs` (None: all) of message `of_message` on the diagram shown by `shown_id`. Raises DependedOn naming what was built
    on them unless `anyway`, NothingToUndo, and as `edit_workflow`."""
    async with parts.database.reading() as session:
        message = await messages.get_message(session, of_message, owner_id)
        edits = stored_edits(message)
        chosen = sorted(set(range(len(edits)) if seqs is None else seqs))
        if not chosen or chosen[-1] >= len(edits) or chosen[0] < 0:
            raise NothingToUndo("This message has no such change, so there is nothing to undo.")
        tree = await messages.read_tree(session, message.chat_id)
        before = workflow_at(await messages.messages_by_id(session, tree.branch(message.id)[:-1][-2:]))

    def make_edits(current: Workflow) -> list[Edit]:
        return undoing(edits, chosen, before, current, parts.catalogue, anyway=anyway)

    return await edit_workflow(parts, owner_id, shown_id, make_edits, base_seq=base_seq)
