"""Messages: say something and follow the answer, stop it, ask again, change the diagram by hand, keep its layout."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from parley.api.deps import CurrentUser, PartsDep, SessionDep
from parley.api.stream import event_stream, read_last_event_id
from parley.planner.router import PlannerChoice
from parley.turns import edit_workflow, regenerate, send_message, stop_turn, undo_edits
from parley.turns.events import TurnEvent, TurnEventItem, TurnFailed, TurnFinished
from parley.turns.feed import TurnFeed
from parley.turns.follow_turn import follow_turn
from parley.turns.message_view import MessageView, View
from parley.turns.node_history import NodeOrigin, node_history
from parley.turns.read_messages import read_branch, read_message, save_layout
from parley.turns.send_message import Saying
from parley.workflow.edits import Edit

router = APIRouter(prefix="/api", tags=["messages"])

Responses = dict[int | str, dict[str, Any]]
LastEventId = Annotated[int | None, Depends(read_last_event_id)]
EVENTS: Responses = {
    200: {
        "model": TurnEventItem,  # brings the schema into the contract
        "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/TurnEventItem"}}},
        "description": "With text/event-stream: the turn's events, this being the data of one.",
    }
}
MADE: Responses = {201: {"model": MessageView}, 200: EVENTS[200]}


class HowToAnswer(BaseModel):
    """Who answers, and in which time zone "every morning at 7" is meant."""

    planner: PlannerChoice | None = None
    model: str | None = Field(default=None, max_length=120)
    timezone: str = Field(default="UTC", max_length=64)


class MessageIn(HowToAnswer):
    """`parent_id` is what the message goes under: by default the newest message; null with `branch` starts the chat anew beside its
    first message. `branch` allows a parent that has been answered already."""

    content: str
    parent_id: str | None = None
    branch: bool = False


class BranchPage(View):
    """A page of the branch that ends in `leaf`, oldest first; `next_cursor` leads to the page before it. `turns` are the ids of all
    messages of the branch that changed the diagram, oldest first (on the newest page; null on others)."""

    items: list[MessageView]
    next_cursor: str | None
    leaf: str | None
    turns: list[str] | None


class NodeHistory(View):
    items: list[NodeOrigin]


class EditsIn(BaseModel):
    """`base_seq` is the number of edits of the message when it was shown; a stale one answers 409 with the newest diagram."""

    edits: list[Edit] = Field(min_length=1)
    base_seq: int = Field(ge=0)
    branch: bool = False


class FirstEditsIn(BaseModel):
    edits: list[Edit] = Field(min_length=1)


class UndoIn(BaseModel):
    """`message_id` is whose edits to undo, `seqs` which of them (null: all). `anyway` undoes also what later changes build on."""

    message_id: str
    seqs: list[int] | None = None
    base_seq: int | None = Field(default=None, ge=0)
    anyway: bool = False


Direction = Literal["down", "right"]
Box = Annotated[list[float], Field(min_length=4, max_length=4)]


class Layout(BaseModel):
    """Automatic coordinates by direction and node id: x, y, width, height in px."""

    layout: dict[Direction, dict[str, Box]]


@router.post("/chats/{chat_id}/messages", status_code=201, response_model=None, responses=MADE)
async def send(chat_id: str, body: MessageIn, request: Request, parts: PartsDep, user: CurrentUser) -> Response:
    saying = Saying(
        content=body.content,
        parent_id=body.parent_id,
        at_root=body.branch and "parent_id" in body.model_fields_set and body.parent_id is None,
        branch=body.branch,
        planner=body.planner,
        model=body.model,
        timezone=body.timezone,
    )
    feed = await send_message.send_message(parts.turns, user.id, chat_id, saying)
    return await _answer(request, feed)


@router.get("/chats/{chat_id}/messages")
async def list_messages(
    chat_id: str,
    parts: PartsDep,
    session: SessionDep,
    user: CurrentUser,
    leaf: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    include: Annotated[Literal["workflow_data"] | None, Query()] = None,
) -> BranchPage:
    whole = include == "workflow_data"
    page = await read_branch(parts.turns, session, user.id, chat_id, leaf=leaf, before=cursor, limit=limit, workflow=whole)
    return BranchPage(items=page.items, next_cursor=page.next_cursor, leaf=page.leaf, turns=page.turns)


@router.post("/chats/{chat_id}/edits", status_code=201)
async def start_by_hand(chat_id: str, body: FirstEditsIn, parts: PartsDep, user: CurrentUser) -> MessageView:
    return await edit_workflow.start_by_hand(parts.turns, user.id, chat_id, body.edits)


@router.get("/messages/{message_id}")
async def get_message(message_id: str, parts: PartsDep, session: SessionDep, user: CurrentUser) -> MessageView:
    return await read_message(parts.turns, session, user.id, message_id)


@router.get("/messages/{message_id}/nodes/{node_id}/history")
async def get_node_history(message_id: str, node_id: str, session: SessionDep, user: CurrentUser) -> NodeHistory:
    """Which messages made and changed a step of this message's diagram, oldest first, and why."""
    return NodeHistory(items=await node_history(session, user.id, message_id, node_id))


