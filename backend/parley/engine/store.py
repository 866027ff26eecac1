"""The rows of runs: the journal and its fold, leases with a fence, and what waits to be taken up.

Only the holder of a run's lease writes its journal; every such write names the fence that it was given, and is refused once another
has claimed the run. Leases are compared by the database's clock.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.session import db_now, rows_changed
from parley.db.tables.chats import Chat
from parley.db.tables.runs import Run, RunDecision, RunEvent, Step
from parley.engine.events import EVENT, Event, Failure, RunFailed, StepEvent, StepSkipped, StepStarted
from parley.engine.state import RunState, StepState
from parley.errors import Conflict, NotFound

ACTIVE = ("queued", "running", "waiting")


class LeaseLost(Conflict):
    """Another worker has claimed the run: this one may not write to it any more."""


class AlreadyDecided(Conflict):
    """Somebody decided on this step before."""


@dataclass(frozen=True)
class Lease:
    run_id: str
    owner: str
    fence: int


@dataclass(frozen=True)
class Decided:
    node_id: str
    path: str
    attempt: int
    decision: Literal["approved", "rejected"]
    by: str
    comment: str


# Leases


async def claim(session: AsyncSession, run_id: str, owner: str, seconds: float) -> tuple[Lease, Run] | None:
    """Take the run, unless it has ended or another's lease on it still holds."""
    now = await db_now(session)
    taken = await session.execute(
        update(Run)
        .where(Run.id == run_id, Run.status.in_(ACTIVE), or_(Run.lease_until.is_(None), Run.lease_until < now))
        .values(lease_owner=owner, lease_until=now + timedelta(seconds=seconds), fence=Run.fence + 1)
    )
    if rows_changed(taken) != 1:
        return None
    run = await session.get_one(Run, run_id, populate_existing=True)
    return Lease(run_id, owner, run.fence), run


async def renew(session: AsyncSession, owner: str, run_ids: Collection[str], seconds: float) -> set[str]:
    """Prolong the leases; returns the runs that are still the owner's."""
    now = await db_now(session)
    await session.execute(
        update(Run).where(Run.id.in_(run_ids), Run.lease_owner == owner).values(lease_until=now + timedelta(seconds=seconds))
    )
    return set(await session.scalars(select(Run.id).where(Run.id.in_(run_ids), Run.lease_owner == owner)))


async def cancels_asked(session: AsyncSession, run_ids: Collection[str]) -> set[str]:
    return set(await session.scalars(select(Run.id).where(Run.id.in_(run_ids), Run.cancel_requested)))


async def release(session: AsyncSession, lease: Lease, *, wake_at: datetime | None) -> None:
    """Give the run back: it waits until `wake_at`, a decision or a cancel. Raises LeaseLost."""
    await _owned(session, lease, {"lease_owner": None, "lease_until": None, "wake_at": wake_at})


async def due(session: AsyncSession, limit: int) -> list[str]:
    """Runs that somebody should take up: queued or left by a worker that died, and waiting ones whose time or answer has come."""
    now = await db_now(session)
    free = or_(Run.lease_until.is_(None), Run.lease_until < now)
    called = and_(Run.status == "waiting", or_(Run.wake_at <= now, Run.cancel_requested))
    found = await session.scalars(
        select(Run.id).where(free, or_(Run.status.in_(("queued", "running")), called)).order_by(Run.id).limit(limit)
    )
    return list(found)


async def next_wake(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(Run.wake_at).where(Run.status == "waiting", Run.wake_at.is_not(None)).order_by(Run.wake_at).limit(1))


# The journal


