"""The story's sentences, as people of four trades would say them, give its structure: all that the browser test draws from."""

import json
from pathlib import Path
from typing import Any

import pytest

from parley.nodes.registry import CATALOGUE
from parley.planner.base import Asked, EditApplied, PlanRequest, ReplyDelta, Said
from parley.planner.builtin import BuiltinPlanner
from parley.workflow.edits import apply
from parley.workflow.spec import EMPTY, Workflow
from parley.workflow.validate import Surroundings, validate

WORDS: dict[str, Any] = json.loads((Path(__file__).parents[3] / "web/e2e/story-words.json").read_text())
CREATE = [(domain, sentence) for domain in WORDS["domains"] for sentence in domain["create"]]
SURROUNDINGS = Surroundings(collections=frozenset())


async def turn(content: str, workflow: Workflow, *earlier: str) -> tuple[Workflow, str, list[Asked]]:
    history = tuple(Said("user", said) for said in earlier)
    request = PlanRequest(content, workflow, CATALOGUE, SURROUNDINGS, history, used_ids=frozenset(node.id for node in workflow.nodes))
    reply, asked = "", list[Asked]()
    async for event in BuiltinPlanner().plan(request):
        match event:
            case EditApplied(edit):
                workflow = apply(edit, workflow, CATALOGUE)
            case ReplyDelta(text):
                reply += text
            case Asked():
                asked.append(event)
            case _:
                pass
    return workflow, reply, asked


def only(workflow: Workflow, kind: str) -> str:
    found = [node.id for node in workflow.nodes if node.type == kind]
    assert len(found) == 1, f"{kind}: {[(node.type, node.label) for node in workflow.nodes]}"
    return found[0]


def reaches(workflow: Workflow, source: str, target: str) -> bool:
    seen, waiting = set[str](), [source]
    while waiting:
        at = waiting.pop()
        if at == target:
            return True
        if at not in seen:
            seen.add(at)
            waiting += [edge.target for edge in workflow.edges_from(at)]
    return False


@pytest.mark.parametrize(("domain", "sentence"), CREATE, ids=[sentence[:60] for _, sentence in CREATE])
async def test_the_request_draws_two_searches_an_answer_and_a_branch(domain: dict[str, Any], sentence: str) -> None:
    workflow, reply, asked = await turn(sentence, EMPTY)
    start, knowledge, web, writer = (only(workflow, kind) for kind in ("chat_trigger", "knowledge_search", "web_search", "llm"))
    slack = only(workflow, "slack_message")
    assert not reaches(workflow, knowledge, web)
    assert not reaches(workflow, web, knowledge)
    for search in (knowledge, web):
        assert reaches(workflow, start, search)
        assert reaches(workflow, search, writer)
    posted = workflow.node(slack)
    assert posted is not None
    assert domain["channel"] in str(posted.config["channel"])
    gates = [node for node in workflow.nodes if node.type in ("condition", "switch", "classify")]
    ways = [edge for gate in gates for edge in workflow.edges_from(gate.id) if edge.source_handle]
    assert any(reaches(workflow, edge.target, slack) for edge in ways)
    issues = validate(workflow, CATALOGUE, SURROUNDINGS)
    assert [issue.message for issue in issues if issue.level == "error"] == []
    assert [issue.field for issue in issues if issue.level == "missing" and issue.node_id == knowledge] == ["collection"]
    assert reply
    assert len(asked) <= 1


@pytest.mark.parametrize("change", WORDS["change"])
@pytest.mark.parametrize("domain", WORDS["domains"], ids=lambda domain: domain["name"])
async def test_the_change_removes_slack_adds_approval_and_leaves_the_rest(domain: dict[str, Any], change: str) -> None:
    before, _, _ = await turn(domain["create"][0], EMPTY)
    after, reply, _ = await turn(change, before, domain["create"][0])
    assert "slack_message" not in {node.type for node in after.nodes}
    approval = only(after, "approval")
    writer, answer = only(after, "llm"), only(after, "output")
    assert reaches(after, approval, answer)
    assert reaches(after, writer, approval) or reaches(after, approval, writer)
    for node in after.nodes:
        assert before.node(node.id) in (node, None)
    kept = [node.id for node in before.nodes if after.node(node.id)]
    assert kept == [node.id for node in after.nodes if before.node(node.id)]
    gone = {node.type for node in before.nodes if after.node(node.id) is None}
    assert gone <= {"slack_message", "condition", "switch", "classify", "merge"}
    assert [issue.message for issue in validate(after, CATALOGUE, SURROUNDINGS) if issue.level == "error"] == []
    assert reply


@pytest.mark.parametrize("question", WORDS["question"])
async def test_a_question_is_answered_and_changes_nothing(question: str) -> None:
    before, _, _ = await turn(CREATE[0][1], EMPTY)
    before, _, _ = await turn(WORDS["change"][0], before, CREATE[0][1])
    after, reply, _ = await turn(question, before, CREATE[0][1], WORDS["change"][0])
    assert after == before
    assert len(reply) > 20
