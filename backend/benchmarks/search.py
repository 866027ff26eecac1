"""Milliseconds of a search in 5,000 and 50,000 passages: `python -m benchmarks.search`.

The vector part by exact search and by a Chroma server (where it is installed) on the same vectors, with how many of the five nearest each
finds; then the hybrid search as a user waits for it, and embedding the question by each of the two ways.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np

from benchmarks.server import machine
from parley.db.migrate import migrate
from parley.db.session import Database, connect
from parley.embedding.choose import BUILT_IN, open_embedder
from parley.embedding.graph_files import ensure_built
from parley.knowledge.index.base import Contents, Hit, VectorIndex
from parley.knowledge.index.chroma import ChromaIndex
from parley.knowledge.index.exact import ExactIndex
from parley.knowledge.index.words import WordIndex
from parley.knowledge.retrieve import Retriever
from tests.conformance.chroma_server import chroma_server, is_installed
from tests.knowledge.handbook import page_lines
from tests.knowledge.shelf import ChosenEmbedder, Shelf, Vectors, random_vectors

SIZES, GOALS = (5_000, 50_000), {5_000: 0.3, 50_000: 2.5}
QUESTIONS, TOP_K = 60, 5
_MB = 1024 * 1024


class _Questions(ChosenEmbedder):
    """A question's vector without the cost of embedding it, which has its own line."""

    def encode(self, texts: list[str]) -> Vectors:
        return random_vectors(len(texts), seed=hash(texts[0]) % 2**32)


async def run() -> None:
    print(machine())
    print(f"Random vectors of 384 dimensions, the {TOP_K} nearest, median of {QUESTIONS} questions.\n")
    with tempfile.TemporaryDirectory() as folder:
        database = connect(f"sqlite:///{folder}/bench.db", sqlite_sync="OFF")
        await migrate(database)
        shelf: Shelf | None = None
        for size in SIZES:
            shelf = await Shelf.make(database, f"Shelf{size}", shelf.owner_id if shelf else None)
            await _measure(database, shelf, size, Path(folder))
        await database.close()
        _embedding(Path(folder))


async def _measure(database: Database, shelf: Shelf, size: int, folder: Path) -> None:
    vectors = random_vectors(size, seed=size)
    lines = [line for page in range(1, 101) for line in page_lines(page) if line]
    chooser = random.Random(size)
    for begin in range(0, size, 1_000):
        texts = [" ".join(chooser.choices(lines, k=9)) for _ in range(1_000)]
        await shelf.add(vectors[begin : begin + 1_000], texts)
    contents = await shelf.contents()
    ids, stored = await shelf.vectors(*contents.marks)
    questions = random_vectors(QUESTIONS, seed=1)
    nearest = [{ids[row] for row in np.argsort(-(stored @ question))[:TOP_K]} for question in questions]

    exact = ExactIndex(database, ChosenEmbedder(), most_bytes=256 * _MB)
    await _line(f"{size:6} exact search (goal {GOALS[size]} ms)", exact, contents, questions, nearest)
    if is_installed():
        (folder / f"chroma{size}").mkdir()
        with chroma_server(folder / f"chroma{size}") as url:
            chroma = ChromaIndex(database, url, ChosenEmbedder())
            await _line(f"{size:6} Chroma server", chroma, contents, questions, nearest)
            await chroma.close()
    else:
        print(f"{size:6} Chroma server: not installed (extra `chroma`)")
    retriever = Retriever(database, _Questions(), exact, WordIndex(database, most_bytes=256 * _MB), None)
    asked = [" ".join(chooser.choice(lines).split()[:9]) for _ in range(QUESTIONS)]
    await retriever.search(shelf.collection_id, "warm up", TOP_K)
    milliseconds = await _median([lambda text=text: retriever.search(shelf.collection_id, text, TOP_K) for text in asked])
    print(f"{f'{size:6} hybrid: vectors, words, rows':44} {milliseconds:7.2f} ms")


async def _line(name: str, index: VectorIndex, contents: Contents, questions: Vectors, nearest: list[set[str]]) -> None:
    begin = time.perf_counter()
    await index.refresh(contents)
    filled = time.perf_counter() - begin
    answers: list[list[Hit]] = [await index.search(contents, question, TOP_K) for question in questions]
    found = sum(len(expected & {hit.chunk_id for hit in hits}) for expected, hits in zip(nearest, answers, strict=True))
    milliseconds = await _median([lambda question=question: index.search(contents, question, TOP_K) for question in questions])
    print(f"{name:44} {milliseconds:7.2f} ms   recall@{TOP_K} {found / (TOP_K * len(questions)):.3f}   filled in {filled:.1f} s")


async def _median(calls: list[Callable[[], Awaitable[object]]]) -> float:
    taken: list[float] = []
    for call in calls:
        begin = time.perf_counter()
        await call()
        taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)


def _embedding(folder: Path) -> None:
    texts = [f"How many days of unused leave may I carry over into the year {2000 + number}?" for number in range(QUESTIONS)]
    for name in ("numpy", "onnxruntime"):
        if name == "onnxruntime" and not ensure_built(folder):
            raise SystemExit("the graph could not be built")
        embedder = open_embedder(BUILT_IN, folder, threads=1)
        embedder.encode(texts[:1])
        taken: list[float] = []
        for text in texts:
            begin = time.perf_counter()
            embedder.encode([text])
            taken.append((time.perf_counter() - begin) * 1000)
        print(f"{f'       a question, {name} (goal 12 ms)':44} {statistics.median(taken):7.2f} ms")


if __name__ == "__main__":
    asyncio.run(run())