@router.get("/messages/{message_id}/events", response_model=None, responses=EVENTS)
async def message_events(message_id: str, parts: PartsDep, user: CurrentUser, after: LastEventId) -> Response:
    return event_stream(_named(await follow_turn(parts.turns, user.id, message_id, after)))


@router.post("/messages/{message_id}/stop", status_code=204)
async def stop(message_id: str, parts: PartsDep, user: CurrentUser) -> None:
    await stop_turn.stop_turn(parts.turns, user.id, message_id)


@router.post("/messages/{message_id}/regenerate", status_code=201, response_model=None, responses=MADE)
async def regenerate_answer(message_id: str, body: HowToAnswer, request: Request, parts: PartsDep, user: CurrentUser) -> Response:
    saying = Saying(content="", planner=body.planner, model=body.model, timezone=body.timezone)
    return await _answer(request, await regenerate.regenerate(parts.turns, user.id, message_id, saying))


@router.post("/messages/{message_id}/edits", status_code=201)
async def edit_by_hand(message_id: str, body: EditsIn, parts: PartsDep, user: CurrentUser) -> MessageView:
    return await edit_workflow.edit_workflow(
        parts.turns, user.id, message_id, lambda _: body.edits, base_seq=body.base_seq, branch=body.branch
    )


@router.post("/messages/{message_id}/undo", status_code=201)
async def undo(message_id: str, body: UndoIn, parts: PartsDep, user: CurrentUser) -> MessageView:
    """Undo on the diagram that message `message_id` (of the path) shows. Undo what this answers to redo."""
    return await undo_edits.undo_edits(
        parts.turns, user.id, message_id, of_message=body.message_id, seqs=body.seqs, base_seq=body.base_seq, anyway=body.anyway
    )


@router.put("/messages/{message_id}/layout")
async def put_layout(message_id: str, body: Layout, session: SessionDep, user: CurrentUser) -> Layout:
    """The first writer of a direction wins; the answer is what is kept."""
    return Layout.model_validate({"layout": await save_layout(session, user.id, message_id, body.model_dump()["layout"])})


async def _answer(request: Request, feed: TurnFeed) -> Response:
    """The live turn, or once it has ended its message: as the Accept header wants."""
    if "text/event-stream" in request.headers.get("accept", ""):
        return event_stream(_named(feed.from_start()))
    message = feed.snapshot().message
    async for _, event in feed.follow(0):
        if isinstance(event, TurnFinished | TurnFailed):
            message = event.message
    return JSONResponse(message.model_dump(mode="json"), status_code=201)


async def _named(events: AsyncIterator[tuple[int, TurnEvent]]) -> AsyncIterator[tuple[int, str, BaseModel]]:
    async for number, event in events:
        yield number, event.type, event
