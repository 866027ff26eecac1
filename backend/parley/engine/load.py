"""A run's state from its rows: its pinned workflow and its journal, and those of the run that it takes finished steps from."""

from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.session import Database
from parley.db.tables.runs import Run
from parley.engine import journal, store
from parley.engine.events import Failure
from parley.engine.graph import compile_graph
from parley.engine.reuse import Reuse
from parley.engine.state import RunState, apply_event
from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Workflow

PAGE = 2000
NOTHING_TO_TAKE_OVER = Failure(
    error="recording_gone",
    message="The run that this one takes finished steps from was deleted or cannot be read any more. Run the workflow from its start.",
)


async def load_state(database: Database, run: Run, catalogue: Catalogue) -> RunState:
    """Raises ValueError, LookupError or TypeError where the record does not fit this version."""
    state = _empty(run, catalogue)
    while True:
        async with database.reading() as session:
            if await _fold_page(session, run, state):
                return state


async def load_within(session: AsyncSession, run: Run, catalogue: Catalogue) -> RunState:
    """The same within a session of the caller's."""
    state = _empty(run, catalogue)
    while not await _fold_page(session, run, state):
        pass
    return state


async def load_reuse(database: Database, run: Run, state: RunState, catalogue: Catalogue) -> Reuse | None:
    """None for a run that begins afresh. Raises NotFound where the earlier run is gone, and what `load_state` raises."""
    if run.from_run_id is None or state.ended:
        return None
    async with database.reading() as session:
        earlier = await store.get_run(session, run.from_run_id, run.owner_id)
    recorded = await load_state(database, earlier, catalogue)
    return Reuse(recorded, state.graph, from_node=run.from_node_id, repeat=run.effects == "repeat")


def _empty(run: Run, catalogue: Catalogue) -> RunState:
    return RunState(compile_graph(Workflow.model_validate(run.workflow_data), catalogue))


async def _fold_page(session: AsyncSession, run: Run, state: RunState) -> bool:
    """Whether that was the last page."""
    page = await journal.events_after(session, run.id, state.last_seq, PAGE)
    for event in page:
        apply_event(state, event)
    return len(page) < PAGE
