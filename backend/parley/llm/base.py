"""What the rest of Parley asks of a language model: to write, to choose a label, to pull out fields, and whose work it was."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue

from parley.errors import ParleyError


class ModelFailed(ParleyError):
    """The model refused, timed out or answered garbage; `details.retryable` says whether trying again may help."""

    status = 502


@dataclass(frozen=True)
class Usage:
    model: str  # "built-in" where no model was used
    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0  # of the input, those from the service's cache
    cost: float | None = None  # in dollars; None where no price is known

    @property
    def builtin(self) -> bool:
        return self.model == "built-in"


@dataclass(frozen=True)
class Passage:
    """Text that an answer may quote. The marker [n] in an answer names passage n, counted from 1."""

    text: str
    source: str  # for a person: "Handbook, page 18"


@dataclass(frozen=True)
class Written:
    text: str
    usage: Usage


@dataclass(frozen=True)
class Classified:
    label: str
    scores: Mapping[str, float]
    usage: Usage


@dataclass(frozen=True)
class FieldToExtract:
    name: str
    type: str  # text, number, boolean, date, list
    description: str


@dataclass(frozen=True)
class Extracted:
    fields: Mapping[str, JsonValue]
    usage: Usage


OnDelta = Callable[[str], Awaitable[None]]


class LanguageModel(Protocol):
    """Implemented by `llm.builtin` (extractive, no key) and `llm.remote` (pydantic-ai)."""

    async def write(
        self,
        prompt: str,
        *,
        system: str,
        question: str,
        passages: Sequence[Passage],
        model: str | None,
        temperature: float | None,
        max_tokens: int | None,
        on_delta: OnDelta | None,
    ) -> Written: ...

    async def classify(self, text: str, labels: Sequence[str]) -> Classified: ...

    async def extract(self, text: str, fields: Sequence[FieldToExtract]) -> Extracted: ...
