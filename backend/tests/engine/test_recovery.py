"""Runs outlive the worker that carries them: the journal is loaded, what is finished stays finished, and no two workers write."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select

from parley.db.session import Database, db_now
from parley.db.tables.runs import RunEvent, RunWorkflow
from parley.engine import journal, store
from parley.engine.events import Event
from parley.engine.graph import compile_graph
from parley.engine.hub import Hub
from parley.engine.scribe import Scribe
from parley.engine.state import RunState, apply_event
from parley.engine.store import Lease, LeaseLost
from parley.nodes.base import StepContext, StepResult
from parley.workflow.spec import Workflow
from tests.engine.kit import LIMITS, PROBE_CATALOGUE, Bench, ProbeConfig, bench, eventually, flow, new_worker, node, with_limits


@pytest.fixture
async def desk(database: Database):
    async with bench(database, limits=with_limits(lease_seconds=0.6, sweep_seconds=0.1)) as desk:
        yield desk


async def hangs(config: ProbeConfig, context: StepContext) -> StepResult:
    await asyncio.sleep(60)
    raise AssertionError("unreachable")


async def die(desk: Bench) -> None:
    """Drop the worker as a crash would: nothing more is recorded and the lease is left to run out."""
    desk.worker._free = _nothing  # type: ignore[method-assign]
    for runner in desk.worker._runners.values():
        runner.drain = lambda: None  # type: ignore[method-assign]
    await desk.worker.stop(0.0)


async def _nothing(lease: object) -> None:
    return None


async def take_over(desk: Bench) -> None:
    desk.worker = new_worker(desk.database, desk.probe, Hub(), with_limits(sweep_seconds=0.1))
    await desk.worker.start()


async def test_a_new_worker_finishes_what_a_dead_one_began_without_repeating_finished_steps(desk: Bench) -> None:
    desk.probe.work["c"] = hangs
    run_id = await desk.start(flow("start > a > b > c > d"))
    await desk.until_running(run_id, "c")
    await die(desk)
    del desk.probe.work["c"]
    await take_over(desk)
    run = await desk.ended(run_id)
    assert run.status == "done"
    assert [desk.probe.count(name) for name in "abcd"] == [1, 1, 2, 1]
    assert [key for key in await desk.steps(run_id) if key[0] == "c"] == [("c", "", 1)]


async def test_a_lease_is_kept_for_as_long_as_its_run_is_carried(desk: Bench) -> None:
    async def long(config: ProbeConfig, context: StepContext) -> StepResult:
        await asyncio.sleep(2.5 * desk.worker.engine.limits.lease_seconds)
        return StepResult({"text": "x"})

    desk.probe.work["a"] = long
    run = await desk.run(flow("start > a"))
    assert (run.status, run.fence, desk.probe.count("a")) == ("done", 1, 1)


async def test_a_loop_goes_on_in_the_turn_where_it_stopped(desk: Bench) -> None:
    gate = asyncio.Event()

    async def third_hangs(config: ProbeConfig, context: StepContext) -> StepResult:
        if context.path == (2,) and not gate.is_set():
            await asyncio.sleep(60)
        return StepResult({"text": config.given})

    desk.probe.work["work"] = third_hangs
    run_id = await desk.start(
        flow("start > each", each=node("loop", items=[1, 2, 3, 4], concurrency=1), work=node("probe", parent="each", given="{{ item }}"))
    )
    await eventually(lambda: _called(desk, ("work", "2", 1)))
    await die(desk)
    gate.set()
    await take_over(desk)
    run = await desk.ended(run_id)
    assert run.status == "done"
    assert [path for name, path, _ in desk.probe.calls] == ["0", "1", "2", "2", "3"]
    assert (await desk.steps(run_id))["each", "", 1].output["results"] == [{"text": n} for n in (1, 2, 3, 4)]


async def _called(desk: Bench, call: tuple[str, str, int]) -> bool:
    return call in desk.probe.calls


async def in_doubt(desk: Bench) -> str:
    """A run whose worker died while `mail` was at work, taken up by another that went on beside it as far as it could."""
    desk.probe.work["mail"] = hangs
    run_id = await desk.start(
        flow(
            "start > mail > after",
            "start > slow > beside",
            mail=node("sender"),
            after=node("probe", given="{{ mail.text }}|"),
        )
    )
    await desk.until_running(run_id, "mail")
    await die(desk)
    desk.probe.work.clear()
    await take_over(desk)
    assert (await desk.until(run_id, "waiting")).error is None
    assert desk.probe.count("mail") == 1
    return run_id


async def settle(desk: Bench, run_id: str, choice: store.Answer, attempt: int = 1) -> None:
    async with desk.database.transaction() as session:
        await store.add_decision(session, run_id, store.Decided("mail", "", attempt, choice, "ada", ""))
    desk.worker.ring(run_id)


async def test_a_step_with_side_effects_whose_worker_died_is_in_doubt_and_the_other_branches_go_on(desk: Bench) -> None:
    run_id = await in_doubt(desk)
    steps = await desk.steps(run_id)
    assert {name: step.status for (name, _, _), step in steps.items()} == {
        "start": "done", "mail": "in_doubt", "slow": "done", "beside": "done"
    }  # fmt: skip


async def test_a_step_in_doubt_is_done_again_when_a_person_says_so(desk: Bench) -> None:
    run_id = await in_doubt(desk)
    await settle(desk, run_id, "repeat")
    assert (await desk.ended(run_id)).status == "done"
    steps = await desk.steps(run_id)
    assert (steps["mail", "", 1].status, steps["mail", "", 1].decision["by"]) == ("in_doubt", "ada")
    assert steps["mail", "", 2].status == "done"
    assert [call for call in desk.probe.calls if call[0] == "mail"] == [("mail", "", 1), ("mail", "", 2)]


async def test_a_step_in_doubt_is_taken_as_done_when_a_person_says_so(desk: Bench) -> None:
    run_id = await in_doubt(desk)
    await settle(desk, run_id, "done")
    assert (await desk.ended(run_id)).status == "done"
    step = (await desk.steps(run_id))["mail", "", 1]
    assert (step.status, step.output, step.error) == ("done", {"text": None, "error": None}, None)
    assert (await desk.steps(run_id))["after", "", 1].output == {"text": "|"}
    assert desk.probe.count("mail") == 1


async def test_a_run_in_doubt_can_be_cancelled(desk: Bench) -> None:
    run_id = await in_doubt(desk)
    async with desk.database.transaction() as session:
        await store.request_cancel(session, [run_id])
    desk.worker.ring(run_id, cancel=True)
    assert (await desk.ended(run_id)).status == "cancelled"
    step = (await desk.steps(run_id))["mail", "", 1]
    assert (step.status, step.error["error"]) == ("failed", "step_in_doubt")


async def test_a_step_whose_worker_dies_again_while_it_is_repeated_is_in_doubt_again(desk: Bench) -> None:
    run_id = await in_doubt(desk)
    desk.probe.work["mail"] = hangs
    await settle(desk, run_id, "repeat")
    await eventually(lambda: _called(desk, ("mail", "", 2)))
    await die(desk)
    desk.probe.work.clear()
    await take_over(desk)
    await desk.until_step(run_id, ("mail", "", 2), "in_doubt")
    await settle(desk, run_id, "repeat", attempt=2)
    assert (await desk.ended(run_id)).status == "done"
    assert desk.probe.count("mail") == 3


async def test_a_waiting_run_survives_a_restart(desk: Bench) -> None:
    run_id = await desk.start(flow("start > ask", "ask >approved> a", ask=node("approval")))
    await desk.until(run_id, "waiting")
    await die(desk)
    await take_over(desk)
    async with desk.database.transaction() as session:
        await store.add_decision(session, run_id, store.Decided("ask", "", 1, "approved", "ada", ""))
    run = await desk.ended(run_id)
    assert run.status == "done"
    assert desk.probe.count("a") == 1


async def test_a_run_left_between_its_wait_and_its_rest_is_taken_up(desk: Bench) -> None:
    """It is recorded as waiting, its worker died before giving the lease back, and nothing else says when to wake it."""
    run_id = await desk.start(flow("start > pause > a", pause=node("delay", duration="0.5 s")))
    await desk.until(run_id, "waiting")
    await die(desk)
    async with desk.database.transaction() as session:
        run = await store.get_run(session, run_id, desk.owner_id)
        run.lease_owner, run.lease_until, run.wake_at = "dead", await db_now(session), None
    await take_over(desk)
    assert (await desk.ended(run_id)).status == "done"


async def test_stopping_in_order_lets_short_steps_finish_and_frees_the_rest_at_once(desk: Bench) -> None:
    gate = asyncio.Event()

    async def short(config: ProbeConfig, context: StepContext) -> StepResult:
        await gate.wait()
        return StepResult({"text": "x"})

    desk.probe.work["a"] = short
    desk.probe.work["slow"] = hangs
    quick = await desk.start(flow("start > a > b"))
    stuck = await desk.start(flow("start > slow"))
    await desk.until_running(quick, "a")
    await desk.until_running(stuck, "slow")
    asyncio.get_running_loop().call_later(0.05, gate.set)  # while the worker is stopping
    await desk.worker.stop(3.0)
    assert (await desk.steps(quick))["a", "", 1].status == "done"
    assert desk.probe.count("b") == 0
    assert [(await desk.row(run_id)).lease_owner for run_id in (quick, stuck)] == [None, None]
    desk.probe.work.clear()
    await take_over(desk)
    assert [(await desk.ended(run_id)).status for run_id in (quick, stuck)] == ["done", "done"]
    assert desk.probe.count("a") == 1


async def test_a_worker_whose_run_was_claimed_by_another_cannot_write(database: Database) -> None:
    async with bench(database, sweeping=False) as desk:
        run_id = await desk.queue(flow("start > a"))
        first = await store.claim(database, run_id, "first", 0.0)
        assert first is not None
        await asyncio.sleep(0.01)
        second = await store.claim(database, run_id, "second", 60.0)
        assert second is not None
        assert second.lease.fence == first.lease.fence + 1
        scribe = Scribe(RunState(compile_graph(flow("start > a"), PROBE_CATALOGUE)))
        scribe.run_started("start", None)
        with pytest.raises(LeaseLost):
            await journal.record(database, first.lease, scribe.state, scribe.take_batch())
        assert await desk.events(run_id) == []


async def test_a_worker_that_stood_still_after_its_commit_begins_no_side_effect(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    record = journal.record

    async def and_stands_still(database: Database, lease: Lease, state: RunState, events: Sequence[Event]) -> None:
        await record(database, lease, state, events)
        if any(event.kind == "step_started" and event.node_id == "mail" for event in events):
            time.sleep(1.5 * desk.worker.engine.limits.lease_seconds)  # noqa: ASYNC251 (a frozen process runs nothing else either)

    monkeypatch.setattr(journal, "record", and_stands_still)
    run_id = await desk.start(flow("start > mail", mail=node("sender")))
    await desk.until_step(run_id, ("mail", "", 1), "in_doubt")
    assert desk.probe.count("mail") == 0


async def test_two_workers_never_claim_the_same_run(database: Database) -> None:
    async with bench(database, sweeping=False) as desk:
        ids = [await desk.queue(flow("start > a")) for _ in range(10)]
        other = new_worker(database, desk.probe, Hub(), replace(LIMITS, sweep_seconds=0.1))
        for run_id in ids:
            desk.worker.ring(run_id)
            other.ring(run_id)
        for run_id in ids:
            assert (await desk.ended(run_id)).status == "done"
        assert desk.probe.count("a") == 10
        await other.stop(1.0)


async def test_a_run_whose_journal_cannot_be_read_fails_in_words(database: Database) -> None:
    async with bench(database, sweeping=False) as desk:
        run_id = await desk.queue(flow("start > a"))
        async with database.transaction() as session:
            run = await store.get_run(session, run_id, desk.owner_id)
            (await session.get_one(RunWorkflow, (desk.message_id, run.workflow_digest))).data = '{"nodes": "gone"}'
        desk.worker.ring(run_id)
        run = await desk.ended(run_id)
    assert run.error is not None
    assert run.error["error"] == "run_unreadable"
    assert run.last_seq == 1


async def test_a_journal_of_a_newer_version_is_read_past_its_unknown_fields(desk: Bench) -> None:
    run_id = await desk.start(flow("start > ask", "ask >approved> a", ask=node("approval")))
    await desk.until(run_id, "waiting")
    async with desk.database.transaction() as session:
        for row in await session.scalars(select(RunEvent).where(RunEvent.run_id == run_id)):
            row.data = json.dumps({**json.loads(row.data), "from_the_future": True})
        await store.add_decision(session, run_id, store.Decided("ask", "", 1, "approved", "ada", ""))
    desk.worker.ring(run_id)
    assert (await desk.ended(run_id)).status == "done"


async def test_what_the_rows_say_is_what_the_journal_says(desk: Bench) -> None:
    run_id = await desk.start(
        flow(
            "start > each > end",
            "ask >approved> work",
            each=node("loop", items=[1, 2]),
            ask=node("approval", parent="each"),
            work=node("probe", parent="each"),
            end=node("merge"),
        )
    )
    await desk.until(run_id, "waiting")
    async with desk.database.transaction() as session:
        for path in ("0", "1"):
            await store.add_decision(session, run_id, store.Decided("ask", path, 1, "approved", "ada", ""))
    desk.worker.ring(run_id)
    run = await desk.ended(run_id)
    async with desk.database.reading() as session:
        workflow = Workflow.model_validate(await store.pinned_workflow(session, run))
    state = RunState(compile_graph(workflow, PROBE_CATALOGUE))
    for event in await desk.events(run_id):
        apply_event(state, event)
    rows = await desk.steps(run_id)
    assert run.last_seq == state.last_seq
    assert rows.keys() == state.attempts.keys()
    for key, step in state.attempts.items():
        row = rows[key]
        assert (row.status, row.branch, row.input, row.output) == (step.status, step.branch, step.input, step.output)
        assert (row.started_at, row.finished_at) == (step.started_at, step.finished_at)
