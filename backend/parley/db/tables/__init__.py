"""Every table, so that importing this package is enough for `Base.metadata` to be whole."""

from parley.db.tables.accounts import Session, User
from parley.db.tables.chats import Chat, Message
from parley.db.tables.knowledge import Chunk, Collection, Document, Page
from parley.db.tables.runs import Run, RunDecision, RunEvent, RunWorkflow, Step

__all__ = [
    "Chat",
    "Chunk",
    "Collection",
    "Document",
    "Message",
    "Page",
    "Run",
    "RunDecision",
    "RunEvent",
    "RunWorkflow",
    "Session",
    "Step",
    "User",
]
