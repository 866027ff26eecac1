"""A request about a diagram that is there: taken apart into commands, each performed on the draft, each told in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parley.planner.builtin import clauses, resolve, scope, settings, slots, surgery, triggers
from parley.planner.builtin.build import Draft, Tail
from parley.planner.builtin.labels import fit
from parley.planner.builtin.plan import Choice, Part, Step, is_step, steps_of
from parley.workflow.edits import NodeChange, UpdateNode
from parley.workflow.spec import Node


@dataclass
class Outcome:
    """`done`: what was changed, a clause each. `unread`: words nothing could be made of. `question` with its `choices`: at most one."""

    done: list[str] = field(default_factory=list[str])
    unread: list[str] = field(default_factory=list[str])
    question: str = ""
    choices: tuple[str, ...] = ()


_REMOVE = re.compile(
    r"^(?:(?:please|and|also|then|ok|now|actually|no|so|but|just)[\s,]+)*(?:(?:can|could) (?:you|we) )?(?:drop|remove|delete|get rid of|take out|take away|cut(?: out)?|kill|skip|leave out|lose|scrap|eliminate|strip|throw out|ditch|omit|"
    r"(?:we|i) (?:don't|do not|no longer) (?:need|want)|(?:don't|do not) (?:need|want)?|no (?:need for|more)|without|stop|there is no need for)\s+(?P<what>.+)$",
    re.I,
)
_REPLACE = re.compile(
    r"^(?:(?:please|and|also|then|ok|now|actually)[\s,]+)*(?:replace|swap(?: out)?|exchange|substitute|change|switch)\s+(?:from\s+)?(?P<old>.+?)\s+(?:with|by|for|to|into|against)\s+(?P<new>.+)$"
    r"|^(?:(?:please|and|also|then|ok|now|actually|no)[\s,]+)*instead of\s+(?P<old2>(?:the |an? )?[\w⟨⟩# -]+?)\s*(?:,|(?=\b(?:use|do|send|post|search|ask|write|call|let|have)\b))\s*(?P<new2>.+)$"
    r"|^(?:(?:please|and|also|then|ok|now|actually|no)[\s,]+)*(?P<new3>.+?)\s*,?\s*(?:instead of|rather than|in place of)\s+(?P<old3>.+)$",
    re.I,
)
_RENAME = re.compile(
    r"^(?:(?:please|and|also|then|ok|now)[\s,]+)*(?:rename|relabel|retitle|call|name|title|label)\s+(?P<what>.+?)\s*(?:\b(?:to|as|into)\b|=|:)?\s*(?P<quoted>⟨q\d+⟩)\W*$|^(?:(?:please|and|also|then)[\s,]+)*(?:rename|relabel|retitle|change the (?:name|label|title) of)\s+(?P<what2>.+?)\s+(?:to|as|into)\s+(?P<name>.+)$"
    r"|^(?:(?:please|and|also|then)[\s,]+)*(?:call|name)\s+(?P<what3>it|this|the (?:whole )?workflow|this workflow)\s+(?P<name3>[^⟨]{2,60})$",
    re.I,
)
_NAME_ALL = re.compile(r"^(?:it|this|that|the (?:whole )?(?:workflow|thing|diagram|process|chat)|this (?:workflow|diagram|process)|everything)$", re.I)
_MOVE = re.compile(r"^(?:(?:please|and|also)[\s,]+)*(?:move|put|place)\s+(?P<what>.+?)\s+(?P<where>before|after|behind|in front of)\s+(?P<anchor>.+)$", re.I)
_CASE = re.compile(r"\b(?:case|branch|category|label|class|option|topic)\s+(?:called |named |for )?(?P<name>⟨q\d+⟩|[\w-]+)(?P<rest>.*)$", re.I)
_ADD_CASE = re.compile(r"^(?:(?:please|and|also|then)[\s,]+)*(?:add|create|make|introduce|include)\s+(?:an?\s+)?(?:another |new |further |extra |third |fourth )?(?=(?:case|branch|category|label|class|option|topic)\b)", re.I)
_ADD = re.compile(r"^(?:(?:please|and|also|then|ok|now)[\s,]+)*(?:add|insert|include|put(?: in)?|append|introduce|i(?:'d| would) like|i want|we need|there should be|prepend|attach)\s+(?=an?\b|another\b|one\b|some\b|the\b|approval|step|node|web|delay|new\b|condition)(?:an?\s+|another\s+|one\s+more\s+|some\s+|the\s+|new\s+)?(?:(?:step|node|box|action)\s*(?:that|which|to|where it|for|called)?\s*)?", re.I)  # fmt: skip
_WHERE = re.compile(r"(?P<lead>^|\s|,)\s*(?:right |just |immediately |directly |shortly )?(?P<where>before|after|behind|following|ahead of|in front of|prior to|once|when)\s+(?P<anchor>(?:the |it |we |an? )?[\w⟨⟩#'-]+(?:\s+[\w⟨⟩#'-]+){0,6}?)\s*$", re.I)
_WHERE_FIRST = re.compile(r"^(?P<where>before|after|following)\s+(?P<anchor>[^,]+?)\s*,\s*(?P<rest>.+)$", re.I)
_WHERE_LEAD = re.compile(r"^(?P<where>before|after|following)\s+(?P<anchor>(?:the|that|this|each|our)\s+[\w'⟨⟩#-]+(?:\s(?:step|part|node|search|message|call|request))?)\s+(?P<rest>\S.*)$", re.I)
_BETWEEN = re.compile(r"\bbetween\s+(.+?)\s+and\s+(.+?)\s*$", re.I)
_AT_START = re.compile(r"(?:\b(?:at|in) the (?:very )?(?:start|beginning|front)|\bas the (?:very )?first (?:step|thing)|\bfirst of all|\bto start with|\bbefore (?:anything|everything)(?: else)?)\W*", re.I)
_AT_END = re.compile(r"\b(?:at the (?:very )?end|as the (?:very )?last (?:step|thing)|at last|afterwards|after that|after everything|when (?:it is|it's|all is|everything is) done)\b\W*", re.I)
_BESIDE = re.compile(r"\b(?:in parallel (?:to|with)|at the same time as|alongside|next to|parallel to|beside)\s+(?P<anchor>.+?)\W*$", re.I)
_PER_ITEM = re.compile(r"^(?:(?:please|and|also|then|now)[\s,]+)*(?:(?:do|run|repeat|make|execute|perform|apply|loop|wrap|have|put|send)\s+)?(?P<what>.*?)\s*(?:in(?:to)? a loop\b(?:\s*(?:over|for(?: each| every)?)\s+(?P<thing2>.+))?|\b(?:separately |individually |once )?(?:for (?:each|every)(?: single)?(?: one of)?(?: the)?|per|over (?:all|each|every))\s+(?P<thing>[\w ⟨⟩-]+?))\s*(?:separately|individually|one by one|on its own|in turn)?\W*$", re.I)
_LOOP_OVER = re.compile(r"^(?:(?:please|and|also|then|now)[\s,]+)*(?:(?:add|insert|make|put in|create)\s+)?(?:an?\s+)?loop\s+(?:over|through|for(?: each| every)?)\s+(?P<thing3>[\w ⟨⟩-]+?)\W*$|^$", re.I)
_AS_NOW = re.compile(r"\b(?:as (?:now|before|usual|it is|today|already)|like (?:now|before)|go on|continue|carry on|proceed|straight|directly|just (?:go|do)|nothing|do nothing|skip it|leave it)\b", re.I)


def edit(masked: str, draft: Draft, collections: frozenset[str] | None, focus: str | None) -> Outcome:
    """Performs every command of the message on the draft, one after another."""
    outcome = Outcome()
    for command in commands(masked):
        if outcome.question:
            break
        perform(command, draft, collections, focus, outcome)
    return outcome


def commands(masked: str) -> list[str]:
    """Sentences, and in them "drop X and do Y": cut where a command begins, never inside an addition of several steps."""
    found: list[str] = []
    for sentence in re.split(r"(?<=[.!;])\s+|\n+", masked):
        text = clauses.BULLET.sub("", sentence).strip(" .!;")
        if not text:
            continue
        first_is_command = bool(_REMOVE.match(text) or _RENAME.match(text) or re.match(r"(?:replace|swap|rename|move|use|set|change)\b", text, re.I))
        cut = 0
        for match in re.finditer(r"\s*,?\s+(?:and|but|then)\s+(?:then\s+|also\s+|instead\s+)?|\s*,\s*", text):
            rest = text[match.end() :]
            begins = bool(re.match(r"(?:drop|remove|delete|get rid|skip|leave out|rename|replace|swap|add|insert|move)\b", rest, re.I))
            acts = first_is_command and clauses.starts_action(rest) and not re.search(r"\b(?:replace|swap|between)\b[^,]*$", text[cut : match.start()], re.I)
            if begins or acts:
                found.append(text[cut : match.start()])
                cut = match.end()
                first_is_command = begins
        found.append(text[cut:])
    return _joined([command for command in found if command.strip()])


def _joined(found: list[str]) -> list[str]:
    """An "otherwise" in a sentence of its own belongs to the sentence before it."""
    joined: list[str] = []
    for command in found:
        if joined and re.match(r"(?:otherwise|else|if not|if so)\b", command, re.I):
            joined[-1] = f"{joined[-1]}, {command}"
        else:
            joined.append(command)
    return joined


def perform(command: str, draft: Draft, collections: frozenset[str] | None, focus: str | None, outcome: Outcome) -> None:
    text = re.sub(r"^(?:(?:please|ok|okay|now|also|and|then|actually|great|so|but|hm+|oh|no|yes|can you|could you|can we|could we|would you|will you|i want you to|i'd like you to|let's)\b[\s,]*)+", "", command.strip(), flags=re.I).strip(" ?")
    also = bool(re.match(r"\W*(?:and |please |then )*also\b", command, re.I))
    focus = draft.made[-1] if draft.made else focus
    for attempt in (_rename, _add_case, _remove, _move, _value, _replace, _per_item):
        if attempt(text, draft, collections, focus, outcome):
            return
    if _add(text, draft, collections, focus, outcome, also):
        return
    outcome.unread.append(draft.reading.unmask(text))


def _one(phrase: str, draft: Draft, focus: str | None, outcome: Outcome) -> Node | None:
    found = resolve.find(phrase, draft.workflow, draft.reading, focus)
    if found.unsure:
        outcome.question = f"Which step do you mean by “{draft.reading.unmask(phrase)}”?"
        outcome.choices = tuple(dict.fromkeys(node.label for node in found.nodes))[:4]
        return None
    return found.nodes[0] if found.nodes else None


def _rename(text: str, draft: Draft, collections: frozenset[str] | None, focus: str | None, outcome: Outcome) -> bool:
    match = _RENAME.match(text)
    if not match:
        return False
    what, name = (match["what"] or match["what2"] or match["what3"] or "").strip(), slots.plain(match["quoted"] or match["name"] or match["name3"] or "", draft.reading)
    if not name or not what:
        return False
    if _NAME_ALL.match(what):
        draft.rename(name)
        outcome.done.append(f"The workflow is now called {name}")
        return True
    node = _one(what, draft, focus, outcome)
    if node is None:
        return bool(outcome.question)
    draft.do(UpdateNode(id=node.id, set=NodeChange(label=name[:120])))
    outcome.done.append(f"*{node.label}* is now called *{name}*")
    return True


def _remove(text: str, draft: Draft, collections: frozenset[str] | None, focus: str | None, outcome: Outcome) -> bool:
    match = _REMOVE.match(text)
    if not match:
        return False
    what = re.sub(r"\s*\b(?:any ?more|any longer|please|again|at all|altogether|completely|for now)\b\W*$", "", match["what"], flags=re.I)
    what = re.sub(r"\s+(?:from|in) (?:the |this )?(?:workflow|diagram|flow|process)$", "", what, flags=re.I)
    phrases = [what] if resolve.find(what, draft.workflow, draft.reading, focus, plural=True).nodes and " and " not in what else re.split(r"\s*,\s*|\s+and\s+(?:also\s+)?", what)
    nodes: list[Node] = []
    for phrase in phrases:
        everything = re.search(r"\b(?:part|parts|all|every|both|messages|mails|emails|steps|s)\b", phrase, re.I) is not None
        found = resolve.find(phrase, draft.workflow, draft.reading, focus, plural=everything)
        if found.unsure:
            _one(phrase, draft, focus, outcome)
            return True
        nodes += [node for node in found.nodes if node not in nodes]
    if not nodes:
        if re.match(r"(?:drop|remove|delete|get rid|take out|cut|scrap|skip|leave out|eliminate)\b", text, re.I):
            _which(what, draft, outcome)
        return bool(outcome.question)
    starts = [node for node in nodes if draft.catalogue[node.type].is_trigger]
    for start in starts:
        if start.type != "manual_trigger":
            surgery.replace(start, Step("manual_trigger", "Start by hand", "", {}), draft)
            outcome.done.append(f"*{start.label}* is gone; the workflow now starts by hand")
    gone = surgery.remove([node for node in nodes if node not in starts], draft)
    if gone:
        outcome.done.append(f"Removed {_listed(gone)}")
    return bool(gone or starts)


def _which(phrase: str, draft: Draft, outcome: Outcome) -> None:
    outcome.question = f"I found no step for “{draft.reading.unmask(phrase)}”. Which one do you mean?"
    outcome.choices = tuple(dict.fromkeys(node.label for node in resolve.order(draft.workflow)))[:6]


def _listed(nodes: Sequence[Node]) -> str:
    names = [f"*{node.label}*" for node in nodes]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}"


def _value(text: str, draft: Draft, collections: frozenset[str] | None, focus: str | None, outcome: Outcome) -> bool:
    done = settings.change(text, draft, focus)
    if done is None:
        return False
    outcome.done += done
    return True


def _replace(text: str, draft: Draft, collections: frozenset[str] | None, focus: str | None, outcome: Outcome) -> bool:
    match = _REPLACE.match(text)
    if not match:
        return False
    old = match["old"] or match["old2"] or match["old3"]
    new = match["new"] or match["new2"] or match["new3"]
    node = _one(re.sub(r"^(?:on|in|to|by|via|from|through|sending|posting|searching)\s+", "", old, flags=re.I), draft, focus, outcome)
    if node is None:
        if not outcome.question and re.match(r"(?:replace|swap|exchange|substitute)\b", text, re.I):
            _which(old, draft, outcome)
        return bool(outcome.question)
    trigger, _, _ = triggers.find(clauses.split(new), draft.reading)
    if draft.catalogue[node.type].is_trigger:
        if trigger is None:
            return False
        surgery.replace(node, trigger, draft)
        outcome.done.append(f"*{trigger.label}* starts it now instead of *{node.label}*")
        return True
    found = [step for step in steps_of(_parts(new, draft, collections)) if step.confidence >= 0.4]
    if not found:
        return False
    step = found[0]
    if step.type == node.type:
        draft.configure(node.id, step.values, label=step.label)
        outcome.done.append(f"*{step.label}* replaces *{node.label}*")
        return True
    if match["new3"] and step.type not in {"slack_message", "email"} and step.confidence < 0.6:
        return False
    surgery.replace(node, step, draft)
    if len(found) > 1:
        after = draft.workflow.node(draft.made[-1])
        if after is not None:
            surgery.insert_after(found[1:], after, draft)
    outcome.done.append(f"*{step.label}* replaces *{node.label}*")
    return True


def _move(text: str, draft: Draft, collections: frozenset[str] | None, focus: str | None, outcome: Outcome) -> bool:
    match = _MOVE.match(text)
    if not match:
        return False
    node = _one(match["what"], draft, focus, outcome)
    target = resolve.anchor(match["anchor"], draft.workflow, draft.reading, focus)
    if node is None or not target.nodes or target.nodes[0].id == node.id or target.nodes[0].parent != node.parent:
        return bool(outcome.question)
    if draft.catalogue[node.type].is_trigger:
        return False
    anchor = target.nodes[0]
    arriving, leaving = draft.workflow.edges_into(node.id), draft.workflow.edges_from(node.id)
    for edge in leaving:
        for into in arriving:
            draft.connect([(into.source, into.source_handle)], edge.target)
    for edge in [*arriving, *leaving]:
        draft.disconnect(edge.source, edge.target, edge.source_handle)
    way = leaving[0].source_handle if leaving else None
    if match["where"].lower() in {"before", "in front of"}:
        for edge in draft.workflow.edges_into(anchor.id):
            draft.connect([(edge.source, edge.source_handle)], node.id)
            draft.disconnect(edge.source, edge.target, edge.source_handle)
        draft.connect([(node.id, way)], anchor.id)
    else:
        for edge in draft.workflow.edges_from(anchor.id):
            draft.connect([(node.id, way)], edge.target)
            draft.disconnect(edge.source, edge.target, edge.source_handle)
        ways = draft.branches(anchor.id)
        draft.connect([(anchor.id, ways[0] if ways else None)], node.id)
    outcome.done.append(f"*{node.label}* now stands {match['where'].lower()} *{anchor.label}*")
    return True


def _per_item(text: str, draft: Draft, collections: frozenset[str] | None, focus: str | None, outcome: Outcome) -> bool:
    over = _LOOP_OVER.match(text)
    match = _PER_ITEM.match(text)
    if over and over["thing3"]:
        thing, what = over["thing3"], ""
    elif match:
        thing = (match["thing"] or match["thing2"] or "").strip()
        what = re.sub(r"\b(?:once|separately|individually)\b", "", match["what"]).strip(" ,")
    else:
        return False
    found = resolve.find(what, draft.workflow, draft.reading, focus) if what else _after_list(thing, draft)
    if not found.nodes or (found.unsure and len(found.nodes) > 3):
        return False
    node = found.nodes[-1]
    if draft.catalogue[node.type].is_trigger or node.type in {"loop", "output"}:
        return False
    singular = scope.singular(thing, draft.reading)
    surgery.wrap(node, Step("loop", fit(f"For each {singular}"), text, {}, topic=singular), draft)
    outcome.done.append(f"*{node.label}* now runs for each {singular}")
    return True


def _after_list(thing: str, draft: Draft) -> resolve.Found:
    """The step that takes the list: the one after the step that makes it, else the last one."""
    makers = resolve.find(thing, draft.workflow, draft.reading, plural=True).nodes
    for maker in makers:
        for edge in draft.workflow.edges_from(maker.id):
            node = draft.workflow.node(edge.target)
            if node is not None:
                return resolve.Found((node,))
    steps = [node for node in resolve.order(draft.workflow) if node.type != "output"]
    return resolve.Found((steps[-1],)) if steps else resolve.NOTHING


def _add_case(text: str, draft: Draft, collections: frozenset[str] | None, focus: str | None, outcome: Outcome) -> bool:
    head = _ADD_CASE.match(text)
    match = _CASE.search(text, head.end()) if head else None
    nodes = [node for node in resolve.order(draft.workflow) if node.type in {"classify", "switch"}]
    if head is None or match is None or not nodes:
        return False
    node, name = nodes[-1], slots.plain(match["name"], draft.reading)
    add_case(node, name, draft)
    rest = re.sub(r"^\W*(?:that|which|and|where it|it|they|these|those|,|:)?\s*", "", match["rest"], flags=re.I)
    rest = re.sub(r"^(?:should\s+|must\s+)?(?:goes|go)\b", "send", rest, flags=re.I)
    parts = _parts(rest, draft, collections)
    if parts:
        surgery.append(parts, [(node.id, name)], draft, node.parent)
    outcome.done.append(f"*{node.label}* has a new case, {name}" + (f", that leads to {_made_names(parts)}" if parts else ""))
    return True


def add_case(node: Node, name: str, draft: Draft) -> None:
    key = "labels" if node.type == "classify" else "cases"
    old = node.config.get(key)
    names = list(old) if isinstance(old, list) else []
    draft.configure(node.id, {key: [*names, name if node.type == "classify" else {"name": name, "expression": ""}]})


def _parts(text: str, draft: Draft, collections: frozenset[str] | None) -> list[Part]:
    webhook = any(node.type == "webhook_trigger" for node in draft.workflow.nodes)
    found = clauses.split(text)
    state = scope.arrange([replace(clause, marker="do") if clause.marker == "when" else clause for clause in found], draft.reading, collections, webhook)
    return state.stack[0].parts


def _made_names(parts: Sequence[Part]) -> str:
    labels = [f"*{step.label}*" for step in steps_of(list(parts))]
    return labels[0] if len(labels) == 1 else ", ".join(labels[:-1]) + f" and {labels[-1]}" if labels else "nothing"


def _add(text: str, draft: Draft, collections: frozenset[str] | None, focus: str | None, outcome: Outcome, also: bool) -> bool:
    """New steps, at the place that was said: before, after, between, beside, at the start or (if nothing was said) at the end."""
    text = _ADD.sub("", text)
    place, text = _place(text, draft, focus, outcome)
    if outcome.question:
        return True
    if re.match(r"(?:otherwise|else|if not)\b", text, re.I) and _otherwise(text, draft, collections, outcome):
        return True
    if _on_outcome(text, draft, collections, outcome):
        return True
    first = bool(re.search(r"\bfirst\b(?!\s+\w+\s+(?:step|name))", text, re.I))
    if place is None and re.match(r"(?:only )?(?:if|when|unless)\b", text, re.I) or re.search(r"\b(?:only )?(?:if|unless)\b", text, re.I):
        if _condition_on_existing(text, draft, collections, focus, outcome, first):
            return True
    parts = _parts(text, draft, collections)
    parts = [part for part in parts if not (is_step(part) and part.confidence < 0.3)]
    if not parts:
        return False
    if place is None and first and (target := _sink(draft)):
        place = ("before", target)
    if place is None:
        place = _beside_sources(parts, draft)
    _put(parts, place, draft)
    where = f" {place[0]} *{place[1].label}*" if place is not None else ""
    if place is None and re.search(r"\b(?:before|between)\b", text, re.I):
        outcome.unread.append(draft.reading.unmask(text[re.search(r"\b(?:before|between)\b", text, re.I).start() :]))  # type: ignore[union-attr]
    outcome.done.append(f"Added {_made_names(parts)}{where}")
    return True


Place = tuple[str, Node]


def _place(text: str, draft: Draft, focus: str | None, outcome: Outcome) -> tuple[Place | None, str]:
    """The place said in the text and the text without it."""
    if match := _BETWEEN.search(text):
        target = resolve.anchor(match[2], draft.workflow, draft.reading, focus)
        if target.nodes:
            return ("before", target.nodes[0]), text[: match.start()]
    if match := _AT_START.search(text):
        starts = [node for node in draft.workflow.nodes if draft.catalogue[node.type].is_trigger]
        if starts:
            return ("after", starts[0]), _cut(text, match)
    if match := _BESIDE.search(text):
        target = resolve.anchor(match["anchor"], draft.workflow, draft.reading, focus)
        if target.nodes:
            return ("beside", target.nodes[0]), text[: match.start()]
    if match := _AT_END.search(text):
        return None, _cut(text, match)
    for pattern in (_WHERE_FIRST, _WHERE_LEAD):
        if match := pattern.match(text):
            target = resolve.anchor(match["anchor"], draft.workflow, draft.reading, focus)
            if target.nodes:
                return _anchored(match["where"], target, draft, match["anchor"], outcome), match["rest"]
    for match in re.finditer(r"(?:^|[\s,])(?:right |just |immediately |directly )?(?=(?:before|after|behind|following|ahead of|in front of|prior to|once|when)\s)", text, re.I):
        if found := _WHERE.match(text[match.start() :]):
            target = resolve.anchor(re.sub(r"^(?:it|we)\s+", "", found["anchor"]), draft.workflow, draft.reading, focus)
            if target.nodes:
                return _anchored(found["where"], target, draft, found["anchor"], outcome), text[: match.start()].strip(" ,")
    return None, text


def _cut(text: str, match: re.Match[str]) -> str:
    return re.sub(r"\s+", " ", text[: match.start()] + " " + text[match.end() :]).strip(" ,")


def _anchored(where: str, target: resolve.Found, draft: Draft, phrase: str, outcome: Outcome) -> Place:
    word = "before" if where.lower() in {"before", "ahead of", "in front of", "prior to"} else "after"
    nodes = target.nodes
    if target.unsure:
        outcome.question = f"Which step do you mean by “{draft.reading.unmask(phrase)}”?"
        outcome.choices = tuple(dict.fromkeys(node.label for node in nodes))[:4]
    node = nodes[0]
    if draft.catalogue[node.type].is_trigger:
        word = "after"
    return word, node


def _put(parts: Sequence[Part], place: Place | None, draft: Draft) -> None:
    if place is None:
        tails = tails_for_new(draft)
        loops = [node for node in draft.workflow.nodes if node.type == "loop" and tails == [(node.id, None)]]
        if loops and isinstance(parts[0], Choice) and parts[0].condition is not None and parts[0].condition.kind in {"compare", "is"}:
            # A value of an item is asked about where the item is.
            inner = [node for node in draft.workflow.body(loops[0].id) if not draft.workflow.edges_from(node.id)]
            surgery.append(parts, [(node.id, None) for node in inner], draft, loops[0].id)
            return
        surgery.append(parts, tails, draft)
        return
    where, node = place
    if where == "before":
        surgery.insert_before(parts, node, draft)
    elif where == "after":
        surgery.insert_after(parts, node, draft)
    else:
        arriving: list[Tail] = [(edge.source, edge.source_handle) for edge in draft.workflow.edges_into(node.id)]
        ends = surgery.append(parts, arriving, draft, node.parent)
        for edge in draft.workflow.edges_from(node.id):
            draft.connect(ends, edge.target)


def _beside_sources(parts: Sequence[Part], draft: Draft) -> Place | None:
    """One more search stands beside the search that is there, else before the text that is written from it."""
    steps = steps_of(list(parts))
    if not steps or any(step.type not in {"knowledge_search", "web_search"} for step in steps):
        return None
    nodes = resolve.order(draft.workflow)
    if found := [node for node in nodes if node.type in {"knowledge_search", "web_search"}]:
        return ("beside", found[-1])
    writers = [node for node in nodes if node.type in {"llm", "agent"}]
    return ("before", writers[0]) if writers else None


def tails_for_new(draft: Draft) -> list[Tail]:
    """Where an addition without a place goes on from: beside the answer of a chat, else behind every end."""
    answers: list[Tail] = [
        (edge.source, edge.source_handle)
        for node in draft.workflow.nodes
        if node.type == "output"
        for edge in draft.workflow.edges_into(node.id)
    ]
    return answers or resolve.ends(draft.workflow)


def _sink(draft: Draft) -> Node | None:
    """The step that does something to the outside: what "first" comes before."""
    nodes = resolve.order(draft.workflow)
    acting = [node for node in nodes if draft.catalogue[node.type].side_effect or node.type in {"output", "webhook_response"}]
    return acting[0] if acting else next((node for node in nodes if not draft.catalogue[node.type].is_trigger), None)


def _condition_on_existing(text: str, draft: Draft, collections: frozenset[str] | None, focus: str | None, outcome: Outcome, first: bool) -> bool:
    """ "only mail it if ...", "if ... the chef has to approve it first, otherwise store it as now": a decision in front of a step that is there."""
    parts = _parts(text, draft, collections)
    if len(parts) != 1 or not isinstance(choice := parts[0], Choice) or choice.step.type != "condition":
        return False
    lane, other = choice.lanes.get("true", []), choice.lanes.get("false", [])
    existing = _existing(other, draft) or (_sink(draft) if first or _AS_NOW.search(text) else None)
    if only := re.match(r"^(?:only\s+)?(.+?)\s+(?:only\s+)?(if|when|unless)\b", text, re.I):
        target = resolve.find(only[1], draft.workflow, draft.reading, focus)
        said = _existing(lane, draft)
        if said is not None and (target.nodes or re.search(r"\bonly\b", text, re.I)) and not only[1].lower().startswith("also"):
            choice.lanes["true"] = []
            return _guard(choice, said, draft, outcome)
    if existing is None or not lane:
        return False
    choice.lanes["false"] = []
    surgery.insert_before([choice], existing, draft)
    outcome.done.append(f"Added *{choice.step.label}* before *{existing.label}*: if so, {_made_names(lane)} comes first")
    return True


def _existing(lane: Sequence[Part], draft: Draft) -> Node | None:
    """The node that a lane of one step repeats."""
    steps = steps_of(list(lane))
    if len(steps) != 1:
        return None
    same = [node for node in resolve.order(draft.workflow) if node.type == steps[0].type]
    if not same:
        return None
    for node in same:
        if all(node.config.get(key) == value for key, value in steps[0].values.items()):
            return node
    return None


def _guard(choice: Choice, target: Node, draft: Draft, outcome: Outcome) -> bool:
    """The target now runs only on the true branch."""
    arriving = draft.workflow.edges_into(target.id)
    tails: list[Tail] = [(edge.source, edge.source_handle) for edge in arriving]
    ends = surgery.append([choice], tails, draft, target.parent)
    draft.connect([(ends[0][0], "true")], target.id)
    for edge in arriving:
        draft.disconnect(edge.source, edge.target, edge.source_handle)
    outcome.done.append(f"*{target.label}* now only runs if *{choice.step.label.rstrip('?')}*")
    return True


def _on_outcome(text: str, draft: Draft, collections: frozenset[str] | None, outcome: Outcome) -> bool:
    """ "if rejected, ...", "if it is a complaint, ..." where an approval or a sorting step is there: the branch of that name."""
    found = clauses.split(text)
    if not found or found[0].marker not in {"if", "when", "case"} or found[0].reversed:
        return False
    for node in reversed(resolve.order(draft.workflow)):
        handle = scope.outcome_handle(found[0].text, node.type, draft.branches(node.id))
        if handle is None:
            continue
        state = scope.arrange(found[1:], draft.reading, collections)
        parts = state.stack[0].parts
        if parts:
            surgery.append(parts, [(node.id, handle)], draft, node.parent)
            outcome.done.append(f"On {handle}, {_made_names(parts)} follows *{node.label}*")
            return True
    return False


def _otherwise(text: str, draft: Draft, collections: frozenset[str] | None, outcome: Outcome) -> bool:
    """ "otherwise mail it": the other way out of the last condition."""
    rest = re.sub(r"^(?:otherwise|else|if not)\b[\s,:]*", "", text, flags=re.I)
    for node in reversed(resolve.order(draft.workflow)):
        handle = {"condition": "false", "approval": "rejected"}.get(node.type)
        if handle is None or any(edge.source_handle == handle for edge in draft.workflow.edges_from(node.id)):
            continue
        parts = _parts(rest, draft, collections)
        if parts:
            surgery.append(parts, [(node.id, handle)], draft, node.parent)
            outcome.done.append(f"If not, {_made_names(parts)} follows *{node.label}*")
            return True
    return False


def is_command(masked: str) -> bool:
    """Whether the message opens like a change of what is there."""
    text = masked.strip()
    return bool(_REMOVE.match(text) or _REPLACE.match(text) or _RENAME.match(text) or _ADD.match(text) or _MOVE.match(text))
