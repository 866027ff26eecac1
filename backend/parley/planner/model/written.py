"""Edits that a model writes into its text, as it streams: in a fenced block, as a call that its server did not recognise, or with the
whole answer as one JSON object whose `reply` is what it says.

What stands around the JSON is the reply. A block that holds no edits (an example, say) stays in the reply as it was written.
"""

import re
from dataclasses import dataclass

from pydantic import JsonValue

from parley.planner.model.scan import EditScanner, edits_in

_OPENINGS = ("```", "<tool_call>")
_CLOSINGS = ("```", "</tool_call>")
_HEAD = re.compile(r"(?:```[ \t]*\w*|<tool_call>)\s*")
_CLOSING = re.compile(r"\s*(?:```|</tool_call>)?[ \t]*\n?")
_LONGEST_HEAD = 40
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True)
class Found:
    raw: JsonValue


class WrittenScanner:
    """`found` counts edits; `cut_off` says whether what was fed so far ends inside of the JSON."""

    def __init__(self) -> None:
        self.found = 0
        self._held = ""  # of the prose: what may be the beginning of JSON
        self._begun = False  # whether there was any prose yet
        self._json: _Json | None = None
        self._after = False  # JSON has ended, its closing marks may follow

    @property
    def cut_off(self) -> bool:
        return self._json is not None

    def feed(self, text: str) -> list[str | Found]:
        """The reply's next pieces and the edits that have become whole, in order."""
        out: list[str | Found] = []
        while text:
            text = self._feed_prose(text, out) if self._json is None else self._feed_json(text, out)
        self.found += sum(isinstance(piece, Found) for piece in out)
        return out

    def end(self) -> list[str | Found]:
        """What was held back, once nothing more comes."""
        held, self._held = self._held, ""
        if self._after:
            held = _CLOSING.sub("", held, count=1)
        return [held] if held else []

    def _feed_json(self, text: str, out: list[str | Found]) -> str:
        assert self._json is not None
        used, pieces = self._json.feed(text)
        out += pieces
        if self._json.ended:
            self._after = self._json.useful
            if not self._json.useful:  # an example: it stays
                out.append(self._json.head + self._json.text)
                self._begun = True
            self._json = None
        return text[used:]

    def _feed_prose(self, text: str, out: list[str | Found]) -> str:
        text, self._held = self._held + text, ""
        if self._after:
            match = _CLOSING.match(text)
            ended = match.end() if match else 0
            if ended == len(text) or any(mark.startswith(text.lstrip()) for mark in _CLOSINGS):
                self._held = text
                return ""
            text, self._after = text[ended:], False
        if not self._begun and text.lstrip()[:1] in ("{", "["):
            return self._open("", text.lstrip())
        at = min((found for mark in _OPENINGS if (found := text.find(mark)) >= 0), default=-1)
        if at >= 0:
            return self._maybe_open(text, at, out)
        safe = len(text) - _partial(text)
        self._say(text[:safe], out)
        self._held = text[safe:]
        return ""

    def _maybe_open(self, text: str, at: int, out: list[str | Found]) -> str:
        self._say(text[:at], out)
        head = _HEAD.match(text, at)
        assert head is not None, "an opening was found here"
        if head.end() == len(text) and head.end() - at < _LONGEST_HEAD:
            self._held = text[at:]  # what it holds is not known yet
            return ""
        if text[head.end() : head.end() + 1] in ("{", "["):
            return self._open(head.group(), text[head.end() :])
        self._say(head.group(), out)
        return text[head.end() :]

    def _open(self, head: str, rest: str) -> str:
        self._json = _Json(head)
        return rest

    def _say(self, text: str, out: list[str | Found]) -> None:
        if text:
            self._begun = self._begun or bool(text.strip())
            out.append(text)


def _partial(text: str) -> int:
    """How many characters at the end may be the beginning of an opening."""
    longest = max(map(len, _OPENINGS))
    for length in range(min(len(text), longest - 1), 0, -1):
        if any(mark.startswith(text[-length:]) for mark in _OPENINGS):
            return length
    return 0


class _Json:
    """One JSON value: its edits as their braces close, its top-level `reply` as it is written."""

    def __init__(self, head: str) -> None:
        self.head = head
        self.ended = False
        self.useful = False
        self._scanner = EditScanner()
        self._pieces: list[str] = []
        self._depth = 0
        self._in_text = False
        self._escape = ""
        self._half = 0  # of a character that is told by two escapes
        self._name: list[str] = []  # the last text at the top level
        self._value = False  # whether a value, not a name, comes next at the top level
        self._saying = False

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def feed(self, text: str) -> tuple[int, list[str | Found]]:
        """How much of `text` belongs to the value, and what came out of that."""
        said: list[str] = []
        used = 0
        for used, char in enumerate(text, 1):  # noqa: B007 (it is read after the loop)
            self._step(char, said)
            if self.ended:
                break
        self._pieces.append(text[:used])
        out: list[str | Found] = ["".join(said)] if said else []
        out += [Found(raw) for raw in self._scanner.feed(text[:used])]
        if self.ended and self._scanner.found == 0:
            out += [Found(raw) for raw in _late(self.text)]
        self.useful = self.useful or bool(out)
        return used, out

    def _step(self, char: str, said: list[str]) -> None:
        if self._in_text:
            self._step_in_text(char, said)
            return
        match char:
            case '"':
                self._in_text = True
                self._saying = self._depth == 1 and self._value and "".join(self._name) == "reply"
                if self._depth == 1 and not self._value:
                    self._name = []
            case "{" | "[":
                self._depth += 1
            case "}" | "]":
                self._depth -= 1
                self.ended = self._depth <= 0
            case ":" | ",":
                if self._depth == 1:
                    self._value = char == ":"
            case _:
                pass

    def _step_in_text(self, char: str, said: list[str]) -> None:
        if self._escape:
            self._escape += char
            if self._escape[1] != "u":
                self._keep(_ESCAPES.get(char, char), said)
                self._escape = ""
            elif len(self._escape) == 6:
                self._keep(self._unescaped(), said)
                self._escape = ""
        elif char == "\\":
            self._escape = char
        elif char == '"':
            self._in_text = self._saying = False
        else:
            self._keep(char, said)

    def _unescaped(self) -> str:
        """The character of an escape such as \\u00fc; half of a pair gives nothing until the other half comes."""
        half, self._half = self._half, 0
        try:
            code = int(self._escape[2:], 16)
        except ValueError:
            return ""
        if 0xD800 <= code < 0xDC00:
            self._half = code
            return ""
        if 0xDC00 <= code < 0xE000:
            return chr(0x10000 + ((half - 0xD800) << 10) + code - 0xDC00) if half else ""
        return chr(code)

    def _keep(self, char: str, said: list[str]) -> None:
        if self._saying:
            said.append(char)
        elif self._depth == 1 and not self._value and len(self._name) < 20:
            self._name.append(char)


def _late(text: str) -> list[JsonValue]:
    """Edits in the shapes that do not stream as a list; anything else is no edit."""
    return [raw for raw in edits_in(text) if isinstance(raw, dict) and "op" in raw]
