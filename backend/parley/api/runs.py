"""Runs: start one from a message, watch it, decide what it waits for, pause and cancel it, and read what it did."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, JsonValue, RootModel, model_validator

from parley.api.deps import CurrentUser, PartsDep, SessionDep
from parley.api.pages import BadCursor
from parley.api.stream import event_stream, read_last_event_id
from parley.db.tables.runs import Run, Step
from parley.engine import journal, store
from parley.engine.events import Event, Failure, RunOutput, RunUsage, Source, StepText, Waiting
from parley.engine.follow import PAGE as FOLLOWED
from parley.engine.follow import follow
from parley.engine.state import RunStatus, StepStatus
from parley.nodes.base import StepUsage
from parley.turns.cancel_run import cancel_run as cancel
from parley.turns.decide_step import decide_step, settle_doubt
from parley.turns.message_view import View
from parley.turns.pause_run import pause_run as pause
from parley.turns.pause_run import resume_run as resume
from parley.turns.rerun import Effects
from parley.turns.start_run import Start
from parley.turns.start_run import start_run as start

router = APIRouter(prefix="/api/runs", tags=["runs"])

STEPS_PAGE = 500
EVENTS_PAGE = 1000


class RunIn(BaseModel):
    """`input` goes to the trigger: for a chat `{"message": "..."}`, for others any JSON. `trigger_id` chooses among several.

    `from_run` names an ended run: its finished steps are taken over where their config and input are unchanged, and left out, `input` and
    `trigger_id` are those of that run. With `from_node`, that step and everything after it executes again. `effects` says what happens to
    finished steps that changed something outside and may execute again: "ask" refuses with 409 `effects_would_repeat`.
    """

    message_id: str
    input: JsonValue = None
    trigger_id: str | None = None
    from_run: str | None = Field(default=None, max_length=64)
    from_node: str | None = Field(default=None, max_length=40)
    effects: Effects = "ask"


class DecisionIn(BaseModel):
    """`path` is that of the waiting step: "" outside loops."""

    node_id: str = Field(max_length=40)
    path: str = Field(default="", max_length=64)
    decision: Literal["approved", "rejected"]
    comment: str = Field(default="", max_length=10_000)


class ResumeIn(BaseModel):
    """Empty, a paused run goes on. With a step that is in doubt, `choice` says how it goes on: do it again, or take it as done."""

    model_config = ConfigDict(extra="forbid")

    node_id: str | None = Field(default=None, max_length=40)
    path: str = Field(default="", max_length=64)
    choice: Literal["repeat", "done"] | None = None

    @model_validator(mode="after")
    def _whole(self) -> "ResumeIn":
        if (self.node_id is None) != (self.choice is None):
            raise ValueError("A step in doubt needs both its node_id and a choice; to resume a paused run, send neither.")
        return self


class DecisionView(View):
    """`decision` is "approved", "rejected" or "elapsed"; of a step in doubt "repeat" or "done"."""

    decision: str
    by: str
    comment: str


class StepView(View):
    """One attempt of one step. `path` is "" outside loops, "2.0" for the third turn of a loop and the first of one inside it."""

    node_id: str
    path: str
    attempt: int
    status: StepStatus
    source: Source
    branch: str | None
    input: JsonValue
    output: JsonValue
    error: Failure | None
    wait: Waiting | None
    decision: DecisionView | None
    usage: StepUsage | None
    started_at: datetime | None
    finished_at: datetime | None
    retry_at: datetime | None


class FailedStep(View):
    node_id: str
    path: str


class RunSummary(View):
    """A run without what may be long. `input_text` and `answer_text` are the beginnings, in one line; `failed` is the step to blame;
    `usage` counts the run's own steps, not those taken over from `from_run_id`."""

    id: str
    number: int
    chat_id: str
    message_id: str
    trigger_id: str | None
    status: RunStatus
    paused: bool
    from_run_id: str | None
    from_node_id: str | None
    input_text: str
    answer_text: str | None
    built_in: bool | None
    error: Failure | None
    failed: FailedStep | None
    usage: RunUsage | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RunView(RunSummary):
    """The run as of entry `last_seq` of its journal; the events after it lead to a later view. `steps` is the first page of
    `/api/runs/{id}/steps`, and `steps_cursor` leads to the next."""

    last_seq: int
    input: JsonValue
    output: RunOutput | None
    steps: list[StepView]
    steps_cursor: str | None


