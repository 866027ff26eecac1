"""Looking at a run of 2,000 steps over HTTP, and 100 viewers of one that is under way: `python -m benchmarks.engine_watch`.

The run loops over 1,000 items with two steps each. Its view is the answer of `GET /api/runs/{id}` (the first page of steps), its journal
what a replay reads, page by page. The viewers attach to a second run of the same workflow as it starts and read until it has ended; beside
it, the same run with one viewer.
"""

import asyncio
import statistics
import time
from typing import Any

from benchmarks.http import connected, lines, request_bytes
from benchmarks.server import Served, machine, serving

ITEMS, VIEWERS, ROUNDS = 1_000, 100, 15


def main() -> None:
    print(machine())
    with serving() as served:
        message = _diagram(served)
        run = _start(served, message)
        asyncio.run(_watch(served, run, 1))
        _line("its view, first page of steps", lambda: served.call("GET", f"/api/runs/{run}"))
        _line("all pages of its steps", lambda: _pages(served, f"/api/runs/{run}/steps", "cursor"))
        _line("all pages of its journal", lambda: _pages(served, f"/api/runs/{run}/events", "after"))
        for viewers in (1, VIEWERS):
            entries, seconds = asyncio.run(_watch(served, _start(served, message), viewers))
            print(f"run under way, {viewers:3} viewers   {seconds:6.2f} s to its end, {entries / seconds:8,.0f} entries/s sent")


def _diagram(served: Served) -> str:
    chat = served.call("POST", "/api/chats", {})["id"]
    nodes: list[dict[str, Any]] = [
        {"id": "start", "type": "manual_trigger", "label": "Start", "config": {}},
        {"id": "each", "type": "loop", "label": "Each", "config": {"items": "{{ start.items }}", "concurrency": 10}},
        {"id": "first", "type": "transform", "label": "First", "parent": "each", "config": {"fields": {"n": "{{ item }}"}}},
        {"id": "second", "type": "transform", "label": "Second", "parent": "each", "config": {"fields": {"n": "{{ first.n }}"}}},
    ]
    edits: list[dict[str, Any]] = [{"op": "add_node", "node": node} for node in nodes]
    edits += [{"op": "connect", "source": source, "target": target} for source, target in (("start", "each"), ("first", "second"))]
    return served.call("POST", f"/api/chats/{chat}/edits", {"edits": edits})["id"]


def _start(served: Served, message: str) -> str:
    return served.call("POST", "/api/runs", {"message_id": message, "input": {"items": list(range(ITEMS))}})["id"]


async def _watch(served: Served, run: str, viewers: int) -> tuple[int, float]:
    began = time.perf_counter()
    counts = await asyncio.gather(*(_view(served, run) for _ in range(viewers)))
    return sum(counts), time.perf_counter() - began


async def _view(served: Served, run: str) -> int:
    url, seen = f"{served.url}/api/runs/{run}/events", 0
    async with connected(url) as watching:
        async for line in lines(*watching, request_bytes("GET", url, token=served.token)):
            seen += line.startswith(b"event: ")
    return seen


def _pages(served: Served, path: str, name: str) -> int:
    read, cursor = 0, ""
    while cursor is not None:
        page = served.call("GET", path + (f"?{name}={cursor}" if cursor else ""), headers={"Accept": "application/json"})
        read += len(page["items"])
        cursor = page["next_cursor"]
    return read


def _line(name: str, ask: Any) -> None:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    print(f"{name:32} {statistics.median(taken):8.1f} ms median, {min(taken):8.1f} ms least")


if __name__ == "__main__":
    main()
