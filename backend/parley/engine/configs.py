"""A node's config made ready for its step: templates filled in where the field's kind has them, then checked by the type's model."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from pydantic import BaseModel, JsonValue, ValidationError

from parley.nodes.base import StepFailed
from parley.workflow.catalogue import FieldKind
from parley.workflow.fields import FieldFacts, facts_of

AS_WRITTEN: frozenset[FieldKind] = frozenset({"plain", "expression", "secret"})  # kinds whose text is no template


class ConfigNotUsable(StepFailed):
    """A field is empty or does not hold what it should once its templates are filled in; `details.field` names it."""


def render_config(model: type[BaseModel], config: Mapping[str, JsonValue], render: Callable[[str], object]) -> dict[str, JsonValue]:
    facts = facts_of(model)
    return {name: _field(facts.get(name), value, render) for name, value in config.items()}


def _field(facts: FieldFacts | None, value: JsonValue, render: Callable[[str], object]) -> JsonValue:
    if facts is None:
        return value
    inner = facts.inner
    if inner is not None and isinstance(value, list):
        return [render_config(inner, item, render) if isinstance(item, dict) else item for item in value]
    if inner is not None and isinstance(value, dict):
        return cast(JsonValue, render_config(inner, value, render))
    return value if facts.kind in AS_WRITTEN else _deep(value, render)


def _deep(value: JsonValue, render: Callable[[str], object]) -> JsonValue:
    match value:
        case str():
            return _plain(render(value))
        case list():
            return [_deep(item, render) for item in value]
        case dict():
            return {key: _deep(item, render) for key, item in value.items()}
        case _:
            return value


def _plain(value: object) -> JsonValue:
    """What a template gave, as JSON: tuples become lists, any mapping an object."""
    match value:
        case list() | tuple():
            return [_plain(item) for item in cast(Sequence[object], value)]
        case Mapping():
            return {str(key): _plain(item) for key, item in cast(Mapping[object, object], value).items()}
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)


def check_config(model: type[BaseModel], config: Mapping[str, JsonValue]) -> BaseModel:
    """Raises ConfigNotUsable, in words for the person who drew the node."""
    try:
        return model.model_validate(config)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        title = (model.model_fields[name].title or name) if name in model.model_fields else name
        said = first["msg"].removeprefix("Value error, ")
        words = f"“{title}” is not filled in." if first["type"] == "missing" else f"“{title}”: {said}"
        raise ConfigNotUsable(words, {"field": name, "retryable": False}) from None
