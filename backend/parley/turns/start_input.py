"""What a run starts from: which trigger, and the input in the shape that the trigger gives to the steps after it."""

from datetime import UTC, datetime

from pydantic import JsonValue

from parley.errors import ParleyError
from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Node, Workflow


class UnknownTrigger(ParleyError):
    """The run was to start from a node that starts nothing."""

    status = 422


class RunInputMissing(ParleyError):
    """The trigger needs something that the input does not have; `details.field` names it."""

    status = 422


def choose_trigger(workflow: Workflow, catalogue: Catalogue, trigger_id: str | None) -> Node | None:
    """The one asked for; otherwise one that a person starts (chat, by hand) before others; None if the workflow has none."""
    triggers = [node for node in workflow.nodes if node.parent is None and node.type in catalogue and catalogue[node.type].is_trigger]
    if trigger_id is not None:
        chosen = next((node for node in triggers if node.id == trigger_id), None)
        if chosen is None:
            raise UnknownTrigger(f"This diagram has no trigger “{trigger_id}”. Leave it out, or name one of its triggers.")
        return chosen
    by_person = ("chat_trigger", "manual_trigger")
    return min(triggers, key=lambda node: node.type not in by_person, default=None)


def shape_input(trigger: Node | None, given: JsonValue) -> JsonValue:
    """Raises RunInputMissing."""
    fields = dict(given) if isinstance(given, dict) else {}
    match trigger.type if trigger else None:
        case "chat_trigger":
            message = given if isinstance(given, str) else fields.get("message")
            if not isinstance(message, str) or not message.strip():
                raise RunInputMissing("This run starts from a message. Type one, then run.", {"field": "message"})
            return {**fields, "message": message, "history": fields.get("history") or []}
        case "schedule_trigger":
            return {**fields, "fired_at": fields.get("fired_at") or datetime.now(UTC).isoformat()}
        case "webhook_trigger":
            called = "body" in fields
            body = fields.get("body") if called else given
            return {"body": body, "headers": fields.get("headers") or {}, "query": fields.get("query") or {}}
        case _:
            return given
