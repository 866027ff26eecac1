"""A name for a workflow: a short noun phrase of what it is about ("Support mail", "Handbook answers"), its heading if it has one."""

import re

from parley.planner.builtin import labels, references
from parley.planner.builtin.plan import Plan, Step, steps_of

_LONGEST = 40
_SOURCES = ("knowledge_search", "db_query", "http_request", "web_search", "loop")
_VERB_OF_LABEL = re.compile(r"^(?:search|query|read|get|fetch|take|call|save to|add to|post to|email|tell|write|draft)\s+", re.I)
_MADE = re.compile(
    r"summar(?:y|ise|ize)|recap|digest|report|overview|translation|comparison|outline|letter|plan|briefing|note|list|review|reminder", re.I
)
_EMPTY = re.compile(
    r"(?:documents?|web|table|rows|item|result|text|it|mail|service|step|slack|call|whatever|day|answer|answers|questions?)?", re.I
)


def name(plan: Plan) -> str:
    if plan.name:
        return plan.name[:60]
    steps = steps_of(plan.parts)
    if plan.trigger is not None and plan.trigger.type == "webhook_trigger":
        said = plan.trigger.topic or str(plan.trigger.values.get("path", "")).rpartition("/")[2]
        return _said(said) if said else _report(steps) or plan.trigger.label
    if plan.trigger is not None and plan.trigger.type == "chat_trigger":
        return _answers(steps)
    return _report(steps) or (plan.trigger.label if plan.trigger else "Workflow")


def _answers(steps: list[Step]) -> str:
    """A chat: where its answers come from, or what becomes of the messages."""
    source = next((step for step in steps if step.type in {"knowledge_search", "db_query"}), None)
    about = _about(source) if source else ""
    if any(step.type in {"llm", "agent", "output"} for step in steps):
        return _said(f"{about or ('web' if any(step.type == 'web_search' for step in steps) else 'chat')} answers")
    return _said(f"{about} messages" if about else "Sorted messages" if any(step.type == "classify" for step in steps) else "Chat messages")


def _report(steps: list[Step]) -> str:
    """A run of its own: what it reads and what it makes of it ("Orders summary"), else what it sends."""
    about = next((said for step in steps if step.type in _SOURCES and (said := _about(step))), "")
    made = next((match[0].lower() for step in steps if step.type == "llm" and (match := _MADE.search(step.label))), "")
    made = "summary" if made.startswith("summar") else made
    if about:
        return _said(about if not made or made in about.lower() or " about " in about else f"{about} {made}")
    for step in steps:
        if step.type == "slack_message" and not step.topic:
            return step.label
        if step.type in {"email", "llm", "transform", "extract"} and not references.names_reader(step) and (said := _about(step)):
            return _said(said)
    return steps[0].label if steps else ""


def _about(step: Step) -> str:
    """The noun phrase a step is about; empty where it is about nothing in particular."""
    if step.type == "web_search":
        looked_for = re.search(r"\bfor\s+([^⟨,]{3,40})$", step.said, re.I)
        return looked_for[1] if looked_for and not re.match(r"(?:it|them|this|that)\b", looked_for[1]) else ""
    topic = re.sub(r"\b(?:it|them|me|us)\b", "", step.topic).strip()
    for said in (topic, "" if step.type == "email" else _VERB_OF_LABEL.sub("", step.label)):
        said = said.strip(" #'\"")
        if said and not _EMPTY.fullmatch(said) and len(said.split()) <= 4:
            return said
    return ""


def _said(words: str) -> str:
    return labels.fit(words.replace("_", " ").replace("-", " "), _LONGEST)
