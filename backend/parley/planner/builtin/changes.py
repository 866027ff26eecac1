"""The commands of a change, as the tagger read them, performed on the draft: which steps are meant, what becomes of them, told in words."""

import re
from collections.abc import Sequence
from dataclasses import replace

from parley.planner.builtin import (
    additions,
    conditions,
    decisions,
    edit,
    gates,
    items,
    places,
    reorder,
    resolve,
    selection,
    slots,
    surgery,
    triggers,
    typed,
    wires,
)
from parley.planner.builtin.assign import assign
from parley.planner.builtin.choices import matching_label, outcome_handle
from parley.planner.builtin.job import Job, names
from parley.planner.builtin.labels import fit
from parley.planner.builtin.mentions import find_verbs
from parley.planner.builtin.outline import bare_condition
from parley.planner.builtin.plan import Choice, Part, Step, is_step, steps_of
from parley.planner.builtin.tagger.read import Command, Span
from parley.workflow.edits import NodeChange, UpdateNode
from parley.workflow.spec import Node

_ENDS_THERE = frozenset({"email", "slack_message", "db_write", "knowledge_add", "webhook_response", "output", "http_request"})
_PLURAL = re.compile(r"\b(?:all|both|every|any|those|these|parts?|steps|mails|e-?mails|messages|posts|\w+s)\b", re.I)
_LEAD = re.compile(
    r"^(?:(?:right|just|directly|immediately|straight|shortly|only|not)\s+)?(?:(?:before|after|behind|once|when|"
    r"between|following|ahead of|in front of|prior to|beside|next to|alongside|until|parallel to|with|and|from|to|"
    r"as soon as)\s+)+",
    re.I,
)


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
            return _guard(command, job)
        case "branch":
            return _branch(command, job)
        case "unguard":
            return _unguard(command, job)
        case "add_case":
            return _add_case(command, job)
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


_COUNTED = re.compile(
    r"(?:both|all|the two|the other two|everything|all (?:of )?(?:it|them))(?: of)?(?: (?:the|these|those|them|it|"
    r"other|two))*(?: (?:steps|nodes|ones|boxes))?"
    r"|(?:these|those)(?: two)?(?: (?:steps|nodes|ones|boxes))?",
    re.I,
)


def _nodes(text: str, job: Job, many: bool = False) -> list[Node]:
    """The steps meant, by whatever they are called: a step's place in the flow, its name, its kind, what it does or whom it reaches."""
    said = _LEAD.sub("", text.strip(" ,.")) or text
    if counted := _COUNTED.fullmatch(said):
        acting = [node for node in _acting(job) if node.type != "output"]
        return acting[-2:] if re.search(r"both|two", counted[0], re.I) else acting
    found = resolve.find(said, job.draft.workflow, job.draft.reading, job.focus, plural=many)
    if not found.nodes or (found.unsure and not many):
        other = resolve.anchor(said, job.draft.workflow, job.draft.reading, job.focus)
        found = other if other.nodes else found
    return list(found.nodes)


def _named(text: str, job: Job) -> list[Node]:
    """As `_nodes`, and "the fetch and the sending" are two."""
    pieces = re.split(r"\s*,\s*|\s+and\s+", text)
    found = [_nodes(piece, job)[:1] for piece in pieces] if len(pieces) > 1 else []
    if found and all(found):
        return [node for nodes in found for node in nodes]
    return _nodes(text, job, many=_PLURAL.search(text) is not None)


def _one(span: Span | None, job: Job) -> Node | None:
    if span is None:
        return None
    found = _nodes(span.text, job)
    focused = next((node for node in found if node.id == job.focus), None)
    return focused or (found[0] if found else None)


def _steps(spans: Sequence[Span], job: Job) -> list[Part]:
    webhook = any(node.type == "webhook_trigger" for node in job.draft.workflow.nodes)
    made: list[Part] = []
    for span in spans:
        if span.types[:1] == ("llm",) and len(span.types) == 1 and len(spans) > 1 and len(find_verbs(span.text)) == 0:
            continue  # "the finished text should land in #x": a text that is there
        made += typed.parts(span.text, span.types, job.draft.reading, job.collections, webhook, True)
    return made


