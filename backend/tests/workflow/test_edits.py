"""What `apply` does and what it refuses, with words that name the steps and the remedy."""

import pytest
from pydantic import ValidationError

from parley.nodes.registry import CATALOGUE
from parley.workflow.edits import (
    EDITS,
    AddNode,
    Connect,
    Disconnect,
    Edit,
    EditRefused,
    Limits,
    NodeChange,
    PlaceNode,
    RemoveNode,
    Rename,
    UpdateNode,
    apply,
    apply_all,
)
from parley.workflow.spec import EMPTY, Node, Workflow
from parley.workflow.validate import Surroundings, validate
from tests.workflow.drawing import draw, handbook, step

REFUSALS: list[tuple[Edit, str]] = [
    (AddNode(node=step("search", "llm")), "The id search already belongs to \"Search handbook\" (search). Choose another id."),
    (AddNode(node=step("x", "teleport")), "There is no step type 'teleport'. The types are: manual_trigger,"),
    (AddNode(node=step("x", "llm", parent="nowhere")), "There is no step 'nowhere'. The steps are: question, search,"),
    (AddNode(node=step("x", "llm", parent="search")), "\"Search handbook\" (search) is not a loop, so nothing can stand inside it."),
    (AddNode(node=step("x", "manual_trigger", parent="leads")), "\"X\" (x) starts the workflow and cannot stand inside a loop."),
    (UpdateNode(id="nobody", set=NodeChange(label="x")), "There is no step 'nobody'."),
    (UpdateNode(id="search", set=NodeChange(type="teleport")), "There is no step type 'teleport'."),
    (UpdateNode(id="leads", set=NodeChange(type="llm")), "\"For each lead\" (leads) has steps inside."),
    (UpdateNode(id="search", set=NodeChange(type="chat_trigger")), "has edges leading to it, and nothing can lead to a trigger."),
    (UpdateNode(id="search", set=NodeChange(type="note")), "\"Search handbook\" (search) is connected, and notes are not."),
    (UpdateNode(id="search", set=NodeChange(parent="leads")), "is connected to \"Question arrives\" (question), and an edge cannot cross"),
    (UpdateNode(id="ask", set=NodeChange(parent=None)), "is connected to \"Draft request\" (draft), and an edge cannot cross"),
    (RemoveNode(id="nobody"), "There is no step 'nobody'."),
    (Connect(source="write", target="question"), "starts the workflow, so nothing can lead to it."),
    (Connect(source="write", target="search"), "This edge would close a circle: \"Search handbook\" (search) already leads to"),
    (Connect(source="write", target="write"), "This edge would close a circle"),
    (Connect(source="ask", target="draft"), "This edge would close a circle"),
    (Connect(source="question", target="search"), "are already connected this way."),
    (Connect(source="question", target="write", source_handle="true"), "has one way out without a name. Leave source_handle empty."),
    (Connect(source="found", target="ask", source_handle="true"), "an edge cannot cross a loop's border."),
    (Connect(source="found", target="write"), "\"Found something?\" (found) has several ways out. Choose one of: true, false."),
    (Connect(source="found", target="write", source_handle="maybe"), "has no way out called 'maybe'. Choose one of: true, false."),
    (Connect(source="leads", target="draft"), "stands inside \"For each lead\" (leads) and starts by itself with each item."),
    (Connect(source="ask", target="leads"), "the loop goes on by itself after it. Leave this edge out."),
    (Connect(source="nobody", target="search"), "There is no step 'nobody'."),
    (Disconnect(source="question", target="write"), "is not connected to \"Write answer\" (write)."),
    (Disconnect(source="found", target="write", source_handle="false"), "by 'false'. They are connected by true."),
    (PlaceNode(id="nobody", position=(1, 2)), "There is no step 'nobody'."),
    (PlaceNode(id="search", position=(float("nan"), 2)), "The position has a number that is not finite."),
    (Rename(name="a\x00b"), "The name has characters that cannot be stored."),
    (AddNode(node=step("x", "llm", "a\x00b")), "The label of x has characters that cannot be stored."),
    (AddNode(node=step("x", "llm", prompt={"k": ["\ud800"]})), "The config of \"X\" (x) has characters that cannot be stored."),
    (AddNode(node=step("x", "llm", prompt="a" * 70_000)), "is longer than 64,000 characters."),
    (AddNode(node=step("x", "llm", prompt=2**64)), "has a whole number of more than 63 bits."),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "words"), REFUSALS, ids=lambda value: value if isinstance(value, str) else "")
def test_an_edit_that_breaks_the_structure_is_refused_with_a_remedy(edit: Edit, words: str) -> None:
    with pytest.raises(EditRefused) as caught:
        apply(edit, handbook(), CATALOGUE)
    assert words in caught.value.message
    assert caught.value.code == "edit_refused"


def test_deeply_nested_config_is_refused_without_recursing() -> None:
    value: object = 1
    for _ in range(100_000):
        value = [value]
    node = Node.model_construct(id="x", type="llm", label="X", config={"prompt": value}, parent=None, position=None)
    with pytest.raises(EditRefused, match="nested deeper than"):
        apply(AddNode.model_construct(node=node), EMPTY, CATALOGUE)


