"""Clauses to a plan: what runs inside a branch, an "otherwise", a case or a loop, what runs side by side, and where each of them ends."""

import re

from pydantic import JsonValue

from parley.planner.builtin import binding, conditions, labels, mentions, slots, triggers
from parley.planner.builtin.choices import (
    REST,
    Frame,
    State,
    close_lanes,
    labels_of,
    matching_label,
    means_the_rest,
    named_outcome,
    nearest_sorting,
    open_case,
    open_lane,
    open_rest,
    rest_handle,
    sorting_unsaid,
    unwind,
)
from parley.planner.builtin.clauses import Clause
from parley.planner.builtin.plan import Choice, Condition, Each, Part, Plan, Step, Together, is_step, steps_of
from parley.planner.builtin.text import Reading

_NOTHING = re.compile(
    r"(?:do |does )?nothing(?: happens| to do)?|ignore (?:it|them|this)|skip (?:it|them|this)|no action|drop it|leave it"
    r"|stop|end|that's it|done",
    re.I,
)
_DEPENDING = re.compile(
    r"^(?:and )?(?:depending on|based on|according to|switch(?:es)? (?:on|by)|branch(?:es)? (?:on|by)|routes? (?:it "
    r"|them )?by) (?:the |its |their |whether (?:it|the \w+) is )?([\w ]{0,30}?)\s*(?:\(([^)]+)\)(?:\s+of\b[^,:]*(?=[,:]"
    r"|$))?|:\s*([^:]+?)(?=:|$))\s*[,:]?\s*(.*)$",
    re.I,
)
_IMPLICIT = re.compile(
    r"^((?:[\w'-]+\s+){1,4}?)((?:above|over|under|below|more than|less than|at least|at most|older than|larger than"
    r"|bigger than|exceeding)\s+\S+(?:\s+(?:degrees?|kg|km|euros?|dollars?|percent|points?|pieces?|items?|days?|people|eur"
    r"|usd|%|€))?)\s+(?=(?:are|is|go|goes|get|gets|should|must|need|needs|trigger|triggers|have|has)\b)(.+)$",
    re.I,
)
_EXITS = re.compile(
    r"\b(?:overall|all (?:the )?results|whole list|of all|everything together|total summary|the summaries|all of them together)\b", re.I
)


MOST_STEPS = 60  # of one message; nobody describes more in one breath, and a diagram of them is drawn in time


def plan(clauses: list[Clause], reading: Reading, collections: frozenset[str] | None) -> Plan:
    """The tree of a message that describes a workflow, its trigger in front."""
    trigger, rest = triggers.find(clauses, reading)
    state = arrange(rest, reading, collections, webhook=trigger is not None and trigger.type == "webhook_trigger")
    parts = state.stack[0].parts
    if trigger is None or trigger.type in {"schedule_trigger", "manual_trigger"}:
        sources_first(parts)
    return Plan(trigger, parts, state.title, state.unread)


def arrange(clauses: list[Clause], reading: Reading, collections: frozenset[str] | None, webhook: bool = False) -> "State":
    state = State(reading, collections, webhook, [Frame([])])
    sorting_unsaid(clauses, state)
    for index, clause in enumerate(clauses):
        if index % 20 == 19 and len(steps_of(state.stack[0].parts)) >= MOST_STEPS:
            state.unread += [reading.unmask(late.text) for late in clauses[index:] if late.text][:3]
            break
        if clause.sentence != state.sentence:
            state.sentence = clause.sentence
            if clause.marker not in {"else", "case"}:
                close_lanes(state)
        _place(clause, state)
    _side_by_side(state.stack[0].parts)
    return state


def _place(clause: Clause, state: State) -> None:
    match clause.marker:
        case "title":
            state.title = state.title or labels.sentence_case(state.reading.unmask(clause.text))
        case "when":
            _when(clause, state)
        case "if" | "unless":
            _if(clause, state)
        case "else":
            open_rest(state)
        case "case":
            open_case(clause, state)
        case "each":
            _each(clause, state)
        case "after_all":
            _leave_loop(state)
        case "do":
            _do(clause, state)
            said_instead = state.stack[-1].lane_of is not None and re.search(r"\binstead\b", clause.text, re.I)
            if state.stack[-1].once or said_instead:
                state.stack.pop()


def _when(clause: Clause, state: State) -> None:
    """A second "when" is a condition ("when it is about repairs ..."), unless it only says that the step before is done."""
    if not re.search(r"\b(?:done|finished|ready|complete[d]?|over|arrives?|comes in)\b", clause.text, re.I):
        _if(clause, state)


