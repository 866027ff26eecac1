"""Entries of the journal without columns that repeat what stands in their text: nobody asks by them."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

from parley.db.types import UtcDateTime, key

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ENTRIES = sa.table(
    "run_events", sa.column("run_id"), sa.column("seq"), sa.column("data"), sa.column("kind"), sa.column("at", UtcDateTime())
)


def upgrade() -> None:
    op.drop_column("run_events", "kind")
    op.drop_column("run_events", "at")


def downgrade() -> None:
    op.add_column("run_events", sa.Column("kind", key(32), nullable=True))
    op.add_column("run_events", sa.Column("at", UtcDateTime(), nullable=True))
    connection = op.get_bind()
    for run_id in connection.scalars(sa.select(ENTRIES.c.run_id).distinct()).all():
        for seq, data in connection.execute(sa.select(ENTRIES.c.seq, ENTRIES.c.data).where(ENTRIES.c.run_id == run_id)).all():
            entry = json.loads(data)
            this = sa.and_(ENTRIES.c.run_id == run_id, ENTRIES.c.seq == seq)
            connection.execute(sa.update(ENTRIES).where(this).values(kind=entry["kind"], at=datetime.fromisoformat(entry["at"])))
