"""One step: what the engine does by itself (triggers, merges, loops), and running a node type's own work within its limits."""

import asyncio
from dataclasses import dataclass
from typing import cast

import structlog
from pydantic import BaseModel, JsonValue

from parley.engine.configs import check_config, render_config
from parley.engine.events import Failure, StepResumed
from parley.engine.hub import Hub
from parley.engine.limits import InputTooLarge, LoopTooDeep, LoopTooLarge, OutputTooLarge, RunLimits, StepTimedOut
from parley.engine.paths import Key, numbers, turn
from parley.engine.scope import Scope, output_of
from parley.engine.state import RunState, StepState
from parley.errors import ParleyError
from parley.nodes.base import Decision, NodeType, Registry, Services, StepContext, StepFailed, StepResult, Wait
from parley.nodes.values import as_items
from parley.workflow.expressions import evaluate, render
from parley.workflow.storable import json_fault

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class NotRunnable(StepFailed):
    """This server cannot run the node's type: not yet, or not any more."""


@dataclass(frozen=True)
class Ready:
    """A step to be given to its node type: `input` is its config as recorded, `config` the same, checked."""

    input: dict[str, JsonValue]
    config: BaseModel
    side_effect: bool
    computes: bool


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Means:
    """What the steps of one run work with."""

    run_id: str
    services: Services
    hub: Hub
    limits: RunLimits


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
            node_type = _runnable(registry, place.node.type)
            rendered = _rendered(state, key, node_type)
            config = check_config(node_type.spec.config, rendered)
            check_input(rendered, limits)
            return Ready(rendered, config, node_type.spec.has_side_effect(rendered), node_type.computes)


def again(step: StepState, state: RunState, registry: Registry) -> Ready:
    """The same step from its recorded input: after a wait, or after its worker died. Raises StepFailed."""
    node_type = _runnable(registry, state.graph.places[step.node_id].node.type)
    recorded = cast(dict[str, JsonValue], step.input)
    return Ready(recorded, check_config(node_type.spec.config, recorded), node_type.spec.has_side_effect(recorded), node_type.computes)


def _runnable(registry: Registry, name: str) -> NodeType:
    node_type = registry.get(name)
    if node_type is None:
        raise NotRunnable(f"There is no node type “{name}” any more. Replace this step.", {"retryable": False})
    if node_type.run is None or not node_type.spec.runnable:
        reason = node_type.spec.unrunnable_reason or f"“{node_type.spec.title}” cannot run yet."
        raise NotRunnable(reason, {"retryable": False})
    return node_type


def _rendered(state: RunState, key: Key, node_type: NodeType) -> dict[str, JsonValue]:
    scope = Scope(state, key)
    return render_config(node_type.spec.config, state.graph.places[key[0]].node.config, lambda template: render(template, scope))


def _open_loop(state: RunState, key: Key, registry: Registry, limits: RunLimits) -> Opened:
    node_type = registry[state.graph.places[key[0]].node.type]
    rendered = _rendered(state, key, node_type)
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


async def perform(means: Means, state: RunState, step: StepState, ready: Ready, node_type: NodeType) -> Outcome:
    """Run the node type's own work; every failure comes back as an outcome."""
    node = state.graph.places[step.node_id].node
    context = _context(means, state, step)
    clock = _Clock(node.timeout or means.limits.step_seconds)
    try:
        outcome = await _work(node_type, ready.config, context, step.decision)
        if isinstance(outcome, StepResult):
            check_output(outcome.output, means.limits)
        return outcome
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


def compute(means: Means, state: RunState, step: StepState, ready: Ready, node_type: NodeType) -> Outcome:
    """`perform` for a type that awaits nothing: its coroutine ends at the first push. What its expressions may cost is bounded."""
    work = _work(node_type, ready.config, _context(means, state, step), None)
    try:
        work.send(None)
    except StopIteration as ended:
        outcome: StepResult = ended.value
    except ParleyError as error:
        return broke(error)
    except Exception as error:
        return _crashed(means.run_id, step, error)
    else:
        work.close()
        return _crashed(means.run_id, step, TypeError(f"{node_type.spec.type} awaits something, but says that it only computes"))
    try:
        check_output(outcome.output, means.limits)
    except ParleyError as error:
        return broke(error)
    return outcome


class _Clock:
    """Cancels the task that made it when the time is up: a third of what `asyncio.timeout` costs, and each step has one."""

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


async def _work(node_type: NodeType, config: BaseModel, context: StepContext, decision: StepResumed | None) -> StepResult | Wait:
    if decision is None:
        assert node_type.run is not None
        return await node_type.run(config, context)
    if node_type.resume is None:
        return StepResult({})
    return await node_type.resume(config, context, Decision(decision.decision, decision.by, decision.comment))


def _context(means: Means, state: RunState, step: StepState) -> StepContext:
    scope = Scope(state, step.key)

    async def emit(text: str) -> None:
        if text:
            means.hub.write(means.run_id, step.key, step.attempt, text)

    return StepContext(
        run_id=means.run_id,
        node_id=step.node_id,
        path=numbers(step.path),
        attempt=step.attempt,
        idempotency_key=f"{means.run_id}:{step.node_id}:{step.path}",
        input=cast(JsonValue, scope["input"]),
        scope=scope,
        raw_config=state.graph.places[step.node_id].node.config,
        services=means.services,
        render=lambda template, other=None: render(template, scope if other is None else other),
        evaluate=lambda expression: evaluate(expression, scope),
        emit=emit,
    )


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


def _crashed(run_id: str, step: StepState, error: Exception) -> Broke:
    log.error("step_crashed", run_id=run_id, node_id=step.node_id, path=step.path, exc_info=error)
    words = f"The step broke by a fault of ours ({type(error).__name__}). The server's log has it under run {run_id}."
    return Broke(Failure(error="step_crashed", message=words), retryable=True)
