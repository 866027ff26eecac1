"""Asking the models of a chain until one answers: what fails before anything was shown is asked again, of the next or after the wait that
the service wants, within the turn's time."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from parley.llm.base import ModelFailed
from parley.planner.model.manner import Manner, Manners
from parley.planner.model.wire import CallPiece, Limits, StreamedRequest, TextPiece

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import Model

ASKED_AGAIN = 2  # how often a chain is gone through from its start
SHORT_WAIT = 0.5  # where a service does not say how long
SHARE_TO_WAIT = 0.6  # of the time that is left: the rest is needed for the answer


class Attempts:
    """The requests of one turn. Once a model has answered, the turn stays with it."""

    model_id: str
    model: "Model"
    manner: Manner
    asked: StreamedRequest  # the newest request

    def __init__(
        self,
        chain: tuple[str, ...],
        built: "Callable[[str], Awaitable[Model]]",
        manners: Manners,
        deadline: float,
        seconds: float,
    ) -> None:
        """`chain` are ids of models. `deadline` is a time of the running loop's clock; `seconds` is how long that was when the turn
        began, for messages."""
        self._chain = chain
        self._built = built
        self._manners = manners
        self._deadline = deadline
        self._seconds = seconds
        self._answered = False

    async def begin(self) -> None:
        """Raises NoSuchModel where the first model cannot be built."""
        await self._take(0)

    async def pieces(self, told: "Callable[[Manner], list[ModelMessage]]", max_tokens: int) -> AsyncGenerator[TextPiece | CallPiece]:
        """One answer to `told` of the model's manner. Raises ModelFailed."""
        rounds, at, wait = 0, 0, SHORT_WAIT
        while True:
            limits = Limits(self._patience(at), self._deadline, self._seconds)
            self.asked = StreamedRequest(self.model, told(self.manner), self.manner, max_tokens, limits)
            shown = False
            try:
                async with aclosing(self.asked.pieces()) as pieces:
                    async for piece in pieces:
                        shown = shown or bool(piece.text.strip())
                        yield piece
                self._answered = True
                return
            except ModelFailed as error:
                if shown:
                    raise
                if self._manners.step_down(self.model_id, self.model, error):
                    self.manner = self._manners.of(self.model_id, self.model)
                    continue
                wanted = error.details.get("retry_after")
                wait = max(wait, wanted) if isinstance(wanted, int | float) else wait
                if not self._answered and at + 1 < len(self._chain):
                    at += 1
                    await self._take(at)
                    continue
                rounds += 1
                if not error.details["retryable"] or rounds >= ASKED_AGAIN or wait > self._left() * SHARE_TO_WAIT:
                    raise
            await asyncio.sleep(wait)
            if not self._answered and at:
                at = 0
                await self._take(at)

    async def _take(self, at: int) -> None:
        self.model_id = self._chain[at]
        self.model = await self._built(self.model_id)
        self.manner = self._manners.of(self.model_id, self.model)

    def _left(self) -> float:
        return self._deadline - asyncio.get_running_loop().time()

    def _patience(self, at: int) -> float:
        """When the next one is asked in place of one that says nothing: the time left is shared among those left."""
        others = 0 if self._answered else len(self._chain) - at - 1
        return asyncio.get_running_loop().time() + self._left() / (others + 1)
