"""Changes of a value: another time, channel, address, number, wait, collection, or a wish about how a text is written."""

import re

from pydantic import JsonValue

from parley.planner.builtin import attributes, resolve, rhythm, slots
from parley.planner.builtin.build import Draft
from parley.planner.builtin.labels import fit
from parley.planner.builtin.text import stem
from parley.workflow.spec import Node

_STYLE = re.compile(
    r"\b(?:shorter|longer|short|brief|briefer|formal(?:ly)?|informal|friendl(?:y|ier)|polite(?:r|ly)?|simpler|simple|concise"
    r"|funny|funnier|tone|bullet points?|words?|sentences?|paragraphs?|lines?|style|"
    r"in (?:plain )?(?:english|german|french|spanish|portuguese|italian|dutch|polish|japanese|chinese|swedish|danish))\b",
    re.I,
)
_SETS = re.compile(
    r"^(?:(?:please|actually|no|ok|and|but|only|just|then|better|rather|also)[\s,]+)*(?:(?:make|use|take|set|change|put|do"
    r"|run|start|let|keep|send|post|limit|switch|move|have|give|return|show|mail|email|write|answer|wait|schedule|call)\b"
    r"|only\b|at\b|every\b|on\b|in\b|to\b|top\b|not\b|⟨|\d|#|(?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    re.I,
)


