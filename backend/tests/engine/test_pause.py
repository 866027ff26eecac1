"""A paused run begins nothing more, costs nothing, and goes on where it stood."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from parley.db.session import Database
from parley.engine import store
from parley.nodes.base import StepContext, StepResult
from parley.workflow.spec import Retry
from tests.engine.kit import Bench, ProbeConfig, bench, eventually, flow, node
from tests.engine.test_reuse import fails


@pytest.fixture
async def desk(database: Database):
    async with bench(database) as desk:
        yield desk


async def pause(desk: Bench, run_id: str, *, wanted: bool = True, ring: bool = True) -> None:
    async with desk.database.transaction() as session:
        await store.request_pause(session, run_id, wanted=wanted)
    if ring:
        desk.worker.ring(run_id, pause=wanted)


async def until_paused(desk: Bench, run_id: str) -> None:
    async def standing() -> bool:
        run = await desk.row(run_id)
        return run.paused and run.status == "waiting" and not desk.worker.holds(run_id)

    await eventually(standing)


async def kinds(desk: Bench, run_id: str) -> list[str]:
    return [event.kind for event in await desk.events(run_id) if event.kind.startswith("run_")]


@pytest.mark.parametrize("ring", [True, False], ids=["rung", "by another process"])
async def test_a_paused_run_finishes_what_is_under_way_begins_nothing_more_and_goes_on(desk: Bench, ring: bool) -> None:
    gate = asyncio.Event()

    async def slow(config: ProbeConfig, context: StepContext) -> StepResult:
        await gate.wait()
        return StepResult({"text": "a"})

    desk.probe.work["a"] = slow
    run_id = await desk.start(flow("start > a > b"))
    await desk.until_running(run_id, "a")
    await pause(desk, run_id, ring=ring)
    await eventually(lambda: _entered(desk, run_id, "run_paused"))
    assert (await desk.row(run_id)).status == "running"
    gate.set()
    await until_paused(desk, run_id)
    assert (await desk.steps(run_id))["a", "", 1].status == "done"
    assert desk.probe.count("b") == 0
    assert (await desk.row(run_id)).lease_owner is None
    await pause(desk, run_id, wanted=False, ring=ring)
    assert (await desk.ended(run_id)).status == "done"
    assert await kinds(desk, run_id) == ["run_started", "run_paused", "run_resumed", "run_done"]


async def _entered(desk: Bench, run_id: str, kind: str) -> bool:
    return kind in await kinds(desk, run_id)


async def test_a_queued_run_can_be_paused_before_anything_begins(desk: Bench) -> None:
    run_id = await desk.queue(flow("start > a"))
    await pause(desk, run_id)
    await until_paused(desk, run_id)
    assert await desk.steps(run_id) == {}
    await pause(desk, run_id, wanted=False)
    assert (await desk.ended(run_id)).status == "done"


async def test_a_wait_that_ends_during_a_pause_counts_afterwards(desk: Bench) -> None:
    rest, ask = node("delay", duration="1 s"), node("approval")
    run_id = await desk.start(flow("start > rest > a", "start > ask", "ask >approved> b", rest=rest, ask=ask))
    await desk.until(run_id, "waiting")
    await pause(desk, run_id)
    await until_paused(desk, run_id)
    async with desk.database.transaction() as session:
        await store.add_decision(session, run_id, store.Decided("ask", "", 1, "approved", "ada", ""))
    desk.worker.ring(run_id)
    await asyncio.sleep(1.2)
    await until_paused(desk, run_id)
    assert (desk.probe.count("a"), desk.probe.count("b")) == (0, 0)
    await pause(desk, run_id, wanted=False)
    assert (await desk.ended(run_id)).status == "done"
    assert (desk.probe.count("a"), desk.probe.count("b")) == (1, 1)


async def test_a_retry_that_falls_due_during_a_pause_comes_afterwards(desk: Bench) -> None:
    desk.probe.work["a"] = fails
    run_id = await desk.start(flow("start > a", a=node("probe", retry=Retry(attempts=2, backoff=60))))
    await desk.until_step(run_id, ("a", "", 1), "failed")
    await pause(desk, run_id)
    await until_paused(desk, run_id)
    assert desk.probe.count("a") == 1
    await pause(desk, run_id, wanted=False)

    async def going_on() -> bool:
        run = await desk.row(run_id)
        return run.status == "running" and not run.paused

    await eventually(going_on)


async def test_a_paused_run_can_be_cancelled_and_its_worker_may_die(desk: Bench) -> None:
    run_id = await desk.start(flow("start > ask", ask=node("approval")))
    await desk.until(run_id, "waiting")
    await pause(desk, run_id)
    await until_paused(desk, run_id)
    async with desk.database.transaction() as session:
        await store.request_cancel(session, [run_id])
    desk.worker.ring(run_id, cancel=True)
    assert (await desk.ended(run_id)).status == "cancelled"


async def test_a_paused_run_is_nobodys_business_until_it_is_resumed(desk: Bench) -> None:
    run_id = await desk.start(flow("start > rest > a", rest=node("delay", duration="1 s")))
    await desk.until(run_id, "waiting")
    await pause(desk, run_id)
    await until_paused(desk, run_id)
    async with desk.database.transaction() as session:
        (await store.get_run(session, run_id, desk.owner_id)).wake_at = datetime.now(UTC) - timedelta(seconds=1)
    async with desk.database.reading() as session:
        assert run_id not in await store.due(session, 10)
    await pause(desk, run_id, wanted=False, ring=False)
    assert (await desk.ended(run_id)).status == "done"
