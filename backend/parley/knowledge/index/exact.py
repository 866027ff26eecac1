"""Exact search: every vector of a collection in one matrix in memory, multiplied by the question's."""

import asyncio
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parley.db.session import Database
from parley.embedding.base import Embedder
from parley.knowledge.index import store
from parley.knowledge.index.base import Contents, Hit
from parley.knowledge.index.cache import CollectionCache
from parley.knowledge.index.rows import Rows, best

Vectors = NDArray[np.float32]

# 10,000 rows take 0.5 ms: less than the event loop would notice. A thread costs 0.1 ms, so it is worth it for more.
_IN_LOOP_ROWS = 10_000


@dataclass(frozen=True)
class _Table:
    rows: Rows
    matrix: Vectors

    @property
    def nbytes(self) -> int:
        return self.rows.nbytes + self.matrix.nbytes


class ExactIndex:
    """A `VectorIndex` that has no state but a cache of at most `most_bytes` (the collection just asked may be larger)."""

    def __init__(self, database: Database, embedder: Embedder, *, most_bytes: int) -> None:
        self._database = database
        self._embedder = embedder
        self._tables = CollectionCache(self._build, most_bytes=most_bytes)

    async def search(self, contents: Contents, vector: Vectors, top_k: int) -> list[Hit]:
        table = await self._tables.get(self._comparable(contents))
        if len(table.matrix) > _IN_LOOP_ROWS:
            return await asyncio.to_thread(_search, table, vector, top_k)
        return _search(table, vector, top_k)

    async def refresh(self, contents: Contents) -> None:
        await self._tables.get(self._comparable(contents))

    async def close(self) -> None:
        return

    def _comparable(self, contents: Contents) -> Contents:
        """Without documents whose vectors another model made."""
        marks = {document: mark for document, mark in contents.marks.items() if mark.embedder == self._embedder.name}
        return Contents(contents.collection_id, marks)

    async def _build(self, old: _Table | None, collection_id: str, unchanged: set[str], changed: set[str]) -> _Table:
        dimension = await asyncio.to_thread(lambda: self._embedder.dimension)
        chunks: list[str] = []
        documents: list[str] = []
        parts: list[Vectors] = []
        if old is None:
            old = _Table(Rows.of([], []), np.empty((0, dimension), np.float32))
        async for batch in store.read_vectors(self._database, collection_id, changed):
            sound = [row for row in batch if len(row[2]) == 4 * dimension]
            chunks += [row[0] for row in sound]
            documents += [row[1] for row in sound]
            parts.append(np.frombuffer(b"".join(row[2] for row in sound), "<f4").reshape(-1, dimension))
        return await asyncio.to_thread(_join, old, unchanged, Rows.of(chunks, documents), parts)


def _join(old: _Table, unchanged: set[str], added: Rows, parts: list[Vectors]) -> _Table:
    keep = old.rows.of_documents(unchanged)
    return _Table(old.rows.kept(keep, added), np.concatenate([old.matrix[keep], *parts]))


def _search(table: _Table, vector: Vectors, top_k: int) -> list[Hit]:
    scores = table.matrix @ vector
    return [Hit(table.rows.chunk_id(row), float(scores[row])) for row in best(scores, top_k).tolist()]
