"""What a live turn announces, in order: a snapshot, then what happened since, then how it ended."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, RootModel

from parley.turns.message_view import MessageView, View
from parley.workflow.edits import Edit


class TurnStarted(View):
    """The turn as it stands: the first event anyone who attaches sees. What follows is added to it."""

    type: Literal["turn.started"]
    message: MessageView
    user_message: MessageView


class ReplyDelta(View):
    type: Literal["reply.delta"]
    text: str


class EditApplied(View):
    """`seq` is the edit's position in the message's edits, from 0; `summary` the line under the label of the node it made or changed."""

    type: Literal["edit.applied"]
    edit: Edit
    seq: int
    summary: str | None


class EditRejected(View):
    type: Literal["edit.rejected"]
    edit: JsonValue
    reason: str


class QuestionAsked(View):
    type: Literal["question"]
    text: str
    choices: list[str]


class TurnFinished(View):
    """The turn ended: done or stopped. The message is final."""

    type: Literal["turn.finished"]
    message: MessageView


class TurnFailed(View):
    """The turn ended early; `message.error` says why. The edits made so far are kept."""

    type: Literal["turn.failed"]
    message: MessageView


TurnEvent = TurnStarted | ReplyDelta | EditApplied | EditRejected | QuestionAsked | TurnFinished | TurnFailed


class TurnEventItem(RootModel[Annotated[TurnEvent, Field(discriminator="type")]]):
    """One event of a turn's stream, as the data of a server-sent event."""
