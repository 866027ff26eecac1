"""What comes next, state by state, without a clock or a database."""

from parley.engine.decide import decide
from parley.engine.events import Failure, RunUsage, Waiting
from parley.engine.graph import compile_graph
from parley.engine.retry import pause_before
from parley.engine.scribe import Scribe, now
from parley.engine.state import RunState
from parley.nodes.base import StepResult, StepUsage
from parley.nodes.registry import CATALOGUE
from parley.workflow.spec import Edge, Retry, Workflow
from tests.engine.kit import PROBE_CATALOGUE, flow, node

OOPS = Failure(error="oops", message="Oops.")


def begun(workflow: Workflow, trigger: str | None = "start") -> Scribe:
    scribe = Scribe(RunState(compile_graph(workflow, CATALOGUE)))
    assert not decide(scribe.state).acts
    scribe.run_started(trigger, None)
    return scribe


def done(scribe: Scribe, name: str, path: str = "", branch: str | None = None) -> None:
    step = scribe.state.steps.get((name, path)) or scribe.started((name, path), 1, {})
    scribe.done(step, StepResult({}, branch=branch))


def starts(scribe: Scribe) -> set[tuple[str, str]]:
    return set(decide(scribe.state).start)


def test_a_join_waits_for_every_branch() -> None:
    scribe = begun(flow("start > a > end", "start > b > end"))
    done(scribe, "start")
    assert starts(scribe) == {("a", ""), ("b", "")}
    done(scribe, "a")
    assert starts(scribe) == {("b", "")}
    done(scribe, "b")
    assert starts(scribe) == {("end", "")}


def test_skipping_spreads_until_a_way_that_was_taken() -> None:
    scribe = begun(flow("start > check", "check >true> a > b > end", "check >false> c > end", check=node("condition", expression="1")))
    done(scribe, "start")
    done(scribe, "check", branch="false")
    plan = decide(scribe.state)
    assert (plan.start, plan.skip) == ((("c", ""),), (("a", ""),))
    scribe.skipped(("a", ""))
    assert decide(scribe.state).skip == (("b", ""),)
    scribe.skipped(("b", ""))
    done(scribe, "c")
    assert starts(scribe) == {("end", "")}


def test_two_branches_of_one_node_may_lead_to_the_same_place() -> None:
    scribe = begun(flow("start > check", "check >true> end", "check >false> end", check=node("condition", expression="1")))
    done(scribe, "start")
    done(scribe, "check", branch="true")
    assert starts(scribe) == {("end", "")}


def test_without_a_trigger_whatever_nothing_leads_into_starts() -> None:
    scribe = begun(flow("a > b", "c > b"), trigger=None)
    assert starts(scribe) == {("a", ""), ("c", "")}


def test_a_workflow_without_nodes_is_done_at_once() -> None:
    assert decide(begun(Workflow(), trigger=None).state).finish


def test_a_note_takes_no_part() -> None:
    scribe = begun(flow("start", hint=node("note", text="x")))
    done(scribe, "start")
    assert decide(scribe.state).finish


def test_a_loop_opens_turns_up_to_its_concurrency_in_order() -> None:
    scribe = begun(flow("start > each > end", each=node("loop"), work=node("probe", parent="each")))
    done(scribe, "start")
    scribe.started(("each", ""), 1, {"items": [1, 2, 3], "concurrency": 2, "batch_size": 1})
    assert decide(scribe.state).start == (("work", "0"), ("work", "1"))
    scribe.started(("work", "0"), 1, {})
    scribe.started(("work", "1"), 1, {})
    assert not decide(scribe.state).acts
    done(scribe, "work", "1")
    assert decide(scribe.state).start == (("work", "2"),)
    done(scribe, "work", "2")
    done(scribe, "work", "0")
    assert decide(scribe.state).close_loops == (("each", ""),)


