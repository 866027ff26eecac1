"""What a turn costs: by the operator's table, by published prices of the vendors' own services, and otherwise not said."""

from pathlib import Path

import pytest

from parley.llm.models import ModelSettings
from parley.llm.prices import BadPrices, ModelPrice, Prices, read_prices

VENDORS = ModelSettings(openai_api_key="k", gemini_api_key="k", anthropic_api_key="k")
ELSEWHERE = ModelSettings(openai_base_url="http://127.0.0.1:9/v1", gemini_api_key="k", gemini_base_url="http://127.0.0.1:9", default="m")


def test_the_operators_own_prices_are_taken_first() -> None:
    own = {"openai:gpt-6-luna": ModelPrice(input=1.0, output=10.0, cached_input=0.1), "openai:m": ModelPrice(input=2.0, output=0.0)}
    prices = Prices(VENDORS, own)
    assert prices.cost("openai:gpt-6-luna", 1_000_000, 100_000, 400_000) == pytest.approx(0.6 + 0.04 + 1.0)
    assert prices.cost("openai:m", 500_000, 999, 100_000) == pytest.approx(1.0), "without a price of its own, cached input costs the same"


def test_published_prices_are_known_for_the_vendors_own_services() -> None:
    for model in ("openai:gpt-6-luna", "gemini:gemini-3.8-flash", "anthropic:claude-haiku-5-5"):
        one = Prices(VENDORS).cost(model, 1_000, 100)
        two = Prices(VENDORS).cost(model, 2_000, 200)
        assert one is not None
        assert two is not None
        assert 0 < one < 1
        assert two == pytest.approx(2 * one)


@pytest.mark.parametrize(
    ("settings", "model"),
    [(VENDORS, "openai:a-model-that-nobody-knows"), (ELSEWHERE, "openai:gpt-6-luna"), (ELSEWHERE, "gemini:gemini-3.8-flash")],
)
def test_what_is_not_known_is_not_guessed(settings: ModelSettings, model: str) -> None:
    assert Prices(settings).cost(model, 1_000, 100) is None


def test_a_table_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    file.write_text('{"ollama:qwen3:4b": {"input": 0, "output": 0}}')
    assert Prices(VENDORS, read_prices(file)).cost("ollama:qwen3:4b", 10, 10) == 0.0
    assert read_prices(None) == {}


@pytest.mark.parametrize(
    "content", ["", "[]", '{"m": {"input": -1, "output": 1}}', '{"m": {"input": 1}}', '{"m": {"input": 1, "output": 1, "x": 2}}']
)
def test_a_table_that_cannot_be_read_is_told_by_its_variable(tmp_path: Path, content: str) -> None:
    file = tmp_path / "prices.json"
    file.write_text(content)
    with pytest.raises(BadPrices, match="PARLEY_PRICES"):
        read_prices(file)
    with pytest.raises(BadPrices, match="Check the path"):
        read_prices(tmp_path / "none.json")
