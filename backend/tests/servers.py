"""Throwaway servers on loopback: a real MariaDB, PostgreSQL and Redis, started for a test session and gone after it."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_START_SECONDS = 60.0


class ServerMissing(Exception):
    """A server that the tests were asked to use is not installed."""


@dataclass
class Killable:
    """A server that can be killed without warning and started again on what it left; `address` stays the same."""

    address: str
    command: list[str]
    folder: Path
    ready: Callable[[], None]
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> None:
        """Until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=log, stderr=log)
        _wait(self.process, self.folder, self.ready)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.kill()


@contextmanager
def mariadb() -> Iterator[str]:
    """The address of an empty database."""
    # Durability is not what is tested: without it a test's clean-up does not wait for the disk.
    with _mariadb("--innodb-flush-log-at-trx-commit=0") as server:
        yield server.address


@contextmanager
def mariadb_to_kill() -> Iterator[Killable]:
    """An empty database that keeps what it has committed when it is killed."""
    with _mariadb("--innodb-flush-log-at-trx-commit=1") as server:
        yield server


@contextmanager
def _mariadb(*options: str) -> Iterator[Killable]:
    server = _find("mariadbd", "/usr/sbin")
    install = _find("mariadb-install-db", "/usr/bin")
    with _folder("mysql") as folder:
        as_user = ["--user=mysql"] if os.geteuid() == 0 else []
        data = folder / "data"
        _run(
            [install, "--no-defaults", *as_user, f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"], folder
        )
        port = free_port()
        command = [
            *(server, "--no-defaults", *as_user, f"--datadir={data}", f"--socket={folder}/sock", f"--pid-file={folder}/pid"),
            *(f"--port={port}", "--bind-address=127.0.0.1", "--character-set-server=utf8mb4", "--skip-log-bin"),
            *("--innodb-buffer-pool-size=64M", "--innodb-log-file-size=32M", *options),
        ]
        killable = Killable(f"mysql://root@127.0.0.1:{port}/parley", command, folder, lambda: _mysql(port, "SELECT 1"))
        with _running(killable):
            empty_mariadb(killable)
            yield killable


def empty_mariadb(server: Killable) -> None:
    port = int(server.address.rpartition(":")[2].split("/")[0])
    _mysql(port, "DROP DATABASE IF EXISTS parley")
    _mysql(port, "CREATE DATABASE parley CHARACTER SET utf8mb4")


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database."""
    newest = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=Path("/usr/local/bin"))
    with _folder("postgres") as folder:
        # It refuses to run as root.
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        data = folder / "data"
        _run([*as_user, _find("initdb", str(newest)), "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"], folder)
        port = free_port()
        command = [
            *as_user,
            *(_find("postgres", str(newest)), "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"),
            *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "shared_buffers=64MB"),
        ]
        ready = [_find("pg_isready", str(newest)), "-q", "-h", "127.0.0.1", "-p", str(port)]
        server = Killable(f"postgresql://postgres@127.0.0.1:{port}/postgres", command, folder, lambda: _run(ready, folder))
        with _running(server):
            yield server.address


@contextmanager
def redis() -> Iterator[Killable]:
    """The address of an empty server, without the number of a database. It keeps nothing: killed and started again it is empty."""
    with tempfile.TemporaryDirectory(prefix="parley-redis-") as folder:
        port = free_port()
        command = [_find("redis-server", "/usr/bin"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        server = Killable(f"redis://127.0.0.1:{port}", command, Path(folder), lambda: redis_does(port, "PING"))
        with _running(server):
            yield server


def redis_does(port: int, command: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(f"{command}\r\n".encode())
        answer = connection.recv(100)
    if not answer.startswith(b"+"):
        raise ConnectionError(answer)


def _find(program: str, folder: str) -> str:
    path = shutil.which(program, path=f"{folder}:{os.environ.get('PATH', '')}")
    if path is None:
        raise ServerMissing(f"{program} is not installed; `scripts/test-servers` installs what the tests need, `--db=sqlite` does without")
    return path


@contextmanager
def _folder(user: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"parley-{user}-"))
    if os.geteuid() == 0:
        shutil.chown(folder, user, user)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(server: Killable) -> Iterator[None]:
    try:
        server.start()
        yield
    finally:
        if server.process is not None:
            server.stop()


def _wait(process: subprocess.Popen[bytes], folder: Path, ready: Callable[[], None]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            ready()
            return
        except (OSError, subprocess.CalledProcessError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{process.args} did not start:\n{(folder / 'log').read_text(errors='replace')[-2000:]}") from error
        time.sleep(0.05)


def _mysql(port: int, statement: str) -> None:
    import pymysql

    try:
        connection = pymysql.connect(host="127.0.0.1", port=port, user="root", connect_timeout=5)
    except pymysql.err.OperationalError as error:
        raise ConnectionError(*error.args) from error
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
