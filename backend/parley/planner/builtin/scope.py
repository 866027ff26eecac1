"""Clauses to a plan: what runs inside a branch, an "otherwise", a case or a loop, what runs side by side, and where each of them ends."""

import re
from dataclasses import replace

from pydantic import JsonValue

from parley.planner.builtin import binding, cases, conditions, guards, items, labels, marks, mentions, slots, topics, triggers
from parley.planner.builtin.cases import bound
from parley.planner.builtin.choices import (
    NO,
    Frame,
    State,
    choices_here,
    close_lanes,
    means_the_rest,
    named_outcome,
    nearest_approval,
    open_case,
    open_lane,
    open_rest,
    open_yes,
    sorting_unsaid,
    unwind,
)
from parley.planner.builtin.clauses import Clause
from parley.planner.builtin.lexicon import ANY_VERB
from parley.planner.builtin.plan import Choice, Condition, Each, Part, Plan, Step, Together, is_step, steps_of
from parley.planner.builtin.text import Reading, stem, words

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
    r"^((?:[\w'-]+\s+){1,4}?)((?:[a-z]{3,}er than|above|over|under|below|more than|less than|at least|at most|older than|larger than"
    r"|bigger than|exceeding)\s+\S+(?:\s+(?:degrees?|tonnes?|tons?|metres?|meters?|hours?|minutes?|pages?|stars?|litres?|kg|km|euros?"
    r"|dollars?|percent|points?|pieces?|items?|days?|people|eur"
    r"|usd|%|€))?)\s+(?=(?:are|is|go|goes|get|gets|should|must|need|needs|trigger|triggers|have|has)\b)(.+)$",
    re.I,
)
# "send invoices over 500 to the boss, pay the others": where others are spoken of, the amount decides.
_SOME_OF = re.compile(
    r"^(\w+(?:\s+(?:the|all|any))?)\s+((?:[\w'-]+\s+){0,2}[\w'-]+?)\s+((?:above|over|under|below|more than|less than|at least|at most)"
    r"\s+[\d.,]+"
    r"(?:\s+(?:degrees?|kg|km|euros?|dollars?|percent|points?|pieces?|items?|days?|people|eur|usd|%|€))?)\s+(.+)$",
    re.I,
)
_THE_OTHERS = re.compile(r"\b(?:all |any )?the (?:others?|rest|remaining (?:ones?|\w+))\b", re.I)
# "large ones go to the director as well"
_SUCH_ONES = re.compile(
    r"^(?:the |any |all )?((?!other\b|new\b|all\b)[\w-]+(?: [\w-]+)?) ones\s+(?=(?:are|is|go|get|should|must|need|have)\b)(.+)$", re.I
)
# "approved donors get ...", "rejected ones are ...": the way out of the approval that was said before.
_WITH_OUTCOME = re.compile(
    r"^(?:the |any |all )?(?P<outcome>approved|accepted|confirmed|released|granted|rejected|declined|refused|denied|disapproved)\s+"
    r"(?:(?!by\b|and\b|or\b|it\b)[\w-]+\s+){1,2}?(?=(?:get|gets|are|is|go|goes|receive|receives|will|should|must|have|has|need"
    r"|needs)\b)(?P<rest>.+)$",
    re.I,
)
_EXITS = re.compile(
    r"\b(?:the (?:count|total)\b|overall|all (?:the )?results|whole list|of all|everything together|total summary|the summaries"
    r"|all of them together)\b",
    re.I,
)


MOST_STEPS = 60  # of one message; nobody describes more in one breath, and a diagram of them is drawn in time


def plan(clauses: list[Clause], reading: Reading, collections: frozenset[str] | None) -> Plan:
    """The tree of a message that describes a workflow, its trigger in front."""
    trigger, rest = triggers.find(clauses, reading)
    started = trigger.type if trigger else ""
    event = started in {"webhook_trigger", "chat_trigger"}
    state = arrange(rest, reading, collections, webhook=started == "webhook_trigger", event=event)
    parts = state.stack[0].parts
    if trigger is None or trigger.type in {"schedule_trigger", "manual_trigger"}:
        sources_first(parts)
    if started == "chat_trigger" and re.search(r"\b(?:bot|chat ?bot|assistant|answer\w*)\b", reading.masked, re.I):
        answering(parts)
    return Plan(trigger, parts, state.title, state.unread)


