"""The broker is only a doorbell: killed, or emptied, in the middle of runs, it takes none of them with it."""

import asyncio

import pytest

from tests.crash.conftest import Bed
from tests.crash.flows import twelve_steps
from tests.servers import Killable, redis_does


@pytest.mark.crash(only=["mariadb"], best="mariadb")
async def test_runs_go_on_while_redis_is_killed_started_again_and_emptied(bed: Bed, broker: Killable) -> None:
    rounds, runs = (10, 30) if bed.thorough else (1, 8)
    bed.sink.linger = lambda: bed.chance.choice((0.0, 0.05, 0.2))
    workflow, order = twelve_steps(bed.sink.port)
    server, workers = await bed.deploy(broker, workers=2, lease_seconds=10, sweep_seconds=0.5)
    message = await bed.draw(workflow)
    number = 0

    async def start_some() -> None:
        nonlocal number
        for _ in range(runs):
            number += 1
            await bed.person.start(message, f"case{number}")

    for _ in range(rounds):
        await start_some()
        await asyncio.sleep(bed.chance.uniform(0.0, 0.5))
        broker.kill()
        await start_some()  # the sweep finds what nobody could ring for
        await asyncio.sleep(bed.chance.uniform(0.0, 1.0))
        broker.start()
        await start_some()
        redis_does(int(broker.address.rpartition(":")[2]), "FLUSHALL")
        await start_some()
        await bed.all_done(120)
    assert all(process.alive for process in (server, *workers))
    await bed.audit_all(order)
    # Nobody died: so nothing was called twice, and nobody was asked anything.
    assert set(bed.sink.effects.values()) == {1}
    assert bed.person.answers == {"repeat": 0, "done": 0}
    bed.report(f"{rounds} kills and {rounds} flushes of Redis, {number} runs of {len(order)} steps")
