"""Annotated sentences to words and labels. The markup is told in README.md beside this file."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from parley.planner.builtin import text as texts
from parley.planner.builtin.tagger.labels import OPS, ORDERS, PARTS, ROLES, TYPES
from parley.planner.builtin.tagger.words import Word, words

FOLDER = Path(__file__).parent
_TAG = re.compile(r"\[([a-z_]+)(?::([a-z_+]+))?([<>~^]*)\s+([^\]]*)\]")
_BRACE = re.compile(rf"\{{({'|'.join(OPS)})\b")  # other braces are those of a path: /orders/{id}
_COMMAND = re.compile(r"\{([a-z_]+)\s+([^}]*)\}")


class AnnotationUnreadable(ValueError):
    """A line is no annotation; the message names it and says why."""


@dataclass(frozen=True)
class Labelled:
    """Words `begin` to `end` (exclusive) under a name of `labels.ROLES`, `PARTS` or `OPS`."""

    name: str
    begin: int
    end: int
    types: tuple[str, ...] = ()
    order: str = ""
    leaves: int = 0


@dataclass(frozen=True)
class Sentence:
    kind: Literal["request", "change"]
    words: tuple[str, ...]
    spans: tuple[Labelled, ...]
    commands: tuple[Labelled, ...]


def read(name: str) -> list[Sentence]:
    """The sentences of `requests.jsonl`, `changes.jsonl` or `heldout.jsonl`. Raises AnnotationUnreadable."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    numbered = [(line, f"{name}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    return [_sentence(_text(line, where), where) for line, where in numbered]


def _text(line: str, where: str) -> str:
    try:
        text = json.loads(line)["text"]
    except (ValueError, TypeError, KeyError):
        text = None
    if not isinstance(text, str):
        raise AnnotationUnreadable(f"{where}: it is no JSON object with a `text`.")
    return text


def unmarked(marked: str) -> str:
    """The words of a line as the person wrote them."""
    return _COMMAND.sub(r"\2", _TAG.sub(r"\4", marked))


def _sentence(marked: str, where: str) -> Sentence:
    marked = texts.clean(marked)
    if not _COMMAND.search(marked):
        plain, spans = _unmarked(marked, where)
        _check_braces(plain, where)
        said = _words(plain)
        return Sentence("request", tuple(word.said for word in said), _placed(spans, said), ())
    plain, at = "", 0
    spans, commands = list[_Marked](), list[_Marked]()
    for match in _COMMAND.finditer(marked):
        plain += marked[at : match.start()]
        inside, found = _unmarked(match[2], where)
        spans += [_Marked(mark.name, mark.start + len(plain), mark.end + len(plain), mark.types) for mark in found]
        commands.append(_Marked(match[1], len(plain), len(plain) + len(inside)))
        plain += inside
        at = match.end()
    plain += marked[at:]
    _check_braces(plain, where)
    said = _words(plain)
    if any(command.name not in OPS for command in commands):
        raise AnnotationUnreadable(f"{where}: a command has an op that is not known.")
    return Sentence("change", tuple(word.said for word in said), _placed(spans, said), _placed(commands, said))


def _check_braces(plain: str, where: str) -> None:
    if _BRACE.search(plain):
        raise AnnotationUnreadable(f"{where}: a brace is not {{op words}}.")


@dataclass(frozen=True)
class _Marked:
    name: str
    start: int
    end: int
    types: tuple[str, ...] = ()
    order: str = ""
    leaves: int = 0


def _unmarked(marked: str, where: str) -> tuple[str, list[_Marked]]:
    plain, at = "", 0
    found: list[_Marked] = []
    for match in _TAG.finditer(marked):
        plain += marked[at : match.start()]
        types = tuple(match[2].split("+")) if match[2] else ()
        if match[1] not in {*ROLES, *PARTS} or not set(types) <= {*TYPES, "switch"}:
            raise AnnotationUnreadable(f"{where}: {match[0]} has a name or a type that is not known.")
        order = next((sign for sign in ORDERS if sign and sign in match[3]), "")
        found.append(_Marked(match[1], len(plain), len(plain) + len(match[4].rstrip()), types, order, min(2, match[3].count("^"))))
        plain += match[4]
        at = match.end()
    plain += marked[at:]
    if re.search(r"[\[\]]", plain):
        raise AnnotationUnreadable(f"{where}: a bracket is not [tag words].")
    return plain, found


def _words(plain: str) -> list[Word]:
    """As the tagger sees them: literals masked. The places are those in the plain text."""
    found: list[Word] = []
    at = 0
    for literal in texts.find_literals(plain):
        found += _moved(plain[at : literal.start], at)
        found += [Word(word.said, literal.start, literal.end) for word in words(f"⟨{literal.kind}0⟩")]
        at = literal.end
    return found + _moved(plain[at:], at)


def _moved(piece: str, by: int) -> list[Word]:
    return [Word(word.said, word.start + by, word.end + by) for word in words(piece)]


def _placed(marks: list[_Marked], said: list[Word]) -> tuple[Labelled, ...]:
    found: list[Labelled] = []
    for mark in marks:
        inside = [index for index, word in enumerate(said) if word.start >= mark.start and word.end <= mark.end]
        while inside and said[inside[-1]].bare:
            inside.pop()
        if inside:
            types = tuple(name for name in mark.types if name in TYPES)
            found.append(Labelled(mark.name, inside[0], inside[-1] + 1, types, mark.order, mark.leaves))
    return tuple(found)
