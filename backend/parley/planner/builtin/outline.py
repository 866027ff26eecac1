"""The spans of a request to a plan: which branch or loop each action stands in, what runs side by side, what comes first."""

import re
from collections.abc import Sequence
from dataclasses import replace

from parley.planner.builtin import binding, cases, conditions, items, labels, lookups, pieces, slots, triggers, typed
from parley.planner.builtin.choices import (
    NO,
    REST,
    Frame,
    State,
    add_label,
    all_join,
    choices_here,
    labels_of,
    last_choice,
    matching_label,
    nearest_approval,
    open_lane,
    open_rest,
    open_yes,
    rest_handle,
    unwind,
)
from parley.planner.builtin.mentions import find_verbs
from parley.planner.builtin.plan import Choice, Each, Part, Plan, Step, Together, is_step, steps_of
from parley.planner.builtin.tagger.read import Span
from parley.planner.builtin.text import Reading

MOST_STEPS = 60  # of one message; nobody describes more in one breath, and a diagram of them is drawn in time
_HEAD = re.compile(
    r"^(?:(?:and|but|so|then|or|also|only|just|please)\b[\s,]*)*(?:(?:if|when(?:ever)?|where|in case(?: of)?|should|"
    r"provided(?: that)?|as long as"
    r"|given(?: that)?|once|unless|except (?:if|when)|(?:check|see|look|verify|test|find out|ask) (?:if|whether|that)|whether"
    r"|for (?:those|the ones|anything|any|every(?:thing)?)(?: (?:that|which|who))?|those|the ones|anything|"
    r"everything|whatever|whoever)\b[\s,]*)*",
    re.I,
)
_REFUSED = re.compile(
    rf"{NO.pattern}|n't\b|\bnot\b|\brefus|\bobject|\bveto|\bnay\b|\bthumbs? down\b|\bturns? (?:it )?down\b|\bsends? it back\b", re.I
)
_APPROVED = re.compile(
    r"\bapprov|\baccept|\bconfirm|\bagree|\byes\b|\bok(?:ay)?\b|\bgrant|\bsign|\bdoes\b|\bgreen|\bnod|"
    r"\bgo(?:es)? ahead|\breleas|\bfine\b|\bsays so\b|\bhappy\b",
    re.I,
)


def bare_condition(text: str) -> str:
    """ "should it be over 50" -> "it be over 50": the predicate without the words that make it a condition."""
    return re.sub(r"\s+(?:also|too|as well)$", "", _HEAD.sub("", text), flags=re.I) or text


def plan(spans: Sequence[Span], reading: Reading, collections: frozenset[str] | None) -> Plan:
    """The tree of a request, its trigger in front."""
    spans = [pieces.no_start(span, spans) for span in spans]
    if spans and spans[0].name == "each" and all(span.name != "when" for span in spans) and (comes := triggers.each_event(spans[0].text)):
        spans[0] = replace(spans[0], name="when", types=(comes,))
    first = next((span.text for span in spans if span.name == "do"), "")
    trigger = _trigger([span for span in spans if span.name == "when"], reading) or triggers.implied(first, reading)
    started = trigger.type if trigger else ""
    state = arrange(spans, reading, collections, webhook=started == "webhook_trigger", event=started in {"webhook_trigger", "chat_trigger"})
    parts = state.stack[0].parts
    if trigger is None or trigger.type in {"schedule_trigger", "manual_trigger"}:
        lookups.sources_first(parts)
    if started == "chat_trigger":
        _look_up_first(parts, spans, state)
    if started == "chat_trigger" and re.search(r"\b(?:bot|chat ?bot|assistant|answer\w*|help\w*)\b", reading.masked, re.I):
        lookups.answering(parts)
    return Plan(trigger, parts, "", [*state.unread, *pieces.unheard(spans, reading)])


def _look_up_first(parts: list[Part], spans: Sequence[Span], state: State) -> None:
    """ "where staff can ask about the collection 'rules'": the start names what the answer is looked up in."""
    text = " ".join(span.text for span in spans if span.name == "when")
    steps = steps_of(parts)
    if any(step.type in {"knowledge_search", "web_search", "db_query"} for step in steps) or not any(
        s.type in {"llm", "agent"} for s in steps
    ):
        return
    found = typed.step("knowledge_search", text, state.reading, state.collections)
    if found.values.get("collection"):
        parts.insert(0, found)