_ASKS_OR_TELLS = frozenset({"knowledge_search", "web_search", "condition", "slack_message", "email", "approval"})


def answering(parts: list[Part]) -> None:
    """A bot that only was told where to look answers from what it finds; on "nothing found", that is the other way out."""
    if any(step.type not in _ASKS_OR_TELLS for step in steps_of(parts)):
        return
    searches = [index for index, part in enumerate(parts) if any(step.type.endswith("_search") for step in steps_of([part]))]
    if not searches:
        return
    writer = Step("llm", "Write answer", "Answer the question from what was found", {}, topic="answer", confidence=0.75)
    if isinstance(holder := parts[searches[-1]], Choice):
        for lane in holder.lanes.values():
            answering(lane)
        return
    after = searches[-1] + 1
    following = parts[after] if after < len(parts) else None
    if isinstance(following, Choice) and following.condition is not None and following.condition.kind == "empty":
        following.lanes.setdefault("false", []).insert(0, writer)
    else:
        parts.insert(after, writer)


def arrange(
    clauses: list[Clause], reading: Reading, collections: frozenset[str] | None, webhook: bool = False, event: bool = False
) -> State:
    state = State(reading, collections, webhook, event, [Frame([])])
    state.contrast = any(clause.marker == "else" or _THE_OTHERS.search(clause.text) for clause in clauses)
    clauses = topics.together(clauses)
    sorting_unsaid(clauses, state)
    for index, clause in enumerate(clauses):
        if index % 20 == 19 and len(steps_of(state.stack[0].parts)) >= MOST_STEPS:
            state.unread += [reading.unmask(late.text) for late in clauses[index:] if late.text][:3]
            break
        if clause.marker in {"do", "if", "unless"} and items.leaves(clause.text, state.stack[-1]):
            state.stack.pop()
        if clause.sentence != state.sentence:
            state.sentence = clause.sentence
            if clause.marker not in {"else", "so", "case"} and not _goes_on(clauses, index):
                close_lanes(state)
        _place(clause, state)
    side_by_side(state.stack[0].parts)
    return state


def _goes_on(clauses: list[Clause], index: int) -> bool:
    """In a list or between arrows, what follows an item that is only "if the fee is open" stays on its branch."""
    if not clauses[index].item:
        return False
    for earlier in reversed(clauses[:index]):
        if not earlier.item or earlier.marker not in {"do", "if", "unless"}:
            return False
        if earlier.marker != "do":
            alone = [other for other in clauses if other.sentence == earlier.sentence]
            return len(alone) == 1
    return False


def _place(clause: Clause, state: State) -> None:
    match clause.marker:
        case "title":
            state.title = state.title or labels.sentence_case(state.reading.unmask(clause.text))
        case "when":
            _when(clause, state)
        case "if" | "unless":
            _if(clause, state)
        case "else":
            if not cases.beyond_amounts(state):
                open_rest(state)
        case "so":
            open_yes(state)
        case "either":
            _either(state)
        case "case":
            if not cases.by_amount(clause, state) and not open_case(clause, state):
                state.unread.append(state.reading.unmask(clause.text))
        case "each":
            _each(clause, state)
        case "after_all":
            _leave_loop(state)
        case "do":
            if _THE_OTHERS.search(clause.text) and any(
                choice.step.type == "condition" and not choice.lanes.get("false") for choice, _ in choices_here(state)
            ):
                open_rest(state)
            _do(clause, state)
            top = state.stack[-1]
            if top.lane_of is not None and (top.once or re.search(r"\binstead\b", clause.text, re.I)):
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
        state.here.extend(searched_by(clause.text, state))
    if condition.kind in {"compare", "between"} and marks.BEYOND.match(clause.text) and (before := cases.amount_before(state)):
        cases.open_other(state, before)  # "over 80 ..., between 60 and 80 ...": asked where the one before does not hold
        condition = replace(condition, subject=before.condition.subject) if before.condition else condition
    step = Step("condition", conditions.label(condition), clause.text, {})
    if judged := asked_of_a_search(condition, state):
        state.here.append(judged)
        condition = replace(condition, kind="yes")
    choice = Choice(step, {}, condition=condition)
    if condition.kind == "empty" and not clause.reversed and (answered := after_search(state.here)):
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


