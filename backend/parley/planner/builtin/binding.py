"""One clause to the steps it asks for: which verbs and which places it names, and what they mean together."""

import re
from dataclasses import dataclass

from pydantic import JsonValue

from parley.planner.builtin import clauses, labels, lexicon, slots
from parley.planner.builtin.lexicon import Family, Place
from parley.planner.builtin.plan import Part, Step, Together
from parley.planner.builtin.text import Reading

_NOUN_BEFORE = re.compile(
    r"\b(?:the|an?|our|my|by|of|this|that|its|each|your|their|per|new|short|status|weekly|daily|some|any|no|his|her|best|every|from|best|confirmation|text|table|collection)\s+$", re.I
)  # fmt: skip
_APPROVAL = re.compile(
    rf"(?!.*\b(?:let|have|ask)\s+(?:the|an?)\s+(?:model|ai|llm|language model|agent|system|assistant)\b)(?:\bapprov\w*|\bsign(?:s|ed)?[- ]?off\b|\b(?:give|gives|get|gets|ask|asks|asking|wait|needs?|with) (?:\w+ ){{0,3}}(?:permission|ok(?:ay)?|go-ahead|green light|consent|blessing)\b"
    rf"|{lexicon.PERSON}\s+(?:has to|must|should|needs to|have to|will|can|may|to|first)?\s*(?:first\s+)?(?:confirms?|reviews?|checks?|decides?|releases?|okays?|agrees?|look(?:s)? (?:at|over)|sign(?:s)?)\b"
    r"|\b(?:confirmed|reviewed|checked|released|okayed|decided) by (?!e-?mail)|\b(?:human|manual) (?:review|check|approval|confirmation|decision)\b|\bby hand\b"
    r"|\bpermission\b|\bhuman in the loop\b|\bask (?:me|us|someone|a human|a person|(?:the|my|our) \w+) (?:first|before|for (?:confirmation|an? ok|permission))\b"
    r"|\blet (?:me|us|someone|a human|a person|(?:the|my|our|an?) \w+(?: \w+)?) (?:check|review|confirm|approve|decide|look|sign)\b)",
    re.I,
)  # fmt: skip
_AGENT = re.compile(r"\bagents?\b|\bassistant (?:that|who|which) can\b", re.I)
_SEARCH_IN_OURS = re.compile(r"\b(?:in|through|against|from)\s+(?:our|my|the company|the company's|the internal|the team's)\s+((?:[\w-]+\s?){1,3})", re.I)
# "search our house rules": whatever it is, it is ours, so it is documents.
_OURS = re.compile(rf"\b(?:{lexicon.verb_pattern('search')}|check)\b[^,;]*?\b(?:our|my|the company|the company's|internal)\s+((?:(?!and\b|or\b|for\b|as\b|then\b|on\b|in\b|with\b|customers?\b|site\b|website\b|own\b)[\w-]+\s?){{1,3}})", re.I)
_LANGUAGE = re.compile(
    r"\b(?:in|into|to)\s+(?:into\s+|to\s+)?(english|german|french|spanish|portuguese|polish|italian|dutch|swedish|danish|norwegian|finnish|czech|greek|turkish|arabic|chinese|"
    r"japanese|korean|hindi|russian|ukrainian|romanian|hungarian|hebrew|thai|vietnamese|catalan|croatian|welsh|irish|latin)\b", re.I)  # fmt: skip
_LATER = re.compile(r"\b(?:later|afterwards|after that)\b", re.I)
_READS_FROM = re.compile(r"\b(?:from|of|in|out of|against)\s+(?:the|our|my)?\s*(?:\w+\s+){0,2}$", re.I)
_WRITES_TO = re.compile(r"\b(?:into|to|onto)\s+(?:the|our|my|a)?\s*(?:\w+\s+){0,2}$", re.I)


@dataclass(frozen=True)
class Verb:
    family: Family
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    place: Place
    start: int
    end: int
    value: str | None


_SOURCES = frozenset({"knowledge_search", "web_search", "db_query"})
_SINKS = frozenset({"slack_message", "email", "db_write", "knowledge_add", "webhook_response"})


