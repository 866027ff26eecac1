"""Steps that are there, in another order or side by side, however it is said; their ids and settings stay."""

import pytest

from tests.planner.builtin.play import arrows, play

ROW = "webhook /kiosk → #kiosk → mail to till@kiosk.test → save in table sales"
TWO = "When a parcel arrives at /parcel, save it in table parcels and then email it to porter@dorm.test"
FORK = "Every day at 8 fetch https://pool.test/chlorine and if the chlorine is below 3, tell #pool, otherwise email calm@pool.test"


@pytest.mark.parametrize(
    ("said", "arrow"),
    [
        ("the storing must be the first step", "webhook_trigger > db_write"),
        ("move the mail to the end", "db_write > email"),
        ("the mail should come before the slack post", "webhook_trigger > email"),
        ("put the saving in front of the mail", "db_write > email"),
        ("mail first and then the slack post", "email > slack_message"),
        ("swap the slack message and the mail", "email > slack_message"),
        ("the mail goes first, the slack post after it", "email > slack_message"),
        ("mail first, slack afterwards", "email > slack_message"),
    ],
)
def test_a_step_goes_where_the_sentence_puts_it(said: str, arrow: str) -> None:
    conversation = play(ROW, said)
    assert arrow in arrows(conversation.workflow)
    assert sorted(node.id for node in conversation.workflow.nodes) == sorted(node.id for node in conversation.earlier[-1].nodes)
    assert len(conversation.workflow.edges) == 3


@pytest.mark.parametrize("said", ["do the saving and the mail at the same time", "storing and mailing can run in parallel"])
def test_two_steps_run_side_by_side_and_one_after_the_other_again(said: str) -> None:
    conversation = play(TWO, said)
    assert arrows(conversation.workflow) == {"webhook_trigger > db_write", "webhook_trigger > email"}
    conversation.say("one after the other again: first the saving, then the mail")
    assert arrows(conversation.workflow) == {"webhook_trigger > db_write", "db_write > email"}


@pytest.mark.parametrize("said", ["swap the two branches", "the branches are the wrong way round, flip them"])
def test_the_ways_out_of_a_condition_change_places(said: str) -> None:
    conversation = play(FORK, said)
    assert {"condition [false] > slack_message", "condition [true] > email"} <= arrows(conversation.workflow)


def test_a_step_that_is_not_there_is_not_moved() -> None:
    conversation = play(ROW, "move the fax to the end")
    assert conversation.turns[-1].edits == []
