"""Durations, schedules and mixed values, as people and templates write them."""

import pytest
from pydantic import ValidationError

from parley.nodes.cron import ScheduleNotUnderstood, check_cron, check_timezone, cron_in_words
from parley.nodes.durations import DurationNotUnderstood, seconds_of
from parley.nodes.http_request import HttpRequestConfig
from parley.nodes.llm import LlmConfig
from parley.nodes.schedule_trigger import ScheduleTriggerConfig
from parley.nodes.switch import SwitchConfig
from parley.nodes.transform import TransformConfig
from parley.nodes.values import as_items, as_text, as_truth


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5 days", 432_000),
        ("90 s", 90),
        ("90", 90),
        ("PT5M", 300),
        ("P1DT2H", 93_600),
        ("2h 30m", 9000),
        ("2h30m", 9000),
        ("1.5 hours", 5400),
        ("1,5 h", 5400),
        ("an hour and 5 minutes", 3900),
        ("two weeks", 1_209_600),
        ("1 day, 2 hours", 93_600),
        ("500 ms", 0.5),
        ("half an hour", None),
        (" 10 MIN ", 600),
        ("0 s", 0),
    ],
)
def test_durations_are_read(text: str, seconds: float | None) -> None:
    if seconds is None:
        with pytest.raises(DurationNotUnderstood):
            seconds_of(text)
    else:
        assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "5 parsecs", "five", "-5 s", "5 days later", "P", "PT", "1e9 s", "days 5", "٣ days x", "p1m"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(DurationNotUnderstood, match="is not a duration"):
        seconds_of(text)


def test_a_wait_of_years_is_refused() -> None:
    with pytest.raises(DurationNotUnderstood, match="at most 366 days"):
        seconds_of("3 years")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0 25 * * 1", "The hour goes from 0 to 23."),
        ("60 1 * * *", "The minute goes from 0 to 59."),
        ("0 9 * *", "This has 4."),
        ("0 9 32 * *", "The day of the month goes from 1 to 31."),
        ("0 9 * 13 *", "The month goes from 1 to 12."),
        ("0 9 * * 8", "The day of the week goes from 0 to 7."),
        ("0 9 * * monday", "“monday” is no day of the week."),
        ("0 17-9 * * *", "runs backwards"),
        ("*/0 * * * *", "The step after /"),
        ("0 9 31 2 *", "There is no day 31 in month 2"),
        ("", "five fields"),
        ("a b c d e", "“a” is no minute"),
        ("0 9-x * * *", "“x” is no hour"),
        ("0 9, * * *", "“” is no hour"),
    ],
)
def test_a_wrong_schedule_is_explained(line: str, words: str) -> None:
    with pytest.raises(ScheduleNotUnderstood) as refusal:
        check_cron(line)
    assert words in refusal.value.message


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0 9 * * 1", "Every Monday at 9:00"),
        ("30 8 * * MON-FRI", "Every weekday at 8:30"),
        ("*/15 * * * *", "Every 15 minutes"),
        ("0 */2 * * *", "Every 2 hours"),
        ("@daily", "Every day at 0:00"),
        ("0 7 1 * *", "Every month on day 1 at 7:00"),
        ("5 * * * *", "Every hour at :05"),
        ("0 9 * * 7", "Every Sunday at 9:00"),
        ("0 9 1 jan *", "0 9 1 jan *"),
        ("nonsense", "nonsense"),
        ("* * * * *", "Every minute"),
        ("0,30 9 * * 1,3", "0,30 9 * * 1,3"),
    ],
)
def test_a_schedule_is_said_in_words(line: str, words: str) -> None:
    assert cron_in_words(line) == words


def test_time_zones_are_checked() -> None:
    assert check_timezone("Europe/Berlin") == "Europe/Berlin"
    assert check_timezone("") == ""
    for name in ("Mars/Base", "Europe", "../etc/passwd", "\x00"):
        with pytest.raises(ScheduleNotUnderstood, match="no time zone"):
            check_timezone(name)


def test_config_models_say_it_in_the_same_words() -> None:
    with pytest.raises(ValidationError, match="The hour goes from 0 to 23"):
        ScheduleTriggerConfig(cron="0 25 * * 1")
    with pytest.raises(ValidationError, match="Two cases are called “a”"):
        SwitchConfig.model_validate({"cases": [{"name": "a", "expression": "1"}, {"name": "a", "expression": "2"}]})
    with pytest.raises(ValidationError, match="“default” is there already"):
        SwitchConfig.model_validate({"cases": [{"name": "default", "expression": "1"}]})
    with pytest.raises(ValidationError, match="cannot be used in a template"):
        TransformConfig.model_validate({"fields": {"due date": 1}})


def test_rendered_values_of_any_type_fit_text_fields() -> None:
    assert LlmConfig.model_validate({"prompt": ["a", {"b": 1}]}).prompt == '[\n  "a",\n  {\n    "b": 1\n  }\n]'
    assert LlmConfig.model_validate({"prompt": 5, "temperature": "0.2", "max_tokens": "400"}).max_tokens == 400
    assert HttpRequestConfig.model_validate({"url": "x", "query": {"n": 5, "on": True, "none": None}}).query == {
        "n": "5",
        "on": "true",
        "none": "",
    }


@pytest.mark.parametrize(
    ("value", "items"),
    [
        (None, []),
        ("", []),
        ([1, 2], [1, 2]),
        ("a, b", ["a", "b"]),
        ("a, b\nc", ["a, b", "c"]),
        ('["x"]', ["x"]),
        ("[x", ["[x"]),
        (5, [5]),
        ({"a": 1}, [{"key": "a", "value": 1}]),
    ],
)
def test_loops_go_through_what_there_is(value: object, items: list[object]) -> None:
    assert as_items(value) == items


def test_words_for_no_are_not_true() -> None:
    assert [as_truth(value) for value in ("false", "No", " ", 0, None, [], "yes", 1, "0.0", {"a": 1})] == [False] * 6 + [True] * 4
    assert as_text(True) == "true"
