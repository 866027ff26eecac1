"""Which steps the words of a command mean, and the new ones that they ask for."""

import re
from collections.abc import Sequence

from parley.planner.builtin import resolve, typed
from parley.planner.builtin.job import Job
from parley.planner.builtin.mentions import find_verbs
from parley.planner.builtin.plan import Part
from parley.planner.builtin.tagger.read import Span
from parley.workflow.spec import Node

PLURAL = re.compile(r"\b(?:all|both|every|any|those|these|parts?|steps|mails|e-?mails|messages|posts|\w+s)\b", re.I)
_LEAD = re.compile(
    r"^(?:(?:right|just|directly|immediately|straight|shortly|only|not)\s+)?(?:(?:before|after|behind|once|when|"
    r"between|following|ahead of|in front of|prior to|beside|next to|alongside|until|parallel to|with|and|from|to|"
    r"as soon as)\s+)+",
    re.I,
)


_COUNTED = re.compile(
    r"(?:both|all|the two|the other two|everything|all (?:of )?(?:it|them))(?: of)?(?: (?:the|these|those|them|it|"
    r"other|two))*(?: (?:steps|nodes|ones|boxes))?"
    r"|(?:these|those)(?: two)?(?: (?:steps|nodes|ones|boxes))?",
    re.I,
)


def nodes_of(text: str, job: Job, many: bool = False) -> list[Node]:
    """The steps meant, by whatever they are called: a step's place in the flow, its name, its kind, what it does or whom it reaches."""
    said = _LEAD.sub("", text.strip(" ,.")) or text
    if counted := _COUNTED.fullmatch(said):
        working = [node for node in acting(job) if node.type != "output"]
        return working[-2:] if re.search(r"both|two", counted[0], re.I) else working
    found = resolve.find(said, job.draft.workflow, job.draft.reading, job.focus, plural=many)
    if not found.nodes or (found.unsure and not many):
        other = resolve.anchor(said, job.draft.workflow, job.draft.reading, job.focus)
        found = other if other.nodes else found
    return list(found.nodes)


def each_named(text: str, job: Job) -> list[Node]:
    """As `nodes_of`, and "the fetch and the sending" are two."""
    pieces = re.split(r"\s*,\s*|\s+and\s+", text)
    found = [nodes_of(piece, job)[:1] for piece in pieces] if len(pieces) > 1 else []
    if found and all(found):
        return [node for nodes in found for node in nodes]
    return nodes_of(text, job, many=PLURAL.search(text) is not None)


def the_one(span: Span | None, job: Job) -> Node | None:
    if span is None:
        return None
    found = nodes_of(span.text, job)
    focused = next((node for node in found if node.id == job.focus), None)
    return focused or (found[0] if found else None)


def new_steps(spans: Sequence[Span], job: Job) -> list[Part]:
    webhook = any(node.type == "webhook_trigger" for node in job.draft.workflow.nodes)
    made: list[Part] = []
    for index, span in enumerate(spans):
        alike = [other for other in spans[index + 1 :] if other.types == span.types]
        named_only = len(span.text.split()) <= 2 and not find_verbs(span.text)
        reached = span.types == ("http_request",) and any("⟨u" in other.text for other in alike)
        if alike and "⟨" not in span.text and (named_only or reached):
            continue  # "switch it off | by a POST to ⟨u0⟩": told in two pieces
        if span.types[:1] == ("llm",) and len(span.types) == 1 and len(spans) > 1 and len(find_verbs(span.text)) == 0:
            continue  # "the finished text should land in #x": a text that is there
        made += typed.parts(span.text, span.types, job.draft.reading, job.collections, webhook, True)
    return made


def acting(job: Job) -> list[Node]:
    return [node for node in resolve.order(job.draft.workflow) if not job.draft.catalogue[node.type].is_trigger]


def distinct(nodes: Sequence[Node]) -> list[Node]:
    return list({node.id: node for node in nodes}.values())
