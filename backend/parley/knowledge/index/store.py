"""Reads chunks for the indexes: which documents a collection holds, and their vectors or words in batches."""

from collections.abc import AsyncGenerator, Collection
from typing import Any, cast

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.session import Database
from parley.db.tables import Chunk, Document
from parley.knowledge.index.base import Contents, Mark

# 512 vectors are 0.8 MB: a few milliseconds of reading, then others get their turn.
_BATCH = 512
# From so many changed documents on, reading the collection from end to end is cheaper than one question per document.
_MANY_DOCUMENTS = 32

VectorRows = list[tuple[str, str, bytes]]
TextRows = list[tuple[str, str, str]]
_Columns = Select[str, str, Any]  # Any: a vector or a text; the two callers say which


async def contents(session: AsyncSession, collection_id: str) -> Contents:
    query = select(Document.id, Document.attempt, Document.chunk_count, Document.embedder).where(
        Document.collection_id == collection_id, Document.chunk_count > 0
    )
    rows = await session.execute(query)
    return Contents(collection_id, {row[0]: Mark(row[1], row[2], row[3]) for row in rows})


async def read_vectors(database: Database, collection_id: str, documents: Collection[str]) -> AsyncGenerator[VectorRows]:
    """Batches of (chunk id, document id, vector) of these documents of the collection."""
    async for batch in _read(database, cast(_Columns, select(Chunk.id, Chunk.document_id, Chunk.vector)), collection_id, documents):
        yield batch


async def read_texts(database: Database, collection_id: str, documents: Collection[str]) -> AsyncGenerator[TextRows]:
    """Batches of (chunk id, document id, text) of these documents of the collection."""
    async for batch in _read(database, cast(_Columns, select(Chunk.id, Chunk.document_id, Chunk.text)), collection_id, documents):
        yield batch


async def _read(
    database: Database, columns: _Columns, collection_id: str, documents: Collection[str]
) -> AsyncGenerator[list[tuple[str, str, Any]]]:
    if len(documents) >= _MANY_DOCUMENTS:
        wanted = set(documents)
        async for batch in _pages(database, columns.where(Chunk.collection_id == collection_id)):
            yield [row for row in batch if row[1] in wanted]
        return
    for document_id in documents:
        async for batch in _pages(database, columns.where(Chunk.document_id == document_id)):
            yield batch


async def _pages(database: Database, query: _Columns) -> AsyncGenerator[list[tuple[str, str, Any]]]:
    last = ""
    while True:
        async with database.scanning() as session:
            rows = (await session.execute(query.where(Chunk.id > last).order_by(Chunk.id).limit(_BATCH))).all()
        if rows:
            yield [(row[0], row[1], row[2]) for row in rows]
        if len(rows) < _BATCH:
            return
        last = rows[-1][0]
