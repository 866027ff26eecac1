"""A running Ollama is offered while nothing else is set up; looking for it costs nothing where there is none."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from parley.llm.models import Models, ModelSettings, NoSuchModel

ELSEWHERE = "http://127.0.0.1:9"  # nothing listens there


@asynccontextmanager
async def ollama(*names: str, answer: bytes | None = None, wait: float = 0.0) -> AsyncGenerator[tuple[str, list[str]]]:
    """The part of its protocol that lists models; the second value are the lines it was asked with."""
    asked: list[str] = []
    body = json.dumps({"models": [{"name": name} for name in names]}).encode() if answer is None else answer

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0].decode())
            await asyncio.sleep(wait)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))
            await writer.drain()
        finally:
            writer.close()

    serving: set[asyncio.Task[None]] = set()
    server = await asyncio.start_server(lambda reader, writer: serving.add(asyncio.create_task(serve(reader, writer))), "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def test_its_models_are_offered_but_are_nobodys_default() -> None:
    async with ollama("qwen3:4b", "llama3.1:8b") as (url, asked):
        models = Models(ModelSettings(ollama_url=url))
        assert asked == [], "nothing is asked at the start"
        offered = await models.available()
        assert [(model.id, model.default) for model in offered] == [("ollama:qwen3:4b", False), ("ollama:llama3.1:8b", False)]
        assert not models.settings.any
        assert await models.can_answer()
        assert models.chain() == ("ollama:qwen3:4b",)
        assert models.get("ollama:llama3.1:8b").model_name == "llama3.1:8b"
        assert asked == ["GET /api/tags HTTP/1.1"], "what it said is remembered"
        await models.aclose()


async def test_where_a_model_is_set_up_it_is_left_alone_unless_it_is_named() -> None:
    async with ollama("qwen3:4b") as (url, asked):
        assert not any(model.provider == "ollama" for model in await Models(ModelSettings(openai_api_key="k", ollama_url=url)).available())
        assert asked == []
        named = Models(ModelSettings(openai_api_key="k", ollama_url=url, default="openai:gpt-6-luna, ollama:qwen3:4b"))
        assert named.chain() == ("openai:gpt-6-luna", "ollama:qwen3:4b")
        assert "ollama:qwen3:4b" in [model.id for model in await named.available()]


async def test_named_as_the_default_it_counts_as_set_up() -> None:
    models = Models(ModelSettings(ollama_url=ELSEWHERE, default="ollama:qwen3:4b"))
    assert models.settings.any
    assert models.chain() == ("ollama:qwen3:4b",)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[1]", b'{"models": [{}]}'])
async def test_anything_else_on_its_port_adds_nothing(answer: bytes) -> None:
    async with ollama(answer=answer) as (url, _):
        assert await Models(ModelSettings(ollama_url=url)).available() == []


async def test_looking_for_it_is_quick_where_it_is_not_there_and_where_it_is_silent() -> None:
    began = time.monotonic()
    assert not await Models(ModelSettings(ollama_url=ELSEWHERE)).can_answer()
    async with ollama("late", wait=5.0) as (url, _):
        assert not await Models(ModelSettings(ollama_url=url)).can_answer()
    assert time.monotonic() - began < 2


async def test_turned_off_it_is_not_known() -> None:
    models = Models(ModelSettings())
    assert not await models.can_answer()
    with pytest.raises(NoSuchModel):
        models.chain("ollama:qwen3:4b")