def _acting(job: Job) -> list[Node]:
    return [node for node in resolve.order(job.draft.workflow) if not job.draft.catalogue[node.type].is_trigger]


def _insert(command: Command, job: Job) -> bool:
    parts = _steps(command.all("new"), job)
    if not parts:
        return False
    job.outcome.sure = min(job.outcome.sure, command.sure)
    at = command.one("at")
    anchors = [node for span in command.all("at") if (node := _one(span, job)) is not None]
    where = command.op
    if where == "insert_between" and len(anchors) < 2:
        pair = _acting(job)[-2:]
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
    told = f" {where.removeprefix('insert_')} *{anchors[0].label}*" if at is not None and anchors and where != "insert_first" else ""
    job.outcome.done.append(f"Added {names(parts)}{told.replace(' parallel ', ' beside ')}")
    return True


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
        nodes = selection.nodes(text, job) or _nodes(text, job, many=_PLURAL.search(text) is not None)
        if len(nodes) > 1 and not _PLURAL.search(text):
            if edit.one(text, job) is None and job.outcome.question:
                return True  # several fit equally: which is asked
            nodes = nodes[:1]
        found += [node for node in nodes if node not in found]
    if not found:
        return False
    return edit.take_out(found, job)


def _keep_only(targets: Sequence[Span], job: Job) -> bool:
    kept = [node for span in targets for node in _nodes(span.text, job, many=True)]
    if not kept:
        return False
    ids = {node.id for node in kept} | {node.parent for node in kept if node.parent}
    return edit.take_out([node for node in _acting(job) if node.id not in ids and node.type != "output"], job)


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
    parts = _steps(command.all("new"), job)
    node = _one(target, job)
    if not parts or node is None or job.draft.catalogue[node.type].is_trigger:
        return False
    step = steps_of(parts)[0]
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
    node = _one(target, job) if target is not None else job.draft.workflow.node(job.focus or "")
    if node is None:
        return False
    job.draft.do(UpdateNode(id=node.id, set=NodeChange(label=said[:120])))
    job.outcome.done.append(f"*{node.label}* is now called *{said}*")
    return True


_MENTIONED_KIND = re.compile(r"\s+(?:e-?mails?|mails?|messages?|letters?|requests?|questions?|orders?|tickets?|ones|cases?)$", re.I)


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
    target = _one(command.one("target"), job)
    value = given_up[1] if given_up else value
    done = assign(value, field.text if field else "", before, target, command.text, job.draft, job.focus)
    job.outcome.done += done or []
    return bool(done)


def _condition(text: str, job: Job, negated: bool = False) -> Choice:
    condition = conditions.parse(bare_condition(text), job.draft.reading)
    if negated:
        condition = conditions.unless(condition)
    return Choice(Step("condition", conditions.label(condition), text, {}), {}, condition=condition)


def _guard(command: Command, job: Job) -> bool:
    cond = command.one("cond")
    if cond is None:
        return False
    targets = [node for span in command.all("target") for node in _nodes(span.text, job, many=_PLURAL.search(span.text) is not None)[:4]]
    if not targets and (acting := decisions.acting_step(job.draft)) is not None:
        targets = [acting]
    targets = [node for node in targets if not job.draft.catalogue[node.type].is_trigger]
    if not targets:
        return False
    negated = bool(re.search(r"\bunless\b", command.text[: command.text.find(cond.text)], re.I)) and command.op == "guard"
    runs = (command.op == "guard") != negated
    if not gates.put(_condition(cond.text, job), runs, targets, job):
        return False
    if otherwise := _steps(command.all("else_new"), job):
        condition = next(node for node in resolve.order(job.draft.workflow) if node.id in job.draft.made and node.type == "condition")
        surgery.append(otherwise, [(condition.id, "false" if runs else "true")], job.draft, condition.parent)
        job.outcome.done.append(f"if not, {names(otherwise)} follows")
    return True


