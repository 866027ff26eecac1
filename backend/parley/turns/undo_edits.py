"""Undo what an earlier message did, all of it or some of its edits, on the newest workflow; redo is undoing the undo."""

from parley.chats import messages
from parley.turns.edit_workflow import edit_workflow
from parley.turns.message_view import MessageView, stored_edits
from parley.turns.parts import TurnParts
from parley.turns.planning import workflow_at
from parley.workflow.catalogue import Catalogue
from parley.workflow.edits import Edit, EditRefused, RemoveNode, apply, invert
from parley.workflow.spec import Workflow


class NothingToUndo(EditRefused):
    """The message changed nothing, or the edits named are not its own."""


async def undo_edits(
    parts: TurnParts, owner_id: str, shown_id: str, *, of_message: str, seqs: list[int] | None, base_seq: int | None
) -> MessageView:
    """Undo edits `seqs` (None: all) of message `of_message` on the diagram shown by `shown_id`. Raises EditRefused naming what depends
    on them, and as `edit_workflow`."""
    async with parts.database.reading() as session:
        message = await messages.get_message(session, of_message, owner_id)
        edits = stored_edits(message)
        chosen = sorted(set(range(len(edits)) if seqs is None else seqs))
        if not chosen or chosen[-1] >= len(edits) or chosen[0] < 0:
            raise NothingToUndo("This message has no such change, so there is nothing to undo.")
        tree = await messages.read_tree(session, message.chat_id)
        before = workflow_at(await messages.messages_by_id(session, tree.branch(message.id)[:-1][-2:]))

    def make_edits(current: Workflow) -> list[Edit]:
        return inverse_of(edits, chosen, before, current, parts.catalogue)

    return await edit_workflow(parts, owner_id, shown_id, make_edits, base_seq=base_seq)


def inverse_of(edits: list[Edit], chosen: list[int], before: Workflow, current: Workflow, catalogue: Catalogue) -> list[Edit]:
    """The edits that take back `chosen` (positions in `edits`, which were made on `before`) from `current`."""
    states = [before]
    for edit in edits:
        states.append(apply(edit, states[-1], catalogue))
    undone: list[Edit] = []
    for position in reversed(chosen):
        for inverse in invert(edits[position], states[position], catalogue):
            if isinstance(inverse, RemoveNode):
                _refuse_if_used(inverse.id, current)
            current = apply(inverse, current, catalogue)
            undone.append(inverse)
    return undone


def _refuse_if_used(node_id: str, current: Workflow) -> None:
    node = current.node(node_id)
    if node is None:
        raise EditRefused("This step is no longer in the diagram, so there is nothing to undo.")
    users = [*(edge.target for edge in current.edges_from(node_id)), *(edge.source for edge in current.edges_into(node_id))]
    users += [inner.id for inner in current.body(node_id)]
    labels = [other.label for other in current.nodes if other.id in users]
    if labels:
        named = ", ".join(f"“{label}”" for label in labels)
        raise EditRefused(f"“{node.label}” is still joined to {named}. Undo those changes first, or remove the step.", {"node_id": node_id})
