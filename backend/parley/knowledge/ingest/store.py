"""The rows of documents on their way to being searchable: claimed under a lease, filled in batches, ended once.

Every write names the attempt that it belongs to, so that a reader that lost its lease cannot write into another's work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from pydantic import JsonValue
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.session import db_now, rows_changed
from parley.db.tables import Chunk, Collection, Document, Page
from parley.errors import Conflict
from parley.ids import new_id
from parley.knowledge.ingest.uploads import Upload
from parley.knowledge.media import Media

UNFINISHED = ("queued", "parsing", "embedding")
LEASE = timedelta(seconds=30)
_ABANDONED = timedelta(minutes=10)
_LOOKED_AT = 200


class DocumentFinished(Conflict):
    """It cannot be cancelled any more."""


@dataclass(frozen=True)
class Claim:
    """The right to ingest a document, as long as its lease is renewed."""

    document_id: str
    collection_id: str
    name: str
    media: Media
    attempt: int


@dataclass(frozen=True)
class Progress:
    """In pages; `pages` is unknown until the document is open."""

    parsed: int
    embedded: int
    pages: int | None

    def as_json(self) -> dict[str, JsonValue]:
        return {"parsed": self.parsed, "embedded": self.embedded, "pages": self.pages}


@dataclass(frozen=True)
class NewChunk:
    page: int
    start: int
    end: int
    text: str
    vector: bytes


async def add_document(session: AsyncSession, collection: Collection, upload: Upload, embedder: str, holder: str | None) -> Document:
    """`holder` has the file, and so the first right to ingest it; None where all who ingest share one folder."""
    document = Document(
        id=upload.id,
        owner_id=collection.owner_id,
        collection_id=collection.id,
        name=upload.name,
        media_type=upload.media,
        size=upload.size,
        status="queued",
        progress=Progress(0, 0, None).as_json(),
        error=None,
        attempt=0,
        chunk_count=0,
        embedder=embedder,
        lease_owner=holder,
        lease_until=await db_now(session) + LEASE if holder else None,
        created_at=datetime.now(UTC),
        finished_at=None,
    )
    session.add(document)
    await session.flush()
    return document


async def waiting(session: AsyncSession, holder: str, is_dead: Callable[[str], bool]) -> list[Document]:
    """Documents that `holder` may claim, oldest first: queued by it, or left by a holder whose lease ran out or who is dead."""
    now = await db_now(session)
    query = select(Document).where(Document.status.in_(UNFINISHED)).order_by(Document.id).limit(_LOOKED_AT)

    def may_claim(document: Document) -> bool:
        if document.lease_owner == holder:
            return document.status == "queued"
        return document.lease_owner is None or document.lease_until is None or document.lease_until < now or is_dead(document.lease_owner)

    return [document for document in await session.scalars(query) if may_claim(document)]


async def is_abandoned(session: AsyncSession, document: Document) -> bool:
    """Whether no server has held it for so long that none will."""
    return (document.lease_until or document.created_at) < await db_now(session) - _ABANDONED


async def unfinished_ids(session: AsyncSession) -> set[str]:
    return set(await session.scalars(select(Document.id).where(Document.status.in_(UNFINISHED))))


async def claim(session: AsyncSession, document: Document, holder: str, embedder: str) -> Claim | None:
    """None if someone else was faster. What an earlier attempt wrote is removed."""
    taken = await session.execute(
        update(Document)
        .where(Document.id == document.id, Document.attempt == document.attempt, Document.status == document.status)
        .values(
            status="parsing",
            attempt=document.attempt + 1,
            chunk_count=0,
            embedder=embedder,
            progress=Progress(0, 0, None).as_json(),
            lease_owner=holder,
            lease_until=await db_now(session) + LEASE,
        )
        .execution_options(synchronize_session=False)
    )
    if rows_changed(taken) == 0:
        return None
    await _clear(session, document.id)
    return Claim(document.id, document.collection_id, document.name, cast(Media, document.media_type), document.attempt + 1)


async def renew(session: AsyncSession, holder: str) -> None:
    """All that `holder` has, queued or at work."""
    await session.execute(
        update(Document)
        .where(Document.lease_owner == holder, Document.status.in_(UNFINISHED))
        .values(lease_until=await db_now(session) + LEASE)
        .execution_options(synchronize_session=False)
    )


async def save(
    session: AsyncSession, claim: Claim, pages: Sequence[tuple[int, str]], chunks: Sequence[NewChunk], progress: Progress, chunk_count: int
) -> bool:
    """Add pages and chunks. False, and nothing written, if the claim no longer holds: cancelled, deleted or taken over."""
    embedding = progress.pages is not None and progress.parsed == progress.pages
    status = "embedding" if embedding else "parsing"
    if not await _update(session, claim, {"status": status, "progress": progress.as_json(), "chunk_count": chunk_count}):
        return False
    if pages:
        await session.execute(insert(Page), [{"document_id": claim.document_id, "number": number, "text": text} for number, text in pages])
    if chunks:
        common = {"collection_id": claim.collection_id, "document_id": claim.document_id}
        rows = [
            common | {"id": new_id(), "page": item.page, "start": item.start, "end": item.end, "text": item.text, "vector": item.vector}
            for item in chunks
        ]
        await session.execute(insert(Chunk), rows)
    return True


async def finish(session: AsyncSession, claim: Claim) -> bool:
    return await _update(session, claim, {"status": "ready", "lease_owner": None, "lease_until": None, "finished_at": datetime.now(UTC)})


async def fail(session: AsyncSession, document_id: str, attempt: int, error: str, message: str) -> bool:
    """Ended with an error in words; its pages and chunks go."""
    done = await session.execute(
        update(Document)
        .where(Document.id == document_id, Document.attempt == attempt, Document.status.in_(UNFINISHED))
        .values(**_ended("failed"), error={"error": error, "message": message})
        .execution_options(synchronize_session=False)
    )
    if rows_changed(done):
        await _clear(session, document_id)
    return rows_changed(done) > 0


async def cancel(session: AsyncSession, document: Document) -> None:
    """Raises DocumentFinished. Its pages and chunks go."""
    done = await session.execute(
        update(Document)
        .where(Document.id == document.id, Document.status.in_(UNFINISHED))
        .values(**_ended("cancelled"), attempt=Document.attempt + 1)
        .execution_options(synchronize_session=False)
    )
    if rows_changed(done) == 0:
        raise DocumentFinished(f"{document.name} is not being read any more, so there is nothing to cancel. It can be deleted.")
    await _clear(session, document.id)
    await session.refresh(document)


async def release(session: AsyncSession, claim: Claim) -> None:
    """Back into the queue, for whoever has the file: the server is stopping."""
    await _update(session, claim, {"status": "queued", "lease_owner": None, "lease_until": None})


def _ended(status: str) -> dict[str, object]:
    return {"status": status, "lease_owner": None, "lease_until": None, "finished_at": datetime.now(UTC), "chunk_count": 0}


async def _update(session: AsyncSession, claim: Claim, values: dict[str, object]) -> bool:
    done = await session.execute(
        update(Document)
        .where(Document.id == claim.document_id, Document.attempt == claim.attempt, Document.status.in_(UNFINISHED))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(done) > 0


async def _clear(session: AsyncSession, document_id: str) -> None:
    await session.execute(delete(Chunk).where(Chunk.document_id == document_id))
    await session.execute(delete(Page).where(Page.document_id == document_id))
