"""Which models can be chosen with what is set, and what is said where one cannot."""

import subprocess
import sys

import httpx
import pytest

from parley.llm.models import Models, ModelSettings, NoSuchModel

OPENAI = ModelSettings(openai_api_key="key")
GEMINI = ModelSettings(gemini_api_key="key")
LOCAL = ModelSettings(openai_base_url="http://127.0.0.1:9/v1", default="llama3.1:8b")


@pytest.mark.parametrize(
    ("settings", "name", "expected"),
    [
        (OPENAI, "openai:some-model", "some-model"),
        (OPENAI, "some-model", "some-model"),
        (GEMINI, "gemini:some-model", "some-model"),
        (GEMINI, "google:some-model", "some-model"),
        (LOCAL, None, "llama3.1:8b"),
        (LOCAL, "openai:qwen3:4b", "qwen3:4b"),
        (ModelSettings(openai_api_key="a", gemini_api_key="b"), "gemini-3.8-flash", "gemini-3.8-flash"),
    ],
)
async def test_a_model_is_found_by_id_or_bare_name(settings: ModelSettings, name: str | None, expected: str) -> None:
    models = Models(settings)
    assert models.get(name).model_name == expected
    assert models.get(name) is models.get(name)
    await models.aclose()


@pytest.mark.parametrize(
    ("settings", "name", "words"),
    [
        (ModelSettings(), None, "Set OPENAI_API_KEY, GEMINI_API_KEY, ANTHROPIC_API_KEY or OPENAI_BASE_URL."),
        (OPENAI, "gemini:x", "The model “gemini:x” needs a key. Set GEMINI_API_KEY, or choose another model."),
        (GEMINI, "openai:x", "Set OPENAI_API_KEY"),
        (ModelSettings(openai_base_url="http://127.0.0.1:9/v1"), None, "Set PARLEY_MODEL to its name."),
    ],
)
def test_a_model_that_cannot_be_reached_names_the_variable_to_set(settings: ModelSettings, name: str | None, words: str) -> None:
    with pytest.raises(NoSuchModel) as caught:
        Models(settings).get(name)
    assert words in caught.value.message


async def test_the_picker_lists_what_is_set_up_with_the_default_first() -> None:
    assert await Models(ModelSettings()).available() == []
    listed = await Models(ModelSettings(openai_api_key="a", gemini_api_key="b", default="gemini:own")).available()
    assert (listed[0].id, listed[0].default) == ("gemini:own", True)
    assert [model.default for model in listed].count(True) == 1
    assert {model.provider for model in listed} == {"openai", "google"}
    assert len({model.id for model in listed}) == len(listed)


async def test_a_server_that_does_not_answer_adds_nothing_to_the_picker() -> None:
    assert [model.id for model in await Models(LOCAL).available()] == ["openai:llama3.1:8b"]


async def test_a_local_server_is_asked_for_its_models(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"data": [{"id": "qwen3:4b"}, {"id": "llama3.1:8b"}]})

    plain = httpx.AsyncClient

    def client(**options: object) -> httpx.AsyncClient:
        return plain(transport=httpx.MockTransport(answer), headers=options.get("headers"))  # type: ignore[arg-type]

    monkeypatch.setattr(httpx, "AsyncClient", client)
    settings = ModelSettings(openai_base_url="http://models.test/v1/", openai_api_key="secret", default="llama3.1:8b")
    assert [model.id for model in await Models(settings).available()] == ["openai:llama3.1:8b", "openai:qwen3:4b"]
    assert str(asked[0].url) == "http://models.test/v1/models"
    assert asked[0].headers["Authorization"] == "Bearer secret"


def test_keys_do_not_show_where_settings_are_printed() -> None:
    assert "secret" not in repr(ModelSettings(openai_api_key="secret", gemini_api_key="secret"))


def test_naming_the_models_imports_no_vendors_library() -> None:
    code = (
        "import sys, parley.llm.models, parley.planner.router, parley.planner.model;"
        "from parley.llm.models import *; Models(ModelSettings(openai_api_key='k')).default_id();"
        "print(*(name for name in ('openai', 'google.genai', 'pydantic_ai', 'httpx2') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == ("", "")
