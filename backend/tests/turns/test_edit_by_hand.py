"""Hand edits, undo and layouts: appended while fresh, never over somebody else's, and taken back by their inverse."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from parley.db.session import Database, db_now
from parley.db.tables.chats import Message
from tests.turns.conftest import Conversation
from tests.turns.scripted import ask_then_write

RELABEL = {"op": "update_node", "id": "write", "set": {"label": "Draft answer"}}
ADD = {"op": "add_node", "node": {"id": "check", "type": "condition", "label": "Check", "config": {"expression": "true"}}}


async def built(conversation: Conversation) -> Any:
    conversation.planner.scripts = [ask_then_write()]
    return await conversation.say("build")


async def hand(conversation: Conversation, message: Any, *edits: Any, expect: int = 201, **more: Any) -> Any:
    body = {"edits": list(edits), "base_seq": len(message["edits"]), **more}
    return await conversation.post(f"/api/messages/{message['id']}/edits", body, expect)


def labels(message: Any) -> list[str]:
    return [node["label"] for node in message["workflow_data"]["nodes"]]


async def test_a_hand_edit_is_a_message_and_further_ones_append_to_it(conversation: Conversation) -> None:
    turn = await built(conversation)
    edit = await hand(conversation, turn, RELABEL)
    assert (edit["role"], edit["parent_id"], labels(edit)) == ("edit", turn["id"], ["Question arrives", "Draft answer"])
    more = await hand(conversation, edit, ADD)
    assert (more["id"], len(more["edits"])) == (edit["id"], 2)
    assert len((await conversation.branch())["items"]) == 3


async def test_an_old_hand_edit_is_history_and_the_next_one_is_its_own_message(conversation: Conversation, database: Database) -> None:
    edit = await hand(conversation, await built(conversation), RELABEL)
    async with database.transaction() as session:
        long_ago = await db_now(session) - timedelta(seconds=61)
        await session.execute(update(Message).where(Message.id == edit["id"]).values(created_at=long_ago))
    later = await hand(conversation, edit, ADD)
    assert later["parent_id"] == edit["id"]


async def test_a_message_that_is_full_of_edits_is_followed_by_another(conversation: Conversation) -> None:
    relabel = [{"op": "update_node", "id": "write", "set": {"label": f"Answer {number}"}} for number in range(201)]
    turn = await built(conversation)
    assert (await hand(conversation, turn, *relabel, expect=422))["error"] == "too_many_edits"
    full = await hand(conversation, turn, *relabel[:150])
    second = await hand(conversation, full, *relabel[150:])
    assert (second["parent_id"], len(second["edits"]), labels(second)[1]) == (full["id"], 51, "Answer 200")


async def test_a_stale_base_answers_with_the_newest_diagram(conversation: Conversation) -> None:
    turn = await built(conversation)
    edit = await hand(conversation, turn, RELABEL)
    for refused in (
        await hand(conversation, turn, ADD, expect=409),
        await conversation.post(f"/api/messages/{edit['id']}/edits", {"edits": [ADD], "base_seq": 0}, 409),
    ):
        assert refused["error"] == "diagram_moved_on"
        assert (refused["details"]["leaf"], refused["details"]["seq"]) == (edit["id"], 1)
        assert refused["details"]["workflow_data"]["nodes"][1]["label"] == "Draft answer"


async def test_an_edit_that_breaks_the_structure_is_refused_in_words(conversation: Conversation) -> None:
    turn = await built(conversation)
    cycle = await hand(conversation, await hand(conversation, turn, ADD), {"op": "connect", "source": "write", "target": "check"})
    refused = await hand(conversation, cycle, {"op": "connect", "source": "check", "target": "write", "source_handle": "true"}, expect=422)
    assert refused["error"] == "edit_refused"
    assert "Check" in refused["message"]
    assert (await conversation.message(cycle["id"]))["edits"] == cycle["edits"]


async def test_an_id_is_never_given_to_another_node(conversation: Conversation) -> None:
    edit = await hand(conversation, await built(conversation), {"op": "remove_node", "id": "write"})
    reused = {"op": "add_node", "node": {"id": "write", "type": "condition", "label": "Write"}}
    assert "belonged to another step" in (await hand(conversation, edit, reused, expect=422))["message"]


async def test_a_chat_can_start_on_the_canvas(conversation: Conversation) -> None:
    start = {"op": "add_node", "node": {"id": "start", "type": "manual_trigger", "label": "Start"}}
    first = await conversation.post(f"/api/chats/{conversation.chat_id}/edits", {"edits": [start]})
    assert (first["parent_id"], labels(first)) == (None, ["Start"])
    await conversation.post(f"/api/chats/{conversation.chat_id}/edits", {"edits": [start]}, 409)
    answer = await conversation.say("go on")
    assert labels(answer) == ["Start"]


async def test_undo_takes_back_a_hand_edit_and_undoing_that_is_redo(conversation: Conversation) -> None:
    turn = await built(conversation)
    edit = await hand(conversation, turn, {"op": "remove_node", "id": "write"})
    undone = await conversation.post(f"/api/messages/{edit['id']}/undo", {"message_id": edit["id"], "base_seq": 1})
    assert undone["workflow_data"] == turn["workflow_data"]
    redone = await conversation.post(
        f"/api/messages/{undone['id']}/undo", {"message_id": undone["id"], "seqs": list(range(1, len(undone["edits"])))}
    )
    assert redone["workflow_data"] == edit["workflow_data"]


async def test_undoing_an_older_change_names_what_depends_on_it(conversation: Conversation) -> None:
    turn = await built(conversation)
    edit = await hand(conversation, turn, ADD, {"op": "connect", "source": "write", "target": "check"})
    refused = await conversation.post(f"/api/messages/{edit['id']}/undo", {"message_id": turn["id"], "seqs": [1, 2]}, 422)
    assert "“Write answer” is used by “Check”" in refused["message"]
    assert (refused["error"], [each["label"] for each in refused["details"]["dependents"]]) == ("depended_on", ["Check"])
    later = await hand(conversation, edit, {"op": "disconnect", "source": "write", "target": "check"})
    undone = await conversation.post(f"/api/messages/{later['id']}/undo", {"message_id": turn["id"], "seqs": [1, 2]})
    assert labels(undone) == ["Question arrives", "Check"]


async def test_what_later_changes_depend_on_can_be_undone_all_the_same(conversation: Conversation) -> None:
    turn = await built(conversation)
    edit = await hand(conversation, turn, ADD, {"op": "connect", "source": "write", "target": "check"})
    undone = await conversation.post(f"/api/messages/{edit['id']}/undo", {"message_id": turn["id"], "seqs": [1, 2], "anyway": True})
    assert [(edge["source"], edge["target"]) for edge in undone["workflow_data"]["edges"]] == [("question", "check")]


async def test_undoing_what_is_not_there_is_said(conversation: Conversation) -> None:
    turn = await built(conversation)
    for seqs in ([9], [-1], []):
        refused = await conversation.post(f"/api/messages/{turn['id']}/undo", {"message_id": turn["id"], "seqs": seqs}, 422)
        assert refused["error"] == "nothing_to_undo"


async def test_the_first_layout_wins_and_strangers_nodes_are_dropped(conversation: Conversation) -> None:
    turn = await built(conversation)
    path = f"/api/messages/{turn['id']}/layout"
    first = {"layout": {"down": {"question": [0, 0, 184, 56], "ghost": [1, 1, 1, 1]}}}
    assert (await conversation.client.put(path, json=first)).json() == {"layout": {"down": {"question": [0, 0, 184, 56]}}}
    second = {"layout": {"down": {"question": [9, 9, 9, 9]}, "right": {"write": [5, 5, 184, 56]}}}
    kept = {"layout": {"down": {"question": [0, 0, 184, 56]}, "right": {"write": [5, 5, 184, 56]}}}
    assert (await conversation.client.put(path, json=second)).json() == kept
    assert (await conversation.message(turn["id"]))["layout"] == kept["layout"]
