"""Real servers and workers on a real MariaDB and Redis, both of which are killed in mid-run: nothing is lost and nothing done twice."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from parley.db.session import connect
from parley.engine.events import StepDone, StepStarted
from parley.engine.journal import events_after
from tests import servers
from tests.acceptance.runs.conftest import ENDED, Desk, new_desk
from tests.conftest import register
from tests.deployment import Deployment, InTurn, deployed
from tests.engine.kit import flow, node
from tests.servers import Killable

STEPS = flow(*["start > a > b > c > d > e"], **{name: node("delay", duration="1 s") for name in "abcde"})
QUICK = flow("start > a > b", a=node("transform", fields={"x": "1"}), b=node("output", value="{{ a.x }}"))


@pytest.fixture(scope="module")
def redis() -> Iterator[Killable]:
    with servers.redis() as server:
        yield server


@pytest.fixture(scope="module")
def mariadb() -> Iterator[Killable]:
    with servers.mariadb_to_kill() as server:
        yield server


@pytest.fixture(scope="module")
def many(mariadb: Killable, redis: Killable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder: Path = tmp_path_factory.mktemp("many")
    settings = {"DATABASE_URL": mariadb.address, "BROKER_URL": f"{redis.address}/0", "EVENTS_URL": f"{redis.address}/1"}
    with deployed(folder, servers=1, workers=2, **settings, PARLEY_LEASE_SECONDS="2", PARLEY_SWEEP_SECONDS="1") as deployment:
        yield deployment


@asynccontextmanager
async def person(many: Deployment, name: str) -> AsyncIterator[Desk]:
    async with httpx.AsyncClient(transport=InTurn(many.urls), base_url="http://parley.test", timeout=30) as client:
        yield await new_desk(await register(client, name))


async def ended(desk: Desk, run_ids: list[str], seconds: float) -> list[Any]:
    """Each as soon as the database answers again and the run is over."""
    found: list[Any] = []
    async with asyncio.timeout(seconds):
        for run_id in run_ids:
            while True:
                answer = await desk.client.get(f"/api/runs/{run_id}")
                if answer.status_code == 200 and answer.json()["status"] in ENDED:
                    found.append(answer.json())
                    break
                await asyncio.sleep(0.1)
    return found


async def each_step_once(mariadb: Killable, run_ids: list[str]) -> None:
    """In the journal every number follows the one before, and every step was begun and finished once."""
    database = connect(mariadb.address)
    async with database.reading() as session:
        journals = [await events_after(session, run_id, 0, 1000) for run_id in run_ids]
    await database.close()
    for entries in journals:
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        for kind in (StepStarted, StepDone):
            assert set(Counter(entry.node_id for entry in entries if isinstance(entry, kind)).values()) == {1}


async def test_two_workers_share_many_runs_and_each_step_has_one_winner(many: Deployment, mariadb: Killable) -> None:
    async with person(many, "ada") as desk:
        message = await desk.draw(QUICK)
        run_ids = [(await desk.start(message))["id"] for _ in range(100)]
        assert {run["status"] for run in await ended(desk, run_ids, 60)} == {"done"}
        await each_step_once(mariadb, run_ids)


async def test_a_cancel_reaches_the_holder_within_a_second(many: Deployment) -> None:
    async with person(many, "bob") as desk:
        slow = flow("start > a", "start > b", a=node("delay", duration="1 h"), b=node("approval"))
        run = await desk.start(await desk.draw(slow))
        await desk.until(run["id"], "waiting")
        began = time.monotonic()
        await desk.post(f"/{run['id']}/cancel")
        await desk.until(run["id"], "cancelled")
        assert time.monotonic() - began < 2.0  # a second of it is for a busy machine


async def test_redis_killed_in_mid_run_and_a_run_started_while_it_is_away(many: Deployment, redis: Killable, mariadb: Killable) -> None:
    async with person(many, "cleo") as desk:
        message = await desk.draw(STEPS)
        before = [(await desk.start(message))["id"] for _ in range(5)]
        await asyncio.sleep(1.5)
        redis.kill()
        while_away = (await desk.start(message))["id"]
        await asyncio.sleep(1)
        ready = (await desk.client.get("/api/health/ready")).json()
        assert (ready["status"], ready["events"]) == ("ok", "unavailable")
        redis.start()
        after = (await desk.start(message))["id"]
        run_ids = [*before, while_away, after]
        assert {run["status"] for run in await ended(desk, run_ids, 60)} == {"done"}
        await each_step_once(mariadb, run_ids)


async def test_mariadb_killed_and_started_again_in_mid_run(many: Deployment, mariadb: Killable) -> None:
    async with person(many, "dan") as desk:
        message = await desk.draw(STEPS)
        run_ids = [(await desk.start(message))["id"] for _ in range(5)]
        await asyncio.sleep(1.5)
        mariadb.kill()
        await asyncio.sleep(1)
        mariadb.start()
        assert {run["status"] for run in await ended(desk, run_ids, 60)} == {"done"}
        await each_step_once(mariadb, run_ids)
