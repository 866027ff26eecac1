"""One clause to the steps it asks for: which verbs and which places it names, and what they mean together."""

import re

from pydantic import JsonValue

from parley.planner.builtin import labels, lexicon, slots
from parley.planner.builtin.mentions import Mention, Verb, find_mentions, find_verbs, governor
from parley.planner.builtin.plan import Part, Step, Together
from parley.planner.builtin.text import Reading
from parley.planner.builtin.wording import label_list, llm, placed_step, plain_verb, response, standing, texts

_MACHINE = (
    r"(?:large|language|models?|a\.?i\.?|llms?|agents?|assistants?|systems?|workflow|bots?|apps?|process|server|api|steps?|condition"
    r"|flow|tool"
    r"|script|program|computer|website|web|table|database|same|next|first|last|then)\b"
)
_JUDGES = r"(?:confirm|approve|check|review|decide|okay|sign|authori[sz]e|vet|release|clear|agree|look (?:at|over|through))s?\b"
# Whoever is no machine is a person: "have the accountant confirm the sum", "a second nurse must check it".
_SOMEONE_JUDGES = (
    rf"\b(?:have|let|get|make|ask|wait for)\s+(?:the|our|my|an?|another)\s+(?!{_MACHINE})(?:(?!to\b|and\b"
    rf"|for\b)[\w-]+\s+){{1,3}}?(?:to\s+)?{_JUDGES}"
    rf"|\b(?:the|our|my|an?|another)\s+(?!{_MACHINE})(?:(?!to\b|and\b|of\b)[\w-]+\s+){{1,3}}?"
    rf"(?:has to|have to|must|needs? to|should|will)\s+(?:first\s+|also\s+)?{_JUDGES}"
)
_CALLED = r"(?-i:(?!It\b|She\b|He\b|They\b|We\b|You\b|This\b|That\b|Slack\b)[A-Z][a-z]+)"
_NAMED_JUDGES = (
    rf"\b(?:let|have|get|ask|wait for)\s+{_CALLED}\s+(?:to\s+)?{_JUDGES}"
    rf"|\b{_CALLED}\s+(?:has to|must|needs? to|should)\s+(?:first\s+|also\s+)?{_JUDGES}"
)
_APPROVAL = re.compile(
    rf"(?:{_SOMEONE_JUDGES}|{_NAMED_JUDGES}|\bapprov(?!ed (?!by\b|first\b|before\b|in\b|at\b|or\b|and\b|the\b|it\b|if\b"
    rf"|when\b|again\b)[a-z]+)\w*"
    rf"|\bsign(?:s|ed)?[- ]?off\b|\b(?:give|gives|get|gets|ask|asks|asking"
    rf"|wait|needs?|with) (?:\w+ ){{0,3}}(?:permission|ok(?:ay)?|go-ahead|green light|consent|blessing)\b"
    rf"|{lexicon.PERSON}\s+(?:has to|must|should|needs to|have to|will|can|may|to"
    rf"|first)?\s*(?:first\s+)?(?:confirms?|reviews?|checks?|decides?|releases?|okays?|agrees?"
    rf"|look(?:s)? (?:at|over)|sign(?:s)?)\b"
    r"|\b(?:confirmed|reviewed|checked|released|okayed|decided) by (?!e-?mail)|\b(?:human"
    r"|manual) (?:review|check|approval|confirmation|decision)\b|\bby hand\b"
    r"|\bpermission\b|\bhuman in the loop\b|\bask (?:me|us|someone|a human|a person|(?:the|my"
    r"|our) \w+) (?:first|before|for (?:confirmation|an? ok|permission))\b"
    r"|\blet (?:me|us|someone|a human|a person|(?:the|my|our|an?) \w+(?: \w+)?) (?:check|review|confirm"
    r"|approve|decide|look|sign)\b)",
    re.I,
)
# "let the model decide ...": nobody is asked.
_BY_MODEL = re.compile(r"\b(?:let|have|ask)\s+(?:the|an?)\s+(?:model|ai|llm|language model|agent|system|assistant)\b", re.I)
_AGENT = re.compile(r"\bagents?\b|\bassistant (?:that|who|which) can\b", re.I)
_SEARCH_IN_OURS = re.compile(
    r"\b(?:in|through|against|from)\s+(?:our|my|the company|the company's|the internal"
    r"|the team's)\s+((?:[\w-]+\s?){1,3})",
    re.I,
)
_LATER = re.compile(r"\b(?:later|afterwards|after that)\b", re.I)
_READS_FROM = re.compile(r"\b(?:from|of|in|out of|against)\s+(?:the|our|my)?\s*(?:\w+\s+){0,2}$", re.I)
_WRITES_TO = re.compile(r"\b(?:into|to|onto)\s+(?:the|our|my|a)?\s*(?:\w+\s+){0,2}$", re.I)
_TEAM = re.compile(r"\b(?:teams?|channels?|groups?|departments?|colleagues|crew|everyone|everybody)\b", re.I)
# Read by a person or a model, not from a table.
_NO_ROWS = re.compile(
    r"\b(?:messages?|e-?mails?|mails?|texts?|questions?|requests?|forms?|attachments?|pages?|articles?|news|websites?|sites?"
    r"|documents?|files?"
    r"|pdfs?|letters?|body|content|posts?|comments?|feeds?|chats?|it|them)$",
    re.I,
)
# "sort it by topic": by what it says, not by a value.
_BY_TOPIC = re.compile(
    r"(?:sort|group|split|filter)\w*\s[^,;]*?\bby\s+(?:its |their |the )?(?:topic|subject|category|kind|type|department|team|theme"
    r"|urgency|priority|sentiment|language|intent|content|who|what|which|how|whether)\b",
    re.I,
)
# "take out what is already in table seen": some are left out; no values are read out of a text.
_LEFT_OUT = re.compile(
    r"(?:take|pick|sort|filter|leave)s?\s+out\b.*\b(?:already|duplicates?|doubles|known|old|seen|irrelevant|invalid|empty|spam)\b", re.I
)
# "an AI step that translates it": AI translates it
_STEP_THAT = re.compile(r"\b(ai|a\.i\.|llm|(?:language )?model)\s+(?:step|node|block|box|part)\s+(?:that|which|to)\s+", re.I)
_SOURCES = frozenset({"knowledge_search", "web_search", "db_query"})
_SINKS = frozenset({"slack_message", "email", "db_write", "knowledge_add", "webhook_response"})


