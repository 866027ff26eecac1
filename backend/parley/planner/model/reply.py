"""What the reply says where the model said nothing: the changes, what was refused, and what is still open."""

from parley.planner.base import EditRejected, PlanRequest
from parley.workflow.describe import Change, describe
from parley.workflow.edits import Edit
from parley.workflow.spec import Workflow
from parley.workflow.validate import validate

SHOWN = 4


def changes_in_words(edits: list[Edit], request: PlanRequest) -> str:
    changes = describe(edits, request.workflow, request.catalogue)
    parts = [f"{sign} {_names(found)}" for sign in ("added", "changed", "removed") if (found := [c for c in changes if c.sign == sign])]
    text = "; ".join(parts) or "nothing changed"
    return f"{text[0].upper()}{text[1:]}."


def refusals_in_words(refused: list[EditRejected]) -> str:
    """One reason in full; of several, how many: each stands beside its change already."""
    reasons = list(dict.fromkeys(rejected.reason for rejected in refused))
    match reasons:
        case []:
            return ""
        case [reason]:
            return f"Part of this was refused: {reason}"
        case _:
            return f"{len(reasons)} changes were refused."


def open_fields_in_words(workflow: Workflow, request: PlanRequest) -> str:
    """ "Still open: no recipient in **Ask lead**." """
    found: list[str] = []
    for issue in validate(workflow, request.catalogue, request.surroundings):
        node = workflow.node(issue.node_id or "")
        if issue.level == "missing" and node is not None:
            found.append(f"{issue.message[:1].lower()}{issue.message[1:]} in **{node.label}**")
    return f"Still open: {', '.join(found[:SHOWN])}." if found else ""


def _names(changes: list[Change]) -> str:
    names = [f"**{change.title}**" for change in changes]
    shown = names if len(names) <= SHOWN else [*names[: SHOWN - 1], f"{len(names) - SHOWN + 1} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
