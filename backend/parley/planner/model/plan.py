"""A turn with a language model: its text streams as the reply, its tool calls become edits while they stream, and what was refused goes
back to it with the reasons, a bounded number of times.

The requests are made one by one through `pydantic_ai.direct` rather than by an agent: edits are applied, and shown, in the order and at
the moment their bytes arrive, and the turn's budget is kept in one place.
"""

import asyncio
import gc
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from parley.errors import ParleyError
from parley.llm.base import ModelFailed
from parley.planner.base import Answered, PlannerEvent, PlanRequest, ReplyDelta, Suggested
from parley.planner.model.attempts import Attempts
from parley.planner.model.context import messages_for, quotes_edits, tokens_of
from parley.planner.model.draft import ModelDraft
from parley.planner.model.heard import Heard
from parley.planner.model.manner import Manner, Manners
from parley.planner.model.reply import changes_in_words, open_fields_in_words, refusals_in_words
from parley.planner.model.scan import edits_in
from parley.planner.model.tool import TOOL_NAME
from parley.planner.model.wire import StreamedRequest
from parley.planner.suggesting import suggestions
from parley.workflow.compact import CHARS_PER_TOKEN
from parley.workflow.storable import storable

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import Model

LEAST_OUTPUT = 400  # tokens below which another request makes no sense
SHOWN_FAULTS = 12


class BudgetSpent(ParleyError):
    """The turn reached its limit of tokens; what was changed so far is kept."""


class ModelSource(Protocol):
    """What the planner asks of `llm.models.Models`; both raise NoSuchModel."""

    def chain(self, name: str | None = None) -> tuple[str, ...]: ...

    def get(self, name: str | None = None) -> "Model": ...


class ModelPlanner:
    """`cost` tells the dollars of input, output and cached input tokens of a model's id, None where it is not known."""

    def __init__(self, models: ModelSource, cost: Callable[[str, int, int, int], float | None]) -> None:
        self._models = models
        self._cost = cost
        self._manners = Manners()
        self._loaded: set[str] = set()

    async def plan(self, request: PlanRequest) -> AsyncGenerator[PlannerEvent]:
        deadline = asyncio.get_running_loop().time() + request.budget.seconds
        chain = self._models.chain(request.model)
        attempts = Attempts(chain, self._model, self._manners, deadline, request.budget.seconds)
        await attempts.begin()
        turn = _Turn(attempts, request)
        failure: ParleyError | None = None
        async with aclosing(turn.rounds()) as events:
            try:
                async for event in events:
                    yield event
            except ParleyError as error:
                failure = error
        if failure is not None:
            for event in turn.draft.settle():  # what waited for later edits of a call that broke off
                yield event
        if turn.wrote_edits and attempts.manner == "tool":
            self._manners.learn(attempts.model_id, "fenced")
        if failure is None:
            said = [request.content, *(message.content for message in request.history if message.role == "user")]
            yield Suggested(suggestions(turn.draft.workflow, request.catalogue, said))
        yield turn.answered(self._cost)
        if failure is not None:
            raise failure

    async def _model(self, model_id: str) -> "Model":
        """The first time in a thread: the libraries take a second or more to import, and everyone's requests would wait for it."""
        if model_id in self._loaded:
            return self._models.get(model_id)
        model = await asyncio.to_thread(_load, self._models, model_id)
        self._loaded.add(model_id)
        return model


def _load(models: ModelSource, model_id: str) -> "Model":
    import_module("pydantic_ai.direct")
    model = models.get(model_id)
    # These libraries double what a full garbage collection walks through, a third of a second in which nothing else happens.
    gc.freeze()
    return model


