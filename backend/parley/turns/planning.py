"""What a planner is told: the branch's words and workflows, the ids already used, and the names that exist around it."""

from sqlalchemy.ext.asyncio import AsyncSession

from parley.chats import messages
from parley.chats.store import ChatHead
from parley.db.tables.chats import Chat, Message
from parley.knowledge import store as knowledge
from parley.planner.base import Budget, PlanRequest, Said
from parley.turns.last_run import last_run
from parley.turns.message_view import stored_workflow
from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Workflow
from parley.workflow.validate import Surroundings

HISTORY_MESSAGES = 40  # what a planner may look back on; the model planner cuts it further to its budget
EARLIER_WORKFLOWS = 20  # how far undo reaches


async def read_surroundings(session: AsyncSession, owner_id: str) -> Surroundings:
    return Surroundings(collections=frozenset(await knowledge.collection_names(session, owner_id)))


async def plan_request(
    session: AsyncSession,
    parent: Message | None,
    *,
    chat: Chat | ChatHead,
    tree: messages.Tree,
    content: str,
    catalogue: Catalogue,
    model: str | None,
    timezone: str,
    budget: Budget,
) -> PlanRequest:
    """The request for a message said under `parent` (None: the first of its branch)."""
    recent: list[Message] = []
    if parent is not None:
        recent = await messages.messages_by_id(session, tree.branch(parent.id)[-HISTORY_MESSAGES:])
    changed = [message for message in recent if message.edits]
    return PlanRequest(
        content=content,
        workflow=workflow_at(recent),
        catalogue=catalogue,
        surroundings=await read_surroundings(session, chat.owner_id),
        history=tuple(Said("user" if m.role == "user" else "assistant", m.content) for m in recent if m.role != "edit"),
        earlier=tuple(stored_workflow(message) for message in changed[-EARLIER_WORKFLOWS - 1 : -1]),
        used_ids=frozenset(await used_ids(session, chat.id)),
        model=model,
        timezone=timezone,
        last_run=await last_run(session, chat.id, [message.id for message in recent]),
        budget=budget,
    )


def workflow_at(branch: list[Message]) -> Workflow:
    """The workflow at the end of a branch: user messages carry none, so it is the newest answer's or hand edit's."""
    return stored_workflow(next((message for message in reversed(branch) if message.workflow_data is not None), None))


async def used_ids(session: AsyncSession, chat_id: str) -> dict[str, str]:
    """Every node id ever given in this chat, on any branch, with its type: an id is never given to another node."""
    made = (await messages.edits_by_message(session, chat_id)).values()
    return {str(edit["node"]["id"]): str(edit["node"]["type"]) for edits in made for edit in edits if edit["op"] == "add_node"}
