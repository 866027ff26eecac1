"""How steps speak of each other: which earlier results a step works on, and the templates and expressions that a person would write."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from parley.planner.builtin import labels, lexicon, slots
from parley.planner.builtin.plan import Step
from parley.planner.builtin.text import Reading
from parley.workflow import structure
from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Node, Workflow

_CONTENT = {"llm": "text", "agent": "text", "knowledge_search": "text", "web_search": "text", "db_query": "rows", "http_request": "body"}
WHOLE = frozenset({"extract", "transform"})
_COUNTS = frozenset({"loop", "db_query", "knowledge_search", "web_search"})
_GENERIC_TOPIC = re.compile(
    r"^$|\b(?:results?|lists?|answers?|summar(?:y|ies)|reply|replies|it|them|everything|rows?|data"
    r"|findings?|output|text|recap|digest|report|translations?|draft|note|numbers?|figures?|details?"
    r"|message|"
    r"entr(?:y|ies)|hits|news|response|copy|status|overview|values?|today|all)\b",
    re.I,
)


@dataclass(frozen=True)
class Context:
    """What a new step sees: the steps before it, the loop it stands in, and whose words it was said in."""

    workflow: Workflow
    catalogue: Catalogue
    before: tuple[Node, ...]  # upstream, in topological order
    parent: str | None
    reading: Reading
    name: str
    timezone: str
    upstream: Mapping[str, set[str]]
    way: str | None = None  # the way out of the last step that leads here

    @property
    def trigger(self) -> Node | None:
        found = [node for node in self.before if self.catalogue[node.type].is_trigger]
        return found[0] if found else None


def context_at(
    workflow: Workflow,
    catalogue: Catalogue,
    sources: list[str],
    parent: str | None,
    reading: Reading,
    name: str,
    timezone: str,
    way: str | None = None,
) -> Context:
    """The context of a step that will follow `sources` inside `parent`."""
    upstream = structure.upstream(workflow)
    seen: set[str] = set(sources)
    for source in sources:
        seen |= upstream.get(source, set())
    if parent is not None:
        seen |= {parent} | upstream.get(parent, set())
    order = structure.topological(workflow)
    by_id = {node.id: node for node in workflow.nodes}
    within: set[str | None] = {None}
    at = parent
    while at is not None and at not in within:
        within.add(at)
        at = by_id[at].parent if at in by_id else None
    seen = {node_id for node_id in seen if node_id in by_id and by_id[node_id].parent in within}  # what is in another loop is out of sight
    return Context(workflow, catalogue, tuple(by_id[i] for i in order if i in seen), parent, reading, name, timezone, upstream, way)


# What is sent there comes back changed: the next step works on that.
_ANSWERS = re.compile(
    r"(?:transcri|translat|convert|analy[sz]|scor|rat[ei]|check|calculat|comput|render|detect|recogni[sz]|pars|classif|search|find"
    r"|validat|verif|generat"
    r"|resiz|compress|scan)",
    re.I,
)


def expression_of(node: Node) -> str | None:
    """What a node yields as a reference, or None where it yields no content."""
    if node.type == "http_request" and node.config.get("method", "GET") not in {"GET", "HEAD"} and not _ANSWERS.match(node.label):
        return None
    if node.type in _CONTENT:
        return f"{node.id}.{_CONTENT[node.type]}"
    if node.type in WHOLE:
        return node.id
    if node.type == "loop":
        return f"{node.id}.results"
    return None


def content(context: Context) -> list[tuple[str, str]]:
    """(label, reference) of what is at hand: results no later step has worked in, else the loop's item, else the trigger's input."""
    around = {context.parent} if context.parent else set[str]()
    inside = [node for node in context.before if node.parent == context.parent and node.id not in around]
    yielding = [node for node in inside if expression_of(node) and not _decided_by(node, context)]
    upstream = context.upstream
    frontier = [n for n in yielding if not any(n.id in upstream[m.id] for m in yielding if m.id != n.id)]
    if frontier and not _came_up_empty(frontier, context):
        return [(section_name(node), expression_of(node) or node.id) for node in frontier]
    if context.parent is not None:
        return [("Item", "item")]
    variables = [node for node in context.before if node.type == "set_variables"]
    if variables:
        names = variables[-1].config.get("variables")
        return [(name, f"vars.{name}") for name in names] if isinstance(names, dict) else []
    return trigger_content(context)


def _decided_by(node: Node, context: Context) -> bool:
    """A yes or no that a condition has looked at has done its work; what follows speaks of what was judged."""
    asked = f"'yes' in ({node.id}.text | lower)"
    return any(other.type == "condition" and asked in str(other.config.get("expression", "")) for other in context.before)


def _came_up_empty(frontier: list[Node], context: Context) -> bool:
    """On the "nothing found" way, what was found is nothing to speak of: what was asked is."""
    last = context.before[-1] if context.before else None
    if last is None or last.type != "condition" or context.way != "true":
        return False
    return any(str(last.config.get("expression", "")) == f"{node.id}.count == 0" for node in frontier) and len(frontier) == 1


def section_name(node: Node) -> str:
    """How a result is headed in a prompt: "Search handbook" gives "Handbook"."""
    name = re.sub(r"^(?:search|query|fetch|get|read|call|check)\s+(?:from\s+)?", "", node.label, flags=re.I) or node.label
    return name[:1].upper() + name[1:]


def trigger_content(context: Context) -> list[tuple[str, str]]:
    trigger = context.trigger
    match trigger.type if trigger else "":
        case "chat_trigger":
            return [("Question", "input.message")]
        case "webhook_trigger":
            asked = trigger is not None and trigger.config.get("method") == "GET"
            return [("Request", "input.query" if asked else "input.body")]
        case _:
            return []


def template(context: Context) -> str:
    """What is at hand as one text."""
    return "\n\n".join(f"{{{{ {reference} }}}}" for _, reference in content(context))


def fill(step: Step, context: Context) -> dict[str, JsonValue]:
    """The step's config: what was said, then what the diagram around it supplies. What neither gives stays missing."""
    said = dict(step.values)
    at_hand = template(context)
    literal = context.reading.values("q", step.said)
    supplied: dict[str, JsonValue] = {}
    match step.type:
        case "schedule_trigger":
            supplied = {"timezone": context.timezone}
        case "knowledge_search" | "web_search":
            supplied = {"query": query(step, context)}
        case "llm":
            supplied = {"prompt": prompt(step, context)}
        case "agent":
            supplied = {"goal": prompt(step, context)}
        case "classify" | "extract":
            supplied = {"text": at_hand}
        case "slack_message":
            supplied = {"text": literal[0] if literal else message(step, context)}
        case "email":
            subject = context.name if not step.topic or names_reader(step) else step.topic
            supplied = {"subject": (subject[:1].upper() + subject[1:])[:120], "body": literal[0] if literal else message(step, context)}
        case "db_write":
            supplied = {"rows": at_hand}
        case "webhook_response":
            supplied = {"body": at_hand}
        case "output":
            supplied = {"value": at_hand or (literal[0] if literal else "")}
        case "approval":
            reader = f"the {step.topic}" if step.topic.islower() else step.topic
            who = f"For {reader}: approve this?" if step.topic else "Approve this?"
            asked = f"{who}\n\n{at_hand}" if at_hand else who
            supplied = {"message": asked}
        case "loop":
            supplied = {"items": at_hand}
        case "transform" if re.search(r"\b(?:filter|keep only|only|(?:take|leave|pick|sort)s? out)\b", step.said, re.I):
            pass  # which ones stay was said in words; the fields are asked for rather than guessed
        case "transform":
            name = slots.slug(step.topic.split()[-1] if step.topic else "", "text") or "text"
            supplied = {"fields": {name[:60]: at_hand}} if at_hand else {}
        case "knowledge_add":
            supplied = {"text": at_hand}
        case "http_request" if step.values.get("method") in {"POST", "PUT", "PATCH"}:
            supplied = {"body": at_hand}
        case _:
            pass
    filled: dict[str, JsonValue] = {key: value for key, value in supplied.items() if value not in ("", None)}
    return filled | said


