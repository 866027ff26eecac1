"""The texts in a node's raw config, each with its kind: which are templates, which bare expressions, which are taken as they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast, get_args

from pydantic import BaseModel, JsonValue

from parley.workflow.catalogue import FieldKind

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class FieldText:
    """`path` leads to the text in the config; `title` is that of its field."""

    path: Path
    kind: FieldKind
    title: str
    text: str


@dataclass(frozen=True)
class FieldFacts:
    """How one field of a config model is read; `inner` is the model of a field that holds objects with fields of their own, or a list
    of them."""

    kind: FieldKind
    title: str
    inner: type[BaseModel] | None


def texts(model: type[BaseModel], config: Mapping[str, JsonValue]) -> Iterator[FieldText]:
    """Every text in the config, in order; those in fields the model does not know are left out."""
    return _in_model(model, config, ())


def field_title(model: type[BaseModel], path: Path) -> str:
    """The title of the innermost field that a path goes through; its name where the model does not know it."""
    title = ""
    inner: type[BaseModel] | None = model
    for step in path:
        if isinstance(step, int) or inner is None:
            continue
        facts = facts_of(inner).get(step)
        title, inner = (facts.title, facts.inner) if facts else (step, None)
    return title


def field_kind(model: type[BaseModel], path: Path) -> FieldKind:
    """The kind of the innermost field that a path goes through."""
    kind: FieldKind = "plain"
    inner: type[BaseModel] | None = model
    for step in path:
        if isinstance(step, int) or inner is None:
            continue
        if facts := facts_of(inner).get(step):
            kind, inner = facts.kind, facts.inner
    return kind


def _in_model(model: type[BaseModel], config: Mapping[str, JsonValue], path: Path) -> Iterator[FieldText]:
    for name, facts in facts_of(model).items():
        if name in config:
            yield from _in_value(config[name], facts, (*path, name))


def _in_value(value: JsonValue, facts: FieldFacts, path: Path) -> Iterator[FieldText]:
    match value:
        case str():
            yield FieldText(path, facts.kind, facts.title, value)
        case list():
            for place, item in enumerate(value):
                yield from _in_value(item, facts, (*path, place))
        case dict() if facts.inner is not None:
            yield from _in_model(facts.inner, value, path)
        case dict():
            for key, item in value.items():
                yield from _in_value(item, facts, (*path, key))
        case _:
            pass


@lru_cache(maxsize=256)
def facts_of(model: type[BaseModel]) -> Mapping[str, FieldFacts]:
    """By the fields' names."""
    facts: dict[str, FieldFacts] = {}
    for name, field in model.model_fields.items():
        given = cast(object, field.json_schema_extra)
        extra = cast(dict[str, object], given) if isinstance(given, dict) else {}
        facts[name] = FieldFacts(
            cast(FieldKind, extra.get("x-kind", "plain")), field.title or name.replace("_", " ").capitalize(), _model_in(field.annotation)
        )
    return facts


def _model_in(annotation: Any) -> type[BaseModel] | None:  # Any: an annotation may be any type form
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)
