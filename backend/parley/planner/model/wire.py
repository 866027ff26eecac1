"""One streamed request to a model: pieces of its text and of its tool calls' arguments as they arrive, bounded by a deadline."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parley.llm.failures import is_models_fault, model_failed
from parley.planner.model.manner import ANSWER_SCHEMA, Manner
from parley.planner.model.tool import TOOL_DESCRIPTION, TOOL_NAME, TOOL_SCHEMA

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ModelResponse, ToolCallPart
    from pydantic_ai.models import Model, ModelRequestParameters


@dataclass(frozen=True)
class TextPiece:
    text: str


@dataclass(frozen=True)
class CallPiece:
    """`index` tells the calls of one answer apart; `text` may be empty, as at a call's start."""

    index: int
    tool: str
    text: str


@dataclass(frozen=True)
class Limits:
    """`patience` is until when something must have come, `deadline` until when all of it: times of the running loop's clock. `seconds` is
    how long the deadline was when the turn began, for messages."""

    patience: float
    deadline: float
    seconds: float


class StreamedRequest:
    """`response` is all that has arrived; it is there once `pieces` has begun, also after it broke off."""

    response: "ModelResponse"

    def __init__(self, model: "Model", messages: "list[ModelMessage]", manner: Manner, max_tokens: int, limits: Limits) -> None:
        self._model = model
        self.messages = messages
        self._manner: Manner = manner
        self.max_tokens = max_tokens
        self._limits = limits

    async def pieces(self) -> AsyncGenerator[TextPiece | CallPiece]:
        """Raises ModelFailed, at the deadline too."""
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
        from pydantic_ai.settings import ModelSettings

        self.response = ModelResponse(parts=[])
        parameters = self._parameters()
        settings = ModelSettings(max_tokens=self.max_tokens)
        tools: dict[int, str] = {}
        async with AsyncExitStack() as stack:
            async with self._bounded(self._limits.patience):
                stream = await stack.enter_async_context(
                    model_request_stream(self._model, self.messages, model_settings=settings, model_request_parameters=parameters)
                )
            events = aiter(stream)
            until = self._limits.patience
            try:
                while True:
                    async with self._bounded(until):
                        event = await anext(events, None)
                    until = self._limits.deadline
                    match event:
                        case None:
                            break
                        case PartStartEvent(part=TextPart(content=text)) | PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
                            yield TextPiece(text)
                        case PartStartEvent(index=index, part=ToolCallPart(tool_name=name, args=arguments)):
                            tools[index] = name
                            whole = json.dumps(arguments) if isinstance(arguments, dict) and arguments else ""
                            yield CallPiece(index, name, arguments if isinstance(arguments, str) else whole)
                        case PartDeltaEvent(index=index, delta=ToolCallPartDelta(args_delta=str() as arguments)):
                            yield CallPiece(index, tools.get(index, ""), arguments)
                        case _:
                            pass
            finally:
                self.response = stream.get()

    def _parameters(self) -> "ModelRequestParameters":
        from pydantic_ai.models import ModelRequestParameters
        from pydantic_ai.output import OutputObjectDefinition
        from pydantic_ai.tools import ToolDefinition

        match self._manner:
            case "tool":
                tool = ToolDefinition(name=TOOL_NAME, description=TOOL_DESCRIPTION, parameters_json_schema=TOOL_SCHEMA)
                return ModelRequestParameters(function_tools=[tool], allow_text_output=True)
            case "structured":
                answer = OutputObjectDefinition(json_schema=ANSWER_SCHEMA, name="answer", strict=False)
                return ModelRequestParameters(output_mode="native", output_object=answer, allow_text_output=True)
            case "fenced":
                return ModelRequestParameters(allow_text_output=True)

    @asynccontextmanager
    async def _bounded(self, until: float) -> AsyncGenerator[None]:
        """Around each wait for the library, never across a yield: there the deadline could strike in the consumer's code, and the
        consumer's faults would be taken for the model's."""
        from pydantic_ai.exceptions import UnexpectedModelBehavior

        try:
            async with asyncio.timeout_at(until):
                yield
        except Exception as error:
            known = is_models_fault(error)  # a library that stumbles over garbage raises whatever Python does: AttributeError, KeyError
            raise model_failed(error if known else UnexpectedModelBehavior(str(error)), self._limits.seconds) from error

    def calls(self) -> "list[tuple[int, ToolCallPart]]":
        from pydantic_ai.messages import ToolCallPart

        return [(index, part) for index, part in enumerate(self.response.parts) if isinstance(part, ToolCallPart)]
