"""The database is killed while runs are under way and comes back on what it had committed: the runs go on."""

import asyncio

import pytest

from tests.crash.conftest import Bed
from tests.crash.flows import twelve_steps


@pytest.mark.crash(only=["mariadb"], best="mariadb")
async def test_runs_go_on_after_the_database_was_killed(bed: Bed) -> None:
    assert bed.mariadb is not None
    kills, runs = (10, 40) if bed.thorough else (1, 10)
    bed.sink.linger = lambda: bed.chance.choice((0.0, 0.05, 0.2))
    workflow, order = twelve_steps(bed.sink.port)
    server = await bed.serve(lease_seconds=2, sweep_seconds=0.2)
    message = await bed.draw(workflow)
    number = 0
    for _ in range(kills):
        for _ in range(runs):
            number += 1
            await bed.person.start(message, f"case{number}")
        await asyncio.sleep(bed.chance.uniform(0.2, 1.0))
        bed.mariadb.kill()
        await asyncio.sleep(bed.chance.uniform(0.0, 3.0))
        bed.mariadb.start()
        await bed.audit.note_crash()
        await bed.all_done(90)
    assert server.alive
    await bed.audit_all(order)
    bed.report(f"{kills} kills of the database, {number} runs of {len(order)} steps")
