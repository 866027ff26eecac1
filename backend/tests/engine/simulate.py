"""Playing a run without time, database or tasks: outcomes are drawn, entries are written, decisions are checked as they come."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from pydantic import JsonValue

from parley.engine.answer import answer
from parley.engine.decide import decide
from parley.engine.events import EVENT, Event, Failure, Waiting
from parley.engine.graph import Graph, compile_graph
from parley.engine.paths import Key
from parley.engine.scribe import Scribe
from parley.engine.state import RunState, StepState, apply_event, inside
from parley.nodes.base import StepResult, StepUsage
from parley.nodes.registry import CATALOGUE
from parley.workflow.spec import Workflow

OOPS = Failure(error="step_failed", message="Oops.")
STOPPED = Failure(error="stopped", message="Stopped.")
TURNS = 2000  # far more than any drawn workflow needs: reaching it means that a run is stuck


class Chooser(Protocol):
    """Where chance comes from: Hypothesis, or a test's own list."""

    def pick(self, options: list[str]) -> str: ...
    def index(self, size: int) -> int: ...
    def items(self) -> list[JsonValue]: ...


def fold(graph: Graph, events: list[Event]) -> RunState:
    state = RunState(graph)
    for event in events:
        apply_event(state, EVENT.validate_json(EVENT.dump_json(event)))
    return state


class Simulation:
    def __init__(self, workflow: Workflow, chooser: Chooser) -> None:
        self.workflow = workflow
        self.chooser = chooser
        self.graph = compile_graph(workflow, CATALOGUE)
        self.scribe = Scribe(RunState(self.graph))
        self.started: list[tuple[str, str, int]] = []
        self.journal: list[Event] = []

    @property
    def state(self) -> RunState:
        return self.scribe.state

    def begin(self) -> None:
        self.scribe.run_started(next(iter(self.graph.triggers), None), None)

    def resume_from(self, events: list[Event]) -> None:
        """As another worker would after a crash: the journal so far is all there is."""
        self.scribe = Scribe(fold(self.graph, events))
        self.journal = list(events)

    def play(self, check: Callable[[RunState, Key], None]) -> None:
        for _ in range(TURNS):
            self.decide(check)
            self.journal += self.scribe.take_batch()
            if self.state.ended:
                return
            self.happen()
        raise AssertionError("the run is stuck")

    def decide(self, check: Callable[[RunState, Key], None]) -> None:
        while (plan := decide(self.state)).acts:
            for key in plan.skip:
                assert key not in self.state.steps
                self.scribe.skipped(key)
            for key in plan.start:
                check(self.state, key)
                self.start(key, 1)
            for key in plan.close_loops:
                self.scribe.output(self.state.steps[key], {"results": [], "count": 0})
            for key, failure in plan.give_up_loops:
                for inner in sorted(self.state.running | self.state.waiting):
                    if inside(self.graph, inner, key):
                        self.scribe.stopped(self.state.steps[inner], STOPPED)
                self.scribe.failed(self.state.steps[key], failure, continued=True)
            if plan.finish:
                self.scribe.run_done(answer(self.state))
            if plan.fail is not None:
                for inner in sorted(self.state.running | self.state.waiting):
                    self.scribe.stopped(self.state.steps[inner], STOPPED)
                self.scribe.run_failed(*plan.fail)

    def start(self, key: Key, attempt: int) -> None:
        assert (*key, attempt) not in self.started, f"{key} was started twice"
        self.started.append((*key, attempt))
        is_loop = self.graph.places[key[0]].kind == "loop"
        self.scribe.started(key, attempt, {"items": self.chooser.items(), "concurrency": 2, "batch_size": 1} if is_loop else {})

    def happen(self) -> None:
        """One thing happens to one of the steps under way, or the run is paused or goes on."""
        state = self.state
        working = state.running - state.loops.keys()
        keys = sorted(working if state.paused else working | state.waiting | state.retrying)
        if not keys or self.chooser.pick(["step"] * 9 + ["pause"]) == "pause":
            if state.paused:
                self.scribe.run_resumed()
            else:
                self.scribe.run_paused()
            return
        key = keys[self.chooser.index(len(keys))]
        step = state.steps[key]
        if key in state.retrying:
            self.start(key, step.attempt + 1)
        elif step.status == "in_doubt":
            self.scribe.resumed(step, decision=self.chooser.pick(["repeat", "done"]), by="ada", comment="")
        elif key in state.waiting:
            self.scribe.resumed(step, decision="approved", by="ada", comment="")
        else:
            self.end(step)

    def end(self, step: StepState) -> None:
        place = self.graph.places[step.node_id]
        match self.chooser.pick(["done", "done", "done", "done", "wait", "doubt", "retry", "fail"]):
            case "wait" if step.decision is None:
                self.scribe.waiting(step, Waiting(until=None, for_person=True, message=""))
            case "doubt" if step.decision is None and step.attempt < 4:
                self.scribe.in_doubt(step)
            case "retry" if step.attempt < 3:
                self.scribe.retrying(step, OOPS, datetime.now(UTC))
            case "fail":
                self.scribe.failed(step, OOPS, continued=place.on_error == "continue")
            case _:
                ways = place.spec.branches(place.node.config) if place.spec else ()
                branch = ways[self.chooser.index(len(ways))] if ways else None
                usage = StepUsage(model="test", input_tokens=3, output_tokens=1)
                self.scribe.done(step, StepResult({"n": 1}, branch=branch, usage=usage))
