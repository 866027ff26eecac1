"""Clauses to a plan: what runs inside a branch, an "otherwise", a case or a loop, what runs side by side, and where each of them ends."""

import re
from dataclasses import dataclass, field

from pydantic import JsonValue

from parley.planner.builtin import binding, conditions, labels, slots, triggers
from parley.planner.builtin.clauses import Clause
from parley.planner.builtin.plan import Choice, Condition, Each, Part, Plan, Step, Together, is_step, steps_of
from parley.planner.builtin.text import Reading, stem

_YES = re.compile(r"\b(?:if )?(?:approved?|confirmed?|accepted|yes|ok(?:ay(?:ed)?)?|agree[sd]?|granted|says yes|signed off|he does|she does|they do)\b", re.I)
_NO = re.compile(r"\b(?:reject(?:ed|s)?|declined?s?|denied|denies|no|refused?s?|not approved?|disapprove[sd]?|not (?:ok|confirmed|accepted)|turned down|says no)\b", re.I)
_DEPENDING = re.compile(r"^(?:and )?(?:depending on|based on|according to|switch(?:es)? (?:on|by)|branch(?:es)? (?:on|by)|routes? (?:it |them )?by) (?:the |its |their |whether (?:it|the \w+) is )?([\w ]{0,30}?)\s*(?:\(([^)]+)\)|:\s*([^:]+?)(?=:|$))\s*[,:]?\s*(.*)$", re.I)  # fmt: skip
_IMPLICIT = re.compile(r"^((?:[\w'-]+\s+){1,4}?)((?:above|over|under|below|more than|less than|at least|at most|older than|larger than|bigger than|exceeding)\s+\S+(?:\s+(?:degrees?|kg|km|euros?|dollars?|percent|points?|pieces?|items?|days?|people|eur|usd|%|€))?)\s+(?=(?:are|is|go|goes|get|gets|should|must|need|needs|trigger|triggers|have|has)\b)(.+)$", re.I)  # fmt: skip
_REST = frozenset({"other", "others", "else", "rest", "anything else", "everything else", "default", "remaining"})
_EXITS = re.compile(r"\b(?:overall|all (?:the )?results|whole list|of all|everything together|total summary|the summaries|all of them together)\b", re.I)


@dataclass
class _Frame:
    """Where the next step goes. `lane_of` is the choice whose lane this is; `until` the sentence after which the lane closes (None: stays)."""

    parts: list[Part]
    lane_of: Choice | None = None
    each: Each | None = None
    once: bool = False  # takes the steps of one clause only


@dataclass
class _State:
    reading: Reading
    collections: frozenset[str] | None
    webhook: bool
    stack: list[_Frame]
    unread: list[str] = field(default_factory=list[str])
    sentence: int = 0
    title: str = ""

    @property
    def here(self) -> list[Part]:
        return self.stack[-1].parts


def plan(clauses: list[Clause], reading: Reading, collections: frozenset[str] | None) -> Plan:
    """The tree of a message that describes a workflow, its trigger in front."""
    trigger, rest, _ = triggers.find(clauses, reading)
    state = arrange(rest, reading, collections, webhook=trigger is not None and trigger.type == "webhook_trigger")
    parts = state.stack[0].parts
    if trigger is None or trigger.type in {"schedule_trigger", "manual_trigger"}:
        sources_first(parts)
    return Plan(trigger, parts, state.title, state.unread)


def arrange(clauses: list[Clause], reading: Reading, collections: frozenset[str] | None, webhook: bool = False) -> "_State":
    state = _State(reading, collections, webhook, [_Frame([])])
    _cases_without_choice(clauses, state)
    for index, clause in enumerate(clauses):
        if clause.sentence != state.sentence:
            state.sentence = clause.sentence
            if clause.marker not in {"else", "case"}:
                _close_lanes(state)
        _place(clause, state, clauses[index + 1 :])
    _side_by_side(state.stack[0].parts)
    return state


