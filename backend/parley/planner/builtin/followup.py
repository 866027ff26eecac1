"""Short answers to what the last reply asked: the topics to tell apart, the fields to look for, a table, a wait."""

import re

from pydantic import JsonValue

from parley.planner.builtin import labels, reply, slots
from parley.planner.builtin.build import Draft
from parley.planner.builtin.lexicon import ANY_VERB
from parley.planner.builtin.plan import Step
from parley.workflow.spec import Node
from parley.workflow.validate import Surroundings

_LONGEST = 14  # words; a longer message is a request of its own


def answer(masked: str, draft: Draft, surroundings: Surroundings) -> str:
    """Puts the answer where the question pointed and says so; empty where the message is no such answer."""
    text = " ".join(masked.split()).strip(" .!")
    asked = reply.asked_for(draft.workflow, draft.catalogue, surroundings)
    if asked is None or not text or len(text.split()) > _LONGEST or text.endswith("?"):
        return ""
    node, field = asked
    match node.type, field:
        case "classify", "labels":
            return _topics(text, node, draft)
        case "extract", "fields":
            names = _names(text, draft)
            fields: list[JsonValue] = [{"name": slots.slug(name, "field"), "type": "text", "description": name} for name in names]
            return f"*{node.label}* looks for {', '.join(names)}" if names and draft.configure(node.id, {"fields": fields}) else ""
        case "db_query", "query":
            table = _table(text, draft)
            return f"*{node.label}* reads {table}" if table and draft.configure(node.id, {"query": slots.select_all(table)}) else ""
        case "db_write", "table":
            table = _table(text, draft)
            return f"*{node.label}* writes to {table}" if table and draft.configure(node.id, {"table": table}) else ""
        case "delay", "duration":
            waited = slots.duration(text)
            return f"*{node.label}* waits {waited[0]}" if waited and draft.configure(node.id, {"duration": waited[0]}) else ""
        case _:
            return ""


def _names(text: str, draft: Draft) -> list[str]:
    names = [slots.plain(name, draft.reading) for name in slots.listed(text)]
    apt = len(names) >= 2 and all(len(name.split()) <= 3 for name in names) and not ANY_VERB.match(text)
    return list(dict.fromkeys(names))[:20] if apt else []


def _table(text: str, draft: Draft) -> str:
    return slots.table(text, draft.reading) or (text if re.fullmatch(r"[a-z_]\w{1,40}", text, re.I) else "")


def _topics(text: str, node: Node, draft: Draft) -> str:
    """The topics become ways out; what followed as one step becomes a step for each topic."""
    names = _names(re.sub(r"^(?:into|by|they are|these are|it's|the topics are)\s+", "", text, flags=re.I), draft)
    if not names:
        return ""
    leaving = [edge for edge in draft.workflow.edges_from(node.id) if edge.source_handle is None]
    for edge in leaving:
        draft.disconnect(edge.source, edge.target, None)
    draft.configure(node.id, {"labels": list[JsonValue](names)})
    told = f"*{node.label}* tells {_and(names)} apart"
    followers = [after for edge in leaving if (after := draft.workflow.node(edge.target)) is not None]
    for follower in followers:
        if draft.workflow.edges_from(follower.id) or draft.workflow.edges_into(follower.id) or follower.type == "loop":
            draft.connect([(node.id, name) for name in names], follower.id)
            continue
        for name in names:
            _follower(name, follower, node, draft)
        draft.remove(follower.id)
        told += ", and each has a step of its own"
    return told


def _follower(name: str, follower: Node, node: Node, draft: Draft) -> None:
    verb = follower.label.split()[0]
    values = {key: value for key, value in follower.config.items() if key not in {"channel", "to"}}
    step = Step(follower.type, labels.phrase(verb, name, f"{verb} {name}"), "", values, topic=name)
    draft.add(step, [(node.id, name)], follower.parent)


def _and(names: list[str]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}"
