"""The ground of the tests: real databases with real migrations, the whole application, and people who are logged in.

`--db=sqlite|mariadb|postgresql|all` says on which databases the tests run that use one (default: SQLite). A test marked
`one_database` needs one but none in particular: it runs on the first of them.

`--deployment=many` runs the acceptance tests, and only these, against two real servers, two real workers and a real Redis, on the first
database of `--db` that is no SQLite (default: MariaDB). Hardly two requests in a row reach the same server.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported; why is told in parley/cli.py

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, nullcontext
from pathlib import Path

import httpx
import hypothesis
import pytest
import structlog
import uvicorn
from fastapi import FastAPI

from parley.app import create_app
from parley.db.base import Base
from parley.db.migrate import migrate
from parley.db.session import Database, connect
from parley.settings import Settings
from tests import servers
from tests.deployment import Deployment, InTurn, deployed

# A log line of a failed test shows its traceback, without every local variable of every frame.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

# A property that is slow because the machine is busy has not failed.
hypothesis.settings.register_profile("parley", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True)
hypothesis.settings.load_profile("parley")

DATABASES = ("sqlite", "mariadb", "postgresql")
PASSWORD = "a few words in a row"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deployment", default="one", choices=("one", "many"), help="processes that the acceptance tests run against")
    parser.addoption("--db", default="sqlite", help="databases to test on: sqlite, mariadb, postgresql (commas between), or all")
    parser.addoption("--thorough", action="store_true", help="crash tests kill as often as scripts/crash does")
    parser.addoption("--seed", type=int, default=1, help="of what the crash tests leave to chance")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "db_name" in metafunc.fixturenames:
        asked: str = metafunc.config.getoption("--db")
        names = DATABASES if asked == "all" else tuple(asked.split(","))
        if unknown := set(names) - set(DATABASES):
            raise pytest.UsageError(f"--db: there is no {', '.join(unknown)}; there are {', '.join(DATABASES)} and all")
        if metafunc.config.getoption("--deployment") == "many":
            names = (*(name for name in names if name != "sqlite"), "mariadb")[:1]
        if metafunc.definition.get_closest_marker("one_database"):
            names = names[:1]
        metafunc.parametrize("db_name", names, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--deployment") == "many":
        others = [item for item in items if "acceptance" not in item.path.parts]
        items[:] = [item for item in items if "acceptance" in item.path.parts]
        config.hook.pytest_deselected(items=others)


@pytest.fixture(scope="session")
def migrated(db_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database of this kind with every table, made once by the real migrations."""
    with _server(db_name, tmp_path_factory) as url:

        async def bring_up() -> None:
            database = connect(url, sqlite_sync="OFF")
            await migrate(database)
            await database.close()

        asyncio.run(bring_up())
        yield url


def _server(db_name: str, folders: pytest.TempPathFactory) -> AbstractContextManager[str]:
    match db_name:
        case "mariadb":
            return servers.mariadb()
        case "postgresql":
            return servers.postgresql()
        case _:
            return nullcontext(f"sqlite:///{folders.mktemp('sqlite') / 'template.db'}")


@pytest.fixture
async def database_url(db_name: str, migrated: str, tmp_path: Path) -> str:
    """The address of an empty, migrated database that belongs to this test."""
    if db_name == "sqlite":
        fresh = tmp_path / "parley.db"
        shutil.copyfile(migrated.removeprefix("sqlite:///"), fresh)
        return f"sqlite:///{fresh}"
    await _empty(migrated)
    return migrated


async def _empty(url: str) -> None:
    database = connect(url)
    async with database.transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            await session.execute(table.delete())
    await database.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = connect(database_url, sqlite_sync="OFF")
    yield database
    await database.close()


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine reaches the settings of a test."""
    for field in Settings.model_fields.values():
        for name in getattr(field.validation_alias, "choices", ()):
            monkeypatch.delenv(str(name), raising=False)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, clean_environment: None) -> Settings:
    return Settings(
        _env_file=None, data_dir=tmp_path / "data", database_url=database_url, sqlite_sync="OFF", web_dir=tmp_path / "no-web", port=0
    )


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application, started. A test that needs other settings gives its own `settings` fixture."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def api_client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody's client, in-process. It gets each answer whole; for event streams use `live_server`."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://parley.test") as client:
        yield client


SignUp = Callable[[str], Awaitable[httpx.AsyncClient]]
Reach = Callable[[], httpx.AsyncBaseTransport]


@pytest.fixture(scope="session")
def shared(migrated: str) -> Iterator[dict[str, str]]:
    """What the processes of a deployment have in common: the database and a Redis."""
    with servers.redis() as redis:
        yield {"DATABASE_URL": migrated, "BROKER_URL": f"{redis.address}/0", "EVENTS_URL": f"{redis.address}/1"}


@pytest.fixture(scope="session")
def deployment(shared: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployed(tmp_path_factory.mktemp("many"), servers=2, workers=2, **shared) as deployment:
        yield deployment


@pytest.fixture
def reach(request: pytest.FixtureRequest, database_url: str) -> Reach:
    """A client's way to the application: in-process, or to the servers of the deployment in turn."""
    if request.config.getoption("--deployment") == "many":
        urls = request.getfixturevalue("deployment").urls
        return lambda: InTurn(urls)
    app = request.getfixturevalue("app")
    return lambda: httpx.ASGITransport(app)


@pytest.fixture
async def sign_up(reach: Reach) -> AsyncIterator[SignUp]:
    """`await sign_up("ada")` gives the client of a new person, logged in by bearer token."""
    async with AsyncExitStack() as clients:

        async def new_person(name: str) -> httpx.AsyncClient:
            client = await clients.enter_async_context(httpx.AsyncClient(transport=reach(), base_url="http://parley.test", timeout=30))
            return await register(client, name)

        yield new_person


async def register(client: httpx.AsyncClient, name: str) -> httpx.AsyncClient:
    answer = await client.post("/api/auth/register", json={"username": name, "email": f"{name}@example.com", "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


@pytest.fixture
async def live_server(app: FastAPI) -> AsyncIterator[str]:
    """The same application behind a real uvicorn on a real socket; its base URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = QuietServer(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=2))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0.005)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.fixture
async def live_client(live_urls: list[str]) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody's client over real sockets: it reads event streams as they come."""
    async with httpx.AsyncClient(transport=InTurn(live_urls), base_url="http://parley.test", timeout=30) as client:
        yield client


@pytest.fixture
def live_urls(request: pytest.FixtureRequest, reach: Reach) -> list[str]:
    if request.config.getoption("--deployment") == "many":
        return request.getfixturevalue("deployment").urls
    return [request.getfixturevalue("live_server")]


class QuietServer(uvicorn.Server):
    """Leaves Ctrl-C to pytest."""

    def capture_signals(self) -> nullcontext[None]:
        return nullcontext()
