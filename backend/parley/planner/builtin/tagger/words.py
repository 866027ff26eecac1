"""A masked message as the words that the tagger reads: literals and line breaks are one word each."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"⟨[a-z]\d+⟩|\n|\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['-][^\W_]+)*|[^\w\s]|\w+")
# What stands for a literal of each kind: words that the model knows as something of that kind.
_SURFACE = {"u": "https", "m": "mailbox", "c": "#channel", "q": "quote", "p": "/path", "s": "select"}


@dataclass(frozen=True)
class Word:
    """`said` is what the model reads; `start` and `end` are places in the masked text."""

    said: str
    start: int
    end: int

    @property
    def bare(self) -> bool:
        """Punctuation or a line break."""
        return not any(char.isalnum() for char in self.said)


def words(masked: str) -> list[Word]:
    """In their order, every sign but spaces in exactly one of them."""
    return [Word(_read(match[0]), match.start(), match.end()) for match in _WORD.finditer(masked)]


def _read(written: str) -> str:
    return _SURFACE.get(written[1], written) if written[0] == "⟨" and len(written) > 2 else written.lower()
