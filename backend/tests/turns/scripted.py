"""A planner that plays what a test tells it, in place of the built-in one."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from fastapi import FastAPI

from parley.planner.base import Answered, EditApplied, PlannerEvent, PlanRequest, ReplyDelta
from parley.planner.router import PlannerRouter
from parley.workflow.edits import AddNode, Connect, Edit
from parley.workflow.spec import Node


def ask_then_write(text: str = "Here it is.") -> list[PlannerEvent]:
    """Two nodes, joined."""
    return [
        ReplyDelta(text[:5]),
        EditApplied(AddNode(node=Node(id="question", type="chat_trigger", label="Question arrives"))),
        EditApplied(AddNode(node=Node(id="write", type="llm", label="Write answer", config={"prompt": "{{ input.message }}"}))),
        EditApplied(Connect(source="question", target="write")),
        ReplyDelta(text[5:]),
        Answered("builtin", None, 0, 0),
    ]


def edits(*changes: Edit) -> list[PlannerEvent]:
    return [ReplyDelta("Done."), *(EditApplied(change) for change in changes), Answered("builtin", None, 0, 0)]


@dataclass
class ScriptedPlanner:
    """Plays `script` for every message, one script after the other if there are several; an Exception in it is raised. `gate` holds it
    before the event at `hold_at` until the test lets go. `seen` are the requests it was given."""

    scripts: list[list[PlannerEvent | Exception]] = field(default_factory=list)
    hold_at: int | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    holding: asyncio.Event = field(default_factory=asyncio.Event)
    seen: list[PlanRequest] = field(default_factory=list)

    async def confidence(self, request: PlanRequest) -> float:
        return 1.0

    async def plan(self, request: PlanRequest) -> AsyncGenerator[PlannerEvent]:
        self.seen.append(request)
        script = self.scripts.pop(0) if self.scripts else [ReplyDelta("Nothing to add."), Answered("builtin", None, 0, 0)]
        for position, event in enumerate(script):
            if position == self.hold_at:
                self.holding.set()
                await self.gate.wait()
            if isinstance(event, Exception):
                raise event
            yield event


def install(app: FastAPI, planner: ScriptedPlanner) -> ScriptedPlanner:
    """The app's parts are frozen; a test may still put another planner behind the router."""
    object.__setattr__(app.state.parts.turns, "planners", PlannerRouter(builtin=lambda: planner))
    return planner
