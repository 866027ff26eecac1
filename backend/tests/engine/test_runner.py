"""Runs carried by a real worker on a real database: joins, branches, loops, errors, waits, cancelling."""

import asyncio
import time

import pytest

from parley.db.session import Database
from parley.engine import store
from parley.engine.limits import RunLimits
from parley.errors import ParleyError
from parley.nodes.base import StepContext, StepFailed, StepResult
from parley.workflow.spec import Retry, Workflow
from tests.engine.kit import Bench, ProbeConfig, bench, flow, node, with_limits


@pytest.fixture
async def desk(database: Database):
    async with bench(database) as desk:
        yield desk


async def fails(config: ProbeConfig, context: StepContext) -> StepResult:
    raise StepFailed("The printer is on fire.")


async def hangs(config: ProbeConfig, context: StepContext) -> StepResult:
    await asyncio.sleep(60)
    raise AssertionError("unreachable")


async def test_a_chain_hands_its_values_on_and_answers_with_the_output_node(desk: Bench) -> None:
    run = await desk.run(
        flow(
            "start > a > b > out",
            a=node("probe", given="{{ input.name }}!"),
            b=node("probe", given="Hello {{ a.text }}"),
            out=node("output", value="{{ b.text }}"),
        ),
        {"name": "Ada"},
    )
    assert run.status == "done"
    assert run.output == {"value": "Hello Ada!", "citations": [], "built_in": False}
    assert run.last_seq == len(await desk.events(run.id))
    steps = await desk.steps(run.id)
    assert steps["b", "", 1].input == {"given": "Hello Ada!"}
    assert [steps[name, "", 1].status for name in ("start", "a", "b", "out")] == ["done"] * 4


async def test_a_branch_not_taken_is_skipped_and_what_joins_behind_it_still_runs(desk: Bench) -> None:
    run = await desk.run(
        flow(
            "start > check",
            "check >true> yes > end",
            "check >false> no > end",
            "no > after",
            check=node("condition", expression="input.n > 3"),
            end=node("probe", given="{{ yes.text }}|{{ no.text }}|{{ no.error }}"),
            yes=node("probe", given="big"),
        ),
        {"n": 5},
    )
    steps = await desk.steps(run.id)
    assert run.status == "done"
    assert {name: steps[name, "", 1].status for name in ("yes", "no", "end", "after")} == {
        "yes": "done", "no": "skipped", "end": "done", "after": "skipped"
    }  # fmt: skip
    assert steps["end", "", 1].output == {"text": "big||"}
    assert steps["check", "", 1].branch == "true"


async def test_only_the_trigger_that_starts_the_run_is_taken(desk: Bench) -> None:
    run = await desk.run(flow("start > a", "other > b", other=node("manual_trigger")))
    steps = await desk.steps(run.id)
    assert [steps[name, "", 1].status for name in ("start", "a", "other", "b")] == ["done", "done", "skipped", "skipped"]


async def test_a_merge_of_any_goes_on_with_the_first_and_starts_once(desk: Bench) -> None:
    gate = asyncio.Event()

    async def slow(config: ProbeConfig, context: StepContext) -> StepResult:
        await gate.wait()
        return StepResult({"text": "slow"})

    async def opens(config: ProbeConfig, context: StepContext) -> StepResult:
        gate.set()
        return StepResult({"text": "next"})

    desk.probe.work = {"late": slow, "next": opens}
    run = await desk.run(flow("start > early > join > next", "start > late > join", join=node("merge", mode="any")))
    assert run.status == "done"
    steps = await desk.steps(run.id)
    assert steps["join", "", 1].output == {"early": {"text": None}, "late": {"text": None, "error": None}}
    assert desk.probe.count("next") == 1


async def test_a_loop_runs_its_body_for_each_item_and_collects_the_results(desk: Bench) -> None:
    running = most = 0

    async def counted(config: ProbeConfig, context: StepContext) -> StepResult:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.005)
        running -= 1
        return StepResult({"text": config.given})

    desk.probe.work["work"] = counted
    run = await desk.run(
        flow(
            "start > each > after",
            "work > tail",
            each=node("loop", items="{{ input }}", concurrency=2),
            work=node("probe", parent="each", given="{{ item }}-{{ index }}-{{ each.item }}"),
            tail=node("probe", parent="each", given="{{ work.text }}."),
            after=node("probe", given="{{ each.results[2].text }} of {{ each.count }}"),
        ),
        ["a", "b", "c", "d"],
    )
    steps = await desk.steps(run.id)
    assert steps["each", "", 1].output == {"results": [{"text": f"{c}-{i}-{c}."} for i, c in enumerate("abcd")], "count": 4}
    assert steps["after", "", 1].output == {"text": "c-2-c. of 4"}
    assert most == 2


