"""One typed change to a workflow: the union both planners, the canvas, undo, import and restore speak."""

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, SerializerFunctionWrapHandler, TypeAdapter, model_serializer

from parley.errors import ParleyError
from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Frozen, Node, NodeId, OnError, Retry, Workflow


class EditRefused(ParleyError):
    """The edit would break the structure; the message names the nodes and the remedy."""

    status = 422


class NodeChange(Frozen):
    """What `update_node` sets. Only the fields given count; `config` is merged by its top-level keys, values whole."""

    label: str | None = Field(default=None, min_length=1, max_length=120)
    type: str | None = Field(default=None, min_length=1, max_length=40)
    config: dict[str, JsonValue] | None = None
    parent: NodeId | None = None
    retry: Retry | None = None
    timeout: float | None = Field(default=None, gt=0, le=86_400)
    on_error: OnError | None = None

    @model_serializer(mode="wrap")
    def _only_given(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if key in self.model_fields_set}


class AddNode(Frozen):
    op: Literal["add_node"] = "add_node"
    node: Node


class UpdateNode(Frozen):
    op: Literal["update_node"] = "update_node"
    id: NodeId
    set: NodeChange = NodeChange()
    unset: tuple[str, ...] = Field(default=(), description="Top-level config keys to remove")


class RemoveNode(Frozen):
    op: Literal["remove_node"] = "remove_node"
    id: NodeId
    bridge: bool = Field(default=False, description="Join the neighbours of the removed node")


class Connect(Frozen):
    op: Literal["connect"] = "connect"
    source: NodeId
    target: NodeId
    source_handle: str | None = Field(default=None, max_length=120)


class Disconnect(Frozen):
    op: Literal["disconnect"] = "disconnect"
    source: NodeId
    target: NodeId
    source_handle: str | None = Field(default=None, max_length=120)


class PlaceNode(Frozen):
    op: Literal["place_node"] = "place_node"
    id: NodeId
    position: tuple[float, float] | None


class Rename(Frozen):
    op: Literal["rename"] = "rename"
    name: str = Field(max_length=200)


Edit = Annotated[
    AddNode | UpdateNode | RemoveNode | Connect | Disconnect | PlaceNode | Rename, Field(discriminator="op")
]
EDIT: TypeAdapter[Edit] = TypeAdapter(Edit)
EDITS: TypeAdapter[list[Edit]] = TypeAdapter(list[Edit])


def apply(edit: Edit, workflow: Workflow, catalogue: Catalogue) -> Workflow: ...


def apply_all(edits: list[Edit], workflow: Workflow, catalogue: Catalogue) -> Workflow: ...


def invert(edit: Edit, before: Workflow, catalogue: Catalogue) -> list[Edit]: ...
