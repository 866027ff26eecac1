"""The whole application is stopped and started again: what waited goes on, and what was recorded can still be watched."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from parley.app import create_app
from parley.settings import Settings
from tests.acceptance.runs.conftest import Desk, new_desk
from tests.conftest import register
from tests.deployment import Deployment, InTurn
from tests.engine.kit import flow, node

Start = Callable[[], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def start(request: pytest.FixtureRequest) -> AsyncIterator[Start]:
    """Starts the application, after stopping it if it runs, and gives a client of it."""
    many = request.config.getoption("--deployment") == "many"
    starting = _start_processes(request.getfixturevalue("deployment")) if many else _start_here(request.getfixturevalue("settings"))
    async with AsyncExitStack() as stack:

        async def start() -> httpx.AsyncClient:
            await stack.aclose()
            return await starting(stack)

        yield start


def _start_processes(deployment: Deployment) -> Callable[[AsyncExitStack], Awaitable[httpx.AsyncClient]]:
    async def start(stack: AsyncExitStack) -> httpx.AsyncClient:
        deployment.stop()
        deployment.start()
        return await stack.enter_async_context(httpx.AsyncClient(transport=InTurn(deployment.urls), base_url="http://parley.test"))

    return start


def _start_here(settings: Settings) -> Callable[[AsyncExitStack], Awaitable[httpx.AsyncClient]]:
    async def start(stack: AsyncExitStack) -> httpx.AsyncClient:
        app = create_app(settings)
        await stack.enter_async_context(app.router.lifespan_context(app))
        return await stack.enter_async_context(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://parley.test"))

    return start


async def test_a_run_that_waits_for_a_person_goes_on_after_a_restart(database_url: str, start: Start) -> None:
    workflow = flow("start > ask", "ask >approved> out", ask=node("approval"), out=node("output", value="Fine, {{ ask.by }}."))
    first = await start()
    desk = await new_desk(await register(first, "ada"))
    run = await desk.start(await desk.draw(workflow))
    await desk.until(run["id"], "waiting")

    second = await start()
    second.headers["Authorization"] = first.headers["Authorization"]
    desk = Desk(second, desk.chat_id)
    assert (await desk.get(f"/{run['id']}"))["status"] == "waiting"
    await desk.post(f"/{run['id']}/approve", {"node_id": "ask", "decision": "approved"})
    done = await desk.until(run["id"], "done")
    assert done["output"]["value"] == "Fine, ada."
    assert len((await desk.get(f"/{run['id']}/events"))["items"]) == done["last_seq"]