def names_reader(step: Step) -> bool:
    """Whether the step's topic is who it is sent to ("mail the client") rather than what is sent."""
    topic = re.escape(step.topic)
    if re.fullmatch(r"it|them|me|.*@.*", step.topic):
        return True
    told = r"tell|inform|notify|warn|remind|thank|e-?mail|mail|ask|alert|let"
    return bool(
        re.search(rf"\b(?:{told})(?:s|ed)?\s+(?:(?:the|each|every|an?|our)\s+)?{topic}\b(?!\s+to\b)", step.said, re.I)
        or re.search(rf"\b{topic}\s+(?:gets?|receives?|is sent|should get)\b", step.said, re.I)
    )


def message(step: Step, context: Context) -> str:
    """A message's text: what is at hand, unless it was said to be something that no step before it makes."""
    if re.search(r"\bhow many\b", step.said, re.I) and (
        counted := [node for node in context.before if node.type in _COUNTS and node.id != context.parent]
    ):
        return f"{section_name(counted[-1])}: {{{{ {counted[-1].id}.count }}}}"
    if re.search(r"\breason|\bwhy\b|\bcomment", step.said, re.I) and (asked := [n for n in context.before if n.type == "approval"]):
        return f"{{{{ {asked[-1].id}.comment }}}}"
    writers = [node for node in context.before if expression_of(node) and node.type != "loop"]
    if not writers and step.topic and not _GENERIC_TOPIC.search(step.topic) and "@" not in step.topic and step.type == "email":
        return ""
    at_hand = template(context)
    if not at_hand and (told := _TOLD.search(step.said)):
        words = slots.plain(told[1], context.reading)
        return words[:1].upper() + words[1:] + "."
    return at_hand


