"""Templates and bare expressions: Jinja's syntax over an allow-list of its tree, with bounded size, depth, turns and output."""

from collections.abc import Mapping
from dataclasses import dataclass

from parley.errors import ParleyError


class ExpressionError(ParleyError):
    """The template or expression cannot be read, is not allowed, is too large, or names something that is not there."""

    status = 422


@dataclass(frozen=True)
class Reference:
    """A name a template looks up: `{{ search.results[0].title }}` -> root "search", path ("results", 0, "title")."""

    root: str
    path: tuple[str | int, ...]


def render(template: str, scope: Mapping[str, object]) -> object:
    """The template's value: of `{{ one.reference }}` alone the value itself, otherwise text (null renders as nothing)."""
    ...


def evaluate(expression: str, scope: Mapping[str, object]) -> object:
    """The value of a bare expression such as `score.value > 0.7`."""
    ...


def references(template: str) -> list[Reference]: ...


def expression_references(expression: str) -> list[Reference]: ...
