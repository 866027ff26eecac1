"""The days and months that a rhythm leaves out: "not on Sundays", "but no weekends", "except in August"."""

from dataclasses import dataclass

from parley.planner.builtin.days import DAY, MONTHS, Fields, runs, weekday_field
from parley.planner.builtin.time_words import Token, letters, pattern

_NOT = pattern(f"(?:COMMA|AND)? (?:NOT|BUT) NOT? (?:FOR|ON|IN|AT|OF)* EVERY? {DAY} (?:(?:COMMA|AND)+ ON? {DAY})*")


_NOT_IN = pattern(f"(?:COMMA|AND)? (?:NOT|BUT) NOT? (?:FOR|IN|OF)* (?:{MONTHS}|SEASON)")


@dataclass(frozen=True)
class Without:
    """The days of the week and the months that are left out, and the tokens that say so."""

    first: int
    last: int
    days: set[int]
    months: set[int]

    def weekdays(self, weekday: str) -> str:
        kept = _days_of(weekday) - self.days
        return weekday_field(kept) if kept and self.days else weekday

    def of(self, fields: Fields) -> Fields:
        day, month, weekday = fields
        kept = set(range(1, 13)) - self.months
        return (day, runs(sorted(kept)) if self.months and kept and month == "*" else month, self.weekdays(weekday))


def left_out(tokens: list[Token]) -> Without | None:
    """ "not on Sundays", "but no weekends", "not in August"."""
    codes = letters(tokens)
    match = _NOT.search(codes) or _NOT_IN.search(codes)
    if match is None or (match.start() and tokens[match.start() - 1].text in {"is", "was", "are"}):  # "it is not Monday": a condition
        return None
    out, months = set[int](), set[int]()
    for token in tokens[match.start() : match.end()]:
        out |= {"DAY": {token.value}, "WEEKDAYS": {1, 2, 3, 4, 5}, "WEEKEND": {0, 6}}.get(token.kind, set())
        months |= {"MONTH": {token.value}, "SEASON": {(token.value + more - 1) % 12 + 1 for more in range(3)}}.get(token.kind, set())
    return Without(match.start(), match.end(), out, months)


def _days_of(weekday: str) -> set[int]:
    if weekday == "*":
        return set(range(7))
    found: set[int] = set()
    for part in weekday.split(","):
        first, _, last = part.partition("-")
        if first.isdigit():
            found |= set(range(int(first), int(last or first) + 1))
    return {day % 7 for day in found}
