"""Cuts a page into overlapping passages of about 200 tokens that begin and end with sentences."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

TARGET_TOKENS = 200
OVERLAP_TOKENS = 40
# The model reads 256 with its two marks. A remainder too short for a passage of its own may fill that room.
MOST_TOKENS = 250
_SHORT_REMAINDER = 40

# A sentence ends at . ! ? before a space and something that is not a small letter ("e.g. this" goes on), at their East Asian
# forms, and at an empty line.
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[^a-z\s])|(?<=[。！？])|\n[ \t]*\n\s*")


@dataclass(frozen=True)
class Span:
    """Character offsets in the page's text."""

    start: int
    end: int


@dataclass(frozen=True)
class _Unit:
    """A sentence, or a piece of one too long for a passage."""

    span: Span
    tokens: int


def chunk(text: str, tokens: Sequence[tuple[int, int]]) -> list[Span]:
    """Spans that cover all of the text's tokens, in order; each holds at most MOST_TOKENS.

    `tokens` are the character offsets (start, end) of the embedding model's tokens in `text`, in order.
    """
    units = _units(text, [start for start, end in tokens if end > start], [end for start, end in tokens if end > start])
    spans: list[Span] = []
    first = 0
    while first < len(units):
        last = _fill(units, first)
        spans.append(Span(units[first].span.start, units[last - 1].span.end))
        if last == len(units):
            break
        first = _step_back(units, first, last)
    return spans


def _fill(units: Sequence[_Unit], first: int) -> int:
    """The end of the passage that starts at `first`: as many units as fit, and the whole rest if little is left."""
    last, size = first + 1, units[first].tokens
    while last < len(units) and size + units[last].tokens <= TARGET_TOKENS:
        size += units[last].tokens
        last += 1
    rest = sum(unit.tokens for unit in units[last : last + _SHORT_REMAINDER + 1])
    if rest <= _SHORT_REMAINDER and size + rest <= MOST_TOKENS:
        return len(units)
    return last


def _step_back(units: Sequence[_Unit], first: int, last: int) -> int:
    """Where the next passage starts: some sentences before `last`, but after `first`, and never so far that it ends there too."""
    start, size = last, 0
    room = min(OVERLAP_TOKENS, TARGET_TOKENS - units[last].tokens)
    while start - 1 > first and size + units[start - 1].tokens <= room:
        start -= 1
        size += units[start].tokens
    return start


def _units(text: str, starts: Sequence[int], ends: Sequence[int]) -> list[_Unit]:
    units: list[_Unit] = []
    for span in _sentences(text):
        low, high = bisect_left(starts, span.start), bisect_left(starts, span.end)
        for begin in range(low, high, TARGET_TOKENS):
            end = min(begin + TARGET_TOKENS, high)
            start = span.start if begin == low else starts[begin]
            stop = span.end if end == high else ends[end - 1]
            units.append(_Unit(Span(start, stop), end - begin))
    return units


def _sentences(text: str) -> list[Span]:
    spans: list[Span] = []
    begin = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]:
        piece = text[begin:end]
        stripped = piece.strip()
        if stripped:
            start = begin + piece.index(stripped)
            spans.append(Span(start, start + len(stripped)))
        begin = end
    return spans
