"""Durations as people write them: "5 days", "90 s", "2h 30m", "PT5M"."""

import re
from typing import Annotated

from pydantic import AfterValidator

from parley.errors import ParleyError
from parley.nodes.values import Text

LONGEST = 366 * 86_400
SECONDS = {
    "ms": 0.001, "millisecond": 0.001, "milliseconds": 0.001,
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
    "d": 86_400, "day": 86_400, "days": 86_400,
    "w": 604_800, "week": 604_800, "weeks": 604_800,
    "month": 30 * 86_400, "months": 30 * 86_400,
    "year": 365 * 86_400, "years": 365 * 86_400,
}  # fmt: skip
WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "half": 0.5,
}  # fmt: skip
_PART = re.compile(r"(?P<number>\d+(?:[.,]\d+)?|[a-z]+(?=\s))\s*(?P<unit>[a-z]+)")
_ISO = re.compile(
    r"p(?:(?P<weeks>[\d.]+)w)?(?:(?P<days>[\d.]+)d)?(?:t(?:(?P<hours>[\d.]+)h)?(?:(?P<minutes>[\d.]+)m)?(?:(?P<seconds>[\d.]+)s)?)?"
)


class DurationNotUnderstood(ParleyError, ValueError):
    """A text that is no duration, or one that is too long; a ValueError so that config models report it."""


def seconds_of(text: str) -> float:
    """The seconds that a text means; a bare number counts seconds. Raises DurationNotUnderstood."""
    plain = re.sub(r"\s*(?:,\s*(?!\d)|\band\b)\s*", " ", text.strip().lower()).strip()
    try:
        seconds = float(plain.replace(",", ".")) if re.fullmatch(r"\d+(?:[.,]\d+)?", plain) else _seconds_of_parts(plain)
    except ValueError:
        seconds = None
    if seconds is None:
        raise DurationNotUnderstood(f"“{text.strip()}” is not a duration. Write for example 90 s, 2 h 30 m or 5 days.")
    if seconds > LONGEST:
        raise DurationNotUnderstood("A wait lasts at most 366 days.")
    return seconds


def _seconds_of_parts(text: str) -> float | None:
    if (iso := _ISO.fullmatch(text)) and any(iso.groups()):
        return sum(float(number) * SECONDS[unit] for unit, number in iso.groupdict().items() if number is not None)
    total, end = 0.0, 0
    for part in _PART.finditer(text):
        number = WORDS.get(part["number"]) if part["number"].isalpha() else float(part["number"].replace(",", "."))
        if text[end : part.start()].strip() or number is None or part["unit"] not in SECONDS:
            return None
        total, end = total + number * SECONDS[part["unit"]], part.end()
    return total if end and not text[end:].strip() else None


def _checked(text: str) -> str:
    if text.strip():
        seconds_of(text)
    return text


Duration = Annotated[Text, AfterValidator(_checked)]
