"""Laws of the engine over random workflows and random outcomes: joins hold, every run ends, nothing is done twice, snapshots add up."""

from dataclasses import asdict, dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from parley.engine.decide import decide
from parley.engine.paths import Key
from parley.engine.state import RunState
from parley.workflow.spec import Workflow
from tests.engine.simulate import Simulation, fold
from tests.workflow.strategies import valid_workflows


@dataclass
class Drawn:
    draw: Any  # Hypothesis' own type for `st.data()` is not exported

    def pick(self, options: list[str]) -> str:
        return self.draw.draw(st.sampled_from(options))

    def index(self, size: int) -> int:
        return self.draw.draw(st.integers(0, size - 1))

    def items(self) -> list[JsonValue]:
        return list(range(self.draw.draw(st.integers(0, 3))))


def joins_hold(state: RunState, key: Key) -> None:
    """A node starts when all its in-edges are settled and one was taken; a merge of any at the first; an entry when its body does."""
    node_id, path = key
    place = state.graph.places[node_id]
    taken = settled = 0
    for source in place.sources:
        step = state.steps.get((source, path))
        for handle, target in state.graph.places[source].outs:
            if target != node_id or step is None:
                continue
            over = step.status in ("done", "skipped") or (step.status == "failed" and step.retry_at is None)
            settled += over
            taken += step.status == "done" and (handle is None or step.branch in (None, handle))
            taken += step.status == "failed" and over and handle is None
    if place.ins == 0:
        assert place.kind != "trigger" or node_id == state.trigger_id
    else:
        assert taken >= 1
        assert place.any or settled == place.ins


@settings(max_examples=150, deadline=None)
@given(valid_workflows(), st.data())
def test_every_run_ends_with_every_step_settled(workflow: Workflow, data: Any) -> None:
    run = Simulation(workflow, Drawn(data))
    run.begin()
    run.play(joins_hold)
    assert not run.state.running | run.state.waiting
    # A step in doubt that somebody wants repeated stays in doubt where the run ends first.
    repeated = {key for key, step in run.state.steps.items() if step.decision is not None and step.decision.decision == "repeat"}
    assert all(step.status in ("done", "failed", "skipped") for key, step in run.state.steps.items() if key not in repeated)
    assert all(run.state.steps[key].status == "in_doubt" for key in repeated)
    assert all(step.finished_at is not None for step in run.state.attempts.values())
    if run.state.status == "done":
        top = run.graph.bodies[None].nodes
        assert all((name, "") in run.state.steps for name in top)
        assert [event.seq for event in run.journal] == list(range(1, len(run.journal) + 1))


@settings(max_examples=100, deadline=None)
@given(valid_workflows(), st.data())
def test_a_run_resumed_from_any_prefix_repeats_no_finished_step(workflow: Workflow, data: Any) -> None:
    first = Simulation(workflow, Drawn(data))
    first.begin()
    first.play(joins_hold)
    cut = data.draw(st.integers(1, len(first.journal)))
    second = Simulation(workflow, Drawn(data))
    second.resume_from(first.journal[:cut])
    # A start that is recorded counts as made: only what was not begun may begin.
    second.started = list(second.state.attempts)
    second.play(joins_hold)
    assert len(second.started) == len(set(second.started))
    assert second.state.ended


@settings(max_examples=100, deadline=None)
@given(valid_workflows(), st.data())
def test_a_snapshot_and_the_events_after_it_equal_a_fresh_snapshot(workflow: Workflow, data: Any) -> None:
    run = Simulation(workflow, Drawn(data))
    run.begin()
    run.play(joins_hold)
    whole = fold(run.graph, run.journal)
    assert shown(whole) == shown(run.state)
    assert decide(whole) == decide(run.state)


def shown(state: RunState) -> dict[str, Any]:
    """What anybody can see of a run."""
    steps = {key: asdict(step) for key, step in state.attempts.items()}
    ended = {"output": state.output, "error": state.error, "failed": state.failed}
    return {"status": state.run_status, "paused": state.paused, "usage": state.usage, "seq": state.last_seq, "steps": steps, **ended}
