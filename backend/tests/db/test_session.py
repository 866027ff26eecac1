"""Opening a database by its address, and the meaning of columns on every one of them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from parley.db.session import Database, UnknownDatabase, connect, db_now
from parley.db.tables import Chat, Message, User
from parley.ids import new_id


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("mysql://u:p%40w@h/d", "mysql+aiomysql://u:***@h/d?charset=utf8mb4"),
        ("mysql+pymysql://u@h:3307/d", "mysql+aiomysql://u@h:3307/d?charset=utf8mb4"),
        ("mariadb://u@h/d", "mysql+aiomysql://u@h/d?charset=utf8mb4"),
        ("postgres://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+psycopg2://u@h/d?sslmode=require", "postgresql+asyncpg://u@h/d?ssl=require"),
    ],
)
def test_any_common_spelling_of_an_address_is_taken(url: str, driver: str) -> None:
    assert str(connect(url).engine.url) == driver


@pytest.mark.parametrize("url", ["", "parley.db", "sqlite://", "sqlite:///:memory:", "oracle://u@h/d", "redis://h"])
def test_an_address_of_no_known_database_is_refused_in_words(url: str) -> None:
    with pytest.raises(UnknownDatabase, match="sqlite:///"):
        connect(url)


def make_user(name: str = "ada") -> User:
    return User(id=new_id(), username=name, username_key=name, email=name, email_key=name, password_hash="", created_at=datetime.now(UTC))


async def test_times_come_back_aware_to_the_microsecond(database: Database) -> None:
    user = make_user()
    user.created_at = datetime(2026, 11, 20, 1, 2, 3, 456789, tzinfo=timezone(timedelta(hours=5)))
    async with database.transaction() as session:
        session.add(user)
    async with database.reading() as session:
        stored = (await session.scalars(select(User.created_at))).one()
    assert stored == user.created_at
    assert stored.tzinfo is UTC


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    async with database.reading() as session:
        with pytest.raises(StatementError, match="without a zone"):
            await session.execute(select(User).where(User.created_at < datetime(2026, 1, 1)))


async def test_the_databases_clock_is_the_real_time(database: Database) -> None:
    async with database.reading() as session:
        now = await db_now(session)
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=2)
    assert now.tzinfo is UTC


async def test_names_that_differ_in_accents_or_case_are_different_keys(database: Database) -> None:
    async with database.transaction() as session:
        session.add_all([make_user("résumé"), make_user("resume"), make_user("Resume"), make_user("🙂")])
    async with database.reading() as session:
        assert (await session.scalars(select(User.username).where(User.username_key == "resume"))).all() == ["resume"]


async def test_json_keeps_its_order_and_size_and_deleting_a_person_deletes_what_is_theirs(database: Database) -> None:
    user, now = make_user(), datetime.now(UTC)
    chat = Chat(
        id=new_id(), owner_id=user.id, title="t", title_search="t", titled_by_hand=False, run_count=0, created_at=now, updated_at=now
    )
    data = {"z": 1, "a": ["é🙂", None, True, 1.5], "m": "x" * 200_000}
    message = Message(
        id=new_id(),
        chat_id=chat.id,
        owner_id=user.id,
        role="user",
        content="c" * 100_000,
        search_text="",
        workflow_data=data,
        status="done",
        stop_requested=False,
        created_at=now,
    )
    for row in (user, chat, message):
        async with database.transaction() as session:
            session.add(row)
    async with database.reading() as session:
        stored = (await session.scalars(select(Message))).one()
        assert stored.workflow_data == data
        assert list(stored.workflow_data) == ["z", "a", "m"]
        assert len(stored.content) == 100_000
        assert stored.layout is None
    async with database.transaction() as session:
        await session.delete(await session.get_one(User, user.id))
    async with database.reading() as session:
        assert (await session.scalars(select(Message))).all() == []


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
async def test_a_server_that_refuses_the_connection_is_a_database_error(scheme: str) -> None:
    away = connect(f"{scheme}://u:p@127.0.0.1:1/d")
    with pytest.raises(OperationalError):
        async with away.reading() as session:
            await session.execute(text("SELECT 1"))
    await away.close()


async def test_an_error_does_not_tell_what_people_wrote(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        async with database.transaction() as session:
            session.add_all([make_user("ada"), make_user("ada")])
    assert "parameters hidden" in str(caught.value)
