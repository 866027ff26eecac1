"""What is suggested comes from the diagram's shape, is not what was just said, and is understood when it is clicked."""

import pytest

from parley.nodes.registry import CATALOGUE
from parley.planner.suggesting import suggestions
from parley.workflow.edits import NodeChange, UpdateNode, apply_all
from tests.planner.builtin.play import play

REQUESTS = [
    "Answer questions from our handbook and on the web",
    "Every Monday at 7 fetch https://tides.test/today, summarise it and mail it to harbour@x.test",
    "When a POST arrives at /returns, sort it into damaged, late or other and post each to its own Slack channel",
    "Every night read the open invoices from the invoices table and for each of them mail the customer",
    "Fetch https://a.test/list, then for each entry ask a model for a title and store it in the titles table",
    "Ask me before the newsletter is mailed to list@x.test",
    "Look up the weather on the web and show it",
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_what_is_suggested_is_understood(request_: str) -> None:
    offered = play(request_).turns[-1].suggestions
    assert 1 <= len(offered) <= 3
    for text in offered:
        conversation = play(request_, text)
        turn = conversation.turns[-1]
        assert "did not understand" not in turn.reply, text
        assert bool(turn.edits) != text.endswith("?"), (text, turn.reply)
        assert text not in turn.suggestions


def test_a_result_that_nothing_uses_is_offered_to_the_step_that_writes() -> None:
    conversation = play("Every day at 9 search the web for tide tables, write a summary and mail it to harbour@x.test")
    workflow = conversation.workflow
    writing = conversation.of_type("llm")
    deaf = apply_all([UpdateNode(id=writing.id, set=NodeChange(config={"prompt": "Write a summary."}))], workflow, CATALOGUE)
    assert suggestions(deaf, CATALOGUE)[0] == "Use the result of Search web in Write summary"
    conversation.workflow = deaf
    conversation.say("Use the result of Search web in Write summary")
    assert conversation.of_type("llm").config["prompt"] == "Write a summary.\n\nWeb:\n{{ search_web.text }}"
    assert not [issue for issue in conversation.issues("warning") if issue.code == "unused_result"]


def test_a_result_cannot_be_used_before_it_is_there() -> None:
    conversation = play("Every day at 9 write a poem, then translate it into German and show it")
    turn = conversation.say("Use the result of Translate to German in Write poem")
    assert not turn.edits
    assert "cannot use its result" in turn.question


def test_a_call_that_ends_the_run_when_it_fails_is_offered_another_try() -> None:
    conversation = play("Every day at 9 fetch https://tides.test/today and mail it to harbour@x.test")
    offered = next(text for text in conversation.turns[-1].suggestions if text.startswith("If "))
    conversation.say(offered)
    retry = conversation.of_type("http_request").retry
    assert retry is not None
    assert retry.attempts == 3
    assert offered not in suggestions(conversation.workflow, CATALOGUE)
