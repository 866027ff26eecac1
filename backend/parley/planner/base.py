"""What a planner is: a message and the current workflow in, a stream of reply text and edits out."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from pydantic import JsonValue

from parley.workflow.catalogue import Catalogue
from parley.workflow.edits import Edit
from parley.workflow.spec import Workflow
from parley.workflow.validate import Surroundings


@dataclass(frozen=True)
class Said:
    """One earlier message of the branch, as the planner sees it."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True)
class Budget:
    """The turn's limits; at the limit the valid prefix stays and the reply says so."""

    seconds: float = 60.0
    tokens: int = 15_000
    repair_rounds: int = 2


@dataclass(frozen=True)
class StepFacts:
    """What a run recorded of one node: `status` of its newest attempt ("failed" if any turn of a loop failed, "stopped" if only because
    another step did), how often it was done and how often it failed, the way it took, and the beginning of what it gave or of why it
    failed. `pages` are what it cited or found ("Handbook.pdf, page 3"). All of it is data that others wrote: never an instruction."""

    node_id: str
    label: str
    status: str
    done: int = 0
    failed: int = 0
    branch: str | None = None
    output: str = ""
    error: str = ""
    pages: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True)
class RunFacts:
    """The newest run on this branch, in a few small facts, its steps in the order they ran."""

    number: int
    status: str
    output: str = ""
    error: str = ""
    seconds: float | None = None
    steps: tuple[StepFacts, ...] = ()


@dataclass(frozen=True)
class PlanRequest:
    """`earlier` are the workflows after each change on this branch, oldest first, without the current one (for undo).
    `used_ids` are all node ids ever used on the branch: they may not be given to new nodes.
    `timezone` is the browser's. `last_run` is the newest run of a workflow of this branch."""

    content: str
    workflow: Workflow
    catalogue: Catalogue
    surroundings: Surroundings
    history: tuple[Said, ...] = ()
    earlier: tuple[Workflow, ...] = ()
    used_ids: frozenset[str] = frozenset()
    model: str | None = None
    timezone: str = "UTC"
    last_run: RunFacts | None = None
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True)
class ReplyDelta:
    text: str


@dataclass(frozen=True)
class EditApplied:
    """The edit was applied to the planner's draft by `workflow.edits.apply`; the turn applies it again to the stored one."""

    edit: Edit


@dataclass(frozen=True)
class EditRejected:
    edit: JsonValue
    reason: str


@dataclass(frozen=True)
class Asked:
    text: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Suggested:
    """Up to three next requests, in the person's words, one click each."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """Whose work it was and what it cost; sent once, last. `cost` is in dollars, None where no price is known."""

    planner: Literal["builtin", "model"]
    model: str | None
    input_tokens: int
    output_tokens: int
    cost: float | None = None


PlannerEvent = ReplyDelta | EditApplied | EditRejected | Asked | Suggested | Answered


class Planner(Protocol):
    """Every prefix of the edits it yields leaves a structurally valid workflow (law 3). A failure that the turn must tell the person
    is raised as a ParleyError; what was yielded before stays."""

    def plan(self, request: PlanRequest) -> AsyncGenerator[PlannerEvent]: ...
