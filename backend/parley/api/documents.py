"""Documents: how far one is, stopping it, deleting it, and the text of its pages."""

from datetime import datetime
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Path
from pydantic import BaseModel

from parley.api.deps import CurrentUser, PartsDep, SessionDep
from parley.db.tables import Document
from parley.knowledge import store

router = APIRouter(prefix="/api/documents", tags=["knowledge"])

DocumentStatus = Literal["queued", "parsing", "embedding", "ready", "failed", "cancelled"]


class ProgressView(BaseModel):
    """Pages read, pages that can be searched, and how many there are (null until that is known)."""

    parsed: int
    embedded: int
    pages: int | None


class DocumentErrorView(BaseModel):
    error: str
    message: str


class DocumentView(BaseModel):
    """`size` in bytes. `error` is set when the status is failed."""

    id: str
    name: str
    media_type: str
    size: int
    status: DocumentStatus
    progress: ProgressView
    error: DocumentErrorView | None
    created_at: datetime
    finished_at: datetime | None


class PageView(BaseModel):
    """`number` counts from 1; `pages` is how many are read."""

    document_id: str
    document: str
    number: int
    pages: int
    text: str


def view_document(document: Document) -> DocumentView:
    return DocumentView(
        id=document.id,
        name=document.name,
        media_type=document.media_type,
        size=document.size,
        status=cast(DocumentStatus, document.status),
        progress=ProgressView.model_validate(document.progress),
        error=DocumentErrorView.model_validate(document.error) if document.error else None,
        created_at=document.created_at,
        finished_at=document.finished_at,
    )


@router.get("/{document_id}")
async def get_document(document_id: str, user: CurrentUser, session: SessionDep) -> DocumentView:
    return view_document(await store.get_document(session, user.id, document_id))


@router.post("/{document_id}/cancel")
async def cancel_document(document_id: str, user: CurrentUser, parts: PartsDep) -> DocumentView:
    """Stop reading it; what was read of it goes."""
    return view_document(await parts.knowledge.cancel_document(user.id, document_id))


@router.delete("/{document_id}", status_code=204)
async def delete_document(document_id: str, user: CurrentUser, parts: PartsDep) -> None:
    await parts.knowledge.delete_document(user.id, document_id)


@router.get("/{document_id}/pages/{number}")
async def get_page(
    document_id: str, number: Annotated[int, Path(ge=1, le=2_147_483_647)], user: CurrentUser, session: SessionDep
) -> PageView:
    page = await store.get_page(session, await store.get_document(session, user.id, document_id), number)
    return PageView.model_validate(page, from_attributes=True)
