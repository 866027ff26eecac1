"""The workflow of a run out of its row, which every tick writes: once for all runs of it, under its message."""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

from parley.db.types import id_column, long_text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RUNS = sa.table("runs", sa.column("id"), sa.column("message_id"), sa.column("workflow_data"), sa.column("workflow_digest"))
WORKFLOWS = sa.table("run_workflows", sa.column("message_id"), sa.column("digest"), sa.column("data"))


def upgrade() -> None:
    op.create_table(
        "run_workflows",
        sa.Column("message_id", id_column(), nullable=False),
        sa.Column("digest", id_column(), nullable=False),
        sa.Column("data", long_text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_run_workflows_message_id_messages"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", "digest", name=op.f("pk_run_workflows")),
    )
    op.add_column("runs", sa.Column("workflow_digest", id_column(), nullable=True))
    connection = op.get_bind()
    pinned: set[tuple[str, str]] = set()
    for run_id in connection.scalars(sa.select(RUNS.c.id).where(RUNS.c.workflow_data.is_not(None))).all():
        message_id, data = connection.execute(sa.select(RUNS.c.message_id, RUNS.c.workflow_data).where(RUNS.c.id == run_id)).one()
        digest = blake2b(data.encode(), digest_size=16).hexdigest()
        if (message_id, digest) not in pinned:
            pinned.add((message_id, digest))
            connection.execute(sa.insert(WORKFLOWS).values(message_id=message_id, digest=digest, data=data))
        connection.execute(sa.update(RUNS).where(RUNS.c.id == run_id).values(workflow_digest=digest))
    # Not by a copy of the table, which SQLite would take for a deletion of every run with its steps.
    op.drop_column("runs", "workflow_data")


def downgrade() -> None:
    op.add_column("runs", sa.Column("workflow_data", long_text(), nullable=True))
    same = sa.and_(WORKFLOWS.c.message_id == RUNS.c.message_id, WORKFLOWS.c.digest == RUNS.c.workflow_digest)
    op.execute(sa.update(RUNS).values(workflow_data=sa.select(WORKFLOWS.c.data).where(same).scalar_subquery()))
    op.drop_column("runs", "workflow_digest")
    op.drop_table("run_workflows")
