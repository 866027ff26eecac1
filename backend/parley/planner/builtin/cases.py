"""What is said for the cases of a sorting step: by name, by their order ("sort into a, b or c and tell #x, #y or #z"), or by amounts."""

import re
from dataclasses import replace

from pydantic import JsonValue

from parley.planner.builtin import binding, conditions, labels, slots
from parley.planner.builtin.choices import REST, State, labels_of, last_choice, matching_label, open_lane, rest_handle, sorting, unwind
from parley.planner.builtin.clauses import Clause
from parley.planner.builtin.lexicon import ANY_VERB
from parley.planner.builtin.plan import Choice, Condition, Part, Step, Together, is_step, steps_of
from parley.planner.builtin.text import stem

_RIGHT = re.compile(r"\b(?:different|respective|matching|corresponding|own|right|responsible|appropriate|proper)\b", re.I)
_BETWEEN = re.compile(r"^(?:from|between)\s+(\d+(?:[.,]\d+)?)\s+(?:to|and|up to|-)\s+(\d+(?:[.,]\d+)?)\b", re.I)
_BEYOND = re.compile(r"^(?:above|over|more than|below|under|less than|beyond)\s+(?:that|this|it)$", re.I)
_RECEIVERS = frozenset({"slack_message", "email", "http_request", "db_write"})


def bound(text: str, state: State) -> list[Part]:
    has_text = any(step.type in {"llm", "agent"} for step in steps_of(state.stack[0].parts))
    return binding.bind(text, state.reading, state.collections, state.webhook, has_text)


def by_order(found: list[Part], state: State) -> bool:
    """As many receivers as the sorting before them has cases: each gets its own, by name where all names agree, else in the order said."""
    last = sorting(state.here[-1:])
    if last is None or (isinstance(last, Choice) and last.lanes):
        return False
    receivers = _receivers(found)
    names = labels_of(last)
    if len(receivers) == len(names) - 1 and names[-1].lower() in REST:
        names = names[:-1]
    if len(receivers) < 2 or len(receivers) != len(names):
        return False
    if not isinstance(last, Choice):
        last = Choice(last, {})
        state.here[-1] = last
    by_name = [next((step for step in receivers if _named_for(name, step)), None) for name in names]
    paired = [step for step in by_name if step] if len({id(step) for step in by_name if step}) == len(names) else receivers
    for name, step in zip(names, paired, strict=True):
        last.lanes[name] = [step]
    return True


def unpaired(found: list[Part], text: str, state: State) -> bool:
    """Several receivers "or" each other after a sorting with another number of cases: who gets which was not said."""
    last = sorting(state.here[-1:])
    return last is not None and bool(labels_of(last)) and len(_receivers(found)) > 1 and bool(re.search(r"⟩,?\s+or\s+⟨|\bor\b", text, re.I))


def _receivers(found: list[Part]) -> list[Step]:
    steps = found[0].lanes if len(found) == 1 and isinstance(found[0], Together) else [[part] for part in found]
    flat = [lane[0] for lane in steps if len(lane) == 1 and is_step(lane[0]) and lane[0].type in _RECEIVERS]
    return flat if len(flat) == len(steps) else []


def _named_for(name: str, step: Step) -> bool:
    given = {stem(word) for value in step.values.values() for word in re.findall(r"[^\W_]+", str(value).lower())}
    return all(stem(word) in given for word in re.findall(r"[^\W_]+", name.lower()))


def to_the_right_one(text: str, state: State) -> bool:
    """ "email a different team", "tell the right team": one step for each case that there is."""
    last = sorting(state.here[-1:])
    if last is None or (isinstance(last, Choice) and last.lanes) or not _RIGHT.search(text) or not labels_of(last):
        return False
    choice = last if isinstance(last, Choice) else Choice(last, {})
    state.here[-1] = choice
    for name in labels_of(last):
        choice.lanes[name] = [for_case(part, name) for part in bound(text, state)]
    return True


def depending(match: re.Match[str], state: State) -> None:
    subject, names, rest = (match[1] or "type").strip() or "type", match[2] or match[3], match[4]
    found = [slots.plain(name, state.reading) for name in slots.listed(names)][:20]
    cases: list[JsonValue] = [{"name": name, "subject": subject} for name in found]
    step = Step("switch", labels.fit(f"Which {subject}") + "?", subject, {"cases": cases}, topic=subject)
    choice = Choice(step, {})
    state.here.append(choice)
    same = bound(rest, state) if rest.strip() else []
    for name in found:
        if same:
            choice.lanes[name] = [for_case(part, name) for part in bound(rest, state)]


def for_case(part: Part, name: str) -> Part:
    if is_step(part):
        verb = part.label.split()[0]
        part.label = labels.phrase(verb, name, f"{verb} {name}")
        part.topic = name
    return part


