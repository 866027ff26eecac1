"""Which values a workflow may hold: JSON of bounded size and depth, in characters that every database can store."""

import math
import re

from pydantic import JsonValue

MAX_DEPTH = 24
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL is refused by PostgreSQL, lone surrogates by UTF-8


def text_fault(text: str) -> str | None:
    return "has characters that cannot be stored" if _UNSTORABLE.search(text) else None


def storable(text: str) -> str:
    """The text with a mark in place of each character that cannot be stored."""
    return _UNSTORABLE.sub("\ufffd", text)


def json_fault(value: JsonValue, max_chars: int) -> str | None:
    """Why the value cannot be stored, to follow a subject ("is nested deeper than 24 levels"); None if it can.

    Walks without recursion, since depth is one of the things it guards against.
    """
    room = max_chars
    waiting: list[tuple[JsonValue, int]] = [(value, 0)]
    while waiting:
        current, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return f"is nested deeper than {MAX_DEPTH} levels"
        room -= 4  # what a value costs besides its text
        match current:
            case str():
                room -= len(current)
                if fault := text_fault(current):
                    return fault
            case bool() | None:
                pass
            case int():
                if current.bit_length() > 63:
                    return "has a whole number of more than 63 bits"
            case float():
                if not math.isfinite(current):
                    return "has a number that is not finite"
            case list():
                waiting.extend((item, depth + 1) for item in current)
            case dict():
                for key, item in current.items():
                    room -= len(key)
                    if fault := text_fault(key):
                        return fault
                    waiting.append((item, depth + 1))
        if room < 0:
            return f"is longer than {max_chars:,} characters"
    return None
