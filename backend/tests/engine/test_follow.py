"""Following a run live: text as it is written, readers who come late or fall behind, and writers in other processes."""

import asyncio

from parley.db.session import Database
from parley.engine import hub as hub_module
from parley.engine.events import Event, StepText
from parley.engine.follow import follow
from parley.engine.hub import Hub
from parley.nodes.base import StepContext, StepResult
from tests.engine.kit import Bench, ProbeConfig, bench, flow


async def watch(
    desk: Bench, run_id: str, hub: Hub | None = None, after: int = 0, reads: asyncio.Event | None = None
) -> list[Event | StepText]:
    """`reads` is set at the first text."""
    seen: list[Event | StepText] = []
    async for each in follow(desk.database, hub or desk.hub, run_id, desk.owner_id, after=after):
        seen.append(each)
        if reads is not None and isinstance(each, StepText):
            reads.set()
    return seen


async def test_text_comes_live_and_a_late_viewer_gets_it_from_the_start(database: Database) -> None:
    begun, reads, gate = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def writes(config: ProbeConfig, context: StepContext) -> StepResult:
        for word in ("Dear ", "Ada"):
            await context.emit(word)
        begun.set()
        await gate.wait()
        await context.emit("!")
        return StepResult({"text": "Dear Ada!"})

    async with bench(database) as desk:
        desk.probe.work["a"] = writes
        run_id = await desk.start(flow("start > a"))
        early = asyncio.create_task(watch(desk, run_id))
        await begun.wait()
        late = asyncio.create_task(watch(desk, run_id, reads=reads))
        await reads.wait()
        gate.set()
        texts = [[each for each in news if isinstance(each, StepText)] for news in (await early, await late)]
        written = ["", ""]
        for reader, pieces in enumerate(texts):
            for piece in pieces:
                written[reader] = written[reader][: piece.offset] + piece.text
        assert written == ["Dear Ada!", "Dear Ada!"]
        assert texts[1][0].text == "Dear Ada"
        assert desk.hub.texts(run_id) == []


async def test_a_viewer_who_falls_behind_reads_the_journal_and_misses_nothing(database: Database, monkeypatch) -> None:
    monkeypatch.setattr(hub_module, "QUEUED", 3)
    gate = asyncio.Event()

    async def gated(config: ProbeConfig, context: StepContext) -> StepResult:
        await gate.wait()
        return StepResult({"text": None})

    async with bench(database) as desk:
        desk.probe.work["a"] = gated
        run_id = await desk.start(flow("start > a", *[f"a > n{i} > end" for i in range(20)]))
        viewer = asyncio.create_task(watch(desk, run_id))
        await desk.until_running(run_id, "a")
        gate.set()
        run = await desk.ended(run_id)
        seen = [each.seq for each in await viewer if not isinstance(each, StepText)]
    assert seen == list(range(1, run.last_seq + 1))


async def test_what_another_process_writes_is_found_by_looking(database: Database) -> None:
    async with bench(database) as desk:
        run_id = await desk.queue(flow("start > a"))
        elsewhere = asyncio.create_task(watch(desk, run_id, hub=Hub(poll_seconds=0.05)))
        await asyncio.sleep(0.1)
        desk.worker.ring(run_id)
        run = await desk.ended(run_id)
        assert [each.seq for each in await elsewhere if not isinstance(each, StepText)] == list(range(1, run.last_seq + 1))
        assert await watch(desk, run_id, after=run.last_seq) == []
