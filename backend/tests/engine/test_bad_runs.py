"""What a run may be burdened with, and what a record may hold that nobody expects: a clear answer each time, and never a stuck run."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, update

from parley.db.session import Database
from parley.db.tables.runs import Run, RunEvent
from parley.engine import journal, store
from parley.engine.events import EVENT
from parley.engine.hub import Hub
from parley.nodes.base import StepContext, StepResult
from tests.engine.kit import Bench, ProbeConfig, bench, flow, new_worker, node, with_limits
from tests.engine.test_recovery import die, take_over


@pytest.fixture
async def desk(database: Database):
    async with bench(database) as desk:
        yield desk


@pytest.mark.parametrize(("chars", "error"), [(1_000_000, "output_too_large"), (20_000_000, "loop_too_large")])
async def test_a_loop_over_a_million_items_is_refused(database: Database, chars: int, error: str) -> None:
    async with bench(database, limits=with_limits(output_chars=chars)) as desk:
        workflow = flow("start > each", each=node("loop", items="{{ input }}"), a=node("probe", parent="each"))
        run = await desk.run(workflow, list(range(1_000_000)))
        assert (run.status, run.error["error"]) == ("failed", error)
        assert desk.probe.calls == []


async def test_loops_in_loops_end_at_the_limit_of_steps(database: Database) -> None:
    async with bench(database, limits=with_limits(run_steps=500)) as desk:
        workflow = flow(
            "start > outer",
            outer=node("loop", items="{{ input }}", concurrency=5),
            inner=node("loop", parent="outer", items="{{ input }}", concurrency=5),
            leaf=node("probe", parent="inner"),
        )
        run = await desk.run(workflow, list(range(100)))
        assert (run.status, run.error["error"]) == ("failed", "run_too_large")
        steps = await desk.steps(run.id)
        assert len(steps) < 600
        assert all(step.status != "running" for step in steps.values())


@pytest.mark.parametrize(
    "value", [datetime(2026, 1, 1, tzinfo=UTC), (1, 2), {1, 2}, b"bytes", float("nan")], ids=lambda value: type(value).__name__
)
async def test_an_output_that_is_no_plain_data_fails_its_step(desk: Bench, value: Any) -> None:
    async def odd(config: ProbeConfig, context: StepContext) -> StepResult:
        return StepResult({"inside": [value]})

    desk.probe.work["a"] = odd
    run = await desk.run(flow("start > a"))
    assert run.error is not None
    assert (run.status, run.error["error"]) == ("failed", "output_too_large")


async def test_an_output_of_ten_megabytes_is_refused(desk: Bench) -> None:
    async def large(config: ProbeConfig, context: StepContext) -> StepResult:
        return StepResult({"text": "x" * 10_000_000})

    desk.probe.work["a"] = large
    run = await desk.run(flow("start > a"))
    assert (run.status, run.error["error"]) == ("failed", "output_too_large")
    assert (run.failed_node_id, run.failed_path) == ("a", "")


@pytest.mark.parametrize(
    "template",
    ["{% for x in input %}" * 6 + "x" + "{% endfor %}" * 6, "{{ 9 ** 9 ** 9 }}", "{{ 'x' * 999999999 }}"],
    ids=["loops", "powers", "texts"],
)
async def test_an_expression_that_never_ends_fails_its_step(desk: Bench, template: str) -> None:
    run = await desk.run(flow("start > a > b", a=node("transform", fields={"x": template})), list(range(200)))
    assert run.status == "failed"
    assert (run.failed_node_id, run.error["error"]) == ("a", "expression_error")


async def test_a_type_that_was_removed_while_a_run_waited_fails_the_step_that_waits(desk: Bench) -> None:
    run_id = await desk.start(flow("start > ask", "ask >approved> a", ask=node("approval")))
    await desk.until(run_id, "waiting")
    await die(desk)
    desk.worker = new_worker(desk.database, desk.probe, Hub(), with_limits(sweep_seconds=0.1))
    object.__setattr__(desk.worker.engine, "registry", {k: v for k, v in desk.probe.registry.items() if k != "approval"})
    await desk.worker.start()
    async with desk.database.transaction() as session:
        await store.add_decision(session, run_id, store.Decided("ask", "", 1, "approved", "ada", ""))
    run = await desk.ended(run_id)
    assert (run.status, run.error["error"]) == ("failed", "not_runnable")
    assert run.error["message"] == "There is no node type “approval” any more. Replace this step."


async def test_a_type_that_was_removed_since_is_in_doubt_if_it_was_at_work(desk: Bench) -> None:
    async def hangs(config: ProbeConfig, context: StepContext) -> StepResult:
        await asyncio.sleep(60)
        raise AssertionError("unreachable")

    desk.probe.work["a"] = hangs
    run_id = await desk.start(flow("start > a > b"))
    await desk.until_running(run_id, "a")
    await die(desk)
    async with desk.database.transaction() as session:
        await session.execute(update(Run).where(Run.id == run_id).values(lease_until=None))
    desk.worker = new_worker(desk.database, desk.probe, Hub(), with_limits(sweep_seconds=0.1))
    object.__setattr__(desk.worker.engine, "registry", {k: v for k, v in desk.probe.registry.items() if k != "probe"})
    await desk.worker.start()
    await desk.until(run_id, "waiting")
    assert (await desk.steps(run_id))["a", "", 1].status == "in_doubt"


async def test_unknown_fields_of_a_newer_version_are_passed_over(desk: Bench) -> None:
    run_id = await desk.start(flow("start > ask", "ask >approved> a", ask=node("approval")))
    await desk.until(run_id, "waiting")
    async with desk.database.transaction() as session:
        for event in await journal.events_after(session, run_id, 0, 100):
            text = json.dumps({**json.loads(EVENT.dump_json(event)), "mood": "fine", "nested": {"a": [1]}})
            await session.execute(update(RunEvent).where(RunEvent.run_id == run_id, RunEvent.seq == event.seq).values(data=text))
    await die(desk)
    await take_over(desk)
    async with desk.database.transaction() as session:
        await store.add_decision(session, run_id, store.Decided("ask", "", 1, "approved", "ada", ""))
    assert (await desk.ended(run_id)).status == "done"


async def test_a_kind_of_entry_of_a_newer_version_ends_the_run_in_words_and_leaves_no_step_running(desk: Bench) -> None:
    run_id = await desk.start(flow("start > ask", "ask >approved> a", ask=node("approval")))
    run = await desk.until(run_id, "waiting")
    await die(desk)
    async with desk.database.transaction() as session:
        seq = run.last_seq + 1
        data = json.dumps({"kind": "run_dreamt", "seq": seq, "at": "2026-01-01T00:00:00Z"})
        await session.execute(insert(RunEvent).values(run_id=run_id, seq=seq, data=data))
        await session.execute(update(Run).where(Run.id == run_id).values(last_seq=seq, wake_at=run.created_at))
    await take_over(desk)
    ended = await desk.ended(run_id)
    assert (ended.status, ended.error["error"]) == ("failed", "run_unreadable")
    step = (await desk.steps(run_id))["ask", "", 1]
    assert (step.status, step.error["error"]) == ("failed", "stopped")
    async with desk.database.reading() as session:
        with pytest.raises(journal.RecordUnreadable, match="newer version"):
            await journal.events_after(session, run_id, 0, 100)
        assert [event.kind for event in await journal.events_after(session, run_id, seq, 100)] == ["step_stopped", "run_failed"]
