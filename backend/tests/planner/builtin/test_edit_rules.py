"""Edits as people ask for them: several at once, all but some, between, back and forth; each rule in a few trades."""

import pytest

from tests.planner.builtin.play import arrows, play, types

QUAKES = (
    "each morning at 7 fetch https://seismo.test/quakes, have the model summarise it, save the summary in table quakes, "
    "post it in #tremors and mail it to geo@seismo.test"
)
SORTED = (
    "Sort the letters that arrive at /mail into tax, rent and noise. Tax goes to #tax, rent is mailed to rent@x.test, noise goes to #noise."
)
USE = "every evening at 20:00 get the energy use from https://grid.test/use and email it to plant@power.test"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("delete everything after the summary except the mail", ["email", "http_request", "llm", "schedule_trigger"]),
        ("remove all steps but the fetch and the mail", ["email", "http_request", "schedule_trigger"]),
        ("drop the steps between the fetch and the mail", ["email", "http_request", "schedule_trigger"]),
        ("remove everything after the summary", ["http_request", "llm", "schedule_trigger"]),
        ("take the AI out again", ["db_write", "email", "http_request", "schedule_trigger", "slack_message"]),
        ("leave the Slack message out", ["db_write", "email", "http_request", "llm", "schedule_trigger"]),
    ],
)
def test_several_steps_said_at_once_go(said: str, left: list[str]) -> None:
    conversation = play(QUAKES, said)
    assert types(conversation.workflow) == left
    assert conversation.issues("error") == []


@pytest.mark.parametrize("said", ["rent letters are no longer needed", "remove the case rent", "drop the rent branch"])
def test_a_case_goes_with_what_only_it_led_to(said: str) -> None:
    conversation = play(SORTED, said)
    assert conversation.of_type("classify").config["labels"] == ["tax", "noise"]
    assert "email" not in types(conversation.workflow)
    assert conversation.issues("error") == []


@pytest.mark.parametrize(
    ("said", "arrow"),
    [
        ("insert a transform between the fetch and the mail that turns it into metres", "transform > email"),
        ("put an AI step in front of the mail that translates the text into Welsh", "llm > email"),
        ("add a step after the fetch which waits 2 minutes", "http_request > delay"),
        ("then, one week after the mail, tell #coaches", "email > delay"),
        ("only mail it when the use is more than 900", "condition [true] > email"),
    ],
)
def test_a_place_is_found_wherever_it_is_said(said: str, arrow: str) -> None:
    conversation = play(USE, said)
    assert arrow in arrows(conversation.workflow)
    assert conversation.turns[-1].reply.startswith(("Added", "*Email"))
    assert types(conversation.workflow).count("email") == 1


@pytest.mark.parametrize(
    ("said", "node_type", "field", "value"),
    [
        ("make the email a slack message to #mods instead", "slack_message", "channel", "#mods"),
        ("turn the mail into a post to #night", "slack_message", "channel", "#night"),
        ("send it to yard@rail.test and run it at 6", "email", "to", "yard@rail.test"),
    ],
)
def test_a_step_becomes_another_in_its_place(said: str, node_type: str, field: str, value: str) -> None:
    conversation = play(USE, said)
    assert conversation.of_type(node_type).config[field] == value
    assert len(conversation.workflow.nodes) == 3


def test_the_table_that_is_read_changes_by_from_and_not() -> None:
    conversation = play(
        "every weekday at 18:15 read the table wagons and mail the report to depot@rail.test", "read from locomotives, not wagons"
    )
    assert conversation.of_type("db_query").config["query"] == "SELECT * FROM locomotives"


def test_undo_and_redo_go_along_one_line_of_changes() -> None:
    conversation = play(USE, "wait 2 hours before the mail", "and post to #kennel at the end", "add an approval before the mail")
    states = [*conversation.earlier, conversation.workflow]
    for said, at in (
        ("undo the last two changes", 1),
        ("redo", 2),
        ("redo that please", 3),
        ("redo", 3),
        ("undo", 2),
        ("undo twice", 0),
        ("bring it back again", 1),
    ):
        conversation.say(said)
        assert conversation.workflow == states[at], said
    conversation.say("undo everything")
    assert conversation.workflow.nodes == ()


def test_a_change_after_an_undo_cuts_off_what_was_undone() -> None:
    conversation = play(USE, "wait 2 hours before the mail", "undo", "post it to #a")
    conversation.say("redo")
    assert conversation.turns[-1].edits == []
    assert "nothing to do again" in conversation.turns[-1].reply


def test_starting_over_said_twice_starts_over_once() -> None:
    assert not play(USE, "forget all that, start from scratch").workflow.nodes


@pytest.mark.parametrize(
    ("said", "cron"),
    [
        ("Every night at 1 query the table wells and mail it to a@b.test", "0 1 * * *"),
        ("every night at 11 query the table wells and mail it to a@b.test", "0 23 * * *"),
        ("At quarter past each hour fetch https://w.test/now and post it to #w", "15 * * * *"),
        ("Ten minutes past every hour fetch https://w.test/now and post it to #w", "10 * * * *"),
        ("five minutes before every hour fetch https://w.test/now and post it to #w", "55 * * * *"),
        ("at a quarter to seven every Friday fetch https://w.test/now and post it to #w", "45 6 * * 5"),
    ],
)
def test_the_hour_is_the_one_a_person_means(said: str, cron: str) -> None:
    assert play(said).of_type("schedule_trigger").config["cron"] == cron
    assert "* *" not in play(said).turns[0].reply


