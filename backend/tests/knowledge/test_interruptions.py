"""What happens when a process dies, hangs or stops in the middle of a document."""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from parley.accounts import store as accounts
from parley.db.session import Database
from parley.db.tables import Chunk, Document, Page
from parley.knowledge import store
from parley.knowledge.ingest.store import DocumentFinished
from parley.knowledge.reading.messages import Job, PageRead, Refused
from parley.knowledge.reading.reader import Reader, ReaderFailed, ReaderOptions
from parley.knowledge.service import Knowledge, KnowledgeOptions
from tests.knowledge.make_pdf import handbook_pdf
from tests.models import built_models, link_models

MB = 1024 * 1024
MODEL = "all-MiniLM-L6-v2"


@pytest.fixture
def options(tmp_path: Path) -> KnowledgeOptions:
    link_models(tmp_path)
    return KnowledgeOptions(
        data_dir=tmp_path,
        model=MODEL,
        chroma_url="",
        most_upload_bytes=10 * MB,
        most_pages=1000,
        most_characters=10_000_000,
        reader_memory_bytes=2048 * MB,
        reader_cpu_seconds=300,
    )


@pytest.fixture
async def owner(database: Database) -> str:
    async with database.transaction() as session:
        owner = await accounts.insert_user(session, username="ada", email="ada@example.com", password_hash="")
        await store.create_collection(session, owner.id, "Handbook")
    return owner.id


