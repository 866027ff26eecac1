"""Writing entries: each is numbered, timed, folded into the state at once, and kept until the batch is recorded."""

from datetime import UTC, datetime
from typing import Any, get_args

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
    entry,
)
from parley.engine.paths import Key
from parley.engine.state import RunState, StepState, apply_event
from parley.nodes.base import StepResult, StepUsage

_KINDS: dict[type[Event], str] = {make: get_args(make.model_fields["kind"].annotation)[0] for make in get_args(Event)}


def now() -> datetime:
    return datetime.now(UTC)


class Scribe:
    def __init__(self, state: RunState) -> None:
        self.state = state
        self.batch: list[Event] = []

    def take_batch(self) -> list[Event]:
        batch, self.batch = self.batch, []
        return batch

    def _write(self, make: type[Event], fields: dict[str, Any]) -> None:  # Any: the fields of `make`
        fields["seq"], fields["at"], fields["kind"] = self.state.last_seq + 1, now(), _KINDS[make]
        event = entry(make, fields)
        apply_event(self.state, event)
        self.batch.append(event)

    def _of(self, step: StepState, make: type[Event], **fields: Any) -> None:  # Any: as above
        self._write(make, {"node_id": step.node_id, "path": step.path, "attempt": step.attempt, **fields})

    def run_started(self, trigger_id: str | None, given: JsonValue) -> None:
        self._write(RunStarted, {"trigger_id": trigger_id, "input": given})

    def run_done(self, output: RunOutput) -> None:
        self._write(RunDone, {"output": output})

    def run_failed(self, key: Key | None, error: Failure) -> None:
        node_id, path = key or (None, None)
        self._write(RunFailed, {"error": error, "node_id": node_id, "path": path})

    def run_cancelled(self) -> None:
        self._write(RunCancelled, {})

    def run_paused(self) -> None:
        self._write(RunPaused, {})

    def run_resumed(self) -> None:
        self._write(RunResumed, {})

    def started(self, key: Key, attempt: int, given: JsonValue, source: Source = "live") -> StepState:
        self._write(StepStarted, {"node_id": key[0], "path": key[1], "attempt": attempt, "source": source, "input": given})
        return self.state.steps[key]

    def skipped(self, key: Key) -> None:
        self._write(StepSkipped, {"node_id": key[0], "path": key[1], "attempt": 1})

    def done(self, step: StepState, result: StepResult) -> None:
        self._done(step, dict(result.output), result.branch, result.usage)

    def output(self, step: StepState, output: JsonValue, *, branch: str | None = None, usage: StepUsage | None = None) -> None:
        """Also for outputs that are no objects: a trigger's may be any JSON."""
        self._done(step, output, branch, usage)

    def _done(self, step: StepState, output: JsonValue, branch: str | None, usage: StepUsage | None) -> None:
        self._of(step, StepDone, output=output, branch=branch, usage=usage)

    def failed(self, step: StepState, error: Failure, *, continued: bool) -> None:
        self._of(step, StepFailed, error=error, continued=continued)

    def retrying(self, step: StepState, error: Failure, at: datetime) -> None:
        self._of(step, StepRetrying, error=error, retry_at=at)

    def stopped(self, step: StepState, why: Failure) -> None:
        self._of(step, StepStopped, error=why)

    def waiting(self, step: StepState, wait: Waiting) -> None:
        self._of(step, StepWaiting, wait=wait)

    def in_doubt(self, step: StepState) -> None:
        self._of(step, StepInDoubt)

    def resumed(self, step: StepState, *, decision: str, by: str, comment: str) -> None:
        self._of(step, StepResumed, decision=decision, by=by, comment=comment)
