"""What a tick leaves behind: new entries, the steps they touched, and how far the run is, in one transaction under the run's fence.

Texts in JSON come here ready-made: an entry's is made once, for its row and for everybody who watches.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, cast

from pydantic import BaseModel, JsonValue, ValidationError
from pydantic_core import to_json
from sqlalchemy import Table, Text, and_, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import UpdateBase

from parley.db.batch import Row, Statement, write
from parley.db.session import Database, db_now
from parley.db.tables.runs import Run, RunEvent, Step
from parley.db.types import Json
from parley.engine.events import (
    STOPPED,
    Event,
    Failure,
    RunFailed,
    StepEvent,
    StepResumed,
    StepSkipped,
    StepStarted,
    StepStopped,
    read_entry,
)
from parley.engine.state import RunState, StepState
from parley.engine.store import Lease, LeaseLost, change_held
from parley.engine.summary import in_words
from parley.errors import ParleyError

Attempt = tuple[str, str, int]


async def record(database: Database, lease: Lease, state: RunState, events: Sequence[Event]) -> None:
    """Append what was folded into `state` and bring the rows up to it. Raises LeaseLost, and then nothing is written."""
    fresh: dict[Attempt, StepState] = {}
    changed: dict[Attempt, StepState] = {}
    for event in events:
        if isinstance(event, StepEvent):
            key = event.node_id, event.path, event.attempt
            if isinstance(event, StepStarted | StepSkipped):
                fresh[key] = state.attempts[key]
            elif key not in fresh:
                changed[key] = state.attempts[key]
    run_id = lease.run_id
    shown = _progress(state)
    written = await write(
        database,
        _guard(lease, state, shown),
        (_ADD_EVENT, [_event_row(run_id, event) for event in events]),
        # In the order of their key, in which they lie on the disk.
        (_ADD_STEP, [_new_step_row(run_id, fresh[key]) for key in sorted(fresh)]),
        (_CHANGE_STEP, [_step_row(run_id, changed[key]) for key in sorted(changed)]),
    )
    if not written:
        raise LeaseLost(lease.run_id)
    state.recorded = shown


async def fail_run(session: AsyncSession, lease: Lease, failure: Failure) -> None:
    """End a run that the engine cannot carry on, such as one whose journal it cannot read; what was under way stops. Raises LeaseLost."""
    now = await db_now(session)
    run = await session.get_one(Run, lease.run_id, populate_existing=True)
    under_way = and_(Step.run_id == run.id, Step.status.in_(("running", "waiting", "in_doubt")), Step.retry_at.is_(None))
    found = (await session.execute(select(Step.node_id, Step.path, Step.attempt).where(under_way))).all()
    events: list[Event] = [
        StepStopped(kind="step_stopped", seq=seq, at=now, node_id=node_id, path=path, attempt=attempt, error=STOPPED)
        for seq, (node_id, path, attempt) in enumerate(found, run.last_seq + 1)
    ]
    seq = run.last_seq + len(events) + 1
    events.append(RunFailed(kind="run_failed", seq=seq, at=now, error=failure, node_id=None, path=None))
    error = failure.model_dump(mode="json")
    freed = {"lease_owner": None, "lease_until": None, "wake_at": None}
    await change_held(session, lease, {"status": "failed", "last_seq": seq, "error": error, "finished_at": now, **freed})
    await session.execute(update(Step).where(under_way).values(status="failed", error=STOPPED.model_dump(mode="json"), finished_at=now))
    await session.execute(insert(RunEvent), [_ADD_EVENT.named(_event_row(run.id, event)) for event in events])


class RecordUnreadable(ParleyError):
    """The journal has an entry that this version does not know."""

    status = 409


async def events_after(session: AsyncSession, run_id: str, after: int, limit: int) -> list[Event]:
    """Raises RecordUnreadable."""
    found = await session.scalars(
        select(RunEvent.data).where(RunEvent.run_id == run_id, RunEvent.seq > after).order_by(RunEvent.seq).limit(limit)
    )
    try:
        return [read_entry(text) for text in found]
    except ValidationError:
        words = "This run was recorded by a newer version of Parley, which does things that this one does not know. Update this one."
        raise RecordUnreadable(words, {"run_id": run_id}) from None


# Rows


def _event_row(run_id: str, event: Event) -> Row:
    return run_id, event.seq, event.text


def _guard(lease: Lease, state: RunState, shown: tuple[object, ...]) -> tuple[Statement, Row]:
    """How far the run is, in the run's own row: this write finds it only under the lease."""
    held = lease.run_id, lease.owner, lease.fence
    if state.ended:
        return _END_RUN, (state.last_seq, *shown, *_end(state), *held)
    if shown == state.recorded:
        return _COUNT_ON, (state.last_seq, *held)
    return _ADVANCE_RUN, (state.last_seq, *shown, *held)