def _close_lanes(state: _State) -> None:
    while state.stack[-1].lane_of is not None:
        state.stack.pop()


def _place(clause: Clause, state: _State, following: list[Clause]) -> None:
    match clause.marker:
        case "title":
            state.title = state.title or labels.sentence_case(state.reading.unmask(clause.text))
        case "when":
            _when(clause, state)
        case "if" | "unless":
            _if(clause, state)
        case "else":
            _else(state)
        case "case":
            _case(clause, state)
        case "each":
            _each(clause, state)
        case "after_all":
            _leave_loop(state)
        case "do":
            _do(clause, state)
            if state.stack[-1].once:
                state.stack.pop()


def _when(clause: Clause, state: _State) -> None:
    """A second "when" is a condition ("when it is about repairs ..."), unless it only says that the step before is done."""
    if not re.search(r"\b(?:done|finished|ready|complete[d]?|over|arrives?|comes in)\b", clause.text, re.I):
        _if(clause, state)


def _if(clause: Clause, state: _State) -> None:
    if opened := _outcome(clause.text, state):
        _open(state, *opened)
        return
    condition = conditions.parse(clause.text, state.reading)
    if _rest_of_switch(condition, state):
        _else(state)
        return
    if clause.marker == "unless":
        condition = Condition(condition.kind, condition.subject, condition.op, condition.value, f"unless {condition.said}", not condition.negated)
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
        state.stack.append(_Frame(choice.lanes["true"], lane_of=choice, once=True))
        return
    state.here.append(choice)
    _open(state, choice, "true")


def _after_search(parts: list[Part]) -> list[Part]:
    """What a list says after its last search, if that only writes or answers."""
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if isinstance(part, Together) or (is_step(part) and part.type in {"knowledge_search", "web_search", "db_query"}):
            return parts[index + 1 :]
        if not is_step(part) or part.type not in {"llm", "agent", "output", "webhook_response"}:
            return []
    return []


def _open(state: _State, choice: Choice, handle: str) -> None:
    """Makes the lane of `handle` the place where the next steps go; lanes of the same choice that are open are closed first."""
    while any(frame.lane_of is choice for frame in state.stack):
        state.stack.pop()
    lane = choice.lanes.setdefault(handle, [])
    state.stack.append(_Frame(lane, lane_of=choice))


def _choices(state: _State) -> list[tuple[Choice, list[Part]]]:
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


def _else(state: _State) -> None:
    for choice, parts in _choices(state):
        handle = _rest_handle(choice)
        if handle in choice.lanes and choice.lanes[handle]:
            continue
        _unwind(state, choice, parts)
        _open(state, choice, handle)
        return
    if approval := _approval(state):
        _open(state, approval, "rejected")


def _unwind(state: _State, choice: Choice, parts: list[Part]) -> None:
    """Closes the frames that were opened after the list the choice stands in."""
    while len(state.stack) > 1 and not any(part is choice for part in state.here):
        state.stack.pop()


def _rest_handle(choice: Choice) -> str:
    match choice.step.type:
        case "approval":
            return "rejected"
        case "switch":
            return "default"
        case "classify":
            names = _labels(choice)
            other = next((name for name in names if name.lower() in _REST), None)
            if other is None:
                other = "other"
                choice.step.values["labels"] = [*names, other]
            return other
        case _:
            return "false"


def _labels(choice: Choice) -> list[str]:
    if choice.step.type == "switch":
        cases = choice.step.values.get("cases")
        return [str(case["name"]) for case in cases if isinstance(case, dict)] if isinstance(cases, list) else []
    names = choice.step.values.get("labels")
    return [str(name) for name in names] if isinstance(names, list) else []


def _multi(state: _State) -> Choice | None:
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


def _approval(state: _State) -> Choice | None:
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
    return None