def _if(clause: Clause, state: State) -> None:
    if opened := named_outcome(clause.text, state):
        open_lane(state, *opened)
        return
    condition = conditions.parse(clause.text, state.reading)
    if means_the_rest(condition, state):
        open_rest(state)
        return
    if clause.marker == "unless":
        condition = Condition(
            condition.kind, condition.subject, condition.op, condition.value, f"unless {condition.said}", not condition.negated
        )
    if condition.kind in {"empty", "found"} and not any(
        step.type in {"knowledge_search", "web_search", "db_query"} for step in steps_of(state.stack[0].parts)
    ):
        # "if nothing is found in our handbook": then it is looked for there first.
        state.here.extend(
            part
            for part in _bound(f"search {re.split(r'(?= in our| in the| on the)', clause.text)[-1]}", state)
            if mentions.find_mentions(clause.text, state.reading)
        )
    step = Step("condition", conditions.label(condition), clause.text, {})
    choice = Choice(step, {}, condition=condition)
    if condition.kind == "empty" and not clause.reversed and (answered := _after_search(state.here)):
        # "search and answer; if nothing is found, ...": the answer is the other way out.
        at = len(state.here) - len(answered)
        choice.lanes["false"] = answered
        del state.here[at:]
    if clause.reversed:
        choice.lanes["true"] = []
        state.here.append(choice)
        state.stack.append(Frame(choice.lanes["true"], lane_of=choice, once=True))
        return
    state.here.append(choice)
    open_lane(state, choice, "true")


def _after_search(parts: list[Part]) -> list[Part]:
    """What a list says after its last search, if that only writes or answers."""
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if isinstance(part, Together) or (is_step(part) and part.type in {"knowledge_search", "web_search", "db_query"}):
            return parts[index + 1 :]
        if not is_step(part) or part.type not in {"llm", "agent", "output", "webhook_response"}:
            return []
    return []


def _each(clause: Clause, state: State) -> None:
    current = next((frame.each for frame in reversed(state.stack) if frame.each is not None), None)
    text = clause.text
    if current is not None and not current.body:
        return
    for part in binding.bind(text, state.reading, state.collections):
        if is_step(part) and part.type in {"db_query", "http_request", "knowledge_search", "web_search"} and part.confidence >= 0.6:
            state.here.append(part)
    thing = singular(text, state.reading)
    values: dict[str, JsonValue] = {}
    if size := slots.batch_size(text):
        values["batch_size"] = size
    each = Each(Step("loop", labels.fit(f"For each {thing or 'item'}"), text, values, topic=thing), [])
    state.here.append(each)
    state.stack.append(Frame(each.body, each=each, once=clause.reversed))


def singular(text: str, reading: Reading) -> str:
    plain = slots.plain(re.sub(r"\(.*?\)", " ", text), reading)
    plain = re.sub(rf"^(?:(?:{slots.ARTICLES}|single|one|of|found|following|these)\s+)+", "", plain.strip(), flags=re.I)
    plain = re.split(r"\s+(?:one by one|one at a time|of|in|from|on|that|which|with|separately|we|individually|as)\b", plain)[0]
    words = plain.split()[-2:]
    if not words or re.fullmatch(r"(?:them|it|those|results?|rows?|ones?|entries|list|all)", words[-1], re.I):
        return {"results": "result", "result": "result", "rows": "row", "row": "row", "entries": "entry"}.get(
            words[-1].lower() if words else "", "item"
        )
    last = labels.singular(words[-1])
    return " ".join([*words[:-1], last]).lower() if len(" ".join(words)) <= 12 else last.lower()


def _leave_loop(state: State) -> None:
    for depth in range(len(state.stack) - 1, 0, -1):
        if state.stack[depth].each is not None:
            del state.stack[depth:]
            return
    close_lanes(state)


def _do(clause: Clause, state: State) -> None:
    text = clause.text
    if not text or _NOTHING.fullmatch(text):
        return
    if any(frame.each is not None for frame in state.stack) and _EXITS.search(text):
        _leave_loop(state)
    if match := _DEPENDING.match(text):
        _depending(match, state)
        return
    last = state.here[-1] if state.here else None
    if (
        isinstance(last, Choice)
        and last.step.type == "switch"
        and not last.lanes
        and re.search(r"\b(?:different|respective|matching|corresponding|own|right)\b", text, re.I)
    ):
        for name in labels_of(last):
            last.lanes[name] = [_for_case(part, name) for part in _bound(text, state)]
        return
    if match := _IMPLICIT.match(text):
        condition = conditions.parse(f"{match[1]} {match[2]}", state.reading)
        choice = Choice(Step("condition", conditions.label(condition), text, {}), {}, condition=condition)
        state.here.append(choice)
        open_lane(state, choice, "true")
        text = match[3]
    if _said_by_case(text, state):
        return
    if (
        state.stack[-1].once
        and state.stack[-1].lane_of
        and (alternative := re.match(r"^(.+?),?\s+or\s+(?=with\b|by\b|else\b)(.+)$", text, re.I))
    ):
        # "reply with the row, or with 'unknown' if there is none": the condition belongs to the second half.
        choice = state.stack[-1].lane_of
        verb = re.match(r"\w+\s+", alternative[1])
        choice.lanes["false"] = _bound(alternative[1], state)
        state.here.extend(_bound((verb[0] if verb else "") + alternative[2], state))
        return
    found = _bound(text, state)
    if not found:
        words = state.reading.unmask(text)
        if len(words) > 2:
            state.unread.append(words)
        return
    for part in found:
        state.here.append(part)
    if clause.parallel:
        _wrap_parallel(state.here)


