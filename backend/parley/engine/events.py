"""What happens in a run, as data: the journal's entries, in the form in which they are stored, sent and replayed.

Every entry carries its number in the run (`seq`, from 1) and its time. A step is named by its node, its `path` ("" outside loops, "2.0"
for the third turn of a loop and the first of one inside it) and its attempt (from 1). Unknown fields are ignored, so that an old
server can read a newer journal. `StepText` is live only: it has no number and is never stored.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from parley.nodes.base import Citation, StepUsage

Source = Literal["live", "recorded", "edited"]


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Failure(Entry):
    """Why a step or a run failed: a name for machines, words for people."""

    error: str
    message: str


STOPPED = Failure(error="stopped", message="Stopped: the run ended before this step did.")


class Waiting(Entry):
    """What a step waits for: a time, a person, or whichever comes first."""

    until: datetime | None
    for_person: bool
    message: str


class RunOutput(Entry):
    """What the run answers. `built_in`: no language model had a part in it."""

    value: JsonValue
    citations: list[Citation]
    built_in: bool


class RunUsage(Entry):
    """What the run's own steps used; those taken over from another run cost nothing again. `cost` is in dollars,
    of those steps whose price is known; null where none is."""

    input_tokens: int
    output_tokens: int
    cost: float | None


class RunEvent(Entry):
    seq: int
    at: datetime

    @property
    def text(self) -> str:
        """In JSON, made once: for the journal and for everybody who watches."""
        # Not a cached_property: its lock would cost more than the text.
        kept = vars(self)
        text = kept.get("_text")
        if text is None:
            text = kept["_text"] = self.__pydantic_serializer__.to_json(self).decode()
        return text


class StepEvent(RunEvent):
    node_id: str
    path: str
    attempt: int


class RunStarted(RunEvent):
    kind: Literal["run_started"]
    trigger_id: str | None
    input: JsonValue


class StepStarted(StepEvent):
    """`input` is the node's config with its templates filled in; for a loop, its items."""

    kind: Literal["step_started"]
    source: Source
    input: JsonValue


class StepDone(StepEvent):
    """`branch` names the way out taken; null where there is only one."""

    kind: Literal["step_done"]
    output: JsonValue
    branch: str | None
    usage: StepUsage | None


class StepFailed(StepEvent):
    """The step failed for good. `continued`: the run goes on past it, its output being null in every field, plus the error."""

    kind: Literal["step_failed"]
    error: Failure
    continued: bool


class StepRetrying(StepEvent):
    """This attempt failed; the next one starts at `retry_at`."""

    kind: Literal["step_retrying"]
    error: Failure
    retry_at: datetime


class StepSkipped(StepEvent):
    kind: Literal["step_skipped"]


class StepStopped(StepEvent):
    """The step was cut off, because the run or the loop around it ended first."""

    kind: Literal["step_stopped"]
    error: Failure


class StepWaiting(StepEvent):
    kind: Literal["step_waiting"]
    wait: Waiting


class StepInDoubt(StepEvent):
    """The step's worker died while it was at work, and its type is not safe to repeat: a person has to say how it goes on."""

    kind: Literal["step_in_doubt"]


class StepResumed(StepEvent):
    """A wait ended: by a person ("approved", "rejected") or by time ("elapsed", `by` empty). Of a step in doubt a person says "done", or
    "repeat": then another attempt follows."""

    kind: Literal["step_resumed"]
    decision: str
    by: str
    comment: str


class RunPaused(RunEvent):
    """Nothing more begins; what is under way finishes."""

    kind: Literal["run_paused"]


class RunResumed(RunEvent):
    kind: Literal["run_resumed"]


class RunDone(RunEvent):
    kind: Literal["run_done"]
    output: RunOutput


class RunFailed(RunEvent):
    """`node_id` and `path` name the step to blame, if it was one."""

    kind: Literal["run_failed"]
    error: Failure
    node_id: str | None
    path: str | None


class RunCancelled(RunEvent):
    kind: Literal["run_cancelled"]


Event = (
    RunStarted
    | StepStarted
    | StepDone
    | StepFailed
    | StepRetrying
    | StepSkipped
    | StepStopped
    | StepWaiting
    | StepInDoubt
    | StepResumed
    | RunPaused
    | RunResumed
    | RunDone
    | RunFailed
    | RunCancelled
)
_E = TypeVar("_E", bound=RunEvent)


def entry(make: type[_E], fields: dict[str, Any]) -> _E:
    """An entry of values that the engine made and checked itself: every field of its kind is given. Pydantic's own way to the same
    takes more than twice as long."""
    made = make.__new__(make)
    put = object.__setattr__
    put(made, "__dict__", fields)
    put(made, "__pydantic_fields_set__", _FIELDS[make])
    put(made, "__pydantic_extra__", None)
    put(made, "__pydantic_private__", None)
    return made


_FIELDS: dict[type[RunEvent], set[str]] = {make: set(make.model_fields) for make in get_args(Event)}

EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])


def read_entry(text: str) -> Event:
    """Raises ValidationError. The text is kept with the entry: whoever sends it on need not make it again."""
    event = EVENT.validate_json(text)
    vars(event)["_text"] = text
    return event


class StepText(Entry):
    """Text a step writes, as it comes; it begins at character `offset` of the step's text so far."""

    kind: Literal["step_text"]
    node_id: str
    path: str
    attempt: int
    offset: int
    text: str
