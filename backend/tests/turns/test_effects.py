"""Steps that change something outside: a person is asked before they repeat, and every call says which step it belongs to."""

from collections.abc import AsyncIterator

import pytest

from parley.settings import Settings
from tests.acceptance.runs.conftest import Desk, new_desk
from tests.conftest import SignUp
from tests.engine.kit import flow, node
from tests.http.site import Site, served


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
