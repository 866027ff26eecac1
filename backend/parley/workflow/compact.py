"""A workflow in few words for a language model's context: a line per step, indented inside its loop, then the edges as chains.

workflow: Handbook answers
question: chat_trigger "Question arrives"
search: knowledge_search "Search handbook" collection="Handbook" query="{{ input.message }}"
leads: loop "For each lead" items="{{ team.rows }}"
  ask: email "Ask lead" to="{{ item.email }}"
question -> search -> found -[true]-> write
found -[false]-> leads
"""

import json
from collections import defaultdict
from collections.abc import Mapping

from pydantic import JsonValue

from parley.workflow.spec import Edge, Node, Workflow

CHARS_PER_TOKEN = 3.2  # of identifiers and JSON; prose has about four
_SHORTEST_VALUE = 24


def compact(workflow: Workflow, max_tokens: int = 2_500) -> str:
    """Long config values are cut, evenly and only as far as needed, and marked with their full length."""
    limit = 2_000
    text = _text(workflow, limit)
    while len(text) > max_tokens * CHARS_PER_TOKEN and limit > _SHORTEST_VALUE:
        limit = max(_SHORTEST_VALUE, limit // 2)
        text = _text(workflow, limit)
    return text


def _text(workflow: Workflow, limit: int) -> str:
    if not workflow.nodes:
        return "(empty)"
    lines = [f"workflow: {workflow.name or '(no name)'}"]
    inside: defaultdict[str | None, list[Node]] = defaultdict(list)
    for node in workflow.nodes:
        inside[node.parent].append(node)
    for node in inside[None]:
        lines.extend(_node_lines(node, inside, limit, 0))
    lines.extend(_chains(workflow))
    return "\n".join(lines)


def _node_lines(node: Node, inside: Mapping[str | None, list[Node]], limit: int, depth: int) -> list[str]:
    parts = [f"{'  ' * depth}{node.id}: {node.type} {_json(node.label, limit)}"]
    parts += [f"{key}={_json(value, limit)}" for key, value in node.config.items()]
    if node.retry is not None:
        parts.append(f"retry={node.retry.attempts}")
    if node.timeout is not None:
        parts.append(f"timeout={node.timeout:g}")
    if node.on_error is not None:
        parts.append(f"on_error={node.on_error}")
    lines = [" ".join(parts)]
    for child in inside.get(node.id, ()):
        lines.extend(_node_lines(child, inside, limit, depth + 1))
    return lines


def _json(value: JsonValue, limit: int) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= limit else f"{text[:limit]}…({len(text)} characters)"


def _chains(workflow: Workflow) -> list[str]:
    """Every edge once, each line as long a chain as it can be."""
    left: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in reversed(workflow.edges):
        left[edge.source].append(edge)
    lines: list[str] = []
    for start in workflow.edges:
        if start not in left[start.source]:
            continue
        line, node_id = start.source, start.source
        while left[node_id]:
            edge = left[node_id].pop()
            line += f"{_arrow(edge)}{edge.target}"
            node_id = edge.target
        lines.append(line)
    return lines


def _arrow(edge: Edge) -> str:
    return f" -[{edge.source_handle}]-> " if edge.source_handle else " -> "
