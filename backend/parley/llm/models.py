"""The language models of one set of settings: which ones are asked, in which order, and how each is reached."""

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from parley.llm import ollama
from parley.llm.choices import OFFERED, Choice, ModelSettings, NoSuchModel, Provider, chosen, defaults

if TYPE_CHECKING:
    from httpx2 import AsyncClient
    from pydantic_ai.models import Model

__all__ = ["ModelInfo", "ModelSettings", "Models", "NoSuchModel"]

LIST_SECONDS = 2.0  # how long a server may take to list its models


@dataclass(frozen=True)
class ModelInfo:
    """One line of the model picker."""

    id: str
    name: str
    provider: Provider
    default: bool


class Models:
    """Each model is built when first asked for, since the vendors' libraries are heavy, and kept."""

    def __init__(self, settings: ModelSettings) -> None:
        self.settings = settings
        self._built: dict[Choice, Model] = {}
        self._client: AsyncClient | None = None
        self._building = Lock()  # the first model is built in a thread, since its library takes a second to import
        self._ollama = ollama.Ollama(settings.ollama_url) if settings.ollama_url else None

    async def aclose(self) -> None:
        """Close the connections to the services; the models cannot be used after it."""
        if self._client is not None:
            await self._client.aclose()

    def chain(self, name: str | None = None) -> tuple[str, ...]:
        """The ids of the models to ask, one after the other until one answers: the named one alone, or the default ones. Raises
        NoSuchModel."""
        return tuple(choice.id for choice in self._choices(name))

    def get(self, name: str | None = None) -> "Model":
        """The model of an id or bare name, by default the first default one. Raises NoSuchModel."""
        from parley.llm.build import build
        from parley.llm.client import shared_client

        choice = self._choices(name)[0]
        with self._building:
            if choice not in self._built:
                if self._client is None:
                    self._client = shared_client()
                self._built[choice] = build(choice, self.settings, self._client)
            return self._built[choice]

    def default_id(self) -> str | None:
        """None where no model is set up, or a server whose model's name is not given."""
        try:
            return defaults(self.settings)[0].id
        except NoSuchModel:
            return None

    def knows(self, name: str) -> bool:
        """Whether a model of this name can be asked with what is set up; a server's own names are not looked up."""
        return self._known(name) is not None

    async def can_answer(self, name: str | None = None) -> bool:
        """The same; without a name, whether there is any: where nothing is set up, a running Ollama is looked for."""
        if name is not None:
            return self.knows(name)
        return self.settings.any or (self._ollama is not None and bool(await self._ollama.names()))

    async def available(self) -> list[ModelInfo]:
        """All models that can be chosen, the default first. A server that does not answer in time adds nothing."""
        default = self.default_id()
        choices = [chosen(default, self.settings)] if default else []
        choices += [choice for name in self.settings.named if (choice := self._known(name))]
        for provider in self.settings.providers():
            choices += [Choice(provider, name) for name in await self._names(provider)]
        if self._ollama is not None and not self.settings.any:
            choices += [Choice("ollama", name) for name in await self._ollama.names()]
        return [ModelInfo(choice.id, choice.name, choice.provider, choice.id == default) for choice in dict.fromkeys(choices)]

    async def _names(self, provider: Provider) -> tuple[str, ...]:
        settings = self.settings
        if provider == "openai-compatible":
            return await _listed(settings.openai_base_url or "", settings.openai_api_key)
        if provider == "local":
            return (settings.local_path.name,) if settings.local_path else ()
        if provider == "ollama":
            return await self._ollama.names() if self._ollama else ()
        if provider == "anthropic" and settings.anthropic_base_url:
            return ()  # another server behind that protocol: its models have names of their own
        return OFFERED[provider]

    def _known(self, name: str) -> Choice | None:
        try:
            return chosen(name, self.settings)
        except NoSuchModel:
            return None

    def _choices(self, name: str | None) -> list[Choice]:
        if name is not None:
            return [chosen(name, self.settings)]
        if not self.settings.any and self._ollama is not None and self._ollama.known:
            return [Choice("ollama", self._ollama.known[0])]
        return defaults(self.settings)


async def _listed(base_url: str, key: str | None) -> tuple[str, ...]:
    import httpx

    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with httpx.AsyncClient(timeout=LIST_SECONDS, headers=headers) as client:
            answer = await client.get(f"{base_url.rstrip('/')}/models")
            return tuple(sorted(str(model["id"]) for model in answer.raise_for_status().json()["data"]))
    except (httpx.HTTPError, ValueError, KeyError, TypeError):  # no list is no failure: a name can still be set
        return ()
