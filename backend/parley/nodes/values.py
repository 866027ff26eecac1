"""How config values are read after rendering: anything as text, as truth, as a list; and how they are said in one line."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, JsonValue

FALSE_WORDS = frozenset({"", "0", "false", "no", "none", "null", "off"})


class Config(BaseModel):
    """The base of every config model: an unknown field is refused, so that an invented one is seen."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


def as_text(value: object) -> str:
    """Text as it is, null as nothing, lists and objects as JSON."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() | dict() | tuple():
            return json.dumps(value, ensure_ascii=False, indent=2, default=str)
        case _:
            return str(value)


def as_truth(value: object) -> bool:
    """Truth as a person means it: the words "false" and "no", and nothing at all, are not true."""
    return value.strip().lower() not in FALSE_WORDS if isinstance(value, str) else bool(value)


def as_items(value: object) -> list[JsonValue]:
    """What a loop goes through: a list as it is, a text by lines (or by commas), an object by its entries, null as none."""
    match value:
        case None | "":
            return []
        case list() | tuple():
            return list(cast(list[JsonValue], value))
        case dict():
            entries = cast(dict[str, JsonValue], value)
            return [{"key": key, "value": entry} for key, entry in entries.items()]
        case str():
            return _items_in_text(value.strip())
        case _:
            return [cast(JsonValue, value)]


def _items_in_text(text: str) -> list[JsonValue]:
    if text.startswith("["):
        try:
            found: object = json.loads(text)
        except ValueError:
            found = None
        if isinstance(found, list):
            return cast(list[JsonValue], found)
    parts = text.splitlines() if "\n" in text else text.split(",")
    return [part.strip() for part in parts if part.strip()]


def as_names(value: object) -> object:
    """A list of names, also when it was written as one text with commas or lines."""
    if isinstance(value, str):
        return [name.strip() for name in re.split(r"[,\n]", value) if name.strip()]
    return value


Text = Annotated[str, BeforeValidator(as_text)]
Names = Annotated[list[str], BeforeValidator(as_names)]


def names_in(config: Mapping[str, JsonValue], field: str, key: str | None = None) -> tuple[str, ...]:
    """The distinct names in a raw list field, in order; with `key`, the names of its objects. Whatever is no name is left out."""
    value = as_names(config.get(field))
    entries = cast(list[object], value) if isinstance(value, list) else []
    names: list[str] = []
    for entry in entries:
        name = cast(dict[str, object], entry).get(key) if key is not None and isinstance(entry, dict) else entry
        if isinstance(name, str) and name.strip() and name not in names:
            names.append(name)
    return tuple(names)


def keys_in(config: Mapping[str, JsonValue], field: str) -> tuple[str, ...]:
    value = config.get(field)
    return tuple(value) if isinstance(value, dict) else ()


def said(config: Mapping[str, JsonValue], field: str, otherwise: str = "") -> str:
    """A raw config value in one line for a person: templates without their braces, spaces folded, nothing for an empty one."""
    value = config.get(field)
    if value is None or isinstance(value, list | dict):
        return otherwise
    text = re.sub(r"\{\{\s*(.*?)\s*(?:\|.*?)?\}\}", r"\1", as_text(value))
    return " ".join(text.split()) or otherwise


def counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