def bind(text: str, reading: Reading, collections: frozenset[str] | None, webhook: bool = False, has_text: bool = False) -> list[Part]:
    """`webhook`: a caller waits for an answer. `has_text`: an earlier step already wrote a text ("send the summary" needs no new one)."""
    if not text.strip(" .,"):
        return []
    if special := _special(text, reading):
        return special
    verbs = find_verbs(text)
    mentions = find_mentions(text, reading)
    placed: list[tuple[Step, Mention]] = []
    governing: set[Verb] = set()
    for mention in mentions:
        verb = _governor(mention, verbs, text)
        node_type = _meaning(mention, verb, text)
        if node_type is None:
            continue
        if verb:
            governing.add(verb)
        placed.append((_step(node_type, mention, verb, text, reading, collections), mention))
    if any(mention.place != "system" for _, mention in placed):
        placed = [(step, mention) for step, mention in placed if mention.place != "system"]
    steps = [step for step, _ in placed if step.type != "llm"]
    own = _alone(text, verbs, governing, steps, mentions, reading, webhook)
    sources = [step for step in steps if step.type in _SOURCES or (step.type == "http_request" and (not own or own[0].type in {"llm", "transform", "extract", "classify"}))]  # fmt: skip
    sinks = [step for step in steps if step not in sources]
    if not own and not sources and not steps and any(m.place == "model" for m in mentions):
        own = [_llm(text, reading)]
    if not own and not steps and re.fullmatch(rf"(?:{slots.ARTICLES}\s+)?(?:(?:short|brief|weekly|daily)\s+)?(?:summary|recap|translation|digest|overview)\b.{{0,40}}", text, re.I):
        own = [_llm(f"write a {re.sub(rf'^{slots.ARTICLES}', '', text, flags=re.I).strip()}", reading)]
    if not own and sinks and not has_text and (match := re.search(lexicon.TEXTS, text, re.I)) and not re.search(r"\bthe\b", match[0], re.I):
        own = [_llm(text, reading)]
    if len(own) > 1 and all(step.type == "llm" for step in own):
        own_parts: list[Part] = [Together([[step] for step in own])]
    else:
        own_parts = list(own)
    return [*_lanes(sources), *own_parts, *_lanes(sinks)]


def _lanes(steps: list[Step]) -> list[Part]:
    """Several places of one clause are served side by side."""
    if len(steps) < 2:
        return list(steps)
    return [Together([[step] for step in steps])]


def find_verbs(text: str) -> list[Verb]:
    found: list[Verb] = []
    for family, pattern in lexicon.VERB.items():
        for match in pattern.finditer(text):
            if not (_NOUN_BEFORE.search(text[: match.start()]) and " " not in match[0]):
                found.append(Verb(family, match.start(), match.end()))
    found.sort(key=lambda verb: (verb.start, -(verb.end - verb.start)))
    kept: list[Verb] = []
    for verb in found:
        listed = any(other.family in {"extract", "classify", "set"} for other in kept) and text[verb.start : verb.end].lower() in clauses.NOUNISH
        if (not kept or verb.start >= kept[-1].end) and not listed:
            kept.append(verb)
    return kept


def find_mentions(text: str, reading: Reading) -> list[Mention]:
    found: list[Mention] = []
    for place, pattern in lexicon.PLACE:
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            literal = re.fullmatch(r"⟨[a-z](\d+)⟩", match[0])
            found.append(Mention(place, match.start(), match.end(), reading.literals[int(literal[1])] if literal else None))
    if ours := _OURS.search(text):
        start, end = ours.span(1)
        if not any(other.start < end and start < other.end for other in found):
            found.append(Mention("knowledge", start, end, None))
    found.sort(key=lambda mention: mention.start)
    merged: list[Mention] = []
    for mention in found:
        twin = next((m for m in merged if m.place == mention.place and (m.value is None or mention.value is None or m.value == mention.value)), None)
        if twin is None or (mention.place == "table" and slots.table(text[twin.end :], reading) and "table" in text[twin.start : twin.end]):
            merged.append(mention)
        elif twin.value is None and mention.value is not None:
            merged[merged.index(twin)] = Mention(twin.place, twin.start, twin.end, mention.value)
    return merged


def _governor(mention: Mention, verbs: list[Verb], text: str) -> Verb | None:
    """The nearest verb before the place, else the nearest after it (passives, verbs at the end)."""
    before = [verb for verb in verbs if verb.start <= mention.start]
    passive = [verb for verb in verbs if re.search(r"\b(?:is|are|gets?|be|was|were)\s+(?:\w+ly\s+)?$", text[: verb.start])]
    if passive and mention.start > passive[-1].end:
        return passive[-1]
    return before[-1] if before else next((verb for verb in verbs if verb.start > mention.start), None)


