"""Plays conversations through the planners as a turn does: the same router, the same budget, the same draft; no HTTP, no database."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from parley.nodes.registry import CATALOGUE
from parley.planner.base import Budget, PlanRequest, Said
from parley.planner.router import PlannerChoice, PlannerRouter
from parley.turns.draft import Draft
from parley.turns.message_view import MessageView
from parley.turns.plan_turn import plan_turn
from parley.turns.planning import EARLIER_WORKFLOWS, HISTORY_MESSAGES
from parley.workflow.edits import AddNode
from parley.workflow.spec import EMPTY, Workflow
from parley.workflow.validate import Surroundings

REPLY_CHARS = 100_000


@dataclass(frozen=True)
class Player:
    planners: PlannerRouter
    choice: PlannerChoice = "builtin"
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True)
class PlayedTurn:
    """The workflow after a turn and what it took; `confidence` is the built-in planner's, whoever answered; `error` why it failed."""

    workflow: Workflow
    seconds: float
    confidence: float
    planner: str | None
    input_tokens: int
    output_tokens: int
    error: str | None


async def play(messages: Iterable[str], player: Player) -> list[PlayedTurn]:
    workflow, changed = EMPTY, list[Workflow]()
    used: frozenset[str] = frozenset()
    history: list[Said] = []
    played: list[PlayedTurn] = []
    for message in messages:
        request = PlanRequest(
            message,
            workflow,
            CATALOGUE,
            Surroundings(collections=frozenset()),
            history=tuple(history[-HISTORY_MESSAGES:]),
            earlier=tuple(changed[-EARLIER_WORKFLOWS - 1 : -1]),
            used_ids=used,
            budget=player.budget,
        )
        draft = Draft(_empty_message(), workflow, CATALOGUE, request.surroundings, REPLY_CHARS)
        began = time.perf_counter()
        await plan_turn(lambda asked=request: player.planners.choose(player.choice, asked), request, draft)
        seconds = time.perf_counter() - began
        # asked after the clock has stopped: what was decided for it would be kept, and the turn seem to take no time
        confidence = await player.planners.builtin().confidence(request)
        workflow = draft.workflow
        if draft.edits:
            changed.append(workflow)
        used |= {edit.node.id for edit in draft.edits if isinstance(edit, AddNode)}
        history += [Said("user", message), Said("assistant", draft.content)]
        error = draft.error.message if draft.error else None
        played.append(PlayedTurn(workflow, seconds, confidence, draft.planner, *(draft.tokens or (0, 0)), error))
    return played


def prediction_lines(item: Mapping[str, Any], played: Sequence[PlayedTurn]) -> list[str]:
    """One line of JSON per turn: the whole graph after it."""
    return [
        json.dumps({"id": item["id"], "turn": turn, "graph": graph_of(one.workflow)}, ensure_ascii=False) for turn, one in enumerate(played)
    ]


def graph_of(workflow: Workflow) -> dict[str, Any]:
    graph = workflow.model_dump(mode="json")
    kept = ("id", "type", "label", "config", "parent")
    nodes = [{name: node[name] for name in kept} for node in graph["nodes"]]
    edges = [{name: edge[name] for name in ("source", "target", "source_handle")} for edge in graph["edges"]]
    return {"nodes": nodes, "edges": edges}


def _empty_message() -> MessageView:
    return MessageView(
        id="",
        chat_id="",
        parent_id=None,
        role="assistant",
        content="",
        edits=[],
        changes=[],
        rejected=[],
        workflow_data=None,
        summaries={},
        layout=None,
        issues=[],
        question=None,
        suggestions=[],
        siblings=[],
        status="streaming",
        error=None,
        planner=None,
        model=None,
        usage=None,
        created_at=datetime.now(UTC),
        finished_at=None,
    )
