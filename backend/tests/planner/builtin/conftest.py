"""Sentences that are known to be read otherwise than a careful person would: listed in misread.txt, one test a line, and expected to fail.
A line whose test passes again fails the suite, so that the list only says what is so."""

from pathlib import Path

import pytest

MISREAD = Path(__file__).parent / "misread.txt"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    known = set(MISREAD.read_text(encoding="utf-8").splitlines())
    for item in items:
        if item.nodeid.partition("tests/planner/builtin/")[2] in known:
            item.add_marker(pytest.mark.xfail(reason="known to be misread: tests/planner/builtin/misread.txt", strict=True))
