"""Which drawn step stands for which expected one, and what that says about the edges."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import networkx as nx

from evals.graphs import FREE, SCAFFOLD, SOFT, Edge, Expectation, Prediction, Wanted, branch_credit, contracted
from evals.values import flat, norm, slot_fits

Match = dict[str, str]  # drawn id -> expected key


@dataclass(frozen=True)
class EdgeScore:
    """`credits` by expected pair of keys; `have` the drawn pairs in terms of keys ("+id" for a step that stands for none)."""

    right: float
    drawn: int
    expected: int
    credits: dict[tuple[str, str], float]
    have: dict[tuple[str, str], list[str | None]]

    @property
    def f1(self) -> float:
        return f1(self.right / self.drawn if self.drawn else 0.0, self.right / self.expected if self.expected else 0.0)


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def edges_under(prediction: Prediction, expectation: Expectation, wiring: list[Edge], match: Match) -> EdgeScore:
    steps, nodes = expectation.steps, prediction.nodes
    matched = set(match.values())
    left_out = [key for key, step in steps.items() if step.optional and key not in matched]
    want = {
        pair: "|".join(sorted(branch for branch in branches if branch)) or None for pair, branches in contracted(wiring, left_out).items()
    }
    loose = {key for key, step in steps.items() if step.optional and not any(key in pair for pair in want)}
    extra = [node_id for node_id in nodes if node_id not in match and nodes[node_id].type in FREE | SOFT | SCAFFOLD]
    inverse = {key: node_id for node_id, key in match.items()}
    have: defaultdict[tuple[str, str], list[str | None]] = defaultdict(list)

    def key_of(node_id: str) -> str:
        return match.get(node_id, f"+{node_id}")

    def loop_of(key: str) -> str | None:
        return steps[key].loop if key in steps else None

    def within(key: str, loop: str) -> bool:
        around = loop_of(key)
        while around:
            if around == loop:
                return True
            around = loop_of(around)
        return False

    for (source_id, target_id), branches in contracted(prediction.edges, extra).items():
        source, target, found = key_of(source_id), key_of(target_id), set(branches)
        parent = nodes[source_id].parent
        loop = loop_of(source)
        if source.startswith("+") and parent and key_of(parent) in steps:
            loop = key_of(parent)
        # An edge that leaves a loop's body counts as the loop's own way out.
        while (
            loop
            and loop in inverse
            and target != loop
            and not within(target, loop)
            and not (target.startswith("+") and nodes[target_id].parent == inverse[loop])
        ):
            source, found, loop = loop, {"done"}, loop_of(loop)
        if source == target or within(source, target) or source in loose or target in loose:
            continue
        if (source, target) not in want and target in steps and steps[target].optional and nodes[inverse[target]].type in FREE:
            continue  # one more line into an optional end
        have[source, target] += sorted(found, key=str)
    credits = {pair: branch_credit(want[pair], have[pair]) for pair in want if pair in have}
    return EdgeScore(sum(credits.values()), len(have), len(want), credits, dict(have))


def best_match(prediction: Prediction, expectation: Expectation, wiring: list[Edge]) -> Match:
    """The one-to-one matching of greatest weight by type, slots, names and neighbours, bettered by swaps that mend edges."""
    steps, nodes = expectation.steps, prediction.nodes
    weights = {
        (node_id, key): (600.0 if step.optional else 1000.0) + _likeness(prediction, node_id, step)
        for node_id, node in nodes.items()
        for key, step in steps.items()
        if node.type in step.types
    }
    graph: nx.Graph[tuple[str, str]] = nx.Graph()
    drawn_ends, wanted_ends = ([edge[:2] for edge in edges] for edges in (prediction.edges, wiring))
    for (node_id, key), weight in weights.items():
        near = sum(
            nodes[edge[side]].type in steps[gold[side]].types
            for side in (0, 1)
            for edge in drawn_ends
            if edge[1 - side] == node_id
            for gold in wanted_ends
            if gold[1 - side] == key and gold[side] in steps
        )
        graph.add_edge(("drawn", node_id), ("wanted", key), weight=weight + 8 * min(near, 3))
    match: Match = {}
    for first, second in nx.max_weight_matching(graph):
        (_, node_id), (_, key) = (first, second) if first[0] == "drawn" else (second, first)
        match[node_id] = key

    def value(candidate: Match) -> float:
        return sum(weights[pair] for pair in candidate.items()) + 50 * edges_under(prediction, expectation, wiring, candidate).right

    return _bettered(match, steps, prediction, value)


def _bettered(match: Match, steps: dict[str, Wanted], prediction: Prediction, value: Any) -> Match:
    current = value(match)
    for _ in range(20):
        best: Match | None = None
        for node_id in list(match):
            for key, step in steps.items():
                if key == match[node_id] or prediction.nodes[node_id].type not in step.types:
                    continue
                holder = next((other for other in match if match[other] == key), None)
                candidate = {**match, node_id: key}
                if holder is not None:
                    if prediction.nodes[holder].type not in steps[match[node_id]].types:
                        continue
                    candidate[holder] = match[node_id]
                worth = value(candidate)
                if worth > current + 1e-6:
                    current, best = worth, candidate
        if best is None:
            return match
        match = best
    return match


def _likeness(prediction: Prediction, node_id: str, step: Wanted) -> float:
    node = prediction.nodes[node_id]
    slots = [slot_fits(name, wanted, node.label, node.config) for name, wanted in step.slots.items()]
    fits = sum(slots) / len(slots) if slots else 0.5
    tokens = set(re.findall(r"[a-z]{3,}", step.key.replace("_", " ").lower()))
    text = f"{norm(node.label)} {' '.join(norm(value) for value in flat(node.config))}"
    return 60 * fits + 15 * (sum(token in text for token in tokens) / len(tokens) if tokens else 0)
