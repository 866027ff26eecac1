"""The examples on the empty page are what the planner draws today, and worth showing."""

import json

import pytest

from evals.examples import FILE, REQUESTS, contents
from parley.nodes.registry import CATALOGUE
from parley.workflow.spec import Workflow
from parley.workflow.validate import Surroundings, validate

EXAMPLES = {entry["text"]: Workflow.model_validate(entry["workflow"]) for entry in json.loads(contents())}


def test_the_committed_file_is_what_the_planner_draws() -> None:
    assert FILE.read_text(encoding="utf-8") == contents(), "Run `python -m evals.examples`."


@pytest.mark.parametrize("text", REQUESTS)
def test_every_step_of_an_example_is_reached_and_none_is_wrong(text: str) -> None:
    workflow = EXAMPLES[text]
    issues = validate(workflow, CATALOGUE, Surroundings(collections=frozenset()))
    assert [issue.message for issue in issues if issue.level != "missing" and issue.code != "not_runnable"] == []
    assert workflow.name
    assert len(workflow.name) <= 40


def test_the_examples_show_branches_a_rhythm_documents_an_approval_and_a_loop() -> None:
    types = {node.type for workflow in EXAMPLES.values() for node in workflow.nodes}
    assert types >= {"classify", "schedule_trigger", "knowledge_search", "approval", "loop", "web_search", "email", "slack_message"}
