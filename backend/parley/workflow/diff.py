"""The edits that lead from one workflow to another: `apply(diff(a, b), a) == b`, and every prefix of them is a valid workflow.

The order makes it so: cut what is in the way, let what stays leave the loops that go, remove, then build and move outside in, give
up being a loop only when nothing is inside any more, and connect last.
"""

import json
from typing import Any

from pydantic import JsonValue

from parley.workflow.catalogue import Catalogue
from parley.workflow.edits import (
    AddNode,
    Edit,
    NodeChange,
    PlaceNode,
    RemoveNode,
    Rename,
    UpdateNode,
    connecting,
    disconnecting,
)
from parley.workflow.spec import Node, Workflow
from parley.workflow.structure import outer_first

_PLAIN_FIELDS = ("label", "type", "parent", "retry", "timeout", "on_error")


def diff(before: Workflow, after: Workflow, catalogue: Catalogue) -> list[Edit]:
    """The least edits for nodes that changed nothing but themselves; an edge of a node that moves in or out of a loop is made anew."""
    old = {node.id: node for node in before.nodes}
    new = {node.id: node for node in after.nodes}
    moved = {node_id for node_id, node in new.items() if node_id in old and old[node_id].parent != node.parent}
    kept = {edge for edge in before.edges if edge.source not in moved and edge.target not in moved} & set(after.edges)

    edits: list[Edit] = [disconnecting(edge) for edge in before.edges if edge not in kept]
    edits += _leave_going_loops(old, new)
    edits += _removals(before, new)
    late: list[Edit] = []
    for node in outer_first(after):
        if node.id not in old:
            edits.append(AddNode(node=node))
            continue
        stood = old[node.id].parent
        standing = old[node.id] if stood is None or stood in new else old[node.id].model_copy(update={"parent": None})
        if _stops_being_a_loop(standing, node, catalogue):
            edits += _update(standing, standing.model_copy(update={"parent": node.parent}))
            late += _update(standing.model_copy(update={"parent": node.parent}), node)
        else:
            edits += _update(standing, node)
        if standing.position != node.position:
            edits.append(PlaceNode(id=node.id, position=node.position))
    edits += late
    edits += [connecting(edge, after, catalogue) for edge in after.edges if edge not in kept]
    if before.name != after.name:
        edits.append(Rename(name=after.name))
    return edits


def _leave_going_loops(old: dict[str, Node], new: dict[str, Node]) -> list[Edit]:
    return [
        UpdateNode(id=node.id, set=NodeChange(parent=None))
        for node in old.values()
        if node.id in new and node.parent is not None and node.parent not in new
    ]


def _removals(before: Workflow, new: dict[str, Node]) -> list[Edit]:
    """A loop takes its body with it, so only the outermost of what goes is named."""
    return [RemoveNode(id=node.id) for node in before.nodes if node.id not in new and (node.parent is None or node.parent in new)]


def _stops_being_a_loop(old: Node, new: Node, catalogue: Catalogue) -> bool:
    return old.type != new.type and old.type in catalogue and catalogue[old.type].is_container


def _update(old: Node, new: Node) -> list[Edit]:
    given: dict[str, Any] = {name: getattr(new, name) for name in _PLAIN_FIELDS if getattr(old, name) != getattr(new, name)}
    config = {key: value for key, value in new.config.items() if key not in old.config or not same_json(old.config[key], value)}
    if config:
        given["config"] = config
    unset = tuple(key for key in old.config if key not in new.config)
    return [UpdateNode(id=new.id, set=NodeChange.model_validate(given), unset=unset)] if given or unset else []


def same_json(one: JsonValue, other: JsonValue) -> bool:
    """Python finds 1, 1.0 and true equal; JSON does not."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
