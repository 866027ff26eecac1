"""Chats over HTTP: pages, titles, deleting and bringing back, and nobody else's business."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select, update

from parley.chats import store
from parley.db.session import Database
from parley.db.tables import Chat, Message
from parley.housekeeping import clean_up
from parley.ids import new_id
from tests.conftest import SignUp


async def _titles(client: httpx.AsyncClient, **query: object) -> list[str]:
    return [chat["title"] for chat in (await client.get("/api/chats", params=query)).json()["items"]]


async def test_a_chat_is_made_read_renamed_and_listed(sign_up: SignUp) -> None:
    ada = await sign_up("ada")
    made = await ada.post("/api/chats", json={})
    assert (made.status_code, made.json()["title"]) == (201, "")
    chat = made.json()["id"]
    renamed = await ada.patch(f"/api/chats/{chat}", json={"title": "  Invoice \n intake "})
    assert (renamed.status_code, renamed.json()["title"]) == (200, "Invoice intake")
    assert (await ada.get(f"/api/chats/{chat}")).json() == renamed.json()
    assert await _titles(ada) == ["Invoice intake"]


@pytest.mark.parametrize("title", ["", "   ", "x" * 201])
async def test_a_title_is_neither_empty_nor_endless(sign_up: SignUp, title: str) -> None:
    ada = await sign_up("ada")
    chat = (await ada.post("/api/chats", json={})).json()["id"]
    answer = await ada.patch(f"/api/chats/{chat}", json={"title": title})
    assert (answer.status_code, answer.json()["error"], answer.json()["details"]["field"]) == (422, "bad_title", "title")


async def test_pages_show_every_chat_once_newest_first(sign_up: SignUp, database: Database) -> None:
    ada = await sign_up("ada")
    for number in range(7):
        await ada.post("/api/chats", json={"title": f"chat {number}"})
    async with database.transaction() as session:  # the same moment for several: the id decides
        await session.execute(update(Chat).where(Chat.title.in_(["chat 2", "chat 3", "chat 4"])).values(updated_at=datetime.now(UTC)))
    seen: list[str] = []
    cursor = None
    while True:
        page = (await ada.get("/api/chats", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [chat["title"] for chat in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"chat {n}" for n in (4, 3, 2, 6, 5, 1, 0)]


@pytest.mark.parametrize("cursor", ["x", "é", "%%%", "fHx8", "OTk5OTktMTItMzF8eA", "MjAyNi0wMS0wMVQwMDowMDowMCswMDowMHwA"])
async def test_a_made_up_cursor_is_refused(sign_up: SignUp, cursor: str) -> None:
    answer = await (await sign_up("ada")).get("/api/chats", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_cursor")


async def test_a_deleted_chat_leaves_the_list_and_can_be_brought_back(sign_up: SignUp) -> None:
    ada = await sign_up("ada")
    chat = (await ada.post("/api/chats", json={"title": "Digest"})).json()["id"]
    assert (await ada.delete(f"/api/chats/{chat}")).status_code == 204
    assert (await ada.get(f"/api/chats/{chat}")).status_code == 404
    assert (await ada.delete(f"/api/chats/{chat}")).status_code == 404
    assert await _titles(ada) == []
    assert await _titles(ada, deleted=True) == ["Digest"]
    assert (await ada.post(f"/api/chats/{chat}/restore")).json()["deleted_at"] is None
    assert await _titles(ada) == ["Digest"]
    assert await _titles(ada, deleted=True) == []


async def test_deleting_a_chat_stops_what_streams_in_it(sign_up: SignUp, database: Database) -> None:
    ada = await sign_up("ada")
    chat = (await ada.post("/api/chats", json={"title": "Digest"})).json()["id"]
    now = datetime.now(UTC)
    async with database.transaction() as session:
        row = await session.get_one(Chat, chat)
        row.turn_message_id = new_id()
        session.add(
            Message(
                id=row.turn_message_id,
                chat_id=chat,
                owner_id=row.owner_id,
                role="assistant",
                content="",
                search_text="",
                status="streaming",
                stop_requested=False,
                created_at=now,
                lease_owner="someone",
                lease_until=now + timedelta(minutes=1),
            )
        )
    assert (await ada.delete(f"/api/chats/{chat}")).status_code == 204
    async with database.reading() as session:
        assert (await session.scalars(select(Message.stop_requested))).one() is True


async def test_after_thirty_days_a_deleted_chat_is_gone_for_good(sign_up: SignUp, database: Database) -> None:
    ada = await sign_up("ada")
    for title, days in (("old", 31), ("recent", 29)):
        chat = (await ada.post("/api/chats", json={"title": title})).json()["id"]
        await ada.delete(f"/api/chats/{chat}")
        async with database.transaction() as session:
            await session.execute(update(Chat).where(Chat.id == chat).values(deleted_at=datetime.now(UTC) - timedelta(days=days)))
    await clean_up(database)
    assert await _titles(ada, deleted=True) == ["recent"]


async def test_another_persons_chat_is_as_good_as_none(sign_up: SignUp) -> None:
    ada, bob = await sign_up("ada"), await sign_up("bob")
    chat = (await ada.post("/api/chats", json={"title": "secret"})).json()["id"]
    for method, path, body in (
        ("GET", f"/api/chats/{chat}", None),
        ("PATCH", f"/api/chats/{chat}", {"title": "mine"}),
        ("DELETE", f"/api/chats/{chat}", None),
        ("POST", f"/api/chats/{chat}/restore", None),
    ):
        foreign = await bob.request(method, path, json=body)
        unknown = await bob.request(method, path.replace(chat, "0" * 32), json=body)
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.json() == unknown.json()
    assert await _titles(bob) == []
    assert await _titles(ada) == ["secret"]


@pytest.mark.parametrize("chat_id", ["x", "é" * 10, "x" * 3000, "%27%22"])
async def test_an_id_that_is_none_is_not_found(sign_up: SignUp, chat_id: str) -> None:
    assert (await (await sign_up("ada")).get(f"/api/chats/{chat_id}")).status_code == 404


async def test_nobody_sees_anything(api_client: httpx.AsyncClient) -> None:
    for path in ("/api/chats", "/api/chats/x", "/api/search?q=x", "/api/settings", "/api/auth/me"):
        assert (await api_client.get(path)).status_code == 401


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Sort support mail by language", "Sort support mail by language"),
        ("When an invoice arrives, read it. Then book it and tell finance.", "When an invoice arrives, read it"),
        ("Can you read invoices? And book them?", "Can you read invoices?"),
        ("x" * 100, "x" * 59 + "…"),
        (
            "When a customer asks something, look it up in our handbook and on the web",
            "When a customer asks something, look it up in our handbook…",
        ),
        ("🙂🙂", "🙂🙂"),
        ("\n a  b \n", "a b"),
    ],
)
def test_a_title_comes_from_the_first_message(content: str, title: str) -> None:
    assert store.title_of(content) == title


async def test_names_longer_when_lowered_still_fit(database: Database, sign_up: SignUp) -> None:
    ada = await sign_up("ada")
    assert (await ada.post("/api/chats", json={"title": "İ" * 200})).status_code == 201
    async with database.reading() as session:
        assert len((await session.scalars(select(Chat.title_search))).one()) == 400
