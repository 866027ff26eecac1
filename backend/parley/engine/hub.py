"""Live news of this process's runs for those who watch: bounded queues, and the text so far of steps that are writing."""

import asyncio
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from parley.engine.events import Event, StepEvent, StepStarted, StepText
from parley.engine.paths import Key

News = Event | StepText
QUEUED = 1000  # a watcher further behind than this reads the journal again


class Watcher:
    """One reader's queue. When it overflows it is emptied and `lagged` is set: the journal has everything."""

    def __init__(self) -> None:
        self.lagged = False
        self._news: deque[News] = deque()
        self._ring = asyncio.Event()

    def put(self, *news: News) -> None:
        if len(self._news) + len(news) > QUEUED:
            self._news.clear()
            self.lagged = True
        self._news.extend(news[-QUEUED:])
        self._ring.set()

    def lag(self) -> None:
        """Something was missed elsewhere: the journal is to be read again."""
        self._news.clear()
        self.lagged = True
        self._ring.set()

    async def next(self, seconds: float) -> News | None:
        """The next news; None after `seconds` without any, or when some were missed."""
        if not self._news:
            self._ring.clear()
            timer = asyncio.get_running_loop().call_later(seconds, self._ring.set)
            try:
                await self._ring.wait()
            finally:
                timer.cancel()
        return self._news.popleft() if self._news else None


class Hub:
    """`poll_seconds`: after so much silence a watcher reads the journal, since another process may be writing it."""

    def __init__(self, poll_seconds: float = 15.0) -> None:
        self._poll_seconds = poll_seconds
        self._watchers: dict[str, set[Watcher]] = {}
        self._texts: dict[str, dict[tuple[Key, int], str]] = {}

    @property
    def poll_seconds(self) -> float:
        return self._poll_seconds

    @contextmanager
    def watch(self, run_id: str) -> Generator[Watcher]:
        watcher = Watcher()
        self._watchers.setdefault(run_id, set()).add(watcher)
        try:
            yield watcher
        finally:
            left = self._watchers[run_id]
            left.discard(watcher)
            if not left:
                del self._watchers[run_id]

    def publish(self, run_id: str, events: Sequence[Event]) -> None:
        texts = self._texts.get(run_id)
        if texts:
            for event in events:
                if isinstance(event, StepEvent) and not isinstance(event, StepStarted):
                    texts.pop(((event.node_id, event.path), event.attempt), None)
        for watcher in self._watchers.get(run_id, ()):
            watcher.put(*events)

    def write(self, run_id: str, key: Key, attempt: int, text: str) -> None:
        texts = self._texts.setdefault(run_id, {})
        before = texts.get((key, attempt), "")
        texts[key, attempt] = before + text
        news = _text(key, attempt, len(before), text)
        for watcher in self._watchers.get(run_id, ()):
            watcher.put(news)

    def hear(self, run_id: str, news: StepText) -> None:
        """Text that a step writes in another process. After a missed piece it waits for the text to begin again."""
        texts = self._texts.setdefault(run_id, {})
        key = (news.node_id, news.path), news.attempt
        before = texts.get(key, "")
        if news.offset > len(before):
            return
        texts[key] = before[: news.offset] + news.text
        for watcher in self._watchers.get(run_id, ()):
            watcher.put(news)

    def texts(self, run_id: str) -> list[StepText]:
        """What steps under way have written so far, from the start: for a watcher who comes late."""
        return [_text(key, attempt, 0, text) for (key, attempt), text in self._texts.get(run_id, {}).items()]

    def forget(self, run_id: str) -> None:
        self._texts.pop(run_id, None)


def _text(key: Key, attempt: int, offset: int, text: str) -> StepText:
    return StepText(kind="step_text", node_id=key[0], path=key[1], attempt=attempt, offset=offset, text=text)
