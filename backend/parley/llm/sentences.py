"""Sentences and words of a text, as the built-in writer weighs them."""

import math
import re
from collections import Counter
from collections.abc import Sequence

_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*•–]|\d+[.)])\s)")
# "25.1 Leave and absence" on a line of its own begins no sentence: what follows does.
_HEADING = re.compile(r"^(\s*\d+(?:\.\d+)+\.?\s+[^\n.!?:]{1,70})\n(?=\s*[A-ZÀ-ÞА-Я])", re.MULTILINE)
_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’)]))\s+(?=[\"'“‘(]{0,2}[A-ZÀ-ÞА-Я0-9])|(?<=[。！？])")
# A full stop after these ends no sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|e\.g|i\.e|etc|vs|cf|approx|no|nr|art|sec|fig|p|pp|mr|mrs|ms|dr|prof|st|inc|ltd|co|jr|sr|bzw|ca|usw|z\.b))\.$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

_COMMON = """
a about after all also am an and any are as at be been before being but by can could did do does doing for from had has
have he her here him his how i if in into is it its just like may me might more most much must my no nor not of off on
once only or other our out over own please shall she should so some such than that the their them then there these they
this those through to too under until up us very was we were what when where which while who whom whose why will with
would you your tell know get give want need
"""
STOP_WORDS = frozenset(_COMMON.split())


def sentences_of(text: str) -> list[str]:
    """In order, with spaces folded and words joined again that a line break divided."""
    found: list[str] = []
    joined = re.sub(r"(?<=[a-zà-þ])-\n(?=[a-zà-þ])", "", text)
    for block in _BLOCK.split(_HEADING.sub(r"\1\n\n", joined)):
        parts = _END.split(" ".join(block.split()))
        held = ""
        for part in parts:
            held = f"{held} {part}".strip()
            if not _ABBREVIATION.search(held):
                found.append(held)
                held = ""
        if held:
            found.append(held)
    return [sentence for sentence in found if _WORD.search(sentence)]


def is_heading(sentence: str) -> bool:
    return re.fullmatch(r"\d+(?:\.\d+)+\.?\s+[^.!?:]{1,70}", sentence) is not None


def words_of(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def stem(word: str) -> str:
    """A word without its commonest English endings, so that "refunds" meets "refund"; after Porter's first step."""
    for ending, replacement in (("’s", ""), ("'s", ""), ("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: len(word) - len(ending)] + replacement
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def stems_of(text: str) -> list[str]:
    """The stems that carry meaning."""
    return [stem(word) for word in words_of(text) if word not in STOP_WORDS]


def rarity(texts: Sequence[Sequence[str]]) -> dict[str, float]:
    """How telling each stem is among these texts (smoothed inverse document frequency)."""
    counts = Counter(word for text in texts for word in set(text))
    return {word: math.log(1 + len(texts) / count) for word, count in counts.items()}


def overlap(query: Sequence[str], text: Sequence[str], weights: dict[str, float]) -> float:
    """The share of the query's weight that the text has, 0 to 1."""
    whole = sum(weights.get(word, 1.0) for word in set(query))
    return sum(weights.get(word, 1.0) for word in set(query) & set(text)) / whole if whole else 0.0
