"""A run's state from its rows: its pinned workflow and its journal, and those of the run that it takes finished steps from."""

from sqlalchemy import Text, bindparam, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.reads import Read
from parley.db.session import Database
from parley.db.tables.runs import Run
from parley.engine import journal, store
from parley.engine.events import Failure
from parley.engine.plans import Plans
from parley.engine.reuse import Reuse
from parley.engine.state import RunState, apply_event
from parley.engine.store import Claimed
from parley.workflow.catalogue import Catalogue

PAGE = 2000
NOTHING_TO_TAKE_OVER = Failure(
    error="recording_gone",
    message="The run that this one takes finished steps from was deleted or cannot be read any more. Run the workflow from its start.",
)


_WORKFLOW = select(type_coerce(Run.workflow_data, Text())).where(Run.id == bindparam("run_id"))
_READ_WORKFLOW = Read(_WORKFLOW)


async def load_state(database: Database, run_id: str, last_seq: int, plans: Plans) -> RunState:
    """The run as of `last_seq` or later. Raises ValueError, LookupError, TypeError or RecordUnreadable where the record does not fit this
    version."""
    [(text,)] = await _READ_WORKFLOW.rows(database, run_id=run_id)
    state = RunState(plans.graph(text))
    while state.last_seq < last_seq:
        async with database.reading() as session:
            await _fold_page(session, run_id, state)
    return state


async def load_within(session: AsyncSession, run: Run, catalogue: Catalogue) -> RunState:
    """The same within a session of the caller's."""
    text = (await session.scalars(_WORKFLOW, {"run_id": run.id})).one()
    state = RunState(Plans(catalogue).graph(text))
    while state.last_seq < run.last_seq:
        await _fold_page(session, run.id, state)
    return state


async def load_reuse(database: Database, run: Claimed, state: RunState, plans: Plans) -> Reuse | None:
    """None for a run that begins afresh. Raises NotFound where the earlier run is gone, and what `load_state` raises."""
    if run.from_run_id is None or state.ended:
        return None
    async with database.reading() as session:
        earlier = await store.get_run(session, run.from_run_id, run.owner_id)
    recorded = await load_state(database, earlier.id, earlier.last_seq, plans)
    return Reuse(recorded, state.graph, from_node=run.from_node_id, repeat=run.effects == "repeat")


async def _fold_page(session: AsyncSession, run_id: str, state: RunState) -> None:
    page = await journal.events_after(session, run_id, state.last_seq, PAGE)
    if not page:
        raise LookupError("the journal ends before the run's last entry")
    for event in page:
        apply_event(state, event)
