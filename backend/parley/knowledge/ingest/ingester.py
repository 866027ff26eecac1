"""Takes queued documents one by one through the reading process into SQL, and takes up what a stopped server left."""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from parley.db.session import Database
from parley.db.tables import Document
from parley.knowledge.ingest import store
from parley.knowledge.ingest.store import Claim, NewChunk, Progress
from parley.knowledge.ingest.uploads import Uploads
from parley.knowledge.reading.messages import Embedded, Finished, Job, Message, Opened, PageRead, Refused
from parley.knowledge.reading.reader import Reader, ReaderFailed

log = structlog.get_logger(__name__)

_MOST_ATTEMPTS = 3
_RENEW_SECONDS = 10.0  # a third of the lease
_SWEEP_SECONDS = 15.0
_PAGES_AT_ONCE = 50


@dataclass(frozen=True)
class IngestLimits:
    """What one document may take."""

    pages: int
    characters: int
    cpu_seconds: int


@dataclass
class _Progress:
    """What has come from the reader, and what of it is not saved yet."""

    total: int | None = None
    parsed: int = 0
    embedded: int = 0
    chunk_count: int = 0

    def __post_init__(self) -> None:
        self.pages: list[tuple[int, str]] = []
        self.chunks: list[NewChunk] = []

    def snapshot(self) -> Progress:
        return Progress(self.parsed, self.embedded, self.total)


Changed = Callable[[str], Awaitable[None]]