_TOLD = re.compile(r"\b(?:remind|tell|ask|inform|warn|notify)\b.*?\b(?:to|that)\s+(.+)$", re.I)


_SEARCHED_FOR = re.compile(
    r"\b(?:search(?:es|ing)?|look(?:s|ing)?|check|google"
    r"|browse)\b(?:(?!\bfor\b).)*\bfor\s+(.+?)(?:\s+(?:on|in|from|through)\s+(?:the |our )?(?:web|internet|net"
    r"|(?-i:[a-z])\w*)\s*)?$",
    re.I,
)
_SEARCHED = re.compile(
    r"\b(?:look(?:s|ing)? up|find|google|research)\s+(.+?)\s*(?:(?:\b(?:on|in|from|through|via"
    r"|using)\b\s+(?:the |our |my |a )?(?:[\w-]+\s)?(?:web|internet|google|knowledge|handbook|collection"
    r"|docs|documents?|wiki|table|⟨\w+⟩)|\bonline\b).*)?$",
    re.I,
)


_NEWS_ABOUT = re.compile(
    r"((?:\w+\s+)?(?:articles?|news|posts?|papers?|information|facts|reviews?|stories|updates?|reports?|prices?)\s+(?:about|on"
    r"|regarding|of|for)\s+.+?)"
    r"(?=\s+(?:from|on|in|off)\s+(?:the\s+)?(?:web|internet|net|google|online)|\s+online\b|,|$)",
    re.I,
)


def query(step: Step, context: Context) -> str:
    """What to search for: words said outright ("new rules for balconies"), else the question, else what is at hand."""
    about = (
        _SEARCHED_FOR.search(step.said)
        or _SEARCHED.search(step.said)
        or (step.type == "web_search" and _NEWS_ABOUT.search(step.said))
        or None
    )
    words = slots.plain(re.sub(r"\s*\((?:best|top).*?\)", "", about[1]), context.reading) if about else ""
    words = re.sub(r"^(?:collect|gather|find|get|fetch|pull|grab|take|list|read)s?\s+(?=\w+\s)", "", words, flags=re.I)
    generic = (
        r"(?:(?:the|their|this|that|his|her|our|a) )?(?:it|this|that|them|answers?|question|message|request"
        r"|same|topic|query|handbook|web|internet|documents?|online|matching \w+"
        r"|relevant \w+)(?: up)?(?:\W.*)?"
    )
    named = str(step.values.get("collection", "")) or step.topic
    if (
        words
        and not re.fullmatch(generic, words, re.I)
        and not re.match(r"(?:in|on|the web|our|up)\b", words, re.I)
        and len(words.split()) >= 2
        and named.lower() not in words.lower()
    ):
        return words
    if words and step.type == "web_search" and len(words.split()) >= 2 and not re.match(generic, words, re.I):
        return words
    asked = trigger_content(context)
    if context.parent is None and asked and asked[0][1] == "input.message":
        return "{{ input.message }}"
    return template(context)


GIVES_NUMBER = re.compile(
    r"\b(?:rate|score|grade|rank|mark)s?\b.*\b(?:from|out of|between|on a scale|points?|stars?|\d)|\b(?:give|assign"
    r"|estimate)s?\b.*\b(?:score|rating|grade|points)\b",
    re.I,
)


