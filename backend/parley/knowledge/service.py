"""A person's knowledge: collections, documents on their way in, and search. What the rest of Parley holds of this room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from parley.db.session import Database
from parley.db.tables import Document
from parley.embedding.choose import LazyEmbedder, open_embedder
from parley.errors import ParleyError
from parley.knowledge import store
from parley.knowledge.ingest import store as ingest_store
from parley.knowledge.ingest.ingester import Ingester, IngestLimits
from parley.knowledge.ingest.uploads import Uploads
from parley.knowledge.reading.reader import Reader, ReaderOptions
from parley.knowledge.store import Found

if TYPE_CHECKING:  # numpy and the indexes are loaded by the first search
    from parley.embedding.base import Embedder
    from parley.knowledge.index.base import VectorIndex
    from parley.knowledge.retrieve import Retriever

log = structlog.get_logger(__name__)

READ_DOCUMENTS = "parley.read_documents"  # the message to workers that documents wait
MOST_RESULTS = 50
LONGEST_QUERY = 10_000

_MB = 1024 * 1024


class BadQuery(ParleyError):
    """A search without words, or with too many of them or of results."""

    status = 422


@dataclass(frozen=True)
class KnowledgeOptions:
    """`model`: the built-in embedder's name or one for sentence-transformers. `chroma_url`: empty for exact search only."""

    data_dir: Path
    model: str
    chroma_url: str
    most_upload_bytes: int
    most_pages: int
    most_characters: int
    reader_memory_bytes: int
    reader_cpu_seconds: int
    reader_stall_seconds: float = 120.0
    reader_idle_seconds: float = 10.0
    cache_bytes: int = 256 * _MB  # vectors of 170,000 passages


class Knowledge:
    """Its verbs commit by themselves: each says so. Foreign and unknown names raise the store's NotFound errors alike."""

    def __init__(self, database: Database, options: KnowledgeOptions, ring: Callable[[str], None] | None = None) -> None:
        """`ring` tells other processes, which share the data folder, that a document waits: then they are the ones that read them."""
        models = options.data_dir / "models"
        self._database = database
        self._options = options
        self.embedder: Embedder = LazyEmbedder(options.model, lambda: open_embedder(options.model))
        self.uploads = Uploads(options.data_dir / "uploads", most_bytes=options.most_upload_bytes)
        reader = Reader(
            ReaderOptions(models, options.model, options.reader_memory_bytes, options.reader_stall_seconds, options.reader_idle_seconds)
        )
        limits = IngestLimits(options.most_pages, options.most_characters, options.reader_cpu_seconds)
        self._ingester = Ingester(database, self.uploads, reader, limits, embedder=options.model, changed=self._changed)
        self._ring = ring
        self._retriever: Retriever | None = None

    def start(self) -> None:
        """Begin to take in what is queued."""
        self._ingester.start()

    def wake(self) -> None:
        """There may be something new to take in."""
        self._ingester.wake()

    async def stop(self) -> None:
        await self._ingester.stop()
        if self._retriever is not None:
            await self._retriever.close()

    async def search(self, owner_id: str, collection_name: str, query: str, top_k: int) -> list[Found]:
        """The best passages first. Raises UnknownCollection or BadQuery."""
        if not query.strip():
            raise BadQuery("Say what to search for: the query is empty.", {"field": "query"})
        if len(query) > LONGEST_QUERY:
            raise BadQuery(f"The query is too long; the most is {LONGEST_QUERY:,} characters.", {"field": "query"})
        if not 1 <= top_k <= MOST_RESULTS:
            raise BadQuery(f"Ask for 1 to {MOST_RESULTS} passages.", {"field": "top_k"})
        async with self._database.reading() as session:
            collection = await store.get_collection(session, owner_id, collection_name)
        return await (await self._opened()).search(collection.id, query.strip(), top_k)

    async def add_document(self, owner_id: str, collection_name: str, file_name: str, parts: AsyncIterator[bytes]) -> Document:
        """Write the file as it arrives, then queue it; commits. Raises UnknownCollection, FileTooLarge and media's errors."""
        async with self._database.reading() as session:
            await store.get_collection(session, owner_id, collection_name)
        holder = None if self._ring else self._ingester.holder
        upload = await self.uploads.receive(file_name, parts)
        try:
            async with self._database.transaction() as session:
                collection = await store.get_collection(session, owner_id, collection_name)
                document = await ingest_store.add_document(session, collection, upload, self._options.model, holder)
        except BaseException:
            self.uploads.remove(upload.id)
            raise
        if self._ring is None:
            self.wake()
        else:
            self._ring(document.id)
        return document

    async def cancel_document(self, owner_id: str, document_id: str) -> Document:
        """Commits. Raises UnknownDocument, or DocumentFinished if there is nothing to cancel."""
        async with self._database.transaction() as session:
            document = await store.get_document(session, owner_id, document_id)
            await ingest_store.cancel(session, document)
        await self._dropped(document.collection_id, [document_id])
        return document

    async def delete_document(self, owner_id: str, document_id: str) -> None:
        """With its pages and passages; commits. Raises UnknownDocument."""
        async with self._database.transaction() as session:
            document = await store.get_document(session, owner_id, document_id)
            await store.delete_document(session, document)
        await self._dropped(document.collection_id, [document_id])

    async def delete_collection(self, owner_id: str, collection_name: str) -> None:
        """With its documents; commits. Raises UnknownCollection."""
        async with self._database.transaction() as session:
            collection = await store.get_collection(session, owner_id, collection_name)
            document_ids = await store.delete_collection(session, collection)
        await self._dropped(collection.id, document_ids)

    async def _dropped(self, collection_id: str, document_ids: list[str]) -> None:
        for document_id in document_ids:
            await self._ingester.drop(document_id)
        await self._changed(collection_id)

    async def _changed(self, collection_id: str) -> None:
        if self._options.chroma_url:
            await (await self._opened()).refresh(collection_id)

    async def _opened(self) -> Retriever:
        if self._retriever is None:
            opened = await asyncio.to_thread(self._open)
            self._retriever = self._retriever or opened
        return self._retriever

    def _open(self) -> Retriever:
        from parley.knowledge.index.exact import ExactIndex
        from parley.knowledge.index.words import WordIndex
        from parley.knowledge.retrieve import Retriever

        cache_bytes = self._options.cache_bytes
        exact = ExactIndex(self._database, self.embedder, most_bytes=cache_bytes)
        words = WordIndex(self._database, most_bytes=cache_bytes)
        return Retriever(self._database, self.embedder, exact, words, self._chroma())

    def _chroma(self) -> VectorIndex | None:
        if not self._options.chroma_url:
            return None
        try:
            from parley.knowledge.index.chroma import ChromaIndex
        except ImportError:
            log.warning("index_unavailable", reason="CHROMA_URL is set, but the extra `chroma` is not installed", instead="exact search")
            return None
        return ChromaIndex(self._database, self._options.chroma_url, self.embedder)
