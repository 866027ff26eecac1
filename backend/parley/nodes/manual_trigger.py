"""`manual_trigger`: a person starts the run, with any input they like."""

from parley.nodes.base import NodeType
from parley.nodes.values import Config
from parley.workflow.catalogue import TypeSpec


class ManualTriggerConfig(Config):
    pass


TYPE = NodeType(
    TypeSpec(
        type="manual_trigger",
        title="Start by hand",
        category="trigger",
        icon="play",
        description="Starts when a person presses Run. Its output is the input given to the run.",
        config=ManualTriggerConfig,
        output=None,
        summary=lambda config: "When you press Run",
        is_trigger=True,
    )
)
