"""The way to workers: who rings never waits, a broker that is away is told, and what waits together travels together."""

import asyncio
import time
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from parley.cli import main
from parley.live.broker import Sender
from parley.settings import Settings
from tests import servers
from tests.engine.kit import eventually


async def test_ringing_at_a_broker_that_is_away_returns_at_once_and_is_told() -> None:
    sender = Sender(f"redis://127.0.0.1:{servers.free_port()}/0")
    began = time.monotonic()
    for number in range(100):
        sender.send("parley.carry", str(number))
    assert time.monotonic() - began < 0.5
    sender.start()
    await eventually(lambda: _state(sender, False))
    await asyncio.to_thread(sender.close)


async def test_a_broker_that_comes_back_is_used_again() -> None:
    with servers.redis() as redis:
        sender = Sender(f"{redis.address}/0")
        sender.start()
        redis.kill()
        sender.send("parley.carry", "lost")
        await eventually(lambda: _state(sender, False))
        redis.start()
        sender.send("parley.carry", "a")
        await eventually(lambda: _state(sender, True))
        await asyncio.to_thread(sender.close)


async def test_a_burst_travels_together_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, list[str]]] = []

    class Celery:
        def send_task(self, name: str, arguments: list[str], **options: Any) -> None:
            sent.append((name, arguments))

    monkeypatch.setattr("parley.live.broker._celery", lambda url: Celery())
    sender = Sender("redis://nowhere")
    for number in range(20):
        sender.send("parley.carry", str(number))
        if number % 7 == 0:
            sender.send("parley.read_documents", str(number))
    sender.start()
    await asyncio.to_thread(sender.close)
    carried = [argument for name, arguments in sent for argument in arguments if name == "parley.carry"]
    read = [argument for name, arguments in sent for argument in arguments if name == "parley.read_documents"]
    assert sorted(carried, key=int) == [str(number) for number in range(20)]
    assert sorted(read, key=int) == ["0", "7", "14"]
    assert max(len(arguments) for _, arguments in sent) > 1


@pytest.mark.parametrize(("variable", "value"), [("broker_url", "http://x"), ("events_url", "amqp://x"), ("broker_url", "localhost:6379")])
def test_an_address_that_is_none_of_a_broker_is_refused(variable: str, value: str, clean_environment: None) -> None:
    with pytest.raises(ValidationError, match="must begin with redis://"):
        Settings(_env_file=None, **{variable: SecretStr(value)})


def test_a_worker_that_may_carry_nothing_is_refused(capsys: pytest.CaptureFixture[str], clean_environment: None) -> None:
    assert main(["worker", "--concurrency", "0"]) == 1
    assert "--concurrency is 0" in capsys.readouterr().err


async def _state(sender: Sender, healthy: bool) -> bool:
    return sender.healthy is healthy
