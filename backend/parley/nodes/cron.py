"""Schedules in cron's five fields: checked with words a person can act on, and read out loud."""

import re
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from parley.errors import ParleyError
from parley.nodes.values import Text

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SHORTHANDS = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
              "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}  # fmt: skip


class ScheduleNotUnderstood(ParleyError, ValueError):
    """A cron line or a time zone that cannot be read; a ValueError so that config models report it."""


@dataclass(frozen=True)
class Field:
    name: str
    low: int
    high: int
    names: dict[str, int]


FIELDS = (
    Field("minute", 0, 59, {}),
    Field("hour", 0, 23, {}),
    Field("day of the month", 1, 31, {}),
    Field("month", 1, 12, {name: number for number, name in enumerate(MONTHS, 1)}),
    Field("day of the week", 0, 7, {day[:3].lower(): number for number, day in enumerate(DAYS)}),  # 0 and 7 are both Sunday
)


def check_cron(text: str) -> str:
    """The line with single spaces and its shorthand written out. Raises ScheduleNotUnderstood."""
    line = " ".join(text.split()).lower()
    line = SHORTHANDS.get(line, line)
    parts = line.split(" ")
    if len(parts) != len(FIELDS):
        raise ScheduleNotUnderstood(
            f"A schedule has five fields: minute, hour, day, month, weekday. This has {len(parts)}. For every day at 9, write 0 9 * * *."
        )
    for part, field in zip(parts, FIELDS, strict=True):
        for piece in part.split(","):
            _check_piece(piece, field)
    _check_day_exists(parts)
    return line


def _check_piece(piece: str, field: Field) -> None:
    values, slash, step = piece.partition("/")
    if slash and (not step.isdecimal() or not 1 <= int(step) <= field.high):
        raise ScheduleNotUnderstood(f"The step after / in the {field.name} is a number from 1 to {field.high}, not “{step}”.")
    if values == "*":
        return
    first, dash, last = values.partition("-")
    low = _number(first, field)
    if dash and _number(last, field) < low:
        raise ScheduleNotUnderstood(f"The {field.name} runs backwards in {values}. Write {last}-{first}, or two ranges with a comma.")


def _number(text: str, field: Field) -> int:
    number = field.names.get(text) if not text.isdecimal() else int(text)
    if number is None:
        raise ScheduleNotUnderstood(f"“{text}” is no {field.name}. It goes from {field.low} to {field.high}; * means every one.")
    if not field.low <= number <= field.high:
        raise ScheduleNotUnderstood(f"The {field.name} goes from {field.low} to {field.high}.")
    return number


def _check_day_exists(parts: list[str]) -> None:
    day, month, weekday = parts[2], parts[3], parts[4]
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    if day.isdecimal() and month.isdecimal() and weekday == "*" and int(day) > longest.get(int(month), 31):
        raise ScheduleNotUnderstood(f"There is no day {day} in month {month}; this would never run.")


def cron_in_words(text: str) -> str:
    """ "Every Monday at 9:00" for the common shapes, the line itself for the others and for what cannot be read."""
    try:
        minute, hour, day, month, weekday = check_cron(text).split(" ")
    except ScheduleNotUnderstood:
        return " ".join(text.split())
    if (day, month, weekday) == ("*", "*", "*") and hour == "*":
        every = re.fullmatch(r"\*/(\d+)", minute)
        if minute in ("*", "*/1"):
            return "Every minute"
        return f"Every {every[1]} minutes" if every else f"Every hour at :{minute:0>2}" if minute.isdecimal() else text
    if minute == "0" and (hours := re.fullmatch(r"\*/(\d+)", hour)) and (day, month, weekday) == ("*", "*", "*"):
        return f"Every {hours[1]} hours"
    if not (minute.isdecimal() and hour.isdecimal()):
        return text
    at = f"at {int(hour)}:{minute:0>2}"
    match day, month, weekday:
        case "*", "*", "*":
            return f"Every day {at}"
        case "*", "*", "1-5" | "mon-fri":
            return f"Every weekday {at}"
        case "*", "*", _ if (number := FIELDS[4].names.get(weekday, int(weekday) if weekday.isdecimal() else None)) is not None:
            return f"Every {DAYS[number % 7]} {at}"
        case _, "*", "*" if day.isdecimal():
            return f"Every month on day {day} {at}"
        case _:
            return text


def check_timezone(name: str) -> str:
    """The name as given; the empty one stands for the browser's. Raises ScheduleNotUnderstood."""
    try:
        if name:
            ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfo raises IsADirectoryError for "Europe"
        raise ScheduleNotUnderstood(f"There is no time zone “{name}”. Write it like Europe/Berlin or UTC.") from None
    return name


Cron = Annotated[Text, AfterValidator(check_cron)]
Timezone = Annotated[Text, AfterValidator(check_timezone)]
