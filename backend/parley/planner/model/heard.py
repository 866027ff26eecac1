"""What one answer of a model says and changes, out of the pieces in which it arrives."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import JsonValue

from parley.planner.base import EditApplied, ReplyDelta
from parley.planner.model.draft import ModelDraft
from parley.planner.model.scan import EditScanner, edits_in
from parley.planner.model.tool import TOOL_NAME
from parley.planner.model.wire import CallPiece, TextPiece
from parley.planner.model.written import WrittenScanner

if TYPE_CHECKING:
    from pydantic_ai.messages import ToolCallPart


class Heard:
    """Every edit is applied to the draft as it becomes whole."""

    def __init__(self, draft: ModelDraft, *, may_write: bool = True) -> None:
        """`may_write`: edits in the answer's text are taken; otherwise they are a part of the reply."""
        self.written = WrittenScanner()
        self._may_write = may_write
        self._draft = draft
        self._calls: dict[int, EditScanner] = {}

    @property
    def cut_off(self) -> bool:
        return self.written.cut_off or any(scanner.cut_off for scanner in self._calls.values())

    def take(self, piece: TextPiece | CallPiece) -> Iterator[ReplyDelta | EditApplied]:
        match piece:
            case TextPiece(text=text) if not self._may_write:
                yield ReplyDelta(text)
            case TextPiece(text=text):
                for found in self.written.feed(text):
                    if isinstance(found, str):
                        yield ReplyDelta(found)
                    else:
                        yield from self._applied(found.raw)
            case CallPiece(index=index, tool=tool, text=text):
                scanner = self._calls.setdefault(index, EditScanner())
                for raw in scanner.feed(text) if tool == TOOL_NAME else ():
                    yield from self._applied(raw)

    def rest(self) -> list[ReplyDelta]:
        """What was held back of the text, once the answer has ended."""
        return [ReplyDelta(text) for text in self.written.end() if isinstance(text, str)]

    def late(self, calls: "list[tuple[int, ToolCallPart]]") -> list[EditApplied]:
        """Edits of calls that are no list: one edit alone, edits as text."""
        late: list[EditApplied] = []
        for index, part in calls:
            if part.tool_name == TOOL_NAME and (index not in self._calls or self._calls[index].found == 0):
                for raw in edits_in(part.args_as_json_str()):
                    late += self._applied(raw)
        return late

    def _applied(self, raw: JsonValue) -> list[EditApplied]:
        applied = self._draft.take(raw)
        return [applied] if applied else []
