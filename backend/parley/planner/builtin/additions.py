"""Steps added to what is there, at the place that was said: before, after, between, beside, at the start, at the end, for each."""

import re
from collections.abc import Sequence

from parley.planner.builtin import lexicon, resolve, surgery
from parley.planner.builtin.build import Draft, Tail
from parley.planner.builtin.plan import Choice, Part, Step, steps_of
from parley.planner.builtin.text import stem, words
from parley.workflow import structure
from parley.workflow.spec import Node

Place = tuple[str, Node]
_GOES_OUT = frozenset({"output", "webhook_response", "email", "slack_message"})


def guarding(place: Place, text: str, draft: Draft) -> Place:
    """ "before anything is sent": where one text goes out in several ways, the approval stands behind it, before all of them."""
    if not re.search(r"\bbefore\s+(?:anything|everything|any of it|it all)\b", text, re.I):
        return place
    upstream = structure.upstream(draft.workflow)
    leaving = [node.id for node in draft.workflow.nodes if node.type in _GOES_OUT and node.parent == place[1].parent]
    writers = [
        node for node in resolve.order(draft.workflow) if node.type in {"llm", "agent"} and all(node.id in upstream[out] for out in leaving)
    ]
    return ("after", writers[-1]) if writers else place


def after_list(thing: str, draft: Draft) -> list[Node]:
    """The step that would be done for each `thing`."""
    return [
        node
        for node in after_list_found(thing, draft).nodes
        if not draft.catalogue[node.type].is_trigger and node.type not in {"loop", "output"}
    ]


def put_at_end(parts: Sequence[Part], text: str, draft: Draft) -> None:
    """Where no place was said: beside what reads already, behind what tells already ("as well"), else at the end."""
    place = _beside_sources(parts, draft)
    if place is None and _TOO.search(text) and (told := _last_told(parts, draft)):
        place = ("after", told)
    put(parts, place, draft)


def after_list_found(thing: str, draft: Draft) -> resolve.Found:
    """The step that takes the list: the one after the step that makes it, else the last one."""
    makers = resolve.find(thing, draft.workflow, draft.reading, plural=True).nodes
    for maker in makers:
        for edge in draft.workflow.edges_from(maker.id):
            node = draft.workflow.node(edge.target)
            if node is not None:
                return resolve.Found((node,))
    steps = [node for node in resolve.order(draft.workflow) if node.type != "output"]
    return resolve.Found((steps[-1],)) if steps else resolve.NOTHING


# A step of these kinds that names no address, channel or table of its own, where one is there already, is that one.
_ADDRESSED = frozenset({"email", "slack_message", "db_write", "db_query", "http_request", "webhook_response"})
_MORE = re.compile(r"\b(?:another|second|third|new|more|extra|additional|also|too|as well|again|add|insert|append)\b", re.I)


def is_there(step: Step, text: str, draft: Draft) -> bool:
    """ "the mail should ...": a step that is spoken of, not asked for."""
    if step.type not in _ADDRESSED or step.values or _MORE.search(text):
        return False
    named = {stem(word) for word in words(step.label)} - {stem(word) for word in ("send", "post", "save", "call", "query", "email", "mail")}
    known = [node for node in draft.workflow.nodes if node.type == step.type]
    said = {stem(word) for node in known for word in words(f"{node.label} {lexicon.TYPE_WORDS.get(node.type, '')}")}
    return bool(known) and (named - {"slack", "result", "tabl", "servic"} <= said)


_TOO = re.compile(r"\b(?:also|as well|too|additionally)\b", re.I)
_TELLS = frozenset({"slack_message", "email"})


def _last_told(parts: Sequence[Part], draft: Draft) -> Node | None:
    """ "mail x as well": where somebody is told on one way of a decision only, one more is told on that way."""
    if any(step.type not in _TELLS for step in steps_of(list(parts))):
        return None
    told = [node for node in resolve.order(draft.workflow) if node.type in _TELLS and not draft.workflow.edges_from(node.id)]
    chosen = [node for node in told if any(edge.source_handle for edge in draft.workflow.edges_into(node.id))]
    return chosen[-1] if len(chosen) == len(told) == 1 else None


def put(parts: Sequence[Part], place: Place | None, draft: Draft) -> None:
    if place is None:
        tails = tails_for_new(draft)
        loops = [node for node in draft.workflow.nodes if node.type == "loop" and tails == [(node.id, None)]]
        if loops and isinstance(parts[0], Choice) and parts[0].condition is not None and parts[0].condition.kind in {"compare", "is"}:
            # A value of an item is asked about where the item is.
            inner = [node for node in draft.workflow.body(loops[0].id) if not draft.workflow.edges_from(node.id)]
            surgery.append(parts, [(node.id, None) for node in inner], draft, loops[0].id)
            return
        surgery.append(parts, tails, draft)
        return
    where, node = place
    if where == "before":
        surgery.insert_before(parts, node, draft)
    elif where == "after":
        surgery.insert_after(parts, node, draft)
    else:
        surgery.beside(parts, node, draft)


_FEEDS = frozenset({"http_request", "db_query", "knowledge_search", "web_search"})


def _fetches(step: Step) -> bool:
    return step.values.get("method", "GET") == "GET" and bool(step.values.get("url"))


def _writes(draft: Draft, node_id: str) -> bool:
    node = draft.workflow.node(node_id)
    return node is not None and node.type in {"llm", "agent"}


def _beside_sources(parts: Sequence[Part], draft: Draft) -> Place | None:
    """One more search stands beside the search that is there, else before the text that is written from it."""
    steps = steps_of(list(parts))
    nodes = resolve.order(draft.workflow)
    if steps and all(step.type == "db_query" or (step.type == "http_request" and _fetches(step)) for step in steps):
        # one more thing to read, where a text is written from what is read
        sources = [
            node
            for node in nodes
            if node.type in _FEEDS and any(_writes(draft, edge.target) for edge in draft.workflow.edges_from(node.id))
        ]
        return ("beside", sources[-1]) if sources else None
    if not steps or any(step.type not in {"knowledge_search", "web_search"} for step in steps):
        return None
    if found := [node for node in nodes if node.type in {"knowledge_search", "web_search"}]:
        return ("beside", found[-1])
    writers = [node for node in nodes if node.type in {"llm", "agent"}]
    return ("before", writers[0]) if writers else None


def tails_for_new(draft: Draft) -> list[Tail]:
    """Where an addition without a place goes on from: beside the answer of a chat, else behind every end."""
    answers: list[Tail] = [
        (edge.source, edge.source_handle)
        for node in draft.workflow.nodes
        if node.type == "output"
        for edge in draft.workflow.edges_into(node.id)
    ]
    return answers or resolve.ends(draft.workflow)