def arrange(
    spans: Sequence[Span], reading: Reading, collections: frozenset[str] | None, webhook: bool = False, event: bool = False
) -> State:
    state = State(reading, collections, webhook, event, [Frame([])])
    waiting: list[Part] = []  # said before what it follows: "before the gate opens, the guard must agree"
    spans = cases.as_cases(cases.with_head(pieces.whole(spans, reading), reading))
    for index, span in enumerate(spans):
        if len(steps_of(state.stack[0].parts)) >= MOST_STEPS:
            state.unread += [reading.unmask(late.text) for late in spans[index:]][:3]
            break
        for _ in range(span.leaves):
            _leave(state)
        match span.name:
            case "if" if len(names := cases.depends(span, spans[index + 1 :], state)) > 1:
                cases.depending(span, names, state)
            case "if" | "unless":
                _if(span, state)
            case "if" | "unless" | "case" | "after" if span.name != "after" and pieces.function_words(span.text):
                continue
            case "else":
                _else(span, spans[index:], state)
            case "case":
                _case(span, spans[index:], state)
            case "each":
                follower = spans[index + 1] if index + 1 < len(spans) else None
                _each(span, state, goes_on=follower is not None and follower.name == "do" and not follower.leaves)
            case "after":
                _over(state)
            case _ if pieces.says_nothing(span) and not plainly(span, reading, collections):
                if not pieces.function_words(span.text) and find_verbs(span.text) == []:
                    state.unread.append(reading.unmask(span.text))
            case _:
                made = _made(span, state)
                if span.order == ">" and index + 1 < len(spans):
                    waiting += made
                    continue
                _put(made, span, state)
                state.here.extend(waiting)
                waiting = []
    state.here.extend(waiting)
    lookups.side_by_side(state.stack[0].parts)
    return state


def _trigger(said: list[Span], reading: Reading) -> Step | None:
    if not said:
        return None
    kinds = [span.types[0] for span in said if span.types]
    kind = "schedule_trigger" if "schedule_trigger" in kinds else kinds[0] if kinds else "webhook_trigger"
    mine = [span for span in said if kind in span.types] or said[:1]
    return triggers.of_type(kind, ", ".join(span.text for span in mine), ", ".join(span.raw for span in mine), reading)


def _leave(state: State) -> None:
    """Out of the innermost branch or loop."""
    if len(state.stack) > 1:
        state.stack.pop()


def _over(state: State) -> None:
    """What follows comes after every branch and loop that is open; nothing of what was refused is held back."""
    loops = [depth for depth, frame in enumerate(state.stack) if frame.each is not None]
    if loops:
        del state.stack[loops[0] :]
        return
    del state.stack[1:]
    nearest_approval(state)
    for part in state.here:
        all_join(part)


def _condition(span: Span, state: State) -> Choice:
    said = bare_condition(span.text)
    condition = conditions.parse(said, state.reading)
    if span.name == "unless":
        condition = conditions.unless(condition)
    if condition.kind in {"compare", "between"} and (before := cases.amount_before(state)) and cases.bare_amount(said):
        cases.open_other(state, before)  # "over 80 ..., between 60 and 80 ...": asked where the one before does not hold
        condition = conditions.of(condition, before.condition)
    if judged := lookups.asked_of_a_search(condition, state):
        state.here.append(judged)
        condition = conditions.as_judged(condition)
    return Choice(Step("condition", conditions.label(condition), span.text, {}), {}, condition=condition)


_SO = re.compile(r"(?:and |but )?(?:if (?:so|yes|(?:it|they|she|he|that) (?:is|are|does|do|was|has|have))|in that case)", re.I)


def _if(span: Span, state: State) -> None:
    if _SO.fullmatch(span.text.strip(" ,:")):
        open_yes(state)
        return
    if span.name == "if" and not span.order and (named := _outcome(span.text, state)):
        open_lane(state, *named)
        return
    if span.order == "<" and state.here:
        choice = _condition(span, state)
        choice.lanes["true"] = [state.here.pop()]
        state.here.append(choice)
        return
    if re.search(r"\b(?:nothing|no \w+|not|n't|something|anything)\b", span.text, re.I) and not any(
        s.type in _LISTS for s in steps_of(state.stack[0].parts)
    ):
        state.here.extend(
            lookups.searched_by(bare_condition(span.text), state)
        )  # "if nothing is found in our handbook": it is looked for there first
    choice = _condition(span, state)
    if choice.condition is not None and choice.condition.kind == "empty" and (answered := lookups.after_search(state.here)):
        at = len(state.here) - len(answered)  # "search and answer; if nothing is found, ...": the answer is the other way out
        choice.lanes["false"] = answered
        del state.here[at:]
    state.here.append(choice)
    open_lane(state, choice, "true")


