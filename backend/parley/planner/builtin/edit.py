"""A request about a diagram that is there: taken apart into commands, each performed on the draft, each told in words."""

import re
from collections.abc import Sequence

from parley.planner.builtin import (
    attributes,
    clauses,
    decisions,
    doubts,
    gates,
    marks,
    mishaps,
    negation,
    reorder,
    resolve,
    selection,
    settings,
    slots,
    surgery,
    triggers,
    using,
    wires,
)
from parley.planner.builtin.additions import ADD, add, per_item
from parley.planner.builtin.build import Draft
from parley.planner.builtin.decisions import add_branch
from parley.planner.builtin.job import Job, Outcome, one, parts_of, which
from parley.planner.builtin.plan import Step, steps_of
from parley.workflow.edits import NodeChange, UpdateNode
from parley.workflow.spec import Node

_REMOVE = re.compile(
    r"^(?:(?:please|and|also|then|ok|now|actually|no|so|but|just)[\s,]+)*(?:(?:can|could) (?:you"
    r"|we) )?(?:(?:take|throw|leave|cut|kick)(?=\s+(?:the |that |this |my |our )?[\w# ⟨⟩-]+? (?:out|away|off)(?: again)?$)"
    r"|drop(?!\s+(?:an?|us|me|them|him|her|my|our)\s+(?:short\s+)?(?:line|note|mail|message|post)\b)|forget(?: about)?"
    r"|remove|delete|get rid of|take out|take away|cut(?: out)?|kill|skip|leave out|lose"
    r"|scrap|eliminate|strip|throw out|ditch|omit|"
    r"(?:we|i) (?:don't|do not|no longer) (?:need|want)|(?:don't|do not)(?: need| want)?|no (?:need for"
    r"|more)|without|stop|there is no need for)\s+(?P<what>.+)$",
    re.I,
)
_NONE = re.compile(r"^no (?!one\b|longer\b|matter\b|more\b|need\b)(?P<what>[^,]+?)(?:,? please)?$", re.I)
_REPLACE = re.compile(
    r"^(?:(?:please|and|also|then|ok|now|actually)[\s,]+)*(?:replace|swap(?: out)?|exchange|substitute"
    r"|change|switch)\s+(?:from\s+)?(?P<old>.+?)\s+(?:with|by|for|to|into|against)\s+(?P<new>.+)$"
    r"|^(?:(?:please|and|also|then|ok|now|actually)[\s,]+)*(?:make|turn|convert|let)\s+(?P<old4>(?:the|that|this)\s+(?:(?!into\b"
    r"|an?\b|be\b)[\w⟨⟩#-]+\s+){1,4}?)"
    r"(?:into\s+|be\s+)?(?P<new4>an?\s+(?:(?!bit\b|little\b|lot\b).)+?)(?:\s+instead)?$"
    r"|^(?:(?:please|and|also|then|ok|now|actually|no)[\s,]+)*instead of\s+(?P<old2>(?:the "
    r"|an? )?[\w⟨⟩# -]+?)\s*(?:,|(?=\b(?:use|do|send|post|search|ask|write|call|let"
    r"|have)\b))\s*(?P<new2>.+)$"
    r"|^(?:(?:please|and|also|then|ok|now|actually|no)[\s,]+)*(?P<new3>.+?)\s*,?\s*(?:instead of"
    r"|rather than|in place of)\s+(?P<old3>.+)$",
    re.I,
)
_RENAME = re.compile(
    r"^(?:(?:please|and|also|then|ok|now)[\s,]+)*(?:rename|relabel|retitle|call|name|title"
    r"|label)\s+(?P<what>.+?)\s*(?:\b(?:to|as|into)\b|=|:)?\s*(?P<quoted>⟨q\d+⟩)\W*$|^(?:(?:please|and"
    r"|also|then)[\s,]+)*(?:rename|relabel|retitle|change the (?:name|label"
    r"|title) of)\s+(?P<what2>.+?)\s+(?:to|as|into)\s+(?P<name>.+)$"
    r"|^(?:(?:please|and|also|then)[\s,]+)*(?:call|name)\s+(?P<what3>it|this|the (?:whole )?workflow"
    r"|this workflow)\s+(?P<name3>[^⟨]{2,60})$",
    re.I,
)
NAME_ALL = re.compile(
    r"^(?:it|this|that|the (?:whole )?(?:workflow|thing|diagram|process|chat)|this (?:workflow|diagram"
    r"|process)|everything)$",
    re.I,
)
# In "drop X and read from Y" a command of its own begins behind the "and".
_BEGINS = re.compile(
    r"(?:drop|remove|delete|get rid|skip|leave out|rename|replace|swap|add|insert|move)\b|(?:so |then )?(?:put|wrap) (?:it|that|them"
    r"|this) in(?:to)? a loop"
    r"|read from\b|(?:use|set|change|switch|limit)\s+(?:the|it|only|to|from|\d|⟨)|make (?:it|the|that)\b|(?:run|start) it\b|(?:call"
    r"|name) it\b",
    re.I,
)


