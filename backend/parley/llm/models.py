"""Which language models there are, and how to reach one: small values in, a pydantic-ai model out.

A model's id is `openai:NAME` or `gemini:NAME`. With a base URL, `openai:` means that server: Ollama, vLLM, llama.cpp or any other that
speaks OpenAI's protocol; it needs no key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Literal

from parley.errors import ParleyError

if TYPE_CHECKING:
    from httpx2 import AsyncClient
    from openai import AsyncOpenAI
    from pydantic_ai.models import Model

Provider = Literal["openai", "openai-compatible", "google"]

OPENAI_URL = "https://api.openai.com/v1"
# Offered where no other model is named, the default first. A server with a base URL is asked for its own list instead.
OFFERED: Mapping[Provider, tuple[str, ...]] = {
    "openai": ("gpt-6-luna", "gpt-6.1-terra", "gpt-6.1-sol"),
    "openai-compatible": (),
    "google": ("gemini-3.8-flash", "gemini-3.5-flash-lite", "gemini-3.1-pro-preview"),
}
_PREFIXES: Mapping[str, Provider] = {"openai": "openai", "gemini": "google", "google": "google"}
LIST_SECONDS = 2.0  # how long a server may take to list its models
CONNECT_SECONDS = 5.0
READ_SECONDS = 300.0  # between two pieces of an answer


class NoSuchModel(ParleyError):
    """No model of this name can be reached with what is set up; the message names the variable to set."""

    status = 422


@dataclass(frozen=True)
class ModelSettings:
    """What the operator set. `default` is a model id, or a bare name of the only provider."""

    default: str | None = None
    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = None
    gemini_api_key: str | None = field(default=None, repr=False)
    gemini_base_url: str | None = None

    @property
    def any(self) -> bool:
        return bool(self.openai_api_key or self.openai_base_url or self.gemini_api_key)


@dataclass(frozen=True)
class ModelInfo:
    """One line of the model picker."""

    id: str
    name: str
    provider: Provider
    default: bool


@dataclass(frozen=True)
class _Choice:
    provider: Provider
    name: str

    @property
    def id(self) -> str:
        return f"{'gemini' if self.provider == 'google' else 'openai'}:{self.name}"


class Models:
    """The models of one set of settings. Each is built when first asked for, since the vendors' libraries are heavy, and kept."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._built: dict[_Choice, Model] = {}
        self._client: AsyncClient | None = None
        self._building = Lock()  # the first model is built in a thread, since its library takes a second to import

    async def aclose(self) -> None:
        """Close the connections to the services; the models cannot be used after it."""
        if self._client is not None:
            await self._client.aclose()

    def get(self, name: str | None = None) -> "Model":
        """The model of an id or bare name, by default the default. Raises NoSuchModel."""
        choice = self._choice(name or self._settings.default)
        with self._building:
            if choice not in self._built:
                self._built[choice] = _build(choice, self._settings, self._shared_client())
            return self._built[choice]

    def _shared_client(self) -> "AsyncClient":
        """The operator's addresses are trusted, so this is a plain client; whoever asks a model bounds the whole of its answer."""
        import httpx2

        if self._client is None:
            self._client = httpx2.AsyncClient(timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS))
        return self._client

    def default_id(self) -> str | None:
        """None where no model is set up, or a server whose model's name is not given."""
        try:
            return self._choice(self._settings.default).id
        except NoSuchModel:
            return None

    async def available(self) -> list[ModelInfo]:
        """All models that can be chosen, the default first. A server that does not answer in time adds nothing."""
        default = self.default_id()
        choices = [self._choice(default)] if default else []
        for provider in self._providers():
            names = await _listed(self._settings) if provider == "openai-compatible" else OFFERED[provider]
            choices += [_Choice(provider, name) for name in names]
        return [ModelInfo(choice.id, choice.name, choice.provider, choice.id == default) for choice in dict.fromkeys(choices)]

    def _providers(self) -> list[Provider]:
        providers: list[Provider] = []
        if self._settings.openai_base_url:
            providers.append("openai-compatible")
        elif self._settings.openai_api_key:
            providers.append("openai")
        if self._settings.gemini_api_key:
            providers.append("google")
        return providers

    def _choice(self, name: str | None) -> _Choice:
        providers = self._providers()
        if not providers:
            raise NoSuchModel("No language model is set up. Set OPENAI_API_KEY, GEMINI_API_KEY or OPENAI_BASE_URL.")
        if name is None:
            offered = OFFERED[providers[0]]
            if not offered:
                raise NoSuchModel("The model server is set up, but not which of its models to use. Set PARLEY_MODEL to its name.")
            return _Choice(providers[0], offered[0])
        prefix, colon, rest = name.partition(":")
        if not colon or prefix not in _PREFIXES:  # names of local models have colons of their own: llama3.1:8b
            guess: Provider = "google" if name.startswith("gemini") and "google" in providers else providers[0]
            return _Choice(guess, name)
        wanted = _PREFIXES[prefix]
        if wanted == "openai" and "openai-compatible" in providers:
            wanted = "openai-compatible"
        if wanted not in providers:
            variable = "GEMINI_API_KEY" if wanted == "google" else "OPENAI_API_KEY"
            raise NoSuchModel(f"The model “{name}” needs a key. Set {variable}, or choose another model.")
        return _Choice(wanted, rest)