_WHETHER = re.compile(r"\b(?:whether|if)\s+(.+)$", re.I)


def asked_of_a_search(condition: Condition, state: State) -> Step | None:
    """ "check in the policy whether it is covered. If it is covered ...": passages say neither yes nor no, so someone must read them."""
    last = state.here[-1] if state.here else None
    if (
        last is None
        or not is_step(last)
        or last.type not in {"knowledge_search", "web_search"}
        or condition.kind in {"empty", "found", "compare"}
    ):
        return None
    asked = _WHETHER.search(last.said)
    if asked is None or not ({stem(word) for word in words(condition.said)} - _LITTLE) & (
        {stem(word) for word in words(asked[1])} - _LITTLE
    ):
        return None
    return Step("llm", "Judge answer", f"Decide whether {asked[1]}", {}, confidence=0.8)


_LITTLE = frozenset(stem(word) for word in ("it", "is", "are", "the", "a", "an", "this", "that", "not", "they", "be", "has", "have"))


def after_search(parts: list[Part]) -> list[Part]:
    """What a list says after its last search, if that only writes or answers."""
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if isinstance(part, Together) or (is_step(part) and part.type in {"knowledge_search", "web_search", "db_query"}):
            return parts[index + 1 :]
        if not is_step(part) or part.type not in {"llm", "agent", "output", "webhook_response"}:
            return []
    return []


# "for each player with more than 10 goals"
SUCH_ITEMS = re.compile(
    r"\s(?:with|that has|who has|having)\s+((?:more|less|fewer) than \d+|at (?:least|most) \d+|over \d+|under \d+)(\s+[a-z]+)?", re.I
)


def _each(clause: Clause, state: State) -> None:
    current = next((frame.each for frame in reversed(state.stack) if frame.each is not None), None)
    text = clause.text
    if current is not None and not current.body:
        return
    state.here.extend(read_by(text, state))
    thing = items.singular(text, state.reading)
    values: dict[str, JsonValue] = {}
    if size := slots.batch_size(text):
        values["batch_size"] = size
    each = Each(Step("loop", labels.fit(f"For each {thing or 'item'}"), text, values, topic=thing), [])
    state.here.append(each)
    state.stack.append(Frame(each.body, each=each, once=clause.reversed))
    if (only := SUCH_ITEMS.search(text)) and not clause.reversed:
        condition = conditions.parse(f"{only[2].strip()} {only[1]}" if only[2] else only[1], state.reading)
        if condition.kind == "compare":
            choice = Choice(Step("condition", conditions.label(condition), only[0].strip(), {}), {}, condition=condition)
            state.here.append(choice)
            open_lane(state, choice, "true")


def searched_by(text: str, state: State) -> list[Part]:
    """ "nothing is found in our handbook": the search in what is named."""
    if not mentions.find_mentions(text, state.reading) or conditions.parse(text, state.reading).kind not in {"empty", "found"}:
        return []
    return bound(f"search {re.split(r'(?= in our| in the| on the)', text)[-1]}", state)


EACH_HEAD = re.compile(
    r"^(?:and |then |now )*(?:(?:do|repeat) (?:this|that|the same|it)[\s,]*)?(?:(?:for|with|per|to|of|go|goes|going|run|walk|step|work|loop"
    r"|iterate|take|handle|process|through|over)\s+)*(?:(?:each|every|all|single|one|of|the|them|these|those)\s+)*",
    re.I,
)


def read_by(text: str, state: State) -> list[Part]:
    """What the head of a loop reads by itself: "for each shop in table shops"."""
    read: list[Part] = [
        part
        for part in binding.bind(text, state.reading, state.collections)
        if is_step(part) and part.type in {"db_query", "http_request", "knowledge_search", "web_search"} and part.confidence >= 0.6
    ]
    inside = any(frame.each is not None for frame in state.stack)
    if not inside and not read and (listed := items.unread_list(EACH_HEAD.sub("", text), state)):
        read.append(listed)
    return read


