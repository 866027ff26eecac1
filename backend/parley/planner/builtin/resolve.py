"""Which nodes a phrase means: "the Slack part", "the second step", "it", "before answering"."""

import re
from dataclasses import dataclass

from parley.planner.builtin import lexicon, slots
from parley.planner.builtin.text import Reading, stem, wordset
from parley.workflow import structure
from parley.workflow.spec import Node, Workflow

_ORDINALS = {
    word: index
    for index, word in enumerate(["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"])
}
_ORDINAL = re.compile(
    r"\b(?:the )?(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|(\d{1,2})(?:st|nd|rd"
    r"|th))\s+(?:step|node|box|one|part|thing|action)\b|\b(?:step|node|box)\s*(?:no\.?|number|#)?\s*(\d{1,2})\b",
    re.I,
)
_BEFORE_LAST = re.compile(r"\b(?:second[- ]to[- ]last|last but one|one before (?:the )?last|penultimate)\b", re.I)
_PRONOUN = re.compile(r"^(?:it|this|that|them|this one|that one|that step|this step|the step|the node)$", re.I)
_OTHER = re.compile(r"^(?:the )?other(?: one| step| node)?$", re.I)
# What a step does, where it is not called by its name: "before alerting", "the chef is told", "the storing".
_DOING = {
    "email": r"e-?mail(?:ed|ing)|mail(?:ed|ing)|notif\w+|informed|informing",
    "slack_message": r"post(?:s|ed|ing)?|ping(?:s|ed|ing)?|alert(?:s|ed|ing)?|announc\w+|notif\w+|tell(?:s|ing)?|told|informed|informing",
    "db_write": r"sav(?:es?|ed|ing)|stor(?:es?|ed|ing)|log(?:s|ged|ging)?|record(?:s|ed|ing)?|kept|keeping|archiv\w+|written",
    "http_request": r"fetch(?:ed|ing)?|get(?:ting)|call(?:ed|ing)?|download\w*",
    "db_query": r"read(?:ing)?|quer(?:y|ied|ying)|look-?up|load(?:ed|ing)",
    "llm": r"written|writing|draft(?:ed|ing)?|rewritten|rewriting|condens\w+",
    "approval": r"approv\w+|releas(?:es?|ed|ing)|sign(?:ed|s|ing)?(?: (?:it|this))?(?: off)?|confirm\w*",
    "extract": r"pull(?:ed|ing)? out|extract\w*",
    "knowledge_add": r"added|adding|(?:into|to|in) the (?:collection|knowledge base)|ingest\w*",
    "knowledge_search": r"search(?:ed|ing)?|look(?:ed|ing)? up",
    "web_search": r"search(?:ed|ing)?|look(?:ed|ing)? up",
    "classify": r"sort(?:ed|ing)|classif\w+",
    "delay": r"wait\w*|paus\w+",
}
_IGNORED = wordset(
    """
    the a an our my your step steps node nodes part parts bit box that this it its of for to in on at with and or is are was be
    do does thing message messages one ones goes go out sent send sending any more please also only just then from by as before
    after we us me new
    """
)


@dataclass(frozen=True)
class Found:
    """The nodes meant, best first. `unsure`: several fit equally well and only one was asked for."""

    nodes: tuple[Node, ...]
    unsure: bool = False


NOTHING = Found(())


def order(workflow: Workflow) -> list[Node]:
    """The nodes as a person counts them: along the arrows, what is inside a loop right after it."""
    position = {node_id: index for index, node_id in enumerate(structure.topological(workflow))}
    ordered = sorted((node for node in workflow.nodes if node.type != "note"), key=lambda node: position[node.id])
    result: list[Node] = []

    def visit(parent: str | None) -> None:
        for node in ordered:
            if node.parent == parent:
                result.append(node)
                visit(node.id)

    visit(None)
    return result


def find(phrase: str, workflow: Workflow, reading: Reading, focus: str | None = None, plural: bool = False) -> Found:
    """`phrase` is masked; `focus` is the node that "it" means; `plural`: "the Slack part" may be several nodes."""
    text = phrase.strip(" ,.;:?!")
    steps = order(workflow)
    if not text or not steps:
        return NOTHING
    if _PRONOUN.match(text):
        node = workflow.node(focus) if focus else steps[-1]
        return Found((node,)) if node else NOTHING
    if _BEFORE_LAST.search(text):
        return Found((steps[-2],)) if len(steps) > 1 else NOTHING
    if match := _ORDINAL.search(text):
        return _counted(match, steps)
    if _OTHER.match(text):
        acting = [node for node in steps if not node.type.endswith("_trigger") and node.id != focus]
        return Found((acting[0],)) if len(acting) == 1 else NOTHING
    if (kind := _OF_A_KIND.match(text)) and (of_kind := _nth(kind, workflow, reading)):
        return Found((of_kind,))
    scored = sorted(
        ((_score(text, node, reading), index, node) for index, node in enumerate(steps)), key=lambda entry: (-entry[0], entry[1])
    )
    best = scored[0][0]
    if best < 1.0:
        return NOTHING
    winners = [node for score, _, node in scored if score >= best - 0.01]
    return Found(tuple(winners), unsure=len(winners) > 1 and not plural)


_OF_A_KIND = re.compile(r"^(?:the )?(?P<nth>first|second|third|fourth|fifth|last|final|other)\s+(?P<kind>.+)$", re.I)


