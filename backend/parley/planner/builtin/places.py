"""Where an added step goes: the place said in a sentence (before, after, between, beside, at the start), and the sentence without it."""

import re

from parley.planner.builtin import clauses, conditions, resolve, slots
from parley.planner.builtin.build import Draft
from parley.planner.builtin.job import Job
from parley.workflow import structure
from parley.workflow.spec import Node

Place = tuple[str, Node]
_GOES_OUT = frozenset({"output", "webhook_response", "email", "slack_message"})

_WHERE = re.compile(
    r"(?P<lead>^|\s|,)\s*(?:right |just |immediately |directly |shortly )?(?P<where>before|after|behind"
    r"|following|ahead of|in front of|prior to|once|when)\s+(?P<anchor>(?:the |it |we "
    r"|an? )?[\w⟨⟩#'-]+(?:\s+[\w⟨⟩#'-]+){0,6}?)\s*$",
    re.I,
)
_LEADING = re.compile(
    r"^(?:(?:right|just|immediately|directly|shortly|and|then|only)\s+)*(?P<where>before|after|behind|following|once|when|prior to|ahead of"
    r"|in front of|(?:in )?parallel (?:to|with)|at the same time as|alongside|beside|next to)\s+(?P<rest>\S.*)$",
    re.I,
)
_BETWEEN = re.compile(r"\bbetween\s+(.+?)\s+and\s+(.+?)\s*$", re.I)
_AT_START = re.compile(
    r"(?:\b(?:at|in) the (?:very )?(?:start|beginning|front)|\bas the (?:very )?first (?:step|thing)"
    r"|\bfirst of all|\bto start with|\bbefore (?:anything|everything)(?: else)?(?! (?:is|goes|gets|leaves|else|are)\b))\W*",
    re.I,
)
_AT_END = re.compile(
    r"\b(?:at the (?:very )?end|as the (?:very )?last (?:step|thing)|at last|afterwards|after that"
    r"|after everything|when (?:it is|it's|all is|everything is) done)\b\W*",
    re.I,
)
_BESIDE = re.compile(
    r"\b(?:in parallel (?:to|with)|at the same time as|alongside|next to|parallel to"
    r"|beside)\s+(?P<anchor>.+?)\W*$",
    re.I,
)
_DOES = re.compile(
    r"^(?P<what>.*?)\s*\b(?P<place>(?:in front of|before|after|behind|between)\s+(?:the|that|this|it)\b.+?)\s+(?P<does>(?:that|which)\s+"
    r"(?!is\b|are\b|was\b|has\b|comes?\b|goes\b)[a-z]+s\b.+)$",
    re.I,
)
_LATER = re.compile(
    r"^(?:(?:and|then)[\s,]+)*(?P<waits>.+?)\s+after\s+(?P<anchor>(?:the"
    r"|that)\s+[\w⟨⟩#-]+(?:\s[\w⟨⟩#-]+)?)\s*,\s*(?P<rest>.+)$",
    re.I,
)


def _place_last(text: str) -> str:
    """ "a step before the mail that translates it" -> "a step that translates it before the mail"; "a day after it, ..." waits a day."""
    if match := _DOES.match(text):
        return f"{match['what']} {match['does']} {match['place']}".strip()
    if (match := _LATER.match(text)) and (said := slots.duration(match["waits"])) and said[1] == (0, len(match["waits"])):
        return f"after {match['anchor']}, wait {said[0]}, then {match['rest']}"
    return text


def find(text: str, job: Job) -> tuple[Place | None, str]:
    """The place said in the text and the text without it."""
    text = _place_last(text)
    if pair := _between_two(text, job):
        return pair
    if match := _BETWEEN.search(text):
        target = resolve.anchor(match[2], job.draft.workflow, job.draft.reading, job.focus)
        if target.nodes:
            return ("before", target.nodes[0]), text[: match.start()]
        target = resolve.anchor(match[1], job.draft.workflow, job.draft.reading, job.focus)
        if target.nodes:
            return ("after", target.nodes[0]), text[: match.start()]
    if match := _AT_START.search(text):
        starts = [node for node in job.draft.workflow.nodes if job.draft.catalogue[node.type].is_trigger]
        if starts:
            return ("after", starts[0]), _cut(text, match)
    if match := _BESIDE.search(text):
        target = resolve.anchor(match["anchor"], job.draft.workflow, job.draft.reading, job.focus)
        if target.nodes:
            return ("beside", target.nodes[0]), text[: match.start()]
    if match := _AT_END.search(text):
        return None, _cut(text, match)
    if leading := _leading(text, job):
        return leading
    for match in re.finditer(
        r"(?:^|[\s,])(?:right |just |immediately |directly )?(?=(?:before|after|behind|following|ahead of"
        r"|in front of|prior to|once|when)\s)",
        text,
        re.I,
    ):
        if found := _WHERE.match(text[match.start() :]):
            if _is_condition(found["where"], found["anchor"]):
                continue
            target = resolve.anchor(re.sub(r"^(?:it|we)\s+", "", found["anchor"]), job.draft.workflow, job.draft.reading, job.focus)
            if target.nodes:
                return _anchored(found["where"], target, found["anchor"], job), text[: match.start()].strip(" ,")
    return None, text


