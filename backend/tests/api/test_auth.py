"""Accounts over HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from jose import jwt
from sqlalchemy import delete, select, update

from parley.accounts.store import fold
from parley.db.session import Database
from parley.db.tables import Session
from parley.settings import Settings
from tests.conftest import PASSWORD, SignUp

ADA = {"username": "ada", "email": "ada@example.com", "password": PASSWORD}


async def test_a_person_registers_and_is_known_by_cookie_at_once(api_client: httpx.AsyncClient) -> None:
    answer = await api_client.post("/api/auth/register", json=ADA)
    assert answer.status_code == 201
    assert answer.json()["token_type"] == "bearer"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    me = await api_client.get("/api/auth/me")
    assert (me.status_code, me.json()["username"]) == (200, "ada")


async def test_the_token_works_as_bearer_too(api_client: httpx.AsyncClient) -> None:
    token = (await api_client.post("/api/auth/register", json=ADA)).json()["access_token"]
    api_client.cookies.clear()
    assert (await api_client.get("/api/auth/me")).status_code == 401
    assert (await api_client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})).status_code == 200


@pytest.mark.parametrize("name", ["ada", "ADA", "ada@example.com", "Ada@Example.com", " ada "])
async def test_one_logs_in_by_name_or_address_however_it_is_written(api_client: httpx.AsyncClient, name: str) -> None:
    await api_client.post("/api/auth/register", json=ADA)
    answer = await api_client.post("/api/auth/login", json={"username": name, "password": PASSWORD})
    assert answer.status_code == 200


async def test_a_wrong_password_and_an_unknown_name_answer_alike(api_client: httpx.AsyncClient) -> None:
    await api_client.post("/api/auth/register", json=ADA)
    wrong = await api_client.post("/api/auth/login", json={"username": "ada", "password": "not the words"})
    unknown = await api_client.post("/api/auth/login", json={"username": "bob", "password": "not the words"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["error"] == "wrong_login"


@pytest.mark.parametrize(
    ("change", "status", "error", "field"),
    [
        ({"username": "ADA", "email": "other@example.com"}, 409, "username_taken", "username"),
        ({"username": "bob", "email": "ADA@example.com"}, 409, "email_taken", "email"),
        ({"username": "bob", "email": "b@x.org", "password": "short"}, 422, "weak_password", "password"),
        ({"username": "bob", "email": "b@x.org", "password": "Password123"}, 422, "weak_password", "password"),
        ({"username": "bob", "email": "b@x.org", "password": "aaaaaaaaaaaa"}, 422, "weak_password", "password"),
        ({"username": "bobsyouruncle", "email": "b@x.org", "password": "bobsyouruncle"}, 422, "weak_password", "password"),
        ({"username": "bob", "email": "b@x.org", "password": "x" * 300}, 422, "weak_password", "password"),
        ({"username": "b", "email": "b@x.org"}, 422, "bad_username", "username"),
        ({"username": "bob@x.org", "email": "b@x.org"}, 422, "bad_username", "username"),
        ({"username": "", "email": "b@x.org"}, 422, "bad_username", "username"),
        ({"username": "ΐ" * 64, "email": "b@x.org"}, 422, "bad_username", "username"),  # three characters each once folded
        ({"username": "bob", "email": "bob"}, 422, "bad_email", "email"),
        ({"username": "bob", "email": "b@x..org"}, 422, "bad_email", "email"),
        ({"username": "bob", "email": f"{'b' * 60}@{'x' * 250}.org"}, 422, "bad_email", "email"),
    ],
)
async def test_a_refused_registration_names_its_field(
    api_client: httpx.AsyncClient, change: dict[str, str], status: int, error: str, field: str
) -> None:
    await api_client.post("/api/auth/register", json=ADA)
    answer = await api_client.post("/api/auth/register", json=ADA | change)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["details"]["field"] == field
    assert answer.json()["details"]["fields"][field] == answer.json()["message"]


async def test_of_two_who_take_a_name_at_once_one_is_told(api_client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(api_client.post("/api/auth/register", json=ADA | {"email": f"a{n}@example.com"}) for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_logging_out_ends_the_session_wherever_its_token_is_kept(api_client: httpx.AsyncClient) -> None:
    token = (await api_client.post("/api/auth/register", json=ADA)).json()["access_token"]
    assert (await api_client.post("/api/auth/logout")).status_code == 204
    assert "parley_session" not in api_client.cookies
    assert (await api_client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})).status_code == 401


async def test_changing_the_password_ends_the_other_sessions(sign_up: SignUp, api_client: httpx.AsyncClient) -> None:
    here = await sign_up("ada")
    there = (await api_client.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})).json()["access_token"]
    change = {"current_password": PASSWORD, "new_password": "other words in a row"}
    assert (await here.post("/api/auth/password", json=change)).status_code == 204
    assert (await here.get("/api/auth/me")).status_code == 200
    assert (await api_client.get("/api/auth/me", headers={"Authorization": f"Bearer {there}"})).status_code == 401
    assert (await api_client.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})).status_code == 401
    assert (await api_client.post("/api/auth/login", json={"username": "ada", "password": "other words in a row"})).status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "error", "field"),
    [("not it at all", "other words in a row", "wrong_password", "current_password"), (PASSWORD, "short", "weak_password", "new_password")],
)
async def test_a_refused_change_of_password_names_its_field(sign_up: SignUp, current: str, new: str, error: str, field: str) -> None:
    ada = await sign_up("ada")
    answer = await ada.post("/api/auth/password", json={"current_password": current, "new_password": new})
    assert (answer.status_code, answer.json()["error"], answer.json()["details"]["field"]) == (422, error, field)


async def test_deleting_the_row_of_a_session_counts_at_once(sign_up: SignUp, database: Database) -> None:
    ada = await sign_up("ada")
    assert (await ada.get("/api/auth/me")).status_code == 200
    async with database.transaction() as session:
        await session.execute(delete(Session))
    assert (await ada.get("/api/auth/me")).status_code == 401


async def test_an_expired_session_is_no_session(sign_up: SignUp, database: Database) -> None:
    ada = await sign_up("ada")
    async with database.transaction() as session:
        await session.execute(update(Session).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert (await ada.get("/api/auth/me")).status_code == 401


async def test_forged_and_malformed_tokens_are_refused(sign_up: SignUp, api_client: httpx.AsyncClient, database: Database) -> None:
    await sign_up("ada")
    async with database.reading() as session:
        row = (await session.execute(select(Session))).scalar_one()
    claims = {"sub": row.user_id, "sid": row.id, "exp": int(row.expires_at.timestamp())}
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + jwt.encode(claims, "x").split(".")[1] + "."
    for token in (
        jwt.encode(claims, "another secret"),
        jwt.encode(claims, "another secret", algorithm="HS512"),
        unsigned,
        "",
        "x.y.z",
        "é" * 3000,
    ):
        answer = await api_client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}".encode()})
        assert answer.status_code == 401, token
        assert answer.json()["error"] == "session_ended"


async def test_the_cookie_is_secure_where_the_request_was(app: FastAPI) -> None:
    for scheme in ("http", "https"):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"{scheme}://parley.test") as client:
            answer = await client.post("/api/auth/register", json=ADA | {"username": scheme, "email": f"{scheme}@example.com"})
        assert ("Secure" in answer.headers["set-cookie"]) == (scheme == "https")


class TestProduction:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"environment": "production"})

    async def test_the_cookie_is_always_secure(self, api_client: httpx.AsyncClient) -> None:
        assert "Secure" in (await api_client.post("/api/auth/register", json=ADA)).headers["set-cookie"]


class TestClosedRegistration:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"registration": "closed"})

    async def test_nobody_can_register(self, api_client: httpx.AsyncClient) -> None:
        answer = await api_client.post("/api/auth/register", json=ADA)
        assert (answer.status_code, answer.json()["error"]) == (403, "registration_closed")


def test_names_are_one_whatever_their_case() -> None:
    assert fold("STRASSE") == fold("straße")