def _either(state: State) -> None:
    """ "Either way the buyer is told": what follows comes after every way out of what was decided before."""
    close_lanes(state)
    nearest_approval(state)
    for part in state.here:
        all_join(part)


def all_join(part: Part) -> None:
    if isinstance(part, Choice):
        part.joins = True
        for lane in part.lanes.values():
            for index, inner in enumerate(lane):
                if is_step(inner) and inner.type == "approval":
                    lane[index:] = [Choice(inner, {"approved": lane[index + 1 :]}, joins=True)]
                    break
                all_join(inner)


def _leave_loop(state: State) -> None:
    for depth in range(len(state.stack) - 1, 0, -1):
        if state.stack[depth].each is not None:
            del state.stack[depth:]
            return
    close_lanes(state)


_A_TABLE = re.compile(r"(?:(?:the|our|a)\s+)?(?:table\s+(?:⟨q\d+⟩|[\w.]+)|[\w.]+\s+table)", re.I)


def _do(clause: Clause, state: State) -> None:
    text = clause.text
    if clause.item and _A_TABLE.fullmatch(text) and (state.event or state.here):
        text = f"save it in {text}"  # "webhook -> table visits": what came in goes there; at the start it is read
    if not text or _NOTHING.fullmatch(text):
        return
    if any(frame.each is not None for frame in state.stack) and _EXITS.search(text):
        _leave_loop(state)
    if match := _DEPENDING.match(text):
        cases.depending(match, state)
        return
    if (one_way := _WITH_OUTCOME.match(text)) and (approval := nearest_approval(state)):
        unwind(state, approval, [])
        open_lane(state, approval, "rejected" if NO.search(one_way["outcome"]) else "approved")
        text = re.sub(r"^(?:(?:should|must|will|shall)\s+)?(?:gets?|receives?)\s+(?!to\b)", "send ", one_way["rest"], flags=re.I)
    if cases.to_the_right_one(text, state) or guards.place(text, state) or topics.each_its_own(text, state):
        return
    if match := _IMPLICIT.match(text):
        condition = conditions.parse(f"{match[1]} {match[2]}", state.reading)
        choice = Choice(Step("condition", conditions.label(condition), text, {}), {}, condition=condition)
        state.here.append(choice)
        open_lane(state, choice, "true")
        text = match[3]
    if state.contrast and (of_some := _SOME_OF.match(text)):
        condition = conditions.parse(f"{of_some[2]} {of_some[3]}", state.reading)
        choice = Choice(Step("condition", conditions.label(condition), text, {}), {}, condition=condition)
        state.here.append(choice)
        open_lane(state, choice, "true")
        text = f"{of_some[1]} {of_some[2]} {of_some[4]}"
    if cases.by_name(text, state) or of_the_search(text, state):
        return
    if such := _SUCH_ONES.match(text):
        condition = Condition("is", "", "==", slots.plain(such[1], state.reading), f"it is {slots.plain(such[1], state.reading)}")
        choice = Choice(
            Step("condition", labels.fit(slots.plain(such[1], state.reading), labels.WIDTH - 1) + "?", text, {}), {}, condition=condition
        )
        state.here.append(choice)
        open_lane(state, choice, "true")
        text = such[2]
    if (
        state.stack[-1].once
        and state.stack[-1].lane_of
        and (alternative := re.match(r"^(.+?),?\s+or\s+(?=with\b|by\b|else\b)(.+)$", text, re.I))
    ):
        # "answer with the entry, or with 'unknown' if none exists": the condition belongs to the second half.
        choice = state.stack[-1].lane_of
        verb = re.match(r"\w+\s+", alternative[1])
        choice.lanes["false"] = bound(alternative[1], state)
        state.here.extend(bound((verb[0] if verb else "") + alternative[2], state))
        return
    found = bound(text, state) or cases.elided(text, state)
    if not found:
        words = state.reading.unmask(text)
        if len(words) > 2:
            state.unread.append(words)
        return
    if cases.by_order(found, state):
        return
    if cases.unpaired(found, text, state):
        state.unread.append(state.reading.unmask(text))
        return
    if items.each_of(text, found, state):
        return
    state.here.extend(found)
    if clause.parallel:
        if is_step(only := found[0]) and only.type == "llm" and len(found) == 1 and (both := _two_texts(text, state)):
            state.here[-1] = both
        _wrap_parallel(state.here)
        _same_done_twice(state.here)


