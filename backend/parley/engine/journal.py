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

from parley.db.batch import Statement, write
from parley.db.session import Database, db_now
from parley.db.tables.runs import Run, RunEvent, Step
from parley.db.types import Json
from parley.engine.events import STOPPED, Event, Failure, RunFailed, StepEvent, StepSkipped, StepStarted, StepStopped, read_entry
from parley.engine.state import RunState, StepState
from parley.engine.store import Lease, LeaseLost, change_held
from parley.engine.summary import in_words
from parley.errors import ParleyError


async def record(database: Database, lease: Lease, state: RunState, events: Sequence[Event]) -> None:
    """Append what was folded into `state` and bring the rows up to it. Raises LeaseLost, and then nothing is written."""
    steps = [event for event in events if isinstance(event, StepEvent)]
    fresh = {(event.node_id, event.path, event.attempt) for event in steps if isinstance(event, StepStarted | StepSkipped)}
    touched = dict.fromkeys((event.node_id, event.path, event.attempt) for event in steps)
    row = _run_row(lease, state)
    shown = tuple(row[name] for name in _PROGRESS)
    advance = _END_RUN if state.ended else _COUNT_ON if shown == state.recorded else _ADVANCE_RUN
    written = await write(
        database,
        (advance, row),
        (_ADD_EVENT, [_event_row(lease.run_id, event) for event in events]),
        (_ADD_STEP, [_new_step_row(lease.run_id, state.attempts[key]) for key in touched if key in fresh]),
        (_CHANGE_STEP, [_step_row(lease.run_id, state.attempts[key]) for key in touched if key not in fresh]),
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
    await session.execute(insert(RunEvent), [_event_row(run.id, event) for event in events])


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


def _event_row(run_id: str, event: Event) -> dict[str, Any]:
    return {"run_id": run_id, "seq": event.seq, "kind": event.kind, "at": event.at, "data": event.text}


def _run_row(lease: Lease, state: RunState) -> dict[str, Any]:
    row: dict[str, Any] = {
        "of_run": lease.run_id,
        "of_owner": lease.owner,
        "of_fence": lease.fence,
        "last_seq": state.last_seq,
        "status": state.run_status,
        "started_at": state.started_at,
        "trigger_id": state.trigger_id,
        "paused": state.paused,
        "usage": _model_text(state.usage),
    }
    if state.ended:
        output = state.output
        row |= {"finished_at": state.finished_at, "output": _model_text(output), "error": _model_text(state.error)}
        row["answer_text"], row["built_in"] = (None, None) if output is None else (in_words(output.value), output.built_in)
        row["failed_node_id"], row["failed_path"] = state.failed or (None, None)
    return row


def _step_row(run_id: str, step: StepState) -> dict[str, Any]:
    decision = step.decision
    return {
        "run_id": run_id,
        "node_id": step.node_id,
        "path": step.path,
        "attempt": step.attempt,
        "status": step.status,
        "source": step.source,
        "branch": step.branch,
        "output": _text(step.output),
        "error": _model_text(step.error),
        "wait": _model_text(step.wait),
        "decision": None if decision is None else decision.model_dump_json(include={"decision", "by", "comment"}),
        "retry_at": step.retry_at,
        "usage": _model_text(step.usage),
        "finished_at": step.finished_at,
    }


def _new_step_row(run_id: str, step: StepState) -> dict[str, Any]:
    return _step_row(run_id, step) | {"input": _text(step.input), "started_at": step.started_at}


def _text(value: JsonValue) -> str | None:
    return None if value is None else to_json(value).decode()


def _model_text(value: BaseModel | None) -> str | None:
    return None if value is None else value.model_dump_json()


# Statements

# Any: what a mapped class calls its table is typed as anything that can be selected from.
_RUNS, _EVENTS, _STEPS = (cast("Table[Any]", model.__table__) for model in (Run, RunEvent, Step))
_KEY = ("run_id", "node_id", "path", "attempt")
_FIXED = ("source", "input", "started_at")  # what a step began with stays


def _given(table: Table[Any], *left_out: str) -> dict[str, Any]:
    """A parameter for each column; JSON comes as text."""
    columns = [column for column in table.columns if column.name not in left_out]
    return {column.name: bindparam(column.name, type_=Text() if isinstance(column.type, Json) else column.type) for column in columns}


def _update_run(*names: str, **fixed: Any) -> Statement:
    given = {name: value for name, value in _given(_RUNS).items() if name in names}
    run, owner, fence = (
        bindparam(name, type_=_RUNS.c[column].type)
        for name, column in (("of_run", "id"), ("of_owner", "lease_owner"), ("of_fence", "fence"))
    )
    held = (_RUNS.c.id == run, _RUNS.c.lease_owner == owner, _RUNS.c.fence == fence)
    return Statement(lambda dialect: update(_RUNS).where(*held).values({**given, **fixed}))


def _change_step(dialect: str) -> UpdateBase:
    """Many rows in one statement: where an UPDATE would go row by row over the network, an upsert does not."""
    given = _given(_STEPS, "input", "started_at")
    changed = [name for name in given if name not in (*_KEY, *_FIXED)]
    upserting: Any = import_module(f"sqlalchemy.dialects.{dialect}")  # 4 MB for those that are not used; Any: no common type has upserts
    if dialect == "mysql":
        adding = upserting.insert(_STEPS).values(given)
        return adding.on_duplicate_key_update({name: adding.inserted[name] for name in changed})
    adding = upserting.insert(_STEPS).values(given)
    return adding.on_conflict_do_update(index_elements=list(_KEY), set_={name: adding.excluded[name] for name in changed})


_PROGRESS = ("status", "started_at", "trigger_id", "paused", "usage")
_ANSWER = ("finished_at", "output", "error", "answer_text", "built_in", "failed_node_id", "failed_path")
_COUNT_ON = _update_run("last_seq")  # most ticks: what an index holds is left alone
_ADVANCE_RUN = _update_run("last_seq", *_PROGRESS)
_END_RUN = _update_run("last_seq", *_PROGRESS, *_ANSWER, lease_owner=None, lease_until=None, wake_at=None)
_ADD_EVENT = Statement(lambda dialect: insert(_EVENTS).values(_given(_EVENTS)))
_ADD_STEP = Statement(lambda dialect: insert(_STEPS).values(_given(_STEPS)))
_CHANGE_STEP = Statement(_change_step)
