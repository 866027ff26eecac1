"""The whole application is stopped and started again: what waited goes on, and what was recorded can still be watched."""

import httpx

from parley.app import create_app
from parley.settings import Settings
from tests.acceptance.runs.conftest import Desk, new_desk
from tests.conftest import register
from tests.engine.kit import flow, node


async def test_a_run_that_waits_for_a_person_goes_on_after_a_restart(settings: Settings) -> None:
    workflow = flow("start > ask", "ask >approved> out", ask=node("approval"), out=node("output", value="Fine, {{ ask.by }}."))
    first = create_app(settings)
    async with (
        first.router.lifespan_context(first),
        httpx.AsyncClient(transport=httpx.ASGITransport(first), base_url="http://parley.test") as client,
    ):
        desk = await new_desk(await register(client, "ada"))
        run = await desk.start(await desk.draw(workflow))
        await desk.until(run["id"], "waiting")
        login = client.headers["Authorization"]
    second = create_app(settings)
    async with (
        second.router.lifespan_context(second),
        httpx.AsyncClient(transport=httpx.ASGITransport(second), base_url="http://parley.test", headers={"Authorization": login}) as client,
    ):
        desk = Desk(client, desk.chat_id)
        assert (await desk.get(f"/{run['id']}"))["status"] == "waiting"
        await desk.post(f"/{run['id']}/approve", {"node_id": "ask", "decision": "approved"})
        done = await desk.until(run["id"], "done")
        assert done["output"]["value"] == "Fine, ada."
        assert len((await desk.get(f"/{run['id']}/events"))["items"]) == done["last_seq"]
