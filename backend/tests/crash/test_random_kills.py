"""Processes are killed at any moment while many runs are under way and more are being started."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from tests.crash.conftest import Bed
from tests.crash.flows import twelve_steps
from tests.servers import Killable


@pytest.mark.crash(best="mariadb")
async def test_kills_at_random_under_load_lose_nothing_and_repeat_nothing_recorded(bed: Bed) -> None:
    kills, at_once = (30, 30) if bed.thorough else (3, 10)
    bed.sink.linger = lambda: bed.chance.choice((0.0, 0.0, 0.01, 0.05, 0.2))
    workflow, order = twelve_steps(bed.sink.port)
    server = await bed.serve(lease_seconds=1.5, sweep_seconds=0.1)
    message = await bed.draw(workflow)
    loading = asyncio.create_task(_keep_busy(bed, message, at_once))
    for _ in range(kills):
        await asyncio.sleep(bed.chance.uniform(0.1, 1.5))
        await bed.kill(server)
        await server.start()
    loading.cancel()
    await asyncio.wait([loading])
    await bed.all_done(240)
    await bed.audit_all(order)
    bed.report(f"{kills} kills under {at_once} runs at once, {len(bed.person.started)} runs of {len(order)} steps")


@pytest.mark.crash(only=["mariadb"], best="mariadb")
async def test_kills_of_server_and_workers_at_random_lose_nothing_and_repeat_nothing_recorded(bed: Bed, broker: Killable) -> None:
    kills, at_once = (100, 30) if bed.thorough else (4, 10)
    bed.sink.linger = lambda: bed.chance.choice((0.0, 0.0, 0.01, 0.05, 0.2))
    workflow, order = twelve_steps(bed.sink.port)
    server, workers = await bed.deploy(broker, workers=2, lease_seconds=1.5, sweep_seconds=0.2)
    message = await bed.draw(workflow)
    loading = asyncio.create_task(_keep_busy(bed, message, at_once))
    for _ in range(kills):
        await asyncio.sleep(bed.chance.uniform(0.1, 1.5))
        struck = bed.chance.choice([server, *workers])
        await bed.kill(struck)
        await struck.start()
    loading.cancel()
    await asyncio.wait([loading])
    await bed.all_done(240)
    await bed.audit_all(order)
    bed.report(f"{server.kills} kills of the server, {sum(each.kills for each in workers)} of workers, {len(bed.person.started)} runs")


async def _keep_busy(bed: Bed, message: str, at_once: int) -> None:
    """New runs as old ones end. A start that the server did not live to answer may have been one: the audit finds it by its case."""
    number = 0
    while True:
        states = await bed.ledger.states()
        for _ in range(at_once - sum(states[each] for each in ("queued", "running", "waiting"))):
            number += 1
            with suppress(httpx.TransportError):
                await bed.person.start(message, f"case{number}")
        await asyncio.sleep(0.02)