_THE_BEST = re.compile(
    r"^(?:(?:only|just)\s+)?(?:take|use|keep|pick|choose|consider|limit (?:it|that|them) to|with|from)?\s*(?:only\s+|just\s+)?(?:the\s+)?"
    r"(?:top|best|first|\w+)\s+(?:\w+\s+)?(?:best\s+|top\s+)?(?:hits?|passages?|results?|matches|chunks?|snippets?|ones|excerpts)\b",
    re.I,
)


def of_the_search(text: str, state: State) -> bool:
    """ "take the best 5 hits": how many the search before it gives."""
    searches = [step for step in steps_of(state.stack[0].parts) if step.type in {"knowledge_search", "web_search"}]
    count = slots.top_k(text)
    if not searches or count is None or not _THE_BEST.match(text):
        return False
    searches[-1].values["top_k" if searches[-1].type == "knowledge_search" else "max_results"] = count
    return True


def _two_texts(text: str, state: State) -> Together | None:
    """ "write a poem and, at the same time, a riddle": one verb, two texts."""
    match = re.match(r"^(?P<verb>[a-z]+)\s+(?P<first>.+?)\s*,?\s+and\b[\s,]*(?P<second>(?!then\b|it\b|them\b).+)$", text, re.I)
    if match is None or ANY_VERB.match(match["second"]):
        return None
    lanes = [bound(f"{match['verb']} {thing.strip(' ,')}", state) for thing in (match["first"], match["second"])]
    return Together(lanes) if all(len(lane) == 1 and is_step(lane[0]) and lane[0].type == "llm" for lane in lanes) else None


def _same_done_twice(parts: list[Part]) -> None:
    """ "translate it to one, translate it to the other": side by side, each from the same text."""
    if len(parts) < 2 or not is_step(last := parts[-1]) or last.type != "llm":
        return
    verb = last.label.split()[0]
    before = parts[-2]
    if is_step(before) and before.type == "llm" and before.label.split()[0] == verb:
        parts[-2:] = [Together([[before], [last]])]
    elif isinstance(before, Together) and all(is_step(end := lane[-1]) and end.label.split()[0] == verb for lane in before.lanes):
        before.lanes.append([last])
        parts.pop()


_TOLD = frozenset({"slack_message", "email", "db_write"})


def _wrap_parallel(parts: list[Part]) -> None:
    """Steps of a sentence that said "in parallel", up to the first that joins or writes, become lanes."""
    if any(isinstance(part, Together) for part in parts):
        lanes = before.lanes if len(parts) > 1 and isinstance(before := parts[-2], Together) else []
        last = parts[-1]
        if lanes and is_step(last) and last.type in _TOLD and lanes[-1] and is_step(end := lanes[-1][-1]) and end.type in _TOLD:
            lanes.append([last])  # "at once call x, post to y and mail z": the third of them
            parts.pop()
        return
    start = len(parts)
    while start and is_step(part := parts[start - 1]) and part.type not in {"merge", "llm", "agent", "delay", "approval"}:
        start -= 1
    run = parts[start:]
    if len(run) >= 2:
        parts[start:] = [Together([[part] for part in run])]


def side_by_side(parts: list[Part]) -> None:
    """Searches that ask the same thing in different places do not wait for each other."""
    index = 0
    while index + 1 < len(parts):
        first, second = parts[index], parts[index + 1]
        if is_step(first) and is_step(second) and {first.type, second.type} == {"knowledge_search", "web_search"}:
            parts[index : index + 2] = [Together([[first], [second]])]
        index += 1
    for part in parts:
        if isinstance(part, Each):
            side_by_side(part.body)
        elif isinstance(part, Choice):
            for lane in part.lanes.values():
                side_by_side(lane)


def sources_first(parts: list[Part]) -> None:
    """ "an overview of the costs, from table expenses, summarised": what is read comes before what is written, and one text is enough."""
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