def _outcome(text: str, state: State) -> tuple[Choice, str] | None:
    """The way out of an approval or a sorting that the words name."""
    short = len(text.split()) <= 6
    last = state.here[-1] if state.here else None
    asked = (isinstance(last, Choice) and last.step.type == "approval") or (last is not None and is_step(last) and last.type == "approval")
    if (
        short
        and (asked or re.search(r"approv|reject|declin|refus|accept|granted|signed", text, re.I))
        and (_REFUSED.search(text) or _APPROVED.search(text))
    ):
        approval = nearest_approval(state)
        if approval is not None:
            return approval, "rejected" if _REFUSED.search(text) else "approved"
    if (multi := last_choice(state)) and (label := matching_label(text, labels_of(multi))):
        unwind(state, multi, [])
        return multi, label
    return None


def _else(span: Span, following: Sequence[Span], state: State) -> None:
    """The other way out; "low ones", after a sorting into low and high, is the way of that name."""
    nearest = cases.sorter(state)
    if nearest is not None and matching_label(span.text, labels_of(nearest)):
        _case(span, following, state)
    elif nearest is not None and _ANY_OTHER.search(span.text):
        unwind(state, nearest, [])
        open_lane(state, nearest, rest_handle(nearest))
    elif not choices_here(state) and not pieces.function_words(span.text) and nearest_approval(state) is None:
        _case(span, following, state)  # the other way of nothing that was said is a condition
    elif not cases.beyond_amounts(state):
        open_rest(state)


_ANY_OTHER = re.compile(
    r"\b(?:none of|fits? (?:none|nowhere)|any(?:thing)? (?:other|else)|everything else|whatever|the rest|others?|all else)\b", re.I
)


def _case(span: Span, following: Sequence[Span], state: State) -> None:
    """One outcome of what was decided before: of the nearest sorting or approval, or of a condition."""
    text = _HEAD.sub("", span.text).strip(" ,:") or span.text
    nearest = cases.decided(state)
    if (sorter := cases.sorter(state)) is not None and matching_label(slots.plain(text, state.reading), labels_of(sorter)):
        nearest = sorter
    if nearest is not None and nearest.step.type in {"classify", "switch"}:
        names = labels_of(nearest)
        said = slots.plain(text, state.reading)
        label = matching_label(said, names) or cases.nearest(said, names)
        if label is None and said.lower().split()[-1] in REST:
            label = rest_handle(nearest)
        if label is None:
            label = cases.kind(said)
            if label not in names:
                add_label(nearest, label)
        unwind(state, nearest, [])
        open_lane(state, nearest, label)
        return
    if nearest is not None and nearest.step.type == "approval":
        unwind(state, nearest, [])
        open_lane(state, nearest, "rejected" if _REFUSED.search(text) else "approved")
        return
    if nearest is not None and not nearest.lanes.get("false") and cases.says_no(text, nearest):
        unwind(state, nearest, [])
        open_lane(state, nearest, "false")
        return
    others = [other for other in following if other.name == "case"]
    if len(others) > 1 and nearest is None and not conditions.COMPARE.search(text):
        names = list(dict.fromkeys(cases.kind(slots.plain(_HEAD.sub("", other.text), state.reading)) for other in others))
        choice = Choice(Step("classify", "Sort by topic", span.text, {"labels": list(names)}, confidence=0.6), {})
        state.here.append(choice)
        open_lane(state, choice, names[0])
        return
    _if(Span("if", span.text, span.start, span.end, sure=span.sure), state)


_LISTS = frozenset({"db_query", "http_request", "web_search", "knowledge_search"})


