"""Runs: the run itself, its journal of events, the steps that are the journal's fold, and the decisions people sent to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from parley.db.base import Base
from parley.db.types import Json, UtcDateTime, id_column, key, long_text

# SQLite keeps such a table in the order of its key and has no second tree for it, as the others do anyway.
_BY_KEY = {"sqlite_with_rowid": False}


class Run(Base):
    """One execution of one fixed workflow. `fence` grows with every lease, so that a worker that lost it cannot write.

    `cancel_requested` and `pause_requested` are wishes of people, `paused` is what the journal says. `from_run_id` (no foreign key: the
    run is whole without it) is the run whose finished steps this one takes over. `workflow_digest` names the pinned workflow among those of
    its message. The texts are for lists, which read nothing longer."""

    __tablename__ = "runs"
    __table_args__ = (
        Index(None, "owner_id", "id"),
        Index(None, "chat_id", "id"),
        Index(None, "status", "lease_until"),
        UniqueConstraint("chat_id", "number"),
    )

    id: Mapped[str] = mapped_column(id_column(), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer())
    status: Mapped[str] = mapped_column(key(16))
    workflow_digest: Mapped[str | None] = mapped_column(id_column())
    trigger_id: Mapped[str | None] = mapped_column(key(40))
    input: Mapped[Any] = mapped_column(Json(), nullable=True)
    output: Mapped[Any] = mapped_column(Json(), nullable=True)
    error: Mapped[Any] = mapped_column(Json(), nullable=True)
    last_seq: Mapped[int] = mapped_column(Integer())
    cancel_requested: Mapped[bool] = mapped_column(Boolean())
    pause_requested: Mapped[bool] = mapped_column(Boolean())
    paused: Mapped[bool] = mapped_column(Boolean())
    wake_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    lease_owner: Mapped[str | None] = mapped_column(key(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    fence: Mapped[int] = mapped_column(Integer())
    from_run_id: Mapped[str | None] = mapped_column(id_column())
    from_node_id: Mapped[str | None] = mapped_column(key(40))
    effects: Mapped[str] = mapped_column(key(8))
    input_text: Mapped[str] = mapped_column(key(200))
    answer_text: Mapped[str | None] = mapped_column(key(200))
    built_in: Mapped[bool | None] = mapped_column(Boolean())
    failed_node_id: Mapped[str | None] = mapped_column(key(40))
    failed_path: Mapped[str | None] = mapped_column(key(64))
    usage: Mapped[Any] = mapped_column(Json(), nullable=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class RunWorkflow(Base):
    """A workflow as it was run, once for all runs of it: the rows of runs are written at every tick, and this is what is long in them.
    `digest` is a hash of `data`, 32 hexadecimal characters."""

    __tablename__ = "run_workflows"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(id_column(), primary_key=True)
    data: Mapped[str] = mapped_column(long_text())


class RunEvent(Base):
    """The journal: append-only, numbered from 1 within its run. `data` is the whole entry in JSON, as it is sent to those who watch."""

    __tablename__ = "run_events"
    __table_args__ = _BY_KEY

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer(), primary_key=True, autoincrement=False)
    data: Mapped[str] = mapped_column(long_text())


class Step(Base):
    """One node's execution: per loop iteration (`path`, "" or "0.3") and attempt (from 1). `wait` says what it waits
    or waited for, `decision` how that ended; `retry_at` is when the attempt after a failed one starts."""

    __tablename__ = "steps"
    __table_args__ = _BY_KEY

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    node_id: Mapped[str] = mapped_column(key(40), primary_key=True)
    path: Mapped[str] = mapped_column(key(64), primary_key=True)
    attempt: Mapped[int] = mapped_column(Integer(), primary_key=True, autoincrement=False)
    status: Mapped[str] = mapped_column(key(16))
    source: Mapped[str] = mapped_column(key(16))
    branch: Mapped[str | None] = mapped_column(key(120))
    input: Mapped[Any] = mapped_column(Json(), nullable=True)
    output: Mapped[Any] = mapped_column(Json(), nullable=True)
    error: Mapped[Any] = mapped_column(Json(), nullable=True)
    wait: Mapped[Any] = mapped_column(Json(), nullable=True)
    decision: Mapped[Any] = mapped_column(Json(), nullable=True)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    usage: Mapped[Any] = mapped_column(Json(), nullable=True)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class RunDecision(Base):
    """A person's decision on a waiting step, or on one in doubt. Only the holder of a run's lease writes its journal, so others leave
    their word here; the primary key makes a second decision on the same step impossible."""

    __tablename__ = "run_decisions"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    node_id: Mapped[str] = mapped_column(key(40), primary_key=True)
    path: Mapped[str] = mapped_column(key(64), primary_key=True)
    attempt: Mapped[int] = mapped_column(Integer(), primary_key=True, autoincrement=False)
    decision: Mapped[str] = mapped_column(key(16))
    decided_by: Mapped[str] = mapped_column(key(64))
    comment: Mapped[str] = mapped_column(long_text())
    at: Mapped[datetime] = mapped_column(UtcDateTime())
