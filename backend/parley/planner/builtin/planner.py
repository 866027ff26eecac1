"""The planner without a model: reads a message, makes the edits, says what it did. Same message and diagram, same answer."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from parley.planner.base import Answered, Asked, EditApplied, PlannerEvent, PlanRequest, ReplyDelta, Suggested
from parley.planner.builtin import (
    answer,
    build,
    changes,
    edit,
    followup,
    history,
    intent,
    languages,
    naming,
    nonlatin,
    outline,
    record,
    reply,
    resolve,
    slots,
    spelling,
    text,
)
from parley.planner.builtin.build import Draft
from parley.planner.builtin.commands import CERTAIN, SURE, TALK
from parley.planner.builtin.commands import read as read_commands
from parley.planner.builtin.intent import Intent
from parley.planner.builtin.job import Job, Outcome
from parley.planner.builtin.plan import Plan, steps_of
from parley.planner.builtin.tagger import read as tagger
from parley.planner.builtin.tagger.read import Command
from parley.planner.builtin.text import Reading
from parley.planner.suggesting import suggestions
from parley.workflow.diff import diff
from parley.workflow.edits import AddNode, Edit
from parley.workflow.spec import EMPTY, Workflow


@dataclass
class Turn:
    """What one message comes to: all of it is decided before the first event is sent."""

    reply: str
    edits: list[Edit] = field(default_factory=list[Edit])
    question: str = ""
    choices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    confidence: float = 1.0


class BuiltinPlanner:
    """Whoever asks how sure it is and then lets it plan has the message read once: what was decided is kept until it is performed."""

    def __init__(self) -> None:
        self._decided: tuple[PlanRequest, Turn] | None = None

    async def plan(self, request: PlanRequest) -> AsyncGenerator[PlannerEvent]:
        known, self._decided = self._decided, None
        turn = known[1] if known is not None and known[0] is request else await asyncio.to_thread(decide, request)
        pieces = _pieces(turn.reply)
        if pieces:
            yield ReplyDelta(pieces[0])
        for index, change in enumerate(turn.edits):
            yield EditApplied(change)
            if index % 4 == 3:
                await asyncio.sleep(0)
        for piece in pieces[1:]:
            yield ReplyDelta(piece)
        if turn.question:
            yield Asked(turn.question, turn.choices)
        if turn.suggestions:
            yield Suggested(turn.suggestions)
        yield Answered(planner="builtin", model=None, input_tokens=0, output_tokens=0)

    async def confidence(self, request: PlanRequest) -> float:
        """How surely the message was understood, 0 to 1: low where words stayed without meaning or a step was a guess."""
        turn = await asyncio.to_thread(decide, request)
        self._decided = (request, turn)
        return turn.confidence


def decide(request: PlanRequest) -> Turn:
    reading = read(request.content)
    if nonlatin.too_foreign(reading.masked):
        return Turn(reply.TOO_FOREIGN, confidence=0.05)
    has_workflow = bool(request.workflow.nodes)
    if has_workflow and (filled := _fill_collection(request, reading)):
        return filled
    commands = read_commands(reading) if has_workflow else []
    match _intent(reading, commands, has_workflow):
        case "small_talk":
            return _small_talk(reading, has_workflow)
        case "undo":
            return _undo(request, reading.masked, any(command.op == "redo" for command in commands))
        case "question":
            told = record.answer(reading.masked, request.last_run, request.workflow, reading, _focus(request))
            if told is not None:
                return Turn(told, suggestions=_suggested(request, request.workflow, asking=True), confidence=0.9)
            said = answer.answer(reading.masked, request.workflow, request.catalogue, request.surroundings, reading, _focus(request))
            return Turn(said, suggestions=_suggested(request, request.workflow, asking=True), confidence=0.6)
        case "start_over":
            return _start_over(request, reading, commands)
        case "request":
            return _change(request, reading, commands) if has_workflow else _build(request, reading, _draft(request, reading))


def _intent(reading: Reading, commands: list[Command], has_workflow: bool) -> Intent:
    """What the words open like, corrected by what the tagger read in them where it is sure."""
    said = intent.of(reading.masked, has_workflow)
    if not has_workflow or said in {"small_talk", "undo", "start_over"} or not commands:
        return said
    ops = {command.op for command in commands if command.sure >= _LIKELY}
    if said == "question":
        asked = [command for command in commands if command.op not in TALK]
        wish = _WISH.match(reading.masked) is not None
        return "request" if wish and asked and all(command.sure >= SURE and "none" not in command.others for command in asked) else said
    if ops == {"none"}:
        return "question" if "?" in reading.masked else "small_talk"
    if "redo" in ops and not history.is_redo(reading.masked) and commands[0].sure < CERTAIN:
        return said
    if ops and ops <= {"undo", "redo"} and not re.search(r"\bfail|\berrors?\b", reading.masked, re.I):
        return "undo"
    return "start_over" if "start_over" in ops else said


_LIKELY = 0.5
# A question that can be a polite wish.
_WISH = re.compile(
    r"\W*(?:[\w']+\W+){0,4}?(?:can|could|would|will|shall|should|may|might|(?:what|how) about|why (?:not|don't)|please)\b", re.I
)


def read(content: str) -> Reading:
    reading = text.read(content, _correcting)
    # Of another language the tagger reads the glosses: few of the sentences that it learned from are in one.
    return replace(reading, raw=reading.masked, correct=str) if languages.is_foreign(reading.raw) else reading


def _correcting(masked: str) -> Callable[[str], str]:
    gloss = languages.glossing(masked)
    return lambda piece: spelling.mend(gloss(piece))


def _draft(request: PlanRequest, reading: Reading) -> Draft:
    return Draft(request.workflow, request.catalogue, request.used_ids, reading, _zone(request))


def _zone(request: PlanRequest) -> str:
    """The browser's time zone; UTC where it names one that is not known here, which is then told."""
    return request.timezone if not request.timezone or _is_known(request.timezone) else "UTC"


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _pieces(said: str) -> list[str]:
    return re.findall(r"\S.*?[.?!](?:\s+|$)|\S.+$", said, re.S)


