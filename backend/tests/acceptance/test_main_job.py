"""The main job over HTTP, from registration to an answer that cites its pages: real planner, real documents, real engine."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from tests.conftest import SignUp
from tests.knowledge.make_pdf import handbook_pdf

REQUEST = (
    "When a customer asks something, look it up in our handbook and on the web, let a language model write the answer from both, "
    "and if it is about refunds also send it to #support on Slack."
)
FACT_PAGE = 18  # "Employees may carry over five days of unused leave ..." stands there
SECONDS = 60.0


@dataclass
class Person:
    client: httpx.AsyncClient

    async def post(self, path: str, body: Any, expect: int = 201) -> Any:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def get(self, path: str) -> Any:
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def until(self, path: str, *statuses: str) -> Any:
        async with asyncio.timeout(SECONDS):
            while True:
                found = await self.get(path)
                if found["status"] in statuses:
                    return found
                await asyncio.sleep(0.05)


def of_type(message: Any, kind: str) -> Any:
    (node,) = (node for node in message["workflow_data"]["nodes"] if node["type"] == kind)
    return node


async def test_from_registration_to_an_answer_that_cites_its_page(sign_up: SignUp) -> None:
    person = Person(await sign_up("ada"))
    chat = await person.post("/api/chats", {})
    say = f"/api/chats/{chat['id']}/messages"

    built = await person.post(say, {"content": REQUEST})
    assert [issue["field"] for issue in built["issues"] if issue["level"] == "missing"] == ["collection"]

    changed = await person.post(say, {"content": "Drop the Slack part and ask for approval before answering."})
    signs = {change["sign"] for change in changed["changes"]}
    assert {"added", "removed"} <= signs
    kept = {node["id"]: node for node in built["workflow_data"]["nodes"]}
    assert all(kept[node["id"]] == node for node in changed["workflow_data"]["nodes"] if node["id"] in kept)

    question = await person.post(say, {"content": "What does the second step do?"})
    assert question["edits"] == []
    assert question["workflow_data"] == changed["workflow_data"]

    await person.post("/api/collections", {"name": "Handbook"})
    files = {"file": ("Handbook.pdf", handbook_pdf(FACT_PAGE + 2), "application/pdf")}
    uploaded = await person.client.post("/api/collections/Handbook/documents", files=files)
    assert uploaded.status_code == 202, uploaded.text
    document = await person.until(f"/api/documents/{uploaded.json()['id']}", "ready", "failed")
    assert (document["status"], document["progress"]["pages"]) == ("ready", FACT_PAGE + 2)

    chosen = {"op": "update_node", "id": of_type(question, "knowledge_search")["id"], "set": {"config": {"collection": "Handbook"}}}
    edited = await person.post(f"/api/messages/{question['id']}/edits", {"edits": [chosen], "base_seq": 0})
    assert edited["issues"] == []

    async def run(asked: str) -> Any:
        started = await person.post("/api/runs", {"message_id": edited["id"], "input": {"message": asked}})
        path = f"/api/runs/{started['id']}"
        waiting = await person.until(path, "waiting", "failed")
        (step,) = (step for step in waiting["steps"] if step["status"] == "waiting")
        decision = {"node_id": step["node_id"], "path": step["path"], "decision": "approved", "comment": "Fine."}
        await person.post(f"{path}/approve", decision, 200)
        return await person.until(path, "done", "failed")

    first = await run("How many days of unused leave can I carry over?")
    assert first["status"] == "done"
    states = {step["node_id"]: step for step in first["steps"]}
    searched = states[of_type(edited, "web_search")["id"]]
    assert searched["status"] == "failed"
    assert "SERPAPI_API_KEY" in searched["error"]["message"]
    assert states[of_type(edited, "approval")["id"]]["output"]["comment"] == "Fine."
    assert first["output"]["built_in"] is True
    assert "carry over five days" in first["output"]["value"]
    cited = next(citation for citation in first["output"]["citations"] if citation["page"] == FACT_PAGE)
    page = await person.get(f"/api/documents/{cited['document_id']}/pages/{FACT_PAGE}")
    assert "carry over five days" in page["text"][cited["start"] : cited["end"]]

    second = await run("Who decides on a request for leave?")
    listed = await person.get(f"/api/runs?chat_id={chat['id']}")
    assert [item["number"] for item in listed["items"]] == [second["number"], first["number"]] == [2, 1]
    assert await person.get(f"/api/runs/{first['id']}") == first

    hits = await person.get("/api/search?q=refunds")
    assert built["parent_id"] in {hit["message_id"] for hit in hits["items"]}