def bind(text: str, reading: Reading, collections: frozenset[str] | None, webhook: bool = False, has_text: bool = False) -> list[Part]:
    """`webhook`: a caller waits for an answer. `has_text`: an earlier step already wrote a text ("send the summary" needs no new one)."""
    if not text.strip(" .,"):
        return []
    text = _STEP_THAT.sub(r"\1 ", text)
    if special := _special(text, reading):
        return special
    verbs = find_verbs(text)
    mentions = find_mentions(text, reading)
    placed: list[tuple[Step, Mention]] = []
    governing: set[Verb] = set()
    for mention in mentions:
        verb = governor(mention, verbs, text)
        node_type = _meaning(mention, verb, text)
        if node_type is None:
            continue
        if verb:
            governing.add(verb)
        placed.append((placed_step(node_type, mention, verb, text, reading, collections), mention))
    if any(mention.place != "system" for _, mention in placed):
        # "export the table to Quill": what is read stands beside where it goes; else the known place is what was meant
        reads = all(step.type in _SOURCES for step, mention in placed if mention.place != "system")
        placed = [
            (step, mention)
            for step, mention in placed
            if mention.place != "system" or (reads and re.search(r"\b(?:to|into)\s+(?:(?:our|the|my)\s+)?$", text[: mention.start], re.I))
        ]
    steps = [step for step, _ in placed if step.type != "llm"]
    own = _alone(text, verbs, governing, steps, mentions, reading, webhook)
    sources = [
        step
        for step in steps
        if step.type in _SOURCES
        or (
            step.type == "http_request"
            and step.values.get("method", "GET") == "GET"
            and (not own or own[0].type in {"llm", "transform", "extract", "classify"})
        )
    ]
    sinks = [step for step in steps if step not in sources]
    if not own and not sources and not steps and any(m.place == "model" for m in mentions):
        own = [llm(text, reading)]
    if (
        not own
        and not steps
        and re.fullmatch(
            rf"(?:{slots.ARTICLES}\s+)?(?:(?:short|brief|weekly|daily)\s+)?(?:summary|recap|translation"
            rf"|digest|overview)\b.{{0,40}}",
            text,
            re.I,
        )
    ):
        own = [llm(f"write a {re.sub(rf'^{slots.ARTICLES}', '', text, flags=re.I).strip()}", reading)]
    if not own and sinks and not has_text and (match := re.search(lexicon.TEXTS, text, re.I)) and not re.search(r"\bthe\b", match[0], re.I):
        own = [llm(text, reading)]
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


