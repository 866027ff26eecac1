"""What every vector index must do, shown on each: exact search, and a real Chroma server."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pytest

from parley.db.session import Database, connect
from parley.knowledge.index.base import Hit, IndexNotReady, VectorIndex
from parley.knowledge.index.chroma import ChromaIndex
from parley.knowledge.index.exact import ExactIndex
from tests.conformance.chroma_server import chroma_server
from tests.knowledge.shelf import ChosenEmbedder, Shelf, Vectors, random_vectors

MB = 1024 * 1024

# Opens an index on a database, as another process would: it knows nothing yet.
Open = Callable[[Database], VectorIndex]


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest.fixture(params=["exact", "chroma"])
async def open_index(request: pytest.FixtureRequest) -> AsyncIterator[Open]:
    async with AsyncExitStack() as stack:

        def open_(database: Database) -> VectorIndex:
            index: VectorIndex
            if request.param == "exact":
                index = ExactIndex(database, ChosenEmbedder(), most_bytes=64 * MB)
            else:
                index = ChromaIndex(database, request.getfixturevalue("chroma_url"), ChosenEmbedder())
            stack.push_async_callback(index.close)
            return index

        yield open_


@pytest.fixture
async def shelf(database: Database) -> Shelf:
    return await Shelf.make(database)


async def ask(index: VectorIndex, shelf: Shelf, vector: Vectors, top_k: int = 5) -> list[Hit]:
    """As a patient caller: an index that lags is waited for."""
    contents = await shelf.contents()
    try:
        return await index.search(contents, vector, top_k)
    except IndexNotReady:
        await index.refresh(contents)
        return await index.search(contents, vector, top_k)


async def test_the_nearest_come_first_with_their_cosines(open_index: Open, shelf: Shelf, database: Database) -> None:
    vectors = random_vectors(40, seed=1)
    document = await shelf.add(vectors)
    ids, stored = await shelf.vectors(document)
    hits = await ask(open_index(database), shelf, vectors[7], top_k=3)
    cosines = stored @ vectors[7]
    expected = np.argsort(-cosines)[:3]
    assert [hit.chunk_id for hit in hits] == [ids[row] for row in expected]
    assert [hit.score for hit in hits] == pytest.approx(cosines[expected].tolist(), abs=1e-4)


async def test_of_the_five_nearest_of_thousands_at_least_99_in_100_are_found(open_index: Open, shelf: Shelf, database: Database) -> None:
    # Random directions are the hardest case for an approximate index: everything is about equally far away.
    document = await shelf.add(random_vectors(3000, seed=2))
    ids, stored = await shelf.vectors(document)
    index, questions = open_index(database), random_vectors(40, seed=3)
    found = 0
    for question in questions:
        expected = {ids[row] for row in np.argsort(-(stored @ question))[:5]}
        found += len(expected & {hit.chunk_id for hit in await ask(index, shelf, question)})
    assert found >= 0.99 * 5 * len(questions)


async def test_an_empty_collection_and_a_small_one_give_what_they_have(open_index: Open, shelf: Shelf, database: Database) -> None:
    index, question = open_index(database), random_vectors(1, seed=4)[0]
    assert await ask(index, shelf, question) == []
    await shelf.add(random_vectors(2, seed=5))
    assert len(await ask(index, shelf, question, top_k=50)) == 2


async def test_what_another_process_wrote_is_seen(open_index: Open, shelf: Shelf, database: Database, database_url: str) -> None:
    index, question = open_index(database), random_vectors(1, seed=6)[0]
    await shelf.add(random_vectors(3, seed=7))
    assert len(await ask(index, shelf, question)) == 3
    other = connect(database_url, sqlite_sync="OFF")
    await Shelf(other, shelf.name, shelf.owner_id, shelf.collection_id).add(question[None])
    await other.close()
    assert (await ask(index, shelf, question))[0].score == pytest.approx(1, abs=1e-4)


async def test_chunks_that_come_in_batches_are_found_batch_by_batch(open_index: Open, shelf: Shelf, database: Database) -> None:
    index, vectors = open_index(database), random_vectors(6, seed=8)
    claim = await shelf.begin()
    await shelf.write(claim, vectors[:2])
    assert len(await ask(index, shelf, vectors[0], top_k=10)) == 2
    await shelf.write(claim, vectors[2:], before=2)
    hits = await ask(index, shelf, vectors[5], top_k=10)
    assert len(hits) == 6
    assert hits[0].score == pytest.approx(1, abs=1e-4)


async def test_a_deleted_document_is_forgotten_and_the_others_stay(open_index: Open, shelf: Shelf, database: Database) -> None:
    index, vectors = open_index(database), random_vectors(8, seed=9)
    doomed, kept = await shelf.add(vectors[:4]), await shelf.add(vectors[4:])
    assert len(await ask(index, shelf, vectors[0], top_k=20)) == 8
    await shelf.remove(doomed)
    ids, _ = await shelf.vectors(kept)
    assert {hit.chunk_id for hit in await ask(index, shelf, vectors[0], top_k=20)} == set(ids)
    await shelf.remove(kept)
    assert await ask(index, shelf, vectors[0]) == []


async def test_a_document_that_was_begun_again_shows_only_its_new_chunks(open_index: Open, shelf: Shelf, database: Database) -> None:
    index, vectors = open_index(database), random_vectors(4, seed=10)
    first = await shelf.begin()
    await shelf.write(first, vectors[:2])
    old, _ = await shelf.vectors(first.document_id)
    assert len(await ask(index, shelf, vectors[0])) == 2
    again = await shelf.begin(first.document_id)
    await shelf.write(again, vectors[2:])
    new, _ = await shelf.vectors(first.document_id)
    assert {hit.chunk_id for hit in await ask(index, shelf, vectors[0])} == set(new)
    assert not set(old) & set(new)


async def test_vectors_of_another_model_are_not_compared(open_index: Open, shelf: Shelf, database: Database) -> None:
    vectors = random_vectors(4, seed=11)
    await shelf.add(vectors[:2], model="another")
    comparable = await shelf.add(vectors[2:])
    ids, _ = await shelf.vectors(comparable)
    assert {hit.chunk_id for hit in await ask(open_index(database), shelf, vectors[0])} == set(ids)


async def test_collections_are_apart(open_index: Open, shelf: Shelf, database: Database) -> None:
    index, vectors = open_index(database), random_vectors(4, seed=12)
    other = await Shelf.make(database, "Other", shelf.owner_id)
    mine = await shelf.add(vectors[:2])
    await other.add(vectors[2:])
    ids, _ = await shelf.vectors(mine)
    assert {hit.chunk_id for hit in await ask(index, shelf, vectors[3])} == set(ids)


async def test_an_index_that_knows_nothing_yet_answers_the_same(open_index: Open, shelf: Shelf, database: Database) -> None:
    vectors = random_vectors(50, seed=13)
    await shelf.add(vectors)
    before = await ask(open_index(database), shelf, vectors[0])
    gone = await shelf.add(vectors[:1])
    await shelf.remove(gone)
    assert await ask(open_index(database), shelf, vectors[0]) == before


async def test_many_questions_at_once_during_changes_get_whole_answers(open_index: Open, shelf: Shelf, database: Database) -> None:
    index, vectors = open_index(database), random_vectors(30, seed=14)
    await shelf.add(vectors[:10])

    async def add() -> None:
        await shelf.add(vectors[10:20])
        await shelf.add(vectors[20:])

    async def question() -> list[Hit]:
        contents = await shelf.contents()
        try:
            return await index.search(contents, vectors[0], 5)
        except IndexNotReady:
            return []

    _, *answers = await asyncio.gather(add(), *(question() for _ in range(20)))
    assert all(not hits or hits[0].score == pytest.approx(1, abs=1e-4) for hits in answers)
    assert len(await ask(index, shelf, vectors[0], top_k=50)) == 30


async def test_chroma_that_lost_everything_is_filled_again(chroma_url: str, shelf: Shelf, database: Database) -> None:
    vectors = random_vectors(5, seed=15)
    await shelf.add(vectors)
    index = ChromaIndex(database, chroma_url, ChosenEmbedder())
    assert len(await ask(index, shelf, vectors[0])) == 5
    vandal = ChromaIndex(database, chroma_url, ChosenEmbedder())
    await vandal._drop(shelf.collection_id)  # pyright: ignore[reportPrivateUsage]
    await vandal.close()
    with pytest.raises(Exception, match=r"exist|not found"):
        await index.search(await shelf.contents(), vectors[0], 5)
    assert len(await ask(index, shelf, vectors[0])) == 5
    await index.close()


async def test_chroma_killed_in_mid_air_raises_and_comes_back(shelf: Shelf, database: Database, tmp_path: Path) -> None:
    vectors = random_vectors(5, seed=16)
    await shelf.add(vectors)
    with chroma_server(tmp_path) as url:
        index = ChromaIndex(database, url, ChosenEmbedder())
        assert len(await ask(index, shelf, vectors[0])) == 5
    with pytest.raises(Exception, match=r"."):
        await index.search(await shelf.contents(), vectors[0], 5)
    await index.close()
