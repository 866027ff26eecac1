"""The rows of runs: leases with a fence, what waits to be taken up, and what others ask of a run and its steps.

Only the holder of a run's lease writes its journal; every such write names the fence that it was given, and is refused once another
has claimed the run. Leases are compared by the database's clock.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from importlib import import_module
from typing import Any, Literal, cast

from pydantic import JsonValue
from pydantic_core import to_json
from sqlalchemy import Table, Text, and_, bindparam, func, insert, literal, or_, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from parley.db.batch import Statement, write
from parley.db.prepared import Prepared
from parley.db.reads import Read
from parley.db.session import Database, clock, db_now, rows_changed
from parley.db.tables.chats import Chat
from parley.db.tables.runs import Run, RunDecision, RunWorkflow, Step
from parley.errors import Conflict, NotFound

ACTIVE = ("queued", "running", "waiting")
Answer = Literal["approved", "rejected", "repeat", "done"]  # the last two on a step in doubt


NO_RUN = "There is no such run. It may have been deleted with its chat."


class LeaseLost(Conflict):
    """Another worker has claimed the run: this one may not write to it any more."""

    def __init__(self, run_id: str) -> None:
        super().__init__("Another worker has taken this run over.", {"run_id": run_id})


class AlreadyDecided(Conflict):
    """Somebody decided on this step before."""


@dataclass(frozen=True)
class Lease:
    run_id: str
    owner: str
    fence: int


@dataclass(frozen=True)
class Call:
    """A run that somebody wants cancelled, paused or resumed (None: neither), or left word for at a time."""

    run_id: str
    cancel: bool
    pause: bool | None
    at: datetime | None


@dataclass(frozen=True)
class Decided:
    node_id: str
    path: str
    attempt: int
    decision: Answer
    by: str
    comment: str


# Leases


@dataclass(frozen=True, slots=True)
class Claimed:
    """What its holder needs of a run; `last_seq` is 0 for one that has not begun."""

    lease: Lease
    owner_id: str
    trigger_id: str | None
    input: JsonValue
    last_seq: int
    cancel_requested: bool
    pause_requested: bool
    from_run_id: str | None
    from_node_id: str | None
    effects: str
    workflow_digest: str | None


_FREE = or_(Run.lease_until.is_(None), Run.lease_until < bindparam("now"))
_CLAIM = Statement(
    ("run_id", "owner", "now", "until"),
    lambda dialect: (
        update(Run)
        .where(Run.id == bindparam("run_id"), or_(*(Run.status == status for status in ACTIVE)), _FREE)
        .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"), fence=Run.fence + 1)
    ),
)
_CLAIMED = Read(
    select(
        Run.fence,
        Run.owner_id,
        Run.trigger_id,
        Run.input,
        Run.last_seq,
        Run.cancel_requested,
        Run.pause_requested,
        Run.from_run_id,
        Run.from_node_id,
        Run.effects,
        Run.workflow_digest,
    ).where(Run.id == bindparam("run_id"), Run.lease_owner == bindparam("owner"))
)


async def claim(database: Database, run_id: str, owner: str, seconds: float) -> Claimed | None:
    """Take the run, unless it has ended or another's lease on it still holds."""
    now = await clock(database)
    if not await write(database, (_CLAIM, (run_id, owner, now, now + timedelta(seconds=seconds)))):
        return None
    rows = await _CLAIMED.rows(database, run_id=run_id, owner=owner)
    return next((Claimed(Lease(run_id, owner, fence), *others) for fence, *others in rows), None)


async def renew(session: AsyncSession, owner: str, run_ids: Collection[str], seconds: float) -> set[str]:
    """Prolong the leases; returns the runs that are still the owner's."""
    now = await db_now(session)
    await session.execute(
        update(Run).where(Run.id.in_(run_ids), Run.lease_owner == owner).values(lease_until=now + timedelta(seconds=seconds))
    )
    return set(await session.scalars(select(Run.id).where(Run.id.in_(run_ids), Run.lease_owner == owner)))


