"""Decisions added to what is there: a condition before a step, the other branch of one, a case, an outcome's own steps."""

import re
from collections.abc import Sequence

from parley.planner.builtin import resolve, slots, surgery
from parley.planner.builtin.build import Draft
from parley.planner.builtin.choices import matching_label
from parley.planner.builtin.job import Job
from parley.workflow.spec import Node

AS_NOW = re.compile(
    r"\b(?:as (?:now|before|usual|it is|today|already)|like (?:now|before)|go on|continue|carry on|proceed"
    r"|straight|directly|just (?:go|do)|nothing|do nothing|skip it|leave it)\b",
    re.I,
)


_ACTS = frozenset({"slack_message", "email", "db_write", "knowledge_add", "webhook_response", "output"})


def add_case(node: Node, name: str, draft: Draft) -> None:
    key = "labels" if node.type == "classify" else "cases"
    old = node.config.get(key)
    names = list(old) if isinstance(old, list) else []
    draft.configure(node.id, {key: [*names, name if node.type == "classify" else {"name": name, "expression": ""}]})


def drop_case(what: str, job: Job) -> bool:
    """ "the case complaint", "complaints": the way of that name goes, with what only it led to."""
    named = re.sub(
        r"^(?:the\s+)?(?:(?:case|branch|category|label|class|option|topic|way)s?\s+(?:called |named "
        r"|for )?)",
        "",
        what,
        flags=re.I,
    )
    named = re.sub(
        r"\s+(?:case|branch|category|label|class|option|topic|way|letters?|mails?|e-?mails?|messages?|requests?|questions?|orders?"
        r"|tickets?|ones)$",
        "",
        named,
        flags=re.I,
    )
    said = slots.plain(named, job.draft.reading)
    sorters = [node for node in resolve.order(job.draft.workflow) if node.type in {"classify", "switch"}]
    for node in reversed(sorters):
        names = [name for name in job.draft.branches(node.id) if name != "default" or node.type == "classify"]
        label = matching_label(said, names)
        if label is None or (named == what and len(said.split()) > len(label.split()) + 1):
            continue
        only = _only_behind(node, label, job.draft)
        surgery.remove(only, job.draft)
        for edge in job.draft.workflow.edges_from(node.id):
            if edge.source_handle == label:
                job.draft.disconnect(edge.source, edge.target, label)
        key = "labels" if node.type == "classify" else "cases"
        old = node.config.get(key)
        kept = [case for case in (old if isinstance(old, list) else []) if (case.get("name") if isinstance(case, dict) else case) != label]
        job.draft.configure(node.id, {key: kept})
        job.outcome.done.append(f"*{node.label}* has no case {label} any more" + (f"; removed with it: {_listed(only)}" if only else ""))
        return True
    return False


def _only_behind(node: Node, label: str, draft: Draft) -> list[Node]:
    """The steps that are reached by this way out and by no other."""
    workflow = draft.workflow
    found: list[Node] = []
    waiting = [edge.target for edge in workflow.edges_from(node.id) if edge.source_handle == label]
    while waiting:
        at = waiting.pop(0)
        taken = {other.id for other in found}
        step = workflow.node(at)
        into = workflow.edges_into(at)
        if (
            step is None
            or at in taken
            or not all(edge.source in taken or (edge.source == node.id and edge.source_handle == label) for edge in into)
        ):
            continue
        if step.type == "output":
            continue
        found.append(step)
        waiting += [edge.target for edge in workflow.edges_from(at)]
    return found


def _listed(nodes: Sequence[Node]) -> str:
    return ", ".join(f"*{node.label}*" for node in nodes)


def acting_step(draft: Draft) -> Node | None:
    """The step that does something to the outside: what "first" comes before."""
    nodes = resolve.order(draft.workflow)
    acting = [node for node in nodes if node.type in _ACTS]
    return acting[0] if acting else next((node for node in nodes if not draft.catalogue[node.type].is_trigger), None)
