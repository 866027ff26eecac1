"""The names a step's templates may use, looked up when asked for: most steps name two or three of hundreds."""

from collections.abc import Iterator, Mapping
from typing import cast

from pydantic import BaseModel, JsonValue

from parley.engine.graph import Place
from parley.engine.paths import Key, around, index_of
from parley.engine.state import RunState, StepState

FIXED = ("input", "vars", "secrets")


class Scope(Mapping[str, object]):
    """Every node before the step, `input`, `vars`, `item` and `index` inside a loop, and each loop around it by its id."""

    def __init__(self, state: RunState, key: Key) -> None:
        self._state = state
        self._node_id, self._path = key
        self._loops = dict(self._turns()) if self._path else {}

    def _turns(self) -> Iterator[tuple[str, str]]:
        """The loops around the step with the path of the turn it is in, innermost first."""
        path = self._path
        for loop in self._state.graph.loops_around(self._node_id):
            yield loop, path
            path = around(path)

    def __getitem__(self, name: str) -> object:
        match name:
            case "input":
                return self._input()
            case "vars":
                return self._vars()
            case "secrets":
                return {}
            case "item" | "index" if self._loops:
                return self._turn(next(iter(self._loops)))[name]
            case _ if name in self._loops:
                return self._turn(name)
            case _ if self._state.graph.upstream(self._node_id, name):
                return output_of(self._state, self.locate(name))
            case _:
                raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        return (
            name in FIXED
            or (name in ("item", "index") and bool(self._loops))
            or name in self._loops
            or self._state.graph.upstream(self._node_id, name)
        )

    def __iter__(self) -> Iterator[str]:
        yield from FIXED
        if self._loops:
            yield from ("item", "index")
        yield from self._loops
        yield from self._state.graph.all_upstream(self._node_id)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _input(self) -> JsonValue:
        trigger = self._state.steps.get((self._state.trigger_id, "")) if self._state.trigger_id else None
        return self._state.input if trigger is None else trigger.output

    def _turn(self, loop: str) -> dict[str, object]:
        turn = self._loops[loop]
        index = index_of(turn)
        return {"item": self._state.item((loop, around(turn)), index), "index": index}

    def locate(self, name: str) -> Key:
        """An upstream node stands at the path of the body it shares with the step."""
        parent = self._state.graph.places[name].parent
        return name, "" if parent is None else self._loops.get(parent, "")

    def _vars(self) -> dict[str, JsonValue]:
        together: dict[str, JsonValue] = {}
        for name in self._state.graph.all_upstream(self._node_id):
            if self._state.graph.places[name].node.type != "set_variables":
                continue
            step = self._state.steps.get(self.locate(name))
            if step is not None and step.status == "done":
                together.update(cast(dict[str, JsonValue], step.output))
        return together


def output_of(state: RunState, key: Key) -> JsonValue:
    """A step's output as templates see it: a skipped, failed or not yet finished one is null in every field, plus `error`."""
    step = state.steps.get(key)
    if step is not None and step.status == "done":
        return step.output
    return null_output(state.graph.places[key[0]], step)


def null_output(place: Place, step: StepState | None) -> dict[str, JsonValue]:
    fields: tuple[str, ...] = ()
    spec = place.spec
    if spec is not None and spec.output is not None:
        fields = tuple(_fields(spec.output))
    elif spec is not None and spec.output_fields is not None:
        fields = spec.output_fields(place.node.config) or ()
    error = step.error.message if step is not None and step.error is not None else None
    return {**dict.fromkeys(fields), "error": error}


def _fields(model: type[BaseModel]) -> Iterator[str]:
    return iter(model.model_fields)
