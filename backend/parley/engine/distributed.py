"""The doorbell: how those who start, decide or cancel a run tell whoever carries it that there is news.

Ringing is a courtesy. The news stands in the database first, so a lost ring costs time only: a free run is found by the sweep, and the
holder of a run looks for news of it twice a second. Embedded, the worker of this process is its own doorbell.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from parley.engine.worker import Worker
from parley.live.broker import Sender

CARRY = "parley.carry"
FULL_LOOK_SECONDS = 1.0


class Doorbell(Protocol):
    def ring(self, run_id: str, *, cancel: bool = False, pause: bool | None = None) -> None: ...


@dataclass(frozen=True)
class BrokerDoorbell:
    """Rings for some worker. One that cannot claim the run lets it be: its holder sees the news by itself."""

    sender: Sender

    def ring(self, run_id: str, *, cancel: bool = False, pause: bool | None = None) -> None:
        self.sender.send(CARRY, run_id)


@dataclass
class Reception:
    """Hands runs from the broker's thread to the worker on its event loop, as many as it has room for."""

    worker: Worker
    loop: asyncio.AbstractEventLoop
    _closed: threading.Event = field(default_factory=threading.Event)

    def carry(self, *run_ids: str) -> None:
        """In the broker's thread. Waits while the worker is full, so that the next messages go to others."""
        left = [*run_ids]
        while left and not self._closed.is_set():
            left = asyncio.run_coroutine_threadsafe(self._received(left), self.loop).result()

    async def _received(self, run_ids: list[str]) -> list[str]:
        """Those for which there was no room for a second."""
        ends = self.loop.time() + FULL_LOOK_SECONDS
        for number, run_id in enumerate(run_ids):
            while not (self.worker.has_room or self.worker.holds(run_id)):
                if self.loop.time() > ends:
                    return run_ids[number:]
                await asyncio.sleep(0.02)
            self.worker.ring(run_id)
        return []

    def close(self) -> None:
        self._closed.set()

    def tasks(self) -> dict[str, Callable[..., None]]:
        def carry(*run_ids: str) -> None:
            self.carry(*run_ids)

        return {CARRY: carry}
