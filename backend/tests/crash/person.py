"""Somebody who draws a diagram, starts runs of it, and answers what runs ask, over HTTP and through every crash of the server."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from parley.workflow.spec import Workflow
from tests.conftest import register
from tests.crash.ledger import Ledger
from tests.crash.sink import Sink


@dataclass
class Person:
    """`url` says which server is asked just now; what the server did not live to answer is asked again."""

    url: Callable[[], str]
    sink: Sink
    ledger: Ledger
    client: httpx.AsyncClient
    chat_id: str = ""
    started: dict[str, str] = field(default_factory=dict[str, str])  # run id by case, of starts that were answered
    answers: dict[str, int] = field(default_factory=lambda: {"repeat": 0, "done": 0})
    _asked: set[tuple[str, str, str, int]] = field(default_factory=set[tuple[str, str, str, int]])

    async def arrive(self, name: str) -> None:
        self.client.base_url = self.url()
        await register(self.client, name)
        self.chat_id = (await self._post("/api/chats", {})).json()["id"]

    async def draw(self, workflow: Workflow) -> str:
        """The message that has this diagram."""
        nodes = [{"op": "add_node", "node": node.model_dump(mode="json")} for node in workflow.nodes]
        edges = [
            {"op": "connect", "source": edge.source, "target": edge.target, "source_handle": edge.source_handle} for edge in workflow.edges
        ]
        made = await self._post(f"/api/chats/{self.chat_id}/edits", {"edits": nodes + edges})
        return made.json()["id"]

    async def start(self, message_id: str, case: str) -> str:
        """Raises httpx.TransportError when the server dies before its answer: then the run may or may not have been started."""
        run = await self._post("/api/runs", {"message_id": message_id, "input": {"case": case}})
        self.started[case] = run.json()["id"]
        return self.started[case]

    async def cancel(self, run_id: str) -> None:
        await self._post(f"/api/runs/{run_id}/cancel", None)

    async def answering(self) -> None:
        """Until cancelled: each step in doubt is repeated or done, by what the sink knows; a step is answered once."""
        while True:
            for doubt in await self.ledger.doubts():
                if (doubt.run_id, doubt.node_id, doubt.path, doubt.attempt) not in self._asked:
                    await self._answer(doubt.run_id, doubt.node_id, doubt.path, doubt.choice(self.sink), doubt.attempt)
            await asyncio.sleep(0.05)

    async def _answer(self, run_id: str, node_id: str, path: str, choice: str, attempt: int) -> None:
        body = {"node_id": node_id, "path": path, "choice": choice}
        try:
            answer = await self.client.post(f"{self.url()}/api/runs/{run_id}/resume", json=body)
        except httpx.TransportError:
            return  # killed: the next look asks again
        # 409: the answer before it was taken after all, though the server died before saying so.
        assert answer.status_code in (200, 202, 409), answer.text
        self._asked.add((run_id, node_id, path, attempt))
        if answer.status_code != 409:
            self.answers[choice] += 1

    async def _post(self, path: str, body: Any) -> httpx.Response:
        answer = await self.client.post(f"{self.url()}{path}", json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer


async def until(look: Callable[[], Awaitable[Any]], seconds: float, what: Callable[[], str]) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not await look():  # noqa: ASYNC110 (seen from outside)
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(what()) from None
