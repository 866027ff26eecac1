"""One streamed request to a model: pieces of its text and of its tool calls' arguments as they arrive, bounded by a deadline."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parley.planner.model.tool import TOOL_DESCRIPTION, TOOL_NAME, TOOL_SCHEMA

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ModelResponse, ToolCallPart
    from pydantic_ai.models import Model

SERVICE_RETRIES = 1  # of a request that the service refused as busy, by the vendor's library


@dataclass(frozen=True)
class TextPiece:
    text: str


@dataclass(frozen=True)
class CallPiece:
    """`index` tells the calls of one answer apart; `text` may be empty, as at a call's start."""

    index: int
    tool: str
    text: str


class StreamedRequest:
    """`response` is all that has arrived; it is there once `pieces` has begun, also after it broke off."""

    response: "ModelResponse"

    def __init__(self, model: "Model", messages: "list[ModelMessage]", max_tokens: int, deadline: float) -> None:
        """`deadline` is a time of the running loop's clock."""
        self._model = model
        self._messages = messages
        self.max_tokens = max_tokens
        self._deadline = deadline

    async def pieces(self) -> AsyncGenerator[TextPiece | CallPiece]:
        """Raises TimeoutError at the deadline, and whatever the vendor's library raises."""
        from pydantic_ai.direct import model_request_stream
        from pydantic_ai.messages import (
            ModelResponse,
            PartDeltaEvent,
            PartStartEvent,
            TextPart,
            TextPartDelta,
            ToolCallPart,
            ToolCallPartDelta,
        )
        from pydantic_ai.models import ModelRequestParameters
        from pydantic_ai.settings import ModelSettings
        from pydantic_ai.tools import ToolDefinition

        self.response = ModelResponse(parts=[])
        tool = ToolDefinition(name=TOOL_NAME, description=TOOL_DESCRIPTION, parameters_json_schema=TOOL_SCHEMA)
        parameters = ModelRequestParameters(function_tools=[tool], allow_text_output=True)
        settings = ModelSettings(max_tokens=self.max_tokens, max_retries=SERVICE_RETRIES)
        tools: dict[int, str] = {}
        async with AsyncExitStack() as stack:
            # The deadline is held around each wait, never across a yield, where it could strike in the consumer's code.
            async with asyncio.timeout_at(self._deadline):
                stream = await stack.enter_async_context(
                    model_request_stream(self._model, self._messages, model_settings=settings, model_request_parameters=parameters)
                )
            events = aiter(stream)
            try:
                while True:
                    async with asyncio.timeout_at(self._deadline):
                        event = await anext(events, None)
                    match event:
                        case None:
                            break
                        case PartStartEvent(part=TextPart(content=text)) | PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
                            yield TextPiece(text)
                        case PartStartEvent(index=index, part=ToolCallPart(tool_name=name, args=arguments)):
                            tools[index] = name
                            yield CallPiece(index, name, arguments if isinstance(arguments, str) else "")
                        case PartDeltaEvent(index=index, delta=ToolCallPartDelta(args_delta=str() as arguments)):
                            yield CallPiece(index, tools.get(index, ""), arguments)
                        case _:
                            pass
            finally:
                self.response = stream.get()

    def calls(self) -> "list[tuple[int, ToolCallPart]]":
        from pydantic_ai.messages import ToolCallPart

        return [(index, part) for index, part in enumerate(self.response.parts) if isinstance(part, ToolCallPart)]
