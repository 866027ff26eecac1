"""Sites that the guarded client may be sent to."""

from collections.abc import AsyncIterator

import pytest

from tests.http.site import Site, served


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async for site in served("127.0.0.1"):
        yield site


@pytest.fixture
async def other_site() -> AsyncIterator[Site]:
    async for site in served("127.0.0.1"):
        yield site
