"""The commands of a change, as the tagger read them, performed on the draft and told in words."""

import re
from collections.abc import Sequence
from dataclasses import replace

from parley.planner.builtin import (
    additions,
    branching,
    decisions,
    edit,
    items,
    meant,
    places,
    reorder,
    resolve,
    selection,
    slots,
    surgery,
    triggers,
    wires,
)
from parley.planner.builtin.assign import assign
from parley.planner.builtin.job import Job, names
from parley.planner.builtin.labels import fit
from parley.planner.builtin.plan import Part, Step, is_step, steps_of
from parley.planner.builtin.tagger.read import Command, Span
from parley.workflow.edits import NodeChange, UpdateNode
from parley.workflow.spec import Node


def perform(command: Command, job: Job) -> bool:
    """False where the command could not be carried out as it was read."""
    job.focus = job.draft.made[-1] if job.draft.made else job.focus
    for op in (command.op, *command.others):
        before = len(job.draft.done)
        if _performed(replace(command, op=op), job) and (len(job.draft.done) > before or job.outcome.question):
            return True
        if len(job.draft.done) > before:
            return True  # half of it is done: nothing else is tried on top
    before = len(job.draft.done)
    return command.one("value") is not None and _set(command, job) and len(job.draft.done) > before


def _performed(command: Command, job: Job) -> bool:
    match command.op:
        case "insert_after" | "insert_before" | "insert_between" | "insert_parallel" | "insert_first" | "append":
            return _insert(command, job)
        case "remove":
            case = command.one("case")
            if case is not None and decisions.drop_case(case.text, job):
                return True
            return _remove(command.all("target"), job)
        case "keep_only":
            return _keep_only(command.all("target"), job)
        case "replace":
            return _replace(command, job)
        case "rename" | "rename_all":
            return _rename(command, job)
        case "set":
            return _set(command, job)
        case "guard" | "guard_not":
            return branching.guard(command, job)
        case "branch":
            return branching.branch(command, job)
        case "unguard":
            return branching.unguard(command, job)
        case "add_case":
            return branching.add_case(command, job)
        case "remove_case":
            case = command.one("case", "target")
            return case is not None and decisions.drop_case(case.text, job)
        case "loop":
            return _loop(command, job)
        case "unloop":
            return _unloop(command, job)
        case "move_after" | "move_before" | "move_first" | "move_last":
            return _move(command, job)
        case "swap" | "parallel" | "connect" | "disconnect":
            return _pair(command, job)
        case _:
            return False


def _insert(command: Command, job: Job) -> bool:
    parts = meant.new_steps(command.all("new"), job)
    if not parts:
        return False
    job.outcome.sure = min(job.outcome.sure, command.sure)
    at = command.one("at")
    anchors = [node for span in command.all("at") if (node := meant.the_one(span, job)) is not None]
    where = command.op
    if where == "insert_between" and len(anchors) < 2:
        pair = meant.acting(job)[-2:]
        anchors = anchors or pair
        where = "insert_before"
    if where == "insert_between":
        first, second = sorted(anchors[:2], key=lambda node: [other.id for other in resolve.order(job.draft.workflow)].index(node.id))
        _between(parts, first, second, job)
    elif where == "insert_first" or (where == "insert_before" and anchors and job.draft.catalogue[anchors[0].type].is_trigger):
        starts = [node for node in job.draft.workflow.nodes if job.draft.catalogue[node.type].is_trigger]
        if not starts:
            return False
        surgery.insert_after(parts, starts[0], job.draft)
    elif anchors and where in {"insert_before", "insert_after", "insert_parallel"}:
        anchor = anchors[0]
        if where == "insert_before":
            place = places.guarding(("before", anchor), command.text, job.draft) if _asks(parts) else ("before", anchor)
            (surgery.insert_before if place[0] == "before" else surgery.insert_after)(parts, place[1], job.draft)
        elif where == "insert_after":
            surgery.insert_after(parts, anchor, job.draft)
        else:
            surgery.beside(parts, anchor, job.draft)
    elif where == "insert_before" and (acting := decisions.acting_step(job.draft)) is not None:
        surgery.insert_before(parts, acting, job.draft)
    else:
        additions.put_at_end(parts, command.text, job.draft)
    job.outcome.done.append(f"Added {names(parts)}{_told(where, anchors) if at is not None else ''}")
    return True


def _told(where: str, anchors: Sequence[Node]) -> str:
    if not anchors or where not in _WHERE:
        return ""
    labels = " and ".join(f"*{node.label}*" for node in anchors[: 2 if where == "insert_between" else 1])
    return f" {_WHERE[where]} {labels}"


