"""Branches while a plan is made: which lane of which decision the next steps belong to."""

import re
from dataclasses import dataclass, field

from parley.planner.builtin import labels
from parley.planner.builtin.plan import Choice, Condition, Each, Part, Step, is_step
from parley.planner.builtin.text import Reading, stem

YES = re.compile(
    r"\b(?:if )?(?:approve[ds]?|confirm(?:s|ed)?|accept(?:s|ed)|yes|ok(?:ay(?:ed)?)?|agree[sd]?|granted|says yes|signed off"
    r"|he does|she does|they do)\b",
    re.I,
)
NO = re.compile(
    r"\b(?:reject(?:ed|s)?|declined?s?|denied|denies|no|refused?s?|not approved?|disapprove[sd]?|not (?:ok|confirmed"
    r"|accepted)|turned down|says no)\b",
    re.I,
)
REST = frozenset({"other", "others", "else", "rest", "anything else", "everything else", "default", "remaining"})


@dataclass
class Frame:
    """Where the next step goes. `lane_of` is the choice whose lane this is, `each` the loop whose body."""

    parts: list[Part]
    lane_of: Choice | None = None
    each: Each | None = None


@dataclass
class State:
    reading: Reading
    collections: frozenset[str] | None
    webhook: bool
    event: bool  # something outside starts it: "every order" is then the one that came in
    stack: list[Frame]
    unread: list[str] = field(default_factory=list[str])

    @property
    def here(self) -> list[Part]:
        return self.stack[-1].parts


def open_lane(state: State, choice: Choice, handle: str) -> None:
    """Makes the lane of `handle` the place where the next steps go; lanes of the same choice that are open are closed first."""
    while any(frame.lane_of is choice for frame in state.stack):
        state.stack.pop()
    lane = choice.lanes.setdefault(handle, [])
    state.stack.append(Frame(lane, lane_of=choice))


def choices_here(state: State) -> list[tuple[Choice, list[Part]]]:
    """Choices that an "otherwise" may belong to, nearest first: those of the open lanes, then the last one of the list we are in."""
    found: list[tuple[Choice, list[Part]]] = []
    for depth in range(len(state.stack) - 1, -1, -1):
        frame = state.stack[depth]
        if frame.lane_of is not None:
            found.append((frame.lane_of, frame.parts))
        for part in reversed(frame.parts):
            if isinstance(part, Choice) and all(part is not known for known, _ in found):
                found.append((part, frame.parts))
                break
        if frame.each is not None:
            break
    return found


def open_yes(state: State) -> None:
    """ "if it is, ...": the way on which the last condition holds, whichever way round it was said."""
    for choice, parts in choices_here(state):
        if choice.step.type == "condition":
            negated = choice.condition is not None and choice.condition.negated
            unwind(state, choice, parts)
            open_lane(state, choice, "false" if negated else "true")
            return
    if approval := nearest_approval(state):
        open_lane(state, approval, "approved")
        return
    last = state.here[-1] if state.here else None
    if last is not None and is_step(last) and last.type == "llm" and (asked := _WHETHER.search(last.said)):
        # "let it judge whether there is a risk, and if so ...": the judgement's own yes
        said = state.reading.unmask(asked[1])
        choice = Choice(
            Step("condition", labels.fit(said, labels.WIDTH - 1) + "?", said, {}), {}, condition=Condition("yes", "", "", None, said)
        )
        state.here.append(choice)
        open_lane(state, choice, "true")


_WHETHER = re.compile(r"\b(?:whether|if)\s+(.+)$", re.I)


def open_rest(state: State) -> None:
    for choice, parts in choices_here(state):
        handle = rest_handle(choice)
        if choice.lanes.get(handle):
            continue
        unwind(state, choice, parts)
        open_lane(state, choice, handle)
        return
    if approval := nearest_approval(state):
        open_lane(state, approval, "rejected")


