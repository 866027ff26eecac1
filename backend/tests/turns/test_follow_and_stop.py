"""Live turns over a real socket: attach, leave, come back, stop; and what is left when the process dies."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from parley.chats import messages
from parley.db.session import Database, db_now
from parley.db.tables.chats import Chat, Message
from parley.turns.events import ReplyDelta, TurnFinished, TurnStarted
from parley.turns.feed import TurnFeed
from parley.turns.message_view import MessageView
from tests.conftest import register
from tests.turns.conftest import Conversation
from tests.turns.scripted import ScriptedPlanner, ask_then_write, install


@pytest.fixture
async def live(app: FastAPI, live_server: str) -> Any:
    async with httpx.AsyncClient(base_url=live_server, timeout=10) as client:
        await register(client, "ada")
        chat = (await client.post("/api/chats", json={})).json()
        yield Conversation(client, chat["id"], install(app, ScriptedPlanner(hold_at=3)))


Frame = tuple[int, str, Any]


async def frames(response: httpx.Response) -> Any:
    number, kind = 0, ""
    async for line in response.aiter_lines():
        if line.startswith("id: "):
            number = int(line[4:])
        elif line.startswith("event: "):
            kind = line[7:]
        elif line.startswith("data: "):
            yield number, kind, json.loads(line[6:])


async def stream(conversation: Conversation, content: str) -> list[Frame]:
    path = f"/api/chats/{conversation.chat_id}/messages"
    async with conversation.client.stream("POST", path, json={"content": content}, headers={"Accept": "text/event-stream"}) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        return [frame async for frame in frames(response)]


def fold(seen: list[Frame]) -> tuple[str, list[Any]]:
    """A snapshot and what came after it, as a client adds them up."""
    content, edits = "", list[Any]()
    for _, kind, data in seen:
        match kind:
            case "turn.started" | "turn.finished" | "turn.failed":
                content, edits = data["message"]["content"], list(data["message"]["edits"])
            case "reply.delta":
                content += data["text"]
            case "edit.applied":
                assert data["seq"] == len(edits)
                edits.append(data["edit"])
            case _:
                pass
    return content, edits


async def test_a_stream_tells_the_turn_from_its_start_to_its_end(live: Conversation) -> None:
    live.planner.scripts, live.planner.hold_at = [ask_then_write()], None
    seen = await stream(live, "build")
    kinds = [kind for _, kind, _ in seen]
    assert kinds[0] == "turn.started"
    assert kinds[-1] == "turn.finished"
    assert seen[-1][2]["message"]["status"] == "done"
    assert fold(seen[:-1]) == fold(seen)


async def test_whoever_attaches_later_sees_the_same(live: Conversation) -> None:
    live.planner.scripts = [ask_then_write()]
    first = asyncio.create_task(stream(live, "build"))
    await live.held()
    page = await live.branch()
    message_id = page["items"][-1]["id"]

    attached = asyncio.Semaphore(0)

    async def attach(headers: dict[str, str]) -> list[Frame]:
        async with live.client.stream("GET", f"/api/messages/{message_id}/events", headers=headers) as response:
            attached.release()
            return [frame async for frame in frames(response)]

    late = asyncio.create_task(attach({}))
    resumed = asyncio.create_task(attach({"Last-Event-ID": "2"}))
    for _ in range(2):
        await attached.acquire()
    live.planner.gate.set()
    whole, joined, rest = await first, await late, await resumed
    assert fold(joined[:-1]) == fold(whole[:-1]) == fold(whole)
    assert [number for number, _, _ in rest] == list(range(3, whole[-1][0] + 1))
    again = await attach({})
    assert fold(again) == fold(whole)


async def test_leaving_does_not_stop_the_turn(live: Conversation) -> None:
    live.planner.scripts = [ask_then_write()]
    left = asyncio.create_task(stream(live, "build"))
    await live.held()
    left.cancel()
    await asyncio.sleep(0.1)
    live.planner.gate.set()
    message_id = (await live.branch())["items"][-1]["id"]
    async with live.client.stream("GET", f"/api/messages/{message_id}/events") as response:
        seen = [frame async for frame in frames(response)]
    assert seen[-1][2]["message"]["status"] == "done"
    assert len(seen[-1][2]["message"]["edits"]) == 3


async def test_a_stopped_turn_keeps_its_valid_prefix(live: Conversation) -> None:
    live.planner.scripts = [ask_then_write()]
    sending = asyncio.create_task(stream(live, "build"))
    await live.held()
    message_id = (await live.branch())["items"][-1]["id"]
    assert (await live.client.post(f"/api/messages/{message_id}/stop")).status_code == 204
    seen = await sending
    assert seen[-1][1] == "turn.finished"
    message = seen[-1][2]["message"]
    assert (message["status"], len(message["edits"]), len(message["workflow_data"]["nodes"])) == ("stopped", 2, 2)
    assert (await live.client.post(f"/api/messages/{message_id}/stop")).status_code == 204
    stored = await live.message(message_id)
    assert stored["edits"] == message["edits"]
    live.planner.hold_at = None
    assert (await live.say("go on"))["status"] == "done"


async def test_another_process_stops_a_turn_by_its_row(live: Conversation, database: Database) -> None:
    live.planner.scripts = [ask_then_write()]
    sending = asyncio.create_task(stream(live, "build"))
    await live.held()
    message_id = (await live.branch())["items"][-1]["id"]
    async with database.transaction() as session:
        await messages.request_stop(session, message_id)
    seen = await asyncio.wait_for(sending, 3)
    assert seen[-1][2]["message"]["status"] == "stopped"


async def test_a_turn_whose_process_died_ends_interrupted_and_frees_its_chat(live: Conversation, database: Database) -> None:
    live.planner.hold_at = None
    await live.say("first")
    live.planner.scripts = [ask_then_write()]
    answer = await live.say("second")
    async with database.transaction() as session:
        past = await db_now(session) - timedelta(seconds=1)
        dead = {"status": "streaming", "lease_owner": "a dead process", "lease_until": past}
        await session.execute(update(Message).where(Message.id == answer["id"]).values(**dead))
        await session.execute(update(Chat).where(Chat.id == live.chat_id).values(turn_message_id=answer["id"]))
    async with database.transaction() as session:
        assert await messages.interrupt_abandoned(session) == 1
        assert await messages.interrupt_abandoned(session) == 0
    stored = await live.message(answer["id"])
    assert (stored["status"], len(stored["edits"])) == ("interrupted", 3)
    assert (await live.say("third"))["status"] == "done"


async def test_a_turn_that_lost_its_lease_cannot_write(live: Conversation, database: Database) -> None:
    live.planner.scripts = [ask_then_write()]
    sending = asyncio.create_task(stream(live, "build"))
    await live.held()
    message_id = (await live.branch())["items"][-1]["id"]
    async with database.transaction() as session:
        stolen = {"lease_owner": "another process", "content": "theirs"}
        await session.execute(update(Message).where(Message.id == message_id).values(**stolen))
    seen = await asyncio.wait_for(sending, 3)
    assert (seen[-1][1], seen[-1][2]["message"]["status"]) == ("turn.failed", "interrupted")
    async with database.reading() as session:
        row = await session.get_one(Message, message_id)
    assert (row.content, row.lease_owner) == ("theirs", "another process")


async def test_the_sender_sees_every_step_even_of_a_turn_that_is_over_at_once(live: Conversation) -> None:
    live.planner.hold_at = None
    live.planner.scripts = [ask_then_write()]
    kinds = [kind for _, kind, _ in await stream(live, "Draw it.")]
    assert kinds == ["turn.started", "reply.delta", *["edit.applied"] * 3, "reply.delta", "turn.finished"]


async def test_who_attaches_at_the_very_end_is_told_how_it_ended(live: Conversation) -> None:
    live.planner.hold_at = None
    message = await live.say("Draw it.")
    view = MessageView.model_validate(message)
    feed = TurnFeed(lambda: TurnStarted(type="turn.started", message=view, user_message=view))
    feed.publish(ReplyDelta(type="reply.delta", text="Done."))
    feed.publish(TurnFinished(type="turn.finished", message=view))
    assert [(number, event.type) async for number, event in feed.follow(None)] == [(1, "turn.started"), (2, "turn.finished")]
