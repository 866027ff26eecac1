"""Times of day and rhythms in words ("every Tuesday at half past nine") to five-field cron."""

import re
from dataclasses import dataclass

from parley.planner.builtin.slots import number

_DAYS = {
    "sun": 0,
    "mon": 1,
    "tue": 2,
    "wed": 3,
    "thu": 4,
    "fri": 5,
    "sat": 6,
}
_DAY = r"(sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:day)?s?\b"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PART_HOURS = {
    "morning": (8, 0),
    "noon": (12, 0),
    "midday": (12, 0),
    "lunchtime": (12, 0),
    "afternoon": (15, 0),
    "evening": (18, 0),
    "night": (22, 0),
    "midnight": (0, 0),
}
_PART = r"(?:(?:early|late) )?(mornings?|noon|midday|lunchtime|afternoons?|evenings?|nights?|midnight)"
_NUMBER = r"(\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty)"
_CLOCK = (
    rf"(?:(half past|(?:a )?quarter past|(?:a )?quarter to) {_NUMBER}|(\d{{1,2}})\s?[:.h]\s?(\d{{2}})\b|(\d{{1,2}})\s?h\b|"
    rf"{_NUMBER}(?: ?o'?clock)?)(?:\s*(am\b|pm\b))?(?: o'?clock)?(?: in the (morning|afternoon|evening)| at night)?"
)
_AT = re.compile(rf"\b(?:at|by|around|@|from)\s+(?:about )?{_CLOCK}(?! ?(?:%|percent|days?|weeks?|people|pieces|items))", re.I)
_BARE_TIME = re.compile(r"(?<![\d.:])(?:(\d{1,2})[:h](\d{2})|(\d{1,2})\s?(am|pm))\b\s*(am\b|pm\b)?", re.I)
_EVERY_UNIT = re.compile(
    rf"\b(?:every|each|once (?:every|per|an?)|per)\s+(?:{_NUMBER}\s+)?(minutes?|mins?|hours?|hrs?)\b|\b(hourly)\b"
    rf"|\b(half[- ]hourly|(?:every|each) half(?:[- ]an)?[- ]hour)\b",
    re.I,
)
_EVERY_OTHER = re.compile(
    rf"\b(?:every|each)\s+(?:(other|second|third|fourth)|{_NUMBER}(?:st|nd|rd|th)?)\s+(days?|weeks?|months?|{_DAY})", re.I
)
_DAY_LIST = re.compile(
    rf"\b(?:(?:every|each|on|from)\s+)?{_DAY}(?:(?:\s*(?:,|and|&|or|,\s*and)\s*|\s*(-|to|through|until)\s*)(?:on )?{_DAY})*", re.I
)
_WEEKDAYS = re.compile(r"\b(?:(?:every|each|on|all)\s+)?(?:work(?:ing)?[- ]?days?|school[- ]?days?|week-?days?|business days?)\b", re.I)
_WEEKENDS = re.compile(r"\b(?:(?:every|each|on|at)\s+)?week-?ends?\b", re.I)
_DAILY = re.compile(rf"\b(?:daily|nightly|(?:every|each)\s+(?:single )?(?:day|{_PART}))(?:\s{_PART})?\b", re.I)
_WEEKLY = re.compile(r"\b(?:weekly|(?:every|each|once a|per) week|start of (?:the|each|every) week)\b", re.I)
_MONTHLY = re.compile(
    r"\b(?:monthly|(?:every|each|once a|per|of the|of each|of every|in the|(?<!after )(?<!within )(?<!for )(?<!in )a) month)\b",
    re.I,
)
_YEARLY = re.compile(r"\b(?:yearly|annually|(?:every|each|once a) year)\b", re.I)
_MONTH_DAY = re.compile(
    r"\b(?:on |every |each )?(?:the )?(?:(first|last)(?: day)?|(\d{1,2})(?:st|nd|rd|th)(?: day)?)(?= (?:of|in) (?:the|each"
    r"|every) month| every month| monthly| of the month| day of)"
    r"|\b(?:every|each|on the) (?:(first)|(\d{1,2})(?:st|nd|rd|th))\b|\b(?:beginning|start) of (?:the|each|every) month"
    r"|\b(end) of (?:the|each|every) month",
    re.I,
)
_OF_A_DAY = re.compile(r"\b(?:today|tomorrow|yesterday)'s\b|\bthe (?:day|evening|morning|night|afternoon) before\b", re.I)
_NOT_ON = re.compile(
    rf"(?:,?\s*\b(?:but|and)\s+)?\b(?:not|never|except|excluding|apart from|other than|without)\s+(?:for\s+)?(?:on\s+)?(?:the\s+)?"
    rf"(?:(week-?ends?)|{_DAY}(?:\s*(?:,|and|&|or)\s*(?:on )?{_DAY})?)",
    re.I,
)
_QUARTER = re.compile(r"\b(?:quarterly|(?:every|each) quarter)\b", re.I)
_DATE = re.compile(
    r"\b(?:on |every )?(?:(\d{1,2})(?:st|nd|rd|th)?\.? (?:of )?|)(january|february|march|april|june|july|august|september"
    r"|october|november|december)(?: (\d{1,2})(?:st|nd|rd|th)?)?\b",
    re.I,
)


