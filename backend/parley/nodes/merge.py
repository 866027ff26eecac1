"""`merge`: brings branches together; the engine starts it, at the last one or at the first."""

from typing import Literal

from parley.nodes.base import NodeType
from parley.nodes.values import Config
from parley.workflow.catalogue import TypeSpec, config_field


class MergeConfig(Config):
    mode: Literal["all", "any"] = config_field(
        "all", kind="plain", title="Wait for", description="“all” waits for every branch, “any” goes on with the first."
    )


TYPE = NodeType(
    TypeSpec(
        type="merge",
        title="Merge",
        category="control",
        icon="merge",
        description="Waits for several branches, or goes on with the first. Its output holds theirs by step.",
        config=MergeConfig,
        output=None,
        summary=lambda config: "Goes on with the first" if config.get("mode") == "any" else "Waits for all",
    )
)
