"""How writing transactions of one SQLite file end: in the event loop where the disk is quick, in a thread where it is not.

At synchronous FULL a COMMIT waits for the disk. A good one answers within the time that a hop to a thread and back takes; another, or
the same one while others use it, takes milliseconds. So each COMMIT made in the loop is timed, and after a slow one the next ones go to
the thread, the more of them the longer it stays slow, before the loop tries one again.

At NORMAL and OFF only the checkpoint waits, which moves what the write-ahead log holds into the database. Whatever the mode, that is
done in the thread, on a connection of its own: most of it while others write, and then what these have added before the next of them
writes. Only so does the log begin from its start again; one that grows makes each COMMIT at FULL wait for whatever else is written to
the same disk.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Literal

Sync = Literal["OFF", "NORMAL", "FULL", "EXTRA"]

CHECKPOINT_EVERY = 500  # commits
CHECKPOINT_EVERY_WAITING = 200  # where a COMMIT waits for the disk: until the first one it waits longer
QUICK_SECONDS = 0.0005  # a wait that nobody notices: the hop alone costs a fifth of it, and more on a busy machine
FEWEST_IN_THREAD, MOST_IN_THREAD = 16, 256  # a slow disk holds the loop up once in so many commits


class Committer:
    def __init__(self, path: str, sync: Sync) -> None:
        self._path = path
        self._waits = sync in ("FULL", "EXTRA")
        self._commits = 0
        self._checkpoint_every = CHECKPOINT_EVERY_WAITING if self._waits else CHECKPOINT_EVERY
        self._mostly_moved = False
        self._in_thread = self._next_in_thread = FEWEST_IN_THREAD  # how many are to go there before one is tried in the loop
        # One thread, since SQLite has one writer; of its own, so that no commit queues behind scans and password hashes.
        self._thread = ThreadPoolExecutor(1, "commit")
        # SQLite's own checkpoint, which would be part of a COMMIT, stays as a last resort, at 16 MB.
        self.pragmas = (f"synchronous={sync}", "wal_autocheckpoint=4000")

    async def commit(self, raw: sqlite3.Connection) -> None:
        """It goes to its end, whatever becomes of who asked for it. The transaction holds the writer's lock: nothing is busy."""
        if not self._waits:
            raw.execute("COMMIT")
        elif self._in_thread > 0:
            self._in_thread -= 1
            await self._threaded(raw.execute, "COMMIT")
        else:
            began = time.perf_counter()
            raw.execute("COMMIT")
            self._learn(time.perf_counter() - began)
        self._commits += 1
        if self._mostly_moved:
            self._mostly_moved = False
            await self._threaded(_checkpoint, self._path)
        elif self._commits % self._checkpoint_every == 0:
            self._thread.submit(_checkpoint, self._path).add_done_callback(self._note_moved)

    def _note_moved(self, _done: object) -> None:
        self._mostly_moved = True

    def _learn(self, seconds: float) -> None:
        if seconds <= QUICK_SECONDS:
            self._next_in_thread = FEWEST_IN_THREAD
            return
        self._in_thread = self._next_in_thread
        self._next_in_thread = min(2 * self._next_in_thread, MOST_IN_THREAD)

    async def _threaded(self, work: Callable[..., object], *args: object) -> None:
        doing = asyncio.get_running_loop().run_in_executor(self._thread, work, *args)
        try:
            await asyncio.shield(doing)
        except asyncio.CancelledError:
            await asyncio.wait([doing])
            if not doing.cancelled():
                doing.exception()
            raise

    def close(self) -> None:
        self._thread.shutdown(wait=False)


def _checkpoint(path: str) -> None:
    """What cannot be moved now is moved the next time."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