# "at quarter past each hour", "every hour at half past", "ten minutes past every hour"
_PAST_THE_HOUR = re.compile(
    rf"\b(?:at |on )?(?:(?:a )?(?P<part>quarter|half)|{_NUMBER}(?: minutes?)?|minute {_NUMBER})\s*(?P<way>past|after|to"
    rf"|before)?(?: the hour)?\b",
    re.I,
)


def _minute_of(past: re.Match[str]) -> str:
    said = past["part"].lower() if past["part"] else ""
    minutes = {"quarter": 15, "half": 30}.get(said) or number(past[2] or past[3] or "zero")
    back = (past["way"] or "").lower() in {"to", "before"}
    return str((60 - minutes if back else minutes) % 60)


@dataclass(frozen=True)
class Schedule:
    """`spans` are the parts of the text it was read from. A side that was not said is None: a change keeps what is there."""

    spans: tuple[tuple[int, int], ...]
    time: tuple[str, str] | None  # minute, hour fields
    days: tuple[str, str, str] | None  # day of month, month, day of week fields
    every: int | None = None  # each n-th time, for rhythms that cron cannot say

    def cron(self, minute: str = "0", hour: str = "9", days: tuple[str, str, str] = ("*", "*", "*")) -> str:
        minute, hour = self.time or (minute, hour)
        return " ".join((minute, hour, *(self.days or days)))

    @property
    def assumed_time(self) -> bool:
        return self.time is None


def find(text: str, bare_times: bool = False) -> Schedule | None:
    """The schedule said in the text, or None. `bare_times`: a time of day alone counts ("do it at half past nine")."""
    if without := _NOT_ON.search(text):
        return _spared(text, without, bare_times)
    spans: list[tuple[int, int]] = []
    time, days, every = None, None, None

    if match := _EVERY_UNIT.search(text):
        spans.append(match.span())
        count = number(match[1]) if match[1] else 1
        unit = (match[2] or match[3] or "min").lower()
        if match[4]:
            time = ("*/30", "*")
        elif unit.startswith("m"):
            time = (f"*/{count}" if count != 1 else "*", "*")
        else:
            cut = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
            past = next((found for found in _PAST_THE_HOUR.finditer(cut) if found["way"] or found["part"] or found[3]), None)
            time = (_minute_of(past) if past else "0", f"*/{count}" if count != 1 else "*")
            spans += [past.span()] if past else []
        days = ("*", "*", "*")
    if days is None or time is not None:
        said = _days(text)
        if said:
            found, day_spans, every = said
            days = found
            spans += day_spans
    if days is None and not bare_times and not _starts_with_time(text):
        return None
    if time is None and (clock := _clock(text, spans)):
        (hour, minute), span = clock
        time = (str(minute), str(hour))
        spans.append(span)
    elif time is not None and time[1].startswith("*/") and time[0] == "0":
        pass
    if time is None and (part := re.search(rf"\b{_PART}\b", text, re.I)) and (days is not None):
        word = part[1].lower()
        hour, minute = _PART_HOURS.get(word, _PART_HOURS.get(word.removesuffix("s"), (9, 0)))
        if word in {"noon", "midday", "midnight", "lunchtime"} or any(start <= part.start() < end for start, end in spans):
            time = (str(minute), str(hour))
        if not any(start <= part.start() < end for start, end in spans):
            before = re.search(r"(?:\b(?:at|in the|in)\s+)$", text[: part.start()])
            spans.append((before.start() if before else part.start(), part.end()))
            time = (str(minute), str(hour))
    elif time is not None and (beside := re.match(rf"\s+{_PART}\b", text[spans[0][1] :], re.I)) and days is not None:
        spans.append((spans[0][1] + beside.start(1), spans[0][1] + beside.end()))  # "each weekday morning at 8:30"
    if time is None and days is None:
        return None
    if days is None and not bare_times:
        days = ("*", "*", "*")
    return Schedule(spans=tuple(sorted(spans)), time=time, days=days, every=every)


def _spared(text: str, without: re.Match[str], bare_times: bool) -> Schedule:
    """ "every day but not on Sundays": the days that stay."""
    said = find(text[: without.start()] + " " * (without.end() - without.start()) + text[without.end() :], bare_times)
    day, month, weekday = said.days if said and said.days else ("*", "*", "*")
    return Schedule(
        spans=tuple(sorted((*(said.spans if said else ()), without.span()))),
        time=said.time if said else None,
        days=(day, month, _less(weekday, without)),
    )


