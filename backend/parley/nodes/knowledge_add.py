"""`knowledge_add`: puts a text or a page of the web into a collection."""

from pydantic import BaseModel

from parley.nodes.base import NodeType
from parley.nodes.values import Config, Text, said
from parley.workflow.catalogue import TypeSpec, config_field


class KnowledgeAddConfig(Config):
    collection: Text = config_field(kind="collection", title="Collection")
    text: Text = config_field("", kind="text", title="Text", description="Either a text or an address.")
    url: Text = config_field("", kind="template", title="Address", placeholder="https://example.com/page")


class KnowledgeAddOutput(BaseModel):
    document_id: str
    chunks: int


TYPE = NodeType(
    TypeSpec(
        type="knowledge_add",
        title="Add to documents",
        category="knowledge",
        icon="book-plus",
        description="Adds a text or a page of the web to a collection of documents.",
        config=KnowledgeAddConfig,
        output=KnowledgeAddOutput,
        summary=lambda config: f"To {said(config, 'collection', 'a collection')}",
        side_effect=True,
        tool=True,
        unrunnable_reason="Runs cannot add documents yet. Upload them on the Knowledge page.",
    )
)
