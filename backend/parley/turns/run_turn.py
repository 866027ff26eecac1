"""Performing a turn: the planner's events are announced as they come, saved twice a second, and always end in a finished message."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import structlog

from parley.chats import messages
from parley.db.session import Database
from parley.planner.base import Planner, PlanRequest
from parley.turns.draft import Draft
from parley.turns.events import TurnFailed, TurnFinished, TurnStarted
from parley.turns.feed import Live, TurnFeed, TurnFeeds
from parley.turns.message_view import MessageView
from parley.turns.plan_turn import plan_turn

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

SAVE_EVERY_S = 0.5
LEASE = timedelta(seconds=30)
RENEW_EVERY_S = 8.0  # three chances before the lease runs out

Ending = Literal["done", "stopped", "failed", "interrupted"]


@dataclass
class Turn:
    """One turn of this process. No database session is held while the planner thinks."""

    database: Database
    instance: str  # who holds the lease: this process
    choose: Callable[[], Awaitable[Planner]]
    request: PlanRequest
    draft: Draft
    user_message: MessageView

    def __post_init__(self) -> None:
        self.feed = TurnFeed(self._snapshot)
        self.message_id = self.draft.base.id
        self._lost = False  # the lease: another process has ended the turn

    def think_ahead(self) -> None:
        """Let the planner begin while the commit that stores the turn waits for the disk. `start` or `abandon` must follow."""
        self._planning = asyncio.create_task(self._plan())

    def abandon(self) -> None:
        """The turn could not be stored: nobody will hear of it."""
        self._planning.cancel()

    def start(self, feeds: TurnFeeds) -> TurnFeed:
        """To be called after the message's row has been committed."""
        feeds.add(self.message_id, Live(self.feed, asyncio.create_task(self._run()), self._planning.cancel))
        return self.feed

    def _snapshot(self) -> TurnStarted:
        return TurnStarted(type="turn.started", message=self.draft.view(), user_message=self.user_message)

    async def _run(self) -> None:
        keeping = asyncio.create_task(self._keep())
        ending: Ending = "interrupted"
        try:
            await asyncio.wait([self._planning])
            if not self._lost:
                ending = "stopped" if self._planning.cancelled() else self._planning.result()
        finally:  # also when this process shuts down: the prefix is recorded before it ends
            self._planning.cancel()
            keeping.cancel()
            await asyncio.shield(asyncio.create_task(self._finish(ending)))

    async def _plan(self) -> Ending:
        return await plan_turn(self.choose, self.request, self.draft, self.feed.publish)

    async def _keep(self) -> None:
        """Save what is new, renew the lease in good time, and notice a stop that was asked of another process."""
        renewed = time.monotonic()
        while True:
            await asyncio.sleep(SAVE_EVERY_S)
            due = self.draft.dirty or time.monotonic() > renewed + RENEW_EVERY_S
            columns: dict[str, Any] = self.draft.columns(self.draft.view()) if self.draft.dirty else {}
            try:
                if not due and await messages.undisturbed(self.database, self.message_id, self.instance):
                    continue
                async with self.database.transaction() as session:
                    state = await messages.keep_turn(session, self.message_id, self.instance, LEASE, columns)
            except Exception:  # the turn goes on; the next save carries all of it
                self.draft.dirty = True
                log.exception("turn_not_saved", message_id=self.message_id)
                continue
            if state != "kept":
                self._lost = state == "lost"
                self._planning.cancel()
                return
            renewed = time.monotonic()

    async def _finish(self, ending: Ending) -> None:
        """If the end cannot be recorded, the lease runs out and the turn is interrupted at its last save: that is what is announced."""
        final = self.draft.view(ending)
        recorded = False
        try:
            async with self.database.transaction() as session:
                columns, spent = self.draft.columns(final), self.draft.spent(final)
                recorded = await messages.finish_turn(session, self.message_id, self.instance, ending, columns, spent)
        except Exception:
            log.exception("turn_end_not_saved", message_id=self.message_id)
        if not recorded:
            ending, final = "interrupted", self.draft.view("interrupted")
        ended_well = ending in ("done", "stopped")
        self.feed.publish(
            TurnFinished(type="turn.finished", message=final) if ended_well else TurnFailed(type="turn.failed", message=final)
        )