def by_name(text: str, state: State) -> bool:
    """ "red goes to a@b, blue to #blue": each piece opens the lane that its subject names."""
    nearest = next((found for frame in reversed(state.stack) if (found := sorting(frame.parts))), None)
    if nearest is None:
        return False
    names = labels_of(nearest)
    pieces = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+(?=\w+\s+(?:go|goes|to|are|is|get|gets|into)\b)", text)
    opened = False
    for piece in pieces:
        subject = re.match(
            r"^(?:(?:the|an?|all|any|every|for)\s+)*((?:[\w-]+\s+){1,3}?)(?:ones?\s+)?(?=(?:go|goes|to|into|are|is|get|gets"
            r"|should|must|trigger|by|via|we)\b)",
            piece,
            re.I,
        )
        if not subject:
            continue
        label = matching_label(subject[1], names)
        rest_of_them = any(word in REST for word in subject[1].lower().split())
        if label is None and not rest_of_them:
            continue
        rest = re.sub(
            r"^(?:go|goes|are|is|get|gets|should be|must be|should|must)\s+",
            lambda m: "go " if m[0].lower().startswith("go") else "",
            piece[subject.end() :],
            flags=re.I,
        )
        found = bound(
            f"send {rest}" if re.match(r"(?:go\s+)?(?:to|into|by|via)\b", rest, re.I) and not re.match(r"(?:go\s+)?into\b", rest) else rest,
            state,
        )
        multi = last_choice(state) if found else None
        if multi is not None:
            unwind(state, multi, [])
            open_lane(state, multi, label or rest_handle(multi))
            state.here.extend(found)
            opened = True
    return opened


def elided(text: str, state: State) -> list[Part]:
    """ "otherwise a rejection": on another way of the same decision, what is done there with something else."""
    choice = state.stack[-1].lane_of
    if choice is None or state.here or ANY_VERB.search(text) or len(text.split()) > 6:
        return []
    done = [
        step for lane in choice.lanes.values() for step in steps_of(lane) if step.type in {"email", "slack_message", "webhook_response"}
    ]
    thing = labels.topic(text, 0, state.reading)
    if not done or not thing:
        return []
    like = done[-1]
    verb = {"email": "Email", "slack_message": "Post", "webhook_response": "Answer"}[like.type]
    values = {key: value for key, value in like.values.items() if key in {"to", "channel", "status"}}
    return [Step(like.type, labels.phrase(verb, thing, verb), text, values, topic=thing, confidence=0.75)]


def by_amount(clause: Clause, state: State) -> bool:
    """ "under 1000: ...", "from 1000 to 5000: ...", "above that: ...": conditions, each on the other way out of the one before."""
    text = clause.text.strip()
    before = amount_before(state)
    if before is not None and (_BEYOND.match(text) or text.lower() in REST):
        open_other(state, before)
        return True
    condition = _amount(text, before.condition if before else None, state)
    if condition is None:
        return False
    choice = Choice(Step("condition", conditions.label(condition), text, {}), {}, condition=condition)
    if before is not None:
        open_other(state, before)
    state.here.append(choice)
    open_lane(state, choice, "true")
    return True


def bare_amount(text: str) -> bool:
    """Whether the words name only an amount ("above 30 degrees"), so that they speak of what was compared before."""
    return bool(conditions.COMPARE.match(text) or _BETWEEN.match(text))


def beyond_amounts(state: State) -> bool:
    """ "Everything in between": the way out that no amount before it took."""
    before = amount_before(state)
    nested = before is not None and state.stack[0].parts[-1] is not before
    if before is not None and nested:
        open_other(state, before)
    return nested


_AND_MORE = re.compile(
    r"^(?:from\s+)?(\d+(?:[.,]\d+)?)(\s*(?:%|percent|euros?|dollars?|points?|kg|degrees?|people|stars?))?\s+(?:and|or)\s+"
    r"(?:(?P<more>better|more|above|over|higher|up(?:wards)?|older)|less|below|under|lower|fewer|younger|worse)$",
    re.I,
)


def _amount(text: str, before: Condition | None, state: State) -> Condition | None:
    if match := _BETWEEN.match(text):
        low, high = (float(end.replace(",", ".")) for end in match.groups())
        if before is None or before.op not in {"<", "<="} or before.value != low:
            return None
        value: JsonValue = int(high) if high == int(high) else high
        return replace(before, op="<=", value=value, said=f"up to {match[2]}")
    if match := _AND_MORE.match(text):
        text = f"{'at least' if match['more'] else 'at most'} {match[1]}{match[2] or ''}"
    condition = conditions.parse(text, state.reading)
    starts = conditions.COMPARE.match(text)
    if condition.kind != "compare" or starts is None:
        return None
    condition = replace(condition, said=f"{condition.said[:1].lower()}{condition.said[1:]}")
    return replace(condition, subject=before.subject) if before else condition


def amount_before(state: State) -> Choice | None:
    """The innermost condition on an amount whose other way out is still free."""
    found: Choice | None = None
    parts = state.stack[0].parts
    while parts and isinstance(part := parts[-1], Choice) and part.condition is not None and part.condition.kind == "compare":
        found = part
        parts = part.lanes.get("false", [])
    return found


def open_other(state: State, choice: Choice) -> None:
    """Makes the false lane of `choice`, however deep it stands, the place where the next steps go."""
    del state.stack[1:]
    at = state.stack[0].parts[-1]
    while isinstance(at, Choice):
        open_lane(state, at, "false")
        if at is choice:
            return
        at = at.lanes["false"][-1]
