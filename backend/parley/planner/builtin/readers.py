"""How a value of a setting is read from the words: each reader takes what is asked for and the step, and gives the value or None."""

import re
from collections.abc import Callable

from pydantic import JsonValue

from parley.planner.builtin import put, slots, values
from parley.planner.builtin.values import Asked
from parley.workflow.spec import Node

Read = Callable[[Asked, Node], JsonValue]


def said(take: Callable[[str], JsonValue]) -> Read:
    return lambda asked, node: take(asked.value)


def within(take: Callable[..., JsonValue], kind: str = "") -> Read:
    return (lambda asked, node: take(kind, asked.value, asked.reading)) if kind else (lambda asked, node: take(asked.value, asked.reading))


def whole(low: int, high: int) -> Read:
    def read(asked: Asked, node: Node) -> JsonValue:
        found = None if values.duration(asked.value) else values.number(asked.value)
        return found if isinstance(found, int) and low <= found <= high else None

    return read


def limit(asked: Asked, node: Node) -> JsonValue:
    found = values.number(asked.value)
    held = put.COMPARED.search(str(node.config.get("expression", "")))
    if re.fullmatch(r"(?:once|one)", asked.value, re.I) or re.search(r"⟨|\d:\d|\d ?(?:am|pm)\b|\b(?:every|each)\b", asked.value, re.I):
        return None
    return found if held else None


def word(asked: Asked, node: Node) -> JsonValue:
    said = values.quoted(asked.value, asked.reading) or values.name(asked.value, asked.reading)
    return said if put.WORD.search(str(node.config.get("expression", ""))) and values.number(asked.value) is None else None


def wait(asked: Asked, node: Node) -> JsonValue:
    bare = re.fullmatch(r"(?:about )?(?:\d+|\w+)", values.bare(asked.value))
    number = values.number(asked.value) if bare and node.config.get("duration") else None
    return values.duration(asked.value) or number


def path(asked: Asked, node: Node) -> JsonValue:
    said = values.literal("p", asked.value, asked.reading)
    return said.strip("/") if said else None


def address(asked: Asked, node: Node) -> JsonValue:
    return values.web_address(asked.value, asked.reading) or values.literal("p", asked.value, asked.reading)


def named(asked: Asked, node: Node) -> JsonValue:
    return values.name(asked.value, asked.reading) or values.quoted(asked.value, asked.reading)


def table(asked: Asked, node: Node) -> JsonValue:
    return slots.table(asked.value, asked.reading) or values.name(asked.value, asked.reading)


def sql(asked: Asked, node: Node) -> JsonValue:
    return values.literal("s", asked.value, asked.reading)


def number(asked: Asked, node: Node) -> JsonValue:
    return values.number(asked.value)


def fields(asked: Asked, node: Node) -> JsonValue:
    names = values.names(asked.value, asked.reading)
    return [{"name": slots.slug(name, "field"), "type": "text", "description": name} for name in names] if names else None


def own(asked: Asked, node: Node) -> JsonValue:
    if put.own_key(asked.field, node) is None:
        return None
    bare = values.bare(asked.value)
    return values.number(bare) if re.fullmatch(r"[\d.,]+", bare) else slots.plain(bare, asked.reading)


def swapped(asked: Asked, node: Node) -> JsonValue:
    old, new = slots.plain(asked.old, asked.reading), slots.plain(values.bare(asked.value), asked.reading)
    apt = old and len(new.split()) <= 4 and f" {old.lower()} " not in f" {new.lower()} "
    return new if apt and any(put.swapped(held, old, new) != held for held in node.config.values()) else None


def tries(asked: Asked, node: Node) -> JsonValue:
    """How often it is tried in all: "3 times" says just that, "once" and "twice" are said of the tries after the first."""
    if not asked.says(r"times?|once|twice|attempts|tries|re-?try|re-?tries|retried"):
        return None
    if word := re.search(r"\b(once|twice)\b", asked.value, re.I):
        return 2 if word[1].lower() == "once" else 3
    count = values.number(asked.value)
    return max(count, 2) if isinstance(count, int) and count <= 10 else None
