"""The control, data and human types, each run as the engine runs it."""

import pytest

from parley.engine.configs import ConfigNotUsable
from parley.nodes.base import Decision, HttpAnswer, StepFailed, Wait
from parley.workflow.expressions import ExpressionError


@pytest.mark.parametrize(("count", "branch"), [(3, "true"), (0, "false"), (None, "false")])
async def test_a_condition_goes_one_of_two_ways(bench, count, branch) -> None:
    result = await bench.done("condition", {"expression": "search.count > 0"}, {"search": {"count": count}})
    assert (result.branch, result.output) == (branch, {"result": branch == "true"})


async def test_a_condition_that_names_nothing_known_says_so(bench) -> None:
    with pytest.raises(ExpressionError, match="nothing"):
        await bench.run("condition", {"expression": "nothing.count > 0"}, {})


@pytest.mark.parametrize(("priority", "case"), [(9, "urgent"), (4, "normal"), (1, "default")])
async def test_a_switch_takes_the_first_case_that_is_true(bench, priority, case) -> None:
    config = {"cases": [{"name": "urgent", "expression": "input.p > 5"}, {"name": "normal", "expression": "input.p > 2"}]}
    result = await bench.done("switch", config, {"input": {"p": priority}})
    assert (result.branch, result.output) == (case, {"case": case})


async def test_a_delay_waits_as_long_as_its_template_says(bench) -> None:
    assert await bench.run("delay", {"duration": "{{ input.days }} days"}, {"input": {"days": 2}}) == Wait(172_800, for_person=False)
    assert (await bench.resumed("delay", {"duration": "1 s"}, Decision("elapsed", "", ""))).output == {}
    with pytest.raises(ConfigNotUsable, match="“soon” is not a duration"):
        await bench.run("delay", {"duration": "{{ input }}"}, {"input": "soon"})
    with pytest.raises(StepFailed, match="duration is empty"):
        await bench.run("delay", {"duration": "{{ input }}"}, {"input": None})


@pytest.mark.parametrize(("decision", "branch"), [("approved", "approved"), ("rejected", "rejected"), ("elapsed", "rejected")])
async def test_an_approval_waits_for_a_person_and_then_takes_their_way(bench, decision, branch) -> None:
    config = {"message": "Send “{{ input }}”?", "wait": "2 days"}
    assert await bench.run("approval", config, {"input": "hi"}) == Wait(172_800, for_person=True, message="Send “hi”?")
    result = await bench.resumed("approval", config, Decision(decision, "Ann", "fine"))
    assert (result.branch, result.output) == (branch, {"decision": decision, "by": "Ann", "comment": "fine"})


async def test_an_approval_without_a_time_waits_for_ever(bench) -> None:
    assert await bench.run("approval", {}) == Wait(None, for_person=True, message="Is this all right?")


async def test_output_transform_and_variables_give_values_of_any_type(bench) -> None:
    scope = {"a": {"list": [1, {"x": None}], "text": "t"}}
    assert (await bench.done("output", {"value": "{{ a.list }}"}, scope)).output == {"value": [1, {"x": None}]}
    assert (await bench.done("output", {"value": "{{ a.gone }}"}, {"a": {"gone": None}})).output == {"value": None}
    fields = {"n": "{{ a.list[0] }}", "both": "{{ a.text }} {{ a.list[0] }}", "deep": {"k": ["{{ a.text }}"]}}
    expected = {"n": 1, "both": "t 1", "deep": {"k": ["t"]}}
    assert (await bench.done("transform", {"fields": fields}, scope)).output == expected
    assert (await bench.done("set_variables", {"variables": fields}, scope)).output == expected


async def test_a_request_sends_what_its_templates_say(bench) -> None:
    config = {"url": "https://example.com/{{ input.id }}", "headers": {"X-Id": "{{ input.id }}"}, "query": {"q": "{{ input.id }}"}}
    result = await bench.done("http_request", config, {"input": {"id": 7}})
    assert result.output == {"status": 200, "headers": {"content-type": "application/json"}, "body": {"ok": True}}
    sent = bench.http.asked[0]
    assert (sent["url"], sent["headers"], sent["query"]) == (
        "https://example.com/7",
        {"X-Id": "7", "Idempotency-Key": "r1:step:"},
        {"q": "7"},
    )


async def test_a_request_carries_the_key_of_its_step_unless_it_has_one_of_its_own(bench) -> None:
    for method in ("GET", "POST"):
        await bench.done("http_request", {"url": "https://example.com", "method": method, "body": {"a": 1}})
    await bench.done("http_request", {"url": "https://example.com", "method": "PUT", "headers": {"idempotency-key": "mine"}})
    headers = [sent["headers"] for sent in bench.http.asked]
    assert headers == [{"Idempotency-Key": "r1:step:"}, {"Idempotency-Key": "r1:step:"}, {"idempotency-key": "mine"}]


@pytest.mark.parametrize(("status", "retryable"), [(404, False), (429, True), (503, True)])
async def test_an_error_answer_fails_the_step_unless_it_is_accepted(bench, status, retryable) -> None:
    bench.http.answer = HttpAnswer(status, {}, None)
    with pytest.raises(StepFailed, match=rf"example\.com answered with status {status}") as failure:
        await bench.run("http_request", {"url": "https://example.com/x"})
    assert failure.value.details["retryable"] is retryable
    accepted = await bench.done("http_request", {"url": "https://example.com/x", "accept_errors": True})
    assert accepted.output["status"] == status


async def test_an_empty_address_is_said(bench) -> None:
    with pytest.raises(StepFailed, match="address is empty"):
        await bench.run("http_request", {"url": "{{ input }}"}, {"input": None})
