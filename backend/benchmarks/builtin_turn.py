"""The built-in planner over HTTP, from Enter to the first change of the diagram: `python -m benchmarks.builtin_turn`.

Each turn is stored as always. `turn.started` opens the stream; a quick turn is planned by then, so what it costs is in there too.
Goal: 200 ms to the first node on the screen, of which 100 ms are the server's.
"""

import asyncio
import itertools
from typing import Any

from benchmarks.http import median_p95_ms, request_bytes, seconds_to
from benchmarks.server import Served, machine, serving

ROUNDS = 12
MARKS = [b"event: turn.started", b"event: edit.applied", b"event: turn.finished"]
DESCRIPTIONS = (
    "When a customer asks something, look it up in our handbook and on the web, let a language model write the answer from both, "
    "and if it is about refunds also send it to #support on Slack.",
    "Every morning at 7, fetch https://example.com/news, summarise it, and e-mail the summary to team@example.com.",
    "When a form is sent, classify it as sales, support or spam. Send sales to #sales on Slack and support to #help on Slack.",
    "For each lead in the list, look the company up on the web, write a short profile with a language model and save it to the database.",
)
CHANGES = (
    "Ask for approval before step 20.",
    "Remove step 30.",
    "Rename step 12 to Check the address.",
    "Wait 2 days after step 5.",
)
NODES = 40


def main() -> None:
    print(machine())
    with serving() as served:
        _report("a new workflow", [_described(served, number) for number in range(ROUNDS * len(DESCRIPTIONS))])
        _report(f"a change of {NODES} nodes", [_changed(served, number) for number in range(ROUNDS * len(CHANGES))])


def _described(served: Served, number: int) -> list[float]:
    return _turn(served, served.call("POST", "/api/chats", {})["id"], DESCRIPTIONS[number % len(DESCRIPTIONS)])


def _changed(served: Served, number: int) -> list[float]:
    chat = served.call("POST", "/api/chats", {})["id"]
    served.call("POST", f"/api/chats/{chat}/edits", {"edits": _chain()})
    return _turn(served, chat, CHANGES[number % len(CHANGES)])


def _turn(served: Served, chat: str, content: str) -> list[float]:
    url = f"{served.url}/api/chats/{chat}/messages"
    return asyncio.run(seconds_to(MARKS, url, request_bytes("POST", url, {"content": content}, token=served.token)))


def _chain() -> list[dict[str, Any]]:
    """A trigger and then one step after another, of a few types."""
    steps: list[dict[str, Any]] = [{"id": "start", "type": "chat_trigger", "label": "Question", "config": {}}]
    for number in range(1, NODES):
        node_type, config = (
            ("transform", {"fields": {"text": "{{ start.message }}"}}),
            ("llm", {"prompt": "Answer {{ start.message }}"}),
            ("web_search", {"query": "{{ start.message }}"}),
        )[number % 3]
        steps.append({"id": f"step_{number}", "type": node_type, "label": f"Step {number}", "config": config})
    edits: list[dict[str, Any]] = [{"op": "add_node", "node": step} for step in steps]
    for before, after in itertools.pairwise(steps):
        edits.append({"op": "connect", "source": before["id"], "target": after["id"]})
    return edits


def _report(name: str, turns: list[list[float]]) -> None:
    for mark, seconds in zip(MARKS, zip(*turns, strict=True), strict=True):
        median, p95 = median_p95_ms(list(seconds))
        goal = "   goal p95 100 ms" if mark.endswith(b"applied") else ""
        print(f"{name:22} {mark.decode().removeprefix('event: '):14} {median:6.1f} ms median, {p95:6.1f} ms p95{goal}")


if __name__ == "__main__":
    main()