def _branch(command: Command, job: Job) -> bool:
    cond = command.one("cond", "case")
    then, otherwise = _steps(command.all("new"), job), _steps(command.all("else_new"), job)
    if cond is None and otherwise and not then:
        return _on_free_way(otherwise, job)
    if cond is None and (said := _IF.search(command.text)):
        cond = Span("cond", said[1], 0, 0)
    if cond is None:
        return False
    if (then or otherwise) and _on_outcome(cond, then, otherwise, job):
        return True
    choice = _condition(cond.text, job)
    after, there, other = _one(command.one("at"), job), _one(command.one("target"), job), _one(command.one("else_target"), job)
    there, then = (there, then) if there else _known(then, job)
    other, otherwise = (other, otherwise) if other else _known(otherwise, job)
    if there is not None and other is not None and there.id == other.id:
        other = None
    if there is not None and other is not None and not then and not otherwise:
        order = [node.id for node in resolve.order(job.draft.workflow)]
        first = min((there, other), key=lambda node: order.index(node.id))
        tails = (
            [(after.id, None)]
            if after is not None
            else [(edge.source, edge.source_handle) for edge in job.draft.workflow.edges_into(first.id)]
        )
        surgery.divide(choice, there, other, tails, job.draft)
        job.outcome.done.append(f"*{choice.step.label}* now leads to *{there.label}*, otherwise to *{other.label}*")
        return True
    if there is not None and not then:
        choice.lanes = {"false": otherwise} if otherwise else {}
        return _ask_before(choice, "true", there, job)
    if then and (other is not None or (_as_now(command) and (other := decisions.acting_step(job.draft)) is not None)):
        if all(step.type not in _ENDS_THERE for step in steps_of(then)[-1:]):
            choice.lanes = {"true": then}
            surgery.insert_before([choice], other, job.draft)
            job.outcome.done.append(f"If *{choice.step.label.rstrip('?')}*, {names(then)} comes before *{other.label}*")
            return True
        choice.lanes = {"true": then}
        return _ask_before(choice, "false", other, job)
    if not then and not otherwise:
        return False
    choice.lanes = {handle: lane for handle, lane in (("true", then), ("false", otherwise)) if lane}
    if after is not None and not job.draft.workflow.edges_from(after.id):
        surgery.append([choice], [(after.id, None)], job.draft, after.parent)
    elif after is not None:
        surgery.insert_after([choice], after, job.draft)
    else:
        additions.put_at_end([choice], command.text, job.draft)
    job.outcome.done.append(f"Added *{choice.step.label}* with {names([*then, *otherwise])}")
    return True


_IF = re.compile(r"\b(?:if|when|whenever|in case|should)\s+([^,:]{3,80}?)\s*(?:[,:]|$)", re.I)


def _known(parts: list[Part], job: Job) -> tuple[Node | None, list[Part]]:
    """ "large ones go to the boss": a step that is there already, told again."""
    steps = steps_of(parts)
    if len(steps) == 1 and additions.is_there(steps[0], steps[0].said, job.draft):
        same = [node for node in _acting(job) if node.type == steps[0].type]
        if len(same) == 1:
            return same[0], []
    return None, parts


def _as_now(command: Command) -> bool:
    return bool(decisions.AS_NOW.search(command.text)) or command.one("else_target") is not None


def _ask_before(choice: Choice, handle: str, target: Node, job: Job) -> bool:
    gates.before(choice, handle, [target], job.draft)
    asked = choice.step.label.rstrip("?")
    job.outcome.done.append(
        f"*{target.label}* now only runs if *{asked}*" if handle == "true" else f"*{target.label}* no longer runs if *{asked}*"
    )
    return True


