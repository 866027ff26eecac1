"""Keeps something computed from each collection's chunks, brings it up to date by what changed, forgets the least used."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from parley.knowledge.index.base import Contents, Mark


class Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


T = TypeVar("T", bound=Sized)

# The value so far, the ids of the documents that stay in it as they are, and those to read anew.
Build = Callable[[T | None, str, set[str], set[str]], Awaitable[T]]


@dataclass
class _Entry(Generic[T]):
    marks: Mapping[str, Mark]
    value: T


class CollectionCache(Generic[T]):
    """One builder at a time per collection; whoever asks meanwhile waits for its result."""

    def __init__(self, build: Build[T], *, most_bytes: int) -> None:
        self._build = build
        self._most_bytes = most_bytes
        self._entries: OrderedDict[str, _Entry[T]] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, contents: Contents) -> T:
        entry = self._current(contents)
        if entry is None:
            lock = self._locks.setdefault(contents.collection_id, asyncio.Lock())
            async with lock:
                entry = self._current(contents) or await self._renew(contents)
        return entry.value

    def _current(self, contents: Contents) -> _Entry[T] | None:
        entry = self._entries.get(contents.collection_id)
        if entry is None or entry.marks != contents.marks:
            return None
        self._entries.move_to_end(contents.collection_id)
        return entry

    async def _renew(self, contents: Contents) -> _Entry[T]:
        old = self._entries.get(contents.collection_id)
        known: Mapping[str, Mark] = old.marks if old is not None else {}
        unchanged = {document for document, mark in contents.marks.items() if known.get(document) == mark}
        changed = contents.marks.keys() - unchanged
        value = await self._build(old.value if old is not None else None, contents.collection_id, unchanged, changed)
        entry = _Entry(dict(contents.marks), value)
        self._entries[contents.collection_id] = entry
        self._entries.move_to_end(contents.collection_id)
        self._evict()
        return entry

    def _evict(self) -> None:
        """The newest always stays, however large: it is about to be used."""
        size = sum(entry.value.nbytes for entry in self._entries.values())
        while size > self._most_bytes and len(self._entries) > 1:
            collection_id, entry = self._entries.popitem(last=False)
            self._locks.pop(collection_id, None)
            size -= entry.value.nbytes
