"""Saying something: what is stored, what is answered, and what two windows may do to each other."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from parley.db.session import Database
from parley.db.sqlite import DatabaseBusy
from parley.errors import ParleyError
from parley.planner.base import EditApplied, EditRejected, ReplyDelta
from parley.workflow.edits import AddNode, Connect, RemoveNode
from parley.workflow.spec import Node
from tests.conftest import SignUp
from tests.turns.conftest import Conversation
from tests.turns.scripted import ask_then_write, edits


async def test_the_answer_has_the_reply_the_edits_and_the_workflow(conversation: Conversation) -> None:
    conversation.planner.scripts = [ask_then_write()]
    message = await conversation.say("answer questions")
    assert (message["role"], message["status"], message["content"]) == ("assistant", "done", "Here it is.")
    assert [edit["op"] for edit in message["edits"]] == ["add_node", "add_node", "connect"]
    assert [node["id"] for node in message["workflow_data"]["nodes"]] == ["question", "write"]
    assert message["workflow_data"]["edges"][0]["id"] == "question//write"
    assert {change["title"] for change in message["changes"]} == {"Question arrives", "Write answer"}
    assert message["summaries"]["question"]
    assert message["usage"]["input_tokens"] == 0


async def test_the_first_message_gives_the_chat_its_title(conversation: Conversation) -> None:
    await conversation.say("Answer questions from our handbook")
    await conversation.say("And something else")
    chat = (await conversation.client.get(f"/api/chats/{conversation.chat_id}")).json()
    assert chat["title"] == "Answer questions from our handbook"


async def test_the_next_turn_starts_from_the_workflow_and_the_words_before(conversation: Conversation) -> None:
    conversation.planner.scripts = [ask_then_write(), edits(RemoveNode(id="write"))]
    await conversation.say("first")
    await conversation.say("second")
    await conversation.say("third")
    request = conversation.planner.seen[2]
    assert [node.id for node in request.workflow.nodes] == ["question"]
    assert [said.content for said in request.history] == ["first", "Here it is.", "second", "Done."]
    assert [len(workflow.nodes) for workflow in request.earlier] == [2]
    assert request.used_ids == {"question", "write"}


async def test_folding_the_edits_of_a_branch_gives_its_workflow(conversation: Conversation) -> None:
    conversation.planner.scripts = [ask_then_write(), edits(RemoveNode(id="write"))]
    for content in ("first", "second", "a question"):
        await conversation.say(content)
    page = await conversation.branch(include="workflow_data")
    assert page["turns"] == [message["id"] for message in page["items"] if message["edits"]]
    from parley.nodes.registry import CATALOGUE
    from parley.workflow.edits import EDITS, apply_all
    from parley.workflow.spec import EMPTY, Workflow

    folded = EMPTY
    for message in page["items"]:
        folded = apply_all(EDITS.validate_python(message["edits"]), folded, CATALOGUE)
        if message["workflow_data"] is not None:
            assert Workflow.model_validate(message["workflow_data"]) == folded


async def test_an_empty_a_long_and_an_emoji_message(conversation: Conversation) -> None:
    assert (await conversation.say("  \n ", expect=422))["error"] == "message_empty"
    long = await conversation.say("x" * 100_000, expect=422)
    assert long["error"] == "message_too_long"
    assert long["details"] == {"characters": 100_000, "limit": 20_000}
    assert (await conversation.say("🎉🎉"))["status"] == "done"


async def test_anothers_chat_and_message_are_unknown(conversation: Conversation, sign_up: SignUp) -> None:
    message = await conversation.say("hello")
    stranger = await sign_up("bob")
    for method, path in (
        ("POST", f"/api/chats/{conversation.chat_id}/messages"),
        ("GET", f"/api/chats/{conversation.chat_id}/messages"),
        ("GET", f"/api/messages/{message['id']}"),
        ("GET", f"/api/messages/{message['id']}/events"),
        ("POST", f"/api/messages/{message['id']}/stop"),
        ("POST", f"/api/messages/{message['id']}/regenerate"),
    ):
        answer = await stranger.request(method, path, json={"content": "hello"} if method == "POST" else None)
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found"), path


async def test_two_tabs_sending_at_once_lose_nothing(conversation: Conversation) -> None:
    conversation.planner.hold_at = 0
    first = asyncio.create_task(conversation.say("from the first tab"))
    await conversation.held()
    refused = await conversation.say("from the second tab", expect=409)
    assert refused["error"] == "turn_in_progress"
    assert "Your text is kept" in refused["message"]
    conversation.planner.gate.set()
    assert (await first)["status"] == "done"
    page = await conversation.branch()
    assert [message["content"] for message in page["items"]] == ["from the first tab", "Nothing to add."]


async def test_many_sends_at_the_same_instant_start_one_turn(conversation: Conversation) -> None:
    conversation.planner.hold_at = 0
    sends = [
        asyncio.create_task(conversation.client.post(f"/api/chats/{conversation.chat_id}/messages", json={"content": f"{n}"}))
        for n in range(8)
    ]
    await conversation.held()
    async with asyncio.timeout(30):
        while sum(send.done() for send in sends) < 7:
            await asyncio.wait([send for send in sends if not send.done()], return_when=asyncio.FIRST_COMPLETED)
    conversation.planner.gate.set()
    codes = sorted([answer.status_code for answer in await asyncio.gather(*sends)])
    assert codes == [201] + [409] * 7


async def test_a_parent_that_was_answered_needs_branch(conversation: Conversation) -> None:
    conversation.planner.scripts = [ask_then_write()]
    first = await conversation.say("first")
    last = await conversation.say("second")
    refused = await conversation.say("late", parent_id=first["id"], expect=409)
    assert (refused["error"], refused["details"]["leaf"]) == ("chat_moved_on", last["id"])
    branched = await conversation.say("late", parent_id=first["id"], branch=True)
    assert branched["workflow_data"]["nodes"]
    newest = await conversation.branch()
    assert [message["content"] for message in newest["items"] if message["role"] == "user"] == ["first", "late"]
    older = await conversation.branch(leaf=last["id"])
    assert [message["content"] for message in older["items"] if message["role"] == "user"] == ["first", "second"]
    late = next(message for message in newest["items"] if message["content"] == "late")
    assert len(late["siblings"]) == 2


async def test_editing_the_first_message_starts_a_branch_at_the_root(conversation: Conversation) -> None:
    conversation.planner.scripts = [ask_then_write()]
    await conversation.say("first")
    again = await conversation.say("first, said better", parent_id=None, branch=True)
    assert again["workflow_data"]["nodes"] == []
    assert [m["content"] for m in (await conversation.branch())["items"]] == ["first, said better", "Nothing to add."]


async def test_asking_again_makes_a_sibling_and_keeps_the_old_answer(conversation: Conversation) -> None:
    conversation.planner.scripts = [ask_then_write("First answer."), ask_then_write("Other answer.")]
    first = await conversation.say("build")
    second = await conversation.post(f"/api/messages/{first['id']}/regenerate", {})
    assert second["siblings"] == [first["id"], second["id"]]
    assert (await conversation.message(first["id"]))["content"] == "First answer."
    assert second["workflow_data"] == first["workflow_data"]


async def test_a_planner_that_fails_leaves_its_valid_prefix_and_says_so(conversation: Conversation) -> None:
    conversation.planner.scripts = [[*ask_then_write()[:3], RuntimeError("boom")]]
    message = await conversation.say("build")
    assert (message["status"], message["error"]["error"]) == ("failed", "planner_failed")
    assert "The 2 changes made so far are kept." in message["error"]["message"]
    assert "boom" not in message["error"]["message"]
    assert len(message["workflow_data"]["nodes"]) == 2
    assert (await conversation.say("go on"))["status"] == "done"


async def test_a_failure_with_words_is_shown_in_those_words(conversation: Conversation) -> None:
    class ModelBusy(ParleyError):
        pass

    conversation.planner.scripts = [[ModelBusy("The model is busy.")]]
    message = await conversation.say("build")
    assert message["error"] == {"error": "model_busy", "message": "The model is busy. Nothing was changed."}


async def test_an_edit_that_does_not_hold_is_refused_and_the_rest_stays(conversation: Conversation) -> None:
    conversation.planner.scripts = [
        [
            EditApplied(AddNode(node=Node(id="question", type="chat_trigger", label="Question arrives"))),
            EditApplied(Connect(source="question", target="nowhere")),
            EditRejected({"op": "explode"}, "There is no such edit."),
            ReplyDelta("Half of it."),
        ]
    ]
    message = await conversation.say("build")
    assert message["status"] == "done"
    assert len(message["edits"]) == 1
    assert len(message["rejected"]) == 2
    assert "nowhere" in message["rejected"][0]["reason"]


async def test_a_turn_ends_at_its_budget(conversation: Conversation) -> None:
    from dataclasses import replace

    parts = conversation.planner
    parts.scripts = [ask_then_write()]
    parts.hold_at = 3
    turns = conversation.client._transport.app.state.parts.turns  # type: ignore[attr-defined]
    object.__setattr__(turns, "budget", replace(turns.budget, seconds=0.2))
    message = await conversation.say("build")
    assert message["error"]["error"] == "turn_timed_out"
    assert "did not answer within 0.2 s. The 2 changes made so far are kept." in message["error"]["message"]


async def test_what_no_database_can_store_is_replaced_or_refused(conversation: Conversation) -> None:
    conversation.planner.scripts = [[ReplyDelta("a\x00b\ud800c")]]
    assert (await conversation.say("build"))["content"] == "a�b�c"
    answer = await conversation.client.post(
        f"/api/chats/{conversation.chat_id}/messages", content=b'{"content": "a\\ud800"}', headers={"content-type": "application/json"}
    )
    assert 400 <= answer.status_code < 500


async def test_a_refused_edit_that_cannot_be_stored_does_not_cost_the_turn(conversation: Conversation) -> None:
    refused = EditRejected({"op": "add_node", "label": "half \ud800"}, "The label \ud800 is no text.")
    conversation.planner.scripts = [[*ask_then_write(), refused]]
    message = await conversation.say("build")
    assert (message["status"], len(message["edits"])) == ("done", 3)
    assert message["rejected"] == [{"edit": None, "reason": "The label � is no text."}]
    assert (await conversation.message(message["id"]))["status"] == "done"


async def test_a_model_that_is_not_set_up_is_missed_before_anything_is_stored(conversation: Conversation) -> None:
    refused = await conversation.say("build", expect=422, planner="model")
    assert refused["error"] == "no_model"
    assert (await conversation.branch())["items"] == []


async def test_a_turn_that_cannot_be_stored_calls_its_planner_off(conversation: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation.planner.hold_at = 0
    transaction = Database.transaction

    @asynccontextmanager
    async def never_committed(self: Database) -> AsyncGenerator[AsyncSession]:
        async with transaction(self) as session:
            yield session
            await conversation.planner.holding.wait()
            raise DatabaseBusy

    with monkeypatch.context() as patched:
        patched.setattr(Database, "transaction", never_committed)
        await conversation.say("answer questions", expect=503)
    await asyncio.sleep(0.01)
    assert [task for task in asyncio.all_tasks() if "Turn._plan" in repr(task)] == []
    conversation.planner.hold_at = None
    assert (await conversation.say("answer questions"))["status"] == "done"