def _between_two(text: str, job: Job) -> tuple[Place, str] | None:
    """ "between those two": the two steps that there are, or the two of which one was just spoken of and what comes before it."""
    match = re.search(r"\b(?:in )?between\s+(?:(?:those|these|the|both)\s+(?:two|steps)|them|both(?: of them)?)\b[\s,]*", text, re.I)
    if match is None:
        return None
    acting = [node for node in resolve.order(job.draft.workflow) if not job.draft.catalogue[node.type].is_trigger]
    last = next((node for node in acting if node.id == job.focus), acting[-1] if acting else None)
    if (
        last is None
        or len(acting) < 2
        or (re.search(r"\band\s+\S+", text[match.end() :], re.I) and text[match.end() : match.end() + 4] == "the ")
    ):
        return None
    return ("before", last), _cut(text, match)


def _leading(text: str, job: Job) -> tuple[Place, str] | None:
    """A place said first: "before waiting please note ...", "right behind the fetch, shorten ...". The anchor is the fewest words that
    name a step and leave something to do; a comma shows where it ends."""
    match = _LEADING.match(text)
    if match is None:
        return None
    spoken = match["rest"].split()
    comma = next((count for count, word in enumerate(spoken[:9], 1) if word.endswith(",")), None)
    for count in [comma] if comma else range(1, min(len(spoken), 7)):
        anchor, rest = " ".join(spoken[:count]).rstrip(","), " ".join(spoken[count:])
        rest = re.sub(r"^(?:(?:please|also|then|and|just)\s+)+", "", rest, flags=re.I)
        if not rest or re.fullmatch(r"the|an?|it|we|our|this|that", anchor, re.I) or _is_condition(match["where"], anchor):
            continue
        if comma is None and not clauses.starts_action(rest):
            continue
        target = resolve.anchor(anchor, job.draft.workflow, job.draft.reading, job.focus)
        if target.nodes:
            return _anchored(match["where"], target, anchor, job), rest
    return None


def _is_condition(where: str, anchor: str) -> bool:
    """ "only mail it when the use is over 900" is a condition, no place."""
    return where.lower() in {"once", "when"} and bool(
        conditions.COMPARE.search(anchor) or re.search(r"\b(?:mentions?|contains?|says|about|not|nothing|no)\b", anchor, re.I)
    )


def guarding(place: Place, text: str, draft: Draft) -> Place:
    """ "before anything is sent": where one text goes out in several ways, the approval stands behind it, before all of them."""
    if not re.search(r"\bbefore\s+(?:anything|everything|any of it|it all)\b", text, re.I):
        return place
    upstream = structure.upstream(draft.workflow)
    leaving = [node.id for node in draft.workflow.nodes if node.type in _GOES_OUT and node.parent == place[1].parent]
    writers = [
        node for node in resolve.order(draft.workflow) if node.type in {"llm", "agent"} and all(node.id in upstream[out] for out in leaving)
    ]
    return ("after", writers[-1]) if writers else place


def _cut(text: str, match: re.Match[str]) -> str:
    return re.sub(r"\s+", " ", text[: match.start()] + " " + text[match.end() :]).strip(" ,")


def _anchored(where: str, target: resolve.Found, phrase: str, job: Job) -> Place:
    said = where.lower()
    word = "before" if said in {"before", "ahead of", "in front of", "prior to"} else "after"
    if said in {"alongside", "beside", "next to", "at the same time as"} or "parallel" in said:
        word = "beside"
    nodes = target.nodes
    if target.unsure:
        job.outcome.question = f"Which step do you mean by “{job.draft.reading.unmask(phrase)}”?"
        job.outcome.choices = tuple(dict.fromkeys(node.label for node in nodes))[:4]
    node = nodes[0]
    if job.draft.catalogue[node.type].is_trigger:
        word = "after"
    return word, node
