"""What is said for the cases of a sorting step: by name, by their order ("sort into a, b or c and tell #x, #y or #z"), or by amounts."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pydantic import JsonValue

from parley.planner.builtin import conditions, labels, pieces, slots, typed
from parley.planner.builtin.choices import REST, State, labels_of, last_choice, open_lane, sorting
from parley.planner.builtin.plan import Choice, Part, Step, Together, is_step, steps_of
from parley.planner.builtin.tagger.read import Span
from parley.planner.builtin.text import Reading, stem, words

_BETWEEN = re.compile(r"^(?:from|between)\s+(\d+(?:[.,]\d+)?)\s+(?:to|and|up to|-)\s+(\d+(?:[.,]\d+)?)\b", re.I)
_RECEIVERS = frozenset({"slack_message", "email", "http_request", "db_write"})


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


def each_its_own(text: str, make: Callable[[], list[Part]], state: State) -> bool:
    """ "a different mail each", "tell the right team": one step for each case that there is; `make` makes it."""
    last = sorting(state.here[-1:])
    if last is None or (isinstance(last, Choice) and last.lanes) or not _RIGHT.search(text) or not labels_of(last):
        return False
    choice = last if isinstance(last, Choice) else Choice(last, {})
    state.here[-1] = choice
    for name in labels_of(last):
        choice.lanes[name] = [_for_case(part, name) for part in make()]
    return True


_RIGHT = re.compile(r"\b(?:different|respective|matching|corresponding|own|right|responsible|appropriate|proper)\b", re.I)


def _for_case(part: Part, name: str) -> Part:
    if is_step(part):
        verb = part.label.split()[0]
        part.label = labels.phrase(verb, name, f"{verb} {name}")
        part.topic = name
    return part


def _receivers(found: list[Part]) -> list[Step]:
    steps = found[0].lanes if len(found) == 1 and isinstance(found[0], Together) else [[part] for part in found]
    flat = [lane[0] for lane in steps if len(lane) == 1 and is_step(lane[0]) and lane[0].type in _RECEIVERS]
    return flat if len(flat) == len(steps) else []


def _named_for(name: str, step: Step) -> bool:
    given = {stem(word) for value in step.values.values() for word in re.findall(r"[^\W_]+", str(value).lower())}
    return all(stem(word) in given for word in re.findall(r"[^\W_]+", name.lower()))


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


_DEPENDING = re.compile(r"(?:and )?(?:depending on|based on|according to)\s+(?:(?:the|its|their)\s+)?(?P<subject>[^(:,]{1,30})", re.I)


def as_cases(spans: list[Span]) -> list[Span]:
    """Behind "depending on the kind" heads of a word or two are its cases, whatever they were taken for."""
    depending = False
    found: list[Span] = []
    for span in spans:
        named = span.name in {"if", "else"} and len(span.text.split()) <= 2 and not pieces.function_words(span.text)
        found.append(replace(span, name="case") if depending and named and span.text.lower() not in REST else span)
        depending = depending or (span.name == "if" and _DEPENDING.match(span.text) is not None)
    return found


def with_head(spans: list[Span], reading: Reading) -> list[Span]:
    """ "depending on the country (DE, FR)" is a head, also where hardly anything was read in it."""
    match = _DEPENDING_ON.search(reading.raw)
    if match is None or any(span.name == "if" and span.start <= match.end() and span.end >= match.start() for span in spans):
        return spans
    kept = [span for span in spans if span.end <= match.start() or span.start >= match.end()]
    head = Span("if", reading.correct(match[0]), match.start(), match.end(), sure=0.6, raw=match[0])
    return sorted([*kept, head], key=lambda span: span.start)


_DEPENDING_ON = re.compile(r"\bdepending on (?:the |its |their )?[\w ]{1,30}?\([^)]{3,80}\)", re.I)


def depends(span: Span, following: Sequence[Span], state: State) -> list[str]:
    """The cases of "depending on the country (DE, FR)" or "depending on the kind: ...", said with it or heads of what follows."""
    if not _DEPENDING.match(span.text):
        return []
    listed = re.search(r"\(([^)]+)", span.text)
    names = typed.enumeration(listed[1], state.reading) if listed else [other.text for other in following if other.name == "case"]
    return list(dict.fromkeys(kind(slots.plain(name, state.reading)) for name in names))


def depending(span: Span, names: list[str], state: State) -> None:
    match = _DEPENDING.match(span.text)
    subject = match["subject"].strip() if match else "kind"
    cases: list[JsonValue] = [{"name": name, "subject": subject} for name in names]
    state.here.append(Choice(Step("switch", labels.fit(f"Which {subject}") + "?", subject, {"cases": cases}, topic=subject), {}))


def sorter(state: State) -> Choice | None:
    """The innermost sorting step that is open or was made last, as a choice."""
    return last_choice(state) if any(step.type in {"classify", "switch"} for step in steps_of(state.stack[0].parts)) else None


def nearest(said: str, names: list[str]) -> str | None:
    """ "billing stuff" of "bug", "billing question": the one label that shares a word with what was said."""
    spoken = {stem(word) for word in words(said)}
    sharing = [name for name in names if spoken & {stem(word) for word in words(name)}]
    return sharing[0] if len(sharing) == 1 else None


def kind(said: str) -> str:
    """ "if it is a complaint" -> "complaint", "questions about travel" -> "travel"."""
    bare = re.sub(r"^(?:(?:the|a|an|any|all|for|if|it|it's|is|are)\b\s*)+|\s+(?:ones?|is|are|goes?)$", "", said, flags=re.I).strip()
    about = re.sub(r"^(?:[\w-]+\s)?(?:about|concerning|regarding)\s+", "", bare, flags=re.I)
    return about or bare or said


def says_no(text: str, choice: Choice) -> bool:
    positive = choice.condition is None or not choice.condition.negated
    return bool(re.search(r"\bno\b|\bnot\b|n't\b|\bnone\b|\bfails?\b|\bfalse\b|\bnothing\b", text, re.I)) == positive


def decided(state: State) -> Choice | None:
    """The innermost decision that is open or was made last where we are: an approval, a sorting or a condition."""
    for depth in range(len(state.stack) - 1, -1, -1):
        frame = state.stack[depth]
        for index in range(len(frame.parts) - 1, -1, -1):
            part = frame.parts[index]
            if isinstance(part, Choice):
                return part
            if is_step(part) and part.type in {"classify", "switch", "approval"}:
                after = frame.parts[index + 1 :]
                if part.type == "approval":
                    choice = Choice(part, {"approved": after} if after else {})
                    frame.parts[index:] = [choice]
                else:
                    choice = Choice(part, {})
                    frame.parts[index:] = [choice, *after]
                return choice
        if frame.lane_of is not None and frame.lane_of.step.type in {"classify", "switch", "approval"}:
            return frame.lane_of
    return None
