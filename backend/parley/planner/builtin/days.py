"""Which days in words: days of the week, of the month and of the year, each n-th of them, and the days that are left out."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from parley.planner.builtin.text import wordset
from parley.planner.builtin.time_words import Token, letters, pattern

Fields = tuple[str, str, str]  # day of month, month, day of week
EVERY_DAY: Fields = ("*", "*", "*")


@dataclass
class Days:
    """What is said about the days, gathered rule by rule; `hours` are those of "twice a day"."""

    monthdays: list[int] = field(default_factory=list[int])
    months: str | None = None
    period: int | None = None  # every n months
    weekdays: str | None = None
    within: str | None = None  # the days of the month that an n-th weekday falls on
    step: int | None = None
    daily: bool = False
    weekly: bool = False
    spread: bool = False  # the days of the week are those of "twice a week", and give way to days that are said
    every: int | None = None
    hours: str | None = None
    taken: set[int] = field(default_factory=set[int])

    def fields(self, alone: bool) -> Fields | None:
        """`alone`: a month by itself is a rhythm."""
        month = self.months or (f"*/{self.period}" if self.period and self.period != 1 else "*")
        month = "1" if month == "*/12" else month
        if self.within and self.weekdays:
            return (self.within, month, self.weekdays)
        if self.monthdays:
            return (",".join(map(str, sorted(set(self.monthdays)))), month, "*")
        if self.weekdays:
            return ("*", month if self.months else "*", self.weekdays)
        if self.step:
            return (f"*/{self.step}" if self.step > 1 else "*", month, "*")
        if self.daily:
            return ("*", month, "*")
        if self.weekly:
            return ("*", month if self.months else "*", "1")
        if self.period or (alone and self.months and self.months.isdigit()):
            return ("1", month, "*")
        return ("*", month, "*") if alone and self.months else None


@dataclass(frozen=True)
class _Text:
    tokens: list[Token]
    codes: str
    source: str
    bare: bool

    def before(self, at: int) -> str:
        return self.tokens[at - 1].text if at else ""

    def kind(self, at: int) -> str:
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""


_Rule = Callable[[_Text, re.Match[str], Days], bool]
_NO_RHYTHM = wordset("last next this until till by before since after previous coming is was were not")
_SHORT = wordset("sun sat wed mon fri so do mo mi di fr sa")
_JOIN = "(?:COMMA|AND)+"
_AMONTH = "(?:OF|IN|ON|FROM)* EVERY? AMONTH"


def gather(tokens: list[Token], source: str, bare: bool) -> Days:
    text = _Text(tokens, letters(tokens), source, bare)
    days = Days()
    for form, rule in _RULES:
        for match in form.finditer(text.codes):
            if not days.taken & set(range(match.start(), match.end())) and rule(text, match, days):
                days.taken |= set(range(match.start(), match.end()))
    return days


def _values(text: _Text, match: re.Match[str], *kinds: str) -> list[int]:
    return [token.value for token in text.tokens[match.start() : match.end()] if token.kind in kinds]


def _weekdays(text: _Text, match: re.Match[str]) -> str:
    """ "mon, wed-fri" as a cron field."""
    said: set[int] = set()
    told = text.tokens[match.start() : match.end()]
    begin = None
    for place, token in enumerate(told):
        if token.kind == "WEEKDAYS":
            said |= {1, 2, 3, 4, 5}
        if token.kind == "WEEKEND":
            said |= {0, 6}
        if token.kind != "DAY":
            continue
        ranged = told[place - 1].kind in {"THROUGH", "TO"} or (told[0].kind == "BETWEEN" and begin is not None)
        if ranged and begin is not None:
            said |= {day % 7 for day in range(begin, token.value + (7 if token.value < begin else 0) + 1)}
        said.add(token.value)
        begin = token.value
    return weekday_field(said)


def weekday_field(days: set[int]) -> str:
    """Sunday is 0 in a list, and stands at the end of a range that leads to it."""
    ordered = sorted(days, key=lambda day: day or 7)
    if len(ordered) == 7:
        return "*"
    if len(ordered) > 2 and [day or 7 for day in ordered] == list(range(ordered[0] or 7, (ordered[0] or 7) + len(ordered))):
        if ordered[-1]:
            return f"{ordered[0]}-{ordered[-1]}"
        return f"{ordered[0]}-7"
    return ",".join(str(day) for day in sorted(days))


def _nth_weekday(text: _Text, match: re.Match[str], days: Days) -> bool:
    """ "the first Monday of the month": days 1-7 that are a Monday. "Each second Tuesday" is another rule's."""
    ordinals = _values(text, match, "ORD")
    last = bool(_values(text, match, "LAST"))
    of_month = text.kind(match.end() - 1) == "AMONTH" or days.period is not None or (ordinals and text.kind(match.end()) == "MONTH")
    if not of_month and not (text.kind(match.start()) == "EVERY" and (last or ordinals[:1] == [1] or len(ordinals) > 1)):
        return False
    if any(not 1 <= nth <= 5 for nth in ordinals):
        return False
    if _values(text, match, "WEEKDAYS"):  # cron has no "first working day"
        days.monthdays, days.period = [28 if last else ordinals[0]], days.period or 1
        return True
    ranges = [f"{7 * nth - 6}-{min(7 * nth, 31)}" for nth in ordinals] + (["22-28"] if last else [])
    days.within, days.weekdays = ",".join(ranges), _weekdays(text, match)
    return True


