"""Short ways to draw a workflow in tests, by the same edits as everyone."""

from pydantic import JsonValue

from parley.nodes.registry import CATALOGUE
from parley.workflow.edits import AddNode, Connect, apply_all
from parley.workflow.spec import EMPTY, Node, Workflow


def step(node_id: str, type_name: str, label: str = "", parent: str | None = None, **config: JsonValue) -> Node:
    return Node(id=node_id, type=type_name, label=label or node_id.replace("_", " ").capitalize(), parent=parent, config=config)


def draw(*parts: Node | str, start: Workflow = EMPTY) -> Workflow:
    """Nodes are added, texts like "a -> b" and "a -true-> b" are edges."""
    workflow = start
    for part in parts:
        edits = [AddNode(node=part)] if isinstance(part, Node) else [_edge(part)]
        workflow = apply_all(edits, workflow, CATALOGUE)
    return workflow


def _edge(text: str) -> Connect:
    source, arrow, target = text.split(" ")
    return Connect(source=source, target=target, source_handle=arrow.removesuffix("->").strip("-") or None)


def handbook() -> Workflow:
    """The workflow of the design's pictures."""
    return draw(
        step("question", "chat_trigger", "Question arrives"),
        step("search", "knowledge_search", "Search handbook", collection="Handbook", query="{{ input.message }}"),
        step("found", "condition", "Found something?", expression="search.count > 0"),
        step("write", "llm", "Write answer", prompt="Answer {{ input.message }} from {{ search.text }}"),
        step("leads", "loop", "For each lead", items="{{ search.chunks }}"),
        step("draft", "llm", "Draft request", parent="leads", prompt="Ask about {{ item.text }}"),
        step("ask", "email", "Ask lead", parent="leads", subject="A question", body="{{ draft.text }}"),
        "question -> search",
        "search -> found",
        "found -true-> write",
        "found -false-> leads",
        "draft -> ask",
    )
