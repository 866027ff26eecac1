"""Watching a run that another process carries, through a real Redis: which is killed, flushed and started again meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from parley.db.session import Database
from parley.engine.events import Event, StepText
from parley.engine.follow import follow
from parley.engine.relay import RelayedHub
from parley.live.streams import Streams
from parley.nodes.base import StepContext, StepResult
from tests import servers
from tests.engine.kit import Bench, ProbeConfig, bench, eventually, flow, new_worker
from tests.servers import Killable, redis_does


@pytest.fixture
def redis() -> Iterator[Killable]:
    with servers.redis() as server:
        yield server


@asynccontextmanager
async def hub(redis: Killable) -> AsyncIterator[RelayedHub]:
    """The hub of a process of its own."""
    streams = Streams(f"{redis.address}/0")
    streams.start()
    await eventually(lambda: _is(streams, healthy=True))
    try:
        yield RelayedHub(streams)
    finally:
        await streams.close()


async def _is(streams: Streams, *, healthy: bool) -> bool:
    return streams.healthy is healthy


@asynccontextmanager
async def two_processes(database: Database, redis: Killable) -> AsyncIterator[tuple[Bench, RelayedHub]]:
    """A worker that carries runs, and the hub of another process whose people watch them."""
    async with bench(database, sweeping=False) as desk, hub(redis) as carrying, hub(redis) as watching:
        desk.hub, desk.worker = carrying, new_worker(database, desk.probe, carrying)
        await desk.worker.start()
        try:
            yield desk, watching
        finally:
            await desk.worker.stop(1.0)


async def watch(desk: Bench, watching: RelayedHub, run_id: str) -> list[Event | StepText]:
    return [each async for each in follow(desk.database, watching, run_id, desk.owner_id, after=0)]


def numbers(seen: list[Event | StepText]) -> list[int]:
    return [each.seq for each in seen if not isinstance(each, StepText)]


def written(seen: list[Event | StepText]) -> str:
    """As the browser reads it: a piece beyond the end is left out, any other takes its place."""
    text = ""
    for piece in (each for each in seen if isinstance(each, StepText)):
        if piece.offset <= len(text):
            text = text[: piece.offset] + piece.text
    return text


async def test_a_viewer_at_another_process_sees_every_entry_once_and_text_as_it_is_written(database: Database, redis: Killable) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def writes(config: ProbeConfig, context: StepContext) -> StepResult:
        for word in ("Dear ", "Ada"):
            await context.emit(word)
        begun.set()
        await gate.wait()
        await context.emit("!")
        return StepResult({"text": "Dear Ada!"})

    async with two_processes(database, redis) as (desk, watching):
        desk.probe.work["a"] = writes
        run_id = await desk.start(flow("start > a > b"))
        early = asyncio.create_task(watch(desk, watching, run_id))
        await begun.wait()
        late = asyncio.create_task(watch(desk, watching, run_id))
        await eventually(lambda: _has_text(watching, run_id, "Dear Ada"))
        gate.set()
        run = await desk.ended(run_id)
        async with asyncio.timeout(3):  # well before anybody would look at the journal by himself
            for seen in (await early, await late):
                assert numbers(seen) == list(range(1, run.last_seq + 1))
                assert written(seen) == "Dear Ada!"
        assert watching.texts(run_id) == []


async def _has_text(hub: RelayedHub, run_id: str, text: str) -> bool:
    return [each.text for each in hub.texts(run_id)] == [text]


@pytest.mark.parametrize("harm", ["flushed", "killed and started again", "killed for good"])
async def test_losing_redis_in_mid_run_loses_nothing(database: Database, redis: Killable, harm: str) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def waits(config: ProbeConfig, context: StepContext) -> StepResult:
        begun.set()
        await gate.wait()
        return StepResult({"text": None})

    async with two_processes(database, redis) as (desk, watching):
        desk.probe.work["b"] = waits
        run_id = await desk.start(flow("start > a > b > c", *[f"c > n{number} > end" for number in range(10)]))
        viewer = asyncio.create_task(watch(desk, watching, run_id))
        await begun.wait()
        match harm:
            case "flushed":
                redis_does(int(redis.address.rpartition(":")[2]), "FLUSHALL")
            case _:
                redis.kill()
        if harm == "killed and started again":
            redis.start()
        gate.set()
        run = await desk.ended(run_id)
        late = await watch(desk, watching, run_id)
        async with asyncio.timeout(10):
            assert numbers(await viewer) == numbers(late) == list(range(1, run.last_seq + 1))
        assert run.status == "done"


async def test_what_is_too_large_for_a_stream_is_read_from_the_journal(database: Database, redis: Killable) -> None:
    async def much(config: ProbeConfig, context: StepContext) -> StepResult:
        return StepResult({"text": "x" * 200_000})

    async with two_processes(database, redis) as (desk, watching):
        desk.probe.work["a"] = much
        run_id = await desk.queue(flow("start > a > b"))
        viewer = asyncio.create_task(watch(desk, watching, run_id))
        await asyncio.sleep(0.1)
        desk.worker.ring(run_id)
        run = await desk.ended(run_id)
        async with asyncio.timeout(3):
            assert numbers(await viewer) == list(range(1, run.last_seq + 1))
