"""Finished edits out of arguments that are still streaming: each object of the first list is given out as its brace closes."""

import json
from typing import cast

from pydantic import JsonValue


class EditScanner:
    """Fed with pieces of `{"edits": [{...}, {...}]}`, in time linear in their length."""

    def __init__(self) -> None:
        self.found = 0
        self._depth = 0
        self._list_depth: int | None = None
        self._in_text = False
        self._escaped = False
        self._item: list[str] | None = None
        self._done = False

    @property
    def cut_off(self) -> bool:
        """Whether what was fed so far ends inside an edit or before the end of the list."""
        return not self._done and (self._depth > 0 or self._in_text)

    def feed(self, text: str) -> list[JsonValue]:
        edits: list[JsonValue] = []
        for char in text:
            if self._item is not None:
                self._item.append(char)
            if self._in_text:
                self._in_text = self._escaped or char != '"'
                self._escaped = char == "\\" and not self._escaped
                continue
            match char:
                case '"':
                    self._in_text = True
                case "{" | "[":
                    self._open(char)
                case "}" | "]":
                    edits += self._close(char)
                case _:
                    pass
        self.found += len(edits)
        return edits

    def _open(self, char: str) -> None:
        self._depth += 1
        if char == "[" and self._list_depth is None:
            self._list_depth = self._depth
        elif char == "{" and not self._done and self._item is None and self._depth - 1 == self._list_depth:
            self._item = ["{"]

    def _close(self, char: str) -> list[JsonValue]:
        finished: list[JsonValue] = []
        if self._item is not None and self._list_depth is not None and self._depth == self._list_depth + 1:
            text, self._item = "".join(self._item), None
            finished = [_loaded(text)]
        elif char == "]" and self._depth == self._list_depth:
            self._done = True
        self._depth = max(0, self._depth - 1)
        return finished


def edits_in(arguments: str) -> list[JsonValue]:
    """The edits of complete arguments in the shapes models also use: one edit alone, edits as text, a list without its name."""
    value = _loaded(arguments)
    if isinstance(value, dict) and "op" not in value:
        value = value.get("edits", value.get("edit"))
    if isinstance(value, str):
        value = _loaded(value)
    if isinstance(value, list):
        return [_loaded(item) if isinstance(item, str) else item for item in value]
    return [] if value is None else [value]


def _loaded(text: str) -> JsonValue:
    """The text itself where it is no JSON: whoever reads it says so."""
    try:
        return cast(JsonValue, json.loads(text))
    except (ValueError, RecursionError):
        return text
