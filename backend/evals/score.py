"""The score of a conversation: first graphs by steps, edges, values and validity; changes by what was done and what was kept."""

import json
import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx

from evals.graphs import FREE, SCAFFOLD, SOFT, Edge, Expectation, Prediction, drawn, expected, problems
from evals.matching import EdgeScore, Match, best_match, edges_under, f1
from evals.values import slot_fits
from parley.workflow.spec import Workflow


@dataclass(frozen=True)
class Graph:
    """One drawn graph against its label."""

    nodes: float
    edges: float
    slots: float | None
    valid: float
    total: float
    senseless: int  # types drawn that the label forbids
    match: Match
    wiring: list[Edge]
    edge_score: EdgeScore
    expectation: Expectation
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    missed_slots: tuple[str, ...]
    connected: float  # the largest connected part that is right, as F1

    @property
    def perfect(self) -> bool:
        return self.nodes == self.edges == self.valid == 1.0 and self.slots in (None, 1.0) and not self.senseless

    @property
    def measures(self) -> dict[str, float]:
        known = {"node_f1": self.nodes, "edge_f1": self.edges, "slots": self.slots, "valid": self.valid, "f1_graph": self.connected}
        return {name: value for name, value in known.items() if value is not None}


MEASURES = ("node_f1", "edge_f1", "slots", "valid", "change", "kept", "unchanged", "f1_graph", "exact", "score")


@dataclass(frozen=True)
class Row:
    """`measures` holds those of MEASURES that this kind of turn has."""

    id: str
    turn: int
    level: str  # how hard the label says it is
    kind: str  # build, edit or no-op
    score: float
    measures: Mapping[str, float]
    note: str  # what was missing, extra or wrong


def score_graph(prediction: Prediction, expectation: Expectation) -> Graph:
    steps = expectation.steps
    required = expectation.required
    best: tuple[tuple[int, float], Match, list[Edge], EdgeScore, float] | None = None
    for wiring in expectation.wirings:
        match = best_match(prediction, expectation, wiring)
        edges = edges_under(prediction, expectation, wiring, match)
        edge_f1 = 1.0 if edges.drawn == edges.expected == 0 and prediction.nodes else edges.f1
        rank = (len(set(match.values()) & required), edge_f1)
        if best is None or rank > best[0]:
            best = (rank, match, wiring, edges, edge_f1)
    assert best is not None
    _, match, wiring, edges, edge_f1 = best
    hit = set(match.values())
    unmatched = [node_id for node_id in prediction.nodes if node_id not in match]
    cost = sum(_cost(prediction.nodes[node_id].type) for node_id in unmatched)
    node_f1 = f1(len(hit) / (len(hit) + cost) if hit else 0.0, len(hit & required) / len(required) if required else 1.0)
    inverse = {key: node_id for node_id, key in match.items()}
    slots = [
        (f"{key}.{name}", key in inverse and _fits(prediction, inverse[key], name, wanted))
        for key, step in steps.items()
        if key in required or key in hit
        for name, wanted in step.slots.items()
    ]
    slot_share = sum(fits for _, fits in slots) / len(slots) if slots else None
    valid = float(bool(prediction.nodes) and not problems(prediction))
    total = _weighed(((0.40, node_f1), (0.30, edge_f1), (0.20, slot_share), (0.10, valid))) if hit else 0.0
    senseless = sum(any(prediction.nodes[node_id].type == kind for node_id in unmatched) for kind in expectation.forbidden)
    return Graph(
        node_f1,
        edge_f1,
        slot_share,
        valid,
        total * max(0.7, 0.9**senseless),
        senseless,
        match,
        wiring,
        edges,
        expectation,
        tuple(sorted(required - hit)),
        tuple(f"{node_id}:{prediction.nodes[node_id].type}" for node_id in unmatched if _cost(prediction.nodes[node_id].type)),
        tuple(name for name, fits in slots if not fits),
        _connected(hit, cost, required, edges),
    )


def _connected(hit: set[str], cost: float, required: set[str], edges: EdgeScore) -> float:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(hit)
    graph.add_edges_from(pair for pair, credit in edges.credits.items() if credit and hit.issuperset(pair))
    parts: list[set[str]] = list(nx.connected_components(graph))
    precision = max(map(len, parts), default=0) / (len(hit) + cost) if hit else 0.0
    return f1(precision, max((len(part & required) for part in parts), default=0) / len(required) if required else 0.0)


def _cost(node_type: str) -> float:
    return 0.0 if node_type in FREE | SCAFFOLD else 0.5 if node_type in SOFT else 1.0


def _fits(prediction: Prediction, node_id: str, name: str, wanted: Any) -> bool:
    node = prediction.nodes[node_id]
    return slot_fits(name, wanted, node.label, node.config)


def _weighed(parts: Sequence[tuple[float, float | None]]) -> float:
    known = [(weight, value) for weight, value in parts if value is not None]
    return sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)


