"""Real processes of Parley, to be killed: each with its own port and log, together on one data folder and one database."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.servers import free_port

PROGRAM = Path(sys.executable).parent / "parley"
START_SECONDS = 60.0


@dataclass
class Process:
    """`parley <arguments>`, with `{port}` in them for the port that answers its `health`; `kill` is SIGKILL, `freeze` is SIGSTOP."""

    arguments: tuple[str, ...]
    folder: Path
    settings: Mapping[str, str]
    port: int = field(default_factory=free_port)
    health: str = "/api/health/ready"
    kills: int = 0
    frozen: bool = False
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.arguments[0]}-{self.port}.log"

    def launch(self) -> None:
        given = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PORT": str(self.port), "PARLEY_LOG_FORMAT": "json", **self.settings}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, *(each.format(port=self.port) for each in self.arguments)], cwd=self.folder, env=given, stdout=log, stderr=log
            )

    async def ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        async with httpx.AsyncClient() as client:
            while True:
                try:
                    if (await client.get(f"{self.url}{self.health}")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                if not self.alive or time.monotonic() > deadline:
                    raise RuntimeError(f"{self.arguments} did not start:\n{self.tail()}")
                await asyncio.sleep(0.01)

    async def start(self) -> None:
        self.launch()
        await self.ready()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()
        self.kills += 1

    async def stop(self) -> tuple[int, float]:
        """SIGTERM; the exit status, and after how many seconds it came."""
        assert self._process is not None
        began = time.monotonic()
        self._signal(signal.SIGTERM)
        while self._process.poll() is None:
            assert time.monotonic() - began < START_SECONDS, self.tail()
            await asyncio.sleep(0.01)
        return self._process.returncode, time.monotonic() - began

    def freeze(self) -> None:
        self.frozen = True
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)
        self.frozen = False

    def end(self) -> None:
        if self.alive:
            self._signal(signal.SIGKILL)
            assert self._process is not None
            self._process.wait()

    def said(self, event: str) -> list[dict[str, Any]]:
        """The lines of its log of this name."""
        lines = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [entry for line in lines if (entry := json.loads(line)).get("event") == event]

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    def _signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)
