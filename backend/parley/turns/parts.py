"""What the verbs of a conversation work with, wired once by the composition root."""

from dataclasses import dataclass

from parley.db.session import Database
from parley.planner.base import Budget
from parley.planner.router import PlannerChoice, PlannerRouter
from parley.turns.feed import TurnFeeds
from parley.turns.relay import TurnRelay
from parley.workflow.catalogue import Catalogue


@dataclass(frozen=True)
class TurnLimits:
    message_chars: int
    reply_chars: int
    edits_per_message: int
    messages_per_chat: int


@dataclass(frozen=True)
class TurnParts:
    """`instance` names this process in leases; `relay` brings the turns of others, where processes share a Redis."""

    database: Database
    catalogue: Catalogue
    planners: PlannerRouter
    default_planner: PlannerChoice
    feeds: TurnFeeds
    relay: TurnRelay | None
    budget: Budget
    limits: TurnLimits
    instance: str
