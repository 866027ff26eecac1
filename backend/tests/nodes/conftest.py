import pytest

from tests.nodes.steps import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()
