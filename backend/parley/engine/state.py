"""A run's state, and folding one journal entry into it. Nothing here does I/O, reads a clock or decides.

The fold changes the state in place: one runner owns it, and copying the thousands of steps of a loop at every entry would cost the
square of their number. Beside the steps it keeps what deciding needs (`ready`, open loops, unsettled counts), so that a decision costs
what changed and not what exists.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, assert_never

from pydantic import JsonValue

from parley.engine.events import (
    Event,
    Failure,
    RunCancelled,
    RunDone,
    RunFailed,
    RunOutput,
    RunPaused,
    RunResumed,
    RunStarted,
    RunUsage,
    Source,
    StepDone,
    StepFailed,
    StepInDoubt,
    StepResumed,
    StepRetrying,
    StepSkipped,
    StepStarted,
    StepStopped,
    StepWaiting,
    Waiting,
)
from parley.engine.graph import Graph
from parley.engine.paths import Key, around, index_of, turn, within
from parley.nodes.base import StepUsage

RunStatus = Literal["queued", "running", "waiting", "done", "failed", "cancelled"]
StepStatus = Literal["running", "done", "failed", "skipped", "waiting", "in_doubt"]
ENDED: frozenset[RunStatus] = frozenset({"done", "failed", "cancelled"})


@dataclass(slots=True)
class StepState:
    """One attempt of one step: what a row of `steps` holds."""

    node_id: str
    path: str
    attempt: int
    status: StepStatus
    source: Source
    branch: str | None = None
    input: JsonValue = None
    output: JsonValue = None
    error: Failure | None = None
    wait: Waiting | None = None
    usage: StepUsage | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    decision: StepResumed | None = None
    retry_at: datetime | None = None

    @property
    def key(self) -> Key:
        return self.node_id, self.path


@dataclass(slots=True)
class Frame:
    """One pass through a body: in-edges still open by node, nodes with a taken in-edge, and how many nodes are not settled."""

    open_ins: dict[str, int]
    taken: set[str]
    unsettled: int


@dataclass(slots=True)
class LoopState:
    """`turns` are the items of each turn. Turns start in order: `opened` of them have, `closed` are through."""

    turns: list[JsonValue]
    concurrency: int
    opened: int = 0
    closed: int = 0


@dataclass(slots=True)
class RunState:
    graph: Graph
    last_seq: int = 0
    status: Literal["queued", "started", "done", "failed", "cancelled"] = "queued"
    trigger_id: str | None = None
    input: JsonValue = None
    paused: bool = False
    output: RunOutput | None = None
    error: Failure | None = None
    failed: Key | None = None  # the step to blame
    usage: RunUsage | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempts: dict[tuple[str, str, int], StepState] = field(default_factory=dict[tuple[str, str, int], StepState])
    steps: dict[Key, StepState] = field(default_factory=dict[Key, StepState])  # the newest attempt of each
    ready: dict[Key, bool] = field(default_factory=dict[Key, bool])  # False: every way to it was skipped
    running: set[Key] = field(default_factory=set[Key])
    waiting: set[Key] = field(default_factory=set[Key])  # for a time or a person; those in doubt too
    retrying: set[Key] = field(default_factory=set[Key])
    broken: dict[Key, Failure] = field(default_factory=dict[Key, Failure])  # failed, and nobody went on past them yet
    frames: dict[tuple[str | None, str], Frame] = field(default_factory=dict[tuple[str | None, str], Frame])
    loops: dict[Key, LoopState] = field(default_factory=dict[Key, LoopState])  # those under way
    recorded: tuple[object, ...] | None = None  # what the run's row said last, besides how far it is; the journal's to know

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def run_status(self) -> RunStatus:
        if self.status != "started":
            return self.status
        if self.working or not (self.paused or self.waiting):
            return "running"
        return "running" if not self.paused and (self.retrying or self.ready) else "waiting"

    @property
    def working(self) -> bool:
        """Whether a step is at work; a loop under way is running too, but does no work itself."""
        return len(self.running) > len(self.loops)

    @property
    def through(self) -> bool:
        """Whether every step of the top level is over."""
        return self.frames[None, ""].unsettled == 0

    def item(self, loop: Key, index: int) -> JsonValue:
        """The item of one turn of a loop under way."""
        return self.loops[loop].turns[index]


def loop_state(recorded: JsonValue) -> LoopState | None:
    """From a loop step's recorded input; None for a loop that could not begin, which has its raw config there."""
    match recorded:
        case {"items": list(items), "concurrency": int(concurrency), "batch_size": int(size)}:
            turns: list[JsonValue] = items if size == 1 else [items[at : at + size] for at in range(0, len(items), size)]
            return LoopState(turns, concurrency)
        case _:
            return None


