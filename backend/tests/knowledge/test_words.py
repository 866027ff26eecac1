"""Search by words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.db.session import Database
from parley.knowledge.index import store, words
from parley.knowledge.index.words import WordIndex
from tests.knowledge.shelf import Shelf, random_vectors

# Postings are a private value of the module; their laws are shown here because no outside view tells a stale row from a fresh one.
_index, _merge, _only, _search = (getattr(words, name) for name in ("_index", "_merge", "_only", "_search"))

vocabulary = st.lists(st.sampled_from(["leave", "Leave", "refund", "the", "a", "über", "休暇", "x1"]), max_size=6).map(" ".join)
rows = st.lists(st.tuples(st.sampled_from("pqr"), vocabulary), max_size=12)


@given(rows, rows, st.sets(st.sampled_from("pqr")))
def test_postings_brought_up_to_date_equal_postings_made_anew(
    first: list[tuple[str, str]], more: list[tuple[str, str]], kept: set[str]
) -> None:
    old = [(f"1-{number}", document, text) for number, (document, text) in enumerate(first)]
    new = [(f"2-{number}", "new " + document, text) for number, (document, text) in enumerate(more)]
    updated = _merge(_only(_index(old), kept), _index(new))
    anew = _index([row for row in old if row[1] in kept] + new)
    for query in ("leave", "the refund", "über 休 x1", "nothing"):
        assert _search(updated, query, 50) == _search(anew, query, 50)


def test_words_are_lower_case_and_east_asian_signs_stand_alone() -> None:
    assert words.words("Über 5 Refunds, x_y: 休暇!") == ["über", "5", "refunds", "x", "y", "休", "暇"]


@pytest.fixture
async def shelf(database: Database) -> Shelf:
    return await Shelf.make(database)


async def find(index: WordIndex, shelf: Shelf, query: str) -> list[str]:
    """The texts found, best first."""
    texts = {row[0]: row[1] for row in await _texts(shelf)}
    return [texts[hit.chunk_id] for hit in await index.search(await shelf.contents(), query, 10)]


async def _texts(shelf: Shelf) -> list[tuple[str, str]]:
    documents = list((await shelf.contents()).marks)
    return [(row[0], row[2]) async for batch in store.read_texts(shelf.database, shelf.collection_id, documents) for row in batch]


async def test_a_rare_word_counts_for_more_than_a_common_one(shelf: Shelf, database: Database) -> None:
    await shelf.add(random_vectors(4, 1), ["the leave", "the the the office", "the mail room", "the warranty"])
    index = WordIndex(database, most_bytes=10_000)
    assert (await find(index, shelf, "the warranty"))[0] == "the warranty"
    assert await find(index, shelf, "LEAVE?") == ["the leave"]
    assert await find(index, shelf, "unheard of") == []
    assert await find(index, shelf, "?!") == []


async def test_added_and_deleted_documents_are_seen(shelf: Shelf, database: Database) -> None:
    index = WordIndex(database, most_bytes=10_000)
    first = await shelf.add(random_vectors(1, 1), ["a kiln"])
    assert await find(index, shelf, "kiln") == ["a kiln"]
    await shelf.add(random_vectors(2, 2), ["two kilns and a kiln", "nothing of the kind"])
    assert len(await find(index, shelf, "kiln")) == 2
    await shelf.remove(first)
    assert await find(index, shelf, "kiln") == ["two kilns and a kiln"]


async def test_the_cache_forgets_the_collection_least_used(database: Database) -> None:
    index = WordIndex(database, most_bytes=1)
    one = await Shelf.make(database, "One")
    other = await Shelf.make(database, "Other", one.owner_id)
    await one.add(random_vectors(1, 1), ["apples"])
    await other.add(random_vectors(1, 2), ["pears"])
    for _ in range(2):
        assert await find(index, one, "apples") == ["apples"]
        assert await find(index, other, "pears") == ["pears"]
    assert len(index._postings._entries) == 1  # pyright: ignore[reportPrivateUsage]
