"""With the settings as they come, a run whose process was killed moves again within 15 seconds."""

import asyncio
import time

import pytest

from parley.settings import Settings
from tests.crash.conftest import Bed
from tests.crash.flows import three_steps
from tests.crash.person import until

LIMIT_SECONDS = 15.0


@pytest.mark.crash(slow=True)
async def test_an_interrupted_run_moves_again_within_fifteen_seconds(bed: Bed) -> None:
    plain = Settings(_env_file=None)
    assert plain.lease_seconds + plain.sweep_seconds < LIMIT_SECONDS
    workflow, order = three_steps(bed.sink.port)
    times: list[float] = []
    standing, victim = [await bed.serve(lease_seconds=plain.lease_seconds, sweep_seconds=plain.sweep_seconds) for _ in range(2)]
    message = await bed.draw(workflow)
    for number in range(6):
        case = f"case{number}"
        bed.sink.judge = lambda place: "after" if place[1] == "a00" else "pass"
        await bed.freeze(standing)  # so that the victim takes the run
        run_id = await bed.person.start(message, case)

        async def held(case: str = case) -> bool:
            return ((case, "a00"), "after") in bed.sink.held

        await until(held, 60, victim.tail)
        standing.thaw()
        await asyncio.sleep(bed.chance.uniform(0, plain.lease_seconds / 2))
        await bed.kill(victim)
        killed = time.monotonic()
        bed.sink.judge = lambda place: "pass"

        async def moves(run_id: str = run_id) -> bool:
            return (await bed.ledger.claims())[run_id] == 2

        await until(moves, 60, standing.tail)
        times.append(time.monotonic() - killed)
        await victim.start()
        await bed.all_done(60)
        standing, victim = victim, standing
    assert max(times) < LIMIT_SECONDS
    await bed.audit_all(order)
    bed.report(f"moved again after {', '.join(f'{each:.1f}' for each in times)} s, taken over by another process")
