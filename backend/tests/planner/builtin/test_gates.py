"""Conditions said of what is there: one condition in front of what it guards, the right way out of it, and nothing more."""

import pytest

from tests.planner.builtin.play import Conversation, arrows, play, types

TIDE = "Every day at 6 fetch https://api.tide.test/levels, summarize them and post it to #quay"
LOST = "When a form arrives at /lost, extract the name and the phone number, save it in table lost and email desk@zoo.test"
CARDS = "Every Monday fetch https://api.zoo.test/animals, for each animal write a description and save it in table cards"
ROWS = "Every Monday read the table boats and email the rows to crew@quay.test"


def one_more(before: str, said: str) -> Conversation:
    """The conversation, once it is sure that a condition came and nothing else did."""
    old = play(before).workflow
    conversation = play(before, said)
    assert types(conversation.workflow) == sorted([*types(old), "condition"])
    return conversation


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("only post it if the level is above 3", "true"),
        ("post it only when the level is above 3", "true"),
        ("don't post anything unless the level is above 3", "true"),
        ("if there are no levels, don't send anything", "false"),
        ("skip the posting when the list is empty", "false"),
        ("no message if nothing was found", "false"),
        ("when nothing was found, skip the post", "false"),
        ("unless the list is empty, post it", "false"),
    ],
)
def test_a_guard_stands_before_the_act_that_it_names(said: str, way: str) -> None:
    assert {"llm > condition", f"condition [{way}] > slack_message"} <= arrows(one_more(TIDE, said).workflow)


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("if nothing comes back, do nothing", "false"),
        ("stop there unless something was found", "true"),
        ("carry on only if it found anything", "true"),
        ("go on after the fetch only if it brought something", "true"),
    ],
)
def test_a_guard_of_the_whole_stands_behind_what_brings_the_value(said: str, way: str) -> None:
    assert {"http_request > condition", f"condition [{way}] > llm"} <= arrows(one_more(TIDE, said).workflow)


@pytest.mark.parametrize(
    ("said", "way", "expression"),
    [
        ("only email if there is a phone number", "true", "extract_fields.phone_number"),
        ("no mail if the name is missing", "false", "not (extract_fields.name)"),
        ("don't mail anybody when the phone number is missing", "false", "not (extract_fields.phone_number)"),
    ],
)
def test_whether_a_field_was_given_is_asked_of_the_field(said: str, way: str, expression: str) -> None:
    conversation = one_more(LOST, said)
    assert f"condition [{way}] > email" in arrows(conversation.workflow)
    assert conversation.of_type("condition").config["expression"] == expression


@pytest.mark.parametrize(("said", "way"), [("only animals that are new", "true"), ("skip the ones that are asleep", "false")])
def test_which_items_go_on_is_asked_inside_the_loop(said: str, way: str) -> None:
    assert {f"condition [{way}] > llm", "loop ( condition )"} <= arrows(one_more(CARDS, said).workflow)


@pytest.mark.parametrize(
    ("said", "where"),
    [("only the rows where length is above 12", "length > 12"), ("just the boats whose harbour is Kiel", "harbour = 'Kiel'")],
)
def test_which_rows_are_read_is_said_in_the_query(said: str, where: str) -> None:
    conversation = play(ROWS, said)
    assert types(conversation.workflow) == types(play(ROWS).workflow)
    assert conversation.of_type("db_query").config["query"] == f"SELECT * FROM boats WHERE {where}"


@pytest.mark.parametrize(
    "said",
    [
        "make it only look at the north basin",
        "the post needs more detail",
        "swap the summary for something livelier",
    ],
)
def test_a_change_that_is_not_understood_changes_nothing_and_is_unsure(said: str) -> None:
    conversation = play(TIDE, said)
    assert conversation.workflow == play(TIDE).workflow
    assert conversation.turns[-1].confidence <= 0.5


@pytest.mark.parametrize("said", ["start it by hand", "I want to run it manually from now on", "let me start this myself"])
def test_a_start_by_hand_takes_the_place_of_the_clock(said: str) -> None:
    assert types(play(TIDE, said).workflow) == sorted(["manual_trigger", "http_request", "llm", "slack_message"])


def test_what_was_neither_asked_to_be_added_nor_given_a_place_is_less_sure() -> None:
    asked, guessed = play(TIDE, "add a mail to crew@quay.test"), play(TIDE, "mail crew@quay.test")
    assert guessed.turns[-1].confidence < asked.turns[-1].confidence
