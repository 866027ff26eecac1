"""Requests that were read wrongly once: a word that only looks like a table, an event or a rhythm, and values that were said outright."""

import pytest

from tests.planner.builtin.play import arrows, play, types


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("Search the web for tide tables in Brest and then write a note", "tide tables in Brest"),
        ("Look on the internet for catalogue prices of old stamps, then summarise them", "catalogue prices of old stamps"),
        ("Google for pool tables under a roof and post what you find to #club", "pool tables under a roof"),
    ],
)
def test_the_noun_of_what_is_looked_for_is_no_place_to_read(said: str, query: str) -> None:
    conversation = play(said)
    assert not {"db_query", "knowledge_search"} & set(types(conversation.workflow))
    assert conversation.of_type("web_search").config["query"] == query


@pytest.mark.parametrize(
    ("said", "query"),
    [
        ("Query the database: SELECT name FROM divers WHERE active = 1. Then post it to #boat", "SELECT name FROM divers WHERE active = 1"),
        (
            "Every Friday run `SELECT city, SUM(t) FROM sales WHERE day > '2024-01-01' GROUP BY city` and post it to #boat",
            "SELECT city, SUM(t) FROM sales WHERE day > '2024-01-01' GROUP BY city",
        ),
        ('At 7 every day run "SELECT * FROM locks WHERE power < 10" and mail it to a@x.test', "SELECT * FROM locks WHERE power < 10"),
        ("Run SELECT id FROM kilns ORDER BY heat DESC LIMIT 5, then post it to #boat", "SELECT id FROM kilns ORDER BY heat DESC LIMIT 5"),
    ],
)
def test_a_query_written_in_sql_is_taken_as_it_stands(said: str, query: str) -> None:
    conversation = play(said)
    assert conversation.of_type("db_query").config["query"] == query
    assert len([kind for kind in types(conversation.workflow) if not kind.endswith("_trigger")]) == 2


@pytest.mark.parametrize(
    ("said", "cron", "told"),
    [
        ("Every Thursday at 4 post 'Rehearsal' to #choir", "0 16 * * 4", True),
        ("Every day at half past three post 'Tea' to #choir", "30 15 * * *", True),
        ("Every day at 4 am post 'Bread' to #bakery", "0 4 * * *", False),
        ("Every night at 2 post 'Watch' to #guard", "0 2 * * *", False),
        ("Every morning at 5 post 'Milk' to #farm", "0 5 * * *", False),
        ("Every day at 04:00 post 'Bread' to #bakery", "0 4 * * *", False),
    ],
)
def test_a_bare_hour_from_one_to_five_is_in_the_afternoon(said: str, cron: str, told: bool) -> None:
    conversation = play(said)
    assert conversation.of_type("schedule_trigger").config["cron"] == cron
    assert ("afternoon" in conversation.turns[0].reply) is told


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("When a plan is posted to /plans, ask Petra for her OK, then post it to #crew", "Petra"),
        ("When a plan is posted to /plans, Jonas has to approve it, then post it to #crew", "Jonas"),
        ("When a plan is posted to /plans, let Amina check it, then post it to #crew", "Amina"),
    ],
)
def test_who_is_asked_by_name_is_named(said: str, who: str) -> None:
    approval = play(said).of_type("approval")
    assert who in approval.label
    assert str(approval.config["message"]).startswith(f"For {who}:")


def test_a_kind_that_sounds_like_a_rhythm_starts_nothing() -> None:
    conversation = play(
        "webhook /gifts -> classify as single, monthly or goods -> single: post to #a; monthly: add to table patrons; goods: post to #b"
    )
    found = arrows(conversation.workflow)
    assert {"webhook_trigger > classify", "classify [monthly] > db_write", "classify [goods] > slack_message"} <= found


def test_someone_in_a_list_is_no_event() -> None:
    conversation = play("Read the table divers. Go through the divers; if someone has no licence, mail them a reminder.")
    assert conversation.of_type("condition").config["expression"] == "not item.licence"
    assert types(conversation.workflow)[-1] == "manual_trigger"


@pytest.mark.parametrize("start", ["I start it by hand.", "We run it manually.", "It is something else. I trigger it on demand."])
def test_how_it_is_started_may_be_said_last(start: str) -> None:
    kinds = types(play(f"Search the web for ferry news, then write a note and post it to #quay. {start}").workflow)
    assert "manual_trigger" in kinds
    assert "approval" not in kinds


