"""Server-sent events over HTTP: numbered items as frames, a ping while nothing happens, and where a client left off."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Header
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from parley.errors import ParleyError

PING_EVERY_S = 15.0
_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


def event_stream(events: AsyncIterator[tuple[int, str, BaseModel]]) -> StreamingResponse:
    """`events` are (number, kind, data); the number is the frame's id, so that a client can attach again after it."""
    return StreamingResponse(_frames(events), media_type="text/event-stream", headers=_HEADERS)


async def _frames(events: AsyncIterator[tuple[int, str, BaseModel]]) -> AsyncIterator[str]:
    following = aiter(events)
    pending: asyncio.Task[tuple[int, str, BaseModel]] | None = None
    try:
        while True:
            pending = pending or asyncio.ensure_future(anext(following))  # type: ignore[arg-type]
            done, _ = await asyncio.wait([pending], timeout=PING_EVERY_S)
            if not done:
                yield ": ping\n\n"
                continue
            try:
                number, kind, data = pending.result()
            except (StopAsyncIteration, ParleyError):
                return  # what was followed is gone; whoever attaches again is told so by an answer
            pending = None
            yield f"event: {kind}\nid: {number}\ndata: {data.model_dump_json()}\n\n"
    finally:
        if pending is not None:
            pending.cancel()


def read_last_event_id(last_event_id: Annotated[str | None, Header()] = None) -> int | None:
    """The number after which to go on; None for a fresh start, as is anything that is not a number."""
    return int(last_event_id) if last_event_id and last_event_id.isdecimal() and len(last_event_id) < 10 else None
