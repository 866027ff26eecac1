"""Arrows by name: "connect the query to the mail", "cut the arrow between the mail and the output", "the query should also lead to #x"."""

import re

from parley.planner.builtin import resolve, surgery
from parley.planner.builtin.choices import outcome_handle
from parley.planner.builtin.job import Job, which
from parley.workflow.spec import Node

_ARROW = r"(?:an? |the |another )?(?:arrow|line|edge|connection|link|wire)"
_CONNECT = (
    re.compile(r"^(?:connect|link|wire|hook)(?: up)?\s+(?P<a>.+?)\s+(?:up )?(?:to|with|and)\s+(?P<b>.+)$", re.I),
    re.compile(rf"^(?:draw|add|make|put in|insert)\s+{_ARROW}\s+(?:from|between)\s+(?P<a>.+?)\s+(?:to|and)\s+(?P<b>.+)$", re.I),
    re.compile(
        r"^(?:let\s+|make\s+)?(?P<a>.+?)\s+(?:should\s+"
        r"|must\s+)?(?:also\s+)?leads?\s+(?:also\s+)?(?:on\s+)?to\s+(?P<b>.+?)(?:\s+as well|\s+too)?$",
        re.I,
    ),
)
_CUT = (
    re.compile(r"^(?:disconnect|unlink|detach|unhook)\s+(?P<a>.+?)\s+(?:from|and|to)\s+(?P<b>.+)$", re.I),
    re.compile(rf"^(?:remove|delete|cut|drop|take away)\s+{_ARROW}\s+(?:from|between)\s+(?P<a>.+?)\s+(?:to|and)\s+(?P<b>.+)$", re.I),
    re.compile(r"^(?P<a>.+?)\s+(?:should|must)(?:n't| not)\s+(?:any ?more )?lead\s+to\s+(?P<b>.+?)(?:\s+any ?more)?$", re.I),
)


def wire(text: str, job: Job) -> bool:
    """Connects or cuts; True also where it cannot be, which is then told."""
    for cuts, patterns in ((True, _CUT), (False, _CONNECT)):
        for pattern in patterns:
            if match := pattern.match(text):
                a, b = _node(match["a"], job), _node(match["b"], job)
                if a is not None and b is not None and a.id != b.id:
                    return cut(a, b, job) if cuts else connect(a, b, match["a"], job)
                if pattern is patterns[0] and not job.outcome.unread:
                    which(match["a"] if a is None else match["b"], job)  # never read as a wish for new steps
                    return True
    return False


def _node(phrase: str, job: Job) -> Node | None:
    found = resolve.find(phrase, job.draft.workflow, job.draft.reading, job.focus)
    return found.nodes[0] if found.nodes and not found.unsure else None


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