async def calls(session: AsyncSession, run_ids: Collection[str]) -> list[Call]:
    """What others left for runs that are carried. Whoever leaves word for a run sets its `wake_at`."""
    rows = await session.execute(
        select(Run.id, Run.cancel_requested, Run.pause_requested, Run.paused, Run.wake_at).where(Run.id.in_(run_ids))
    )
    return [Call(run_id, cancel, None if pause == paused else pause, at) for run_id, cancel, pause, paused, at in rows]


async def release(session: AsyncSession, lease: Lease, *, wake_at: datetime | None) -> None:
    """Give the run back: it waits until `wake_at`, a decision or a cancel. Raises LeaseLost."""
    await change_held(session, lease, {"lease_owner": None, "lease_until": None, "wake_at": wake_at})


async def due(session: AsyncSession, limit: int) -> list[str]:
    """Runs that somebody should take up: queued or left by a worker that died, and waiting ones whose time or answer has come."""
    now = await db_now(session)
    free = or_(Run.lease_until.is_(None), Run.lease_until < now)
    # A lease that ran out on a waiting run: its holder died before it had said when to wake.
    left = Run.lease_until.is_not(None)
    woken = and_(Run.wake_at <= now, Run.paused.is_(False))
    called = and_(Run.status == "waiting", or_(woken, Run.cancel_requested, Run.pause_requested != Run.paused, left))
    found = await session.scalars(
        select(Run.id).where(free, or_(Run.status.in_(("queued", "running")), called)).order_by(Run.id).limit(limit)
    )
    return list(found)


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next waiting run wakes or the next lease runs out, whichever is first."""
    waits = (Run.status == "waiting", Run.paused.is_(False), Run.wake_at.is_not(None))
    wakes = select(Run.wake_at).where(*waits).order_by(Run.wake_at).limit(1)
    leases = select(Run.lease_until).where(Run.status.in_(ACTIVE), Run.lease_until.is_not(None)).order_by(Run.lease_until).limit(1)
    found = [await session.scalar(wakes), await session.scalar(leases)]
    return min((at for at in found if at is not None), default=None)


async def change_held(session: AsyncSession, lease: Lease, changes: dict[str, Any]) -> None:
    """Raises LeaseLost."""
    done = await session.execute(
        update(Run).where(Run.id == lease.run_id, Run.lease_owner == lease.owner, Run.fence == lease.fence).values(**changes)
    )
    if rows_changed(done) != 1:
        raise LeaseLost(lease.run_id)


# Runs, for those who start and watch them


_IS_PINNED = Prepared(
    select(literal(1)).where(RunWorkflow.message_id == bindparam("message_id"), RunWorkflow.digest == bindparam("digest"))
)

_RUNS = cast("Table[Any]", Run.__table__)  # Any: what a mapped class calls its table is typed as anything that can be selected from
_ADD_RUN = Prepared(insert(_RUNS).values({column.name: bindparam(column.name, type_=column.type) for column in _RUNS.columns}))


async def insert_run(session: AsyncSession, run: Run, workflow: JsonValue) -> None:
    """Pins the workflow: what becomes of the message later changes nothing about the run. `run` stays outside of the session."""
    text = to_json(workflow)
    digest = run.workflow_digest = blake2b(text, digest_size=16).hexdigest()
    if not await _IS_PINNED.rows(session, message_id=run.message_id, digest=digest):
        await _pin(session, run.message_id, digest, text.decode())
    await _ADD_RUN.run(session, **{column.name: getattr(run, column.name) for column in _RUNS.columns})


async def _pin(session: AsyncSession, message_id: str, digest: str, data: str) -> None:
    """Of two who pin the same at once, one does."""
    row = {"message_id": message_id, "digest": digest, "data": data}
    dialect = session.get_bind().dialect.name
    upserting: Any = import_module(f"sqlalchemy.dialects.{dialect}")  # Any: no common type has upserts
    adding = upserting.insert(RunWorkflow).values(row)
    await session.execute(adding.on_duplicate_key_update(digest=digest) if dialect == "mysql" else adding.on_conflict_do_nothing())


_WORKFLOW = (
    select(RunWorkflow.data)
    .join(Run, and_(Run.message_id == RunWorkflow.message_id, Run.workflow_digest == RunWorkflow.digest))
    .where(Run.id == bindparam("run_id"))
)
_READ_WORKFLOW = Read(_WORKFLOW)


async def read_workflow(database: Database, run_id: str) -> str:
    """In JSON. Raises LookupError where the run has none."""
    for (text,) in await _READ_WORKFLOW.rows(database, run_id=run_id):
        return text
    raise LookupError("the run has no workflow")


async def pinned_workflow(session: AsyncSession, run: Run) -> JsonValue:
    """As `insert_run` was given it; null for a run that has none."""
    text = await session.scalar(_WORKFLOW, {"run_id": run.id})
    return None if text is None else json.loads(text)


async def get_run(session: AsyncSession, run_id: str, owner_id: str) -> Run:
    run = await session.scalar(select(Run).where(Run.id == run_id, Run.owner_id == owner_id).execution_options(populate_existing=True))
    if run is None:
        raise NotFound(NO_RUN)
    return run


async def get_run_to_change(session: AsyncSession, run_id: str, owner_id: str) -> Run:
    """A run that something is asked of: those of deleted chats can only be looked at. Raises NotFound."""
    run = await get_run(session, run_id, owner_id)
    if await session.scalar(select(Chat.id).where(Chat.id == run.chat_id, Chat.deleted_at.is_(None))) is None:
        raise NotFound(NO_RUN)
    return run


async def list_runs(
    session: AsyncSession, owner_id: str, *, chat_id: str | None, states: Sequence[str], before: str | None, limit: int
) -> list[Run]:
    """Newest first and without what is long, without those of deleted chats; `before` is the id that the last page ended with."""
    light = (defer(each, raiseload=True) for each in (Run.input, Run.output))
    query = select(Run).options(*light).join(Chat, Chat.id == Run.chat_id).where(Run.owner_id == owner_id, Chat.deleted_at.is_(None))
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


async def snapshot(session: AsyncSession, run_id: str, owner_id: str, limit: int) -> tuple[Run, list[Step]]:
    """A run and its first `limit` steps as of one `last_seq`, also where two reads may see different moments."""
    run = await get_run(session, run_id, owner_id)
    while True:
        seq = run.last_seq
        steps = await steps_of(session, run_id, limit=limit)
        run = await get_run(session, run_id, owner_id)
        if run.last_seq == seq:
            return run, steps


@dataclass(frozen=True)
class StepLine:
    """A step's row with no more than the beginning of its output, as the text it is stored in."""

    node_id: str
    path: str
    status: str
    branch: str | None
    output: str | None
    error: Any
    started_at: datetime | None
    finished_at: datetime | None