def test_a_failure_ends_the_run_unless_a_loop_around_it_goes_on() -> None:
    plain = begun(flow("start > each", each=node("loop"), work=node("probe", parent="each")))
    patient = begun(flow("start > each", each=node("loop", on_error="continue"), work=node("probe", parent="each")))
    for scribe in (plain, patient):
        done(scribe, "start")
        scribe.started(("each", ""), 1, {"items": [1], "concurrency": 1, "batch_size": 1})
        scribe.failed(scribe.started(("work", "0"), 1, {}), OOPS, continued=False)
    assert decide(plain.state).fail == (("work", "0"), OOPS)
    assert decide(patient.state).give_up_loops == ((("each", ""), OOPS),)


def test_a_node_that_failed_and_was_passed_over_takes_no_named_branch() -> None:
    scribe = begun(flow("start > check > after", "check >true> a", check=node("condition", expression="1")))
    done(scribe, "start")
    scribe.failed(scribe.started(("check", ""), 1, {}), OOPS, continued=True)
    plan = decide(scribe.state)
    assert (plan.start, plan.skip) == ((("after", ""),), (("a", ""),))


def test_only_waiting_steps_left_means_that_the_run_may_rest() -> None:
    scribe = begun(flow("start > a", "start > b"))
    done(scribe, "start")
    a, b = (scribe.started((name, ""), 1, {}) for name in "ab")
    at = now()
    scribe.waiting(a, Waiting(until=at, for_person=False, message=""))
    assert not decide(scribe.state).wait
    scribe.waiting(b, Waiting(until=None, for_person=True, message=""))
    plan = decide(scribe.state)
    assert (plan.wait, plan.wake_at, scribe.state.run_status) == (True, at, "waiting")
    scribe.resumed(b, decision="approved", by="ada", comment="")
    assert (decide(scribe.state).wait, scribe.state.run_status) == (False, "running")


def test_a_step_that_is_tried_again_keeps_the_run_awake() -> None:
    scribe = begun(flow("start > a"))
    done(scribe, "start")
    scribe.retrying(scribe.started(("a", ""), 1, {}), OOPS, now())
    plan = decide(scribe.state)
    assert (plan.retry, plan.wait, plan.acts) == ((("a", ""),), False, False)


def test_a_circle_that_slipped_in_ends_the_run_instead_of_holding_it_for_ever() -> None:
    circle = flow("start > a > b")
    circle = circle.model_copy(update={"edges": (*circle.edges, Edge(source="b", target="a"))})
    scribe = begun(circle)
    done(scribe, "start")
    plan = decide(scribe.state)
    assert plan.fail is not None
    assert plan.fail[1].error == "run_stuck"


def test_pauses_between_tries_double_with_full_jitter() -> None:
    retry = Retry(attempts=4, backoff=2)
    assert [pause_before(retry, attempt, retryable=True, chance=0.5) for attempt in (1, 2, 3, 4)] == [1, 2, 4, None]
    assert pause_before(retry, 1, retryable=True, chance=0.0) == 0
    assert pause_before(retry, 1, retryable=False, chance=0.5) is None
    assert pause_before(None, 1, retryable=True, chance=0.5) is None
    assert pause_before(Retry(attempts=10, backoff=3600), 9, retryable=True, chance=1.0) == 3600


def test_what_a_run_costs_is_the_sum_of_its_own_steps_whose_price_is_known() -> None:
    scribe = Scribe(RunState(compile_graph(flow("start > a > b > c > d"), PROBE_CATALOGUE)))
    scribe.run_started("start", None)
    scribe.output(scribe.started(("start", ""), 1, None), None)
    spent = (("a", "live", None), ("b", "live", 0.25), ("c", "recorded", 4.0), ("d", "edited", 0.5))
    for name, source, cost in spent:
        step = scribe.started((name, ""), 1, {}, source)  # type: ignore[arg-type]
        scribe.output(step, {}, usage=StepUsage(model="m", input_tokens=10, output_tokens=1, cost=cost))
    assert scribe.state.usage == RunUsage(input_tokens=30, output_tokens=3, cost=0.75)
