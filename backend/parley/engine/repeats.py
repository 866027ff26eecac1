"""Which steps with side effects a run may do again when it starts from an earlier one: known before it starts, so that a person is asked.

A step may execute again when it, or anything before it, was changed, did not finish, or is to execute again. Whether its input really
comes out differently is not known yet, so this names a step too many rather than one too few.
"""

from collections.abc import Iterator

from pydantic import JsonValue

from parley.engine.graph import Graph
from parley.engine.paths import Key, turn
from parley.engine.reuse import from_here_on, may_repeat, same_node, with_loops
from parley.engine.state import RunState, StepState

OVER = ("done", "skipped")


def may_execute_again(recorded: RunState, graph: Graph, given: JsonValue, trigger_id: str | None, from_node: str | None) -> list[StepState]:
    """The recorded steps, in the order of the workflow, then of their turns."""
    again = _Again(with_loops(recorded), graph, from_node)
    again.look_at_body(None, "", given != recorded.input or trigger_id != recorded.trigger_id)
    place = {name: number for number, name in enumerate(graph.order)}
    steps = (recorded.steps[key] for key in again.keys if key in recorded.steps)
    risky = (step for step in steps if may_repeat(graph, recorded.graph, step))
    return sorted(risky, key=lambda step: (place.get(step.node_id, 0), [int(part) for part in step.path.split(".") if part]))


class _Again:
    """`keys`: steps that may execute again. `altered`: steps whose output may change; a loop's also when only its turns execute again."""

    def __init__(self, recorded: RunState, graph: Graph, from_node: str | None) -> None:
        self._recorded = recorded
        self._graph = graph
        self._forced = frozenset[str]() if from_node is None else from_here_on(graph, from_node)
        self.keys: set[Key] = set()
        self.altered: set[Key] = set()

    def look_at_body(self, loop: str | None, path: str, around: bool) -> bool:
        """`around`: what lies before the body may have changed. Whether anything in it may."""
        changed = False
        for name in self._graph.bodies[loop].nodes:
            changed |= self._look_at((name, path), around)
        return changed

    def _look_at(self, key: Key, around: bool) -> bool:
        name, path = key
        place = self._graph.places[name]
        before = self._recorded.graph.places.get(name)
        step = self._recorded.steps.get(key)
        again = (
            around
            or name in self._forced
            or before is None
            or step is None
            or not same_node(place, before)
            or place.parent != before.parent
            or set(self._ways_into(self._graph, name)) != set(self._ways_into(self._recorded.graph, name))
            or any((source, path) in self.altered for source in place.sources)
        )
        if again or step is None or step.status not in OVER:
            self.keys.add(key)
            self.altered.add(key)
        if place.kind == "loop" and step is not None and self._look_at_turns(key, again):
            self.altered.add(key)
        return key in self.altered

    def _look_at_turns(self, key: Key, again: bool) -> bool:
        loop = self._recorded.loops.get(key)
        changed = False
        for index in range(len(loop.turns) if loop else 0):
            changed |= self.look_at_body(key[0], turn(key[1], index), again)
        return changed

    @staticmethod
    def _ways_into(graph: Graph, name: str) -> Iterator[tuple[str, str | None]]:
        return ((source, handle) for source in graph.places[name].sources for handle, target in graph.places[source].outs if target == name)