def _outcome(text: str, state: _State) -> tuple[Choice, str] | None:
    """The branch that a condition names by its outcome: "if approved", "if it is a complaint" after sorting."""
    short = len(text.split()) <= 8
    if short and (_NO.search(text) or _YES.search(text)) and (approval := _approval(state)):
        return approval, "rejected" if _NO.search(text) else "approved"
    if (multi := _multi(state)) and (label := _matching_label(text, _labels(multi))):
        return multi, label
    return None


def outcome_handle(text: str, node_type: str, branches: tuple[str, ...]) -> str | None:
    """The branch of an existing node that a condition names by its outcome."""
    if len(text.split()) > 8:
        return None
    if node_type == "approval":
        return "rejected" if _NO.search(text) else "approved" if _YES.search(text) else None
    if node_type in {"classify", "switch"}:
        return _matching_label(text, list(branches))
    return None


def _matching_label(text: str, names: list[str]) -> str | None:
    spoken = [stem(word) for word in re.findall(r"[^\W_]+", text.lower())]
    for name in names:
        wanted = [stem(word) for word in re.findall(r"[^\W_]+", name.lower())]
        if wanted and all(word in spoken for word in wanted):
            return name
    return None


def _rest_of_switch(condition: Condition, state: _State) -> bool:
    return bool(re.search(r"\b(?:anything|something|everything) else|none of (?:these|them|those)|neither\b", condition.said, re.I) and _multi(state))


def _case(clause: Clause, state: _State) -> None:
    text = clause.text.strip()
    if (_NO.search(text) or _YES.search(text)) and (approval := _approval(state)):
        _unwind(state, approval, [])
        _open(state, approval, "rejected" if _NO.search(text) else "approved")
        return
    if multi := _multi(state):
        names = _labels(multi)
        label = _matching_label(text, names)
        if label is None and text.lower().split()[-1] in _REST:
            label = _rest_handle(multi)
        if label is None:
            label = state.reading.unmask(text).strip('"')
            _add_label(multi, label)
        _unwind(state, multi, [])
        _open(state, multi, label)
        return
    choice = next((c for c, _ in _choices(state) if c.step.type == "condition"), None)
    if choice and re.fullmatch(r"(?:if )?(?:no|not|false|otherwise|else)", text, re.I):
        _open(state, choice, "false")
    elif choice and re.fullmatch(r"(?:if )?(?:yes|true|so)", text, re.I):
        _open(state, choice, "true")


def _add_label(choice: Choice, label: str) -> None:
    if choice.step.type == "classify":
        choice.step.values["labels"] = [*_labels(choice), label]
    else:
        cases = choice.step.values.get("cases")
        choice.step.values["cases"] = [*(cases if isinstance(cases, list) else []), {"name": label, "expression": ""}]


def _cases_without_choice(clauses: list[Clause], state: _State) -> None:
    """ "invoice: ...; complaint: ..." with nothing that sorts: the sorting is what was meant."""
    cases = [clause for clause in clauses if clause.marker == "case" and not _YES.search(clause.text) and not _NO.search(clause.text)]
    sorts = any(re.search(r"\b(?:classif|categor|sort|decide|determine|detect|depending|triage|group|label|figure|approv|confirm)", clause.text, re.I) for clause in clauses if clause.marker != "case")
    if len(cases) >= 2 and not sorts and all(clause.item for clause in cases):
        names = [state.reading.unmask(clause.text).strip('"') for clause in cases]
        state.here.append(Choice(Step("classify", "Sort by topic", cases[0].text, {"labels": list(names)}, confidence=0.6), {}))


def _each(clause: Clause, state: _State) -> None:
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
    state.stack.append(_Frame(each.body, each=each, once=clause.reversed))


