"""Health, what is configured, counters, and the lines of the log."""

import json
import logging
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from parley.observability import configure_logging
from parley.settings import REPO_ROOT, Settings
from tests.conftest import SignUp


async def test_the_server_is_alive_and_ready(api_client: httpx.AsyncClient) -> None:
    assert (await api_client.get("/api/health/live")).json() == {"status": "ok"}
    assert (await api_client.get("/api/health/ready")).json() == {"status": "ok", "broker": None, "events": None}


async def test_over_a_real_socket_too(live_server: str) -> None:
    async with httpx.AsyncClient(base_url=live_server) as client:
        answer = await client.get("/api/health/ready")
    assert answer.status_code == 200


class TestSecretsAreSet:
    SECRET = "sk-very-secret-key"

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"openai_api_key": SecretStr(self.SECRET), "metrics_token": SecretStr(self.SECRET)})

    async def test_the_settings_say_that_a_key_is_set_and_never_which(self, sign_up: SignUp) -> None:
        answer = await (await sign_up("ada")).get("/api/settings")
        items = {item["variable"]: item["configured"] for item in answer.json()["items"]}
        assert items["OPENAI_API_KEY"] is True
        assert items["SERPAPI_API_KEY"] is False
        assert self.SECRET not in answer.text

    async def test_metrics_open_by_the_token_only(self, api_client: httpx.AsyncClient) -> None:
        assert (await api_client.get("/metrics")).status_code == 404
        assert (await api_client.get("/metrics", headers={"Authorization": "Bearer x"})).status_code == 404
        answer = await api_client.get("/metrics", headers={"Authorization": f"Bearer {self.SECRET}"})
        assert 'parley_requests_total{method="GET",status="4xx"} 2.0' in answer.text


class TestMetricsForThisMachine:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"metrics": "loopback"})

    async def test_a_caller_here_is_answered(self, live_server: str) -> None:
        async with httpx.AsyncClient(base_url=live_server) as client:
            assert "parley_request_seconds" in (await client.get("/metrics")).text


def test_a_variable_that_is_empty_counts_as_not_set(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("PORT", "")
    settings = Settings(_env_file=None)
    assert (settings.port, settings.database_address) == (8000, f"sqlite:///{REPO_ROOT}/data/parley.db")


def test_lists_are_written_with_commas(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_ALLOWED_ORIGINS", "https://a.example, https://b.example,")
    assert Settings(_env_file=None).allowed_origins == ("https://a.example", "https://b.example")


def test_settings_are_read_from_a_file(clean_environment: None, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9000\nOPENAI_API_KEY=abc\nPARLEY_PLANNER=builtin\nOTHER=1\n")
    settings = Settings(_env_file=tmp_path / ".env")
    assert (settings.port, settings.planner) == (9000, "builtin")
    assert settings.openai_api_key == SecretStr("abc")


def test_json_log_lines_are_json_whoever_logs(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    try:
        configure_logging(form="json", level="info")
        logging.getLogger("some.library").info("hello %s", "you")
        logging.getLogger("some.library").debug("not this")
    finally:
        root.handlers = before
        root.setLevel(level)
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "hello you"
    assert json.loads(line)["logger"] == "some.library"
