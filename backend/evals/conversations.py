"""Labelled conversations from a file, one per line; what is wrong with a line is told in words, with its number."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast  # a label is free JSON

from parley.errors import ParleyError
from parley.nodes.registry import CATALOGUE

FOLDER = Path(__file__).parent


class ConversationsUnreadable(ParleyError):
    """The file is not there, or a line of it is not a labelled conversation."""


class _Fault(Exception):
    """What is wrong with one line, as the end of a sentence."""


def read(path: Path) -> list[dict[str, Any]]:
    """Raises ConversationsUnreadable, which names the file and the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConversationsUnreadable(f"{path} could not be read: {error}. Give a file with one conversation per line.") from error
    found: list[dict[str, Any]] = []
    ids: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = _conversation(line)
            if item["id"] in ids:
                raise _Fault(f"the id {item['id']!r} is there already")
        except _Fault as error:
            raise ConversationsUnreadable(f"{path}, line {number}: {error}.") from error
        ids.add(item["id"])
        found.append(item)
    if not found:
        raise ConversationsUnreadable(f"{path} holds no conversation. Give a file with one per line.")
    return found


def _conversation(line: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Fault("this is not JSON; every line is one JSON object with `id` and `turns`") from error
    if not isinstance(item, dict):
        raise _Fault("every line is one JSON object with `id` and `turns`")
    conversation = cast(dict[str, Any], item)
    if not isinstance(conversation.get("id"), str):
        raise _Fault("the conversation has no `id` (a text)")
    turns: Any = conversation.get("turns")
    if not isinstance(turns, list) or not turns:
        raise _Fault("the conversation has no `turns` (a list of at least one)")
    for index, turn in enumerate(cast(list[Any], turns)):
        try:
            _check_turn(turn, index)
        except _Fault as error:
            raise _Fault(f"turn {index}: {error}") from error
    return conversation


def _check_turn(turn: Any, index: int) -> None:
    if not isinstance(turn, dict) or not isinstance(cast(dict[str, Any], turn).get("user"), str):
        raise _Fault("it has no `user` (the person's words)")
    expect = cast(dict[str, Any], turn).get("expect")
    if not isinstance(expect, dict):
        raise _Fault("it has no `expect` (an object)")
    label = cast(dict[str, Any], expect)
    if label.get("unchanged") is True or label.get("empty") is True:
        return
    if not (isinstance(label.get("nodes"), list) and isinstance(label.get("edges"), list)):
        known = "`nodes` with `edges`, `unchanged` or `empty`"
        raise _Fault(f"`expect` says {', '.join(f'`{name}`' for name in sorted(label)) or 'nothing'}; it needs {known}")
    keys = [_checked_step(step) for step in label["nodes"]]
    if len(keys) != len(set(keys)):
        raise _Fault("two steps have the same `key`")
    _check_wiring(label, set(keys))
    restored = label.get("restores", 0)
    if "restores" in label and not (isinstance(restored, int) and 0 <= restored < index):
        raise _Fault(f"`restores` is {restored!r}; it names an earlier turn, from 0")


def _checked_step(step: Any) -> str:
    if not isinstance(step, dict) or not isinstance(cast(dict[str, Any], step).get("key"), str):
        raise _Fault("a step has no `key` (a text)")
    wanted = cast(Mapping[str, Any], step)
    types = wanted.get("types") or [wanted.get("type")]
    unknown = [kind for kind in cast(list[Any], types) if not isinstance(kind, str) or CATALOGUE.get(kind) is None]
    if unknown:
        raise _Fault(f"the step {wanted['key']!r} has the unknown type {unknown[0]!r}")
    return str(wanted["key"])


def _check_wiring(label: Mapping[str, Any], keys: set[str]) -> None:
    for edge in [edge for edges in (label["edges"], *label.get("alt_edges", [])) for edge in edges]:
        if not isinstance(edge, list) or len(cast(list[Any], edge)) not in (2, 3):
            raise _Fault(f"{edge!r} is no edge; one is [from, to] or [from, to, branch]")
        strangers = [end for end in cast(list[Any], edge)[:2] if end not in keys]
        if strangers:
            raise _Fault(f"an edge names the step {strangers[0]!r}, which is not among the `nodes`")
