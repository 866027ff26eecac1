"""Other names for the ways out of a decision: "call the first category x", "the categories should be called urgent and normal"."""

import re

from pydantic import JsonValue

from parley.planner.builtin import put, slots, values
from parley.planner.builtin.values import Asked
from parley.workflow.spec import Node

_KEYS = {"classify": "labels", "switch": "cases"}
_NTH = ("first", "second", "third", "fourth", "fifth", "sixth")


def read(asked: Asked, node: Node) -> JsonValue:
    """The names of all ways as they are to be; None where the words name none of them."""
    now = present(node)
    if not now:
        return None
    several = values.names(asked.value, asked.reading)
    if several and asked.says(r"categor\w+|labels?|classes|topics|cases|kinds|ways|options|groups|buckets|into") and not asked.old:
        return list[JsonValue](several) if len(several) >= len(now) else None
    said = values.quoted(asked.value, asked.reading) or slots.plain(values.bare(asked.value), asked.reading)
    said = re.sub(r"^(?:the|an?)\s+|\s+(?:category|label|case|class|topic)$", "", said, flags=re.I)
    at = _which(asked, now)
    if at is None or not said or len(said.split()) > 4 or "⟨" in said:
        return None
    return [said if index == at else name for index, name in enumerate(now)]


def present(node: Node) -> list[str]:
    held = node.config.get(_KEYS.get(node.type, ""))
    return [str(one["name"]) if isinstance(one, dict) else str(one) for one in held] if isinstance(held, list) else []


def _which(asked: Asked, now: list[str]) -> int | None:
    for words in (asked.old, asked.field):
        said = slots.plain(words, asked.reading).lower()
        for index, name in enumerate(now):
            if said and re.search(rf"\b{re.escape(name.lower())}\b", said):
                return index
    for words in (asked.old, asked.field, asked.text):
        if found := re.search(rf"\b(?:({'|'.join(_NTH)})|(last)) (?:categor|label|case|class|topic|kind|way|option|group)", words, re.I):
            index = len(now) - 1 if found[2] else _NTH.index(found[1].lower())
            return index if index < len(now) else None
    return None


def write(asked: Asked, node: Node, value: JsonValue) -> list[str] | None:
    """The names change in their order, and what each led to follows it."""
    if not isinstance(value, list) or len({str(one).lower() for one in value}) < len(value):
        return None
    now, new, key = present(node), [str(one) for one in value], _KEYS[node.type]
    other = dict(zip(now, new, strict=False))
    moved = [
        edge for edge in asked.draft.workflow.edges_from(node.id) if other.get(edge.source_handle or "") not in {None, edge.source_handle}
    ]
    for edge in moved:
        asked.draft.disconnect(edge.source, edge.target, edge.source_handle)
    held = node.config.get(key)
    cases = [_case(one, other) for one in held] if isinstance(held, list) else []
    made: list[JsonValue] = [*cases, *({"name": name, "expression": ""} if key == "cases" else name for name in new[len(now) :])]
    told = put.configured(asked, node, {key: made}, f"tells {', '.join(new)} apart")
    for edge in moved:
        asked.draft.connect([(node.id, other[edge.source_handle or ""] if told else edge.source_handle)], edge.target)
    return told


def _case(one: JsonValue, other: dict[str, str]) -> JsonValue:
    if not isinstance(one, dict):
        return other.get(str(one), one)
    old = str(one.get("name"))
    new = other.get(old, old)
    expression = str(one.get("expression", ""))
    for was, now in ((old, new), (old.lower(), new.lower())):
        expression = re.sub(rf"""(["']){re.escape(was)}\1""", lambda match, now=now: f"{match[1]}{now}{match[1]}", expression)
    return {**one, "name": new, "expression": expression}
