"""Runs that take over finished steps of an earlier one: retry from what failed, run from here, and what each step is marked as."""

import asyncio

import pytest
from sqlalchemy import delete

from parley.db.session import Database
from parley.db.tables.runs import Run
from parley.nodes.base import StepContext, StepFailed, StepResult
from parley.workflow.spec import Workflow
from tests.engine.kit import Bench, ProbeConfig, bench, flow, node
from tests.engine.test_recovery import die, take_over


@pytest.fixture
async def desk(database: Database):
    async with bench(database) as desk:
        yield desk


async def fails(config: ProbeConfig, context: StepContext) -> StepResult:
    raise StepFailed("The printer is on fire.")


def chain(*, c: str = "{{ b.text }}c") -> Workflow:
    return flow(
        "start > a > b > c > d",
        a=node("probe", given="a"),
        b=node("probe", given="{{ a.text }}b"),
        c=node("probe", given=c),
        d=node("probe", given="{{ c.text }}d"),
    )


async def sources(desk: Bench, run: Run) -> dict[str, str]:
    return {f"{name}{path}": step.source for (name, path, _), step in (await desk.steps(run.id)).items() if step.status == "done"}


async def failed_at(desk: Bench, name: str, workflow: Workflow) -> Run:
    desk.probe.work[name] = fails
    run = await desk.run(workflow)
    assert run.status == "failed"
    desk.probe.work.clear()
    desk.probe.calls.clear()
    return run


def called(desk: Bench) -> list[str]:
    return [f"{name}{path}" for name, path, _ in desk.probe.calls]


async def test_a_retry_executes_what_failed_and_what_follows(desk: Bench) -> None:
    first = await failed_at(desk, "c", chain())
    again = await desk.run(chain(), from_run_id=first.id)
    assert again.status == "done"
    assert called(desk) == ["c", "d"]
    assert await sources(desk, again) == {"start": "recorded", "a": "recorded", "b": "recorded", "c": "live", "d": "live"}
    steps = await desk.steps(again.id)
    assert steps["d", "", 1].output == {"text": "abcd"}
    assert steps["b", "", 1].input == {"given": "ab"}


async def test_a_run_from_a_step_executes_it_and_what_follows(desk: Bench) -> None:
    first = await desk.run(chain())
    desk.probe.calls.clear()
    again = await desk.run(chain(), from_run_id=first.id, from_node_id="b")
    assert again.status == "done"
    assert called(desk) == ["b", "c", "d"]


async def test_a_changed_step_is_edited_and_what_its_output_changes_too(desk: Bench) -> None:
    first = await desk.run(chain())
    desk.probe.calls.clear()
    again = await desk.run(chain(c="C"), from_run_id=first.id)
    assert called(desk) == ["c", "d"]
    assert await sources(desk, again) == {"start": "recorded", "a": "recorded", "b": "recorded", "c": "edited", "d": "edited"}


async def test_what_comes_out_the_same_in_spite_of_a_change_is_not_executed_again(desk: Bench) -> None:
    first = await desk.run(chain())
    desk.probe.calls.clear()
    again = await desk.run(chain(c="abc"), from_run_id=first.id)
    assert called(desk) == ["c"]
    assert (await sources(desk, again))["d"] == "recorded"


async def test_another_input_executes_what_depends_on_it(desk: Bench) -> None:
    workflow = flow(
        "start > a > c",
        "start > b > c",
        a=node("probe", given="{{ input.x }}"),
        b=node("probe", given="{{ input.y }}"),
        c=node("merge"),
    )
    first = await desk.run(workflow, {"x": 1, "y": 1})
    desk.probe.calls.clear()
    again = await desk.run(workflow, {"x": 2, "y": 1}, from_run_id=first.id)
    assert await sources(desk, again) == {"start": "edited", "a": "edited", "b": "recorded", "c": "edited"}
    assert called(desk) == ["a"]


async def test_a_bare_expression_is_looked_at_again_when_what_it_names_changed(desk: Bench) -> None:
    workflow = flow(
        "start > check", "check >true> yes", "check >false> no", check=node("condition", expression="input.n > 3"), other=node("probe")
    )
    first = await desk.run(workflow, {"n": 5, "m": 1})
    same = await desk.run(workflow, {"n": 5, "m": 2}, from_run_id=first.id)
    assert (await sources(desk, same))["check"] == "recorded"
    other = await desk.run(workflow, {"n": 1, "m": 1}, from_run_id=first.id)
    steps = await desk.steps(other.id)
    assert (steps["check", "", 1].source, steps["check", "", 1].branch) == ("edited", "false")
    assert steps["yes", "", 1].status == "skipped"


