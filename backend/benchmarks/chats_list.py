"""Requests per second of the authenticated list of chats: `python -m benchmarks.chats_list`.

The floor is the same server's /api/health/live: what HTTP and the framework cost without a session check and a page of rows.
"""

import asyncio
import statistics
import sys
import time

from benchmarks.server import Served, machine, serving

CONNECTIONS, SECONDS, ROUNDS, CHATS = 16, 4.0, 3, 50


def main() -> None:
    print(machine())
    with serving() as served:
        for number in range(CHATS):
            served.call("POST", "/api/chats", {"title": f"Chat number {number}"})
        for path in ("/api/chats?limit=20", "/api/health/live"):
            rates = [asyncio.run(_rate(served, path)) for _ in range(ROUNDS)]
            print(f"{path:22} {statistics.median(rates):7.0f} requests/s  ({CONNECTIONS} connections)")


async def _rate(served: Served, path: str) -> float:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {served.token}\r\n\r\n".encode()
    port = int(served.url.rsplit(":", 1)[1])
    until = time.perf_counter() + SECONDS
    counts = await asyncio.gather(*(_one(port, request, until) for _ in range(CONNECTIONS)))
    return sum(counts) / SECONDS


async def _one(port: int, request: bytes, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    while time.perf_counter() < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            sys.exit(head.decode())
        length = int(next(line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")))
        await reader.readexactly(length)
        count += 1
    writer.close()
    return count


main()
