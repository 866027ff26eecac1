"""What the steps of a run may use, bound to the run's owner."""

from collections.abc import Callable
from dataclasses import dataclass

from parley.knowledge.service import Knowledge
from parley.llm.base import LanguageModel
from parley.nodes.base import Chunk, HttpClient, Services
from parley.websearch.base import WebSearch


@dataclass(frozen=True)
class OwnersKnowledge:
    """Implements `nodes.base.Knowledge`: a collection is looked for among the owner's only."""

    knowledge: Knowledge
    owner_id: str

    async def search(self, collection: str, query: str, top_k: int) -> list[Chunk]:
        found = await self.knowledge.search(self.owner_id, collection, query, top_k)
        return [
            Chunk(
                id=each.id,
                document_id=each.document_id,
                document=each.document,
                page=each.page,
                start=each.start,
                end=each.end,
                text=each.text,
                score=each.score,
            )
            for each in found
        ]


def services_for(llm: LanguageModel, web: WebSearch, http: HttpClient, knowledge: Knowledge) -> Callable[[str], Services]:
    return lambda owner_id: Services(llm=llm, web=web, http=http, knowledge=OwnersKnowledge(knowledge, owner_id))
