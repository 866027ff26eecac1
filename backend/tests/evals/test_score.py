"""The score gives what its definition says, to the third digit, on drawings from perfect to empty."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals import conversations, values
from evals.score import overall, score_conversation
from parley.workflow.spec import Edge, Node, Workflow
from tests.evals.mutations import MUTATIONS, mutated

ITEM = {
    "id": "tiny",
    "turns": [
        {
            "user": "Weekdays at 9 fetch https://api.example.com/sales, if revenue is below 1000 post to #sales-alerts, else mail",
            "expect": {
                "nodes": [
                    {"key": "t", "type": "schedule_trigger", "config_contains": {"cron": "0 9 * * 1-5"}},
                    {"key": "get", "type": "http_request", "config_contains": {"url": "api.example.com/sales"}},
                    {"key": "low", "type": "condition", "config_contains": {"expr": "1000"}},
                    {"key": "slack", "type": "slack_message", "config_contains": {"channel": "sales-alerts"}},
                    {"key": "mail", "type": "email", "config_contains": {"to": "boss@example.com"}},
                ],
                "edges": [["t", "get"], ["get", "low"], ["low", "slack", "true"], ["low", "mail", "false"]],
            },
        },
        {"user": "what does this do?", "expect": {"unchanged": True}},
    ],
}
START = Node(id="a", type="schedule_trigger", label="a", config={"cron": "0 9 * * MON-FRI"})
STEPS = (
    Node(id="b", type="http_request", label="b", config={"url": "https://api.example.com/sales"}),
    Node(id="c", type="condition", label="c", config={"expression": "revenue < 1000"}),
    Node(id="d", type="slack_message", label="d", config={"channel": "#sales-alerts"}),
    Node(id="e", type="email", label="e", config={"to": "boss@example.com"}),
    Node(id="f", type="output", label="f"),
)


def edges(*pairs: str) -> tuple[Edge, ...]:
    split = [pair.split() for pair in pairs]
    return tuple(Edge(source=part[0], target=part[1], source_handle=part[2] if len(part) > 2 else None) for part in split)


WIRED = edges("a b", "b c", "c d true", "c e false", "d f", "e f")
PERFECT = Workflow(nodes=(START, *STEPS), edges=WIRED)
DRAWINGS = {
    "perfect": (PERFECT, 1.0),
    "branches swapped": (Workflow(nodes=PERFECT.nodes, edges=edges("a b", "b c", "c d false", "c e true")), 0.75),
    "half": (
        Workflow(nodes=(START, STEPS[0], STEPS[3].model_copy(update={"config": {"to": "someone@x.test"}})), edges=edges("a b", "b e")),
        0.58,
    ),
    "empty": (Workflow(), 0.0),
    "one too many": (
        Workflow(
            nodes=(*PERFECT.nodes, Node(id="g", type="delay", label="g", config={"duration": "5 days"})), edges=(*WIRED, *edges("f g"))
        ),
        0.9036,
    ),
    "another rhythm": (Workflow(nodes=(START.model_copy(update={"config": {"cron": "0 9 * * *"}}), *STEPS), edges=WIRED), 0.96),
}


@pytest.mark.parametrize(("workflow", "score"), DRAWINGS.values(), ids=DRAWINGS.keys())
def test_a_first_graph_scores_as_defined(workflow: Workflow, score: float) -> None:
    rows = score_conversation(ITEM, [workflow, workflow])
    assert rows[0].score == pytest.approx(score, abs=0.001)


def test_a_question_that_changed_the_diagram_counts_half_a_turn() -> None:
    rows = score_conversation(ITEM, [PERFECT, Workflow()])
    assert [row.score for row in rows] == pytest.approx([1.0, 0.0])
    assert overall(rows) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("wanted", "cron", "fits"),
    [
        ("0 9 * * 1-5", "0 9 * * MON-FRI", True),
        ("0 9 * * 1-5", "0 9 * * 1,2,3,4", False),
        ("0 22 * * 0", "0 22 * * 7", True),
        ("*/15 * * * *", "0,15,30,45 * * * *", True),
        ("~? 9 * * *", "30 9 * * *", True),
        ("~0 8-10 * * *", "0 9 * * *", True),
        ("~0 8-10 * * *", "0 11 * * *", False),
    ],
)
def test_cron_is_compared_by_the_times_it_names(wanted: str, cron: str, fits: bool) -> None:
    assert values.cron_fits(wanted, {"cron": cron}) is fits


def test_durations_are_compared_in_seconds() -> None:
    assert values.slot_fits("duration", "5 days", "Wait", {"duration": "P5D"})
    assert values.slot_fits("duration", "1 week", "Wait", {"duration": "7 days"})
    assert not values.slot_fits("duration", "1 day", "Wait", {"duration": "2 days"})


GOLDEN = [json.loads(line) for line in (Path(__file__).parent / "golden.jsonl").read_text(encoding="utf-8").splitlines()]
LABELS = {item["id"]: item for name in ("prompts.dev", "tuned") for item in conversations.read(conversations.FOLDER / f"{name}.jsonl")}
SPOILS = {spoil.__name__: spoil for spoil in MUTATIONS}


@pytest.mark.parametrize("golden", GOLDEN, ids=[golden["id"] for golden in GOLDEN])
def test_drawings_right_and_spoilt_score_as_the_definition_of_the_score_gave(golden: dict[str, Any]) -> None:
    """The file holds what the planner once drew, and the scores of a second implementation for it and for each way to spoil it."""
    for name, scores in golden["scores"].items():
        spoilt = [
            # Other ids in every second turn: a change of ids costs, odd ones from the start do not.
            mutated(graph, SPOILS[name]) if name in SPOILS and (name != "other_ids" or turn % 2) else graph
            for turn, graph in enumerate(golden["graphs"])
        ]
        rows = score_conversation(LABELS[golden["id"]], [Workflow.model_validate(graph) for graph in spoilt])
        assert [row.score for row in rows] == pytest.approx(scores, abs=0.001), name
