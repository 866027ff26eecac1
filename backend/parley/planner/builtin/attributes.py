"""A field set by its name, however the sentence is turned: "the subject of the mail should be ...", "its table is called ...", "raise the
limit to 9". The sentence is parsed as owner, name, value: the name says which fields may be meant, the owner and the value which one is."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import JsonValue

from parley.planner.builtin import resolve, slots
from parley.planner.builtin.build import Draft
from parley.planner.builtin.labels import fit
from parley.planner.builtin.text import Reading
from parley.workflow.spec import Node

Read = Callable[[str, Reading], JsonValue]  # what is said as the value, or None where it is no value of that kind


def _text(said: str, reading: Reading) -> JsonValue:
    quoted = reading.values("q", said)
    if quoted:
        return quoted[0]
    return None if "⟨" in said else slots.plain(said, reading) or None


def _literal(kind: str) -> Read:
    def read(said: str, reading: Reading) -> JsonValue:
        values = reading.values(kind, said)  # type: ignore[arg-type]
        return ", ".join(values) if kind == "m" and values else values[0] if values else None

    return read


def _path(said: str, reading: Reading) -> JsonValue:
    values = reading.values("p", said)
    return values[0].strip("/") if values else None


def _number(said: str, reading: Reading) -> JsonValue:
    match = re.search(rf"(?<![\w.]){slots.COUNT}(?![\w])", said, re.I)
    if match is None:
        return None
    return float(match[1]) if re.fullmatch(r"\d+\.\d+", match[1]) else slots.number(match[1])


def _duration(said: str, _: Reading) -> JsonValue:
    found = slots.duration(said)
    return found[0] if found else None


def _name(said: str, reading: Reading) -> JsonValue:
    """One word, or what is quoted: a table, a model, a collection."""
    quoted = reading.values("q", said)
    bare = re.fullmatch(r"(?:the\s+)?([\w.:/-]+)(?:\s+(?:table|model|collection))?", said.strip(" ."), re.I)
    return quoted[0] if quoted else bare[1] if bare else None


def _method(said: str, _: Reading) -> JsonValue:
    match = re.search(r"\b(get|post|put|patch|delete)\b", said, re.I)
    return match[1].upper() if match else None


def _zone(said: str, _: Reading) -> JsonValue:
    match = re.search(r"\b([A-Z][A-Za-z]+/[A-Z][A-Za-z_]+|UTC|GMT)\b", said)
    return match[1] if match else None


@dataclass(frozen=True)
class Attribute:
    names: str  # what a person calls it, as a pattern
    type: str
    field: str
    read: Read


# The order decides where a name and a value fit several: what is said most often comes first.
ATTRIBUTES = (
    Attribute(r"subject(?: line)?|title|heading", "email", "subject", _text),
    Attribute(r"body|text|wording|message|content", "email", "body", _text),
    Attribute(r"recipients?|receivers?|addresse?e?s?|to", "email", "to", _literal("m")),
    Attribute(r"channel|room", "slack_message", "channel", _literal("c")),
    Attribute(r"text|wording|message|content", "slack_message", "text", _text),
    Attribute(r"question|text|message|wording|prompt", "approval", "message", _text),
    Attribute(r"deadline|time(?: limit)?|wait", "approval", "wait", _duration),
    Attribute(r"wait(?:ing)?(?: time| period)?|pause|delay|duration|time", "delay", "duration", _duration),
    Attribute(r"(?:target |destination )?table", "db_write", "table", _name),
    Attribute(r"table", "db_query", "query", _name),
    Attribute(r"collection|knowledge base", "knowledge_search", "collection", _name),
    Attribute(r"collection|knowledge base", "knowledge_add", "collection", _name),
    Attribute(r"query|search (?:term|words?|phrase|text)|(?:key)?words?", "web_search", "query", _text),
    Attribute(r"query|search (?:term|words?|phrase|text)", "knowledge_search", "query", _text),
    Attribute(r"(?:web ?)?addresse?s?|url|link|endpoint|api", "http_request", "url", _literal("u")),
    Attribute(r"(?:http )?(?:method|verb)|request", "http_request", "method", _method),
    Attribute(r"path|address|endpoint|url|webhook", "webhook_trigger", "path", _path),
    Attribute(r"(?:http )?(?:method|verb)", "webhook_trigger", "method", _method),
    Attribute(r"time ?zone|zone", "schedule_trigger", "timezone", _zone),
    Attribute(r"(?:language )?model|llm|ai", "llm", "model", _name),
    Attribute(r"temperature", "llm", "temperature", _number),
    Attribute(r"(?:max(?:imum)? |most )?tokens|token limit", "llm", "max_tokens", _number),
    Attribute(r"system (?:prompt|message)", "llm", "system", _text),
    Attribute(r"prompt|instructions?", "llm", "prompt", _text),
    Attribute(r"goal|task", "agent", "goal", _text),
    Attribute(r"(?:max(?:imum)? )?turns", "agent", "max_turns", _number),
    Attribute(r"status(?: code)?|code", "webhook_response", "status", _number),
    Attribute(r"text|body|answer|response", "webhook_response", "body", _text),
    Attribute(r"top ?k|(?:number of )?(?:passages|hits|results|chunks)", "knowledge_search", "top_k", _number),
    Attribute(r"(?:number of )?results|hits|max results", "web_search", "max_results", _number),
    Attribute(r"batch(?: size)?|chunk size", "loop", "batch_size", _number),
    Attribute(r"concurrency|parallelism", "loop", "concurrency", _number),
    Attribute(r"threshold|limit|bound|cut-?off|number|value|boundary|condition|check|minimum|maximum", "condition", "expression", _number),
)
_ANY_NAME = "|".join(sorted({attribute.names for attribute in ATTRIBUTES}, key=len, reverse=True))
_ART = r"(?:the|its|their|our|my|a|this|that|whole)"
_IS = (
    r"(?:(?:is|should (?:now )?be|shall be|must be|to be) (?:called|named)|(?:shall|should|must|has to|needs to|ought to|will)"
    r" (?:now )?(?:read|say|be)|moved to|changed to|is|are|was|be|becomes?|reads?|says?)"
)
_ADVERBS = r"(?:\s+(?:now|just|simply|really|then|rather|only|better|please))*"
_OWN = r"(?!an?\b)(?:(?!that\b|which\b|and\b|step\b|an?\b)[\w⟨⟩#-]+\s+){0,3}?[\w⟨⟩#-]+"
_SET = r"(?:please\s+)?(?:set|change|make|raise|lower|increase|decrease|reduce|adjust|bump|drop|move|switch|update|edit|turn|modify)"
# Owner, name and value in the orders that people put them in.
_FORMS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # "change the subject of the mail to X", "raise the limit to X"
        rf"^{_SET}\s+(?:{_ART}\s+)?(?:(?P<owner2>{_OWN})(?:'s)?\s+)??(?P<name>{_ANY_NAME})"
        rf"(?:\s+(?:of|in|for|on)\s+(?P<owner>.+?))?\s+(?:up |down )?(?:to|=|:|as|into|at|(?:should|must|shall) be)\s+(?P<value>.+)$",
        # "make the limit X", "set top k X"
        rf"^(?:set|make)\s+(?:{_ART}\s+)?(?P<name>{_ANY_NAME})\s+(?P<value>⟨[a-z]\d+⟩|[\w./:]+)$",
        # "in the mail the subject should be X"
        rf"^(?:in|for|on|as to)\s+(?P<owner>(?:{_ART}\s+)?{_OWN}),?\s+(?:{_ART}\s+)?(?P<name>{_ANY_NAME}){_ADVERBS}\s+{_IS}{_ADVERBS}"
        rf"\s*:?\s*(?P<value>.+)$",
        # "the subject line of the mail should read X", "its temperature: X", "path is X"
        rf"^(?:{_ART}\s+)?(?:(?P<owner2>{_OWN})(?:'s)?\s+)??(?P<name>{_ANY_NAME})(?:'s name)?(?:\s+(?:of|in|for|on)\s+(?P<owner>.+?))?"
        rf"{_ADVERBS}\s*(?:\b{_IS}\b{_ADVERBS}\s*:?|[:=])\s*(?P<value>.+)$",
        # "its temperature X", "subject X"
        rf"^(?:its\s+|the\s+|with\s+|and\s+)*(?P<name>{_ANY_NAME})\s+(?P<value>⟨[qcmup]\d+⟩|\d[\d.]*)$",
        # "use X as the subject", "X as the model"
        rf"^(?:(?:please\s+)?(?:use|take|put|have|with)\s+)?(?P<value>⟨[qcmup]\d+⟩|[\w.:/-]+)\s+(?:as|for)\s+(?:{_ART}\s+)?(?P<name>{_ANY_NAME})"
        r"(?:\s+(?:of|in|for|on)\s+(?P<owner>.+?))?$",
    )
)
# "the post should just say X", "in the mail it shall be written X": what a message says, its step named instead of the field.
_SAYS = re.compile(
    r"^(?:(?:in|on)\s+)?(?P<owner>(?:the|that|this|our|its)\s+(?:(?!the\b)[\w⟨⟩#-]+\s+){0,2}?[\w⟨⟩#-]+|it)\s+(?:(?:it|there)\s+)?"
    r"(?:should|shall|must|has to|can|will|is to)?\s*(?:now|just|only|simply|rather|please)?\s*"
    r"(?:says?|reads?|be written|states?|contains?|goes|be worded|stand|asks?)\s+(?P<value>⟨q\d+⟩)$",
    re.I,
)
_WORDING = {"email": "body", "slack_message": "text", "approval": "message", "webhook_response": "body", "llm": "prompt"}
LONGEST = 240  # characters; nobody sets one field in more, and every form above stays fast
_TAIL = re.compile(r"\s*(?:,\s*)?\b(?:instead|please|now|from now on|thanks?|for (?:now|me|us)|if possible|thank you)\W*$", re.I)


def change(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    """Performs the change; what was changed, in words, or None where the sentence does not set a field by its name."""
    if len(text) > LONGEST:
        return None
    said = _TAIL.sub("", text.strip(" .!"))
    if told := _says(said, draft, focus):
        return told
    for form in _FORMS:
        match = form.match(said)
        if match is None:
            continue
        groups = match.groupdict()
        owner = (groups.get("owner") or groups.get("owner2") or "").strip()
        if told := _set(groups["name"], owner, groups["value"], draft, focus):
            return told
    return None


def is_about(text: str) -> bool:
    """Whether the sentence gives a plain value to a field: if no step has such a field, it is not understood, and never a new step."""
    forms = (form.match(text) for form in _FORMS) if len(text) <= LONGEST else ()
    return any(match and re.fullmatch(r"⟨[qcmup]\d+⟩|[\d.]+", match["value"].strip()) for match in forms)


def _says(said: str, draft: Draft, focus: str | None) -> list[str] | None:
    match = _SAYS.match(said)
    node = _owned(match["owner"], [node for node in draft.workflow.nodes if node.type in _WORDING], draft, focus) if match else None
    if match is None or node is None:
        return None
    return _store(node, _WORDING[node.type], draft.reading.values("q", match["value"])[0], "text", draft)


def _set(name: str, owner: str, said: str, draft: Draft, focus: str | None) -> list[str] | None:
    for attribute in ATTRIBUTES:
        if not re.fullmatch(attribute.names, name, re.I):
            continue
        nodes = [node for node in resolve.order(draft.workflow) if node.type == attribute.type]
        value = attribute.read(said, draft.reading) if nodes else None
        node = _owned(owner, nodes, draft, focus) if value is not None else None
        if node is None or (attribute.read is _text and not owner and "⟨q" not in said and len(said.split()) > 6):
            continue
        if told := _store(node, attribute.field, value, name.lower(), draft):
            return told
    return None


def _owned(owner: str, nodes: list[Node], draft: Draft, focus: str | None) -> Node | None:
    """Which of the nodes that have such a field is meant; None where the owner named is none of them."""
    if owner and not re.fullmatch(r"(?:it|its|this|that|new|old|current|whole)", owner, re.I):
        found = resolve.find(owner, draft.workflow, draft.reading, focus, plural=True).nodes
        return next((node for node in found if node in nodes), None)
    return next((node for node in nodes if node.id == focus), nodes[-1] if nodes else None)


def _store(node: Node, field: str, value: JsonValue, name: str, draft: Draft) -> list[str] | None:
    old = str(node.config.get(field, ""))
    config: dict[str, JsonValue] = {field: value}
    shown = value
    if node.type == "condition":
        compared = re.search(r"[<>=!]=?\s*(-?\d+(?:\.\d+)?)", old)
        if compared is None:
            return None
        config[field] = old[: compared.start(1)] + str(value) + old[compared.end(1) :]
        old = compared[1]
    elif node.type == "db_query":
        read = re.search(r"\bfrom\s+(\S+)", old, re.I)
        asked = re.sub(r"(\bfrom\s+)\S+", lambda match: f"{match[1]}{value}", old, count=1, flags=re.I) if read else ""
        config[field] = asked or slots.select_all(str(value))
        old = read[1] if read else ""
    label = re.sub(rf"(?<![\w.]){re.escape(old)}(?!\w)", lambda _: str(value), node.label) if old and len(old) < 40 else node.label
    done = draft.configure(node.id, config, label=fit(label, 40) if label != node.label else None)
    now = draft.workflow.node(node.id)
    return [f"*{now.label}* has the {name} {shown}"] if done and now else None
