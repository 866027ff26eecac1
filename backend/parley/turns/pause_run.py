"""Pause a run and let it go on: the wish is a flag on the row, the holder of its lease enters it into the journal."""

from parley.engine import store
from parley.errors import Conflict
from parley.turns.cancel_run import refuse_ended
from parley.turns.run_parts import RunParts


class RunNotPaused(Conflict):
    """There is nothing to resume: the run was not paused."""


async def pause_run(parts: RunParts, owner_id: str, run_id: str) -> None:
    """Nothing more begins, what is under way finishes; pausing again changes nothing. Raises NotFound or RunEnded."""
    async with parts.database.transaction() as session:
        refuse_ended(await store.get_run_to_change(session, run_id, owner_id))
        await store.request_pause(session, run_id, wanted=True)
    parts.doorbell.ring(run_id, pause=True)


async def resume_run(parts: RunParts, owner_id: str, run_id: str) -> None:
    """Raises NotFound, RunEnded or RunNotPaused."""
    async with parts.database.transaction() as session:
        run = await store.get_run_to_change(session, run_id, owner_id)
        refuse_ended(run)
        if not run.pause_requested:
            raise RunNotPaused(f"Run {run.number} is not paused. To settle a step in doubt, name the step.", {"status": run.status})
        await store.request_pause(session, run_id, wanted=False)
    parts.doorbell.ring(run_id, pause=False)
