"""Steps that begin together share a task until one of them waits; from then on each is alone in its own."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import cast

import pytest

from parley.db.session import Database
from parley.nodes.base import StepContext, StepResult
from tests.engine.kit import Bench, ProbeConfig, bench, flow, node

WIDE = [f"start > {name} > end" for name in "abc"]


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Bench]:
    async with bench(database) as desk:
        yield desk


def _note_tasks(desk: Bench, *names: str, waiting: str = "") -> dict[str, asyncio.Task[None]]:
    """Which task each of these steps begins in; those named in `waiting` wait for a moment."""
    tasks: dict[str, asyncio.Task[None]] = {}

    async def work(config: ProbeConfig, context: StepContext) -> StepResult:
        tasks[context.node_id] = cast("asyncio.Task[None]", asyncio.current_task())
        if context.node_id in waiting:
            await asyncio.sleep(0.01)
            assert asyncio.current_task() is tasks[context.node_id]
        return StepResult({"text": context.node_id})

    desk.probe.work.update(dict.fromkeys(names, work))
    return tasks


@pytest.mark.one_database
async def test_steps_that_end_at_once_share_a_task(desk: Bench) -> None:
    tasks = _note_tasks(desk, "a", "b", "c")
    assert (await desk.run(flow(*WIDE, end=node("merge")))).status == "done"
    assert len(set(map(id, tasks.values()))) == 1


@pytest.mark.one_database
async def test_one_that_waits_keeps_its_task_and_the_others_begin_without_it(desk: Bench) -> None:
    tasks = _note_tasks(desk, "a", "b", "c", waiting="ab")
    first = await desk.run(flow(*WIDE, end=node("merge")))
    assert first.status == "done"
    assert len(set(map(id, tasks.values()))) == 3
    steps = await desk.steps(first.id)
    ended = {name: cast(datetime, steps[name, "", 1].finished_at) for name in "abc"}
    assert ended["c"] < min(ended["a"], ended["b"])
    second = await desk.run(flow(*WIDE, end=node("merge")))  # of this type each step has its own from the start now
    assert second.status == "done"
    assert len(set(map(id, tasks.values()))) == 3


@pytest.mark.one_database
async def test_the_time_of_a_step_in_a_shared_task_is_its_own(desk: Bench) -> None:
    async def endless(config: ProbeConfig, context: StepContext) -> StepResult:
        await asyncio.sleep(60)
        return StepResult({})

    desk.probe.work["b"] = endless
    run = await desk.run(flow(*WIDE, b=node("probe", timeout=0.05, on_error="continue"), end=node("merge")))
    assert run.status == "done"
    steps = await desk.steps(run.id)
    assert {name: steps[name, "", 1].status for name in "abc"} == {"a": "done", "b": "failed", "c": "done"}
    assert steps["b", "", 1].error["error"] == "step_timed_out"


@pytest.mark.one_database
async def test_a_step_that_throws_cancelled_by_itself_fails_and_takes_nobody_with_it(desk: Bench) -> None:
    async def thrown(config: ProbeConfig, context: StepContext) -> StepResult:
        raise asyncio.CancelledError

    desk.probe.work["a"] = thrown
    run = await desk.run(flow(*WIDE, a=node("probe", on_error="continue"), end=node("merge")))
    assert run.status == "done"
    steps = await desk.steps(run.id)
    assert {name: steps[name, "", 1].status for name in "abc"} == {"a": "failed", "b": "done", "c": "done"}