# "drop X and use Y instead" is one command.
_EXCHANGED = re.compile(
    r"^(?:take|remove|drop|delete|cut|throw|kick)\s+(?P<old>[^,]+?)(?:\s+(?:out|away|off))?\s*(?:,|\band\b)\s*(?:and\s+)?"
    r"(?:put|use|insert|add)\s+(?P<new>[^,]+?)\s+(?:there|instead|in (?:its|that|their) (?:place|spot))$",
    re.I,
)
_BY_HAND = re.compile(
    r"^(?:(?:i|we)(?:'d| would)? (?:want|like|prefer) to |let me |i(?:'ll| will) )?(?:start|run|launch|trigger|kick)(?: off)? "
    r"(?:it|this|that|the (?:workflow|run))(?: off)?(?: only)? (?:by hand|manually|myself|ourselves)"
    r"(?: (?:instead|only|please|from now on))?$",
    re.I,
)


def edit(masked: str, draft: Draft, collections: frozenset[str] | None, focus: str | None) -> Outcome:
    """Performs every command of the message on the draft, one after another."""
    job = Job(draft, collections, focus)
    for command in commands(masked):
        if job.outcome.question:
            break
        perform(command, job)
    return job.outcome


def commands(masked: str) -> list[str]:
    """Sentences, and in them "drop X and do Y": cut where a command begins, never inside an addition of several steps."""
    found: list[str] = []
    lines = [marks.BULLET.sub("", line) for line in masked.split("\n")]
    for sentence in (part for line in lines for part in re.split(r"(?<=[.!;])\s+", line)):
        text = _EXCHANGED.sub(r"replace \g<old> with \g<new>", sentence.strip(" .!;"))
        if not text:
            continue
        if mishaps.is_about(text) or gates.is_about(text):
            found.append(text)
            continue
        first_is_command = bool(
            _REMOVE.match(text) or _RENAME.match(text) or re.match(r"(?:replace|swap|rename|move|use|set|change|no)\b", text, re.I)
        )
        cut = 0
        for match in re.finditer(r"\s*,?\s+(?:and|but|then)\s+(?:then\s+|also\s+|instead\s+)?|\s*,\s*", text):
            rest = text[match.end() :]
            begins = bool(_BEGINS.match(rest))
            acts = (
                first_is_command
                and clauses.starts_action(rest)
                and not re.search(r"\b(?:replace|swap|between)\b[^,]*$", text[cut : match.start()], re.I)
            )
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


def surely(command: str, job: Job) -> bool:
    """Performs what is said in one of the plain forms that mean nothing else; False where it is said otherwise."""
    text = _bare(command)
    job.focus = job.draft.made[-1] if job.draft.made else job.focus
    forms = (
        _remove_selected,
        mishaps.mishap,
        gates.gate,
        wires.wire,
        _by_hand,
        _exchange,
        _rename,
        using.use,
        add_branch,
        reorder.reorder,
        _value,
    )
    return any(form(text, job) for form in forms)


def _remove_selected(text: str, job: Job) -> bool:
    """ "remove all steps behind the fetch", "drop the steps between the fetch and the mail"."""
    match = _REMOVE.match(text)
    selected = selection.nodes(match["what"], job) if match else None
    return bool(selected) and take_out(selected or [], job)


def done(command: str, job: Job) -> bool:
    """Performs the command by the plain grammar; False where that made nothing of it, which then is not told."""
    before, unread = len(job.draft.done), list(job.outcome.unread)
    perform(command, job)
    if len(job.draft.done) > before or job.outcome.question:
        return True
    job.outcome.unread = unread
    return False


