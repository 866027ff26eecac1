"""The list under a reply, in the words of the design's picture."""

from hypothesis import given, settings

from parley.nodes.registry import CATALOGUE
from parley.workflow.describe import describe
from parley.workflow.diff import diff
from parley.workflow.edits import AddNode, Connect, Disconnect, Edit, NodeChange, PlaceNode, RemoveNode, Rename, UpdateNode
from parley.workflow.spec import EMPTY, Workflow
from tests.workflow.drawing import draw, step
from tests.workflow.strategies import valid_workflows


def lines(edits: list[Edit], before: Workflow) -> list[tuple[str, str, str, tuple[int, ...]]]:
    return [(change.sign, change.title, change.detail, change.seqs) for change in describe(edits, before, CATALOGUE)]


def test_the_turn_of_the_picture_reads_as_in_the_picture() -> None:
    before = draw(
        step("question", "chat_trigger", "Question arrives"),
        step("write", "llm", "Write answer", prompt="Answer"),
        step("slack", "slack_message", "Slack", channel="#support"),
        "question -> write",
        "write -> slack",
    )
    edits: list[Edit] = [
        AddNode(node=step("search", "knowledge_search", "Search handbook")),
        Disconnect(source="question", target="write"),
        Connect(source="question", target="search"),
        AddNode(node=step("found", "condition", "Found something?")),
        Connect(source="search", target="found"),
        Connect(source="found", target="write", source_handle="true"),
        AddNode(node=step("leads", "loop", "For each lead")),
        AddNode(node=step("draft", "llm", "Draft request", parent="leads")),
        AddNode(node=step("ask", "email", "Ask lead", parent="leads")),
        Connect(source="draft", target="ask"),
        Connect(source="found", target="leads", source_handle="false"),
        UpdateNode(id="write", set=NodeChange(config={"prompt": "Answer from {{ search.text }}"})),
        RemoveNode(id="slack"),
    ]
    assert lines(edits, before) == [
        ("added", "Search handbook", "after Question arrives", (0, 1, 2)),
        ("added", "Found something?", "true, false", (3, 4, 5)),
        ("added", "For each lead", "with 2 steps inside", (6, 7, 8, 9, 10)),
        ("changed", "Write answer", "prompt", (11,)),
        ("removed", "Slack", "", (12,)),
    ]


def test_an_approval_is_said_by_what_it_guards() -> None:
    before = draw(step("write", "llm", "Write answer"), step("send", "email", "Send reply"), "write -> send")
    edits: list[Edit] = [
        AddNode(node=step("approve", "approval", "Approve reply")),
        Disconnect(source="write", target="send"),
        Connect(source="write", target="approve"),
        Connect(source="approve", target="send", source_handle="approved"),
    ]
    assert lines(edits, before) == [("added", "Approve reply", "before Send reply", (0, 1, 2, 3))]


def test_renames_types_moves_and_rewiring_are_said() -> None:
    before = draw(
        step("a", "manual_trigger"), step("b", "llm"), step("c", "llm"), step("each", "loop"), "a -> b", "a -> c",
        start=Workflow(name="Old"),
    )  # fmt: skip
    edits: list[Edit] = [
        UpdateNode(id="b", set=NodeChange(label="Bee", type="output", config={"value": "x"}, timeout=3)),
        Disconnect(source="a", target="c"),
        Connect(source="b", target="c"),
        PlaceNode(id="a", position=(1, 2)),
        UpdateNode(id="each", set=NodeChange(config={"items": "x"})),
        Rename(name="New"),
    ]
    assert lines(edits, before) == [
        ("changed", "A", "moved", (3,)),
        ("changed", "Bee", "was “B”, now Answer, timeout", (0,)),
        ("changed", "C", "after Bee", (1, 2)),
        ("changed", "Each", "items", (4,)),
        ("changed", "New", "was “Old”", (5,)),
    ]


def test_moving_a_step_into_a_loop_is_said_once() -> None:
    before = draw(step("a", "manual_trigger"), step("b", "llm"), "a -> b")
    after = draw(step("a", "manual_trigger"), step("each", "loop", "For each"), step("b", "llm", parent="each"), "a -> each")
    assert [line[:3] for line in lines(diff(before, after, CATALOGUE), before)] == [
        ("added", "For each", "with 1 step inside"),
        ("changed", "B", "into For each"),
    ]


def test_a_removed_step_in_the_middle_takes_its_bridge_with_it() -> None:
    before = draw(step("a", "manual_trigger"), step("b", "llm"), step("c", "output"), "a -> b", "b -> c")
    assert lines([RemoveNode(id="b", bridge=True)], before) == [("removed", "B", "", (0,))]
    assert lines([RemoveNode(id="b"), Connect(source="a", target="c")], before) == [("removed", "B", "", (0, 1))]


def test_what_was_added_and_removed_again_has_no_line_and_a_first_name_neither() -> None:
    edits: list[Edit] = [Rename(name="Flow"), AddNode(node=step("a", "llm")), RemoveNode(id="a"), AddNode(node=step("b", "chat_trigger"))]
    assert lines(edits, EMPTY) == [("added", "B", "starts the workflow", (3,))]


@settings(deadline=None)
@given(valid_workflows(), valid_workflows())
def test_any_change_can_be_described_and_no_edit_stands_in_two_lines(before: Workflow, after: Workflow) -> None:
    edits = diff(before, after, CATALOGUE)
    described = describe(edits, before, CATALOGUE)
    seqs = [seq for change in described for seq in change.seqs]
    assert len(seqs) == len(set(seqs))
    assert bool(described) or not edits or (before.name, after.nodes, after.edges) == ("", before.nodes, before.edges)
