"""The step that a verb or a place stands for: its label, the values said outright, and what it is about."""

import re

from pydantic import JsonValue

from parley.planner.builtin import labels, lexicon, slots
from parley.planner.builtin.mentions import Mention, Verb, find_mentions, find_verbs
from parley.planner.builtin.plan import Step
from parley.planner.builtin.text import Reading

_LANGUAGE = re.compile(
    r"\b(?:in|into|to)\s+(?:into\s+|to\s+)?(english|german|french|spanish|portuguese|polish|italian|dutch"
    r"|swedish|danish|norwegian|finnish|czech|greek|turkish|arabic|chinese|"
    r"japanese|korean|hindi|russian|ukrainian|romanian|hungarian|hebrew|thai|vietnamese|catalan|croatian"
    r"|welsh|irish|latin)\b",
    re.I,
)


def response(text: str, reading: Reading) -> Step:
    values: dict[str, JsonValue] = {}
    if quoted := reading.values("q", text):
        values["body"] = quoted[0]
    if status := re.search(r"\b([1-5]\d\d)\b", text):
        values["status"] = int(status[1])
    return Step("webhook_response", "Answer call", text, values)


def texts(text: str, reading: Reading) -> list[Step]:
    languages = _LANGUAGE.findall(text)
    if re.search(r"\btranslat", text, re.I):
        tail = re.search(r"\b(?:into|to)\s+(.+)$", text, re.I)
        names = [name for name in (slots.listed(tail[1]) if tail else []) if _LANGUAGE.match(f"into {name}")]
        languages = names or languages
        if languages:
            return [llm(text, reading, language.removeprefix("into ").title()) for language in languages]
    return [llm(text, reading)]


def llm(text: str, reading: Reading, language: str | None = None) -> Step:
    if language:
        about = re.search(r"\btranslat\w*\s+(.+?)(?:\s+that\b.*)?\s+(?:in)?to\b", text, re.I)
        what = slots.plain(about[1], reading) if about and not re.match(r"(?:what|any|every)", about[1], re.I) else ""
        return Step(
            "llm",
            f"Translate to {language}" if len(language) < 8 else labels.fit(f"Into {language}"),
            f"Translate {what or 'it'} into {language}",
            {},
            topic=language,
        )
    verb = next((v for v in find_verbs(text) if v.family == "compose"), None)
    noun = re.search(lexicon.TEXTS, text, re.I)
    if verb is not None:
        spoken = text[verb.start : verb.end].lower().split()[0]
        base = labels.base_form(spoken)
        thing = labels.topic(text, verb.end, reading)
        if any(mention.place == "model" and mention.start >= verb.end for mention in find_mentions(text, reading)) and re.fullmatch(
            r"(?:ai|model|llm)", thing, re.I
        ):
            thing = ""
        if base in {"answer", "reply", "respond"} and (not thing or len(thing.split()) > 2):
            return Step("llm", "Write reply" if base == "reply" else "Write answer", text, {}, topic=thing)
        if len(thing.split()) > 1 and len(f"{base} {thing}") > labels.WIDTH:
            thing = thing.split()[-1]
        return Step("llm", labels.phrase(base, thing, base), text, {}, topic=thing)
    if noun is not None:
        thing = noun[0].split()[-1].lower()
        return Step("llm", labels.fit(f"Write {thing}"), text, {}, topic=thing)
    if told := re.search(
        r"\b(?:a\.?i\.?|llm|model|gpt|claude|gemini)\s+(?:to\s+|should\s+|must\s+|can\s+)?([a-z]{3,12})\s+(.*)$", text, re.I
    ):
        thing = "" if re.match(r"(?:whether|if|how|what|which|who|why|when)\b", told[2], re.I) else labels.topic(told[2], 0, reading)
        return Step(
            "llm",
            labels.phrase(labels.sentence_case(_third_person(told[1])), thing, _third_person(told[1])),
            text,
            {},
            topic=thing,
            confidence=0.75,
        )
    if done := re.match(
        r"([a-z]{3,12})\s+(.+?)\s+(?:with|using|by|through)\s+(?:an?\s+|the\s+)?(?:⟨|a\.?i|llm|model|language)", text, re.I
    ):
        thing = labels.topic(done[2], 0, reading)
        return Step("llm", labels.phrase(labels.sentence_case(done[1]), thing, done[1]), text, {}, topic=thing, confidence=0.75)
    return Step("llm", "Write text", text, {}, confidence=0.7)