async def record(session: AsyncSession, lease: Lease, state: RunState, events: Sequence[Event]) -> None:
    """Append what was folded into `state` and bring the rows up to it. Raises LeaseLost, and then nothing is written."""
    changes: dict[str, Any] = {"last_seq": state.last_seq, "status": state.run_status}
    if state.started_at is not None:
        changes |= {"started_at": state.started_at, "trigger_id": state.trigger_id}
    if state.ended:
        output, error = state.output, state.error
        changes |= {
            "finished_at": state.finished_at,
            "output": None if output is None else output.model_dump(mode="json"),
            "error": None if error is None else error.model_dump(mode="json"),
            "lease_owner": None,
            "lease_until": None,
            "wake_at": None,
        }
    await _owned(session, lease, changes)
    await session.execute(insert(RunEvent), [_event_row(lease.run_id, event) for event in events])
    touched = dict.fromkeys((event.node_id, event.path, event.attempt) for event in events if isinstance(event, StepEvent))
    fresh = {(event.node_id, event.path, event.attempt) for event in events if isinstance(event, StepStarted | StepSkipped)}
    added = [_step_row(lease.run_id, state.attempts[key]) for key in touched if key in fresh]
    changed = [_step_row(lease.run_id, state.attempts[key], prefix="at_") for key in touched if key not in fresh]
    if added:
        await session.execute(insert(Step), added)
    if changed:
        connection = await session.connection()
        await connection.execute(_UPDATE_STEP, changed)


async def fail_run(session: AsyncSession, lease: Lease, failure: Failure) -> None:
    """End a run that the engine cannot carry on, such as one whose journal it cannot read. Raises LeaseLost."""
    now = await db_now(session)
    run = await session.get_one(Run, lease.run_id, populate_existing=True)
    seq = run.last_seq + 1
    event = RunFailed(kind="run_failed", seq=seq, at=now, error=failure, node_id=None, path=None)
    error = failure.model_dump(mode="json")
    ended = {"status": "failed", "last_seq": seq, "error": error, "finished_at": now, "lease_owner": None, "lease_until": None}
    await _owned(session, lease, ended)
    await session.execute(insert(RunEvent), [_event_row(run.id, event)])


async def _owned(session: AsyncSession, lease: Lease, changes: dict[str, Any]) -> None:
    done = await session.execute(
        update(Run).where(Run.id == lease.run_id, Run.lease_owner == lease.owner, Run.fence == lease.fence).values(**changes)
    )
    if rows_changed(done) != 1:
        raise LeaseLost("Another worker has taken this run over.", {"run_id": lease.run_id})


_STEP_KEY = ("run_id", "node_id", "path", "attempt")
_STEP_VALUES = (
    "status",
    "source",
    "branch",
    "input",
    "output",
    "error",
    "wait",
    "decision",
    "retry_at",
    "usage",
    "started_at",
    "finished_at",
)
_UPDATE_STEP = (
    update(Step.__table__)  # type: ignore[arg-type]
    .where(*(Step.__table__.c[name] == bindparam(f"at_{name}") for name in _STEP_KEY))
    .values({name: bindparam(f"at_{name}") for name in _STEP_VALUES})
)


def _event_row(run_id: str, event: Event) -> dict[str, Any]:
    data = event.model_dump(mode="json", exclude={"seq", "at", "kind"})
    return {"run_id": run_id, "seq": event.seq, "kind": event.kind, "at": event.at, "data": data}


def _step_row(run_id: str, step: StepState, prefix: str = "") -> dict[str, Any]:
    row = {
        "run_id": run_id,
        "node_id": step.node_id,
        "path": step.path,
        "attempt": step.attempt,
        "status": step.status,
        "source": step.source,
        "branch": step.branch,
        "input": step.input,
        "output": step.output,
        "error": None if step.error is None else step.error.model_dump(mode="json"),
        "wait": None if step.wait is None else step.wait.model_dump(mode="json"),
        "decision": None if step.decision is None else step.decision.model_dump(mode="json", include={"decision", "by", "comment"}),
        "retry_at": step.retry_at,
        "usage": None if step.usage is None else step.usage.model_dump(mode="json"),
        "started_at": step.started_at,
        "finished_at": step.finished_at,
    }
    return {f"{prefix}{name}": value for name, value in row.items()} if prefix else row


async def events_after(session: AsyncSession, run_id: str, after: int, limit: int) -> list[Event]:
    rows = await session.execute(
        select(RunEvent.seq, RunEvent.kind, RunEvent.at, RunEvent.data)
        .where(RunEvent.run_id == run_id, RunEvent.seq > after)
        .order_by(RunEvent.seq)
        .limit(limit)
    )
    return [EVENT.validate_python({**data, "seq": seq, "kind": kind, "at": at}) for seq, kind, at, data in rows]


# Runs, for those who start and watch them


async def insert_run(session: AsyncSession, run: Run) -> None:
    session.add(run)
    await session.flush()


