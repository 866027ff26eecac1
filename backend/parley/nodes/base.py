"""What a node type is, and what a step gets when it runs: its context and the services behind protocols."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from pydantic import BaseModel, JsonValue

from parley.errors import ParleyError
from parley.llm.base import LanguageModel, Usage
from parley.websearch.base import WebSearch
from parley.workflow.catalogue import TypeSpec
from parley.workflow.expressions import evaluate, render


class StepFailed(ParleyError):
    """The step could not do its work; the message is shown on the node. `details.retryable` (default true): a retry may help."""

    status = 422


class Chunk(BaseModel):
    """A passage found in a document; `start` and `end` are character offsets in the page's text. Pages count from 1."""

    id: str
    document_id: str
    document: str
    page: int
    start: int
    end: int
    text: str
    score: float


class Citation(BaseModel):
    """`marker` is the n of the [n] in the text that it belongs to."""

    marker: int
    chunk_id: str
    document_id: str
    document: str
    page: int
    start: int
    end: int


class StepUsage(BaseModel):
    model: str  # "built-in" where no model was used
    input_tokens: int
    output_tokens: int
    cost: float | None = None  # in dollars; None where no price is known, and in records from before prices were

    @classmethod
    def of(cls, usage: Usage) -> "StepUsage":
        return cls(model=usage.model, input_tokens=usage.input_tokens, output_tokens=usage.output_tokens, cost=usage.cost)


class Knowledge(Protocol):
    """The run's owner's knowledge. An unknown collection raises StepFailed naming those that exist."""

    async def search(self, collection: str, query: str, top_k: int) -> list[Chunk]: ...


@dataclass(frozen=True)
class HttpAnswer:
    status: int
    headers: Mapping[str, str]
    body: JsonValue


class HttpClient(Protocol):
    """The guarded client: private addresses refused at connect, redirects checked per hop, bodies bounded."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        body: JsonValue,
        seconds: float,
    ) -> HttpAnswer: ...


@dataclass(frozen=True)
class Services:
    """What steps may use, bound to the run's owner by the composition root."""

    llm: LanguageModel
    web: WebSearch
    http: HttpClient
    knowledge: Knowledge


@dataclass(slots=True)  # not frozen: each step has one, and to freeze its fields costs more than all else in it
class StepContext:
    """One step's surroundings; nobody changes them.

    `scope` holds every name its templates may use; `raw_config` is the node's config before rendering. `write` sends live text.
    """

    run_id: str
    node_id: str
    path: tuple[int, ...]
    attempt: int
    scope: Mapping[str, object]
    raw_config: Mapping[str, JsonValue]
    services: Services
    write: Callable[[str], None]

    @property
    def idempotency_key(self) -> str:
        """`run:node:path`, the same for every attempt."""
        return f"{self.run_id}:{self.node_id}:{'.'.join(map(str, self.path))}"

    @property
    def input(self) -> JsonValue:
        """What the run began with: its trigger's output."""
        return cast(JsonValue, self.scope.get("input"))

    def render(self, template: str, other: Mapping[str, object] | None = None) -> object:
        """The template's value in `scope`, or in another. Raises ExpressionError."""
        return render(template, self.scope if other is None else other)

    def evaluate(self, expression: str) -> object:
        """Raises ExpressionError."""
        return evaluate(expression, self.scope)

    async def emit(self, text: str) -> None:
        """Send live text, which is not recorded."""
        if text:
            self.write(text)


@dataclass(frozen=True)
class Wait:
    """A step that waits: until a time (`seconds` from now), for a person's decision, or both (whichever comes first)."""

    seconds: float | None
    for_person: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class StepResult:
    """What `run` gives back. `branch` names the way out taken (None: the only one, or all). `output` matches the type's output model."""

    output: Mapping[str, JsonValue]
    branch: str | None = None
    usage: StepUsage | None = None


@dataclass(frozen=True)
class Decision:
    """How a wait ended: `decision` is "approved", "rejected" or "elapsed"."""

    decision: str
    by: str
    comment: str


# Any: each type's `run` takes its own config model; the engine hands it exactly an instance of `spec.config`.
Run = Callable[[Any, StepContext], Coroutine[Any, Any, StepResult | Wait]]
Resume = Callable[[Any, StepContext, Decision], Coroutine[Any, Any, StepResult]]


@dataclass(frozen=True)
class NodeType:
    """A catalogue entry and how it runs. Triggers, `loop` and `merge` are run by the engine itself and have `run=None`.

    `resume` ends a step that returned `Wait`. `computes`: its `run` awaits nothing, so that the engine has it done in the tick in which
    the step begins; the record of both is one.
    """

    spec: TypeSpec
    run: Run | None = None
    resume: Resume | None = None
    computes: bool = False


Registry = Mapping[str, NodeType]


def registry_of(types: Sequence[NodeType]) -> Registry:
    return {node_type.spec.type: node_type for node_type in types}
