"""Conditions as expressions that evaluate over the steps before them; None where nothing before them has such a value."""

import json
import re

from parley.planner.builtin import conditions, references, slots
from parley.planner.builtin.plan import Condition
from parley.planner.builtin.references import WHOLE, Context, content, expression_of, trigger_content
from parley.workflow.spec import Node


def expression(condition: Condition, context: Context) -> str | None:
    """The condition as an expression over the steps before it; None where nothing before it has such a value."""
    match condition.kind:
        case "compare":
            if condition.every and (rows := _rows(context)):
                name = quoted(slots.slug(condition.subject, "value"))
                return f"{rows} | selectattr({name}, {quoted(condition.op)}, {json.dumps(condition.value)}) | length > 0"
            operand = _value_of(condition.subject, context)
            text = f"{operand} {condition.op} {json.dumps(condition.value)}" if operand else None
        case "between":
            operand = _value_of(condition.subject, context)
            low, high = condition.value if isinstance(condition.value, list) else (None, None)
            text = f"{operand} >= {json.dumps(low)} and {operand} <= {json.dumps(high)}" if operand else None
        case "empty" | "found":
            text = _count_of(context, "== 0" if condition.kind == "empty" else "> 0")
        case "lacks":
            operand = _value_of(condition.subject, context)
            return (operand if condition.negated else f"not {operand}") if operand else None
        case "failed":
            called = [node for node in context.before if node.type == "http_request"]
            text = f"{called[-1].id}.status >= 400" if called else None
        case "yes":
            judges = [node for node in context.before if node.type == "llm"]
            text = f"'yes' in ({judges[-1].id}.text | lower)" if judges else None
        case "exists":
            text = _value_of(condition.subject, context)
        case "unknown":
            text = None
        case "is":
            text = _is(condition, context)
        case _:
            text = _about(str(condition.value), context)
    return f"not ({text})" if text and condition.negated else text


def _rows(context: Context) -> str | None:
    at_hand = content(context)
    return (
        at_hand[0][1]
        if len(at_hand) == 1 and at_hand[0][1].endswith((".rows", ".body", ".results")) and at_hand[0][1] != "input.body"
        else None
    )


_RATINGS = frozenset({"value", "score", "rating", "grade", "mark", "points", "point", "result", "number", "it"})


def judged(node: Node) -> bool:
    """A text step that was told to give a number."""
    return node.type == "llm" and bool(references.GIVES_NUMBER.search(str(node.config.get("prompt", "")).partition("\n\n")[0]))


def _value_of(subject: str, context: Context) -> str | None:
    name = slots.slug(subject or "value", "value")
    calls = [node for node in context.before if node.type == "http_request" and node.parent == context.parent]
    if name in {"status", "status_code", "response_status", "code"} and calls:
        return f"{calls[-1].id}.status"
    for node in reversed(context.before):
        if node.type in WHOLE:
            fields = context.catalogue[node.type].output_fields
            known = (fields(node.config) or ()) if fields else ()
            asked = set(name.split("_"))
            near = [field for field in known if field == name] or [field for field in known if asked <= set(field.split("_"))]
            if near:
                return f"{node.id}.{near[0]}"
        if node.type in {"db_query", "knowledge_search", "web_search"} and re.search(
            r"count|number|hits|rows|results|matches|entries", name
        ):
            return f"{node.id}.count"
    at_hand = content(context)
    if name in _RATINGS and (judges := [node for node in context.before if judged(node)]):
        return f"({judges[-1].id}.text | float)"
    if len(at_hand) == 1:
        reference = at_hand[0][1]
        if reference.endswith(".rows"):
            return f"{reference}[0].{name}"
        if reference.endswith((".body", ".query")) or reference == "item":
            return f"{reference}.{name}"
    trigger = context.trigger
    if trigger is None or trigger.type == "manual_trigger":
        return f"input.{name}" if trigger else None
    return f"input.body.{name}" if trigger.type == "webhook_trigger" else None


def field_at_hand(name: str, context: Context) -> str | None:
    """The expression of a field called `name` in what is at hand."""
    return _value_of(name, context)


def _count_of(context: Context, test: str) -> str | None:
    for node in reversed(context.before):
        if node.type in {"knowledge_search", "web_search", "db_query"}:
            return f"{node.id}.count {test}"
        if node.type == "http_request" and expression_of(node):
            return f"{node.id}.body | length {test}"
    return None


def _is(condition: Condition, context: Context) -> str | None:
    operand = _value_of(condition.subject, context) if condition.subject else None
    if operand:
        return f"({operand} | lower) == {quoted(str(condition.value).lower())}"
    if not condition.subject and any(node.type in {"db_query", "http_request", "llm", "agent"} for node in context.before):
        return None  # "it is in stock" after a look-up, "it is good" after a judgement: not of the words that came in
    return _about(str(condition.value), context)


def _about(value: str, context: Context) -> str | None:
    text = _text_of(context)
    if text is None:
        return None
    groups = [" and ".join(f"{quoted(word)} in ({text} | lower)" for word in group) for group in conditions.keywords(value)]
    return " or ".join(f"({group})" if len(groups) > 1 and " and " in group else group for group in groups) or None


def _text_of(context: Context) -> str | None:
    """Where to look for a word: what the person asked, else the newest text, else the item."""
    asked = trigger_content(context)
    if context.parent is None and asked:
        return asked[0][1] if asked[0][1] == "input.message" else f"({asked[0][1]} | string)"
    if context.parent is not None:
        return "(item | string)"
    at_hand = content(context)
    return f"({at_hand[0][1]} | string)" if at_hand else None


def quoted(text: str) -> str:
    return "'" + re.sub(r"['\\\n]", " ", text).strip() + "'"