async def test_a_step_that_failed_and_was_mended_is_edited(desk: Bench) -> None:
    first = await failed_at(desk, "c", chain())
    again = await desk.run(chain(c="mended"), from_run_id=first.id)
    assert (await sources(desk, again))["c"] == "edited"
    assert (await sources(desk, again))["d"] == "live"


def looped(*, body: str = "{{ item }}!") -> Workflow:
    return flow(
        "start > each > after",
        "work > tail",
        each=node("loop", items="{{ input }}", concurrency=1),
        work=node("probe", parent="each", given=body),
        tail=node("probe", parent="each", given="{{ work.text }}{{ index }}"),
        after=node("probe", given="{{ each.count }}"),
    )


async def test_a_loop_goes_on_with_the_turn_that_failed(desk: Bench) -> None:
    async def second_fails(config: ProbeConfig, context: StepContext) -> StepResult:
        if context.path == (1,):
            raise StepFailed("The printer is on fire.")
        return StepResult({"text": config.given})

    desk.probe.work["work"] = second_fails
    first = await desk.run(looped(), ["a", "b", "c"])
    desk.probe.work.clear()
    desk.probe.calls.clear()
    again = await desk.run(looped(), ["a", "b", "c"], from_run_id=first.id)
    assert called(desk) == ["work1", "tail1", "work2", "tail2", "after"]
    steps = await desk.steps(again.id)
    assert steps["each", "", 1].output["results"] == [{"text": f"{c}!{i}"} for i, c in enumerate("abc")]
    assert (steps["each", "", 1].source, steps["work", "0", 1].source) == ("live", "recorded")


async def test_a_run_from_a_step_in_a_loop_executes_all_its_turns(desk: Bench) -> None:
    first = await desk.run(looped(), ["a", "b"])
    desk.probe.calls.clear()
    again = await desk.run(looped(), ["a", "b"], from_run_id=first.id, from_node_id="tail")
    assert called(desk) == ["tail0", "tail1", "after"]
    assert (await sources(desk, again))["each"] == "live"


async def test_a_loop_of_which_every_turn_is_taken_over_is_recorded_itself(desk: Bench) -> None:
    first = await desk.run(looped(), ["a", "b"])
    desk.probe.calls.clear()
    again = await desk.run(looped(), ["a", "b"], from_run_id=first.id, from_node_id="after")
    assert called(desk) == ["after"]
    assert (await sources(desk, again))["each"] == "recorded"
    changed = await desk.run(looped(body="{{ item }}?"), ["a", "b"], from_run_id=first.id)
    assert (await sources(desk, changed))["each"] == "live"


async def test_more_items_execute_only_the_new_turns(desk: Bench) -> None:
    first = await desk.run(looped(), ["a", "b"])
    desk.probe.calls.clear()
    again = await desk.run(looped(), ["a", "b", "c"], from_run_id=first.id)
    assert called(desk) == ["work2", "tail2", "after"]
    assert (await sources(desk, again))["each"] == "edited"


def mailing() -> Workflow:
    return flow(
        "start > a > mail > c",
        a=node("probe", given="{{ input }}"),
        mail=node("sender", given="{{ a.text }}"),
        c=node("probe", given="{{ mail.text }}"),
    )


async def test_effects_are_kept_whatever_changed_unless_a_person_says_repeat(desk: Bench) -> None:
    first = await desk.run(mailing(), "x")
    for effects, executed, text in (("keep", ["a"], "x"), ("ask", ["a"], "x"), ("repeat", ["a", "mail", "c"], "y")):
        desk.probe.calls.clear()
        again = await desk.run(mailing(), "y", from_run_id=first.id, effects=effects)
        assert called(desk) == executed
        assert (await desk.steps(again.id))["c", "", 1].output == {"text": text}
    kept = await desk.run(mailing(), "x", from_run_id=first.id, from_node_id="mail", effects="keep")
    assert (await sources(desk, kept))["mail"] == "recorded"


async def test_a_step_that_was_left_in_doubt_is_not_executed_again_when_effects_are_kept(desk: Bench) -> None:
    async def hangs(config: ProbeConfig, context: StepContext) -> StepResult:
        await asyncio.sleep(60)
        raise AssertionError("unreachable")

    desk.probe.work["mail"] = hangs
    run_id = await desk.start(mailing(), "x")
    await desk.until_running(run_id, "mail")
    await die(desk)
    desk.probe.work.clear()
    async with desk.database.transaction() as session:
        run = await session.get_one(Run, run_id)
        run.cancel_requested, run.lease_until = True, None
    await take_over(desk)
    assert (await desk.ended(run_id)).status == "cancelled"
    kept = await desk.run(mailing(), "x", from_run_id=run_id, effects="keep")
    assert (await desk.steps(kept.id))["mail", "", 1].output == {"text": None, "error": None}
    assert desk.probe.count("mail") == 1
    repeated = await desk.run(mailing(), "x", from_run_id=run_id, effects="repeat")
    assert (await desk.steps(repeated.id))["mail", "", 1].output == {"text": "x"}


