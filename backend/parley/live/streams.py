"""Short-lived Redis streams by name: written in the background, all read over one connection, lost without harm.

What goes through them is news only; the database has the truth. So nothing waits for Redis: while it is away what would be written is
dropped, and readers are told that they may have missed something.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import structlog

from parley.ids import new_id

if TYPE_CHECKING:  # loaded where it is used, so that a server without EVENTS_URL does not carry it
    from redis.asyncio import Redis

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

KEPT = 1000  # entries of one stream
READ_AT_ONCE = 2000  # more than is kept (it is trimmed roughly): the past of a stream comes in one piece
LASTING_SECONDS = 3600  # after the last entry, at least half of it
LASTS_KNOWN = 10_000
WAITING = 10_000  # entries that may wait to be written: Redis is slow or away
AT_ONCE = 200
BLOCK_MS = 2000
TIMEOUT_SECONDS = 5.0  # redis-py's own limit on an answer must be longer than the block
PAUSE_SECONDS = 0.5

Entries = list[tuple[bytes, dict[bytes, bytes]]]


@dataclass
class Subscription:
    """`take` gets the entries of others, first all that are kept; `lost` is called when some may have been missed."""

    take: Callable[[list[bytes]], None]
    lost: Callable[[], None]
    position: str = "0"


@dataclass
class Streams:
    url: str
    healthy: bool = False
    _me: bytes = field(default_factory=lambda: new_id().encode())
    _subscriptions: dict[str, list[Subscription]] = field(default_factory=dict[str, list[Subscription]])
    _unwritten: deque[tuple[str, bytes]] = field(default_factory=deque[tuple[str, bytes]])
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list["asyncio.Task[None]"])
    _bell_position: str = "0"
    _over: bool = False
    _lasts: dict[str, float] = field(default_factory=dict[str, float])  # until when a stream needs no new expiry

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._serving(work)) for work in (self._write, self._read)]

    async def close(self) -> None:
        """What was appended before is written still, if Redis takes it at once."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                while self.healthy and self._unwritten:  # noqa: ASYNC110 (only here)
                    await asyncio.sleep(0.01)
        self._over = True
        for task in self._tasks:
            task.cancel()
        # A command of redis-py may take no notice of being cancelled; then it ends with its block.
        await asyncio.wait(self._tasks, timeout=BLOCK_MS / 1000 + 1)

    def append(self, name: str, data: bytes) -> None:
        """To be written as soon as may be; nobody waits for it."""
        if len(self._unwritten) < WAITING:
            self._unwritten.append((name, data))
            self._news.set()

    @contextmanager
    def subscribed(self, name: str, take: Callable[[list[bytes]], None], lost: Callable[[], None]) -> Generator[None]:
        """While the block lasts, `take` gets what other processes append, and first what they appended lately."""
        subscription = Subscription(take, lost)
        self._subscriptions.setdefault(name, []).append(subscription)
        self.append(self._bell, b"")  # the reader is waiting on the streams that it knew: this wakes it
        try:
            yield
        finally:
            left = self._subscriptions[name]
            left.remove(subscription)
            if not left:
                del self._subscriptions[name]

    @property
    def _bell(self) -> str:
        return f"parley:bell:{self._me.decode()}"

    async def _serving(self, work: "Callable[[Redis], Awaitable[None]]") -> None:
        """Do `work` over and over, on a new connection after each failure."""
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError

        while not self._over:
            # Any: redis-py leaves the types of its keyword arguments open.
            client: Redis = cast(Any, Redis).from_url(
                self.url,
                socket_timeout=TIMEOUT_SECONDS,
                socket_connect_timeout=2.0,
                socket_keepalive=True,
                # Its own second tries would append an entry twice.
                retry=Retry(NoBackoff(), 0),
            )
            try:
                await client.ping()  # pyright: ignore[reportGeneralTypeIssues, reportUnknownMemberType]
                self._is_back()
                while not self._over:
                    await work(client)
            except (RedisError, OSError) as error:
                self._is_away(error)
            except Exception as error:
                log.exception("events_broke")
                self._is_away(error)
            finally:
                await client.aclose()
            await asyncio.sleep(PAUSE_SECONDS)

    def _is_back(self) -> None:
        if not self.healthy:
            self.healthy = True
            self._tell_lost()

    def _is_away(self, error: Exception) -> None:
        self._unwritten.clear()
        self._lasts.clear()
        if self.healthy:
            self.healthy = False
            log.warning("events_unavailable", reason=str(error), instead="viewers read the database until Redis is back")
            self._tell_lost()

    def _tell_lost(self) -> None:
        for subscriptions in list(self._subscriptions.values()):
            for subscription in list(subscriptions):
                subscription.lost()

    async def _write(self, client: "Redis") -> None:
        while not self._unwritten:
            self._news.clear()
            await self._news.wait()
        pipeline = client.pipeline(transaction=False)
        present = time.monotonic()
        for _ in range(min(AT_ONCE, len(self._unwritten))):
            name, data = self._unwritten.popleft()
            pipeline.xadd(name, {b"by": self._me, b"data": data}, maxlen=KEPT, approximate=True)
            if present > self._lasts.get(name, 0.0):
                self._lasts[name] = present + LASTING_SECONDS / 2
                pipeline.expire(name, LASTING_SECONDS)
        while len(self._lasts) > LASTS_KNOWN:
            del self._lasts[next(iter(self._lasts))]
        await pipeline.execute()

    async def _read(self, client: "Redis") -> None:
        wanted = {name: min((each.position for each in many), key=_order) for name, many in self._subscriptions.items()}
        asked = {self._bell: self._bell_position, **wanted}
        # A list, or by the newer protocol a dict: both are pairs of a name and its entries.
        found: Any = await client.xread(cast(Any, asked), count=READ_AT_ONCE, block=BLOCK_MS)
        pairs = cast(Iterable[tuple[bytes, Entries]], cast(Any, found).items() if isinstance(found, dict) else found)
        for key, entries in pairs:
            name = key.decode()
            if name == self._bell:
                self._bell_position = entries[-1][0].decode()
                continue
            for subscription in list(self._subscriptions.get(name, ())):
                self._hand_over(subscription, entries)

    def _hand_over(self, subscription: Subscription, entries: Entries) -> None:
        seen = _order(subscription.position)
        fresh = [(position, values) for position, values in entries if _order(position.decode()) > seen]
        if fresh:
            subscription.position = fresh[-1][0].decode()
        data = [values[b"data"] for _, values in fresh if values[b"by"] != self._me]
        if data:
            subscription.take(data)


def _order(position: str) -> tuple[int, int]:
    milliseconds, _, number = position.partition("-")
    return int(milliseconds), int(number or 0)