def _nth(text: _Text, match: re.Match[str], days: Days) -> bool:
    """Each other, second, third or 4th of something."""
    if days.every or days.step or days.within:
        return False
    count = next((2 if token.kind == "OTHER" else token.value for token in text.tokens[match.start() : match.end()]
                  if token.kind in {"OTHER", "ORD", "NUM"}), 1)  # fmt: skip
    unit = text.kind(match.end() - 1)
    if not count:
        return False
    match unit:
        case "DATE":
            days.step = count
        case "AMONTH":
            days.period = count
        case "AYEAR":
            days.period, days.every = 12, count if count > 1 else None
        case "QUARTERS":
            days.period = 3 * count
        case "WEEK" | "FORTNIGHT" | "FORTNIGHTLY":
            count *= 1 if unit == "WEEK" else 2
            days.weekly, days.every = True, count if count > 1 else None
        case "WEEKDAYS" | "WEEKEND":
            days.weekdays, days.every = _weekdays(text, match), count if count > 1 else None
        case _:
            days.weekdays, days.every = _weekdays(text, match), count if count > 1 else None
    return True


def _monthly(text: _Text, match: re.Match[str], days: Days) -> bool:
    if days.period or days.every or days.step:
        return False
    token = text.tokens[match.end() - 1]
    days.period = token.value if token.kind == "MONTHLY" else {"AMONTH": 1, "QUARTERS": 3, "QUARTER": 3, "AYEAR": 12}[token.kind]
    return True


def _half_year(text: _Text, match: re.Match[str], days: Days) -> bool:
    days.period = 6
    return True


_HOURS = {1: None, 2: "8,20", 3: "8,14,20", 4: "8,12,16,20", 5: "8,11,14,17,20", 6: "8,10,12,14,16,18"}
_WEEK = {1: "1", 2: "1,4", 3: "1,3,5", 4: "1,2,4,5", 5: "1-5", 6: "1-6", 7: "*"}
_MONTH = {1: [1], 2: [1, 15], 3: [1, 11, 21], 4: [1, 8, 15, 22]}


def _times(text: _Text, match: re.Match[str], days: Days) -> bool:
    """ "twice a day", "three times a week"."""
    count = _values(text, match, "ONCE", "NUM")[0]
    unit = text.kind(match.end() - 1)
    if unit in {"DATE", "DAILY"} and count in _HOURS:
        days.daily, days.hours = True, _HOURS[count]
    elif unit in {"WEEK", "WEEKLY"} and count in _WEEK:
        days.weekdays = _WEEK[count] if count > 1 else None
        days.weekly = days.spread = True
    elif unit in {"AMONTH", "MONTHLY"} and count in _MONTH:
        days.period = 1
        days.monthdays = _MONTH[count] if count > 1 else []
    elif unit == "AYEAR" and 12 % count == 0:
        days.period = 12 // count
    else:
        return False
    return True