def _meaning(mention: Mention, verb: Verb | None, text: str) -> str | None:
    family = verb.family if verb else None
    head = text[: mention.start]
    match mention.place:
        case "model":
            return None
        case "table" if mention.value is not None:
            return "db_query"
        case "table" if _WRITES_TO.search(head) and family != "transform":
            return "db_write"
        case "table" if family in {"send", "write"} and re.search(r"\b(?:in)?to\s+(?:(?:the|our|a)\b|⟨|[A-Z])", text[mention.end :]):
            return "db_query"
        case "table" if family is None or family in {"send", "compose", "transform"}:
            return "db_query" if _READS_FROM.search(head) or family is None else "db_write"
        case "knowledge" if family is None:
            return (
                "knowledge_search"
                if re.search(r"\b(?:in|from|on|our|the|against)\s+(?:\w+\s+){0,2}$|^\s*$", head, re.I) or len(text.split()) <= 4
                else None
            )
        case "knowledge" if family in {"send", "write"} and not re.search(r"\b(?:to|into|in)\s+(?:⟨q\d+⟩|\w+|\s)*$", head):
            return None
        case "knowledge" if family in {"transform", "set", "wait", "approve", "merge", "classify"}:
            return None
        case "system" if family in {"classify", "extract", "transform", "compose", "set", "merge"}:
            return "http_request" if re.search(r"\bfrom\s+(?:(?:our|the|my)\s+)?$", head, re.I) else None
        case "mail" if verb and re.match(r"(?:gets?|got|receives?)$", text[verb.start : verb.end], re.I) and text[: verb.start].strip():
            return "email"
        case "mail" if mention.value is None and re.match(r"gets?\s+an?\s+(?:[\w-]+\s+){0,3}$", head, re.I):
            return "email"  # "... and get a welcome mail": they are sent one
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
    if waited and (
        lexicon.VERB["wait"].search(text)
        or re.search(r"\bafter\s+$", text[: waited[1][0]], re.I)
        or re.match(r"\s*(?:after\s+)?$", text[: waited[1][0]])
        or _LATER.match(text[waited[1][1] :].strip())
    ):
        said, (start, end) = waited
        found.append(Step("delay", f"Wait {said}", text, {"duration": said}))
        rest = re.sub(r"\bafter\s*$", "", lexicon.VERB["wait"].sub("", text[:start]), flags=re.I) + " " + _LATER.sub("", text[end:])
        rest = re.sub(r"^\W*(?:for|after)?\W*", "", rest)
        if lexicon.ANY_VERB.search(rest) or find_mentions(rest, reading):
            found += bind(rest, reading, None)
        return found
    if lexicon.VERB["wait"].match(text) and not _APPROVAL.search(text):
        return [Step("delay", "Wait", text, {}, confidence=0.7)]
    mentions = find_mentions(text, reading)
    approval = None if _BY_MODEL.search(text) else _APPROVAL.search(text)
    if (approval and not any(m.place in {"table", "url"} for m in mentions)) or re.match(
        r"(?:get |ask for )?(?:approval|approve|confirmation)\b", text, re.I
    ):
        return [approval_by(text)]
    if _AGENT.search(text):
        return [agent(text, reading)]
    return []


