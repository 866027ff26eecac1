"""Finding a word again."""

from datetime import UTC, datetime

import pytest

from parley.accounts import store as accounts
from parley.chats import store
from parley.chats.search import Hit, search
from parley.db.session import Database
from parley.db.tables import Message
from parley.ids import new_id


@pytest.fixture
async def owner(database: Database) -> str:
    async with database.transaction() as session:
        return (await accounts.insert_user(session, username="ada", email="ada@example.com", password_hash="")).id


async def say(database: Database, owner: str, content: str, *, title: str = "A chat", drawn: str = "", deleted: bool = False) -> Message:
    now = datetime.now(UTC)
    async with database.transaction() as session:
        chat = await store.create_chat(session, owner, title)
        message = Message(
            id=new_id(),
            chat_id=chat.id,
            owner_id=owner,
            role="user",
            content=content,
            search_text=f"{content} {drawn}".lower(),
            status="done",
            stop_requested=False,
            created_at=now,
        )
        session.add(message)
        if deleted:
            store.delete_chat(chat)
    return message


async def find(database: Database, owner: str, query: str, **how: str | int) -> list[Hit]:
    async with database.scanning() as session:
        hits, _ = await search(session, owner, query, **({"limit": 20} | how))  # type: ignore[arg-type]
    return hits


async def test_a_word_leads_to_its_message_with_the_word_marked(database: Database, owner: str) -> None:
    message = await say(database, owner, "x " * 100 + "Where is the Übergabe documented?" + " y" * 100)
    [hit] = await find(database, owner, "übergabe")
    assert (hit.kind, hit.message_id, hit.chat_id) == ("message", message.id, message.chat_id)
    assert hit.snippet[hit.start : hit.end] == "Übergabe"
    assert hit.snippet.startswith("… ")
    assert hit.snippet.endswith(" …")
    assert len(hit.snippet) < 200


async def test_titles_come_first_then_messages_newest_first(database: Database, owner: str) -> None:
    old = await say(database, owner, "an invoice")
    new = await say(database, owner, "two invoices", title="Invoice intake")
    hits = await find(database, owner, "INVOICE")
    assert [(hit.kind, hit.message_id) for hit in hits] == [("title", None), ("message", new.id), ("message", old.id)]
    assert hits[0].snippet[hits[0].start : hits[0].end] == "Invoice"


async def test_a_drawn_node_is_found_by_its_label(database: Database, owner: str) -> None:
    await say(database, owner, "Tell support", drawn="Post to #support slack_message")
    [hit] = await find(database, owner, "slack_message")
    assert (hit.kind, hit.snippet[hit.start : hit.end]) == ("diagram", "slack_message")


async def test_every_word_must_occur(database: Database, owner: str) -> None:
    await say(database, owner, "refund policy")
    assert len(await find(database, owner, "policy refund")) == 1
    assert await find(database, owner, "refund invoice") == []


@pytest.mark.parametrize("query", ["100%", "a_b", "c/d", "back\\slash", "it's", '"quoted"', "%", "_"])
async def test_signs_mean_themselves(database: Database, owner: str, query: str) -> None:
    await say(database, owner, f"before {query} after")
    await say(database, owner, "100 aXb cXd backslash its quoted")
    assert len(await find(database, owner, query)) == 1


@pytest.mark.parametrize("query", ["", "   "])
async def test_nothing_finds_nothing(database: Database, owner: str, query: str) -> None:
    await say(database, owner, "hello")
    assert await find(database, owner, query) == []


async def test_deleted_chats_and_other_people_are_not_searched(database: Database, owner: str) -> None:
    async with database.transaction() as session:
        bob = (await accounts.insert_user(session, username="bob", email="b", password_hash="")).id
    await say(database, owner, "secret", title="secret", deleted=True)
    await say(database, bob, "secret", title="secret")
    assert await find(database, owner, "secret") == []


async def test_pages_show_every_hit_once(database: Database, owner: str) -> None:
    said = [(await say(database, owner, f"word {n}")).id for n in range(5)]
    seen: list[str | None] = []
    before: str | None = None
    while True:
        async with database.scanning() as session:
            hits, before = await search(session, owner, "word", limit=2, before=before)
        seen += [hit.message_id for hit in hits]
        if before is None:
            break
    assert seen == said[::-1]
