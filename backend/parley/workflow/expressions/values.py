"""The values templates work on: plain JSON data, their words in messages, their text, and the budget one rendering may spend."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import TypeGuard

from parley.errors import ParleyError

MAX_TEXT = 256 * 1024  # characters made by one rendering
MAX_STEPS = 200_000  # values looked at by one rendering
MAX_TURNS = 10_000  # turns of all its loops together
MAX_NUMBER = 10**18
MAX_DEPTH = 64  # of data written out as text


class ExpressionError(ParleyError):
    """The template or expression cannot be read, is not allowed, is too large, or names something that is not there."""

    status = 422


class Missing:
    """The value of a name that is not there; `default` and `is defined` accept it, anything else raises its message."""

    def __init__(self, message: str) -> None:
        self.message = message


class Budget:
    """What one rendering may still spend. Every operation whose cost depends on data charges for it first."""

    def __init__(self) -> None:
        self.steps = MAX_STEPS
        self.turns = MAX_TURNS
        self.chars = MAX_TEXT

    def step(self, count: int = 1) -> None:
        self.steps -= count
        if self.steps < 0:
            raise ExpressionError(f"The template needs more than {MAX_STEPS:,} steps. Do the work in several nodes.")

    def turn(self) -> None:
        self.turns -= 1
        if self.turns < 0:
            raise ExpressionError(f"The loops of the template take more than {MAX_TURNS:,} turns. Use a loop node instead.")

    def write(self, count: int) -> None:
        self.chars -= count
        if self.chars < 0:
            raise ExpressionError(f"The template writes more than {MAX_TEXT:,} characters. Use less of the data.")

    def weigh(self, value: object, depth: int = 0) -> None:
        """Charges for everything inside a value, so that it can be written out or compared at a bounded cost."""
        waiting = [(value, depth)]
        while waiting:
            current, level = waiting.pop()
            self.step()
            if level > MAX_DEPTH:
                raise ExpressionError(f"The data is nested deeper than {MAX_DEPTH} levels.")
            if is_object(current):
                self.step(len(current))
                waiting.extend((item, level + 1) for item in current.values())
            elif is_list(current):
                self.step(len(current))
                waiting.extend((item, level + 1) for item in current)

    def number(self, value: int | float) -> int | float:
        if abs(value) > MAX_NUMBER or math.isnan(value):
            raise ExpressionError("A number in the template grew too large.")
        return value


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, (list, tuple))


def is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def kind(value: object) -> str:
    """What a person would call the value."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if is_number(value):
        return "a number"
    if isinstance(value, str):
        return "text"
    if is_list(value):
        return "a list"
    return "an object" if is_object(value) else "a value that templates cannot read"


def as_number(value: object) -> int | float | None:
    """The number a value is, or that its text spells; None where it is neither."""
    if is_number(value):
        return value
    if isinstance(value, str) and len(value) <= 40:
        try:
            number = float(value)
        except ValueError:
            return None
        return int(number) if number.is_integer() and abs(number) <= MAX_NUMBER else number
    return None


def as_text(value: object, budget: Budget) -> str:
    """How a value stands in a text: null as nothing, objects and lists as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(budget.number(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return as_json(value, budget)


def as_json(value: object, budget: Budget, indent: int | None = None) -> str:
    budget.weigh(value)
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)
    except (TypeError, ValueError) as error:
        raise ExpressionError("The value cannot be written as text. Use one of its fields.") from error


def _plain(value: object) -> object:
    if is_object(value):
        return dict(value)
    raise TypeError(type(value).__name__)
