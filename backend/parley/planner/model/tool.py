"""The one tool a model may call, and how its flat arguments become edits.

The edit union is flattened on the wire: small models and Gemini's schema dialect handle one object with optional fields better than a
union of seven. An empty parent means the top level, since models send null for every field they leave out.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from pydantic import JsonValue, ValidationError

from parley.errors import ParleyError
from parley.workflow.catalogue import Catalogue
from parley.workflow.edits import EDIT, Edit
from parley.workflow.spec import RESERVED_IDS, Workflow

TOOL_NAME = "edit_workflow"
TOOL_DESCRIPTION = "Changes the workflow. The edits are applied one after another; each must leave a valid workflow."
EDIT_SCHEMA: dict[str, Any] = {  # Any: JSON Schema
    "type": "object",
    "properties": {
        "op": {
            "type": "string",
            "enum": ["add_node", "update_node", "remove_node", "connect", "disconnect", "rename"],
        },
        "id": {"type": "string", "description": "Of the step; for add_node a new one: small letters, digits, _"},
        "type": {"type": "string", "description": "A step type"},
        "label": {"type": "string", "description": "Two or three words shown on the step"},
        "config": {"type": "object", "description": "Settings; update_node merges them by key, each value whole"},
        "unset": {"type": "array", "items": {"type": "string"}, "description": "Settings that update_node removes"},
        "parent": {"type": "string", "description": "Id of the loop that the step stands in; empty: outside"},
        "bridge": {"type": "boolean", "description": "remove_node: join the neighbours of the removed step"},
        "source": {"type": "string", "description": "connect, disconnect: from this step"},
        "target": {"type": "string", "description": "connect, disconnect: to this step"},
        "source_handle": {"type": "string", "description": "The way out taken, where the source has several"},
        "name": {"type": "string", "description": "rename: the workflow's name"},
    },
    "required": ["op"],
}
TOOL_SCHEMA: dict[str, Any] = {  # Any: JSON Schema
    "type": "object",
    "properties": {"edits": {"type": "array", "items": EDIT_SCHEMA}},
    "required": ["edits"],
}

_NODE_FIELDS = ("label", "type", "config", "parent", "retry", "timeout", "on_error")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "add_node": ("id", *_NODE_FIELDS),
    "update_node": ("id", *_NODE_FIELDS, "unset"),
    "remove_node": ("id", "bridge"),
    "connect": ("source", "target", "source_handle"),
    "disconnect": ("source", "target", "source_handle"),
    "rename": ("name",),
}


class NotAnEdit(ParleyError):
    """What the model sent cannot be read as an edit; the message tells the model what to send instead."""


def read_edit(raw: JsonValue, workflow: Workflow, catalogue: Catalogue, used_ids: frozenset[str]) -> Edit:
    """The edit that a model's arguments mean. Raises NotAnEdit."""
    if not isinstance(raw, dict):
        raise NotAnEdit("An edit is an object with an op, and this is not.")
    given: dict[str, JsonValue] = {key: value for key, value in _flat(raw).items() if value is not None}
    op = given.pop("op", None)
    if not isinstance(op, str) or op not in _FIELDS:
        raise NotAnEdit(f"There is no op {op!r}. The ops are: {', '.join(_FIELDS)}.")
    if invented := [key for key in given if key not in _FIELDS[op] and given[key] not in ("", [], {}, False)]:
        raise NotAnEdit(f"{op} has no field {invented[0]!r}. Its fields are: {', '.join(_FIELDS[op])}.")
    for key in given.keys() - set(_FIELDS[op]):
        del given[key]
    if "config" in given:
        given["config"] = _config(given["config"])
    if given.get("source_handle") == "":
        del given["source_handle"]
    match op:
        case "add_node":
            _check_new_id(given.get("id"), workflow, used_ids)
            _check_settings(given.get("type"), given.get("config"), catalogue)
            wire: dict[str, Any] = {"op": op, "node": _new_node(given, catalogue)}
        case "update_node":
            node = workflow.node(str(given.get("id")))
            _check_settings(given.get("type") or (node.type if node else None), given.get("config"), catalogue)
            wire = {"op": op, "id": given.get("id"), "unset": given.get("unset", []), "set": _change(given)}
        case _:
            wire = {"op": op, **given}
    try:
        return EDIT.validate_python(wire)
    except ValidationError as error:
        raise NotAnEdit(_said(op, error)) from error


def _flat(raw: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Models that know the union's own form send a node or a set inside; it means the same."""
    flat = {key: value for key, value in raw.items() if key not in ("node", "set")}
    for key in ("node", "set"):
        inner = raw.get(key)
        if isinstance(inner, dict):
            flat |= inner
        elif inner is not None:
            flat[key] = inner
    return flat


def _config(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        try:
            return cast(JsonValue, json.loads(value))
        except (ValueError, RecursionError):
            raise NotAnEdit("config is an object of settings, and this is not.") from None
    return value


def _new_node(given: dict[str, JsonValue], catalogue: Catalogue) -> dict[str, JsonValue]:
    node_type = given.get("type")
    title = catalogue[node_type].title if isinstance(node_type, str) and node_type in catalogue else "Step"
    return {**given, "label": given.get("label") or title, "parent": given.get("parent") or None}


def _change(given: dict[str, JsonValue]) -> dict[str, JsonValue]:
    change = {key: given[key] for key in _NODE_FIELDS if key in given and given[key] != ""}
    if given.get("parent") == "":
        change["parent"] = None
    return change


def _check_new_id(node_id: JsonValue, workflow: Workflow, used_ids: frozenset[str]) -> None:
    if not isinstance(node_id, str):
        raise NotAnEdit("add_node needs an id.")
    if node_id in used_ids and workflow.node(node_id) is None:
        raise NotAnEdit(f"The id {node_id!r} belonged to a step that was removed. Choose another, such as {node_id[:36]}_new.")
    if node_id in RESERVED_IDS:
        raise NotAnEdit(f"{node_id!r} is a word that templates use. Choose another id, such as {node_id}_step.")


def _check_settings(node_type: JsonValue, config: JsonValue, catalogue: Catalogue) -> None:
    if not isinstance(node_type, str) or node_type not in catalogue or not isinstance(config, dict):
        return  # what is wrong then is said when the edit is read or applied
    known = catalogue[node_type].config.model_fields
    for key in config:
        if key not in known:
            have = f"It has: {', '.join(known)}." if known else "It has none."
            raise NotAnEdit(f"{node_type} has no setting {key!r}. {have}")


def _said(op: str, error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"] if part not in (op, "node", "set")) or "the edit"
    if first["type"] == "string_pattern_mismatch":
        return f"{op}: {where} has small letters, digits and _, starts with a letter, and is at most 40 long."
    return f"{op}: {where}: {first['msg'].removeprefix('Value error, ')}."
