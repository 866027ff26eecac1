"""`knowledge_search`: finds the passages of a collection that fit a question."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, JsonValue

from parley.nodes.base import Chunk, NodeType, StepContext, StepFailed, StepResult
from parley.nodes.values import Config, Text, said
from parley.workflow.catalogue import TypeSpec, config_field


class KnowledgeSearchConfig(Config):
    collection: Text = config_field(kind="collection", title="Collection", placeholder="Handbook")
    query: Text = config_field(kind="template", title="Question", placeholder="{{ input.message }}")
    top_k: int = config_field(5, title="Passages", description="How many to find at most.", ge=1, le=50)


class KnowledgeSearchOutput(BaseModel):
    chunks: list[Chunk]
    count: int
    text: str


def passages_text(chunks: Sequence[Chunk], first: int = 1) -> str:
    """The passages one below the other, each with its number and where it stands."""
    return "\n\n".join(
        f"[{number}] {chunk.document}, page {chunk.page}\n{chunk.text.strip()}" for number, chunk in enumerate(chunks, first)
    )


async def run(config: KnowledgeSearchConfig, context: StepContext) -> StepResult:
    if not config.query.strip():
        raise StepFailed("The question is empty. Check the step that it comes from.", {"retryable": False})
    chunks = await context.services.knowledge.search(config.collection, config.query, config.top_k)
    found = KnowledgeSearchOutput(chunks=chunks, count=len(chunks), text=passages_text(chunks))
    return StepResult(found.model_dump(mode="json"))


def _summary(config: Mapping[str, JsonValue]) -> str:
    top = f"top {said(config, 'top_k', '5')}"
    collection = said(config, "collection")
    return f"{collection}, {top}" if collection else top.capitalize()


TYPE = NodeType(
    TypeSpec(
        type="knowledge_search",
        title="Search documents",
        category="knowledge",
        icon="book-open",
        description="Finds the passages of your documents that fit a question.",
        config=KnowledgeSearchConfig,
        output=KnowledgeSearchOutput,
        summary=_summary,
        tool=True,
    ),
    run=run,
)
