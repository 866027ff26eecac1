"""What a message asks for, as a tree: steps one after another, lanes side by side, choices and loops. Not yet nodes."""

from dataclasses import dataclass, field
from typing import TypeGuard

from pydantic import JsonValue


@dataclass
class Step:
    """`said` are the masked words it stands for, `topic` the noun phrase it is about ("starter guide"), `confidence` 0 to 1.
    `values` are config fields said outright; the others are filled in from the diagram around it (`references`)."""

    type: str
    label: str
    said: str
    values: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    topic: str = ""
    confidence: float = 0.9
    assumed: str = ""  # what was taken for granted, for the reply: "no time was said, so 9:00"


@dataclass
class Together:
    lanes: "list[list[Part]]"


@dataclass
class Choice:
    """`lanes` by branch handle; a handle without a lane leads on to what follows."""

    step: Step
    lanes: "dict[str, list[Part]]"
    condition: "Condition | None" = None
    joins: bool = False  # every way out leads on to what follows, also the one of a refusal


@dataclass
class Each:
    step: Step
    body: "list[Part]"


@dataclass(frozen=True)
class Condition:
    """A predicate, parsed but not yet tied to the steps before it. `kind` says how `subject` and `value` are read."""

    kind: str  # compare, between, about, is, yes, empty, found, failed, lacks, unknown
    subject: str
    op: str
    value: JsonValue
    said: str
    negated: bool = False
    every: bool = False  # asked of every row of a list: true if it holds for one of them


Part = Step | Together | Choice | Each


@dataclass
class Plan:
    trigger: Step | None
    parts: list[Part]
    name: str
    unread: list[str]  # phrases nothing could be made of, as they were written


def steps_of(parts: list[Part]) -> list[Step]:
    """All steps in the order they were said."""
    found: list[Step] = []
    for part in parts:
        if is_step(part):
            found.append(part)
        elif isinstance(part, Together):
            for lane in part.lanes:
                found += steps_of(lane)
        elif isinstance(part, Choice):
            found.append(part.step)
            for lane in part.lanes.values():
                found += steps_of(lane)
        elif isinstance(part, Each):
            found += [part.step, *steps_of(part.body)]
    return found


def is_step(part: Part) -> TypeGuard[Step]:
    return isinstance(part, Step)