def spare(text: str, weekday: str) -> str | None:
    """The weekday field without the days that the text leaves out ("not on Sundays"), or None where it leaves out none."""
    without = re.match(rf"\W*(?:but\s+)?(?:{_NOT_ON.pattern})\W*$", text, re.I)
    return _less(weekday, without) if without else None


def _less(weekday: str, without: re.Match[str]) -> str:
    names = ["sat", "sun"] if without[1] else [day.lower()[:3] for day in (without[2], without[3]) if day]
    kept = sorted(_days_of(weekday) - {_DAYS[name] for name in names}, key=lambda day: day or 7)
    if len(kept) > 2 and kept == list(range(kept[0], kept[-1] + 1)):
        return f"{kept[0]}-{kept[-1]}"
    return ",".join(str(day) for day in kept) or weekday


def _days_of(weekday: str) -> set[int]:
    if weekday == "*":
        return set(range(7))
    found: set[int] = set()
    for part in weekday.split(","):
        first, _, last = part.partition("-")
        if first.isdigit():
            found |= set(range(int(first), int(last or first) + 1))
    return {day % 7 for day in found}


def _starts_with_time(text: str) -> bool:
    """ "At five in the afternoon the system should ..." is a schedule although it says no rhythm; "at 5" in mid-sentence is not, unless
    something is of a day: "tomorrow's lessons the evening before at 7"."""
    return (
        bool(re.match(rf"\s*(?:at|@)\s+{_CLOCK}", text, re.I))
        or bool(re.search(r"\bat (?:noon|midnight)\b", text, re.I))
        or bool(_OF_A_DAY.search(text) and _AT.search(text))
    )


def _days(text: str) -> tuple[tuple[str, str, str], list[tuple[int, int]], int | None] | None:
    if match := _EVERY_OTHER.search(text):
        word = (match[1] or match[2]).lower()
        count = {"other": 2, "second": 2, "third": 3, "fourth": 4}.get(word) or number(word)
        unit = match[3].lower()
        if unit.startswith("day"):
            return (f"*/{count}", "*", "*"), [match.span()], None
        if unit.startswith("month"):
            return ("1", f"*/{count}", "*"), [match.span()], None
        if unit.startswith("week"):
            day = _DAY_LIST.search(text)
            weekday = str(_DAYS[day[1].lower()[:3]]) if day else "1"
            return ("*", "*", weekday), [match.span(), *([day.span()] if day else [])], count
        return ("*", "*", str(_DAYS[match[4].lower()[:3]])), [match.span()], count
    if match := _MONTH_DAY.search(text):
        spans = [match.span()]
        if month := _MONTHLY.search(text, match.end()):
            spans.append(month.span())
        last = (match[1] or "").lower() == "last" or match[5]
        day = "28" if last else next((g for g in (match[2], match[4]) if g), "1")
        return (day, "*", "*"), spans, None
    if match := _WEEKDAYS.search(text):
        return ("*", "*", "1-5"), [match.span()], None
    if match := _WEEKENDS.search(text):
        return ("*", "*", "0,6"), [match.span()], None
    if (match := _DAY_LIST.search(text)) and not re.search(r"\b(?:last|next|this|until|by)\s+$", text[: match.start()], re.I):
        names = [found.lower()[:3] for found in re.findall(_DAY, match[0], re.I)]
        numbers = [_DAYS[name] for name in names]
        ranged = len(numbers) == 2 and re.search(r"-|\bto\b|through|until", match[0])
        field = f"{numbers[0]}-{numbers[1]}" if ranged and numbers[0] < numbers[1] else ",".join(str(n) for n in sorted(set(numbers)))
        spans = [match.span()]
        if weekly := _WEEKLY.search(text):
            spans.append(weekly.span())
        return ("*", "*", field), spans, None
    if match := _DAILY.search(text):
        return ("*", "*", "*"), [match.span()], None
    if match := _WEEKLY.search(text):
        return ("*", "*", "1"), [match.span()], None
    if (match := _DATE.search(text)) and (match[1] or match[3]):
        month = str(_MONTHS.index(match[2].lower()[:3]) + 1)
        return (match[1] or match[3], month, "*"), [match.span()], None
    if match := _QUARTER.search(text):
        return ("1", "*/3", "*"), [match.span()], None
    if match := _MONTHLY.search(text):
        return ("1", "*", "*"), [match.span()], None
    if match := _YEARLY.search(text):
        return ("1", "1", "*"), [match.span()], None
    return None


