"""An assistant message in the making: what the planner has said and changed so far, always a valid prefix."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import JsonValue

from parley.chats.messages import Spent
from parley.planner import base as said
from parley.turns.events import EditApplied, EditRejected, QuestionAsked, ReplyDelta, TurnEvent
from parley.turns.message_view import MessageError, MessageView, QuestionView, RejectedEdit, Status, UsageView, summaries_of, summary_of
from parley.workflow.catalogue import Catalogue
from parley.workflow.describe import describe
from parley.workflow.edits import EDITS, AddNode, Edit, EditRefused, UpdateNode, apply
from parley.workflow.spec import Workflow
from parley.workflow.storable import json_fault, storable
from parley.workflow.validate import Surroundings, validate


@dataclass
class Draft:
    """`view()` is the message as it stands, `columns()` the same for its row: law 2 holds for every one that is stored.

    `base` is the message as it was inserted: empty, streaming.
    """

    base: MessageView
    before: Workflow
    catalogue: Catalogue
    surroundings: Surroundings
    max_reply_chars: int
    workflow: Workflow = field(init=False)
    content: str = ""
    edits: list[Edit] = field(default_factory=list[Edit])
    rejected: list[RejectedEdit] = field(default_factory=list[RejectedEdit])
    question: QuestionView | None = None
    suggestions: list[str] = field(default_factory=list[str])
    planner: str | None = None
    model: str | None = None
    tokens: tuple[int, int] = (0, 0)
    cost: float | None = None
    error: MessageError | None = None
    dirty: bool = False
    _started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.workflow = self.before

    def take(self, event: said.PlannerEvent) -> TurnEvent | None:
        """Add what the planner said; the event to announce, if any. An edit is applied here once more, so that no planner is trusted."""
        self.dirty = True
        match event:
            case said.ReplyDelta(text):
                text = storable(text)
                room = self.max_reply_chars - len(self.content)
                self.content += text[: max(room, 0)]
                return ReplyDelta(type="reply.delta", text=text[:room]) if room > 0 else None
            case said.EditApplied(edit):
                try:
                    self.workflow = apply(edit, self.workflow, self.catalogue)
                except EditRefused as refusal:
                    return self._reject(EDITS.dump_python([edit], mode="json")[0], refusal.message)
                self.edits.append(edit)
                return EditApplied(type="edit.applied", edit=edit, seq=len(self.edits) - 1, summary=self._summary(edit))
            case said.EditRejected(edit, reason):
                return self._reject(edit, reason)
            case said.Asked(text, choices):
                self.question = QuestionView(text=storable(text), choices=[storable(choice) for choice in choices])
                return QuestionAsked(type="question", text=self.question.text, choices=self.question.choices)
            case said.Suggested(texts):
                self.suggestions = [storable(text) for text in texts[:3]]
                return None
            case said.Answered(name, model, input_tokens, output_tokens, cost):
                self.planner, self.model = name, model
                self.tokens, self.cost = (input_tokens, output_tokens), cost
                return None

    def _summary(self, edit: Edit) -> str | None:
        changed = edit.node.id if isinstance(edit, AddNode) else edit.id if isinstance(edit, UpdateNode) else None
        node = self.workflow.node(changed) if changed else None
        return summary_of(node, self.catalogue) if node else None

    def _reject(self, edit: JsonValue, reason: str) -> EditRejected:
        """What cannot be kept is left out of the record; the reason says what was wrong with it."""
        kept = None if json_fault(edit, REJECTED_CHARS) else edit
        rejected = RejectedEdit(edit=kept, reason=storable(reason))
        self.rejected.append(rejected)
        return EditRejected(type="edit.rejected", edit=kept, reason=rejected.reason)

    def fail(self, code: str, message: str) -> None:
        self.error = MessageError(error=code, message=storable(message))

    def view(self, status: Status = "streaming") -> MessageView:
        ended = status != "streaming"
        seconds = round(time.monotonic() - self._started, 3)
        return self.base.model_copy(
            update={
                "content": self.content,
                "edits": list(self.edits),
                "changes": describe(self.edits, self.before, self.catalogue),
                "rejected": list(self.rejected),
                "workflow_data": self.workflow,
                "summaries": summaries_of(self.workflow, self.catalogue),
                "issues": validate(self.workflow, self.catalogue, self.surroundings) if ended else [],
                "question": self.question,
                "suggestions": list(self.suggestions),
                "status": status,
                "error": self.error,
                "planner": self.planner,
                "model": self.model,
                "usage": UsageView(input_tokens=self.tokens[0], output_tokens=self.tokens[1], seconds=seconds, cost=self.cost),
                "finished_at": datetime.now(UTC) if ended else None,
            }
        )

    def spent(self, view: MessageView) -> Spent:
        seconds = view.usage.seconds if view.usage else 0.0
        return Spent(*self.tokens, seconds, self.cost)

    def columns(self, view: MessageView) -> dict[str, Any]:
        """The view's changeable part as the values of the message's columns; nothing said is NULL."""
        self.dirty = False
        data = view.model_dump(mode="json", include=_JSON_COLUMNS)
        return {
            **{name: value or None for name, value in data.items()},
            "content": view.content,
            "workflow_data": self.workflow.model_dump(mode="json"),
            "search_text": search_text(self.content, self.workflow if self.edits else None, self.catalogue),
            "planner": view.planner,
            "model": view.model,
        }


REJECTED_CHARS = 64_000
_JSON_COLUMNS = {"edits", "changes", "rejected", "issues", "question", "suggestions", "error", "usage"}


def search_text(content: str, workflow: Workflow | None, catalogue: Catalogue) -> str:
    """What search looks in, lower-cased: the words said, and the labels and types of the nodes drawn."""
    words = [content]
    for node in workflow.nodes if workflow else ():
        spec = catalogue.get(node.type)
        words += [node.label, spec.title if spec else node.type]
    return "\n".join(words).lower()
