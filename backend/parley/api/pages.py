"""Cursor paging: every list is `{items, next_cursor}`, and a cursor is opaque to clients."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query

from parley.chats.store import Position
from parley.errors import ParleyError

LimitQuery = Annotated[int, Query(ge=1, le=100, description="Most items on this page")]
CursorQuery = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before")]


class BadCursor(ParleyError):
    status = 422

    def __init__(self) -> None:
        super().__init__("This cursor is not one that a page gave. Start again without it.", {"field": "cursor"})


def encode(position: Position) -> str:
    return base64.urlsafe_b64encode(f"{position.updated_at.isoformat()}|{position.id}".encode()).decode().rstrip("=")


def decode(cursor: str) -> Position:
    """Raises `BadCursor`."""
    try:
        at, _, row_id = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition("|")
        position = Position(datetime.fromisoformat(at).astimezone(UTC), row_id)
    except (ValueError, binascii.Error, OverflowError):
        raise BadCursor from None
    if not row_id.isalnum():  # it goes into a query: PostgreSQL has no NUL
        raise BadCursor
    return position
