"""A person's decision on a step that waits for one, or is in doubt: kept beside the run, for the holder of its lease to take into the
journal."""

from typing import Literal

from parley.engine import store
from parley.engine.store import AlreadyDecided, Decided
from parley.errors import Conflict
from parley.turns.cancel_run import refuse_ended
from parley.turns.run_parts import RunParts

SAID = {"approved": "approved", "rejected": "rejected", "repeat": "repeated", "done": "called done", "elapsed": "over by time"}


class StepNotInDoubt(Conflict):
    """The step is not in doubt: not at all, or not any more."""


class StepNotWaiting(Conflict):
    """The step does not wait for anybody: not yet, or not any more."""


async def decide_step(
    parts: RunParts,
    owner_id: str,
    run_id: str,
    *,
    node_id: str,
    path: str,
    decision: Literal["approved", "rejected"],
    by: str,
    comment: str,
) -> None:
    """Raises NotFound, RunEnded, StepNotWaiting or AlreadyDecided."""
    async with parts.database.transaction() as session:
        run = await store.get_run_to_change(session, run_id, owner_id)
        step = await store.newest_attempt(session, run_id, node_id, path)
        if step is not None and step.decision is not None:
            raise AlreadyDecided(f"This was {SAID[step.decision['decision']]} already. The first decision counts.", {"node_id": node_id})
        refuse_ended(run)
        if step is None or step.status != "waiting" or not (step.wait and step.wait["for_person"]):
            raise StepNotWaiting("This step does not wait for a decision now.", {"node_id": node_id, "path": path})
        await store.add_decision(session, run_id, Decided(node_id, path, step.attempt, decision, by, comment))
    parts.doorbell.ring(run_id)


async def settle_doubt(
    parts: RunParts, owner_id: str, run_id: str, *, node_id: str, path: str, choice: Literal["repeat", "done"], by: str
) -> None:
    """Raises NotFound, RunEnded, StepNotInDoubt or AlreadyDecided."""
    async with parts.database.transaction() as session:
        run = await store.get_run_to_change(session, run_id, owner_id)
        refuse_ended(run)
        step = await store.newest_attempt(session, run_id, node_id, path)
        if step is None or step.status != "in_doubt":
            settled = step is not None and step.attempt > 1 and step.source == "live"
            again = "Somebody decided on it before. " if settled or (step is not None and step.decision is not None) else ""
            raise StepNotInDoubt(f"This step is not in doubt. {again}The run shows how it stands.", {"node_id": node_id, "path": path})
        await store.add_decision(session, run_id, Decided(node_id, path, step.attempt, choice, by, ""))
    parts.doorbell.ring(run_id)