def _third_person(verb: str) -> str:
    """ "rates", "checks" -> the instruction."""
    verb = verb.lower()
    return verb[:-1] if re.search(r"[^s]s$", verb) else verb


def standing(node_type: str, verb: Verb, text: str, reading: Reading) -> Step | None:
    match node_type:
        case "extract":
            names = _field_names(text[verb.end :], reading)
            values = _fields(names)
            first = names[0][1] if names else "fields"
            return Step("extract", labels.phrase("Extract", first if len(names) == 1 else "fields", "Extract fields"), text, values)
        case "classify":
            labels_said = label_list(text[verb.start :], reading)
            topic = labels.topic(text, verb.end, reading)
            kind = re.search(r"\b(?:which|what|its|the|by)\s+(?:kind of |type of )?([a-z]{3,14})\b", text[verb.start :], re.I)
            by = (
                kind[1].lower()
                if kind and not re.match(r"(?:it|is|are|if|whether|into|kind|type|message|text|what|which|who|how|they)$", kind[1], re.I)
                else "topic"
            )
            return Step(
                "classify",
                labels.phrase("Sort by", by, "Sort by topic"),
                text,
                {"labels": list(labels_said)} if labels_said else {},
                topic=topic,
                confidence=0.9 if labels_said else 0.7,
            )
        case "set_variables":
            pairs = variables(text[verb.end :], reading)
            return (
                Step("set_variables", labels.phrase("Set", next(iter(pairs)), "Set variables"), text, {"variables": pairs})
                if pairs
                else None
            )
        case "merge":
            return Step("merge", "Join results", text, {}, confidence=0.8)
        case "transform":
            into = re.search(r"\b(?:into|to|as)\s+(?:an?\s+|the\s+)?((?:[\w-]+\s?){1,2})", text[verb.start :], re.I)
            thing = into[1].strip() if into else labels.topic(text, verb.end, reading)
            spoken = text[verb.start : verb.end].split()[0].lower()
            return Step(
                "transform",
                labels.phrase("Turn into" if into else labels.sentence_case(spoken), thing, "Transform"),
                text,
                {},
                topic=thing,
                confidence=0.8,
            )
        case _:
            return None


_BY_MAIL = re.compile(
    r"\b(confirm|invite|reject|decline|thank|welcome|refuse|accept|congratulate|inform|warn|remind)\w*\b.*\b(?:by|via|per) (?:e-?)?mail\b",
    re.I,
)
_ASKING = frozenset(
    {"call", "ask", "get", "fetch", "check", "poll", "query", "read", "download", "request", "search", "look", "find", "load"}
)


def plain_verb(spoken: str) -> str:
    for family in ("call", "read"):
        for base in lexicon.VERBS[family].split(","):
            if spoken.startswith(base.strip().split(" ")[0].rstrip("e")):
                return base.strip().split(" ")[0]
    return lexicon.base_of(spoken)


def _in_product(verb: str, thing: str, name: str, before: str) -> str:
    """ "Create task in Quill", or without the task where that is too long: the product is always named."""
    place = re.search(r"\b(to|into|in|from|on|via|through|with|using)\s+(?:(?:our|the|my)\s+)?$", before, re.I)
    way = {"into": "to", "using": "with"}.get(place[1].lower(), place[1].lower()) if place else ""
    ways = [f"{verb} {thing} {way} {name}"] if thing and way else [f"{verb} {thing} in {name}"] if thing else []
    ways += [f"{verb} {way} {name}" if way else f"{verb} {name}"]
    return next((label for label in ways if len(label) <= labels.WIDTH), f"Call {name}")[:40]


