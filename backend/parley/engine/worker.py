"""The worker inside a process: claims runs that are due, carries many of them on one event loop, keeps their leases, lets go in order."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from parley.db.session import db_now
from parley.engine import journal, store
from parley.engine.events import Failure
from parley.engine.load import NOTHING_TO_TAKE_OVER, load_reuse, load_state
from parley.engine.plans import Plans
from parley.engine.reuse import Reuse
from parley.engine.runner import Engine, Runner
from parley.engine.state import RunState
from parley.engine.store import Call, Claimed, Lease, LeaseLost
from parley.errors import NotFound, ParleyError

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

LOOK_SECONDS = 0.5  # how often calls from other processes are looked for: a cancel or a pause takes effect within a second
BACKLOG = 10_000  # runs rung for while there is no room; beyond that the sweep finds them
CLAIMS_AT_ONCE = 8  # of hundreds that wait for the database together, the last would lose their leases before they began
UNREADABLE = Failure(
    error="run_unreadable", message="The run could not be carried on: its record does not fit this version. Run the workflow again."
)
BROKEN = Failure(
    error="engine_failed", message="The run stopped by a fault of ours. What its steps gave is kept; the server's log says more."
)


@dataclass
class Worker:
    engine: Engine
    _plans: Plans = field(init=False)
    _runners: dict[str, Runner] = field(default_factory=dict[str, Runner])
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, "asyncio.Task[None]"])
    _loops: list[asyncio.Task[None]] = field(default_factory=list["asyncio.Task[None]"])
    _heard: dict[str, datetime] = field(default_factory=dict[str, datetime])  # the last call of each run carried
    _again: set[str] = field(default_factory=set[str])  # rung while being carried
    _backlog: dict[str, None] = field(default_factory=dict[str, None])  # rung while there was no room, in that order
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _claiming: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CLAIMS_AT_ONCE))
    _stopping: bool = False
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._plans = Plans({name: node_type.spec for name, node_type in self.engine.registry.items()})

    async def start(self) -> None:
        """Take up what was left, then keep looking."""
        self._loops = [asyncio.create_task(self._sweep()), asyncio.create_task(self._keep_leases())]

    @property
    def has_room(self) -> bool:
        return not self._stopping and len(self._tasks) < self.engine.limits.runs_at_once

    @property
    def count(self) -> int:
        """How many runs it carries."""
        return len(self._tasks)

    def holds(self, run_id: str) -> bool:
        return run_id in self._tasks

    def ring(self, run_id: str, *, cancel: bool = False, pause: bool | None = None) -> None:
        """The doorbell: there is news for this run. Losing a ring only costs time, since the database has the news."""
        if run_id not in self._tasks:
            self._take_up(run_id)
            return
        # The runner may have looked for news for the last time already: then the run is taken up once more.
        self._again.add(run_id)
        runner = self._runners.get(run_id)
        if runner is not None:
            runner.call(cancel=cancel, pause=pause)

    async def stop(self, grace_seconds: float) -> None:
        """Begin nothing more, let steps under way finish for `grace_seconds`, and free the rest for whoever comes next."""
        self._stopping = True
        for runner in self._runners.values():
            runner.drain()
        tasks = list(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        # The loops end by themselves: cancelling one in the middle of a statement would cost its connection.
        self._over.set()
        self._news.set()
        await asyncio.gather(*self._loops, return_exceptions=True)

    def _take_up(self, run_id: str) -> None:
        if self._stopping or run_id in self._tasks:
            return
        if not self.has_room:
            if len(self._backlog) < BACKLOG:
                self._backlog[run_id] = None
            return
        task = asyncio.create_task(self._carry(run_id))
        self._tasks[run_id] = task
        task.add_done_callback(lambda _: self._put_down(run_id))

    def _put_down(self, run_id: str) -> None:
        full = len(self._tasks) >= self.engine.limits.runs_at_once
        self._tasks.pop(run_id, None)
        self._runners.pop(run_id, None)
        self._heard.pop(run_id, None)
        if run_id in self._again:
            self._again.discard(run_id)
            self._take_up(run_id)
        if self._backlog:
            self._take_up(self._next_waiting())
        elif full:
            self._news.set()

    def _next_waiting(self) -> str:
        run_id = next(iter(self._backlog))
        del self._backlog[run_id]
        return run_id

    async def _carry(self, run_id: str) -> None:
        lease: Lease | None = None
        try:
            async with self._claiming:
                if self._stopping:
                    return
                lease_ends = time.monotonic() + self.engine.limits.lease_seconds
                run = await store.claim(self.engine.database, run_id, self.engine.owner, self.engine.limits.lease_seconds)
                if run is None:
                    return
                lease = run.lease
                loaded = await self._load(run)
            if loaded is None:
                return
            if self._stopping:
                await self._free(lease)
                return
            state, reuse = loaded
            runner = Runner(
                self.engine,
                lease,
                run.owner_id,
                state,
                cancelled=run.cancel_requested,
                pause=run.pause_requested,
                lease_ends=lease_ends,
                reuse=reuse,
            )
            self._runners[run_id] = runner
            await runner.drive(run.trigger_id, run.input)
            if state.run_status == "waiting":
                self._news.set()  # it may be the next one to wake
            if self._stopping and not state.ended:
                with suppress(LeaseLost):  # it rests already
                    await self._free(lease)
        except LeaseLost:
            log.warning("lease_lost", run_id=run_id)
        except asyncio.CancelledError:
            if lease is not None:
                with suppress(LeaseLost):
                    await asyncio.shield(self._free(lease))
            raise
        except (SQLAlchemyError, OSError, ParleyError):
            # The database is away. The lease is kept: it runs out by itself, which paces the next try.
            log.exception("run_interrupted", run_id=run_id)
        except Exception:
            log.exception("run_broke", run_id=run_id)
            if lease is not None:
                await self._give_up(lease, BROKEN)

    async def _load(self, run: Claimed) -> tuple[RunState, Reuse | None] | None:
        """The state from the journal, and what may be taken over; None when that cannot be read, and then the run has failed."""
        run_id = run.lease.run_id
        failure = UNREADABLE
        try:
            state = await load_state(self.engine.database, run_id, run.workflow_digest, run.last_seq, self._plans)
            failure = NOTHING_TO_TAKE_OVER
            return state, await load_reuse(self.engine.database, run, state, self._plans)
        except (ValueError, LookupError, TypeError, NotFound, journal.RecordUnreadable):
            log.exception(failure.error, run_id=run_id)
            await self._give_up(run.lease, failure)
            return None

    async def _give_up(self, lease: Lease, failure: Failure) -> None:
        async with self.engine.database.transaction() as session:
            await journal.fail_run(session, lease, failure)

    async def _free(self, lease: Lease) -> None:
        """For whoever comes next, also where the run waits: they find out for what, and until when."""
        async with self.engine.database.transaction() as session:
            await store.release(session, lease, wake_at=await db_now(session))

    async def _sweep(self) -> None:
        while not self._over.is_set():
            self._news.clear()
            seconds = self.engine.limits.sweep_seconds
            try:
                room = self.engine.limits.runs_at_once - len(self._tasks)
                async with self.engine.database.reading() as session:
                    found = await store.due(session, room) if room > 0 else []
                    wake, present = await store.next_due(session), await db_now(session)
                for run_id in found:
                    self._take_up(run_id)
                seconds = _until(wake, present, seconds)
            except Exception:
                log.exception("sweep_failed")
            await _rung(self._news, seconds)

    async def _keep_leases(self) -> None:
        renewed = time.monotonic()
        # Under a short lease one looks more often: a single late look must not cost it.
        pause = min(LOOK_SECONDS, self.engine.limits.lease_seconds / 6)
        while not await _rung(self._over, pause):
            held = list(self._runners)
            if not held:
                continue
            try:
                if time.monotonic() - renewed > self.engine.limits.lease_seconds / 3:
                    renewed = time.monotonic()
                    await self._renew(held, renewed)
                async with self.engine.database.reading() as session:
                    calls = await store.calls(session, held)
                for call in calls:
                    self._hear(call)
            except Exception:
                log.exception("keeping_leases_failed")

    def _hear(self, call: Call) -> None:
        """What was left for a run by another process, whose ring did not reach this one."""
        news = call.at is not None and self._heard.get(call.run_id) != call.at
        if call.at is not None and call.run_id in self._runners:
            self._heard[call.run_id] = call.at
        if call.cancel or news or call.pause is not None:
            self.ring(call.run_id, cancel=call.cancel, pause=call.pause)

    async def _renew(self, held: list[str], at: float) -> None:
        async with self.engine.database.transaction() as session:
            kept = await store.renew(session, self.engine.owner, held, self.engine.limits.lease_seconds)
        for run_id in held:
            runner = self._runners.get(run_id)
            if runner is None:
                continue
            if run_id in kept:
                runner.lease_ends = at + self.engine.limits.lease_seconds
            else:
                log.warning("lease_lost", run_id=run_id)
                self._tasks[run_id].cancel()


async def _rung(bell: asyncio.Event, seconds: float) -> bool:
    """Whether the bell rang before the time was up."""
    try:
        async with asyncio.timeout(seconds):
            await bell.wait()
    except TimeoutError:
        return False
    return True


def _until(wake: datetime | None, present: datetime, longest: float) -> float:
    if wake is None:
        return longest
    seconds = (wake - present).total_seconds()
    return min(longest, seconds if seconds > 0 else LOOK_SECONDS)
