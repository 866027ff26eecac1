"""Following a run: its journal after an entry, then what happens live, without a gap or a repetition, until the run has ended."""

from collections.abc import AsyncIterator

from parley.db.session import Database
from parley.engine import journal, store
from parley.engine.events import Event, RunCancelled, RunDone, RunFailed, StepText
from parley.engine.hub import Hub
from parley.engine.state import ENDED

PAGE = 500


async def follow(database: Database, hub: Hub, run_id: str, owner_id: str, *, after: int) -> AsyncIterator[Event | StepText]:
    """The journal is read again after the hub's `poll_seconds` of silence. Raises NotFound."""
    with hub.watch(run_id) as watcher:
        behind = True
        while True:
            behind, watcher.lagged = behind or watcher.lagged, False
            async with database.reading() as session:
                ended = (await store.get_run(session, run_id, owner_id)).status in ENDED
                page = await journal.events_after(session, run_id, after, PAGE)
            for event in page:
                yield event
                after = event.seq
                if isinstance(event, RunDone | RunFailed | RunCancelled):
                    return
            if len(page) == PAGE:
                continue
            if ended:
                return
            if behind:
                behind = False
                for text in hub.texts(run_id):
                    yield text
            while not watcher.lagged:
                news = await watcher.next(hub.poll_seconds)
                if news is None:
                    break
                if isinstance(news, StepText):
                    yield news
                elif news.seq == after + 1:
                    yield news
                    after = news.seq
                    if isinstance(news, RunDone | RunFailed | RunCancelled):
                        return
                elif news.seq > after:
                    break
