"""After a run, a question in the chat is answered from what the run recorded; the diagram stays as it is."""

from typing import Any

from parley.workflow.spec import Workflow
from tests.acceptance.runs.conftest import Desk
from tests.acceptance.runs.test_story import answering, ask, collection_with_handbook
from tests.engine.kit import flow, node


async def say(desk: Desk, content: str) -> Any:
    answer = await desk.client.post(f"/api/chats/{desk.chat_id}/messages", json={"content": content, "planner": "builtin"})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_what_a_run_found_and_on_which_pages_is_told_from_its_record(desk: Desk) -> None:
    message = await desk.draw(answering(await collection_with_handbook(desk)))
    await ask(desk, message, "How long do refunds take?")
    found = await say(desk, "What did it find?")
    assert "fourteen days" in found["content"]
    assert found["edits"] == []
    assert "“handbook.md, page 1”" in (await say(desk, "Which pages did it use?"))["content"]
    assert "Run 1 took" in (await say(desk, "How long did it take?"))["content"]


async def test_why_a_run_failed_is_told_from_its_record(desk: Desk) -> None:
    run = await desk.run(looping())
    assert run["status"] == "failed"
    said = (await say(desk, "Why did it fail?"))["content"]
    assert "*fetch* failed: " in said
    assert "127.0.0.1" in said or "private" in said


async def test_a_run_of_another_branch_is_not_spoken_of(desk: Desk) -> None:
    await desk.run(looping())
    again = await desk.client.post(
        f"/api/chats/{desk.chat_id}/messages",
        json={"content": "Every Monday post the menu to #lunch", "planner": "builtin", "parent_id": None, "branch": True},
    )
    assert again.status_code == 201, again.text
    assert "has not run yet" in (await say(desk, "Why did it fail?"))["content"]


def looping() -> Workflow:
    return flow(
        "start > each",
        start=node("manual_trigger"),
        each=node("loop", items="{{ [1, 2] }}"),
        fetch=node("http_request", parent="each", url="http://127.0.0.1:9/x"),
    )  # fmt: skip