def _bound(text: str, state: State) -> list[Part]:
    has_text = any(step.type in {"llm", "agent"} for step in steps_of(state.stack[0].parts))
    return binding.bind(text, state.reading, state.collections, state.webhook, has_text)


def _depending(match: re.Match[str], state: State) -> None:
    subject, names, rest = (match[1] or "type").strip() or "type", match[2] or match[3], match[4]
    found = [slots.plain(name, state.reading) for name in slots.listed(names)][:20]
    cases: list[JsonValue] = [{"name": name, "subject": subject} for name in found]
    step = Step("switch", labels.fit(f"Which {subject}") + "?", subject, {"cases": cases}, topic=subject)
    choice = Choice(step, {})
    state.here.append(choice)
    same = _bound(rest, state) if rest.strip() else []
    for name in found:
        if same:
            choice.lanes[name] = [_for_case(part, name) for part in _bound(rest, state)]


def _for_case(part: Part, name: str) -> Part:
    if is_step(part):
        verb = part.label.split()[0]
        part.label = labels.phrase(verb, name, f"{verb} {name}")
        part.topic = name
    return part


def _said_by_case(text: str, state: State) -> bool:
    """ "invoices go to a@b by email, complaints to #care": each piece opens the lane that its subject names."""
    multi = nearest_sorting(state)
    if multi is None:
        return False
    names = labels_of(multi)
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
        if label is None and any(word in REST for word in subject[1].lower().split()):
            label = rest_handle(multi)
        if label is None:
            continue
        rest = re.sub(
            r"^(?:go|goes|are|is|get|gets|should be|must be|should|must)\s+",
            lambda m: "go " if m[0].lower().startswith("go") else "",
            piece[subject.end() :],
            flags=re.I,
        )
        found = _bound(
            f"send {rest}" if re.match(r"(?:go\s+)?(?:to|into|by|via)\b", rest, re.I) and not re.match(r"(?:go\s+)?into\b", rest) else rest,
            state,
        )
        if found:
            unwind(state, multi, [])
            open_lane(state, multi, label)
            state.here.extend(found)
            opened = True
    return opened


def _wrap_parallel(parts: list[Part]) -> None:
    """Steps of a sentence that said "in parallel", up to the first that joins or writes, become lanes."""
    if any(isinstance(part, Together) for part in parts):
        return
    start = len(parts)
    while start and is_step(part := parts[start - 1]) and part.type not in {"merge", "llm", "agent", "delay", "approval"}:
        start -= 1
    run = parts[start:]
    if len(run) >= 2:
        parts[start:] = [Together([[part] for part in run])]


def _side_by_side(parts: list[Part]) -> None:
    """Searches that ask the same thing in different places do not wait for each other."""
    index = 0
    while index + 1 < len(parts):
        first, second = parts[index], parts[index + 1]
        if is_step(first) and is_step(second) and {first.type, second.type} == {"knowledge_search", "web_search"}:
            parts[index : index + 2] = [Together([[first], [second]])]
        index += 1
    for part in parts:
        if isinstance(part, Each):
            _side_by_side(part.body)
        elif isinstance(part, Choice):
            for lane in part.lanes.values():
                _side_by_side(lane)


def sources_first(parts: list[Part]) -> None:
    """ "a recap of the answers, from table survey, summarised": what is read comes before what is written, and one text is enough."""
    if len(parts) < 2 or not (is_step(first := parts[0]) and first.type == "llm" and is_step(second := parts[1])):
        return
    reads = second.type in {"db_query", "knowledge_search", "web_search"} or (
        second.type == "http_request" and second.values.get("method", "GET") == "GET"
    )
    if not reads:
        return
    third = parts[2] if len(parts) > 2 else None
    if third is not None and is_step(third) and third.type == "llm":
        del parts[0]
    else:
        parts[0], parts[1] = second, first
