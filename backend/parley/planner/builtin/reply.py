"""What the planner says: what was built or changed, what it took for granted, what is open, what it did not understand."""

import re
from dataclasses import dataclass

from parley.planner.builtin import schedule
from parley.planner.builtin.job import Outcome
from parley.planner.builtin.plan import Choice, Each, Part, Plan, Step, Together, steps_of
from parley.planner.builtin.resolve import order
from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Node, Workflow
from parley.workflow.validate import Issue, Surroundings, validate


@dataclass(frozen=True)
class Open:
    """What is missing, said once: a question (with choices to click, if there are any) or a statement of what to do."""

    statement: str = ""
    question: str = ""
    choices: tuple[str, ...] = ()


def built(plan: Plan, workflow: Workflow) -> str:
    trigger = next((node for node in workflow.nodes if node.type.endswith("_trigger")), None)
    flow, asides = _told(plan.parts)
    if not flow and asides:
        opening = started_by(trigger) if trigger else "Started by hand"
        return " ".join([f"{opening}: {asides[0][:1].lower()}{asides[0][1:]}", *asides[1:]])
    if not flow:
        start = f"*{trigger.label}*" if trigger else "here"
        return f"The workflow starts with {start}. What should happen then?"
    opening = started_by(trigger) if trigger else "Started by hand"
    sentences = [f"{opening}: {flow}.", *asides]
    taken = [step.assumed for step in ([plan.trigger] if plan.trigger else []) + steps_of(plan.parts) if step.assumed]
    sentences += list(dict.fromkeys(taken))[:2]
    return " ".join(sentences)


def started_by(trigger: Node) -> str:
    match trigger.type:
        case "chat_trigger":
            return "When a question arrives" if "uestion" in trigger.label else "When a message arrives"
        case "schedule_trigger":
            words = schedule.in_words(str(trigger.config.get("cron", "")))
            return words[:1].upper() + words[1:]
        case "webhook_trigger":
            path = str(trigger.config.get("path", ""))
            return f"When a call arrives at /{path}" if path else "When a call arrives"
        case _:
            return "Started by hand"


def _told(parts: list[Part]) -> tuple[str, list[str]]:
    """The main line as one phrase ("*A* and *B* side by side, then *C*"), and a sentence for each decision and loop."""
    line: list[str] = []
    asides: list[str] = []
    for part in parts:
        match part:
            case Step():
                line.append(f"*{part.label}*")
            case Together():
                names = [f"*{step.label}*" for lane in part.lanes for step in steps_of(lane)[:1]]
                line.append(f"{_and(names)} side by side")
            case Each():
                inner, more = _told(part.body)
                line.append(f"*{part.step.label}*" + (f" ({inner})" if inner else ""))
                asides += more
            case Choice():
                if part.step.type != "condition":
                    line.append(f"*{part.step.label}*")
                for handle, lane in part.lanes.items():
                    inner, more = _told(lane)
                    if inner:
                        asides.append(f"{_branch(part, handle)}: {inner}.")
                    asides += more
    flow = line[0] if line else ""
    if len(line) > 1:
        flow = ", ".join(line[:-1]) + f", then {line[-1]}"
    return flow, asides[:4]


def _branch(choice: Choice, handle: str) -> str:
    match handle:
        case "true":
            said = choice.condition.said if choice.condition else choice.step.label.rstrip("?")
            return said[:1].upper() + said[1:] if said.startswith("unless ") else f"If {said}"
        case "false" | "default":
            return "Otherwise"
        case "approved" | "rejected":
            return f"If it is {handle}"
        case _:
            return f"For “{handle}”"


def _and(names: list[str]) -> str:
    if len(names) < 2:
        return names[0] if names else ""
    return ", ".join(names[:-1]) + f" and {names[-1]}"


def changed(outcome: Outcome) -> str:
    sentences = [f"{done}." for done in outcome.done]
    return " ".join(sentences)


def unread(phrases: list[str]) -> str:
    if not phrases:
        return ""
    shown = [f"“{phrase if len(phrase) <= 80 else phrase[:77].rstrip() + '...'}”" for phrase in phrases[:2]]
    more = f" and {len(phrases) - 2} more" if len(phrases) > 2 else ""
    return f"I did not understand {_and(shown)}{more}, so nothing in the diagram stands for it."


_UNANSWERABLE = frozenset({"connection"})


