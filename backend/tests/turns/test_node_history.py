"""Where a step comes from: which messages made and changed it, and what was asked for."""

from typing import Any

from parley.workflow.edits import UpdateNode
from tests.conftest import SignUp
from tests.turns.conftest import Conversation
from tests.turns.scripted import ask_then_write, edits


async def history(conversation: Conversation, message_id: str, node_id: str, expect: int = 200) -> Any:
    answer = await conversation.client.get(f"/api/messages/{message_id}/nodes/{node_id}/history")
    assert answer.status_code == expect, answer.text
    return answer.json().get("items")


def relabel(label: str) -> UpdateNode:
    return UpdateNode.model_validate({"op": "update_node", "id": "write", "set": {"label": label}})


async def test_a_step_knows_who_made_it_who_changed_it_and_why(conversation: Conversation) -> None:
    conversation.planner.scripts = [ask_then_write(), edits(), edits(relabel("Draft"))]
    made = await conversation.say("Answer what customers ask")
    await conversation.say("Why?")
    changed = await conversation.say("Call it a draft")
    by_hand = await conversation.post(
        f"/api/messages/{changed['id']}/edits", {"edits": [relabel("Reply").model_dump(mode="json", exclude_unset=True)], "base_seq": 1}
    )
    told = await history(conversation, by_hand["id"], "write")
    assert [(each["message_id"], each["number"], each["made"], each["asked"]) for each in told] == [
        (made["id"], 1, True, "Answer what customers ask"),
        (changed["id"], 2, False, "Call it a draft"),
        (by_hand["id"], 3, False, None),
    ]
    assert [(each["change"]["sign"], each["change"]["detail"]) for each in told[:2]] == [
        ("added", "after Question arrives"),
        ("changed", "was “Write answer”"),
    ]
    assert len(await history(conversation, made["id"], "write")) == 1  # later turns are not this diagram's past


async def test_of_a_long_past_the_beginning_and_the_newest_are_told(conversation: Conversation) -> None:
    conversation.planner.scripts = [ask_then_write(), *(edits(relabel(f"Answer {number}")) for number in range(25))]
    last = await conversation.say("Answer what customers ask")
    for number in range(25):
        last = await conversation.say(f"Change {number}")
    told = await history(conversation, last["id"], "write")
    assert [each["number"] for each in told] == [1, *range(8, 27)]


async def test_unknown_steps_and_anothers_diagram_have_no_history(conversation: Conversation, sign_up: SignUp) -> None:
    conversation.planner.scripts = [ask_then_write()]
    made = await conversation.say("Answer what customers ask")
    await history(conversation, made["id"], "nothing", 404)
    stranger = await sign_up("eve")
    assert (await stranger.get(f"/api/messages/{made['id']}/nodes/write/history")).status_code == 404
