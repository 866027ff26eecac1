"""Steps that are there, in another order: first, last, before or after another, side by side, one after the other; and branches swapped.
What the sentence names must be steps that are there: a new step is added elsewhere."""

import re

from parley.planner.builtin import resolve, surgery
from parley.planner.builtin.build import Draft
from parley.planner.builtin.job import Job
from parley.workflow import structure
from parley.workflow.spec import Node

LONGEST = 200  # characters of a sentence that is read here
_LEAD = r"^(?:(?:please|and|but|hm+|no|rather|better|sorry|so|just|first|let's|i want|we want)[\s,]+)*"
_MUST = (
    r"(?:should|must|shall|has to|have to|needs? to|is to|ought to|can|could|may|will)?\s*(?:be|come|go|goes|comes|happen|happens|run|runs"
    r"|stand|stands|take place|is|are|get done|done|occur)"
)
_BEFORE = r"(?:before|in front of|ahead of|prior to|earlier than|above)"
_AFTER = r"(?:after|behind|following|later than|below|once|right after|only after)"
# "X must come in front of Y", "move X behind Y", "do X before Y"
_RELATIVE = re.compile(
    rf"{_LEAD}(?:(?:move|put|place|shift|drag|do|run|swap)\s+)?(?P<what>.+?)\s+(?:{_MUST}\s+)?(?:(?:right|just|directly|to)\s+)?"
    rf"(?:(?P<before>{_BEFORE})|(?P<after>{_AFTER}))\s+(?P<anchor>.+?)(?:\s*,?\s+not\s+(?:before|after)(?:\s+it)?)?$",
    re.I,
)
_CALLED = re.compile(r"\b(?:move|put|place|shift|drag|should|must|shall|has to|have to|needs? to|comes?|goes|stands?|belongs?)\b", re.I)
# "the storing goes first", "move X to the end"
_ABSOLUTE = re.compile(
    rf"{_LEAD}(?:(?:move|put|place|shift|do|run)\s+)?(?P<what>.+?)\s+(?:{_MUST}\s+)?(?:(?:as|to|at)\s+)?(?:the\s+)?(?:very\s+)?"
    r"(?P<where>first|beginning|start|front|top|last|end|bottom)(?:\s+(?:step|thing|of all|one))?$",
    re.I,
)
# "X first and only then Y", "first X, then Y"
_SEQUENCE = re.compile(
    r"^(?:.{0,60}?\b(?:one after (?:the other|another)|in sequence|sequentially|in turn|in (?:this|that|the following) order"
    r"|the other way (?:a)?round|in a row)\b(?:\s+again)?[\s,:]*)?"
    r"(?P<lead>first\s+)?(?P<one>[^,]+?)(?P<first>(?:\s+(?:goes|comes|runs|is))?\s+first)?\s*,?\s+(?:and\s+)?"
    r"(?:(?:only\s+)?(?:then|afterwards|after that)(?:\s+only)?)\s+(?P<two>.+)$",
    re.I,
)
# "the mail goes first, the post after it"
_FIRST_AFTER = re.compile(
    rf"{_LEAD}(?P<one>[^,]+?)\s+(?:{_MUST}\s+)?first\s*,?\s+(?:and\s+|then\s+)?(?P<two>[^,]+?)\s+(?:{_MUST}\s+)?(?:after(?:wards)?|second|next|later)"
    r"(?:\s+(?:it|that))?$",
    re.I,
)
_AT_ONCE = re.compile(
    rf"{_LEAD}(?:(?:do|run|let|make|have|put)\s+)?(?P<one>.+?)\s+(?:and|with|alongside)\s+(?P<two>.+?)\s+(?:{_MUST}\s+)?"
    r"(?:at (?:the same time|once)|in parallel|side by side|simultaneously|together|parallel|concurrently)(?:\s+(?:please|instead))?$",
    re.I,
)
_SWAP_WAYS = re.compile(
    r"\b(?:swap|switch|flip|exchange|invert|reverse|mix(?:ed)? up|wrong way (?:a)?round|other way (?:a)?round|back to front)\b", re.I
)
_WAYS = re.compile(r"\b(?:branch(?:es)?|ways?|outcomes?|paths?|yes and no|true and false|the two|them|it|condition|sides?|lanes?)\b", re.I)


