"""The engine in this process on a database of its own, for its benchmarks: a worker, somebody who owns runs, and runs to its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from benchmarks.engine_shapes import NOTHING
from parley.db.committer import Sync
from parley.db.migrate import migrate
from parley.db.session import Database, connect
from parley.db.tables import Chat, Message, Run, User
from parley.engine import store
from parley.engine.events import RunCancelled, RunDone, RunFailed
from parley.engine.hub import Hub
from parley.engine.limits import RunLimits
from parley.engine.runner import Engine
from parley.engine.worker import Worker
from parley.ids import new_id
from parley.nodes.base import Services
from parley.nodes.registry import REGISTRY
from parley.workflow.spec import Workflow


@dataclass
class Embedded:
    database: Database
    hub: Hub
    worker: Worker
    owner_id: str
    chat_id: str
    message_id: str
    runs: int = 0

    async def run(self, workflow_data: Any) -> str:
        """From storing the run to the record of its end."""
        run_id = await self.queue(workflow_data)
        with self.hub.watch(run_id) as watcher:
            self.worker.ring(run_id)
            while not isinstance(news := await watcher.next(60.0), RunDone):
                assert news is not None, "the run stands still"
                assert not isinstance(news, RunFailed | RunCancelled), news
        return run_id

    async def queue(self, workflow_data: Any) -> str:
        self.runs += 1
        run = Run(
            id=new_id(),
            owner_id=self.owner_id,
            chat_id=self.chat_id,
            message_id=self.message_id,
            number=self.runs,
            status="queued",
            trigger_id="start",
            input={"message": "hello"},
            last_seq=0,
            cancel_requested=False,
            pause_requested=False,
            paused=False,
            effects="ask",
            input_text="hello",
            fence=0,
            created_at=datetime.now(UTC),
        )
        async with self.database.transaction() as session:
            await store.insert_run(session, run, workflow_data)
        return run.id

    async def settle(self) -> None:
        """Wait until the worker has put down what it carried."""
        await asyncio.gather(*self.worker._tasks.values())


def stored(workflow: Workflow) -> Any:
    return workflow.model_dump(mode="json")


@asynccontextmanager
async def embedded(url: str, sync: Sync = "FULL") -> AsyncIterator[Embedded]:
    database, hub = connect(url, sqlite_sync=sync), Hub()
    await migrate(database)
    services: Any = Services(llm=None, web=None, http=None, knowledge=None)  # type: ignore[arg-type]  # the steps use none
    registry = {**REGISTRY, "nothing": NOTHING}
    worker = Worker(Engine(database, registry, lambda _owner: services, hub, RunLimits(), owner=new_id()))
    user, chat, message = new_id(), new_id(), new_id()
    now = datetime.now(UTC)
    mail = f"{user}@example.com"
    async with database.transaction() as session:
        session.add(User(id=user, username=user, username_key=user, email=mail, email_key=mail, password_hash="-", created_at=now))
        await session.flush()
        session.add(
            Chat(id=chat, owner_id=user, title="", title_search="", titled_by_hand=False, run_count=0, created_at=now, updated_at=now)
        )
        await session.flush()
        parts = {"role": "assistant", "content": "", "search_text": "", "status": "done", "stop_requested": False, "created_at": now}
        session.add(Message(id=message, chat_id=chat, owner_id=user, **parts))
    await worker.start()
    try:
        yield Embedded(database, hub, worker, user, chat, message)
    finally:
        await worker.stop(1.0)
        await database.close()
