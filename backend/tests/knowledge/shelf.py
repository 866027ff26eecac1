"""A collection filled with chosen passages and vectors, written as the ingest writes them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parley.accounts import store as accounts
from parley.db.session import Database
from parley.db.tables import Document
from parley.ids import new_id
from parley.knowledge import store
from parley.knowledge.index import store as index_store
from parley.knowledge.index.base import Contents
from parley.knowledge.ingest import store as ingest_store
from parley.knowledge.ingest.store import Claim, NewChunk, Progress
from parley.knowledge.ingest.uploads import Upload

DIMENSION = 384
MODEL = "chosen"

Vectors = NDArray[np.float32]


class ChosenEmbedder:
    """An embedder in name and size only: the tests bring their own vectors."""

    name = MODEL
    dimension = DIMENSION

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise NotImplementedError


def random_vectors(count: int, seed: int) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Shelf:
    """One person's collection."""

    def __init__(self, database: Database, name: str, owner_id: str, collection_id: str) -> None:
        self.database = database
        self.name = name
        self.owner_id = owner_id
        self.collection_id = collection_id

    @classmethod
    async def make(cls, database: Database, name: str = "Shelf", owner_id: str | None = None) -> "Shelf":
        async with database.transaction() as session:
            if owner_id is None:
                owner_id = (await accounts.insert_user(session, username=name, email=f"{name}@example.com", password_hash="")).id
            collection = await store.create_collection(session, owner_id, name)
        return cls(database, name, owner_id, collection.id)

    async def add(self, vectors: Vectors, texts: Sequence[str] | None = None, *, model: str = MODEL) -> str:
        """A ready document; its id."""
        claim = await self.begin(model=model)
        await self.write(claim, vectors, texts)
        async with self.database.transaction() as session:
            assert await ingest_store.finish(session, claim)
        return claim.document_id

    async def begin(self, document_id: str | None = None, *, model: str = MODEL) -> Claim:
        """The claim on a new document, or on one that is begun again."""
        async with self.database.transaction() as session:
            if document_id is None:
                document_id = new_id()
                collection = await store.get_collection(session, self.owner_id, self.name)
                upload = Upload(document_id, "notes.txt", "text/plain", 1)
                await ingest_store.add_document(session, collection, upload, model, "tests")
            document = await session.get_one(Document, document_id)
            claim = await ingest_store.claim(session, document, "tests", model)
        assert claim is not None
        return claim

    async def write(self, claim: Claim, vectors: Vectors, texts: Sequence[str] | None = None, *, before: int = 0) -> None:
        """Chunks after the `before` that the claim has already."""
        texts = texts or [f"passage {number}" for number in range(len(vectors))]
        chunks = [NewChunk(1, 0, len(text), text, vector.tobytes()) for text, vector in zip(texts, vectors, strict=True)]
        async with self.database.transaction() as session:
            assert await ingest_store.save(session, claim, [], chunks, Progress(1, 1, 1), before + len(chunks))

    async def remove(self, document_id: str) -> None:
        async with self.database.transaction() as session:
            await store.delete_document(session, await store.get_document(session, self.owner_id, document_id))

    async def contents(self) -> Contents:
        async with self.database.reading() as session:
            return await index_store.contents(session, self.collection_id)

    async def vectors(self, *documents: str) -> tuple[list[str], Vectors]:
        """Chunk ids and vectors as stored."""
        ids: list[str] = []
        rows: list[Vectors] = []
        async for batch in index_store.read_vectors(self.database, self.collection_id, documents):
            ids += [row[0] for row in batch]
            rows += [np.frombuffer(row[2], "<f4") for row in batch]
        return ids, np.array(rows)
