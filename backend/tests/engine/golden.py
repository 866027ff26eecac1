"""Journals of made-up runs, with what the server shows of each after some of its entries: `web/src/model/journals.gen.json`.

The browser's fold is held against it (`web/src/model/run.test.ts`). `python -m tests.engine.golden` writes it anew.
"""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from parley.api.runs import StepView
from parley.engine.events import EVENT, Event
from parley.engine.state import RunState
from parley.workflow.spec import Edge, Node, Workflow
from tests.engine.simulate import Simulation, fold

FILE = Path(__file__).parents[3] / "web/src/model/journals.gen.json"
START = datetime(2026, 1, 1, tzinfo=UTC)
SEEDS = (3, 8, 21, 34, 55, 60, 71)
CUTS = 4
LONGEST = 60  # entries: the file is read by people too


class Dice:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pick(self, options: list[str]) -> str:
        return self.random.choice(options)

    def index(self, size: int) -> int:
        return self.random.randrange(size)

    def items(self) -> list[JsonValue]:
        return [1, 2, 3]


def workflow() -> Workflow:
    """A branch, a loop with a branch in it, and a step that the run goes past when it fails."""
    return Workflow(
        nodes=(
            Node(id="ask", type="manual_trigger", label="Ask"),
            Node(id="enough", type="condition", label="Enough?", config={"expression": "1 > 0"}),
            Node(id="find", type="web_search", label="Find", config={"query": "x"}),
            Node(id="each", type="loop", label="Each", config={"items": "{{ input }}"}),
            Node(id="draft", type="llm", label="Draft", config={"prompt": "x"}, parent="each"),
            Node(id="check", type="approval", label="Check", config={"message": "x"}, parent="each"),
            Node(id="write", type="output", label="Write", config={"value": "x"}),
        ),
        edges=(
            Edge(source="ask", target="enough"),
            Edge(source="enough", target="find", source_handle="true"),
            Edge(source="enough", target="each", source_handle="false"),
            Edge(source="draft", target="check"),
            Edge(source="find", target="write"),
            Edge(source="each", target="write"),
        ),
    )


def timed(events: list[Event]) -> list[Event]:
    """The same entries at even times, so that the file stays as it is."""
    moved: list[Event] = []
    for index, event in enumerate(events):
        at = START + timedelta(milliseconds=7 * index)
        more = {"retry_at": at + timedelta(seconds=1)} if event.kind == "step_retrying" else {}
        moved.append(event.model_copy(update={"at": at, **more}))
    return moved


def seen(state: RunState) -> dict[str, Any]:
    """What `/api/runs/{id}` says of it, but for what it was started with."""
    steps = [StepView.model_validate(step, from_attributes=True) for step in state.attempts.values()]
    failed = None if state.failed is None else dict(zip(("node_id", "path"), state.failed, strict=True))
    shown = {
        "status": state.run_status,
        "paused": state.paused,
        "output": None if state.output is None else state.output.model_dump(mode="json"),
        "error": None if state.error is None else state.error.model_dump(mode="json"),
        "failed": failed,
        "usage": None if state.usage is None else state.usage.model_dump(mode="json"),
        "last_seq": state.last_seq,
    }
    return {**shown, "steps": [step.model_dump(mode="json") for step in steps]}


def snapshots(events: list[Event]) -> list[dict[str, Any]]:
    run = Simulation(workflow(), Dice(0))
    cuts = sorted({1 + (len(events) - 1) * part // CUTS for part in range(CUTS + 1)})
    return [seen(fold(run.graph, events[:cut])) for cut in cuts]


def make() -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = []
    for seed in SEEDS:
        run = Simulation(workflow(), Dice(seed))
        run.begin()
        run.play(lambda state, key: None)
        events = timed(run.journal)[:LONGEST]
        runs.append({"events": [EVENT.dump_python(event, mode="json") for event in events], "snapshots": snapshots(events)})
    return runs


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(run, separators=(",", ":")) for run in make())
    FILE.write_text(f"[\n{lines}\n]\n")