_A_DAY = frozenset({"day", "tag", "jour", "día", "dia"})


def _month_days(text: _Text, match: re.Match[str], days: Days) -> bool:
    """ "on the 1st and 15th", "every 5th of the month", "day 3", where the words around say that it is a day of a month."""
    told = text.tokens[match.start() : match.end()]
    numbers = _values(text, match, "ORD", "NUM")
    after = text.kind(match.end())
    if any(not 1 <= number <= 31 for number in numbers) or days.within or (days.monthdays and days.months):
        return False
    of_month = told[-1].kind in {"AMONTH", "MONTHLY"} or after == "MONTHLY" or days.period is not None
    lead = told[0].kind in {"EVERY", "ON"}
    plain = [token for token in told if token.kind == "NUM"]
    if plain and not of_month and not any(token.kind == "DATE" for token in told):
        return False
    if not of_month and (not lead or after in {"DAY", "MEASURE", "MINUTE", "HOUR", "WEEK", "OTHER"}):
        named = told[0].text in _A_DAY or (not plain and (match.start() == 0 or len(numbers) > 1))
        if not (text.bare and named and after not in {"WORD", "DAY", "MEASURE", "OF"}):
            return False
    in_letters = all(token.text.isalpha() for token in told if token.kind == "ORD")
    if not of_month and after == "WORD" and (in_letters or told[0].kind == "EVERY"):
        return False
    days.monthdays = [*days.monthdays, *numbers] if days.monthdays and not days.hours else numbers
    if told[-1].kind in {"AMONTH", "MONTHLY"} and days.period is None:
        days.period = 1
    return True


def _edge(text: _Text, match: re.Match[str], days: Days) -> bool:
    """The start, the middle or the end of the month; cron has no last day, so that it is the 28th."""
    if text.before(match.start()) in {"by", "before", "until", "till"}:
        return False
    first = next(token for token in text.tokens[match.start() : match.end()] if token.kind in {"EDGE", "LAST", "EDGEMONTH", "ORD"})
    days.monthdays = [*days.monthdays, 28 if first.kind == "LAST" else first.value]
    days.period = days.period or 1
    return True


def _edge_of_period(text: _Text, match: re.Match[str], days: Days) -> bool:
    """ "at the end of each quarter", "at the beginning of the year"."""
    edge, yearly = _values(text, match, "EDGE")[0], text.kind(match.end() - 1) == "AYEAR"
    if edge == 15 or text.before(match.start()) in {"by", "before", "until", "till"}:
        return False
    if edge == 1:
        days.monthdays, days.period = [1], 12 if yearly else 3
    else:
        days.monthdays, days.months = ([31], "12") if yearly else ([28], "3,6,9,12")
    return True


def _edge_of_week(text: _Text, match: re.Match[str], days: Days) -> bool:
    edge = _values(text, match, "EDGE")[0]
    if edge == 28 and text.kind(match.end() - 2) != "EVERY" and not text.bare:
        return False  # "by the end of the week"
    days.weekdays = {1: "1", 15: "3", 28: "5"}[edge]
    return True


