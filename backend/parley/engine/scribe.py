"""Writing entries: each is numbered, timed, folded into the state at once, and kept until the batch is recorded."""

from datetime import UTC, datetime

from pydantic import JsonValue

from parley.engine.events import (
    Event,
    Failure,
    RunCancelled,
    RunDone,
    RunFailed,
    RunOutput,
    RunStarted,
    StepDone,
    StepFailed,
    StepResumed,
    StepRetrying,
    StepSkipped,
    StepStarted,
    StepStopped,
    StepWaiting,
    Waiting,
)
from parley.engine.paths import Key
from parley.engine.state import RunState, StepState, apply_event
from parley.nodes.base import StepResult


def now() -> datetime:
    return datetime.now(UTC)


class Scribe:
    def __init__(self, state: RunState) -> None:
        self.state = state
        self.batch: list[Event] = []

    def take_batch(self) -> list[Event]:
        batch, self.batch = self.batch, []
        return batch

    @property
    def _seq(self) -> int:
        return self.state.last_seq + 1

    def _write(self, event: Event) -> None:
        apply_event(self.state, event)
        self.batch.append(event)

    def run_started(self, trigger_id: str | None, given: JsonValue) -> None:
        self._write(RunStarted(kind="run_started", seq=self._seq, at=now(), trigger_id=trigger_id, input=given))

    def run_done(self, output: RunOutput) -> None:
        self._write(RunDone(kind="run_done", seq=self._seq, at=now(), output=output))

    def run_failed(self, key: Key | None, error: Failure) -> None:
        node_id, path = key or (None, None)
        self._write(RunFailed(kind="run_failed", seq=self._seq, at=now(), error=error, node_id=node_id, path=path))

    def run_cancelled(self) -> None:
        self._write(RunCancelled(kind="run_cancelled", seq=self._seq, at=now()))

    def started(self, key: Key, attempt: int, given: JsonValue) -> StepState:
        node_id, path = key
        self._write(
            StepStarted(
                kind="step_started", seq=self._seq, at=now(), node_id=node_id, path=path, attempt=attempt, source="live", input=given
            )
        )
        return self.state.steps[key]

    def skipped(self, key: Key) -> None:
        self._write(StepSkipped(kind="step_skipped", seq=self._seq, at=now(), node_id=key[0], path=key[1], attempt=1))

    def done(self, step: StepState, result: StepResult) -> None:
        self.output(step, dict(result.output), result)

    def output(self, step: StepState, output: JsonValue, result: StepResult | None = None) -> None:
        """Also for outputs that are no objects: a trigger's may be any JSON."""
        self._write(
            StepDone(
                kind="step_done",
                seq=self._seq,
                at=now(),
                node_id=step.node_id,
                path=step.path,
                attempt=step.attempt,
                output=output,
                branch=None if result is None else result.branch,
                usage=None if result is None else result.usage,
            )
        )

    def failed(self, step: StepState, error: Failure, *, continued: bool) -> None:
        self._write(
            StepFailed(
                kind="step_failed",
                seq=self._seq,
                at=now(),
                node_id=step.node_id,
                path=step.path,
                attempt=step.attempt,
                error=error,
                continued=continued,
            )
        )

    def retrying(self, step: StepState, error: Failure, at: datetime) -> None:
        self._write(
            StepRetrying(
                kind="step_retrying",
                seq=self._seq,
                at=now(),
                node_id=step.node_id,
                path=step.path,
                attempt=step.attempt,
                error=error,
                retry_at=at,
            )
        )

    def stopped(self, step: StepState, why: Failure) -> None:
        self._write(
            StepStopped(kind="step_stopped", seq=self._seq, at=now(), node_id=step.node_id, path=step.path, attempt=step.attempt, error=why)
        )

    def waiting(self, step: StepState, wait: Waiting) -> None:
        self._write(
            StepWaiting(kind="step_waiting", seq=self._seq, at=now(), node_id=step.node_id, path=step.path, attempt=step.attempt, wait=wait)
        )

    def resumed(self, step: StepState, *, decision: str, by: str, comment: str) -> None:
        self._write(
            StepResumed(
                kind="step_resumed",
                seq=self._seq,
                at=now(),
                node_id=step.node_id,
                path=step.path,
                attempt=step.attempt,
                decision=decision,
                by=by,
                comment=comment,
            )
        )
