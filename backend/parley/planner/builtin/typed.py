"""A step whose type is known: its label and the values said outright, from the words it stands for."""

import re

from parley.planner.builtin import binding, labels, lexicon, slots, wording
from parley.planner.builtin.lexicon import Place
from parley.planner.builtin.mentions import Mention, Verb, find_mentions, find_verbs, governor
from parley.planner.builtin.plan import Part, Step, Together, steps_of
from parley.planner.builtin.text import Reading

_PLACE: dict[str, Place] = {
    "slack_message": "slack",
    "email": "mail",
    "db_query": "table",
    "db_write": "table",
    "knowledge_search": "knowledge",
    "knowledge_add": "knowledge",
    "web_search": "web",
    "http_request": "url",
}
# In which order the steps of one stretch run: what reads, what works on it, what asks or waits, what goes out.
_RANK = (
    ("delay", "db_query", "knowledge_search", "web_search", "http_request", "merge"),
    ("set_variables", "transform", "extract", "llm", "classify", "agent"),
    ("approval",),
    ("db_write", "knowledge_add", "email", "slack_message", "webhook_response", "output"),
)
_OPENING = re.compile(
    r"^(?:(?:and|then|also|please|just|simply|it|this|that|they|these|those|them|we|you|i|must|should|shall|has to|have to|needs? to|will|to"
    r"|be|is|are|gets?|goes|go)\b[\s,]*)+",
    re.I,
)


def parts(
    text: str, types: tuple[str, ...], reading: Reading, collections: frozenset[str] | None, webhook: bool, written: bool
) -> list[Part]:
    """The steps of these types that the words stand for, in the order in which they run. What the words say by themselves is kept where
    it agrees; `webhook` and `written` as for `binding.bind`."""
    wanted = sorted((name for name in types if name != "none" and not name.endswith("_trigger")), key=_rank)
    if not wanted:
        return []
    bound = binding.bind(text, reading, collections, webhook, written)
    found = steps_of(bound)
    if {step.type for step in found} == set(wanted) and all(step.confidence >= 0.5 for step in found):
        return bound
    made: list[Part] = []
    for name in wanted:
        same = [step for step in found if step.type == name]
        if len(same) > 1:
            made.append(Together([[step] for step in same]))
        else:
            made.append(same[0] if same else step(name, text, reading, collections))
    return made


def _rank(name: str) -> int:
    return next((rank for rank, names in enumerate(_RANK) if name in names), len(_RANK))


def step(name: str, text: str, reading: Reading, collections: frozenset[str] | None) -> Step:
    """One step of the type `name`."""
    words = _OPENING.sub("", text) or text
    verb = _verb(words)
    match name:
        case "llm":
            return wording.texts(words, reading)[0]
        case "agent":
            return binding.agent(words, reading)
        case "approval":
            return binding.approval_by(words)
        case "delay":
            said = slots.duration(words)
            return Step("delay", f"Wait {said[0]}" if said else "Wait", text, {"duration": said[0]} if said else {})
        case "merge":
            return Step("merge", "Join results", text, {})
        case "webhook_response":
            return wording.response(words, reading)
        case "output":
            return Step("output", "Show result", text, {})
        case "classify":
            names = wording.label_list(words, reading) or enumeration(words, reading)
            made = wording.standing("classify", verb, words, reading)
            if made is not None and names:
                made.values["labels"] = list(names)
            return made or Step("classify", "Sort by topic", text, {"labels": list(names)} if names else {})
        case "extract":
            made = wording.standing("extract", Verb("extract", 0, verb.end), words, reading)
            names = enumeration(words, reading)
            if made is not None and (not made.values or len(names) > 1):
                made.values = wording.fields(names) if names else made.values
            return made or Step("extract", "Extract fields", text, wording.fields(names) if names else {})
        case "transform":
            made = wording.standing("transform", verb, words, reading)
            return made or Step("transform", labels.fit(slots.plain(words, reading)), text, {})
        case "set_variables":
            pairs = wording.variables(words, reading)
            return Step(
                "set_variables", labels.phrase("Set", next(iter(pairs), ""), "Set variables"), text, {"variables": pairs} if pairs else {}
            )
        case _:
            return _placed(name, words, reading, collections)


