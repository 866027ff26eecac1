"""The two graphs that are compared: the one a planner drew, and the one the label expects, with its alternatives."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any  # a label is free JSON

import networkx as nx

from evals.values import norm
from parley.workflow.spec import Workflow

FREE = frozenset({"output", "merge"})  # extra nodes of these types cost nothing
SOFT = frozenset({"transform", "set_variables"})  # of these half
SCAFFOLD = frozenset({"note"})
YES = frozenset(
    {
        "true",
        "yes",
        "then",
        "if",
        "pass",
        "passed",
        "approved",
        "approve",
        "accept",
        "accepted",
        "success",
        "ok",
        "match",
        "matched",
        "found",
    }
)
NO = frozenset(
    {"false", "no", "else", "otherwise", "fail", "failed", "rejected", "reject", "denied", "declined", "error", "not_found", "unmatched"}
)
BODY = frozenset({"body", "loop", "each", "item", "items", "iterate", "loop_body"})
DONE = frozenset({"done", "after", "end", "completed", "finished", "next", "exit"})

Edge = tuple[str, str, str | None]


@dataclass(frozen=True)
class Drawn:
    type: str
    label: str
    config: dict[str, Any]
    parent: str | None


@dataclass
class Prediction:
    nodes: dict[str, Drawn]
    edges: list[Edge]


@dataclass(frozen=True)
class Wanted:
    """One expected step. `types` are the acceptable ones, `loop` the key of the enclosing loop."""

    key: str
    types: tuple[str, ...]
    optional: bool
    loop: str | None
    slots: dict[str, Any]


@dataclass
class Expectation:
    steps: dict[str, Wanted]
    wirings: list[list[Edge]]
    forbidden: tuple[str, ...] = ()
    required: set[str] = field(default_factory=set[str])


def drawn(workflow: Workflow) -> Prediction:
    nodes = {node.id: Drawn(node.type, node.label, dict(node.config), node.parent) for node in workflow.nodes}
    edges: list[Edge] = [(edge.source, edge.target, edge.source_handle) for edge in workflow.edges]
    for loop in [node_id for node_id, node in nodes.items() if node.type == "loop"]:
        body = {node_id for node_id, node in nodes.items() if node.parent == loop}
        if not any(source == loop and target in body for source, target, _ in edges):
            entered = {target for source, target, _ in edges if source in body}
            edges += [(loop, node_id, "body") for node_id in nodes if node_id in body - entered]
    return Prediction(nodes, edges)


def expected(label: dict[str, Any]) -> Expectation:
    steps = {
        step["key"]: Wanted(
            step["key"],
            tuple(step.get("types") or [step["type"]]),
            bool(step.get("optional")),
            step.get("in"),
            step.get("config_contains") or {},
        )
        for step in label["nodes"]
    }
    wirings = [[_edge(edge) for edge in edges] for edges in [label["edges"], *label.get("alt_edges", [])]]
    for group in label.get("unordered", []):
        wirings = [wiring for old in wirings for wiring in _any_order(old, group)][:200]
    required = {key for key, step in steps.items() if not step.optional}
    return Expectation(steps, wirings, tuple(label.get("forbidden_types", [])), required)


def _edge(edge: list[str]) -> Edge:
    return (edge[0], edge[1], edge[2] if len(edge) > 2 else None)


def _any_order(edges: list[Edge], group: list[str]) -> list[list[Edge]]:
    """The wiring side by side, and one after another in every order."""
    into = [(source, branch) for source, target, branch in edges if target == group[0] and source not in group]
    out = sorted({(target, branch) for source, target, branch in edges if source in group and target not in group}, key=str)
    rest = [edge for edge in edges if edge[0] not in group and edge[1] not in group]
    orders = [
        rest
        + [(source, order[0], branch) for source, branch in into]
        + [(first, second, None) for first, second in itertools.pairwise(order)]
        + [(order[-1], target, branch) for target, branch in out]
        for order in itertools.permutations(group)
    ]
    return [edges, *orders]


Joined = dict[tuple[str, str], set[str | None]]


def contracted(edges: Iterable[Edge], gone: Iterable[str]) -> Joined:
    """Edges with some nodes left out, their predecessors joined to their successors."""
    joined: defaultdict[tuple[str, str], set[str | None]] = defaultdict(set)
    for source, target, branch in edges:
        joined[source, target].add(branch)
    for node in gone:
        into = [(source, branches) for (source, target), branches in joined.items() if target == node and source != node]
        out = [(target, branches) for (source, target), branches in joined.items() if source == node and target != node]
        for pair in [pair for pair in joined if node in pair]:
            del joined[pair]
        for source, first in into:
            for target, second in out:
                if source != target:
                    joined[source, target] |= {branch for branch in first | second if branch} or {None}
    return joined


def branch_word(text: object) -> str:
    word = norm(text).replace(" ", "_")
    return "true" if word in YES else "false" if word in NO else word


def same_case(first: str, second: str) -> bool:
    """ "one-time" and "one_time order", "archive" and "archived", but not "paid" and "unpaid"."""
    a, b = (set(re.findall(r"\w+", re.sub(r"[_\W]+", " ", text))) for text in (first, second))
    prefix = min(len(first), len(second)) > 3 and (first.startswith(second) or second.startswith(first))
    return bool(a and b) and (a <= b or b <= a or prefix)


def branch_credit(wanted: str | None, have: list[str | None]) -> float:
    """1 for the right branch, a half for one that is not its opposite, 0 for true and false swapped."""
    if not wanted:
        return 1.0
    words = {branch_word(one) for one in wanted.split("|")}
    if words & (BODY | DONE):
        return 1.0  # what stands in a loop is known by its parent, whatever the branch is called
    best = 0.0
    for one in have or [None]:
        word = branch_word(one or "")
        if word and (word in words or any(same_case(want, word) for want in words)):
            return 1.0
        swapped = word in {"true", "false"} and bool(words & {"true", "false"})
        best = max(best, 0.0 if swapped else 0.5)
    return best


def problems(prediction: Prediction) -> list[str]:
    """What makes a drawing invalid: a circle, an edge into a trigger, a step that nothing leads to."""
    nodes = prediction.nodes
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((source, target) for source, target, _ in prediction.edges)
    found = [] if nx.is_directed_acyclic_graph(graph) else ["cycle"]
    real = [node_id for node_id, node in nodes.items() if node.type not in SCAFFOLD]
    started = any(nodes[node_id].type.endswith("_trigger") for node_id in real)
    for node_id in real:
        if nodes[node_id].type.endswith("_trigger"):
            found += [f"edge into trigger {node_id}"] * bool(graph.in_degree(node_id))
        elif len(real) > 1 and not graph.in_degree(node_id) and not nodes[node_id].parent and (started or not graph.out_degree(node_id)):
            found.append(f"dangling {node_id}")
    return found
