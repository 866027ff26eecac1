"""Undoing older edits on a workflow that has moved on: exactly, or with a refusal that names what was built on them."""

from typing import Any

import pytest

from parley.nodes.registry import CATALOGUE
from parley.workflow.edits import AddNode, Connect, Disconnect, Edit, EditRefused, Rename, UpdateNode, apply_all
from parley.workflow.spec import Node, Workflow
from parley.workflow.undo import DependedOn, undoing


def add(node_id: str, node_type: str, label: str, **config: Any) -> AddNode:
    return AddNode(node=Node(id=node_id, type=node_type, label=label, config=config))


def update(node_id: str, **changes: Any) -> UpdateNode:
    return UpdateNode.model_validate({"op": "update_node", "id": node_id, "set": changes})


BASE: list[Edit] = [
    add("start", "manual_trigger", "Start"),
    add("write", "llm", "Write answer", prompt="Say hello"),
    Connect(source="start", target="write"),
]
FIRST = apply_all(BASE, Workflow(), CATALOGUE)
SEARCH: list[Edit] = [
    Disconnect(source="start", target="write"),
    add("search", "web_search", "Search", query="tides"),
    Connect(source="start", target="search"),
    Connect(source="search", target="write"),
]
SEARCHING = apply_all(SEARCH, FIRST, CATALOGUE)


def edges(workflow: Workflow) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in workflow.edges}


def test_edits_that_nothing_was_built_on_are_taken_back_exactly() -> None:
    renamed = apply_all([Rename(name="Tides")], SEARCHING, CATALOGUE)
    undone = apply_all(undoing(SEARCH, range(4), FIRST, renamed, CATALOGUE), renamed, CATALOGUE)
    assert undone == FIRST.model_copy(update={"name": "Tides"})


def test_a_step_put_in_between_later_is_named_and_stays() -> None:
    between: list[Edit] = [
        Disconnect(source="search", target="write"),
        add("check", "approval", "Check", message="Fine?"),
        Connect(source="search", target="check"),
        Connect(source="check", target="write", source_handle="approved"),
    ]
    current = apply_all(between, SEARCHING, CATALOGUE)
    with pytest.raises(DependedOn, match="“Search” and “Write answer” was changed again later"):
        undoing(SEARCH, range(4), FIRST, current, CATALOGUE)
    undone = apply_all(undoing(SEARCH, range(4), FIRST, current, CATALOGUE, anyway=True), current, CATALOGUE)
    assert edges(undone) == {("start", "check"), ("check", "write")}


def test_a_step_whose_result_is_used_is_named_with_those_who_use_it() -> None:
    current = apply_all([update("write", config={"prompt": "Sum up {{ search.text }}"})], SEARCHING, CATALOGUE)
    with pytest.raises(DependedOn, match="“Search” is used by “Write answer”") as refused:
        undoing(SEARCH, range(4), FIRST, current, CATALOGUE)
    assert refused.value.details["dependents"] == [{"node_id": "write", "label": "Write answer"}]
    undone = apply_all(undoing(SEARCH, range(4), FIRST, current, CATALOGUE, anyway=True), current, CATALOGUE)
    assert edges(undone) == {("start", "write")}


def test_a_value_that_was_changed_again_is_not_lost_unasked() -> None:
    shorter: list[Edit] = [update("write", config={"prompt": "Say hi"})]
    current = apply_all([update("write", config={"prompt": "Say hi, politely"})], apply_all(shorter, FIRST, CATALOGUE), CATALOGUE)
    with pytest.raises(DependedOn, match="“Write answer” was changed again later"):
        undoing(shorter, [0], FIRST, current, CATALOGUE)
    undone = apply_all(undoing(shorter, [0], FIRST, current, CATALOGUE, anyway=True), current, CATALOGUE)
    assert undone == FIRST


def test_another_value_of_the_same_step_is_in_nobodys_way() -> None:
    shorter: list[Edit] = [update("write", config={"prompt": "Say hi"})]
    current = apply_all([update("write", config={"system": "Be brief"})], apply_all(shorter, FIRST, CATALOGUE), CATALOGUE)
    undone = apply_all(undoing(shorter, [0], FIRST, current, CATALOGUE), current, CATALOGUE)
    assert undone.nodes[1].config == {"prompt": "Say hello", "system": "Be brief"}


def test_what_is_gone_cannot_be_undone_either_way() -> None:
    gone = apply_all(undoing(SEARCH, range(4), FIRST, SEARCHING, CATALOGUE), SEARCHING, CATALOGUE)
    for anyway in (False, True):
        with pytest.raises(EditRefused, match=r"nothing to undo|Undo the later change"):
            undoing(SEARCH, range(4), FIRST, gone, CATALOGUE, anyway=anyway)
