"""What to say next: up to three requests, read from the workflow's own shape, that the built-in planner understands and that were not
just made. At most one is about a result that nothing uses and one about a step that may fail; the others are what often follows."""

import re
from collections.abc import Iterator, Sequence

from parley.workflow import structure
from parley.workflow.catalogue import Catalogue
from parley.workflow.spec import Node, Workflow
from parley.workflow.validate import Surroundings, validate

_TELLING = ("What does the last step do?", "What is missing?", "What happens if a step fails?")
_READS = frozenset({"web_search", "db_query", "http_request", "knowledge_search"})
_WRITES_TEXT = ("llm", "agent", "email", "slack_message", "output")
_SAYABLE = re.compile(r"(?:[^,:;.?!“”\"]|\.(?=\w)){2,40}")


def suggestions(workflow: Workflow, catalogue: Catalogue, said: Sequence[str] = (), asking: bool = False) -> tuple[str, ...]:
    """`said` is what was said in this conversation; after a question (`asking`), changes come before further questions."""
    if not workflow.nodes:
        return ()
    known = {_plain(text) for text in said}
    likely = [*_unused(workflow, catalogue), *_unguarded(workflow, catalogue), *_follow_ups(workflow.nodes)]
    fresh = [text for text in (likely if asking else [*likely, *_TELLING]) if _plain(text) not in known]
    return tuple(fresh[:3])


def _unused(workflow: Workflow, catalogue: Catalogue) -> Iterator[str]:
    """The first result that no later step takes, for the first later step that writes something."""
    nodes = {node.id: node for node in workflow.nodes}
    after = structure.upstream(workflow)
    for issue in validate(workflow, catalogue, Surroundings()):
        if issue.code != "unused_result" or issue.node_id is None:
            continue
        source = nodes[issue.node_id]
        writing = [node for node in workflow.nodes if source.id in after[node.id] and node.type in _WRITES_TEXT]
        if writing and _sayable(source, workflow) and _sayable(writing[0], workflow):
            yield f"Use the result of {source.label} in {writing[0].label}"
            return


def _unguarded(workflow: Workflow, catalogue: Catalogue) -> Iterator[str]:
    """The first call to the outside that would end the run at its first failure and can be repeated without harm."""
    for node in workflow.nodes:
        spec = catalogue.get(node.type)
        if spec is None or node.type not in _READS or not spec.runnable or spec.has_side_effect(node.config):
            continue
        if (
            node.retry is None
            and (node.on_error or spec.on_error) == "fail"
            and node.type != "knowledge_search"
            and _sayable(node, workflow)
        ):
            yield f"If {node.label} fails, try it again"
            return


def _sayable(node: Node, workflow: Workflow) -> bool:
    """Whether its label means it and nothing else in a sentence."""
    return _SAYABLE.fullmatch(node.label) is not None and sum(other.label == node.label for other in workflow.nodes) == 1


def _follow_ups(nodes: Sequence[Node]) -> list[str]:
    types = [node.type for node in nodes]
    found: list[str] = []
    writes = "llm" in types or "agent" in types
    if "approval" not in types and writes and "output" in types:
        found.append("Ask for approval before answering")
    if "knowledge_search" in types and not any(node.type == "knowledge_search" and node.config.get("top_k") for node in nodes):
        found.append("Use only the best 3 passages")
    if "knowledge_search" in types and "web_search" not in types:
        found.append("Search the web as well")
    if "email" in types and "approval" not in types and not any(node.parent for node in nodes if node.type == "email"):
        found.append("Ask for approval before the mail goes out")
    if "manual_trigger" in types:
        found.append("Run it every weekday at 8")
    if any(node.type == "schedule_trigger" and re.match(r"\d+ \d+ ", str(node.config.get("cron", ""))) for node in nodes):
        found.append("Half an hour earlier")
    if "llm" in types:
        found.append("Make the answer shorter" if "output" in types else "Make the text shorter")
    if "llm" not in types and _READS & set(types):
        found.append("Add a summary at the end")
    if "classify" in types:
        found.append("Add a case “complaint”")
    return found


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()
