"""What every index of vectors promises: a cache of what SQL says, told by each question what that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from parley.embedding.base import Vectors


class Mark(NamedTuple):
    """What tells one state of a document's chunks from another: chunks are added and removed, never changed."""

    attempt: int
    chunk_count: int
    embedder: str


@dataclass(frozen=True)
class Contents:
    """What a collection holds at the moment of a question: its documents' marks by id."""

    collection_id: str
    marks: Mapping[str, Mark]

    @property
    def size(self) -> int:
        return sum(mark.chunk_count for mark in self.marks.values())


@dataclass(frozen=True)
class Hit:
    """For vectors, `score` is the cosine; for words, BM25."""

    chunk_id: str
    score: float


class IndexNotReady(Exception):
    """The index is still taking in what SQL holds; ask another one meanwhile."""


class VectorIndex(Protocol):
    """`search` gives the `top_k` nearest chunks of the contents, best first; it raises whatever goes wrong, IndexNotReady included.

    `refresh` takes in the contents now, so that a question need not wait for it. `vector` has norm 1.
    """

    async def search(self, contents: Contents, vector: Vectors, top_k: int) -> list[Hit]: ...

    async def refresh(self, contents: Contents) -> None: ...

    async def close(self) -> None: ...