def _meaning(mention: Mention, verb: Verb | None, text: str) -> str | None:
    family = verb.family if verb else None
    head = text[: mention.start]
    match mention.place:
        case "model":
            return None
        case "table" if _WRITES_TO.search(head) and family != "transform":
            return "db_write"
        case "table" if family is None or family in {"send", "compose", "transform"}:
            return "db_query" if _READS_FROM.search(head) or family is None else "db_write"
        case "knowledge" if family is None:
            return "knowledge_search" if re.search(r"\b(?:in|from|on|our|the|against)\s+(?:\w+\s+){0,2}$|^\s*$", head, re.I) or len(text.split()) <= 4 else None
        case "knowledge" if family in {"send", "write"} and not re.search(r"\b(?:to|into|in)\s+(?:⟨q\d+⟩|\w+|\s)*$", head):
            return None
        case "knowledge" if family in {"transform", "set", "wait", "approve", "merge", "classify"}:
            return None
        case "system" if family in {"classify", "extract", "transform", "compose", "set", "merge"}:
            return None
        case "mail" if family in {"read", "extract", "classify", "search", "transform"} and mention.value is None:
            return None
        case "mail" if family == "compose" and mention.value is None and not re.search(r"\b(?:by|via|per|as an?|in an?)\s+$", head, re.I):
            return "email" if not re.search(r"\b(?:the|this|that|each|every|incoming)\s+(?:\w+\s)?$", head, re.I) else None
        case "web" if family in {"send", "write"}:
            return None
        case "url" if mention.value is None and family is None and len(text.split()) > 3:
            return None
        case _:
            pass
    if family and (family, mention.place) in lexicon.MEANING:
        return lexicon.MEANING[family, mention.place]
    return lexicon.DEFAULT[mention.place]


def _special(text: str, reading: Reading) -> list[Part]:
    """What stands for itself: a pause, an approval, an agent."""
    found: list[Part] = []
    waited = slots.duration(text)
    if waited and (lexicon.VERB["wait"].search(text) or re.match(r"\s*(?:after\s+)?$", text[: waited[1][0]]) or _LATER.match(text[waited[1][1] :].strip())):
        said, (start, end) = waited
        found.append(Step("delay", f"Wait {said}", text, {"duration": said}))
        rest = lexicon.VERB["wait"].sub("", text[:start]) + " " + _LATER.sub("", text[end:])
        rest = re.sub(r"^\W*(?:for|after)?\W*", "", rest)
        if lexicon.ANY_VERB.search(rest) or find_mentions(rest, reading):
            found += bind(rest, reading, None)
        return found
    if lexicon.VERB["wait"].match(text) and not _APPROVAL.search(text):
        return [Step("delay", "Wait", text, {}, confidence=0.7)]
    mentions = find_mentions(text, reading)
    approval = _APPROVAL.search(text)
    if (approval and not any(m.place in {"table", "url"} for m in mentions)) or re.match(r"(?:get |ask for )?(?:approval|approve|confirmation)\b", text, re.I):
        person = re.search(lexicon.PERSON, text, re.I)
        who = person[0].lower() if person and person[0].lower() not in {"me", "us", "human", "person", "someone", "somebody"} else ""
        return [Step("approval", labels.fit(f"Approval by {who}" if who else "Ask for approval"), text, {}, topic=who)]
    if _AGENT.search(text):
        return [_agent(text, reading)]
    return []


def _agent(text: str, reading: Reading) -> Step:
    can = re.search(r"\b(?:can|with|able to|using)\s+(.+?)(?:\s+(?:answers?|to answer|handles?|that answers?)\b|$)", text, re.I)
    tools: list[JsonValue] = []
    for tool in slots.listed(can[1]) if can else []:
        types = [step.type for part in bind(tool, reading, None) for step in ([part] if isinstance(part, Step) else [])]
        plain = slots.plain(tool, reading)
        tools.append(types[0] if types and types[0] in _SOURCES | {"http_request", "email", "slack_message"} else plain)
    values: dict[str, JsonValue] = {"tools": tools} if tools else {}
    return Step("agent", "Let agent answer" if "answer" in text else "Run agent", text, values)


