"""Hybrid search, and what answers when a part of it is away."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from parley.db.session import Database
from parley.knowledge.index.base import Contents, Hit, IndexNotReady
from parley.knowledge.index.exact import ExactIndex
from parley.knowledge.index.words import WordIndex
from parley.knowledge.retrieve import Retriever, fuse
from parley.knowledge.service import Knowledge, KnowledgeOptions
from tests.knowledge.shelf import ChosenEmbedder, Shelf, Vectors, random_vectors

TEXTS = ["the kiln is hot", "leave is granted", "refunds take days"]
VECTORS = random_vectors(3, seed=1)


class AnsweringEmbedder(ChosenEmbedder):
    """Every question points where the third text lies."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.stack([VECTORS[2]] * len(texts))


class BrokenEmbedder(ChosenEmbedder):
    def encode(self, texts: Sequence[str]) -> Vectors:
        raise RuntimeError("no model here")


class AbsentIndex:
    """An index whose server is away, or behind."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked = 0

    async def search(self, contents: Contents, vector: Vectors, top_k: int) -> list[Hit]:
        self.asked += 1
        raise self.error

    async def refresh(self, contents: Contents) -> None:
        raise self.error

    async def close(self) -> None:
        return


@pytest.fixture
async def shelf(database: Database) -> Shelf:
    shelf = await Shelf.make(database)
    await shelf.add(VECTORS, TEXTS)
    return shelf


def retriever(database: Database, embedder: ChosenEmbedder, index: AbsentIndex | None = None) -> Retriever:
    exact, words = ExactIndex(database, embedder, most_bytes=10_000), WordIndex(database, most_bytes=10_000)
    return Retriever(database, embedder, exact, words, index)


async def find(asked: Retriever, shelf: Shelf, query: str) -> list[str]:
    return [item.text for item in await asked.search(shelf.collection_id, query, 3)]


async def test_what_is_near_in_meaning_and_in_words_comes_first(shelf: Shelf, database: Database) -> None:
    asked = retriever(database, AnsweringEmbedder())
    assert (await find(asked, shelf, "refunds"))[0] == TEXTS[2]
    assert set((await find(asked, shelf, "kiln"))[:2]) == {TEXTS[0], TEXTS[2]}
    [best, *_] = await asked.search(shelf.collection_id, "refunds", 3)
    assert best.score == pytest.approx(1)


async def test_an_index_that_is_away_is_replaced_by_exact_search_and_left_alone_for_a_while(shelf: Shelf, database: Database) -> None:
    away = AbsentIndex(ConnectionError("refused"))
    asked = retriever(database, AnsweringEmbedder(), away)
    for _ in range(3):
        assert (await find(asked, shelf, "anything"))[0] == TEXTS[2]
    assert away.asked == 1
    await asked.refresh(shelf.collection_id)


async def test_an_index_that_is_behind_is_asked_again_each_time(shelf: Shelf, database: Database) -> None:
    behind = AbsentIndex(IndexNotReady())
    asked = retriever(database, AnsweringEmbedder(), behind)
    for _ in range(2):
        assert (await find(asked, shelf, "anything"))[0] == TEXTS[2]
    assert behind.asked == 2


async def test_without_an_embedding_model_words_still_find(shelf: Shelf, database: Database) -> None:
    assert await find(retriever(database, BrokenEmbedder()), shelf, "leave") == [TEXTS[1]]


async def test_a_collection_without_documents_gives_nothing(shelf: Shelf, database: Database) -> None:
    empty = await Shelf.make(database, "Empty", shelf.owner_id)
    assert await find(retriever(database, AnsweringEmbedder()), empty, "leave") == []


def test_fusing_puts_the_common_first_and_scores_between_0_and_1() -> None:
    one, other = [Hit("a", 9.0), Hit("b", 8.0)], [Hit("b", 0.5), Hit("c", 0.4)]
    fused = fuse([one, other])
    assert fused[0][0] == "b"
    assert all(0 < score <= 1 for _, score in fused)
    assert fuse([one, one])[0] == ("a", pytest.approx(1))
    assert fuse([[], []]) == []


async def test_a_chroma_address_without_its_client_leaves_exact_search(
    shelf: Shelf, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "parley.knowledge.index.chroma", None)
    options = KnowledgeOptions(tmp_path, "a-model-that-is-not-there", "http://127.0.0.1:9", 1, 1, 1, 1, 1)
    found = await Knowledge(database, options).search(shelf.owner_id, shelf.name, "leave", 3)
    assert [item.text for item in found] == [TEXTS[1]]
