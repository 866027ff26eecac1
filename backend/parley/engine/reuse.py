"""What a run takes over from an earlier one: finished steps whose config and resolved input are as they were.

The earlier run's journal is folded into a state of its own, and each step is compared when it becomes ready: only then is its input
known. A step with side effects that was done is taken over whatever changed, unless a person said that it may repeat.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from pydantic import JsonValue

from parley.engine.events import STOPPED, Failure, Source
from parley.engine.graph import Graph, Place
from parley.engine.paths import Key, around
from parley.engine.scope import Scope, null_output, output_of
from parley.engine.state import RunState, StepState, loop_state
from parley.workflow.expressions import ExpressionError, Reference, expression_references, references
from parley.workflow.fields import texts

IN_DOUBT = Failure(
    error="step_in_doubt",
    message="The server stopped while this step was at work, so it may or may not have taken effect.",
)


@dataclass(frozen=True)
class Verdict:
    """How a step comes about; `step` is the recorded one to take over."""

    source: Source
    step: StepState | None = None


LIVE = Verdict("live")


class Reuse:
    def __init__(self, recorded: RunState, graph: Graph, *, from_node: str | None, repeat: bool) -> None:
        self._recorded = with_loops(recorded)
        self._graph = graph
        self._repeat = repeat
        self._forced: frozenset[str] = frozenset() if from_node is None else from_here_on(graph, from_node)

    def kept(self, key: Key) -> StepState | None:
        """A step whose effects were had, or may have been, and must not be had again; it is as done as a person can know."""
        step = None if self._repeat else self._recorded.steps.get(key)
        if step is None or not may_repeat(self._graph, self._recorded.graph, step):
            return None
        return step if step.status == "done" else replace(step, status="done", output=null_output(self._place(step), None), error=None)

    def verdict(self, state: RunState, key: Key, given: JsonValue) -> Verdict:
        """`given` is the step's resolved input."""
        before = self._recorded.steps.get(key)
        if before is None or before.status == "skipped":
            return LIVE
        place = state.graph.places[key[0]]
        if not (
            same_node(place, self._place(before)) and self._same_input(place, given, before) and self._reads_the_same(state, key, before)
        ):
            return Verdict("edited")
        if before.status != "done" or key[0] in self._forced:
            return LIVE
        if place.kind == "loop":  # it opens again, so that each turn is looked at by itself
            return Verdict("recorded") if self._loop_is_whole(state, key) else LIVE
        return Verdict("recorded", before)

    def _place(self, step: StepState) -> Place:
        return self._recorded.graph.places[step.node_id]

    def _same_input(self, place: Place, given: JsonValue, before: StepState) -> bool:
        if not place.any or not isinstance(given, dict) or not isinstance(before.input, dict):
            return given == before.input
        # A merge of any went on with what had come by then; what comes earlier now does not matter to it.
        came = [name for name in before.input if self._over_by(before, (name, before.path))]
        return bool(came) and all(given.get(name) == before.input[name] for name in came)

    def _over_by(self, step: StepState, source: Key) -> bool:
        """Whether a recorded step was over when another began."""
        over = self._recorded.steps.get(source)
        return over is not None and over.finished_at is not None and step.started_at is not None and over.finished_at <= step.started_at

    def _reads_the_same(self, state: RunState, key: Key, before: StepState) -> bool:
        """Whether what the step reads beside its input is as it was: values that bare expressions name, passages to quote."""
        place = state.graph.places[key[0]]
        named = list(beside_input(place))
        if not named:
            return True
        new, old = Scope(state, key), Scope(self._recorded, key)
        return all(_follow(new, each) == self._seen(old, each, before) for each in named)

    def _seen(self, scope: Scope, reference: Reference, step: StepState) -> object:
        """The value as the recorded step saw it: behind a merge of any, a node may have finished after it began."""
        graph = self._recorded.graph
        if not graph.upstream(step.node_id, reference.root):
            return _follow(scope, reference)
        key = scope.locate(reference.root)
        if not self._over_by(step, key):
            return _down(null_output(graph.places[reference.root], None), reference)
        return _down(output_of(self._recorded, key), reference)

    def _loop_is_whole(self, state: RunState, key: Key) -> bool:
        """Whether every step in its turns will be taken over, so that the loop's own output is the recorded one."""
        graph, recorded = state.graph, self._recorded
        scope = Scope(state, key)
        around_it = [scope.locate(name) for name in graph.all_upstream(key[0])]
        path = key[1]
        for loop in graph.loops_around(key[0]):
            path = around(path)
            around_it.append((loop, path))
        body = set(body_of(graph, key[0]))
        return (
            state.input == recorded.input
            and not body & self._forced
            and all(self._came_from_record(state, each) for each in around_it)
            and body == set(body_of(recorded.graph, key[0]))
            and all(same_place(graph.places[name], recorded.graph.places[name]) for name in body)
            and all(step.status in ("done", "skipped") for (name, _), step in recorded.steps.items() if name in body)
        )

    def _came_from_record(self, state: RunState, key: Key) -> bool:
        step, before = state.steps.get(key), self._recorded.steps.get(key)
        if step is None or before is None:
            return step is before
        return step.source == "recorded" or step.status == before.status == "skipped"