def _date(text: _Text, match: re.Match[str], days: Days) -> bool:
    """ "3 March", "every January 5", "1 April and 1 October"."""
    told = text.tokens[match.start() : match.end()]
    if text.kind(match.end()) in {"OCLOCK", "HALFDAY", "HMARK", "MEASURE"} or days.within:
        return False
    weak = [token for token in told if token.kind == "MONTH" and (token.text in {"may", "march"} or len(token.text) < 4)]
    capital = all(text.source[token.start].isupper() for token in weak)
    if not text.bare and text.before(match.start()) in _NO_RHYTHM | {"of", "from", "for"}:
        return False  # "the order of 1 May"
    if weak and not text.bare and not capital and not any(token.kind in {"ORD", "EVERY"} for token in told):
        return False
    numbers, months = _values(text, match, "ORD", "NUM"), _values(text, match, "MONTH")
    if not all(1 <= number <= 31 for number in numbers) or (len(set(numbers)) > 1 and len(set(months)) > 1):
        return False
    days.monthdays, days.months = numbers, ",".join(str(month) for month in sorted(set(months)))
    return True


def _months(text: _Text, match: re.Match[str], days: Days) -> bool:
    """ "from May to September", "in December", "in summer": only these months of the rhythm."""
    told = text.tokens[match.start() : match.end()]
    weak = [token for token in told if token.kind == "MONTH" and token.text in {"may", "march", "mar", "sep", "jun"}]
    if days.months or (weak and not text.bare and told[0].kind not in {"IN", "EVERY", "FROM", "BETWEEN", "OF"}):
        return False
    said = _values(text, match, "MONTH")
    if season := _values(text, match, "SEASON"):
        said = [(season[0] + more - 1) % 12 + 1 for more in range(3)]
    elif len(said) == 2 and (told[0].kind == "BETWEEN" or any(token.kind in {"TO", "THROUGH"} for token in told)):
        said = [month % 12 or 12 for month in range(said[0], said[1] + (12 if said[1] < said[0] else 0) + 1)]
    days.months = runs(sorted(set(said)))
    if told[0].kind == "EVERY" and not season and not (days.weekdays or days.daily or days.monthdays):
        days.monthdays = [1]
    return True


