"""A step whose type is known: its label and the values said outright, from the words it stands for."""

import re

from parley.planner.builtin import binding, labels, lexicon, slots, wording
from parley.planner.builtin.lexicon import Place
from parley.planner.builtin.mentions import Mention, Verb, find_mentions, find_verbs, governor
from parley.planner.builtin.plan import Part, Step, Together, steps_of
from parley.planner.builtin.text import Reading
from parley.planner.builtin.text import wordset as text_words

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
_SEARCHED = {"knowledge_search", "web_search", "db_query", "http_request"}
_OPENING = re.compile(
    r"^(?:(?:and|then|also|please|just|simply|it|this|that|they|these|those|them|we|you|i|must|should|shall|has to|"
    r"have to|needs? to|will|to"
    r"|be|is|are|gets?|goes|go)\b[\s,]*)+",
    re.I,
)


def parts(
    text: str, types: tuple[str, ...], reading: Reading, collections: frozenset[str] | None, webhook: bool, written: bool, sure: float = 1.0
) -> list[Part]:
    """The steps of these types that the words stand for, in the order in which they run. What the words say by themselves is kept where
    it agrees, or where they say it plainly and the types are a guess; `webhook` and `written` as for `binding.bind`."""
    types = _consistent(types, text, reading)
    wanted = sorted(_reached(text, [name for name in types if name != "none" and not name.endswith("_trigger")], reading), key=_rank)
    if not wanted:
        return []
    bound = binding.bind(text, reading, collections, webhook, written)
    found = steps_of(bound)
    if sure < _GUESSED and found and all(step.confidence >= _PLAIN for step in found):
        return bound
    kinds = {step.type for step in found}
    verbs = find_verbs(text)
    composes = bool(verbs) and verbs[0].family == "compose" and verbs[0].start == 0 and len(verbs) > 1  # "summarise it and send it to ..."
    writes = composes or (
        "llm" in kinds and any(mention.place == "model" for mention in find_mentions(text, reading))
    )  # "AI writes a note that is posted"
    if kinds in (set(wanted), {*wanted, "llm"} if writes else set(wanted)) and all(step.confidence >= 0.5 for step in found):
        return bound
    if set(wanted) < kinds <= _SEARCHED:
        return bound  # "search the manual and the internet"
    if kinds == {*wanted, "delay"} and slots.duration(text):
        return bound  # "remind them after 3 days"
    made: list[Part] = []
    for name in wanted:
        same = [step for step in found if step.type == name]
        if len(same) > 1:
            made.append(Together([[step] for step in same]))
        else:
            made.append(same[0] if same else step(name, text, reading, collections))
    return made


_WRITES = re.compile(
    r"\b(?:writ(?:e|es|ten)|sav(?:e|es|ed)|stor(?:e|es|ed)|puts?|log(?:s|ged)?|adds?|added|inserts?|appends?|records?|kept)\b", re.I
)
_ROWS = re.compile(r"\btables?\b|\bdatabase\b|\brows?\b|\bsql\b|⟨s", re.I)
_APPROVAL = re.compile(r"(?:an? |the )?(?:approval|sign-?off)\b", re.I)
_GUESSED, _PLAIN = 0.5, 0.8


def _consistent(types: tuple[str, ...], text: str, reading: Reading) -> tuple[str, ...]:
    """Of two readings of one action the one that its words bear out."""
    if {"classify", "llm"} <= set(types):
        wrong = "llm" if len(enumeration(text, reading)) > 1 else "classify"
        return tuple(name for name in types if name != wrong)
    if {"db_query", "extract"} <= set(types) and slots.table(text, reading):
        return tuple(name for name in types if name != "extract")
    if {"email", "approval"} <= set(types) and not reading.values("m", text) and not re.search(r"\bmail|\bsend|\bwrit", text, re.I):
        return tuple(name for name in types if name != "email")
    if types == ("delay",) and re.search(r"\bapprov|\bpermission|\bsign", text, re.I):
        return ("approval",)  # "wait for approval"
    if {"db_query", "db_write"} <= set(types):
        writes = types[0] == "db_write" or _WRITES.search(text)
        return tuple(name for name in types if name != ("db_query" if writes else "db_write"))
    if "db_query" in types and len(types) > 1 and not _ROWS.search(text):
        types = tuple(name for name in types if name != "db_query")
    if _APPROVAL.match(text):
        return ("approval",)
    return types


def _reached(text: str, types: list[str], reading: Reading) -> list[str]:
    """A channel is posted to, an address is mailed, a URL is called, whatever else the words were taken for."""
    for kind, name, instead in _LITERALS:
        if not types or name in types or not reading.values(kind, text):  # type: ignore[arg-type]
            continue
        mistaken = next((other for other in types if other in instead), None)
        if (
            mistaken is not None
            and not (mistaken == "email" and reading.values("m", text))
            and not (mistaken == "slack_message" and reading.values("c", text))
        ):
            types = [name if other == mistaken else other for other in types]
        elif kind != "u" or not {"knowledge_add", "web_search", "agent", "extract"} & set(types):
            types = [*types, name] if not {"approval", "agent"} & set(types) else types
    return types


