"""Start a run of a message's diagram, afresh or from an earlier run: check what it will reach, pin it, count it, ring for the worker."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from parley.chats import messages
from parley.chats import store as chats
from parley.db.session import db_now
from parley.db.tables.chats import Message
from parley.db.tables.runs import Run
from parley.engine import store
from parley.engine.graph import Graph, compile_graph
from parley.engine.summary import in_words
from parley.errors import Conflict, ParleyError
from parley.ids import new_id
from parley.turns.message_view import stored_workflow
from parley.turns.planning import read_surroundings
from parley.turns.rerun import Chosen, Effects, check_effects, earlier_run, inherited
from parley.turns.run_parts import RunParts
from parley.turns.start_input import choose_trigger, shape_input
from parley.workflow.spec import Workflow
from parley.workflow.storable import json_fault
from parley.workflow.validate import Issue, Surroundings, validate


class NothingToRun(ParleyError):
    """The message has no diagram, or an empty one."""

    status = 422


class StillBeingWritten(Conflict):
    """The turn that draws this diagram is still streaming."""


class FieldsMissing(ParleyError):
    """Steps that the run would reach have fields to fill in; `details.fields` lists them."""

    status = 422


class CannotRun(ParleyError):
    """Steps that the run would reach have errors; `details.issues` lists them."""

    status = 422


class BadRunInput(ParleyError):
    """The input cannot be kept: too long, too deep, or with characters that no database stores."""

    status = 422


@dataclass(frozen=True)
class Start:
    """`has_input` tells an input of null from none; without one, and without a trigger, those of `from_run` count."""

    message_id: str
    input: JsonValue = None
    has_input: bool = True
    trigger_id: str | None = None
    from_run: str | None = None
    from_node: str | None = None
    effects: Effects = "ask"


async def start_run(parts: RunParts, owner_id: str, start: Start) -> Run:
    """Raises NotFound, StillBeingWritten, NothingToRun, UnknownTrigger, RunInputMissing, BadRunInput, FieldsMissing, CannotRun, and what
    `earlier_run` and `check_effects` do."""
    fault = json_fault(start.input, parts.input_chars)
    if fault is not None:
        raise BadRunInput(f"The input {fault}. Shorten it, then run.", {"field": "input"})
    async with parts.database.transaction() as session:
        message = await messages.get_message(session, start.message_id, owner_id)
        workflow = _workflow_of(message)
        earlier = await earlier_run(session, owner_id, start.from_run, start.from_node)
        trigger_id, given = start.trigger_id, start.input
        if earlier is not None:
            trigger_id, given = inherited(earlier, workflow, start.trigger_id, start.input, has_input=start.has_input)
        trigger = choose_trigger(workflow, parts.catalogue, trigger_id)
        check_startable(workflow, parts, trigger.id if trigger else None, await read_surroundings(session, owner_id))
        shaped = shape_input(trigger, given)
        if earlier is not None:
            chosen = Chosen(workflow, trigger.id if trigger else None, shaped, start.from_node)
            await check_effects(session, parts, earlier, chosen, start.effects)
        run = Run(
            id=new_id(),
            owner_id=owner_id,
            chat_id=message.chat_id,
            message_id=message.id,
            number=await chats.next_run_number(session, message.chat_id),
            status="queued",
            trigger_id=trigger.id if trigger else None,
            input=shaped,
            input_text=in_words(shaped),
            last_seq=0,
            cancel_requested=False,
            pause_requested=False,
            paused=False,
            fence=0,
            from_run_id=start.from_run,
            from_node_id=start.from_node,
            effects=start.effects,
            created_at=await db_now(session),
        )
        await store.insert_run(session, run, message.workflow_data)
    parts.doorbell.ring(run.id)
    return run


def _workflow_of(message: Message) -> Workflow:
    if message.status == "streaming":
        raise StillBeingWritten("The reply is still being written. Run it when it is finished, or stop it first.")
    workflow = stored_workflow(message)
    if not workflow.nodes:
        raise NothingToRun("There is no diagram at this message yet. Describe what should happen first.")
    return workflow


def check_startable(workflow: Workflow, parts: RunParts, trigger_id: str | None, surroundings: Surroundings) -> None:
    """Only what the run would reach counts, and not what will fail anyway because its type cannot run yet."""
    reached = reachable(compile_graph(workflow, parts.catalogue), trigger_id)
    counted = [
        issue
        for issue in validate(workflow, parts.catalogue, surroundings)
        if issue.node_id is None or (issue.node_id in reached and _runs(workflow, parts, issue.node_id))
    ]
    errors = [issue for issue in counted if issue.level == "error"]
    if errors:
        issues: list[JsonValue] = [{"node_id": issue.node_id, "code": issue.code, "message": issue.message} for issue in errors]
        raise CannotRun(f"This diagram cannot run yet. {_listed(workflow, errors)}", {"issues": issues})
    missing = [issue for issue in counted if issue.level == "missing"]
    if missing:
        fields: list[JsonValue] = [{"node_id": issue.node_id, "field": issue.field, "message": issue.message} for issue in missing]
        raise FieldsMissing(f"Something is still to be filled in. {_listed(workflow, missing)}", {"fields": fields})


def _runs(workflow: Workflow, parts: RunParts, node_id: str) -> bool:
    node = workflow.node(node_id)
    spec = parts.catalogue.get(node.type) if node else None
    return spec is None or spec.runnable


def _listed(workflow: Workflow, issues: list[Issue]) -> str:
    labels = {node.id: node.label for node in workflow.nodes}
    named = [f"{labels[issue.node_id]}: {issue.message}" if issue.node_id in labels else issue.message for issue in issues]
    rest = f" and {len(named) - 3} more" if len(named) > 3 else ""
    return "; ".join(named[:3]) + rest + "."


def reachable(graph: Graph, trigger_id: str | None) -> set[str]:
    """What a run from this trigger may come to, loop bodies included; without a trigger, everything."""
    starts: Iterable[str] = [trigger_id] if trigger_id is not None else graph.bodies[None].entries
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        waiting += [target for _, target in graph.places[name].outs]
        body = graph.bodies.get(name)
        waiting += body.entries if body else ()
    return found
