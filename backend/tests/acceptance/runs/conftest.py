"""Somebody with a chat who draws diagrams by hand and runs them over HTTP."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from parley.workflow.spec import Workflow
from tests.conftest import SignUp

ENDED = ("done", "failed", "cancelled")


@dataclass
class Desk:
    client: httpx.AsyncClient
    chat_id: str

    async def draw(self, workflow: Workflow) -> str:
        """The message that has this diagram."""
        nodes = [{"op": "add_node", "node": node.model_dump(mode="json")} for node in workflow.nodes]
        edges = [
            {"op": "connect", "source": edge.source, "target": edge.target, "source_handle": edge.source_handle} for edge in workflow.edges
        ]
        made = await self.client.post(f"/api/chats/{self.chat_id}/edits", json={"edits": nodes + edges})
        assert made.status_code == 201, made.text
        return made.json()["id"]

    async def post(self, path: str, body: Any = None, expect: int = 200) -> Any:
        answer = await self.client.post(f"/api/runs{path}", json=body)
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def get(self, path: str, expect: int = 200, **query: Any) -> Any:
        answer = await self.client.get(f"/api/runs{path}", params=query)
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def start(self, message_id: str, given: Any = None, expect: int = 201, **more: Any) -> Any:
        return await self.post("", {"message_id": message_id, "input": given, **more}, expect)

    async def until(self, run_id: str, *states: str) -> Any:
        return await self.reaches(run_id, lambda run: run["status"] in states)

    async def reaches(self, run_id: str, looks: Callable[[Any], bool]) -> Any:
        async with asyncio.timeout(30):
            while not looks(run := await self.get(f"/{run_id}")):  # noqa: ASYNC110 (seen from outside)
                await asyncio.sleep(0.02)
        return run

    async def run(self, workflow: Workflow, given: Any = None) -> Any:
        started = await self.start(await self.draw(workflow), given)
        return await self.until(started["id"], *ENDED)

    def step(self, run: Any, node_id: str, path: str = "") -> Any:
        return next(step for step in reversed(run["steps"]) if (step["node_id"], step["path"]) == (node_id, path))


async def new_desk(client: httpx.AsyncClient) -> Desk:
    chat = await client.post("/api/chats", json={})
    return Desk(client, chat.json()["id"])


@pytest.fixture
async def desk(sign_up: SignUp) -> Desk:
    return await new_desk(await sign_up("ada"))
