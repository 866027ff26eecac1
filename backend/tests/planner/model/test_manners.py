"""Models that cannot call tools: what their servers say is understood, the next manner works, and it is remembered."""

import json
from typing import Any

import pytest

from parley.llm.models import Models, ModelSettings
from parley.planner.base import EditApplied, ReplyDelta
from parley.planner.model import ModelPlanner
from tests.model_server.raw import SSE_HEAD, RawServer, arguments, finish, raw_server, text
from tests.model_server.wires import failing
from tests.planner.model.asking import no_cost, play, request_for

QUESTION = {"op": "add_node", "id": "question", "type": "chat_trigger", "label": "Question"}
MAIL = {"op": "add_node", "id": "mail", "type": "email"}
NO_TOOLS = '{"error": {"message": "registry.ollama.ai/library/gemma3:4b does not support tools"}}'
STRUCTURED: list[bytes | float] = [SSE_HEAD, text('{"reply": "Here '), text(f'it is.", "edits": [{json.dumps(QUESTION)}]}}'), finish()]
FENCED: list[bytes | float] = [SSE_HEAD, text("Here it is.\n``"), text(f"`json\n{json.dumps({'edits': [QUESTION]})}\n```"), finish()]


def settings(server: RawServer) -> ModelSettings:
    return ModelSettings(default="m", openai_base_url=server.url)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (400, NO_TOOLS),
        (400, '{"message": "\\"auto\\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set"}'),
        (500, '{"error": {"message": "tools param requires --jinja flag"}}'),
        (422, '{"detail": "Function calling is not enabled for this model"}'),
    ],
)
async def test_a_model_without_tools_gives_its_answer_as_one_object_that_its_server_enforces(code: int, said: str) -> None:
    async with raw_server([failing(code, body=said)], STRUCTURED) as server:
        played = await play(settings(server), request_for("Build it"))
    assert played.failure is None
    assert played.text == "Here it is."
    assert played.node_ids == ["question"]
    assert "tools" not in server.bodies[1]
    assert server.bodies[1]["response_format"]["type"] == "json_schema"


async def test_without_structured_output_too_it_writes_fenced_json() -> None:
    refused = '{"error": {"message": "response_format is not supported"}}'
    async with raw_server([failing(400, body=NO_TOOLS)], [failing(400, body=refused)], FENCED) as server:
        played = await play(settings(server), request_for("Build it"))
    assert played.text.strip() == "Here it is."
    assert played.node_ids == ["question"]
    assert "response_format" not in server.bodies[2]
    told = server.bodies[2]["messages"][0]["content"]
    assert told.startswith(server.bodies[0]["messages"][0]["content"]), "what is the same for all models stands first"
    assert "```json" in told


async def test_what_was_found_out_is_remembered() -> None:
    async with raw_server([failing(400, body=NO_TOOLS)], STRUCTURED) as server:
        models = Models(settings(server))
        planner = ModelPlanner(models, no_cost)
        for _ in range(2):
            events = [event async for event in planner.plan(request_for("Build it"))]
            assert any(isinstance(event, EditApplied) for event in events)
        await models.aclose()
    assert ["tools" in body for body in server.bodies] == [True, False, False]


async def test_a_model_that_writes_its_edits_though_it_has_the_tool_is_understood_and_asked_so_from_then_on() -> None:
    async with raw_server(FENCED) as server:
        models = Models(settings(server))
        planner = ModelPlanner(models, no_cost)
        said = [event async for event in planner.plan(request_for("Build it"))]
        assert "".join(event.text for event in said if isinstance(event, ReplyDelta)).strip() == "Here it is."
        assert any(isinstance(event, EditApplied) for event in said)
        _ = [event async for event in planner.plan(request_for("Build it"))]
        await models.aclose()
    assert ["tools" in body for body in server.bodies] == [True, False]


async def test_a_refused_edit_goes_back_in_words_and_is_mended() -> None:
    wrong = {**QUESTION, "type": "teleport"}
    first: list[bytes | float] = [SSE_HEAD, text(f"So.\n```json\n{json.dumps({'edits': [wrong, MAIL]})}\n```"), finish()]
    async with raw_server(first, FENCED) as server:
        played = await play(settings(server), request_for("Build it"))
    assert played.node_ids == ["mail", "question"]
    assert played.text.strip() == "So."
    told: list[dict[str, Any]] = server.bodies[1]["messages"][-2:]
    assert [message["role"] for message in told] == ["assistant", "user"]
    assert "There is no step type 'teleport'" in told[1]["content"]


async def test_a_passing_fault_does_not_cost_a_model_its_tools() -> None:
    call: list[bytes | float] = [SSE_HEAD, text("So."), arguments(json.dumps({"edits": [QUESTION]}), "edit_workflow"), finish("tool_calls")]
    async with raw_server([failing(503, body='{"error": {"message": "overloaded"}}')], call) as server:
        played = await play(settings(server), request_for("Build it"))
    assert played.node_ids == ["question"]
    assert ["tools" in body for body in server.bodies] == [True, True]
