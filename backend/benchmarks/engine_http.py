"""A run through the HTTP API, saved per step, and small runs a second: `python -m benchmarks.engine_http`.

A server in a process of its own. A run of 10 steps (`transform`, each with one field made of the step before) is timed from sending
`POST /api/runs` until its stream of events says that it has ended. The runs a second are of two steps behind a webhook's trigger, 16
callers at once, each of whom starts the next run when the last has ended. Goals: 8 ms, 100 runs/s.
"""

import asyncio
import statistics
import sys
import time
from typing import Any

from benchmarks.http import connected, lines, request_bytes
from benchmarks.server import Served, machine, serving

STEPS, ROUNDS = 10, 60
RUNS, AT_ONCE = 600, 16


def main() -> None:
    for sync in ("FULL", "NORMAL"):
        with serving(PARLEY_SQLITE_SYNC=sync) as served:
            asyncio.run(_measure(served, sync))


async def _measure(served: Served, sync: str) -> None:
    long, short = _diagram(served, "manual_trigger", {}, STEPS), _diagram(served, "webhook_trigger", {"path": "hook", "method": "POST"}, 2)
    taken = [await _run(served, long) for _ in range(ROUNDS)][ROUNDS // 10 :]
    ordered = sorted(taken)
    print(
        f"{machine()}; synchronous={sync}\n{STEPS} steps over HTTP: {statistics.median(ordered) * 1000:.1f} ms median, "
        f"{ordered[int(len(ordered) * 0.95)] * 1000:.1f} ms p95, goal 8 ms"
    )
    left = iter(range(RUNS))

    async def caller() -> None:
        for _ in left:
            await _run(served, short)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    print(f"2 steps over HTTP, {AT_ONCE} at once: {RUNS / (time.perf_counter() - began):.0f} runs/s, goal 100")


def _diagram(served: Served, trigger: str, config: dict[str, Any], steps: int) -> str:
    """A chain of steps behind a trigger, drawn by hand in a chat of its own; the message that holds it."""
    chat = served.call("POST", "/api/chats", {})["id"]
    edits: list[dict[str, Any]] = [{"op": "add_node", "node": {"id": "step_0", "type": trigger, "label": "Start", "config": config}}]
    for number in range(1, steps + 1):
        before = "{{ input }}" if number == 1 else f"{{{{ step_{number - 1}.text }}}}"
        node = {"id": f"step_{number}", "type": "transform", "label": f"Step {number}", "config": {"fields": {"text": before}}}
        edits += [{"op": "add_node", "node": node}, {"op": "connect", "source": f"step_{number - 1}", "target": f"step_{number}"}]
    return served.call("POST", f"/api/chats/{chat}/edits", {"edits": edits})["id"]


async def _run(served: Served, message: str) -> float:
    url = f"{served.url}/api/runs"
    async with connected(url) as (reader, writer), connected(url) as watching:
        began = time.perf_counter()
        writer.write(request_bytes("POST", url, {"message_id": message, "input": {"body": {"n": 1}}}, token=served.token))
        answer = await reader.readuntil(b"\r\n\r\n") + await reader.readuntil(b'","')
        if not answer.startswith(b"HTTP/1.1 201"):
            sys.exit(answer.decode())
        run = answer.rpartition(b'"id":"')[2][:32].decode()
        async for line in lines(*watching, request_bytes("GET", f"{url}/{run}/events", token=served.token)):
            if line.startswith(b"event: run_failed"):
                sys.exit("the run failed")
            if line.startswith(b"event: run_done"):
                break
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