_WHERE = {"insert_after": "after", "insert_before": "before", "insert_between": "between", "insert_parallel": "beside"}


def _asks(parts: Sequence[Part]) -> bool:
    return is_step(parts[0]) and parts[0].type == "approval"


def _between(parts: Sequence[Part], first: Node, second: Node, job: Job) -> None:
    joined = [edge for edge in job.draft.workflow.edges_from(first.id) if edge.target == second.id]
    if not joined or len(job.draft.workflow.edges_into(second.id)) == 1:
        surgery.insert_before(parts, second, job.draft)
        return
    surgery.insert_on(parts, joined, job.draft)


def _remove(targets: Sequence[Span], job: Job) -> bool:
    found: list[Node] = []
    for span in targets:
        text = re.sub(r"^(?:both\s+)(?=.+\band\b)", "", span.text, flags=re.I)
        if decisions.drop_case(text, job):
            continue
        nodes = selection.nodes(text, job) or meant.nodes_of(text, job, many=meant.PLURAL.search(text) is not None)
        if len(nodes) > 1 and not meant.PLURAL.search(text):
            if edit.one(text, job) is None and job.outcome.question:
                return True  # several fit equally: which is asked
            nodes = nodes[:1]
        found += [node for node in nodes if node not in found]
    if not found:
        return False
    return edit.take_out(found, job)


def _keep_only(targets: Sequence[Span], job: Job) -> bool:
    kept = [node for span in targets for node in meant.nodes_of(span.text, job, many=True)]
    if not kept:
        return False
    ids = {node.id for node in kept} | {node.parent for node in kept if node.parent}
    return edit.take_out([node for node in meant.acting(job) if node.id not in ids and node.type != "output"], job)


def _replace(command: Command, job: Job) -> bool:
    new, target = command.one("new"), command.one("target")
    if new is None:
        return False
    if any(name.endswith("_trigger") for name in new.types):
        starts = [node for node in job.draft.workflow.nodes if job.draft.catalogue[node.type].is_trigger]
        if not starts:
            return False
        trigger = triggers.of_type(new.types[0], new.text, new.raw, job.draft.reading)
        if starts[0].type == trigger.type:
            job.draft.configure(starts[0].id, trigger.values, label=trigger.label)
        else:
            surgery.replace(starts[0], trigger, job.draft)
        job.outcome.done.append(f"*{trigger.label}* starts it now")
        return True
    parts = meant.new_steps(command.all("new"), job)
    node = meant.the_one(target, job)
    if not parts or node is None or job.draft.catalogue[node.type].is_trigger:
        return False
    step = steps_of(parts)[0]
    if step.type == node.type and not step.values:  # "save into offers, not bids"
        value = re.sub(r"^(?:\w+ )?(?:it )?(?:in|into|to|at|from|for)\s+(?:the )?", "", new.text)
        return _settled(assign(value, "", target.text if target else "", node, command.text, job.draft, job.focus), job)
    if step.type == node.type:
        job.draft.configure(node.id, step.values, label=step.label)
    else:
        surgery.replace(node, step, job.draft)
        if len(parts) > 1 and (made := job.draft.workflow.node(job.draft.made[-1])) is not None:
            surgery.insert_after(parts[1:], made, job.draft)
    job.outcome.done.append(f"*{step.label}* replaces *{node.label}*")
    return True


def _rename(command: Command, job: Job) -> bool:
    name = command.one("name", "value")
    if name is None:
        return False
    said = slots.plain(name.text, job.draft.reading).strip("'\" ")
    target = command.one("target")
    if command.op == "rename_all" or (target is not None and edit.NAME_ALL.match(target.text)):
        job.draft.rename(said)
        job.outcome.done.append(f"The workflow is now called {said}")
        return True
    node = meant.the_one(target, job) if target is not None else job.draft.workflow.node(job.focus or "")
    if node is None:
        return False
    job.draft.do(UpdateNode(id=node.id, set=NodeChange(label=said[:120])))
    job.outcome.done.append(f"*{node.label}* is now called *{said}*")
    return True


