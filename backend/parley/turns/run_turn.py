"""Performing a turn: the planner's events are announced as they come, saved twice a second, and always end in a finished message."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from parley.chats import store as chats
from parley.db.session import Database
from parley.errors import ParleyError
from parley.observability import log
from parley.planner.base import Planner, PlanRequest
from parley.turns.draft import Draft
from parley.turns.events import TurnFailed, TurnFinished
from parley.turns.feed import TurnFeed
from parley.turns.message_view import MessageError

SAVE_EVERY_S = 0.5
LEASE = timedelta(seconds=30)

Ending = Literal["done", "stopped", "failed", "interrupted"]


@dataclass
class Turn:
    """One turn under way in this process. No database session is held while the planner thinks."""

    database: Database
    owner: str  # of the lease: this process
    message_id: str
    planner: Planner
    request: PlanRequest
    draft: Draft
    feed: TurnFeed
    _lost: bool = False

    async def run(self) -> None:
        planning = asyncio.create_task(self._plan())
        keeping = asyncio.create_task(self._keep(planning))
        ending: Ending
        try:
            ending = await planning
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                planning.cancel()
                ending = "interrupted"
            else:
                ending = "stopped"
        finally:
            keeping.cancel()
        await asyncio.shield(self._finish(ending))

    async def _plan(self) -> Ending:
        """Consume the planner to its end; every failure becomes words in the message."""
        budget = self.request.budget
        try:
            async with asyncio.timeout(budget.seconds), aclosing(self.planner.plan(self.request)) as events:  # type: ignore[type-var]
                async for event in events:
                    announced = self.draft.take(event)
                    if announced is not None:
                        self.feed.publish(announced)
            return "done"
        except TimeoutError:
            self._fail("turn_timed_out", f"The reply stopped. The model did not answer within {budget.seconds:g} s.{self._kept()}")
        except ParleyError as error:
            self._fail(error.code, f"{error.message}{self._kept()}")
        except Exception:
            log.exception("turn_crashed", message_id=self.message_id)
            self._fail("planner_failed", f"The reply stopped: the planner failed on this request.{self._kept()} Say it in other words, or try again.")
        return "failed"

    def _fail(self, code: str, message: str) -> None:
        self.draft.error = MessageError(error=code, message=message)

    def _kept(self) -> str:
        count = len(self.draft.edits)
        if count == 0:
            return " Nothing was changed."
        return f" The {count} changes made so far are kept." if count > 1 else " The change made so far is kept."

    async def _keep(self, planning: "asyncio.Task[Ending]") -> None:
        """Save the prefix, renew the lease, and notice a stop that was asked of another process."""
        while True:
            await asyncio.sleep(SAVE_EVERY_S)
            columns: dict[str, Any] = self.draft.columns(self.draft.view()) if self.draft.dirty else {}
            async with self.database.transaction() as session:
                state = await chats.keep_turn(session, self.message_id, self.owner, LEASE, columns)
            if state == "lost":
                self._lost = True
                planning.cancel()
                return
            if state == "stop":
                planning.cancel()
                return

    async def _finish(self, ending: Ending) -> None:
        if ending == "stopped" and not self._lost:
            self.draft.error = None
        final = self.draft.view(ending)
        async with self.database.transaction() as session:
            await chats.finish_turn(session, self.message_id, self.owner, ending, self.draft.columns(final))
        ended_well = ending in ("done", "stopped")
        self.feed.publish(TurnFinished(type="turn.finished", message=final) if ended_well else TurnFailed(type="turn.failed", message=final))
