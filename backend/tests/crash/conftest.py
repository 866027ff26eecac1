"""What a crash test stands on: a sink, a database that survives, processes to kill, a person who answers, and the audit of it all."""

import asyncio
import random
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from parley.db.session import connect
from parley.workflow.spec import Workflow
from tests.crash.ledger import Audit, Ledger
from tests.crash.person import Person, until
from tests.crash.processes import Process
from tests.crash.sink import Sink
from tests.servers import Killable, empty_mariadb, mariadb_to_kill, redis

DATABASES = ("sqlite", "mariadb")
LET_GO = ("lease_lost", "run_interrupted")  # a process that lives says so when it can carry a run no further


@dataclass
class Bed:
    """`chance` is seeded: the same seed makes the same choices, though not the same instants."""

    folder: Path
    database_url: str
    mariadb: Killable | None
    sink: Sink
    ledger: Ledger
    audit: Audit
    person: Person
    chance: random.Random
    thorough: bool
    say: "Report"
    processes: list[Process] = field(default_factory=list[Process])
    services: dict[str, str] = field(default_factory=dict[str, str])
    began: float = field(default_factory=time.monotonic)
    let_go: Counter[str] = field(default_factory=Counter[str])
    _answering: asyncio.Task[None] | None = None

    async def serve(self, *, lease_seconds: float, sweep_seconds: float) -> Process:
        """Another `parley serve` on this database."""
        process = Process(("serve",), self.folder, self._settings(lease_seconds, sweep_seconds))
        self.processes.append(process)
        await process.start()
        return process

    async def work(self, *, lease_seconds: float, sweep_seconds: float) -> Process:
        """Another `parley worker`; servers made after `deploy` carry no runs themselves."""
        settings = self._settings(lease_seconds, sweep_seconds)
        process = Process(("worker", "--health-port", "{port}"), self.folder, settings, health="/")
        self.processes.append(process)
        await process.start()
        return process

    async def deploy(self, broker: Killable, *, workers: int, lease_seconds: float, sweep_seconds: float) -> tuple[Process, list[Process]]:
        """A server and workers around a Redis that rings and carries live events."""
        self.services = {"BROKER_URL": f"{broker.address}/0", "EVENTS_URL": f"{broker.address}/1"}
        server = await self.serve(lease_seconds=lease_seconds, sweep_seconds=sweep_seconds)
        starting = (self.work(lease_seconds=lease_seconds, sweep_seconds=sweep_seconds) for _ in range(workers))
        return server, await asyncio.gather(*starting)

    def _settings(self, lease_seconds: float, sweep_seconds: float) -> dict[str, str]:
        return {
            "PARLEY_DATA_DIR": str(self.folder / "data"),
            "DATABASE_URL": self.database_url,
            "PARLEY_WEB_DIR": str(self.folder / "no-web"),
            "PARLEY_HTTP_ALLOW": f"127.0.0.1:{self.sink.port}",
            "PARLEY_LEASE_SECONDS": str(lease_seconds),
            "PARLEY_SWEEP_SECONDS": str(sweep_seconds),
            **self.services,
        }

    async def draw(self, workflow: Workflow) -> str:
        """As a new person; from here on somebody answers what runs ask."""
        await self.person.arrive("ada")
        self._answering = asyncio.create_task(self.person.answering())
        return await self.person.draw(workflow)

    def url(self) -> str:
        """Of a server that lives; of the first, if none does."""
        servers = [each for each in self.processes if each.arguments[0] == "serve"]
        return next((each for each in servers if each.alive and not each.frozen), servers[0]).url

    async def kill(self, process: Process) -> None:
        process.kill()
        if not any(each.alive for each in self.processes):
            await self.sink.deserted()
        await self.audit.note_crash()

    async def freeze(self, process: Process) -> None:
        """Between two transactions: one that stands still inside of one keeps its locks, and everybody waits for it."""
        process.freeze()
        while not await self.ledger.writable():
            process.thaw()
            await asyncio.sleep(self.chance.uniform(0.01, 0.1))
            process.freeze()

    async def all_done(self, seconds: float) -> None:
        async def over() -> bool:
            return set(await self.ledger.states()) <= {"done"}

        await until(over, seconds, lambda: f"runs did not end: {self.sink.held}, {[each.tail() for each in self.processes]}")

    async def audit_all(self, order: Collection[str]) -> None:
        """Every run there is, and every start that was answered is one of them."""
        assert self._answering is not None
        if self._answering.done():
            self._answering.result()
        cases = await self.ledger.cases()
        assert self.person.started.items() <= cases.items()
        self.let_go = Counter(entry["run_id"] for each in self.processes for name in LET_GO for entry in each.said(name))
        for case, run_id in cases.items():
            await self.audit.check(case, run_id, order, let_go=self.let_go[run_id])
        for process in self.processes:
            assert not process.said("run_broke"), process.tail()

    def report(self, words: str) -> None:
        doubled = sum(times - 1 for times in self.sink.effects.values() if times > 1)
        answers = f"{self.person.answers['repeat']} answered “repeat”, {self.person.answers['done']} “done”"
        opened = sum(self.audit.window.values())
        effects = f"{sum(self.sink.effects.values())} effects, {doubled} of them again within the window, open {opened} times"
        let_go = f"{self.let_go.total()} times a process that lived let a run go"
        self.say(f"{words}; {effects}; {answers}; {let_go}; {time.monotonic() - self.began:.0f} s")

    async def close(self) -> None:
        if self._answering is not None:
            self._answering.cancel()
            await asyncio.wait([self._answering])
        for process in self.processes:
            process.end()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Thorough, each test runs on SQLite and MariaDB, as asked; a sample on one of them, the one it names or else the first."""
    asked: list[str] = config.getoption("--db").replace("all", "sqlite,mariadb,postgresql").split(",")
    thorough: bool = config.getoption("--thorough")
    dropped: list[pytest.Item] = []
    for item in items:
        marker = item.get_closest_marker("crash")
        if marker is None or not isinstance(item, pytest.Function):
            continue
        database, best = item.callspec.params["db_name"], marker.kwargs.get("best", asked[0])
        never = database not in marker.kwargs.get("only", DATABASES) or (marker.kwargs.get("slow", False) and not thorough)
        if never or not (thorough or database == (best if best in asked else asked[0])):
            dropped.append(item)
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in dropped]


class Report:
    """Figures of the thorough run, printed as they come."""

    def __init__(self, name: str, capture: pytest.CaptureFixture[str] | None) -> None:
        self._name = name
        self._capture = capture

    def __call__(self, words: str) -> None:
        if self._capture is not None:
            with self._capture.disabled():
                print(f"\n{self._name}\n  {words}")


@pytest.fixture(scope="session")
def crash_mariadb(pytestconfig: pytest.Config) -> Iterator[Killable]:
    with mariadb_to_kill() as server:
        yield server


@pytest.fixture
def broker() -> Iterator[Killable]:
    with redis() as server:
        yield server


@pytest.fixture
def survivor(db_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[str, Killable | None]:
    """The address of an empty database that outlives processes; and the server, where it is one that can be killed."""
    match db_name:
        case "mariadb":
            server: Killable = request.getfixturevalue("crash_mariadb")
            empty_mariadb(server)
            return server.address, server
        case _:
            template: str = request.getfixturevalue("migrated")
            shutil.copyfile(template.removeprefix("sqlite:///"), tmp_path / "parley.db")
            return f"sqlite:///{tmp_path / 'parley.db'}", None


@pytest.fixture
async def bed(
    survivor: tuple[str, Killable | None], tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Bed]:
    thorough: bool = request.config.getoption("--thorough")
    seed: int = request.config.getoption("--seed")
    url, server = survivor
    say = Report(f"{request.node.name}, seed {seed}", capsys if thorough else None)
    chance = random.Random(f"{seed} {request.node.name}")
    async with AsyncExitStack() as stack:
        sink = await stack.enter_async_context(Sink().serving())
        database = connect(url)
        stack.push_async_callback(database.close)
        ledger = Ledger(database)
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=20))
        bed = Bed(
            folder=tmp_path,
            database_url=url,
            mariadb=server,
            sink=sink,
            ledger=ledger,
            audit=Audit(ledger, sink, Counter()),
            person=Person(lambda: bed.url(), sink, ledger, client),
            chance=chance,
            thorough=thorough,
            say=say,
        )
        stack.push_async_callback(bed.close)
        yield bed