def prompt(step: Step, context: Context) -> str:
    """The person's own instruction, then the question and the results it works on, each under its name."""
    sections = [instruction(step.said, context.reading)]
    if step.type == "llm" and GIVES_NUMBER.search(sections[0]):
        sections[0] += " Answer with the number only."
    if step.type == "llm" and re.match(r"(?:judge|decide|check|assess|determine|tell|say|find out)\s+(?:whether|if)\b", sections[0], re.I):
        sections[0] += " Answer with yes or no only."
    asked = trigger_content(context)
    at_hand = content(context)
    if asked and asked[0][1] == "input.message" and asked[0] not in at_hand and context.parent is None:
        sections.append("Question: {{ input.message }}")
    if at_hand == [("Question", "input.message")]:
        sections.append("Question: {{ input.message }}")
    else:
        sections += [f"{name}:\n{{{{ {reference} }}}}" for name, reference in at_hand]
    return "\n\n".join(sections)


_ADDRESSEE = re.compile(
    r"^(?:and |then |also |please )*(?:(?:let|have|make|get|ask|tell|use|using|with)\s+)?(?:an?|the"
    r"|our)?\s*(?:large )?(?:language model|llm|a\.?i\.?|model|gpt\S*|chatgpt|claude|gemini"
    r"|assistant|agent)\s*(?:to|should|must|can|will|and|,)?\s*",
    re.I,
)
_RECIPIENT = re.compile(r"\s+(?:and\s+)?(?:to|in|on|into)\s+(?:the\s+)?(?:⟨[mc]\d+⟩|slack).*$", re.I)


def instruction(said: str, reading: Reading) -> str:
    told = _ADDRESSEE.sub(
        "", re.sub(r"^(?:(?:i|we)\s+)?(?:want|need|would like|'d like)\s+(?=the\b|an?\b|to\b)(?:to\s+)?", "", said, flags=re.I)
    )
    text = slots.plain(_RECIPIENT.sub("", told).strip(" ,;:"), reading)
    first, _, rest = text.partition(" ")
    if told != said and re.fullmatch(r"[a-z]{2,}[^s']s", first) and first not in {"always"}:
        first = "decide" if first == "decides" else labels.base_form(first) if labels.base_form(first) != first else first[:-1]
    if re.match(
        r"(?:summari|translat|answer|writ|repl|draft|generat|explain|describ|respond|shorten|condens|rewrit"
        r"|compos)",
        first,
        re.I,
    ):
        first = labels.base_form(first)
    if re.fullmatch(r"(?:e-?)?(?:mail|send|post|share)s?", first, re.I) and re.match(lexicon.TEXTS, rest, re.I):
        first = "write"  # "mail a summary": what the model does is write it
    elif re.fullmatch(r"[a-z]+[^s']s", first) and lexicon.base_of(first) != first:
        first = lexicon.base_of(first)
        rest = re.sub(r"\band ([a-z]+[^s']s)\b(?!\s+of\b)", lambda match: f"and {lexicon.base_of(match[1])}", rest)
    text = f"{first} {rest}".strip()
    return (text[:1].upper() + text[1:] if text else "Write a text") + "."


def without(node: Node, removed: str, instead: str | None) -> dict[str, JsonValue]:
    """The node's config after `removed` is gone: references to it point to `instead`, or the paragraph that held one goes."""
    mention = re.compile(rf"\b{re.escape(removed)}\b(?:\.\w+)?")

    def mend(value: JsonValue) -> JsonValue:
        if isinstance(value, str):
            if not re.search(rf"\{{[{{%][^}}]*\b{re.escape(removed)}\b", value):
                return value
            if instead:
                return mention.sub(instead, value)
            return "\n\n".join(part for part in value.split("\n\n") if not re.search(rf"\{{\{{[^}}]*\b{re.escape(removed)}\b", part))
        if isinstance(value, list):
            return [mend(entry) for entry in value]
        if isinstance(value, dict):
            return {key: mend(entry) for key, entry in value.items()}
        return value

    return {key: mend(value) for key, value in node.config.items()}


def mentions(config: Mapping[str, JsonValue], node_id: str) -> bool:
    return bool(re.search(rf"\b{re.escape(node_id)}\b", json.dumps(config, ensure_ascii=False)))