def _bare(command: str) -> str:
    return re.sub(
        r"^(?:(?:please|ok|okay|now|also|and|then|actually|great|so|but|hm+|oh|ah|ach|nah|wait(?=\s*[,.!])|well|sorry"
        r"|on second thoughts?|no(?=,)|yes|can you|could you"
        r"|can we|could we|would you|will you|i want you to|i'd like you to|let's)\b[\s,]*)+",
        "",
        command.strip(),
        flags=re.I,
    ).strip(" ?")


def perform(command: str, job: Job) -> None:
    text = _bare(command)
    job.focus = job.draft.made[-1] if job.draft.made else job.focus
    if gates.gate(text, job):
        return
    text = negation.turned(text)
    for attempt in (
        wires.wire,
        _by_hand,
        _exchange,
        _rename,
        mishaps.mishap,
        using.use,
        add_branch,
        _remove,
        reorder.reorder,
        _value,
        _replace,
        per_item,
    ):
        if attempt(text, job):
            return
    meant_as_change = not ADD.match(text) and (attributes.is_about(text) or doubts.is_change(text, job))
    if not negation.denies(text) and not meant_as_change and add(text, job):
        return
    job.outcome.unread.append(job.draft.reading.unmask(text))


def _rename(text: str, job: Job) -> bool:
    match = _RENAME.match(text)
    if not match:
        return False
    what, name = (
        (match["what"] or match["what2"] or match["what3"] or "").strip(),
        slots.plain(match["quoted"] or match["name"] or match["name3"] or "", job.draft.reading),
    )
    if not name or not what:
        return False
    if NAME_ALL.match(what):
        job.draft.rename(name)
        job.outcome.done.append(f"The workflow is now called {name}")
        return True
    node = one(what, job)
    if node is None:
        return bool(job.outcome.question)
    job.draft.do(UpdateNode(id=node.id, set=NodeChange(label=name[:120])))
    job.outcome.done.append(f"*{node.label}* is now called *{name}*")
    return True


def _remove(text: str, job: Job) -> bool:
    unwanted = negation.all_but(text) or negation.unwanted(text)
    match = _NONE.match(text) or _REMOVE.match(text)
    said = unwanted or (match["what"] if match else "")
    if not said:
        return False
    what = re.sub(r"\s*\b(?:any ?more|any longer|please|again|at all|altogether|completely|for now)\b\W*$", "", said, flags=re.I)
    what = re.sub(r"\s+(?:from|in) (?:the |this )?(?:workflow|diagram|flow|process)$", "", what, flags=re.I)
    what = re.sub(r"\s+(?:out|away|off)$", "", what, flags=re.I)
    what = re.sub(r"^both\s+(?=.+\band\b)", "", what, flags=re.I)
    if decisions.drop_case(what, job):
        return True
    phrases = (
        [what]
        if resolve.find(what, job.draft.workflow, job.draft.reading, job.focus, plural=True).nodes and " and " not in what
        else re.split(r"\s*,\s*|\s+and\s+(?:also\s+)?", what)
    )
    nodes: list[Node] = list(selection.nodes(what, job) or ())
    for phrase in phrases if not nodes else ():
        everything = re.search(r"\b(?:part|parts|all|every|both|messages|mails|emails|steps|s)\b", phrase, re.I) is not None
        found = resolve.find(phrase, job.draft.workflow, job.draft.reading, job.focus, plural=everything)
        if found.unsure:
            one(phrase, job)
            return True
        nodes += [node for node in found.nodes if node not in nodes]
    if not nodes:
        if unwanted or re.match(r"(?:drop|remove|delete|get rid|take out|cut|scrap|skip|leave out|eliminate)\b", text, re.I):
            which(what, job)
        return bool(job.outcome.question)
    return take_out(nodes, job)


def take_out(nodes: Sequence[Node], job: Job) -> bool:
    """Removes the steps; a start gives way to one by hand."""
    starts = [node for node in nodes if job.draft.catalogue[node.type].is_trigger]
    for start in starts:
        _unstart(start, job)
    gone = surgery.remove([node for node in nodes if node not in starts], job.draft)
    if gone:
        job.outcome.done.append(f"Removed {_listed(gone)}")
    return bool(gone or starts)


def _unstart(start: Node, job: Job) -> None:
    if start.type != "manual_trigger":
        surgery.replace(start, Step("manual_trigger", "Start by hand", "", {}), job.draft)
        job.outcome.done.append(f"*{start.label}* is gone; the workflow now starts by hand")


def _by_hand(text: str, job: Job) -> bool:
    starts = [node for node in job.draft.workflow.nodes if job.draft.catalogue[node.type].is_trigger]
    if not _BY_HAND.match(text) or not starts:
        return False
    for start in starts:
        _unstart(start, job)
    return True


