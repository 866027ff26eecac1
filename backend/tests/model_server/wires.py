"""The three wire protocols of language models, as bytes: what `raw_server` sends for each of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parley.llm.models import ModelSettings
from tests.model_server import raw

TOOL = "edit_workflow"


@dataclass(frozen=True)
class Wire:
    """One protocol. `text`, `call` and `end` follow `opening` in a stream; `half_call` is a call that never becomes whole."""

    name: str
    settings: Callable[[str], ModelSettings]  # of a server's address, without a path
    opening: bytes
    text: Callable[[str], bytes]
    call: Callable[[list[dict[str, Any]]], bytes]
    half_call: Callable[[list[dict[str, Any]]], bytes]
    end: bytes
    refusal: bytes

    def answer(self, said: str, *edits: dict[str, Any]) -> list[bytes | float]:
        return [raw.SSE_HEAD, self.opening, self.text(said), *([self.call(list(edits))] if edits else []), self.end]

    def asked(self, body: dict[str, Any]) -> str:
        """All that a request told the model, as JSON."""
        return json.dumps(body, ensure_ascii=False)


def failing(code: int, *, retry_after: int | None = None, body: str = '{"error": {"message": "no"}}') -> bytes:
    waiting = "" if retry_after is None else f"Retry-After: {retry_after}\r\n"
    return raw.status(code, body).replace(b"Connection: close", f"{waiting}Connection: close".encode())


def _arguments(edits: list[dict[str, Any]]) -> str:
    return json.dumps({"edits": edits})


def _data(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def _event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\n".encode() + _data({"type": kind, **fields})


def _gemini(*parts: dict[str, Any], **more: Any) -> bytes:
    return _data({"candidates": [{"content": {"role": "model", "parts": list(parts)}, "index": 0, **more}], "modelVersion": "m"})


def _block(index: int, block: dict[str, Any], delta: dict[str, Any], *, ends: bool = True) -> bytes:
    begun = _event("content_block_start", index=index, content_block=block) + _event("content_block_delta", index=index, delta=delta)
    return begun + (_event("content_block_stop", index=index) if ends else b"")


def _tool_use(arguments: str, *, ends: bool = True) -> bytes:
    block = {"type": "tool_use", "id": "toolu_1", "name": TOOL, "input": {}}
    return _block(1, block, {"type": "input_json_delta", "partial_json": arguments}, ends=ends)


def _stopped(reason: str) -> bytes:
    ended = {"stop_reason": reason, "stop_sequence": None}
    return _event("message_delta", delta=ended, usage={"output_tokens": 20}) + _event("message_stop")


OPENAI = Wire(
    "openai",
    lambda root: ModelSettings(default="openai:m", openai_base_url=f"{root}/v1"),
    b"",
    raw.text,
    lambda edits: raw.arguments(_arguments(edits), TOOL),
    lambda edits: raw.arguments(_arguments(edits)[:-30], TOOL),
    raw.finish("tool_calls"),
    raw.chunk(role="assistant", refusal="I cannot help with that.") + raw.finish("content_filter"),
)
GEMINI = Wire(
    "gemini",
    lambda root: ModelSettings(default="gemini:m", gemini_api_key="k", gemini_base_url=root),
    b"",
    lambda said: _gemini({"text": said}),
    lambda edits: _gemini({"functionCall": {"name": TOOL, "args": {"edits": edits}}}),
    lambda edits: _gemini({"functionCall": {"name": TOOL, "args": {"edits": edits}}})[:-90],
    _gemini(finishReason="STOP"),
    _data({"promptFeedback": {"blockReason": "SAFETY"}}),
)
ANTHROPIC = Wire(
    "anthropic",
    lambda root: ModelSettings(default="anthropic:m", anthropic_api_key="k", anthropic_base_url=root),
    _event(
        "message_start",
        message={
            "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None, "stop_sequence": None,
            "usage": {"input_tokens": 10, "output_tokens": 1},
        },
    ),
    lambda said: _block(0, {"type": "text", "text": ""}, {"type": "text_delta", "text": said}),
    lambda edits: _tool_use(_arguments(edits)),
    lambda edits: _tool_use(_arguments(edits)[:-30], ends=False),
    _stopped("tool_use"),
    _stopped("refusal"),
)  # fmt: skip
WIRES = (OPENAI, GEMINI, ANTHROPIC)
