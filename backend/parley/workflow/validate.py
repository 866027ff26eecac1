"""What stands in the way of running a workflow: issues, each tied to a node, an edge or a field."""

from collections import defaultdict
from collections.abc import Iterator

from parley.workflow.catalogue import Catalogue
from parley.workflow.config_issues import config_issues
from parley.workflow.issues import Issue, Surroundings, quoted
from parley.workflow.reference_issues import names_used, reference_issues
from parley.workflow.spec import Node, Workflow
from parley.workflow.structure import ancestors

__all__ = ["MAX_LOOP_DEPTH", "Issue", "Surroundings", "validate"]

MAX_LOOP_DEPTH = 8


def validate(workflow: Workflow, catalogue: Catalogue, surroundings: Surroundings) -> list[Issue]:
    """All issues: those of the whole workflow first, then node by node in its order, worst first within a node."""
    by_node: defaultdict[str | None, list[Issue]] = defaultdict(list)
    for issue in _all(workflow, catalogue, surroundings):
        if issue not in by_node[issue.node_id]:
            by_node[issue.node_id].append(issue)
    levels = ("error", "missing", "warning")
    order = [None, *(node.id for node in workflow.nodes)]
    return [issue for node_id in order for issue in sorted(by_node[node_id], key=lambda issue: levels.index(issue.level))]


def _all(workflow: Workflow, catalogue: Catalogue, surroundings: Surroundings) -> Iterator[Issue]:
    yield from _start_issues(workflow, catalogue)
    for node in workflow.nodes:
        spec = catalogue.get(node.type)
        if spec is None:
            yield _on(node, "error", "unknown_type", f"There is no step type {quoted(node.type)} any more")
            continue
        if spec.runs:
            yield from config_issues(node, spec, catalogue, surroundings)
        if spec.unrunnable_reason is not None:
            yield _on(node, "warning", "not_runnable", spec.unrunnable_reason)
        if sum(1 for _ in ancestors(workflow, node)) > MAX_LOOP_DEPTH:
            yield _on(node, "error", "nested_too_deep", f"Loops can stand {MAX_LOOP_DEPTH} deep in each other")
        if spec.is_container and not any(catalogue[child.type].runs for child in workflow.body(node.id) if child.type in catalogue):
            yield _on(node, "warning", "empty_loop", "No step inside")
    yield from reference_issues(workflow, catalogue, surroundings)
    yield from _edge_issues(workflow, catalogue)
    yield from _unused_results(workflow, catalogue)


def _start_issues(workflow: Workflow, catalogue: Catalogue) -> Iterator[Issue]:
    top = [node for node in workflow.nodes if node.parent is None and node.type in catalogue and catalogue[node.type].runs]
    triggers = {node.id for node in top if catalogue[node.type].is_trigger}
    if top and not triggers:
        message = "Nothing starts this workflow yet"
        yield Issue(level="warning", code="no_trigger", message=message, node_id=None, edge_id=None, field=None)
        return
    led_to = {edge.target for edge in workflow.edges}
    for node in top:
        # Only the first of a chain that nothing leads to: the ones behind it are mended with it.
        if node.id not in led_to and node.id not in triggers:
            yield _on(node, "warning", "unreachable", "Nothing leads to this step")


def _edge_issues(workflow: Workflow, catalogue: Catalogue) -> Iterator[Issue]:
    nodes = {node.id: node for node in workflow.nodes}
    for edge in workflow.edges:
        source = nodes[edge.source]
        spec = catalogue.get(source.type)
        if spec is None or edge.source_handle in (spec.branches(source.config) or (None,)):
            continue
        words = f"The way out {quoted(edge.source_handle)} is gone" if edge.source_handle else "This edge needs a named way out"
        yield Issue(level="error", code="branch_gone", message=words, node_id=source.id, edge_id=edge.id, field=None)


def _unused_results(workflow: Workflow, catalogue: Catalogue) -> Iterator[Issue]:
    """Lookups whose result no template takes although the workflow goes on after them.

    Only there is it surely not meant: a last step's result is the run's, and a `merge` takes its inputs without naming them.
    """
    roots = {name for node in workflow.nodes for name in names_used(node, catalogue)}
    nodes = {node.id: node for node in workflow.nodes}
    for node in workflow.nodes:
        spec = catalogue.get(node.type)
        if spec is None or spec.category not in ("ai", "knowledge", "web") or spec.side_effect or spec.branches(node.config):
            continue
        following = [nodes[edge.target].type for edge in workflow.edges_from(node.id)]
        if following and node.id not in roots and "merge" not in following:
            yield _on(node, "warning", "unused_result", "No later step uses this result")


def _on(node: Node, level: str, code: str, message: str) -> Issue:
    return Issue.model_validate({"level": level, "code": code, "message": message, "node_id": node.id, "edge_id": None, "field": None})
