"""Who answers: by the setting, the request's own wish, and how sure the built-in planner is."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from parley.nodes.registry import CATALOGUE
from parley.planner.base import PlannerEvent, PlanRequest
from parley.planner.router import SURE, NoModel, PlannerChoice, PlannerRouter
from parley.settings import Settings
from parley.workflow.spec import EMPTY
from parley.workflow.validate import Surroundings

REQUEST = PlanRequest("Build it", EMPTY, CATALOGUE, Surroundings())


@dataclass
class Answerer:
    name: str
    sure: float = 0.0

    async def plan(self, request: PlanRequest) -> AsyncGenerator[PlannerEvent]:
        raise AssertionError("a router chooses and asks nobody")
        yield

    async def confidence(self, request: PlanRequest) -> float:
        return self.sure


class Known:
    """Stands for `llm.models.Models`: it knows names that begin with its own."""

    async def can_answer(self, name: str | None = None) -> bool:
        return True

    def knows(self, name: str) -> bool:
        return name.startswith("openai:")


async def chosen(choice: PlannerChoice, sure: float, model: str | None = None, *, with_model: bool = True, unasked: bool = True) -> str:
    router = PlannerRouter(lambda: Answerer("builtin", sure))
    if with_model:
        router = replace(router, model=lambda: Answerer("model"), models=Known(), unasked=unasked)
    planner = await router.choose(choice, replace(REQUEST, model=model))
    assert isinstance(planner, Answerer)
    return planner.name


async def test_auto_asks_the_built_in_planner_first_and_the_model_where_it_is_not_sure() -> None:
    assert await chosen("auto", 0.9) == "builtin"
    assert await chosen("auto", 0.2) == "model"


async def test_auto_takes_the_model_that_a_request_names_if_there_is_one() -> None:
    assert await chosen("auto", 0.9, model="openai:gpt-6-luna") == "model"
    assert await chosen("auto", 0.9, model="gemini:not-set-up") == "builtin"


async def test_auto_does_not_turn_to_a_model_that_merely_runs_on_this_machine() -> None:
    assert await chosen("auto", 0.0, unasked=False) == "builtin"
    assert await chosen("auto", 0.0, model="openai:offered", unasked=False) == "model"


async def test_without_a_model_everything_is_the_built_in_planner() -> None:
    assert await chosen("auto", 0.0, with_model=False) == "builtin"
    assert await chosen("auto", 0.0, model="openai:x", with_model=False) == "builtin"


async def test_a_named_planner_is_taken_whatever_the_other_thinks() -> None:
    assert await chosen("builtin", 0.0) == "builtin"
    assert await chosen("model", 1.0) == "model"


async def test_a_model_that_is_not_there_is_missed_in_plain_words() -> None:
    with pytest.raises(NoModel, match="No language model is set up"):
        await chosen("model", 1.0, with_model=False)
    with pytest.raises(NoModel, match="then start Parley again"):
        await PlannerRouter(lambda: Answerer("builtin")).check("model")


def test_the_threshold_is_the_one_that_the_calibration_table_explains() -> None:
    text = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text()
    assert f"{SURE} unless set" in text
    assert f"| **{SURE}** to " in text
    assert Settings.model_fields["sure"].default == SURE