def with_loops(recorded: RunState) -> RunState:
    """An ended run whose loops' items can be asked for again."""
    for key, step in recorded.steps.items():
        if recorded.graph.places[step.node_id].kind == "loop" and (loop := loop_state(step.input)) is not None:
            recorded.loops[key] = loop
    return recorded


def may_repeat(graph: Graph, before: Graph, step: StepState) -> bool:
    """Whether to execute a recorded step would do again what it did, or may have done."""
    node = graph.places.get(step.node_id)
    return node is not None and node.node.type == before.places[step.node_id].node.type and had_effects(before, step)


def had_effects(graph: Graph, step: StepState) -> bool:
    """Whether a recorded step changed something outside, or may have. A type that is gone counts as one that did."""
    # A call that was broken off, since its run ended or its worker died, may have been taken all the same.
    broken_off = step.status == "failed" and step.error is not None and step.error.error in (IN_DOUBT.error, STOPPED.error)
    in_doubt = step.status == "in_doubt" or broken_off
    if step.status != "done" and not in_doubt:
        return False
    spec = graph.places[step.node_id].spec
    return spec is None or spec.has_side_effect(cast(Mapping[str, JsonValue], step.input or {}))


def same_node(place: Place, before: Place) -> bool:
    return place.node.type == before.node.type and place.node.config == before.node.config


def same_place(place: Place, before: Place) -> bool:
    """Also the same neighbours."""
    return (
        same_node(place, before)
        and place.outs == before.outs
        and place.parent == before.parent
        and set(place.sources) == set(before.sources)
    )


def body_of(graph: Graph, loop: str) -> Iterator[str]:
    """Every node in a loop, those of loops inside it too."""
    for name in graph.bodies[loop].nodes if loop in graph.bodies else ():
        yield name
        yield from body_of(graph, name)


def from_here_on(graph: Graph, node_id: str) -> frozenset[str]:
    """A node and all that comes after it, turns of loops included; the loops around it only open again."""
    found: set[str] = set()
    waiting = [node_id, *(target for loop in graph.loops_around(node_id) for _, target in graph.places[loop].outs)]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        waiting += [target for _, target in graph.places[name].outs]
        waiting += body_of(graph, name)
    return frozenset(found)


def beside_input(place: Place) -> Iterator[Reference]:
    """What a node's config names that its resolved input does not show."""
    if place.spec is None:
        return
    whole = place.spec.reads_scope
    if whole:
        yield Reference("input", ())
    for each in texts(place.spec.config, place.node.config):
        try:
            if each.kind == "expression":
                yield from expression_references(each.text)
            elif whole:
                yield from (Reference(reference.root, ()) for reference in references(each.text))
        except ExpressionError:
            continue  # the step will say so itself


def _follow(scope: Scope, reference: Reference) -> object:
    return _down(scope[reference.root], reference) if reference.root in scope else None


def _down(value: object, reference: Reference) -> object:
    for part in reference.path:
        match value:
            case dict():
                value = cast(dict[str, object], value).get(str(part))
            case list() if isinstance(part, int) and -len(value) <= part < len(value):  # pyright: ignore[reportUnknownArgumentType]
                value = cast(list[object], value)[part]
            case _:
                return None
    return value
