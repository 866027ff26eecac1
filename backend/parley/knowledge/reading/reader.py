"""The server's end of the reading process: started for the first document, fed one at a time, ended when it hangs or has nothing to do."""

import asyncio
import contextlib
import os
import sys
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import structlog

from parley.errors import ParleyError
from parley.knowledge.reading.messages import LENGTHS, MOST_BYTES, Finished, Job, Message, Refused, unpack

log = structlog.get_logger(__name__)

_STDERR_LINES = 20


class ReaderFailed(ParleyError):
    """The reading process ended or hung in the middle of the document."""

    status = 422


@dataclass(frozen=True)
class ReaderOptions:
    """`models` is the folder of built model graphs. `stall_seconds`: the longest silence of a reader that is at work."""

    models: Path
    model: str
    memory_bytes: int
    stall_seconds: float
    idle_seconds: float


class Reader:
    """One reading process, used by one caller at a time."""

    def __init__(self, options: ReaderOptions) -> None:
        self._options = options
        self._process: asyncio.subprocess.Process | None = None
        self._complaints: deque[str] = deque(maxlen=_STDERR_LINES)
        self._listening: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def read(self, job: Job) -> AsyncGenerator[tuple[Message, bytes]]:
        """The job's messages with their payloads; the last is Finished or Refused. Raises ReaderFailed.

        A caller that stops early, or is cancelled, ends the process: there is no other way to stop native code.
        """
        process = await self._running()
        finished = False
        try:
            assert process.stdin is not None
            process.stdin.write(job.model_dump_json().encode() + b"\n")
            with contextlib.suppress(ConnectionError):  # it died; reading says so
                await process.stdin.drain()
            while not finished:
                message, payload = await self._receive(process)
                finished = isinstance(message, Finished | Refused)
                yield message, payload
        finally:
            if finished:
                self._idle = asyncio.get_running_loop().call_later(self._options.idle_seconds, self._end, process)
            else:
                self._end(process)

    async def close(self) -> None:
        if self._process is not None:
            self._end(self._process)
        if self._listening is not None:
            await self._listening

    async def _running(self) -> asyncio.subprocess.Process:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._process is None or self._process.returncode is not None:
            options = self._options
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "parley.knowledge.reading.main"),
                *(str(options.models), options.model, str(options.memory_bytes)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=_environment(),
                start_new_session=True,  # Ctrl-C in a terminal is for the server, which ends its reader itself
            )
            self._complaints.clear()
            self._listening = asyncio.create_task(self._listen(self._process))
        return self._process

    async def _receive(self, process: asyncio.subprocess.Process) -> tuple[Message, bytes]:
        assert process.stdout is not None
        try:
            async with asyncio.timeout(self._options.stall_seconds):
                header_size, payload_size = LENGTHS.unpack(await process.stdout.readexactly(LENGTHS.size))
                if header_size + payload_size > MOST_BYTES:
                    raise ValueError("a frame is too large")
                header = await process.stdout.readexactly(header_size)
                return unpack(header), await process.stdout.readexactly(payload_size)
        except TimeoutError:
            raise ReaderFailed("Reading this document took too long and was stopped. Split it, or save it anew, and upload that.") from None
        except (asyncio.IncompleteReadError, ValueError) as error:
            self._end(process)
            code = await process.wait()
            log.warning("reader_failed", returncode=code, complaints=list(self._complaints), error=str(error))
            raise ReaderFailed(
                "This document could not be read: it brought the reader down, or needs more memory or time than is allowed. "
                "Split it, or save it anew, and upload that."
            ) from error

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        while part := await process.stderr.read(4096):
            self._complaints.append(part.decode("utf-8", "replace"))
        await process.wait()

    def _end(self, process: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        # Nobody reads its pipes to their end any more, and asyncio would keep them open until they are collected.
        cast(Any, process)._transport.close()
        if self._process is process:
            self._process = None


def _environment() -> dict[str, str]:
    """No setting and no secret: only what Python and the libraries need."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "HOME", "HF_HOME") if name in os.environ}
    return kept | {
        "HF_HUB_OFFLINE": "1",
        "MALLOC_ARENA_MAX": "2",  # each arena reserves 64 MB of the limited address space
        "PYTHONUTF8": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