class Ingester:
    """One per server process. `holder` marks its leases; `changed` is told the collection whose chunks changed for good."""

    def __init__(
        self, database: Database, uploads: Uploads, reader: Reader, limits: IngestLimits, *, embedder: str, changed: Changed
    ) -> None:
        self._database = database
        self._uploads = uploads
        self._reader = reader
        self._limits = limits
        self._embedder = embedder
        self._changed = changed
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._current: tuple[str, asyncio.Task[None]] | None = None
        self.holder = _holder()

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._work()), asyncio.create_task(self._keep_leases())]

    async def stop(self) -> None:
        """What is being read goes back into the queue, for the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._reader.close()

    def wake(self) -> None:
        self._wake.set()

    async def drop(self, document_id: str) -> None:
        """Its row was cancelled or deleted: stop reading it and forget its file."""
        if self._current is not None and self._current[0] == document_id:
            task = self._current[1]
            task.cancel()
            await asyncio.wait([task])
        self._uploads.remove(document_id)

    async def _work(self) -> None:
        await self._forget_orphans()
        while True:
            self._wake.clear()
            try:
                while await self._ingest_next():
                    pass
            except Exception:
                log.exception("ingest_interrupted")  # the database was away; the sweep tries again
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_SWEEP_SECONDS):
                    await self._wake.wait()

    async def _forget_orphans(self) -> None:
        try:
            async with self._database.reading() as session:
                known = await store.unfinished_ids(session)
            self._uploads.sweep(known)
        except Exception:
            log.exception("uploads_not_swept")

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            try:
                async with self._database.transaction() as session:
                    await store.renew(session, self.holder)
            except Exception:
                log.exception("leases_not_renewed")

    async def _ingest_next(self) -> bool:
        """Whether there was something to do."""
        async with self._database.reading() as session:
            documents = await store.waiting(session, self.holder, _dead_holder(self.holder))
        for document in documents:
            if document.attempt >= _MOST_ATTEMPTS:
                await self._fail(document.id, document.attempt, "reading_interrupted", _INTERRUPTED)
                return True
            if not self._uploads.has(document.id):
                if await self._is_lost(document):
                    return True
                continue
            async with self._database.transaction() as session:
                claim = await store.claim(session, document, self.holder, self._embedder)
            if claim is not None:
                await self._ingest(claim)
                return True
        return False

    async def _is_lost(self, document: Document) -> bool:
        """The file is with another server, unless nobody has held the document for long."""
        async with self._database.reading() as session:
            abandoned = await store.is_abandoned(session, document)
        if abandoned:
            await self._fail(document.id, document.attempt, "upload_lost", _LOST)
        return abandoned

    async def _ingest(self, claim: Claim) -> None:
        """In a task of its own, so that `drop` can stop this document and nothing else."""
        task = asyncio.create_task(self._read(claim))
        self._current = (claim.document_id, task)
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait([task])
            async with self._database.transaction() as session:
                await store.release(session, claim)
            raise
        finally:
            self._current = None
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("ingest_failed", document_id=claim.document_id, exc_info=error)
            await self._fail(claim.document_id, claim.attempt, "reading_failed", _FAILED)

    async def _read(self, claim: Claim) -> None:
        job = Job(
            path=str(self._uploads.path(claim.document_id)),
            media=claim.media,
            most_pages=self._limits.pages,
            most_characters=self._limits.characters,
            cpu_seconds=self._limits.cpu_seconds,
        )
        log.info("ingest_started", document_id=claim.document_id, attempt=claim.attempt)
        try:
            async with aclosing(self._reader.read(job)) as messages:
                outcome = await self._take(claim, messages)
        except ReaderFailed as error:
            outcome = Refused(error=error.code, message=error.message)
        match outcome:
            case Refused():
                log.info("ingest_refused", document_id=claim.document_id, error=outcome.error)
                await self._fail(claim.document_id, claim.attempt, outcome.error, outcome.message)
            case Finished():
                async with self._database.transaction() as session:
                    finished = await store.finish(session, claim)
                if finished:
                    log.info("ingest_finished", document_id=claim.document_id)
                    self._uploads.remove(claim.document_id)
                    await self._changed(claim.collection_id)
            case None:
                log.info("ingest_superseded", document_id=claim.document_id)

    async def _take(self, claim: Claim, messages: AsyncGenerator[tuple[Message, bytes]]) -> Finished | Refused | None:
        """Save what comes. None: the claim does not hold any more, so the rest is of no use."""
        progress = _Progress()
        async for message, payload in messages:
            match message:
                case Opened():
                    progress.total = message.pages
                case PageRead():
                    progress.pages.append((message.number, message.text))
                    progress.parsed = message.number
                case Embedded():
                    progress.chunks += _new_chunks(message, payload)
                    progress.embedded = message.pages_done
                case Finished() | Refused():
                    return message if isinstance(message, Refused) or await self._save(claim, progress) else None
            if (progress.chunks or len(progress.pages) >= _PAGES_AT_ONCE) and not await self._save(claim, progress):
                return None
        return None

    async def _save(self, claim: Claim, progress: _Progress) -> bool:
        progress.chunk_count += len(progress.chunks)
        async with self._database.transaction() as session:
            saved = await store.save(session, claim, progress.pages, progress.chunks, progress.snapshot(), progress.chunk_count)
        progress.pages, progress.chunks = [], []
        return saved

    async def _fail(self, document_id: str, attempt: int, error: str, message: str) -> None:
        async with self._database.transaction() as session:
            failed = await store.fail(session, document_id, attempt, error, message)
        if failed:
            self._uploads.remove(document_id)


_INTERRUPTED = "Reading this document was interrupted several times. Upload it again; if that happens again, split it."
_LOST = "The uploaded file was lost before it could be read. Upload it again."
_FAILED = "This document could not be stored because of a fault on the server. Upload it again."


def _new_chunks(message: Embedded, payload: bytes) -> list[NewChunk]:
    size = 4 * message.dimension
    if len(payload) != size * len(message.passages):
        raise ReaderFailed("This document could not be read: its passages came without their vectors. Upload it again.")
    return [
        NewChunk(item.page, item.start, item.end, item.text, payload[index * size : (index + 1) * size])
        for index, item in enumerate(message.passages)
    ]


def _holder() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


def _dead_holder(own: str) -> Callable[[str], bool]:
    """Tells whether a holder was a process of this machine that is gone, so that its documents need not wait for the lease to end."""
    own_host, own_pid, _ = own.rsplit(":", 2)

    def is_dead(holder: str) -> bool:
        host, _, rest = holder.rpartition(":")[0].rpartition(":")
        if holder == own or host != own_host or not rest.isdigit():
            return False
        if rest == own_pid:  # an earlier process that had this number
            return True
        try:
            os.kill(int(rest), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    return is_dead
