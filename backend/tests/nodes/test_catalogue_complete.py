"""Every node type can be drawn, described and filled in, and one that cannot run says so."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from parley.nodes.registry import CATALOGUE, REGISTRY
from parley.workflow.catalogue import Category, FieldKind, TypeSpec

RUN_BY_THE_ENGINE = {"manual_trigger", "chat_trigger", "schedule_trigger", "webhook_trigger", "loop", "merge"}
CANNOT_RUN_YET = {"agent", "knowledge_add", "db_query", "db_write", "email", "slack_message", "webhook_response"}
EACH = pytest.mark.parametrize("spec", CATALOGUE.values(), ids=CATALOGUE.keys())
ODD_CONFIGS: list[dict[str, Any]] = [
    {},
    {"cases": None, "labels": 3, "fields": "x", "variables": [1], "cron": ["x"], "url": 5, "top_k": "{{ x }}", "items": {}},
    {
        "cases": [None, 1, {"name": None}, {"name": "a"}, {"name": "a"}],
        "labels": ["a", "a", None, {}],
        "url": "http://[",
        "cron": "0 25 * * 1",
    },
    {"expression": "🙂" * 300, "prompt": "{{", "query": "{{ a }} {{ b | c }}", "duration": "", "cron": "\ud800", "every": "x"},
]


@EACH
def test_a_type_has_title_description_icon_and_category(spec: TypeSpec) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z ]{2,24}", spec.title)
    assert spec.description.endswith(".")
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", spec.icon)
    assert spec.category in get_args(Category)
    assert CATALOGUE[spec.type] is spec


@EACH
def test_the_web_carries_the_icon(spec: TypeSpec) -> None:
    icons = Path(__file__).parents[3] / "web/src/ui/node-icons.ts"
    assert re.search(rf"^  \"?{spec.icon}\"?: ", icons.read_text(), re.MULTILINE)


@EACH
@pytest.mark.parametrize("config", ODD_CONFIGS)
def test_summary_branches_and_fields_work_on_any_config(spec: TypeSpec, config: dict[str, Any]) -> None:
    summary = spec.summary(config)
    assert summary.strip()
    assert "\n" not in summary
    branches = spec.branches(config)
    assert len(set(branches)) == len(branches)
    if spec.output_fields is not None:
        assert spec.output_fields(config) is not None
    spec.has_side_effect(config)


def _fields_of(schema: dict[str, Any], root: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    fields: list[tuple[str, dict[str, Any]]] = []
    for name, field in schema.get("properties", {}).items():
        fields.append((name, field))
        inner = field.get("items", {}).get("$ref", "")
        if inner:
            fields += _fields_of(root["$defs"][inner.removeprefix("#/$defs/")], root)
    return fields


@EACH
def test_every_config_field_has_a_title_and_a_kind(spec: TypeSpec) -> None:
    schema = spec.config.model_json_schema()
    assert schema["additionalProperties"] is False
    for name, field in _fields_of(schema, schema):
        assert field.get("title"), name
        assert field["title"][0].isupper(), name
        assert field.get("x-kind") in get_args(FieldKind), name


@EACH
def test_outputs_have_no_defaults(spec: TypeSpec) -> None:
    if spec.output is not None:
        assert set(spec.output.model_json_schema().get("required", [])) == set(spec.output.model_fields)


@EACH
def test_a_type_runs_or_says_why_not(spec: TypeSpec) -> None:
    node_type = REGISTRY[spec.type]
    if spec.type in CANNOT_RUN_YET:
        assert node_type.run is None
        assert spec.unrunnable_reason is not None
        assert spec.unrunnable_reason.count(". ") == 1, "what is not there, and what to do instead"
    else:
        assert spec.runnable
        assert (node_type.run is None) == (spec.type in RUN_BY_THE_ENGINE or not spec.runs)


def test_summaries_say_what_a_person_set() -> None:
    said = {
        ("knowledge_search", "Handbook, top 5"): {"collection": "Handbook", "query": "{{ input.message }}"},
        ("llm", "Prompt, 400 tokens"): {"prompt": "x", "max_tokens": 400},
        ("condition", "count > 0"): {"expression": "search_handbook.count > 0"},
        ("condition", "'a.b' in message"): {"expression": "'a.b' in input.message"},
        ("condition", "a.x > b.y"): {"expression": "a.x > b.y"},
        ("slack_message", "#support"): {"channel": "#support"},
        ("email", "To input.sender"): {"to": "{{ input.sender }}"},
        ("schedule_trigger", "Every Monday at 9:00"): {"cron": "0 9 * * 1"},
        ("schedule_trigger", "Every Monday at 9:00, every other time"): {"cron": "0 9 * * mon", "every": 2},
        ("http_request", "GET prices.json"): {"url": "https://example.com/a/prices.json?x=1"},
        ("http_request", "POST example.com"): {"url": "https://example.com/", "method": "POST"},
        ("delay", "5 days"): {"duration": "5 days"},
        ("loop", "One at a time"): {"concurrency": 1},
        ("classify", "3 labels"): {"labels": ["a", "b", "c"]},
        ("switch", "a, b"): {"cases": [{"name": "a"}, {"name": "b"}]},
        ("approval", "Waits at most 2 days"): {"wait": "2 days"},
    }
    for (node_type, words), config in said.items():
        assert CATALOGUE[node_type].summary(config) == words


def test_branches_follow_the_config() -> None:
    assert CATALOGUE["switch"].branches({"cases": [{"name": "a"}, {"name": "b"}]}) == ("a", "b", "default")
    assert CATALOGUE["classify"].branches({"labels": "billing, other"}) == ("billing", "other")
    assert CATALOGUE["approval"].branches({}) == ("approved", "rejected")


@pytest.mark.parametrize(
    ("method", "acts"), [("GET", False), ("HEAD", False), ("POST", True), ("DELETE", True), ("patch", True), (None, False)]
)
def test_only_a_request_that_writes_has_a_side_effect(method: str | None, acts: bool) -> None:
    assert CATALOGUE["http_request"].has_side_effect({"method": method}) is acts
