"""The commands of a change, as the tagger read them, performed on the draft and told in words."""

import re
from collections.abc import Sequence
from dataclasses import replace

from parley.planner.builtin import (
    additions,
    binding,
    branching,
    decisions,
    edit,
    gates,
    items,
    meant,
    pieces,
    reorder,
    resolve,
    selection,
    slots,
    surgery,
    triggers,
    wires,
)
from parley.planner.builtin.assign import assign
from parley.planner.builtin.job import Job, names, one, parts_of
from parley.planner.builtin.labels import fit
from parley.planner.builtin.plan import Part, Step, is_step, steps_of
from parley.planner.builtin.tagger.read import Command, Span
from parley.workflow.edits import NodeChange, UpdateNode
from parley.workflow.spec import Node

_SURE = 0.9  # from there on nothing else than the likeliest command is tried


def perform(command: Command, job: Job) -> bool:
    """False where the command could not be carried out as it was read."""
    job.focus = job.draft.made[-1] if job.draft.made else job.focus
    for op in (command.op, *(command.others if command.sure < _SURE else ())):
        before = len(job.draft.done)
        if _performed(replace(command, op=op), job) and (len(job.draft.done) > before or job.outcome.question):
            return True
        if len(job.draft.done) > before:
            return True  # half of it is done: nothing else is tried on top
    before = len(job.draft.done)
    if command.one("value") is not None and _set(command, job) and len(job.draft.done) > before:
        return True
    # "... and post it in #x", where nothing is posted yet
    return command.op == "set" and re.search(r"⟨[cmu]", command.text) is not None and _insert(replace(command, op="append", spans=()), job)


def _performed(command: Command, job: Job) -> bool:
    match command.op:
        case "insert_after" | "insert_before" | "insert_between" | "insert_parallel" | "insert_first" | "append":
            return _insert(command, job)
        case "remove":
            case = command.one("case")
            if case is not None and decisions.drop_case(case.text, job):
                return True
            return _remove(command, job)
        case "keep_only":
            return _keep_only(command, job)
        case "replace":
            return _replace(command, job)
        case "rename" | "rename_all":
            return _rename(command, job)
        case "set":
            return _set(command, job)
        case "guard" | "guard_not":
            return gates.gate(command.text, job) or branching.guard(command, job)
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
    parts = meant.new_steps(command.all("new"), job) if command.one("new") else parts_of(command.text, job)
    if command.op == "insert_before" and binding.asks_somebody(command.text) and all(step.type != "approval" for step in steps_of(parts)):
        parts = [binding.approval_by(command.text)]  # "let me check | every answer | before it goes out"
    if not parts:
        return False
    if (told := _already(parts, command, job)) is not None:
        return told
    job.outcome.sure = min(job.outcome.sure, command.sure)
    at = command.one("at")
    anchors = [node for span in command.all("at") if (node := meant.the_one(span, job)) is not None]
    where = command.op
    if where == "insert_between" and not anchors:
        anchors = meant.acting(job)[-2:]
    if where == "insert_between" and len(anchors) < 2:
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
            place = additions.guarding(("before", anchor), command.text, job.draft) if _asks(parts) else ("before", anchor)
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


def _already(parts: Sequence[Part], command: Command, job: Job) -> bool | None:
    """Where the step is there: "pull out the year as well" is one more field, "save it before the mail" another place. None where it is
    not."""
    steps = steps_of(list(parts))
    if len(steps) != 1:
        return None
    same = [node for node in meant.acting(job) if node.type == steps[0].type]
    at = meant.the_one(command.one("at"), job)
    if steps[0].type == "extract" and len(same) == 1 and at is None and isinstance(fields := steps[0].values.get("fields"), list):
        known = same[0].config.get("fields")
        more = [field for field in fields if not isinstance(known, list) or field not in known]
        job.draft.configure(same[0].id, {"fields": [*(known if isinstance(known, list) else []), *more]})
        job.outcome.done.append(f"*{same[0].label}* also looks for {', '.join(str(one['name']) for one in more if isinstance(one, dict))}")
        return True
    if at is None or command.op not in {"insert_before", "insert_after"} or len(same) != 1 or at.id == same[0].id:
        return None
    spoken_of = additions.is_there(steps[0], command.text, job.draft)
    return reorder.moved(same[0], command.op.removeprefix("insert_"), at, job) if spoken_of else None


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


