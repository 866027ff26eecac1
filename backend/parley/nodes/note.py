"""`note`: a remark on the diagram; it never runs and has no edges."""

from parley.nodes.base import NodeType
from parley.nodes.values import Config, Text, said
from parley.workflow.catalogue import TypeSpec, config_field


class NoteConfig(Config):
    text: Text = config_field(kind="plain", title="Text", placeholder="What others should know")


TYPE = NodeType(
    TypeSpec(
        type="note",
        title="Note",
        category="note",
        icon="sticky-note",
        description="A remark on the diagram. It does nothing in a run.",
        config=NoteConfig,
        output=None,
        output_fields=lambda config: (),
        summary=lambda config: said(config, "text", "Empty note"),
        runs=False,
    )
)
