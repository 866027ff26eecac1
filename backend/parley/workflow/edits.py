"""One typed change to a workflow: the union both planners, the canvas, undo, import and restore speak, and how it is applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, JsonValue, SerializerFunctionWrapHandler, TypeAdapter, model_serializer
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from parley.errors import ParleyError
from parley.workflow.catalogue import Catalogue, TypeSpec
from parley.workflow.spec import Edge, Frozen, Node, NodeId, OnError, Retry, Workflow
from parley.workflow.storable import json_fault, text_fault
from parley.workflow.structure import inside, leads_to, outer_first


class EditRefused(ParleyError):
    """The edit would break the structure; the message names the nodes and the remedy."""

    status = 422


@dataclass(frozen=True)
class Limits:
    nodes: int = 500
    edges: int = 2_000
    config_chars: int = 64_000


LIMITS = Limits()


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

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        # The serializer above would make the schema of answers an untyped object.
        return handler({key: value for key, value in core_schema.items() if key != "serialization"})  # type: ignore[arg-type]


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
    restore: bool = Field(
        default=False,
        exclude_if=lambda value: not value,
        description="Put back an edge whose branch its source no longer has; only undo and diff need it",
    )


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


Edit = Annotated[AddNode | UpdateNode | RemoveNode | Connect | Disconnect | PlaceNode | Rename, Field(discriminator="op")]
EDIT: TypeAdapter[Edit] = TypeAdapter(Edit)
EDITS: TypeAdapter[list[Edit]] = TypeAdapter(list[Edit])


def apply(edit: Edit, workflow: Workflow, catalogue: Catalogue, limits: Limits = LIMITS) -> Workflow:
    """The workflow after the edit; the given one is untouched. Raises EditRefused where the structure would break."""
    match edit:
        case AddNode(node=node):
            return _add(node, workflow, catalogue, limits)
        case UpdateNode():
            return _update(edit, workflow, catalogue, limits)
        case RemoveNode(id=node_id, bridge=bridge):
            return _remove(_existing(node_id, workflow), bridge, workflow)
        case Connect():
            return _connect(edit, workflow, catalogue, limits)
        case Disconnect(source=source, target=target, source_handle=handle):
            return _disconnect(Edge(source=source, target=target, source_handle=handle or None), workflow)
        case PlaceNode(id=node_id, position=position):
            _refuse_value("The position", json_fault(list(position), 100) if position else None)
            return _replace(_existing(node_id, workflow).model_copy(update={"position": position}), workflow)
        case Rename(name=name):
            _refuse_value("The name", text_fault(name))
            return workflow.model_copy(update={"name": name})


def apply_all(edits: Sequence[Edit], workflow: Workflow, catalogue: Catalogue, limits: Limits = LIMITS) -> Workflow:
    for edit in edits:
        workflow = apply(edit, workflow, catalogue, limits)
    return workflow


def invert(edit: Edit, before: Workflow, catalogue: Catalogue) -> list[Edit]:
    """The edits that lead back to `before` from `apply(edit, before)`. Raises EditRefused if the edit cannot be applied to it."""
    after = apply(edit, before, catalogue)
    match edit:
        case AddNode(node=node):
            return [RemoveNode(id=node.id)]
        case UpdateNode(id=node_id):
            return [_update_back(edit, _existing(node_id, before))]
        case RemoveNode():
            gone = {node.id for node in before.nodes} - {node.id for node in after.nodes}
            kept, old = set(after.edges), set(before.edges)
            return [
                *(disconnecting(edge) for edge in after.edges if edge not in old),
                *(AddNode(node=node) for node in outer_first(before) if node.id in gone),
                *(connecting(edge, before, catalogue) for edge in before.edges if edge not in kept),
            ]
        case Connect(source=source, target=target, source_handle=handle):
            return [Disconnect(source=source, target=target, source_handle=handle)]
        case Disconnect(source=source, target=target, source_handle=handle):
            return [connecting(Edge(source=source, target=target, source_handle=handle or None), before, catalogue)]
        case PlaceNode(id=node_id):
            return [PlaceNode(id=node_id, position=_existing(node_id, before).position)]
        case Rename():
            return [Rename(name=before.name)]


def disconnecting(edge: Edge) -> Disconnect:
    return Disconnect(source=edge.source, target=edge.target, source_handle=edge.source_handle)


def connecting(edge: Edge, workflow: Workflow, catalogue: Catalogue) -> Connect:
    """The edit that makes an edge as it stands in `workflow`, also where its branch is gone from its source's config."""
    source = _existing(edge.source, workflow)
    branches = catalogue[source.type].branches(source.config) if source.type in catalogue else ()
    return Connect(
        source=edge.source,
        target=edge.target,
        source_handle=edge.source_handle,
        restore=edge.source_handle not in (branches or (None,)),
    )


