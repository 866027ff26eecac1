"""Arrows by name: "connect the query to the mail", "cut the arrow between the mail and the output", "the query should also lead to #x"."""

from parley.planner.builtin import surgery
from parley.planner.builtin.choices import outcome_handle
from parley.planner.builtin.job import Job
from parley.workflow.spec import Node


def connect(a: Node, b: Node, said: str, job: Job) -> bool:
    ways = job.draft.branches(a.id)
    handle = (outcome_handle(said, a.type, ways) or ways[0]) if ways else None
    before, count = surgery.at_hand(job.draft), len(job.draft.done)
    job.draft.connect([(a.id, handle)], b.id)
    if len(job.draft.done) == count:
        job.outcome.done.append(
            f"*{a.label}* cannot lead to *{b.label}*: it comes after it, is already joined to it or stands in another loop"
        )
        return True
    surgery.mend(job.draft, before)
    job.outcome.done.append(f"*{a.label}* now leads to *{b.label}*")
    return True


def cut(a: Node, b: Node, job: Job) -> bool:
    edges = [edge for edge in job.draft.workflow.edges if {edge.source, edge.target} == {a.id, b.id}]
    if not edges:
        job.outcome.done.append(f"There is no arrow between *{a.label}* and *{b.label}*")
        return True
    before = surgery.at_hand(job.draft)
    for edge in edges:
        job.draft.disconnect(edge.source, edge.target, edge.source_handle)
    surgery.mend(job.draft, before)
    for node in (a, b):
        surgery.forget(node, job.draft)
    job.outcome.done.append(f"*{a.label}* and *{b.label}* are no longer joined")
    return True
