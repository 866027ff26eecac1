"""What a failing step leads to, said in a turn: tried again, gone past, the run stopped, or steps of its own."""

import pytest

from parley.workflow.spec import Node
from tests.planner.builtin.play import Conversation, arrows, play

TIDES = "Every morning at 8 search the web for tide tables, write a summary and mail it to harbour@x.test"


def searched(said: str) -> tuple[Conversation, Node]:
    conversation = play(TIDES, said)
    return conversation, conversation.of_type("web_search")


@pytest.mark.parametrize(
    ("said", "attempts"),
    [
        ("Try the web search again if it fails", 3),
        ("Retry the web search", 3),
        ("retry the web search 5 times", 5),
        ("If the web search fails, try it again", 3),
        ("when search web does not answer, retry twice", 3),
        ("If Search web fails, try again once", 2),
    ],
)
def test_a_step_is_tried_again(said: str, attempts: int) -> None:
    conversation, search = searched(said)
    assert search.retry is not None
    assert search.retry.attempts == attempts
    assert arrows(conversation.workflow) == arrows(conversation.earlier[-1])


@pytest.mark.parametrize(
    ("said", "on_error"),
    [
        ("If the web search fails, go on without it", "continue"),
        ("if Search web fails, skip it", "continue"),
        ("Carry on if the web search fails", "continue"),
        ("When the search goes wrong, just continue", "continue"),
        ("stop the run if the web search fails", "fail"),
        ("If the web search is down, stop everything", "fail"),
    ],
)
def test_the_run_goes_on_or_stops(said: str, on_error: str) -> None:
    conversation, search = searched(said)
    assert search.on_error == on_error
    assert arrows(conversation.workflow) == arrows(conversation.earlier[-1])


def test_a_step_may_take_so_long() -> None:
    assert searched("Give the web search 30 seconds")[1].timeout == 30
    assert searched("time out the web search after 2 minutes")[1].timeout == 120


def test_a_failure_leads_to_steps_of_its_own_and_ends_there() -> None:
    conversation, search = searched("If the web search fails, post to #harbour on Slack")
    assert search.on_error == "continue"
    told = conversation.of_type("slack_message")
    assert told.config == {"channel": "#harbour", "text": "Search web failed: {{ search_web.error.message }}"}
    assert {"web_search > condition", "condition [true] > slack_message", "condition [false] > llm"} <= arrows(conversation.workflow)
    assert not conversation.workflow.edges_from(told.id)
    assert conversation.of_type("condition").config["expression"] == "search_web.error"


def test_after_a_failure_the_rest_can_still_be_done() -> None:
    conversation, _ = searched("If the web search fails, post to #harbour on Slack and go on")
    assert {"condition [true] > slack_message", "condition [false] > llm", "slack_message > llm"} <= arrows(conversation.workflow)


def test_what_fails_must_be_a_step() -> None:
    conversation = play(TIDES, "If the exam fails, mail teacher@x.test")
    assert all(node.on_error is None for node in conversation.workflow.nodes)


def test_what_happens_if_a_step_fails_is_told_from_the_step_that_is_meant() -> None:
    conversation, _ = searched("If the web search fails, post to #harbour on Slack")
    conversation.say("Try the mail again if it fails")
    searching = conversation.say("What happens if the web search fails?")
    assert searching.reply == (
        "Then *Search web* is marked as failed and the run goes on: *Search web failed?* leads to *Post to #harbour*."
    )
    mailing = conversation.say("And what if the mail fails?").reply
    assert mailing.startswith("It is tried up to 3 times. Then *Email harbour* is marked as failed and the run stops there")
