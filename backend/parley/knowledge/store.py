"""The rows of the knowledge base."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.tables.knowledge import Collection


async def collection_names(session: AsyncSession, owner_id: str) -> list[str]:
    """As their owner spells them, in alphabetical order."""
    return list(await session.scalars(select(Collection.name).where(Collection.owner_id == owner_id).order_by(Collection.name)))
