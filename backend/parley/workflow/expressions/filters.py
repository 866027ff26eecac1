"""The filters templates may use: pure functions of a budget, a value and their arguments. Null is nothing to all of them."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from parley.workflow.expressions.operators import compare
from parley.workflow.expressions.values import (
    Budget,
    ExpressionError,
    Missing,
    as_json,
    as_number,
    as_text,
    is_list,
    is_number,
    is_object,
    kind,
)


def _items_of(value: object, budget: Budget) -> list[object]:
    if value is None:
        return []
    if is_list(value):
        budget.step(len(value))
        return list(value)
    if is_object(value):
        budget.step(len(value))
        return list(value)
    raise ExpressionError(f"A list is needed here, and this is {kind(value)}.")


def _on_text(change: Callable[[str], str]) -> Callable[[Budget, object], str]:
    def filtered(budget: Budget, value: object) -> str:
        return change(as_text(value, budget))

    return filtered


def _default(budget: Budget, value: object, fallback: object = "", boolean: object = False) -> object:
    if value is None or isinstance(value, Missing) or (boolean and not value):
        return fallback
    return value


def _length(budget: Budget, value: object) -> int:
    if isinstance(value, str):
        return len(value)
    return len(_items_of(value, budget))


def _first(budget: Budget, value: object) -> object:
    items = value if isinstance(value, str) else _items_of(value, budget)
    return items[0] if items else None


def _last(budget: Budget, value: object) -> object:
    items = value if isinstance(value, str) else _items_of(value, budget)
    return items[-1] if items else None


def _int(budget: Budget, value: object, default: object = 0) -> object:
    number = int(value) if isinstance(value, bool) else as_number(value)
    return default if number is None else int(budget.number(number))


def _float(budget: Budget, value: object, default: object = 0.0) -> object:
    number = int(value) if isinstance(value, bool) else as_number(value)
    return default if number is None else float(budget.number(number))


def _round(budget: Budget, value: object, precision: int = 0) -> object:
    if value is None:
        return None
    number = as_number(value)
    if number is None:
        raise ExpressionError(f"The filter 'round' needs a number, and this is {kind(value)}.")
    rounded = round(float(number), max(-18, min(18, precision)))
    return int(rounded) if precision <= 0 else rounded


def _abs(budget: Budget, value: object) -> object:
    return None if value is None else abs(_number(value))


def _number(value: object) -> int | float:
    if not is_number(value):
        raise ExpressionError(f"A number is needed here, and this is {kind(value)}.")
    return value


def _join(budget: Budget, value: object, separator: str = "", attribute: str | None = None) -> str:
    items = _items_of(value, budget) if attribute is None else _map(budget, value, attribute)
    texts = [as_text(item, budget) for item in items]
    budget.write(len(separator) * len(texts) + sum(map(len, texts)))
    return separator.join(texts)


def _map(budget: Budget, value: object, attribute: str) -> list[object]:
    """`attribute` may be a path: "user.name"."""
    picked = _items_of(value, budget)
    for name in attribute.split("."):
        picked = [item.get(name) if is_object(item) else None for item in picked]
        budget.step(len(picked))
    return picked


def _selectattr(budget: Budget, value: object, attribute: str, test: str = "true", wanted: object = None) -> list[object]:
    return [item for item, fits in _judged(budget, value, attribute, test, wanted) if fits]


def _rejectattr(budget: Budget, value: object, attribute: str, test: str = "true", wanted: object = None) -> list[object]:
    return [item for item, fits in _judged(budget, value, attribute, test, wanted) if not fits]


def _judged(budget: Budget, value: object, attribute: str, test: str, wanted: object) -> list[tuple[object, bool]]:
    names = {"==": "eq", "equalto": "eq", "!=": "ne", ">": "gt", ">=": "gteq", "ge": "gteq", "<": "lt", "<=": "lteq", "le": "lteq"}
    operator = names.get(test, test)
    if operator not in ("true", "eq", "ne", "gt", "gteq", "lt", "lteq", "in"):
        raise ExpressionError(f"selectattr and rejectattr compare by ==, !=, >, >=, <, <= or in, not by {test!r}.")
    pairs = zip(_items_of(value, budget), _map(budget, value, attribute), strict=True)
    return [(item, bool(mark) if operator == "true" else compare(operator, mark, wanted, budget)) for item, mark in pairs]


def _replace(budget: Budget, value: object, old: str, new: str) -> str:
    text = as_text(value, budget)
    budget.write(text.count(old) * len(new))
    return text.replace(old, new)


def _truncate(budget: Budget, value: object, length: int = 255, killwords: object = False, end: str = "…") -> str:
    text = as_text(value, budget)
    if len(text) <= length:
        return text
    cut = text[: max(0, length - len(end))]
    return (cut if killwords or " " not in cut else cut.rsplit(" ", 1)[0]) + end


def _split(budget: Budget, value: object, separator: str | None = None) -> list[str]:
    text = as_text(value, budget)
    budget.step(text.count(separator) if separator else len(text) // 2)
    return text.split(separator)


def _sort(budget: Budget, value: object, reverse: object = False, attribute: str | None = None) -> list[object]:
    items = _items_of(value, budget)
    keys = items if attribute is None else _map(budget, value, attribute)
    order = sorted(range(len(items)), key=lambda place: _sort_key(keys[place]), reverse=bool(reverse))
    return [items[place] for place in order]


def _sort_key(value: object) -> tuple[int, float, str]:
    """Nothing first, then numbers, then texts regardless of case."""
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, (bool, int, float)):
        return (1, float(value), "")
    if isinstance(value, str):
        return (2, 0.0, value.casefold())
    raise ExpressionError(f"Only texts and numbers can be sorted; here is {kind(value)}. Name a field: sort(attribute='date').")


def _unique(budget: Budget, value: object) -> list[object]:
    seen: dict[object, object] = {}
    for item in _items_of(value, budget):
        marker = as_json(item, budget)
        seen.setdefault(marker, item)
    return list(seen.values())


def _reverse(budget: Budget, value: object) -> object:
    return value[::-1] if isinstance(value, str) else _items_of(value, budget)[::-1]


def _sum(budget: Budget, value: object, attribute: str | None = None) -> object:
    items = _items_of(value, budget) if attribute is None else _map(budget, value, attribute)
    return budget.number(sum(_number(item) for item in items if item is not None))


def _min(budget: Budget, value: object, attribute: str | None = None) -> object:
    return _first(budget, _present(budget, value, attribute))


def _max(budget: Budget, value: object, attribute: str | None = None) -> object:
    return _last(budget, _present(budget, value, attribute))


def _present(budget: Budget, value: object, attribute: str | None) -> list[object]:
    return [item for item in _sort(budget, value, attribute=attribute) if item is not None]


def _pairs(budget: Budget, value: object) -> list[list[object]]:
    if value is None:
        return []
    if not is_object(value):
        raise ExpressionError(f"The filter 'items' needs an object, and this is {kind(value)}.")
    budget.step(len(value))
    return [[key, item] for key, item in value.items()]


def _tojson(budget: Budget, value: object, indent: int | None = None) -> str:
    text = as_json(value, budget, None if indent is None else max(0, min(8, indent)))
    budget.write(len(text))
    return text


def _batch(budget: Budget, value: object, size: int) -> list[list[object]]:
    items = _items_of(value, budget)
    if size < 1:
        raise ExpressionError("The filter 'batch' needs a size of at least 1.")
    return [items[start : start + size] for start in range(0, len(items), size)]


def _urlencode(budget: Budget, value: object) -> str:
    text = as_text(value, budget)
    budget.write(2 * len(text))
    return quote(text, safe="")


def _wordcount(budget: Budget, value: object) -> int:
    return len(as_text(value, budget).split())


def _list(budget: Budget, value: object) -> list[object]:
    if isinstance(value, str):
        budget.step(len(value))
        return list(value)
    return _items_of(value, budget)


Filter = Callable[..., object]

FILTERS: Mapping[str, Filter] = {
    "abs": _abs,
    "batch": _batch,
    "capitalize": _on_text(str.capitalize),
    "count": _length,
    "d": _default,
    "default": _default,
    "first": _first,
    "float": _float,
    "int": _int,
    "items": _pairs,
    "join": _join,
    "last": _last,
    "length": _length,
    "list": _list,
    "lower": _on_text(str.lower),
    "map": _map,
    "max": _max,
    "min": _min,
    "rejectattr": _rejectattr,
    "replace": _replace,
    "reverse": _reverse,
    "round": _round,
    "selectattr": _selectattr,
    "sort": _sort,
    "split": _split,
    "string": _on_text(str),
    "sum": _sum,
    "title": _on_text(str.title),
    "tojson": _tojson,
    "trim": _on_text(str.strip),
    "truncate": _truncate,
    "unique": _unique,
    "upper": _on_text(str.upper),
    "urlencode": _urlencode,
    "wordcount": _wordcount,
}
