"""Time that Parley adds to a model's own first token, with the turn stored: `python -m benchmarks.first_token`.

A fake model server answers with its first token after 50 ms. What is asked of it directly, through Parley, and through a bare relay
(`benchmarks.relay`, the floor) alternates in one run; each turn is the first of a chat. Goals: 3.5 ms for one, 28 ms for 20 at once.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable

from benchmarks.http import median_p95_ms, request_bytes, seconds_to
from benchmarks.server import Served, free_port, machine, serving, started

ROUNDS = {1: 60, 20: 15}
GOALS = {1: 3.5, 20: 28.0}
SAID = "When a form is sent, check it and answer by mail."
BODY = {"model": "fake", "stream": True, "messages": [{"role": "user", "content": SAID}]}

Ask = Callable[[], tuple[list[bytes], str, bytes]]  # what to wait for, where, and the request


def main() -> None:
    print(machine())
    port = free_port()
    model = subprocess.Popen([sys.executable, "-m", "benchmarks.fake_model", str(port)])
    settings = {"OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "PARLEY_MODEL": "fake", "PARLEY_PLANNER": "model"}
    try:
        with (
            serving(**settings) as parley,
            tempfile.TemporaryDirectory() as folder,
            started(settings | {"PARLEY_DATA_DIR": folder}, [sys.executable, "-m", "benchmarks.relay"]) as relay,
        ):
            asyncio.run(_measure(parley, relay, settings["OPENAI_BASE_URL"]))
    finally:
        model.kill()
        model.wait()


async def _measure(parley: Served, relay: Served, model_url: str) -> None:
    def turn() -> tuple[list[bytes], str, bytes]:
        chat = parley.call("POST", "/api/chats", {})["id"]
        url = f"{parley.url}/api/chats/{chat}/messages"
        return [b"event: reply.delta"], url, request_bytes("POST", url, {"content": SAID}, token=parley.token)

    def passed_on() -> tuple[list[bytes], str, bytes]:
        return [b"word0"], relay.url, request_bytes("POST", f"{relay.url}/turn", BODY)

    def direct() -> tuple[list[bytes], str, bytes]:
        return [b"word0"], model_url, request_bytes("POST", f"{model_url}/chat/completions", BODY)

    for ask in (turn, passed_on, direct):
        for _ in range(5):
            await _at_once(ask, 4)  # libraries load and connections open with the first ones
    for count, rounds in ROUNDS.items():
        taken: dict[str, list[float]] = {"direct": [], "relay": [], "parley": []}
        for _ in range(rounds):
            for name, ask in (("direct", direct), ("relay", passed_on), ("parley", turn)):
                taken[name] += await _at_once(ask, count)
        base_median, base_p95 = median_p95_ms(taken["direct"])
        for name in ("relay", "parley"):
            median, p95 = median_p95_ms(taken[name])
            goal = f"   goal {GOALS[count]:g} ms" if name == "parley" else ""
            print(f"{name:7} {count:2} at once: added {median - base_median:6.1f} ms median, {p95 - base_p95:6.1f} ms p95{goal}")


async def _at_once(ask: Ask, count: int) -> list[float]:
    asked = [ask() for _ in range(count)]
    await asyncio.sleep(0.02)  # what the preparation left to do is not measured
    return [first for [first] in await asyncio.gather(*(seconds_to(*one) for one in asked))]


main()
