"""What every route may ask for: the wired parts of the application, a session, and who is asking."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Protocol, cast

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from parley.accounts.accounts import Accounts, Person
from parley.api.configured import SettingsView
from parley.db.session import Database
from parley.knowledge.service import Knowledge
from parley.llm.models import Models
from parley.turns.parts import TurnParts
from parley.turns.run_parts import RunParts

SESSION_COOKIE = "parley_session"


class Link(Protocol):
    """A way to other processes, which may be down."""

    @property
    def healthy(self) -> bool: ...


@dataclass(frozen=True)
class Parts:
    """The objects that the composition root (`parley.app`) wired; routes reach nothing else."""

    database: Database
    accounts: Accounts
    configured: SettingsView
    # Otherwise only where the request came by HTTPS: over plain HTTP a browser drops a Secure cookie.
    secure_cookies: bool
    turns: TurnParts
    runs: RunParts
    knowledge: Knowledge
    models: Models
    broker: Link | None
    events: Link | None


async def get_parts(request: Request) -> Parts:
    return cast(Parts, request.app.state.parts)


PartsDep = Annotated[Parts, Depends(get_parts)]


async def get_session(request: Request, parts: PartsDep) -> AsyncIterator[AsyncSession]:
    """One transaction per request; `scope="function"` commits it before the response leaves. A GET only reads."""
    if request.method in ("GET", "HEAD"):
        async with parts.database.reading() as session:
            yield session
    else:
        async with parts.database.transaction() as session:
            yield session


SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]


async def get_token(request: Request) -> str | None:
    """The bearer token, or the session cookie."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else request.cookies.get(SESSION_COOKIE)


async def get_current_user(parts: PartsDep, token: Annotated[str | None, Depends(get_token)]) -> Person:
    """In a reading session of its own, closed at once: an unknown caller never takes a write lock."""
    return await parts.accounts.recognise(token)


CurrentUser = Annotated[Person, Depends(get_current_user, scope="function")]
