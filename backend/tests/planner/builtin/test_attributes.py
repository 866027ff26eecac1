"""A field set by its name: whichever way the sentence is turned, the value reaches the step that has it, and nothing else moves."""

import pytest

from tests.planner.builtin.play import play

ROW = "webhook /kiosk → #kiosk → mail to till@kiosk.test → save in table sales"
MORNING = "Every day at 6 search the web for tide news, let AI write a report, wait 2 hours and mail it to harbour@tide.test"
FORK = "Every day at 8 fetch https://pool.test/chlorine and if the chlorine is below 3, tell #pool"


@pytest.mark.parametrize(
    ("start", "said", "node_type", "field", "value"),
    [
        (ROW, "the subject of the mail should be 'Sold out'", "email", "subject", "Sold out"),
        (ROW, "change the mail's subject to 'Sold out'", "email", "subject", "Sold out"),
        (ROW, "use 'Sold out' as the subject", "email", "subject", "Sold out"),
        (ROW, "in the mail the subject must read 'Sold out'", "email", "subject", "Sold out"),
        (ROW, "the slack post should just say 'Come and buy'", "slack_message", "text", "Come and buy"),
        (ROW, "the recipient is now boss@kiosk.test", "email", "to", "boss@kiosk.test"),
        (ROW, "the table should be called takings", "db_write", "table", "takings"),
        (ROW, "it now writes to the table takings", "db_write", "table", "takings"),
        (ROW, "the path is /shop from now on", "webhook_trigger", "path", "shop"),
        (MORNING, "the model for the report should be qwen", "llm", "model", "qwen"),
        (MORNING, "set the temperature to 0.3", "llm", "temperature", 0.3),
        (MORNING, "the waiting time is ninety minutes, sorry: make the wait 90 minutes", "delay", "duration", "90 minutes"),
        (MORNING, "the time zone is Asia/Tokyo", "schedule_trigger", "timezone", "Asia/Tokyo"),
        (FORK, "the address changed to https://pool.test/v3", "http_request", "url", "https://pool.test/v3"),
        (FORK, "the method should be POST", "http_request", "method", "POST"),
    ],
)
def test_a_field_is_set_by_its_name(start: str, said: str, node_type: str, field: str, value: object) -> None:
    conversation = play(start, said)
    before, after = conversation.earlier[-1], conversation.workflow
    assert conversation.of_type(node_type).config[field] == value
    assert [node for node in after.nodes if node.type != node_type] == [node for node in before.nodes if node.type != node_type]
    assert after.edges == before.edges


@pytest.mark.parametrize("said", ["lower the limit to 2", "make the threshold 2", "the limit should be 2"])
def test_a_limit_is_the_number_of_the_condition(said: str) -> None:
    assert str(play(FORK, said).of_type("condition").config["expression"]).endswith("< 2")


def test_a_field_of_a_step_that_is_not_there_is_not_set_on_another() -> None:
    conversation = play(FORK, "the subject of the mail should be 'Water'")
    assert conversation.turns[-1].edits == []
