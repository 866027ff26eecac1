"""Issues of references: templates that cannot be read, names that are not there yet, fields that a step does not give."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from parley.workflow.catalogue import Catalogue, TypeSpec
from parley.workflow.expressions import ExpressionError, Reference, expression_references, references
from parley.workflow.fields import FieldText, texts
from parley.workflow.issues import Issue, Surroundings, counted_names, quoted
from parley.workflow.shapes import path_fault
from parley.workflow.spec import Node, Workflow
from parley.workflow.structure import ancestors, upstream

_LOOP_NAMES = ("item", "index")


@dataclass(frozen=True)
class _View:
    """What all nodes share while references are checked."""

    workflow: Workflow
    catalogue: Catalogue
    surroundings: Surroundings
    nodes: dict[str, Node]
    before: dict[str, set[str]]
    input_fields: frozenset[str] | None  # None: anything goes


def reference_issues(workflow: Workflow, catalogue: Catalogue, surroundings: Surroundings) -> Iterator[Issue]:
    """Each issue of a reference, in the order of the nodes."""
    view = _View(
        workflow,
        catalogue,
        surroundings,
        {node.id: node for node in workflow.nodes},
        upstream(workflow),
        _input_fields(workflow, catalogue),
    )
    for node in workflow.nodes:
        spec = catalogue.get(node.type)
        if spec is None or not spec.runs:
            continue
        for field in texts(spec.config, node.config):
            yield from _in_field(node, field, view)


def names_used(node: Node, catalogue: Catalogue) -> set[str]:
    """The names that a node's templates look up; unreadable templates look up nothing."""
    roots: set[str] = set()
    spec = catalogue.get(node.type)
    for field in texts(spec.config, node.config) if spec else ():
        try:
            roots |= {reference.root for reference in _references(field)}
        except ExpressionError:
            continue
    return roots


def _references(field: FieldText) -> list[Reference]:
    match field.kind:
        case "plain":
            return []
        case "expression":
            return expression_references(field.text) if field.text.strip() else []
        case _:
            return references(field.text)


def _in_field(node: Node, field: FieldText, view: _View) -> Iterator[Issue]:
    try:
        found = _references(field)
    except ExpressionError as error:
        yield _issue(node, field, "error", "unreadable_template", error.message.rstrip("."))
        return
    for reference in found:
        if fault := _fault(node, reference, view):
            level, code, message = fault
            yield _issue(node, field, level, code, message)


def _fault(node: Node, reference: Reference, view: _View) -> tuple[str, str, str] | None:
    root, path = reference.root, reference.path
    loops = [loop.id for loop in ancestors(view.workflow, node)]
    match root:
        case "input":
            return _input_fault(path, view)
        case "vars":
            return _variable_fault(node, path, view)
        case "secrets":
            return _secret_fault(path, view)
        case "item" | "index":
            return None if loops else ("error", "outside_loop", f"{quoted(root)} exists only inside a loop")
        case _ if root in loops:
            return _turn_fault(root, path)
        case _ if root not in view.nodes:
            return "error", "unknown_reference", _unknown_words(node, root, view)
        case _ if root == node.id:
            return "error", "not_upstream", "A step cannot use its own result"
        case _ if root not in view.before[node.id]:
            return "error", "not_upstream", _not_before_words(node, view.nodes[root], view)
        case _:
            return _output_fault(view.nodes[root], path, view)


def _input_fault(path: tuple[str | int, ...], view: _View) -> tuple[str, str, str] | None:
    if not path or view.input_fields is None or path[0] in view.input_fields:
        return None
    return "error", "unknown_field", f"The input has no {quoted(str(path[0]))}; it has {counted_names(sorted(view.input_fields))}"


def _variable_fault(node: Node, path: tuple[str | int, ...], view: _View) -> tuple[str, str, str] | None:
    if not path:
        return None
    known: set[str] = set()
    for other in (view.nodes[node_id] for node_id in view.before[node.id]):
        if other.type == "set_variables":
            known |= set(_free_fields(view.catalogue[other.type], other) or ()) if other.type in view.catalogue else set()
    if path[0] in known:
        return None
    return "error", "unknown_variable", f"No step before this one sets the variable {quoted(str(path[0]))}"


def _secret_fault(path: tuple[str | int, ...], view: _View) -> tuple[str, str, str] | None:
    if view.surroundings.secrets is None or (path and path[0] in view.surroundings.secrets):
        return None
    return "missing", "unknown_secret", f"The secret {quoted(str(path[0]))} is not stored" if path else "A secret needs its name"


def _turn_fault(loop: str, path: tuple[str | int, ...]) -> tuple[str, str, str] | None:
    if not path or path[0] in _LOOP_NAMES:
        return None
    return "error", "unknown_field", f"Inside its loop {loop} has only item and index, not {quoted(str(path[0]))}"


def _output_fault(source: Node, path: tuple[str | int, ...], view: _View) -> tuple[str, str, str] | None:
    spec = view.catalogue.get(source.type)
    if spec is None or not path:
        return None
    if spec.output is not None:
        words = path_fault(spec.output, path, source.id)
        return ("error", "unknown_field", words) if words else None
    known = _free_fields(spec, source)
    if known is None or path[0] in known or path[0] == "error":
        return None
    has = f"it has {counted_names(sorted(known))}" if known else "it gives nothing"
    return "error", "unknown_field", f"{source.id} has no {quoted(str(path[0]))}; {has}"


def _free_fields(spec: TypeSpec, node: Node) -> tuple[str, ...] | None:
    return spec.output_fields(node.config) if spec.output_fields else None


def _input_fields(workflow: Workflow, catalogue: Catalogue) -> frozenset[str] | None:
    """The fields that some trigger gives; None if there is no trigger or one whose fields are open."""
    known: set[str] = set()
    triggers = [node for node in workflow.nodes if node.type in catalogue and catalogue[node.type].is_trigger]
    for node in triggers:
        spec = catalogue[node.type]
        fields = tuple(spec.output.model_fields) if spec.output else _free_fields(spec, node)
        if fields is None:
            return None
        known |= set(fields)
    return frozenset(known) if triggers else None


def _unknown_words(node: Node, root: str, view: _View) -> str:
    near = difflib.get_close_matches(root, sorted(view.before[node.id]), n=1)
    return f"No step is called {quoted(root)}" + (f"; perhaps {near[0]}" if near else "")


def _not_before_words(node: Node, source: Node, view: _View) -> str:
    for loop in ancestors(view.workflow, source):
        if loop.id in view.before[node.id]:
            return f"{quoted(source.label)} runs inside a loop; use {loop.id}.results"
    return f"{quoted(source.label)} does not run before this step"


def _issue(node: Node, field: FieldText, level: str, code: str, message: str) -> Issue:
    path = ".".join(map(str, field.path))
    return Issue(level=cast(Any, level), code=code, message=message, node_id=node.id, edge_id=None, field=path)
