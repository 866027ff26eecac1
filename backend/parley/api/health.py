"""Whether the process is alive, and whether it can serve."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text

from parley.api.deps import PartsDep

router = APIRouter(prefix="/api/health", tags=["health"])


class Health(BaseModel):
    status: Literal["ok"]


@router.get("/live")
async def live() -> Health:
    return Health(status="ok")


@router.get("/ready")
async def ready(parts: PartsDep) -> Health:
    """503 `database_unavailable` while the database does not answer."""
    async with parts.database.reading() as session:
        await session.execute(text("SELECT 1"))
    return Health(status="ok")