def _missing(workflow: Workflow, catalogue: Catalogue, surroundings: Surroundings) -> list[Issue]:
    position = {node.id: index for index, node in enumerate(order(workflow))}
    issues = [
        issue
        for issue in validate(workflow, catalogue, surroundings)
        if issue.level == "missing" and issue.node_id and issue.field not in _UNANSWERABLE
    ]
    return sorted(issues, key=lambda issue: (issue.field != "collection", position.get(issue.node_id or "", 0)))


def asked_for(workflow: Workflow, catalogue: Catalogue, surroundings: Surroundings) -> tuple[Node, str] | None:
    """The node and field that the question at the end of a reply is about."""
    for issue in _missing(workflow, catalogue, surroundings):
        node = workflow.node(issue.node_id or "")
        if node is not None:
            return node, issue.field or ""
    return None


def open_points(workflow: Workflow, catalogue: Catalogue, surroundings: Surroundings) -> Open:
    """The first missing field that a person can name, as a question; fields that only later parts can fill are left to the diagram."""
    issues = _missing(workflow, catalogue, surroundings)
    asked: Open | None = None
    others: list[str] = []
    for issue in issues:
        node = workflow.node(issue.node_id or "")
        if node is None:
            continue
        if asked is None:
            asked = _ask(issue, node, surroundings)
        elif node.label not in others:
            others.append(node.label)
    if asked is None:
        return Open()
    statement = asked.statement
    if others:
        names = _and([f"*{name}*" for name in others[:3]])
        statement = (
            f"{statement} {'Also open' if statement or asked.question else 'Open'}: {names}{' and more' if len(others) > 3 else ''}."
        ).strip()
    return Open(statement, asked.question, asked.choices)


def _ask(issue: Issue, node: Node, surroundings: Surroundings) -> Open:
    name = f"*{node.label}*"
    match node.type, issue.field:
        case (("knowledge_search" | "knowledge_add"), "collection"):
            thing = _thing(node)
            if surroundings.collections:
                return Open(question=f"Which collection is “{thing}”?", choices=tuple(sorted(surroundings.collections))[:6])
            return Open(
                statement=f"One thing is open: there is no collection yet. Upload {thing} under Knowledge, then choose it for {name}."
            )
        case "email", "to":
            return Open(question=f"Which address should {name} write to?")
        case "email", "body":
            return Open(question=f"What should {name} say?")
        case "slack_message", "channel":
            return Open(question=f"Which channel should {name} post to?")
        case "slack_message", "text":
            return Open(question=f"What should {name} say?")
        case "http_request", "url":
            return Open(question=f"Which address should {name} call?")
        case "condition", "expression":
            return Open(question=f"When exactly is {name} true?")
        case "db_write", "table":
            return Open(question=f"Which table should {name} write to?")
        case "db_query", "query":
            return Open(question=f"Which table should {name} read?")
        case "delay", "duration":
            return Open(question=f"How long should {name} wait?")
        case "classify", "labels":
            return Open(question=f"Which topics should {name} tell apart?")
        case "extract", "fields":
            return Open(question=f"Which fields should {name} look for?")
        case "loop", "items":
            return Open(question=f"Which list should {name} go through?")
        case _:
            field = (issue.field or "").replace("_", " ")
            return Open(statement=f"One thing is open: {field} of {name}.")


def _thing(node: Node) -> str:
    word = re.sub(r"^(?:search|add to)\s+", "", node.label, flags=re.I)
    return f"the {word}" if word[:1].islower() else word


NOTHING_BUILT = (
    "I did not find a step in that. Say what should start it and what should happen then, for example: “Every morning at 8 fetch "
    "https://example.com/news, summarise it and post it to #news.”"
)
ADVICE = (
    "Yes, as soon as I know the steps. What starts it, where does the information come from, and who gets the result? For example: "
    "“Every Friday at 16:00 read the table stock, write an order and ask me before it is mailed.”"
)
GREETING = "Say what you want to happen, step by step, and I draw it: what starts it, where to look, what to write, who gets it."
THANKS = "The diagram stays as it is. Say what to change, or press Run."
TOO_FOREIGN = (
    "I read English, and some German, French, Spanish, Portuguese, Italian, Chinese and Hindi; of this I know too few words to draw it "
    "right, so nothing is drawn. Say it in English, or set up a language model: Settings names the variable."
)
NOTHING_TO_REDO = "There is nothing to do again. The diagram stays as it is."
NOTHING_TO_UNDO = "There is nothing to undo yet. The diagram stays as it is."
