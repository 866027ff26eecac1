"""Live turns of this process: who attaches gets a snapshot and then every later event, and nobody slows the turn down."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from parley.turns.events import TurnEvent, TurnFailed, TurnFinished, TurnStarted

Numbered = tuple[int, TurnEvent]


@dataclass
class TurnFeed:
    """The events of one turn, numbered from 1. `snapshot` gives the turn as it stands after the newest of them."""

    snapshot: Callable[[], TurnStarted]
    events: list[TurnEvent] = field(default_factory=list[TurnEvent])
    ended: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def publish(self, event: TurnEvent) -> None:
        self.events.append(event)
        self.ended = isinstance(event, TurnFinished | TurnFailed)
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def follow(self, after: int | None) -> AsyncIterator[Numbered]:
        """Events after number `after`; with None, a snapshot first. Ends with the turn.

        The events are one shared list, so a slow reader costs a position in it and no queue.
        """
        seen = len(self.events) if after is None else max(0, after)
        if after is None:
            yield seen, self.snapshot()
        while True:
            news = self._news
            while seen < len(self.events):
                event = self.events[seen]
                seen += 1
                yield seen, event
            if self.ended:
                return
            await news.wait()


class TurnFeeds:
    """The turns that run in this process, by message id, and the tasks that run them."""

    def __init__(self) -> None:
        self._feeds: dict[str, TurnFeed] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def get(self, message_id: str) -> TurnFeed | None:
        return self._feeds.get(message_id)

    def open(self, message_id: str, feed: TurnFeed) -> None:
        self._feeds[message_id] = feed

    def keep(self, message_id: str, task: asyncio.Task[None]) -> None:
        """Hold the turn's task: it outlives the request that started it."""
        self._tasks[message_id] = task
        task.add_done_callback(lambda _: self._close(message_id))

    def _close(self, message_id: str) -> None:
        self._tasks.pop(message_id, None)
        self._feeds.pop(message_id, None)

    async def wait(self, message_id: str) -> None:
        task = self._tasks.get(message_id)
        if task is not None:
            await asyncio.wait([task])

    async def close(self) -> None:
        """Interrupt what still streams; each turn records its valid prefix before it ends."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=10)