class RunPage(View):
    items: list[RunSummary]
    next_cursor: str | None


class StepPage(View):
    items: list[StepView]
    next_cursor: str | None


class RunEventItem(RootModel[Annotated[Event, Field(discriminator="kind")]]):
    """One entry of a run's journal."""


class LiveEventItem(RootModel[Annotated[Event | StepText, Field(discriminator="kind")]]):
    """The data of one server-sent event: an entry of the journal, or text as a step writes it."""


class RunEventPage(View):
    """`next_cursor` is the number to ask for entries `after`."""

    items: list[RunEventItem]
    next_cursor: str | None


EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "model": RunEventPage | LiveEventItem,  # the union brings the stream's schema into the contract too
        "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/LiveEventItem"}}},
        "description": "A page of the journal; with Accept: text/event-stream, the journal from there on and then what happens live.",
    }
}


@router.post("", status_code=201)
async def start_run(body: RunIn, parts: PartsDep, user: CurrentUser) -> RunView:
    wanted = Start(**body.model_dump(), has_input="input" in body.model_fields_set)
    return view_run(await start(parts.runs, user.id, wanted), [])


@router.get("")
async def list_runs(
    session: SessionDep,
    user: CurrentUser,
    chat_id: str | None = None,
    state: Annotated[list[RunStatus] | None, Query(description="Only runs in one of these states")] = None,
    cursor: Annotated[str | None, Query(max_length=32)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> RunPage:
    """Newest first."""
    runs = await store.list_runs(session, user.id, chat_id=chat_id, states=state or [], before=cursor, limit=limit + 1)
    page = runs[:limit]
    return RunPage(items=[_summary(run) for run in page], next_cursor=page[-1].id if len(runs) > limit else None)


@router.get("/{run_id}")
async def get_run(run_id: str, session: SessionDep, user: CurrentUser) -> RunView:
    return view_run(*await store.snapshot(session, run_id, user.id, STEPS_PAGE + 1))


@router.post("/{run_id}/cancel")
async def cancel_run(run_id: str, parts: PartsDep, user: CurrentUser) -> RunView:
    """Takes effect within a second; the run as it stands now is the answer."""
    await cancel(parts.runs, user.id, run_id)
    return await _view(parts, run_id, user)


@router.post("/{run_id}/pause")
async def pause_run(run_id: str, parts: PartsDep, user: CurrentUser) -> RunView:
    """Nothing more begins, steps under way finish; then the run is waiting. The run as it stands now is the answer."""
    await pause(parts.runs, user.id, run_id)
    return await _view(parts, run_id, user)


@router.post("/{run_id}/resume")
async def resume_run(run_id: str, parts: PartsDep, user: CurrentUser, body: ResumeIn | None = None) -> RunView:
    """A paused run goes on; or, with a step in doubt, the person's word on it. The first word counts."""
    if body is None or body.node_id is None or body.choice is None:
        await resume(parts.runs, user.id, run_id)
    else:
        await settle_doubt(parts.runs, user.id, run_id, node_id=body.node_id, path=body.path, choice=body.choice, by=user.username)
    return await _view(parts, run_id, user)


@router.post("/{run_id}/approve")
async def approve_step(run_id: str, body: DecisionIn, parts: PartsDep, user: CurrentUser) -> RunView:
    """Approve or reject what a step waits for. The first decision counts."""
    await decide_step(
        parts.runs,
        user.id,
        run_id,
        node_id=body.node_id,
        path=body.path,
        decision=body.decision,
        by=user.username,
        comment=body.comment,
    )
    return await _view(parts, run_id, user)


@router.get("/{run_id}/steps")
async def list_steps(
    run_id: str, session: SessionDep, user: CurrentUser, cursor: Annotated[str | None, Query(max_length=120)] = None
) -> StepPage:
    """Every attempt of every step, by node, path and attempt."""
    await store.get_run(session, run_id, user.id)
    steps = await store.steps_of(session, run_id, after=_position(cursor), limit=STEPS_PAGE + 1)
    page, following = _page(steps)
    return StepPage(items=[view_step(step) for step in page], next_cursor=following)


@router.get("/{run_id}/events", response_model=None, responses=EVENTS)
async def run_events(
    run_id: str,
    request: Request,
    parts: PartsDep,
    user: CurrentUser,
    last_event_id: Annotated[int | None, Depends(read_last_event_id)],
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """What a replay plays. Streams end when the run has."""
    async with parts.database.reading() as session:
        await store.get_run(session, run_id, user.id)
        if "text/event-stream" not in request.headers.get("accept", ""):
            found = await journal.events_after(session, run_id, after, EVENTS_PAGE + 1)
            page = found[:EVENTS_PAGE]
            following = str(page[-1].seq) if len(found) > EVENTS_PAGE else None
            items = [RunEventItem(event) for event in page]
            return JSONResponse(RunEventPage(items=items, next_cursor=following).model_dump(mode="json"))
        # A stream cannot refuse: what it would begin with is looked at first.
        await journal.events_after(session, run_id, after if last_event_id is None else last_event_id, FOLLOWED)
    return event_stream(_live(parts, run_id, user.id, after if last_event_id is None else last_event_id))


async def _live(parts: PartsDep, run_id: str, owner_id: str, after: int) -> AsyncIterator[tuple[int, str, BaseModel | str]]:
    """Live text has no number of its own: it carries that of the entry before it, from which a client goes on."""
    runs = parts.runs
    async for event in follow(runs.database, runs.hub, run_id, owner_id, after=after):
        if isinstance(event, StepText):
            yield after, event.kind, event
        else:
            after = event.seq
            yield after, event.kind, event.text


def _page(steps: list[Step]) -> tuple[list[Step], str | None]:
    """Of one step more than a page holds: the page, and where the next begins."""
    page = steps[:STEPS_PAGE]
    last = page[-1] if len(steps) > STEPS_PAGE else None
    return page, f"{last.node_id}~{last.path}~{last.attempt}" if last else None


def _position(cursor: str | None) -> tuple[str, str, int] | None:
    if cursor is None:
        return None
    node_id, path, attempt = [*cursor.split("~"), "", "", ""][:3]
    if not attempt.isdecimal() or len(attempt) > 9:
        raise BadCursor
    return node_id, path, int(attempt)


async def _view(parts: PartsDep, run_id: str, user: CurrentUser) -> RunView:
    async with parts.database.reading() as session:
        return view_run(*await store.snapshot(session, run_id, user.id, STEPS_PAGE + 1))


def _summary(run: Run) -> RunSummary:
    return RunSummary(
        id=run.id,
        number=run.number,
        chat_id=run.chat_id,
        message_id=run.message_id,
        trigger_id=run.trigger_id,
        status=cast(RunStatus, run.status),
        paused=run.paused,
        from_run_id=run.from_run_id,
        from_node_id=run.from_node_id,
        input_text=run.input_text,
        answer_text=run.answer_text,
        built_in=run.built_in,
        error=run.error,
        failed=None if run.failed_node_id is None else FailedStep(node_id=run.failed_node_id, path=run.failed_path or ""),
        usage=run.usage,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
    )


def view_run(run: Run, steps: list[Step]) -> RunView:
    page, following = _page(steps)
    return RunView.model_validate(
        {
            **_summary(run).model_dump(),
            "last_seq": run.last_seq,
            "input": run.input,
            "output": run.output,
            "steps": [view_step(step) for step in page],
            "steps_cursor": following,
        }
    )


def view_step(step: Step) -> StepView:
    return StepView.model_validate(step, from_attributes=True)
