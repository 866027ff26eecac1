"""A tiny HTTP server on loopback that answers by path, and counts who reached it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

Handler = Callable[["Seen", asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Site:
    """`routes[path]` writes the answer; the default says ok."""

    port: int = 0
    connections: int = 0
    seen: list[Seen] = field(default_factory=list)
    routes: dict[str, Handler] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def allowed(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answers(self, path: str, *, status: str = "200 OK", headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        async def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
            lines = {"content-length": str(len(body)), **(headers or {})}
            writer.write(f"HTTP/1.1 {status}\r\n".encode())
            writer.write("".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\n" + body)

        self.routes[path] = answer

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
            seen = Seen(method, path.partition("?")[0], headers, await reader.readexactly(int(headers.get("content-length", "0"))))
            self.seen.append(seen)
            if seen.path not in self.routes:
                self.answers(seen.path, body=b"ok")
            await self.routes[seen.path](seen, writer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def served(host: str) -> AsyncIterator[Site]:
    site = Site()
    server = await asyncio.start_server(site.serve, host, 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
