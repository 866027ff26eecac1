"""The rows of collections, documents and their pages. The vectors' and words' side of chunks is in `index.store`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.prepared import Prepared
from parley.db.tables import Chunk, Collection, Document, Page
from parley.errors import Conflict, NotFound
from parley.ids import new_id
from parley.knowledge.names import key_of, tidy_name


class CollectionExists(Conflict):
    """Another collection of this person has that name."""


class UnknownCollection(NotFound):
    """No collection of this person has that name; `details.collections` lists those that exist."""


class UnknownDocument(NotFound):
    """No document of this person has that id."""


class UnknownPage(NotFound):
    """The document has no such page (yet)."""


@dataclass(frozen=True)
class CollectionSummary:
    name: str
    documents: int
    created_at: datetime


@dataclass(frozen=True)
class PageView:
    document_id: str
    document: str
    number: int
    pages: int
    text: str


@dataclass(frozen=True)
class Found:
    """A passage; `start` and `end` are character offsets in the page's text, `score` goes from 0 to 1."""

    id: str
    document_id: str
    document: str
    page: int
    start: int
    end: int
    text: str
    score: float


_NAMES = Prepared(select(Collection.name).where(Collection.owner_id == bindparam("owner")).order_by(Collection.name_key))


async def collection_names(session: AsyncSession, owner_id: str) -> list[str]:
    return [name for (name,) in await _NAMES.rows(session, owner=owner_id)]


async def create_collection(session: AsyncSession, owner_id: str, name: str) -> Collection:
    """Raises BadName or CollectionExists; after the latter the session cannot be used any more."""
    tidy = tidy_name(name)
    collection = Collection(id=new_id(), owner_id=owner_id, name=tidy, name_key=key_of(tidy), created_at=datetime.now(UTC))
    taken = await _find_collection(session, owner_id, tidy)
    if taken is None:
        session.add(collection)
        try:
            await session.flush()
        except IntegrityError:  # another request was faster
            taken = collection
    if taken is not None:
        raise CollectionExists(f"There is already a collection called {tidy}. Choose another name.", {"name": tidy})
    return collection


async def get_collection(session: AsyncSession, owner_id: str, name: str) -> Collection:
    collection = await _find_collection(session, owner_id, name)
    if collection is None:
        names = await collection_names(session, owner_id)
        known = f"There are: {', '.join(names)}." if names else "There is none yet: make one under Knowledge."
        raise UnknownCollection(f"There is no collection called {name.strip() or '(no name)'}. {known}", {"collections": [*names]})
    return collection


async def _find_collection(session: AsyncSession, owner_id: str, name: str) -> Collection | None:
    return await session.scalar(select(Collection).where(Collection.owner_id == owner_id, Collection.name_key == key_of(name)))


async def summarise(session: AsyncSession, collection: Collection) -> CollectionSummary:
    count = await session.scalar(select(func.count()).select_from(Document).where(Document.collection_id == collection.id))
    return CollectionSummary(collection.name, count or 0, collection.created_at)


async def list_collections(session: AsyncSession, owner_id: str, after: str | None, limit: int) -> list[CollectionSummary]:
    """By name; `after` is the name that the previous page ended with."""
    query = (
        select(Collection.name, func.count(Document.id), Collection.created_at)
        .outerjoin(Document, Document.collection_id == Collection.id)
        .where(Collection.owner_id == owner_id)
        .group_by(Collection.id, Collection.name, Collection.name_key, Collection.created_at)
        .order_by(Collection.name_key)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Collection.name_key > key_of(after))
    return [CollectionSummary(*row) for row in (await session.execute(query))]


async def delete_collection(session: AsyncSession, collection: Collection) -> list[str]:
    """With everything in it; gives back the ids of the documents that were."""
    document_ids = list(await session.scalars(select(Document.id).where(Document.collection_id == collection.id)))
    await session.execute(delete(Collection).where(Collection.id == collection.id))
    return document_ids


async def get_document(session: AsyncSession, owner_id: str, document_id: str) -> Document:
    document = await session.scalar(select(Document).where(Document.id == document_id, Document.owner_id == owner_id))
    if document is None:
        raise UnknownDocument("There is no such document. It may have been deleted.")
    return document


async def list_documents(session: AsyncSession, collection_id: str, before: str | None, limit: int) -> list[Document]:
    """Newest first; `before` is the id that the previous page ended with."""
    query = select(Document).where(Document.collection_id == collection_id).order_by(Document.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Document.id < before)
    return list(await session.scalars(query))


async def delete_document(session: AsyncSession, document: Document) -> None:
    await session.execute(delete(Document).where(Document.id == document.id))


async def get_page(session: AsyncSession, document: Document, number: int) -> PageView:
    text = await session.scalar(select(Page.text).where(Page.document_id == document.id, Page.number == number))
    if text is None:
        raise UnknownPage(f"{document.name} has no page {number}, or it is not read yet.")
    count = await session.scalar(select(func.count()).select_from(Page).where(Page.document_id == document.id))
    return PageView(document.id, document.name, number, count or 0, text)


async def found(session: AsyncSession, ranked: Sequence[tuple[str, float]]) -> list[Found]:
    """The chunks with these ids and scores, in this order; one deleted meanwhile is left out."""
    query = (
        select(Chunk.id, Chunk.document_id, Document.name, Chunk.page, Chunk.start, Chunk.end, Chunk.text)
        .join(Document, Document.id == Chunk.document_id)
        .where(Chunk.id.in_([chunk_id for chunk_id, _ in ranked]))
    )
    rows = {row[0]: row for row in (await session.execute(query))}
    return [Found(*rows[chunk_id], score=score) for chunk_id, score in ranked if chunk_id in rows]
