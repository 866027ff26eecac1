"""Works out a checked tree over plain data. Dict keys are the only attributes there are; every unknown construct raises."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import cast

from jinja2 import nodes

from parley.workflow.expressions.filters import FILTERS
from parley.workflow.expressions.operators import add, arithmetic, compare, negate
from parley.workflow.expressions.predicates import TESTS
from parley.workflow.expressions.values import (
    Budget,
    ExpressionError,
    Missing,
    as_text,
    is_list,
    is_object,
    kind,
)

_NULL_NAMES = ("null", "None", "none")


class Interpreter:
    """One rendering: its scope, the names its loops bound, and what it may still spend."""

    def __init__(self, scope: Mapping[str, object]) -> None:
        self._scope = scope
        self._bound: dict[str, object] = {}
        self._budget = Budget()

    def value(self, expression: nodes.Expr) -> object:
        """The value itself. What the template made is weighed, what it only refers to is not: that exists already."""
        value = self._known(expression)
        if not isinstance(expression, (nodes.Name, nodes.Getattr, nodes.Getitem)):
            self._budget.weigh(value)
        return value

    def text(self, body: Sequence[nodes.Node]) -> str:
        return "".join(self._parts(body))

    def _parts(self, body: Sequence[nodes.Node]) -> list[str]:
        parts: list[str] = []
        for node in body:
            self._budget.step()
            match node:
                case nodes.Output():
                    parts.extend(self._output(part) for part in node.nodes)
                case nodes.If():
                    parts.extend(self._if(node))
                case nodes.For():
                    parts.extend(self._for(node))
                case _:
                    raise _not_allowed(node)
        return parts

    def _output(self, part: nodes.Expr) -> str:
        if isinstance(part, nodes.TemplateData):
            return self._written(part.data)
        return self._written(as_text(self._known(part), self._budget))

    def _written(self, text: str) -> str:
        self._budget.write(len(text))
        return text

    def _if(self, node: nodes.If) -> list[str]:
        for branch in (node, *node.elif_):
            if self._known(branch.test):
                return self._parts(branch.body)
        return self._parts(node.else_)

    def _for(self, node: nodes.For) -> list[str]:
        items = self._items(self._known(node.iter))
        outer = dict(self._bound)
        if node.test is not None:
            items = [item for item in items if self._keeps(node, item)]
        parts: list[str] = []
        for index, item in enumerate(items):
            self._budget.turn()
            self._bind(node.target, item)
            self._bound["loop"] = {
                "index": index + 1,
                "index0": index,
                "first": index == 0,
                "last": index == len(items) - 1,
                "length": len(items),
            }
            parts.extend(self._parts(node.body))
        self._bound = outer
        return parts if items else self._parts(node.else_)

    def _keeps(self, node: nodes.For, item: object) -> bool:
        self._budget.turn()
        self._bind(node.target, item)
        return node.test is None or bool(self._known(node.test))

    def _items(self, value: object) -> list[object]:
        if value is None:
            return []
        if is_object(value) or is_list(value):
            self._budget.step(len(value))
            return list(value)
        raise ExpressionError(f"A loop needs a list, and got {kind(value)}.")

    def _bind(self, target: nodes.Node, item: object) -> None:
        match target:
            case nodes.Name(name=name):
                self._bound[name] = item
            case nodes.Tuple(items=names) if is_list(item) and len(item) == len(names):
                for name, part in zip(names, item, strict=True):
                    self._bind(name, part)
            case _:
                raise ExpressionError("The loop's names do not fit its items. For an object write: for key, value in data | items.")

    def _known(self, node: nodes.Node) -> object:
        value = self._eval(node)
        if isinstance(value, Missing):
            raise ExpressionError(value.message)
        return value

    def _eval(self, node: nodes.Node) -> object:
        self._budget.step()
        match node:
            case nodes.Const(value=value):
                return value
            case nodes.Name(name=name):
                return self._name(name)
            case nodes.Getattr(node=inner, attr=attribute):
                return self._look_up(inner, attribute)
            case nodes.Getitem(node=inner, arg=nodes.Slice() as part):
                return self._slice(inner, part)
            case nodes.Getitem(node=inner, arg=key):
                return self._look_up(inner, self._known(key))
            case nodes.And(left=left, right=right):
                first = self._eval(left)
                return self._eval(right) if _truth(first) else first
            case nodes.Or(left=left, right=right):
                first = self._eval(left)
                return first if _truth(first) else self._eval(right)
            case nodes.Not(node=inner):
                return not self._known(inner)
            case nodes.CondExpr():
                chosen = node.expr1 if self._known(node.test) else node.expr2
                return None if chosen is None else self._eval(chosen)
            case nodes.Compare():
                return self._compare(node)
            case nodes.Add(left=left, right=right):
                return add(self._known(left), self._known(right), self._budget)
            case nodes.Sub() | nodes.Mul() | nodes.Div() | nodes.FloorDiv() | nodes.Mod():
                return arithmetic(node.operator, self._known(node.left), self._known(node.right), self._budget)
            case nodes.Neg(node=inner):
                return negate(self._known(inner))
            case nodes.Pos(node=inner):
                return self._known(inner)
            case nodes.Concat(nodes=parts):
                return "".join(self._written(as_text(self._known(part), self._budget)) for part in parts)
            case nodes.List(items=items) | nodes.Tuple(items=items):
                return [self._known(item) for item in items]
            case nodes.Dict(items=pairs):
                return {self._key(pair.key): self._known(pair.value) for pair in pairs}
            case nodes.Filter():
                return self._filter(node)
            case nodes.Test():
                return self._test(node)
            case _:
                raise _not_allowed(node)

    def _key(self, node: nodes.Expr) -> str:
        return as_text(self._known(node), self._budget)

    def _name(self, name: str) -> object:
        if name in self._bound:
            return self._bound[name]
        if name in self._scope:
            return self._scope[name]
        if name in _NULL_NAMES:
            return None
        return Missing(f"There is no {name!r} here. {_listed('The names here are', [*self._scope, *self._bound])}")

    def _look_up(self, inner: nodes.Expr, key: object) -> object:
        owner = self._eval(inner)
        if isinstance(owner, Missing) or owner is None:
            return owner
        if is_object(owner):
            if isinstance(key, str) and key in owner:
                return owner[key]
            return Missing(f"{_source(inner)} has no field {key!r}. {_listed('It has', list(owner))}")
        if is_list(owner) or isinstance(owner, str):
            if isinstance(key, int) and not isinstance(key, bool):
                if -len(owner) <= key < len(owner):
                    return owner[key]
                return Missing(f"{_source(inner)} has no entry {key}; it has {len(owner)}.")
            if is_list(owner):
                return Missing(f"{_source(inner)} is a list, so it has no field {key!r}. Take an entry first: {_source(inner)}[0].")
        return Missing(f"{_source(inner)} is {kind(owner)}, so it has no field {key!r}.")

    def _slice(self, inner: nodes.Expr, part: nodes.Slice) -> object:
        owner = self._known(inner)
        if owner is None:
            return None
        if not (is_list(owner) or isinstance(owner, str)):
            raise ExpressionError(f"{_source(inner)} is {kind(owner)}; only lists and texts have parts.")
        bounds = slice(self._bound_of(part.start), self._bound_of(part.stop), self._bound_of(part.step))
        if bounds.step == 0:
            raise ExpressionError("A part cannot go on by 0; write [0:3].")
        self._budget.step(len(range(*bounds.indices(len(owner)))) if is_list(owner) else 1)
        return owner[bounds]

    def _bound_of(self, node: nodes.Expr | None) -> int | None:
        value = None if node is None else self._known(node)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise ExpressionError("The bounds of a part are whole numbers, as in [0:3].")

    def _compare(self, node: nodes.Compare) -> bool:
        left = self._known(node.expr)
        for operand in node.ops:
            right = self._known(operand.expr)
            if not compare(operand.op, left, right, self._budget):
                return False
            left = right
        return True

    def _filter(self, node: nodes.Filter) -> object:
        if node.node is None:
            raise _not_allowed(node)
        value = self._eval(node.node)
        if isinstance(value, Missing) and node.name not in ("default", "d"):
            raise ExpressionError(value.message)
        args, kwargs = self._arguments(node)
        with _said_plainly(f"The filter {node.name!r}", value):
            return FILTERS[node.name](self._budget, value, *args, **kwargs)

    def _test(self, node: nodes.Test) -> object:
        value = self._eval(node.node)
        if isinstance(value, Missing) and node.name not in ("defined", "undefined"):
            raise ExpressionError(value.message)
        args, kwargs = self._arguments(node)
        with _said_plainly(f"The test {node.name!r}", value):
            return TESTS[node.name](value, *args, **kwargs)

    def _arguments(self, node: nodes.Filter | nodes.Test) -> tuple[list[object], dict[str, object]]:
        named = {pair.key: self._known(pair.value) for pair in cast(list[nodes.Keyword], node.kwargs)}  # Jinja types them as pairs
        return [self._known(argument) for argument in node.args], named


@contextmanager
def _said_plainly(what: str, value: object) -> Generator[None]:
    """A filter trusts its arguments to have the types it wants; this turns Python's complaints into a person's words."""
    try:
        yield
    except (TypeError, ValueError, OverflowError, RecursionError, AttributeError) as error:
        raise ExpressionError(f"{what} cannot work on {kind(value)} this way.") from error


def _truth(value: object) -> bool:
    return not isinstance(value, Missing) and bool(value)


def _source(node: nodes.Node) -> str:
    """How a reference is written, for messages."""
    match node:
        case nodes.Name(name=name):
            return name
        case nodes.Getattr(node=inner, attr=attribute):
            return f"{_source(inner)}.{attribute}"
        case nodes.Getitem(node=inner, arg=nodes.Const(value=key)):
            return f"{_source(inner)}[{key!r}]"
        case nodes.Getitem(node=inner):
            return f"{_source(inner)}[...]"
        case _:
            return "The value"


def _listed(what: str, names: Sequence[object]) -> str:
    if not names:
        return "There is nothing."
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"{what} {', '.join(str(name)[:60] for name in names[:12])}{more}."


def _not_allowed(node: nodes.Node) -> ExpressionError:
    return ExpressionError(f"{type(node).__name__} is not allowed in templates.")
