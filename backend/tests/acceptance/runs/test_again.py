"""Starting from an earlier run over HTTP: what is taken over, what is asked first, and what each refusal says."""

from typing import Any

import pytest

from parley.ids import new_id
from parley.workflow.spec import Workflow
from tests.acceptance.runs.conftest import Desk, new_desk
from tests.conftest import SignUp
from tests.engine.kit import flow, node


def asking(*, value: str = "{{ ask.decision }} {{ b.x }}") -> Workflow:
    """A transform before an approval, one behind it, and a last step that fails when `value` cannot be read."""
    return flow(
        "start > a > ask",
        "ask >approved> b > out",
        a=node("transform", fields={"x": "{{ input.n }}"}),
        ask=node("approval", message="Go on with {{ a.x }}?"),
        b=node("transform", fields={"x": "{{ a.x }}!"}),
        out=node("output", value=value),
    )


def sources(run: Any) -> dict[str, str]:
    return {step["node_id"]: step["source"] for step in run["steps"] if step["status"] == "done"}


async def approved(desk: Desk, run_id: str) -> Any:
    await desk.until(run_id, "waiting")
    await desk.post(f"/{run_id}/approve", {"node_id": "ask", "decision": "approved"})
    return await desk.until(run_id, "done", "failed")


async def test_a_failed_run_is_retried_with_its_own_input_and_nobody_is_asked_again(desk: Desk) -> None:
    message = await desk.draw(asking(value="{{ b.x | join('-', '-', '-') }}"))
    first = await approved(desk, (await desk.start(message, {"n": 4}))["id"])
    assert first["status"] == "failed"
    assert first["failed"] == {"node_id": "out", "path": ""}
    mended = await desk.client.post(
        f"/api/messages/{message}/edits",
        json={"edits": [{"op": "update_node", "id": "out", "set": {"config": {"value": "{{ b.x }}"}}}], "base_seq": 9},
    )
    later = mended.json()["id"] if mended.status_code < 300 else None
    assert later, mended.text
    started = await desk.post("", {"message_id": later, "from_run": first["id"]}, 201)
    again = await desk.until(started["id"], "done", "failed")
    assert (again["status"], again["output"]["value"]) == ("done", "4!")
    assert again["from_run_id"] == first["id"]
    assert sources(again) == {"start": "recorded", "a": "recorded", "ask": "recorded", "b": "recorded", "out": "edited"}
    assert desk.step(again, "ask")["branch"] == "approved"


async def test_a_run_from_a_step_names_it(desk: Desk) -> None:
    message = await desk.draw(flow("start > a > b", a=node("transform", fields={"x": "1"}), b=node("output", value="{{ a.x }}")))
    first = await desk.until((await desk.start(message))["id"], "done")
    again = await desk.until((await desk.start(message, from_run=first["id"], from_node="b"))["id"], "done")
    assert (again["from_run_id"], again["from_node_id"]) == (first["id"], "b")
    assert sources(again) == {"start": "recorded", "a": "recorded", "b": "live"}


