"""A request to the model planner, played to its end."""

from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from parley.errors import ParleyError
from parley.llm.models import Models, ModelSettings
from parley.nodes.registry import CATALOGUE
from parley.planner.base import Answered, Budget, EditApplied, EditRejected, PlannerEvent, PlanRequest, ReplyDelta
from parley.planner.model import ModelPlanner
from parley.workflow.edits import apply
from parley.workflow.spec import EMPTY, Workflow
from parley.workflow.validate import Surroundings
from tests.workflow.structure_rules import assert_sound


@dataclass
class Played:
    """What came out; `workflow` is the request's with the applied edits, applied again as a turn does."""

    workflow: Workflow
    events: list[PlannerEvent] = field(default_factory=list)
    failure: ParleyError | None = None

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, ReplyDelta))

    @property
    def rejected(self) -> list[str]:
        return [event.reason for event in self.events if isinstance(event, EditRejected)]

    @property
    def answered(self) -> Answered:
        last = self.events[-1]
        assert isinstance(last, Answered)
        return last

    @property
    def node_ids(self) -> list[str]:
        return [node.id for node in self.workflow.nodes]

    @property
    def edge_ids(self) -> list[str]:
        return [edge.id for edge in self.workflow.edges]


def request_for(content: str, workflow: Workflow = EMPTY, **more: Any) -> PlanRequest:
    plain = PlanRequest(content, workflow, CATALOGUE, Surroundings(collections=frozenset({"Handbook"})), budget=Budget(seconds=10.0))
    return replace(plain, **more)


def no_cost(model: str, input_tokens: int, output_tokens: int, cached_tokens: int) -> None:
    """Of models that nobody has a price for."""


async def play(settings: ModelSettings, request: PlanRequest) -> Played:
    played = Played(request.workflow)
    models = Models(settings)
    try:
        async with aclosing(ModelPlanner(models, no_cost).plan(request)) as events:
            async for event in events:
                played.events.append(event)
                if isinstance(event, EditApplied):
                    played.workflow = apply(event.edit, played.workflow, CATALOGUE)
                    assert_sound(played.workflow, CATALOGUE)
    except ParleyError as error:
        played.failure = error
    finally:
        await models.aclose()
    return played
