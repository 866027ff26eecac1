"""Which chunk stands in which row of an index, and which rows stay when documents come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

_ID = "S32"  # ids are 32 ASCII characters: a third of the memory of str objects


@dataclass(frozen=True)
class Rows:
    """Ids of chunks and of their documents, one of each per row."""

    chunks: NDArray[np.bytes_]
    documents: NDArray[np.bytes_]

    @classmethod
    def of(cls, chunks: Sequence[str], documents: Sequence[str]) -> Rows:
        return cls(np.array(chunks, _ID), np.array(documents, _ID))

    @property
    def nbytes(self) -> int:
        return self.chunks.nbytes + self.documents.nbytes

    def of_documents(self, documents: set[str]) -> Bools:
        return np.isin(self.documents, np.array(sorted(documents), _ID))

    def kept(self, keep: Bools, added: Rows) -> Rows:
        return Rows(np.concatenate([self.chunks[keep], added.chunks]), np.concatenate([self.documents[keep], added.documents]))

    def chunk_id(self, row: int) -> str:
        return bytes(self.chunks[row]).decode()


def best(scores: NDArray[np.float32], top_k: int) -> Ints:
    """The rows of the `top_k` highest scores, best first."""
    if top_k >= len(scores):
        return np.argsort(-scores, kind="stable")
    chosen = np.argpartition(scores, len(scores) - top_k)[-top_k:]
    return chosen[np.argsort(-scores[chosen], kind="stable")]
