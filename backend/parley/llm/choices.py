"""Which language models are set up, and which one a name means. Nothing here speaks to a model.

A model's id is `openai:NAME`, `gemini:NAME`, `anthropic:NAME`, `local:NAME` or `ollama:NAME`. With a base URL, `openai:` means that
server: vLLM, llama.cpp, LM Studio or any other that speaks OpenAI's protocol; it needs no key. `anthropic:` likewise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from parley.errors import ParleyError

Provider = Literal["openai", "openai-compatible", "google", "anthropic", "local", "ollama"]

# Offered where no other model is named, the default first. A server with a base URL is asked for its own list instead.
OFFERED: Mapping[Provider, tuple[str, ...]] = {
    "openai": ("gpt-6-luna", "gpt-6.1-terra", "gpt-6.1-sol"),
    "google": ("gemini-3.8-flash", "gemini-3.5-flash-lite", "gemini-3.1-pro-preview"),
    "anthropic": ("claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-5"),
}
_PREFIXES: Mapping[str, Provider] = {
    "openai": "openai",
    "gemini": "google",
    "google": "google",
    "anthropic": "anthropic",
    "local": "local",
    "ollama": "ollama",
}
_NEEDS: Mapping[Provider, str] = {
    "openai": "needs a key. Set OPENAI_API_KEY",
    "google": "needs a key. Set GEMINI_API_KEY",
    "anthropic": "needs a key. Set ANTHROPIC_API_KEY",
    "local": "needs a folder to be read from. Set PARLEY_LOCAL_MODEL",
    "ollama": "needs Ollama, which is turned off here. Set PARLEY_OLLAMA to its address",
}
NOTHING_SET_UP = "No language model is set up. Set OPENAI_API_KEY, GEMINI_API_KEY, ANTHROPIC_API_KEY or OPENAI_BASE_URL."


class NoSuchModel(ParleyError):
    """No model of this name can be reached with what is set up; the message names the variable to set."""

    status = 422


@dataclass(frozen=True)
class ModelSettings:
    """What the operator set. `default` is a model id, or a bare name of the only provider, or several, the next one being asked where
    one fails. `local_path` is a folder with a causal model of transformers; `ollama_url` where a running Ollama is looked for."""

    default: str | None = None
    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = None
    gemini_api_key: str | None = field(default=None, repr=False)
    gemini_base_url: str | None = None
    anthropic_api_key: str | None = field(default=None, repr=False)
    anthropic_base_url: str | None = None
    local_path: Path | None = None
    ollama_url: str | None = None

    @property
    def any(self) -> bool:
        """Whether a model was set up; an Ollama that happens to run is only offered."""
        return bool(self.providers())

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in (self.default or "").split(",") if name.strip())

    def providers(self) -> list[Provider]:
        """In the order in which they are the default. Ollama is one of them only where a default names it."""
        providers: list[Provider] = []
        if self.openai_base_url:
            providers.append("openai-compatible")
        elif self.openai_api_key:
            providers.append("openai")
        if self.gemini_api_key:
            providers.append("google")
        if self.anthropic_api_key or self.anthropic_base_url:
            providers.append("anthropic")
        if self.local_path:
            providers.append("local")
        if self.ollama_url and any(name.startswith("ollama:") for name in self.named):
            providers.append("ollama")
        return providers


@dataclass(frozen=True)
class Choice:
    provider: Provider
    name: str

    @property
    def id(self) -> str:
        match self.provider:
            case "google":
                return f"gemini:{self.name}"
            case "openai-compatible":
                return f"openai:{self.name}"
            case provider:
                return f"{provider}:{self.name}"


def chosen(name: str, settings: ModelSettings) -> Choice:
    """The model of an id or bare name. Raises NoSuchModel."""
    providers = settings.providers()
    prefix, colon, rest = name.partition(":")
    if prefix == "ollama" and rest and settings.ollama_url:
        return Choice("ollama", rest)
    if not providers:
        raise NoSuchModel(NOTHING_SET_UP)
    if not colon or prefix not in _PREFIXES:  # names of local models have colons of their own: llama3.1:8b
        return Choice(_guessed(name, providers), name)
    wanted = _PREFIXES[prefix]
    if wanted == "openai" and "openai-compatible" in providers:
        wanted = "openai-compatible"
    if wanted not in providers or not rest:
        raise NoSuchModel(f"The model “{name}” {_NEEDS[_PREFIXES[prefix]]}, or choose another model.")
    return Choice(wanted, rest)


def defaults(settings: ModelSettings) -> list[Choice]:
    """The default models in the order in which they are asked. Raises NoSuchModel where there is none."""
    if settings.named:
        return list(dict.fromkeys(chosen(name, settings) for name in settings.named))
    providers = settings.providers()
    if not providers:
        raise NoSuchModel(NOTHING_SET_UP)
    provider = providers[0]
    if provider == "local" and settings.local_path:
        return [Choice("local", settings.local_path.name)]
    if not OFFERED.get(provider):
        raise NoSuchModel("The model server is set up, but not which of its models to use. Set PARLEY_MODEL to its name.")
    return [Choice(provider, OFFERED[provider][0])]


def _guessed(name: str, providers: list[Provider]) -> Provider:
    """Vendors' names say whose they are; anything else is of the first provider."""
    for start, provider in (("gemini", "google"), ("claude", "anthropic")):
        if name.startswith(start) and provider in providers:
            return provider
    return providers[0]