def _on_outcome(cond: Span, then: list[Part], otherwise: list[Part], job: Job) -> bool:
    """The words name a way out of a decision that is there: "if she says no", "complaints"."""
    said = bare_condition(cond.text)
    for node in reversed(resolve.order(job.draft.workflow)):
        ways = job.draft.branches(node.id)
        handle = outcome_handle(said, node.type, ways)
        if handle is None:
            continue
        for way, parts in ((handle, then), (next((other for other in ways if other != handle), handle), otherwise)):
            if parts:
                surgery.append(parts, [(node.id, way)], job.draft, node.parent)
                job.outcome.done.append(f"On {way}, {names(parts)} follows *{node.label}*")
        return True
    return False


def _on_free_way(parts: list[Part], job: Job) -> bool:
    for node in reversed(resolve.order(job.draft.workflow)):
        handle = {"condition": "false", "approval": "rejected"}.get(node.type)
        if handle is None or any(edge.source_handle == handle for edge in job.draft.workflow.edges_from(node.id)):
            continue
        surgery.append(parts, [(node.id, handle)], job.draft, node.parent)
        job.outcome.done.append(f"If not, {names(parts)} follows *{node.label}*")
        return True
    return False


def _unguard(command: Command, job: Job) -> bool:
    decided = [node for node in resolve.order(job.draft.workflow) if node.type in {"condition", "switch", "approval", "classify"}]
    named = [node for span in command.all("target", "cond") for node in _nodes(span.text, job, many=True) if node in decided]
    node = (named or [other for other in decided if other.type == "condition"] or decided or [None])[-1]
    if node is None:
        return False
    surgery.dissolve(node, job.draft)
    job.outcome.done.append(f"*{node.label}* is gone; what it led to always runs")
    return True


def _add_case(command: Command, job: Job) -> bool:
    case, parts = command.one("case"), _steps(command.all("new"), job)
    sorters = [node for node in resolve.order(job.draft.workflow) if node.type in {"classify", "switch"}]
    if case is None:
        return False
    if not sorters:
        return bool(parts) and _branch(
            replace(command, spans=tuple(replace(span, name="cond") if span is case else span for span in command.spans)), job
        )
    node = next((other for span in command.all("at", "target") for other in _nodes(span.text, job) if other in sorters), sorters[-1])
    name = re.sub(r"^(?:an?|the|for)\s+", "", slots.plain(case.text, job.draft.reading), flags=re.I).strip("'\"")
    name = matching_label(_MENTIONED_KIND.sub("", name), list(job.draft.branches(node.id))) or name
    if name.lower() not in {way.lower() for way in job.draft.branches(node.id)}:
        decisions.add_case(node, name, job.draft)
    if parts:
        way = next(way for way in job.draft.branches(node.id) if way.lower() == name.lower())
        surgery.append(parts, [(node.id, way)], job.draft, node.parent)
    job.outcome.done.append(f"*{node.label}* has a new case, {name}" + (f", that leads to {names(parts)}" if parts else ""))
    return True


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
    nodes = [node for span in command.all("target") for node in _named(span.text, job)]
    nodes = [node for node in _distinct(nodes) if not job.draft.catalogue[node.type].is_trigger and node.type not in {"loop", "output"}]
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
    named = [node for span in command.all("target") for node in _nodes(span.text, job) if node in body]
    if len(named) == 1 and len(body) > 1 and surgery.take_outside(named[0], loops[-1], job.draft):
        job.outcome.done.append(f"*{named[0].label}* now runs once, when *{loops[-1].label}* is through")
        return True
    surgery.unwrap(loops[-1], job.draft)
    job.outcome.done.append(f"*{loops[-1].label}* is gone; its steps run once")
    return True


def _move(command: Command, job: Job) -> bool:
    node, anchor = _one(command.one("target"), job), _one(command.one("at"), job)
    if node is None:
        return False
    others = [other for other in _acting(job) if other.parent == node.parent and other.id != node.id]
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
    nodes = [node for span in spans for node in (_named(span.text, job) if len(spans) == 1 else _nodes(span.text, job)[:1])]
    nodes = _distinct(nodes)
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


def _distinct(nodes: Sequence[Node]) -> list[Node]:
    return list({node.id: node for node in nodes}.values())
