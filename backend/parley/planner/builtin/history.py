"""Undo and redo, one or several: which of the earlier workflows is meant, found from the order they were reached in."""

import re
from collections.abc import Sequence

from parley.planner.builtin import slots
from parley.workflow.spec import EMPTY, Workflow

_REDO = re.compile(
    r"^(?:(?:please|no|oops|ok|wait|hm+|sorry|actually|now)[\s,.]+)*(?:can you |could you )?(?:redo\b.*|(?:undo|revert"
    r"|take back) (?:the|that|your|my|this) undo\b.*"
    r"|bring (?:it|that|them) back again|(?:do|make) (?:it|that|the change) again|re-?apply (?:it|that|the change)\b.*"
    r"|(?:put|go) (?:it |that )?forward(?: again| one step| a step)?)[\s.!]*$",
    re.I,
)
_ALL = re.compile(
    r"\b(?:everything|all(?: of (?:it|them|that)| (?:the |my |your )?changes)?|completely|to the (?:very )?(?:start"
    r"|beginning))\b",
    re.I,
)
_TIMES = re.compile(rf"\b{slots.COUNT}\s+(?:(?:last|more)\s+)?(?:times?|changes?|steps?|edits?|turns?|things?|messages?|ones)\b", re.I)


def is_redo(text: str) -> bool:
    return bool(_REDO.match(text))


def times(text: str) -> int:
    """How many changes are meant: 1 where nothing is said, -1 for all of them."""
    if _ALL.search(text):
        return -1
    if re.search(r"\b(?:twice|both)\b", text, re.I):
        return 2
    if re.search(r"\bthrice\b", text, re.I):
        return 3
    last = re.search(rf"\blast {slots.COUNT}\b", text, re.I)
    said = _TIMES.search(text) or last
    return max(1, slots.number(said[1])) if said else 1


def moved(earlier: Sequence[Workflow], current: Workflow, by: int) -> Workflow | None:
    """The workflow `by` changes back (negative) or forward in the line of changes; None where there is none that way."""
    line, at = _line(earlier, current)
    target = max(0, at + by) if by < 0 else min(len(line) - 1, at + by)
    return line[target] if target != at else None


def first(earlier: Sequence[Workflow], current: Workflow) -> Workflow | None:
    line, at = _line(earlier, current)
    return line[0] if at else None


def _line(earlier: Sequence[Workflow], current: Workflow) -> tuple[list[Workflow], int]:
    """The changes as one line, and where on it the current workflow stands. A state that the line already had was reached by undoing or
    redoing: it moves along the line; any other cuts off what lay ahead."""
    line, at = [EMPTY], 0
    for state in (*earlier, current):
        if state == line[at]:
            continue
        back = [index for index in range(at) if line[index] == state]
        ahead = [index for index in range(at + 1, len(line)) if line[index] == state]
        if back:
            at = back[-1]
        elif ahead:
            at = ahead[0]
        else:
            line[at + 1 :] = [state]
            at += 1
    return line, at