def _add(node: Node, workflow: Workflow, catalogue: Catalogue, limits: Limits) -> Workflow:
    if taken := workflow.node(node.id):
        raise EditRefused(f"The id {node.id} already belongs to {_name(taken)}. Choose another id.", {"nodes": [node.id]})
    if len(workflow.nodes) >= limits.nodes:
        raise EditRefused(f"A workflow holds at most {limits.nodes} steps. Split it in two.", {"limit": limits.nodes})
    _check_node(node, workflow, catalogue, limits)
    return workflow.model_copy(update={"nodes": (*workflow.nodes, node)})


def _update(edit: UpdateNode, workflow: Workflow, catalogue: Catalogue, limits: Limits) -> Workflow:
    old = _existing(edit.id, workflow)
    given = {name: getattr(edit.set, name) for name in edit.set.model_fields_set}
    for name in ("label", "type", "config"):  # these cannot be empty: an explicit null means "as it is"
        if given.get(name, ...) is None:
            del given[name]
    if edit.unset or "config" in given:
        kept = {key: value for key, value in old.config.items() if key not in edit.unset}
        given["config"] = {**kept, **(edit.set.config or {})}
    node = old.model_copy(update=given)
    _check_node(node, workflow, catalogue, limits)
    if node.parent != old.parent:
        _check_move(node, workflow)
    if node.type != old.type:
        _check_type_change(node, workflow, catalogue)
    return _replace(node, workflow)


def _update_back(edit: UpdateNode, old: Node) -> UpdateNode:
    touched = {*edit.unset, *(edit.set.config or {})}
    given: dict[str, Any] = {name: getattr(old, name) for name in edit.set.model_fields_set - {"config"}}
    if back := {key: old.config[key] for key in old.config if key in touched}:
        given["config"] = back
    return UpdateNode(
        id=edit.id,
        set=NodeChange.model_validate(given),
        unset=tuple(sorted(key for key in touched if key not in old.config)),
    )


def _remove(node: Node, bridge: bool, workflow: Workflow) -> Workflow:
    gone = inside(workflow, node.id) | {node.id}
    edges = [edge for edge in workflow.edges if edge.source not in gone and edge.target not in gone]
    if bridge:
        have = set(edges)
        for before in workflow.edges_into(node.id):
            for after in workflow.edges_from(node.id):
                joined = Edge(source=before.source, target=after.target, source_handle=before.source_handle)
                if joined not in have:
                    have.add(joined)
                    edges.append(joined)
    nodes = tuple(other for other in workflow.nodes if other.id not in gone)
    return workflow.model_copy(update={"nodes": nodes, "edges": tuple(edges)})


def _connect(edit: Connect, workflow: Workflow, catalogue: Catalogue, limits: Limits) -> Workflow:
    source, target = _existing(edit.source, workflow), _existing(edit.target, workflow)
    ids: dict[str, JsonValue] = {"nodes": [source.id, target.id]}
    source_spec, target_spec = _spec(source, catalogue), _spec(target, catalogue)
    handle = edit.source_handle or None
    for node, spec in ((source, source_spec), (target, target_spec)):
        if not spec.runs:
            raise EditRefused(f"{_name(node)} is a note; notes are not connected. Connect the steps around it.", ids)
    if target_spec.is_trigger:
        raise EditRefused(f"{_name(target)} starts the workflow, so nothing can lead to it. Connect it to {_name(source)} instead.", ids)
    if source.parent != target.parent:
        raise EditRefused(_crossing(source, target, workflow), ids)
    if not edit.restore:
        _check_branch(source, source_spec, handle)
    edge = Edge(source=source.id, target=target.id, source_handle=handle)
    if edge in workflow.edges:
        raise EditRefused(f"{_name(source)} and {_name(target)} are already connected this way.", ids)
    if leads_to(workflow, target.id, source.id):
        raise EditRefused(
            f"This edge would close a circle: {_name(target)} already leads to {_name(source)}. To repeat steps, put them into a loop.",
            ids,
        )
    if len(workflow.edges) >= limits.edges:
        raise EditRefused(f"A workflow holds at most {limits.edges} edges.", {"limit": limits.edges})
    return workflow.model_copy(update={"edges": (*workflow.edges, edge)})


def _disconnect(edge: Edge, workflow: Workflow) -> Workflow:
    if edge in workflow.edges:
        return workflow.model_copy(update={"edges": tuple(other for other in workflow.edges if other != edge)})
    source, target = _existing(edge.source, workflow), _existing(edge.target, workflow)
    between = [other.source_handle for other in workflow.edges_from(source.id) if other.target == target.id]
    remedy = f" They are connected by {' and '.join(handle or 'the only way out' for handle in between)}." if between else ""
    way = f" by {edge.source_handle!r}" if edge.source_handle else ""
    raise EditRefused(f"{_name(source)} is not connected to {_name(target)}{way}.{remedy}", {"nodes": [source.id, target.id]})