async def test_loops_nest_and_every_turn_has_its_own_path(desk: Bench) -> None:
    run = await desk.run(
        flow(
            "start > outer",
            outer=node("loop", items="{{ input }}"),
            inner=node("loop", parent="outer", items="{{ item }}"),
            leaf=node("probe", parent="inner", given="{{ outer.index }}{{ index }}{{ item }}"),
        ),
        [["x"], ["y", "z"], []],
    )
    steps = await desk.steps(run.id)
    assert {path: step.output for (name, path, _), step in steps.items() if name == "leaf"} == {
        "0.0": {"text": "00x"}, "1.0": {"text": "10y"}, "1.1": {"text": "11z"}
    }  # fmt: skip
    assert steps["outer", "", 1].output["results"][2] == {"results": [], "count": 0}


async def test_a_batch_gives_each_turn_a_list(desk: Bench) -> None:
    run = await desk.run(
        flow("start > each", each=node("loop", items="{{ input }}", batch_size=2), work=node("probe", parent="each", given="{{ item }}")),
        [1, 2, 3],
    )
    assert (await desk.steps(run.id))["each", "", 1].output["results"] == [{"text": [1, 2]}, {"text": [3]}]


async def test_an_empty_loop_and_a_loop_without_a_body_are_done_at_once(desk: Bench) -> None:
    run = await desk.run(
        flow("start > each > bare", each=node("loop", items=[]), inside=node("probe", parent="each"), bare=node("loop", items=[1]))
    )
    steps = await desk.steps(run.id)
    assert run.status == "done"
    assert steps["each", "", 1].output == {"results": [], "count": 0}
    assert steps["bare", "", 1].output == {"results": [None], "count": 1}


async def test_variables_are_seen_by_later_steps_the_latest_one_winning(desk: Bench) -> None:
    run = await desk.run(
        flow(
            "start > one > two > a",
            one=node("set_variables", variables={"x": 1, "y": 2}),
            two=node("set_variables", variables={"x": "{{ vars.y }}"}),
            a=node("probe", given="{{ vars.x }}{{ vars.y }}"),
        ),
    )
    assert (await desk.steps(run.id))["a", "", 1].output == {"text": "22"}


async def test_a_failing_step_fails_the_run_and_stops_its_neighbours(desk: Bench) -> None:
    desk.probe.work = {"bad": fails, "slow": hangs}
    run = await desk.run(flow("start > bad > never", "start > slow"))
    steps = await desk.steps(run.id)
    assert (run.status, run.error) == ("failed", {"error": "step_failed", "message": "The printer is on fire."})
    assert steps["slow", "", 1].status == "failed"
    assert steps["slow", "", 1].error["error"] == "stopped"
    assert ("never", "", 1) not in steps


async def test_a_failure_may_be_passed_over_leaving_null_fields_and_the_error(desk: Bench) -> None:
    desk.probe.work["bad"] = fails
    run = await desk.run(
        flow("start > bad > a", bad=node("probe", on_error="continue"), a=node("probe", given="[{{ bad.text }}] {{ bad.error }}"))
    )
    assert run.status == "done"
    assert (await desk.steps(run.id))["a", "", 1].output == {"text": "[] The printer is on fire."}


async def test_a_loop_may_pass_over_the_failure_of_one_of_its_turns(desk: Bench) -> None:
    desk.probe.work["work"] = fails
    desk.probe.work["beside"] = hangs
    run = await desk.run(
        flow(
            "start > each > a",
            "beside > b2",
            each=node("loop", items=[1, 2], on_error="continue"),
            work=node("probe", parent="each"),
            beside=node("probe", parent="each"),
            b2=node("probe", parent="each"),
            a=node("probe", given="{{ each.error }}"),
        )
    )
    steps = await desk.steps(run.id)
    assert run.status == "done"
    assert steps["a", "", 1].output == {"text": "The printer is on fire."}
    assert steps["beside", "0", 1].error["error"] == "stopped"


async def test_a_step_is_tried_again_as_often_as_it_says(desk: Bench) -> None:
    async def third_time(config: ProbeConfig, context: StepContext) -> StepResult:
        if context.attempt < 3:
            raise StepFailed("Not yet.")
        return StepResult({"text": "at last"})

    desk.probe.work["a"] = third_time
    run = await desk.run(flow("start > a", a=node("probe", retry=Retry(attempts=3, backoff=0.01))))
    steps = await desk.steps(run.id)
    assert run.status == "done"
    assert [steps["a", "", attempt].status for attempt in (1, 2, 3)] == ["failed", "failed", "done"]
    assert steps["a", "", 1].retry_at is not None


