"""Times of day and rhythms in words ("every Tuesday at half past nine") to five-field cron."""

import re
from dataclasses import dataclass
from itertools import groupby

from parley.planner.builtin import clock, days, days_left_out, rates, time_words
from parley.planner.builtin.cron_words import in_words, parse_fields
from parley.planner.builtin.time_words import Token, letters, pattern

__all__ = ["Schedule", "find", "in_words", "parse_fields", "spare", "taken_for_afternoon"]


@dataclass(frozen=True)
class Schedule:
    """`spans` are the parts of the text it was read from. A side that was not said is None: a change keeps what is there."""

    spans: tuple[tuple[int, int], ...]
    time: tuple[str, str] | None  # minute, hour fields
    days: tuple[str, str, str] | None  # day of month, month, day of week fields
    every: int | None = None  # each n-th time, for rhythms that cron cannot say
    times_assumed: bool = False  # "twice a day" says how often, and not when

    def cron(self, minute: str = "0", hour: str = "9", days: tuple[str, str, str] = ("*", "*", "*")) -> str:
        minute, hour = self.time or (minute, hour)
        return " ".join((minute, hour, *(self.days or days)))

    @property
    def assumed_time(self) -> bool:
        return self.time is None or self.times_assumed


def find(text: str, bare_times: bool = False) -> Schedule | None:
    """The schedule said in the text, or None. `bare_times`: a time of day alone counts ("do it at half past nine")."""
    tokens = time_words.read(text)
    without = days_left_out.left_out(tokens)
    if without is None:
        return _find(text, tokens, bare_times)
    said = _find(text, _blanked(tokens, set(range(without.first, without.last))), bare_times)
    if said is None and without.months:
        return None
    return Schedule(
        spans=_merged([*(said.spans if said else ()), time_words.span(tokens, text, without.first, without.last)]),
        time=said.time if said else None,
        days=without.of(said.days if said and said.days else days.EVERY_DAY),
        every=said.every if said else None,
        times_assumed=said.times_assumed if said else False,
    )


def _find(text: str, tokens: list[Token], bare: bool) -> Schedule | None:
    rate = rates.find(tokens)
    free = _blanked(tokens, rate.taken) if rate else tokens
    said = days.gather(free, text, bare)
    fields = said.fields(alone=bare and rate is None) or ((("*", said.months, "*") if said.months else days.EVERY_DAY) if rate else None)
    taken = said.taken | rate.taken if rate else said.taken if fields else set[int]()
    if fields is None and not bare and not _starts_with_time(text, tokens):
        return None
    if rate:
        if rate.weekdays and fields == days.EVERY_DAY:
            fields = ("*", "*", rate.weekdays)
        return Schedule(_spans(tokens, text, taken), (rate.minute, rate.hour), fields, said.every or rate.every)
    office = fields is not None and _OFFICE.search(letters(tokens))
    times = clock.times(tokens, bare or (fields is not None and _close(tokens)), taken)
    time, used = (clock.fields(times), set(range(times[0].first, times[-1].last))) if times else _part_time(tokens, said, fields)
    taken |= used | _parts_beside(tokens, taken | used)
    assumed = time is None and said.hours is not None
    if assumed:
        time = ("0", said.hours or "9")
    if office:
        taken |= set(range(*office.span()))
    if time is None and fields is None:
        return None
    if fields is None and not bare:
        fields = days.EVERY_DAY
    return Schedule(_spans(tokens, text, taken), time, fields, said.every if fields else None, assumed)


_OFFICE = pattern("IN OFFICE")
_NEAR = pattern("(?:IN|AT|ON|OF)? SHADE? (?:PART|NOON)")
_OF_A_DAY = re.compile(r"\b(?:today|tomorrow|yesterday)'s\b|\bthe (?:day|evening|morning|night|afternoon) before\b", re.I)


def _close(tokens: list[Token]) -> bool:
    """A short text that is all about time: "Wednesdays 9:10 -"."""
    return not any(token.kind == "WORD" for token in tokens)


def _starts_with_time(text: str, tokens: list[Token]) -> bool:
    """ "At five in the afternoon the system should ..." is a schedule although it says no rhythm; "at 5" in mid-sentence is not, unless
    something is of a day: "tomorrow's lessons the evening before at 7"."""
    told = clock.times(tokens, False, set())
    if not told:
        return False
    first = tokens[told[0].first]
    noon = first.kind == "AT" and tokens[told[0].first + 1].kind == "NOON"
    return (first.kind == "AT" and (told[0].first == 0 or noon)) or (first.kind == "AT" and bool(_OF_A_DAY.search(text)))


def _part_time(tokens: list[Token], said: days.Days, fields: tuple[str, str, str] | None) -> tuple[tuple[str, str] | None, set[int]]:
    """The hours of the parts of the day that are named: "every morning and evening", "Mondays at noon"."""
    if fields is None:
        return None, set()
    found = [(hour, place) for hour, place in clock.parts(tokens) if place in said.taken or _is_said(tokens, place, said.taken)]
    if not found:
        return None, set()
    used: set[int] = set()
    for _, place in found:
        start = place
        while start and tokens[start - 1].kind in {"IN", "AT", "ON", "OF", "SHADE"} and start - 1 not in said.taken:
            start -= 1
        used |= set(range(start, place + 1))
    return ("0", ",".join(str(hour) for hour in sorted({hour for hour, _ in found}))), used


def _is_said(tokens: list[Token], place: int, taken: set[int]) -> bool:
    """ "in the morning", "Monday evening": no "good morning" that is written."""
    before = tokens[place - 1].kind if place else ""
    return not place or place - 1 in taken or before in {"IN", "AT", "SHADE", "COMMA", "EVERY"} or (before == "AND" and place - 2 in taken)


def _parts_beside(tokens: list[Token], taken: set[int]) -> set[int]:
    """ "each weekday morning at 8:30": the part of the day beside what was read says no more, and is no more of the sentence."""
    codes, beside = letters(tokens), set[int]()
    for match in _NEAR.finditer(codes):
        if match.start() - 1 in taken or match.end() in taken or (match.start() == 0 and taken):
            beside |= set(range(*match.span()))
    return beside - taken


def _blanked(tokens: list[Token], places: set[int]) -> list[Token]:
    return [Token("WORD", 0, token.start, token.end, "") if place in places else token for place, token in enumerate(tokens)]


def _spans(tokens: list[Token], text: str, taken: set[int]) -> tuple[tuple[int, int], ...]:
    between = {place + 1 for place in taken if place + 2 in taken and tokens[place + 1].kind == "COMMA" and tokens[place + 1].text == ","}
    taken = taken | between
    runs = [[place for _, place in run] for _, run in groupby(enumerate(sorted(taken)), lambda pair: pair[1] - pair[0])]
    return _merged([time_words.span(tokens, text, run[0], run[-1] + 1) for run in runs])


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def spare(text: str, weekday: str) -> str | None:
    """The weekday field without the days that the text leaves out ("not on Sundays"), or None where it leaves out none."""
    tokens = time_words.read(text)
    without = days_left_out.left_out(tokens)
    if without is None or any(token.kind not in {"STOP", "COMMA", "BUT"} for token in tokens[: without.first] + tokens[without.last :]):
        return None
    return without.weekdays(weekday) if without.days else None


def taken_for_afternoon(text: str, cron: str) -> bool:
    """Whether the time of day was a bare hour from one to five."""
    hours = cron.split()[1].split(",")
    times = clock.times(time_words.read(text), True, set())
    return any(time.guessed and str(time.hour) in hours for time in times)
