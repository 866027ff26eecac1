"""Laws of runs that start from an earlier one, over random workflows, failures and changes, on a real database.

Nothing that was taken over is executed; what comes out is what a fresh run gives; each step is marked as what it is; and a step with
side effects is named beforehand whenever it comes to execute again.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.db.session import Database
from parley.db.tables.runs import Run, Step
from parley.engine.graph import compile_graph
from parley.engine.load import load_state
from parley.engine.plans import Plans
from parley.engine.repeats import may_execute_again
from parley.nodes.base import StepContext, StepFailed, StepResult
from parley.workflow.spec import Node, Workflow
from tests.engine.kit import PROBE_CATALOGUE, Bench, ProbeConfig, bench, flow, node

LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def desk(database: Database):
    async with bench(database) as desk:
        yield desk


@dataclass(frozen=True)
class Shape:
    """A workflow in layers: `parents[i]` are the earlier nodes that node i follows and quotes."""

    parents: tuple[tuple[int, ...], ...]
    kinds: tuple[str, ...]
    words: tuple[str, ...]

    def workflow(self) -> Workflow:
        """Nodes n0, n1, ...; a loop has a body of two and gives its number of turns, a check lets its followers run or not."""
        nodes: dict[str, Node] = {}
        edges: list[str] = []
        for index, (parents, kind, word) in enumerate(zip(self.parents, self.kinds, self.words, strict=True)):
            name = f"n{index}"
            quoted = "".join(f"{{{{ {self._value(parent)} }}}}" for parent in parents)
            match kind:
                case "loop":
                    nodes[name] = node("loop", items=["i", "j", word], concurrency=2)
                    nodes[f"{name}a"] = node("probe", parent=name, given=f"{{{{ item }}}}{quoted}")
                    nodes[f"{name}b"] = node("sender", parent=name, given=f"{{{{ {name}a.text }}}}")
                    edges.append(f"{name}a > {name}b")
                case "check":
                    compared = self._value(parents[0]) if parents else "input"
                    nodes[name] = node("condition", expression=f"{compared} == '{word}'")
                case _:
                    nodes[name] = node(kind, given=f"{word}{quoted}")
            for parent in parents:
                arrow = ">true>" if self.kinds[parent] == "check" else ">"
                edges.append(f"n{parent} {arrow} {name}")
            if not parents:
                edges.append(f"start > {name}")
        return flow(*edges, **nodes)

    def _value(self, index: int) -> str:
        return f"n{index}.{ {'loop': 'count', 'check': 'result'}.get(self.kinds[index], 'text') }"


@st.composite
def shapes(draw: Any) -> Shape:  # Any: Hypothesis' own type for `draw` is not exported
    size = draw(st.integers(2, 6))
    parents = tuple(tuple(sorted(draw(st.sets(st.integers(0, index - 1), max_size=2)))) if index else () for index in range(size))
    kinds = tuple(draw(st.sampled_from(["probe", "probe", "probe", "sender", "loop", "check"])) for _ in range(size))
    return Shape(parents, kinds, tuple(draw(st.sampled_from("xy")) for _ in range(size)))


@st.composite
def changed(draw: Any, shape: Shape) -> Shape:
    words = list(shape.words)
    for index in draw(st.sets(st.integers(0, len(words) - 1), max_size=2)):
        words[index] = "z"
    return Shape(shape.parents, shape.kinds, tuple(words))


async def fails(config: ProbeConfig, context: StepContext) -> StepResult:
    raise StepFailed("The printer is on fire.")


async def first_run(desk: Bench, shape: Shape, data: Any) -> Run:
    failing = data.draw(st.sets(st.integers(0, len(shape.kinds) - 1), max_size=2))
    desk.probe.work = {f"n{index}": fails for index in failing}
    run = await desk.run(shape.workflow(), data.draw(st.sampled_from("xy")))
    desk.probe.work = {}
    desk.probe.calls.clear()
    return run


def newest(steps: dict[tuple[str, str, int], Step]) -> dict[tuple[str, str], Step]:
    return {(name, path): step for (name, path, _), step in sorted(steps.items())}


@LAW
@given(shape=shapes(), data=st.data())
async def test_a_run_from_an_earlier_one_executes_what_it_must_and_gives_what_a_fresh_one_gives(
    desk: Bench, shape: Shape, data: Any
) -> None:
    first = await first_run(desk, shape, data)
    second_shape = data.draw(changed(shape))
    workflow = second_shape.workflow()
    from_node = data.draw(st.sampled_from([None, *(f"n{index}" for index in range(len(shape.kinds)))]))
    again = await desk.run(workflow, first.input, from_run_id=first.id, from_node_id=from_node, effects="repeat")
    executed = {(name, path) for name, path, _ in desk.probe.calls}
    assert len(desk.probe.calls) == len(executed)
    fresh = await desk.run(workflow, first.input)

    before, now, anew = newest(await desk.steps(first.id)), newest(await desk.steps(again.id)), newest(await desk.steps(fresh.id))
    assert again.status == fresh.status == "done"
    assert {key: (step.status, step.output, step.branch, step.input) for key, step in now.items()} == {
        key: (step.status, step.output, step.branch, step.input) for key, step in anew.items()
    }
    configs = {each.id: each.config for each in shape.workflow().nodes}
    for key, step in now.items():
        was = before.get(key)
        same = was is not None and was.input == step.input and configs[key[0]] == workflow.node(key[0]).config  # type: ignore[union-attr]
        if step.source == "recorded":
            assert key not in executed
            assert same
            assert was is not None
            assert was.status == "done"
        if step.status == "done" and step.source == "edited":
            assert was is not None
        if step.source == "live" and from_node is None and was is not None and was.status == "done":
            assert not same or shape.kinds[int(key[0][1])] in ("loop", "check")
    assert executed.isdisjoint({key for key, step in now.items() if step.source == "recorded"})
    if from_node is not None and now[from_node, ""].status == "done":
        assert now[from_node, ""].source != "recorded"


@LAW
@given(shape=shapes(), data=st.data())
async def test_a_step_with_side_effects_that_executes_again_was_named_before(desk: Bench, shape: Shape, data: Any) -> None:
    first = await first_run(desk, shape, data)
    workflow = data.draw(changed(shape)).workflow()
    from_node = data.draw(st.sampled_from([None, *(f"n{index}" for index in range(len(shape.kinds)))]))
    done = {key for key, step in newest(await desk.steps(first.id)).items() if step.status == "done"}
    recorded = await load_state(desk.database, first.id, first.workflow_digest, first.last_seq, Plans(PROBE_CATALOGUE))
    named = may_execute_again(recorded, compile_graph(workflow, PROBE_CATALOGUE), first.input, "start", from_node)
    await desk.run(workflow, first.input, from_run_id=first.id, from_node_id=from_node, effects="repeat")
    senders = {each.id for each in workflow.nodes if each.type == "sender"}
    executed = {(name, path) for name, path, _ in desk.probe.calls if name in senders}
    assert executed & done <= {step.key for step in named}


@LAW
@given(shape=shapes(), data=st.data())
async def test_effects_that_were_had_are_not_had_again_unless_asked_for(desk: Bench, shape: Shape, data: Any) -> None:
    first = await first_run(desk, shape, data)
    workflow = data.draw(changed(shape)).workflow()
    from_node = data.draw(st.sampled_from([None, *(f"n{index}" for index in range(len(shape.kinds)))]))
    effects = data.draw(st.sampled_from(["ask", "keep"]))
    done = {key for key, step in newest(await desk.steps(first.id)).items() if step.status == "done"}
    again = await desk.run(workflow, first.input, from_run_id=first.id, from_node_id=from_node, effects=effects)
    assert again.status == "done"
    senders = {each.id for each in workflow.nodes if each.type == "sender"}
    assert {(name, path) for name, path, _ in desk.probe.calls if name in senders}.isdisjoint(done)
