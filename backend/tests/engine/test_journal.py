"""What is recorded is what happened: on every database the rows of a run are the fold of its journal, however its entries were batched."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from parley.db.session import Database
from parley.db.tables.runs import RunEvent
from parley.engine import journal, store
from parley.engine.plans import MOST_CHARS, Plans
from parley.engine.state import StepState
from parley.nodes.base import StepContext, StepResult
from parley.nodes.registry import CATALOGUE
from parley.workflow.spec import Workflow
from tests.engine.kit import Bench, bench, eventually, flow, node
from tests.engine.simulate import Simulation, fold
from tests.engine.test_laws import Drawn, joins_hold
from tests.workflow.strategies import valid_workflows


@pytest.fixture
async def desk(database: Database):
    async with bench(database, sweeping=False) as desk:
        yield desk


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(workflow=valid_workflows(), data=st.data())
async def test_the_rows_are_the_fold_of_the_journal_after_every_batch(desk: Bench, workflow: Workflow, data: Any) -> None:
    run_id = await desk.queue(workflow)
    claimed = await store.claim(desk.database, run_id, "me", 600.0)
    assert claimed is not None
    run = Simulation(workflow, Drawn(data))
    run.begin()
    while not run.state.ended:
        run.decide(joins_hold)
        if run.state.ended or data.draw(st.integers(0, 3)) == 0:
            await journal.record(desk.database, claimed.lease, run.state, run.scribe.take_batch())
            await same_as_its_journal(desk, run, run_id)
        if not run.state.ended:
            run.happen()


async def same_as_its_journal(desk: Bench, run: Simulation, run_id: str) -> None:
    row, rows = await desk.row(run_id), await desk.steps(run_id)
    state = fold(run.graph, await desk.events(run_id))
    assert state.last_seq == run.state.last_seq
    seen = (row.status, row.last_seq, row.paused, row.trigger_id, row.started_at, row.finished_at)
    assert seen == (state.run_status, state.last_seq, state.paused, state.trigger_id, state.started_at, state.finished_at)
    assert row.output == plain(state.output)
    assert row.error == plain(state.error)
    assert {key: shown(step) for key, step in rows.items()} == {key: shown(step) for key, step in state.attempts.items()}


def plain(value: Any) -> Any:
    """As it stands in a row: of a decision only what a person said."""
    told = {"decision", "by", "comment"} if hasattr(value, "decision") else None
    return value.model_dump(mode="json", include=told) if hasattr(value, "model_dump") else value


def shown(step: Any) -> dict[str, Any]:
    return {name: plain(getattr(step, name)) for name in StepState.__slots__}


async def test_the_text_in_the_journal_is_the_text_that_is_sent(desk: Bench) -> None:
    run_id = await desk.start(flow("start > a", a=node("probe", given="für\n“dich” \U0001f30d")))
    await desk.ended(run_id)
    async with desk.database.reading() as session:
        texts = list(await session.scalars(select(RunEvent.data).where(RunEvent.run_id == run_id).order_by(RunEvent.seq)))
    assert texts == [event.text for event in await desk.events(run_id)]


async def test_steps_that_only_compute_share_the_record_of_one_tick_and_let_others_in_between(desk: Bench) -> None:
    body = {f"s{index}": node("transform", parent="each", fields={"n": "{{ item }}"}) for index in range(2)}
    batches = _batches(desk)
    few = await desk.run(
        flow("start > a > b > c", a=node("transform", fields={}), b=node("condition", expression="1"), c=node("transform"))
    )
    assert few.error is not None  # the last one's fields are missing, which is a failure as anywhere else
    assert [len(batch) for batch in batches] == [few.last_seq]
    batches.clear()
    many = await desk.run(flow("start > each", "s0 > s1", each=node("loop", items=list(range(200)), concurrency=20), **body))
    assert many.status == "done"
    assert many.output["value"]["results"][199] == {"n": 199}
    assert len(batches) > 2


async def test_a_step_that_ends_at_once_is_recorded_with_its_end_and_one_with_side_effects_before_it_begins(desk: Bench) -> None:
    batches = _batches(desk)
    run = await desk.run(flow("start > a > send > b", send=node("sender")))
    assert run.status == "done"
    assert batches == [
        ["run_started", "step_started", "step_done", "step_started", "step_done"],
        ["step_started"],
        ["step_done", "step_started", "step_done", "run_done"],
    ]


async def test_a_runner_cut_off_while_steps_end_at_once_records_what_had_happened(desk: Bench) -> None:
    async def cut_off(config: object, context: StepContext) -> StepResult:
        desk.worker._tasks[context.run_id].cancel()  # type: ignore[reportPrivateUsage]  # as when its lease is lost
        return StepResult({})

    desk.probe.work["a"] = cut_off
    run_id = await desk.start(flow("start > a"))
    await eventually(lambda: _let_go(desk, run_id))
    assert [event.kind for event in await desk.events(run_id)] == ["run_started", "step_started", "step_done", "step_started"]


async def _let_go(desk: Bench, run_id: str) -> bool:
    return not desk.worker.holds(run_id)


def _batches(desk: Bench) -> list[list[str]]:
    """The kinds of entries that are recorded together from now on."""
    batches: list[list[str]] = []
    publish = desk.hub.publish

    def noted(run_id: str, events: Any) -> None:
        batches.append([event.kind for event in events])
        publish(run_id, events)

    desk.hub.publish = noted  # type: ignore[method-assign]
    return batches


def test_plans_are_kept_by_their_digest_and_no_more_than_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [flow("start > a", a=node("transform", fields={"n": "x" * size})).model_dump_json() for size in (10, 20)]
    plans = Plans(CATALOGUE)
    first = plans.graph("a", texts[0])
    assert plans.known("a") is first
    assert plans.known("b") is None
    assert plans.known(None) is None
    assert len(texts[0]) + len(texts[1]) < MOST_CHARS
    monkeypatch.setattr("parley.engine.plans.MOST_CHARS", len(texts[1]) + 5)
    plans.graph("b", texts[1])
    assert plans.known("a") is None
    with pytest.raises(ValueError, match="Invalid JSON"):
        plans.graph("c", "{")
