"""The rows of people and their sessions."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.reads import Read
from parley.db.session import Database
from parley.db.tables import Session, User
from parley.ids import new_id


def fold(name: str) -> str:
    """The key under which a name is unique: Ada, ada and ADA are one."""
    return name.casefold()


async def user_by_id(session: AsyncSession, user_id: str) -> User | None:
    return await session.get(User, user_id)


async def user_by_login(session: AsyncSession, name: str) -> User | None:
    """The person with this username or e-mail address (a username holds no @, so the two never meet)."""
    column = User.email_key if "@" in name else User.username_key
    return (await session.execute(select(User).where(column == fold(name)))).scalar_one_or_none()


async def taken(session: AsyncSession, *, username: str, email: str) -> str | None:
    """Which of the two is taken: `username`, `email` or None."""
    if (await session.execute(select(User.id).where(User.username_key == fold(username)))).first():
        return "username"
    if (await session.execute(select(User.id).where(User.email_key == fold(email)))).first():
        return "email"
    return None


async def insert_user(session: AsyncSession, *, username: str, email: str, password_hash: str) -> User:
    """Raises sqlalchemy's IntegrityError when the name or address was taken since it was looked up."""
    user = User(
        id=new_id(),
        username=username,
        username_key=fold(username),
        email=email,
        email_key=fold(email),
        password_hash=password_hash,
        created_at=datetime.now(UTC),
    )
    session.add(user)
    await session.flush()
    return user


async def set_password_hash(session: AsyncSession, user_id: str, password_hash: str) -> None:
    await session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))


async def open_session(session: AsyncSession, user_id: str, *, lasting: timedelta) -> Session:
    """A new login of this person; their expired ones are swept on the way."""
    now = datetime.now(UTC)
    await session.execute(delete(Session).where(Session.user_id == user_id, Session.expires_at < now))
    row = Session(id=new_id(), user_id=user_id, created_at=now, expires_at=now + lasting)
    session.add(row)
    await session.flush()
    return row


async def close_session(session: AsyncSession, session_id: str) -> None:
    await session.execute(delete(Session).where(Session.id == session_id))


async def close_other_sessions(session: AsyncSession, user_id: str, *, but: str) -> None:
    await session.execute(delete(Session).where(Session.user_id == user_id, Session.id != but))


async def delete_expired_sessions(session: AsyncSession) -> None:
    await session.execute(delete(Session).where(Session.expires_at < datetime.now(UTC)))


_USER_OF_SESSION = Read(
    select(User.id, User.username, User.email, User.created_at)
    .join(Session, Session.user_id == User.id)
    .where(Session.id == bindparam("session_id"), Session.expires_at > bindparam("now"))
)


async def user_of_session(database: Database, session_id: str) -> tuple[str, str, str, datetime] | None:
    """Whose login this is, if it still counts: id, username, e-mail address and when the account was made."""
    rows = await _USER_OF_SESSION.rows(database, session_id=session_id, now=datetime.now(UTC))
    if not rows:
        return None
    user_id, username, email, created_at = rows[0]
    return user_id, username, email, created_at