class _Turn:
    def __init__(self, attempts: Attempts, request: PlanRequest) -> None:
        self._attempts = attempts
        self._request = request
        self._mending: list[ModelMessage] = []  # what was said since the request itself: answers, and the faults they had
        self.draft = ModelDraft(request)
        self.wrote_edits = False  # into its text, where it should have called the tool
        self._said = False
        self._input_tokens = 0
        self._output_tokens = 0
        self._cached_tokens = 0

    def answered(self, cost: Callable[[str, int, int, int], float | None]) -> Answered:
        tokens = (self._input_tokens, self._output_tokens)
        dollars = cost(self._attempts.model_id, *tokens, self._cached_tokens) if any(tokens) else None
        return Answered("model", self._attempts.model.model_name, *tokens, dollars)

    async def rounds(self) -> AsyncGenerator[PlannerEvent]:
        for left in range(self._request.budget.repair_rounds, -1, -1):
            unmended = self.draft.refused
            # A model with the tool that quotes an edit out of the data does not make it.
            heard = Heard(self.draft, may_write=self._attempts.manner != "tool" or not quotes_edits(self._request))
            async with aclosing(self._listen(heard)) as events:
                async for event in events:
                    yield event
            asked = self._attempts.asked
            for event in heard.late(asked.calls()):
                yield event
            for event in self.draft.settle():
                yield event
            if not asked.calls() and not heard.written.found and unmended:  # it was told of them, and gave up
                self.draft.refused = unmended
                break
            faults = self._faults(asked, heard)
            if not faults or not left:
                break
            self._mending += _told(asked, faults, len(self.draft.edits))
            if self._room() < LEAST_OUTPUT:
                break
        async for event in self._closing():
            yield event

    async def _listen(self, heard: Heard) -> AsyncGenerator[PlannerEvent]:
        room = self._room()
        if room < LEAST_OUTPUT:
            raise BudgetSpent(f"The request does not fit into this turn’s budget of {self._request.budget.tokens:,} tokens.")
        streamed = 0
        quiet = self._said  # what a model says while it mends is no part of the reply
        try:
            async with aclosing(self._attempts.pieces(self._messages, room)) as pieces:
                async for piece in pieces:
                    for event in heard.take(piece):
                        if not isinstance(event, ReplyDelta):
                            yield event
                        elif not quiet:
                            self._said = self._said or bool(event.text.strip())
                            yield event
                    streamed += len(piece.text)
                    if streamed > room * CHARS_PER_TOKEN:  # for servers that do not keep to max_tokens
                        raise BudgetSpent(f"The reply stopped at this turn’s budget of {self._request.budget.tokens:,} tokens.")
            for event in heard.rest():
                if not quiet:
                    self._said = self._said or bool(event.text.strip())
                    yield event
        finally:
            self.wrote_edits = self.wrote_edits or heard.written.found > 0
            self._count(room)

    def _messages(self, manner: Manner) -> "list[ModelMessage]":
        return messages_for(self._request, manner) + self._mending

    def _faults(self, asked: StreamedRequest, heard: Heard) -> list[str]:
        """What the model is asked to mend."""
        calls = asked.calls()
        faults = [f"There is no tool {part.tool_name!r}; the only one is {TOOL_NAME}." for _, part in calls if part.tool_name != TOOL_NAME]
        for rejected in self.draft.refused:
            faults.append(f"Refused: {json.dumps(rejected.edit, ensure_ascii=False)[:200]}: {rejected.reason}")
        if heard.cut_off:
            faults.append("The arguments ended in the middle of an edit. Send what is missing.")
        if self.draft.edits:
            faults += [f"Broken: {issue.node_id}: {issue.field or 'step'}: {issue.message}." for issue in self.draft.broken()]
        if not calls and not heard.written.found and not self._said:
            faults.append("The answer was empty. Reply in text, and call the tool if something is to be changed.")
        return [storable(fault) for fault in faults[:SHOWN_FAULTS]]

    async def _closing(self) -> AsyncGenerator[PlannerEvent]:
        if not self._said and not self.draft.edits and not self.draft.refused:
            raise ModelFailed("The model answered with nothing that can be used. Try again, or choose another model.", {"retryable": True})
        parts: list[str] = []
        if not self._said:
            parts = [changes_in_words(self.draft.edits, self._request), open_fields_in_words(self.draft.workflow, self._request)]
        parts.append(refusals_in_words(self.draft.refused))
        if text := " ".join(part for part in parts if part):
            yield ReplyDelta(f"\n\n{text}" if self._said else text)

    def _room(self) -> int:
        """Tokens that the next answer may take."""
        told = tokens_of(self._messages(self._attempts.manner))
        return self._request.budget.tokens - self._input_tokens - self._output_tokens - told

    def _count(self, room: int) -> None:
        """What the server reports of the newest request, or an estimate where it reports nothing, also of an answer that broke off."""
        asked = self._attempts.asked
        usage = asked.response.usage
        if not usage.has_values() and not asked.response.parts:
            return  # refused: it costs nothing
        self._input_tokens += usage.input_tokens or tokens_of(asked.messages)
        self._output_tokens += usage.output_tokens or min(room, tokens_of([asked.response], schema=False))
        self._cached_tokens += usage.cache_read_tokens


def _told(asked: StreamedRequest, faults: list[str], applied: int) -> "list[ModelMessage]":
    """The model's answer, its arguments made whole so that every server can read them back, and the faults as the calls' results."""
    from pydantic_ai.messages import ModelRequest, TextPart, ToolCallPart, ToolReturnPart, UserPromptPart

    listed = "\n".join(f"- {fault}" for fault in faults)
    feedback = (
        f"{applied} {'edit is' if applied == 1 else 'edits are'} applied. These faults are left:\n{listed}\n"
        "Send only the edits that mend them, without any text; repeat none that is applied."
    )
    calls = [part for _, part in asked.calls()]
    if not calls:
        said = [asked.response] if any(isinstance(part, TextPart) and part.content.strip() for part in asked.response.parts) else []
        return [*said, ModelRequest(parts=[UserPromptPart(content=feedback)])]
    parts = [
        replace(part, args=json.dumps({"edits": edits_in(part.args_as_json_str())})) if isinstance(part, ToolCallPart) else part
        for part in asked.response.parts
    ]
    answers = [ToolReturnPart(part.tool_name, feedback, part.tool_call_id) for part in calls]
    return [replace(asked.response, parts=parts), ModelRequest(parts=answers)]
