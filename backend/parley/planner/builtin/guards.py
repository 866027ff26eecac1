"""Approvals that guard: "ask me before anything is sent" stands between the work and whatever goes out, wherever it was said."""

import re

from parley.planner.builtin import binding, mentions
from parley.planner.builtin.choices import State
from parley.planner.builtin.plan import Choice, Each, Part, Step, Together, is_step, steps_of

_BEFORE = re.compile(r"[\s,]*\b(?:before|prior to)\s+(.+)$", re.I)
_OUT = frozenset({"slack_message", "email", "output", "webhook_response", "db_write", "knowledge_add"})


# "it is mailed, but only after the treasurer approved": the same, said from the other end
_ONLY_AFTER = re.compile(
    r"[\s,]*(?:\bbut\s+)?\bonly\s+(?:after|once|when|if)\s+(?P<who>(?:\S+\s+){1,4}?(?:has\s+|have\s+)?(?:approve[sd]?"
    r"|confirm(?:s|ed)?|agree[sd]?"
    r"|sign(?:s|ed)?(?: it)?(?: off)?|released?s?|okayed|said yes|checked)(?:\s+(?:it|this|that|them))?)$",
    re.I,
)


def place(text: str, state: State) -> bool:
    """Performs a clause like "let the lead approve it before it is mailed"; False where the text is no such clause."""
    if late := _ONLY_AFTER.search(text):
        text = f"{late['who']} before {text[: late.start()].strip(' ,')}"
    match = _BEFORE.search(text)
    asked = binding.bind(text[: match.start()], state.reading, state.collections) if match else []
    if match is None or not any(is_step(part) and part.type == "approval" for part in asked):
        return False
    approval = next(part for part in asked if is_step(part) and part.type == "approval")
    acts = _acts_named(match[1], state)
    there = [step for step in steps_of(state.stack[0].parts) if step.type in _OUT]
    new = [step for step in acts if not any(other.type == step.type for other in there)]
    if new:
        state.here.extend([approval, *new])
        return True
    kinds = {step.type for step in acts} or set(_OUT)
    parts = _list_with(state.stack[0].parts, kinds)
    parts.insert(_first(parts, kinds), approval)
    return True


def _acts_named(text: str, state: State) -> list[Step]:
    if not any(mention.place in {"slack", "mail", "table", "url", "system"} for mention in mentions.find_mentions(text, state.reading)):
        return []
    found = binding.bind(text, state.reading, state.collections, has_text=True)
    return [step for step in steps_of(found) if step.type in _OUT | {"http_request"}]


def _list_with(parts: list[Part], kinds: set[str]) -> list[Part]:
    """The list of parts that the approval belongs into: the innermost loop body that holds what goes out, else the main line."""
    for part in parts:
        if isinstance(part, Each) and any(step.type in kinds for step in steps_of(part.body)):
            return _list_with(part.body, kinds)
    return parts


def _first(parts: list[Part], kinds: set[str]) -> int:
    for index, part in enumerate(parts):
        match part:
            case Step():
                out = part.type in kinds
            case Together() | Each() | Choice():
                out = any(step.type in kinds for step in steps_of([part]))
        if out:
            return index
    return len(parts)
