"""Requests over bare sockets, so that the client costs less than what is measured with it."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port, limit=2**22)
    try:
        yield reader, writer
    finally:
        writer.close()


def request_bytes(method: str, url: str, body: Any = None, *, token: str = "") -> bytes:
    data = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {urlsplit(url).path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


async def seconds_to(marks: list[bytes], url: str, request: bytes) -> list[float]:
    """From sending `request` on an open connection to the first line of its streamed answer that holds each mark; all of it is read."""
    found: dict[bytes, float] = {}
    async with connected(url) as (reader, writer):
        began = time.perf_counter()
        async for line in lines(reader, writer, request):
            for mark in marks:
                if mark in line:
                    found.setdefault(mark, time.perf_counter() - began)
    if missing := [mark for mark in marks if mark not in found]:
        sys.exit(f"the answer to {request!r} ended without {missing}")
    return [found[mark] for mark in marks]


async def lines(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> AsyncGenerator[bytes]:
    """The lines of a streamed answer until its end; the lengths of its chunks come along as lines, which no mark resembles."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 20"):
        sys.exit(head.decode() + (await reader.read(2000)).decode())
    while (line := await reader.readline()) and line != b"0\r\n":
        yield line


def median_p95_ms(seconds: list[float]) -> tuple[float, float]:
    ordered = sorted(seconds)
    return ordered[len(ordered) // 2] * 1000, ordered[int(len(ordered) * 0.95)] * 1000
