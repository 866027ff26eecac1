"""Following a turn that another process performs: its events through a real Redis, its rows where those break off."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from parley.db.tables.chats import Message
from parley.ids import new_id
from parley.live.streams import Streams
from parley.nodes.registry import CATALOGUE
from parley.turns.events import ReplyDelta, TurnFinished, TurnStarted
from parley.turns.feed import Numbered, TurnFeed
from parley.turns.message_view import MessageView, view_message
from parley.turns.relay import TurnRelay
from tests import servers
from tests.engine.kit import eventually
from tests.servers import Killable, redis_does


@pytest.fixture
def redis() -> Iterator[Killable]:
    with servers.redis() as server:
        yield server


@asynccontextmanager
async def relay(redis: Killable) -> AsyncIterator[TurnRelay]:
    streams = Streams(f"{redis.address}/0")
    streams.start()

    async def is_there() -> bool:
        return streams.healthy

    await eventually(is_there)
    try:
        yield TurnRelay(streams)
    finally:
        await streams.close()


def message(role: str) -> MessageView:
    row = Message(
        id=new_id(),
        chat_id="c",
        owner_id="o",
        role=role,
        created_at=datetime.now(UTC),
        content="",
        search_text="",
        status="streaming",
        stop_requested=False,
    )
    return view_message(row, [row.id], CATALOGUE)


def feed() -> TurnFeed:
    answer, user = message("assistant"), message("user")
    return TurnFeed(lambda: TurnStarted(type="turn.started", message=answer, user_message=user))


def delta(text: str) -> ReplyDelta:
    return ReplyDelta(type="reply.delta", text=text)


async def read(relay: TurnRelay, after: int | None, count: int) -> list[Numbered]:
    found: list[Numbered] = []
    async for each in relay.follow("m", after):
        if each is not None:
            found.append(each)
        if len(found) == count:
            break
    return found


async def test_who_comes_late_or_again_gets_the_events_after_his_last(redis: Killable) -> None:
    async with relay(redis) as performing, relay(redis) as watching:
        turn = feed()
        turn.publish(delta("said before it was sent on, "))
        performing.send("m", turn)
        turn.publish(delta("one, "))
        turn.publish(delta("two"))
        async with asyncio.timeout(10):
            again = await read(watching, 1, 2)
            assert [(number, event.text) for number, event in again if isinstance(event, ReplyDelta)] == [(2, "one, "), (3, "two")]
            assert [number for number, _ in await read(watching, 2, 1)] == [3]


async def test_a_missing_event_ends_the_stream_instead_of_leaving_a_gap(redis: Killable) -> None:
    async with relay(redis) as performing, relay(redis) as watching:
        turn = feed()
        performing.send("m", turn)
        turn.publish(delta("one"))
        async with asyncio.timeout(10):
            assert [number for number, _ in await read(watching, 0, 1)] == [1]
            redis_does(int(redis.address.rpartition(":")[2]), "FLUSHALL")
            turn.publish(delta("two"))
            turn.publish(delta("three"))
            assert [number for number, _ in await read(watching, 0, 5)] == []


async def test_a_redis_that_dies_ends_the_stream_and_holds_nobody_up(redis: Killable) -> None:
    async with relay(redis) as performing, relay(redis) as watching:
        turn = feed()
        performing.send("m", turn)
        turn.publish(delta("one"))
        reading = asyncio.create_task(read(watching, 0, 5))
        await asyncio.sleep(0.2)
        redis.kill()
        turn.publish(TurnFinished(type="turn.finished", message=turn.snapshot().message))
        async with asyncio.timeout(10):
            assert [number for number, _ in await reading] == [1]
        assert turn.ended
