"""Nearest vectors from a Chroma server: brought up to date with SQL in the background, asked only when it is.

What the server holds is known by counting it, once per process and again after any failure. So a server that stopped uncleanly, lost its
folder or is new is filled again without anybody's doing.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import chromadb
import numpy as np
import structlog
from chromadb.config import Settings
from chromadb.errors import NotFoundError

from parley.db.session import Database
from parley.embedding.base import Embedder
from parley.embedding.minilm import Floats
from parley.knowledge.index import store
from parley.knowledge.index.base import Contents, Hit, IndexNotReady

log = structlog.get_logger(__name__)

# Of random vectors, the hardest case, Chroma's own values find 85 of 100 true neighbours among 5,000 and 40 among 50,000; these find
# 99 and 72, for 2 ms more and a slower filling.
_HNSW = {"space": "ip", "ef_construction": 200, "ef_search": 300, "max_neighbors": 32}
_LISTED_AT_ONCE = 2000
_RECOUNT_SECONDS = 30.0

# (attempt, chunks) by document: the part of a mark that the server's records tell.
_Held = dict[str, tuple[int, int]]


class ChromaIndex:
    """A `VectorIndex`. `url` is http://host:port or https://host."""

    def __init__(self, database: Database, url: str, embedder: Embedder) -> None:
        self._database = database
        self._address = urlsplit(url)
        self._embedder = embedder
        self._client: Any = None  # chromadb's client has no complete types
        self._connecting = asyncio.Lock()
        self._collections: dict[str, Any] = {}
        self._held: dict[str, _Held] = {}
        self._counted_at: dict[str, float] = {}
        self._refreshing: dict[str, asyncio.Task[None]] = {}

    async def search(self, contents: Contents, vector: Floats, top_k: int) -> list[Hit]:
        wanted = self._wanted(contents)
        if not wanted:
            return []
        if self._held.get(contents.collection_id) != wanted:
            self._start_refresh(contents)
            raise IndexNotReady
        try:
            collection = await self._collection(contents.collection_id)
            await self._recount(contents.collection_id, collection)
            answer = await collection.query(query_embeddings=[vector.tolist()], n_results=top_k, include=["distances"])
        except Exception:
            self._forget(contents.collection_id)
            raise
        return [Hit(chunk_id, 1.0 - distance) for chunk_id, distance in zip(answer["ids"][0], answer["distances"][0], strict=True)]

    async def refresh(self, contents: Contents) -> None:
        running = self._refreshing.get(contents.collection_id)
        if running is not None:  # it may be at work on older contents
            await asyncio.wait([running])
        await asyncio.shield(self._start_refresh(contents))

    async def close(self) -> None:
        tasks = list(self._refreshing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client._server._cleanup()  # the client offers no other way to close its connections

    def _start_refresh(self, contents: Contents) -> asyncio.Task[None]:
        running = self._refreshing.get(contents.collection_id)
        if running is None or running.done():
            running = asyncio.create_task(self._refresh(contents))
            # Whoever started it may not wait for it: its failure is told here, and by the next question's.
            running.add_done_callback(_report)
            self._refreshing[contents.collection_id] = running
        return running

    async def _refresh(self, contents: Contents) -> None:
        collection_id, wanted = contents.collection_id, self._wanted(contents)
        if not wanted:
            await self._drop(collection_id)
            return
        held = self._held.get(collection_id)
        self._forget(collection_id)
        collection = await self._collection(collection_id)
        if held is None:
            held = await _count(collection)
        for document_id, state in held.items():
            if document_id not in wanted or wanted[document_id][0] != state[0] or state[1] > wanted[document_id][1]:
                await collection.delete(where={"document_id": document_id})
        held = {document_id: state for document_id, state in held.items() if wanted.get(document_id) == state}
        for document_id in wanted.keys() - held.keys():
            held[document_id] = (wanted[document_id][0], await self._fill(collection, collection_id, document_id, wanted[document_id][0]))
        self._held[collection_id] = held

    async def _fill(self, collection: Any, collection_id: str, document_id: str, attempt: int) -> int:
        count = 0
        async for batch in store.read_vectors(self._database, collection_id, [document_id]):
            await collection.upsert(
                ids=[row[0] for row in batch],
                embeddings=[np.frombuffer(row[2], "<f4") for row in batch],
                metadatas=[{"document_id": document_id, "attempt": attempt}] * len(batch),
            )
            count += len(batch)
        return count

    async def _recount(self, collection_id: str, collection: Any) -> None:
        """Now and then, whether the server still holds as much as it took."""
        now = asyncio.get_running_loop().time()
        if now - self._counted_at.get(collection_id, -_RECOUNT_SECONDS) < _RECOUNT_SECONDS:
            return
        if await collection.count() != sum(count for _, count in self._held[collection_id].values()):
            raise IndexNotReady
        self._counted_at[collection_id] = now

    def _forget(self, collection_id: str) -> None:
        self._held.pop(collection_id, None)
        self._collections.pop(collection_id, None)

    async def _drop(self, collection_id: str) -> None:
        self._forget(collection_id)
        try:
            await (await self._connected()).delete_collection(self._name(collection_id))
        except NotFoundError:
            return

    async def _collection(self, collection_id: str) -> Any:
        if collection_id not in self._collections:
            client = await self._connected()
            self._collections[collection_id] = await client.get_or_create_collection(
                self._name(collection_id), configuration={"hnsw": _HNSW}, embedding_function=None
            )
        return self._collections[collection_id]

    async def _connected(self) -> Any:
        async with self._connecting:
            if self._client is None:
                secure = self._address.scheme == "https"
                self._client = await chromadb.AsyncHttpClient(
                    host=self._address.hostname or "localhost",
                    port=self._address.port or (443 if secure else 8000),
                    ssl=secure,
                    settings=Settings(anonymized_telemetry=False),
                )
            return self._client

    def _name(self, collection_id: str) -> str:
        """One per embedding model: a collection of Chroma's holds vectors of one dimension."""
        return f"parley-{collection_id}-{hashlib.sha256(self._embedder.name.encode()).hexdigest()[:8]}"

    def _wanted(self, contents: Contents) -> _Held:
        marks = contents.marks.items()
        return {document_id: (mark.attempt, mark.chunk_count) for document_id, mark in marks if mark.embedder == self._embedder.name}


async def _count(collection: Any) -> _Held:
    """What is there, by counting it. A document with records of two attempts counts as neither."""
    counts: Counter[tuple[str, int]] = Counter()
    offset = 0
    while True:
        records = await collection.get(include=["metadatas"], limit=_LISTED_AT_ONCE, offset=offset)
        metadatas: list[Mapping[str, Any]] = records["metadatas"]
        counts.update((str(entry["document_id"]), int(entry["attempt"])) for entry in metadatas)
        if len(metadatas) < _LISTED_AT_ONCE:
            break
        offset += _LISTED_AT_ONCE
    held: _Held = {}
    for (document_id, attempt), count in counts.items():
        held[document_id] = (-1, count) if document_id in held else (attempt, count)
    return held


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("index_not_refreshed", error=f"{type(error).__name__}: {error}")
