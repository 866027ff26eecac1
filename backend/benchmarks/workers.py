"""Small runs a second with two workers on MariaDB and Redis: `python -m benchmarks.workers`. Goal: 150.

Runs of two `transform` steps behind a trigger, the size of what a webhook starts. Two real `parley worker`s carry them; this process
stores them and rings, as an API instance does. A backlog is stored first and then rung for; in the other figure 32 callers each store a
run, ring and follow it live through Redis to its end, then the next. Both are from the first ring to the last recorded end. Beside it
the same with the worker in this process, on the same MariaDB. `--relaxed`: MariaDB writes its log to the disk once a second.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.engine_embedded import Embedded, embedded, stored
from benchmarks.server import machine
from parley.db.tables import Run
from parley.engine.distributed import BrokerDoorbell, Doorbell
from parley.engine.relay import RelayedHub
from parley.live.broker import Sender
from parley.live.streams import Streams
from parley.workflow.spec import Edge, Node, Workflow
from tests import servers
from tests.deployment import deployed

RUNS, AT_ONCE = 1000, 32


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--relaxed", action="store_true")
    arguments.add_argument("--workers", type=int, default=2)
    given = arguments.parse_args()
    print(f"{machine()}; MariaDB, {'log once a second' if given.relaxed else 'every commit on the disk'}")
    with servers.redis() as redis, servers.mariadb() if given.relaxed else _durable() as url:
        asyncio.run(_embedded(url))
        settings = {"DATABASE_URL": url, "BROKER_URL": f"{redis.address}/0", "EVENTS_URL": f"{redis.address}/1"}
        with tempfile.TemporaryDirectory() as folder, deployed(Path(folder), servers=0, workers=given.workers, **settings):
            asyncio.run(_distributed(url, redis.address, given.workers))


@contextmanager
def _durable() -> Iterator[str]:
    with servers.mariadb_to_kill() as server:
        yield server.address


async def _embedded(url: str) -> None:
    async with embedded(url) as parley:
        await _report("worker in this process", parley, parley.worker)


async def _distributed(url: str, redis: str, workers: int) -> None:
    sender, streams = Sender(f"{redis}/0"), Streams(f"{redis}/1")
    sender.start()
    streams.start()
    async with asyncio.timeout(5):
        while not streams.healthy:  # noqa: ASYNC110 (at its start)
            await asyncio.sleep(0.01)
    async with embedded(url) as parley:
        await parley.worker.stop(5.0)
        doorbell = BrokerDoorbell(sender)
        remote = replace(parley, hub=RelayedHub(streams), worker=doorbell)
        await _report(f"{workers} workers, Redis", remote, doorbell)
    await streams.close()
    sender.close()


async def _report(name: str, parley: Embedded, doorbell: Doorbell) -> None:
    data = stored(_two_steps())
    await _callers(parley, data, 100)  # warms up
    followed = await _callers(parley, data, RUNS)
    backlog = await _backlog(parley, data, doorbell.ring)
    print(f"{name:24} {followed:5.0f} runs/s, {AT_ONCE} callers, followed live   {backlog:5.0f} runs/s, backlog of {RUNS}")


async def _callers(parley: Embedded, data: Any, runs: int) -> float:
    left = iter(range(runs))

    async def caller() -> None:
        for _ in left:
            await parley.run(data)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    return runs / (time.perf_counter() - began)


async def _backlog(parley: Embedded, data: Any, ring: Callable[[str], None]) -> float:
    ids = [await parley.queue(data) for _ in range(RUNS)]
    began = time.perf_counter()
    for run_id in ids:
        ring(run_id)
    while True:
        async with parley.database.reading() as session:
            if not await session.scalar(select(func.count()).select_from(Run).where(Run.status != "done")):
                return RUNS / (time.perf_counter() - began)
        await asyncio.sleep(0.05)


def _two_steps() -> Workflow:
    nodes = [Node(id="start", type="manual_trigger", label="Start", config={})]
    for step, before in (("first", "input.message"), ("second", "first.text")):
        nodes.append(Node(id=step, type="transform", label=step, config={"fields": {"text": f"{{{{ {before} }}}}"}}))
    return Workflow(
        name="two steps", nodes=tuple(nodes), edges=(Edge(source="start", target="first"), Edge(source="first", target="second"))
    )


if __name__ == "__main__":
    main()
