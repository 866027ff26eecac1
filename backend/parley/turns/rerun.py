"""Starting from an earlier run: which may be, what is taken from it unless said otherwise, and asking before effects are had again."""

from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.tables.runs import Run
from parley.engine import store
from parley.engine.graph import compile_graph
from parley.engine.journal import RecordUnreadable
from parley.engine.load import NOTHING_TO_TAKE_OVER, load_within
from parley.engine.repeats import may_execute_again
from parley.engine.state import ENDED
from parley.errors import Conflict, ParleyError
from parley.turns.run_parts import RunParts
from parley.workflow.spec import Workflow

Effects = Literal["ask", "repeat", "keep"]
NAMED = 100  # steps in doubt of repeating that an answer lists


class FromRunMissing(ParleyError):
    """A node to start from was named, but not the run whose steps stand before it."""

    status = 422


class UnknownNode(ParleyError):
    """The diagram has no such node."""

    status = 422


class RunStillGoing(Conflict):
    """The earlier run has not ended: what it will have done is not known yet."""


class RecordingGone(Conflict):
    """The earlier run's record cannot be read by this version."""


class EffectsWouldRepeat(Conflict):
    """Steps that changed something outside may do it again; `details.steps` lists them. Say "repeat" or "keep"."""


@dataclass(frozen=True)
class Chosen:
    """What is about to run."""

    workflow: Workflow
    trigger_id: str | None
    input: JsonValue
    from_node: str | None


async def earlier_run(session: AsyncSession, owner_id: str, run_id: str | None, node_id: str | None) -> Run | None:
    """Raises NotFound, FromRunMissing or RunStillGoing."""
    if run_id is None:
        if node_id is not None:
            raise FromRunMissing("To run from a step, name the run whose steps stand before it.", {"field": "from_run"})
        return None
    run = await store.get_run_to_change(session, run_id, owner_id)
    if run.status not in ENDED:
        raise RunStillGoing(f"Run {run.number} has not ended yet. Wait for it, or cancel it first.", {"status": run.status})
    return run


def inherited(
    earlier: Run, workflow: Workflow, trigger_id: str | None, given: JsonValue, *, has_input: bool
) -> tuple[str | None, JsonValue]:
    """Trigger and input: what was asked for, otherwise the earlier run's. A trigger that was removed since is chosen anew."""
    still_there = earlier.trigger_id if any(node.id == earlier.trigger_id for node in workflow.nodes) else None
    return trigger_id or still_there, given if has_input else earlier.input


async def check_effects(session: AsyncSession, parts: RunParts, earlier: Run, chosen: Chosen, effects: Effects) -> None:
    """Raises UnknownNode, RecordingGone or EffectsWouldRepeat."""
    if chosen.from_node is not None and chosen.workflow.node(chosen.from_node) is None:
        raise UnknownNode(f"This diagram has no step “{chosen.from_node}” to run from.", {"field": "from_node"})
    try:
        recorded = await load_within(session, earlier, parts.catalogue)
    except (ValueError, LookupError, TypeError, RecordUnreadable):
        raise RecordingGone(NOTHING_TO_TAKE_OVER.message, {"run_id": earlier.id}) from None
    if effects != "ask":
        return
    graph = compile_graph(chosen.workflow, parts.catalogue)
    found = may_execute_again(recorded, graph, chosen.input, chosen.trigger_id, chosen.from_node)
    if found:
        labels = {node.id: node.label for node in chosen.workflow.nodes}
        steps: list[JsonValue] = [{"node_id": step.node_id, "path": step.path, "label": labels[step.node_id]} for step in found[:NAMED]]
        names = list(dict.fromkeys(labels[step.node_id] for step in found))
        listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        words = f"This may do again what was done already: {listed}. Repeat it, or keep what it gave then."
        raise EffectsWouldRepeat(words, {"steps": steps, "count": len(found)})