def _before_url(text: str, mention: Mention, reading: Reading) -> str:
    """What is read there: "the cloud cover from ⟨u⟩ and the moon phase from ⟨u⟩" -> "moon phase" for the second."""
    said = re.search(
        rf"(?:^|\b(?:and|or|then)\s+|,\s*|\b(?:{lexicon.verb_pattern('read')}|{lexicon.verb_pattern('write')})\s+)"
        rf"(?:{slots.ARTICLES}\s+)?((?:(?!and\b)[a-z][\w'-]*\s+){{1,3}})(?:from|at)\s+(?:the\s+)?$",
        text[: mention.start],
        re.I,
    )
    thing = re.sub(rf"^(?:{lexicon.ANY_VERB.pattern})\s+", "", said[1], flags=re.I) if said else ""
    return slots.plain(labels.topic(thing, 0, reading), reading)


def placed_step(
    node_type: str, mention: Mention, verb: Verb | None, text: str, reading: Reading, collections: frozenset[str] | None
) -> Step:
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
            asked = re.search(
                r"(?:\b(?:ask|remind|tell|inform|notify)\b.*?\b(?:for|about|of)|\be-?mail\s+(?:with|about"
                r"|containing))\s+(?:an?|the|our|their|his|her)?\s*((?:[\w-]+\s?){1,2}?)(?=\s+(?:by|via|on"
                r"|to)\b|\s*$)",
                text,
                re.I,
            )
            got = re.search(
                r"^(?:the|an?|our|my|every|each)\s+([\w-]+(?:\s[\w-]+)?)\s+(?:gets?|receives?|is sent|should get)\b", text, re.I
            )
            named = re.search(
                rf"(?:^|\b(?:send|sends|sent|mail|write|get|gets|receives?)\s+)(?:{slots.ARTICLES}\s+)?((?:(?!and\b|it\b|them\b|to\b"
                rf"|mail\b|by\b)[a-z][\w-]*\s+){{1,3}})"
                r"(?:by|via|per|as an?)\s+(?:e-?)?mail\b",
                text,
                re.I,
            )
            me = re.search(r"\b(?:mail|email|e-mail|send)\w*\s+(?:[\w-]+\s+){0,2}?(?:to\s+)?me\b", text, re.I)
            thing = "" if "⟨q" in text[verb.end if verb else 0 :][:8] else thing
            thing = (
                "me"
                if me and not mention.value
                else got[1]
                if got
                else asked[1].strip()
                if asked and not re.match(r"how|what|whether|why", asked[1], re.I)
                else slots.plain(named[1], reading)
                if named
                else ""
                if re.fullmatch(r"(?:e-?)?mails?|messages?|note", thing, re.I)
                else thing
            )
            label = labels.phrase("Email", thing or (mention.value or "").split("@")[0], "Send mail")
            if label == "Send mail" and (act := _BY_MAIL.search(text)):
                thing = act[1].lower()
                label = f"{labels.sentence_case(thing)} by mail"
        case "db_query":
            name = slots.table(text[max(0, mention.start - 40) :], reading) or slots.table(text, reading)
            if mention.value is not None:
                values["query"] = mention.value
                table = re.search(r"\bFROM\s+([\w.]+)", mention.value)
                name = table[1] if table else ""
            elif name:
                values["query"] = slots.select_all(name)
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
            shown = outright or (
                called if not re.fullmatch(r"(?:collection|knowledge|knowledge[- ]?base)", called) else known or "documents"
            )
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
            printed = mention.place == "system" and spoken.startswith("print")
            if verb and verb.family in {"compose", "extract", "classify", "transform", "merge", "show"}:
                spoken, thing = ("print", "") if printed else ("fetch", "")
            if re.search(r"\bfrom\s+(?:the\s+)?$", text[: mention.start], re.I) and spoken not in {
                "get",
                "fetch",
                "read",
                "take",
                "load",
                "download",
            }:
                spoken, verb = "get", None
            if method := re.search(r"\b(GET|POST|PUT|PATCH|DELETE)\b", text):
                values["method"] = method[1]
            elif (
                (verb and verb.family in {"send", "write"})
                or printed
                or spoken in {"post", "submit", "push", "create", "book", "order", "open", "charge", "start", "trigger", "cancel", "sync"}
                or (mention.place == "system" and re.search(r"\b(?:to|into)\s+(?:(?:our|the|my)\s+)?$", text[: mention.start], re.I))
            ):
                values["method"] = "POST"
            acts = re.search(
                r"^((?:(?!the\b|a\b|it\b|to\b|and\b)[a-z]+\s+){1,3})(?:it\s+|them\s+)?(?:via|through|using|over)\s+$",
                text[: mention.start],
                re.I,
            )
            if acts and "method" not in values and (verb is None or spoken not in _ASKING):
                values["method"] = "DELETE" if spoken == "delete" else "POST"
            if verb is None and acts:
                label, thing = labels.fit(acts[1]), ""
            elif mention.place == "system":
                name = slots.plain(text[mention.start : mention.end], reading)
                name = name[:1].upper() + name[1:] if not name[:1].isupper() else name
                known = thing and name.lower() not in thing.lower()
                label = _in_product(labels.sentence_case(plain_verb(spoken)), thing if known else "", name, text[: mention.start])
            else:
                host = re.sub(r"^https?://(?:www\.|api\.)?|[/?].*$", "", mention.value or "")
                thing = _before_url(text, mention, reading) or thing
                label = labels.phrase(labels.sentence_case(plain_verb(spoken)), thing or host, f"Call {host}" if host else "Call service")
        case _:
            label = "Step"
    return Step(node_type, label, text, values, topic=thing, confidence=sure if node_type != "http_request" or mention.value else 0.6)