def score_change(before: Graph, after: Graph, was: Prediction, now: Prediction) -> tuple[float, float | None]:
    """The share of the asked-for changes that were made, and of the untouched steps that were kept as they were."""
    if not now.nodes:
        return 0.0, None
    old, new = before.expectation.steps, after.expectation.steps
    id_before = {key: node_id for node_id, key in before.match.items()}
    id_after = {key: node_id for node_id, key in after.match.items()}
    required_old, required_new = before.expectation.required, after.expectation.required
    hits = [float(key in id_after) for key in required_new - set(old)]
    unmatched = [node_id for node_id in now.nodes if node_id not in after.match]
    for key in required_old - set(new):
        node_id = id_before.get(key)
        gone = node_id not in unmatched if node_id else not any(now.nodes[other].type in old[key].types for other in unmatched)
        hits.append(float(gone))
    for key in required_new & set(old):
        for name, wanted in new[key].slots.items():
            if old[key].slots.get(name) != wanted:
                hits.append(float(key in id_after and _fits(now, id_after[key], name, wanted)))
        if old[key].types != new[key].types:
            hits.append(float(key in id_after))
    hits += _edge_changes(before, after, id_after)
    kept: list[float] = []
    for key in required_old & required_new:
        if old[key].types != new[key].types or old[key].slots != new[key].slots or key not in id_before:
            continue
        kept.append(_kept(was, now, id_before[key], id_after.get(key)))
    return sum(hits) / len(hits) if hits else 1.0, sum(kept) / len(kept) if kept else None


def _edge_changes(before: Graph, after: Graph, id_after: Match) -> list[float]:
    steps = [*before.expectation.steps.values(), *after.expectation.steps.values()]
    optional = {step.key for step in steps if step.optional}
    old = {(source, target): branch for source, target, branch in before.wiring}
    new = {(source, target): branch for source, target, branch in after.wiring}
    hits = [
        after.edge_score.credits.get(pair, 0.0)
        for pair, branch in new.items()
        if not optional & set(pair) and (pair not in old or old[pair] != branch)
    ]
    hits += [
        float(pair not in after.edge_score.have)
        for pair in old
        if pair not in new and pair[0] in id_after and pair[1] in id_after and not optional & set(pair)
    ]
    return hits


def _kept(was: Prediction, now: Prediction, old_id: str, new_id: str | None) -> float:
    old, same = was.nodes.get(old_id), now.nodes.get(old_id)
    if old is None:  # a turn in between took it away, though nothing was asked of it
        return 0.0
    if same is not None and (same.type, same.config, same.label) == (old.type, old.config, old.label):
        return 1.0
    other = now.nodes.get(new_id) if new_id else None
    return 0.5 if other is not None and (other.type, other.config) == (old.type, old.config) else 0.0


def score_conversation(item: Mapping[str, Any], workflows: Sequence[Workflow]) -> list[Row]:
    """One row per turn; `workflows` are the diagrams after each turn."""
    rows: list[Row] = []
    before: Graph | None = None
    was = drawn(Workflow())
    for turn, (label, workflow) in enumerate(zip(item["turns"], workflows, strict=True)):
        expect, now = label["expect"], drawn(workflow)

        def add(kind: str, score: float, measures: Mapping[str, float], note: str, turn: int = turn) -> None:
            level = str(item.get("difficulty", "?"))
            rows.append(Row(item["id"], turn, level, kind, score, {**measures, "score": score}, note))

        if expect.get("empty") or expect.get("unchanged"):
            good = float(not now.nodes if expect.get("empty") else bool(was.nodes) and _same(was, now))
            add("no-op", good, {"unchanged": good, "exact": good}, "" if good else "the diagram changed")
        elif before is None:
            before = score_graph(now, expected(expect))
            add("build", before.total, {**before.measures, "exact": float(before.perfect)}, _note(before))
        else:
            after = score_graph(now, expected(expect))
            change, kept = score_change(before, after, was, now)
            if "restores" in expect:
                restored = drawn(workflows[int(expect["restores"])])
                change = float(bool(restored.nodes) and _shape(now) == _shape(restored))
            parts = ((0.35, after.total), (0.55, change), (0.10, None if kept is None else kept * change))
            measures = {**after.measures, "change": change, "exact": float(after.perfect and change > 0.999)}
            add("edit", _weighed(parts), measures if kept is None else {**measures, "kept": kept}, _note(after))
            before = after
        was = now
    return rows


def _same(was: Prediction, now: Prediction) -> bool:
    """The same steps under the same ids, and the same edges, in any order."""
    steps = [{key: (node.type, node.label, node.config) for key, node in one.nodes.items()} for one in (was, now)]
    return steps[0] == steps[1] and sorted(was.edges, key=str) == sorted(now.edges, key=str)


def _shape(prediction: Prediction) -> tuple[list[str], list[tuple[str, str, str]]]:
    """What a drawing comes to, whatever its ids: steps by type and config, and the edges between them."""
    steps = {node_id: f"{node.type} {json.dumps(node.config, sort_keys=True, default=str)}" for node_id, node in prediction.nodes.items()}
    return sorted(steps.values()), sorted((steps[source], steps[target], str(branch)) for source, target, branch in prediction.edges)


def _note(graph: Graph) -> str:
    parts = (("missing", graph.missing), ("extra", graph.extra), ("values", graph.missed_slots))
    return "; ".join(f"{name} {', '.join(found)}" for name, found in parts if found)


def overall(rows: Sequence[Row]) -> float:
    """The mean over conversations; turns that ask for no change weigh half inside one."""
    return statistics.mean(_by_conversation(rows)) if rows else 0.0


def standard_error(rows: Sequence[Row]) -> float:
    """Of the overall score, over conversations."""
    scores = _by_conversation(rows)
    return statistics.stdev(scores) / math.sqrt(len(scores)) if len(scores) > 1 else 0.0


def _by_conversation(rows: Sequence[Row]) -> list[float]:
    conversations: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        conversations[row.id].append(row)
    return [sum(_weight(row) * row.score for row in found) / sum(map(_weight, found)) for found in conversations.values()]


def _weight(row: Row) -> float:
    return 0.5 if row.kind == "no-op" else 1.0
