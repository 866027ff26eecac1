"""What careful people look for in a drawn process: every list paired, every guard in the way, nothing guessed without saying so."""

import pytest

from tests.planner.builtin.play import Conversation, arrows, play, types

SORTED = "When a support mail comes in, sort it into billing, technical or other and tell #finance, #helpdesk or #support on Slack"
GUARDED = "Answer questions from our handbook, and ask me before anything is sent"


def lanes(conversation: Conversation) -> dict[str | None, str]:
    """What each way out of the sorting step leads to, by channel or address."""
    workflow = conversation.workflow
    sorter = conversation.of_type("classify").id
    nodes = {node.id: node for node in workflow.nodes}
    return {
        edge.source_handle: str(nodes[edge.target].config.get("channel") or nodes[edge.target].config.get("to") or "")
        for edge in workflow.edges_from(sorter)
    }


def test_as_many_receivers_as_labels_are_paired_in_their_order() -> None:
    assert lanes(play(SORTED)) == {"billing": "#finance", "technical": "#helpdesk", "other": "#support"}


def test_receivers_that_bear_the_labels_names_are_paired_by_name() -> None:
    said = "When a letter arrives on the webhook, sort it into tax or rent and mail rent@x.test or tax@x.test"
    assert lanes(play(said)) == {"tax": "tax@x.test", "rent": "rent@x.test"}


def test_receivers_that_do_not_fit_the_labels_are_told_and_not_drawn() -> None:
    conversation = play("Sort incoming letters into tax, rent, noise and parking and tell #x or #y")
    assert "slack_message" not in types(conversation.workflow)
    assert "#x or #y" in conversation.turns[0].reply


def test_one_more_step_goes_to_the_case_that_was_named() -> None:
    conversation = play(SORTED, "Billing mails should also be mailed to books@x.test")
    assert "classify [billing] > email" in arrows(conversation.workflow)
    assert "classify [technical] > email" not in arrows(conversation.workflow)


def test_sorting_without_topics_asks_for_them_and_the_answer_draws_the_branches() -> None:
    conversation = play("When a support mail comes in, sort it by topic and tell the right team")
    assert types(conversation.workflow) == ["classify", "slack_message", "webhook_trigger"]
    assert conversation.turns[0].question == "Which topics should *Sort by topic* tell apart?"
    conversation.say("billing, technical and other")
    assert set(lanes(conversation)) == {"billing", "technical", "other"}
    assert conversation.issues("error") == []


@pytest.mark.parametrize(
    "said",
    [
        [GUARDED],
        ["Answer visitors' questions from the brochure, but let me check every answer before it goes out."],
        ["Answer questions from our handbook", "ask me before anything is sent"],
        ["Answer questions from our handbook", "let me check every answer before it goes out"],
    ],
)
def test_an_approval_that_guards_is_the_only_way_to_the_answer(said: list[str]) -> None:
    workflow = play(*said).workflow
    (output,) = (node for node in workflow.nodes if node.type == "output")
    kinds = {node.id: node.type for node in workflow.nodes}
    assert [(kinds[edge.source], edge.source_handle) for edge in workflow.edges_into(output.id)] == [("approval", "approved")]


def test_an_approval_before_anything_is_sent_stands_before_every_way_out() -> None:
    conversation = play(
        "When asked in the chat, answer from our handbook, and if it is about refunds post it to #support",
        "let me check it before anything is sent",
    )
    assert {"llm > approval", "approval [approved] > condition", "approval [approved] > output"} <= arrows(conversation.workflow)


def test_what_is_read_without_a_place_is_a_table_and_the_reply_says_so() -> None:
    conversation = play("Every Monday, read last week's orders, write a summary and mail it to me")
    assert arrows(conversation.workflow) == {"schedule_trigger > db_query", "db_query > llm", "llm > email"}
    assert "I took “orders” for a table" in conversation.turns[0].reply
    assert "to" not in conversation.of_type("email").config


@pytest.mark.parametrize(
    "said",
    [
        "Read the table guests and mail each of them an invitation",
        "Read the table guests, write a note for each guest and mail it to them",
        "Go through the rooms, write each guest a note and mail it",
    ],
)
def test_what_is_done_for_each_is_done_in_a_loop(said: str) -> None:
    assert {"loop ( email )", "db_query > loop"} <= arrows(play(said).workflow)


def test_amounts_as_cases_follow_each_other() -> None:
    conversation = play(
        "Claims arrive by webhook. Under 1000 euros: mail pay@x.test. From 1000 to 10000: a clerk approves. Above that: post to #board."
    )
    expressions = [node.config["expression"] for node in conversation.workflow.nodes if node.type == "condition"]
    assert expressions == ["input.body.amount < 1000", "input.body.amount <= 10000"]
    assert {
        "condition [true] > email",
        "condition [false] > condition",
        "condition [true] > approval",
        "condition [false] > slack_message",
    } <= arrows(conversation.workflow)


@pytest.mark.parametrize(
    ("said", "cron"),
    [("not on Sundays", "15 5 * * 1-6"), ("half an hour earlier", "45 4 * * *"), ("two hours later please", "15 7 * * *")],
)
def test_a_rhythm_is_changed_by_what_is_taken_from_it(said: str, cron: str) -> None:
    conversation = play("Each morning at 5:15 read the table rides and post it to #fleet", said)
    assert conversation.of_type("schedule_trigger").config["cron"] == cron


def test_what_has_no_meaning_is_told_back() -> None:
    conversation = play("Get https://x.test/a, then frobnicate the widget and post it to #x")
    assert "“frobnicate the widget”" in conversation.turns[0].reply


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (SORTED, "Support mail"),
        (GUARDED, "Handbook answers"),
        ("Every Monday, read last week's orders, write a summary and mail it to me", "Orders summary"),
    ],
)
def test_a_workflow_is_called_what_it_is_about(said: str, name: str) -> None:
    assert play(said).workflow.name == name


def test_what_was_said_is_not_suggested_again() -> None:
    conversation = play(GUARDED, "What does the last step do?")
    assert all("?" not in text for text in conversation.turns[-1].suggestions)
    conversation.say("Use only the best 3 passages")
    assert "Use only the best 3 passages" not in conversation.turns[-1].suggestions


def test_a_wish_for_help_is_answered_by_asking() -> None:
    conversation = play("I run a small bookshop and every week I lose an hour to ordering. Can you help?")
    assert conversation.turns[0].edits == []
    assert "What starts it" in conversation.turns[0].reply
