"""How a worker shares its room among runs, and what it begins no more when it is told to stop."""

import asyncio
from dataclasses import replace

from parley.db.session import Database
from parley.engine import store
from parley.engine.store import Claimed
from parley.nodes.base import StepContext, StepResult, Wait
from tests.engine.kit import LIMITS, ProbeConfig, bench, flow, node


async def test_runs_rung_for_while_there_is_no_room_begin_in_that_order_without_a_sweep(database: Database) -> None:
    async with bench(database, limits=replace(LIMITS, runs_at_once=1), sweeping=False) as desk:
        begun: list[int] = []

        async def note(config: ProbeConfig, context: StepContext) -> StepResult:
            begun.append(int(str(config.given)))
            return StepResult({})

        desk.probe.work["a"] = note
        run_ids = [await desk.queue(flow("start > a", a=node("probe", given=number))) for number in range(12)]
        for run_id in run_ids:
            desk.worker.ring(run_id)
        for run_id in run_ids:
            assert (await desk.ended(run_id)).status == "done"
        assert begun == list(range(12))


async def test_a_worker_told_to_stop_begins_none_of_the_runs_it_was_about_to_claim(database: Database) -> None:
    async with bench(database, sweeping=False) as desk:
        run_ids = [await desk.queue(flow("start > a")) for _ in range(20)]
        for run_id in run_ids:
            desk.worker.ring(run_id)
        await desk.worker.stop(5.0)
        assert desk.probe.count("a") == 0
        assert [(row.status, row.fence) for row in [await desk.row(run_id) for run_id in run_ids]] == [("queued", 0)] * 20


async def test_a_run_claimed_in_the_instant_of_a_stop_is_given_back_untouched(database: Database) -> None:
    async with bench(database, sweeping=False) as desk:
        run_id = await desk.queue(flow("start > a"))
        load, stopping = desk.worker._load, list[asyncio.Task[None]]()

        async def told_meanwhile(run: Claimed):
            stopping.append(asyncio.create_task(desk.worker.stop(5.0)))
            await asyncio.sleep(0.01)
            return await load(run)

        desk.worker._load = told_meanwhile  # type: ignore[method-assign]
        desk.worker.ring(run_id)
        while not stopping:  # noqa: ASYNC110 (seen from outside)
            await asyncio.sleep(0.001)
        await stopping[0]
        row = await desk.row(run_id)
        assert (row.status, row.fence, row.lease_owner, row.last_seq) == ("queued", 1, None, 0)
        assert desk.probe.count("a") == 0


async def test_a_run_that_begins_to_wait_while_its_worker_stops_is_given_back_at_once(database: Database) -> None:
    async with bench(database, sweeping=False) as desk:
        gate = asyncio.Event()

        async def waits(config: ProbeConfig, context: StepContext) -> Wait:
            await gate.wait()
            return Wait(seconds=3600.0, for_person=False)

        desk.probe.work["a"] = waits
        run_id = await desk.start(flow("start > a"))
        await desk.until_running(run_id, "a")
        asyncio.get_running_loop().call_later(0.05, gate.set)
        await desk.worker.stop(5.0)
        row = await desk.row(run_id)
        assert (row.status, row.lease_owner) == ("waiting", None)
        async with database.reading() as session:
            assert await store.due(session, 10) == [run_id]
