"""Server-sent events over HTTP: numbered items as frames, a ping while nothing happens, and where a client left off."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Header
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.types import Message, Send

from parley.errors import ParleyError

PING_EVERY_S = 15.0
_HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


def event_stream(events: AsyncIterator[tuple[int, str, BaseModel | str]]) -> StreamingResponse:
    """`events` are (number, kind, data or its text in JSON); the number is the frame's id, so that a client can attach again after it."""
    return _EventStream(_frames(events), media_type="text/event-stream", headers=_HEADERS)


async def _frames(events: AsyncIterator[tuple[int, str, BaseModel | str]]) -> AsyncIterator[bytes]:
    try:
        async for number, kind, data in events:
            text = data if isinstance(data, str) else data.model_dump_json()
            yield f"event: {kind}\nid: {number}\ndata: {text}\n\n".encode()
    except ParleyError:
        return  # what was followed is gone, or its database is; whoever attaches again is told so by an answer


class _EventStream(StreamingResponse):
    """Pings come from a timer beside the frames: to wait for whichever is first would cost a task for each event."""

    async def stream_response(self, send: Send) -> None:
        loop = asyncio.get_running_loop()
        sent = loop.time()
        pinging: asyncio.Task[None] | None = None

        async def noted(message: Message) -> None:
            nonlocal sent
            sent = loop.time()
            await send(message)

        def ping() -> None:
            nonlocal sent, pinging, timer
            if loop.time() >= sent + PING_EVERY_S and (pinging is None or pinging.done()):
                sent = loop.time()
                pinging = asyncio.ensure_future(noted({"type": "http.response.body", "body": b": ping\n\n", "more_body": True}))
            timer = loop.call_later(max(sent + PING_EVERY_S - loop.time(), 1.0), ping)

        timer = loop.call_later(PING_EVERY_S, ping)
        try:
            await super().stream_response(noted)
        finally:
            timer.cancel()
            if pinging is not None:
                pinging.cancel()


def read_last_event_id(last_event_id: Annotated[str | None, Header()] = None) -> int | None:
    """The number after which to go on; None for a fresh start, as is anything that is not a number."""
    return int(last_event_id) if last_event_id and last_event_id.isdecimal() and len(last_event_id) < 10 else None
