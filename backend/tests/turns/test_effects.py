"""Steps that change something outside: a person is asked before they repeat, and every call says which step it belongs to."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from parley.db.tables.runs import Run
from parley.engine.worker import Worker
from parley.settings import Settings
from tests.acceptance.runs.conftest import Desk, new_desk
from tests.conftest import SignUp
from tests.engine.kit import flow, node
from tests.http.site import Seen, Site, served


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async for site in served("127.0.0.1"):
        yield site


@pytest.fixture
def settings(settings: Settings, site: Site) -> Settings:
    return settings.model_copy(update={"http_allow": (site.allowed,)})


@pytest.fixture
async def desk(sign_up: SignUp) -> Desk:
    return await new_desk(await sign_up("ada"))


async def calling(desk: Desk, site: Site) -> str:
    return await desk.draw(
        flow(
            "start > a > post > out",
            "start > get",
            a=node("transform", fields={"x": "{{ input.n }}"}),
            post=node("http_request", method="POST", url=f"{site.url}/orders", body="{{ a.x }}"),
            get=node("http_request", method="GET", url=f"{site.url}/stock"),
            out=node("output", value="{{ post.status }} for {{ a.x }}"),
        )
    )


def calls(site: Site) -> list[tuple[str, str]]:
    return [(seen.method, seen.headers["idempotency-key"]) for seen in site.seen]


async def test_every_call_carries_the_key_of_its_step(desk: Desk, site: Site) -> None:
    run = await desk.until((await desk.start(await calling(desk, site), {"n": 1}))["id"], "done")
    assert sorted(calls(site)) == [("GET", f"{run['id']}:get:"), ("POST", f"{run['id']}:post:")]


async def test_effects_repeat_only_when_a_person_says_so(desk: Desk, site: Site) -> None:
    message = await calling(desk, site)
    first = await desk.until((await desk.start(message, {"n": 1}))["id"], "done")
    refused = await desk.start(message, {"n": 2}, from_run=first["id"], expect=409)
    assert refused["error"] == "effects_would_repeat"
    assert refused["details"] == {"steps": [{"node_id": "post", "path": "", "label": "post"}], "count": 1}
    assert refused["message"] == "This may do again what was done already: post. Repeat it, or keep what it gave then."
    posted = [method for method, _ in calls(site)].count("POST")
    kept = await desk.until((await desk.start(message, {"n": 2}, from_run=first["id"], effects="keep"))["id"], "done")
    assert [method for method, _ in calls(site)].count("POST") == posted == 1
    assert (desk.step(kept, "post")["source"], kept["output"]["value"]) == ("recorded", "200 for 2")
    repeated = await desk.until((await desk.start(message, {"n": 2}, from_run=first["id"], effects="repeat"))["id"], "done")
    assert [method for method, _ in calls(site)].count("POST") == 2
    assert desk.step(repeated, "post")["source"] == "edited"


async def test_what_does_not_repeat_is_not_asked_about(desk: Desk, site: Site) -> None:
    message = await calling(desk, site)
    first = await desk.until((await desk.start(message, {"n": 1}))["id"], "done")
    body = {"message_id": message, "from_run": first["id"], "from_node": "out"}
    again = await desk.until((await desk.post("", body, 201))["id"], "done")
    assert {step["node_id"]: step["source"] for step in again["steps"]} == {
        "start": "recorded", "a": "recorded", "post": "recorded", "get": "recorded", "out": "live"
    }  # fmt: skip
    assert len(site.seen) == 2


async def left_in_doubt(desk: Desk, app: FastAPI, site: Site) -> str:
    """A run whose worker died while its POST was at the site, taken up by another worker."""

    async def hangs(seen: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    site.routes["/orders"] = hangs
    run = await desk.start(await calling(desk, site), {"n": 1})
    async with asyncio.timeout(10):
        while "POST" not in [method for method, _ in calls(site)]:  # noqa: ASYNC110 (seen from outside)
            await asyncio.sleep(0.02)
    runs = app.state.parts.runs
    worker: Worker = runs.doorbell
    worker._free = _nothing  # type: ignore[method-assign]
    for runner in worker._runners.values():
        runner.drain = lambda: None  # type: ignore[method-assign]
    await worker.stop(0.0)
    async with runs.database.transaction() as session:
        await session.execute(update(Run).values(lease_until=None))
    del site.routes["/orders"]
    object.__setattr__(runs, "doorbell", Worker(worker.engine))
    await runs.doorbell.start()
    doubtful = await desk.until(run["id"], "waiting")
    assert desk.step(doubtful, "post")["status"] == "in_doubt"
    return run["id"]


async def _nothing(lease: object) -> None:
    return None


@pytest.mark.parametrize(("choice", "posts", "answer"), [("repeat", 2, "200 for 1"), ("done", 1, " for 1")])
async def test_a_person_says_how_a_step_in_doubt_goes_on(
    desk: Desk, app: FastAPI, site: Site, choice: str, posts: int, answer: str
) -> None:
    run_id = await left_in_doubt(desk, app, site)
    try:
        word = {"node_id": "post", "choice": choice}
        await desk.post(f"/{run_id}/resume", word)
        done = await desk.until(run_id, "done")
        assert done["output"]["value"] == answer
        assert desk.step(done, "post")["error"] is None
        keys = [key for method, key in calls(site) if method == "POST"]
        assert keys == [f"{run_id}:post:"] * posts
        assert (await desk.post(f"/{run_id}/resume", word, 409))["error"] == "run_ended"
    finally:
        await app.state.parts.runs.doorbell.stop(0.0)


async def test_the_first_word_on_a_step_in_doubt_counts(desk: Desk, app: FastAPI, site: Site) -> None:
    run_id = await left_in_doubt(desk, app, site)
    try:
        await desk.post(f"/{run_id}/pause")  # so that the first word is not taken up before the second comes
        await desk.reaches(run_id, lambda run: run["paused"])
        await desk.post(f"/{run_id}/resume", {"node_id": "post", "choice": "done"})
        refused = await desk.post(f"/{run_id}/resume", {"node_id": "post", "choice": "repeat"}, 409)
        assert refused["error"] == "already_decided"
        await desk.post(f"/{run_id}/resume")
        assert (await desk.until(run_id, "done"))["status"] == "done"
        assert [method for method, _ in calls(site)].count("POST") == 1
    finally:
        await app.state.parts.runs.doorbell.stop(0.0)