def _remove(command: Command, job: Job) -> bool:
    if selected := selection.among(command.text, job):
        return edit.take_out(selected, job)
    found: list[Node] = []
    # "it need not be approved": the step is said by what it does.
    for span in command.all("target") or [Span("target", command.text, command.start, command.end)]:
        text = re.sub(r"^(?:both\s+)(?=.+\band\b)", "", span.text, flags=re.I)
        if decisions.drop_case(text, job):
            continue
        nodes = meant.nodes_of(text, job, many=meant.PLURAL.search(text) is not None)
        if len(nodes) > 1 and not meant.PLURAL.search(text):
            if one(text, job) is None and job.outcome.question:
                return True  # several fit equally: which is asked
            nodes = nodes[:1]
        found += [node for node in nodes if node not in found]
    if len(found) == 1 and found[0].type == "condition":
        return branching.unguard(replace(command, spans=command.spans or (Span("target", command.text, 0, 0),)), job)
    return bool(found) and edit.take_out(found, job)


def _keep_only(command: Command, job: Job) -> bool:
    searches = [node for node in meant.acting(job) if node.type == "knowledge_search"]
    if searches and (count := slots.top_k(command.text)):  # "only the 3 best passages"
        return _settled(assign(str(count), "passages", "", searches[-1], command.text, job.draft, job.focus), job)
    targets = command.all("target")
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
    if command.one("name") is not None and command.one("value") is None and _rename(command, job):
        return True
    said = command.all("value") or command.all("new", "name") or command.all("old")
    spans = [span.text for span in said if not pieces.function_words(span.text)] or re.findall(r"⟨[a-z]\d+⟩", command.text)[-1:]
    if not spans:
        return False
    value, field, old = spans[0], command.one("field"), command.one("old")
    if (two := _two_values(spans, command, job)) is not None:
        return two
    apart: list[str] = []
    for more in spans[1:]:  # what was read in two pieces is one value, where they stand together
        joined = re.search(rf"{re.escape(value)}\s*(?:,\s*)?(?:and\s+)?{re.escape(more)}", command.text, re.I)
        value, apart = (joined[0], apart) if joined else (value, [*apart, more])
    given_up = re.search(rf"^(.+?),?\s+(?:instead of|rather than|in place of)\s+{re.escape(value)}\W*$", command.text, re.I)
    before = old.text if old else value if given_up else ""
    target = None if _GIVEN_UP.search(command.text) else meant.the_one(command.one("target"), job)
    value = given_up[1] if given_up else value
    told = assign(value, field.text if field else "", before, target, command.text, job.draft, job.focus)
    for more in apart:
        told = [*(told or []), *(assign(more, "", "", None, more, job.draft, job.focus) or [])]
    return _settled(told, job)


def _two_values(spans: Sequence[str], command: Command, job: Job) -> bool | None:
    """ "send it to x and read from y": values far apart are each set by themselves. None where they are one value."""
    if len(spans) != 2 or command.one("target", "field", "old") is not None:
        return None
    between = command.text.partition(spans[0])[2].partition(spans[1])[0]
    if len(between.split()) < 2:
        return None
    told = [
        assign(value, "", "", None, said, job.draft, job.focus) for value, said in zip(spans, command.text.split(between, 1), strict=True)
    ]
    return _settled([line for lines in told for line in lines or ()], job)


_GIVEN_UP = re.compile(r"\b(?:instead of|rather than|in place of) (?:that|this|it|those|these)\W*$", re.I)


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
    loops = [node for node in resolve.order(job.draft.workflow) if node.type == "loop"]
    if loops and size is not None and not command.one("target", "each") and (count := slots.number(size.text)):
        return _settled(assign(size.text, "batch size", "", loops[-1], command.text, job.draft, job.focus), job) if count else False
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
    if node is None and len(places := command.all("at")) == 2:  # "the mail first, the post afterwards"
        anchor, node = (meant.the_one(place, job) for place in places)
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


_ONLY_COUNTED = re.compile(r"(?:the )?(?:first|second|third|fourth|fifth|last)", re.I)


def _pair(command: Command, job: Job) -> bool:
    spans = [*command.all("target"), *command.all("at")]
    names = [span.text for span in spans]
    if len(names) == 2 and _ONLY_COUNTED.fullmatch(names[0]):  # "swap the first and the last mail"
        names[0] = f"{names[0]} {names[1].split()[-1]}"
    nodes = [node for name in names for node in (meant.each_named(name, job) if len(names) == 1 else meant.nodes_of(name, job)[:1])]
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
