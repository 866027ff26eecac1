"""Event streams: what ends one, and that nothing is left behind by a reader who goes."""

import asyncio
from collections.abc import AsyncIterator

import httpx
from fastapi import FastAPI
from pydantic import BaseModel

from parley.api.stream import event_stream
from parley.errors import NotFound


class Word(BaseModel):
    word: str


async def test_a_stream_ends_where_what_it_follows_is_gone() -> None:
    async def events() -> AsyncIterator[tuple[int, str, BaseModel]]:
        yield 1, "said", Word(word="hello")
        raise NotFound("There is no such run.")

    frames = [frame async for frame in event_stream(events()).body_iterator]
    assert frames == [b'event: said\nid: 1\ndata: {"word":"hello"}\n\n']


async def test_a_reader_who_goes_leaves_no_watcher_behind(app: FastAPI, live_server: str) -> None:
    closed = asyncio.Event()

    async def events() -> AsyncIterator[tuple[int, str, BaseModel]]:
        try:
            yield 1, "said", Word(word="hello")
            await asyncio.Event().wait()
        finally:
            closed.set()

    app.router.add_route("/api/test-stream", lambda _request: event_stream(events()))
    app.router.routes.insert(0, app.router.routes.pop())
    async with httpx.AsyncClient(base_url=live_server) as client, client.stream("GET", "/api/test-stream") as response:
        await anext(response.aiter_lines())
    async with asyncio.timeout(2):
        await closed.wait()
