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
from typing import TYPE_CHECKING

from parley.errors import ParleyError
from parley.llm.base import ModelFailed
from parley.planner.base import Answered, EditApplied, PlannerEvent, PlanRequest, ReplyDelta, Suggested
from parley.planner.model.context import messages_for, tokens_of
from parley.planner.model.draft import ModelDraft
from parley.planner.model.reply import changes_in_words, open_fields_in_words, refusals_in_words
from parley.planner.model.scan import EditScanner, edits_in
from parley.planner.model.tool import TOOL_NAME
from parley.planner.model.wire import CallPiece, StreamedRequest, TextPiece
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


class ModelPlanner:
    """`models` gives the model of a name, None the default; it raises a ParleyError where there is none (`llm.models.Models.get`)."""

    def __init__(self, models: "Callable[[str | None], Model]") -> None:
        self._models = models
        self._loaded = False

    async def plan(self, request: PlanRequest) -> AsyncGenerator[PlannerEvent]:
        turn = _Turn(await self._model(request.model), request)
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
        if failure is None:
            said = [request.content, *(message.content for message in request.history if message.role == "user")]
            yield Suggested(suggestions(turn.draft.workflow, request.catalogue, said))
        yield turn.answered()
        if failure is not None:
            raise failure

    async def _model(self, name: str | None) -> "Model":
        """The first time in a thread: the libraries take a second or more to import, and everyone's requests would wait for it."""
        if self._loaded:
            return self._models(name)
        model = await asyncio.to_thread(_load, self._models, name)
        self._loaded = True
        return model


def _load(models: "Callable[[str | None], Model]", name: str | None) -> "Model":
    import_module("pydantic_ai.direct")
    model = models(name)
    # These libraries double what a full garbage collection walks through, a third of a second in which nothing else happens.
    gc.freeze()
    return model


class _Turn:
    def __init__(self, model: "Model", request: PlanRequest) -> None:
        self._model = model
        self._request = request
        self.draft = ModelDraft(request)
        self._said = False
        self._input_tokens = 0
        self._output_tokens = 0
        self._deadline = asyncio.get_running_loop().time() + request.budget.seconds

    def answered(self) -> Answered:
        return Answered("model", self._model.model_name, self._input_tokens, self._output_tokens)

    async def rounds(self) -> AsyncGenerator[PlannerEvent]:
        messages = messages_for(self._request)
        for left in range(self._request.budget.repair_rounds, -1, -1):
            unmended = self.draft.refused
            asked = StreamedRequest(self._model, messages, self._room(messages), self._deadline, self._request.budget.seconds)
            scanners: dict[int, EditScanner] = {}
            async with aclosing(self._listen(asked, scanners)) as events:
                async for event in events:
                    yield event
            self._count(asked, messages)
            for event in self._late_edits(asked, scanners):
                yield event
            for event in self.draft.settle():
                yield event
            if not asked.calls() and unmended:  # it was told of them, and gave up
                self.draft.refused = unmended
                break
            faults = self._faults(asked, scanners)
            if not faults or not left:
                break
            messages += _told(asked, faults, len(self.draft.edits))
            if self._room(messages) < LEAST_OUTPUT:
                break
        async for event in self._closing():
            yield event

    async def _listen(self, asked: StreamedRequest, scanners: dict[int, EditScanner]) -> AsyncGenerator[PlannerEvent]:
        room = asked.max_tokens
        if room < LEAST_OUTPUT:
            raise BudgetSpent(f"The request does not fit into this turn’s budget of {self._request.budget.tokens:,} tokens.")
        streamed = 0
        quiet = self._said  # what a model says while it mends is no part of the reply
        async with aclosing(asked.pieces()) as pieces:
            async for piece in pieces:
                match piece:
                    case TextPiece(text=text):
                        if text and not quiet:
                            self._said = self._said or bool(text.strip())
                            yield ReplyDelta(text)
                    case CallPiece(index=index, tool=tool, text=text):
                        scanner = scanners.setdefault(index, EditScanner())
                        for raw in scanner.feed(text) if tool == TOOL_NAME else ():
                            if applied := self.draft.take(raw):
                                yield applied
                streamed += len(text)
                if streamed > room * CHARS_PER_TOKEN:  # for servers that do not keep to max_tokens
                    self._output_tokens += room
                    raise BudgetSpent(f"The reply stopped at this turn’s budget of {self._request.budget.tokens:,} tokens.")

    def _late_edits(self, asked: StreamedRequest, scanners: dict[int, EditScanner]) -> list[EditApplied]:
        """Edits of calls that did not stream as the text of a list: whole objects, one edit alone, edits as text."""
        applied: list[EditApplied] = []
        for index, part in asked.calls():
            if part.tool_name == TOOL_NAME and (index not in scanners or scanners[index].found == 0):
                applied += [event for raw in edits_in(part.args_as_json_str()) if (event := self.draft.take(raw))]
        return applied

    def _faults(self, asked: StreamedRequest, scanners: dict[int, EditScanner]) -> list[str]:
        """What the model is asked to mend."""
        calls = asked.calls()
        faults = [f"There is no tool {part.tool_name!r}; the only one is {TOOL_NAME}." for _, part in calls if part.tool_name != TOOL_NAME]
        for rejected in self.draft.refused:
            faults.append(f"Refused: {json.dumps(rejected.edit, ensure_ascii=False)[:200]}: {rejected.reason}")
        if any(scanner.cut_off for scanner in scanners.values()):
            faults.append("The arguments ended in the middle of an edit. Send what is missing.")
        if self.draft.edits:
            faults += [f"Broken: {issue.node_id}: {issue.field or 'step'}: {issue.message}." for issue in self.draft.broken()]
        if not calls and not self._said:
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

    def _room(self, messages: "list[ModelMessage]") -> int:
        """Tokens that the next answer may take."""
        return self._request.budget.tokens - self._input_tokens - self._output_tokens - tokens_of(messages)

    def _count(self, asked: StreamedRequest, messages: "list[ModelMessage]") -> None:
        """What the server reports, or an estimate where it reports nothing."""
        usage = asked.response.usage
        self._input_tokens += usage.input_tokens or tokens_of(messages)
        self._output_tokens += usage.output_tokens or tokens_of([asked.response])


def _told(asked: StreamedRequest, faults: list[str], applied: int) -> "list[ModelMessage]":
    """The model's answer, its arguments made whole so that every server can read them back, and the faults as the calls' results."""
    from pydantic_ai.messages import ModelRequest, ToolCallPart, ToolReturnPart, UserPromptPart

    listed = "\n".join(f"- {fault}" for fault in faults)
    feedback = (
        f"{applied} {'edit is' if applied == 1 else 'edits are'} applied. These faults are left:\n{listed}\n"
        "Send only the edits that mend them, without any text; repeat none that is applied."
    )
    calls = [part for _, part in asked.calls()]
    if not calls:
        return [ModelRequest(parts=[UserPromptPart(content=feedback)])]
    parts = [
        replace(part, args=json.dumps({"edits": edits_in(part.args_as_json_str())})) if isinstance(part, ToolCallPart) else part
        for part in asked.response.parts
    ]
    answers = [ToolReturnPart(part.tool_name, feedback, part.tool_call_id) for part in calls]
    return [replace(asked.response, parts=parts), ModelRequest(parts=answers)]