_TELLING = ("email", "slack_message", "http_request", "webhook_response", "output")
# Of what kind a literal is, the type that it asks for, and what may have been taken for it.
_LITERALS = (
    ("c", "slack_message", _TELLING),
    ("m", "email", _TELLING),
    ("u", "http_request", ()),
    ("s", "db_query", ("http_request", "transform", "llm", "agent", "set_variables", "extract")),
)


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
            if made is not None and made.label == "Transform":
                made.label = labels.fit(slots.plain(words, reading))
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
    here.sort(key=lambda mention: mention.place != "system" and mention.value is None)  # "a Zendesk ticket through their API"
    mention = next((found for found in here if found.value is not None), here[0] if here else Mention(place, len(words), len(words), None))
    verbs = find_verbs(words)
    verb = governor(mention, verbs, words) if verbs else None
    made = wording.placed_step(name, mention, verb, words, reading, collections)
    made.confidence = max(made.confidence, 0.75)
    if name in {"db_query", "db_write"} and not (made.values.get("table") or made.values.get("query")) and (table := _table(words, name)):
        made.values["table" if name == "db_write" else "query"] = table if name == "db_write" else slots.select_all(table)
        made.label = labels.phrase("Save to" if name == "db_write" else "Query", table, made.label)
        made.topic = table
    if name in {"knowledge_search", "knowledge_add"} and "collection" not in made.values and (collection := _collection(words, reading)):
        made.values["collection"] = collection
    if name == "http_request" and not here:
        made.label = labels.fit(slots.plain(words, reading))
        made.topic = labels.topic(words, _verb(words).end, reading)
        if not _FETCHES.match(words):
            made.values["method"] = "POST"
        if not verbs:
            made.assumed = f"I took “{slots.plain(words, reading)}” for a call of another service; tell me its address."
            made.confidence = min(made.confidence, 0.5)
    return made


_FETCHES = re.compile(r"(?:get|fetch|look|check|ask|find|read|pull|grab|load|download|query|see|search|retrieve|take|poll)\w*\b", re.I)
# A table that is not called one: "append it to room_log", "pull the overdue ones from loans".
_INTO = re.compile(r"\b(?:in|into|to|under|onto|on)\s+(?:(?:the|our|my)\s+)?(?!it\b|them\b|there\b|a\b|an\b|⟨)([a-z][\w.]*)", re.I)
_FROM = re.compile(r"\b(?:from|in|of|out of|through|over)\s+(?:(?:the|our|my)\s+)?(?!it\b|them\b|a\b|an\b|⟨)([a-z][\w.]*)", re.I)


def _table(words: str, name: str) -> str | None:
    names = [match[1].strip(".") for match in (_INTO if name == "db_write" else _FROM).finditer(words)]
    names = [found for found in names if not re.fullmatch(lexicon.PLACE_PATTERN["table"].replace(r"\b", ""), found, re.I)]
    coded = [found for found in [*names, *re.findall(r"\b[a-z]+_[a-z_]+\b", words)] if "_" in found]
    return coded[0] if coded else names[-1] if names else None


def _collection(words: str, reading: Reading) -> str | None:
    """Quoted, or a name with a dash as only names have it ("lease-faq"), that is no channel and no path."""
    quoted = reading.values("q", words)
    coded = re.findall(r"(?<![\w#/.@-])[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+(?![\w@])", words)
    coded = [
        name for name in coded if not re.match(r"(?:e-mail|knowledge-base|web-search|follow-up|up-to|top-|on-|in-|one-|two-|three-)", name)
    ]
    return quoted[0] if quoted else coded[0] if len(coded) == 1 else None


def _verb(words: str) -> Verb:
    """The first verb that is known, else the first word."""
    found = find_verbs(words)
    first = re.match(r"\S+", words)
    return found[0] if found and found[0].start == 0 else Verb("transform", 0, first.end() if first else 0)


_BETWEEN_NAMES = re.compile(r"\s*(?:[,/;&]|\b(?:and|or)\b)[\s,]*", re.I)
_STOPS = text_words(
    """
    out from into as to of in is are for with by at on the a an its their his her our either between whether it which what apart them
    so that then per via if when where who
    """
)
_MOST_WORDS = 4  # of a name: what is longer is a sentence


def enumeration(words: str, reading: Reading) -> list[str]:
    """The names of the longest list that the words hold ("tell apart red, green and blue"); [] without one."""
    pieces = _BETWEEN_NAMES.split(words)
    runs: list[list[str]] = []
    for index, piece in enumerate(pieces):
        if runs and (len(piece.split()) <= _MOST_WORDS or index == len(pieces) - 1):
            runs[-1].append(piece)
        elif runs:
            runs[-1].append(piece)
            runs.append([piece])
        else:
            runs.append([piece])
    best: list[str] = []
    for run in runs:
        names = [_last_words(run[0]), *(_plainly(piece) for piece in run[1:-1]), _first_words(run[-1])] if len(run) > 1 else []
        names = [name for said in names if (name := slots.plain(said, reading)) and len(name.split()) <= _MOST_WORDS]
        if len(names) > len(best):
            best = names
    return list(dict.fromkeys(best))[:20]


def _plainly(piece: str) -> str:
    return re.sub(r"^(?:(?:the|an?|its|their|either)\s+)+", "", piece.strip(" .:;()'\""), flags=re.I)


def _last_words(piece: str) -> str:
    """What a list begins with, without what leads to it: "pull out the name" -> "name", "whether it is red" -> "red"."""
    kept: list[str] = []
    for word in reversed(re.split(r"[:(]", piece)[-1].split()):
        if word.lower().strip("'\"") in _STOPS or (kept and (word.lower().endswith("'s") or lexicon.ANY_VERB.fullmatch(word))):
            break
        kept.insert(0, word)
    return " ".join(kept)


def _first_words(piece: str) -> str:
    """What a list ends with, without what follows it: "phone out of it as data" -> "phone"."""
    kept: list[str] = []
    for word in _plainly(re.split(r"[.:;)]", piece)[0]).split():
        if word.lower() in _STOPS:
            break
        kept.append(word)
    return " ".join(kept)
