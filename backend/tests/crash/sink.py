"""A server that steps call and that decides the moment: it holds a call before or after its effect, and knows what took effect how often.

An address is `/keyed|known|blind/<case>/<step>`: the case names a run, the step a node and, after a dot, its turn of a loop. `keyed`
honours the Idempotency-Key: what comes again with the same key takes no effect and gets the first answer. The two others take effect each
time; asked about a step in doubt, a person looks up here whether a `known` one did, and has a `blind` one repeated.
"""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import uvicorn

from tests.conftest import QuietServer

Place = tuple[str, str]  # case, step
Verdict = Literal["pass", "before", "after"]


@dataclass
class Sink:
    """`judge` says whether a call passes or is held; `change` asks it again about the held ones. `linger` is how long a call takes."""

    judge: Callable[[Place], Verdict] = lambda place: "pass"
    linger: Callable[[], float] = lambda: 0.0
    port: int = 0
    effects: Counter[Place] = field(default_factory=Counter[Place])
    numbers: dict[Place, list[int]] = field(default_factory=lambda: defaultdict[Place, list[int]](list))
    keys: dict[Place, set[str]] = field(default_factory=lambda: defaultdict[Place, set[str]](set))
    held: set[tuple[Place, Verdict]] = field(default_factory=set[tuple[Place, Verdict]])
    under_way: Counter[Place] = field(default_factory=Counter[Place])
    _answers: dict[str, int] = field(default_factory=dict[str, int])
    _total: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Sink"]:
        config = uvicorn.Config(
            self._app, port=0, lifespan="off", interface="asgi3", log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        server = QuietServer(config)
        task = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
            await asyncio.sleep(0.005)
        self.port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.judge = lambda place: "pass"
            await self.change()
            server.should_exit = True
            await task

    async def change(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def deserted(self) -> None:
        """Until nobody waits for an answer any more."""
        async with asyncio.timeout(10):
            while self.under_way.total():  # noqa: ASYNC110 (a closed socket has no event of ours)
                await asyncio.sleep(0.002)

    async def _app(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
        _, kind, case, step = scope["path"].split("/")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        while (await receive()).get("more_body"):
            pass
        place, key = (case, step), headers.get("idempotency-key", "")
        self.under_way[place] += 1
        try:
            if not await self._passes(place, "before", receive):
                return
            number = self._take_effect(kind, place, key)
            if not await self._passes(place, "after", receive):
                return
        finally:
            self.under_way[place] -= 1
        body = json.dumps({"effect": number}).encode()
        # The caller may have been killed.
        with suppress(OSError):
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
            await send({"type": "http.response.body", "body": body})

    def _take_effect(self, kind: str, place: Place, key: str) -> int:
        self.keys[place].add(key)
        if kind == "keyed" and key in self._answers:
            return self._answers[key]
        self._total += 1
        self.effects[place] += 1
        self.numbers[place].append(self._total)
        self._answers[key] = self._total
        return self._total

    async def _passes(self, place: Place, moment: Verdict, receive: Callable[[], Awaitable[Any]]) -> bool:
        """False when the caller is gone before it may pass."""
        if moment == "before" and (pause := self.linger()):
            await asyncio.sleep(pause)
        if self.judge(place) != moment:
            return True
        self.held.add((place, moment))
        gone = asyncio.ensure_future(receive())
        allowed = asyncio.ensure_future(self._allowed(place, moment))
        try:
            await asyncio.wait([gone, allowed], return_when=asyncio.FIRST_COMPLETED)
            return not gone.done()
        finally:
            self.held.discard((place, moment))
            gone.cancel()
            allowed.cancel()

    async def _allowed(self, place: Place, moment: Verdict) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self.judge(place) != moment)
