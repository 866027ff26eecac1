"""Templates and bare expressions: Jinja's syntax over an allow-list of its tree, with bounded size, depth, turns and output.

The tree is interpreted here over plain data (`interpret`); nothing is compiled to Python, no attribute of a Python object is ever
read and nothing is called but the listed filters. Null flows gently: a field of null is null, null renders as nothing, arithmetic with null
is null, an order comparison with null is false.
"""

from collections.abc import Mapping

from parley.workflow.expressions.filters import FILTERS
from parley.workflow.expressions.interpret import Interpreter
from parley.workflow.expressions.parse import is_template, parse_expression, parse_template
from parley.workflow.expressions.references import Reference, find_references
from parley.workflow.expressions.values import ExpressionError

__all__ = [
    "FILTERS",
    "ExpressionError",
    "Reference",
    "evaluate",
    "expression_references",
    "is_template",
    "references",
    "render",
]


def render(template: str, scope: Mapping[str, object]) -> object:
    """The template's value: of one `{{ expression }}` alone the value itself, otherwise text (null renders as nothing).

    Raises ExpressionError.
    """
    if not is_template(template):
        return template
    parsed = parse_template(template)
    interpreter = Interpreter(scope)
    return interpreter.text(parsed.body) if parsed.alone is None else interpreter.value(parsed.alone)


def evaluate(expression: str, scope: Mapping[str, object]) -> object:
    """The value of a bare expression such as `score.value > 0.7`. Raises ExpressionError."""
    return Interpreter(scope).value(parse_expression(expression))


def references(template: str) -> list[Reference]:
    """The names a template looks up, in order, each once. Raises ExpressionError where it cannot be read."""
    return find_references(parse_template(template).body) if is_template(template) else []


def expression_references(expression: str) -> list[Reference]:
    """The names a bare expression looks up, in order, each once. Raises ExpressionError where it cannot be read."""
    return find_references([parse_expression(expression)])
