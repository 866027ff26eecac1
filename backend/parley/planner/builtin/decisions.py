"""Decisions added to what is there: a condition before a step, the other branch of one, a case, an outcome's own steps."""

import re
from collections.abc import Sequence

from parley.planner.builtin import clauses, resolve, scope, slots, surgery
from parley.planner.builtin.build import Draft, Tail
from parley.planner.builtin.choices import matching_label, outcome_handle
from parley.planner.builtin.job import Job, names, parts_of
from parley.planner.builtin.plan import Choice, Part, steps_of
from parley.workflow.spec import Node

AS_NOW = re.compile(
    r"\b(?:as (?:now|before|usual|it is|today|already)|like (?:now|before)|go on|continue|carry on|proceed"
    r"|straight|directly|just (?:go|do)|nothing|do nothing|skip it|leave it)\b",
    re.I,
)
_CASE = re.compile(
    r"\b(?:case|branch|category|label|class|option|topic)\s+(?:called |named |for )?(?P<name>⟨q\d+⟩"
    r"|[\w-]+)(?P<rest>.*)$",
    re.I,
)
_ADD_CASE = re.compile(
    r"^(?:(?:please|and|also|then)[\s,]+)*(?:add|create|make|introduce|include)\s+(?:an?\s+)?(?:another "
    r"|new |further |extra |third |fourth )?(?=(?:case|branch|category|label|class|option|topic)\b)",
    re.I,
)


_ACTS = frozenset({"slack_message", "email", "db_write", "knowledge_add", "webhook_response", "output"})


def add_branch(text: str, job: Job) -> bool:
    head = _ADD_CASE.match(text)
    match = _CASE.search(text, head.end()) if head else None
    nodes = [node for node in resolve.order(job.draft.workflow) if node.type in {"classify", "switch"}]
    if head is None or match is None or not nodes:
        return False
    node, name = nodes[-1], slots.plain(match["name"], job.draft.reading)
    add_case(node, name, job.draft)
    rest = re.sub(r"^\W*(?:that|which|and|where it|it|they|these|those|,|:)?\s*", "", match["rest"], flags=re.I)
    rest = re.sub(r"^(?:should\s+|must\s+)?(?:goes|go)\b", "send", rest, flags=re.I)
    parts = parts_of(rest, job)
    if parts:
        surgery.append(parts, [(node.id, name)], job.draft, node.parent)
    job.outcome.done.append(f"*{node.label}* has a new case, {name}" + (f", that leads to {names(parts)}" if parts else ""))
    return True


def add_case(node: Node, name: str, draft: Draft) -> None:
    key = "labels" if node.type == "classify" else "cases"
    old = node.config.get(key)
    names = list(old) if isinstance(old, list) else []
    draft.configure(node.id, {key: [*names, name if node.type == "classify" else {"name": name, "expression": ""}]})


def drop_case(what: str, job: Job) -> bool:
    """ "the case complaint", "complaints": the way of that name goes, with what only it led to."""
    named = re.sub(
        r"^(?:the\s+)?(?:(?:case|branch|category|label|class|option|topic|way)s?\s+(?:called |named "
        r"|for )?)",
        "",
        what,
        flags=re.I,
    )
    named = re.sub(
        r"\s+(?:case|branch|category|label|class|option|topic|way|letters?|mails?|e-?mails?|messages?|requests?|questions?|orders?"
        r"|tickets?|ones)$",
        "",
        named,
        flags=re.I,
    )
    said = slots.plain(named, job.draft.reading)
    sorters = [node for node in resolve.order(job.draft.workflow) if node.type in {"classify", "switch"}]
    for node in reversed(sorters):
        names = [name for name in job.draft.branches(node.id) if name != "default" or node.type == "classify"]
        label = matching_label(said, names)
        if label is None or (named == what and len(said.split()) > len(label.split()) + 1):
            continue
        only = _only_behind(node, label, job.draft)
        surgery.remove(only, job.draft)
        for edge in job.draft.workflow.edges_from(node.id):
            if edge.source_handle == label:
                job.draft.disconnect(edge.source, edge.target, label)
        key = "labels" if node.type == "classify" else "cases"
        old = node.config.get(key)
        kept = [case for case in (old if isinstance(old, list) else []) if (case.get("name") if isinstance(case, dict) else case) != label]
        job.draft.configure(node.id, {key: kept})
        job.outcome.done.append(f"*{node.label}* has no case {label} any more" + (f"; removed with it: {_listed(only)}" if only else ""))
        return True
    return False


def _only_behind(node: Node, label: str, draft: Draft) -> list[Node]:
    """The steps that are reached by this way out and by no other."""
    workflow = draft.workflow
    found: list[Node] = []
    waiting = [edge.target for edge in workflow.edges_from(node.id) if edge.source_handle == label]
    while waiting:
        at = waiting.pop(0)
        taken = {other.id for other in found}
        step = workflow.node(at)
        into = workflow.edges_into(at)
        if (
            step is None
            or at in taken
            or not all(edge.source in taken or (edge.source == node.id and edge.source_handle == label) for edge in into)
        ):
            continue
        if step.type == "output":
            continue
        found.append(step)
        waiting += [edge.target for edge in workflow.edges_from(at)]
    return found


def _listed(nodes: Sequence[Node]) -> str:
    return ", ".join(f"*{node.label}*" for node in nodes)


