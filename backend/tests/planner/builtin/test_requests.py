"""Requests from many trades, in several languages and with slips of the pen, give the steps and edges a careful person would draw."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.planner.builtin.play import arrows, play

REQUESTS: list[dict[str, Any]] = [json.loads(line) for line in (Path(__file__).parent / "requests.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("case", REQUESTS, ids=[case["request"][:70] for case in REQUESTS])
def test_a_request_draws_the_labelled_edges(case: dict[str, Any]) -> None:
    conversation = play(case["request"])
    assert sorted(arrows(conversation.workflow)) == case["arrows"]


@pytest.mark.parametrize("case", REQUESTS, ids=[case["request"][:70] for case in REQUESTS])
def test_what_is_drawn_has_no_errors_and_no_made_up_ids(case: dict[str, Any]) -> None:
    conversation = play(case["request"])
    assert [issue.message for issue in conversation.issues("error")] == []
    assert conversation.workflow.name
    assert all(len(node.label) <= 40 for node in conversation.workflow.nodes)
