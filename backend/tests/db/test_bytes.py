"""Bytes come back from every database as they went in."""

import pytest
from sqlalchemy import literal, select

from parley.db.session import Database
from parley.db.types import long_bytes


@pytest.mark.parametrize("value", [b"", b"\x00'\\\"%s\xff\xfe", bytes(range(256)) * 100], ids=["none", "awkward", "long"])
async def test_bytes_survive(database: Database, value: bytes) -> None:
    async with database.reading() as session:
        assert await session.scalar(select(literal(value, long_bytes()))) == value