def apply_event(state: RunState, event: Event) -> None:
    """Fold one entry. Entries come in order and without gaps; a node that the workflow does not know is an error of the caller."""
    state.last_seq = event.seq
    match event:
        case StepStarted():
            _start(state, event)
        case StepDone():
            step = _finish(state, event, "done")
            step.output, step.branch, step.usage = event.output, event.branch, event.usage
            if event.usage is not None and step.source != "recorded":
                _count(state, event.usage)
            _settle(state, (event.node_id, event.path), taken=True, branch=event.branch)
        case RunStarted():
            state.status, state.trigger_id, state.input, state.started_at = "started", event.trigger_id, event.input, event.at
            _open_top(state)
        case StepSkipped():
            step = StepState(event.node_id, event.path, event.attempt, "skipped", "live", finished_at=event.at)
            state.attempts[(*step.key, event.attempt)] = state.steps[step.key] = step
            _enter(state, step.key)
            _settle(state, step.key, taken=False, branch=None)
        case StepFailed():
            step = _finish(state, event, "failed")
            step.error = event.error
            _drop_inside(state, step.key)
            if event.continued:
                # A failed step took none of its named branches: nobody knows which it would have been.
                _settle(state, step.key, taken=True, branch="")
            else:
                state.broken[step.key] = event.error
        case StepRetrying():
            step = _finish(state, event, "failed")
            step.error, step.retry_at = event.error, event.retry_at
            state.retrying.add(step.key)
        case StepStopped():
            _finish(state, event, "failed").error = event.error
        case StepWaiting():
            step = state.steps[event.node_id, event.path]
            step.status, step.wait = "waiting", event.wait
            state.running.discard(step.key)
            state.waiting.add(step.key)
        case StepInDoubt():
            step = state.steps[event.node_id, event.path]
            step.status = "in_doubt"
            state.running.discard(step.key)
            state.waiting.add(step.key)
        case StepResumed():
            _resume(state, event)
        case RunPaused():
            state.paused = True
        case RunResumed():
            state.paused = False
        case RunDone():
            state.status, state.output, state.finished_at = "done", event.output, event.at
        case RunFailed():
            state.status, state.error, state.finished_at = "failed", event.error, event.at
            state.failed = None if event.node_id is None or event.path is None else (event.node_id, event.path)
        case RunCancelled():
            state.status, state.finished_at = "cancelled", event.at
        case _:
            assert_never(event)


def _open_top(state: RunState) -> None:
    frame = _open(state, None, "")
    if frame.unsettled == 0:
        return
    for name in state.graph.bodies[None].entries:
        # Without a trigger whatever nothing leads into starts; with one, only that trigger does.
        state.ready[name, ""] = name == state.trigger_id or (state.trigger_id is None and state.graph.places[name].kind != "trigger")


def _open(state: RunState, loop: str | None, path: str) -> Frame:
    body = state.graph.bodies[loop]
    frame = Frame(dict(body.ins), set(), len(body.nodes))
    state.frames[loop, path] = frame
    return frame


def _enter(state: RunState, key: Key) -> None:
    """A step begins: it is ready no more, and the first of a loop's turn opens that turn."""
    node_id, path = key
    state.ready.pop(key, None)
    loop = state.graph.places[node_id].parent
    if (loop, path) in state.frames:
        return
    _open(state, loop, path)
    if loop is not None and (over := state.loops.get((loop, around(path)))) is not None:
        over.opened = max(over.opened, index_of(path) + 1)
    for name in state.graph.bodies[loop].entries:
        if name != node_id:
            state.ready[name, path] = True


def _start(state: RunState, event: StepStarted) -> None:
    key = event.node_id, event.path
    step = StepState(*key, event.attempt, "running", event.source, input=event.input, started_at=event.at)
    state.attempts[(*key, event.attempt)] = state.steps[key] = step
    _enter(state, key)
    state.retrying.discard(key)
    state.running.add(key)
    if state.graph.places[event.node_id].kind == "loop" and (loop := loop_state(event.input)) is not None:
        state.loops[key] = loop


def _finish(state: RunState, event: StepDone | StepFailed | StepRetrying | StepStopped, status: StepStatus) -> StepState:
    key = event.node_id, event.path
    step = state.steps[key]
    step.status, step.finished_at = status, event.at
    state.running.discard(key)
    state.waiting.discard(key)
    state.retrying.discard(key)
    state.loops.pop(key, None)
    return step


def _resume(state: RunState, event: StepResumed) -> None:
    step = state.steps[event.node_id, event.path]
    step.decision = event
    state.waiting.discard(step.key)
    if event.decision == "repeat":  # what this attempt did stays in doubt for good
        step.finished_at = step.retry_at = event.at
        state.retrying.add(step.key)
    else:
        step.status = "running"
        state.running.add(step.key)


def _count(state: RunState, used: StepUsage) -> None:
    before = state.usage or RunUsage(input_tokens=0, output_tokens=0, cost=None)
    known = [cost for cost in (before.cost, used.cost) if cost is not None]
    state.usage = RunUsage(
        input_tokens=before.input_tokens + used.input_tokens,
        output_tokens=before.output_tokens + used.output_tokens,
        cost=sum(known) if known else None,
    )


def _settle(state: RunState, key: Key, *, taken: bool, branch: str | None) -> None:
    """Tell the nodes behind a step that it is over, and the loop around it when that was the turn's last."""
    node_id, path = key
    places = state.graph.places
    place = places[node_id]
    frame = state.frames[place.parent, path]
    open_ins, reached = frame.open_ins, frame.taken
    for handle, target in place.outs:
        left = open_ins[target] = open_ins[target] - 1
        if taken and (handle is None or branch is None or handle == branch):
            reached.add(target)
        first = left and places[target].any and target in reached
        if (first or not left) and (target, path) not in state.steps:
            state.ready[target, path] = target in reached
    frame.unsettled -= 1
    if frame.unsettled == 0 and place.parent is not None:
        loop = state.loops.get((place.parent, around(path)))
        if loop is not None:
            loop.closed += 1


def _drop_inside(state: RunState, key: Key) -> None:
    """A loop failed: nothing inside it is ready, broken or retried any more."""
    if state.graph.places[key[0]].kind != "loop":
        return
    for group in (state.ready, state.broken, state.retrying):
        for inner in [inner for inner in group if inside(state.graph, inner, key)]:
            if isinstance(group, set):
                group.discard(inner)
            else:
                del group[inner]


def inside(graph: Graph, key: Key, loop: Key) -> bool:
    """Whether a step lies in one of this loop step's turns."""
    return loop[0] in graph.loops_around(key[0]) and key[1] != loop[1] and within(key[1], loop[1])


def turn_key(loop: Key, index: int) -> str:
    return turn(loop[1], index)
