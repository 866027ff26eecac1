"""Taking back some of the edits that were once made, on a workflow that has moved on since: by their inverses, or a refusal that names
what was built on them."""

from collections.abc import Iterable, Sequence

from pydantic import JsonValue

from parley.workflow.catalogue import Catalogue
from parley.workflow.diff import same_json
from parley.workflow.edits import AddNode, Connect, Disconnect, Edit, EditRefused, RemoveNode, UpdateNode, apply, invert
from parley.workflow.reference_issues import names_used
from parley.workflow.spec import Node, Workflow


class DependedOn(EditRefused):
    """Later changes build on what would be undone; `details.dependents` names them. It can be undone all the same."""


def undoing(
    edits: Sequence[Edit], chosen: Iterable[int], before: Workflow, current: Workflow, catalogue: Catalogue, *, anyway: bool = False
) -> list[Edit]:
    """The edits that take back `chosen` (positions in `edits`, which were made on `before`) from `current`, newest first.

    Raises DependedOn where later changes build on them, unless `anyway`: then added steps are removed and their neighbours joined, as
    removing them by hand would do, and what was changed again later becomes what it was before. Raises EditRefused for what is gone.
    """
    states = [before]
    for edit in edits:
        states.append(apply(edit, states[-1], catalogue))
    made = [(edits[position], states[position], states[position + 1]) for position in sorted(chosen, reverse=True)]
    try:
        return _exactly(made, current, catalogue)
    except DependedOn:
        if not anyway:
            raise
        return _roughly(made, current, catalogue)


_Made = tuple[Edit, Workflow, Workflow]  # the edit, and the workflow before and after it


def _exactly(made: list[_Made], current: Workflow, catalogue: Catalogue) -> list[Edit]:
    undone: list[Edit] = []
    for edit, before, after in made:
        _refuse_if_changed_since(edit, after, current)
        for inverse in invert(edit, before, catalogue):
            if isinstance(inverse, RemoveNode):
                _refuse_if_used(inverse.id, current, catalogue)
            elif isinstance(inverse, Disconnect):
                _refuse_if_rewired(inverse, current)
            current = apply(inverse, current, catalogue)
            undone.append(inverse)
    return undone


def _roughly(made: list[_Made], current: Workflow, catalogue: Catalogue) -> list[Edit]:
    adds = any(isinstance(edit, AddNode) for edit, _, _ in made)
    undone: list[Edit] = []
    for edit, before, _ in made:
        if isinstance(edit, AddNode):
            inverses: list[Edit] = [RemoveNode(id=edit.node.id, bridge=True)]
        elif adds and isinstance(edit, Connect | Disconnect):
            continue  # removing a step and joining its neighbours says what becomes of its edges
        else:
            inverses = invert(edit, before, catalogue)
        for inverse in inverses:
            try:
                current = apply(inverse, current, catalogue)
            except EditRefused:
                continue  # what it was about is gone, or is there already
            undone.append(inverse)
    if not undone:
        raise EditRefused("Nothing of this change is left in the diagram, so there is nothing to undo.")
    return undone


def _refuse_if_used(node_id: str, current: Workflow, catalogue: Catalogue) -> None:
    node = current.node(node_id)
    if node is None:
        raise EditRefused("This step is no longer in the diagram, so there is nothing to undo.", {"node_id": node_id})
    joined = {edge.target for edge in current.edges_from(node_id)} | {edge.source for edge in current.edges_into(node_id)}
    joined |= {inner.id for inner in current.body(node_id)}
    using = [other for other in current.nodes if other.id in joined or (other.id != node_id and node_id in names_used(other, catalogue))]
    if using:
        raise _depended_on(f"“{node.label}” is used by {_named(using)}.", using)


def _refuse_if_rewired(inverse: Disconnect, current: Workflow) -> None:
    there = {(edge.source, edge.target, edge.source_handle) for edge in current.edges}
    if (inverse.source, inverse.target, inverse.source_handle) in there:
        return
    ends = [node for node_id in (inverse.source, inverse.target) if (node := current.node(node_id)) is not None]
    if not ends:
        raise EditRefused("These steps are no longer in the diagram, so there is nothing to undo.")
    raise _depended_on(
        f"What lies between {_named(ends)} was changed again later."
        if len(ends) > 1
        else f"What {_named(ends)} was joined to was changed later.",
        ends,
    )


def _refuse_if_changed_since(edit: Edit, after: Workflow, current: Workflow) -> None:
    if not isinstance(edit, UpdateNode):
        return
    left, now = after.node(edit.id), current.node(edit.id)
    if left is None or now is None:
        return  # the inverse is refused with the right words
    fields = edit.set.model_fields_set - {"config"}
    keys = {*edit.unset, *(edit.set.config or {})}
    same = all(getattr(left, name) == getattr(now, name) for name in fields)
    if not same or not all(same_json(left.config.get(key), now.config.get(key)) for key in keys):
        raise _depended_on(f"“{now.label}” was changed again later.", [now])


def _depended_on(reason: str, dependents: Sequence[Node]) -> DependedOn:
    named: list[JsonValue] = [{"node_id": node.id, "label": node.label} for node in dependents]
    return DependedOn(f"{reason} Undo the later change first, or undo this one all the same.", {"dependents": named})


def _named(nodes: Sequence[Node]) -> str:
    labels = [f"“{node.label}”" for node in nodes]
    if len(labels) > 3:
        return f"{', '.join(labels[:3])} and {len(labels) - 3} more"
    return ", ".join(labels[:-1]) + " and " + labels[-1] if len(labels) > 1 else labels[0]
