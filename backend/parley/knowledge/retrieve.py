"""Hybrid search: the nearest by meaning and the best by words, fused by their ranks (Cormack, Clarke and Büttcher 2009)."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

import structlog

from parley.db.session import Database
from parley.embedding.base import Embedder
from parley.embedding.minilm import Floats
from parley.knowledge.index import store as index_store
from parley.knowledge.index.base import Contents, Hit, IndexNotReady, VectorIndex
from parley.knowledge.index.exact import ExactIndex
from parley.knowledge.index.words import WordIndex
from parley.knowledge.store import Found, found

log = structlog.get_logger(__name__)

# How far down a list still counts. The paper's 60 lets a passage that is mediocre in both lists beat the first of one: on the
# handbook of the tests the page asked for was among the first five in 93 of 100 questions, with 5 in all of them.
_RANK_OFFSET = 5
# A passage with less than this part of the best one's BM25 shares only common words with the question.
_WORTHWHILE = 0.5
_CANDIDATES = 50
_QUESTIONS_KEPT = 256
# After an error the other index is left alone for so long.
_COOL_DOWN_SECONDS = 30.0
_INDEX_SECONDS = 5.0


class Retriever:
    """`index` may be any; where it fails or lags, exact search answers, and where embedding fails, the words alone."""

    def __init__(self, database: Database, embedder: Embedder, exact: ExactIndex, words: WordIndex, index: VectorIndex | None) -> None:
        self._database = database
        self._embedder = embedder
        self._exact = exact
        self._words = words
        self._index = index
        self._avoid_until = 0.0
        self._questions: OrderedDict[str, Floats] = OrderedDict()

    async def search(self, collection_id: str, query: str, top_k: int) -> list[Found]:
        async with self._database.reading() as session:
            contents = await index_store.contents(session, collection_id)
        if not contents.marks:
            return []
        candidates = max(_CANDIDATES, 2 * top_k)
        by_meaning, by_words = await asyncio.gather(
            self._by_meaning(contents, query, candidates), self._words.search(contents, query, candidates)
        )
        ranked = fuse([by_meaning, _worthwhile(by_words)])[:top_k]
        async with self._database.reading() as session:
            return await found(session, ranked)

    async def refresh(self, collection_id: str) -> None:
        """Let another index take in what changed, before somebody asks."""
        if self._index is None:
            return
        try:
            async with self._database.reading() as session:
                contents = await index_store.contents(session, collection_id)
            await self._index.refresh(contents)
        except Exception as error:
            self._avoid(error)

    async def close(self) -> None:
        if self._index is not None:
            await self._index.close()

    async def _by_meaning(self, contents: Contents, query: str, top_k: int) -> list[Hit]:
        try:
            vector = await self._embed(query)
        except Exception:  # a model that cannot be opened or run must not take the search with it
            log.exception("searched_by_words_only")
            return []
        if self._index is not None and asyncio.get_running_loop().time() >= self._avoid_until:
            try:
                async with asyncio.timeout(_INDEX_SECONDS):
                    return await self._index.search(contents, vector, top_k)
            except IndexNotReady:
                pass
            except Exception as error:
                self._avoid(error)
        return await self._exact.search(contents, vector, top_k)

    def _avoid(self, error: Exception) -> None:
        log.warning("index_unavailable", error=f"{type(error).__name__}: {error}", instead="exact search")
        self._avoid_until = asyncio.get_running_loop().time() + _COOL_DOWN_SECONDS

    async def _embed(self, query: str) -> Floats:
        known = self._questions.get(query)
        if known is None:
            known = (await asyncio.to_thread(self._embedder.encode, [query]))[0]
            self._questions[query] = known
            if len(self._questions) > _QUESTIONS_KEPT:
                self._questions.popitem(last=False)
        return known


def _worthwhile(hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.score >= _WORTHWHILE * hits[0].score]


def fuse(rankings: Sequence[Sequence[Hit]]) -> list[tuple[str, float]]:
    """Chunk ids with scores, best first: 1 for what comes first in every ranking, near 0 for what comes late in one."""
    most = len(rankings) / (_RANK_OFFSET + 1)
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, start=1):
            scores[hit.chunk_id] = scores.get(hit.chunk_id, 0.0) + 1 / (_RANK_OFFSET + rank) / most
    return sorted(scores.items(), key=lambda item: -item[1])