def _alone(text: str, verbs: list[Verb], governing: set[Verb], steps: list[Step], mentions: list[Mention], reading: Reading, webhook: bool) -> list[Step]:
    """Steps of verbs that stand on their own; at most one per clause, except translations into several languages."""
    for verb in verbs:
        node_type = lexicon.ALONE.get(verb.family)
        if node_type is None or (verb.family == "compose" and verb in governing and any(s.type in _SINKS and s.type != "email" for s in steps) and _is_put(text, verb)):
            continue
        if node_type == "output":
            if steps or re.search(lexicon.TEXTS, text, re.I):
                continue
            if webhook:
                return [_response(text, reading)]
            return [Step("output", "Show result", text, {}, confidence=0.6)]
        if node_type == "llm":
            if webhook and _is_response(text, verb, mentions):
                return [_response(text, reading)]
            return _texts(text, reading)
        if node_type in {"set_variables", "wait", "delay", "approval"} and node_type != "set_variables":
            continue
        made = _standing(node_type, verb, text, reading)
        if made:
            return [made]
    if re.search(lexicon.TEXTS, text, re.I) and not steps and (not verbs or any(v.family in {"show", "compose", "read", "call", "write"} for v in verbs)):
        return _texts(text, reading)
    if steps:
        return []
    return _fallback(text, verbs, mentions, reading)


def _is_put(text: str, verb: Verb) -> bool:
    """ "write it to the table": put it there, rather than compose it."""
    return bool(re.match(r"(?:write|writes|writing|written|wrote)\b", text[verb.start :], re.I))


def _is_response(text: str, verb: Verb, mentions: list[Mention]) -> bool:
    if any(mention.place in {"model", "mail", "slack"} for mention in mentions):
        return False
    return bool(re.match(r"(?:answer|repl|respond)", text[verb.start :], re.I))


def _response(text: str, reading: Reading) -> Step:
    values: dict[str, JsonValue] = {}
    if quoted := reading.values("q", text):
        values["body"] = quoted[0]
    if status := re.search(r"\b([1-5]\d\d)\b", text):
        values["status"] = int(status[1])
    return Step("webhook_response", "Answer call", text, values)


def _texts(text: str, reading: Reading) -> list[Step]:
    languages = _LANGUAGE.findall(text)
    if re.search(r"\btranslat", text, re.I):
        tail = re.search(r"\b(?:into|to)\s+(.+)$", text, re.I)
        names = [name for name in (slots.listed(tail[1]) if tail else []) if _LANGUAGE.match(f"into {name}")]
        languages = names or languages
        if languages:
            return [_llm(text, reading, language.removeprefix("into ").title()) for language in languages]
    return [_llm(text, reading)]


def _llm(text: str, reading: Reading, language: str | None = None) -> Step:
    if language:
        about = re.search(r"\btranslat\w*\s+(.+?)(?:\s+that\b.*)?\s+(?:in)?to\b", text, re.I)
        what = slots.plain(about[1], reading) if about else ""
        return Step("llm", f"Translate to {language}" if len(language) < 8 else labels.fit(f"Into {language}"), f"Translate {what or 'it'} into {language}", {}, topic=language)
    verb = next((v for v in find_verbs(text) if v.family == "compose"), None)
    noun = re.search(lexicon.TEXTS, text, re.I)
    if verb is not None:
        spoken = text[verb.start : verb.end].lower().split()[0]
        base = labels.base_form(spoken)
        thing = labels.topic(text, verb.end, reading)
        if any(mention.place == "model" and mention.start >= verb.end for mention in find_mentions(text, reading)) and re.fullmatch(r"(?:ai|model|llm)", thing, re.I):
            thing = ""
        if base in {"answer", "reply", "respond"} and (not thing or len(thing.split()) > 2):
            return Step("llm", "Write reply" if base == "reply" else "Write answer", text, {}, topic=thing)
        if len(thing.split()) > 1 and len(f"{base} {thing}") > labels.WIDTH:
            thing = thing.split()[-1]
        return Step("llm", labels.phrase(base, thing, base), text, {}, topic=thing)
    if noun is not None:
        thing = noun[0].split()[-1].lower()
        return Step("llm", labels.fit(f"Write {thing}"), text, {}, topic=thing)
    return Step("llm", "Write text", text, {}, confidence=0.7)


