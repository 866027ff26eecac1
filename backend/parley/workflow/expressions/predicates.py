"""The tests templates may use, as in `x is defined`: pure functions of a value and their arguments."""

from collections.abc import Callable, Mapping

from parley.workflow.expressions.values import ExpressionError, Missing, is_list, is_number, is_object, kind


def _defined(value: object) -> bool:
    return not isinstance(value, Missing)


def _undefined(value: object) -> bool:
    return isinstance(value, Missing)


def _none(value: object) -> bool:
    return value is None


def _boolean(value: object) -> bool:
    return isinstance(value, bool)


def _string(value: object) -> bool:
    return isinstance(value, str)


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or ((is_list(value) or is_object(value)) and not value)


def _divisibleby(value: object, number: object) -> bool:
    if not (is_number(value) and is_number(number)) or number == 0:
        raise ExpressionError(f"The test 'divisibleby' needs numbers other than zero; here are {kind(value)} and {kind(number)}.")
    return value % number == 0


def _even(value: object) -> bool:
    return _divisibleby(value, 2)


def _odd(value: object) -> bool:
    return not _divisibleby(value, 2)


Test = Callable[..., bool]

TESTS: Mapping[str, Test] = {
    "boolean": _boolean,
    "defined": _defined,
    "divisibleby": _divisibleby,
    "empty": _empty,
    "even": _even,
    "mapping": is_object,
    "none": _none,
    "number": is_number,
    "odd": _odd,
    "sequence": is_list,
    "string": _string,
    "undefined": _undefined,
}