def _check_node(node: Node, workflow: Workflow, catalogue: Catalogue, limits: Limits) -> None:
    spec = _spec(node, catalogue)
    _refuse_value(f"The label of {node.id}", text_fault(node.label))
    _refuse_value(f"The config of {_name(node)}", json_fault(node.config, limits.config_chars))
    if node.position:
        _refuse_value("The position", json_fault(list(node.position), 100))
    if node.parent is None:
        return
    parent = _existing(node.parent, workflow)
    ids: dict[str, JsonValue] = {"nodes": [node.id, parent.id]}
    if not _spec(parent, catalogue).is_container:
        raise EditRefused(f"{_name(parent)} is not a loop, so nothing can stand inside it. Add a loop first.", ids)
    if spec.is_trigger:
        raise EditRefused(f"{_name(node)} starts the workflow and cannot stand inside a loop. Leave its parent empty.", ids)


def _check_move(node: Node, workflow: Workflow) -> None:
    if node.parent is not None and (node.parent == node.id or node.parent in inside(workflow, node.id)):
        raise EditRefused(f"{_name(node)} cannot stand inside itself.", {"nodes": [node.id]})
    if touching := [edge for edge in workflow.edges if node.id in (edge.source, edge.target)]:
        edge = touching[0]
        other = _existing(edge.target if edge.source == node.id else edge.source, workflow)
        raise EditRefused(
            f"{_name(node)} is connected to {_name(other)}, and an edge cannot cross a loop's border. "
            "Disconnect it, move it, then connect it to the steps beside it.",
            {"nodes": [node.id, other.id]},
        )


def _check_type_change(node: Node, workflow: Workflow, catalogue: Catalogue) -> None:
    spec = _spec(node, catalogue)
    ids: dict[str, JsonValue] = {"nodes": [node.id]}
    if not spec.is_container and workflow.body(node.id):
        raise EditRefused(f"{_name(node)} has steps inside. Move or remove them before it becomes another type.", ids)
    if spec.is_trigger and workflow.edges_into(node.id):
        raise EditRefused(f"{_name(node)} has edges leading to it, and nothing can lead to a trigger. Disconnect them first.", ids)
    if not spec.runs and (workflow.edges_into(node.id) or workflow.edges_from(node.id)):
        raise EditRefused(f"{_name(node)} is connected, and notes are not. Disconnect it first.", ids)


def _check_branch(source: Node, spec: TypeSpec, handle: str | None) -> None:
    branches = spec.branches(source.config)
    details: dict[str, JsonValue] = {"nodes": [source.id], "branches": list(branches)}
    if not branches and handle is not None:
        raise EditRefused(f"{_name(source)} has one way out without a name. Leave source_handle empty.", details)
    if branches and handle not in branches:
        asked = f"no way out called {handle!r}" if handle else "several ways out"
        raise EditRefused(f"{_name(source)} has {asked}. Choose one of: {', '.join(branches)}.", details)


def _crossing(source: Node, target: Node, workflow: Workflow) -> str:
    if target.parent == source.id:
        return (
            f"{_name(target)} stands inside {_name(source)} and starts by itself with each item. "
            "Connect only steps inside the loop with each other."
        )
    if source.parent == target.id:
        return f"{_name(source)} stands inside {_name(target)}; the loop goes on by itself after it. Leave this edge out."
    homes = [f"inside {_name(_existing(node.parent, workflow))}" if node.parent else "outside" for node in (source, target)]
    return (
        f"{_name(source)} stands {homes[0]} and {_name(target)} {homes[1]}; an edge cannot cross a loop's border. "
        "Connect the loop itself, or move one of the steps."
    )


def _existing(node_id: str, workflow: Workflow) -> Node:
    node = workflow.node(node_id)
    if node is None:
        known = ", ".join(other.id for other in workflow.nodes[:20]) or "none yet"
        raise EditRefused(f"There is no step {node_id!r}. The steps are: {known}.", {"nodes": [node_id]})
    return node


def _spec(node: Node, catalogue: Catalogue) -> TypeSpec:
    spec = catalogue.get(node.type)
    if spec is None:
        raise EditRefused(f"There is no step type {node.type!r}. The types are: {', '.join(catalogue)}.", {"type": node.type})
    return spec


def _refuse_value(what: str, fault: str | None) -> None:
    if fault:
        raise EditRefused(f"{what} {fault}. Shorten or simplify it.")


def _replace(node: Node, workflow: Workflow) -> Workflow:
    return workflow.model_copy(update={"nodes": tuple(node if old.id == node.id else old for old in workflow.nodes)})


def _name(node: Node) -> str:
    return f'"{node.label}" ({node.id})'
