"""A pydantic-ai model for a choice: the vendor's client, where it speaks to, and what its server can do."""

from typing import TYPE_CHECKING

from parley.llm.choices import Choice, ModelSettings

if TYPE_CHECKING:
    from httpx2 import AsyncClient
    from openai import AsyncOpenAI
    from pydantic_ai.models import Model

OPENAI_URL = "https://api.openai.com/v1"


def build(choice: Choice, settings: ModelSettings, client: "AsyncClient") -> "Model":
    """No library retries by itself: it would wait for as long as the service asks, silently, out of a turn's time."""
    match choice.provider:
        case "openai":
            from pydantic_ai.models.openai import OpenAIChatModel
            from pydantic_ai.providers.openai import OpenAIProvider

            vendor = _openai_client(OPENAI_URL, settings.openai_api_key or "", client)
            return OpenAIChatModel(choice.name, provider=OpenAIProvider(openai_client=vendor))
        case "openai-compatible":
            return _compatible(choice.name, settings.openai_base_url or OPENAI_URL, settings.openai_api_key, client)
        case "ollama":
            return _compatible(choice.name, f"{(settings.ollama_url or '').rstrip('/')}/v1", None, client)
        case "google":
            from pydantic_ai.models.google import GoogleModel
            from pydantic_ai.providers.google import GoogleProvider

            provider = GoogleProvider(api_key=settings.gemini_api_key, base_url=settings.gemini_base_url, http_client=client)
            return GoogleModel(choice.name, provider=provider, settings={"max_retries": 0})
        case "anthropic":
            from anthropic import AsyncAnthropic
            from pydantic_ai.models.anthropic import AnthropicModel, AnthropicModelSettings
            from pydantic_ai.providers.anthropic import AnthropicProvider

            vendor = AsyncAnthropic(
                api_key=settings.anthropic_api_key or "none", base_url=settings.anthropic_base_url, http_client=client, max_retries=0
            )
            # The tool and the instructions are the same for every request: this vendor keeps only what it is asked to keep.
            kept = AnthropicModelSettings(anthropic_cache_instructions=True)
            return AnthropicModel(choice.name, provider=AnthropicProvider(anthropic_client=vendor), settings=kept)
        case "local":
            from parley.llm.local import local_model

            assert settings.local_path is not None, "a local model is chosen only where its path is set"
            return local_model(settings.local_path)


def _compatible(name: str, base_url: str, key: str | None, client: "AsyncClient") -> "Model":
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    provider = OpenAICompatibleProvider("openai-compatible", openai_client=_openai_client(base_url, key or "none", client))
    # Most such servers know only the older name of the limit, and none promises strict tool schemas.
    profile = OpenAIModelProfile(
        openai_chat_supports_max_completion_tokens=False,
        openai_supports_strict_tool_definition=False,
        supports_json_schema_output=True,
    )
    return OpenAIChatModel(name, provider=provider, profile=profile)


def _openai_client(base_url: str, api_key: str, client: "AsyncClient") -> "AsyncOpenAI":
    """Said here and not with each request, because every request that says it is sent by a copy of the client, which starts a thread to
    learn the name of the platform."""
    from openai import AsyncOpenAI

    return AsyncOpenAI(base_url=base_url, api_key=api_key, http_client=client, max_retries=0)
