"""Issues of one node's config: fields to fill in, values its model refuses, names that do not exist around the workflow."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel, JsonValue, ValidationError

from parley.workflow.catalogue import Catalogue, TypeSpec
from parley.workflow.expressions import is_template
from parley.workflow.fields import Path, field_kind, field_title, texts
from parley.workflow.issues import Issue, Surroundings, counted_names, quoted
from parley.workflow.spec import Node

_SECRET = re.compile(r"\{\{\s*secrets\.[A-Za-z_]\w{0,79}\s*\}\}", re.ASCII)
# Titles that are no noun, so that "No how long" would not be English.
_NOT_A_NOUN = frozenset("at every go how most starts wait when".split())  # noqa: SIM905


def config_issues(node: Node, spec: TypeSpec, catalogue: Catalogue, surroundings: Surroundings) -> Iterator[Issue]:
    empty = list(_empty_required(spec.config, node.config))
    for path in empty:
        yield _issue(node, "missing", "missing_field", _missing_words(spec.config, path), path)
    yield from _refused_values(node, spec, empty)
    for field in texts(spec.config, node.config):
        match field.kind:
            case "secret" if field.text and not _SECRET.fullmatch(field.text.strip()):
                yield _issue(node, "error", "secret_in_workflow", f"{quoted(field.title)} takes only {{{{ secrets.NAME }}}}", field.path)
            case "collection" if not is_template(field.text):
                yield from _unknown_name(node, field.path, field.text, surroundings.collections, "collection")
            case "connection" if not is_template(field.text):
                yield from _unknown_name(node, field.path, field.text, surroundings.connections, "connection")
            case _:
                pass
    if node.type == "agent":
        yield from _unknown_tools(node, catalogue)


def _empty_required(model: type[BaseModel], config: Mapping[str, JsonValue]) -> Iterator[Path]:
    for name, field in model.model_fields.items():
        value = config.get(name)
        if field.is_required() and (value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())):
            yield (name,)


def _refused_values(node: Node, spec: TypeSpec, empty: Sequence[Path]) -> Iterator[Issue]:
    try:
        spec.config.model_validate(node.config)
    except ValidationError as error:
        seen: set[Path] = set(empty)
        for fault in error.errors(include_url=False, include_input=False):
            path, value = _reach(node.config, fault["loc"])
            if path in seen or path[:1] in seen:
                continue
            seen.add(path)
            kind = field_kind(spec.config, path)
            if kind != "plain" and isinstance(value, str) and is_template(value):
                continue  # what it will hold is known only when it runs
            if fault["type"] == "missing":
                yield _issue(node, "missing", "missing_field", _missing_words(spec.config, path), path)
            elif fault["type"] == "extra_forbidden":
                words = f"{quoted(str(path[-1]))} is no setting of {spec.title}"
                yield _issue(node, "error", "unknown_field", words, path)
            else:
                words = _refusal_words(field_title(spec.config, path), fault["type"], fault["msg"], fault.get("ctx", {}))
                yield _issue(node, "error", "invalid_value", words, path)


def _reach(config: Mapping[str, JsonValue], location: tuple[str | int, ...]) -> tuple[Path, JsonValue]:
    """The part of a pydantic location that is a path in the config (it also names union members), and the value there.

    The last step may be absent: a missing field is reported at the place where it should be."""
    value: JsonValue = dict(config)
    path: Path = ()
    for step in location:
        match value, step:
            case dict(), str():
                path = (*path, step)
                if step not in value:
                    return path, None
                value = value[step]
            case list(), int() if step < len(value):
                path = (*path, step)
                value = value[step]
            case _:
                break
    return path, value


def _unknown_name(node: Node, path: Path, name: str, known: frozenset[str] | None, what: str) -> Iterator[Issue]:
    if known is None or not name.strip() or name.strip().casefold() in {other.casefold() for other in known}:
        return
    if known:
        words = f"No {what} is called {quoted(name)}; there is {counted_names(sorted(known))}"
    elif what == "collection":
        words = f"No collection is called {quoted(name)}; there is none yet"
    else:
        words = f"No {what} is set up yet"
    yield _issue(node, "missing", f"unknown_{what}", words, path)


def _unknown_tools(node: Node, catalogue: Catalogue) -> Iterator[Issue]:
    tools = node.config.get("tools")
    if not isinstance(tools, list):
        return
    for place, tool in enumerate(tools):
        if isinstance(tool, str) and not (tool in catalogue and catalogue[tool].tool):
            yield _issue(node, "missing", "unknown_tool", f"No tool is called {quoted(tool)}", ("tools", place))


def _missing_words(model: type[BaseModel], path: Path) -> str:
    title = field_title(model, path)
    if len(path) > 1:
        outer = field_title(model, path[:1])
        place = next((f" {step + 1}" for step in path if isinstance(step, int)), "")
        return f"{outer}{place}: {quoted(title)} is empty"
    if title.split(" ")[0].lower() in _NOT_A_NOUN:
        return f"{quoted(title)} is empty"
    return f"No {title if title[1:2].isupper() else title[:1].lower() + title[1:]}"


def _refusal_words(title: str, fault: str, message: str, context: Mapping[str, Any]) -> str:  # Any: pydantic's own
    name = quoted(title) if title else "The step"
    match fault:
        case "value_error" | "assertion_error":
            return message.removeprefix("Value error, ").removeprefix("Assertion failed, ").rstrip(".")
        case "greater_than_equal":
            return f"{name} is at least {context['ge']}"
        case "greater_than":
            return f"{name} is more than {context['gt']}"
        case "less_than_equal":
            return f"{name} is at most {context['le']}"
        case "less_than":
            return f"{name} is less than {context['lt']}"
        case "literal_error" | "enum":
            return f"{name} is one of {context['expected']}".replace("'", "")
        case _ if fault.startswith(("int_", "float_", "decimal_")):
            return f"{name} needs a number"
        case _ if fault.startswith("bool_"):
            return f"{name} is true or false"
        case _ if fault.startswith(("list_", "tuple_")):
            return f"{name} needs a list"
        case _ if fault.startswith(("dict_", "model_")):
            return f"{name} needs names and values"
        case _ if fault.startswith("date_"):
            return f"{name} needs a date, as in 2027-01-31"
        case _ if fault.startswith("string_"):
            return f"{name} needs text"
        case _:
            return f"{name}: {message}"


def _issue(node: Node, level: str, code: str, message: str, path: Path) -> Issue:
    field = ".".join(map(str, path)) or None
    return Issue(level=cast(Any, level), code=code, message=message, node_id=node.id, edge_id=None, field=field)