def _set(command: Command, job: Job) -> bool:
    spans = [span.text for span in command.all("value") or command.all("new", "name")] or re.findall(r"⟨[a-z]\d+⟩", command.text)[-1:]
    if not spans:
        return False
    value, field, old = spans[0], command.one("field"), command.one("old")
    for more in spans[1:]:  # what was read in two pieces is one value
        joined = re.search(rf"{re.escape(value)}\s*{re.escape(more)}", command.text)
        value = joined[0] if joined else value
    given_up = re.search(rf"^(.+?),?\s+(?:instead of|rather than|in place of)\s+{re.escape(value)}\W*$", command.text, re.I)
    before = old.text if old else value if given_up else ""
    target = meant.the_one(command.one("target"), job)
    value = given_up[1] if given_up else value
    return _settled(assign(value, field.text if field else "", before, target, command.text, job.draft, job.focus), job)


def _settled(told: list[str] | None, job: Job) -> bool:
    job.outcome.done += told or []
    return bool(told)


def _loop(command: Command, job: Job) -> bool:
    heads = sorted(command.all("each"), key=lambda span: re.match(r"(?:per|for each|each)\b", span.text, re.I) is None)
    each, size = heads[0] if heads else None, command.one("value")
    thing = (
        items.singular(
            re.sub(r"^(?:for|per|with|to|over|through)?\s*(?:each|every|all|single|of|the)*\s+", "", f" {each.text}".strip(), flags=re.I),
            job.draft.reading,
        )
        if each
        else "item"
    )
    nodes = [node for span in command.all("target") for node in meant.each_named(span.text, job)]
    nodes = [
        node for node in meant.distinct(nodes) if not job.draft.catalogue[node.type].is_trigger and node.type not in {"loop", "output"}
    ]
    if not nodes:
        nodes = additions.after_list(each.text if each else "", job.draft)
    if not nodes:
        return False
    order = [node.id for node in resolve.order(job.draft.workflow)]
    nodes.sort(key=lambda node: order.index(node.id))
    values = {"batch_size": count} if size is not None and (count := slots.batch_size(size.text)) else {}
    loop = surgery.wrap(nodes, Step("loop", fit(f"For each {thing}"), command.text, dict(values), topic=thing), job.draft)
    nodes = [node for node in nodes if (now := job.draft.workflow.node(node.id)) is not None and now.parent == loop]
    job.outcome.done.append(f"{', '.join(f'*{node.label}*' for node in nodes)} now {'run' if len(nodes) > 1 else 'runs'} for each {thing}")
    return True


def _unloop(command: Command, job: Job) -> bool:
    loops = [node for node in resolve.order(job.draft.workflow) if node.type == "loop"]
    if not loops:
        return False
    body = job.draft.workflow.body(loops[-1].id)
    named = [node for span in command.all("target") for node in meant.nodes_of(span.text, job) if node in body]
    if len(named) == 1 and len(body) > 1 and surgery.take_outside(named[0], loops[-1], job.draft):
        job.outcome.done.append(f"*{named[0].label}* now runs once, when *{loops[-1].label}* is through")
        return True
    surgery.unwrap(loops[-1], job.draft)
    job.outcome.done.append(f"*{loops[-1].label}* is gone; its steps run once")
    return True


_ANSWERS = frozenset({"output", "webhook_response"})


def _move(command: Command, job: Job) -> bool:
    node, anchor = meant.the_one(command.one("target"), job), meant.the_one(command.one("at"), job)
    if node is None:
        return False
    others = [other for other in meant.acting(job) if other.parent == node.parent and other.id != node.id and other.type not in _ANSWERS]
    if command.op == "move_first" and others:
        return reorder.moved(node, "before", others[0], job)
    if command.op == "move_last" and others:
        ends = [other for other in others if not job.draft.workflow.edges_from(other.id) and other.type != "output"]
        return reorder.moved(node, "after", (ends or others)[-1], job)
    if anchor is None or anchor.id == node.id:
        return False
    where = "before" if command.op == "move_before" and not job.draft.catalogue[anchor.type].is_trigger else "after"
    return reorder.moved(node, where, anchor, job)


def _pair(command: Command, job: Job) -> bool:
    spans = [*command.all("target"), *command.all("at")]
    nodes = [
        node for span in spans for node in (meant.each_named(span.text, job) if len(spans) == 1 else meant.nodes_of(span.text, job)[:1])
    ]
    nodes = meant.distinct(nodes)
    if len(nodes) < 2:
        return False
    a, b = nodes[0], nodes[1]
    match command.op:
        case "swap":
            return edit.exchange(a, b, job)
        case "parallel":
            return reorder.abreast(a, b, job)
        case "connect":
            return wires.connect(a, b, spans[0].text, job)
        case _:
            return wires.cut(a, b, job)