def runs(numbers: list[int]) -> str:
    """[1, 2, 3, 12] -> "1-3,12"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _days_of_week(text: _Text, match: re.Match[str], days: Days) -> bool:
    told = text.tokens[match.start() : match.end()]
    single = len(told) == 1 and not text.bare
    if text.before(match.start()) in _NO_RHYTHM or (match.start() and text.kind(match.start() - 1) == "LAST"):
        return False
    if single and told[0].text in _SHORT and not text.source[told[0].start].isupper() and text.kind(match.end()) not in {"AT", "CLOCK"}:
        return False
    if (days.weekdays and not days.spread) or days.within:
        return False
    field_ = _weekdays(text, match)
    days.spread = False
    days.weekdays = field_.split(",")[0] if days.every and days.weekly else field_
    days.daily = days.daily or field_ == "*"
    return True


def _daily(text: _Text, match: re.Match[str], days: Days) -> bool:
    days.daily = True
    return True


def _hours_of_days(text: _Text, match: re.Match[str], days: Days) -> bool:
    """ "every 48 hours"."""
    hours = _values(text, match, "NUM")[0]
    days.step = hours // 24 if hours and hours % 24 == 0 else None
    return days.step is not None


def _weekly(text: _Text, match: re.Match[str], days: Days) -> bool:
    days.weekly = True
    return True


DAY = "(?:DAY|WEEKDAYS|WEEKEND)"
MONTHS = f"MONTH (?:{_JOIN} MONTH)*"
_NUMBERED = f"DATE? (?:NUM|ORD) (?:{_JOIN} (?:ON|DATE)* (?:NUM|ORD))*"
_ORDS = f"ORD (?:{_JOIN} ON? ORD)*"
# The first rule that reads a word has it; those that come first say more than the later ones.
_RULES: tuple[tuple[re.Pattern[str], _Rule], ...] = (
    (pattern("EVERY HALF AYEAR"), _half_year),
    (pattern("EVERY NUM (?:HOUR|HMARK)"), _hours_of_days),
    (pattern("(?:ONCE|NUM FOLD) (?:PER|EVERY|OF|IN)? (?:DATE|DAILY|WEEK|WEEKLY|AMONTH|MONTHLY|AYEAR)"), _times),
    (pattern(f"(?:ON|EVERY)* (?:ORD|LAST) (?:{_JOIN} (?:ORD|LAST))* {DAY} (?:{_AMONTH})"), _nth_weekday),
    (pattern(f"(?:ON|EVERY)* (?:ORD|LAST) (?:{_JOIN} (?:ORD|LAST))* {DAY} (?=OF MONTH)"), _nth_weekday),
    (pattern(f"EVERY (?:ORD|LAST) (?:{_JOIN} (?:ORD|LAST))* {DAY}"), _nth_weekday),
    (pattern("(?:ON|IN|AT|TO)? (?:EDGE (?:OF|EVERY)* AMONTH|EDGEMONTH)"), _edge),
    (pattern(f"(?:ON|EVERY)* (?:LAST|ORD) DATE (?:{_AMONTH})"), _edge),
    (pattern("(?:ON|EVERY)* LAST OF EVERY? AMONTH"), _edge),
    (pattern("(?:ON|IN|AT)? EDGE (?:OF|EVERY)* WEEK"), _edge_of_week),
    (pattern("(?:ON|IN|AT)? EDGE (?:OF|EVERY)+ (?:QUARTER|QUARTERS|AYEAR)"), _edge_of_period),
    (pattern("(?:EVERY|ON)* MONTH (?:ORD|NUM) (?:(?:COMMA|AND)+ MONTH (?:ORD|NUM))*"), _date),
    (pattern(f"(?:EVERY|ON)* (?:ORD|NUM) OF? MONTH (?:{_JOIN} (?:ORD|NUM)? OF? MONTH)*"), _date),
    (pattern(f"EVERY (?:OTHER|ORD|NUM) (?:{DAY}|DATE|WEEK|AMONTH|AYEAR|QUARTERS|FORTNIGHT)"), _nth),
    (pattern("ALL NUM (?:DATE|WEEK|AMONTH)"), _nth),
    (pattern("EVERY FORTNIGHT|FORTNIGHTLY|ONCE FORTNIGHT"), _nth),
    (pattern(f"(?:ON|EVERY)* (?:DATE)? {_ORDS} DATE? (?:{_AMONTH}|MONTHLY)"), _month_days),
    (pattern(f"(?:ON|EVERY)* {_NUMBERED} DATE? (?:OF|IN)? (?:EVERY? AMONTH|MONTHLY)"), _month_days),
    (pattern("MONTHLY|(?:EVERY|PER) (?:AMONTH|AYEAR|QUARTERS|QUARTER(?!PAST|TO|OF|HOUR))"), _monthly),
    (pattern(f"(?:ON|EVERY)* (?:ORD|LAST) (?:{_JOIN} (?:ORD|LAST))* {DAY}"), _nth_weekday),
    (pattern(f"(?:ON|EVERY)* {_ORDS}"), _month_days),
    (pattern(f"(?<!EVERY) (?:ON|IN)? DATE NUM (?:{_JOIN} DATE? NUM)*|EVERY DATE NUM (?=AT)"), _month_days),
    (pattern(f"(?:IN|EVERY|OF) (?:OF|IN)? (?:MONTH (?:TO|THROUGH) MONTH|{MONTHS}|SEASON)"), _months),
    (pattern("BETWEEN MONTH AND MONTH|FROM? MONTH (?:TO|THROUGH) MONTH"), _months),
    (pattern("BETWEEN DAY AND DAY|OF DAY (?:TO|THROUGH) DAY"), _days_of_week),
    (pattern(f"(?:EVERY|ON|FROM|ALL|AT|IN)* {DAY} (?:(?:COMMA|AND)+ (?:ON|EVERY)* {DAY}|(?:THROUGH|TO) DAY)*"), _days_of_week),
    (pattern("DAILY|NIGHTLY|SHADE? EVERY (?:DATE|SHADE? PART|NOON) (?:AND (?:PART|NOON))* (?:PART|NOON)?"), _daily),
    (pattern("WEEKLY|(?:EVERY|PER) WEEK"), _weekly),
)
