"""Collections: the list, new, deleted, the documents in one, and searching it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from parley.api.deps import CurrentUser, PartsDep, SessionDep
from parley.api.documents import DocumentView, view_document
from parley.api.pages import CursorQuery, LimitQuery
from parley.api.upload import REQUEST_BODY, incoming_file
from parley.knowledge import store
from parley.knowledge.service import LONGEST_QUERY, MOST_RESULTS

router = APIRouter(prefix="/api/collections", tags=["knowledge"])


class NewCollection(BaseModel):
    name: str = Field(max_length=1000, description="At most 100 characters, without slashes; case does not tell two names apart")


class CollectionView(BaseModel):
    name: str
    documents: int
    created_at: datetime


class CollectionPage(BaseModel):
    items: list[CollectionView]
    next_cursor: str | None


class DocumentPage(BaseModel):
    items: list[DocumentView]
    next_cursor: str | None


class FoundView(BaseModel):
    """A passage: `start` and `end` are character offsets in the text of the page (from 1); `score` goes from 0 to 1."""

    id: str
    document_id: str
    document: str
    page: int
    start: int
    end: int
    text: str
    score: float


class FoundPage(BaseModel):
    """Best first; there is never a next page."""

    items: list[FoundView]
    next_cursor: str | None


@router.get("")
async def list_collections(user: CurrentUser, session: SessionDep, limit: LimitQuery = 50, cursor: CursorQuery = None) -> CollectionPage:
    found = await store.list_collections(session, user.id, cursor, limit + 1)
    return CollectionPage(items=[_view(item) for item in found[:limit]], next_cursor=found[limit - 1].name if len(found) > limit else None)


@router.post("", status_code=201)
async def create_collection(body: NewCollection, user: CurrentUser, session: SessionDep) -> CollectionView:
    collection = await store.create_collection(session, user.id, body.name)
    return CollectionView(name=collection.name, documents=0, created_at=collection.created_at)


@router.get("/{name}")
async def get_collection(name: str, user: CurrentUser, session: SessionDep) -> CollectionView:
    return _view(await store.summarise(session, await store.get_collection(session, user.id, name)))


@router.delete("/{name}", status_code=204)
async def delete_collection(name: str, user: CurrentUser, parts: PartsDep) -> None:
    """With every document in it."""
    await parts.knowledge.delete_collection(user.id, name)


@router.get("/{name}/documents")
async def list_documents(
    name: str, user: CurrentUser, session: SessionDep, limit: LimitQuery = 50, cursor: CursorQuery = None
) -> DocumentPage:
    """Newest first."""
    collection = await store.get_collection(session, user.id, name)
    documents = await store.list_documents(session, collection.id, cursor, limit + 1)
    following = documents[limit - 1].id if len(documents) > limit else None
    return DocumentPage(items=[view_document(document) for document in documents[:limit]], next_cursor=following)


@router.post("/{name}/documents", status_code=202, openapi_extra=REQUEST_BODY)
async def add_document(name: str, request: Request, user: CurrentUser, parts: PartsDep) -> DocumentView:
    """PDF, Markdown or text in the form field `file`. It is read afterwards: ask for the document until it is ready or failed."""
    file = await incoming_file(request)
    return view_document(await parts.knowledge.add_document(user.id, name, file.name, file.parts))


@router.get("/{name}/search")
async def search_collection(
    name: str,
    user: CurrentUser,
    parts: PartsDep,
    q: Annotated[str, Query(min_length=1, max_length=LONGEST_QUERY, description="A question, or words")],
    top_k: Annotated[int, Query(ge=1, le=MOST_RESULTS)] = 5,
) -> FoundPage:
    found = await parts.knowledge.search(user.id, name, q, top_k)
    return FoundPage(items=[FoundView.model_validate(item, from_attributes=True) for item in found], next_cursor=None)


def _view(summary: store.CollectionSummary) -> CollectionView:
    return CollectionView(name=summary.name, documents=summary.documents, created_at=summary.created_at)
