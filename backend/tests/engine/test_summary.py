"""A value in one short line."""

import pytest
from pydantic import JsonValue

from parley.engine.summary import LONGEST, in_words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        ({}, ""),
        ([], ""),
        ("  two\nlines ", "two lines"),
        ({"message": "Why?", "history": []}, "Why?"),
        ({"message": " ", "order": 4}, '{"message":" ","order":4}'),
        ({"items": [1, 2]}, '{"items":[1,2]}'),
        ([1, 2], "[1,2]"),
        (4.5, "4.5"),
        (False, "false"),
    ],
)
def test_a_value_is_told_by_its_text_or_as_json(value: JsonValue, words: str) -> None:
    assert in_words(value) == words


def test_long_values_are_cut() -> None:
    assert len(in_words("word " * 1000)) == LONGEST
    assert in_words(list(range(1_000_000))).endswith("\N{HORIZONTAL ELLIPSIS}")