def _build(choice: _Choice, settings: ModelSettings, client: "AsyncClient") -> "Model":
    match choice.provider:
        case "openai":
            from pydantic_ai.models.openai import OpenAIChatModel
            from pydantic_ai.providers.openai import OpenAIProvider

            vendor = _openai_client(OPENAI_URL, settings.openai_api_key or "", client)
            return OpenAIChatModel(choice.name, provider=OpenAIProvider(openai_client=vendor))
        case "openai-compatible":
            from pydantic_ai.models.openai import OpenAIChatModel
            from pydantic_ai.profiles.openai import OpenAIModelProfile
            from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

            vendor = _openai_client(settings.openai_base_url or OPENAI_URL, settings.openai_api_key or "none", client)
            provider = OpenAICompatibleProvider("openai-compatible", openai_client=vendor)
            # Most such servers know only the older name of the limit, and none promises strict tool schemas.
            profile = OpenAIModelProfile(openai_chat_supports_max_completion_tokens=False, openai_supports_strict_tool_definition=False)
            return OpenAIChatModel(choice.name, provider=provider, profile=profile)
        case "google":
            from pydantic_ai.models.google import GoogleModel
            from pydantic_ai.providers.google import GoogleProvider

            provider = GoogleProvider(api_key=settings.gemini_api_key, base_url=settings.gemini_base_url, http_client=client)
            return GoogleModel(choice.name, provider=provider, settings={"max_retries": 0})


def _openai_client(base_url: str, api_key: str, client: "AsyncClient") -> "AsyncOpenAI":
    """No retries of its own: it would wait for as long as the service asks, silently, out of a turn's time. Said here and not with each
    request, because every such request is sent by a copy of the client, which starts a thread to learn the name of the platform."""
    from openai import AsyncOpenAI

    return AsyncOpenAI(base_url=base_url, api_key=api_key, http_client=client, max_retries=0)


async def _listed(settings: ModelSettings) -> list[str]:
    import httpx

    headers = {"Authorization": f"Bearer {settings.openai_api_key}"} if settings.openai_api_key else {}
    try:
        async with httpx.AsyncClient(timeout=LIST_SECONDS, headers=headers) as client:
            answer = await client.get(f"{(settings.openai_base_url or OPENAI_URL).rstrip('/')}/models")
            return sorted(str(model["id"]) for model in answer.raise_for_status().json()["data"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):  # no list is no failure: a name can still be set
        return []