def _clock(text: str, taken: list[tuple[int, int]]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    for match in _AT.finditer(text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        word, relative, hour2, minute2, hour3, plain, half, part = match.groups()
        if word:
            base = number(relative)
            hour, minute = {"half past": (base, 30), "quarter past": (base, 15)}.get(word.lower().removeprefix("a "), (base - 1, 45))
        elif hour2:
            hour, minute = int(hour2), int(minute2)
        else:
            hour, minute = int(hour3) if hour3 else number(plain), 0
        afternoon = (
            (half or "").lower() == "pm" or (part or "").lower() in {"afternoon", "evening"} or match[0].lower().endswith("at night")
        )
        part_said = "night" if match[0].lower().endswith("at night") else _said_part(text, match.end())
        if part_said == "night":
            afternoon = (half or "").lower() == "pm" or (
                6 <= hour < 12 and not hour2 and (half or "").lower() != "am"
            )  # at 1 at night is early
        if hour < 12 and (afternoon or (part_said in {"afternoon", "evening"} and hour >= 1 and not hour2)):
            hour += 12
        if hour == 12 and (half or "").lower() == "am":
            hour = 0
        if (
            1 <= hour < 6
            and not half
            and not part
            and not part_said
            and not re.match(r"0\d", hour2 or plain or hour3 or "")
            and hour2 is None
        ):
            hour += 12  # "on Tuesdays at 3": nobody means the night without saying so
        if hour < 24 and minute < 60:
            return (hour, minute), match.span()
    for match in _BARE_TIME.finditer(text):
        hour, minute = int(match[1] or match[3]), int(match[2] or 0)
        half = (match[4] or match[5] or "").lower()
        if half == "pm" and hour < 12:
            hour += 12
        if hour < 24 and minute < 60:
            before = re.search(r"\bat\s+$", text[: match.start()])
            return (hour, minute), (before.start() if before else match.start(), match.end())
    if match := re.search(r"\bat (noon|midnight|midday)\b", text, re.I):
        return _PART_HOURS[match[1].lower()], match.span()
    return None


def taken_for_afternoon(text: str, cron: str) -> bool:
    """Whether the time of day was a bare hour from one to five."""
    said = _AT.search(text)
    hour = cron.split()[1]
    return (
        said is not None
        and hour in {"13", "14", "15", "16", "17"}
        and bool(
            re.search(r"(?:[1-5]|one|two|three|four|five)(?: ?o'?clock)?$", said[0].strip(), re.I) and not re.search(r"\d[1-5]$", said[0])
        )
        and _said_part(text, said.end()) is None
    )


def _said_part(text: str, near: int) -> str | None:
    """The part of the day named close before a bare hour ("every evening at 7")."""
    found = re.findall(rf"\b{_PART}\b", text[max(0, near - 40) : near], re.I)
    return found[-1].lower().removesuffix("s") if found else None


def parse_fields(cron: str) -> tuple[str, str, tuple[str, str, str]] | None:
    parts = cron.split()
    return (parts[0], parts[1], (parts[2], parts[3], parts[4])) if len(parts) == 5 else None


_DAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def in_words(cron: str) -> str:
    """ "every Monday at 07:00", for replies and answers; the cron text itself where it says more than words can."""
    fields = parse_fields(cron)
    if fields is None:
        return cron
    minute, hour, (day, month, weekday) = fields
    if hour == "*" and minute == "*":
        return "every minute"
    if minute.startswith("*/") and hour == "*":
        return f"every {minute[2:]} minutes"
    if minute == "0" and hour == "*":
        return "every hour"
    if minute.isdigit() and hour == "*":
        return f"every hour at {int(minute)} past"
    if minute == "0" and hour.startswith("*/"):
        return f"every {hour[2:]} hours"
    if not (minute.isdigit() and hour.isdigit()):
        return cron
    time = f"at {int(hour)}:{int(minute):02}"
    if (day, month, weekday) == ("*", "*", "*"):
        return f"every day {time}"
    if (day, month) == ("*", "*"):
        if weekday == "1-5":
            return f"every working day {time}"
        if ranged := re.fullmatch(r"(\d)-(\d)", weekday):
            return f"from {_DAY_NAMES[int(ranged[1]) % 7]} to {_DAY_NAMES[int(ranged[2]) % 7]} {time}"
        if all(part.isdigit() for part in weekday.split(",")):
            names = [_DAY_NAMES[int(part) % 7] for part in weekday.split(",")]
            return f"every {', '.join(names[:-1])}{' and ' if names[1:] else ''}{names[-1]} {time}"
    if month == weekday == "*" and day.startswith("*/"):
        return f"every {day[2:]} days {time}"
    if weekday == "*" and day.isdigit() and month.startswith("*/"):
        return f"on day {day} of every {month[2:]} months {time}"
    if month == weekday == "*" and day.isdigit():
        return f"on day {day} of the month {time}"
    return cron