def _nth(kind: re.Match[str], workflow: Workflow, reading: Reading) -> Node | None:
    """ "the second mail": of the nodes that the noun fits by their type, as they are counted."""
    best = find(kind["kind"], workflow, reading, plural=True).nodes
    types = {
        node.type for node in best if (words := lexicon.TYPE_WORDS.get(node.type)) and re.search(rf"\b(?:{words})\b", kind["kind"], re.I)
    }
    alike = [node for node in order(workflow) if node.type in types]
    word = kind["nth"].lower()
    index = -1 if word in {"last", "final"} else 1 if word == "other" else _ORDINALS[word]
    return alike[index] if len(alike) > 1 and index < len(alike) else None


def _counted(match: re.Match[str], steps: list[Node]) -> Found:
    word = (match[1] or match[3]).lower()
    if word in {"last", "final"}:
        return Found((steps[-1],))
    index = _ORDINALS[word] if word in _ORDINALS else int(match[2] or match[3]) - 1
    return Found((steps[index],)) if 0 <= index < len(steps) else NOTHING


def _score(text: str, node: Node, reading: Reading) -> float:
    score = 0.0
    for value in [literal for kind in ("q", "u", "m", "c", "p") for literal in reading.values(kind, text)]:  # type: ignore[arg-type]
        if value.lower() == node.label.lower():
            score += 6
        elif value and value.lower() in _config_text(node):
            score += 4
    if (pattern := lexicon.TYPE_WORDS.get(node.type)) and (found := re.findall(rf"\b(?:{pattern})\b", text, re.I)):
        score += 2.0 + 0.1 * len(found)
    spoken = {stem(word) for word in re.findall(r"[^\W_]+", slots.plain(text, reading).lower())} - {stem(word) for word in _IGNORED}
    named = {stem(word) for word in re.findall(r"[^\W_]+", node.label.lower())} - {stem(word) for word in _IGNORED}
    weight = 1.5
    if pattern:  # "the caretaker mail": what it is counts once, above; what tells it from others of its kind counts here
        kinds = {word for word in named if re.fullmatch(rf"(?:{pattern})", word, re.I)}
        weight = 1.5 if named - kinds or not kinds else 0.3
        named = named - kinds or named
    score += weight * len(spoken & named)
    if named and named <= spoken and weight > 1:
        score += 1.0
    config = _config_text(node)
    if not score and (doing := re.findall(rf"\b(?:{_DOING[node.type]})\b", text, re.I) if node.type in _DOING else []):
        others = spoken - {stem(word) for phrase in doing for word in phrase.lower().split()}
        score += 1.2 if all(word in config for word in others) else 0.0  # "telling the neighbours" is no step that tells others
    score += 0.6 * sum(1 for word in spoken if len(word) > 3 and word in config and word not in named)
    score += 1.1 * sum(
        1 for word in spoken - named if len(word) > 5 and re.search(rf"\b{re.escape(word[:5])}", f"{node.label.lower()} {config}")
    )
    return score


def _config_text(node: Node) -> str:
    return " ".join(str(value) for value in node.config.values()).lower()


def answering(workflow: Workflow) -> Node | None:
    """The step that gives the answer: the output, else the response to the caller, else the last text."""
    for node_type in ("output", "webhook_response", "llm", "agent"):
        if found := [node for node in order(workflow) if node.type == node_type]:
            return found[-1]
    return None


_LEAVES = re.compile(
    r"(?:(?:it|this|that|anything|everything|the (?:result|text))\s+)?(?:(?:is|gets?|goes|are|leaves)\s*)?"
    r"(?:sent(?: (?:out|off))?|given|out|posted|delivered|shown|returned|published|sending(?: it)?|leaves)\W*$",
    re.I,
)


def anchor(phrase: str, workflow: Workflow, reading: Reading, focus: str | None = None) -> Found:
    """The node that a place in the flow is said by: "answering", "the mail goes out", "posting to Slack"."""
    if re.match(
        r"(?:(?:it|we|you|the (?:bot|model|ai)) )?(?:answer(?:s|ing)?|reply|replies|replying|responds?|responding"
        r"|the (?:answer|reply|response))\b",
        phrase.strip(),
        re.I,
    ):
        node = answering(workflow)
        if node is not None:
            return Found((node,))
    if _LEAVES.match(phrase.strip()):
        leaving = [node for node in order(workflow) if node.type in {"output", "webhook_response", "email", "slack_message"}]
        if leaving:
            return Found((leaving[-1],))
    return find(phrase, workflow, reading, focus)


def ends(workflow: Workflow) -> list[tuple[str, str | None]]:
    """Where an added step goes on from: the last steps (beside an answer, not after it) and ways out of conditions that lead nowhere."""
    tails: list[tuple[str, str | None]] = []
    for node in order(workflow):
        if node.parent is not None or node.type == "note":
            continue
        leaving = workflow.edges_from(node.id)
        if node.type == "output" and workflow.edges_into(node.id):
            tails += [(edge.source, edge.source_handle) for edge in workflow.edges_into(node.id)]
        elif node.type == "condition":
            taken = {edge.source_handle for edge in leaving}
            tails += [(node.id, handle) for handle in ("true", "false") if handle not in taken]
        elif not leaving:
            tails.append((node.id, "approved" if node.type == "approval" else None))
    return list(dict.fromkeys(tails))
