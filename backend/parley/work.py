"""The composition root of `parley worker`: a process that carries runs and reads documents for servers that share its database.

The event loop has the main thread, Celery a thread of its own that hands over what the broker brings. Without a broker (BROKER_URL not
set, or away) a worker finds its work by looking in the database, every few seconds.
"""

import asyncio
import json
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from parley.app import wire_database, wire_engine, wire_knowledge, wire_models, wire_streams
from parley.db.session import Database
from parley.engine.distributed import Reception
from parley.engine.worker import Worker
from parley.errors import ParleyError
from parley.knowledge.service import READ_DOCUMENTS, Knowledge
from parley.live.broker import Listener
from parley.llm.choose import choose
from parley.llm.models import Models
from parley.llm.prices import Prices, read_prices
from parley.settings import Settings

GRACE_SECONDS = 20.0  # steps under way may take so long to finish after SIGTERM; with what follows it stays under 30
HEALTH_SECONDS = 2.0


class TooFewRuns(ParleyError):
    """A worker must be allowed to carry at least one run."""


async def work_until_stopped(settings: Settings, *, concurrency: int, health_port: int | None) -> None:
    """Until SIGTERM or SIGINT: then nothing more is begun, and what is not done soon is handed to whoever comes next."""
    if concurrency < 1:
        raise TooFewRuns(f"--concurrency is {concurrency}. Give the number of runs that this worker may carry at once, such as 200.")
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with AsyncExitStack() as stack:
        database = await wire_database(settings, stack)
        knowledge = wire_knowledge(settings, database, stack)
        models = Models(wire_models(settings))
        stack.push_async_callback(models.aclose)
        streams = wire_streams(settings, stack)
        llm = choose(models, knowledge.embedder, cost=Prices(models.settings, read_prices(settings.prices)).cost)
        engine = wire_engine(settings, database, knowledge, llm, streams, stack)
        worker = Worker(replace(engine, limits=replace(engine.limits, runs_at_once=concurrency)))
        await worker.start()
        stack.push_async_callback(worker.stop, GRACE_SECONDS)
        if settings.broker_url is not None:
            _listen(settings.broker_url.get_secret_value(), worker, knowledge, stack)
        if health_port is not None:
            await _answer_health(health_port, database, worker, stack)
        print(f"Parley works for {database.dialect}, up to {concurrency} runs at once.", file=sys.stderr)  # noqa: T201 (for people)
        await stopped.wait()


def _listen(url: str, worker: Worker, knowledge: Knowledge, stack: AsyncExitStack) -> None:
    loop = asyncio.get_running_loop()
    reception = Reception(worker, loop)

    def read_documents(*_document_ids: str) -> None:
        loop.call_soon_threadsafe(knowledge.wake)

    listener = Listener(url, {**reception.tasks(), READ_DOCUMENTS: read_documents})
    listener.start()
    stack.callback(listener.stop)
    stack.callback(reception.close)


async def _answer_health(port: int, database: Database, worker: Worker, stack: AsyncExitStack) -> None:
    """Any request is answered and closed: this is for health checks on the same machine, not for people."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEALTH_SECONDS):
                await reader.readuntil(b"\r\n\r\n")
                healthy = await _is_there(database)
                status = "200 OK" if healthy else "503 Service Unavailable"
                body = json.dumps({"status": "ok" if healthy else "database_unavailable", "runs": worker.count}).encode()
                head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever asked sees the connection end without an answer
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    stack.callback(server.close)


async def _is_there(database: Database) -> bool:
    try:
        async with asyncio.timeout(HEALTH_SECONDS / 2), database.reading() as session:
            await session.execute(text("SELECT 1"))
    except (TimeoutError, SQLAlchemyError, OSError):
        return False
    return True
