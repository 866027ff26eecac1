"""The remote model: played by pydantic-ai's function model, and over the wire by a server that speaks, and breaks, OpenAI's protocol."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from openai import AsyncOpenAI
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models import Model
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai import OpenAIProvider

from parley.ids import calls_of
from parley.llm.base import FieldToExtract, ModelFailed, Passage
from parley.llm.client import shared_client
from parley.llm.remote import CITE, RETRIES, RemoteModel, label_in
from tests.http.conftest import site
from tests.http.site import Seen, Site

__all__ = ["site"]
PASSAGE = Passage("Leave lasts 14 months.", "Handbook, page 41")


@dataclass
class Played:
    """Stands for `llm.models.Models`: a chain of models by name, the first ones of which may fail."""

    models: dict[str, Model]

    def chain(self, name: str | None = None) -> tuple[str, ...]:
        return (name,) if name else tuple(self.models)

    def get(self, name: str | None = None) -> Model:
        return self.models[name or next(iter(self.models))]


def always(model: Model) -> Played:
    return Played({"played": model})


async def write(remote: RemoteModel, prompt: str = "Answer.", **rest: Any):
    asked = {"system": "", "question": "", "passages": [], "model": None, "temperature": None, "max_tokens": None, "on_delta": None, **rest}
    return await remote.write(prompt, **asked)


def streaming(*pieces: str, seen: list[Any] | None = None) -> FunctionModel:
    async def answer(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
        if seen is not None:
            seen.append((messages, info))
        for piece in pieces:
            yield piece

    return FunctionModel(stream_function=answer, model_name="played")


def answering(*answers: str, seen: list[Any] | None = None) -> FunctionModel:
    left = list(answers)

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if seen is not None:
            seen.append((messages, info))
        return ModelResponse(parts=[TextPart(left.pop(0) if len(left) > 1 else left[0])])

    return FunctionModel(answer, model_name="played")


async def test_text_streams_and_the_usage_is_named() -> None:
    heard: list[str] = []

    async def hear(piece: str) -> None:
        heard.append(piece)

    written = await write(RemoteModel(always(streaming("Fourteen ", "months [1]."))), on_delta=hear)
    assert (written.text, heard) == ("Fourteen months [1].", ["Fourteen ", "months [1]."])
    assert written.usage.model == "played"
    assert written.usage.input_tokens > 0
    assert not written.usage.builtin


async def test_it_is_told_to_cite_and_sees_every_passage_once() -> None:
    seen: list[Any] = []
    model = RemoteModel(always(streaming("ok", seen=seen)))
    await write(
        model, f"From [1] Handbook, page 41\n{PASSAGE.text}", system="Be kind.", passages=[PASSAGE], temperature=0.2, max_tokens=400
    )
    await write(model, "Answer from what you have.", passages=[PASSAGE])
    await write(model, "Hello.")
    prompts = [messages[0].parts[0].content for messages, _ in seen]
    assert prompts[0] == f"From [1] Handbook, page 41\n{PASSAGE.text}"
    assert prompts[1].endswith(f"Passages:\n\n[1] Handbook, page 41\n{PASSAGE.text}")
    assert [info.instructions for _, info in seen] == [f"Be kind.\n\n{CITE}", CITE, None]
    assert seen[0][1].model_settings == {"temperature": 0.2, "max_tokens": 400, "max_retries": RETRIES}


async def test_the_model_is_chosen_by_name() -> None:
    models = Played({"small": streaming("from the small one"), "big-1": streaming("from the big one")})
    assert (await write(RemoteModel(models), model="big-1")).text == "from the big one"
    assert (await write(RemoteModel(models))).text == "from the small one"


async def test_where_a_default_model_fails_the_next_one_is_asked() -> None:
    models = Played({"mute": streaming(""), "second": streaming("Fourteen months.")})
    assert (await write(RemoteModel(models))).text == "Fourteen months."
    with pytest.raises(ModelFailed, match="answered with nothing"):
        await write(RemoteModel(models), model="mute")


async def test_after_its_first_word_no_other_model_is_asked() -> None:
    async def breaks_off(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
        yield "Four"
        raise ConnectionError

    heard: list[str] = []

    async def hear(piece: str) -> None:
        heard.append(piece)

    models = Played({"first": FunctionModel(stream_function=breaks_off), "second": streaming("Fourteen.")})
    with pytest.raises(ModelFailed):
        await write(RemoteModel(models), on_delta=hear)
    assert heard == ["Four"]


@pytest.mark.parametrize("pieces", [[""], [" \n"]])
async def test_an_empty_answer_is_a_failure(pieces: list[str]) -> None:
    with pytest.raises(ModelFailed):
        await write(RemoteModel(always(streaming(*pieces))))


async def test_a_silent_model_is_given_up() -> None:
    async def silent(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
        yield "I am "
        await asyncio.sleep(30)

    with pytest.raises(ModelFailed, match=r"did not answer within 0\.2 s") as failure:
        await write(RemoteModel(always(FunctionModel(stream_function=silent)), seconds=0.2))
    assert failure.value.details["retryable"] is True


async def test_a_fault_of_ours_is_not_blamed_on_the_model() -> None:
    async def broken(piece: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write(RemoteModel(always(streaming("ok"))), on_delta=broken)


@pytest.mark.parametrize("answer", ["billing", " Billing.", '"billing"', "The label is billing"])
async def test_a_label_is_read_from_how_models_say_it(answer: str) -> None:
    chosen = await RemoteModel(always(answering(answer))).classify("An invoice", ["billing", "other"])
    assert (chosen.label, chosen.scores) == ("billing", {"billing": 1.0, "other": 0.0})


async def test_a_wrong_label_is_asked_again_and_then_a_failure() -> None:
    seen: list[Any] = []
    chosen = await RemoteModel(always(answering("money", "billing", seen=seen))).classify("An invoice", ["billing", "other"])
    assert chosen.label == "billing"
    assert len(seen) == 2
    with pytest.raises(ModelFailed, match="cannot be used"):
        await RemoteModel(always(answering("money"))).classify("An invoice", ["billing", "other"])


def test_an_answer_that_names_two_labels_names_none() -> None:
    assert label_in("billing or other", ["billing", "other"]) is None
    assert label_in("not urgent", ["urgent", "not urgent"]) == "not urgent"


async def test_fields_come_in_their_types_and_missing_ones_are_null() -> None:
    answer = json.dumps({"total": "12.5", "due date": "2026-12-01", "paid": None, "items": ["a"], "model_config": "x"})
    fields = [
        FieldToExtract("total", "number", "The sum"),
        FieldToExtract("due date", "date", ""),
        FieldToExtract("paid", "boolean", ""),
        FieldToExtract("items", "list", ""),
        FieldToExtract("model_config", "text", "a name that pydantic keeps for itself"),
        FieldToExtract("gone", "text", ""),
    ]
    found = await RemoteModel(always(answering(f"```json\n{answer}\n```"))).extract("An invoice", fields)
    expected = {"total": 12.5, "due date": "2026-12-01", "paid": None, "items": ["a"], "model_config": "x", "gone": None}
    assert found.fields == expected


async def test_garbage_instead_of_fields_is_a_failure() -> None:
    with pytest.raises(ModelFailed, match="cannot be used"):
        await RemoteModel(always(answering("I would rather not."))).extract("x", [FieldToExtract("a", "text", "")])


def chunk(text: str | None, **rest: Any) -> bytes:
    delta = {} if text is None else {"role": "assistant", "content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": None if text is not None else "stop"}
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **rest}
    return f"data: {json.dumps(body)}\n\n".encode()


STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


@pytest.fixture
async def over_the_wire(site: Site) -> AsyncIterator[RemoteModel]:
    client = AsyncOpenAI(base_url=f"{site.url}/v1", api_key="k", max_retries=0, http_client=shared_client())
    # Without this a stream that breaks off counts as one that ended.
    profile = OpenAIModelProfile(openai_chat_streaming_requires_finish_reason=True)
    yield RemoteModel(always(OpenAIChatModel("m", provider=OpenAIProvider(openai_client=client), profile=profile)), seconds=3)
    await client.close()


def plays(site: Site, *parts: bytes) -> None:
    async def play(seen: Seen, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    site.routes["/v1/chat/completions"] = play


async def test_it_speaks_openais_protocol(site: Site, over_the_wire: RemoteModel) -> None:
    usage = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}
    plays(site, STREAM, chunk("Hello "), chunk("you."), chunk(None, usage=usage), b"data: [DONE]\n\n")
    written = await write(over_the_wire, "Greet me.", max_tokens=40)
    assert (written.text, written.usage.input_tokens, written.usage.output_tokens) == ("Hello you.", 12, 3)
    sent = json.loads(site.seen[0].body)
    assert sent["stream"] is True
    assert sent["messages"][-1] == {"role": "user", "content": "Greet me."}
    assert "idempotency-key" not in site.seen[0].headers


async def test_what_a_call_costs_is_told_where_a_price_is_known(site: Site, over_the_wire: RemoteModel) -> None:
    usage = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15, "prompt_tokens_details": {"cached_tokens": 4}}
    plays(site, STREAM, chunk("Hello."), chunk(None, usage=usage), b"data: [DONE]\n\n")
    assert (await write(over_the_wire, "Greet me.")).usage.cost is None
    asked: list[tuple[str, int, int, int]] = []

    def priced(*of: Any) -> float:
        asked.append(of)
        return 0.25

    priced_model = RemoteModel(over_the_wire._models, 3, priced)
    assert (await write(priced_model, "Greet me.")).usage.cost == 0.25
    assert [each[1:] for each in asked] == [(12, 3, 4)]


async def test_calls_of_a_step_carry_its_key_and_after_the_first_their_number(site: Site, over_the_wire: RemoteModel) -> None:
    plays(site, STREAM, chunk("Hello."), chunk(None), b"data: [DONE]\n\n")
    with calls_of("run:node:0"):
        for _ in range(2):
            await write(over_the_wire, "Greet me.")
    assert [seen.headers["idempotency-key"] for seen in site.seen] == ["run:node:0", "run:node:0#2"]


@pytest.mark.parametrize(
    ("status", "code", "words", "retryable"),
    [
        ("401 Unauthorized", "invalid_api_key", "did not accept the key", False),
        ("404 Not Found", "model_not_found", "does not have the model “m”", False),
        ("400 Bad Request", "context_length_exceeded", "too long for the model", False),
        ("400 Bad Request", "invalid_value", "refused the request: Not so", False),
        ("429 Too Many Requests", "rate_limit_exceeded", "The model is busy", True),
        ("429 Too Many Requests", "insufficient_quota", "no credit left", False),
        ("500 Internal Server Error", "server_error", "a fault of its own", True),
        ("503 Service Unavailable", "overloaded", "The model is busy", True),
    ],
)
async def test_a_refusal_is_said_in_words(site: Site, over_the_wire: RemoteModel, status, code, words, retryable) -> None:
    body = json.dumps({"error": {"message": "Not so.", "type": "error", "code": code}}).encode()
    site.answers("/v1/chat/completions", status=status, headers={"content-type": "application/json"}, body=body)
    with pytest.raises(ModelFailed) as failure:
        await write(over_the_wire)
    assert words in failure.value.message
    assert failure.value.details["retryable"] is retryable


@pytest.mark.parametrize(
    "parts",
    [
        (STREAM, chunk("Half an"), b'data: {"id": "c", "cho'),
        (STREAM, b"data: this is not json\n\n"),
        (STREAM, b'data: {"error": {"message": "boom", "code": "server_error"}}\n\n'),
        (STREAM,),
        (STREAM, b"data: [DONE]\n\n"),
        (b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html>A captive portal</html>",),
        (b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 500\r\n\r\n" + chunk("Half"),),
        (b"SSH-2.0-OpenSSH\r\n",),
        (b"",),
    ],
)
async def test_a_broken_answer_is_a_failure_in_words(site: Site, over_the_wire: RemoteModel, parts: tuple[bytes, ...]) -> None:
    plays(site, *parts)
    with pytest.raises(ModelFailed) as failure:
        await write(over_the_wire)
    assert failure.value.message.endswith(".")


async def test_no_server_at_all_is_said() -> None:
    client = AsyncOpenAI(base_url="http://127.0.0.1:9/v1", api_key="k", max_retries=0, http_client=shared_client())
    with pytest.raises(ModelFailed, match="cannot be reached"):
        await write(RemoteModel(always(OpenAIChatModel("m", provider=OpenAIProvider(openai_client=client)))))
    await client.close()
