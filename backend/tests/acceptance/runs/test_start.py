"""Starting runs over HTTP: what is checked first, and what each refusal says."""

from typing import Any

import pytest

from parley.ids import new_id
from tests.acceptance.runs.conftest import Desk, new_desk
from tests.conftest import SignUp
from tests.engine.kit import flow, node

CHAT = flow("ask > out", ask=node("chat_trigger"), out=node("output", value="You said {{ input.message }}."))


async def test_a_run_of_a_drawn_diagram_answers(desk: Desk) -> None:
    started = await desk.start(await desk.draw(CHAT), {"message": "hello"})
    assert (started["number"], started["status"], started["steps"]) == (1, "queued", [])
    run = await desk.until(started["id"], "done")
    assert run["output"] == {"value": "You said hello.", "citations": [], "built_in": False}
    assert run["input"] == {"message": "hello", "history": []}
    assert desk.step(run, "out")["input"] == {"value": "You said hello."}
    assert run["started_at"] <= desk.step(run, "out")["started_at"] <= desk.step(run, "out")["finished_at"] <= run["finished_at"]


async def test_runs_of_a_chat_are_numbered_and_listed_newest_first(desk: Desk) -> None:
    message = await desk.draw(CHAT)
    for word in ("one", "two", "three"):
        await desk.until((await desk.start(message, word))["id"], "done")
    first = await desk.get("", chat_id=desk.chat_id, limit=2)
    assert [run["number"] for run in first["items"]] == [3, 2]
    rest = await desk.get("", chat_id=desk.chat_id, limit=2, cursor=first["next_cursor"])
    assert [run["number"] for run in rest["items"]] == [1]
    assert rest["next_cursor"] is None
    assert (await desk.get("", chat_id=desk.chat_id, state="failed"))["items"] == []
    assert len((await desk.get("", state=["done", "failed"]))["items"]) == 3
    assert (await desk.client.get(f"/api/chats/{desk.chat_id}")).json()["run_count"] == 3


async def test_what_is_not_yours_does_not_exist(desk: Desk, sign_up: SignUp) -> None:
    message = await desk.draw(CHAT)
    run = await desk.start(message, "hi")
    stranger = await new_desk(await sign_up("bob"))
    for refused in (
        await stranger.start(message, "hi", expect=404),
        await stranger.start(new_id(), "hi", expect=404),
        await stranger.get(f"/{run['id']}", expect=404),
        await stranger.get(f"/{run['id']}/steps", expect=404),
        await stranger.get(f"/{run['id']}/events", expect=404),
        await stranger.post(f"/{run['id']}/cancel", expect=404),
        await stranger.post(f"/{run['id']}/approve", {"node_id": "a", "decision": "approved"}, expect=404),
    ):
        assert refused["error"] == "not_found"
    assert (await stranger.get(""))["items"] == []
    assert (await stranger.get("", chat_id=desk.chat_id))["items"] == []


@pytest.mark.parametrize(
    ("workflow", "given", "error", "words"),
    [
        (CHAT, None, "run_input_missing", "This run starts from a message. Type one, then run."),
        (CHAT, {"message": "  "}, "run_input_missing", "This run starts from a message. Type one, then run."),
        (CHAT, {"message": "a\x00b"}, None, ""),
        (flow("start > find", find=node("knowledge_search", query="x")), "x", "fields_missing", "Something is still to be filled in."),
        (flow("start > out", out=node("output", value="{{ nobody.text }}")), "x", "cannot_run", "This diagram cannot run yet."),
        (flow("start > out", out=node("output", value="{{ 1 + }}")), "x", "cannot_run", "This diagram cannot run yet."),
    ],
)  # fmt: skip
async def test_a_run_that_cannot_start_says_why(desk: Desk, workflow: Any, given: Any, error: str | None, words: str) -> None:
    answer = await desk.client.post("/api/runs", json={"message_id": await desk.draw(workflow), "input": given})
    assert 400 <= answer.status_code < 500
    refused = answer.json()
    assert error is None or refused["error"] == error
    assert refused["message"].startswith(words)
    assert (await desk.get(""))["items"] == []


async def test_missing_fields_are_named_with_their_node(desk: Desk) -> None:
    message = await desk.draw(flow("start > find", find=node("knowledge_search", query="{{ input }}")))
    refused = await desk.start(message, "x", expect=422)
    assert [(each["node_id"], each["field"]) for each in refused["details"]["fields"]] == [("find", "collection")]
    assert "find" in refused["message"]


async def test_fields_of_a_branch_that_this_trigger_never_reaches_do_not_matter(desk: Desk) -> None:
    message = await desk.draw(flow("start > a", "clock > b", a=node("output", value="x"), clock=node("schedule_trigger"), b=node("llm")))
    run = await desk.until((await desk.start(message))["id"], "done")
    assert desk.step(run, "b")["status"] == "skipped"
    assert (await desk.start(message, trigger_id="clock", expect=422))["error"] == "fields_missing"
    assert (await desk.start(message, trigger_id="a", expect=422))["error"] == "unknown_trigger"


async def test_a_type_that_cannot_run_yet_fails_at_its_node_and_not_at_the_start(desk: Desk) -> None:
    run = await desk.run(
        flow("start > a > slack", a=node("transform", fields={"x": "1"}), slack=node("slack_message", channel="#x", text="y"))
    )
    assert run["status"] == "failed"
    assert desk.step(run, "a")["status"] == "done"
    assert desk.step(run, "slack")["error"]["error"] == "not_runnable"
    types = (await desk.client.get("/api/node-types")).json()["items"]
    assert desk.step(run, "slack")["error"]["message"] == next(t["unrunnable_reason"] for t in types if t["type"] == "slack_message")


async def test_a_diagram_without_nodes_is_nothing_to_run(desk: Desk) -> None:
    message = await desk.draw(flow("start"))
    emptied = await desk.client.post(
        f"/api/messages/{message}/edits", json={"edits": [{"op": "remove_node", "id": "start"}], "base_seq": 1}
    )
    assert emptied.status_code in (200, 201), emptied.text
    assert (await desk.start(emptied.json()["id"], expect=422))["error"] == "nothing_to_run"


@pytest.mark.parametrize("body", [{}, {"message_id": 3}, {"message_id": "x" * 5000}, {"message_id": "é"}])
async def test_a_body_that_makes_no_sense_is_refused(desk: Desk, body: Any) -> None:
    answer = await desk.client.post("/api/runs", json=body)
    assert answer.status_code in (404, 422)
