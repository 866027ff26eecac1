"""Changing a diagram by talking: what is asked for changes, everything else keeps id, label, config and order."""

import pytest

from parley.planner.builtin.text import words
from tests.planner.builtin.play import Conversation, arrows, play, types

CHAT = (
    "When a customer asks something, look it up in our handbook and on the web, let a language model write the answer from both, "
    "and if it is about refunds also send it to #support on Slack."
)
FEED = "Every day at 9 get https://news.test/feed, summarise it and post it to #news"
ORDERS = "fetch https://api.x.test/orders and email the list to boss@x.test"


def untouched(conversation: Conversation, *changed_types: str) -> bool:
    """Whether all nodes of other types are as they were before the last turn, and in the same order."""
    before = [node for node in conversation.earlier[-1].nodes if node.type not in changed_types]
    after = [node for node in conversation.workflow.nodes if node.type not in changed_types]
    return before == [node for node in after if node in before]


def test_dropping_slack_takes_its_condition_along_and_the_approval_stands_before_the_answer() -> None:
    conversation = play(CHAT, "Drop the Slack part and ask for approval before answering.")
    assert {"slack_message", "condition"}.isdisjoint(types(conversation.workflow))
    assert {"llm > approval", "approval [approved] > output"} <= arrows(conversation.workflow)
    assert untouched(conversation, "slack_message", "condition", "approval")


@pytest.mark.parametrize(
    ("request_", "expression"),
    [
        ("change the schedule to every Monday at 7", "0 7 * * 1"),
        ("Thursday instead of Monday to Friday, and at half past nine", "30 9 * * 4"),
        ("do it at half past seven in the evening", "30 19 * * *"),
        ("run it every two hours", "0 */2 * * *"),
        ("at 18:15 please", "15 18 * * *"),
    ],
)
def test_a_new_rhythm_changes_the_schedule_only(request_: str, expression: str) -> None:
    conversation = play(FEED, request_)
    assert conversation.of_type("schedule_trigger").config["cron"] == expression
    assert untouched(conversation, "schedule_trigger")


def test_a_manual_start_gives_way_to_a_schedule() -> None:
    conversation = play(ORDERS, "run it every weekday at 8")
    assert conversation.of_type("schedule_trigger").config["cron"] == "0 8 * * 1-5"
    assert "manual_trigger" not in types(conversation.workflow)


@pytest.mark.parametrize(
    "request_",
    [
        "replace Slack by e-mail to team@x.test",
        "use email to team@x.test instead of Slack",
        "swap the Slack message for a mail to team@x.test",
    ],
)
def test_slack_is_replaced_by_mail_in_its_place(request_: str) -> None:
    conversation = play(FEED, request_)
    assert conversation.of_type("email").config["to"] == "team@x.test"
    assert "llm > email" in arrows(conversation.workflow)
    assert "slack_message" not in types(conversation.workflow)


def test_a_replaced_search_is_what_the_prompt_now_speaks_of() -> None:
    conversation = play(CHAT, "replace the web search by https://api.search.test/find")
    prompt = str(conversation.of_type("llm").config["prompt"])
    assert "search_web" not in prompt
    assert "call_search_test.body" in prompt
    assert conversation.issues("error") == []


def test_a_removed_search_leaves_no_words_about_it() -> None:
    conversation = play(CHAT, "remove the web search")
    assert "Web" not in words(str(conversation.of_type("llm").config["prompt"]))
    assert conversation.issues("error") == []


@pytest.mark.parametrize(
    ("request_", "field", "value"),
    [
        ("use top 3", "top_k", 3),
        ("Only the 2 best passages", "top_k", 2),
        ("use the collection 'rules'", "collection", "rules"),
    ],
)
def test_a_value_of_the_search_changes(request_: str, field: str, value: object) -> None:
    conversation = play(CHAT, request_)
    assert conversation.of_type("knowledge_search").config[field] == value
    assert untouched(conversation, "knowledge_search")


def test_the_name_of_an_existing_collection_answers_the_question_which_one_it_is() -> None:
    collections = frozenset({"Staff rules", "Recipes"})
    conversation = play(CHAT, collections=collections)
    asked = conversation.turns[-1]
    assert asked.question == "Which collection is “the handbook”?" or "handbook" in asked.question
    assert asked.choices == ("Recipes", "Staff rules")
    conversation.say("Staff rules")
    assert conversation.of_type("knowledge_search").config["collection"] == "Staff rules"


def test_a_collection_is_found_by_the_words_of_its_name_and_never_made_up() -> None:
    assert (
        play(CHAT, collections=frozenset({"Company handbook", "Recipes"})).of_type("knowledge_search").config["collection"]
        == "Company handbook"
    )
    assert "collection" not in play(CHAT, collections=frozenset({"Recipes"})).of_type("knowledge_search").config


def test_values_said_in_a_few_words_find_their_step() -> None:
    conversation = play(FEED, "use #press", "wait 10 minutes before posting it", "make it 20 minutes")
    assert conversation.of_type("slack_message").config["channel"] == "#press"
    assert conversation.of_type("delay").config["duration"] == "20 minutes"