def test_a_note_cannot_be_connected() -> None:
    workflow = draw(step("remark", "note"), start=handbook())
    for edit in (Connect(source="remark", target="write"), Connect(source="write", target="remark")):
        with pytest.raises(EditRefused, match="is a note; notes are not connected"):
            apply(edit, workflow, CATALOGUE)


def test_a_loop_cannot_stand_inside_what_it_holds() -> None:
    workflow = draw(step("outer", "loop"), step("inner", "loop", parent="outer"))
    for parent in ("outer", "inner"):
        with pytest.raises(EditRefused, match="cannot stand inside itself"):
            apply(UpdateNode(id="outer", set=NodeChange(parent=parent)), workflow, CATALOGUE)


def test_limits_are_said() -> None:
    workflow = draw(step("a", "llm"), step("b", "llm"), step("c", "llm"), "a -> b")
    with pytest.raises(EditRefused, match="at most 3 steps"):
        apply(AddNode(node=step("d", "llm")), workflow, CATALOGUE, Limits(nodes=3))
    with pytest.raises(EditRefused, match="at most 1 edges"):
        apply(Connect(source="b", target="c"), workflow, CATALOGUE, Limits(edges=1))


@pytest.mark.parametrize("node_id", ["", "Ab", "a-b", "1a", "a" * 41, "item", "input", "loop", "null", "a\n", "ä"])
def test_an_id_that_templates_could_not_name_is_refused(node_id: str) -> None:
    with pytest.raises(ValidationError):
        Node(id=node_id, type="llm", label="x")


def test_update_merges_config_by_key_and_keeps_what_is_not_named() -> None:
    workflow = draw(step("mail", "email", to="a@b.test", subject="Hi"))
    edit = UpdateNode(id="mail", set=NodeChange(config={"subject": "Ho", "body": "x"}, timeout=5), unset=("to",))
    mail = apply(edit, workflow, CATALOGUE).node("mail")
    assert mail is not None
    assert mail.config == {"subject": "Ho", "body": "x"}
    assert (mail.label, mail.timeout) == ("Mail", 5)


def test_null_in_an_update_empties_what_may_be_empty_and_leaves_the_rest() -> None:
    workflow = draw(step("leads", "loop"), step("mail", "email", parent="leads"))
    change = NodeChange(label=None, type=None, config=None, parent=None)
    assert apply(UpdateNode(id="mail", set=change), workflow, CATALOGUE).node("mail") == step("mail", "email")


def test_removing_a_step_with_bridge_joins_its_neighbours_and_keeps_the_branch() -> None:
    workflow = apply(RemoveNode(id="write", bridge=True), draw(step("out", "output"), "write -> out", start=handbook()), CATALOGUE)
    assert [edge.id for edge in workflow.edges_into("out")] == ["found/true/out"]


def test_removing_a_loop_removes_its_body() -> None:
    workflow = apply(RemoveNode(id="leads"), handbook(), CATALOGUE)
    assert [node.id for node in workflow.nodes] == ["question", "search", "found", "write"]
    assert {edge.id for edge in workflow.edges} == {"question//search", "search//found", "found/true/write"}


def test_a_branch_that_loses_its_case_keeps_its_edge_and_says_so() -> None:
    workflow = draw(
        step("start", "manual_trigger"),
        step("sort", "switch", cases=[{"name": "gold", "expression": "true"}]),
        step("out", "output", value="x"),
        "start -> sort",
        "sort -gold-> out",
    )
    workflow = apply(UpdateNode(id="sort", set=NodeChange(config={"cases": []})), workflow, CATALOGUE)
    assert [edge.id for edge in workflow.edges_into("out")] == ["sort/gold/out"]
    gone = [issue for issue in validate(workflow, CATALOGUE, Surroundings()) if issue.code == "branch_gone"]
    assert [(issue.level, issue.edge_id, issue.message) for issue in gone] == [("error", "sort/gold/out", "The way out “gold” is gone")]


def test_a_step_is_wrapped_in_a_loop_by_edits_that_are_valid_one_by_one() -> None:
    workflow = draw(step("a", "manual_trigger"), step("b", "llm"), step("c", "output"), "a -> b", "b -> c")
    edits: list[Edit] = [
        AddNode(node=step("each", "loop")),
        Disconnect(source="a", target="b"),
        Disconnect(source="b", target="c"),
        Connect(source="a", target="each"),
        Connect(source="each", target="c"),
        UpdateNode(id="b", set=NodeChange(parent="each")),
    ]
    wrapped = apply_all(edits, workflow, CATALOGUE)
    assert [node.id for node in wrapped.body("each")] == ["b"]
    assert {edge.id for edge in wrapped.edges} == {"a//each", "each//c"}


def test_edits_survive_json_with_only_what_was_given() -> None:
    edits = EDITS.validate_json(
        '[{"op": "update_node", "id": "a", "set": {"parent": null}}, {"op": "connect", "source": "a", "target": "b"}]'
    )
    assert EDITS.dump_python(edits) == [
        {"op": "update_node", "id": "a", "set": {"parent": None}, "unset": ()},
        {"op": "connect", "source": "a", "target": "b", "source_handle": None},
    ]


def test_the_order_of_the_other_steps_stays() -> None:
    before = handbook()
    after = apply(UpdateNode(id="search", set=NodeChange(label="Look up")), before, CATALOGUE)
    assert [node.id for node in after.nodes] == [node.id for node in before.nodes]
    assert before == handbook()
    assert isinstance(after, Workflow)
