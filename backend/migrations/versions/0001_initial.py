"""Every table of the first version."""

import sqlalchemy as sa
from alembic import op

from parley.db.types import Json, UtcDateTime, id_column, key, long_bytes, long_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", id_column(), nullable=False),
        sa.Column("username", key(64), nullable=False),
        sa.Column("username_key", key(128), nullable=False),
        sa.Column("email", key(254), nullable=False),
        sa.Column("email_key", key(254), nullable=False),
        sa.Column("password_hash", key(255), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email_key", name=op.f("uq_users_email_key")),
        sa.UniqueConstraint("username_key", name=op.f("uq_users_username_key")),
    )
    op.create_table(
        "chats",
        sa.Column("id", id_column(), nullable=False),
        sa.Column("owner_id", id_column(), nullable=False),
        sa.Column("title", key(200), nullable=False),
        sa.Column("title_search", key(400), nullable=False),
        sa.Column("titled_by_hand", sa.Boolean(), nullable=False),
        sa.Column("turn_message_id", id_column(), nullable=True),
        sa.Column("run_count", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("turn_seconds", sa.Double(), nullable=False),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_chats_owner_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
    )
    op.create_index(
        op.f("ix_chats_owner_id_deleted_at_updated_at_id"), "chats", ["owner_id", "deleted_at", "updated_at", "id"], unique=False
    )
    op.create_table(
        "collections",
        sa.Column("id", id_column(), nullable=False),
        sa.Column("owner_id", id_column(), nullable=False),
        sa.Column("name", key(100), nullable=False),
        sa.Column("name_key", key(200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_collections_owner_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("owner_id", "name_key", name=op.f("uq_collections_owner_id_name_key")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", id_column(), nullable=False),
        sa.Column("user_id", id_column(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_table(
        "documents",
        sa.Column("id", id_column(), nullable=False),
        sa.Column("owner_id", id_column(), nullable=False),
        sa.Column("collection_id", id_column(), nullable=False),
        sa.Column("name", key(255), nullable=False),
        sa.Column("media_type", key(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("status", key(16), nullable=False),
        sa.Column("progress", Json(), nullable=True),
        sa.Column("error", Json(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("chunk_count", sa.Integer(), nullable=False),
        sa.Column("embedder", key(120), nullable=False),
        sa.Column("lease_owner", key(64), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collections.id"], name=op.f("fk_documents_collection_id_collections"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_documents_owner_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_collection_id_id"), "documents", ["collection_id", "id"], unique=False)
    op.create_index(op.f("ix_documents_status"), "documents", ["status"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", id_column(), nullable=False),
        sa.Column("chat_id", id_column(), nullable=False),
        sa.Column("owner_id", id_column(), nullable=False),
        sa.Column("parent_id", id_column(), nullable=True),
        sa.Column("role", key(16), nullable=False),
        sa.Column("content", long_text(), nullable=False),
        sa.Column("search_text", long_text(), nullable=False),
        sa.Column("edits", Json(), nullable=True),
        sa.Column("changes", Json(), nullable=True),
        sa.Column("rejected", Json(), nullable=True),
        sa.Column("workflow_data", Json(), nullable=True),
        sa.Column("layout", Json(), nullable=True),
        sa.Column("issues", Json(), nullable=True),
        sa.Column("question", Json(), nullable=True),
        sa.Column("suggestions", Json(), nullable=True),
        sa.Column("status", key(16), nullable=False),
        sa.Column("error", Json(), nullable=True),
        sa.Column("planner", key(16), nullable=True),
        sa.Column("model", key(120), nullable=True),
        sa.Column("usage", Json(), nullable=True),
        sa.Column("lease_owner", key(64), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("stop_requested", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_messages_chat_id_chats"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_messages_owner_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_chat_id_id"), "messages", ["chat_id", "id"], unique=False)
    op.create_index(op.f("ix_messages_owner_id_id"), "messages", ["owner_id", "id"], unique=False)
    op.create_index(op.f("ix_messages_parent_id"), "messages", ["parent_id"], unique=False)
    op.create_index(op.f("ix_messages_status_lease_until"), "messages", ["status", "lease_until"], unique=False)
    op.create_table(
        "chunks",
        sa.Column("id", id_column(), nullable=False),
        sa.Column("collection_id", id_column(), nullable=False),
        sa.Column("document_id", id_column(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", long_text(), nullable=False),
        sa.Column("vector", long_bytes(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collections.id"], name=op.f("fk_chunks_collection_id_collections"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_chunks_document_id_documents"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chunks")),
    )
    op.create_index(op.f("ix_chunks_collection_id_id"), "chunks", ["collection_id", "id"], unique=False)
    op.create_index(op.f("ix_chunks_document_id_id"), "chunks", ["document_id", "id"], unique=False)
    op.create_table(
        "pages",
        sa.Column("document_id", id_column(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", long_text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_pages_document_id_documents"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", "number", name=op.f("pk_pages")),
    )
    op.create_table(
        "runs",
        sa.Column("id", id_column(), nullable=False),
        sa.Column("owner_id", id_column(), nullable=False),
        sa.Column("chat_id", id_column(), nullable=False),
        sa.Column("message_id", id_column(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", key(16), nullable=False),
        sa.Column("workflow_data", Json(), nullable=True),
        sa.Column("trigger_id", key(40), nullable=True),
        sa.Column("input", Json(), nullable=True),
        sa.Column("output", Json(), nullable=True),
        sa.Column("error", Json(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("pause_requested", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("wake_at", UtcDateTime(), nullable=True),
        sa.Column("lease_owner", key(64), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("from_run_id", id_column(), nullable=True),
        sa.Column("from_node_id", key(40), nullable=True),
        sa.Column("effects", key(8), nullable=False),
        sa.Column("input_text", key(200), nullable=False),
        sa.Column("answer_text", key(200), nullable=True),
        sa.Column("built_in", sa.Boolean(), nullable=True),
        sa.Column("failed_node_id", key(40), nullable=True),
        sa.Column("failed_path", key(64), nullable=True),
        sa.Column("usage", Json(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_runs_chat_id_chats"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_runs_message_id_messages"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_runs_owner_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("chat_id", "number", name=op.f("uq_runs_chat_id_number")),
    )
    op.create_index(op.f("ix_runs_chat_id_id"), "runs", ["chat_id", "id"], unique=False)
    op.create_index(op.f("ix_runs_owner_id_id"), "runs", ["owner_id", "id"], unique=False)
    op.create_index(op.f("ix_runs_status_lease_until"), "runs", ["status", "lease_until"], unique=False)
    op.create_table(
        "run_decisions",
        sa.Column("run_id", id_column(), nullable=False),
        sa.Column("node_id", key(40), nullable=False),
        sa.Column("path", key(64), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decision", key(16), nullable=False),
        sa.Column("decided_by", key(64), nullable=False),
        sa.Column("comment", long_text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_decisions_run_id_runs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "node_id", "path", "attempt", name=op.f("pk_run_decisions")),
    )
    op.create_table(
        "run_events",
        sa.Column("run_id", id_column(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", key(32), nullable=False),
        sa.Column("data", long_text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_events_run_id_runs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "seq", name=op.f("pk_run_events")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "steps",
        sa.Column("run_id", id_column(), nullable=False),
        sa.Column("node_id", key(40), nullable=False),
        sa.Column("path", key(64), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", key(16), nullable=False),
        sa.Column("source", key(16), nullable=False),
        sa.Column("branch", key(120), nullable=True),
        sa.Column("input", Json(), nullable=True),
        sa.Column("output", Json(), nullable=True),
        sa.Column("error", Json(), nullable=True),
        sa.Column("wait", Json(), nullable=True),
        sa.Column("decision", Json(), nullable=True),
        sa.Column("retry_at", UtcDateTime(), nullable=True),
        sa.Column("usage", Json(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_steps_run_id_runs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "node_id", "path", "attempt", name=op.f("pk_steps")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("steps")
    op.drop_table("run_events")
    op.drop_table("run_decisions")
    op.drop_index(op.f("ix_runs_status_lease_until"), table_name="runs")
    op.drop_index(op.f("ix_runs_owner_id_id"), table_name="runs")
    op.drop_index(op.f("ix_runs_chat_id_id"), table_name="runs")
    op.drop_table("runs")
    op.drop_table("pages")
    op.drop_index(op.f("ix_chunks_document_id_id"), table_name="chunks")
    op.drop_index(op.f("ix_chunks_collection_id_id"), table_name="chunks")
    op.drop_table("chunks")
    op.drop_index(op.f("ix_messages_status_lease_until"), table_name="messages")
    op.drop_index(op.f("ix_messages_parent_id"), table_name="messages")
    op.drop_index(op.f("ix_messages_owner_id_id"), table_name="messages")
    op.drop_index(op.f("ix_messages_chat_id_id"), table_name="messages")
    op.drop_table("messages")
    op.drop_index(op.f("ix_documents_status"), table_name="documents")
    op.drop_index(op.f("ix_documents_collection_id_id"), table_name="documents")
    op.drop_table("documents")
    op.drop_index(op.f("ix_sessions_user_id"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_expires_at"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("collections")
    op.drop_index(op.f("ix_chats_owner_id_deleted_at_updated_at_id"), table_name="chats")
    op.drop_table("chats")
    op.drop_table("users")
