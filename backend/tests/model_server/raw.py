"""A server that answers chat completions with exactly the bytes a test wants: silence, garbage, broken streams."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

SSE_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def chunk(**delta: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    return (
        b"data: "
        + json.dumps({"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}).encode()
        + b"\n\n"
    )


def text(content: str) -> bytes:
    return chunk(role="assistant", content=content)


def arguments(piece: str, name: str | None = None) -> bytes:
    """A piece of a tool call; the first one carries the tool's name."""
    function = {"name": name, "arguments": piece} if name else {"arguments": piece}
    head = {"id": "call_1", "type": "function"} if name else {}
    return chunk(tool_calls=[{"index": 0, **head, "function": function}])


def finish(reason: str = "stop") -> bytes:
    choice = {"index": 0, "delta": {}, "finish_reason": reason}
    end = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(end).encode() + b"\n\ndata: [DONE]\n\n"


def status(code: int, body: str = '{"error": {"message": "no"}}') -> bytes:
    head = f"HTTP/1.1 {code} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return (head + body).encode()


@dataclass
class RawServer:
    """`scripts` are played one per request, the last one again and again: bytes are sent, numbers are seconds to wait."""

    scripts: list[list[bytes | float]]
    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
            self.bodies.append(json.loads(await reader.readexactly(length)))
            script = self.scripts[min(len(self.bodies), len(self.scripts)) - 1]
            for part in script:
                if isinstance(part, float):
                    await asyncio.sleep(part)
                else:
                    writer.write(part)
                    await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def raw_server(*scripts: list[bytes | float], port: int = 0) -> AsyncGenerator[RawServer]:
    played = RawServer(list(scripts))
    serving: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(played.serve(reader, writer))
        serving.add(task)
        task.add_done_callback(serving.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", port)
    played.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield played
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
