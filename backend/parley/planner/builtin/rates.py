"""Rhythms of minutes and hours in words: "every 20 minutes during office hours", "hourly on the half hour"."""

import re
from dataclasses import dataclass, field
from math import gcd

from parley.planner.builtin import clock
from parley.planner.builtin.clock import DAY
from parley.planner.builtin.time_words import Token, letters, pattern


@dataclass
class Rate:
    """`weekdays` are those of office hours; `every` is for a rate that cron cannot say ("every 90 minutes")."""

    minute: str
    hour: str
    first: int
    last: int
    every: int | None = None
    weekdays: str | None = None
    taken: set[int] = field(default_factory=set[int])


_UNIT = "(?:MINUTE|HOUR|HMARK)"
_EVERY = pattern(f"(?:EVERY|PER) (?:NUM|OTHER|ORD)? {_UNIT}|ALL NUM {_UNIT}|(?:EVERY|ALL) NUM? SPAN|EVERY HALF {_UNIT}|SPANLY|HOURLY"
                 f"|(?:ONCE|NUM FOLD) PER? {_UNIT}")  # fmt: skip
_PART = pattern("(?:IN|AT) PART")
_OFFICE = pattern("(?:IN|AT|ON|OF)* (?:EVERY)? OFFICE")


def find(tokens: list[Token]) -> Rate | None:
    codes = letters(tokens)
    match = _EVERY.search(codes)
    if match is None:
        return _by_the_hour(tokens, codes)
    minutes = _minutes(tokens[match.start() : match.end()])
    if not minutes or minutes % DAY == 0:
        return None
    rate = _rate(minutes, match)
    rate.taken = set(range(match.start(), match.end()))
    if rate.minute == "0" and (past := clock.shift(tokens, rate.taken)):
        minute, first, last = past
        rate.minute = str(minute)
        rate.taken |= set(range(first, last))
    _narrow(rate, tokens, codes)
    return rate


def _minutes(said: list[Token]) -> int:
    """How many minutes lie between two times."""
    span = next((token.value for token in said if token.kind in {"SPAN", "SPANLY"}), None)
    if span:
        return span
    unit = 1 if said[-1].kind == "MINUTE" else 60
    count = next((2 if token.kind == "OTHER" else token.value for token in said if token.kind in {"OTHER", "ORD", "NUM", "ONCE"}), 1)
    if any(token.kind == "HALF" for token in said):
        return unit // 2
    if any(token.kind in {"ONCE", "FOLD"} for token in said):
        return unit // count if count else 0
    return unit * count


def _rate(minutes: int, match: re.Match[str]) -> Rate:
    first, last = match.span()
    if minutes < 60:
        return Rate(f"*/{minutes}" if minutes > 1 else "*", "*", first, last)
    if minutes % 60 == 0 and minutes < 24 * 60:
        return Rate("0", f"*/{minutes // 60}" if minutes > 60 else "*", first, last)
    if minutes % 60 == 0:
        step = gcd(minutes // 60, 12)
        return Rate("0", f"*/{step}" if step > 1 else "*", first, last, every=minutes // 60 // step)
    step = gcd(minutes, 60)
    return Rate(f"*/{step}" if step > 1 else "*", "*", first, last, every=minutes // step)


def _by_the_hour(tokens: list[Token], codes: str) -> Rate | None:
    """ "at 15 minutes past the hour", "on the half-hour": every hour."""
    match = _HOURLY.search(codes)
    past = clock.shift(tokens, set()) if match else None
    return Rate(str(past[0]), "*", past[1], past[2], taken=set(range(past[1], past[2]))) if past else None


_HOURLY = pattern("(?:QUARTER|HALF|NUM MINUTE?) (?:PAST|TO) HOUR|ON SPAN")
_PARTS = {8: "6-11", 15: "12-17", 18: "18-21", 22: "22-23,0-5"}


def _narrow(rate: Rate, tokens: list[Token], codes: str) -> None:
    """Only between two hours of the day."""
    free = [token if place not in rate.taken else Token("WORD", 0, token.start, token.end, "") for place, token in enumerate(tokens)]
    office = _OFFICE.search(codes)
    begin, end = 9, 17
    if office:
        rate.taken |= set(range(*office.span()))
        rate.weekdays = "1-5"
    part = _PART.match(codes, rate.last)
    if said := clock.window(free, loose=True):
        begin, end = said[0].hour, (said[1].hour or 23) if said[1].hour < 24 else 23
        rate.taken |= set(range(said[0].first, said[1].last))
    elif not office and not part:
        return
    hours = f"{begin}-{end}" if begin <= end else f"{begin}-23,0-{end}"
    if part and not said:
        hours = _PARTS[tokens[part.end() - 1].value]
        rate.taken |= set(range(*part.span()))
    step = rate.hour.removeprefix("*")
    rate.hour = ",".join(part + step for part in hours.split(","))
