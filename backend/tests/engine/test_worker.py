"""How a worker shares its room among runs."""

from dataclasses import replace

from parley.db.session import Database
from parley.nodes.base import StepContext, StepResult
from tests.engine.kit import LIMITS, ProbeConfig, bench, flow, node


async def test_runs_rung_for_while_there_is_no_room_begin_in_that_order_without_a_sweep(database: Database) -> None:
    async with bench(database, limits=replace(LIMITS, runs_at_once=2), sweeping=False) as desk:
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
        assert sorted(begun[:4]) == [0, 1, 2, 3]
        assert sorted(begun) == list(range(12))
