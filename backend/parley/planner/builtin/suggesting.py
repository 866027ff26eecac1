"""What to say next: up to three requests that the planner itself understands and that were not just made."""

import re
from collections.abc import Sequence

from parley.workflow.spec import Node, Workflow

_TELLING = ("What does the last step do?", "What is missing?", "What happens if a step fails?")
_READS = frozenset({"web_search", "db_query", "http_request", "knowledge_search"})


def suggestions(workflow: Workflow, said: Sequence[str] = (), asking: bool = False) -> tuple[str, ...]:
    """`said` is what was said in this conversation; after a question (`asking`), changes come before further questions."""
    if not workflow.nodes:
        return ()
    known = {_plain(text) for text in said}
    likely = _changes(workflow.nodes) if asking else [*_changes(workflow.nodes), *_TELLING]
    fresh = [text for text in likely if _plain(text) not in known]
    return tuple(fresh[:3])


def _changes(nodes: Sequence[Node]) -> list[str]:
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
