"""The command line, as a real process."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.servers import free_port

PARLEY = str(Path(sys.executable).parent / "parley")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PARLEY_DATA_DIR": str(tmp_path / "data"), "PARLEY_WEB_DIR": str(tmp_path), "PORT": "0"}


def parley(*arguments: str, environment: dict[str, str], typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [PARLEY, *arguments]
    return subprocess.run(command, env=environment, input=typed, capture_output=True, text=True, timeout=60)


def test_an_account_is_made_without_a_server(environment: dict[str, str]) -> None:
    made = parley("create-user", "ada", "ada@example.com", environment=environment, typed="a few words in a row\n")
    assert (made.returncode, made.stdout) == (0, "ada can log in now.\n"), made.stderr
    again = parley("create-user", "Ada", "other@example.com", environment=environment, typed="a few words in a row\n")
    assert again.returncode == 1
    assert "taken" in again.stderr
    assert "Traceback" not in again.stderr


def test_a_secret_that_can_be_guessed_stops_a_production_server(environment: dict[str, str]) -> None:
    stopped = parley("serve", environment=environment | {"PARLEY_ENV": "production", "PARLEY_SECRET": "change-me"})
    assert stopped.returncode == 1
    assert "PARLEY_SECRET can be guessed" in stopped.stderr
    assert "Traceback" not in stopped.stderr


def test_a_wrong_database_address_is_told_in_words(environment: dict[str, str]) -> None:
    stopped = parley("serve", environment=environment | {"DATABASE_URL": "oracle://x"})
    assert stopped.returncode == 1
    assert "sqlite:///path" in stopped.stderr
    assert "Traceback" not in stopped.stderr


def test_what_one_server_stored_the_next_one_knows(environment: dict[str, str], tmp_path: Path) -> None:
    port, token = str(free_port()), ""
    for round_number in range(2):
        server = subprocess.Popen([PARLEY, "serve"], env=environment | {"PORT": port}, stderr=subprocess.PIPE)
        try:
            base = f"http://127.0.0.1:{port}/api"
            wait_for(f"{base}/health/live")
            if round_number == 0:
                body = {"username": "ada", "email": "ada@example.com", "password": "a few words in a row"}
                token = httpx.post(f"{base}/auth/register", json=body).json()["access_token"]
            me = httpx.get(f"{base}/auth/me", headers={"Authorization": f"Bearer {token}"})
            assert me.json()["username"] == "ada"
        finally:
            server.terminate()
            _, lines = server.communicate(timeout=10)
        assert server.returncode == 0, lines.decode()
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o077 == 0, "nobody else may read the secret"


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            httpx.get(url).raise_for_status()
            return
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_numpy_computes_on_one_thread_unless_told_otherwise(environment: dict[str, str]) -> None:
    code = (
        "import os, sys; from parley import cli; assert 'numpy' not in sys.modules, 'too late'; cli.main(['openapi']); "
        "print(os.environ['OPENBLAS_NUM_THREADS'], file=sys.stderr)"
    )
    for told, threads in (({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")):
        done = subprocess.run([sys.executable, "-c", code], env=environment | told, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, f"{threads}\n")