def change(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    """Performs the change that the text asks for; what was changed, in words, or None if it is no change of a value."""
    for attempt in (
        _wording,
        _copied,
        attributes.change,
        rhythm.change,
        _instead_value,
        _threshold,
        _duration,
        _count,
        _literal,
        _collection,
        _table,
        _how_many,
        _style,
    ):
        done = attempt(text, draft, focus)
        if done is not None:
            return done
    return None


def _of_type(draft: Draft, *types: str) -> list[Node]:
    return [node for node in resolve.order(draft.workflow) if node.type in types]


def _choose(text: str, nodes: list[Node], draft: Draft, focus: str | None) -> Node | None:
    """The one meant: named in the text, in focus, or the only one; of several the last."""
    named = resolve.find(text, draft.workflow, draft.reading, plural=True).nodes
    for node in named:
        if any(node.id == other.id for other in nodes):
            return node
    for node in nodes:
        if node.id == focus:
            return node
    return nodes[-1] if nodes else None


def _wording(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    """ "just send 'Thank you'": the text of the message that is sent already."""
    if not re.match(
        r"^(?:(?:please|just|simply|only|and|but|then|instead)\W+)*(?:send|post|say|write|mail)\s+⟨q\d+⟩\W*(?:instead|only)?\W*$",
        text,
        re.I,
    ):
        return None
    node = _choose(text, _of_type(draft, "email", "slack_message"), draft, focus)
    if node is None:
        return None
    said = draft.reading.values("q", text)[0]
    draft.configure(node.id, {"body" if node.type == "email" else "text": said})
    return [f"*{node.label}* says “{said}”"]


_COPY = re.compile(
    r"^(?:(?:please|also|and)\s+)*(?:cc|copy in|copy|put)\s+(?P<who>⟨m\d+⟩(?:\s*(?:,|and)\s*⟨m\d+⟩)*)(?:\s+(?:in|into|on)(?:\s+(?:the\s+)?"
    r"(?:cc|copy|it|e?-?mail))+)?\s*(?:too|as well|also|please)?$",
    re.I,
)


def _copied(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    """ "also cc a@b.test": one more address for the mail that is sent already."""
    match = _COPY.match(text.strip(" .!"))
    node = _choose(text, [node for node in _of_type(draft, "email") if node.config.get("to")], draft, focus) if match else None
    if match is None or node is None:
        return None
    known = str(node.config["to"])
    more = [address for address in draft.reading.values("m", match["who"]) if address not in known]
    draft.configure(node.id, {"to": ", ".join([known, *more])})
    return [f"*{node.label}* also goes to {', '.join(more)}"] if more else None


def _instead_value(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    """ "80 rather than 70", "change #a to #b": the new value goes where the old one stands."""
    pair = re.search(
        r"^(?:.*?\b(?:use|make it|take|to|set it to|from|at|in|on|is|be|of)\s+)?(⟨[a-z]\d+⟩|[\w.:%-]+)\s*,?\s*(?:instead of"
        r"|rather than|in place of"
        r"|and not|not)\s+(⟨[a-z]\d+⟩|[\w.:%-]+)\W*$",
        text,
        re.I,
    )
    new, old = (pair[1], pair[2]) if pair else ("", "")
    if pair is None:
        pair = re.search(
            r"\b(?:from|replace|change|swap)\s+(?:the\s+)?(⟨[a-z]\d+⟩|[\d.]+)\s+(?:to|by|with|for|into)\s+(⟨[a-z]\d+⟩|[\d.]+)\W*$",
            text,
            re.I,
        )
        if pair is None:
            return None
        old, new = pair[1], pair[2]
    old, new = slots.plain(old, draft.reading), slots.plain(new, draft.reading)
    if not old:
        return None
    for node in resolve.order(draft.workflow):
        changed = {key: _swapped(value, old, new) for key, value in node.config.items()}
        changed = {key: value for key, value in changed.items() if value != node.config[key]}
        if changed:
            draft.configure(node.id, changed, label=_relabelled(node, old, new))
            return [f"*{_label(draft, node)}* uses {new} instead of {old}"]
    return None


def _swapped(value: JsonValue, old: str, new: str) -> JsonValue:
    if isinstance(value, str):
        return re.sub(rf"(?<![\w.@-]){re.escape(old)}(?![\w@-]|\.\w)", lambda _: new, value)
    if isinstance(value, int | float) and not isinstance(value, bool) and re.fullmatch(r"\d+", new) and str(value) == old:
        return int(new)
    return value


def _relabelled(node: Node, old: str, new: str) -> str | None:
    label = re.sub(rf"(?<![\w.]){re.escape(old)}(?!\w)", lambda _: new, node.label)
    return fit(label, 40) if label != node.label else None


def _threshold(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    match = re.search(
        r"\b(?:threshold|limit|condition|check|value|number)\b.*?\b(?:to|=|at|is|be)\s+(\d+(?:\.\d+)?)"
        r"|^(?:please )?(?:make|set|put|raise|lower|change)\s+the\s+(?:threshold|limit|condition|value"
        r"|bound)\s+(?:to\s+)?(\d+(?:\.\d+)?)\W*$"
        r"|^(?:please )?(?:make it|use|set it to|change it to|better|only|just)\s+(?:above |over |below |under )?(\d+(?:\.\d+)?)\W*$",
        text,
        re.I,
    )
    if not match:
        return None
    nodes = [node for node in _of_type(draft, "condition", "switch") if re.search(r"[<>=]=?\s*-?\d", str(node.config))]
    node = _choose(text, nodes, draft, focus)
    if node is None or node.type != "condition":
        return None
    new = match[1] or match[2] or match[3]
    expression = str(node.config.get("expression", ""))
    old = re.search(r"[<>=!]=?\s*(-?\d+(?:\.\d+)?)", expression)
    if not old:
        return None
    draft.configure(
        node.id, {"expression": expression[: old.start(1)] + new + expression[old.end(1) :]}, label=_relabelled(node, old[1], new)
    )
    return [f"*{_label(draft, node)}* compares with {new}"]


def _duration(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    nodes = _of_type(draft, "delay")
    said = slots.duration(text)
    if not nodes or not said or not _SETS.match(text) or re.search(r"\b(?:add|insert|then|and|after|before|another)\b", text, re.I):
        return None
    node = _choose(text, nodes, draft, focus)
    if node is None:
        return None
    label = f"Wait {said[0]}" if re.fullmatch(r"Wait \S+ \w+", node.label) else None
    draft.configure(node.id, {"duration": said[0]}, label=label)
    return [f"*{_label(draft, node)}* waits {said[0]}"]


def _count(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    if re.search(r"\b(?:add|insert|then|after|before)\b", text, re.I):
        return None
    if size := slots.batch_size(text):
        node = _choose(text, _of_type(draft, "loop"), draft, focus)
        if node is not None:
            field = "concurrency" if re.search(r"at a time|at once|parallel", text, re.I) else "batch_size"
            draft.configure(node.id, {field: size})
            return [f"*{node.label}* takes {size} at a time"]
    count = slots.top_k(text)
    if count is None:
        return None
    node = _choose(text, _of_type(draft, "knowledge_search", "web_search"), draft, focus)
    if node is None:
        return None
    searches = _of_type(draft, "knowledge_search")
    if node.type == "web_search" and searches and not re.search(r"\bweb|internet|results?\b", text, re.I):
        node = searches[-1]
    draft.configure(node.id, {"top_k" if node.type == "knowledge_search" else "max_results": count})
    return [f"*{node.label}* takes the best {count}"]


_LITERAL_FIELDS = {
    "c": (("slack_message",), "channel"),
    "m": (("email",), "to"),
    "u": (("http_request",), "url"),
    "p": (("webhook_trigger",), "path"),
}


def _literal(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    """ "use #caretaker": an address, channel or path on its own goes to the step that takes one."""
    if not re.match(
        r"^(?:(?:please|actually|no|ok|and|but|better|rather|it should be|it's|should be|to|in|the|channel|address|url|path"
        r"|is|mail|email|slack)\W+)*(?:(?:use|take|make it|set|change|send|post|mail|write|put|move|switch|call|ask"
        r"|fetch)\b[^⟨]*)?⟨[cmup]\d+⟩\W*(?:instead|please|from now on)?\W*$",
        text,
        re.I,
    ):
        return None
    for kind, (types, key) in _LITERAL_FIELDS.items():
        values = draft.reading.values(kind, text)  # type: ignore[arg-type]
        if not values:
            continue
        nodes = _of_type(draft, *types)
        missing = [node for node in nodes if not node.config.get(key)]
        node = _choose(text, missing or nodes, draft, focus)
        if node is None or (len(re.findall(r"\w+", text)) > 8):
            return None
        value = values[0].strip("/") if kind == "p" else values[0] if kind != "u" or "://" in values[0] else f"https://{values[0]}"
        old = str(node.config.get(key, ""))
        draft.configure(node.id, {key: value}, label=_relabelled(node, old, value) if old else None)
        return [f"*{_label(draft, node)}* now uses {value}"]
    return None


def _collection(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    nodes = _of_type(draft, "knowledge_search", "knowledge_add")
    if not nodes or not (
        re.search(r"\b(?:collection|knowledge base|use|take|search|it'?s|is|our|set|pick|choose)\b|^\W*⟨q\d+⟩\W*$", text, re.I)
        or len(text.split()) <= 3
    ):
        return None
    named = slots.named_collection(text, draft.reading)
    quoted = draft.reading.values("q", text)
    if (
        named is None
        and quoted
        and re.match(r"^\W*(?:use|take|it'?s|it is|pick|choose|set|the)?\W*(?:collection\W*)?⟨q\d+⟩\W*$", text, re.I)
    ):
        named = quoted[0]
    if named is None or not re.search(r"\w", named) or re.search(r"\b(?:add|insert|then|also|after|before)\b", text, re.I):
        return None
    missing = [node for node in nodes if not node.config.get("collection")]
    node = _choose(text, missing or nodes, draft, focus)
    if node is None:
        return None
    draft.configure(node.id, {"collection": named})
    return [f"*{node.label}* searches {named}"]


def _table(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    name = slots.table(text, draft.reading)
    if (
        name is None
        or not re.match(
            r"^(?:(?:please|no|actually|and|but)\W+)*(?:it (?:now )?(?:reads?|writes?|saves?|stores?)"
            r"|use|take|make it|change|set|it should be|write to|save (?:it )?(?:to"
            r"|in)|read from|query)\b[^,]*$",
            text,
            re.I,
        )
        or re.search(r"\b(?:after|before|also|then|every)\b", text, re.I)
    ):
        return None
    nodes = _of_type(draft, "db_write", "db_query")
    node = _choose(text, nodes, draft, focus)
    if node is None:
        return None
    if node.type == "db_write":
        old = str(node.config.get("table", ""))
        draft.configure(node.id, {"table": name}, label=_relabelled(node, old, name) if old else None)
    else:
        query = str(node.config.get("query", "")) or slots.select_all(name)
        old = (re.search(r"\bfrom\s+(\S+)", query, re.I) or [None, ""])[1] or ""
        draft.configure(
            node.id,
            {"query": re.sub(r"(\bfrom\s+)\S+", lambda m: m[1] + name, query, flags=re.I)},
            label=_relabelled(node, old, name) if old else None,
        )
    return [f"*{_label(draft, node)}* uses the table {name}"]


_SO_MANY = re.compile(
    rf"^(?:(?:please|and|but|actually|better|rather|no|ok|just|only)\W+)*(?:(?:make|let)\s+(?:it|that|them|those)(?:\s+be)?|use|take"
    rf"|write|give (?:me|us|them)"
    rf"|i(?:'d like| want| need)|we (?:need|want)|do|create|generate|better|rather|it should be|there should be)?\s*{slots.COUNT}\s+"
    r"(?P<thing>(?!times?\b|minutes?\b|hours?\b|days?\b|weeks?\b|months?\b|hits?\b|results?\b|passages?\b"
    r"|o'?clock\b)[a-z][\w-]*(?: [a-z][\w-]*)?)"
    r"\W*(?:instead|please|now|this time)?\W*$",
    re.I,
)


def _how_many(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    """ "make it ten questions": the number in the instruction of the step that writes them."""
    said = _SO_MANY.match(text)
    writers = _of_type(draft, "llm", "agent")
    if said is None or not writers:
        return None
    thing = stem(said["thing"].split()[-1])
    counted = re.compile(
        rf"\b{slots.COUNT}\s+(?:(?!about\b|from\b|of\b|with\b|in\b|on\b)[\w'-]+\s+){{0,2}}?((?!\w+\s+\w+(?:s|ies)\b)[\w-]+)", re.I
    )
    for node in [_choose(text, writers, draft, focus) or writers[-1], *reversed(writers)]:
        key = "prompt" if node.type == "llm" else "goal"
        told = str(node.config.get(key, ""))
        first, gap, rest = told.partition("\n\n")
        numbers = [match for match in counted.finditer(first) if not re.fullmatch(r"an?|another", match[1], re.I)]
        same = [match for match in numbers if stem(match[2]) == thing] or (numbers if len(numbers) == 1 else [])
        if not same and not re.search(rf"\b{re.escape(thing)}", first, re.I):
            continue
        if same:
            new = said[1] if stem(same[0][2]) == thing else f"{said[1]} {said['thing']}"
            first = first[: same[0].start(1)] + new + first[same[0].end(1 if new == said[1] else 2) :]
        else:
            first = re.sub(
                rf"\b(?:an?\s+|the\s+|some\s+)?({re.escape(thing)}\w*)", f"{said[1]} {said['thing'].split()[-1]}", first, count=1
            )
        draft.configure(node.id, {key: f"{first}{gap}{rest}"})
        return [f"*{node.label}* is now told: {first.rstrip('.')}"]
    return None


def _style(text: str, draft: Draft, focus: str | None) -> list[str] | None:
    """ "answer in German", "make it shorter": added to the instruction."""
    if not _STYLE.search(text) or not re.match(
        r"^(?:(?:please|and|but|also|actually)\W+)*(?:make|keep|write|answer|reply|let (?:it|the (?:answer|text|reply"
        r"|summary)) be|use|in\b|shorter|be\b|it should|the (?:answer|text|reply|summary|mail)|at most|max|no more than"
        r"|limit)",
        text,
        re.I,
    ):
        return None
    if re.search(r"⟨[cmu]\d+⟩|\b(?:after|before|slack|then)\b", text, re.I):
        return None
    node = _choose(text, _of_type(draft, "llm", "agent"), draft, focus)
    if node is None:
        return None
    key = "prompt" if node.type == "llm" else "goal"
    first, gap, rest = str(node.config.get(key, "")).partition("\n\n")
    wish = slots.plain(text, draft.reading)
    wish = wish[:1].upper() + wish[1:]
    draft.configure(node.id, {key: f"{first} {wish}.{gap}{rest}".strip()})
    return [f"*{node.label}* is now told: {wish}"]


def _label(draft: Draft, node: Node) -> str:
    now = draft.workflow.node(node.id)
    return now.label if now else node.label
