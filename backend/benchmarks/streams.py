"""500 live event streams with one event a second each: `python -m benchmarks.streams`.

10 turns whose model says one word a second, 50 viewers attached to each; every word carries the time at which the model sent it, so the
lag is that of all of Parley: the model's stream, the planner, the turn, the viewer's stream. The cost of the turns themselves (planning,
saving what was said) is in the figures. The floor has no turns: 500 streams that write a line a second. The server, the model and the
viewers are three processes. Goals: 7 % of a core, 60 KB a stream, p99 lag 10 ms.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.http import connected, lines, request_bytes
from benchmarks.server import Served, free_port, machine, pss_mb, serving, started

TURNS, VIEWERS, SECONDS, WORDS = 10, 50, 20.0, 120
_SENT = re.compile(rb'"text":"at ([0-9.]+) "')


def main() -> None:
    print(machine())
    with (
        tempfile.TemporaryDirectory() as folder,
        started({"PARLEY_DATA_DIR": folder}, [sys.executable, "-m", "benchmarks.ticker"]) as floor,
    ):
        asyncio.run(_measure("floor", floor, [f"{floor.url}/ticks"]))
    port = free_port()
    model = subprocess.Popen([sys.executable, "-m", "benchmarks.fake_model", str(port), "0.05", str(WORDS), "1", "timed"])
    settings = {"OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "PARLEY_MODEL": "fake", "PARLEY_PLANNER": "model"}
    try:
        with serving(PARLEY_TURN_SECONDS="600", **settings) as served:
            asyncio.run(_measure("parley", served, []))
    finally:
        model.kill()
        model.wait()


async def _measure(name: str, served: Served, urls: list[str]) -> None:
    async with AsyncExitStack() as turns:
        urls = urls or [await _turn(served, turns) for _ in range(TURNS)]
        await asyncio.sleep(2)
        memory = pss_mb(served.pid)
        lags: list[float] = []
        viewers: list[asyncio.Task[None]] = []
        for number in range(TURNS * VIEWERS):
            viewers.append(asyncio.create_task(_view(urls[number % len(urls)], served.token, lags)))
            await asyncio.sleep(1 / (TURNS * VIEWERS))  # spread over a second, as people come
        await asyncio.sleep(3)
        lags.clear()
        used, began = _cpu_seconds(served.pid), time.perf_counter()
        await asyncio.sleep(SECONDS)
        share = (_cpu_seconds(served.pid) - used) / (time.perf_counter() - began) * 100
        kilobytes = (pss_mb(served.pid) - memory) * 1000 / len(viewers)
        ordered = sorted(lags)
        for viewer in viewers:
            viewer.cancel()
        await asyncio.gather(*viewers, return_exceptions=True)
    rate, middle, late = len(ordered) / SECONDS, ordered[len(ordered) // 2] * 1000, ordered[int(len(ordered) * 0.99)] * 1000
    goal = "   goals 7 %, 60 KB, 10 ms" if name == "parley" else ""
    print(
        f"{name:7} {len(viewers)} streams, {rate:.0f} events/s: {share:4.1f} % of a core, {kilobytes:4.0f} KB a stream, "
        f"lag {middle:.1f} ms median, {late:.1f} ms p99{goal}"
    )


async def _turn(served: Served, turns: AsyncExitStack) -> str:
    """Start a turn and leave it after its first word, as a closed tab does; the address of its events."""
    chat = served.call("POST", "/api/chats", {})["id"]
    url = f"{served.url}/api/chats/{chat}/messages"
    reader, writer = await turns.enter_async_context(connected(url))
    message = b""
    async for line in lines(reader, writer, request_bytes("POST", url, {"content": "Say what you see."}, token=served.token)):
        if found := re.search(rb'"message":\{"id":"(\w+)"', line):
            message = found[1]
        if _SENT.search(line):
            await asyncio.sleep(1 / TURNS)  # turns do not all say their words at the same instant
            return f"{served.url}/api/messages/{message.decode()}/events"
    sys.exit("the turn did not start")


async def _view(url: str, token: str, lags: list[float]) -> None:
    async with connected(url) as (reader, writer):
        async for line in lines(reader, writer, request_bytes("GET", url, token=token)):
            if sent := _SENT.search(line):
                lags.append(time.time() - float(sent[1]))


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
