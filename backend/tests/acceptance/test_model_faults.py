"""A language model that misbehaves, from the wire to the message: plain words, a valid diagram, and a chat that goes on."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from parley.settings import Settings
from tests.conftest import SignUp
from tests.model_server.raw import SSE_HEAD, RawServer, arguments, finish, raw_server, status, text

STEP = {"op": "add_node", "id": "question", "type": "chat_trigger", "label": "Question"}
HALF = json.dumps({"edits": [STEP, {"op": "add_node", "id": "write", "type": "llm", "label": "Write"}]})[:-30]
CALL = [SSE_HEAD, text("Here it is."), arguments(json.dumps({"edits": [STEP]}), "edit_workflow"), finish("tool_calls")]

BUSY = "The model is busy. Try again in a moment. Nothing was changed."
FAULT = "The model’s service had a fault of its own. Try again in a moment. Nothing was changed."


@pytest.fixture
async def model_server() -> AsyncGenerator[RawServer]:
    async with raw_server(CALL) as server:
        yield server


@pytest.fixture
def settings(settings: Settings, model_server: RawServer) -> Settings:
    asked = {"planner": "model", "model": "openai:test-model", "openai_base_url": model_server.url}
    return settings.model_copy(update=asked)


@pytest.mark.parametrize(
    ("script", "ended", "words", "nodes"),
    [
        pytest.param([SSE_HEAD, b"garbage\r\n\r\n\x00\xff"], "failed", None, [], id="garbage"),
        pytest.param([SSE_HEAD, arguments("not json at all", "edit_workflow"), finish("tool_calls")], None, None, [], id="a garbled call"),
        pytest.param([SSE_HEAD, arguments(HALF, "edit_workflow")], None, None, ["question"], id="half a call"),
        pytest.param([status(429)], "failed", BUSY, [], id="429"),
        pytest.param([status(500)], "failed", FAULT, [], id="500"),
        pytest.param([SSE_HEAD, finish()], None, None, [], id="nothing said"),
        pytest.param([], "failed", None, [], id="nothing at all"),
    ],
)
async def test_a_model_that_misbehaves_leaves_a_valid_diagram_and_a_chat_that_goes_on(
    sign_up: SignUp, model_server: RawServer, script: list[bytes | float], ended: str | None, words: str | None, nodes: list[str]
) -> None:
    ada = await sign_up("ada")
    path = f"/api/chats/{(await ada.post('/api/chats', json={})).json()['id']}/messages"
    model_server.scripts = [script]
    message = await said(ada, path, "Answer the questions of customers")
    assert message["status"] == ended or (ended is None and message["status"] in ("done", "failed"))
    told = message["error"]["message"] if message["status"] == "failed" else message["content"]
    assert told.endswith((".", "?"))
    assert words in (None, told)
    assert [node["id"] for node in message["workflow_data"]["nodes"]] == nodes

    model_server.scripts = [CALL]
    again = await said(ada, path, "Once more")
    assert again["status"] == "done"
    assert [node["id"] for node in again["workflow_data"]["nodes"]] == ["question"]


async def said(client: Any, path: str, content: str) -> Any:
    answer = await client.post(path, json={"content": content})
    assert answer.status_code == 201, answer.text
    return answer.json()
