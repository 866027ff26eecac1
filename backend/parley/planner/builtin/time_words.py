"""A text read as a row of the kinds of words that times and rhythms are said with, and patterns over such rows."""

import difflib
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from parley.planner.builtin.text import wordset
from parley.planner.builtin.time_vocabulary import STRONG, WORDS

_CLOCK = r"(?P<hour>\d{1,2})(?P<sep>:|\.|\s?h\s?|\suhr\s)(?P<minute>[0-5]\d)(?![\d%]|[.:,]\d)"
_TOKEN = re.compile(
    r"(?P<skip>⟨[^⟩]*⟩|https?://\S+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]*\w|\#[\w-]+|(?<!\w)/[a-z][\w/.-]*|\d+(?:[-/.]\d+){2,}|[$€£]\s?\d[\d.,]*|\d{5,}"
    r"|\d+(?:[.,]\d+)?\s?[%°€$£])"
    rf"|{_CLOCK}|(?P<military>0\d[0-5]\d|(?<=\bat )[12]\d[0-5]\d|[012]\d[0-5]\d(?=\s?(?:h|hrs|hours|uhr)\b))(?![\d.,:])"
    r"|(?<![\w:]):(?P<past>[0-5]\d)\b|(?P<ordinal>\d{1,2})(?:st|nd|rd|th|er|º|ª)\b|(?P<dotted>\d{1,2})\.(?=[\s,]+\S)"
    r"|(?P<number>\d+)|(?P<half>[ap]\.\s?m\.?(?!\w))|(?P<word>[^\W\d_]+(?:['’](?!heure)[^\W\d_]+)?)|(?P<mark>[^\s\w()\[\]\"“”*_'’])",
    re.I,
)
_MARKS = {",": "COMMA", "&": "AND", "+": "AND", "/": "AND", ":": "COMMA", "-": "THROUGH", "–": "THROUGH", "—": "THROUGH", "@": "AT"}
_SLIP = re.compile(r"[a-z]{2,8}(?:day|dya|ady|dy|dey)s?")
_RIGHT = wordset("today yesterday holiday holidays birthday birthdays payday paydays someday lady ready study handy")
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


class Token(NamedTuple):
    kind: str
    value: int
    start: int
    end: int
    text: str  # in small letters


@cache
def _vocabulary(languages: tuple[str, ...]) -> dict[str, list[tuple[list[str], str, int]]]:
    """By their first word, the longest phrase first."""
    found: dict[str, list[tuple[list[str], str, int]]] = {}
    for language in languages:
        for line in filter(None, map(str.strip, WORDS[language].splitlines())):
            head, _, words = line.partition(":")
            kind, _, value = head.partition(" ")
            for phrase in words.split("|"):
                first, *more = phrase.split()
                found.setdefault(first, []).append((more, kind, int(value or 1)))
    for phrases in found.values():
        phrases.sort(key=lambda phrase: -len(phrase[0]))  # stable: of two meanings, the one that was written down first
    return found


def _languages(text: str) -> tuple[str, ...]:
    """English last, so that "once" or "am" is what it is in the language at hand."""
    return (*(name for name, strong in STRONG.items() if re.search(rf"\b(?:{strong})\b", text, re.I)), "en")


def read(text: str) -> list[Token]:
    """The words of the text that mean something to times, and WORD for every other one; articles are left out."""
    languages = _languages(text)
    words = _vocabulary(languages)
    raw = list(_TOKEN.finditer(text))
    tokens: list[Token] = []
    at = 0
    while at < len(raw):
        length, kind, value = _kind(raw, at, words, languages, tokens[-1] if tokens else None)
        token = Token(kind, value, raw[at].start(), raw[at + length - 1].end(), text[raw[at].start() : raw[at + length - 1].end()].lower())
        at += length
        if token.text == "." and tokens and _is_short(tokens[-1], token) and at < len(raw):
            continue
        tokens.append(token)
    return list(_joined([token for token in tokens if token.kind != "FILL"]))


def _is_short(word: Token, dot: Token) -> bool:
    """ "Mon." """
    return word.kind in {"DAY", "MONTH"} and len(word.text) <= 4 and word.end == dot.start


_Vocabulary = dict[str, list[tuple[list[str], str, int]]]


