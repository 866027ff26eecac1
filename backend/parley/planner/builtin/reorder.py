"""Steps that are there, in another order: first, last, before or after another, side by side, one after the other; and branches swapped.
What the sentence names must be steps that are there: a new step is added elsewhere."""

import re

from parley.planner.builtin import resolve, surgery
from parley.planner.builtin.build import Draft
from parley.planner.builtin.job import Job
from parley.workflow import structure
from parley.workflow.spec import Node

_SWAP_WAYS = re.compile(
    r"\b(?:swap|switch|flip|exchange|invert|reverse|mix(?:ed)? up|wrong way (?:a)?round|other way (?:a)?round|back to front)\b", re.I
)
_WAYS = re.compile(r"\b(?:branch(?:es)?|ways?|outcomes?|paths?|yes and no|true and false|the two|them|it|condition|sides?|lanes?)\b", re.I)


def abreast(one: Node, two: Node, job: Job) -> bool:
    """Lets two steps of which one follows the other start from the same place."""
    if one.id == two.id or one.parent != two.parent:
        return False
    first, second = (two, one) if two.id in structure.upstream(job.draft.workflow)[one.id] else (one, two)
    draft = job.draft
    arriving = draft.workflow.edges_into(first.id)
    if not any(edge.source == first.id for edge in draft.workflow.edges_into(second.id)):
        return False
    draft.connect([(edge.source, edge.source_handle) for edge in arriving], second.id)
    for edge in draft.workflow.edges_into(second.id):
        if edge.source == first.id:
            draft.disconnect(edge.source, edge.target, edge.source_handle)
    for edge in draft.workflow.edges_from(second.id):
        ways = draft.branches(first.id)
        draft.connect([(first.id, ways[0] if ways else None)], edge.target)
    job.outcome.done.append(f"*{first.label}* and *{second.label}* now run at the same time")
    return True


def swap_ways(said: str, job: Job) -> bool:
    """The true and the false way of a condition change places."""
    if not _SWAP_WAYS.search(said):
        return False
    decisions = [node for node in resolve.order(job.draft.workflow) if node.type in {"condition", "approval"}]
    if not decisions or not _WAYS.search(said):
        return False
    node = next((other for other in decisions if other.id == job.focus), decisions[-1])
    draft, leaving = job.draft, job.draft.workflow.edges_from(node.id)
    other_way = dict(zip(draft.branches(node.id), reversed(draft.branches(node.id)), strict=True))
    for edge in leaving:
        draft.disconnect(edge.source, edge.target, edge.source_handle)
    for edge in leaving:
        draft.connect([(edge.source, other_way.get(edge.source_handle or ""))], edge.target)
    job.outcome.done.append(f"The ways out of *{node.label}* have changed places")
    return bool(leaving)


def moved(node: Node, where: str, anchor: Node, job: Job) -> bool:
    if move(node, where, anchor, job.draft):
        job.outcome.done.append(f"*{node.label}* now stands {where} *{anchor.label}*")
        return True
    return False


def move(node: Node, where: str, anchor: Node, draft: Draft) -> bool:
    """Takes the node out of its place, joins its neighbours, and puts it before or after the anchor."""
    ends_there = anchor.type in {"output", "webhook_response"} and where == "after"  # nothing comes after the answer
    if node.parent != anchor.parent or ends_there or draft.catalogue[node.type].is_trigger:
        return False
    at_hand = surgery.at_hand(draft)
    leaving = draft.workflow.edges_from(node.id)
    way = leaving[0].source_handle if leaving else next(iter(draft.branches(node.id)), None)
    for edge in leaving:
        for into in draft.workflow.edges_into(node.id):
            draft.connect([(into.source, into.source_handle)], edge.target)
    for edge in [*draft.workflow.edges_into(node.id), *leaving]:
        draft.disconnect(edge.source, edge.target, edge.source_handle)
    if where == "before":
        for edge in draft.workflow.edges_into(anchor.id):
            draft.connect([(edge.source, edge.source_handle)], node.id)
            draft.disconnect(edge.source, edge.target, edge.source_handle)
        draft.connect([(node.id, way)], anchor.id)
    else:
        ways = draft.branches(anchor.id)
        out = ways[0] if ways else None
        for edge in draft.workflow.edges_from(anchor.id):
            if edge.source_handle == out:
                draft.connect([(node.id, way)], edge.target)
                draft.disconnect(edge.source, edge.target, edge.source_handle)
        draft.connect([(anchor.id, out)], node.id)
    surgery.mend(draft, at_hand)
    surgery.forget(node, draft)
    return True