def asks_somebody(text: str) -> bool:
    """Whether the words let a person look at something: "let me check it"."""
    return _APPROVAL.search(text) is not None and _BY_MODEL.search(text) is None


def approval_by(text: str) -> Step:
    who = _approver(text)
    return Step("approval", _approval_label(who) if who else "Ask for approval", text, {}, topic=who)


def _approval_label(who: str) -> str:
    """The whole name before the longer verb: "Ask fleet manager" rather than "Approval by manager"."""
    return next(
        (label for label in (f"Approval by {who}", f"Ask {who}") if len(label) <= labels.WIDTH), labels.fit(f"Ask {who.split()[-1]}")
    )


_MODALS = r"(?:has to|have to|had to|must|should|needs? to|will|can|may|to|first|then|also)"
_APPROVER = re.compile(
    rf"\b(?:the|our|my|an?)\s+((?:[\w-]+\s+){{1,3}}?)(?:{_MODALS}\s+)*(?:approv|confirm|sign|check|review|decid|releas|okay|agree"
    rf"|look|authori)"
    rf"|\b(?:approv|confirm|sign|check|review|decid|releas|okay)\w*\s+(?:off\s+)?by\s+(?:the|our|my|an?)\s+((?:[\w-]+\s*){{1,2}})"
    rf"|\b(?:approval|confirmation|permission|ok|consent|sign-?off)\s+(?:of|from|by)\s+(?:the|our|my|an?)\s+((?:[\w-]+\s*){{1,2}})"
    rf"|\bask\s+(?:the|our|my|an?)\s+((?:[\w-]+\s+){{1,4}}?)(?:for|to|if|whether|first|before)\b",
    re.I,
)


_NAMED = re.compile(
    r"\b(?i:ask|wait for|let|have|from|by|of)\s+(?P<asked>[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)(?!\w|⟩)"
    r"|(?P<acts>[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)\s+(?:has to|have to|must|should|needs? to|will|can)\s+(?:first\s+|also\s+)?"
    r"(?:approve|confirm|sign|check|review|decide|release|okay|agree|look)"
)


def _approver(text: str) -> str:
    """Who is asked: "the fleet manager has to sign it off" -> "fleet manager"; empty for "me" and "someone"."""
    if (called := _NAMED.search(text)) and (name := called["asked"] or called["acts"]) not in {
        "AI",
        "It",
        "Slack",
        "They",
        "We",
        "You",
        "He",
        "She",
    }:
        return name
    if named := _APPROVER.search(text):
        words = re.split(r"\s+(?:before|first|for|to|and|who|whether|if)\b", next(group for group in named.groups() if group))[0].split()
        if words and not re.fullmatch(r"user|person|human|step|answer|request|result|system|model|it|ai|text|draft|reply", words[-1], re.I):
            return " ".join(words if "of" in words else words[-2:]).lower()
    person = re.search(lexicon.PERSON, text, re.I)
    return person[0].lower() if person and person[0].lower() not in {"me", "us", "human", "person", "someone", "somebody"} else ""


def agent(text: str, reading: Reading) -> Step:
    can = re.search(r"\b(?:can|with|able to|using)\s+(.+?)(?:\s+(?:answers?|to answer|handles?|that answers?)\b|$)", text, re.I)
    tools: list[JsonValue] = []
    for tool in slots.listed(can[1]) if can else []:
        types = [step.type for part in bind(tool, reading, None) for step in ([part] if isinstance(part, Step) else [])]
        plain = slots.plain(tool, reading)
        tools.append(types[0] if types and types[0] in _SOURCES | {"http_request", "email", "slack_message"} else plain)
    values: dict[str, JsonValue] = {"tools": tools} if tools else {}
    return Step("agent", "Let agent answer" if "answer" in text else "Run agent", text, values)


