"""Wrong drawings made from right ones, the same on every machine: each kind spoils one thing about a graph."""

import copy
from collections.abc import Callable
from typing import Any

Graph = dict[str, Any]


def _without(graph: Graph, index: int) -> None:
    gone = graph["nodes"].pop(index)["id"]
    graph["edges"] = [edge for edge in graph["edges"] if gone not in (edge["source"], edge["target"])]
    for node in graph["nodes"]:
        node["parent"] = None if node["parent"] == gone else node["parent"]


def first_step_gone(graph: Graph) -> None:
    _without(graph, 0)


def last_step_gone(graph: Graph) -> None:
    _without(graph, -1)


def last_edge_gone(graph: Graph) -> None:
    graph["edges"] = graph["edges"][:-1]


def branches_swapped(graph: Graph) -> None:
    other = {"true": "false", "false": "true"}
    for edge in graph["edges"]:
        edge["source_handle"] = other.get(edge["source_handle"], edge["source_handle"])


def branches_unnamed(graph: Graph) -> None:
    for edge in graph["edges"]:
        edge["source_handle"] = None


def values_gone(graph: Graph) -> None:
    for node in graph["nodes"][::2]:
        node["config"] = {}


def a_step_too_many(graph: Graph) -> None:
    last = graph["nodes"][-1]["id"]
    graph["nodes"].append({"id": "extra", "type": "agent", "label": "Extra", "config": {"goal": "anything"}, "parent": None})
    graph["edges"].append({"source": last, "target": "extra", "source_handle": None})


def a_loose_step(graph: Graph) -> None:
    graph["nodes"].append({"id": "loose", "type": "transform", "label": "Loose", "config": {}, "parent": None})


def another_type(graph: Graph) -> None:
    graph["nodes"][-1]["type"] = "knowledge_add"


def a_circle(graph: Graph) -> None:
    graph["edges"].append({"source": graph["nodes"][-1]["id"], "target": graph["nodes"][1]["id"], "source_handle": None})


def other_ids(graph: Graph) -> None:
    for node in graph["nodes"]:
        node["id"], node["parent"] = f"x_{node['id']}", node["parent"] and f"x_{node['parent']}"
    for edge in graph["edges"]:
        edge["source"], edge["target"] = f"x_{edge['source']}", f"x_{edge['target']}"


def out_of_the_loop(graph: Graph) -> None:
    for node in graph["nodes"]:
        node["parent"] = None


MUTATIONS: tuple[Callable[[Graph], None], ...] = (
    first_step_gone,
    last_step_gone,
    last_edge_gone,
    branches_swapped,
    branches_unnamed,
    values_gone,
    a_step_too_many,
    a_loose_step,
    another_type,
    a_circle,
    other_ids,
    out_of_the_loop,
)


def mutated(graph: Graph, spoil: Callable[[Graph], None]) -> Graph:
    """A copy; a graph of fewer than three steps stays as it is."""
    changed = copy.deepcopy(graph)
    if len(changed["nodes"]) > 2:
        spoil(changed)
    return changed
