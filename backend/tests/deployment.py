"""Parley as real processes: `parley serve` and `parley worker`, as many as wanted, on one database, one data folder and one Redis."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import httpx

from parley.settings import Settings
from tests.servers import free_port

START_SECONDS = 60.0
STOP_SECONDS = 30.0  # what a server or a worker may take after SIGTERM


@dataclass
class Program:
    """One process. `url` answers its health; `log` has what it said."""

    arguments: list[str]
    environment: dict[str, str]
    url: str
    health: str
    log: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("parley")), *self.arguments]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def until_ready(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while True:
            with suppress(OSError), urllib.request.urlopen(self.url + self.health, timeout=5):
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.arguments} did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """In order; the exit status. Raises TimeoutExpired if that takes longer than is allowed."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(STOP_SECONDS)


@dataclass
class Deployment:
    servers: list[Program]
    workers: list[Program]

    @property
    def urls(self) -> list[str]:
        return [server.url for server in self.servers]

    def start(self) -> None:
        # The first one makes the tables; the others need not wait for each other.
        for programs in (self.servers[:1], [*self.servers[1:], *self.workers]):
            for program in programs:
                program.start()
            for program in programs:
                program.until_ready()

    def stop(self) -> None:
        for program in (*self.servers, *self.workers):
            if program.process is not None and program.process.poll() is None:
                program.process.terminate()
        for program in (*self.servers, *self.workers):
            if program.process is not None:
                try:
                    program.process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    program.kill()
                    raise


@contextmanager
def deployed(folder: Path, *, servers: int, workers: int, **settings: str) -> Iterator[Deployment]:
    """`settings` are environment variables; no variable of the machine reaches the processes."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {str(name) for each in Settings.model_fields.values() for name in getattr(each.validation_alias, "choices", ())}
    inherited = {name: value for name, value in os.environ.items() if name not in known}
    ours = {"PARLEY_DATA_DIR": str(folder / "data"), "PARLEY_WEB_DIR": str(folder), "PARLEY_LOG_LEVEL": "warning"}
    environment = {**inherited, **ours, **settings}
    deployment = Deployment(
        servers=[_server(folder, number, environment) for number in range(servers)],
        workers=[_worker(folder, number, environment) for number in range(workers)],
    )
    try:
        deployment.start()
        yield deployment
    finally:
        deployment.stop()


def _server(folder: Path, number: int, environment: dict[str, str]) -> Program:
    port = str(free_port())
    return Program(["serve"], environment | {"PORT": port}, f"http://127.0.0.1:{port}", "/api/health/ready", folder / f"serve{number}.log")


def _worker(folder: Path, number: int, environment: dict[str, str]) -> Program:
    port = str(free_port())
    return Program(["worker", "--health-port", port], environment, f"http://127.0.0.1:{port}", "/", folder / f"worker{number}.log")


class InTurn(httpx.AsyncBaseTransport):
    """Sends each request to the next of several servers, so that hardly two in a row reach the same one."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = cycle([httpx.URL(url) for url in urls])
        self._transport = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = next(self._urls)
        request.url = request.url.copy_with(scheme=url.scheme, host=url.host, port=url.port)
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._transport.aclose()