def _each(span: Span, state: State, goes_on: bool) -> None:
    """`goes_on`: an action follows, which a list that was read before can be the list of."""
    text = span.text
    body: list[Part] = []
    if not state.here and state.event and not lookups.read_by(text, state):
        return  # "a call for each car", "for every question from a member": that is what comes in
    if span.order == "<" and state.here and not (goes_on and is_step(last := state.here[-1]) and last.type in _LISTS):
        body = [state.here.pop()]
    elif any(frame.each is not None and not frame.each.body for frame in state.stack):
        return
    else:
        state.here.extend(lookups.read_by(text, state))
    thing = items.singular(lookups.EACH_HEAD.sub("", text), state.reading)
    values = {"batch_size": size} if (size := slots.batch_size(text)) else {}
    each = Each(Step("loop", labels.fit(f"For each {thing or 'item'}"), text, dict(values), topic=thing), body)
    state.here.append(each)
    state.stack.append(Frame(each.body, each=each))
    if only := lookups.SUCH_ITEMS.search(text):
        condition = conditions.parse(f"{only[2].strip()} {only[1]}" if only[2] else only[1], state.reading)
        if condition.kind == "compare":
            choice = Choice(Step("condition", conditions.label(condition), only[0].strip(), {}), {}, condition=condition)
            state.here.append(choice)
            open_lane(state, choice, "true")


def _made(span: Span, state: State) -> list[Part]:
    written = any(step.type in {"llm", "agent"} for step in steps_of(state.stack[0].parts))
    made = typed.parts(span.text, span.types, state.reading, state.collections, state.webhook, written, span.sure)
    for step in steps_of(made):
        sure = span.sure * 0.9  # of its type, not yet of its place
        step.confidence = min(step.confidence, sure) if span.sure < 0.6 else max(step.confidence, sure)
    if not made and "none" not in span.types:
        state.unread.append(state.reading.unmask(span.text))
    return made


def plainly(span: Span, reading: Reading, collections: frozenset[str] | None) -> bool:
    """Whether the words by themselves say the step that the span was hardly taken for: "and ask me before it is sent"."""
    found = steps_of(binding.bind(span.text, reading, collections, False, True))
    return bool(found) and all(step.confidence >= _PLAIN for step in found) and {step.type for step in found} >= set(span.types)


_PLAIN = 0.8


def _put(made: list[Part], span: Span, state: State) -> None:
    if not made or lookups.of_the_search(span.text, state):
        return
    _past_searching(made, state)
    if not span.order and (sorter := cases.sorter(state)) is not None:
        _open_named_lane(span, sorter, state)
    here = state.here
    order = "" if span.order == "~" and _hands_on(here, made) else span.order
    if cases.by_order(made, state) or cases.each_its_own(span.text, lambda: _made(span, state), state):
        return
    if order == "<" and here:
        here[-1:-1] = made
    elif (
        order == "~" and here and not isinstance(here[-1], Each) and not (is_step(last := here[-1]) and last.type in {"approval", "delay"})
    ):
        before = here.pop()
        if isinstance(before, Choice):
            here.append(before)
            here.extend(made)
        else:
            lanes: list[list[Part]] = before.lanes if isinstance(before, Together) else [[before]]
            here.append(Together([*lanes, made]))
    elif not items.each_of(span.text, made, state):
        here.extend(made)


def _hands_on(here: list[Part], made: list[Part]) -> bool:
    """ "write an answer and additionally post it": what goes out is what was just written."""
    last = here[-1] if here else None
    wrote = last is not None and is_step(last) and last.type in {"llm", "agent", "extract", "transform", "db_query"}
    return wrote and all(step.type in {"slack_message", "email", "db_write", "knowledge_add"} for step in steps_of(made))


def _past_searching(made: list[Part], state: State) -> None:
    """ "if nothing is found there, search the web, then answer": the answer is given whichever search found something."""
    top = state.stack[-1]
    condition = top.lane_of.condition if top.lane_of is not None else None
    only_searched = bool(top.parts) and all(is_step(part) and part.type in _LISTS for part in top.parts)
    if (
        condition is not None
        and condition.kind == "empty"
        and only_searched
        and all(step.type in {"llm", "agent"} for step in steps_of(made))
    ):
        state.stack.pop()


def _open_named_lane(span: Span, sorter: Choice, state: State) -> None:
    """ "red ones go into x" behind a sorting into red and others: what is said first is its case."""
    opening = " ".join(span.text.split()[:3])
    label = matching_label(opening, labels_of(sorter))
    if label is not None and not sorter.lanes.get(label):
        unwind(state, sorter, [])
        open_lane(state, sorter, label)
