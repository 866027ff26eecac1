"""Which values a workflow may hold: JSON of bounded size and depth, in characters that every database can store."""

import math
import re
from collections.abc import Iterable
from typing import cast

from pydantic import JsonValue

MAX_DEPTH = 24
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL is refused by PostgreSQL, lone surrogates by UTF-8
_PLAIN = (str, int, dict, bool, type(None), list, float)


def text_fault(text: str) -> str | None:
    return "has characters that cannot be stored" if _UNSTORABLE.search(text) else None


def storable(text: str) -> str:
    """The text with a mark in place of each character that cannot be stored."""
    return _UNSTORABLE.sub("\ufffd", text)


def json_fault(value: JsonValue, max_chars: int) -> str | None:
    """Why the value cannot be stored, to follow a subject ("is nested deeper than 24 levels"); None if it can.

    Walks without recursion, since depth is one of the things it guards against, and opens lists and objects only: the engine asks this
    of what goes into every step and comes out of it.
    """
    room = max_chars
    waiting: list[tuple[Iterable[object], int]] = [((value,), 0)]
    while waiting:
        values, depth = waiting.pop()
        for current in values:
            room -= 4  # what a value costs besides its text
            kind = type(current)
            if kind not in _PLAIN:
                kind = next((plain for plain in _PLAIN if isinstance(current, plain)), None)
            if kind is str:
                text = cast(str, current)
                room -= len(text)
                if _UNSTORABLE.search(text):
                    return text_fault(text)
            elif kind is dict or kind is list:
                if depth == MAX_DEPTH and current:
                    return f"is nested deeper than {MAX_DEPTH} levels"
                if kind is dict:
                    entries = cast(dict[str, object], current)
                    for key in entries:
                        room -= len(key)
                        if _UNSTORABLE.search(key):
                            return text_fault(key)
                    waiting.append((entries.values(), depth + 1))
                else:
                    waiting.append((cast(list[object], current), depth + 1))
            elif kind is int:
                if cast(int, current).bit_length() > 63:
                    return "has a whole number of more than 63 bits"
            elif kind is float:
                if not math.isfinite(cast(float, current)):
                    return "has a number that is not finite"
            elif kind is None:
                return "has something that is no plain data"
        if room < 0:
            return f"is longer than {max_chars:,} characters"
    return None
