"""A stream of events: frames as they come, and pings while nothing does."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel
from starlette.types import Message

from parley.api import stream


class Word(BaseModel):
    text: str


async def sent_by(pauses: list[float]) -> list[str]:
    async def events() -> AsyncIterator[tuple[int, str, BaseModel]]:
        for number, pause in enumerate(pauses):
            await asyncio.sleep(pause)
            yield number, "word", Word(text=f"w{number}")

    sent: list[str] = []

    async def send(message: Message) -> None:
        sent.append(message.get("body", b"").decode())

    async def receive() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    await stream.event_stream(events())({"type": "http"}, receive, send)
    return [text for text in sent if text]


async def test_frames_carry_number_kind_and_data() -> None:
    assert await sent_by([0, 0]) == [
        'event: word\nid: 0\ndata: {"text":"w0"}\n\n',
        'event: word\nid: 1\ndata: {"text":"w1"}\n\n',
    ]


async def test_pings_come_only_while_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PING_EVERY_S", 1.0)
    lively = await sent_by([0.4] * 4)
    assert ": ping\n\n" not in lively
    quiet = await sent_by([0, 2.5])
    assert quiet.count(": ping\n\n") in (1, 2)
    assert quiet[-1].startswith("event: word")