def reorder(text: str, job: Job) -> bool:
    said = text.strip(" .!?")
    if len(said) > LONGEST:
        return False
    return _swapped_ways(said, job) or _side_by_side(said, job) or _in_sequence(said, job) or _relative(said, job) or _absolute(said, job)


def _step(phrase: str, job: Job) -> Node | None:
    """The one step that is there by that name, and does something; None for a phrase that brings a value of its own."""
    said = re.sub(r"^(?:(?:to|the part (?:with|where)|we|it|i|is|are|also)\s+)+", "", phrase.strip(" ,"), flags=re.I)
    said = re.sub(r"\s+(?:it|them)$", "", said)
    if not said or len(said.split()) > 5:
        return None
    found = resolve.anchor(said, job.draft.workflow, job.draft.reading, job.focus)
    node = found.nodes[0] if len(found.nodes) == 1 else None
    return node if node is not None and not job.draft.catalogue[node.type].is_trigger else None


def _only_steps(phrase: str) -> bool:
    """Whether the phrase names something instead of telling what to make."""
    return not re.search(r"\b(?:add|insert|an?|another|new|if|when|that|which)\b|⟨[mup]", phrase, re.I)


def _relative(said: str, job: Job) -> bool:
    match = _RELATIVE.match(said)
    if match is None or not _CALLED.search(said) or not _only_steps(match["what"]):
        return False
    node, anchor = _step(match["what"], job), _step(match["anchor"], job)
    if node is None or anchor is None or node.id == anchor.id:
        return False
    where = "before" if match["before"] else "after"
    return moved(node, where, anchor, job)


# "let somebody approve the reply first": a new step, nothing moves
_SOMEONE_ELSE = re.compile(
    r".*\b(?:let|have|ask|get)\s+(?:\S+\s+){1,3}?(?:approve|confirm|check|review|release|sign|agree|decide|look|read|see)\b", re.I
)


def _absolute(said: str, job: Job) -> bool:
    match = _ABSOLUTE.match(said)
    if match is None or _SOMEONE_ELSE.match(said) or not _only_steps(match["what"]):
        return False
    node = _step(match["what"], job)
    others = [
        other
        for other in resolve.order(job.draft.workflow)
        if other.parent == (node.parent if node else None) and not job.draft.catalogue[other.type].is_trigger and other != node
    ]
    if node is None or not others:
        return False
    if match["where"].lower() in {"first", "beginning", "start", "front", "top"}:
        return moved(node, "before", others[0], job)
    ends = [other for other in others if not job.draft.workflow.edges_from(other.id) and other.type != "output"]
    return bool(ends or others) and moved(node, "after", (ends or others)[-1], job)


def _in_sequence(said: str, job: Job) -> bool:
    match = _FIRST_AFTER.match(said) or _SEQUENCE.match(said)
    if (
        match is None
        or not (match.re is _FIRST_AFTER or match["lead"] or match["first"])
        or not (_only_steps(match["one"]) and _only_steps(match["two"]))
    ):
        return False
    one, two = _step(re.sub(r"\s+in (?:the|a) .*$", "", match["one"]), job), _step(match["two"], job)
    if one is None or two is None or one.id == two.id:
        return False
    if one.id in structure.upstream(job.draft.workflow)[two.id]:
        job.outcome.done.append(f"*{one.label}* stands before *{two.label}* already")
        return True
    return moved(two, "after", one, job)


def _side_by_side(said: str, job: Job) -> bool:
    match = _AT_ONCE.match(said)
    if match is None or not (_only_steps(match["one"]) and _only_steps(match["two"])):
        return False
    one, two = _step(match["one"], job), _step(match["two"], job)
    return one is not None and two is not None and abreast(one, two, job)


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


def _swapped_ways(said: str, job: Job) -> bool:
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