def _standing(node_type: str, verb: Verb, text: str, reading: Reading) -> Step | None:
    match node_type:
        case "extract":
            names = _field_names(text[verb.end :], reading)
            values: dict[str, JsonValue] = {"fields": [{"name": name, "type": "text", "description": said} for name, said in names]} if names else {}
            first = names[0][1] if names else "fields"
            return Step("extract", labels.phrase("Extract", first if len(names) == 1 else "fields", "Extract fields"), text, values)
        case "classify":
            labels_said = label_list(text[verb.start :], reading)
            topic = labels.topic(text, verb.end, reading)
            kind = re.search(r"\b(?:which|what|its|the|by)\s+(?:kind of |type of )?([a-z]{3,14})\b", text[verb.start :], re.I)
            by = kind[1].lower() if kind and not re.match(r"(?:it|is|are|into|kind|type|message|text)$", kind[1], re.I) else "topic"
            return Step("classify", labels.phrase("Sort by", by, "Sort by topic"), text, {"labels": list(labels_said)} if labels_said else {}, topic=topic, confidence=0.9 if labels_said else 0.7)  # fmt: skip
        case "set_variables":
            pairs = variables(text[verb.end :], reading)
            return Step("set_variables", labels.phrase("Set", next(iter(pairs)), "Set variables"), text, {"variables": pairs}) if pairs else None
        case "merge":
            return Step("merge", "Join results", text, {}, confidence=0.8)
        case "transform":
            into = re.search(r"\b(?:into|to|as)\s+(?:an?\s+|the\s+)?((?:[\w-]+\s?){1,2})", text[verb.start :], re.I)
            thing = into[1].strip() if into else labels.topic(text, verb.end, reading)
            spoken = text[verb.start : verb.end].split()[0].lower()
            return Step("transform", labels.phrase("Turn into" if into else labels.sentence_case(spoken), thing, "Transform"), text, {}, topic=thing, confidence=0.8)
        case _:
            return None


def _fallback(text: str, verbs: list[Verb], mentions: list[Mention], reading: Reading) -> list[Step]:
    """Verbs that need a place, said without one: the likeliest step, with the place left open."""
    for verb in verbs:
        thing = labels.topic(text, verb.end, reading)
        spoken = text[verb.start : verb.end].split()[0].lower()
        match verb.family:
            case "search":
                if ours := _SEARCH_IN_OURS.search(text):
                    name = ours[1].strip().lower()
                    return [Step("knowledge_search", labels.phrase("Search", name, "Search documents"), text, {}, topic=name, confidence=0.75)]
                return [Step("web_search", labels.phrase("Search", thing, "Search web"), text, {}, topic=thing, confidence=0.5)]
            case "write":
                return [Step("db_write", labels.phrase("Save", thing, "Save result"), text, {}, topic=thing, confidence=0.5)]
            case "send":
                return [Step("email", labels.phrase("Email", thing, "Send mail"), text, {}, topic=thing, confidence=0.4)]
            case "call" | "read":
                if spoken in {"check", "take", "get", "ask"} and not thing:
                    continue
                return [Step("http_request", labels.phrase(labels.sentence_case(_plain_verb(spoken)), thing, "Call service"), text, {}, topic=thing, confidence=0.45)]
            case _:
                continue
    if any(mention.place == "model" for mention in mentions):
        return [_llm(text, reading)]
    return []


def _plain_verb(spoken: str) -> str:
    for family in ("call", "read"):
        for base in lexicon.VERBS[family].split(","):
            if spoken.startswith(base.strip().split(" ")[0].rstrip("e")):
                return base.strip().split(" ")[0]
    return spoken