@pytest.mark.parametrize("no", ["If not covered,", "If it is not covered,", "Otherwise"])
def test_what_a_search_cannot_say_is_judged_and_the_opposite_is_the_other_way_out(no: str) -> None:
    conversation = play(
        "When a claim comes in by webhook, check in our policy documents whether it is covered. If it is covered, post it to #pay. "
        f"{no} write a polite refusal."
    )
    judge = conversation.of_type("condition")
    found = arrows(conversation.workflow)
    assert "yes" in str(judge.config["expression"])
    assert {"knowledge_search > llm", "llm > condition", "condition [true] > slack_message", "condition [false] > llm"} <= found


def test_a_bot_that_somebody_wants_is_a_chat() -> None:
    conversation = play("Our choir wants a bot: members ask about concerts, it looks at the choir wiki and answers.")
    assert {"chat_trigger > knowledge_search", "knowledge_search > llm", "llm > output"} == arrows(conversation.workflow)
    assert str(conversation.of_type("llm").config["prompt"]).startswith("Look at the choir wiki and answer.")


@pytest.mark.parametrize(
    ("condition", "expression"),
    [
        ("the severity is 4 or more", "extract_fields.severity >= 4"),
        ("the age is 12 years or younger", "extract_fields.age <= 12"),
        ("the allergies are not empty", "extract_fields.allergies"),
        ("the phone number is missing", "not (extract_fields.phone_number)"),
    ],
)
def test_open_ended_amounts_and_blank_fields_are_compared_as_they_are_said(condition: str, expression: str) -> None:
    said = f"Webhook /cases. Extract severity (1 to 5), age, allergies and phone number. If {condition}, post it to #desk."
    assert play(said).of_type("condition").config["expression"] == expression


@pytest.mark.parametrize("late", ["but only after the treasurer approved", "only after the treasurer approved"])
def test_what_may_only_happen_after_an_approval_stands_behind_it(late: str) -> None:
    conversation = play(f"Every Friday read the table gifts, write a report, and it is sent to board@x.test, {late}.")
    assert {"llm > approval", "approval [approved] > email"} <= arrows(conversation.workflow)
    assert "llm > email" not in arrows(conversation.workflow)


@pytest.mark.parametrize(
    "said",
    [
        "translate each review from the webhook /reviews to English, decide if it is good or bad, bad ones go to #a, good ones go to #b",
        "When a review is posted to /reviews, translate it to English. Sort it by whether it is good or bad. The bad ones go to #a, "
        "the good ones to #b.",
    ],
)
def test_deciding_which_of_two_it_is_sorts(said: str) -> None:
    expected = {"webhook_trigger > llm", "llm > classify", "classify [good] > slack_message", "classify [bad] > slack_message"}
    assert arrows(play(said).workflow) == expected


def test_a_work_before_the_colon_is_no_event_and_the_lanes_behind_it_join() -> None:
    conversation = play(
        "summarize the chat message, then in parallel: translate it to French, translate it to Dutch. merge both and answer"
    )
    assert arrows(conversation.workflow) == {"chat_trigger > llm", "llm > llm", "llm > merge", "merge > output"}


def test_only_such_items_of_a_list_are_worked_on() -> None:
    conversation = play("GET https://club.test/players, for each player with more than 10 goals write a note and post it to #team")
    assert conversation.of_type("condition").config["expression"] == "item.goals > 10"
    assert "condition [true] > llm" in arrows(conversation.workflow)


def test_whether_somebody_answers_is_left_open_rather_than_looked_for_in_the_words() -> None:
    conversation = play("When a guest cancels at /cancel, mail them an offer, and if they don't answer within 2 hours tell #desk")
    assert "expression" not in conversation.of_type("condition").config


@pytest.mark.parametrize("wish", ["Could you build something where", "Hi! Can you make a workflow in which", "Please set up a bot where"])
def test_a_wish_for_something_is_no_step_and_the_lanes_of_a_search_are_both_drawn(wish: str) -> None:
    conversation = play(
        f"{wish} a parent types a question in the chat, it checks the school handbook, and if nothing is found it forwards the question to "
        "office@school.test, otherwise it answers?"
    )
    expected = {"chat_trigger > knowledge_search", "knowledge_search > condition", "condition [true] > email", "condition [false] > llm"}
    assert arrows(conversation.workflow) == expected | {"llm > output"}


def test_an_amount_said_first_is_a_condition_and_the_rhythm_may_come_last() -> None:
    conversation = play("Read https://pool.test/water; acidity under 7 start the pump via https://pump.test/start. Runs hourly.")
    assert "condition [true] > http_request" in arrows(conversation.workflow)
    assert conversation.of_type("schedule_trigger").config["cron"] == "0 * * * *"
    assert "did not understand" not in conversation.turns[0].reply
