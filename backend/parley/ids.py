"""Identifiers: 32 hexadecimal characters of a version 7 UUID, so that ids sort by the time they were made; and the keys by which other
services know a call that comes twice."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count

import uuid_utils

IDEMPOTENCY_HEADER = "Idempotency-Key"


def new_id() -> str:
    return uuid_utils.uuid7().hex


_keys: ContextVar[Generator[str] | None] = ContextVar("keys", default=None)


@contextmanager
def calls_of(key: str) -> Generator[None]:
    """Calls that are made within carry this key: the first as it is, those after it with their number, since they ask for other things."""
    token = _keys.set(key if number == 1 else f"{key}#{number}" for number in count(1))
    try:
        yield
    finally:
        _keys.reset(token)


def next_call_key() -> str | None:
    """The key for a call about to be made; None outside of any work that could be repeated."""
    keys = _keys.get()
    return None if keys is None else next(keys)
