"""The knowledge base: collections, documents, their pages, and the chunks with their vectors."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from parley.db.base import Base
from parley.db.types import Json, UtcDateTime, id_column, key, long_bytes, long_text


class Collection(Base):
    __tablename__ = "collections"
    __table_args__ = (UniqueConstraint("owner_id", "name_key"),)

    id: Mapped[str] = mapped_column(id_column(), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(key(100))
    name_key: Mapped[str] = mapped_column(key(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())


class Document(Base):
    """`progress` counts pages: {"parsed": n, "embedded": n, "pages": n or null}.

    `attempt` counts the starts of its ingest; with `chunk_count`, the chunks written so far in this attempt, it tells an index what
    changed.
    `embedder` names the model of its vectors: vectors of different models cannot be compared.
    """

    __tablename__ = "documents"
    __table_args__ = (Index(None, "collection_id", "id"), Index(None, "status"))

    id: Mapped[str] = mapped_column(id_column(), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(key(255))
    media_type: Mapped[str] = mapped_column(key(100))
    size: Mapped[int] = mapped_column(Integer())
    status: Mapped[str] = mapped_column(key(16))
    progress: Mapped[Any] = mapped_column(Json(), nullable=True)
    error: Mapped[Any] = mapped_column(Json(), nullable=True)
    attempt: Mapped[int] = mapped_column(Integer())
    chunk_count: Mapped[int] = mapped_column(Integer())
    embedder: Mapped[str] = mapped_column(key(120))
    lease_owner: Mapped[str | None] = mapped_column(key(64))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Page(Base):
    __tablename__ = "pages"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer(), primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(long_text())


class Chunk(Base):
    """`start` and `end` are character offsets in the page's text; `vector` is little-endian float32 of norm 1."""

    __tablename__ = "chunks"
    __table_args__ = (Index(None, "collection_id", "id"), Index(None, "document_id", "id"))

    id: Mapped[str] = mapped_column(id_column(), primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    page: Mapped[int] = mapped_column(Integer())
    start: Mapped[int] = mapped_column(Integer())
    end: Mapped[int] = mapped_column(Integer())
    text: Mapped[str] = mapped_column(long_text())
    vector: Mapped[bytes] = mapped_column(long_bytes())
