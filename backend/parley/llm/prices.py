"""What a model's tokens cost, where that is known: the operator's table first, then the vendors' published prices. Never a guess.

The operator's table is a JSON file: `{"openai:my-model": {"input": 0.5, "cached_input": 0.05, "output": 2}}`, in dollars per million
tokens; `cached_input` may be left out. What a model on one's own machine costs is said here or not at all.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from parley.errors import ParleyError
from parley.llm.choices import ModelSettings, chosen

Price = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
_PUBLISHED = {"openai": "openai", "google": "google", "anthropic": "anthropic"}


class BadPrices(ParleyError):
    """The operator's table of prices cannot be read."""


class ModelPrice(BaseModel):
    """Dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Price
    output: Price
    cached_input: Price | None = None


_TABLE = TypeAdapter(dict[str, ModelPrice])


class Prices:
    def __init__(self, settings: ModelSettings, own: Mapping[str, ModelPrice] | None = None) -> None:
        self._settings = settings
        self._own = own or {}

    def cost(self, model_id: str, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float | None:
        """Dollars; `cached_tokens` of the input came from the service's cache. None where no price is known."""
        own = self._own.get(model_id)
        if own is not None:
            cached = own.input if own.cached_input is None else own.cached_input
            return ((input_tokens - cached_tokens) * own.input + cached_tokens * cached + output_tokens * own.output) / 1_000_000
        return self._published(model_id, input_tokens, output_tokens, cached_tokens)

    def _published(self, model_id: str, input_tokens: int, output_tokens: int, cached_tokens: int) -> float | None:
        choice = chosen(model_id, self._settings)
        elsewhere = {"google": self._settings.gemini_base_url, "anthropic": self._settings.anthropic_base_url}.get(choice.provider)
        if choice.provider not in _PUBLISHED or elsewhere:
            return None  # another server may ask another price for the same name
        from genai_prices import Usage, calc_price

        usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens, cache_read_tokens=cached_tokens)
        try:
            return float(calc_price(usage, model_ref=choice.name, provider_id=_PUBLISHED[choice.provider]).total_price)
        except (LookupError, ValueError):
            return None


def read_prices(path: Path | None) -> dict[str, ModelPrice]:
    """Raises BadPrices."""
    if path is None:
        return {}
    try:
        return _TABLE.validate_json(path.read_bytes())
    except OSError as error:
        raise BadPrices(f"The prices in PARLEY_PRICES cannot be read: {error.strerror}. Check the path.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BadPrices(f"The prices in PARLEY_PRICES cannot be read: {where}: {first['msg']}.") from error
