"""From text to a checked tree: Jinja's own parser, then an allow-list of what may stand in the tree. Trees are cached."""

import re
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.parser import Parser

from parley.workflow.expressions.filters import FILTERS
from parley.workflow.expressions.predicates import TESTS
from parley.workflow.expressions.values import MAX_NUMBER, ExpressionError
from parley.workflow.storable import text_fault

MAX_TEMPLATE = 20_000  # characters
MAX_EXPRESSION = 4_000
MAX_NODES = 800
MAX_DEPTH = 40

_ENVIRONMENT = Environment(autoescape=False, keep_trailing_newline=True)  # noqa: S701 never rendered by Jinja; output is not HTML

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Const, nodes.Name, nodes.Getattr, nodes.Getitem,
    nodes.Slice, nodes.Filter, nodes.Test, nodes.Keyword, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.CondExpr, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos, nodes.Concat,
    nodes.List, nodes.Dict, nodes.Pair, nodes.Tuple,
)  # fmt: skip

_WORDS: dict[type[nodes.Node], str] = {
    nodes.Call: "Calling a function",
    nodes.Macro: "A macro",
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "import",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.Pow: "**",
    nodes.With: "with",
}


@dataclass(frozen=True)
class ParsedTemplate:
    """`alone` is the expression, where the template is nothing but one `{{ expression }}`."""

    body: list[nodes.Node]
    alone: nodes.Expr | None


def is_template(text: str) -> bool:
    return "{{" in text or "{%" in text or "{#" in text


@lru_cache(maxsize=2_048)
def parse_template(source: str) -> ParsedTemplate:
    if len(source) > MAX_TEMPLATE:
        raise ExpressionError(f"The template is longer than {MAX_TEMPLATE:,} characters. Shorten it.")
    try:
        tree = _ENVIRONMENT.parse(source)
    except (TemplateSyntaxError, RecursionError, ValueError, OverflowError) as error:
        raise _unreadable("template", source, error) from None
    _check(tree)
    return ParsedTemplate(tree.body, _alone(tree.body))


@lru_cache(maxsize=2_048)
def parse_expression(source: str) -> nodes.Expr:
    if len(source) > MAX_EXPRESSION:
        raise ExpressionError(f"The expression is longer than {MAX_EXPRESSION:,} characters. Shorten it.")
    bare = source.strip()
    if bare.startswith("{{") and bare.endswith("}}") and "{{" not in bare[2:]:
        bare = bare[2:-2].strip()  # people and models write the braces out of habit
    if not bare:
        raise ExpressionError("The expression is empty.")
    try:
        parser = Parser(_ENVIRONMENT, bare, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            raise TemplateSyntaxError(f"unexpected {parser.stream.current.value!r}", 1)
    except (TemplateSyntaxError, RecursionError, ValueError, OverflowError) as error:
        raise _unreadable("expression", bare, error) from None
    _check(tree)
    return tree


def _alone(body: list[nodes.Node]) -> nodes.Expr | None:
    if len(body) != 1 or not isinstance(body[0], nodes.Output):
        return None
    parts = [part for part in body[0].nodes if not (isinstance(part, nodes.TemplateData) and not part.data.strip())]
    return parts[0] if len(parts) == 1 and not isinstance(parts[0], nodes.TemplateData) else None


def _check(tree: nodes.Node) -> None:
    waiting = [(tree, 0)]
    count = 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionError("The template is too complex. Split it over several nodes.")
        _check_one(node)
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())


def _check_one(node: nodes.Node) -> None:
    match node:
        case nodes.Filter(name=name) if name not in FILTERS:
            raise ExpressionError(f"There is no filter {name!r}. The filters are: {', '.join(sorted(FILTERS))}.")
        case nodes.Filter(node=None):
            raise ExpressionError("A filter block is not allowed in templates. Use the filter inside {{ }}.")
        case nodes.Test(name=name) if name not in TESTS:
            raise ExpressionError(f"There is no test {name!r}. The tests are: {', '.join(sorted(TESTS))}.")
        case nodes.Filter(dyn_args=None, dyn_kwargs=None) | nodes.Test(dyn_args=None, dyn_kwargs=None):
            pass
        case nodes.Filter() | nodes.Test():
            raise ExpressionError("* and ** are not allowed in templates.")
        case nodes.For(recursive=True):
            raise ExpressionError("A recursive loop is not allowed in templates.")
        case nodes.Const(value=str() as text) if fault := text_fault(text):
            raise ExpressionError(f"A text in the template {fault}.")
        case nodes.Const(value=int() | float() as number) if not abs(number) <= MAX_NUMBER:
            raise ExpressionError("A number in the template is too large.")
        case _ if type(node) not in _ALLOWED:
            advice = " Use a filter, such as | length or | items." if isinstance(node, nodes.Call) else ""
            raise ExpressionError(f"{_WORDS.get(type(node), type(node).__name__)} is not allowed in templates.{advice}")
        case _:
            pass


def _unreadable(what: str, source: str, error: Exception) -> ExpressionError:
    if not isinstance(error, TemplateSyntaxError):
        return ExpressionError(f"The {what} is too complex to read. Simplify it.")
    advice = ""
    if re.search(r"&&|\|\||===|!(?!=)", source):
        advice = " Write and, or, not, == and !=."
    message = (error.message or "it is incomplete").rstrip(".")
    line = f" in line {error.lineno}" if "\n" in source else ""
    return ExpressionError(f"The {what} cannot be read{line}: {message}.{advice}")
