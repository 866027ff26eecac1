"""What a workflow is: nodes, edges and a name, as an immutable value that does not care about order."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, computed_field

OnError = Literal["fail", "continue"]

# Names that templates already use: a node of this name could not be referred to.
RESERVED_IDS = frozenset(
    "input item index vars secrets loop true false none null and or not if else elif for in is block set filter macro call import "  # noqa: SIM905
    "from include extends with without context raw endraw endif endfor do self super".split()
)
NODE_ID_PATTERN = r"^[a-z][a-z0-9_]{0,39}$"


def _not_reserved(value: str) -> str:
    if value in RESERVED_IDS:
        raise ValueError(f"{value!r} is a word that templates use; choose another id")
    return value


NodeId = Annotated[str, Field(pattern=NODE_ID_PATTERN), AfterValidator(_not_reserved)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Retry(Frozen):
    """How often a step is tried, and the pause before the second try in seconds (it doubles, with full jitter)."""

    attempts: int = Field(default=1, ge=1, le=10)
    backoff: float = Field(default=1.0, ge=0, le=3600)


class Node(Frozen):
    """One box. `config` is raw: templates unrendered, required fields possibly missing (see `validate`)."""

    id: NodeId
    type: str = Field(min_length=1, max_length=40)
    label: str = Field(min_length=1, max_length=120)
    config: dict[str, JsonValue] = Field(default_factory=dict)
    parent: NodeId | None = None
    position: tuple[float, float] | None = None
    retry: Retry | None = None
    timeout: float | None = Field(default=None, gt=0, le=86_400, description="Seconds")
    on_error: OnError | None = Field(default=None, description="What a failure does; null: the type's default")


class Edge(BaseModel, frozen=True, extra="ignore"):
    """source -> target, leaving by the branch `source_handle` (null where the node has only one way out).

    `id` is derived; an incoming one is dropped.
    """

    source: NodeId
    target: NodeId
    source_handle: str | None = Field(default=None, max_length=120)

    @computed_field
    @property
    def id(self) -> str:
        return f"{self.source}/{self.source_handle or ''}/{self.target}"

    # Edges are compared far more often than made; pydantic's own comparison takes ten times as long.
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Edge):
            return NotImplemented
        return self.source == other.source and self.target == other.target and self.source_handle == other.source_handle

    def __hash__(self) -> int:
        return hash((self.source, self.target, self.source_handle))


class Workflow(Frozen):
    name: str = Field(default="", max_length=200)
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Workflow):
            return NotImplemented
        return (
            self.name == other.name
            and {node.id: node for node in self.nodes} == {node.id: node for node in other.nodes}
            and len(self.nodes) == len(other.nodes)
            and sorted(edge.id for edge in self.edges) == sorted(edge.id for edge in other.edges)
        )

    def __hash__(self) -> int:
        return hash((self.name, frozenset(node.id for node in self.nodes), frozenset(edge.id for edge in self.edges)))

    def node(self, node_id: str) -> Node | None:
        return next((node for node in self.nodes if node.id == node_id), None)

    def edges_from(self, node_id: str) -> list[Edge]:
        return [edge for edge in self.edges if edge.source == node_id]

    def edges_into(self, node_id: str) -> list[Edge]:
        return [edge for edge in self.edges if edge.target == node_id]

    def body(self, loop_id: str) -> list[Node]:
        """The nodes directly inside a loop."""
        return [node for node in self.nodes if node.parent == loop_id]


EMPTY = Workflow()


def is_node_id(text: str) -> bool:
    return re.fullmatch(NODE_ID_PATTERN[1:-1], text) is not None and text not in RESERVED_IDS
