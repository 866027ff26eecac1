"""A value in one short line, for lists of runs: what started a run, what it answered."""

import json

from pydantic import JsonValue

LONGEST = 200  # characters
SAMPLE = 2000  # of a long text, what is looked at
TELLING = ("message", "question", "text", "body", "input")


def in_words(value: JsonValue) -> str:
    """A text's beginning, the text of a value that holds one, otherwise JSON; "" for nothing."""
    words = " ".join(_told(value)[:SAMPLE].split())
    return words if len(words) <= LONGEST else words[: LONGEST - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _told(value: JsonValue) -> str:
    match value:
        case None | []:
            return ""
        case str():
            return value
        case dict():
            if not value:
                return ""
            found = (value.get(name) for name in TELLING)
            told = next((text for text in found if isinstance(text, str) and text.strip()), None)
            return _json(value) if told is None else told
        case _:
            return _json(value)


def _json(value: JsonValue) -> str:
    """As far as it is looked at: a list of a million numbers costs no more than its beginning."""
    written: list[str] = []
    length = 0
    for part in json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).iterencode(value):
        written.append(part)
        length += len(part)
        if length > SAMPLE:
            break
    return "".join(written)
