"""Steps added to what is there, at the place that was said: before, after, between, beside, at the start, at the end, for each."""

import re
from collections.abc import Sequence

from parley.planner.builtin import items, lexicon, places, resolve, surgery
from parley.planner.builtin.build import Draft, Tail
from parley.planner.builtin.decisions import acting_step, before_existing, for_case, on_outcome, otherwise
from parley.planner.builtin.job import Job, names, parts_of
from parley.planner.builtin.labels import fit
from parley.planner.builtin.plan import Choice, Part, Step, is_step, steps_of
from parley.planner.builtin.text import stem, words
from parley.workflow.spec import Node

ADD = re.compile(
    r"^(?:(?:please|and|also|then|ok|now)[\s,]+)*(?:add|insert|include|put(?: in)?|append|introduce|i(?:'d"
    r"| would) like|i want|we need|there should be|prepend|attach)\s+(?=an?\b|another\b|one\b|some\b|the\b"
    r"|approval|step|node|web|delay|new\b|condition)(?:an?\s+|another\s+|one\s+more\s+|some\s+|the\s+"
    r"|new\s+)?(?:(?:step|node|box|action)\s*(?:that|which|to|where it|for|called)?\s*)?",
    re.I,
)
_PER_ITEM = re.compile(
    r"^(?:(?:please|and|also|then|now)[\s,]+)*(?:(?:do|run|repeat|make|execute|perform|apply|loop|wrap"
    r"|have|put|send)\s+)?(?P<what>.*?)\s*(?:in(?:to)? a loop\b(?:\s*(?:over|for(?: each"
    r"| every)?)\s+(?P<thing2>.+))?|\b(?:separately |individually |once )?(?:for (?:each"
    r"|every)(?: single)?(?: one of)?(?: the)?|per|over (?:all|each"
    r"|every))\s+(?P<thing>[\w ⟨⟩-]+?))\s*(?:separately|individually|one by one|on its own|in turn)?\W*$",
    re.I,
)
_LOOP_OVER = re.compile(
    r"^(?:(?:please|and|also|then|now)[\s,]+)*(?:(?:add|insert|make|put in"
    r"|create)\s+)?(?:an?\s+)?loop\s+(?:over|through|for(?: each| every)?)\s+(?P<thing3>[\w ⟨⟩-]+?)\W*$|^$",
    re.I,
)


def per_item(text: str, job: Job) -> bool:
    over = _LOOP_OVER.match(text)
    match = _PER_ITEM.match(text)
    if over and over["thing3"]:
        thing, what = over["thing3"], ""
    elif match:
        thing = (match["thing"] or match["thing2"] or "").strip()
        what = re.sub(r"\b(?:once|separately|individually)\b", "", match["what"]).strip(" ,")
    else:
        return False
    found = resolve.find(what, job.draft.workflow, job.draft.reading, job.focus) if what else after_list_found(thing, job.draft)
    if not found.nodes or (found.unsure and len(found.nodes) > 3):
        return False
    node = found.nodes[len(found.nodes) - 1]
    if job.draft.catalogue[node.type].is_trigger or node.type in {"loop", "output"}:
        return False
    singular = items.singular(thing, job.draft.reading)
    surgery.wrap([node], Step("loop", fit(f"For each {singular}"), text, {}, topic=singular), job.draft)
    job.outcome.done.append(f"*{node.label}* now runs for each {singular}")
    return True


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


def add(text: str, job: Job) -> bool:
    """New steps, at the place that was said: before, after, between, beside, at the start or (if nothing was said) at the end."""
    asked = ADD.match(text) is not None
    text = ADD.sub("", text)
    text_before = text
    if for_case(text, job):
        return True
    place, text = places.find(text, job)
    if job.outcome.question:
        return True
    if re.match(r"(?:otherwise|else|if not)\b", text, re.I) and otherwise(text, job):
        return True
    if on_outcome(text, job):
        return True
    first = bool(re.search(r"\bfirst\b(?!\s+\w+\s+(?:step|name))", text, re.I))
    conditional = re.search(r"\b(?:only )?(?:if|unless)\b|\bonly\b.*\bwhen\b", text, re.I) or (
        place is None
        and re.match(
            r"(?:only"
            r" )?when\b",
            text,
            re.I,
        )
    )
    if conditional and before_existing(text, job, first):
        return True
    parts = parts_of(text, job)
    parts = [part for part in parts if not (is_step(part) and (part.confidence < 0.3 or is_there(part, text_before, job.draft)))]
    if not parts and place is not None and (whole := parts_of(text_before, job)) and is_step(whole[0]) and whole[0].type == "approval":
        parts = whole[:1]  # "ask me before anything is sent": only with its place does it say what is asked
    if not parts:
        return False
    if place is None and first and all(step.type in _READS for step in steps_of(parts)):
        starts = [node for node in job.draft.workflow.nodes if job.draft.catalogue[node.type].is_trigger]
        place = ("after", starts[0]) if starts else None
    if place is None and first and (target := acting_step(job.draft)):
        place = ("before", target)
    if place is None:
        place = _beside_sources(parts, job.draft)
    if place is None and _TOO.search(text) and (beside := _last_told(parts, job.draft)):
        place = ("after", beside)
    if place is not None and place[0] == "before" and is_step(parts[0]) and parts[0].type == "approval":
        place = places.guarding(place, text_before, job.draft)
    put(parts, place, job.draft)
    surest = min((step.confidence for step in steps_of(parts)), default=1.0)
    job.outcome.sure = min(job.outcome.sure, surest if asked or place is not None else 0.8 * surest)  # neither "add" nor a place: a guess
    where = f" {place[0]} *{place[1].label}*" if place is not None else ""
    if place is None and re.search(r"\b(?:before|between)\b", text, re.I):
        job.outcome.unread.append(job.draft.reading.unmask(text[re.search(r"\b(?:before|between)\b", text, re.I).start() :]))  # type: ignore[union-attr]
    job.outcome.done.append(f"Added {names(parts)}{where}")
    return True


_READS = frozenset({"knowledge_search", "web_search", "db_query"})


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


def put(parts: Sequence[Part], place: places.Place | None, draft: Draft) -> None:
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


def _beside_sources(parts: Sequence[Part], draft: Draft) -> places.Place | None:
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
