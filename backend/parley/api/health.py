"""Whether the process is alive, and whether it can serve."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text

from parley.api.deps import Link, PartsDep

router = APIRouter(prefix="/api/health", tags=["health"])


class Health(BaseModel):
    status: Literal["ok"]


class Readiness(BaseModel):
    """What else this server was told to use; null where it was not. It serves without them, only slower."""

    status: Literal["ok"]
    broker: Literal["ok", "unavailable"] | None
    events: Literal["ok", "unavailable"] | None


@router.get("/live")
async def live() -> Health:
    return Health(status="ok")


@router.get("/ready")
async def ready(parts: PartsDep) -> Readiness:
    """503 `database_unavailable` while the database does not answer."""
    async with parts.database.reading() as session:
        await session.execute(text("SELECT 1"))
    return Readiness(status="ok", broker=_state(parts.broker), events=_state(parts.events))


def _state(link: Link | None) -> Literal["ok", "unavailable"] | None:
    return None if link is None else "ok" if link.healthy else "unavailable"