async def get_run(session: AsyncSession, run_id: str, owner_id: str) -> Run:
    run = await session.scalar(select(Run).where(Run.id == run_id, Run.owner_id == owner_id).execution_options(populate_existing=True))
    if run is None:
        raise NotFound("There is no such run. It may have been deleted with its chat.")
    return run


async def list_runs(
    session: AsyncSession, owner_id: str, *, chat_id: str | None, states: Sequence[str], before: str | None, limit: int
) -> list[Run]:
    """Newest first, without those of deleted chats; `before` is the id that the last page ended with."""
    query = select(Run).join(Chat, Chat.id == Run.chat_id).where(Run.owner_id == owner_id, Chat.deleted_at.is_(None))
    if chat_id is not None:
        query = query.where(Run.chat_id == chat_id)
    if states:
        query = query.where(Run.status.in_(states))
    if before is not None:
        query = query.where(Run.id < before)
    return list(await session.scalars(query.order_by(Run.id.desc()).limit(limit)))


async def steps_of(
    session: AsyncSession, run_id: str, *, after: tuple[str, str, int] | None = None, limit: int | None = None
) -> list[Step]:
    """In the order of their keys (node, path, attempt); those after `after`, if it is given."""
    query = select(Step).where(Step.run_id == run_id).order_by(Step.node_id, Step.path, Step.attempt).limit(limit)
    if after is not None:
        node_id, path, attempt = after
        query = query.where(
            or_(
                Step.node_id > node_id,
                and_(Step.node_id == node_id, Step.path > path),
                and_(Step.node_id == node_id, Step.path == path, Step.attempt > attempt),
            )
        )
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def snapshot(session: AsyncSession, run_id: str, owner_id: str) -> tuple[Run, list[Step]]:
    """A run and its steps as of one `last_seq`, also where two reads may see different moments."""
    run = await get_run(session, run_id, owner_id)
    while True:
        seq = run.last_seq
        steps = await steps_of(session, run_id)
        run = await get_run(session, run_id, owner_id)
        if run.last_seq == seq:
            return run, steps


# What others ask of the lease holder


async def message_has_runs(session: AsyncSession, message_id: str) -> bool:
    """Whether a message's workflow was ever run: then its diagram is history, and hand edits go into a message of their own."""
    return await session.scalar(select(Run.id).where(Run.message_id == message_id).limit(1)) is not None


async def request_cancel(session: AsyncSession, run_ids: Iterable[str]) -> None:
    await session.execute(update(Run).where(Run.id.in_(list(run_ids)), Run.status.in_(ACTIVE)).values(cancel_requested=True))


async def active_runs_of_chat(session: AsyncSession, chat_id: str) -> list[str]:
    return list(await session.scalars(select(Run.id).where(Run.chat_id == chat_id, Run.status.in_(ACTIVE))))


async def newest_attempt(session: AsyncSession, run_id: str, node_id: str, path: str) -> Step | None:
    return await session.scalar(
        select(Step).where(Step.run_id == run_id, Step.node_id == node_id, Step.path == path).order_by(Step.attempt.desc()).limit(1)
    )


async def add_decision(session: AsyncSession, run_id: str, decided: Decided) -> None:
    """Raises AlreadyDecided. The run's row is locked first, so that its holder either sees the decision or is woken for it."""
    now = await db_now(session)
    await session.execute(update(Run).where(Run.id == run_id).values(wake_at=now))
    key = (run_id, decided.node_id, decided.path, decided.attempt)
    if await session.get(RunDecision, key) is not None:
        raise AlreadyDecided("This was decided already. The first decision counts.", {"node_id": decided.node_id})
    await session.execute(
        insert(RunDecision).values(
            run_id=run_id,
            node_id=decided.node_id,
            path=decided.path,
            attempt=decided.attempt,
            decision=decided.decision,
            decided_by=decided.by,
            comment=decided.comment,
            at=now,
        )
    )


async def decisions(session: AsyncSession, run_id: str) -> list[Decided]:
    rows = await session.scalars(select(RunDecision).where(RunDecision.run_id == run_id))
    return [
        Decided(row.node_id, row.path, row.attempt, "approved" if row.decision == "approved" else "rejected", row.decided_by, row.comment)
        for row in rows
    ]
