"""Watching, deciding and cancelling over HTTP: the journal as pages and as a stream, snapshots that events add up to."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from parley.engine.events import EVENT
from parley.engine.graph import compile_graph
from parley.engine.state import RunState, apply_event
from parley.nodes.registry import CATALOGUE
from parley.workflow.spec import Workflow
from tests.acceptance.runs.conftest import Desk, new_desk
from tests.conftest import register
from tests.engine.kit import flow, node

LOOPING = flow(
    "start > each > ask", "ask >approved> out", "make > keep",
    each=node("loop", items="{{ input }}"), make=node("transform", parent="each", fields={"word": "{{ item }}!"}),
    keep=node("transform", parent="each", fields={"words": "{{ make.word }}{{ make.word }}"}),
    ask=node("approval", message="All {{ each.count }}?"), out=node("output", value="{{ each.results[1].words }}"),
)  # fmt: skip


async def approved(desk: Desk, given: Any = None) -> Any:
    run = await desk.start(await desk.draw(LOOPING), given or ["a", "b"])
    await desk.until(run["id"], "waiting")
    await desk.post(f"/{run['id']}/approve", {"node_id": "ask", "decision": "approved", "comment": "good"})
    return await desk.until(run["id"], "done")


async def all_events(desk: Desk, run_id: str) -> list[Any]:
    page = await desk.get(f"/{run_id}/events")
    assert page["next_cursor"] is None
    return page["items"]


async def test_the_approval_waits_on_the_node_and_its_decision_is_kept(desk: Desk) -> None:
    run = await desk.start(await desk.draw(LOOPING), ["a", "b"])
    waiting = await desk.until(run["id"], "waiting")
    assert desk.step(waiting, "ask")["wait"] == {"until": None, "for_person": True, "message": "All 2?"}
    answer = await desk.post(f"/{run['id']}/approve", {"node_id": "ask", "decision": "approved", "comment": "good"})
    assert answer["id"] == run["id"]
    done = await desk.until(run["id"], "done")
    assert desk.step(done, "ask")["decision"] == {"decision": "approved", "by": "ada", "comment": "good"}
    assert done["output"]["value"] == "b!b!"
    assert desk.step(done, "make", "1")["output"] == {"word": "b!"}


async def test_a_second_decision_and_one_that_nobody_waits_for_are_refused(desk: Desk) -> None:
    run = await desk.start(await desk.draw(LOOPING), ["a", "b"])
    await desk.until(run["id"], "waiting")
    early = await desk.post(f"/{run['id']}/approve", {"node_id": "out", "decision": "approved"}, expect=409)
    assert early["error"] == "step_not_waiting"
    decision = {"node_id": "ask", "decision": "approved"}
    both = await asyncio.gather(*(desk.client.post(f"/api/runs/{run['id']}/approve", json=decision) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [200, 409]
    await desk.until(run["id"], "done")
    late = await desk.post(f"/{run['id']}/approve", {"node_id": "ask", "decision": "rejected"}, expect=409)
    assert (late["error"], late["message"]) == ("already_decided", "This was approved already. The first decision counts.")


async def test_cancelling_ends_a_waiting_run_and_is_refused_afterwards(desk: Desk) -> None:
    run = await desk.start(await desk.draw(LOOPING), ["a"])
    await desk.until(run["id"], "waiting")
    await desk.post(f"/{run['id']}/cancel")
    cancelled = await desk.until(run["id"], "cancelled")
    assert desk.step(cancelled, "ask")["error"]["error"] == "stopped"
    again = await desk.post(f"/{run['id']}/cancel", expect=409)
    assert (again["error"], again["message"]) == ("run_ended", "Run 1 has ended already. It was cancelled.")
    refused = await desk.post(f"/{run['id']}/approve", {"node_id": "ask", "decision": "approved"}, expect=409)
    assert refused["error"] == "run_ended"


async def test_deleting_a_chat_cancels_what_runs_in_it(desk: Desk) -> None:
    run = await desk.start(await desk.draw(LOOPING), ["a"])
    await desk.until(run["id"], "waiting")
    await desk.client.delete(f"/api/chats/{desk.chat_id}")
    async with asyncio.timeout(2):  # without waiting for the sweep, which comes every 5 s
        await desk.until(run["id"], "cancelled")


async def test_folding_the_journal_gives_the_snapshot(desk: Desk) -> None:
    run = await approved(desk)
    events = await all_events(desk, run["id"])
    assert [event["seq"] for event in events] == list(range(1, run["last_seq"] + 1))
    message = (await desk.client.get(f"/api/messages/{run['message_id']}")).json()
    state = RunState(compile_graph(Workflow.model_validate(message["workflow_data"]), CATALOGUE))
    for event in events:
        apply_event(state, EVENT.validate_python(event))
    assert state.run_status == run["status"]
    steps = {(step["node_id"], step["path"], step["attempt"]): step for step in run["steps"]}
    assert steps.keys() == state.attempts.keys()
    for key, step in state.attempts.items():
        shown = steps[key]
        assert (shown["status"], shown["branch"], shown["output"]) == (step.status, step.branch, step.output)
        assert shown["wait"] == (None if step.wait is None else step.wait.model_dump(mode="json"))
    assert (await desk.get(f"/{run['id']}/steps"))["items"] == run["steps"]


async def test_pages_of_the_journal_begin_after_an_entry(desk: Desk) -> None:
    run = await approved(desk)
    events = await all_events(desk, run["id"])
    assert (await desk.get(f"/{run['id']}/events", after=5))["items"] == events[5:]
    assert (await desk.get(f"/{run['id']}/events", after=10_000))["items"] == []
    await desk.get(f"/{run['id']}/events", expect=422, after=-1)


async def stream(desk: Desk, run_id: str, **headers: str) -> list[tuple[int, str, Any]]:
    """(id, event, data) of every frame until the stream ends."""
    frames: list[tuple[int, str, Any]] = []
    wanted = {"Accept": "text/event-stream", **headers}
    async with desk.client.stream("GET", f"/api/runs/{run_id}/events", headers=wanted, timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        frame: dict[str, str] = {}
        async for line in answer.aiter_lines():
            if line:
                name, _, value = line.partition(": ")
                frame[name] = value
            elif frame:
                frames.append((int(frame["id"]), frame["event"], json.loads(frame["data"])))
                frame = {}
    return frames


@pytest.fixture
async def live(live_client: httpx.AsyncClient) -> Desk:
    return await new_desk(await register(live_client, "ada"))


async def test_a_stream_gives_every_entry_once_and_ends_with_the_run(live: Desk) -> None:
    run = await live.start(await live.draw(LOOPING), ["a", "b"])
    early = asyncio.create_task(stream(live, run["id"]))
    await live.until(run["id"], "waiting")
    late = asyncio.create_task(stream(live, run["id"]))
    await asyncio.sleep(0.1)
    await live.post(f"/{run['id']}/approve", {"node_id": "ask", "decision": "approved"})
    await live.until(run["id"], "done")
    expected = [(event["seq"], event["kind"], event) for event in await all_events(live, run["id"])]
    assert await early == expected
    assert await late == expected
    assert await stream(live, run["id"]) == expected


async def test_a_client_that_comes_back_goes_on_where_it_left_off(live: Desk) -> None:
    run = await approved(live)
    events = await all_events(live, run["id"])
    again = await stream(live, run["id"], **{"Last-Event-ID": "4"})
    assert [frame[0] for frame in again] == [event["seq"] for event in events[4:]]
    assert await stream(live, run["id"], **{"Last-Event-ID": str(run["last_seq"])}) == []


async def test_a_snapshot_and_the_stream_after_it_add_up_for_a_viewer_who_comes_late(live: Desk) -> None:
    run = await live.start(await live.draw(LOOPING), ["a", "b"])
    snapshot = await live.until(run["id"], "waiting")
    rest = asyncio.create_task(stream(live, run["id"], **{"Last-Event-ID": str(snapshot["last_seq"])}))
    await asyncio.sleep(0.05)
    await live.post(f"/{run['id']}/approve", {"node_id": "ask", "decision": "approved"})
    final = await live.until(run["id"], "done")
    assert [frame[0] for frame in await rest] == list(range(snapshot["last_seq"] + 1, final["last_seq"] + 1))