def _placed(name: str, words: str, reading: Reading, collections: frozenset[str] | None) -> Step:
    place = _PLACE[name]
    mentions = find_mentions(words, reading)
    here = [mention for mention in mentions if mention.place == place or (place == "url" and mention.place == "system")]
    mention = next((found for found in here if found.value is not None), here[0] if here else Mention(place, len(words), len(words), None))
    verbs = find_verbs(words)
    verb = governor(mention, verbs, words) if verbs else None
    made = wording.placed_step(name, mention, verb, words, reading, collections)
    made.confidence = max(made.confidence, 0.75)
    if name in {"db_query", "db_write"} and not (made.values.get("table") or made.values.get("query")) and (table := _table(words, name)):
        made.values["table" if name == "db_write" else "query"] = table if name == "db_write" else slots.select_all(table)
        made.label = labels.phrase("Save to" if name == "db_write" else "Query", table, made.label)
        made.topic = table
    if name in {"knowledge_search", "knowledge_add"} and "collection" not in made.values and (quoted := reading.values("q", words)):
        made.values["collection"] = quoted[0]
    if name == "http_request" and not here:
        made.label = labels.fit(slots.plain(words, reading))
        made.topic = labels.topic(words, _verb(words).end, reading)
        if not _FETCHES.match(words):
            made.values["method"] = "POST"
    return made


_FETCHES = re.compile(r"(?:get|fetch|look|check|ask|find|read|pull|grab|load|download|query|see|search|retrieve|take|poll)\w*\b", re.I)
# A table that is not called one: "insert a row into hive_readings", "pull the overdue ones from loans".
_INTO = re.compile(r"\b(?:in|into|to|under|onto|on)\s+(?:(?:the|our|my)\s+)?(?!it\b|them\b|there\b|a\b|an\b|⟨)([a-z][\w.]*)", re.I)
_FROM = re.compile(r"\b(?:from|in|of|out of|through|over)\s+(?:(?:the|our|my)\s+)?(?!it\b|them\b|a\b|an\b|⟨)([a-z][\w.]*)", re.I)


def _table(words: str, name: str) -> str | None:
    names = [match[1].strip(".") for match in (_INTO if name == "db_write" else _FROM).finditer(words)]
    names = [found for found in names if not re.fullmatch(lexicon.PLACE_PATTERN["table"].replace(r"\b", ""), found, re.I)]
    coded = [found for found in [*names, *re.findall(r"\b[a-z]+_[a-z_]+\b", words)] if "_" in found]
    return coded[0] if coded else names[-1] if names else None


def _verb(words: str) -> Verb:
    """The first verb that is known, else the first word."""
    found = find_verbs(words)
    first = re.match(r"\S+", words)
    return found[0] if found and found[0].start == 0 else Verb("transform", 0, first.end() if first else 0)


_NAME = r"(?:(?!and\b|or\b|out\b|from\b|into\b|as\b|to\b|of\b|is\b|are\b|in\b)[\w'-]+\s?){1,4}?"
_ENUMERATED = re.compile(
    rf"({_NAME}(?:\s*,\s*{_NAME})*\s*,?\s*(?:\band\b|\bor\b|/|&)\s*{_NAME})(?=\W*(?:$|[.;:,)]|\b(?:out|from|into|as|to|of|in)\b))", re.I
)
_LEAD = re.compile(r"^(?:(?:the|a|an|its|their|either|between|whether|it|is|as|into|which|kind|of|what|apart|tell|tells)\b\s*)+", re.I)


def enumeration(words: str, reading: Reading) -> list[str]:
    """The names of the list that the words hold ("delivery, warranty and praise"); [] without one."""
    best: list[str] = []
    for match in _ENUMERATED.finditer(words):
        names = [_LEAD.sub("", slots.plain(name, reading)).strip() for name in slots.listed(match[1])]
        names[:1] = [_last_of(names[0], match.start(), words)] if names else []
        names = [name for name in names if name and len(name.split()) <= 4]
        if len(names) > len(best):
            best = names
    return list(dict.fromkeys(best))[:20]


def _last_of(name: str, start: int, words: str) -> str:
    """The first name without the verb and the article that lead to it: "pull out the name" -> "name"."""
    name = re.sub(rf"^(?:{lexicon.ANY_VERB.pattern})\s+", "", name, flags=re.I)
    return re.sub(r"^(?:[\w']+\s+)*?(?:the|its|their|[\w-]+'s)\s+", "", name, flags=re.I)