def unwind(state: State, choice: Choice, parts: list[Part]) -> None:
    """Closes the frames that were opened after the list the choice stands in."""
    while len(state.stack) > 1 and not any(part is choice for part in state.here):
        state.stack.pop()


def rest_handle(choice: Choice) -> str:
    match choice.step.type:
        case "approval":
            return "rejected"
        case "switch":
            return "default"
        case "classify":
            names = labels_of(choice)
            other = next((name for name in names if name.lower() in REST), None)
            if other is None:
                other = "other"
                choice.step.values["labels"] = [*names, other]
            return other
        case _:
            return "false"


def labels_of(sorter: Step | Choice) -> list[str]:
    step = sorter.step if isinstance(sorter, Choice) else sorter
    if step.type == "switch":
        cases = step.values.get("cases")
        return [str(case["name"]) for case in cases if isinstance(case, dict)] if isinstance(cases, list) else []
    names = step.values.get("labels")
    return [str(name) for name in names] if isinstance(names, list) else []


def sorting(parts: list[Part]) -> Step | Choice | None:
    """The last sorting step of a list, as it stands there."""
    for part in reversed(parts):
        if (part.step.type if isinstance(part, Choice) else part.type if is_step(part) else "") in {"classify", "switch"}:
            return part if isinstance(part, Choice) or is_step(part) else None
    return None


def last_choice(state: State) -> Choice | None:
    """The nearest classify or switch, made a choice if it still is a plain step."""
    for frame in reversed(state.stack):
        for index in range(len(frame.parts) - 1, -1, -1):
            part = frame.parts[index]
            if isinstance(part, Choice) and part.step.type in {"classify", "switch"}:
                return part
            if is_step(part) and part.type in {"classify", "switch"}:
                choice = Choice(part, {})
                after = frame.parts[index + 1 :]
                frame.parts[index:] = [choice, *after]
                return choice
    return None


def nearest_approval(state: State) -> Choice | None:
    """The nearest approval as a choice, what follows it being its approved lane."""
    for frame in reversed(state.stack):
        for index in range(len(frame.parts) - 1, -1, -1):
            part = frame.parts[index]
            if isinstance(part, Choice) and part.step.type == "approval":
                return part
            if is_step(part) and part.type == "approval":
                choice = Choice(part, {"approved": frame.parts[index + 1 :]})
                frame.parts[index:] = [choice]
                return choice
            if isinstance(part, Choice) and part.step.type == "condition":
                for lane in part.lanes.values():
                    within = State(state.reading, state.collections, state.webhook, state.event, [Frame(lane)])
                    if lane and (found := nearest_approval(within)):
                        return found
    return None


def outcome_handle(text: str, node_type: str, branches: tuple[str, ...]) -> str | None:
    """The branch of an existing node that a condition names by its outcome."""
    if len(text.split()) > 8:
        return None
    if node_type == "approval":
        return "rejected" if NO.search(text) else "approved" if YES.search(text) else None
    if node_type in {"classify", "switch"}:
        return matching_label(text, list(branches))
    return None


def matching_label(text: str, names: list[str]) -> str | None:
    spoken = [stem(word) for word in re.findall(r"[^\W_]+", text.lower())]
    for name in names:
        wanted = [stem(word) for word in re.findall(r"[^\W_]+", name.lower())]
        if wanted and all(word in spoken for word in wanted):
            return name
    return None


def add_label(choice: Choice, label: str) -> None:
    if choice.step.type == "classify":
        choice.step.values["labels"] = [*labels_of(choice), label]
    else:
        cases = choice.step.values.get("cases")
        choice.step.values["cases"] = [*(cases if isinstance(cases, list) else []), {"name": label, "expression": ""}]


def all_join(part: Part) -> None:
    if isinstance(part, Choice):
        part.joins = True
        for lane in part.lanes.values():
            for index, inner in enumerate(lane):
                if is_step(inner) and inner.type == "approval":
                    lane[index:] = [Choice(inner, {"approved": lane[index + 1 :]}, joins=True)]
                    break
                all_join(inner)