def _alone(
    text: str, verbs: list[Verb], governing: set[Verb], steps: list[Step], mentions: list[Mention], reading: Reading, webhook: bool
) -> list[Step]:
    """Steps of verbs that stand on their own; at most one per clause, except translations into several languages."""
    for verb in verbs:
        node_type = lexicon.ALONE.get(verb.family)
        if node_type == "extract" and _LEFT_OUT.match(text[verb.start :]):
            node_type = "transform"
        if node_type == "transform" and _BY_TOPIC.match(text[verb.start :]):
            node_type = "classify"
        if node_type == "classify" and re.search(r"\b(?:whether|decides? if)\b", text) and not label_list(text[verb.start :], reading):
            node_type = "llm"  # "decide whether it is rude" sorts into nothing: it is a judgement
        if node_type is None or (
            verb.family == "compose"
            and verb in governing
            and any(s.type in _SINKS and s.type != "email" for s in steps)
            and _is_put(text, verb)
        ):
            continue
        if node_type == "output":
            if steps or re.search(lexicon.TEXTS, text, re.I):
                continue
            if webhook:
                return [response(text, reading)]
            return [Step("output", "Show result", text, {}, confidence=0.6)]
        if node_type == "llm":
            if webhook and _is_response(text, verb, mentions):
                return [response(text, reading)]
            return texts(text, reading)
        if node_type in {"set_variables", "wait", "delay", "approval"} and node_type != "set_variables":
            continue
        made = standing(node_type, verb, text, reading)
        if made:
            return [made]
    if (
        re.search(lexicon.TEXTS, text, re.I)
        and not steps
        and (not verbs or any(v.family in {"show", "compose", "read", "call", "write"} for v in verbs))
    ):
        return texts(text, reading)
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


def read_rows(spoken: str, thing: str, text: str) -> Step:
    """Something that is read without saying from where: likeliest a table of that name, which the reply then says."""
    return Step(
        "db_query",
        labels.phrase(labels.sentence_case(plain_verb(spoken)), thing, "Read rows"),
        text,
        {"query": slots.select_all(slots.slug(thing.split()[-1], "rows"))},
        topic=thing,
        confidence=0.65,
        assumed=f"I took “{thing}” for a table; its query reads all rows.",
    )


def _fallback(text: str, verbs: list[Verb], mentions: list[Mention], reading: Reading) -> list[Step]:
    """Verbs that need a place, said without one: the likeliest step, with the place left open."""
    if any(mention.place == "model" for mention in mentions):
        return [llm(text, reading)]
    for verb in verbs:
        thing = labels.topic(text, verb.end, reading)
        spoken = text[verb.start : verb.end].split()[0].lower()
        match verb.family:
            case "search":
                if ours := _SEARCH_IN_OURS.search(text):
                    name = ours[1].strip().lower()
                    return [
                        Step("knowledge_search", labels.phrase("Search", name, "Search documents"), text, {}, topic=name, confidence=0.75)
                    ]
                return [Step("web_search", labels.phrase("Search", thing, "Search web"), text, {}, topic=thing, confidence=0.5)]
            case "write":
                return [Step("db_write", labels.phrase("Save", thing, "Save result"), text, {}, topic=thing, confidence=0.5)]
            case "send" if _TEAM.search(text):
                return [Step("slack_message", labels.phrase("Tell", thing, "Tell team"), text, {}, topic=thing, confidence=0.5)]
            case "send":
                return [Step("email", labels.phrase("Email", thing, "Send mail"), text, {}, topic=thing, confidence=0.4)]
            case "read" if spoken not in {"get", "fetch", "take", "gets", "fetches", "takes"} and thing and not _NO_ROWS.search(thing):
                return [read_rows(spoken, thing, text)]
            case "call" if spoken in {"ask", "asks", "asking"} and thing:
                return [Step("slack_message", labels.phrase("Ask", thing, "Ask team"), text, {}, topic=thing, confidence=0.5)]
            case "call" | "read":
                if spoken in {"check", "take", "get", "ask"} and not thing:
                    continue
                return [
                    Step(
                        "http_request",
                        labels.phrase(labels.sentence_case(plain_verb(spoken)), thing, "Call service"),
                        text,
                        {},
                        topic=thing,
                        confidence=0.45,
                    )
                ]
            case _:
                continue
    return []
