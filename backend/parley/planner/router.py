"""Who answers a message: the built-in planner where it is sure, a language model where one is set up and it is not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from parley.errors import ParleyError
from parley.llm.choices import NOTHING_SET_UP
from parley.planner.base import Planner, PlanRequest

SURE = 0.6  # the threshold, where the operator sets none
PlannerChoice = Literal["auto", "builtin", "model"]


class NoModel(ParleyError):
    """A model was asked for and none is set up."""

    status = 422


class SurePlanner(Planner, Protocol):
    async def confidence(self, request: PlanRequest) -> float:
        """From 0 (did not understand) to 1."""
        ...


class ModelsThere(Protocol):
    """What a router asks of `llm.models.Models`."""

    def knows(self, name: str) -> bool:
        """Whether a model of this name can be asked with what is set up."""
        ...

    async def can_answer(self, name: str | None = None) -> bool:
        """The same; without a name, whether there is any model at all, which may take a look at the network."""
        ...


@dataclass(frozen=True)
class PlannerRouter:
    """Both planners are made when first needed: they cost memory that an idle server does not spend.

    `unasked`: a model was set up, so that `auto` may turn to it by itself; one that merely happens to run answers only who asks for it.
    `threshold` is how sure the built-in planner must be to answer then (docs/calibration.md)."""

    builtin: Callable[[], SurePlanner]
    model: Callable[[], Planner] | None = None
    models: ModelsThere | None = None
    unasked: bool = False
    threshold: float = SURE

    async def check(self, choice: PlannerChoice, model: str | None = None) -> None:
        """Raises NoModel where a model is asked for and there is none."""
        if choice == "model" and (self.models is None or not (model or await self.models.can_answer())):
            raise _no_model()

    async def choose(self, choice: PlannerChoice, request: PlanRequest) -> Planner:
        """Raises NoModel as `check`. `auto` takes the model that the request names; where it names none, the built-in planner answers if
        it is sure, or if there is nobody else."""
        match choice:
            case "builtin":
                return self.builtin()
            case "model":
                if self.model is None:
                    raise _no_model()
                return self.model()
            case "auto":
                if self.model and self.models and request.model is not None and self.models.knows(request.model):
                    return self.model()
                builtin = self.builtin()
                if self.model is None or not self.unasked or await builtin.confidence(request) >= self.threshold:
                    return builtin
                return self.model()


def _no_model() -> NoModel:
    return NoModel(f"{NOTHING_SET_UP[:-1]}, then start Parley again.")