def before_existing(text: str, job: Job, first: bool) -> bool:
    """ "only mail it if ...", "if ... my boss must agree to it first, else keep it as before": a decision before a step there."""
    text = re.sub(r"^(only\b.*?)\bwhen\b", r"\1if", text, count=1, flags=re.I)
    parts = parts_of(text, job)
    if len(parts) != 1 or not isinstance(choice := parts[0], Choice) or choice.step.type != "condition":
        return False
    lane, other = choice.lanes.get("true", []), choice.lanes.get("false", [])
    existing = _existing(other, job.draft) or (acting_step(job.draft) if first or _as_now(text) else None)
    if only := re.match(r"^(?:only\s+)?(.+?)\s+(?:only\s+)?(if|when|unless)\b", text, re.I):
        target = resolve.find(only[1], job.draft.workflow, job.draft.reading, job.focus)
        said = _existing(lane, job.draft) or _meant_by_it(lane, job.draft)
        if said is not None and (target.nodes or re.search(r"\bonly\b", text, re.I)) and not only[1].lower().startswith("also"):
            choice.lanes["true"] = []
            return _guard(choice, said, job)
    if existing is None or not lane:
        return False
    choice.lanes["false"] = []
    surgery.insert_before([choice], existing, job.draft)
    job.outcome.done.append(f"Added *{choice.step.label}* before *{existing.label}*: if so, {names(lane)} comes first")
    return True


def _as_now(text: str) -> bool:
    other = re.search(r"\b(?:otherwise|else|if not)\b(.*)$", text, re.I)
    return bool(other and AS_NOW.search(other[1]))


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


def _meant_by_it(lane: Sequence[Part], draft: Draft) -> Node | None:
    """ "only post it if ...": a step that names no place of its own is the one that acts already."""
    steps = steps_of(list(lane))
    return acting_step(draft) if len(steps) == 1 and steps[0].confidence < 0.5 else None


def _guard(choice: Choice, target: Node, job: Job) -> bool:
    """The target now runs only on the true branch."""
    arriving = job.draft.workflow.edges_into(target.id)
    tails: list[Tail] = [(edge.source, edge.source_handle) for edge in arriving]
    ends = surgery.append([choice], tails, job.draft, target.parent)
    job.draft.connect([(ends[0][0], "true")], target.id)
    for edge in arriving:
        job.draft.disconnect(edge.source, edge.target, edge.source_handle)
    job.outcome.done.append(f"*{target.label}* now only runs if *{choice.step.label.rstrip('?')}*")
    return True


def on_outcome(text: str, job: Job) -> bool:
    """ "if rejected, ...", "if it is a complaint, ..." where an approval or a sorting step is there: the branch of that name."""
    found = clauses.split(text)
    if not found or found[0].marker not in {"if", "when", "case"} or found[0].reversed:
        return False
    for node in reversed(resolve.order(job.draft.workflow)):
        handle = outcome_handle(found[0].text, node.type, job.draft.branches(node.id))
        if handle is None:
            continue
        state = scope.arrange(found[1:], job.draft.reading, job.collections, event=True)
        parts = state.stack[0].parts
        if parts:
            surgery.append(parts, [(node.id, handle)], job.draft, node.parent)
            job.outcome.done.append(f"On {handle}, {names(parts)} follows *{node.label}*")
            return True
    return False


_OF_CASE = re.compile(
    r"^(?:(?:the|all|any|every|for|also)\s+)*(?P<case>(?:[\w-]+\s+){0,2}?[\w-]+?)\s*(?:,|\b(?:should|must|are|is|go|goes|get|gets"
    r"|will|need|needs)\b)"
    r"\s*(?P<rest>.+)$",
    re.I,
)


def for_case(text: str, job: Job) -> bool:
    """ "complaints also get mailed to ...": one more step on the way of that name."""
    said = _OF_CASE.match(text)
    if said is None:
        return False
    for node in reversed(resolve.order(job.draft.workflow)):
        label = matching_label(said["case"], list(job.draft.branches(node.id))) if node.type in {"classify", "switch"} else None
        if label is None:
            continue
        rest = re.sub(
            r"^(?:(?:should|must|will|need to|needs to|also|be|are|is|go|goes|get|gets|as well)\b\s*)+", "", said["rest"], flags=re.I
        )
        rest = f"send {rest}" if re.match(r"(?:to|into|by|via)\b", rest, re.I) else rest
        parts = parts_of(rest, job)
        if parts:
            surgery.append(parts, [(node.id, label)], job.draft, node.parent)
            job.outcome.done.append(f"For {label}, {names(parts)} follows *{node.label}*")
            return True
    return False


def otherwise(text: str, job: Job) -> bool:
    """ "otherwise mail it": the other way out of the last condition."""
    rest = re.sub(r"^(?:otherwise|else|if not)\b[\s,:]*", "", text, flags=re.I)
    for node in reversed(resolve.order(job.draft.workflow)):
        handle = {"condition": "false", "approval": "rejected"}.get(node.type)
        if handle is None or any(edge.source_handle == handle for edge in job.draft.workflow.edges_from(node.id)):
            continue
        parts = parts_of(rest, job)
        if parts:
            surgery.append(parts, [(node.id, handle)], job.draft, node.parent)
            job.outcome.done.append(f"If not, {names(parts)} follows *{node.label}*")
            return True
    return False


def acting_step(draft: Draft) -> Node | None:
    """The step that does something to the outside: what "first" comes before."""
    nodes = resolve.order(draft.workflow)
    acting = [node for node in nodes if node.type in _ACTS]
    return acting[0] if acting else next((node for node in nodes if not draft.catalogue[node.type].is_trigger), None)
