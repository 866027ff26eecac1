"""Laws of a turn, whatever a planner says: what is stored is the fold of its edits, every prefix is sound, snapshots add up."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.nodes.registry import CATALOGUE
from parley.planner import base as said
from parley.turns.draft import Draft
from parley.turns.events import EditApplied, EditRejected, QuestionAsked, ReplyDelta, TurnEvent, TurnFinished, TurnStarted
from parley.turns.feed import Numbered, TurnFeed
from parley.turns.message_view import MessageView
from parley.workflow.edits import apply, apply_all
from parley.workflow.spec import Workflow
from parley.workflow.validate import Surroundings
from tests.workflow.strategies import edits, valid_workflows
from tests.workflow.structure_rules import assert_sound

_NOW = datetime(2026, 1, 5, tzinfo=UTC)
_ROOM = 60  # characters of a reply, so that some do not fit

words = st.text(st.sampled_from("ab é🙂\x00\ud800"), max_size=30)
spoken: st.SearchStrategy[said.PlannerEvent] = st.one_of(
    st.builds(said.ReplyDelta, words),
    st.builds(said.EditApplied, edits),
    st.builds(said.EditApplied, edits),
    st.builds(said.EditRejected, st.fixed_dictionaries({"op": words}), words),
    st.builds(said.Asked, words, st.lists(words, max_size=2).map(tuple)),
    st.builds(said.Suggested, st.lists(words, max_size=4).map(tuple)),
)


def message(role: Any) -> MessageView:
    empty: dict[str, Any] = dict.fromkeys(MessageView.model_fields)
    lists = {name: [] for name in ("edits", "changes", "rejected", "issues", "suggestions", "siblings")}
    told = {"id": role, "chat_id": "c", "role": role, "content": "", "status": "streaming", "created_at": _NOW, "summaries": {}}
    return MessageView.model_validate({**empty, **lists, **told})


def added_up(shown: MessageView, event: TurnEvent) -> MessageView:
    """As a client adds an event to what it shows."""
    match event:
        case TurnStarted(message=whole) | TurnFinished(message=whole):
            return whole
        case ReplyDelta(text=text):
            return shown.model_copy(update={"content": shown.content + text})
        case EditApplied(edit=edit, seq=seq):
            assert seq == len(shown.edits)
            assert shown.workflow_data is not None
            workflow = apply(edit, shown.workflow_data, CATALOGUE)
            assert_sound(workflow, CATALOGUE)
            return shown.model_copy(update={"edits": [*shown.edits, edit], "workflow_data": workflow})
        case EditRejected(edit=edit, reason=reason):
            return shown.model_copy(update={"rejected": [*shown.rejected, _rejected(edit, reason)]})
        case QuestionAsked(text=text, choices=choices):
            return shown.model_copy(update={"question": {"text": text, "choices": choices}})
        case _:
            raise AssertionError(event)


def _rejected(edit: Any, reason: str) -> dict[str, Any]:
    return {"edit": edit, "reason": reason}


def visible(shown: MessageView) -> Any:
    data = shown.model_dump(mode="json", include={"content", "edits", "workflow_data", "rejected", "question"}, warnings=False)
    data["workflow_data"] = shown.workflow_data  # equal in any order
    return data


@settings(max_examples=100, deadline=None)
@given(valid_workflows(), st.lists(spoken, max_size=12))
def test_folding_a_turn_gives_what_is_stored_with_it_at_every_moment(before: Workflow, events: list[said.PlannerEvent]) -> None:
    draft = Draft(message("assistant"), before, CATALOGUE, Surroundings(), _ROOM)
    for event in events:
        draft.take(event)
        assert_sound(draft.workflow, CATALOGUE)
        stored = draft.columns(draft.view())
        assert apply_all(draft.edits, before, CATALOGUE) == Workflow.model_validate(stored["workflow_data"])
        assert len(stored["content"]) <= _ROOM
        stored["search_text"].encode()


@settings(max_examples=100, deadline=None)
@given(valid_workflows(), st.lists(spoken, max_size=12))
def test_a_snapshot_at_any_moment_and_the_events_after_it_equal_a_fresh_snapshot(before: Workflow, events: list[said.PlannerEvent]) -> None:
    draft = Draft(message("assistant"), before, CATALOGUE, Surroundings(), _ROOM)
    feed = TurnFeed(lambda: TurnStarted(type="turn.started", message=draft.view(), user_message=message("user")))
    attached = [feed.follow(None)]
    for event in events:
        announced = draft.take(event)
        if announced is not None:
            feed.publish(announced)
        attached.append(feed.follow(None))
    fresh = visible(draft.view())
    feed.publish(TurnFinished(type="turn.finished", message=draft.view("done")))
    attached.append(feed.follow(None))
    for viewer in attached:
        *seen, (number, last) = asyncio.run(_all(viewer))
        assert (number, last.type) == (len(feed.events), "turn.finished")
        shown = message("assistant")
        for _, event in seen:
            shown = added_up(shown, event)
        assert visible(shown) == fresh


async def _all(viewer: AsyncIterator[Numbered]) -> list[Numbered]:
    return [each async for each in viewer]
