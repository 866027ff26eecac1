"""Wishes that are easily read as their opposite: what stays is said and not what goes, one more address, a rhythm that comes later."""

import pytest

from tests.planner.builtin.play import play, types

ROW = "webhook /kiosk → #kiosk → mail to till@kiosk.test → save in table sales"
CHECKED = "When a form arrives at /form, ask the mayor for approval, then email clerk@town.test"
DAILY = "Every day at 5:30 fetch https://pool.test/chlorine and post it to #pool"


@pytest.mark.parametrize(
    "said", ["keep only the mail", "keep the mail, everything else can go", "leave just the mail, the rest is not needed"]
)
def test_what_is_kept_stays_and_the_rest_goes(said: str) -> None:
    assert types(play(ROW, said).workflow) == ["email", "webhook_trigger"]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("forget about the saving", ["email", "slack_message", "webhook_trigger"]),
        ("nah, the slack post is useless", ["db_write", "email", "webhook_trigger"]),
        ("take out both the mail and the saving", ["slack_message", "webhook_trigger"]),
    ],
)
def test_what_goes_is_gone(said: str, left: list[str]) -> None:
    assert types(play(ROW, said).workflow) == left


@pytest.mark.parametrize("said", ["nobody has to approve it any more", "nobody needs to sign it off any longer"])
def test_an_approval_that_nobody_gives_goes(said: str) -> None:
    assert "approval" not in types(play(CHECKED, said).workflow)


def test_to_drop_a_line_is_to_write_one() -> None:
    conversation = play(DAILY, "and drop a line to warden@pool.test")
    assert conversation.of_type("email").config["to"] == "warden@pool.test"
    assert "slack_message" in types(conversation.workflow)


@pytest.mark.parametrize("said", ["also cc boss@kiosk.test", "put boss@kiosk.test in cc", "copy in boss@kiosk.test please"])
def test_a_copy_is_one_more_address_of_the_mail(said: str) -> None:
    assert play(ROW, said).of_type("email").config["to"] == "till@kiosk.test, boss@kiosk.test"


@pytest.mark.parametrize(
    ("said", "cron"),
    [
        ("a quarter of an hour later", "45 5 * * *"),
        ("every quarter of an hour will do", "*/15 * * * *"),
        ("weekdays are enough", "30 5 * * 1-5"),
    ],
)
def test_a_rhythm_is_told_in_passing(said: str, cron: str) -> None:
    assert play(DAILY, said).of_type("schedule_trigger").config["cron"] == cron


def test_wiping_everything_is_starting_over() -> None:
    assert play(ROW, "wipe everything").workflow.nodes == ()
