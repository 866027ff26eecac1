"""What a turn with a language model costs in tokens and in time of ours, with a server that answers at once: `python -m benchmarks.tokens`.

Goals: at most 4,000 input tokens for a first turn, 15,000 in all for any turn; a diagram of 40 steps in under 2,500.
"""

import asyncio
import json
import time
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from benchmarks.http import median_p95_ms
from benchmarks.server import machine
from parley.llm.models import Models, ModelSettings
from parley.nodes.registry import CATALOGUE
from parley.planner.base import Budget, PlannerEvent, PlanRequest, Said
from parley.planner.model import ModelPlanner
from parley.workflow.compact import compact
from parley.workflow.edits import Edit, apply_all
from parley.workflow.spec import EMPTY, Workflow
from parley.workflow.validate import Surroundings
from tests.model_server import tokens
from tests.model_server.raw import raw_server
from tests.model_server.wires import OPENAI

ROUNDS = 30
REQUEST = (
    "When a customer asks something, look it up in our handbook and on the web, let a language model write the answer from both, "
    "and if it is about refunds also send it to #support on Slack."
)
CHANGE = "Ask for approval before step 7, and send the result by e-mail to the team as well."
HISTORY = tuple(
    Said("user" if number % 2 == 0 else "assistant", f"Message {number}. " + "Words that were said. " * 60) for number in range(40)
)
FINE: list[dict[str, Any]] = [{"op": "add_node", "id": "ask", "type": "approval", "label": "Approve", "config": {"message": "Send it?"}}]
WRONG: list[dict[str, Any]] = [{"op": "connect", "source": "nowhere", "target": "else"}]


@dataclass(frozen=True)
class Measured:
    requests: list[int]  # input tokens of each
    output: int
    seconds: list[float]
    first_word: list[float]


def chain(nodes: int) -> Workflow:
    """A trigger and then steps of everyday types, with the settings such steps have."""
    configs: tuple[tuple[str, dict[str, Any]], ...] = (
        ("llm", {"prompt": "Summarise what was found for {{ start.message }} in three sentences, and name the pages."}),
        ("web_search", {"query": "{{ start.message }} news", "max_results": 5}),
        ("email", {"to": "team@example.com", "subject": "What was found", "body": "{{ step_1.text }}"}),
    )
    edits: list[dict[str, Any]] = [{"op": "add_node", "node": {"id": "start", "type": "chat_trigger", "label": "Question arrives"}}]
    for number in range(1, nodes):
        node_type, config = configs[number % 3]
        edits.append(
            {"op": "add_node", "node": {"id": f"step_{number}", "type": node_type, "label": f"Do step {number}", "config": config}}
        )
        edits.append({"op": "connect", "source": f"step_{number - 1}" if number > 1 else "start", "target": f"step_{number}"})
    return apply_all(_read(edits), EMPTY, CATALOGUE)


def _read(edits: list[dict[str, Any]]) -> list[Edit]:
    from parley.workflow.edits import EDITS

    return EDITS.validate_python(edits)


def requests() -> dict[str, tuple[PlanRequest, list[list[dict[str, Any]]]]]:
    """A request each, and the edits that the model answers with, round by round."""
    around = Surroundings(collections=frozenset({"Handbook", "Price lists"}))

    def asking(content: str, workflow: Workflow, history: tuple[Said, ...] = ()) -> PlanRequest:
        return PlanRequest(content, workflow, CATALOGUE, around, history=history, budget=Budget())

    return {
        "first turn": (asking(REQUEST, EMPTY), [FINE]),
        "edit of 10 steps": (asking(CHANGE, chain(10), HISTORY[:4]), [FINE]),
        "edit of 40 steps": (asking(CHANGE, chain(40), HISTORY[:4]), [FINE]),
        "the same in a long chat": (asking(CHANGE, chain(40), HISTORY), [FINE]),
        "the same, mended twice": (asking(CHANGE, chain(40), HISTORY), [[*FINE, *WRONG], WRONG, WRONG]),
    }


async def measure(request: PlanRequest, answers: list[list[dict[str, Any]]], rounds: int = 1) -> Measured:
    seconds: list[float] = []
    first: list[float] = []
    scripts = [OPENAI.answer("I put an approval before it. ", *edits) for edits in answers]
    async with raw_server(*scripts) as server:
        models = Models(ModelSettings(default="m", openai_base_url=server.url))
        planner = ModelPlanner(models, lambda *_: None)
        for _ in range(rounds):
            server.bodies.clear()
            began = time.perf_counter()
            events: list[PlannerEvent] = []
            async with aclosing(planner.plan(request)) as stream:
                async for event in stream:
                    if not events:
                        first.append(time.perf_counter() - began)
                    events.append(event)
            seconds.append(time.perf_counter() - began)
        await models.aclose()
    written = [json.dumps({"edits": edits}) for edits in answers[: len(server.bodies)]]
    return Measured(tokens.asked(server.bodies), sum(tokens.count(written)), seconds, first)


async def main() -> None:
    print(machine())
    print(f"a diagram of 40 steps  {tokens.count([compact(chain(40))])[0]:6,} tokens  goal 2,500")
    for name, (request, answers) in requests().items():
        done = await measure(request, answers, ROUNDS)
        median, p95 = median_p95_ms(done.seconds[1:])
        word, _ = median_p95_ms(done.first_word[1:])
        goal = "goal 4,000 in" if name == "first turn" else "goal 15,000 in all"
        print(
            f"{name:23} {sum(done.requests):6,} in ({len(done.requests)} requests) + {done.output:4,} out  {goal:18}  "
            f"planner {median:5.1f} ms median, {p95:5.1f} ms p95, first word {word:5.1f} ms"
        )


if __name__ == "__main__":
    asyncio.run(main())
