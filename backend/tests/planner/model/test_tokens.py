"""What is sent to a model stays small, counted as a vendor counts; the estimate that keeps the budget does not count too little."""

import json

import pytest

from benchmarks.tokens import chain, measure, requests
from parley.llm.models import ModelSettings
from parley.planner.base import Budget
from parley.planner.model.context import messages_for, tokens_of
from parley.workflow.compact import compact
from tests.model_server import tokens
from tests.model_server.raw import raw_server
from tests.model_server.wires import ANTHROPIC, OPENAI
from tests.planner.model.asking import play, request_for

ASKED = requests()


async def test_a_first_turn_asks_with_at_most_4000_tokens() -> None:
    done = await measure(*ASKED["first turn"])
    assert sum(done.requests) <= 4_000


@pytest.mark.parametrize("name", ASKED)
async def test_no_turn_takes_more_than_15000_tokens_in_all(name: str) -> None:
    done = await measure(*ASKED[name])
    assert sum(done.requests) + done.output <= 15_000


def test_a_diagram_of_40_steps_is_told_in_under_2500_tokens() -> None:
    assert tokens.count([compact(chain(40))])[0] < 2_500


@pytest.mark.parametrize("name", ASKED)
def test_the_estimate_is_not_below_what_is_counted(name: str) -> None:
    request, _ = ASKED[name]
    told = messages_for(request)
    said = [str(part.content) for message in told for part in message.parts if hasattr(part, "content")]
    assert tokens_of(told) >= sum(tokens.count(said))


async def test_the_instructions_and_the_tool_come_first_and_are_the_same_for_all() -> None:
    bodies = []
    for name in ("first turn", "the same in a long chat"):
        async with raw_server(OPENAI.answer("Done.")) as server:
            await play(ModelSettings(default="m", openai_base_url=server.url), ASKED[name][0])
        bodies += server.bodies
    assert bodies[0]["messages"][0] == bodies[1]["messages"][0]
    assert bodies[0]["tools"] == bodies[1]["tools"]
    assert json.dumps(bodies[0]["messages"][0]).count("Question") == 0


async def test_a_small_budget_is_kept_to() -> None:
    async with raw_server(OPENAI.answer("word " * 30_000)) as server:
        played = await play(
            ModelSettings(default="m", openai_base_url=server.url), request_for("Go", budget=Budget(seconds=10, tokens=7_000))
        )
        spent = tokens.asked(server.bodies)[0]
    assert spent + played.answered.output_tokens <= 7_500
    assert played.failure is not None


async def test_a_service_that_caches_only_what_it_is_told_to_is_told_to() -> None:
    async with raw_server(ANTHROPIC.answer("Done.")) as server:
        await play(ANTHROPIC.settings(server.url.removesuffix("/v1")), ASKED["first turn"][0])
    [body] = server.bodies
    assert body["system"][-1]["cache_control"]["type"] == "ephemeral"
    assert "cache_control" not in json.dumps(body["messages"])