def _suggested(request: PlanRequest, workflow: Workflow, asking: bool = False) -> tuple[str, ...]:
    said = [request.content, *(message.content for message in request.history if message.role == "user")]
    return suggestions(workflow, request.catalogue, said, asking)


def _focus(request: PlanRequest) -> str | None:
    """The node that "it" means: the last one that the turn before made or changed."""
    if not request.earlier:
        return None
    before = {node.id: node for node in request.earlier[-1].nodes}
    fresh = [node for node in resolve.order(request.workflow) if before.get(node.id) != node]
    return fresh[-1].id if fresh else None


def _small_talk(reading: Reading, has_workflow: bool) -> Turn:
    if not re.search(r"[^\W_]", reading.masked):
        return Turn("I did not find any words in that. " + reply.GREETING, confidence=0.9)
    return Turn(reply.THANKS if has_workflow else reply.GREETING)


def _undo(request: PlanRequest, text: str, forward: bool) -> Turn:
    """Back or forward along the line of changes, as many as were said."""
    redo, count = forward or history.is_redo(text), history.times(text)
    if count < 0:
        target = history.moved(request.earlier, request.workflow, 1_000) if redo else history.first(request.earlier, request.workflow)
        target = EMPTY if target is None and not redo and request.workflow.nodes else target
    else:
        target = history.moved(request.earlier, request.workflow, count if redo else -count)
    changes = diff(request.workflow, target, request.catalogue) if target is not None else []
    if target is None or not changes:
        return Turn(reply.NOTHING_TO_REDO if redo else reply.NOTHING_TO_UNDO)
    much = "the last change" if count == 1 else "all changes" if count < 0 else f"the last {count} changes"
    said = f"Done again: the diagram is as it was after {much}." if redo else f"Undone: the diagram is as it was before {much}."
    return Turn(said, changes, suggestions=_suggested(request, target))


def _start_over(request: PlanRequest, said: Reading, commands: list[Command]) -> Turn:
    begun = next((command for command in commands if command.op == "start_over" and command.sure >= _LIKELY), None)
    rest = said.unmask(said.raw[begun.end :]).strip(" ,.;:!") if begun else intent.after_start_over(text.clean(request.content))
    reading = read(intent.after_start_over(rest))
    draft = Draft(
        request.workflow, request.catalogue, request.used_ids | {node.id for node in request.workflow.nodes}, reading, _zone(request)
    )
    draft.done += diff(request.workflow, EMPTY, request.catalogue)
    draft.workflow = EMPTY
    described = _plan(reading, request.surroundings.collections)
    if len(reading.masked.split()) < 3 or (not described.parts and described.trigger is None):
        return Turn("The diagram is empty again. Undo brings it back. " + reply.GREETING, draft.done)
    return _build(request, reading, draft)


def _build(request: PlanRequest, reading: Reading, draft: Draft) -> Turn:
    plan = _plan(reading, request.surroundings.collections)
    plan.name = naming.name(plan)
    if intent.asks_for_advice(reading.masked) and all(step.confidence < 0.6 for step in steps_of(plan.parts)):
        return Turn(reply.ADVICE, confidence=0.3)
    if not plan.parts and plan.trigger is None:
        said = reply.NOTHING_BUILT if len(plan.unread) != 1 else f"{reply.unread(plan.unread)} {reply.NOTHING_BUILT.partition('. ')[2]}"
        return Turn(said, confidence=0.1)
    build.build(plan, draft)
    return _finished(request, draft, reply.built(plan, draft.workflow), plan.unread, reading, _confidence(plan))


def _plan(reading: Reading, collections: frozenset[str] | None) -> Plan:
    spans = tagger.request(reading)
    said = [span for span in spans if span.name in {"do", "when"}]
    if not any(span.sure >= _LIKELY or (span.name == "do" and outline.plainly(span, reading, collections)) for span in said):
        return Plan(None, [], "", [])
    return outline.plan(spans, reading, collections)


