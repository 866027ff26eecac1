"""Decisions changed by talking: steps that only run if something holds, other ways out, outcomes that get steps of their own, cases."""

import re
from dataclasses import replace

from parley.planner.builtin import additions, binding, conditions, decisions, gates, meant, resolve, slots, surgery
from parley.planner.builtin.choices import matching_label, outcome_handle
from parley.planner.builtin.job import Job, names
from parley.planner.builtin.outline import bare_condition
from parley.planner.builtin.plan import Choice, Part, Step, steps_of
from parley.planner.builtin.tagger.read import Command, Span
from parley.workflow.spec import Node

_ENDS_THERE = frozenset({"email", "slack_message", "db_write", "knowledge_add", "webhook_response", "output", "http_request"})
_MENTIONED_KIND = re.compile(r"\s+(?:e-?mails?|mails?|messages?|letters?|requests?|questions?|orders?|tickets?|ones|cases?)$", re.I)


def _condition(text: str, job: Job, negated: bool = False) -> Choice:
    condition = conditions.parse(bare_condition(text), job.draft.reading)
    if negated:
        condition = conditions.unless(condition)
    return Choice(Step("condition", conditions.label(condition), text, {}), {}, condition=condition)


def guard(command: Command, job: Job) -> bool:
    cond = command.one("cond")
    if cond is None:
        return False
    targets = [
        node
        for span in command.all("target")
        for node in meant.nodes_of(span.text, job, many=meant.PLURAL.search(span.text) is not None)[:4]
    ]
    if not targets and (acting := decisions.acting_step(job.draft)) is not None:
        targets = [acting]
    targets = [node for node in targets if not job.draft.catalogue[node.type].is_trigger]
    if not targets:
        return False
    if _ASSENT.fullmatch(cond.text.strip(" ,.")):  # "never mail it without permission"
        surgery.insert_before([binding.approval_by(cond.text)], targets[0], job.draft)
        job.outcome.done.append(f"*{targets[0].label}* now waits for an approval")
        return True
    negated = bool(re.search(r"\bunless\b", command.text[: command.text.find(cond.text)], re.I)) and command.op == "guard"
    runs = (command.op == "guard") != negated
    if not gates.put(_condition(cond.text, job), runs, targets, job):
        return False
    if otherwise := meant.new_steps(command.all("else_new"), job):
        condition = next(node for node in resolve.order(job.draft.workflow) if node.id in job.draft.made and node.type == "condition")
        surgery.append(otherwise, [(condition.id, "false" if runs else "true")], job.draft, condition.parent)
        job.outcome.done.append(f"if not, {names(otherwise)} follows")
    return True


_ASSENT = re.compile(r"(?:an? |the |my |our )?(?:permission|approval|consent|sign-?off|go-ahead|ok(?:ay)?|blessing)\b(?:\s\w+){0,4}", re.I)


def branch(command: Command, job: Job) -> bool:
    cond = command.one("cond", "case")
    then, otherwise = meant.new_steps(command.all("new"), job), meant.new_steps(command.all("else_new"), job)
    if cond is None and otherwise and not then:
        return _on_free_way(otherwise, job)
    if cond is None and (said := _IF.search(command.text)):
        cond = Span("cond", said[1], 0, 0)
    if cond is None:
        return False
    if (then or otherwise) and _on_outcome(cond, then, otherwise, job):
        return True
    choice = _condition(cond.text, job)
    after, there, other = (
        meant.the_one(command.one("at"), job),
        meant.the_one(command.one("target"), job),
        meant.the_one(command.one("else_target"), job),
    )
    if there is not None and then and re.search(r"\b(?:instead of|rather than)\b", command.text, re.I):
        there, other = None, there  # "mail it instead of posting it"
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
        same = [node for node in meant.acting(job) if node.type == steps[0].type]
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


def unguard(command: Command, job: Job) -> bool:
    decided = [node for node in resolve.order(job.draft.workflow) if node.type in {"condition", "switch", "approval", "classify"}]
    named = [node for span in command.all("target", "cond") for node in meant.nodes_of(span.text, job, many=True) if node in decided]
    node = (named or [other for other in decided if other.type == "condition"] or decided or [None])[-1]
    if node is None:
        return False
    surgery.dissolve(node, job.draft)
    job.outcome.done.append(f"*{node.label}* is gone; what it led to always runs")
    return True


def add_case(command: Command, job: Job) -> bool:
    case, parts = command.one("case", "cond"), meant.new_steps(command.all("new"), job)
    sorters = [node for node in resolve.order(job.draft.workflow) if node.type in {"classify", "switch"}]
    if case is None:
        return False
    if not sorters:
        return bool(parts) and branch(
            replace(command, spans=tuple(replace(span, name="cond") if span is case else span for span in command.spans)), job
        )
    node = next(
        (other for span in command.all("at", "target") for other in meant.nodes_of(span.text, job) if other in sorters), sorters[-1]
    )
    name = re.sub(r"^(?:an?|the|for)\s+", "", slots.plain(case.text, job.draft.reading), flags=re.I).strip("'\"")
    name = matching_label(_MENTIONED_KIND.sub("", name), list(job.draft.branches(node.id))) or name
    if name.lower() not in {way.lower() for way in job.draft.branches(node.id)}:
        decisions.add_case(node, name, job.draft)
    if parts:
        way = next(way for way in job.draft.branches(node.id) if way.lower() == name.lower())
        surgery.append(parts, [(node.id, way)], job.draft, node.parent)
    job.outcome.done.append(f"*{node.label}* has a new case, {name}" + (f", that leads to {names(parts)}" if parts else ""))
    return True