async def test_a_call_that_the_end_of_its_run_broke_off_may_have_been_taken(desk: Bench) -> None:
    async def hangs(config: ProbeConfig, context: StepContext) -> StepResult:
        await asyncio.sleep(60)
        raise AssertionError("unreachable")

    desk.probe.work["mail"] = hangs
    run_id = await desk.start(mailing(), "x")
    await desk.until_running(run_id, "mail")
    desk.worker.ring(run_id, cancel=True)
    assert (await desk.ended(run_id)).status == "cancelled"
    assert (await desk.steps(run_id))["mail", "", 1].status == "failed"
    desk.probe.work.clear()
    kept = await desk.run(mailing(), "x", from_run_id=run_id, effects="keep")
    assert (await desk.steps(kept.id))["mail", "", 1].output == {"text": None, "error": None}
    assert desk.probe.count("mail") == 1
    repeated = await desk.run(mailing(), "x", from_run_id=run_id, effects="repeat")
    assert (await desk.steps(repeated.id))["mail", "", 1].output == {"text": "x"}


async def test_a_chain_of_runs_works_after_the_first_was_deleted(desk: Bench) -> None:
    first = await failed_at(desk, "c", chain())
    desk.probe.work["d"] = fails
    second = await desk.run(chain(), from_run_id=first.id)
    assert second.status == "failed"
    desk.probe.work.clear()
    async with desk.database.transaction() as session:
        await session.execute(delete(Run).where(Run.id == first.id))
    desk.probe.calls.clear()
    third = await desk.run(chain(), from_run_id=second.id)
    assert called(desk) == ["d"]
    assert (await desk.steps(third.id))["d", "", 1].output == {"text": "abcd"}
    assert (await desk.steps(second.id))["b", "", 1].output == {"text": "ab"}


async def test_a_run_whose_earlier_run_is_gone_fails_in_words(desk: Bench) -> None:
    first = await failed_at(desk, "c", chain())
    run_id = await desk.queue(chain(), from_run_id=first.id)
    async with desk.database.transaction() as session:
        await session.execute(delete(Run).where(Run.id == first.id))
    desk.worker.ring(run_id)
    run = await desk.ended(run_id)
    assert (run.status, run.error["error"]) == ("failed", "recording_gone")
    assert called(desk) == []


async def test_a_run_that_takes_steps_over_goes_on_after_its_worker_died(desk: Bench) -> None:
    first = await failed_at(desk, "b", chain())
    gate = asyncio.Event()

    async def hangs(config: ProbeConfig, context: StepContext) -> StepResult:
        if not gate.is_set():
            await asyncio.sleep(60)
        return StepResult({"text": config.given})

    desk.probe.work["b"] = hangs
    run_id = await desk.start(chain(), from_run_id=first.id)
    await desk.until_running(run_id, "b")
    await die(desk)
    gate.set()
    async with desk.database.transaction() as session:
        (await session.get_one(Run, run_id)).lease_until = None
    await take_over(desk)
    assert (await desk.ended(run_id)).status == "done"
    assert called(desk) == ["b", "b", "c", "d"]


async def test_behind_a_merge_of_any_a_step_is_compared_with_what_it_saw(desk: Bench) -> None:
    """The late branch had not come when the condition read it: what it gave later is not what was read. The merge went on without."""
    gate = asyncio.Event()

    async def late(config: ProbeConfig, context: StepContext) -> StepResult:
        await gate.wait()
        return StepResult({"text": "late"})

    async def opens(config: ProbeConfig, context: StepContext) -> StepResult:
        gate.set()
        return StepResult({"text": "open"})

    workflow = flow(
        "start > early > join > check",
        "start > late > join",
        "check >true> yes",
        "check >false> opener",
        join=node("merge", mode="any"),
        check=node("condition", expression="late.text == 'late'"),
    )
    desk.probe.work = {"late": late, "opener": opens}
    first = await desk.run(workflow)
    assert first.status == "done"
    assert (await desk.steps(first.id))["check", "", 1].branch == "false"
    again = await desk.run(workflow, from_run_id=first.id)
    steps = await desk.steps(again.id)
    assert [steps[name, "", 1].source for name in ("early", "late", "join")] == ["recorded"] * 3
    assert (steps["check", "", 1].source, steps["check", "", 1].branch) == ("edited", "true")
