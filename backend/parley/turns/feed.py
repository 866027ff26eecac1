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
    _listener: Callable[[int, TurnEvent], None] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._first = self.snapshot()

    def publish(self, event: TurnEvent) -> None:
        self.events.append(event)
        if self._listener is not None:
            self._listener(len(self.events), event)
        self.ended = isinstance(event, TurnFinished | TurnFailed)
        news, self._news = self._news, asyncio.Event()
        news.set()

    def listen(self, listener: Callable[[int, TurnEvent], None]) -> None:
        """Give it the turn from the start, the empty answer being number 0, and then each event as it is published."""
        for number, event in enumerate((self._first, *self.events)):
            listener(number, event)
        self._listener = listener

    def from_start(self) -> AsyncIterator[Numbered]:
        """For whoever began the turn: all of it, from the empty answer on, even when it is over by now."""
        return self._events(0, self._first)

    def follow(self, after: int | None) -> AsyncIterator[Numbered]:
        """Events after number `after`; with None, a snapshot first. Ends with the turn."""
        if after is not None:
            return self._events(max(0, after), None)
        seen = len(self.events) - 1 if self.ended else len(self.events)  # how it ended is told to whoever comes late, too
        return self._events(seen, self.snapshot())

    async def _events(self, seen: int, first: TurnStarted | None) -> AsyncIterator[Numbered]:
        """The events are one shared list, so a slow reader costs a position in it and no queue."""
        if first is not None:
            yield seen, first
        while True:
            news = self._news
            while seen < len(self.events):
                event = self.events[seen]
                seen += 1
                yield seen, event
            if self.ended:
                return
            await news.wait()


@dataclass(frozen=True)
class Live:
    feed: TurnFeed
    task: asyncio.Task[None]
    stop: Callable[[], object]


class TurnFeeds:
    """The turns that run in this process, by message id. Their tasks are held here: a turn outlives the request that started it."""

    def __init__(self, onward: Callable[[str, TurnFeed], None] | None = None) -> None:
        """`onward` is given each turn that begins, to announce it to other processes."""
        self._live: dict[str, Live] = {}
        self._onward = onward

    def get(self, message_id: str) -> TurnFeed | None:
        live = self._live.get(message_id)
        return live.feed if live else None

    def add(self, message_id: str, live: Live) -> None:
        self._live[message_id] = live
        if self._onward is not None:
            self._onward(message_id, live.feed)
        live.task.add_done_callback(lambda _: self._live.pop(message_id, None))

    async def stop(self, message_id: str) -> None:
        """Stop the turn if it runs here, and wait until it has recorded its end."""
        live = self._live.get(message_id)
        if live is not None:
            live.stop()
            await asyncio.wait([live.task])

    async def close(self) -> None:
        """Interrupt what still streams; each turn records its valid prefix before it ends."""
        tasks = [live.task for live in self._live.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=10)
