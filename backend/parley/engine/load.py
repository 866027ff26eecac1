"""A run's state from its rows: its pinned workflow and its journal, and those of the run that it takes finished steps from."""

from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.session import Database
from parley.db.tables.runs import Run
from parley.engine import journal, store
from parley.engine.events import Failure
from parley.engine.graph import compile_graph
from parley.engine.plans import Plans
from parley.engine.reuse import Reuse
from parley.engine.state import RunState, apply_event
from parley.engine.store import Claimed
from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Workflow

PAGE = 2000
NOTHING_TO_TAKE_OVER = Failure(
    error="recording_gone",
    message="The run that this one takes finished steps from was deleted or cannot be read any more. Run the workflow from its start.",
)


async def load_state(database: Database, run_id: str, digest: str | None, last_seq: int, plans: Plans) -> RunState:
    """The run as of `last_seq` or later. Raises ValueError, LookupError, TypeError or RecordUnreadable where the record does not fit this
    version."""
    graph = plans.known(digest)
    if graph is None:
        if digest is None:
            raise LookupError("the run has no workflow")
        graph = plans.graph(digest, await store.read_workflow(database, run_id))
    state = RunState(graph)
    while state.last_seq < last_seq:
        async with database.reading() as session:
            await _fold_page(session, run_id, state)
    return state


async def load_within(session: AsyncSession, run: Run, catalogue: Catalogue) -> RunState:
    """The same within a session of the caller's."""
    workflow = Workflow.model_validate(await store.pinned_workflow(session, run))
    state = RunState(compile_graph(workflow, catalogue))
    while state.last_seq < run.last_seq:
        await _fold_page(session, run.id, state)
    return state


async def load_reuse(database: Database, run: Claimed, state: RunState, plans: Plans) -> Reuse | None:
    """None for a run that begins afresh. Raises NotFound where the earlier run is gone, and what `load_state` raises."""
    if run.from_run_id is None or state.ended:
        return None
    async with database.reading() as session:
        earlier = await store.get_run(session, run.from_run_id, run.owner_id)
    recorded = await load_state(database, earlier.id, earlier.workflow_digest, earlier.last_seq, plans)
    return Reuse(recorded, state.graph, from_node=run.from_node_id, repeat=run.effects == "repeat")


async def _fold_page(session: AsyncSession, run_id: str, state: RunState) -> None:
    page = await journal.events_after(session, run_id, state.last_seq, PAGE)
    if not page:
        raise LookupError("the journal ends before the run's last entry")
    for event in page:
        apply_event(state, event)
