"""What a planner is told: the branch's words and workflows, the ids already used, and the names that exist around it."""

from parley.chats import store as chats
from parley.db.tables.chats import Message
from parley.knowledge import store as knowledge
from parley.planner.base import Budget, PlanRequest, Said
from parley.turns.message_view import stored_edits, stored_workflow
from parley.workflow.catalogue import Catalogue
from parley.workflow.edits import AddNode
from parley.workflow.spec import Workflow
from parley.workflow.validate import Surroundings
from sqlalchemy.ext.asyncio import AsyncSession

HISTORY_MESSAGES = 40  # what a planner may look back on; the model planner cuts it further to its budget
EARLIER_WORKFLOWS = 20  # how far undo reaches


async def read_surroundings(session: AsyncSession, owner_id: str) -> Surroundings:
    return Surroundings(collections=frozenset(await knowledge.collection_names(session, owner_id)))


async def plan_request(
    session: AsyncSession,
    parent: Message | None,
    *,
    chat_id: str,
    owner_id: str,
    content: str,
    catalogue: Catalogue,
    model: str | None,
    timezone: str,
    budget: Budget,
) -> PlanRequest:
    """The request for a message said under `parent` (None: the first of its chat)."""
    branch = await chats.branch_ids(session, chat_id, parent.id) if parent else []
    recent = await chats.messages_by_id(session, branch[-HISTORY_MESSAGES:])
    changed = [message for message in recent if message.edits]
    return PlanRequest(
        content=content,
        workflow=stored_workflow(recent[-1] if recent else None) if parent else Workflow(),
        catalogue=catalogue,
        surroundings=await read_surroundings(session, owner_id),
        history=tuple(Said(role="user" if m.role == "user" else "assistant", content=m.content) for m in recent if m.role != "edit"),
        earlier=tuple(stored_workflow(message) for message in changed[-EARLIER_WORKFLOWS - 1 : -1]),
        used_ids=frozenset(
            edit.node.id for edits in await chats.edits_of_chat(session, chat_id) for edit in edits if isinstance(edit, AddNode)
        ),
        model=model,
        timezone=timezone,
        budget=budget,
    )
