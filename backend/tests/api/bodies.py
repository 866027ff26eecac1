"""For each operation of the contract that takes JSON: a body that it accepts, on things that exist."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx

from parley.cli import openapi
from tests.conftest import PASSWORD

CONTRACT: dict[str, Any] = json.loads(openapi())

_NODES = (
    {"id": "start", "type": "manual_trigger", "label": "Start"},
    {"id": "ask", "type": "approval", "label": "Ask", "config": {"message": "May it go on?"}},
    {"id": "out", "type": "output", "label": "Answer", "config": {"value": "{{ ask.decision }}"}},
)
DRAWN: list[dict[str, Any]] = [
    *({"op": "add_node", "node": node} for node in _NODES),
    {"op": "connect", "source": "start", "target": "ask", "source_handle": None},
    {"op": "connect", "source": "ask", "target": "out", "source_handle": "approved"},
]

# `$name` stands for the id of what `Things` made.
BODIES: Mapping[str, Any] = {
    "login": {"username": "ada", "password": PASSWORD},
    "register": {"username": "bob", "email": "bob@example.com", "password": PASSWORD},
    "change_password": {"current_password": PASSWORD, "new_password": "other words in a row"},
    "create_chat": {"title": "New"},
    "rename_chat": {"title": "Renamed"},
    "start_by_hand": {"edits": DRAWN},
    "send": {
        "content": "Every Monday at 9 search the web and mail it to a@b.test",
        "parent_id": "$message_id",
        "branch": True,
        "planner": "builtin",
        "model": None,
        "timezone": "Europe/Berlin",
    },
    "regenerate_answer": {"planner": "builtin", "model": None, "timezone": "UTC"},
    "edit_by_hand": {
        "edits": [
            {
                "op": "add_node",
                "node": {
                    "id": "again",
                    "type": "http_request",
                    "label": "Fetch",
                    "config": {"method": "GET", "url": "https://a.test/", "headers": {"X-A": "b"}},
                    "parent": None,
                    "position": [1, 2],
                    "retry": {"attempts": 2, "backoff": 1},
                    "timeout": 5,
                    "on_error": "continue",
                },
            },
            {"op": "connect", "source": "ask", "target": "again", "source_handle": "rejected"},
            {"op": "update_node", "id": "ask", "set": {"label": "Ask someone", "config": {"wait": "2 days"}}, "unset": ["timeout"]},
            {"op": "place_node", "id": "ask", "position": [10.5, 20]},
            {"op": "disconnect", "source": "start", "target": "ask", "source_handle": None},
            {"op": "remove_node", "id": "ask", "bridge": True},
            {"op": "rename", "name": "Approvals"},
        ],
        "base_seq": 5,
        "branch": True,
    },
    "undo": {"message_id": "$message_id", "seqs": [4], "base_seq": 5},
    "put_layout": {"layout": {"down": {"start": [0, 0, 240, 80]}}},
    "create_collection": {"name": "Handbook"},
    "start_run": {
        "message_id": "$message_id",
        "input": {"list": [1, "a"]},
        "trigger_id": "start",
        "from_run": "$ended_run_id",
        "from_node": "ask",
        "effects": "keep",
    },
    "resume_run": {"node_id": None, "path": "", "choice": None},
    "approve_step": {"node_id": "ask", "path": "", "decision": "approved", "comment": "Fine."},
}
# Where an operation wants another thing than the drawn chat and its message.
INSTEAD = {
    "start_by_hand": {"chat_id": "empty_chat_id"},
    "regenerate_answer": {"message_id": "answer_id"},
    "resume_run": {"run_id": "paused_run_id"},
}


class Things:
    """What one person has: a chat that was drawn by hand, runs of it (one that waits for their approval, one that is paused, one that has
    ended), an empty chat, and an answer."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.ids: dict[str, str] = {"name": "Policies", "number": "1", "document_id": "none", "node_id": "ask"}

    async def make(self) -> None:
        self.ids["empty_chat_id"] = await self._made("/api/chats", {})
        spoken = await self._made("/api/chats", {})
        self.ids["answer_id"] = await self._made(f"/api/chats/{spoken}/messages", {"content": "hello"})
        self.ids["chat_id"] = await self._made("/api/chats", {})
        await self._made("/api/collections", {"name": self.ids["name"]})
        self.ids["message_id"] = await self._made(f"/api/chats/{self.ids['chat_id']}/edits", {"edits": DRAWN})
        self.ids["run_id"] = await self._run()
        self.ids["ended_run_id"] = await self._run("cancel", status="cancelled")
        self.ids["paused_run_id"] = await self._run("pause")

    async def _run(self, then: str | None = None, *, status: str = "waiting") -> str:
        run_id = await self._made("/api/runs", {"message_id": self.ids["message_id"]})
        if then is not None:
            await self.client.post(f"/api/runs/{run_id}/{then}")
        async with asyncio.timeout(30):
            while (await self.client.get(f"/api/runs/{run_id}")).json()["status"] != status:  # noqa: ASYNC110 (from outside)
                await asyncio.sleep(0.02)
        return run_id

    async def _made(self, path: str, body: Any) -> str:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json().get("id", ""))

    def address(self, operation: str, path: str) -> str:
        return path.format(**self.ids | {name: self.ids[other] for name, other in INSTEAD.get(operation, {}).items()})

    def filled_in(self, body: Any) -> Any:
        text = json.dumps(body)
        for name, id_ in self.ids.items():
            text = text.replace(f'"${name}"', json.dumps(id_))
        return json.loads(text)


def operations() -> list[tuple[str, str, str]]:
    """(operation id, method, path) of everything in the contract."""
    return [(each["operationId"], method.upper(), path) for path, all_ in CONTRACT["paths"].items() for method, each in all_.items()]


def takes_json(operation: str) -> bool:
    found = next(each for all_ in CONTRACT["paths"].values() for each in all_.values() if each["operationId"] == operation)
    return "application/json" in found.get("requestBody", {}).get("content", {})
