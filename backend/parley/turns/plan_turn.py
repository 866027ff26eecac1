"""Consume the planner to its end: what it says goes into the draft, and every failure becomes words in it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Literal

import structlog

from parley.errors import ParleyError
from parley.planner.base import Planner, PlanRequest
from parley.turns.draft import Draft
from parley.turns.events import TurnEvent

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def _unheard(event: TurnEvent) -> None:
    pass


async def plan_turn(
    choose: Callable[[], Awaitable[Planner]], request: PlanRequest, draft: Draft, announce: Callable[[TurnEvent], None] = _unheard
) -> Literal["done", "failed"]:
    """`choose` is asked here, so that what goes wrong in it is told like any other failure of the turn."""
    budget = request.budget
    try:
        async with asyncio.timeout(budget.seconds), aclosing((await choose()).plan(request)) as events:
            async for event in events:
                announced = draft.take(event)
                if announced is not None:
                    announce(announced)
        return "done"
    except TimeoutError:
        draft.fail("turn_timed_out", f"The reply stopped. The model did not answer within {budget.seconds:g} s.{_kept(draft)}")
    except ParleyError as error:
        draft.fail(error.code, f"{error.message}{_kept(draft)}")
    except Exception:
        log.exception("turn_crashed", message_id=draft.base.id)
        draft.fail(
            "planner_failed",
            f"The reply stopped: the planner failed on this request.{_kept(draft)} Say it in other words, or try again.",
        )
    return "failed"


def _kept(draft: Draft) -> str:
    count = len(draft.edits)
    if count == 0:
        return " Nothing was changed."
    return f" The {count} changes made so far are kept." if count > 1 else " The change made so far is kept."
