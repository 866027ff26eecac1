"""Times of day in words: "twenty to nine", "7 p.m.", "at 9 and 17", "between 8 and 18", "um halb neun"."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from parley.planner.builtin.text import wordset
from parley.planner.builtin.time_words import Token, letters, pattern

DAY = 24 * 60


@dataclass(frozen=True)
class Time:
    """`first` and `last` are the tokens that it was read from."""

    minutes: int
    first: int
    last: int
    guessed: bool = False  # a bare hour from one to five, taken for the afternoon

    @property
    def hour(self) -> int:
        return self.minutes // 60


@dataclass(frozen=True)
class _Form:
    """A way to say a time. `plain`: it may be any number, so that it needs an "at" or a rhythm beside it. `exact`: nothing to guess."""

    form: re.Pattern[str]
    minutes: Callable[[list[Token]], int]
    plain: bool = False
    exact: bool = False


def _numbers(said: list[Token]) -> list[int]:
    return [token.value for token in said if token.kind == "NUM"]


def _hour(said: list[Token]) -> int:
    return _numbers(said)[0] * 60


def _hour_and_minutes(said: list[Token]) -> int:
    first, *rest = _numbers(said)
    return first * 60 + sum(rest)


def _shift(said: list[Token]) -> int:
    """The minutes of "quarter past", "ten to", "twenty minutes before"."""
    size = {"QUARTER": 15, "HALF": 30}.get(said[0].kind, said[0].value)
    return -size if any(token.kind == "TO" for token in said) else size


def _relative(said: list[Token]) -> int:
    half_before = 30 if any(token.kind == "HALB" for token in said) else 0
    return _numbers(said)[-1] * 60 - half_before + _shift(said)


def _fraction(said: list[Token]) -> int:
    size = {"QUARTER": 15, "HALF": 30}.get(said[-1].kind, said[-1].value)
    return said[0].value * 60 + (-size if any(token.kind == "MINUS" for token in said) else size)


_SHIFT = "(?:QUARTER|HALF|NUM MINUTE?) (?:PAST|TO)"
_FORMS = (
    _Form(pattern("CLOCK (?:OCLOCK|HMARK|HOUR)?"), lambda said: said[0].value, exact=True),
    _Form(pattern("DOTTED (?:OCLOCK|HMARK)"), lambda said: said[0].value, exact=True),
    _Form(pattern("DOTTED (?=HALFDAY)"), lambda said: said[0].value, exact=True),
    _Form(pattern(f"{_SHIFT} HALB? NUM OCLOCK?"), _relative),
    _Form(pattern("HALB NUM OCLOCK?"), lambda said: _hour(said) - 30),
    _Form(pattern("HALF NUM OCLOCK?"), lambda said: _hour(said) + 30, plain=True),
    _Form(pattern("NUM (?:OCLOCK|HOUR)? (?:AND (?:HALF|QUARTER)|MINUS (?:QUARTER|NUM))"), _fraction, plain=True),
    _Form(pattern("NUM (?:OCLOCK|HOUR) NUM"), _hour_and_minutes, plain=True),
    _Form(pattern("NUM NUM NUM?"), _hour_and_minutes, plain=True),
    _Form(pattern("NOON"), lambda said: said[0].value * 60, exact=True),
    _Form(pattern("NUM OCLOCK? (?=HALFDAY)"), _hour),
    _Form(pattern("NUM OCLOCK"), _hour),
    _Form(pattern("DOTTED"), lambda said: said[0].value, plain=True, exact=True),
    _Form(pattern("NUM (?:HMARK|HOUR)"), _hour, plain=True),
    _Form(pattern("NUM"), _hour, plain=True),
)
_HALFDAY = pattern("HALFDAY")
_PART_AFTER = pattern("(?:IN|AT|OF|ON|FROM)? SHADE? PART")
_JOIN = pattern("(?:COMMA|AND)+ AT?")
_SPREAD = pattern("TO|THROUGH|AND")
_RHYTHM = wordset(
    """
    DAY WEEKDAYS WEEKEND DAILY NIGHTLY WEEKLY FORTNIGHTLY MONTHLY HOURLY PART DATE WEEK AMONTH AYEAR ORD MONTH FORTNIGHT OFFICE
    SEASON EVERY QUARTERS
    """
)
_NO_TIME = wordset("MEASURE DATE WEEK AMONTH AYEAR MINUTE ORD FOLD OF DAY")
_AFTERNOON, _EVENING, _NIGHT = 15, 18, 22


def times(tokens: list[Token], bare: bool, taken: set[int]) -> list[Time]:
    """The times of day that are said: the first one, and those that are joined to it. `bare`: nothing but a time is talked of here."""
    codes = letters(tokens)
    for at in range(len(tokens)):
        if at in taken or (first := _time(tokens, codes, at, bare)) is None:
            continue
        found = [first]
        while (join := _JOIN.match(codes, found[-1].last)) and join.end() not in taken:
            more = _core(tokens, codes, join.end(), found[-1].minutes)
            if more is None or not _ends(tokens, more.last):
                break
            found.append(more)
        return _same_half(tokens, found)
    return []


def window(tokens: list[Token], loose: bool) -> tuple[Time, Time] | None:
    """ "between 8 and 18", "from 6am to 10pm"; `loose`: "9 to 17" too."""
    codes = letters(tokens)
    for at, token in enumerate(tokens):
        marked = token.kind in {"FROM", "BETWEEN"}
        if not marked and not (loose and token.kind in {"NUM", "CLOCK", "DOTTED", "NOON"}):
            continue
        begin = _core(tokens, codes, at + marked, ranged=True)
        spread = _SPREAD.match(codes, begin.last) if begin else None
        if begin is None or spread is None or (tokens[begin.last].kind == "AND" and token.kind != "BETWEEN"):
            continue
        end = _core(tokens, codes, spread.end(), ranged=True)
        if end is None or (not marked and end.last < len(tokens) and tokens[end.last].kind in _NO_TIME):
            continue
        if end.minutes <= begin.minutes and end.hour < 12 and tokens[end.last - 1].kind != "HALFDAY" and begin.hour < 18:
            end = Time(end.minutes + 12 * 60, end.first, end.last)
        begin = _in_half_of(tokens, begin, end)
        return Time(begin.minutes, at, begin.last), end
    return None


def shift(tokens: list[Token], taken: set[int]) -> tuple[int, int, int] | None:
    """The minute of "at ten past every hour", "quarter to", "at minute 5", "on the half hour", and its tokens."""
    codes = letters(tokens)
    for form, minute in _SHIFTS:
        for match in form.finditer(codes):
            if not taken & set(range(match.start(), match.end())):
                return minute(tokens[match.start() : match.end()]) % 60, match.start(), match.end()
    return None


def _spanned(said: list[Token]) -> int:
    return said[-1].value


def _shifted(said: list[Token]) -> int:
    return _shift([token for token in said if token.kind not in {"AT", "ON"}])


_SHIFTS: tuple[tuple[re.Pattern[str], Callable[[list[Token]], int]], ...] = (
    (pattern(f"(?:AT|ON)? {_SHIFT} (?!NUM|CLOCK|DOTTED|HALB|NOON) HOUR?"), _shifted),
    (pattern("AT? PASTHOUR"), _spanned),
    (pattern("(?:AT|ON)? MINUTE NUM"), _spanned),
    (pattern("(?:AT|ON) SPAN"), _spanned),
    (pattern("(?:AT|ON) HOUR"), lambda _: 0),
)


def _time(tokens: list[Token], codes: str, at: int, bare: bool) -> Time | None:
    """A time that begins here and that is no other number."""
    marked = tokens[at].kind in {"AT", "BY", "FROM"}
    core = at + marked
    form = _form(tokens, codes, core)
    if form is None or (marked and tokens[at].kind != "AT" and form[0].plain and not (at and tokens[at - 1].kind in _RHYTHM)):
        return None
    if form[0].plain:
        if marked and not _ends(tokens, form[1], words=True):
            return None
        if not marked and not (bare and _beside(tokens, core, form[1]) and _ends(tokens, form[1])):
            return None
    if not marked and tokens[form[1] - 1].kind == "HOUR" and tokens[form[1] - 1].text in _ENGLISH_HOURS and form[0].plain:
        return None  # "two hours"
    if not marked and tokens[core].kind == "NUM" and not form[0].plain and core and tokens[core - 1].kind in {"EVERY", "NUM"}:
        return None
    found = _core(tokens, codes, core)
    return Time(found.minutes, at, found.last, found.guessed) if found else None


def _beside(tokens: list[Token], first: int, last: int) -> bool:
    """A rhythm stands before the number, or after one that begins the text."""
    before = first
    while before and tokens[before - 1].kind in {"COMMA", "IN", "THROUGH"}:
        before -= 1
    if not before:
        after = tokens[last].kind if last < len(tokens) else ""
        return after in _RHYTHM | {"IN", "ON", "OF"} or (not after and last - first > 1)
    return tokens[before - 1].kind in _RHYTHM


def _ends(tokens: list[Token], last: int, words: bool = False) -> bool:
    """Nothing follows that the number would be a number of."""
    if last >= len(tokens) or _PART_AFTER.match(letters(tokens[last : last + 3])):
        return True
    return tokens[last].kind not in (_NO_TIME if words else _NO_TIME | {"WORD"})


def _form(tokens: list[Token], codes: str, at: int, ranged: bool = False) -> tuple[_Form, int] | None:
    for form in _FORMS:
        match = form.form.match(codes, at)
        if match is None:
            continue
        said = tokens[match.start() : match.end()]
        if form.minutes is _relative and not _is_relative(tokens, at, ranged):
            continue
        if form.minutes is _hour_and_minutes and not _is_spelled(said):
            continue
        if 0 <= form.minutes(said) < DAY or form.minutes is _relative:
            return form, match.end()
    return None


def _is_relative(tokens: list[Token], at: int, ranged: bool) -> bool:
    """ "twenty to nine" is a time, "9 to 17" are two."""
    token = tokens[at]
    if token.kind != "NUM":
        return True
    told = tokens[at + 1].kind == "MINUTE" or tokens[at + 1].kind == "PAST" or not token.text.isdigit()
    return token.value < 60 and (told or (at > 0 and tokens[at - 1].kind == "AT")) and not ranged


def _is_spelled(said: list[Token]) -> bool:
    """ "eight thirty", "six oh five", "8 Uhr 30"; not "8 o'clock the 3 oldest"."""
    if said[1].kind != "NUM":
        return said[1].text not in _ENGLISH_HOURS and said[2].value < 60
    values = [token.value for token in said]
    in_letters = all(token.text.isalpha() for token in said)
    return in_letters and ((len(said) == 2 and 10 <= values[1] < 60) or (len(said) == 3 and values[1] == 0))


def _core(tokens: list[Token], codes: str, at: int, after: int = -1, ranged: bool = False) -> Time | None:
    """The time that the words here say, with "pm" and the part of the day; `after`: the one it is joined to ("at 8 and 6")."""
    form = _form(tokens, codes, at, ranged)
    if form is None:
        return None
    way, last = form
    minutes = way.minutes(tokens[at:last])
    padded = tokens[at].text.startswith("0")
    if half := _HALFDAY.match(codes, last):
        later = tokens[last].value
        return Time((minutes % (12 * 60) + later * 60) if minutes < 13 * 60 else minutes, at, half.end())
    part = _PART_AFTER.match(codes, last)
    last = part.end() if part else last
    named = tokens[last - 1].value if part else _part_near(tokens, at, last)
    if tokens[at].kind == "NOON" or padded:
        return Time(minutes, at, last)
    if named is not None:
        return Time(_in_part(minutes, named), at, last)
    hour = minutes // 60
    exact = way.exact or any(token.kind in {"OCLOCK", "HOUR"} and token.text not in _ENGLISH_HOURS for token in tokens[at:last])
    if not exact and (1 <= hour < 6 or (-1 < minutes < after and hour < 12)):
        return Time(minutes + 12 * 60, at, last, guessed=1 <= hour < 6)
    return Time(minutes % DAY, at, last)


_ENGLISH_HOURS = frozenset({"o'clock", "o clock", "oclock", "o’clock", "hour", "hours", "hr", "hrs"})


def _part_near(tokens: list[Token], first: int, last: int) -> int | None:
    """ "every evening at 7", "at 7 every evening"."""
    before = [token.value for token in tokens[max(0, first - 6) : first] if token.kind == "PART" or token.kind == "NIGHTLY"]
    after = [
        token.value
        for place, token in enumerate(tokens[last : last + 4], last)
        if token.kind == "PART" and tokens[place - 1].kind in {"EVERY", "DAY", "ON", "IN", "SHADE", "COMMA"}
    ]
    found = before[-1:] or after[:1]
    return (_NIGHT if found[0] == 1 else found[0]) if found else None


def _in_part(minutes: int, part: int) -> int:
    hour = minutes // 60
    if hour == 12 and part == _NIGHT:
        return minutes - 12 * 60
    if (part in {_AFTERNOON, _EVENING} and 1 <= hour < 12) or (part == _NIGHT and 6 <= hour < 12):
        return minutes + 12 * 60
    return minutes % DAY


def _same_half(tokens: list[Token], found: list[Time]) -> list[Time]:
    """ "at 9 and 11 pm": what is said last is meant for all."""
    if len(found) < 2 or tokens[found[-1].last - 1].kind != "HALFDAY":
        return found
    return [_in_half_of(tokens, time, found[-1]) for time in found[:-1]] + found[-1:]


def _in_half_of(tokens: list[Token], time: Time, later: Time) -> Time:
    said = tokens[later.last - 1]
    if said.kind != "HALFDAY" or tokens[time.last - 1].kind == "HALFDAY":
        return time
    minutes = time.minutes % (12 * 60) + said.value * 60
    return Time(minutes if minutes < later.minutes else time.minutes % (12 * 60), time.first, time.last)


def fields(found: list[Time]) -> tuple[str, str]:
    """Minute and hour of the cron; of times at unlike minutes, which one cron cannot say, the first."""
    alike = [time for time in found if time.minutes % 60 == found[0].minutes % 60]
    return str(found[0].minutes % 60), ",".join(str(hour) for hour in sorted({time.hour for time in alike}))


def parts(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """The hour and the place of each part of a day that is named."""
    for place, token in enumerate(tokens):
        if token.kind in {"PART", "NOON", "NIGHTLY"}:
            yield (_NIGHT if token.kind == "NIGHTLY" else token.value), place
