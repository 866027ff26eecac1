"""What a run does next, from its state alone: no I/O, no clock, no chance.

A node is ready when all its in-edges are settled, or at the first taken one for a merge that waits for any; a ready node starts if a
way to it was taken and is skipped otherwise (the state keeps this as it folds). Loops open turns up to their concurrency. Steps enabled
by the plan itself appear in the next plan, so a caller decides until nothing is left to do.
"""

from datetime import datetime
from typing import NamedTuple

from parley.engine.events import Failure
from parley.engine.paths import Key
from parley.engine.state import RunState, turn_key


class Plan(NamedTuple):
    """`retry` holds steps whose next attempt is due by `retry_at` only: the caller's clock says when. `fail` names the step to blame."""

    start: tuple[Key, ...] = ()
    skip: tuple[Key, ...] = ()
    retry: tuple[Key, ...] = ()
    close_loops: tuple[Key, ...] = ()
    give_up_loops: tuple[tuple[Key, Failure], ...] = ()
    finish: bool = False
    fail: tuple[Key | None, Failure] | None = None
    wait: bool = False  # nothing to do until a time comes or a person decides
    wake_at: datetime | None = None

    @property
    def acts(self) -> bool:
        return bool(self.start or self.skip or self.close_loops or self.give_up_loops or self.finish or self.fail)


NOTHING = Plan()
STUCK = Failure(error="run_stuck", message="The run could not go on: some steps wait for each other. Remove the circle and run again.")


def decide(state: RunState) -> Plan:
    if state.status != "started":
        return NOTHING
    if state.broken:
        return _answer_failure(state)
    if state.paused:
        return _stand_still(state)
    start: list[Key] = []
    skip: list[Key] = []
    for key, taken in state.ready.items():
        (start if taken else skip).append(key)
    close = _tend_loops(state, start) if state.loops else ()
    retry = tuple(sorted(state.retrying)) if state.retrying else ()
    if start or skip or close:
        return Plan(tuple(start), tuple(skip), retry, tuple(close))
    if state.through:
        return Plan(finish=True)
    if state.working:
        return Plan(retry=retry) if retry else NOTHING
    if state.waiting or retry:
        times = [wait.until for key in state.waiting if (wait := state.steps[key].wait) is not None and wait.until is not None]
        return Plan(retry=retry, wait=not retry, wake_at=min(times, default=None))
    return Plan(fail=(None, STUCK))


def _stand_still(state: RunState) -> Plan:
    """Paused: nothing begins and no wait ends; what needs no work is still settled, so that a run with nothing left to do ends."""
    skip = tuple(key for key, taken in state.ready.items() if not taken)
    close = tuple(_tend_loops(state, []))
    if skip or close:
        return Plan(skip=skip, close_loops=close)
    if state.through:
        return Plan(finish=True)
    return Plan(wait=not state.working)


def _answer_failure(state: RunState) -> Plan:
    """A failed step takes the innermost loop around it that goes on after errors; without one, the run."""
    for key, failure in state.broken.items():
        path = key[1]
        for loop in state.graph.loops_around(key[0]):
            path = path.rpartition(".")[0]
            if state.graph.places[loop].on_error == "continue":
                return Plan(give_up_loops=(((loop, path), failure),))
        return Plan(fail=(key, failure))
    return NOTHING


def _tend_loops(state: RunState, start: list[Key]) -> list[Key]:
    """Add the first step of every turn that may open to `start`; return the loops that are through."""
    close: list[Key] = []
    for key, loop in state.loops.items():
        entries = state.graph.bodies[key[0]].entries
        if loop.closed == len(loop.turns) or not entries:
            close.append(key)
            continue
        room = loop.concurrency - (loop.opened - loop.closed)
        last = min(len(loop.turns), loop.opened + room)
        start += [(entries[0], turn_key(key, index)) for index in range(loop.opened, last)]
    return close
