"""The main job: a question is looked up in a document and on the web, an answer is written, a person approves, pages are cited."""

import asyncio
from typing import Any

from parley.workflow.spec import Workflow
from tests.acceptance.runs.conftest import Desk
from tests.engine.kit import flow, node

HANDBOOK = """# Handbook

Orders are shipped within two working days. The warehouse is closed on Sundays.

Refunds are paid within fourteen days after the goods have come back. The customer pays the postage.

Employees may carry over five days of leave until the end of March.
"""


def answering(collection: str) -> Workflow:
    return flow(
        "ask > look_up > write", "ask > search_web > write", "write > approve", "approve >approved> answer",
        ask=node("chat_trigger"),
        look_up=node("knowledge_search", collection=collection, query="{{ input.message }}", top_k=3),
        search_web=node("web_search", query="{{ input.message }}"),
        write=node("llm", prompt="Answer {{ input.message }} from {{ look_up.text }} and {{ search_web.text }}"),
        approve=node("approval", message="Send this? {{ write.text }}"),
        answer=node("output", value="{{ write.text }}"),
    )  # fmt: skip


async def collection_with_handbook(desk: Desk) -> str:
    await desk.client.post("/api/collections", json={"name": "Handbook"})
    sent = await desk.client.post("/api/collections/Handbook/documents", files={"file": ("handbook.md", HANDBOOK.encode())})
    assert sent.status_code == 202, sent.text
    async with asyncio.timeout(60):
        while (document := (await desk.client.get(f"/api/documents/{sent.json()['id']}")).json())["status"] != "ready":
            assert document["status"] != "failed", document
            await asyncio.sleep(0.1)
    return "Handbook"


async def ask(desk: Desk, message_id: str, question: str) -> Any:
    run = await desk.start(message_id, {"message": question})
    waiting = await desk.until(run["id"], "waiting", "failed")
    assert waiting["status"] == "waiting", waiting["error"]
    await desk.post(f"/{run['id']}/approve", {"node_id": "approve", "decision": "approved"})
    return await desk.until(run["id"], "done", "failed")


async def test_an_answer_cites_the_pages_that_it_came_from(desk: Desk) -> None:
    message = await desk.draw(answering(await collection_with_handbook(desk)))
    run = await ask(desk, message, "How long do refunds take?")
    assert run["status"] == "done"
    assert "fourteen days" in run["output"]["value"]
    assert run["output"]["built_in"] is True
    (first, *_) = run["output"]["citations"]
    assert (first["document"], first["page"], first["marker"]) == ("handbook.md", 1, 1)
    page = (await desk.client.get(f"/api/documents/{first['document_id']}/pages/{first['page']}")).json()
    assert "fourteen days" in page["text"][first["start"] : first["end"]]
    # Without a search key the web is passed over, and the step says how to get one.
    web = desk.step(run, "search_web")
    assert web["status"] == "failed"
    assert "SERPAPI_API_KEY" in web["error"]["message"]
    assert desk.step(run, "look_up")["output"]["count"] >= 1
    assert desk.step(run, "write")["usage"]["model"] == "built-in"
    second = await ask(desk, message, "How many days of leave can be carried over?")
    assert "five days" in second["output"]["value"]
    assert [run["number"] for run in (await desk.get("", chat_id=desk.chat_id))["items"]] == [2, 1]