def singular(text: str, reading: Reading) -> str:
    plain = slots.plain(re.sub(r"\(.*?\)", " ", text), reading)
    plain = re.sub(rf"^(?:(?:{slots.ARTICLES}|single|one|of|found|following|these)\s+)+", "", plain.strip(), flags=re.I)
    plain = re.split(r"\s+(?:one by one|one at a time|of|in|from|on|that|which|with|separately|we|individually|as)\b", plain)[0]
    words = plain.split()[-2:]
    if not words or re.fullmatch(r"(?:them|it|those|results?|rows?|ones?|entries|list|all)", words[-1], re.I):
        return {"results": "result", "result": "result", "rows": "row", "row": "row", "entries": "entry"}.get(words[-1].lower() if words else "", "item")
    last = labels.singular(words[-1])
    return " ".join([*words[:-1], last]).lower() if len(" ".join(words)) <= 12 else last.lower()


def _leave_loop(state: _State) -> None:
    for depth in range(len(state.stack) - 1, 0, -1):
        if state.stack[depth].each is not None:
            del state.stack[depth:]
            return
    _close_lanes(state)


def _do(clause: Clause, state: _State) -> None:
    text = clause.text
    if not text:
        return
    if any(frame.each is not None for frame in state.stack) and _EXITS.search(text):
        _leave_loop(state)
    if match := _DEPENDING.match(text):
        _depending(match, state)
        return
    if match := _IMPLICIT.match(text):
        condition = conditions.parse(f"{match[1]} {match[2]}", state.reading)
        choice = Choice(Step("condition", conditions.label(condition), text, {}), {}, condition=condition)
        state.here.append(choice)
        _open(state, choice, "true")
        text = match[3]
    if _said_by_case(text, state):
        return
    if state.stack[-1].once and state.stack[-1].lane_of and (alternative := re.match(r"^(.+?),?\s+or\s+(?=with\b|by\b|else\b)(.+)$", text, re.I)):
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


def _bound(text: str, state: _State) -> list[Part]:
    has_text = any(step.type in {"llm", "agent"} for step in steps_of(state.stack[0].parts))
    return binding.bind(text, state.reading, state.collections, state.webhook, has_text)


def _depending(match: re.Match[str], state: _State) -> None:
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
    state.stack.append(_Frame(state.here, lane_of=None))
    state.stack.pop()


def _for_case(part: Part, name: str) -> Part:
    if is_step(part):
        verb = part.label.split()[0]
        part.label = labels.phrase(verb, name, f"{verb} {name}")
        part.topic = name
    return part


def _said_by_case(text: str, state: _State) -> bool:
    """ "invoices go to a@b by email, complaints to #care": each piece opens the lane that its subject names."""
    multi = _multi(state)
    if multi is None:
        return False
    names = _labels(multi)
    pieces = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+(?=\w+\s+(?:go|goes|to|are|is|get|gets|into)\b)", text)
    opened = False
    for piece in pieces:
        subject = re.match(r"^(?:(?:the|an?|all|any|every|for)\s+)*((?:[\w-]+\s+){1,3}?)(?:ones?\s+)?(?=(?:go|goes|to|into|are|is|get|gets|should|must|trigger|by|via|we)\b)", piece, re.I)
        if not subject:
            continue
        label = _matching_label(subject[1], names)
        if label is None and any(word in _REST for word in subject[1].lower().split()):
            label = _rest_handle(multi)
        if label is None:
            continue
        rest = re.sub(r"^(?:go|goes|are|is|get|gets|should be|must be|should|must)\s+", lambda m: "go " if m[0].lower().startswith("go") else "", piece[subject.end() :], flags=re.I)
        found = _bound(f"send {rest}" if re.match(r"(?:go\s+)?(?:to|into|by|via)\b", rest, re.I) and not re.match(r"(?:go\s+)?into\b", rest) else rest, state)
        if found:
            _unwind(state, multi, [])
            _open(state, multi, label)
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
    reads = second.type in {"db_query", "knowledge_search", "web_search"} or (second.type == "http_request" and second.values.get("method", "GET") == "GET")
    if not reads:
        return
    third = parts[2] if len(parts) > 2 else None
    if third is not None and is_step(third) and third.type == "llm":
        del parts[0]
    else:
        parts[0], parts[1] = second, first