def _progress(state: RunState) -> tuple[object, ...]:
    return state.run_status, state.started_at, state.trigger_id, state.paused, _model_text(state.usage)


def _end(state: RunState) -> Row:
    output = state.output
    node_id, path = state.failed or (None, None)
    answered = (None, None) if output is None else (in_words(output.value), output.built_in)
    return state.finished_at, _model_text(output), _model_text(state.error), *answered, node_id, path


def _new_step_row(run_id: str, step: StepState) -> Row:
    """Every column, in the order of the table."""
    return (
        run_id,
        step.node_id,
        step.path,
        step.attempt,
        step.status,
        step.source,
        step.branch,
        _text(step.input),
        _text(step.output),
        _model_text(step.error),
        _model_text(step.wait),
        _decision_text(step.decision),
        step.retry_at,
        _model_text(step.usage),
        step.started_at,
        step.finished_at,
    )


def _step_row(run_id: str, step: StepState) -> Row:
    """Without what a step began with, which stays."""
    return (
        run_id,
        step.node_id,
        step.path,
        step.attempt,
        step.status,
        step.source,
        step.branch,
        _text(step.output),
        _model_text(step.error),
        _model_text(step.wait),
        _decision_text(step.decision),
        step.retry_at,
        _model_text(step.usage),
        step.finished_at,
    )


def _text(value: JsonValue) -> str | None:
    return None if value is None else to_json(value).decode()


def _model_text(value: BaseModel | None) -> str | None:
    return None if value is None else value.model_dump_json()


def _decision_text(value: StepResumed | None) -> str | None:
    return None if value is None else value.model_dump_json(include={"decision", "by", "comment"})


# Statements

# Any: what a mapped class calls its table is typed as anything that can be selected from.
_RUNS, _EVENTS, _STEPS = (cast("Table[Any]", model.__table__) for model in (Run, RunEvent, Step))
_KEY = ("run_id", "node_id", "path", "attempt")
_FIXED = ("source", "input", "started_at")  # what a step began with stays


def _given(table: Table[Any], *left_out: str) -> dict[str, Any]:
    """A parameter for each column, in its order; JSON comes as text."""
    columns = [column for column in table.columns if column.name not in left_out]
    return {column.name: bindparam(column.name, type_=Text() if isinstance(column.type, Json) else column.type) for column in columns}


def _update_run(*names: str, **fixed: Any) -> Statement:
    """Its rows end with whose lease it is."""
    given = _given(_RUNS)
    run, owner, fence = (
        bindparam(name, type_=_RUNS.c[column].type)
        for name, column in (("of_run", "id"), ("of_owner", "lease_owner"), ("of_fence", "fence"))
    )
    held = (_RUNS.c.id == run, _RUNS.c.lease_owner == owner, _RUNS.c.fence == fence)
    values = {**{name: given[name] for name in names}, **fixed}
    return Statement((*names, "of_run", "of_owner", "of_fence"), lambda dialect: update(_RUNS).where(*held).values(values))


def _add(table: Table[Any]) -> Statement:
    given = _given(table)
    return Statement(tuple(given), lambda dialect: insert(table).values(given))


def _change_step() -> Statement:
    """Many rows in one statement: where an UPDATE would go row by row over the network, an upsert does not."""
    given = _given(_STEPS, "input", "started_at")
    changed = [name for name in given if name not in (*_KEY, *_FIXED)]

    def build(dialect: str) -> UpdateBase:
        upserting: Any = import_module(f"sqlalchemy.dialects.{dialect}")  # 4 MB for those not used; Any: no common type has upserts
        adding = upserting.insert(_STEPS).values(given)
        if dialect == "mysql":
            return adding.on_duplicate_key_update({name: adding.inserted[name] for name in changed})
        return adding.on_conflict_do_update(index_elements=list(_KEY), set_={name: adding.excluded[name] for name in changed})

    return Statement(tuple(given), build)


_PROGRESS = ("status", "started_at", "trigger_id", "paused", "usage")
_ANSWER = ("finished_at", "output", "error", "answer_text", "built_in", "failed_node_id", "failed_path")
_COUNT_ON = _update_run("last_seq")  # most ticks: what an index holds is left alone
_ADVANCE_RUN = _update_run("last_seq", *_PROGRESS)
_END_RUN = _update_run("last_seq", *_PROGRESS, *_ANSWER, lease_owner=None, lease_until=None, wake_at=None)
_ADD_EVENT, _ADD_STEP, _CHANGE_STEP = _add(_EVENTS), _add(_STEPS), _change_step()
