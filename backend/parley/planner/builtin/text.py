"""A message made safe to take apart: normalised, bounded, its literals (quotes, addresses, channels, paths) behind placeholders."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

# Longer messages are read up to here: nobody describes a process in more, and every pattern below stays fast.
READ_LIMIT = 6_000

LiteralKind = Literal["q", "u", "m", "c", "p", "s"]  # quoted text, URL, mail address, channel, path, SQL

_STRAIGHT = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "`": "'", "\u00a0": " ", "⟨": "<", "⟩": ">"}
)
_ARROW = re.compile(r"\s*(?:-{1,3}>|={1,2}>|→|➜|➔|⇒|»)\s*|\s+>\s+(?![\d'])")
_SHORT_FORMS = (
    (re.compile(r"\ba\.\s?m\.", re.I), "am"),
    (re.compile(r"\bp\.\s?m\.", re.I), "pm"),
    (re.compile(r"\be\.\s?g\.", re.I), "eg"),
    (re.compile(r"\bi\.\s?e\.", re.I), "ie"),
)
_QUERY = r"(?-i:SELECT)\s[^\n;→]{1,400}?\s(?-i:FROM)\s+[\w.]+(?:\s+(?-i:WHERE|JOIN|LEFT|INNER|GROUP|ORDER|LIMIT|HAVING)\b[^\n;→\"]*?)?"
# Written without quotes, a query ends where the sentence does or the next action begins.
_QUERY_ENDS = (
    r"(?=\s*(?:[;\n→\"]|'?$|'(?=\s*(?:$|[.,;)]|(?-i:and|then|to|for|every|in)\b))|[.!?](?:\s|$)|,?\s+(?:and\s+)?then\b|,?\s+(?:and|for|if|when)\s+(?:each|every|it|there|send|mail|post"
    r"|email|e-mail|summari[sz]e|save|store|write|tell|report)\b|,\s+(?:send|mail|post|email|summari[sz]e|save|store|write|tell|for)\b))"
)
_LITERALS = re.compile(
    rf"""(?P<s>(?:"{_QUERY}"|'?\b{_QUERY}{_QUERY_ENDS}'?))|"""
    r"""(?P<u>https?://[^\s"'<>⟩\u3000-\u9fff\uff00-\uffef]+|(?<![\w@/.])(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s"'<>]*)"""
    r"""|(?P<m>(?:(?![\u3000-\u9fff])[\w.+-])+@[\w-]+(?:\.[\w-]+)+)"""
    r"""|(?P<c>(?<![a-zA-Z0-9_&#])\#(?:(?![\u3000-\u9fff])[^\W\d_](?:(?![\u3000-\u9fff])[\w-])*|[^\W\d_][\w-]*))"""
    r"""|(?P<q>"[^"\n]{1,300}"|(?<!\w)'[^'\n]{1,300}'(?!\w))"""
    r"""|(?P<p>(?<![\w/⟩])/[a-z][\w./{}-]*(?:\?[^\s,;]*)?)""",
    re.I | re.X,
)
MASK = re.compile(r"⟨([qumcps])(\d+)⟩")


@dataclass(frozen=True)
class Reading:
    """`masked` is what the planner works on; `literals[n]` is what the placeholder ⟨kn⟩ stands for. `raw` is the same as it was written,
    `correct` mends a piece of it."""

    masked: str
    literals: tuple[str, ...]
    cut: bool
    raw: str = ""
    correct: Callable[[str], str] = str

    def unmask(self, text: str) -> str:
        """The words as they were written, literals back in place (quoted ones with their quotes)."""

        def back(match: re.Match[str]) -> str:
            value = self.literals[int(match[2])]
            return f'"{value}"' if match[1] == "q" else value

        return MASK.sub(back, text).strip()

    def values(self, kind: LiteralKind, text: str) -> list[str]:
        return [self.literals[int(match[2])] for match in MASK.finditer(text) if match[1] == kind]


def clean(content: str) -> str:
    """Lone surrogates replaced, typographic quotes and arrows made plain, spaces collapsed; line breaks stay."""
    text = content.encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").translate(_STRAIGHT)
    text = "".join(char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs"})
    text = re.sub(r"\s*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", text))
    for pattern, plain in _SHORT_FORMS:
        text = pattern.sub(plain, text)
    return re.sub(r"[^\S\n]+", " ", _ARROW.sub(" → ", text)).strip()


@dataclass(frozen=True)
class Written:
    """One literal of a cleaned text: `start` and `end` include quotes, `value` does not."""

    kind: LiteralKind
    start: int
    end: int
    value: str


def find_literals(text: str) -> list[Written]:
    found: list[Written] = []
    for match in _LITERALS.finditer(text):
        kind, value, end = match.lastgroup or "q", match[0], match.end()
        if kind in {"u", "p"}:
            value = value.rstrip(".,;:!?)…")
            end = match.start() + len(value)
        if kind == "q":
            value = value[1:-1].strip()
        if kind == "s":
            value = value.strip('"').removeprefix("'").rstrip()
            value = value[:-1] if value.count("'") % 2 else value
        found.append(Written(kind, match.start(), end, value))  # type: ignore[arg-type]
    return found


def read(content: str, correcting: Callable[[str], Callable[[str], str]] = lambda _: str) -> Reading:
    """`correcting` gives what mends the words between the literals (spelling, other languages) before anything reads them."""
    bounded = content[: READ_LIMIT * 2]
    text = clean(bounded)[:READ_LIMIT]
    literals: list[str] = []
    masked, at = "", 0
    for literal in find_literals(text):
        masked += f"{text[at : literal.start]}⟨{literal.kind}{len(literals)}⟩"
        literals.append(literal.value)
        at = literal.end
    masked += text[at:]
    correct = correcting(masked)
    cut = len(content) > len(bounded) or len(text) == READ_LIMIT
    return Reading(correct(masked), tuple(literals), cut, masked, correct)


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_][\w'-]*", MASK.sub(" ", text.lower()))


def stem(word: str) -> str:
    """A crude stem, enough to match "refunds" with "refund" and "answering" with "answer"."""
    word = word.lower().removesuffix("'s")
    for ending, least in (("ies", 5), ("ing", 6), ("ers", 6), ("ed", 5), ("er", 6), ("es", 5), ("s", 4), ("e", 5), ("y", 5)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            return word[: -len(ending)]
    return word


def wordset(text: str) -> frozenset[str]:
    """The words of a block of text: long lists of words stay readable."""
    return frozenset(text.split())