async def parts_of(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def upload(knowledge: Knowledge, owner: str, pages: int) -> str:
    return (await knowledge.add_document(owner, "Handbook", "handbook.pdf", parts_of(handbook_pdf(pages)))).id


async def row_of(database: Database, document_id: str) -> Document:
    async with database.reading() as session:
        return await session.get_one(Document, document_id)


async def wait_for(database: Database, document_id: str, *statuses: str, embedded: int = 0) -> Document:
    async with asyncio.timeout(60):
        while True:
            row = await row_of(database, document_id)
            if row.status in statuses and row.progress["embedded"] >= embedded:
                return row
            await asyncio.sleep(0.02)


async def count_rows(database: Database) -> tuple[int, int]:
    """Pages and chunks."""
    async with database.reading() as session:
        pages = await session.scalar(select(func.count()).select_from(Page))
        return pages or 0, await session.scalar(select(func.count()).select_from(Chunk)) or 0


def reader_of(models: Path, *, stall_seconds: float = 60.0, memory: int = 2048 * MB) -> Reader:
    return Reader(ReaderOptions(models, MODEL, memory, stall_seconds, idle_seconds=60.0))


def job_of(path: Path, *, cpu_seconds: int = 60) -> Job:
    return Job(path=str(path), media="application/pdf", most_pages=1000, most_characters=10_000_000, cpu_seconds=cpu_seconds)


def pid_of(reader: Reader) -> int:
    assert reader._process is not None  # pyright: ignore[reportPrivateUsage]
    return reader._process.pid  # pyright: ignore[reportPrivateUsage]


async def read_all(reader: Reader, job: Job) -> int:
    """How many pages came."""
    async with aclosing(reader.read(job)) as messages:
        return sum([isinstance(message, PageRead) async for message, _ in messages])


async def test_a_killed_reader_fails_its_document_in_words_and_the_next_one_is_read(
    database: Database, owner: str, options: KnowledgeOptions
) -> None:
    knowledge = Knowledge(database, options)
    knowledge.start()
    document_id = await upload(knowledge, owner, 100)
    await wait_for(database, document_id, "parsing", embedded=1)
    os.kill(pid_of(knowledge._ingester._reader), signal.SIGKILL)  # pyright: ignore[reportPrivateUsage]
    failed = await wait_for(database, document_id, "failed")
    assert failed.error["error"] == "reader_failed"
    assert "could not be read" in failed.error["message"]
    assert await count_rows(database) == (0, 0)
    assert not list((options.data_dir / "uploads").iterdir())
    assert (await wait_for(database, await upload(knowledge, owner, 1), "ready", "failed")).status == "ready"
    await knowledge.stop()


async def test_a_server_that_stops_in_the_middle_reads_the_document_after_its_next_start(
    database: Database, owner: str, options: KnowledgeOptions
) -> None:
    first = Knowledge(database, options)
    first.start()
    document_id = await upload(first, owner, 20)
    await wait_for(database, document_id, "parsing", embedded=1)
    await first.stop()
    assert (await row_of(database, document_id)).status == "queued"
    second = Knowledge(database, options)
    second.start()
    ready = await wait_for(database, document_id, "ready")
    assert (ready.progress["embedded"], ready.attempt) == (20, 2)
    assert (await count_rows(database))[0] == 20
    await second.stop()


async def _left_behind(database: Database, owner: str, options: KnowledgeOptions, *, holder: str, attempt: int, with_file: bool) -> str:
    """A document as a server leaves it that was killed while reading it."""
    knowledge = Knowledge(database, options)  # never started
    document_id = await upload(knowledge, owner, 2)
    async with database.transaction() as session:
        row = await session.get_one(Document, document_id)
        row.status, row.attempt, row.lease_owner = "parsing", attempt, holder
        row.lease_until = datetime.now(UTC) + (timedelta(seconds=20) if with_file else -timedelta(hours=1))
        session.add(Page(document_id=document_id, number=1, text="from before"))
    if not with_file:
        knowledge.uploads.remove(document_id)
    return document_id


@pytest.mark.parametrize(
    ("attempt", "with_file", "ends", "error"),
    [(1, True, "ready", None), (3, True, "failed", "reading_interrupted"), (1, False, "failed", "upload_lost")],
)
async def test_what_a_killed_server_left_is_read_again_or_failed_in_words(
    database: Database, owner: str, options: KnowledgeOptions, attempt: int, with_file: bool, ends: str, error: str | None
) -> None:
    gone = f"{socket.gethostname()[:40]}:{2**22 + 1}:0a0b0c0d"  # no process has a number beyond 2**22
    document_id = await _left_behind(database, owner, options, holder=gone, attempt=attempt, with_file=with_file)
    knowledge = Knowledge(database, options)
    knowledge.start()
    row = await wait_for(database, document_id, "ready", "failed")
    assert (row.status, row.error and row.error["error"]) == (ends, error)
    assert await count_rows(database) == ((2, row.chunk_count) if ends == "ready" else (0, 0))
    await knowledge.stop()


async def test_a_document_that_another_living_server_reads_is_left_to_it(database: Database, owner: str, options: KnowledgeOptions) -> None:
    document_id = await _left_behind(database, owner, options, holder="elsewhere:1:0a0b0c0d", attempt=1, with_file=True)
    knowledge = Knowledge(database, options)
    knowledge.start()
    mine = await upload(knowledge, owner, 1)
    await wait_for(database, mine, "ready")
    assert ((await row_of(database, document_id)).status, (await row_of(database, document_id)).attempt) == ("parsing", 1)
    await knowledge.stop()


async def test_a_document_cancelled_by_another_server_is_not_finished_by_this_one(
    database: Database, owner: str, options: KnowledgeOptions
) -> None:
    knowledge, other = Knowledge(database, options), Knowledge(database, options)
    knowledge.start()
    document_id = await upload(knowledge, owner, 100)
    await wait_for(database, document_id, "parsing", embedded=1)
    await other.cancel_document(owner, document_id)
    next_one = await upload(knowledge, owner, 1)
    await wait_for(database, next_one, "ready")
    assert (await row_of(database, document_id)).status == "cancelled"
    assert (await count_rows(database))[0] == 1
    with pytest.raises(DocumentFinished):
        await other.cancel_document(owner, document_id)
    await knowledge.stop()


async def test_a_reader_that_hangs_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(handbook_pdf(12))
    reader = reader_of(built_models(), stall_seconds=3.0)

    async def read_and_freeze() -> None:
        async with aclosing(reader.read(job_of(path))) as messages:
            async for message, _ in messages:
                if isinstance(message, PageRead) and message.number == 1:
                    os.kill(pid_of(reader), signal.SIGSTOP)

    with pytest.raises(ReaderFailed, match="too long"):
        await read_and_freeze()
    reader._options = replace(reader._options, stall_seconds=60.0)  # the next one may start slowly
    assert await read_all(reader, job_of(path)) == 12
    await reader.close()


async def test_a_reader_that_takes_too_much_processor_time_is_ended_by_the_kernel(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(handbook_pdf(400))
    reader = reader_of(built_models())
    with pytest.raises(ReaderFailed):
        await read_all(reader, job_of(path, cpu_seconds=1))
    await reader.close()


async def test_a_reader_without_enough_memory_fails_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(handbook_pdf(3))
    reader = reader_of(built_models(), memory=150 * MB)
    try:
        async with aclosing(reader.read(job_of(path))) as messages:
            outcome = [message async for message, _ in messages][-1]
        words = outcome.message if isinstance(outcome, Refused) else str(outcome)
    except ReaderFailed as failed:  # native code rarely survives what Python calls a MemoryError
        words = failed.message
    assert "more memory" in words
    await reader.close()


async def test_one_reader_serves_many_documents_and_ends_when_idle(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(handbook_pdf(2))
    reader = Reader(ReaderOptions(built_models(), MODEL, 2048 * MB, 60.0, idle_seconds=0.3))
    assert await read_all(reader, job_of(path)) == 2
    first = pid_of(reader)
    assert await read_all(reader, job_of(path)) == 2
    assert pid_of(reader) == first
    async with asyncio.timeout(10):
        while Path(f"/proc/{first}").exists():  # noqa: ASYNC110, ASYNC240
            await asyncio.sleep(0.05)
    assert await read_all(reader, job_of(path)) == 2
    await reader.close()


async def test_the_reader_has_no_network_and_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    path = tmp_path / "a.pdf"
    path.write_bytes(handbook_pdf(60))
    reader = reader_of(built_models())
    async with aclosing(reader.read(job_of(path))) as messages:
        await anext(messages)
        folder = Path(f"/proc/{pid_of(reader)}")
        assert b"sk-secret" not in (folder / "environ").read_bytes()
        assert b"Max file size             0" in (folder / "limits").read_bytes()
        mine, its = (os.readlink(f"/proc/{pid}/ns/net") for pid in ("self", pid_of(reader)))
    await reader.close()
    assert (mine != its) == _may_leave_network()


def _may_leave_network() -> bool:
    """Some containers allow no new network namespaces; the other limits hold there all the same."""
    return subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True, check=False).returncode == 0
