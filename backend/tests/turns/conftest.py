"""A chat with a scripted planner behind it."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import SignUp
from tests.turns.scripted import ScriptedPlanner, install


@dataclass
class Conversation:
    client: httpx.AsyncClient
    chat_id: str
    planner: ScriptedPlanner

    async def say(self, content: str, expect: int = 201, **more: Any) -> Any:
        answer = await self.client.post(f"/api/chats/{self.chat_id}/messages", json={"content": content, **more})
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def held(self) -> None:
        """Until the planner holds and its turn is stored: it begins to think a moment before."""
        await self.planner.holding.wait()
        # A row in the database rings no bell.
        while not any(message["status"] == "streaming" for message in (await self.branch())["items"]):  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    async def branch(self, **query: str) -> Any:
        answer = await self.client.get(f"/api/chats/{self.chat_id}/messages", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def message(self, message_id: str) -> Any:
        return (await self.client.get(f"/api/messages/{message_id}")).json()

    async def post(self, path: str, body: Any, expect: int = 201) -> Any:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
async def conversation(app: FastAPI, sign_up: SignUp) -> Conversation:
    client = await sign_up("ada")
    chat = (await client.post("/api/chats", json={})).json()
    return Conversation(client, chat["id"], install(app, ScriptedPlanner()))
