"""Carrying one run forward: perform what is decided, record it, announce it, and rest when only time or a person can go on.

One turn of the loop folds everything that came in since the last one, decides until nothing is left to do, and records all of it in one
transaction. Steps without side effects begin at once: those that only compute have ended by then, and those that end in one tick of the
event loop are recorded with their ends. The others begin only after the commit that says so.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never, cast

from pydantic import JsonValue

from parley.db.session import Database
from parley.engine import journal, store
from parley.engine.answer import answer
from parley.engine.crew import Crew
from parley.engine.decide import NOTHING, Plan, decide
from parley.engine.events import STOPPED, Event, Failure, Waiting
from parley.engine.hub import Hub
from parley.engine.limits import RunLimits, RunTimedOut, RunTooLarge
from parley.engine.paths import Key
from parley.engine.perform import Means, compute
from parley.engine.retry import pause_before
from parley.engine.reuse import IN_DOUBT, LIVE, Reuse
from parley.engine.scope import null_output
from parley.engine.scribe import Scribe, now
from parley.engine.state import RunState, StepState, inside
from parley.engine.steps import Broke, Immediate, Opened, Outcome, Ready, again, broke, check_output, loop_output, prepare
from parley.engine.store import Lease, LeaseLost
from parley.errors import ParleyError
from parley.nodes.base import Registry, Services, StepResult, Wait

AT_ONCE = 100  # entries of one tick after which what only computes becomes a task too: others get the loop, and cancels are heard
STOPPED_IN_LOOP = Failure(error="stopped", message="Stopped: another step of this loop failed.")


@dataclass(frozen=True)
class Engine:
    """What every run of this process works with; `owner` names the process in leases."""

    database: Database
    registry: Registry
    services_for: Callable[[str], Services]
    hub: Hub
    limits: RunLimits
    owner: str
    waiting_types: set[str] = field(default_factory=set[str])  # node types of which a step was seen waiting for something


class Runner:
    """One claimed run. `call` tells it of wishes and makes it look at decisions, `drain` lets it finish what is under way and begin
    nothing."""

    def __init__(
        self,
        engine: Engine,
        lease: Lease,
        owner_id: str,
        state: RunState,
        *,
        cancelled: bool,
        pause: bool,
        lease_ends: float,
        reuse: Reuse | None = None,
    ) -> None:
        """`lease_ends` is a time of this process's monotonic clock, counted from before the lease was asked for."""
        self.lease_ends = lease_ends
        self._engine = engine
        self._lease = lease
        self._means = Means(lease.run_id, engine.services_for(owner_id), engine.hub, engine.limits)
        self._crew = Crew(self._means, state, engine.waiting_types)
        self._state = state
        self._scribe = Scribe(state)
        self._reuse = reuse
        self._cancelled = cancelled
        self._pause = pause
        self._called = True
        self._draining = False
        self._ends = time.monotonic() + engine.limits.run_seconds
        self._launches: list[tuple[StepState, Ready]] = []

    def call(self, *, cancel: bool = False, pause: bool | None = None) -> None:
        """`pause`: whether the run is to stand still from now on; None where nobody said anything about it."""
        self._called = True
        self._cancelled = self._cancelled or cancel
        self._pause = self._pause if pause is None else pause
        self._crew.news.set()

    def drain(self) -> None:
        self._draining = True
        self.call()

    async def drive(self, trigger_id: str | None, given: JsonValue) -> None:
        """Until the run has ended or rests. Raises LeaseLost."""
        try:
            if self._state.status == "queued":
                self._scribe.run_started(trigger_id, given)
            self._take_up_interrupted()
            while True:
                await self._collect()
                plan = NOTHING if self._draining else self._advance()
                more = await self._commit()
                if self._state.ended or (self._draining and self._crew.idle and not self._crew.has_outcomes):
                    return
                if more:
                    continue
                if plan.wait and self._crew.idle and await self._rest(plan):
                    return
                await self._wait(plan)
        finally:
            await self._crew.let_go()
            self._engine.hub.forget(self._lease.run_id)

    # What came in

    async def _collect(self) -> None:
        self._take_outcomes()
        self._heed_pause()
        called, self._called = self._called, False
        if self._state.paused:
            return
        if called:
            await self._hear_decisions()
        for key in sorted(self._state.waiting):
            step = self._state.steps[key]
            if step.wait is not None and step.wait.until is not None and step.wait.until <= now():
                self._resume(step, "elapsed", "", "")

    def _take_outcomes(self) -> bool:
        """Whether there were any."""
        outcomes = self._crew.take_outcomes()
        for step, outcome in outcomes:
            if self._state.steps.get(step.key) is step and step.status == "running" and not self._state.ended:
                self._take(step, outcome)
        return bool(outcomes)

    def _heed_pause(self) -> None:
        if self._pause == self._state.paused or self._state.ended:
            return
        if self._pause:
            self._scribe.run_paused()
        else:
            self._scribe.run_resumed()
            self._called = True

    async def _hear_decisions(self) -> None:
        if not self._state.waiting:
            return
        async with self._engine.database.reading() as session:
            decided = await store.decisions(session, self._lease.run_id)
        for each in self._applicable(decided):
            self._resume(self._state.steps[each.node_id, each.path], each.decision, each.by, each.comment)

    def _applicable(self, decided: Iterable[store.Decided]) -> list[store.Decided]:
        if self._state.paused:
            return []
        steps = {key: self._state.steps[key] for key in self._state.waiting}
        return [each for each in decided if (step := steps.get((each.node_id, each.path))) is not None and step.attempt == each.attempt]

    def _take(self, step: StepState, outcome: Outcome) -> None:
        match outcome:
            case StepResult():
                self._scribe.done(step, outcome)
            case Wait():
                until = None if outcome.seconds is None else now() + timedelta(seconds=outcome.seconds)
                self._scribe.waiting(step, Waiting(until=until, for_person=outcome.for_person, message=outcome.message))
            case Broke():
                self._failed(step, outcome)
            case _:
                assert_never(outcome)

    def _failed(self, step: StepState, outcome: Broke) -> None:
        place = self._state.graph.places[step.node_id]
        pause = pause_before(place.node.retry, step.attempt, retryable=outcome.retryable, chance=random.random())  # noqa: S311 - jitter
        if pause is None:
            self._scribe.failed(step, outcome.failure, continued=place.on_error == "continue")
        else:
            self._scribe.retrying(step, outcome.failure, now() + timedelta(seconds=pause))

    def _resume(self, step: StepState, decision: str, by: str, comment: str) -> None:
        self._scribe.resumed(step, decision=decision, by=by, comment=comment)
        match decision:
            case "repeat":
                pass  # another attempt is due now
            case "done":
                self._call_done(step)
            case _:
                self._launch_again(step)

    def _call_done(self, step: StepState) -> None:
        """A person says that a step in doubt took effect: it is done, and what it gave is not known."""
        place = self._state.graph.places[step.node_id]
        branches = place.spec.branches(place.node.config) if place.spec else ()
        self._scribe.output(step, null_output(place, None), branch="" if branches else None)

    def _take_up_interrupted(self) -> None:
        """Steps that were at work when the last holder died are done again, unless that might do something twice: a person says."""
        for key in sorted(self._state.running - self._state.loops.keys()):
            step = self._state.steps[key]
            node_type = self._engine.registry.get(self._state.graph.places[key[0]].node.type)
            config = cast(dict[str, JsonValue], step.input)
            if step.decision is not None and step.decision.decision == "done":
                self._call_done(step)
            elif node_type is None or (step.decision is None and node_type.spec.has_side_effect(config)):
                self._scribe.in_doubt(step)
            else:
                self._launch_again(step)

    def _launch_again(self, step: StepState) -> None:
        try:
            self._launches.append((step, again(step, self._state, self._engine.registry)))
        except ParleyError as error:
            self._failed(step, broke(error))

    # What to do next

    def _advance(self) -> Plan:
        while True:
            if not self._state.ended:
                self._heed_limits()
            plan = decide(self._state)
            due = [key for key in plan.retry if (at := self._state.steps[key].retry_at) is not None and at <= now()]
            if not (plan.acts or due):
                return plan
            self._perform(plan)
            for key in due:
                if key in self._state.retrying:
                    self._begin(key, self._state.steps[key].attempt + 1)

    def _heed_limits(self) -> None:
        if self._cancelled:
            self._stop(self._state.running | self._state.waiting, STOPPED)
            self._scribe.run_cancelled()
        elif time.monotonic() > self._ends:
            minutes = self._engine.limits.run_seconds / 60
            self._exceed(RunTimedOut(f"The run was stopped after {minutes:g} min of work. Split it into smaller ones."))
        elif len(self._state.attempts) > (most := self._engine.limits.run_steps):
            self._exceed(RunTooLarge(f"The run came to {most:,} steps, the most it may have. Split it, or let its loops do less."))

    def _exceed(self, error: ParleyError) -> None:
        self._fail(None, Failure(error=error.code, message=error.message))

    def _perform(self, plan: Plan) -> None:
        for key in plan.skip:
            self._scribe.skipped(key)
        for key in plan.start:
            self._begin(key, 1)
        for key in plan.close_loops:
            self._done_at_once(self._state.steps[key], loop_output(self._state, key))
        for key, failure in plan.give_up_loops:
            under_way = self._state.running | self._state.waiting
            self._stop({inner for inner in under_way if inside(self._state.graph, inner, key)}, STOPPED_IN_LOOP)
            self._scribe.failed(self._state.steps[key], failure, continued=True)
        if plan.finish:
            self._scribe.run_done(answer(self._state))
        elif plan.fail is not None:
            self._fail(*plan.fail)

    def _begin(self, key: Key, attempt: int) -> None:
        reuse = self._reuse
        if reuse is not None and attempt == 1 and (kept := reuse.kept(key)) is not None:
            self._take_over(kept)
            return
        try:
            prepared = prepare(self._state, key, self._engine.registry, self._engine.limits)
        except ParleyError as error:
            given = self._state.graph.places[key[0]].node.config
            source = "live" if reuse is None else reuse.verdict(self._state, key, given).source
            self._failed(self._scribe.started(key, attempt, given, source), broke(error))
            return
        verdict = LIVE if reuse is None else reuse.verdict(self._state, key, prepared.input)
        if verdict.step is not None and attempt == 1:
            self._take_over(verdict.step)
            return
        step = self._scribe.started(key, attempt, prepared.input, "live" if verdict.step else verdict.source)
        match prepared:
            case Immediate():
                self._done_at_once(step, prepared.output)
            case Ready() if prepared.node_type.computes and len(self._scribe.batch) < AT_ONCE:
                self._take(step, compute(self._means, self._state, step, prepared))
            case Ready():
                self._launches.append((step, prepared))
            case Opened():
                pass
            case _:
                assert_never(prepared)

    def _take_over(self, recorded: StepState) -> None:
        """Journal a finished step of the run that this one began from, as it was."""
        step = self._scribe.started(recorded.key, 1, recorded.input, "recorded")
        self._scribe.output(step, recorded.output, branch=recorded.branch, usage=recorded.usage)

    def _done_at_once(self, step: StepState, output: JsonValue) -> None:
        try:
            check_output(output, self._engine.limits)
        except ParleyError as error:
            self._failed(step, broke(error))
        else:
            self._scribe.output(step, output)

    def _fail(self, key: Key | None, failure: Failure) -> None:
        self._stop(self._state.running | self._state.waiting, STOPPED)
        self._scribe.run_failed(key, failure)

    def _stop(self, keys: Iterable[Key], why: Failure) -> None:
        for key in sorted(keys):
            step = self._state.steps[key]
            self._scribe.stopped(step, IN_DOUBT if step.status == "in_doubt" else why)
            self._crew.cancel(key)

    # Recording and acting

    async def _commit(self) -> bool:
        """Record the batch; a cancelled runner still finishes writing what has happened. Whether steps have ended meanwhile."""
        launches = [(step, ready) for step, ready in self._launches if step.status == "running"]
        self._launches = []
        harmless = [(step, ready) for step, ready in launches if not ready.side_effect]
        try:
            ended = bool(harmless) and await self._try_out(harmless)
        finally:
            if self._scribe.batch:
                await self._record(self._scribe.take_batch())
        for step, ready in launches:
            if ready.side_effect:
                self._check_lease()  # whoever stood still since that commit may have been taken for dead
                self._crew.launch([(step, ready)])
        return ended

    async def _try_out(self, harmless: list[tuple[StepState, Ready]]) -> bool:
        """Whether any ended at once: such steps get one row for their beginning and their end, and a run may end with them."""
        self._crew.launch(harmless)
        await asyncio.sleep(0)
        ended = self._take_outcomes()
        if ended and self._state.through and (plan := decide(self._state)).finish:
            self._perform(plan)
        return ended

    def _check_lease(self) -> None:
        if time.monotonic() > self.lease_ends:
            raise LeaseLost(self._lease.run_id)

    async def _record(self, batch: list[Event]) -> None:
        self._check_lease()
        await journal.record(self._engine.database, self._lease, self._state, batch)
        self._engine.hub.publish(self._lease.run_id, batch)

    async def _rest(self, plan: Plan) -> bool:
        """Give the lease back until the wait is over; False if a decision came in between."""
        try:
            async with self._engine.database.transaction() as session:
                await store.release(session, self._lease, wake_at=plan.wake_at)
                if self._called or self._applicable(await store.decisions(session, self._lease.run_id)):
                    raise _CalledBack
        except _CalledBack:
            self._called = True
            return False
        return True

    async def _wait(self, plan: Plan) -> None:
        """Until something comes in or falls due. Steps that end in one tick of the loop are taken together: their news are one."""
        if not (self._crew.has_outcomes or self._called):
            self._crew.news.clear()
            timer = asyncio.get_running_loop().call_later(self._until_due(plan), self._crew.news.set)
            try:
                await self._crew.news.wait()
            finally:
                timer.cancel()

    def _until_due(self, plan: Plan) -> float:
        seconds = self._ends - time.monotonic() + 0.01
        times: list[datetime | None] = [plan.wake_at]
        if not self._state.paused:
            times += [self._state.steps[key].retry_at for key in self._state.retrying]
            times += [wait.until for key in self._state.waiting if (wait := self._state.steps[key].wait) is not None]
        for at in times:
            if at is not None:
                seconds = min(seconds, (at - now()).total_seconds())
        return max(0.0, seconds)


class _CalledBack(Exception):
    """Rolls back the release of a run that a decision has just reached."""
