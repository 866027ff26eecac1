"""Who answers a message: the built-in planner where it is sure, a language model where one is set up and it is not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from parley.errors import ParleyError
from parley.planner.base import Planner, PlanRequest

PlannerChoice = Literal["auto", "builtin", "model"]


class NoModel(ParleyError):
    """A model was asked for and none is set up."""

    status = 422


class SurePlanner(Planner, Protocol):
    def confidence(self, request: PlanRequest) -> float:
        """From 0 (did not understand) to 1."""
        ...


@dataclass(frozen=True)
class PlannerRouter:
    """Both are made when first needed: they cost memory that an idle server does not spend."""

    builtin: Callable[[], SurePlanner]
    model: Callable[[], Planner] | None
    threshold: float = 0.6

    def check(self, choice: PlannerChoice) -> None:
        """Raises NoModel where a model is asked for and none is set up."""
        if choice == "model" and self.model is None:
            raise _no_model()

    def choose(self, choice: PlannerChoice, request: PlanRequest) -> Planner:
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
                builtin = self.builtin()
                if self.model is None or (request.model is None and builtin.confidence(request) >= self.threshold):
                    return builtin
                return self.model()


def _no_model() -> NoModel:
    return NoModel("No language model is set up. Set OPENAI_API_KEY, GEMINI_API_KEY or OPENAI_BASE_URL, then start Parley again.")