@pytest.mark.parametrize(
    ("more", "status", "error"),
    [
        ({"from_run": "none"}, 404, "not_found"),
        ({"from_node": "a"}, 422, "from_run_missing"),
        ({"from_run": "$ended", "from_node": "nobody"}, 422, "unknown_node"),
        ({"from_run": "$waiting"}, 409, "run_still_going"),
        ({"from_run": "$ended", "effects": "twice"}, 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_started_from_says_why(desk: Desk, more: dict[str, Any], status: int, error: str) -> None:
    message = await desk.draw(asking())
    ended = await approved(desk, (await desk.start(message, {"n": 1}))["id"])
    waiting = await desk.until((await desk.start(message, {"n": 1}))["id"], "waiting")
    ids = {"$ended": ended["id"], "$waiting": waiting["id"]}
    refused = await desk.post("", {"message_id": message, **{name: ids.get(value, value) for name, value in more.items()}}, status)
    assert refused["error"] == error


async def test_anothers_run_is_no_run_to_start_from(desk: Desk, sign_up: SignUp) -> None:
    workflow = flow("start > a", a=node("output", value="x"))
    first = await desk.run(workflow)
    stranger = await new_desk(await sign_up("bob"))
    own = await stranger.draw(workflow)
    assert (await stranger.start(own, from_run=first["id"], expect=404))["error"] == "not_found"
    assert (await stranger.start(own, from_run=new_id(), expect=404))["error"] == "not_found"
    assert (await stranger.post(f"/{first['id']}/pause", expect=404))["error"] == "not_found"
    assert (await stranger.post(f"/{first['id']}/resume", expect=404))["error"] == "not_found"


async def test_a_run_of_a_deleted_chat_can_neither_go_on_nor_be_started_from(desk: Desk) -> None:
    message = await desk.draw(asking())
    waiting = await desk.until((await desk.start(message, {"n": 1}))["id"], "waiting")
    await desk.post(f"/{waiting['id']}/pause")
    assert (await desk.client.delete(f"/api/chats/{desk.chat_id}")).status_code < 300
    for path, body in (
        ("resume", None),
        ("resume", {"node_id": "ask", "choice": "done"}),
        ("pause", None),
        ("approve", {"node_id": "ask", "decision": "approved"}),
    ):
        refused = await desk.post(f"/{waiting['id']}/{path}", body, 404)
        assert refused == {"error": "not_found", "message": "There is no such run. It may have been deleted with its chat.", "details": {}}
    assert (await desk.until(waiting["id"], "cancelled"))["error"] is None
    assert (await desk.start(message, from_run=waiting["id"], expect=404))["error"] == "not_found"


async def test_a_list_shows_runs_without_what_may_be_long(desk: Desk) -> None:
    message = await desk.draw(flow("start > out", out=node("output", value="{{ input.message }}")))
    long = "word " * 1000
    run = await desk.until((await desk.start(message, {"message": long}))["id"], "done")
    (listed,) = (await desk.get("", chat_id=desk.chat_id))["items"]
    assert listed.keys() == {
        *("id", "number", "chat_id", "message_id", "trigger_id", "status", "paused", "from_run_id", "from_node_id"),
        *("input_text", "answer_text", "built_in", "error", "failed", "usage", "created_at", "started_at", "finished_at"),
    }  # fmt: skip
    assert listed["input_text"] == listed["answer_text"] == ("word " * 40)[:199].rstrip() + "…"
    assert {name: run[name] for name in listed} == listed
    assert run["input"] == {"message": long}


async def test_a_run_is_paused_and_goes_on_by_name(desk: Desk) -> None:
    message = await desk.draw(asking())
    run_id = (await desk.until((await desk.start(message, {"n": 1}))["id"], "waiting"))["id"]
    assert (await desk.post(f"/{run_id}/resume", expect=409))["error"] == "run_not_paused"
    await desk.post(f"/{run_id}/pause")
    paused = await desk.reaches(run_id, lambda run: run["paused"])
    assert paused["status"] == "waiting"
    await desk.post(f"/{run_id}/pause")  # changes nothing
    await desk.post(f"/{run_id}/approve", {"node_id": "ask", "decision": "approved"})
    assert (await desk.get(f"/{run_id}"))["status"] == "waiting"
    assert (await desk.post(f"/{run_id}/resume", {}))["id"] == run_id
    assert (await desk.until(run_id, "done"))["paused"] is False
    for path in ("pause", "resume", "cancel"):
        refused = await desk.post(f"/{run_id}/{path}", expect=409)
        assert refused["error"] == "run_ended"
        assert refused["message"] == "Run 1 has ended already. It is done."


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"node_id": "ask", "choice": "done"}, 409, "step_not_in_doubt"),
        ({"node_id": "nobody", "choice": "repeat"}, 409, "step_not_in_doubt"),
        ({"node_id": "ask"}, 422, "invalid_request"),
        ({"choice": "repeat"}, 422, "invalid_request"),
        ({"node_id": "ask", "choice": "perhaps"}, 422, "invalid_request"),
        ({"step": "ask"}, 422, "invalid_request"),
    ],
)
async def test_a_word_on_a_step_that_is_not_in_doubt_is_refused(desk: Desk, body: Any, status: int, error: str) -> None:
    run = await desk.until((await desk.start(await desk.draw(asking()), {"n": 1}))["id"], "waiting")
    assert (await desk.post(f"/{run['id']}/resume", body, status))["error"] == error


async def test_a_workflow_that_calls_the_server_it_runs_on_is_refused(desk: Desk) -> None:
    run = await desk.run(flow("start > post", post=node("http_request", method="POST", url="http://127.0.0.1:8000/api/runs")))
    assert (run["status"], run["error"]["error"]) == ("failed", "address_refused")
    assert len((await desk.get("", chat_id=desk.chat_id))["items"]) == 1
