"""The committed OpenAPI description is the one of this code."""

import json
from pathlib import Path

from parley.cli import openapi

CONTRACT = Path(__file__).resolve().parents[2] / "openapi.json"


def test_the_contract_is_current(clean_environment: None) -> None:
    assert CONTRACT.read_text(encoding="utf-8") == openapi(), "run `parley openapi > openapi.json` in backend/"


def test_operations_have_the_names_of_their_functions_and_each_only_once() -> None:
    names = [
        operation["operationId"]
        for path in json.loads(openapi())["paths"].values()
        for operation in path.values()
        if "operationId" in operation
    ]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() for name in names)