def fields(said: list[str]) -> dict[str, JsonValue]:
    """The config of an `extract` step for fields as they were said ("due date" -> due_date)."""
    return _fields([(slots.slug(name, "field"), name) for name in said])


def _fields(names: list[tuple[str, str]]) -> dict[str, JsonValue]:
    return {"fields": [{"name": name, "type": "text", "description": said} for name, said in names]} if names else {}


def _field_names(text: str, reading: Reading) -> list[tuple[str, str]]:
    text = re.sub(r"\s*\([^()]*\)", "", text) if re.search(r"\w\s+\([^()]*\)", text) and text[:2].strip(" (") else text
    text = re.sub(
        r"\s+(?:as|in|into|to|from|out of|of(?=\s+(?:the|each|every|all|it|them|this|that|these|our|a|an)\b)"
        r"|with)\s+.*$",
        "",
        text,
        flags=re.I,
    )
    found: list[tuple[str, str]] = []
    for name in slots.listed(text):
        said = slots.plain(name, reading)
        field = slots.slug(said, "field")
        if field and len(said.split()) <= 4 and field not in {f for f, _ in found}:
            found.append((field, said))
    return found[:20]


def label_list(text: str, reading: Reading) -> list[str]:
    """ "... into train, bus and other" -> the labels; [] where none are listed."""
    match = re.search(
        r"(?::|\binto\b|\bas\b|\b(?:whether|if) (?:it|they|this|that|the \w+) (?:is|are)\b|\beither\b|\bis\b|\bone of\b"
        r"|\()\s*([^:()]+?)\)?$",
        text,
        re.I,
    )
    if not match:
        return []
    names = [re.sub(r"^(?:an?|the)\s+", "", slots.plain(name, reading)) for name in slots.listed(match[1])]
    names = [name for name in names if name and len(name.split()) <= 4]
    return list(dict.fromkeys(names))[:20] if len(names) >= 2 else []


def variables(text: str, reading: Reading) -> dict[str, JsonValue]:
    """ "name = 'Ada' and limit = 40" -> both, with numbers as numbers."""
    found: dict[str, JsonValue] = {}
    for match in re.finditer(
        r"\b([a-z_][\w ]{0,30}?)\s*(?:=|:=|\bto\b|\bis\b|\bas\b)\s*(⟨[a-z]\d+⟩|-?\d+(?:[.,]\d+)?%?|[\w-]+)", text, re.I
    ):
        name = slots.slug(re.sub(rf"^(?:and|{slots.ARTICLES}|variable)\s+", "", match[1].strip(), flags=re.I), "value")
        value = slots.plain(match[2], reading)
        found[name] = float(value) if re.fullmatch(r"-?\d+\.\d+", value) else int(value) if re.fullmatch(r"-?\d+", value) else value
    return found
