"""A real `parley serve` in a process of its own on loopback, a person in it, and what it costs: the ground of the benchmarks."""

import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Served:
    url: str
    pid: int
    seconds_to_first_200: float
    token: str = ""

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"} | (headers or {})
        request = urllib.request.Request(self.url + path, data, sent, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            text = answer.read()
        return json.loads(text) if text else None


@contextmanager
def serving(**settings: str) -> Generator[Served]:
    """A server with a fresh data folder; `settings` are environment variables."""
    with tempfile.TemporaryDirectory() as folder, started({"PARLEY_DATA_DIR": folder} | settings) as served:
        account = {"username": "ada", "email": "ada@example.com", "password": "a few words in a row"}
        token = served.call("POST", "/api/auth/register", account)["access_token"]
        yield Served(served.url, served.pid, served.seconds_to_first_200, token)


@contextmanager
def started(settings: dict[str, str], command: list[str] | None = None, path: str = "/api/health/live") -> Generator[Served]:
    """Runs `command` (by default this project's server) and waits for the first 200 of `path`."""
    port = free_port()
    environment = {**os.environ, "PORT": str(port), "PARLEY_LOG_LEVEL": "error"} | settings
    command = command or [str(Path(sys.executable).with_name("parley")), "serve"]
    began = time.perf_counter()
    process = subprocess.Popen(
        [part.replace("{port}", str(port)) for part in command], env=environment, cwd=Path(__file__).parents[1], stdout=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for_200(process, url + path)
        yield Served(url, process.pid, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_200(process: "subprocess.Popen[bytes]", url: str) -> None:
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with {process.returncode}") from None
            time.sleep(0.005)


def pss_mb(pid: int) -> float:
    """Proportional memory of a process and all its descendants, in MB (10^6 bytes)."""
    total, waiting = 0.0, [pid]
    while waiting:
        current = waiting.pop()
        try:
            rollup = Path(f"/proc/{current}/smaps_rollup").read_text()
            children = Path(f"/proc/{current}/task/{current}/children").read_text()
        except FileNotFoundError:
            continue
        total += int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1]) * 1024 / 1e6
        waiting += [int(child) for child in children.split()]
    return total


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def machine() -> str:
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "")
    return f"{os.cpu_count()} cores, {cpu}, Python {platform.python_version()}"
