"""Search over titles, messages, and the labels and types of drawn nodes."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from parley.api.deps import CurrentUser, PartsDep
from parley.api.pages import LimitQuery
from parley.chats.search import Kind, search

router = APIRouter(prefix="/api", tags=["search"])


class SearchHit(BaseModel):
    """`message_id` leads to the turn (null: the hit is a chat's title). `start` and `end` mark the word within `snippet`."""

    kind: Kind
    chat_id: str
    chat_title: str
    message_id: str | None
    snippet: str
    start: int
    end: int
    at: datetime


class SearchPage(BaseModel):
    items: list[SearchHit]
    next_cursor: str | None


@router.get("/search")
async def search_everything(
    user: CurrentUser,
    parts: PartsDep,
    q: Annotated[str, Query(max_length=200, description="Words that must all occur")],
    limit: LimitQuery = 20,
    cursor: Annotated[str | None, Query(max_length=32)] = None,
) -> SearchPage:
    async with parts.database.scanning() as session:
        hits, following = await search(session, user.id, q, limit=limit, before=cursor)
    return SearchPage(items=[SearchHit(**vars(hit)) for hit in hits], next_cursor=following)
