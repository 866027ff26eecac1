"""What the words of a value can be: a number, a duration, an address, a name, a list of names; None where they are none of that kind."""

import re
from dataclasses import dataclass

from pydantic import JsonValue

from parley.planner.builtin import slots
from parley.planner.builtin.build import Draft
from parley.planner.builtin.text import LiteralKind, Reading
from parley.workflow.spec import Node


@dataclass(frozen=True)
class Asked:
    """A change of one value, in masked words: the new `value`, the `field` and the value before (`old`) where they are named, the step
    where one is (`target`), the whole sentence, and the step that "it" means (`focus`)."""

    value: str
    field: str
    old: str
    target: Node | None
    text: str
    draft: Draft
    focus: str | None = None

    @property
    def reading(self) -> Reading:
        return self.draft.reading

    def says(self, pattern: str) -> bool:
        return bool(pattern) and re.search(rf"\b(?:{pattern})\b", self.text, re.I) is not None


_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TENS_AND_ONES = re.compile(rf"\b({'|'.join(_TENS)})(?:[- ]({'|'.join(_ONES)}))?\b", re.I)
_COUNT = re.compile(
    rf"(?<![\w.,⟨])(?:[$€£]\s?)?(-?\d+(?:[.,]\d+)*|{'|'.join(_ONES)}|ten|eleven|twelve|fifteen|hundred|zero)\s?(%|percent\b|k\b)?(?![\w⟩])",
    re.I,
)
_FILLER = re.compile(
    r"^(?:(?:to|as|be|is|it|it's|called|named|should|must|please|just|only|simply|now|rather|into|with|the (?=[\w-]+$))\s+)+|"
    r"(?<=[\w⟩])\s*[,\s]\s*(?:instead|please|now|from now on|rather|for that|for this|thanks?|though|then)\W*$",
    re.I,
)


def spelt(words: str) -> str:
    """Numbers of several words, dozens and fortnights in figures; "7:30pm" as it is read elsewhere."""
    words = re.sub(r"\b(?:a |one )?fortnight\b", "2 weeks", words, flags=re.I)
    words = re.sub(r"\b(?:a |one )?quarter of an hour\b", "15 minutes", words, flags=re.I)
    words = re.sub(r"\b(?:an|one) hour and a half\b", "90 minutes", words, flags=re.I)
    words = re.sub(r"\ba (?:dozen|couple)\b(?: of\b)?", lambda match: "12" if "dozen" in match[0] else "2", words, flags=re.I)
    words = re.sub(r"(\d:\d\d)(am|pm)\b", r"\1 \2", words, flags=re.I)
    return _TENS_AND_ONES.sub(lambda match: str(_TENS[match[1].lower()] + (_ONES.index(match[2].lower()) + 1 if match[2] else 0)), words)


def bare(words: str) -> str:
    """Without the words that only lead to a value, or follow one."""
    return _FILLER.sub("", _FILLER.sub("", words.strip(" .,;:!"))).strip(" .,;:!")


def number(words: str) -> int | float | None:
    match = _COUNT.search(spelt(words))
    if match is None:
        return None
    said = re.sub(r",(?=\d{3}\b)", "", match[1]).replace(",", ".")
    found = float(said) if re.fullmatch(r"-?\d+\.\d+", said) else int(said) if re.fullmatch(r"-?\d+", said) else slots.number(said)
    return found * 1000 if (match[2] or "").lower() == "k" else found


def is_percentage(words: str) -> bool:
    return re.search(r"%|\bper ?cent\b", words) is not None


def duration(words: str) -> str | None:
    words = spelt(re.sub(r"\bhalf an?\b", "half", words, flags=re.I))
    if re.search(r"\b(?:every|each)\b|\b(?:earlier|later|sooner)\b", words, re.I):
        return None
    if re.fullmatch(r"\W*half (?:day|hour|minute|week)\W*", words, re.I):
        words = words.replace("half ", "0.5 ")
    found = slots.duration(words)
    return found[0] if found else None


def literal(kind: LiteralKind, words: str, reading: Reading) -> str | None:
    values = reading.values(kind, words)
    return (", ".join(values) if kind == "m" else values[0]) if values else None


def web_address(words: str, reading: Reading) -> str | None:
    said = literal("u", words, reading)
    return said if said is None or "://" in said else f"https://{said}"


def quoted(words: str, reading: Reading) -> str | None:
    return literal("q", words, reading)


def text(words: str, reading: Reading) -> str | None:
    """What is quoted, or else the words themselves."""
    said = quoted(words, reading)
    if said is not None:
        return said
    return None if re.search(r"⟨[mcu]", words) else slots.plain(bare(words), reading) or None


def name(words: str, reading: Reading) -> str | None:
    """One word, or what is quoted: a table, a model, a collection."""
    said = quoted(words, reading)
    if said is not None:
        return said
    kind = r"(?:table|model|collection|knowledge base)"
    found = re.fullmatch(
        rf"(?:(?:in|from|to|the|our|a|my)\s+)*(?:{kind}\s+(?:called\s+|named\s+)?)?([\w.:/-]*[^\W\d][\w.:/-]*)(?:\s+{kind})?",
        bare(words),
        re.I,
    )
    return found[1] if found and found[1].lower() not in {"it", "that", "this", "table", "collection", "model", "one", "them"} else None


def coined(words: str, reading: Reading) -> str | None:
    """A name that is no everyday word: quoted, or of several parts ("leads_2", "house-rules")."""
    said = name(words, reading)
    return said if said and (quoted(words, reading) or re.search(r"[_\d]|\w-\w|\w\.\w", said)) else None


def names(words: str, reading: Reading) -> list[str] | None:
    found = [slots.plain(one, reading) for one in slots.listed(bare(words))]
    return found if len(found) > 1 and all(len(one.split()) <= 3 for one in found) else None


def method(words: str) -> str | None:
    found = re.search(r"\b(GET|PUT|POST|PATCH|DELETE|HEAD)\b", words) or re.fullmatch(
        r"(?:an? )?(get|put|post|patch|delete|head)(?: request)?", bare(words), re.I
    )
    return found[1].upper() if found else None


def mode(words: str) -> str | None:
    found = re.search(r"\b(insert|update|upsert)\b", words, re.I)
    return found[1].lower() if found else None


def zone(words: str) -> str | None:
    found = re.search(r"\b([A-Z][A-Za-z]+/[A-Z][A-Za-z_]+|UTC|GMT)\b", words)
    return found[1] if found else None


def plain(value: JsonValue) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
