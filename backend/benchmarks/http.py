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


def request_bytes(method: str, url: str, body: Any = None, *, token: str = "", accept: str = "text/event-stream") -> bytes:
    data = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {urlsplit(url).path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


async def seconds_to(mark: bytes, url: str, request: bytes) -> float:
    """From sending `request` on an open connection to the first line of its streamed answer that holds `mark`; the rest is read too."""
    async with connected(url) as (reader, writer):
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 20"):
            sys.exit(head.decode() + (await reader.read(2000)).decode())
        found = None
        async for line in _lines(reader):
            if found is None and mark in line:
                found = time.perf_counter() - began
    if found is None:
        sys.exit(f"the answer of {url} ended without {mark!r}")
    return found


async def _lines(reader: asyncio.StreamReader) -> AsyncGenerator[bytes]:
    """Until the end of the chunked body; lengths of chunks come along as lines, which no mark resembles."""
    while (line := await reader.readline()) and line != b"0\r\n":
        yield line
