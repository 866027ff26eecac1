"""Who writes, by what the operator set up and the step names."""

import pytest

from parley.llm.base import LanguageModel
from parley.llm.builtin import NOTHING_TO_QUOTE
from parley.llm.choose import ChosenModel, choose
from parley.llm.models import Models, ModelSettings, NoSuchModel


async def text_of(model: LanguageModel, name: str | None = None) -> str:
    written = await model.write(
        "Write a poem", system="", question="", passages=[], model=name, temperature=None, max_tokens=None, on_delta=None
    )
    return written.text


def chosen(settings: ModelSettings) -> ChosenModel:
    return choose(Models(settings), None)


async def test_without_a_model_the_built_in_writer_writes() -> None:
    model = chosen(ModelSettings())
    assert await text_of(model) == NOTHING_TO_QUOTE
    assert await text_of(model, "openai:gpt-9") == NOTHING_TO_QUOTE
    assert (await model.classify("An invoice", ["billing", "other"])).usage.builtin
    assert (await model.extract("x", [])).usage.builtin


async def test_with_one_it_writes_unless_the_step_names_the_built_in_writer() -> None:
    model = chosen(ModelSettings(openai_base_url="http://127.0.0.1:9/v1"))
    assert await text_of(model, "built-in") == NOTHING_TO_QUOTE
    with pytest.raises(NoSuchModel, match="PARLEY_MODEL"):
        await text_of(model)
    with pytest.raises(NoSuchModel, match="GEMINI_API_KEY"):
        await text_of(model, "gemini:flash")
