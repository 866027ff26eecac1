"""Running a node type's own work within its limits: it ends at once, or it waits for something and is finished in a task."""

import asyncio
from collections.abc import Coroutine, Generator
from dataclasses import dataclass
from functools import partial
from types import coroutine
from typing import Any, cast

import structlog

from parley.engine.events import Failure, StepResumed
from parley.engine.hub import Hub
from parley.engine.limits import RunLimits, StepTimedOut
from parley.engine.paths import numbers
from parley.engine.scope import Scope
from parley.engine.state import RunState, StepState
from parley.engine.steps import Broke, Outcome, Ready, broke, check_output
from parley.errors import ParleyError
from parley.nodes.base import Decision, Services, StepContext, StepResult, Wait

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

_Work = Coroutine[Any, Any, StepResult | Wait]


@dataclass(frozen=True)
class Means:
    """What the steps of one run work with."""

    run_id: str
    services: Services
    hub: Hub
    limits: RunLimits


@dataclass(frozen=True, slots=True)
class Begun:
    """Work that waits for something; `waits_for` is what it gave its task to wait for."""

    work: _Work
    waits_for: object


def begin(means: Means, state: RunState, step: StepState, ready: Ready) -> Outcome | Begun:
    """Push the work until it ends or waits; every failure comes back as an outcome. What waits belongs to the task that called this."""
    try:
        work = _work(ready, _context(means, state, step), step.decision)
        return Begun(work, work.send(None))
    except StopIteration as ended:
        return _checked(cast(StepResult | Wait, ended.value), means.limits)
    except ParleyError as error:
        return broke(error)
    except (Exception, asyncio.CancelledError) as error:  # nobody can have cancelled what never waited
        return _crashed(means.run_id, step, error)


async def finish(means: Means, state: RunState, step: StepState, begun: Begun) -> Outcome:
    """The rest of it, in the same task, within the step's time."""
    clock = _Clock(state.graph.places[step.node_id].node.timeout or means.limits.step_seconds)
    try:
        return _checked(await _rest(begun), means.limits)
    except asyncio.CancelledError:
        if clock.expired:
            return broke(StepTimedOut(f"The step did not finish within {clock.seconds:g} s."))
        raise
    except ParleyError as error:
        return broke(error)
    except Exception as error:
        return _crashed(means.run_id, step, error)
    finally:
        clock.stop()


def compute(means: Means, state: RunState, step: StepState, ready: Ready) -> Outcome:
    """For a type that awaits nothing. What its expressions may cost is bounded."""
    outcome = begin(means, state, step, ready)
    if isinstance(outcome, Begun):
        outcome.work.close()
        return _crashed(means.run_id, step, TypeError(f"{ready.node_type.spec.type} awaits something, but says that it only computes"))
    return outcome


@coroutine
def _rest(begun: Begun) -> Generator[object, Any, StepResult | Wait]:
    """Hand on what the work waits for, and to the work what comes of it."""
    work, waits_for = begun.work, begun.waits_for
    try:
        while True:
            try:
                given = yield waits_for
            except BaseException as error:
                waits_for = work.throw(error)
            else:
                waits_for = work.send(given)
    except StopIteration as ended:
        return ended.value


class _Clock:
    """Cancels the task that made it when the time is up: a third of what `asyncio.timeout` costs, and each step that waits has one."""

    __slots__ = ("_task", "_timer", "expired", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.expired = False
        self._task = asyncio.current_task()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._expire)

    def _expire(self) -> None:
        self.expired = True
        if self._task is not None:
            self._task.cancel()

    def stop(self) -> None:
        self._timer.cancel()


def _work(ready: Ready, context: StepContext, decision: StepResumed | None) -> _Work:
    node_type = ready.node_type
    if decision is None:
        assert node_type.run is not None
        return node_type.run(ready.config, context)
    if node_type.resume is None:
        return _nothing_more()
    return node_type.resume(ready.config, context, Decision(decision.decision, decision.by, decision.comment))


async def _nothing_more() -> StepResult:
    return StepResult({})


def _context(means: Means, state: RunState, step: StepState) -> StepContext:
    key = step.node_id, step.path
    return StepContext(
        means.run_id,
        step.node_id,
        numbers(step.path),
        step.attempt,
        Scope(state, key),
        state.graph.places[step.node_id].node.config,
        means.services,
        partial(means.hub.write, means.run_id, key, step.attempt),
    )


def _checked(outcome: StepResult | Wait, limits: RunLimits) -> Outcome:
    if isinstance(outcome, StepResult):
        try:
            check_output(outcome.output, limits)
        except ParleyError as error:
            return broke(error)
    return outcome


def _crashed(run_id: str, step: StepState, error: BaseException) -> Broke:
    log.error("step_crashed", run_id=run_id, node_id=step.node_id, path=step.path, exc_info=error)
    words = f"The step broke by a fault of ours ({type(error).__name__}). The server's log has it under run {run_id}."
    return Broke(Failure(error="step_crashed", message=words), retryable=True)