@pytest.mark.parametrize(
    "said",
    [
        "Check https://rack.test/temp every 5 minutes; above 30 degrees mail noc@rack.test",
        "Every hour get https://pond.test/level, and if it is below 12 switch on the pump through https://pump.test/on",
        "Parcels heavier than 30 kg that come in at /scale are announced in #yard",
        "- someone posts a reading to /meter\n- more than 7 units\n- mail meter@x.test",
    ],
)
def test_a_number_beyond_which_something_is_done_is_a_condition(said: str) -> None:
    assert any(arrow.startswith("condition [true] > ") for arrow in arrows(play(said).workflow))


def test_a_list_of_labels_with_arrows_is_a_list_of_cases() -> None:
    conversation = play(
        "* someone posts to /alarm\n* AI decides what it is: fall, lost\n* fall -> #rescue\n* lost -> mail to dogs@alp.test"
    )
    assert {"classify [fall] > slack_message", "classify [lost] > email"} <= arrows(conversation.workflow)


def test_the_best_few_are_the_searchs_own() -> None:
    conversation = play("Parents ask in the chat. Search the collection 'kita', take the best 5 hits and have the AI answer briefly.")
    assert conversation.of_type("knowledge_search").config["top_k"] == 5
    assert "http_request" not in types(conversation.workflow)


DRIP = "New subscriber (webhook) → wait 1 day → a welcome mail → wait 3 days → a mail with tips → wait 1 week → a mail for feedback"


def test_the_second_of_a_kind_goes() -> None:
    conversation = play(DRIP)
    mails = [node.id for node in conversation.workflow.nodes if node.type == "email"]
    conversation.say("remove the second mail")
    assert [node.id for node in conversation.workflow.nodes if node.type == "email"] == [mails[0], mails[2]]


def test_two_steps_change_places() -> None:
    conversation = play(DRIP)
    mails = [node.id for node in conversation.workflow.nodes if node.type == "email"]
    conversation.say("swap the first and the last mail")
    into = {node_id: conversation.workflow.edges_into(node_id)[0].source for node_id in mails}
    assert into[mails[2]] == "wait_1_day"
    assert into[mails[0]] == "wait_1_week"
    assert conversation.issues("error") == []


def test_one_more_who_is_told_is_told_on_the_same_way() -> None:
    conversation = play("Every hour get https://rates.test/eur and if the rate is below 1.05 tell #treasury", "mail cfo@bank.test as well")
    assert "condition [false] > email" not in arrows(conversation.workflow)
    assert "slack_message > email" in arrows(conversation.workflow)


def test_a_threshold_can_be_made() -> None:
    conversation = play("Every hour get https://rates.test/eur and if the rate is below 1.05 tell #treasury", "make the threshold 1.08")
    assert "< 1.08" in str(conversation.of_type("condition").config["expression"])


TIP = (
    "every weekday at 7:45, get traffic from https://traffic.test/a8 and the weather from https://sky.test/today at the same time, "
    "then let the AI write a tip and post it in #office"
)


@pytest.mark.parametrize(
    ("said", "arrow"),
    [
        ("connect the traffic to the slack message", "http_request > slack_message"),
        ("draw an arrow from the weather to the Slack message", "http_request > slack_message"),
        ("the weather should also lead to the Slack post", "http_request > slack_message"),
    ],
)
def test_an_arrow_is_drawn_by_name(said: str, arrow: str) -> None:
    conversation = play(TIP, said)
    assert arrow in arrows(conversation.workflow)
    assert len(conversation.turns[-1].edits) >= 1
    assert len(conversation.workflow.nodes) == 5


@pytest.mark.parametrize("said", ["disconnect the weather from the tip", "remove the arrow between the weather and the tip"])
def test_an_arrow_is_cut_by_name(said: str) -> None:
    conversation = play(TIP, said)
    weather = next(node for node in conversation.workflow.nodes if "sky.test" in str(node.config))
    assert not conversation.workflow.edges_from(weather.id)
    assert conversation.issues("error") == []


def test_an_arrow_that_cannot_be_is_told() -> None:
    conversation = play(TIP, "connect the slack message to the traffic")
    assert conversation.turns[-1].edits == []
    assert "cannot lead to" in conversation.turns[-1].reply
    conversation.say("connect the weather to the moon")
    assert conversation.turns[-1].edits == []


def test_one_more_thing_to_read_stands_beside_what_is_read() -> None:
    conversation = play(TIP, "also add the train delays from https://rail.test/delays")
    assert "get_train_delays.body" in str(conversation.of_type("llm").config["prompt"])


def test_no_more_of_a_verb_is_the_end_of_its_step() -> None:
    assert "slack_message" not in types(play(TIP, "don't slack it").workflow)


def test_every_week_again_forgets_every_second() -> None:
    conversation = play("every second Wednesday at 14:00 read the table stock and mail it to a@b.test", "make it every Wednesday")
    assert "every" not in conversation.of_type("schedule_trigger").config


def test_the_first_two_steps_go() -> None:
    assert types(play(TIP, "remove the first two steps").workflow) == ["llm", "schedule_trigger", "slack_message"]


def test_a_step_that_moves_speaks_of_what_is_before_it_now() -> None:
    conversation = play(
        "When a form arrives by webhook, mail a@b.test, let AI write a summary and post it to #x", "move the mail after the summary"
    )
    assert "llm > email" in arrows(conversation.workflow)
    assert conversation.issues("error") == []


def test_ranges_of_numbers_follow_each_other() -> None:
    conversation = play(
        "When the sensor reports to /s: over 80 call https://siren.test/on, between 60 and 80 warn #shift, otherwise save it in table r"
    )
    assert {"condition [false] > condition", "condition [true] > slack_message", "condition [false] > db_write"} <= arrows(
        conversation.workflow
    )