async def test_what_cannot_get_better_is_not_tried_again(desk: Bench) -> None:
    async def hopeless(config: ProbeConfig, context: StepContext) -> StepResult:
        raise StepFailed("No.", {"retryable": False})

    desk.probe.work["a"] = hopeless
    run = await desk.run(flow("start > a", a=node("probe", retry=Retry(attempts=3, backoff=0.01))))
    assert run.status == "failed"
    assert desk.probe.count("a") == 1


async def test_a_step_that_takes_too_long_fails_with_its_limit(desk: Bench) -> None:
    desk.probe.work["a"] = hangs
    run = await desk.run(flow("start > a", a=node("probe", timeout=0.05)))
    assert run.error == {"error": "step_timed_out", "message": "The step did not finish within 0.05 s."}


async def test_a_surprise_in_a_step_fails_it_without_telling_more_than_its_name(desk: Bench) -> None:
    async def surprise(config: ProbeConfig, context: StepContext) -> StepResult:
        raise KeyError("a secret")

    desk.probe.work["a"] = surprise
    run = await desk.run(flow("start > a"))
    assert run.error is not None
    assert run.error["error"] == "step_crashed"
    assert "KeyError" in run.error["message"]
    assert "a secret" not in run.error["message"]


async def test_a_type_that_cannot_run_fails_its_step_with_the_reason(desk: Bench) -> None:
    run = await desk.run(flow("start > mail", mail=node("email", to="a@b.de", subject="s", body="b")))
    assert run.status == "failed"
    assert run.error is not None
    assert run.error["error"] == "not_runnable"


async def test_a_type_that_is_gone_fails_its_step(desk: Bench) -> None:
    run = await desk.run(flow("start > old", old=node("teleport")))
    assert run.error == {"error": "not_runnable", "message": "There is no node type “teleport” any more. Replace this step."}


@pytest.mark.parametrize(
    ("limits", "workflow", "error"),
    [
        (with_limits(output_chars=1000), flow("start > a", a=node("probe", given="{{ input.big }}{{ input.big }}")), "input_too_large"),
        (with_limits(loop_items=3), flow("start > each", each=node("loop", items=[1, 2, 3, 4])), "loop_too_large"),
        (
            with_limits(loop_depth=1),
            flow("start > l1", l1=node("loop", items=[1]), l2=node("loop", parent="l1", items=[1])),
            "loop_too_deep",
        ),
    ],
)
async def test_each_limit_has_its_named_error(database: Database, limits: RunLimits, workflow, error: str) -> None:
    async with bench(database, limits=limits) as desk:
        run = await desk.run(workflow, {"big": "x" * 700} if error == "input_too_large" else None)
    assert run.error is not None
    assert run.error["error"] == error


async def test_an_output_too_large_to_keep_fails_its_step(database: Database) -> None:
    async def huge(config: ProbeConfig, context: StepContext) -> StepResult:
        return StepResult({"text": "x" * 2000})

    async with bench(database, limits=with_limits(output_chars=1000)) as desk:
        desk.probe.work["a"] = huge
        run = await desk.run(flow("start > a"))
    assert run.error is not None
    assert run.error["error"] == "output_too_large"


async def test_a_run_that_works_too_long_is_stopped(database: Database) -> None:
    async with bench(database, limits=with_limits(run_seconds=0.1)) as desk:
        desk.probe.work["a"] = hangs
        run = await desk.run(flow("start > a"))
    assert run.error is not None
    assert run.error["error"] == "run_timed_out"
    assert run.status == "failed"


async def test_cancelling_takes_effect_within_a_second(desk: Bench) -> None:
    desk.probe.work["a"] = hangs
    run_id = await desk.start(flow("start > a > b"))
    await desk.until_running(run_id, "a")
    asked = time.monotonic()
    async with desk.database.transaction() as session:
        await store.request_cancel(session, [run_id])  # from another process: no bell rings
    run = await desk.ended(run_id)
    assert run.status == "cancelled"
    assert time.monotonic() - asked < 1.0
    steps = await desk.steps(run_id)
    assert steps["a", "", 1].error["error"] == "stopped"


async def test_a_waiting_run_can_be_cancelled(desk: Bench) -> None:
    run_id = await desk.start(flow("start > ask", ask=node("approval")))
    await desk.until(run_id, "waiting")
    async with desk.database.transaction() as session:
        await store.request_cancel(session, [run_id])
    assert (await desk.ended(run_id)).status == "cancelled"


