"""Cancel a run, or all runs of a chat: the wish is a flag on the row, so any process may have it and the holder sees it within a second."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.tables.runs import Run
from parley.engine import store
from parley.errors import Conflict
from parley.turns.run_parts import RunParts

ENDINGS = {"done": "It is done.", "failed": "It failed.", "cancelled": "It was cancelled."}


class RunEnded(Conflict):
    """The run is over; nothing can be done to it any more."""


async def cancel_run(parts: RunParts, owner_id: str, run_id: str) -> None:
    """Raises NotFound or RunEnded."""
    async with parts.database.transaction() as session:
        refuse_ended(await store.get_run(session, run_id, owner_id))
        await store.request_cancel(session, [run_id])
    ring_cancelled(parts, [run_id])


def refuse_ended(run: Run) -> None:
    if run.status in ENDINGS:
        raise RunEnded(f"Run {run.number} has ended already. {ENDINGS[run.status]}", {"status": run.status})


async def cancel_runs_of_chat(session: AsyncSession, chat_id: str) -> list[str]:
    """The ids of the runs to `ring_cancelled` for once the session is committed."""
    run_ids = await store.active_runs_of_chat(session, chat_id)
    await store.request_cancel(session, run_ids)
    return run_ids


def ring_cancelled(parts: RunParts, run_ids: Iterable[str]) -> None:
    for run_id in run_ids:
        parts.doorbell.ring(run_id, cancel=True)
