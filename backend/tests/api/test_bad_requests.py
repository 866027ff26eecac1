"""What no route should ever see: every hostile or broken request gets a 4xx in the one error shape, never a 500."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from parley.api.errors import Refused
from parley.api.guard import check_json
from parley.settings import Settings
from tests.conftest import SignUp


def nested(levels: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    return b'{"title":' + opening * levels + closing * levels + b"}"


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b'{"title": "half \\ud83d"}', 400, "bad_text"),
        (b'{"title": "\xed\xa0\x80"}', 400, "bad_text"),
        (b'{"title": "nul \\u0000"}', 400, "bad_text"),
        (b'{"\\ud83d": 1}', 400, "bad_text"),
        (b'{"title": ["\\u0000"]}', 400, "bad_text"),
        (b'["\\ud800"]', 400, "bad_text"),
        ('{"title": "half \\ud83d"}'.encode("utf-16"), 400, "bad_text"),
        (b'{"title": 9223372036854775808}', 400, "number_too_large"),
        (b'{"title": -9223372036854775809}', 400, "number_too_large"),
        (b'{"title": ' + b"9" * 6000 + b"}", 400, "number_too_large"),
        (b'{"title": 1e999}', 400, "number_too_large"),
        (b'{"title": NaN}', 400, "number_too_large"),
        (nested(300), 400, "too_deep"),
        (nested(100_000), 400, "too_deep"),
        (nested(300, b'{"a":', b"}"), 400, "too_deep"),
        (b"[" * 5000, 400, "too_deep"),
        (b"{", 422, "invalid_request"),
        (b"", 422, "invalid_request"),
        (b"[]", 422, "invalid_request"),
        (b'{"title": 1}', 422, "invalid_request"),
        (b'{"title": "\xff"}', 400, "refused"),
    ],
)
async def test_json_that_cannot_be_kept_is_refused(sign_up: SignUp, body: bytes, status: int, error: str) -> None:
    ada = await sign_up("ada")
    answer = await ada.post("/api/chats", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json().keys() == {"error", "message", "details"}


@pytest.mark.parametrize("title", ["emoji 👩‍👩‍👧 and \\ud83d as words", "[" * 100 + "{", '"' * 90, "1e999", "9" * 40, "e\u0301", "한글"])
async def test_odd_but_sound_text_is_kept_as_it_is(sign_up: SignUp, title: str) -> None:
    ada = await sign_up("ada")
    chat = (await ada.post("/api/chats", json={"title": title})).json()
    assert chat["title"] == title
    escaped = json.dumps({"title": title}, ensure_ascii=True).encode()
    assert (await ada.post("/api/chats", content=escaped, headers={"content-type": "application/json"})).json()["title"] == title


async def test_a_missing_field_is_named(api_client: httpx.AsyncClient) -> None:
    answer = await api_client.post("/api/auth/register", json={"username": "ada", "email": 5})
    assert answer.status_code == 422
    assert answer.json()["details"]["fields"].keys() == {"email", "password"}
    assert answer.json()["details"]["fields"]["password"] == "This is needed."


async def test_a_body_over_the_cap_is_refused_however_it_is_sent(sign_up: SignUp) -> None:
    ada = await sign_up("ada")
    body = b'{"title": "' + b"x" * 1_100_000 + b'"}'

    def in_pieces() -> Iterator[bytes]:
        yield body[:600_000]
        yield body[600_000:]

    class Unannounced(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            for piece in in_pieces():
                yield piece

    for request in (ada.build_request("POST", "/api/chats", content=body), ada.build_request("POST", "/api/chats", content=Unannounced())):
        answer = await ada.send(request)
        assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
        assert "1 MB" in answer.json()["message"]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_an_unsafe_request_of_another_website_cannot_use_the_cookie(
    api_client: httpx.AsyncClient, sign_up: SignUp, method: str
) -> None:
    token = (await sign_up("ada")).headers["Authorization"].split()[1]
    api_client.cookies.set("parley_session", token)
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        answer = await api_client.request(method, "/api/chats", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (403, "foreign_origin")
    own = await api_client.post("/api/chats", json={}, headers={"Origin": "http://parley.test"})
    assert own.status_code == 201
    assert (await api_client.post("/api/chats", json={})).status_code == 201


async def test_other_websites_may_not_read(api_client: httpx.AsyncClient) -> None:
    answer = await api_client.get("/api/health/live", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


class TestAllowedOrigin:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"allowed_origins": ("https://front.example",)})

    async def test_it_may_ask_and_change(self, api_client: httpx.AsyncClient, sign_up: SignUp) -> None:
        api_client.cookies.set("parley_session", (await sign_up("ada")).headers["Authorization"].split()[1])
        asked = await api_client.options("/api/chats", headers={"Origin": "https://front.example", "Access-Control-Request-Method": "POST"})
        assert asked.headers["access-control-allow-origin"] == "https://front.example"
        answer = await api_client.post("/api/chats", json={}, headers={"Origin": "https://front.example"})
        assert answer.status_code == 201
        assert answer.headers["access-control-allow-credentials"] == "true"

    async def test_others_still_may_not(self, api_client: httpx.AsyncClient) -> None:
        answer = await api_client.post("/api/auth/login", json={}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/api/nope", 404, "not_found"),
        ("GET", "/api", 404, "not_found"),
        ("GET", "/nope", 404, "not_found"),
        ("PUT", "/api/chats", 405, "method_not_allowed"),
        ("GET", "/api/chats/a%00b", 400, "bad_text"),
        ("GET", "/api/search?q=a%00b", 400, "bad_text"),
        ("GET", "/api/chats?limit=1000", 422, "invalid_request"),
        ("GET", "/api/chats?limit=99999999999999999999999", 422, "invalid_request"),
        ("GET", "/metrics", 404, "not_found"),
    ],
)
async def test_every_refusal_has_the_one_shape(sign_up: SignUp, method: str, path: str, status: int, error: str) -> None:
    answer = await (await sign_up("ada")).request(method, path)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json().keys() == {"error", "message", "details"}
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_surprise_is_logged_under_an_id_and_told_without_its_cause(app: FastAPI, api_client: httpx.AsyncClient) -> None:
    async def broken() -> None:
        raise RuntimeError("the password is 1234")

    app.add_api_route("/api/broken", broken)
    answer = await api_client.get("/api/broken")
    assert (answer.status_code, answer.json()["error"]) == (500, "internal_error")
    assert answer.json()["details"]["reference"] in answer.json()["message"]
    assert "1234" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_request_keeps_the_id_its_caller_gave(api_client: httpx.AsyncClient) -> None:
    assert (await api_client.get("/api/health/live", headers={"X-Request-Id": "abc-1"})).headers["x-request-id"] == "abc-1"
    assert (await api_client.get("/api/health/live", headers={"X-Request-Id": "a b"})).headers["x-request-id"] != "a b"


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), inner),
    max_leaves=40,
)


@given(_JSON, st.booleans())
def test_sound_json_is_never_refused(value: object, ascii_only: bool) -> None:
    check_json(json.dumps(value, ensure_ascii=ascii_only).encode())


@given(_JSON, st.sampled_from(["\ud800", "a\x00", "\udfff"]), st.booleans())
def test_a_bad_text_is_found_wherever_it_hides(value: object, bad: str, as_key: bool) -> None:
    hidden = {"a": [value, {bad: 1} if as_key else {"b": [bad]}]}
    with pytest.raises(Refused):
        check_json(json.dumps(hidden).encode())


@given(st.binary(max_size=300))
def test_no_bytes_break_the_guard(body: bytes) -> None:
    with suppress(Refused):
        check_json(body)


def test_a_hostile_body_of_a_megabyte_costs_little() -> None:
    for body in (b'"\\' * 500_000, b"[" * 1_000_000, b'"' * 1_000_001, b"{}" * 500_000, b'\\"' * 500_000, nested(499_990)):
        started = time.process_time()
        with suppress(Refused):
            check_json(body + b"[" * 61)
        assert time.process_time() - started < 0.5
