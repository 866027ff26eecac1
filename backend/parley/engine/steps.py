"""One step made ready: what the engine does by itself (triggers, merges, loops), and the config that a node type's own work is given."""

from dataclasses import dataclass
from typing import cast

import structlog
from pydantic import BaseModel, JsonValue

from parley.engine.configs import check_config, render_config
from parley.engine.events import Failure
from parley.engine.limits import InputTooLarge, LoopTooDeep, LoopTooLarge, OutputTooLarge, RunLimits
from parley.engine.paths import Key, numbers, turn
from parley.engine.scope import Scope, output_of
from parley.engine.state import RunState, StepState
from parley.errors import ParleyError
from parley.nodes.base import NodeType, Registry, StepFailed, StepResult, Wait
from parley.nodes.values import as_items
from parley.workflow.expressions import is_template, render
from parley.workflow.storable import json_fault

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class NotRunnable(StepFailed):
    """This server cannot run the node's type: not yet, or not any more."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A step to be given to its node type: `input` is its config as recorded, `config` the same, checked. Where the config has no
    templates all steps of a node share one: nobody changes its parts."""

    input: dict[str, JsonValue]
    config: BaseModel
    node_type: NodeType
    side_effect: bool


@dataclass(frozen=True, slots=True)
class Immediate:
    """A step that the engine has done by itself."""

    input: JsonValue
    output: JsonValue


@dataclass(frozen=True)
class Opened:
    """A loop that begins; its turns follow."""

    input: dict[str, JsonValue]


@dataclass(frozen=True)
class Broke:
    failure: Failure
    retryable: bool


Outcome = StepResult | Wait | Broke


def prepare(state: RunState, key: Key, registry: Registry, limits: RunLimits) -> Ready | Immediate | Opened:
    """Fill in the step's templates. Raises StepFailed or ExpressionError where that cannot be done."""
    place = state.graph.places[key[0]]
    match place.kind:
        case "trigger":
            return Immediate(state.input, state.input)
        case "merge":
            inputs: dict[str, JsonValue] = {name: output_of(state, (name, key[1])) for name in place.sources}
            return Immediate(inputs, inputs)
        case "loop":
            return _open_loop(state, key, registry, limits)
        case "task":
            fixed = state.graph.fixed.get(key[0])
            return fixed if isinstance(fixed, Ready) else _ready(state, key, registry, limits)


def _ready(state: RunState, key: Key, registry: Registry, limits: RunLimits) -> Ready:
    node = state.graph.places[key[0]].node
    node_type = _runnable(registry, node.type)
    scope, fixed = Scope(state, key), True

    def fill(template: str) -> object:
        nonlocal fixed
        fixed = fixed and not is_template(template)
        return render(template, scope)

    rendered = render_config(node_type.spec.config, node.config, fill)
    config = check_config(node_type.spec.config, rendered)
    check_input(rendered, limits)
    ready = Ready(rendered, config, node_type, node_type.spec.has_side_effect(rendered))
    if fixed:
        state.graph.fixed[key[0]] = ready
    return ready


def again(step: StepState, state: RunState, registry: Registry) -> Ready:
    """The same step from its recorded input: after a wait, or after its worker died. Raises StepFailed."""
    node_type = _runnable(registry, state.graph.places[step.node_id].node.type)
    recorded = cast(dict[str, JsonValue], step.input)
    return Ready(recorded, check_config(node_type.spec.config, recorded), node_type, node_type.spec.has_side_effect(recorded))


def _runnable(registry: Registry, name: str) -> NodeType:
    node_type = registry.get(name)
    if node_type is None:
        raise NotRunnable(f"There is no node type “{name}” any more. Replace this step.", {"retryable": False})
    if node_type.run is None or not node_type.spec.runnable:
        reason = node_type.spec.unrunnable_reason or f"“{node_type.spec.title}” cannot run yet."
        raise NotRunnable(reason, {"retryable": False})
    return node_type


def _open_loop(state: RunState, key: Key, registry: Registry, limits: RunLimits) -> Opened:
    node_type = registry[state.graph.places[key[0]].node.type]
    scope = Scope(state, key)
    rendered = render_config(node_type.spec.config, state.graph.places[key[0]].node.config, lambda template: render(template, scope))
    # The model fills in what the config leaves out: how many at once, how many per turn.
    whole = check_config(node_type.spec.config, rendered).model_dump(mode="json")
    items = as_items(whole["items"])
    if len(items) > limits.loop_items:
        words = f"The loop got {len(items):,} items; a run goes through {limits.loop_items:,} at most. Filter or batch them first."
        raise LoopTooLarge(words, {"retryable": False})
    if len(numbers(key[1])) >= limits.loop_depth:
        raise LoopTooDeep(f"Loops go {limits.loop_depth} deep at most. Take this one out of the loops around it.", {"retryable": False})
    check_input(items, limits)
    return Opened({"items": items, "concurrency": whole["concurrency"], "batch_size": whole["batch_size"]})


def loop_output(state: RunState, key: Key) -> JsonValue:
    """`results[i]` is the output of the body's last node in turn i, or outputs by id if the body ends in several."""
    loop = state.loops[key]
    body = state.graph.bodies[key[0]]
    ends = [name for name in body.nodes if not state.graph.places[name].outs]
    results: list[JsonValue] = []
    for index in range(len(loop.turns)):
        path = turn(key[1], index)
        outputs = {name: output_of(state, (name, path)) for name in ends}
        results.append(outputs[ends[0]] if len(ends) == 1 else outputs if ends else None)
    return {"results": results, "count": len(results)}


def check_input(given: JsonValue, limits: RunLimits) -> None:
    fault = json_fault(given, limits.output_chars)
    if fault is not None:
        raise InputTooLarge(f"What the step was given {fault}. Pass less on from the steps before it.", {"retryable": False})


def check_output(output: object, limits: RunLimits) -> None:
    fault = json_fault(cast(JsonValue, output), limits.output_chars)
    if fault is not None:
        raise OutputTooLarge(f"The step's output {fault}. Take less at once, or fewer fields.", {"retryable": False})


def broke(error: ParleyError) -> Broke:
    return Broke(Failure(error=error.code, message=error.message), error.details.get("retryable") is not False)
