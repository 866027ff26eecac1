"""Search by words: BM25 (Robertson and Zaragoza 2009) over postings kept in arrays, one set per collection.

A word is known by its hash: two of a collection's some 100,000 words share a 64-bit hash once in four billion collections, and a table of
the words themselves would take more memory than the postings.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parley.db.session import Database
from parley.knowledge.index import store
from parley.knowledge.index.base import Contents, Hit
from parley.knowledge.index.cache import CollectionCache
from parley.knowledge.index.rows import Rows, best

# Scripts without spaces between words: each sign counts as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
_K1, _B = 1.2, 0.75
_MOST_REPEATS = 255  # of one word in a chunk, so that a count fits a byte

Hashes = NDArray[np.int64]


@dataclass(frozen=True)
class _Postings:
    """`hashes[i]` stands in row `in_rows[i]`, `counts[i]` times; sorted by hash. `lengths`: words in each row."""

    rows: Rows
    lengths: NDArray[np.int32]
    hashes: Hashes
    in_rows: NDArray[np.int32]
    counts: NDArray[np.uint8]

    @property
    def nbytes(self) -> int:
        return self.rows.nbytes + self.lengths.nbytes + self.hashes.nbytes + self.in_rows.nbytes + self.counts.nbytes


def words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


class WordIndex:
    """Finds chunks by the words that they share with the question; a cache like the exact index."""

    def __init__(self, database: Database, *, most_bytes: int) -> None:
        self._database = database
        self._postings = CollectionCache(self._build, most_bytes=most_bytes)

    async def search(self, contents: Contents, query: str, top_k: int) -> list[Hit]:
        postings = await self._postings.get(contents)
        return await asyncio.to_thread(_search, postings, query, top_k)

    async def _build(self, old: _Postings | None, collection_id: str, unchanged: set[str], changed: set[str]) -> _Postings:
        read: store.TextRows = []
        async for batch in store.read_texts(self._database, collection_id, changed):
            read += batch
        return await asyncio.to_thread(lambda: _merge(_only(old, unchanged), _index(read)) if old else _index(read))


def _index(read: store.TextRows) -> _Postings:
    found = [np.fromiter(map(hash, words(text)), np.int64) for _, _, text in read]
    lengths = np.array([len(hashes) for hashes in found], np.int32)
    hashes = np.concatenate([np.empty(0, np.int64), *found])
    in_rows = np.repeat(np.arange(len(found), dtype=np.int32), lengths)
    order = np.lexsort((in_rows, hashes))
    hashes, in_rows = hashes[order], in_rows[order]
    first = np.flatnonzero(np.concatenate([[True], (np.diff(hashes) != 0) | (np.diff(in_rows) != 0)])[: len(hashes)])
    counts = np.minimum(np.diff(np.append(first, len(hashes))), _MOST_REPEATS).astype(np.uint8)
    rows = Rows.of([row[0] for row in read], [row[1] for row in read])
    return _Postings(rows, lengths, hashes[first], in_rows[first], counts)


def _only(postings: _Postings, documents: set[str]) -> _Postings:
    keep = postings.rows.of_documents(documents)
    if keep.all():
        return postings
    place = np.cumsum(keep, dtype=np.int32) - 1
    kept = keep[postings.in_rows]
    rows = Rows(postings.rows.chunks[keep], postings.rows.documents[keep])
    return _Postings(rows, postings.lengths[keep], postings.hashes[kept], place[postings.in_rows[kept]], postings.counts[kept])


def _merge(left: _Postings, right: _Postings) -> _Postings:
    hashes = np.concatenate([left.hashes, right.hashes])
    order = np.argsort(hashes, kind="stable")  # two sorted runs: it merges them
    in_rows = np.concatenate([left.in_rows, right.in_rows + np.int32(len(left.lengths))])
    everything = np.ones(len(left.lengths), np.bool_)
    return _Postings(
        left.rows.kept(everything, right.rows),
        np.concatenate([left.lengths, right.lengths]),
        hashes[order],
        in_rows[order],
        np.concatenate([left.counts, right.counts])[order],
    )


def _search(postings: _Postings, query: str, top_k: int) -> list[Hit]:
    scores = _scores(postings, list(dict.fromkeys(words(query))))
    return [Hit(postings.rows.chunk_id(row), float(scores[row])) for row in best(scores, top_k).tolist() if scores[row] > 0]


def _scores(postings: _Postings, asked: Sequence[str]) -> NDArray[np.float32]:
    total = len(postings.lengths)
    scores = np.zeros(total, np.float32)
    if total == 0 or not asked:
        return scores
    wanted = np.fromiter(map(hash, asked), np.int64)
    begins = np.searchsorted(postings.hashes, wanted, "left").tolist()
    ends = np.searchsorted(postings.hashes, wanted, "right").tolist()
    norm = (_K1 * (1 - _B + _B * postings.lengths / max(float(postings.lengths.mean()), 1.0))).astype(np.float32)
    for begin, end in zip(begins, ends, strict=True):
        rows, count = postings.in_rows[begin:end], postings.counts[begin:end].astype(np.float32)
        rarity = np.float32(np.log1p((total - (end - begin) + 0.5) / (end - begin + 0.5)))
        scores[rows] += rarity * count * np.float32(_K1 + 1) / (count + norm[rows])
    return scores
