"""What + - * / and the comparisons mean between plain values, nulls included."""

from parley.workflow.expressions.values import (
    MAX_TEXT,
    Budget,
    ExpressionError,
    as_number,
    is_list,
    is_number,
    is_object,
    kind,
)


def add(left: object, right: object, budget: Budget) -> object:
    """Numbers add, texts and lists join; null is nothing to a text or list, and makes a sum null."""
    if is_number(left) and is_number(right):
        return budget.number(budget.number(left) + budget.number(right))
    if isinstance(left, str) and isinstance(right, str):
        budget.write(len(left) + len(right))
        return left + right
    if is_list(left) and is_list(right):
        budget.step(len(left) + len(right))
        return [*left, *right]
    if left is None or right is None:
        other = right if left is None else left
        return other if isinstance(other, str) or is_list(other) else None
    raise ExpressionError(f"+ joins two numbers, two texts or two lists; here are {kind(left)} and {kind(right)}. Use ~ to join into text.")


def arithmetic(operator: str, left: object, right: object, budget: Budget) -> object:
    if left is None or right is None:
        return None
    if not (is_number(left) and is_number(right)):
        raise ExpressionError(f"{operator} needs two numbers; here are {kind(left)} and {kind(right)}. Use | float first.")
    if operator in ("/", "//", "%") and right == 0:
        raise ExpressionError("The template divides by zero.")
    left, right = budget.number(left), budget.number(right)  # so that no operation below can overflow
    match operator:
        case "-":
            return budget.number(left - right)
        case "*":
            return budget.number(left * right)
        case "/":
            return budget.number(left / right)
        case "//":
            return budget.number(left // right)
        case "%":
            return budget.number(left % right)
        case _:
            raise ExpressionError(f"{operator} is not allowed in templates.")


def negate(value: object) -> object:
    if value is None:
        return None
    if not is_number(value):
        raise ExpressionError(f"- needs a number; here is {kind(value)}.")
    return -value


def compare(operator: str, left: object, right: object, budget: Budget) -> bool:
    """`operator` by Jinja's name. Order comparisons with null are false; a text that spells a number is ordered as one."""
    match operator:
        case "eq":
            return equal(left, right, budget)
        case "ne":
            return not equal(left, right, budget)
        case "in":
            return _contains(right, left, budget)
        case "notin":
            return not _contains(right, left, budget)
        case _:
            return _ordered(operator, left, right)


def equal(left: object, right: object, budget: Budget) -> bool:
    """Equality that charges for what it looks at, since nested lists can be far larger than the template that made them."""
    for value in (left, right):
        if is_list(value) or is_object(value):
            budget.weigh(value)
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    if is_list(left) and is_list(right):
        return list(left) == list(right)
    return left == right


def _ordered(operator: str, left: object, right: object) -> bool:
    if left is None or right is None:
        return False
    if is_number(left) or is_number(right):
        first, second = as_number(left), as_number(right)
    elif isinstance(left, str) and isinstance(right, str):
        return _holds(operator, (left > right) - (left < right))
    else:
        first = second = None
    if first is None or second is None:
        raise ExpressionError(f"{kind(left)} and {kind(right)} cannot be put in order.".capitalize())
    return _holds(operator, (first > second) - (first < second))


def _holds(operator: str, order: int) -> bool:
    match operator:
        case "lt":
            return order < 0
        case "lteq":
            return order <= 0
        case "gt":
            return order > 0
        case "gteq":
            return order >= 0
        case _:
            raise ExpressionError(f"{operator} is not allowed in templates.")


def _contains(container: object, value: object, budget: Budget) -> bool:
    if container is None:
        return False
    if isinstance(container, str):
        budget.step(1 + len(container) // MAX_TEXT)
        if value is None:
            return False
        if isinstance(value, str):
            return value in container
        raise ExpressionError(f"in looks for text in a text; here is {kind(value)}.")
    if is_object(container):
        return isinstance(value, str) and value in container
    if is_list(container):
        return any(equal(item, value, budget) for item in container)
    raise ExpressionError(f"in needs a text, a list or an object; here is {kind(container)}.")
