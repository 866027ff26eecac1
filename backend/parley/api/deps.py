"""What every route may ask for: the wired parts of the application, a session, and who is asking."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.session import Database


@dataclass(frozen=True)
class Parts:
    """The objects that the composition root (`parley.app`) wired; routes reach nothing else."""

    database: Database


def get_parts(request: Request) -> Parts:
    return cast(Parts, request.app.state.parts)


PartsDep = Annotated[Parts, Depends(get_parts)]


async def get_session(parts: PartsDep) -> AsyncIterator[AsyncSession]:
    """One transaction per request; `scope="function"` commits it before the response leaves."""
    async with parts.database.transaction() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