def _kind(raw: list[re.Match[str]], at: int, words: _Vocabulary, languages: tuple[str, ...], before: Token | None) -> tuple[int, str, int]:
    """How many pieces of the text the word has, its kind, and its value."""
    match = raw[at]
    said = match[0].lower()
    match match.lastgroup:
        case "mark":
            return 1, _MARKS.get(said, "STOP" if said in ".;!?" else "WORD"), 0
        case "word" if said in {"am", "pm"} and before is not None and before.kind in {"NUM", "CLOCK", "DOTTED"}:
            return 1, "HALFDAY", 12 if said == "pm" else 0
        case "word":
            return _worded(raw, at, words, said)
        case "half":
            return 1, "HALFDAY", 12 if said.startswith("p") else 0
        case "minute":
            minutes = int(match["hour"]) * 60 + int(match["minute"])
            return 1, ("WORD" if minutes > 24 * 60 else "DOTTED" if match["sep"] == "." else "CLOCK"), minutes % (24 * 60)
        case "military":
            return 1, "CLOCK", int(said[:2]) * 60 + int(said[2:])
        case "past":
            return 1, "PASTHOUR", int(match["past"])
        case "ordinal":
            return 1, "ORD", int(match["ordinal"])
        case "dotted":
            return 1, ("ORD" if "de" in languages else "NUM"), int(match["dotted"])
        case "number":
            return 1, "NUM", int(said)
        case _:
            return 1, "WORD", 0


def _worded(raw: list[re.Match[str]], at: int, words: _Vocabulary, said: str) -> tuple[int, str, int]:
    for more, kind, value in words.get(said, ()):
        if not more:
            return 1, kind, value
        run = [(place, piece[0].lower()) for place, piece in enumerate(raw[at + 1 : at + 8], 2) if piece[0] != "-"][: len(more)]
        if [word for _, word in run] == more:
            return run[-1][0], kind, value
    if _SLIP.fullmatch(said) and said not in _RIGHT and (close := difflib.get_close_matches(said.removesuffix("s"), _DAYS, 1, 0.75)):
        return 1, "DAY", _DAYS.index(close[0])
    return 1, "WORD", 0


def _joined(tokens: list[Token]) -> Iterator[Token]:
    """ "forty five" is one number; the hyphen of "half-past" or "seven-thirty" says nothing."""
    at, last = 0, len(tokens) - 1
    while at <= last:
        token = tokens[at]
        glued = at < last and tokens[at + 1].text == "-" and tokens[at + 1].start == token.end
        at += 2 if glued and token.text.isalpha() and token.kind in {"HALF", "QUARTER", "NUM"} else 1
        if at <= last and _is_tens(token) and _is_units(tokens[at]):
            token = Token("NUM", token.value + tokens[at].value, token.start, tokens[at].end, token.text + tokens[at].text)
            at += 1
        yield token


def _is_tens(token: Token) -> bool:
    return token.kind == "NUM" and token.value in {20, 30, 40, 50} and token.text.isalpha()


def _is_units(token: Token) -> bool:
    return token.kind == "NUM" and 1 <= token.value <= 9 and token.text.isalpha()


_LETTERS: dict[str, str] = {}


def letters(tokens: list[Token]) -> str:
    """One letter a token, for `pattern`s to run over."""
    return "".join(_letter(token.kind) for token in tokens)


def _letter(kind: str) -> str:
    return _LETTERS.setdefault(kind, chr(0xE000 + len(_LETTERS)))


def pattern(kinds: str) -> re.Pattern[str]:
    """A regular expression over kinds of words: "EVERY NUM? (?:MINUTE|HOUR)". Repetitions end, so that long texts take linear time."""
    kinds = kinds.replace(" ", "\0").replace("*", "{0,12}").replace("+", "{1,12}")
    return re.compile(re.sub(r"[A-Z]{2,}", lambda name: _letter(name[0]), kinds).replace("\0", ""))


def span(tokens: list[Token], text: str, first: int, last: int) -> tuple[int, int]:
    """Where the tokens stand in the text, with an article before the first of them."""
    start = tokens[first].start
    article = re.search(r"\b(?:the|an?)\s+$", text[:start], re.I) if tokens[first].kind in _NOUNS else None
    end = tokens[last - 1].end
    after = re.compile(r"\s+(?:sharp|exactly|punctually)\b", re.I).match(text, end)
    end = after.end() if after else end
    opened = text.count("(", start, end) > text.count(")", start, end) and text[end : end + 1] == ")"
    return article.start() if article else start, end + opened


_NOUNS = frozenset({"ORD", "LAST", "EDGE", "QUARTER", "HALF", "EDGEMONTH", "OTHER"})