def test_a_threshold_changes_by_its_number() -> None:
    conversation = play("when a value comes in on the webhook and it is above 70, tell #ops", "80 rather than 70")
    assert conversation.of_type("condition").config["expression"] == "input.body.value > 80"
    assert "80" in conversation.of_type("condition").label


def test_steps_go_where_they_are_said_to_go() -> None:
    conversation = play(FEED)
    conversation.say("translate it to German after the summary")
    assert "llm > llm" in arrows(conversation.workflow)
    conversation.say("add an approval before posting to Slack")
    assert "approval [approved] > slack_message" in arrows(conversation.workflow)
    conversation.say("add a step at the beginning that waits 5 minutes")
    assert "schedule_trigger > delay" in arrows(conversation.workflow)
    conversation.say("also save it in table archive afterwards")
    assert "slack_message > db_write" in arrows(conversation.workflow)
    assert conversation.issues("error") == []


def test_another_search_stands_beside_the_search_that_is_there() -> None:
    conversation = play("When a visitor asks a question, answer it with AI from our docs", "Search the web as well")
    assert {"chat_trigger > web_search", "web_search > llm"} <= arrows(conversation.workflow)
    assert "search_web.text" in str(conversation.of_type("llm").config["prompt"])


def test_what_a_shortened_text_came_from_is_what_the_mail_sends() -> None:
    conversation = play("webhook → email to press@zoo.test", "let the AI shorten the text before the mail goes out")
    writer = conversation.of_type("llm")
    assert conversation.of_type("email").config["body"] == f"{{{{ {writer.id}.text }}}}"


def test_a_condition_can_guard_a_step_that_is_there() -> None:
    conversation = play(FEED, "only post it if the summary mentions budget")
    assert {"llm > condition", "condition [true] > slack_message"} <= arrows(conversation.workflow)


def test_an_approval_for_some_and_everything_as_before_for_the_others() -> None:
    conversation = play(
        "a new booking comes in by webhook and gets stored in table bookings",
        "if it's for more than 8 people the chef has to approve it first, otherwise store it directly as now",
    )
    drawn = arrows(conversation.workflow)
    assert {"condition [true] > approval", "approval [approved] > db_write", "condition [false] > db_write"} <= drawn
    assert "webhook_trigger > db_write" not in drawn


def test_rejected_and_otherwise_take_the_other_branch() -> None:
    conversation = play(FEED, "ask me for approval before posting", "if rejected, email x@y.test")
    assert "approval [rejected] > email" in arrows(conversation.workflow)
    conversation = play("when a value over 5 arrives on the webhook tell #ops", "undo")
    conversation = play("If the value on the webhook is above 5, tell #ops", "otherwise email x@y.test")
    assert "condition [false] > email" in arrows(conversation.workflow)


def test_a_new_case_leads_somewhere() -> None:
    conversation = play(
        "sort incoming letters into invoice, complaint and other; invoices go to a@t.test by email, complaints to #care",
        "add a case 'application' that goes to jobs@t.test by email",
    )
    assert "application" in str(conversation.of_type("classify").config["labels"])
    assert "classify [application] > email" in arrows(conversation.workflow)


def test_a_step_moves_into_a_loop_with_its_references() -> None:
    conversation = play(ORDERS, "do the mail for each order")
    assert {"http_request > loop", "loop ( email )"} <= arrows(conversation.workflow)
    assert conversation.of_type("email").config["body"] == "{{ item }}"
    assert conversation.issues("error") == []


def test_names_of_steps_and_of_the_workflow_change_and_ids_do_not() -> None:
    conversation = play(FEED, "rename the summary step to 'Short news'", "call the workflow Morning news")
    assert conversation.of_type("llm").label == "Short news"
    assert conversation.of_type("llm").id == "summarise"
    assert conversation.workflow.name == "Morning news"


def test_undo_goes_back_one_change_at_a_time_to_the_empty_diagram() -> None:
    conversation = play(FEED, "remove the Slack step", "add an approval at the end")
    states = [*conversation.earlier]
    conversation.say("undo")
    assert conversation.workflow == states[1]
    conversation.say("undo")
    assert conversation.workflow == states[0]
    conversation.say("undo")
    assert not conversation.workflow.nodes


def test_starting_over_empties_the_diagram_and_reads_on() -> None:
    assert not play(FEED, "start over").workflow.nodes
    conversation = play(FEED, "Start over: when a lead arrives on the webhook, tell #sales")
    assert types(conversation.workflow) == ["slack_message", "webhook_trigger"]


def test_ids_are_never_used_again() -> None:
    conversation = play(FEED, "remove the Slack step", "post it to #news")
    assert conversation.of_type("slack_message").id == "post_to_news_2"


@pytest.mark.parametrize(
    "request_", ["remove the thing with the pizza", "replace the gramophone by a mail to x@y.test", "blorf the gribble"]
)
def test_what_is_not_understood_is_said_and_changes_nothing(request_: str) -> None:
    conversation = play(FEED, request_)
    assert conversation.turns[-1].edits == []
    assert "“" in conversation.turns[-1].reply


def test_two_steps_that_fit_equally_are_asked_about() -> None:
    conversation = play("on the webhook, email a@x.test and email b@x.test", "remove the mail")
    turn = conversation.turns[-1]
    assert turn.edits == []
    assert len(turn.choices) == 2