async def test_an_approval_waits_without_a_task_and_goes_on_by_the_decision(desk: Bench) -> None:
    run_id = await desk.start(
        flow(
            "start > ask",
            "ask >approved> yes",
            "ask >rejected> no",
            ask=node("approval", message="Send {{ input }}?"),
            yes=node("probe", given="{{ ask.comment }} by {{ ask.by }}"),
        ),
        "it",
    )
    waiting = await desk.until(run_id, "waiting")
    assert (waiting.lease_owner, waiting.wake_at) == (None, None)
    assert not desk.worker.holds(run_id)
    assert (await desk.steps(run_id))["ask", "", 1].wait == {"until": None, "for_person": True, "message": "Send it?"}
    async with desk.database.transaction() as session:
        await store.add_decision(session, run_id, store.Decided("ask", "", 1, "approved", "ada", "fine"))
    desk.worker.ring(run_id)
    run = await desk.ended(run_id)
    steps = await desk.steps(run_id)
    assert run.status == "done"
    assert steps["yes", "", 1].output == {"text": "fine by ada"}
    assert steps["no", "", 1].status == "skipped"
    assert steps["ask", "", 1].decision == {"decision": "approved", "by": "ada", "comment": "fine"}


async def test_a_lost_ring_costs_time_only(desk: Bench) -> None:
    run_id = await desk.start(flow("start > ask", ask=node("approval")))
    await desk.until(run_id, "waiting")
    async with desk.database.transaction() as session:
        await store.add_decision(session, run_id, store.Decided("ask", "", 1, "rejected", "ada", ""))
    run = await desk.ended(run_id)
    assert run.status == "done"


async def test_a_second_decision_is_refused(desk: Bench) -> None:
    run_id = await desk.start(flow("start > ask", ask=node("approval")))
    await desk.until(run_id, "waiting")
    async with desk.database.transaction() as session:
        await store.add_decision(session, run_id, store.Decided("ask", "", 1, "approved", "ada", ""))
    with pytest.raises(ParleyError, match="decided already"):
        async with desk.database.transaction() as session:
            await store.add_decision(session, run_id, store.Decided("ask", "", 1, "rejected", "bob", ""))


async def test_a_decision_reaches_a_run_that_is_still_busy_elsewhere(desk: Bench) -> None:
    gate = asyncio.Event()

    async def gated(config: ProbeConfig, context: StepContext) -> StepResult:
        await gate.wait()
        return StepResult({"text": "x"})

    desk.probe.work["slow"] = gated
    run_id = await desk.start(flow("start > ask", "ask >approved> yes", "start > slow", ask=node("approval")))
    await desk.until_running(run_id, "slow")
    await desk.until_step(run_id, ("ask", "", 1), "waiting")
    assert (await desk.row(run_id)).status == "running"
    async with desk.database.transaction() as session:
        await store.add_decision(session, run_id, store.Decided("ask", "", 1, "approved", "ada", ""))
    desk.worker.ring(run_id)
    await desk.until_step(run_id, ("yes", "", 1), "done")
    gate.set()
    assert (await desk.ended(run_id)).status == "done"


async def test_a_delay_rests_in_the_database_and_wakes_on_time(desk: Bench) -> None:
    begun = time.monotonic()
    run_id = await desk.start(flow("start > pause > a", pause=node("delay", duration="1 s")))
    waiting = await desk.until(run_id, "waiting")
    assert waiting.wake_at is not None
    run = await desk.ended(run_id)
    assert run.status == "done"
    assert 1.0 <= time.monotonic() - begun < 4.0


async def test_an_approval_that_nobody_gives_elapses(desk: Bench) -> None:
    run = await desk.run(flow("start > ask", "ask >rejected> no", ask=node("approval", wait="1 s")))
    steps = await desk.steps(run.id)
    assert steps["ask", "", 1].output == {"decision": "elapsed", "by": "", "comment": ""}
    assert steps["no", "", 1].status == "done"


async def test_many_runs_share_one_loop(desk: Bench) -> None:
    ids = [await desk.start(flow("start > a > b > c")) for _ in range(20)]
    runs = [await desk.ended(run_id) for run_id in ids]
    assert [run.status for run in runs] == ["done"] * 20


async def test_the_workflow_is_pinned_at_the_start(desk: Bench) -> None:
    run = await desk.run(flow("start > a"))
    async with desk.database.reading() as session:
        pinned = await store.pinned_workflow(session, run)
    assert [node.id for node in Workflow.model_validate(pinned).nodes] == ["start", "a"]