def _confidence(plan: Plan) -> float:
    steps = steps_of(plan.parts)
    if not steps:
        return 0.3
    sure = sum(step.confidence for step in steps) / len(steps)
    sure *= 0.97 ** max(0, len(steps) - 4)  # each further step is one more that may stand in the wrong place
    sure *= 0.85 ** sum(step.type == "condition" and bool(step.assumed) for step in steps)
    return round(sure * len(steps) / (len(steps) + 2 * len(plan.unread)), 3)


def _finished(request: PlanRequest, draft: Draft, said: str, unread: list[str], reading: Reading, confidence: float) -> Turn:
    points = reply.open_points(draft.workflow, request.catalogue, request.surroundings)
    pieces = [said, reply.unread(unread)]
    if reading.cut:
        pieces.append(f"Only the first {text.READ_LIMIT:,} characters were read.")
    timed = any(isinstance(change, AddNode) and change.node.type == "schedule_trigger" for change in draft.done)
    if timed and request.timezone and not _is_known(request.timezone):
        pieces.append(f"The time zone “{request.timezone}” is not known here, so the time is in UTC.")
    pieces += [points.statement, points.question]
    return Turn(
        " ".join(piece for piece in pieces if piece),
        draft.done,
        points.question,
        points.choices,
        _suggested(request, draft.workflow),
        confidence,
    )


def _change(request: PlanRequest, reading: Reading, commands: list[Command]) -> Turn:
    draft = _draft(request, reading)
    if _is_new_description(request, reading, commands):
        cleared = Draft(EMPTY, request.catalogue, request.used_ids | {node.id for node in request.workflow.nodes}, reading, _zone(request))
        cleared.done += diff(request.workflow, EMPTY, request.catalogue)
        turn = _build(request, reading, cleared)
        turn.reply = f"This is a new workflow in place of the old one; undo brings that back. {turn.reply}"
        return turn
    draft.name = request.workflow.name
    if filled := followup.answer(reading.masked, draft, request.surroundings):
        return _finished(request, draft, f"{filled}.", [], reading, 0.9)
    outcome = _performed(request, draft, commands)
    if outcome.question:
        return Turn(f"{reply.changed(outcome)} {outcome.question}".strip(), draft.done, outcome.question, outcome.choices, confidence=0.5)
    if not draft.done:
        known = " ".join(part for part in (reply.changed(outcome), reply.unread(outcome.unread)) if part)
        hint = "The diagram stays as it is. Say what to add, remove or change, and name the step."
        return Turn(f"{known} {hint}".strip(), confidence=0.1 if outcome.unread else 0.5)
    total = len(outcome.done) + len(outcome.unread)
    return _finished(
        request, draft, reply.changed(outcome), outcome.unread, reading, round(0.9 * outcome.sure * len(outcome.done) / max(1, total), 3)
    )


def _performed(request: PlanRequest, draft: Draft, commands: list[Command]) -> Outcome:
    job = Job(draft, request.surroundings.collections, _focus(request))
    said = draft.reading.masked
    if not re.search(r"[.!?;\n]\s*\S", said) and edit.on_failure(said, job):
        return job.outcome
    for command in commands:
        if job.outcome.question:
            break
        if command.op == "none" or edit.on_failure(command.text, job):
            continue
        if command.sure < CERTAIN and not _addressed(command) and edit.plain(command.text, job):
            continue
        if not (changes.perform(command, job) or edit.plain(command.text, job) or job.outcome.question):
            job.outcome.unread.append(draft.reading.unmask(command.text))
    return job.outcome


def _addressed(command: Command) -> bool:
    """Whether a new step is asked for that says whom it reaches: no other value of a step that is there."""
    return command.op in _ADDING and any("⟨" in span.text and not re.match(r"cc\b", span.text, re.I) for span in command.all("new"))


def _is_new_description(request: PlanRequest, reading: Reading, commands: list[Command]) -> bool:
    """A message with a start of its own, another than the diagram's, and at least two steps."""
    if any(command.sure >= SURE and command.op not in _ADDING for command in commands):
        return False
    spans = [span for span in tagger.request(reading) if span.sure >= _LIKELY]
    starts = {span.types[0] for span in spans if span.name == "when"} - {"manual_trigger"}
    there = {node.type for node in request.workflow.nodes}
    return bool(starts - there) and sum(span.name == "do" for span in spans) >= 2


_ADDING = frozenset({"append", "insert_first", "insert_after", "insert_parallel", "branch", "loop", "guard", "add_case"})


def _fill_collection(request: PlanRequest, reading: Reading) -> Turn | None:
    """The answer to "Which collection is it?": a short message that names one that exists."""
    nodes = [
        node for node in request.workflow.nodes if node.type in {"knowledge_search", "knowledge_add"} and not node.config.get("collection")
    ]
    said = slots.plain(reading.masked, reading)
    if not nodes or len(said.split()) > 8:
        return None
    name = slots.matching_collection(said, request.surroundings.collections)
    if name is None or (len(said.split()) > 3 and not re.search(r"\b(?:collection|use|it'?s|it is|take|choose|pick|in)\b", said, re.I)):
        return None
    draft = _draft(request, reading)
    draft.configure(nodes[0].id, {"collection": name})
    return _finished(request, draft, f"*{nodes[0].label}* now searches {name}.", [], reading, 0.95)