def _listed(nodes: Sequence[Node]) -> str:
    names = [f"*{node.label}*" for node in nodes]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}"


def _value(text: str, job: Job) -> bool:
    done = settings.change(text, job.draft, job.focus)
    if done is None:
        return False
    job.outcome.done += done
    return True


def _replace(text: str, job: Job) -> bool:
    match = _REPLACE.match(text)
    if not match:
        return False
    old = match["old"] or match["old2"] or match["old3"] or match["old4"]
    new = match["new"] or match["new2"] or match["new3"] or match["new4"]
    node = one(re.sub(r"^(?:on|in|to|by|via|from|through|sending|posting|searching)\s+", "", old, flags=re.I), job)
    if node is None:
        if not job.outcome.question and re.match(r"(?:replace|swap|exchange|substitute)\b", text, re.I):
            which(old, job)
        return bool(job.outcome.question)
    trigger, _ = triggers.find(clauses.split(new), job.draft.reading)
    if job.draft.catalogue[node.type].is_trigger:
        if trigger is None:
            return False
        surgery.replace(node, trigger, job.draft)
        job.outcome.done.append(f"*{trigger.label}* starts it now instead of *{node.label}*")
        return True
    found = [step for step in steps_of(parts_of(new, job)) if step.confidence >= 0.4]
    if not found:
        return False
    step = found[0]
    if step.type == node.type:
        job.draft.configure(node.id, step.values, label=step.label)
        job.outcome.done.append(f"*{step.label}* replaces *{node.label}*")
        return True
    if match["new3"] and step.type not in {"slack_message", "email"} and step.confidence < 0.6:
        return False
    surgery.replace(node, step, job.draft)
    if len(found) > 1:
        after = job.draft.workflow.node(job.draft.made[-1])
        if after is not None:
            surgery.insert_after(found[1:], after, job.draft)
    job.outcome.done.append(f"*{step.label}* replaces *{node.label}*")
    return True


_EXCHANGE = re.compile(
    r"^(?:(?:please|and|also)[\s,]+)*(?:swap|exchange|switch|flip)\s+(?P<a>.+?)\s+(?:and|with)\s+(?P<b>.+?)(?:\s+(?:around|over))?$", re.I
)


def _exchange(text: str, job: Job) -> bool:
    """ "swap the first and the last mail": each goes where the other stood; True also where it cannot be, which is then told."""
    match = _EXCHANGE.match(text)
    if match is None:
        return False
    noun = match["b"].split()[-1]
    sides = [match["a"] if len(re.sub(r"^the ", "", match["a"]).split()) > 1 or "⟨" in match["a"] else f"{match['a']} {noun}", match["b"]]
    found = [resolve.find(side, job.draft.workflow, job.draft.reading, job.focus).nodes for side in sides]
    if not all(found) or found[0][0].id == found[1][0].id:
        return False
    if not exchange(found[0][0], found[1][0], job):
        job.outcome.unread.append(job.draft.reading.unmask(text))
    return True


_STAYS = frozenset({"loop", "output", "webhook_response"})  # nothing comes after an answer


def exchange(a: Node, b: Node, job: Job) -> bool:
    """Two steps change places; False where they cannot."""
    fixed = any(job.draft.branches(node.id) or job.draft.catalogue[node.type].is_trigger or node.type in _STAYS for node in (a, b))
    if fixed or a.parent != b.parent or a.id == b.id:
        return False
    other = {a.id: b.id, b.id: a.id}
    edges = [edge for edge in job.draft.workflow.edges if edge.source in other or edge.target in other]
    for edge in edges:
        job.draft.disconnect(edge.source, edge.target, edge.source_handle)
    for edge in edges:
        job.draft.connect([(other.get(edge.source, edge.source), edge.source_handle)], other.get(edge.target, edge.target))
    job.outcome.done.append(f"*{a.label}* and *{b.label}* have changed places")
    return True


def is_command(masked: str) -> bool:
    """Whether the message opens like a change of what is there."""
    text = masked.strip()
    return bool(
        negation.unwanted(text)
        or _REMOVE.match(text)
        or _NONE.match(text)
        or _REPLACE.match(text)
        or _RENAME.match(text)
        or ADD.match(text)
        or re.match(r"(?:please\s+)?(?:move|swap)\b", text, re.I)
    )
