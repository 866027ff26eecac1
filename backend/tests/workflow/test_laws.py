"""The laws of the edit log, for any workflow and any edits: diff and apply agree, inverses undo, every prefix is sound."""

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.nodes.registry import CATALOGUE
from parley.workflow.diff import diff, same_json
from parley.workflow.edits import EDITS, Edit, EditRefused, apply, apply_all, invert
from parley.workflow.spec import EMPTY, Workflow
from tests.workflow.strategies import applied, edits, valid_workflows
from tests.workflow.structure_rules import assert_sound

MANY = settings(max_examples=300, deadline=None)


def assert_same(one: Workflow, other: Workflow) -> None:
    assert one == other
    for node in one.nodes:
        twin = other.node(node.id)
        assert twin is not None
        assert same_json(node.config, twin.config)


@MANY
@given(valid_workflows(), valid_workflows())
def test_applying_the_diff_gives_the_other_workflow_and_every_prefix_is_sound(before: Workflow, after: Workflow) -> None:
    workflow = before
    for edit in diff(before, after, CATALOGUE):
        workflow = apply(edit, workflow, CATALOGUE)
        assert_sound(workflow, CATALOGUE)
    assert_same(workflow, after)


@given(valid_workflows())
def test_a_workflow_does_not_differ_from_itself(workflow: Workflow) -> None:
    assert diff(workflow, workflow, CATALOGUE) == []


@MANY
@given(valid_workflows(), edits)
def test_the_inverse_of_an_edit_gives_the_workflow_back(before: Workflow, edit: Edit) -> None:
    try:
        after = apply(edit, before, CATALOGUE)
    except EditRefused:
        return
    workflow = after
    for back in invert(edit, before, CATALOGUE):
        workflow = apply(back, workflow, CATALOGUE)
        assert_sound(workflow, CATALOGUE)
    assert_same(workflow, before)


@MANY
@given(valid_workflows(), st.lists(edits, max_size=10))
def test_folding_the_stored_edits_gives_the_stored_workflow_and_every_prefix_is_sound(made: Workflow, guesses: list[Edit]) -> None:
    workflow, done = applied([*diff(EMPTY, made, CATALOGUE), *guesses])
    stored = EDITS.validate_json(EDITS.dump_json(done))
    assert stored == done
    step = EMPTY
    for edit in stored:
        step = apply(edit, step, CATALOGUE)
        assert_sound(step, CATALOGUE)
    assert_same(step, Workflow.model_validate_json(workflow.model_dump_json()))
    assert apply_all(stored, EMPTY, CATALOGUE) == workflow


@given(valid_workflows(), edits)
def test_applying_leaves_the_given_workflow_untouched(workflow: Workflow, edit: Edit) -> None:
    before = workflow.model_dump_json()
    applied([edit], workflow)
    assert workflow.model_dump_json() == before


@given(valid_workflows())
def test_a_workflow_is_equal_to_itself_in_another_order(workflow: Workflow) -> None:
    turned = workflow.model_copy(update={"nodes": workflow.nodes[::-1], "edges": workflow.edges[::-1]})
    assert turned == workflow
    assert hash(turned) == hash(workflow)