def _step(node_type: str, mention: Mention, verb: Verb | None, text: str, reading: Reading, collections: frozenset[str] | None) -> Step:
    thing = labels.topic(text, verb.end, reading) if verb and verb.end <= len(text) else ""
    sure = 0.95 if verb or mention.value else 0.7
    values: dict[str, JsonValue] = {}
    match node_type:
        case "slack_message":
            if mention.value:
                values["channel"] = mention.value
            label = labels.phrase("Post to", mention.value or "Slack", "Post to Slack")
        case "email":
            if mention.value:
                values["to"] = mention.value
            asked = re.search(r"(?:\b(?:ask|remind|tell|inform|notify)\b.*?\b(?:for|about|of)|\be-?mail\s+(?:with|about|containing))\s+(?:an?|the|our|their|his|her)?\s*((?:[\w-]+\s?){1,2}?)(?=\s+(?:by|via|on|to)\b|\s*$)", text, re.I)
            thing = asked[1].strip() if asked else "" if re.fullmatch(r"(?:e-?)?mails?|messages?|note", thing, re.I) else thing
            label = labels.phrase("Email", thing or (mention.value or "").split("@")[0], "Send mail")
        case "db_query":
            name = slots.table(text[max(0, mention.start - 40) :], reading) or slots.table(text, reading)
            if name:
                values["query"] = f"SELECT * FROM {name}"
            label = labels.phrase("Query", name or "", "Query table")
            thing = name or thing
        case "db_write":
            name = slots.table(text[max(0, mention.start - 40) :], reading) or slots.table(text, reading)
            if name:
                values["table"] = name
            label = labels.phrase("Save to", name or "", "Save to table")
            thing = name or thing
        case "knowledge_search" | "knowledge_add":
            called = labels.place_name(text, (mention.start, mention.end), reading)
            outright = slots.named_collection(text, reading)
            known = outright or slots.matching_collection(called, collections)
            if known:
                values["collection"] = known
            if (count := slots.top_k(text)) and node_type == "knowledge_search":
                values["top_k"] = count
            word = "Search" if node_type == "knowledge_search" else "Add to"
            called = re.sub(r"\s+(?:knowledge[- ]?base|collection)$", "", called)
            shown = outright or (called if not re.fullmatch(r"(?:collection|knowledge|knowledge[- ]?base)", called) else known or "documents")
            label = labels.phrase(word, shown, f"{word} documents")
            thing = outright or called
        case "web_search":
            if (count := slots.top_k(text)) and count < 50:
                values["max_results"] = count
            label = "Search web"
        case "http_request":
            if mention.value:
                values["url"] = mention.value if "://" in mention.value else f"https://{mention.value}"
            spoken = text[verb.start : verb.end].split()[0].lower() if verb else "call"
            if method := re.search(r"\b(GET|POST|PUT|PATCH|DELETE)\b", text):
                values["method"] = method[1]
            elif verb and verb.family in {"send", "write"} or spoken in {"post", "submit", "push", "create", "book"}:
                values["method"] = "POST"
            if mention.place == "system":
                name = slots.plain(text[mention.start : mention.end], reading)
                label = labels.phrase(labels.sentence_case(_plain_verb(spoken)), thing or name, f"Call {name}")
            else:
                host = re.sub(r"^https?://(?:www\.|api\.)?|[/?].*$", "", mention.value or "")
                label = labels.phrase(labels.sentence_case(_plain_verb(spoken)), thing or host, f"Call {host}" if host else "Call service")
        case _:
            label = "Step"
    return Step(node_type, label, text, values, topic=thing, confidence=sure if node_type != "http_request" or mention.value else 0.6)


def _field_names(text: str, reading: Reading) -> list[tuple[str, str]]:
    text = re.sub(r"\s+(?:as|in|into|to|from|out of|of|with)\s+.*$", "", text, flags=re.I)
    found: list[tuple[str, str]] = []
    for name in slots.listed(text):
        said = slots.plain(name, reading)
        field = slots.slug(said, "field")
        if field and len(said.split()) <= 4 and field not in {f for f, _ in found}:
            found.append((field, said))
    return found[:20]


def label_list(text: str, reading: Reading) -> list[str]:
    """ "... into invoice, complaint and other" -> the labels; [] where none are listed."""
    match = re.search(r"(?::|\binto\b|\bas\b|\bwhether it is\b|\beither\b|\bis\b|\bone of\b|\()\s*([^:()]+?)\)?$", text, re.I)
    if not match:
        return []
    names = [slots.plain(name, reading) for name in slots.listed(match[1])]
    names = [name for name in names if name and len(name.split()) <= 4]
    return list(dict.fromkeys(names))[:20] if len(names) >= 2 else []


def variables(text: str, reading: Reading) -> dict[str, JsonValue]:
    """ "customer = 'Lumen GmbH' and discount = 15" -> both, with numbers as numbers."""
    found: dict[str, JsonValue] = {}
    for match in re.finditer(r"\b([a-z_][\w ]{0,30}?)\s*(?:=|:=|\bto\b|\bis\b|\bas\b)\s*(⟨[a-z]\d+⟩|-?\d+(?:[.,]\d+)?%?|[\w-]+)", text, re.I):
        name = slots.slug(re.sub(rf"^(?:and|{slots.ARTICLES}|variable)\s+", "", match[1].strip(), flags=re.I), "value")
        value = slots.plain(match[2], reading)
        found[name] = float(value) if re.fullmatch(r"-?\d+\.\d+", value) else int(value) if re.fullmatch(r"-?\d+", value) else value
    return found
