"""Several steps said at once: "everything behind the search", "all but the mail", "the steps between the search and the mail"."""

import re

from parley.planner.builtin import resolve, slots
from parley.planner.builtin.job import Job
from parley.workflow import structure
from parley.workflow.spec import Node

_ALL = (
    r"(?:everything|all(?: of it)?(?: the)?(?: (?:steps|nodes|parts|others))?|every (?:step|node)|(?:the )?(?:other )?(?:steps|nodes|parts)"
    r"|anything|whatever)"
)
_BUT = r"(?:\s*,?\s*\b(?:except(?: for)?|but(?: not)?|apart from|other than|save for|excluding)\s+(?P<but>.+?))?"
_SELECTED = re.compile(
    rf"^{_ALL}(?:\s+(?:that\s+)?(?:(?:comes?|is|are|stands?|follows?)\s+)?(?P<where>after|behind|following|before|in front of"
    rf"|between)\s+(?P<anchor>.+?))?{_BUT}$",
    re.I,
)


_SOME = re.compile(rf"^(?:the )?(?P<end>first|last) {slots.COUNT} (?:steps|nodes|boxes|parts|ones)$", re.I)


def nodes(what: str, job: Job) -> list[Node] | None:
    """The steps that the words select, never the start; None where they are no such words."""
    if some := _SOME.match(what.strip(" .,")):
        steps = [node for node in resolve.order(job.draft.workflow) if not job.draft.catalogue[node.type].is_trigger]
        count = slots.number(some[2])
        return steps[:count] if some["end"].lower() == "first" else steps[-count:]
    match = _SELECTED.match(what.strip(" .,"))
    if match is None or not (match["where"] or match["but"]):
        return None
    workflow = job.draft.workflow
    selected = [node for node in resolve.order(workflow) if not job.draft.catalogue[node.type].is_trigger]
    upstream = structure.upstream(workflow)
    if match["where"]:
        ends = re.split(r"\s+and\s+", match["anchor"], maxsplit=1) if match["where"].lower() == "between" else [match["anchor"]]
        anchors = [_one(end, job) for end in ends]
        first, last = anchors[0], anchors[-1]
        if first is None or last is None:
            return None
        match match["where"].lower():
            case "after" | "behind" | "following":
                selected = [node for node in selected if first.id in upstream[node.id]]
            case "between":
                selected = [node for node in selected if first.id in upstream[node.id] and node.id in upstream[last.id]]
            case _:
                selected = [node for node in selected if node.id in upstream[first.id]]
    kept: set[str] = set()
    for phrase in re.split(r"\s*,\s*|\s+and\s+(?:for\s+)?", match["but"] or ""):
        if phrase:
            found = resolve.find(phrase, workflow, job.draft.reading, job.focus, plural=True).nodes
            if not found:
                return None
            kept |= {node.id for node in found} | {node.parent for node in found if node.parent}
    return [
        node
        for node in selected
        if node.id not in kept and (node.parent is None or node.parent not in {other.id for other in selected} - kept)
    ]


def among(text: str, job: Job) -> list[Node] | None:
    """The same of words that stand somewhere in the text: "drop everything behind the search"."""
    for begin in _BEGINS.finditer(text):
        if found := nodes(text[begin.start() :], job):
            return found
    return None


_BEGINS = re.compile(rf"\b(?:{_ALL}|(?:the )?(?:first|last))\b", re.I)


def _one(phrase: str, job: Job) -> Node | None:
    found = resolve.find(phrase, job.draft.workflow, job.draft.reading, job.focus, plural=True).nodes
    return found[0] if found else None