async def newest_run(session: AsyncSession, chat_id: str, message_ids: Collection[str]) -> Run | None:
    """The newest run of a workflow of these messages."""
    query = select(Run).where(Run.chat_id == chat_id, Run.message_id.in_(message_ids)).order_by(Run.id.desc()).limit(1)
    return await session.scalar(query)


async def step_lines(session: AsyncSession, run_id: str, *, limit: int, characters: int) -> list[StepLine]:
    """The first steps of a run, in the order they started."""
    output = func.substr(type_coerce(Step.output, Text), 1, characters)
    columns = (Step.node_id, Step.path, Step.status, Step.branch, output, Step.error, Step.started_at, Step.finished_at)
    query = select(*columns).where(Step.run_id == run_id).order_by(Step.started_at, Step.node_id, Step.path, Step.attempt).limit(limit)
    return [StepLine(*row) for row in await session.execute(query)]


# What others ask of the lease holder


async def message_has_runs(session: AsyncSession, message_id: str) -> bool:
    """Whether a message's workflow was ever run: then its diagram is history, and hand edits go into a message of their own."""
    return await session.scalar(select(Run.id).where(Run.message_id == message_id).limit(1)) is not None


async def request_cancel(session: AsyncSession, run_ids: Iterable[str]) -> None:
    await session.execute(update(Run).where(Run.id.in_(list(run_ids)), Run.status.in_(ACTIVE)).values(cancel_requested=True))


async def request_pause(session: AsyncSession, run_id: str, *, wanted: bool) -> None:
    await session.execute(update(Run).where(Run.id == run_id, Run.status.in_(ACTIVE)).values(pause_requested=wanted))


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
    return [Decided(row.node_id, row.path, row.attempt, cast(Answer, row.decision), row.decided_by, row.comment) for row in rows]
